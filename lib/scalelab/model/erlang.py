"""How many servers for how much load: Erlang's two formulas and the square-root rule.

Sources: Erlang (1917); Halfin and Whitt (1981), doi:10.1287/opre.29.3.567.
"""

import numpy as np
from scipy.special import ndtr

from ._numeric import number, together
from .steady import steady


def erlang_b(offered_load, servers):
    """Return the probability that all of `servers` servers are busy, where nobody can wait.

    Parameters
    ----------
    offered_load : float or array
        Arrival rate times mean service time, in erlangs, >= 0.
    servers : int or array
        How many, at least 1.

    Notes
    -----
    The recursion over servers neither overflows nor cancels, so 100,000 erlangs are no trouble.

    Examples
    --------
    >>> print(f"{erlang_b(10, 10):.4f}")
    0.2146
    """
    load = number("offered_load", offered_load, least=0)
    servers = number("servers", servers, least=1, whole=True)
    load, servers = together(offered_load=load, servers=servers)
    blocked = np.ones(load.shape)
    for n in range(1, int(servers.max(initial=0)) + 1):
        blocked = np.where(n <= servers, load * blocked / (n + load * blocked), blocked)
    return blocked[()]


def erlang_c(offered_load, servers):
    """Return the probability that a request waits for one of `servers` servers.

    Parameters
    ----------
    offered_load : float or array
        In erlangs, as for `erlang_b`.
    servers : int or array
        How many, at least 1.

    Raises
    ------
    ValueError
        The load is not below the number of servers: there is no steady state.

    Examples
    --------
    >>> print(f"{erlang_c(14.4, 16):.6f}")
    0.591343
    """
    blocked = erlang_b(offered_load, servers)
    return blocked / (1 - steady(np.asarray(offered_load) / np.asarray(servers)) * (1 - blocked))


def square_root_staffing(offered_load, beta):
    """Return the servers for `offered_load` erlangs: the load and `beta` times its square root.

    ``halfin_whitt(beta)`` is about the probability of a wait then, however large the load.

    Parameters
    ----------
    offered_load : float or array
        In erlangs, above 0.
    beta : float or array
        How many square roots of the load are to spare, above 0. With 1 two requests in nine wait,
        with 2 one in 37.

    Returns
    -------
    float or array
        Whole numbers, rounded up.

    Examples
    --------
    >>> print(square_root_staffing(100, beta=1), square_root_staffing(10_000, beta=1))
    110.0 10100.0
    """
    load = number("offered_load", offered_load, above=0)
    load, beta = together(offered_load=load, beta=number("beta", beta, above=0))
    return np.ceil(load + beta * np.sqrt(load))[()]


def halfin_whitt(beta):
    """Return the probability of a wait under square-root staffing, for a large load.

    Parameters
    ----------
    beta : float or array
        How many square roots of the load are to spare, above 0.

    Examples
    --------
    >>> print(f"{halfin_whitt(1):.3f} {erlang_c(10_000, 10_100):.3f}")
    0.223 0.225
    """
    beta = number("beta", beta, above=0)
    density = np.exp(-(beta**2) / 2) / np.sqrt(2 * np.pi)
    return (density / (density + beta * ndtr(beta)))[()]
