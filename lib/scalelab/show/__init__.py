"""What the reader sees: charts, claims, exercises and a progress bar."""

from . import charts
from .claims import claim
from .exercises import exercise
from .progress import progress

__all__ = ["charts", "claim", "exercise", "progress"]
