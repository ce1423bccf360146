"""What the closed forms share: arguments that are checked, and tails that are inverted."""

import numpy as np


def number(name, value, *, above=-np.inf, least=-np.inf, below=np.inf, most=np.inf, whole=False):
    """Return `value` as a float array, or raise ValueError saying what it must be."""
    wanted = "a whole number" if whole else "a number"
    if np.isfinite(above):
        wanted += f" above {above}"
    if np.isfinite(least):
        wanted += f" of at least {least}"
    if np.isfinite(below):
        wanted += f" and below {below}"
    if np.isfinite(most):
        wanted += f" and at most {most}"
    try:
        values = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}: it must be {wanted}") from None
    good = np.isfinite(values) & (values > above) & (values >= least) & (values < below)
    good &= values <= most
    if whole:
        good &= values == np.floor(values)
    if not good.all():
        raise ValueError(f"{name} is {values[~good].flat[0]:g}: it must be {wanted}")
    return values


def single(name, value, **bounds):
    """Return `value` as a float, or raise ValueError saying what it must be."""
    value = number(name, value, **bounds)
    if value.ndim:
        raise ValueError(f"{name} is an array: give one number")
    return float(value)


def together(**values):
    """Broadcast named arrays against each other, or raise ValueError naming their shapes."""
    try:
        return np.broadcast_arrays(*values.values())
    except ValueError:
        shapes = ", ".join(f"{name} {np.shape(value)}" for name, value in values.items())
        raise ValueError(f"the shapes do not fit each other: {shapes}") from None


def invert(tail, q, shape):
    """Return t with ``tail(t) == 1 - q``, by bisection; `tail` falls from 1 to 0."""
    q = number("q", q, least=0, below=1)
    beyond = 1 - together(q=q, queue=np.empty(shape))[0]
    high = np.ones(beyond.shape)
    while (short := tail(high) > beyond).any():
        high = np.where(short, 2 * high, high)
    low = np.zeros(beyond.shape)
    for _ in range(100):
        middle = (low + high) / 2
        late = tail(middle) > beyond
        low, high = np.where(late, middle, low), np.where(late, high, middle)
    return ((low + high) / 2)[()]
