# %% nodes: for the average of the day
# says: it is longer
def nodes(dau, requests, peak, service, p99):
    spare = 1 / service - math.log(100) / p99
    return max(1, math.ceil(dau * requests / 86_400 / spare)) if spare > 0 else None

# %% nodes: for the mean, as if it were the p99
# says: it is longer
def nodes(dau, requests, peak, service, p99):
    if service * math.log(100) >= p99:
        return None
    return max(1, math.ceil(dau * requests / 86_400 * peak / (1 / service - 1 / p99)))

# %% nodes: always finds a number
# says: no number of nodes is enough
def nodes(dau, requests, peak, service, p99):
    rate = dau * requests / 86_400 * peak
    return max(1, math.ceil(rate / max(1 / service - math.log(100) / p99, 1e-3)))

# %% nodes: one to be safe
# says: will do
def nodes(dau, requests, peak, service, p99):
    spare = 1 / service - math.log(100) / p99
    if spare <= 0:
        return None
    return 1 + max(1, math.ceil(dau * requests / 86_400 * peak / spare))

# %% lie: averages the nodes, weighted by their requests
# says: a slow node with most of the requests
def fleet_p99(before, after, edges):
    found, weights = [], []
    for counts in after - before:
        at = min(np.searchsorted(counts, 0.99 * counts[-1]), len(edges) - 2)
        found.append(edges[at])
        weights.append(counts[-1])
    return np.average(found, weights=weights)

# %% lie: merges, since the beginning of time
# says: before the first reading
def fleet_p99(before, after, edges):
    counts = after.sum(axis=0)
    return edges[min(np.searchsorted(counts, 0.99 * counts[-1]), len(edges) - 2)]

# %% lie: merges what happened in between, and forgets restarts
# says: were restarted
def fleet_p99(before, after, edges):
    counts = (after - before).sum(axis=0)
    return edges[min(np.searchsorted(counts, 0.99 * counts[-1]), len(edges) - 2)]

# %% edges: without the objective
# says: is no edge
def edges(low, high, error, objective):
    count = math.ceil(math.log(high / low) / math.log(1 + error)) + 1
    return np.geomspace(low, high, count)

# %% edges: the objective, and nothing else is watched
# says: may differ by
def edges(low, high, error, objective):
    return np.array([low, objective, high])

# %% edges: as many as one likes
# says: are enough
def edges(low, high, error, objective):
    step = 1 + error / 2
    down = math.ceil(math.log(objective / low) / math.log(step))
    up = math.ceil(math.log(high / objective) / math.log(step))
    return objective * step ** np.arange(-down, up + 1)

# %% edges: stops too early
# says: is less
def edges(low, high, error, objective):
    up = math.floor(math.log(high / objective) / math.log(1 + error))
    down = math.ceil(math.log(objective / low) / math.log(1 + error))
    return objective * (1 + error) ** np.arange(-down, up)
