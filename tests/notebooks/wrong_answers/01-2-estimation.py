# %% page: forgets that the reads take time too
# says: round trips
def page(keys, round_trip, read, batch=1):
    return math.ceil(keys / batch) * round_trip

# %% page: forgets the values that are left
# says: 2.00 round trips, 3 are needed
def page(keys, round_trip, read, batch=1):
    return max(1, keys // batch) * round_trip + keys * read

# %% posts: mends the users and leaves the rate
# says: do not make
def posts(users, each_day, size, years):
    return {"users": users, "posts a second": 3_500,
            "bytes a day": 3_500 * 86_400 * size,
            "bytes kept": 3_500 * 86_400 * size * 365 * years}

# %% posts: counts a year of twelve months of 30 days
# says: not so many days
def posts(users, each_day, size, years):
    daily = users * each_day
    return {"users": users, "posts a second": daily / 86_400,
            "bytes a day": daily * size,
            "bytes kept": daily * size * 360 * years}

# %% video: calls the average required
# says: that is not what the users make
def video(users, views, size, uploads, peak):
    amount = estimation.quantity
    ingress = amount(uploads) * amount(size)
    egress = amount(users) * amount(views) * amount(size)
    return {"ingress": ingress.to("GB/s"), "egress": egress.to("GB/s")}

# %% video: sends each upload out once
# says: egress is
def video(users, views, size, uploads, peak):
    amount = estimation.quantity
    ingress = amount(uploads) * amount(size) * peak
    return {"ingress": ingress.to("GB/s"), "egress": ingress.to("GB/s")}

# %% pairs: counts each friendship at both ends
# says: four people
def friendships(users, friends):
    return users * friends

def collisions(links, length):
    return links * (links - 1) / 2 / 62**length

# %% pairs: counts each pair of links twice
# says: in one case of 62
def friendships(users, friends):
    return users * friends / 2

def collisions(links, length):
    return links * (links - 1) / 62**length

# %% pairs: expects no collision while there are codes left
def friendships(users, friends):
    return users * friends / 2

def collisions(links, length):
    return 0 if links < 62**length else links - 62**length

# %% cache: a fifth of the objects
def cache(objects, exponent, size, share):
    return round(0.2 * objects) * size

# %% cache: everything
# says: fewer than
def cache(objects, exponent, size, share):
    return objects * size

# %% plan: buys for the peak and not for the loss of a zone
# says: after the loss of a zone
def plan(peak, sent, kept, budget):
    machines = math.ceil(peak / (3 * 500 * 0.6))
    return {"machines": machines, "copies": 3, "cdn": 0.95}

# %% plan: always finds one
# says: there is no such plan
def plan(peak, sent, kept, budget):
    machines = math.ceil(peak / (2 * 500 * 0.6))
    return {"machines": machines, "copies": 3, "cdn": 0.95}

# %% plan: never asks the CDN
# says: it costs
def plan(peak, sent, kept, budget):
    machines = math.ceil(peak / (2 * 500 * 0.6))
    cost = 3 * machines * 76 + 3 * kept * 0.2 + sent * 0.0525
    if cost > budget:
        return None
    return {"machines": machines, "copies": 3, "cdn": 0.0}
