"""How the mechanisms check what they are given: one value at a time, one sentence each."""

import math

import numpy as np


def number(name, value, *, above=-math.inf, least=-math.inf, below=math.inf, whole=False):
    """Return `value` as an int or a float, or raise ValueError saying what it must be."""
    bounds = {"above": above, "of at least": least, "below": below}
    wanted = "a whole number" if whole else "a number"
    wanted += "".join(f" {word} {bound}" for word, bound in bounds.items() if math.isfinite(bound))
    try:
        answer = float(value)
        good = above < answer < below and answer >= least and math.isfinite(answer)
        good = good and not (whole and answer != int(answer))
    except (TypeError, ValueError):
        good = False
    if not good or isinstance(value, (str, bool)):
        raise ValueError(f"{name} is {value!r}: it must be {wanted}")
    return int(value) if whole else answer


def named(name, value, known):
    """Return `value` if it is one of the known names, or raise ValueError listing them."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} is {value!r}: known are {', '.join(known)}")
    return value


def moment(now, last):
    """Return `now`, seconds >= 0, or raise ValueError where it lies before the `last` moment."""
    now = number("now", now, least=0)
    if now < last:
        raise ValueError(f"now is {now:g}: the last call was at {last:g}, time does not run back")
    return now


def label(name, value):
    """Return `value` if it can name a replica or a client: a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is {value!r}: it must be a name, such as 'a'")
    return value


def hashable(name, value):
    """Return `value` if a set can hold it."""
    try:
        hash(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r}: it must be hashable, as in a set") from None
    return value


def alike(name, value, kind):
    """Return `value` if it is one of `kind`."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} is {value!r}: it must be of type {kind.__name__}")
    return value


def generator(rng):
    """Return `rng` if it is a generator."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng is {rng!r}: give a numpy.random.Generator")
    return rng
