"""Closed forms: what can be known without running anything.

Nothing here imports another part of the lab, so that a simulation checked against a model is
checked against something else than itself. Nothing draws a random number either, but for one
function that says so: `availability.sampled_reliability`, for graphs too large to count through.
"""
