import time

import pytest

from scalelab.measure import available, postgres

pytestmark = pytest.mark.skipif(not available("postgres"), reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def cluster():
    with postgres.replicated(1, "remote_apply") as running:
        with running.primary.connect() as connection:
            connection.execute("CREATE TABLE entry (value int)")
        yield running


def write(server, value):
    with server.connect() as connection:
        connection.execute("INSERT INTO entry VALUES (%s)", [value])


def seen(server, value):
    return server.ask("SELECT count(*) FROM entry WHERE value = %s", value) == 1


def test_remote_apply_reads_its_own_writes(cluster):
    for value in range(20):
        write(cluster.primary, value)
        assert seen(cluster.standbys[0], value)


@pytest.mark.parametrize("level", postgres.LEVELS)
def test_every_level_is_taken_and_reaches_the_standby(cluster, level):
    cluster.set(synchronous=level)
    assert cluster.primary.ask("SHOW synchronous_commit") == level
    write(cluster.primary, 1000 + postgres.LEVELS.index(level))
    cluster.standbys[0].catch_up()
    assert seen(cluster.standbys[0], 1000 + postgres.LEVELS.index(level))


def test_paused_replay_lags_in_bytes(cluster):
    standby = cluster.standbys[0]
    cluster.set(synchronous="on")
    standby.pause_replay()
    write(cluster.primary, 100)
    assert standby.lag() > 0
    assert not seen(standby, 100)
    standby.resume_replay()
    standby.catch_up()
    assert seen(standby, 100)


def test_an_apply_delay_is_kept(cluster):
    cluster.set(synchronous="remote_apply", apply_delay=0.4)
    began = time.monotonic()
    write(cluster.primary, 200)
    assert time.monotonic() - began > 0.35
    cluster.set(apply_delay=0)


def test_after_a_crash_the_promoted_standby_has_all_and_takes_writes(cluster):
    cluster.set(synchronous="on")
    write(cluster.primary, 300)
    cluster.primary.kill()
    standby = cluster.standbys[0]
    standby.promote()
    assert seen(standby, 300)
    write(standby, 301)
    assert seen(standby, 301)


def test_shards_hold_every_row_once():
    with postgres.shards(2, fsync="off") as sharded:
        sharded.create_table("person", "id bigint, name text", "id", constraints="UNIQUE (id)")
        with sharded.coordinator.connect() as connection:
            connection.execute("INSERT INTO person SELECT i, 'n' FROM generate_series(1, 500) i")
        counts = [shard.ask("SELECT count(*) FROM person") for shard in sharded.shards]
        assert min(counts) > 150
        assert sum(counts) == 500 == sharded.coordinator.ask("SELECT count(*) FROM person")
        plan = "EXPLAIN (FORMAT json) SELECT * FROM person WHERE id = 7"
        assert str(sharded.coordinator.ask(plan)).count("Foreign Scan") == 1
        with pytest.raises(ValueError, match=r"table .bad. cannot be created: .*absent"):
            sharded.create_table("bad", "id bigint", "absent")
        assert sharded.shards[0].ask("SELECT to_regclass('bad')") is None
