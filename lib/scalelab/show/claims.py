"""A claim is a number that the code beside it checks.

``claim`` raises where the number does not hold. Where it holds, it shows one line to the
reader and leaves a record in the cell's output, from which the book's *Claims* page is made.
"""

from __future__ import annotations

import math
from numbers import Real

from .records import show

MIME = "application/vnd.scalelab.claim+json"
KINDS = ("published", "measured", "simulated", "derived")


def claim(text, value, expected, *, tolerance=0.0, kind, source=None):
    """Check a number and show it with its kind and source.

    Parameters
    ----------
    text : str
        The statement in words, as a reader would say it.
    value : float
        What the code above found, in the unit that the text names.
    expected : float or (low, high)
        What the value is held to: a number, or an interval in which ``None`` leaves an end open.
    tolerance : float
        Largest absolute difference allowed from ``expected``, in the unit of the value.
    kind : str
        How the value is known: ``published``, ``measured``, ``simulated`` or ``derived``.
    source : str, optional
        Key in ``book/references.bib`` of the work that ``expected`` comes from.
        A published value must have one.

    Raises
    ------
    AssertionError
        The value is outside: the claim does not hold.
    ValueError
        An argument makes no sense.

    Examples
    --------
    >>> claim("requests served by three servers of four", 3 / 4, 0.75, kind="derived")
    ✓ requests served by three servers of four: 0.75, held to 0.75 (derived)
    >>> claim("at least half", 0.3, (0.5, None), kind="derived")
    Traceback (most recent call last):
    ...
    AssertionError: at least half: the value is 0.3, not at least 0.5
    """
    _refuse_nonsense(text, value, expected, tolerance, kind, source)
    if isinstance(expected, Real):
        low, high = expected - tolerance, expected + tolerance
    else:
        low = -math.inf if expected[0] is None else expected[0] - tolerance
        high = math.inf if expected[1] is None else expected[1] + tolerance
    held_to = _in_words(expected, tolerance)
    if not low <= value <= high:
        raise AssertionError(f"{text}: the value is {_short(value)}, not {held_to}")
    record = {
        "text": text,
        "value": _rounded(value),
        "expected": _rounded(expected)
        if isinstance(expected, Real)
        else [None if end is None else _rounded(end) for end in expected],
        "tolerance": _rounded(tolerance),
        "kind": kind,
        "source": source,
    }
    origin = f"{kind}, {source}" if source else kind
    show(MIME, record, f"✓ {text}: **{_short(value)}**, held to {held_to} ({origin})")


def _refuse_nonsense(text, value, expected, tolerance, kind, source):
    if not isinstance(text, str) or not text.strip():
        raise ValueError("text is empty: say in words what is claimed")
    if not isinstance(value, Real):
        raise ValueError(f"value is {value!r}: a claim checks one number")
    if not isinstance(expected, Real) and not (
        isinstance(expected, tuple)
        and len(expected) == 2
        and all(end is None or isinstance(end, Real) for end in expected)
        and any(end is not None for end in expected)
    ):
        raise ValueError(f"expected is {expected!r}: give a number, or (low, high) with one end")
    if not isinstance(tolerance, Real) or not 0 <= tolerance < math.inf:
        raise ValueError(f"tolerance is {tolerance!r}: give an absolute difference of 0 or more")
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}: the kinds are {', '.join(KINDS)}")
    if kind == "published" and source is None:
        raise ValueError("a published value needs its source: a key in book/references.bib")
    if source is not None and not isinstance(source, str):
        raise ValueError(f"source is {source!r}: give a key in book/references.bib")


def _in_words(expected, tolerance):
    if isinstance(expected, Real):
        return f"{_short(expected)} ± {_short(tolerance)}" if tolerance else _short(expected)
    low, high = expected
    margin = f" (± {_short(tolerance)})" if tolerance else ""
    if low is None:
        return f"at most {_short(high)}{margin}"
    if high is None:
        return f"at least {_short(low)}{margin}"
    return f"between {_short(low)} and {_short(high)}{margin}"


def _short(number):
    """Four significant digits, as a reader would write them."""
    number = _rounded(number)
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def _rounded(number):
    """Rounded so that the last bits, which differ between machines, are not stored."""
    rounded = float(f"{float(number):.4g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded
