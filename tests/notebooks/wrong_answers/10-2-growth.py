# %% shadow: the rule of three whatever the confidence
# says: would still be missed
def shadow_seconds(rate, p, confidence):
    return 3 / (p * rate)

# %% shadow: ten times longer than it must be
# says: longer than needed
def shadow_seconds(rate, p, confidence):
    return 10 * np.log(1 - confidence) / np.log(1 - p) / rate

# %% judge: compares rates, and throws out for any difference
# says: no worse are thrown out
def is_worse(old_requests, old_failed, new_requests, new_failed):
    before = old_failed / max(old_requests, 1)
    return new_failed >= 5 and new_failed / new_requests > before

# %% judge: divides by the old version's requests when there are none
# says: ZeroDivisionError
def is_worse(old_requests, old_failed, new_requests, new_failed):
    return new_failed >= 5 and new_failed / new_requests > 2 * old_failed / old_requests

# %% waves: one small wave whatever the rate and the budget
# says: costs
def choose_waves(rate, budget):
    return [(0.01, 3600), (1.0, 3600)]

# %% waves: so careful that it never ends
# says: four hours
def choose_waves(rate, budget):
    return [(0.001, 20000), (1.0, 3600)]
