"""The move of slots from one primary to another, step by step, while clients go on.

Between ``begin`` and ``finish`` the source answers for the keys that it still has and sends
clients on with ASK for those that it has not. After ``finish`` it answers MOVED.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """Slots on their way from one node to another.

    Attributes
    ----------
    source, target : Node
    slots : list of int
    primaries : list of Node
        Those that are told at the end.
    """

    source: object
    target: object
    slots: list
    primaries: list

    def begin(self):
        """Mark the slots: IMPORTING at the target, then MIGRATING at the source."""
        source, target = self.source.id, self.target.id
        self._set(self.target, "IMPORTING", source)
        self._set(self.source, "MIGRATING", target)

    def transfer(self, keys=100):
        """MIGRATE up to so many ``keys``, a slot's in one batch; returns how many there were."""
        place = "127.0.0.1", self.target.port, "", 0, 5000
        moved = 0
        with self.source.client() as client, client.pipeline(transaction=False) as pipe:
            for slot in self.slots:
                pipe.execute_command("CLUSTER GETKEYSINSLOT", slot, keys)
            for held in pipe.execute():
                if batch := held[: keys - moved]:
                    pipe.execute_command("MIGRATE", *place, "KEYS", *batch)
                    moved += len(batch)
            pipe.execute()
        return moved

    def finish(self):
        """SETSLOT NODE: the target owns the slots, told to it, the source and the rest."""
        owner = self.target.id
        rest = [one for one in self.primaries if one not in (self.source, self.target)]
        for node in (self.target, self.source, *rest):
            self._set(node, "NODE", owner)

    def run(self):
        """All the steps."""
        self.begin()
        while self.transfer():
            pass
        self.finish()

    def _set(self, node, state, other):
        with node.client() as client, client.pipeline(transaction=False) as pipe:
            for slot in self.slots:
                pipe.execute_command("CLUSTER SETSLOT", slot, state, other)
            pipe.execute()
