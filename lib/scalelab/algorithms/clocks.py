"""Three clocks that order events without trusting the time of day.

An event *happened before* another if a message, or a chain of them, could have carried news of
the first to the second. Otherwise the two are concurrent: neither could know of the other.

=============  ======================  =======================================================
clock          stamp                   what it tells
=============  ======================  =======================================================
`Lamport`      one number              a before b  ⇒  stamp(a) < stamp(b); not the reverse
`Vector`       one number per replica  a before b  ⇔  stamp(a) < stamp(b); also concurrency
`Hybrid`       time and a counter      as Lamport, and close to the time of day
=============  ======================  =======================================================

Sources: Lamport, *Time, clocks, and the ordering of events in a distributed system* (1978);
Fidge (1988) and Mattern (1989) for vectors; Kulkarni, Demirbas, Madappa, Avva and Leone,
*Logical physical clocks* (2014), figure 5, for the hybrid. What merges by itself once it has such
stamps is in `scalelab.algorithms.crdts`.
"""

import math

from ._arguments import alike, label, moment, number

__all__ = ["Hybrid", "Lamport", "Vector"]


class Lamport:
    """A counter that a message pushes forward.

    Examples
    --------
    >>> here, there = Lamport(), Lamport()
    >>> stamp = [here.tick() for _ in range(3)][-1]
    >>> there.receive(stamp)
    4
    """

    def __init__(self):
        self.time = 0

    def tick(self):
        """Return the stamp of an event here, such as the sending of a message."""
        self.time += 1
        return self.time

    def receive(self, stamp):
        """Return the stamp of the arrival of a message that was sent at `stamp`."""
        self.time = max(self.time, number("stamp", stamp, least=0, whole=True)) + 1
        return self.time


class Vector:
    """How many events of each replica are known: a stamp, and never changed.

    Parameters
    ----------
    counts : dict of str to int, optional
        Events by replica; a replica that is missing has none.

    Examples
    --------
    Two replicas write without hearing of each other, then one of them hears.

    >>> a, b = Vector().tick("a"), Vector().tick("b")
    >>> a.concurrent(b), a.before(a.merge(b).tick("a"))
    (True, True)
    """

    def __init__(self, counts=()):
        try:
            counts = dict(counts)
        except (TypeError, ValueError):
            raise ValueError(f"counts is {counts!r}: it must map replicas to numbers") from None
        for replica, count in counts.items():
            label("counts has a replica that", replica)
            number(f"counts of {replica!r}", count, least=0, whole=True)
        self.counts = {replica: int(count) for replica, count in counts.items() if count}

    def tick(self, replica):
        """Return the stamp of the next event of `replica`."""
        return Vector({**self.counts, label("replica", replica): self[replica] + 1})

    def merge(self, other):
        """Return the stamp of one who knows this and the `other`: the greater of each pair."""
        replicas = self.counts.keys() | alike("other", other, Vector).counts.keys()
        return Vector({replica: max(self[replica], other[replica]) for replica in replicas})

    def before(self, other):
        """Return whether this event happened before the `other`."""
        return self != other and self.merge(other) == other

    def concurrent(self, other):
        """Return whether neither this event nor the `other` could know of the other one."""
        return self != other and not self.before(other) and not other.before(self)

    def __getitem__(self, replica):
        return self.counts.get(replica, 0)

    def __eq__(self, other):
        return isinstance(other, Vector) and self.counts == other.counts

    def __hash__(self):
        return hash(frozenset(self.counts.items()))

    def __repr__(self):
        return f"Vector({dict(sorted(self.counts.items()))})"


class Hybrid:
    """The greatest time of day that was heard of, and a counter where that stands still.

    A stamp is a pair (time, count), and pairs are compared in that order. The time of a stamp is
    never behind the clock of its own machine, and never ahead of the fastest clock of all. Where
    a clock is set back, the counter goes on until the clock has caught up.

    Parameters
    ----------
    max_drift : float, optional
        How far, in seconds, the stamp of a message may be ahead of the clock here. One broken
        clock would otherwise carry all others with it.

    Examples
    --------
    The second clock is half a second behind; the third event comes after its clock stepped back.

    >>> first, second = Hybrid(), Hybrid(max_drift=1)
    >>> second.receive(first.tick(10.0), now=9.5)
    (10.0, 1)
    >>> second.tick(now=9.1)
    (10.0, 2)
    >>> second.tick(now=10.1)
    (10.1, 0)
    """

    def __init__(self, max_drift=None):
        if max_drift is not None:
            max_drift = number("max_drift", max_drift, least=0)
        self.max_drift = math.inf if max_drift is None else max_drift
        self.stamp = (0.0, 0)

    def tick(self, now):
        """Return the stamp of an event here, while the clock on the wall shows `now` seconds."""
        return self._advance(moment(now, 0), (0.0, 0))

    def receive(self, stamp, now):
        """Return the stamp of the arrival, at `now`, of a message that was sent at `stamp`.

        Raises
        ------
        ValueError
            The stamp is more than `max_drift` seconds ahead of `now`, or no stamp.
        """
        now = moment(now, 0)
        try:
            time, count = stamp
        except (TypeError, ValueError):
            raise ValueError(f"stamp is {stamp!r}: it must be a pair of time and count") from None
        time = number("stamp has a time that", time, least=0)
        count = number("stamp has a count that", count, least=0, whole=True)
        if time - now > self.max_drift:
            raise ValueError(
                f"stamp is {time - now:g} s ahead of the clock: at most {self.max_drift:g} s are "
                "believed"
            )
        return self._advance(now, (time, count))

    def _advance(self, now, heard):
        time, count = max(self.stamp, heard)
        self.stamp = (now, 0) if now > time else (time, count + 1)
        return self.stamp
