"""What a promise of so much availability allows, in time."""

import numpy as np
import pandas as pd

from ._numeric import number
from .units import amount, quantity


def nines_table(availabilities=(0.99, 0.999, 0.9995, 0.9999, 0.99999), window="30 day"):
    """Return how long may be down who promises so much, in one window for all.

    Parameters
    ----------
    availabilities : array_like of float
        Fractions of the time, 0...1.
    window : str or pint.Quantity
        The time over which the promise is kept.

    Returns
    -------
    pandas.DataFrame
        Columns ``availability`` and ``downtime_s``, in seconds, and ``downtime``, to be read.

    Examples
    --------
    >>> print(nines_table().to_string(index=False))
     availability  downtime_s downtime
          0.99000    25920.00    7.2 h
          0.99900     2592.00 43.2 min
          0.99950     1296.00 21.6 min
          0.99990      259.20 4.32 min
          0.99999       25.92   25.9 s
    """
    promised = np.atleast_1d(number("availabilities", availabilities, least=0, most=1))
    down = np.round(1 - promised, 12) * amount("window", window, "s")
    seconds = down.magnitude
    return pd.DataFrame(
        {"availability": promised, "downtime_s": seconds, "downtime": [*map(_spoken, seconds)]}
    )


def _spoken(seconds):
    for unit in ("d", "h", "min"):
        value = quantity(f"{seconds} s", unit).magnitude
        if value >= 1:
            return f"{value:.3g} {unit}"
    return f"{seconds:.3g} s"
