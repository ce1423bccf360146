"""What the load generator itself can do, and when its results are not to be believed.

A generator that cannot keep up measures itself. So `limit` says how much this one can send
here, and more is refused: before a run where that is known, and after it where it shows.
"""

import functools
import math
from numbers import Real

from . import client
from .http import servers

UNQUESTIONED = 500.0
"""Requests per second that any machine can send; above, `limit` is measured first."""

BELIEVED = 0.05
"""A run is refused when half of its requests were sent later than this after they were due."""

HOPELESS = 2.0
"""A run is given up when a request is sent this late."""


class GeneratorTooSlow(RuntimeError):
    """The generator could not send the requests when they were due: no result to believe."""


@functools.cache
def limit():
    """Requests per second that this generator can send here, measured once (about 2 s).

    Sixteen clients ask a server that does no work, as fast as they can, for half a second.
    Stay well below it: at the limit itself requests are late.

    Raises
    ------
    PartFailed
        That server did not start.
    """
    with servers([1.0]) as (app,):
        return client.in_thread(client.flood(app.url, clients=16, duration=0.5))


def give_up_if_hopeless(due, late):
    """End a run whose requests are sent ``late`` seconds after they are due."""
    if late > HOPELESS:
        raise GeneratorTooSlow(
            f"after {due:.1f} s the requests were sent {late:.1f} s late: "
            "this machine cannot send that many now, lower the rate or use fewer clients"
        )


def check_arguments(positive, **others):
    """Raise ``ValueError`` unless the first are above 0 and the others 0 or above."""
    for name, value in positive.items():
        if not (isinstance(value, Real) and 0 < value < math.inf):
            raise ValueError(f"{name} is {value!r}: it must be above 0")
    for name, value in others.items():
        if not (isinstance(value, Real) and 0 <= value < math.inf):
            raise ValueError(f"{name} is {value!r}: it must be 0 or above")
