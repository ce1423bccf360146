# %% connections: as many as are busy on average
# says: have a line without end
def connections(rate, hold, wait, instances):
    return max(1, round(rate * hold / instances)) * instances

# %% connections: one pool for all, whatever is asked
# says: is no whole number for each
def connections(rate, hold, wait, instances):
    return 6

# %% connections: sizes for all the load at each instance
# says: fewer than
def connections(rate, hold, wait, instances):
    each = int(rate * hold) + 1
    while queueing.mmc(rate, 1 / hold, each).mean_wait > wait:
        each += 1
    return each * instances

# %% connections: the square-root rule without the wait
def connections(rate, hold, wait, instances):
    load = rate / instances * hold
    return int(load + np.sqrt(load) + 1) * instances

# %% once: remembers before it acts, also what fails
# says: never tried again
class Once:
    def __init__(self, effect):
        self.effect, self.results = effect, {}

    async def __call__(self, key):
        if key in self.results:
            return await self.results[key]
        self.results[key] = asyncio.ensure_future(self.effect(key))
        return await self.results[key]

# %% once: keeps the failure to itself
# says: is kept from the caller
class Once:
    def __init__(self, effect):
        self.effect, self.tasks = effect, {}

    async def __call__(self, key):
        if key not in self.tasks:
            self.tasks[key] = asyncio.ensure_future(self.effect(key))
        try:
            return await asyncio.shield(self.tasks[key])
        except Exception:
            del self.tasks[key]

# %% once: answers the second caller with nothing
# says: it answers
class Once:
    def __init__(self, effect):
        self.effect, self.seen = effect, set()

    async def __call__(self, key):
        if key not in self.seen:
            self.seen.add(key)
            try:
                return await self.effect(key)
            except Exception:
                self.seen.discard(key)
                raise

# %% buy: cancels the other one and believes that this undoes it
# says: payment answers, inventory refuses
async def buy(order, payment, inventory):
    key = f"order-{order}"
    try:
        async with asyncio.timeout(0.3), asyncio.TaskGroup() as group:
            group.create_task(payment.charge(order, key))
            group.create_task(inventory.reserve(order, key))
        return "completed"
    except (ExceptionGroup, TimeoutError):
        return "refused"

# %% buy: has no time limit
# says: a second has passed
async def buy(order, payment, inventory):
    key = f"order-{order}"
    try:
        await inventory.reserve(order, key)
        await payment.charge(order, key)
        return "completed"
    except PermissionError:
        await inventory.release(order, key)
        return "refused"

# %% buy: takes silence for a no
# says: payment falls silent
async def buy(order, payment, inventory):
    key = f"order-{order}"
    try:
        async with asyncio.timeout(0.3):
            await inventory.reserve(order, key)
            await payment.charge(order, key)
        return "completed"
    except (PermissionError, TimeoutError):
        await inventory.release(order, key)
        return "refused"

# %% buy: a new key at each try
# says: paid 2
async def buy(order, payment, inventory):
    key = object()
    try:
        async with asyncio.timeout(0.3):
            await inventory.reserve(order, key)
            await payment.charge(order, key)
        return "completed"
    except (PermissionError, TimeoutError):
        await payment.refund(order, key)
        await inventory.release(order, key)
        return "refused"

# %% order: the surest step first
# says: is possible
def best_order(steps):
    return sorted(steps, key=lambda name: steps[name][0])

# %% order: the cheapest to undo first
# says: is possible
def best_order(steps):
    return sorted(steps, key=lambda name: steps[name][1])

# %% order: leaves out what cannot be undone
# says: is not each once
def best_order(steps):
    return [name for name in steps if steps[name][1] < np.inf]
