"""A fleet that follows a target, step by step: who serves, who boots, who is cold."""

import math
from dataclasses import dataclass

# A low period leaves the fleet this far below its target: one just below it is no alarm.
SLACK = 0.9


@dataclass(frozen=True)
class Policy:
    """A target-tracking policy; its times are whole numbers of steps."""

    target: float
    minimum: int
    maximum: int
    period: int
    high_periods: int
    low_periods: int
    boot: int
    warm_up: int
    cooldown: int


class Fleet:
    """Servers that were ordered, that serve, and that are warm; and the alarms that change them."""

    def __init__(self, policy, servers):
        self.policy, self.serving, self.ordered = policy, servers, servers
        self.booting = []  # (step in which they begin to serve, how many)
        self.heating = []  # (step in which they are warm, how many)
        self.high = self.low = 0
        self.changed = -math.inf

    @property
    def cold(self):
        """How many servers do not work at full speed yet."""
        return sum(count for _, count in self.heating)

    def arrive(self, step):
        """Let those serve, and those be warm, whose step has come; return how many are new."""
        fresh = sum(count for when, count in self.booting if when <= step)
        self.booting = [(when, count) for when, count in self.booting if when > step]
        self.serving += fresh
        self.heating.append((step + self.policy.warm_up, fresh))
        self.heating = [(when, count) for when, count in self.heating if when > step and count]
        return fresh

    def look(self, step, utilization):
        """End a period in which the servers were so busy; return how many leave at once."""
        policy = self.policy
        self.high = self.high + 1 if utilization > policy.target else 0
        self.low = self.low + 1 if utilization < SLACK * policy.target else 0
        wanted = math.ceil((self.serving - self.cold) * utilization / policy.target - 1e-9)
        wanted = min(max(wanted, policy.minimum), policy.maximum)
        if self.high >= policy.high_periods and wanted > self.ordered:
            self.booting.append((step + policy.boot, wanted - self.ordered))
            self.ordered, self.changed = wanted, step
        settled = not self.booting and not self.heating
        settled = settled and step - self.changed >= policy.cooldown
        if self.low >= policy.low_periods and settled and wanted < self.ordered:
            leaving, self.ordered, self.changed = self.ordered - wanted, wanted, step
            self.serving = wanted
            return leaving
        return 0
