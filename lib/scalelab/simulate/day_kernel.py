"""The compiled loop of `day`: one visit after the other, each with all its requests."""

from ..jit import jit


@jit
def live(rng, visits, more, pause, arrivals, asked, change):
    """Live through the visits, and return how many of them midnights were inside.

    A day has as many intervals as `arrivals`, and times are counted in them; `visits` says how
    many begin in each of equal pieces of it. A visit has 1 request and as many more as an
    exponential number of mean `more` is whole. `change` gets by how much more visits are inside
    at the beginning of an interval than at that of the last one.
    """
    steps, pieces = arrivals.size, visits.size
    width = steps / pieces
    over = 0
    for piece in range(pieces):
        for _ in range(visits[piece]):
            now = min((piece + rng.random()) * width, steps * (1 - 1e-15))
            arrivals[int(now)] += 1
            change[int(now) + 1] += 1
            left = 1 + int(rng.standard_exponential() * more)
            while left > 0:
                left -= 1
                now += rng.standard_exponential() * pause
                while now >= steps:
                    now -= steps
                    over += 1
                asked[int(now)] += 1
            change[int(now) + 1] -= 1
    return over
