"""One table on many servers: hash partitions that are foreign tables.

Clients talk to a coordinator, which holds no rows. PostgreSQL's planner prunes the
partitions that a query's key rules out and asks the others all at once.

>>> with shards(2) as cluster:
...     cluster.create_table("person", "id bigint, name text", key="id")
...     with cluster.coordinator.connect() as connection:
...         row = connection.execute("INSERT INTO person VALUES (1, 'Ada') RETURNING name")
...         row.fetchone()
...     sorted(shard.ask("SELECT count(*) FROM person") for shard in cluster.shards)
('Ada',)
[0, 1]

References
----------
PostgreSQL 18 Documentation, chapter 5.12 (Table Partitioning) and F.38 (postgres_fdw).
"""

import contextlib
from dataclasses import dataclass

import psycopg
from psycopg import sql

from ..launcher import running
from .server import Server, check_count, make

PARTITION = """
CREATE FOREIGN TABLE {partition} PARTITION OF {table}
FOR VALUES WITH (MODULUS {modulus}, REMAINDER {remainder})
SERVER {shard} OPTIONS (table_name {name})
"""
SHARD = """
CREATE SERVER {shard} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
    host '127.0.0.1', port {port}, dbname 'postgres',
    async_capable 'true', fetch_size '1000', batch_size '100');
CREATE USER MAPPING FOR postgres SERVER {shard} OPTIONS (user 'postgres')
"""


@dataclass(frozen=True)
class Sharded:
    """A running coordinator and its shards.

    Attributes
    ----------
    coordinator : Server
    shards : list of Server
    """

    coordinator: Server
    shards: list

    def create_table(self, name, columns, key, *, constraints=""):
        """Create a table whose rows are spread over the shards by the hash of one column.

        Parameters
        ----------
        name : str
            The table's name, on the coordinator and on each shard.
        columns : str
            Names and types, as in ``CREATE TABLE``: ``"id bigint, name text"``.
        key : str
            The column whose hash chooses the shard.
        constraints : str
            What each shard holds its own rows to: ``"PRIMARY KEY (id)"``. The coordinator
            cannot: no index spans servers.

        Raises
        ------
        ValueError
            PostgreSQL refuses the table; none is created.
        """
        table, definition = sql.Identifier(name), sql.SQL(columns)
        local = sql.SQL(", ").join(filter(None, [definition, constraints and sql.SQL(constraints)]))
        try:
            with contextlib.ExitStack() as stack:
                for shard in self.shards:
                    connection = stack.enter_context(shard.connect())
                    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, local))
                connection = stack.enter_context(self.coordinator.connect())
                create = sql.SQL("CREATE TABLE {} ({}) PARTITION BY HASH ({})")
                connection.execute(create.format(table, definition, sql.Identifier(key)))
                for i, shard in enumerate(self.shards):
                    partition = sql.SQL(PARTITION).format(
                        partition=sql.Identifier(f"{name}_{i}"),
                        table=table,
                        modulus=len(self.shards),
                        remainder=i,
                        shard=sql.Identifier(shard.name),
                        name=sql.Literal(name),
                    )
                    connection.execute(partition)
        except psycopg.Error as error:
            said = error.diag.message_primary
            raise ValueError(f"table {name!r} cannot be created: {said}") from error


@contextlib.contextmanager
def shards(n, **settings):
    """Run a coordinator and ``n`` shards that it knows, until the end of the block.

    Parameters
    ----------
    n : int
        Number of shards, 1 to 8, called ``shard0``, ``shard1``, ...
    **settings
        Lines of ``postgresql.conf`` for all of them.

    Yields
    ------
    Sharded

    Raises
    ------
    MissingPart
        PostgreSQL is not installed.
    PartFailed
        One of them did not start.
    """
    check_count("n", n)
    coordinator = make("coordinator", settings)
    members = [make(f"shard{i}", settings) for i in range(n)]
    with running([coordinator.part, *(shard.part for shard in members)]):
        with coordinator.connect() as connection:
            connection.execute("CREATE EXTENSION postgres_fdw")
            for shard in members:
                name, port = sql.Identifier(shard.name), sql.Literal(str(shard.port))
                connection.execute(sql.SQL(SHARD).format(shard=name, port=port))
        yield Sharded(coordinator, members)
