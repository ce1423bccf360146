# %% memory: counts objects and forgets their size
# says: is no number of objects
def memory(objects, exponent, size, target):
    return 1 + objects // 2 if size > 1 else objects

# %% memory: room for everything
# says: fewer than
def memory(objects, exponent, size, target):
    return objects * size

# %% memory: a fifth of the objects, whatever is asked
def memory(objects, exponent, size, target):
    return max(1, objects // 5) * size

# %% evict: evicts also what is only written again
# says: it holds another object
class Cache:
    def __init__(self, capacity):
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
        return self.values.get(key)

    def set(self, key, value):
        if len(self.values) >= self.capacity:
            self.values.popitem(last=False)
        self.values[key] = value

# %% evict: never evicts
class Cache:
    def __init__(self, capacity):
        self.values = OrderedDict()

    def get(self, key):
        return self.values.get(key)

    def set(self, key, value):
        self.values[key] = value

# %% interval: flushes as often as it likes
# says: the database gets
def interval(rate, popularity, budget, most):
    return 0.001

# %% interval: forgets that a crash may come at any moment
def interval(rate, popularity, budget, most):
    return most / rate

# %% interval: always finds one
# says: no interval meets both
def interval(rate, popularity, budget, most):
    return 2 * most / rate
