"""The queues in cimba, which compiles the processes and runs them on an engine in C.

Its statistics of each line begin only after the last request, so that they cost nothing.
"""

import cimba
from cimba import random


class OneServer(cimba.Model):
    """One line in front of one server."""

    requests: int
    gap: float
    line: cimba.Store[float]
    waited: float = 0.0
    mean: cimba.Output[float]

    @cimba.process
    def arrivals(self):
        for _ in range(self.requests):
            cimba.hold(random.exponential(self.gap))
            self.line.put(cimba.now())

    @cimba.process
    def server(self):
        while True:
            arrived = self.line.get()
            self.waited += cimba.now() - arrived
            cimba.hold(random.exponential(1.0))

    @cimba.on_end
    def measure(self):
        self.mean = self.waited / self.requests


class SixteenServers(OneServer):
    """One line in front of sixteen."""

    @cimba.process(copies=16)
    def server(self):
        while True:
            arrived = self.line.get()
            self.waited += cimba.now() - arrived
            cimba.hold(random.exponential(1.0))


class Server(cimba.Model):
    """A server with a line of its own."""

    line: cimba.Store[float]
    inside: int = 0
    responded: float = 0.0

    @cimba.process
    def serve(self):
        while True:
            arrived = self.line.get()
            cimba.hold(random.exponential(1.0))
            self.inside -= 1
            self.responded += cimba.now() - arrived


class PowerOfTwo(cimba.Model):
    """A balancer that looks at two different servers and takes the shorter line."""

    servers: list[Server]
    requests: int
    gap: float
    mean: cimba.Output[float]

    @cimba.process
    def arrivals(self):
        n = len(self.servers)
        for _ in range(self.requests):
            cimba.hold(random.exponential(self.gap))
            one = int(random.uniform(0.0, n))
            two = int(random.uniform(0.0, n - 1))
            if two >= one:
                two += 1
            if self.servers[two].inside < self.servers[one].inside:
                one = two
            self.servers[one].inside += 1
            self.servers[one].line.put(cimba.now())

    @cimba.on_end
    def measure(self):
        total = 0.0
        for k in range(len(self.servers)):
            total += self.servers[k].responded
        self.mean = total / self.requests


def queue(servers, load, requests):
    """Return the mean wait in a line in front of 1 or 16 servers."""
    return _run({1: OneServer, 16: SixteenServers}[servers](), load * servers, requests)


def power_of_two(servers, load, requests):
    """Return the mean response of a balancer."""
    model = PowerOfTwo()
    model.servers = [Server() for _ in range(servers)]
    return _run(model, load * servers, requests)


def _run(model, arrival_rate, requests):
    model.requests, model.gap = requests, 1 / arrival_rate
    window = cimba.Window(warmup=1e15, duration=1)
    results = cimba.Experiment(model, window=window, seed=1).run()
    return float(results[model].mean.values[0, 0])
