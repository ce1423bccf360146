"""What every test may use: where the repository is, and its notebooks."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root():
    """The repository's folder."""
    return Path(__file__).resolve().parent.parent
