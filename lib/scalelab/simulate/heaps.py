"""The functions of `heapq`, compiled; without numba they are those of `heapq`.

An item goes down from the top, past the lesser of each pair, until it finds its place. `heapq`
goes to the bottom first and up again, to compare less often: here it is cheap to compare, and dear
to guess wrong which way to go.
"""

import heapq

from ..jit import compiled, inline


@inline
def heapreplace(heap, item):
    """Put `item` in the place of the least; return nothing."""
    spot, child, last = 0, 1, len(heap) - 1
    while child < last:
        child += heap[child + 1] < heap[child]  # a sum and not a branch: nobody can predict it
        if item <= heap[child]:
            break
        heap[spot] = heap[child]
        spot, child = child, 2 * child + 1
    if child == last and heap[child] < item:
        heap[spot], spot = heap[child], child
    heap[spot] = item


@inline
def heappop(heap):
    """Take the least out; return nothing."""
    item = heap.pop()
    if len(heap) > 0:
        heapreplace(heap, item)


@inline
def heappush(heap, item):
    """Put `item` in."""
    spot = len(heap)
    heap.append(item)
    while spot > 0 and item < heap[(spot - 1) // 2]:
        heap[spot] = heap[(spot - 1) // 2]
        spot = (spot - 1) // 2
    heap[spot] = item


if not compiled:
    heappop, heappush, heapreplace = heapq.heappop, heapq.heappush, heapq.heapreplace
