# %% consumers: forgets that messages go on coming
# says: too few
def consumers(rate, capacity, outage, within, partitions):
    backlog = rate * outage
    n = int(np.ceil(backlog / (capacity * within)))
    return n if n <= partitions else None

# %% consumers: forgets the partitions
# says: no number of consumers will do
def consumers(rate, capacity, outage, within, partitions):
    return int(np.ceil(rate * (1 + outage / within) / capacity))

# %% consumers: always as many as there are partitions
# says: do
def consumers(rate, capacity, outage, within, partitions):
    return partitions

# %% exactly-once: the effect first, the key in another transaction
# says: takes the money twice
def handle(db, message):
    seen = db.execute("select 1 from inbox where id = ?",
                      [message["id"]]).fetchone()
    if seen:
        return
    with db:
        db.execute("update account set money = money - ?",
                   [message["amount"]])
    with db:
        db.execute("insert into inbox values (?)", [message["id"]])

# %% exactly-once: no key at all
# says: takes the money twice
def handle(db, message):
    with db:
        db.execute("update account set money = money - ?",
                   [message["amount"]])

# %% exactly-once: one transaction that never charges
# says: never takes the money
def handle(db, message):
    with db:
        db.execute("insert or ignore into inbox values (?)",
                   [message["id"]])

# %% compatible: only looks at what was removed
# says: breaks somebody
def compatible(old, new):
    return set(old) <= set(new)

# %% compatible: allows nothing at all
# says: this works
def compatible(old, new):
    return old == new

# %% compatible: goes by names instead of numbers
def compatible(old, new):
    both = set(old) & set(new)
    return (all(old[name] == new[name] for name in both)
            and not any(must for fields in (old, new)
                        for name, (_, _, must) in fields.items()
                        if name not in both))
