"""What a stored notebook says of itself: its claims, its cells, its run.

A claim is stored in a cell's output under ``CLAIM``. A page links to one by its anchor,
which is made from where it stands: the cell's index and the output's.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path

CLAIM = "application/vnd.scalelab.claim+json"
KINDS = ("published", "measured", "simulated", "derived")


@dataclass(frozen=True)
class Claim:
    """One checked number."""

    text: str
    value: float
    expected: float | list
    tolerance: float
    kind: str
    source: str | None
    anchor: str

    @classmethod
    def of(cls, record: dict, cell_index: int, output_index: int) -> Claim:
        return cls(**record, anchor=f"claim-{cell_index}-{output_index}")

    @property
    def value_words(self) -> str:
        return number(self.value)

    @property
    def held_to(self) -> str:
        """What the value was held to, in words.

        >>> Claim("", 2.64, 2.645, 0.01, "derived", None, "").held_to
        '2.645 ± 0.01'
        >>> Claim("", 3, [2, None], 0, "measured", None, "").held_to
        'at least 2'
        """
        margin = f" ± {number(self.tolerance)}" if self.tolerance else ""
        if isinstance(self.expected, Real):
            return number(self.expected) + margin
        low, high = self.expected
        if low is None:
            return f"at most {number(high)}{margin}"
        if high is None:
            return f"at least {number(low)}{margin}"
        return f"{number(low)} to {number(high)}{margin}"


@dataclass(frozen=True)
class Exercise:
    """An exercise, as its heading and the metadata of its starter cell say."""

    title: str
    purpose: str
    minutes: int


@dataclass(frozen=True)
class Notebook:
    """A notebook as it is stored: nothing here is computed by running it."""

    docname: str
    code_cells: int
    claims: tuple[Claim, ...]
    exercises: tuple[Exercise, ...] = ()
    seconds: float | None = None
    executed: str | None = None
    versions: dict = field(default_factory=dict)


def read(path: Path, docname: str) -> Notebook:
    """Read the notebook at ``path``, which is the page ``docname`` of the book."""
    stored = json.loads(Path(path).read_text(encoding="utf-8"))
    run = stored["metadata"].get("scalelab", {})
    claims = [
        Claim.of(output["data"][CLAIM], cell_index, output_index)
        for cell_index, cell in enumerate(stored["cells"])
        for output_index, output in enumerate(cell.get("outputs", ()))
        if CLAIM in output.get("data", {})
    ]
    return Notebook(
        docname,
        code_cells=sum(cell["cell_type"] == "code" for cell in stored["cells"]),
        claims=tuple(claims),
        exercises=tuple(exercises(stored["cells"])),
        seconds=run.get("seconds"),
        executed=run.get("executed"),
        versions=run.get("versions", {}),
    )


def exercises(cells):
    """The exercises in a notebook's cells, each under the last heading before its starter."""
    title = ""
    for cell in cells:
        text = "".join(cell["source"])
        part = cell["metadata"].get("exercise", {})
        if cell["cell_type"] == "markdown":
            headings = re.findall(r"^#+ (?:\d+\. )?(.+)$", text, flags=re.M)
            title = headings[-1] if headings else title
        elif part.get("role") == "starter":
            yield Exercise(title, part.get("purpose", ""), part.get("minutes", 0))


def number(value: float, digits: int = 4) -> str:
    """So many significant digits, as a reader would write them.

    >>> number(2.6449), number(1234567), number(0.5), number(999.7, digits=3)
    ('2.645', '1,234,567', '0.5', '1,000')
    """
    return f"{value:,.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:.{digits}g}"
