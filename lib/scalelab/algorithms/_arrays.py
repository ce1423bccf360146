"""Arrays that the mechanisms are given: what they hold, and their shape."""

import numpy as np


def vector(name, values, kinds, wanted):
    """Return `values` as an array with one axis of one of NumPy's `kinds`, or raise ValueError.

    Numbers that are negative or infinite are refused.
    """
    try:
        answer = np.asarray(values)
    except (TypeError, ValueError, OverflowError):
        answer = np.array(None)
    good = answer.ndim == 1 and (answer.dtype.kind in kinds or answer.size == 0)
    if good and answer.dtype.kind in "if":
        good = answer.min(initial=0) >= 0
        good = good and (answer.dtype.kind == "i" or answer.max(initial=0) < np.inf)
    if not good:
        shown = f"an array of shape {answer.shape}" if answer.ndim else repr(values)[:60]
        raise ValueError(f"{name} is {shown}: give {wanted}")
    return answer
