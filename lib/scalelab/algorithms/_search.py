"""Finding a place in a sorted table: a guide says where to begin, so that a step or two is left.

Source: Chen and Asau (1974), *On generating random variates from an empirical distribution*.
"""

import numpy as np

from ..jit import jit


def guide(table):
    """Return where to begin in a sorted table of numbers from 0 to 1, for each part of 0...1."""
    parts = 2 ** (table.size - 1).bit_length()  # a power of two: no product is rounded
    return np.searchsorted(table, np.arange(parts) / parts)


@jit
def search(table, guide, values):
    """Return ``np.searchsorted(table, values)``, several times faster; 0 <= values < 1."""
    found = np.empty(values.size, np.int64)
    for k in range(values.size):
        spot = guide[int(values[k] * guide.size)]
        while spot < table.size and table[spot] < values[k]:
            spot += 1
        found[k] = spot
    return found
