"""The mechanisms themselves, short enough to be shown.

Each module is one mechanism in the version that the notebooks print; simulations run the same one.
"""
