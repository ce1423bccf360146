# %% deepest: one look whatever is asked
# says: 2 look(s)
def deepest(utilization, servers, looks):
    i = 0
    while servers * balancing.supermarket(utilization, 1).tail(i) >= 1:
        i += 1
    return i

# %% deepest: one too deep
# says: is not the smallest
def deepest(utilization, servers, looks):
    i = 0
    while servers * balancing.supermarket(utilization, looks).tail(i) >= 1:
        i += 1
    return i + 1

# %% restart: the same after each restart, and all on one server
# says: of the addresses
def server_for(address, servers):
    return len("server") % servers

# %% restart: counts servers from 1
# says: a server that is not there
def server_for(address, servers):
    import zlib

    return zlib.crc32(address.encode()) % servers + 1

# %% restart: draws anew each time
# says: after a restart
def server_for(address, servers):
    import random

    return random.randrange(servers)

# %% shares: gives the speeds themselves
# says: do not add up to 1
def shares(speeds):
    return speeds

# %% shares: gives the slow ones more
# says: times as busy
def shares(speeds):
    slowness = [1 / speed for speed in speeds]
    return [slow / sum(slowness) for slow in slowness]

# %% shares: forgets a server
# says: one share for each server
def shares(speeds):
    return [1.0]

# %% looks: two, always
def looks(interval):
    return 2

# %% looks: chance, always
def looks(interval):
    return 1
