"""One function over a grid of parameters and seeds, on the cores here or on a cluster.

joblib runs the points. Its ambient backend decides where: inside
``with joblib.parallel_config("dask"):`` and a Dask client the same sweep runs on a cluster.
"""

from itertools import product

import joblib
import numpy as np
import pandas as pd


def sweep(function, grid, *, seed, runs=1, jobs=None):
    """Call ``function(seed=..., **point)`` at each point of a grid, `runs` times with other seeds.

    Parameters
    ----------
    function : callable
        It takes the names of `grid` and `seed`, and gives a number or a dict of numbers by name.
        For processes and clusters it must be importable: a function of a module.
    grid : dict
        By name, the values to try. All combinations are, the last name changes fastest.
    seed : int
        A whole number >= 0 from which the seeds of all calls are spawned
        (`numpy.random.SeedSequence`). Run k has the same seed at every point: points are
        compared on common random numbers.
    runs : int
        How many independent runs per point.
    jobs : int, optional
        How many calls at a time, -1 for one per core; None is joblib's own choice, which
        `joblib.parallel_config` sets.

    Returns
    -------
    pandas.DataFrame
        One row per call, in the order of the grid and then of the runs: the parameters, `run`,
        `seed`, and the results (`value` where the function gives a number).

    Raises
    ------
    RuntimeError
        Where a call fails: it says at which point, and why.

    Examples
    --------
    >>> def area(width, height, seed):
    ...     return width * height
    >>> print(sweep(area, {"width": [1, 2], "height": [3, 4]}, seed=1)["value"].tolist())
    [3, 4, 6, 8]
    """
    if not callable(function):
        raise ValueError(f"function is {function!r}: give something to call at each point")
    names, values = _columns(grid)
    for name, number, least in (("seed", seed, 0), ("runs", runs, 1)):
        whole = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
        if not whole or number < least:
            raise ValueError(f"{name} is {number!r}: it must be a whole number of at least {least}")
    if jobs is not None and (not isinstance(jobs, int) or isinstance(jobs, bool) or not jobs):
        raise ValueError(f"jobs is {jobs!r}: it must be a whole number other than 0, or None")
    seeds = [int(s) for s in np.random.SeedSequence(int(seed)).generate_state(int(runs), np.uint64)]
    points = [
        dict(zip(names, point, strict=True)) | {"run": run, "seed": s}
        for point in product(*values)
        for run, s in enumerate(seeds)
    ]
    parallel = joblib.Parallel(n_jobs=jobs)
    return pd.DataFrame(parallel(joblib.delayed(_row)(function, point) for point in points))


def _columns(grid):
    """Return the names of the grid and the values of each."""
    if not isinstance(grid, dict) or not grid or not all(isinstance(n, str) for n in grid):
        raise ValueError(f"grid is {grid!r}: it must be a dict of values to try, by name")
    if taken := {"run", "seed"}.intersection(grid):
        raise ValueError(f"grid has {taken.pop()!r}: the sweep gives that column itself")
    for name, values in grid.items():
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            raise ValueError(f"grid has {values!r} for {name}: it must be a list of values")
    return list(grid), [list(values) for values in grid.values()]


def _row(function, point):
    """Return the row of one call, or raise an error that names its point."""
    arguments = {name: value for name, value in point.items() if name != "run"}
    try:
        result = function(**arguments)
    except Exception as error:
        where = ", ".join(f"{name}={value!r}" for name, value in point.items())
        raise RuntimeError(f"the sweep failed at {where}: {error!r}") from error
    return point | (result if isinstance(result, dict) else {"value": result})
