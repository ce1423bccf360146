"""The lab of *Large-Scale System Design*: measure a part, model it, simulate it for millions.

The folders are the idea of the book.

``model``
    Closed forms. They import nothing of ours, so that simulations can be held against them.
``algorithms``
    The mechanisms themselves: sharding, caching, limiters, and so on.
``simulate``
    Millions of requests through those mechanisms.
``measure``
    Real parts on this machine: child processes on loopback.
``show``
    What the reader sees: charts, claims and exercises.

Rates are per second, times are in seconds, sizes in bytes, fractions in 0...1,
and randomness comes from a seed or a ``numpy.random.Generator`` that the caller passes in.
"""

__version__ = "0.1.0"
