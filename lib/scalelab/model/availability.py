"""What fraction of the time a system works, from that of its parts.

`series`, `parallel` and `k_of_n` are exact for parts that fail independently of each other. Real
ones share a rack, a release, a bad configuration: `common_cause`. And a standby serves only after
somebody noticed and switched: `failover`. Which parts stand alone in an architecture, and what the
whole is worth, is read from its graph: `single_points`, `reliability`, `sampled_reliability`.

Availabilities are fractions in 0...1, of whatever was agreed: of seconds, or of requests.

Sources: Barlow and Proschan, *Statistical Theory of Reliability* (1975); for common causes
Fleming (1975), General Atomic report GA-A13284.
"""

import numpy as np
from scipy.special import bdtrc

from ._numeric import number, together
from .failover import Pair, failover, stationary
from .topologies import reliability, sampled_reliability, single_points
from .uptime import downtime, from_mtbf, nines

__all__ = [
    "Pair",
    "common_cause",
    "downtime",
    "failover",
    "from_mtbf",
    "k_of_n",
    "nines",
    "parallel",
    "reliability",
    "sampled_reliability",
    "series",
    "single_points",
    "stationary",
]


def series(*a):
    """Return the availability of parts that are all needed: the product.

    Parameters
    ----------
    *a : float or array
        Availability of each part.

    Examples
    --------
    Thirty dependencies of four nines each:

    >>> print(f"{series(*[0.9999] * 30):.4f}")
    0.9970
    """
    return _product(_parts(a))


def parallel(*a):
    """Return the availability of parts of which one is enough, if they fail independently.

    That is, if nothing makes two of them fail together, and if who fails is replaced at once.

    Parameters
    ----------
    *a : float or array
        Availability of each part.

    Examples
    --------
    >>> print(f"{parallel(0.999, 0.999):.6f}")
    0.999999
    """
    return 1 - _product([1 - part for part in _parts(a)])


def k_of_n(k, n, a):
    """Return the probability that at least `k` of `n` equal, independent parts work.

    Parameters
    ----------
    k, n : int or array
        0 <= k <= n.
    a : float or array
        Availability of one part.

    Examples
    --------
    A write to four of six copies, each there 99 % of the time:

    >>> print(f"{k_of_n(4, 6, 0.99):.7f}")
    0.9999804
    """
    k, n, a = together(
        k=number("k", k, least=0, whole=True),
        n=number("n", n, least=1, whole=True),
        a=number("a", a, least=0, most=1),
    )
    if (k > n).any():
        raise ValueError(f"k is {k[k > n].flat[0]:g}: there are only {n[k > n].flat[0]:g} parts")
    return np.where(k == 0, 1.0, bdtrc(np.maximum(k - 1, 0), n.astype(int), a))[()]


def common_cause(n, a, beta):
    """Return the availability of `n` redundant parts, some of whose failures hit all of them.

    Each part is one that all share, in series with one of its own. The shared one has a fraction
    `beta` of the part's unavailability u = 1 - a, its own the rest:

    U = c + (1 - c) o**n, where c = beta u and (1 - c) (1 - o) = a

    which is about beta u + ((1 - beta) u)**n where u is small. One of the n is enough.

    Parameters
    ----------
    n : int or array
        How many, at least 1.
    a : float or array
        Availability of one part.
    beta : float or array
        0 <= beta <= 1. With 0 the parts are independent, with 1 they are one part.

    Examples
    --------
    Two servers of three nines make six. If one failure in twenty is a common one, hardly four:

    >>> [f"{common_cause(2, 0.999, beta):.6f}" for beta in (0, 0.05)]
    ['0.999999', '0.999949']
    """
    n, a, beta = together(
        n=number("n", n, least=1, whole=True),
        a=number("a", a, least=0, most=1),
        beta=number("beta", beta, least=0, most=1),
    )
    common = beta * (1 - a)
    alone = (1 - beta) * (1 - a) / np.where(common < 1, 1 - common, 1)
    return ((1 - common) * (1 - alone**n))[()]


def _parts(a):
    if not a:
        raise ValueError("a is empty: give the availability of at least one part")
    parts = [number("a", part, least=0, most=1) for part in a]
    return together(**{f"a[{place}]": part for place, part in enumerate(parts)})


def _product(parts):
    return np.prod(parts, axis=0)[()]
