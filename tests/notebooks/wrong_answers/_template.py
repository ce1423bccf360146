# %% rate: takes the service for the response
# says: the server answers 100 a second at most
arrival_rate = 1 / 0.010

# %% rate: takes 50 ms for the wait
# says: it is 0.060 s
arrival_rate = 100 - 1 / 0.060

# %% wait: mends the division and forgets to take the service away
# says: the service is not waiting
def mean_wait(arrival_rate, service_rate):
    return 1 / (service_rate - arrival_rate)

# %% wait: takes the utilization for the wait
def mean_wait(arrival_rate, service_rate):
    return arrival_rate / service_rate

# %% servers: thinks that two lines of work are better than one
# says: the best: 0.050 s
servers = 2

# %% servers: no number at all
servers = "many"
