"""The policies once more, as they are told: in plain Python, and slow."""

from collections import OrderedDict, deque


def lru(trace, capacity):
    held = OrderedDict()
    for item in trace:
        yield item in held
        held[item] = True
        held.move_to_end(item)
        if len(held) > capacity:
            held.popitem(last=False)


def fifo(trace, capacity):
    held = deque(maxlen=capacity)
    for item in trace:
        yield item in held
        if item not in held:
            held.append(item)


def lfu(trace, capacity):
    held = {}  # how often each was asked for since it came in, and when last
    for now, item in enumerate(trace):
        yield item in held
        if item not in held and len(held) == capacity:
            del held[min(held, key=held.get)]
        count, _ = held.get(item, (0, 0))
        held[item] = count + 1, now


def sieve(trace, capacity):
    line, visited, hand = [], set(), 0  # from old to new
    for item in trace:
        yield item in line
        if item in line:
            visited.add(item)
            continue
        if len(line) == capacity:
            while line[hand] in visited:
                visited.remove(line[hand])
                hand = (hand + 1) % capacity
            line.pop(hand)
            # Past the newest the hand begins again; what comes in now is newer still.
            hand = 0 if hand == len(line) else hand
        line.append(item)


def s3fifo(trace, capacity):
    room = max(capacity // 10, 1)
    small, main, ghosts, asked, full = deque(), deque(), deque(), {}, False
    for item in trace:
        yield item in asked
        if item in asked:
            asked[item] = min(asked[item] + 1, 3)
            continue
        back = item in ghosts
        if back:
            ghosts.remove(item)
        while len(small) + len(main) == capacity:
            full = True
            if small and len(main) <= capacity - room:
                while small and asked[small[0]] >= 2:
                    asked[small[0]] = 0
                    main.append(small.popleft())
                if small:
                    del asked[small[0]]
                    ghosts.append(small.popleft())
                if len(ghosts) > capacity * 9 // 10:
                    ghosts.popleft()
            else:
                oldest = main.popleft()
                if asked[oldest]:
                    asked[oldest] -= 1
                    main.append(oldest)
                else:
                    del asked[oldest]
        asked[item] = 0
        # Until something has to go, the main queue takes what the small one has no room for.
        to_main = back or (not full and len(small) >= room)
        (main if to_main else small).append(item)


def arc(trace, capacity):
    """Megiddo and Modha (2003), figure 4, with its names; the left of a list is its LRU end."""
    t1, t2, b1, b2, p = [], [], [], [], 0

    def replace(in_b2):
        if t1 and (len(t1) > p or (in_b2 and len(t1) == p)):
            b1.append(t1.pop(0))
        else:
            b2.append(t2.pop(0))

    for x in trace:
        yield x in t1 or x in t2
        if x in t1 or x in t2:
            (t1 if x in t1 else t2).remove(x)
            t2.append(x)
        elif x in b1:
            p = min(p + max(len(b2) / len(b1), 1), capacity)
            replace(False)
            b1.remove(x)
            t2.append(x)
        elif x in b2:
            p = max(p - max(len(b1) / len(b2), 1), 0)
            replace(True)
            b2.remove(x)
            t2.append(x)
        else:
            total = len(t1) + len(t2) + len(b1) + len(b2)
            if len(t1) + len(b1) == capacity:
                if len(t1) < capacity:
                    b1.pop(0)
                    replace(False)
                else:
                    t1.pop(0)
            elif total >= capacity:
                if total == 2 * capacity:
                    b2.pop(0)
                replace(False)
            t1.append(x)
