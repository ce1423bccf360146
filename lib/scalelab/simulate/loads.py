"""What a fleet is told about its load and its times, checked."""

import numpy as np

from .work import number


def profile(load, duration, step):
    """Return the load of each step, from an array or from a function of the time."""
    flows = callable(load)
    if flows:
        if duration is None:
            raise ValueError("duration is missing: a load that is a function has no end of its own")
        middles = (np.arange(whole_steps("duration", duration, step, least=1)) + 0.5) * step
        load = [load(time) for time in middles]
    try:
        load = np.array(load, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"load is {load!r}: give one rate per step, or a function") from None
    if load.ndim != 1 or not load.size:
        raise ValueError(f"load has shape {load.shape}: give one rate per step, or a function")
    if not (np.isfinite(load) & (load >= 0)).all():
        raise ValueError("load holds a rate that is below 0 or not finite")
    if duration is not None and not flows:
        raise ValueError("duration is given: a load in steps lasts as long as it has steps")
    return load


def whole_steps(name, value, step, least=0):
    """Return how many steps a time lasts, or raise ValueError if it is no whole number."""
    steps = number(name, value, least=least * step) / step
    if abs(steps - round(steps)) > 1e-6:
        raise ValueError(f"{name} is {value}: it must be a whole number of steps of {step:g} s")
    return round(steps)
