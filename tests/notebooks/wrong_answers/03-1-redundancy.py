# %% disasters: trusts the replica with everything
# says: a replica drops it too
cure = {
    "one of two active servers has crashed a moment ago": "retry",
    "the primary database's machine has died": "failover",
    "an operator has dropped a table": "failover",
    "the data center is under water": "second site",
    "a new release crashes on each server": "rollback",
    "one server answers a hundred times slower": "better check",
}

# %% disasters: another server for a bad release
# says: every server that takes over
cure = {
    "one of two active servers has crashed a moment ago": "retry",
    "the primary database's machine has died": "failover",
    "an operator has dropped a table": "backup",
    "the data center is under water": "second site",
    "a new release crashes on each server": "failover",
    "one server answers a hundred times slower": "better check",
}

# %% servers: as if they were independent
# says: too few
def servers(a, beta, target):
    return int(np.ceil(np.log(1 - target) / np.log(1 - a) - 1e-9))

# %% servers: always one more than needed
# says: will do
def servers(a, beta, target):
    if 1 - beta * (1 - a) < target:
        return None
    n = 1
    while availability.common_cause(n, a, beta) < target:
        n += 1
    return n + 1

# %% servers: never admits that it can't be done
# says: even a thousand servers
def servers(a, beta, target):
    n = 1
    while n < 50 and availability.common_cause(n, a, beta) < target:
        n += 1
    return n

# %% table: counts the year of 365.25 days
# says: are not that fraction of 365 days
def allowed(nines):
    return {"30 days": 30 * 86_400 / 10**nines, "365 days": 365.25 * 86_400 / 10**nines}

# %% table: only the nines that stand in it
# says: KeyError
def allowed(nines):
    share = {1: 0.1, 2: 0.01, 3: 0.001, 4: 0.0001}[nines]
    return {"30 days": 30 * 86_400 * share, "365 days": 365 * 86_400 * share}

# %% drill: half the interval, without the switch
def drill(breaks, mtbf, mttr, switch, target):
    return 2 * (1 - target) / ((1 - mttr / mtbf) * breaks * mttr / mtbf)

# %% drill: once an hour, to be on the safe side
# says: more often than needed
def drill(breaks, mtbf, mttr, switch, target):
    pair = availability.failover(mtbf, mttr, 1.0, switch)
    return 3600.0 if pair.availability >= target else None

# %% drill: there is always an interval
# says: no drill is often enough
def drill(breaks, mtbf, mttr, switch, target):
    def enough(T):
        x = breaks * T
        pair = availability.failover(mtbf, mttr, -np.expm1(-x) / x, switch)
        return pair.availability >= target

    low, high = 1.0, 1e12
    for _ in range(100):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low
