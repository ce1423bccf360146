"""Closed forms: what can be known without running anything.

Nothing here draws a random number or imports another part of the lab, so that a simulation
checked against a model is checked against something else than itself.
"""
