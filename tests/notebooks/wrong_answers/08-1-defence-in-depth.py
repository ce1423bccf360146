# %% lifetime: forgets that somebody must answer
# says: no memory meets both
def lifetime(tokens, rate, exposure, most):
    return exposure

# %% lifetime: as short as the authority can bear
# says: may be longer
def lifetime(tokens, rate, exposure, most):
    T = max(tokens / most - 1 / rate, 0)
    return T if T <= exposure else None

# %% sorted: the parameter for the column as well
# says: cheaper one first
def find(db, name, order):
    return db.execute("SELECT name, price FROM p WHERE name = ? ORDER BY ?", (name, order)).fetchall()

# %% sorted: only words, so that nothing else gets in
# says: order 'cost' reaches the database
def find(db, name, order):
    if not re.fullmatch(r"\w+", order):
        raise ValueError(order)
    query = f"SELECT name, price FROM p WHERE name = ? ORDER BY {order}"
    return db.execute(query, (name,)).fetchall()

# %% limits: a fixed limit
# says: of the capacity
def limits(cost, cores, attackers):
    return 0.2, 10

# %% limits: a long queue
# says: the last one waits
def limits(cost, cores, attackers):
    per_address = cores / cost / 2 / attackers
    return (per_address, 10_000) if per_address >= 1 / 600 else None
