"""Lists in arrays: `before[i]` and `after[i]` are the neighbors of object i, or -1 if it is out.

A list is closed by a head, a number above those of the objects: ``after[head]`` is the newest of
its objects and ``before[head]`` the oldest.
"""

from ..jit import jit


@jit
def push(before, after, head, item):
    """Put `item` at the newest end of a list."""
    newest = after[head]
    before[item], after[item] = head, newest
    after[head] = before[newest] = item


@jit
def unlink(before, after, item):
    """Take `item` out of its list."""
    before[after[item]], after[before[item]] = before[item], after[item]
    after[item] = -1
