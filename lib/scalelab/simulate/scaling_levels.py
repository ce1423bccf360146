"""What a fleet works on: requests as a fluid, or one by one."""

import numpy as np

from .scaling_kernel import serve


class Fluid:
    """Requests that flow: the backlog grows by the load and falls by what the servers can do."""

    def __init__(self, load, step, service_rate, cold_speed, room):
        self.load, self.step, self.rate = load, step, service_rate
        self.cold_speed, self.room = cold_speed, room
        self.backlog, self.lost = 0.0, np.zeros(load.size)
        self.capacity = np.zeros(load.size)

    def change(self, now, fresh, leaving, warm_at):
        """Let servers come and go: a fluid needs to know their number only."""

    def advance(self, k, serving, cold):
        """Work for one step; return how busy the servers were, 0 to 1."""
        self.capacity[k] = self.rate * (serving - (1 - self.cold_speed) * cold)
        able = self.capacity[k] * self.step
        there = self.backlog + self.load[k] * self.step
        left = max(there - able, 0.0)
        self.backlog = min(left, self.room)
        self.lost[k] = left - self.backlog
        return min(there / able, 1.0)

    def end(self, backlogs):
        """Return requests' arrivals and waits, how many each stands for, and how many were lost.

        A request waits until the servers have done what was before it: their work is summed over
        time, and the sum looked up backwards. After the end they go on as they are.
        """
        time = np.arange(self.load.size + 1) * self.step
        done = np.append(0.0, np.cumsum(self.capacity) * self.step)
        time = np.append(time, time[-1] + 1 + self.backlog / self.capacity[-1])
        done = np.append(done, done[-1] + self.capacity[-1] + self.backlog)
        begins = time[:-2]
        waits = np.interp(done[:-2] + backlogs, done, time) - begins
        return begins, waits, self.load * self.step - self.lost, self.lost.sum()


class Requests:
    """Requests that come at random and wait in one line; each server has one at a time."""

    def __init__(self, load, step, service_rate, cold_speed, room, servers, rng):
        self.rng, self.step, self.service, self.cold_speed = rng, step, 1 / service_rate, cold_speed
        self.room = room
        spots = np.repeat(np.arange(load.size), rng.poisson(load * step))
        self.arrivals = np.sort(spots + rng.random(spots.size)) * step
        self.waits = np.full(spots.size, np.nan)
        self.line, self.state = np.zeros(spots.size, np.int64), np.zeros(3, np.int64)
        self.free, self.warm = np.zeros(servers), np.zeros(servers)

    @property
    def backlog(self):
        """How many requests wait for a server."""
        return self.state[1] - self.state[0]

    def change(self, now, fresh, leaving, warm_at):
        """Let new servers begin, and let those leave that are done first."""
        stay = np.argsort(self.free, kind="stable")[leaving:]
        self.free = np.append(self.free[stay], np.full(fresh, now))
        self.warm = np.append(self.warm[stay], np.full(fresh, warm_at))

    def advance(self, k, serving, cold):
        """Work for one step; return how busy the servers were, by the work that they began."""
        return self._until((k + 1) * self.step) / (serving * self.step)

    def end(self, backlogs):
        """Let the last requests be served, and return what the fluid returns."""
        self._until(np.inf)
        served = np.isfinite(self.waits)
        return self.arrivals[served], self.waits[served], np.ones(served.sum()), (~served).sum()

    def _until(self, time):
        return serve(
            self.rng, self.arrivals, self.waits, self.line, self.state, self.free, self.warm,
            self.service, self.cold_speed, self.room, time,
        )  # fmt: skip
