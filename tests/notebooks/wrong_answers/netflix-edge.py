# %% offered: the longest is right, the mean is half of it
# says: the mean of 50,000 crashes
def offered(heartbeat, lease, evict, copy, fetch, instances):
    longest = lease + evict + copy + fetch
    if instances < 7:
        return math.inf, math.inf
    return longest / 2, longest

# %% offered: counts the lease twice, as the code does
# says: the mean of 50,000 crashes
def offered(heartbeat, lease, evict, copy, fetch, instances):
    waits = evict + copy + fetch
    return 2 * lease - heartbeat / 2 + waits / 2, 2 * lease + waits

# %% offered: knows no self-preservation
# says: the dead one is kept
def offered(heartbeat, lease, evict, copy, fetch, instances):
    waits = evict + copy + fetch
    return lease - heartbeat / 2 + waits / 2, lease + waits

# %% lease: takes the duration away at the wrong end
# says: never renewed expires too early
class Lease:
    def __init__(self, duration, now):
        self.duration, self.updated = duration, now

    def renew(self, now):
        self.updated = now + self.duration

    def expired(self, now):
        return now > self.updated

# %% lease: a renewal that does nothing
# says: it expires too early
class Lease:
    def __init__(self, duration, now):
        self.duration, self.updated = duration, now

    def renew(self, now):
        pass

    def expired(self, now):
        return now > self.updated + self.duration

# %% gateways: no room for a lost region
# says: with a region lost, the processors are too few
def gateways(rate, wait, work, cores, threads, regions):
    servers = math.ceil(rate * work / (0.6 * cores) / regions)
    return "threads" if work > 0.01 else "loop", servers

# %% gateways: a loop, whatever it computes
# says: a loop would stand still
def gateways(rate, wait, work, cores, threads, regions):
    busy = rate * work / (0.6 * cores) / (regions - 1)
    return "loop", math.ceil(busy - 1e-9)

# %% gateways: forgets that a waiting request holds its thread
# says: the threads are too few
def gateways(rate, wait, work, cores, threads, regions):
    busy = rate * work / (0.6 * cores) / (regions - 1)
    return "threads", math.ceil(busy - 1e-9)

# %% gateways: twice as many, to be safe
# says: in each region will do
def gateways(rate, wait, work, cores, threads, regions):
    survive = regions - 1
    busy = rate * work / (0.6 * cores)
    held = rate * (wait + work) / threads
    return "threads", 2 * math.ceil(max(busy, held) / survive)
