"""A sweep gives the same table in one process, in threads, in processes and on a cluster."""

from types import SimpleNamespace

import joblib
import pandas as pd
import pytest

from scalelab.sweep import sweep

GRID = {"draws": [1, 10], "scale": [1.0, 2.0, 3.0]}


@pytest.fixture(scope="module")
def sweeping():
    """What is swept: local functions, which travel to other processes by value."""

    def mean_of_draws(draws, scale, seed):
        from scalelab.stats import generator

        return {"mean": scale * generator(seed).random(draws).mean(), "draws_again": draws}

    def inverse(x, seed):
        return 1 / x

    return SimpleNamespace(mean_of_draws=mean_of_draws, inverse=inverse)


@pytest.fixture(scope="module")
def serial(sweeping):
    return sweep(sweeping.mean_of_draws, GRID, seed=7, runs=2)


def test_rows_are_in_the_order_of_the_grid_and_the_runs(serial):
    assert list(serial.columns) == ["draws", "scale", "run", "seed", "mean", "draws_again"]
    rows = list(zip(serial["draws"], serial["scale"], serial["run"], strict=True))
    assert rows == [(d, s, r) for d in GRID["draws"] for s in GRID["scale"] for r in (0, 1)]
    assert (serial["draws_again"] == serial["draws"]).all()


def test_runs_differ_and_points_share_their_seeds(serial):
    assert (serial.groupby("run")["seed"].nunique() == 1).all()
    assert serial["seed"].nunique() == 2
    one = serial[(serial["draws"] == 1) & (serial["run"] == 0)]["mean"].tolist()
    assert one == pytest.approx([one[0], 2 * one[0], 3 * one[0]])


def test_another_seed_gives_another_table(sweeping, serial):
    assert not sweep(sweeping.mean_of_draws, GRID, seed=8, runs=2).equals(serial)


def test_more_runs_keep_the_first(sweeping, serial):
    more = sweep(sweeping.mean_of_draws, GRID, seed=7, runs=3)
    pd.testing.assert_frame_equal(more[more["run"] < 2].reset_index(drop=True), serial)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_threads_and_processes_give_the_same(backend, sweeping, serial):
    with joblib.parallel_config(backend, n_jobs=2):
        found = sweep(sweeping.mean_of_draws, GRID, seed=7, runs=2)
    pd.testing.assert_frame_equal(found, serial)
    if backend == "loky":
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)


def test_a_dask_cluster_gives_the_same(sweeping, serial, tmp_path):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=str(tmp_path),
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        with joblib.parallel_config("dask"):
            found = sweep(sweeping.mean_of_draws, GRID, seed=7, runs=2)
        handled = client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter)
        assert handled, "the cluster has done nothing"
    pd.testing.assert_frame_equal(found, serial)


def test_a_failure_names_its_point(sweeping):
    words = r"the sweep failed at x=0, run=0, seed=\d+: ZeroDivisionError"
    with pytest.raises(RuntimeError, match=words):
        sweep(sweeping.inverse, {"x": [1, 0]}, seed=1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"function": 1}, "function is 1: give something to call"),
        ({"grid": {}}, "grid is {}: it must be a dict"),
        ({"grid": {"seed": [1]}}, "grid has 'seed': the sweep gives that column itself"),
        ({"grid": {"x": "abc"}}, "grid has 'abc' for x: it must be a list of values"),
        ({"seed": -1}, "seed is -1: it must be a whole number of at least 0"),
        ({"runs": 0}, "runs is 0: it must be a whole number of at least 1"),
        ({"jobs": 0}, "jobs is 0: it must be a whole number other than 0"),
    ],
)
def test_a_wrong_argument_is_refused(changed, words, sweeping):
    good = {"function": sweeping.inverse, "grid": {"x": [1]}, "seed": 1}
    with pytest.raises(ValueError, match=words):
        sweep(**(good | changed))
