# %% first-limit: multiplies the functions' time instead of dividing by it
# says: it trips at
def first_limit(handler, work, tasks, memory):
    connections = min(memory * 2**30 // 9_531_392, 5_000)
    half = {"tasks": tasks / work, "gateway": 10_000,
            "functions": 1_000 * handler,
            "connections": (connections - tasks) / handler}
    first = min(half, key=half.get)
    return first, 2 * half[first]

# %% first-limit: forgets that each way has only half
# says: in total
def first_limit(handler, work, tasks, memory):
    connections = min(memory * 2**30 // 9_531_392, 5_000)
    half = {"tasks": tasks / work, "gateway": 10_000,
            "functions": 1_000 / handler,
            "connections": (connections - tasks) / handler}
    first = min(half, key=half.get)
    return first, half[first]

# %% first-limit: forgets that tasks hold connections too
# says: it trips at
def first_limit(handler, work, tasks, memory):
    connections = min(memory * 2**30 // 9_531_392, 5_000)
    half = {"tasks": tasks / work, "gateway": 10_000,
            "functions": 1_000 / handler,
            "connections": connections / handler}
    first = min(half, key=half.get)
    return first, 2 * half[first]

# %% bucket: is never fuller than its burst, but counts refused time twice
# says: are allowed
class Bucket:
    def __init__(self, rate, burst):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, 0.0

    def admit(self, now):
        self.tokens += (now - self.at) * self.rate
        self.tokens = min(self.burst, self.tokens)
        if self.tokens < 1:
            return False
        self.tokens, self.at = self.tokens - 1, now
        return True

# %% bucket: notes the time, but has no end
# says: after a night
class Bucket:
    def __init__(self, rate, burst):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, 0.0

    def admit(self, now):
        self.tokens += (now - self.at) * self.rate
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

# %% bucket: throws the drops of a refusal away
# says: it admits only
class Bucket:
    def __init__(self, rate, burst):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, 0.0

    def admit(self, now):
        dripped = int((now - self.at) * self.rate)
        self.tokens = min(self.burst, self.tokens + dripped)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

# %% tasks: two thirds busy, and nothing on top
# says: with a zone lost too many wait
def tasks(rate, work, zones, wait):
    each = math.ceil(rate * work / (zones - 1) - 1e-9)
    return each * zones

# %% tasks: holds the zones that are left, but cannot be divided
# says: cannot be divided
def tasks(rate, work, zones, wait):
    load = rate * work
    left = math.floor(load) + 1
    while erlang.erlang_c(load, left) > wait:
        left += 1
    return left * zones // (zones - 1) + 1

# %% tasks: three times as many as needed are safe, too
# says: will do
def tasks(rate, work, zones, wait):
    return zones * math.ceil(3 * rate * work)
