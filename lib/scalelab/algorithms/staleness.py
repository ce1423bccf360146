"""Probabilistically bounded staleness: when a write that is done will be seen."""

from dataclasses import dataclass

import numpy as np

from ..stats import generator, quantile
from ._arguments import number
from ._arrays import vector

BLOCK = 2**16  # trials at a time


@dataclass(frozen=True, eq=False)
class Staleness:
    """What `pbs` found, one number per trial, in the unit of its latencies.

    Attributes
    ----------
    visible_after : array, shape (trials,)
        Time from the commit of a write from which on a read that starts sees it. Negative where
        a read could have started earlier.
    read_latency, write_latency : array, shape (trials,)
        How long the read and the write took.
    """

    visible_after: np.ndarray
    read_latency: np.ndarray
    write_latency: np.ndarray

    def consistency(self, t):
        """Return the probability that a read sees a write that was committed `t` before it.

        Parameters
        ----------
        t : float or array, shape (times,)
            Time from commit to the start of the read, at least 0.
        """
        many = isinstance(t, (list, tuple, np.ndarray))
        times = vector("t", t if many else [t], "uif", "one time or an array, of at least 0")
        seen = np.searchsorted(np.sort(self.visible_after), times, side="right")
        trials = self.visible_after.size
        return seen / trials if many else seen[0] / trials

    def time_to(self, q):
        """Return how long after the commit a read has to start to see it with probability `q`.

        Parameters
        ----------
        q : float or array
            0 <= q <= 1.
        """
        quantile([0], q)
        return np.maximum(np.quantile(self.visible_after, q, method="inverted_cdf"), 0)[()]


def pbs(read, write, ack, response, n, r, w, trials, seed):
    """Simulate a write and a read after it, many times over (the WARS model).

    A write travels to each replica and its acknowledgment back; so do a read and its response. A
    replica answers with the old value if the read came to it before the write.

    Parameters
    ----------
    read, write, ack, response : callable or array
        One-way latencies, in seconds or any one unit. ``read(rng, shape)`` returns an array of
        that shape; from an array, measured latencies say, is drawn with replacement.
    n, r, w : int
        Replicas, answers that a read waits for, and acknowledgments that a write waits for.
    trials, seed : int

    Returns
    -------
    Staleness
        ``.consistency(t)``, ``.time_to(q)``, ``.read_latency`` and ``.write_latency``.

    Notes
    -----
    Bailis et al. (2012), *Probabilistically Bounded Staleness for Practical Partial Quorums*,
    doi:10.14778/2212351.2212359, section 4. All messages are independent of each other.

    Examples
    --------
    Three replicas, reads and writes wait for one, and a message takes 1 ms in the mean.

    >>> def message(rng, shape):
    ...     return rng.exponential(0.001, shape)
    >>> found = pbs(message, message, message, message, n=3, r=1, w=1, trials=100_000, seed=1)
    >>> print(found.consistency([0, 0.001, 0.005]).round(2))
    [0.75 0.91 1.  ]
    """
    given = {"read": read, "write": write, "ack": ack, "response": response}
    samplers = [_sampler(name, latency) for name, latency in given.items()]
    n, r, w = counts(n, r, w)
    trials = number("trials", trials, least=1, whole=True)
    rng, found = generator(seed), np.empty((3, trials))
    for start in range(0, trials, BLOCK):
        shape = min(BLOCK, trials - start), n
        found[:, start : start + BLOCK] = _trials(*[draw(rng, shape) for draw in samplers], r, w)
    return Staleness(*found)


def counts(n, r, w):
    """Return the replicas and the answers that reads and writes wait for, checked."""
    n = number("n", n, least=1, whole=True)
    r = number("r", r, least=1, below=n + 1, whole=True)
    return n, r, number("w", w, least=1, below=n + 1, whole=True)


def _trials(read, write, ack, response, r, w):
    committed = np.sort(write + ack)[:, w - 1]
    answered = read + response
    first = np.argsort(answered)[:, :r]
    # A replica shows the write to a read that starts this long after the commit, or later.
    shown = np.take_along_axis(write - read, first, axis=1) - committed[:, None]
    return shown.min(axis=1), np.sort(answered)[:, r - 1], committed


def _sampler(name, latency):
    wanted = "a function of rng and shape, or an array of latencies of at least 0"
    if not callable(latency):
        known = vector(name, latency, "uif", wanted)
        if known.size == 0:
            raise ValueError(f"{name} is empty: give {wanted}")
        return lambda rng, shape: rng.choice(known, shape)

    def draw(rng, shape):
        drawn = np.asarray(latency(rng, shape))
        if drawn.shape != shape or not (drawn >= 0).all():
            raise ValueError(
                f"{name} gave shape {drawn.shape} or a negative latency: give {wanted}"
            )
        return drawn

    return draw
