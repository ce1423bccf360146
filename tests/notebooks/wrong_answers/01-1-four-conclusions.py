# %% room: one place short
# says: there is room for more than
def room(arrival_rate, service_rate, bound):
    places = 0
    while True:
        queue = queueing.mmck(arrival_rate, service_rate, 1, places + 1)
        if queue.response_quantile(0.99) > bound:
            return max(0, places - 1)
        places += 1

# %% room: bounds the mean and not the percentile
# says: the p99 is too long
def room(arrival_rate, service_rate, bound):
    return int(bound * service_rate)

# %% room: lets one in where even one is too slow
# says: the p99 is too long
def room(arrival_rate, service_rate, bound):
    places = 1
    while queueing.mmck(
        arrival_rate, service_rate, 1, places + 1
    ).response_quantile(0.99) <= bound:
        places += 1
    return places

# %% leak: leaves only after a timeout
# says: a call that ended in ConnectionResetError seems to be inside still
def guarded(room, ask):
    if room.enter() == "refused":
        raise ConnectionRefusedError
    try:
        answer = ask()
    except TimeoutError:
        room.leave()
        raise
    room.leave()
    return answer

# %% leak: leaves even where it never entered
# says: who was refused leaves all the same
def guarded(room, ask):
    try:
        if room.enter() == "refused":
            raise ConnectionRefusedError
        return ask()
    finally:
        room.leave()

# %% leak: hides the errors
# says: seems to succeed
def guarded(room, ask):
    if room.enter() == "refused":
        raise ConnectionRefusedError
    try:
        return ask()
    except Exception:
        return None
    finally:
        room.leave()

# %% leak: counts nobody
# says: not counted while it is made
def guarded(room, ask):
    return ask()

# %% compartments: as many as are busy on average
# says: refuses too many in peace
def compartments(pool, own, calls):
    limits = {name: int(rate * seconds) + 1 for name, (rate, seconds) in calls.items()}
    return limits if sum(limits.values()) <= pool - own else None

# %% compartments: promises more workers than there are
# says: it cannot be done
def compartments(pool, own, calls):
    limits = {}
    for name, (rate, seconds) in calls.items():
        limits[name] = 1
        while queueing.erlang_b(rate * seconds, limits[name]) > 0.001:
            limits[name] += 1
    return limits

# %% compartments: forgets the workers that are kept
# says: together they hold
def compartments(pool, own, calls):
    share = pool // len(calls)
    refused = [queueing.erlang_b(rate * seconds, share) for rate, seconds in calls.values()]
    return dict.fromkeys(calls, share) if max(refused) <= 0.001 else None

# %% views: three times the clock's
# says: must count requests
def three_views(load, failed, slow):
    up = np.mean(np.asarray(failed) < 0.5)
    return up, up, up

# %% views: the mean of the minutes instead of the requests
# says: must count requests
def three_views(load, failed, slow):
    return np.mean(failed < 0.5), np.mean(1 - failed), np.mean(1 - failed - slow)

# %% views: forgets that a late answer is none
# says: the third view leaves out
def three_views(load, failed, slow):
    good = 1 - load @ failed / load.sum()
    return np.mean(failed < 0.5), good, good
