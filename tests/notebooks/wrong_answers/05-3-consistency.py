# %% quorum: a majority, always
# says: it can be
def best_quorum(trips, reads):
    majority = len(trips) // 2 + 1
    return majority, len(trips) + 1 - majority

# %% quorum: everybody, always
# says: it can be
def best_quorum(trips, reads):
    return len(trips), len(trips)

# %% quorum: asks more than there are
# says: cannot be met
def best_quorum(trips, reads):
    return 1, len(trips) + 1

# %% newest: the oldest of those asked
def read_from(replicas, asked):
    return min(replicas[i] for i in asked)

# %% newest: writes to replicas that it did not ask
# says: only use the replicas
def read_from(replicas, asked):
    newest = max(replicas)
    for i in range(3):
        replicas[i] = newest
    return newest

# %% shares: half each
def shares(stock, demand):
    return [stock // len(demand)] * len(demand)

# %% shares: the first come
# says: some sites go much shorter
def shares(stock, demand):
    given = []
    for d in demand:
        given.append(min(d, stock))
        stock -= given[-1]
    return given

# %% shares: fractions of a piece
# says: whole pieces
def shares(stock, demand):
    return [stock * d / max(1, sum(demand)) for d in demand]
