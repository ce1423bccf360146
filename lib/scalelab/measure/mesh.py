"""Partitions: which nodes of a group, and which clients, can still talk to each other.

>>> from scalelab.measure import http
>>> with http.servers([1, 1, 1]) as apps:
...     with mesh([app.address for app in apps], clients=["alice"]) as net:
...         net.partition({0, "alice"}, {1, 2})
...         sorted(map(str, net.cut))
["('alice', 1)", "('alice', 2)", '(0, 1)', '(0, 2)', '(1, 0)', '(2, 0)']
"""

import contextlib

from . import proxy


class Mesh:
    """A link from each node to each other, and from each client to each node.

    ``mesh[0, 1]`` is the `Link <scalelab.measure.proxy.Link>` by which node 0 reaches node 1,
    ``mesh["alice", 1]`` that of a client.

    Parameters
    ----------
    links : dict
        The links by (from, to): `mesh` makes them.

    Attributes
    ----------
    cut : set
        Those, as (from, to), that the last `partition` cut.
    """

    def __init__(self, links):
        self.links, self.cut = links, set()

    def __getitem__(self, ends):
        if ends not in self.links:
            known = ", ".join(map(str, self.links))
            raise ValueError(f"no link is called {ends}; the links are {known}")
        return self.links[ends]

    def partition(self, *groups):
        """Cut, in one moment, the links between different groups, and heal all others.

        Parameters
        ----------
        *groups : sets
            Of nodes (0, 1, ...) and clients. Who is in none of them keeps all links.
        """
        group = {}
        for i, members in enumerate(groups):
            for name in members:
                if group.setdefault(name, i) != i:
                    raise ValueError(f"groups hold {name!r} twice: a node is on one side only")
        if len(groups) < 2:
            raise ValueError("groups are fewer than two: name both sides of the partition")
        if unknown := group.keys() - {name for ends in self.links for name in ends}:
            raise ValueError(f"groups hold {unknown.pop()!r}, which is no node and no client")
        self._cut({e for e in self.links if len({group[n] for n in e if n in group}) == 2})

    def heal(self):
        """End the partition."""
        self._cut(set())

    def _cut(self, ends):
        part = next(iter(self.links.values())).part
        healed = [link for e, link in self.links.items() if e not in ends]
        proxy.tell(part, healed, "heal")
        proxy.tell(part, [self.links[e] for e in ends], "cut")
        self.cut = ends


@contextlib.contextmanager
def mesh(addresses, clients=(), seed=0):
    """Run one proxy with the links of a whole group until the end of the block.

    Parameters
    ----------
    addresses : sequence of str, int or None
        Of the nodes 0, 1, ..., as for `scalelab.measure.proxy.links`.
    clients : sequence of str
        Names of those who only ask.
    seed : int
        Of jitter, stalls and drops.

    Yields
    ------
    Mesh

    Raises
    ------
    PartFailed
        The proxy did not start.
    """
    addresses, clients = list(addresses), list(clients)
    if any(not isinstance(name, str) for name in clients) or len(set(clients)) < len(clients):
        raise ValueError(f"clients is {clients!r}: give each a name of its own")
    nodes = range(len(addresses))
    ends = [(a, b) for a in (*nodes, *clients) for b in nodes if a != b]
    if not ends:
        raise ValueError(
            "addresses has fewer than two nodes and there is no client: nothing to cut"
        )
    with proxy.links([addresses[b] for _, b in ends], seed) as links:
        yield Mesh(dict(zip(ends, links, strict=True)))
