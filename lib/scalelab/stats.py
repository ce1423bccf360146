"""Seeds, quantiles, and how far to trust a simulated mean.

The requests of one run depend on each other: a busy moment makes a hundred of them slow. Their
spread says nothing about the error of their mean. Independent runs do: repeat with other seeds
and give the means to `mean_interval`.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np


def generator(seed):
    """Return the lab's random generator, SFC64, started from `seed`.

    Parameters
    ----------
    seed : int
        A whole number >= 0. The same seed gives the same numbers.

    Examples
    --------
    >>> generator(1).random() == generator(1).random()
    True
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(
            f"seed is {seed!r}: give a whole number >= 0, so that a run can be repeated"
        )
    return np.random.Generator(np.random.SFC64(int(seed)))


def replicate(function, seeds):
    """Call ``function(seed)`` for each seed, on all cores, and return the answers as an array.

    Compiled kernels run side by side in threads.

    Parameters
    ----------
    function : callable
        Takes a seed, gives a number or an array.
    seeds : iterable of int
        One per run.

    Returns
    -------
    array, shape (runs, ...)
        In the order of the seeds.

    Examples
    --------
    >>> replicate(lambda seed: generator(seed).random(), range(3)).shape
    (3,)
    """
    if not callable(function):
        raise ValueError(f"function is {function!r}: give something to call with a seed")
    try:
        seeds = list(seeds)
    except TypeError:
        raise ValueError(f"seeds is {seeds!r}: give one seed per run, such as range(10)") from None
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.array(list(pool.map(function, seeds)))


def mean_interval(samples, level=0.95):
    """Return the mean of independent samples and its confidence interval.

    Parameters
    ----------
    samples : array_like, shape (runs, ...)
        One number per independent run; further axes are kept (a curve per run, say).
    level : float
        The confidence, 0 < level < 1.

    Returns
    -------
    mean, low, high : float or array
        Student's t interval with ``runs - 1`` degrees of freedom.

    Examples
    --------
    >>> mean, low, high = mean_interval([9.0, 10.0, 11.0])
    >>> print(f"{mean:.2f} ({low:.2f} to {high:.2f})")
    10.00 (7.52 to 12.48)
    """
    samples = _finite("samples", samples)
    if samples.ndim == 0 or len(samples) < 2:
        raise ValueError(
            "samples has fewer than two runs: one run says nothing about its own error"
        )
    level = _fraction("level", level)
    if level.ndim or not 0 < level < 1:
        raise ValueError(f"level is {level}: a confidence lies between 0 and 1, both excluded")
    mean = samples.mean(axis=0)
    error = samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
    from scipy.special import stdtrit  # here, because importing it takes a third of a second

    reach = stdtrit(len(samples) - 1, (1 + level) / 2) * error
    return mean, mean - reach, mean + reach


def quantile(samples, q):
    """Return the value below which a fraction `q` of the samples lies.

    Parameters
    ----------
    samples : array_like
        Numbers in any unit; the answer has the same.
    q : float or array
        0 <= q <= 1.

    Examples
    --------
    >>> print(quantile([1, 2, 3, 4, 100], 0.5))
    3.0
    """
    samples = _finite("samples", samples)
    if samples.size == 0:
        raise ValueError("samples is empty: it has no quantile")
    return np.quantile(samples, _fraction("q", q))


def _finite(name, values):
    try:
        values = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {values!r}: it must be numbers") from None
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds a value that is infinite or not a number")
    return values


def _fraction(name, value):
    value = _finite(name, value)
    if ((value < 0) | (value > 1)).any():
        raise ValueError(f"{name} is {value}: a fraction lies between 0 and 1")
    return value
