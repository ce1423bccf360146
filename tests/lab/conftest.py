"""Properties are tried on the same examples each time, and a slow machine fails none of them."""

from hypothesis import settings

settings.register_profile("lab", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("lab")
