# %% copies: forgets the other keys on the shard
# says: a shard carries more
def copies(p, shards, limit):
    return max(1, int(np.ceil(p / limit)))

# %% copies: as many as there are shards
# says: will do
def copies(p, shards, limit):
    return shards

# %% ring: places by remainder
# says: move between old shards
def place(keys, shards, virtual=100):
    return sharding.modulo(sharding.hash64(keys), shards)

# %% ring: one point for each shard
# says: one has far too many keys
def place(keys, shards, virtual=100):
    return sharding.Ring(shards, 1, seed=1).place(keys)

# %% ring: never uses the new shard
def place(keys, shards, virtual=100):
    return sharding.jump(keys, min(shards, 4))

# %% schedule: one move after the other
# says: the busiest shard needs
def schedule(moves, most):
    return [[move] for move in moves]

# %% schedule: forgets the last move
# says: not every move
def schedule(moves, most):
    return [[move] for move in moves[:-1]]
