"""The batch over Dask: a cluster of processes, one of them killed, and frames that Dask holds."""

import logging
import os
import signal
import warnings

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.errors import DataError, SpecError
from metasyn.models.batch import on_dask
from metasyn.models.batch.block import COLUMNS
from metasyn.models.batch.sources import CHUNK

RNG = np.random.default_rng(3)
YI, VI = RNG.normal(size=(6000, 12)), RNG.uniform(0.05, 1.0, (6000, 12))
SPEC = ms.RandomEffects(ci="hksj")


@pytest.fixture(scope="module")
def client():
    """A client of two worker processes; deaths are expected, so nothing is logged."""
    from distributed import Client, LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )
        with cluster, Client(cluster) as client:
            yield client


@pytest.fixture
def small_tasks(monkeypatch):
    monkeypatch.setattr(on_dask, "TASK", 1600)


def same(found, wanted):
    for name in ("code", "k", *COLUMNS):
        # tasks are cut elsewhere, so sums may be taken in another order
        np.testing.assert_allclose(
            getattr(found, name), getattr(wanted, name), rtol=1e-11, atol=1e-13
        )


@pytest.mark.usefixtures("small_tasks")
def test_a_killed_worker_loses_no_set(client):
    before = client.run(os.getpid)
    killed = []

    def kill_midway(done, total):
        if not killed and total * 0.2 < done < total * 0.8:
            killed.append(done)
            os.kill(next(iter(before.values())), signal.SIGKILL)

    found = ms.pool_many(YI, VI, SPEC, engine="dask", progress=kill_midway)
    assert killed
    client.wait_for_workers(2, timeout=30)
    assert set(client.run(os.getpid).values()) != set(before.values())
    same(found, ms.pool_many(YI, VI, SPEC, engine="numpy"))


@pytest.mark.usefixtures("small_tasks")
def test_the_address_of_a_scheduler_is_an_engine(client):
    address = client.scheduler.address
    by = np.repeat(np.arange(500), 12)
    found = ms.pool_many(YI[:500].ravel(), VI[:500].ravel(), SPEC, by=by, engine=address)
    same(found, ms.pool_many(YI[:500], VI[:500], SPEC, engine="numpy"))


def test_simulations_are_the_same_on_a_cluster(client, monkeypatch):
    monkeypatch.setattr("metasyn.models.simulate.simulate.TASK", CHUNK)
    scenario, specs = ms.Scenario((3, 9), tau2=0.1), {"reml": SPEC, "fixed": ms.CommonEffect()}
    there = ms.simulate(scenario, specs, sets=10_000, seed=4, engine="dask")
    here = ms.simulate(scenario, specs, sets=10_000, seed=4)
    pd.testing.assert_frame_equal(there.to_frame(), here.to_frame(), check_exact=True)


def test_frames_of_dask_are_shuffled_until_sets_are_whole(client):
    import dask.dataframe as dd

    frame = pd.DataFrame(
        {
            "set": RNG.permutation(np.repeat([f"s{i}" for i in range(200)], 7)),
            "yi": RNG.normal(size=1400),
            "vi": RNG.uniform(0.1, 1.0, 1400),
        }
    )
    lazy = ms.pool_lazily("yi", "vi", SPEC, data=dd.from_pandas(frame, npartitions=3), by="set")
    found = lazy.compute().set_index("set")
    wanted = ms.pool_many("yi", "vi", SPEC, data=frame, by="set").to_frame().set_index("set")
    assert len(found) == 200
    assert (found["k"] == 7).all()
    pd.testing.assert_frame_equal(
        found.loc[wanted.index], wanted, check_dtype=False, check_categorical=False, rtol=1e-12
    )


def test_arrays_of_dask_keep_the_numbers_of_sets():
    import dask.array as da

    yi = da.from_array(YI[:50], chunks=(20, 5))
    lazy = ms.pool_lazily(yi, da.from_array(VI[:50], chunks=(7, 12)), SPEC)
    assert lazy.divisions == (0, 20, 40, 49)
    found = lazy.compute(scheduler="sync")
    assert found.index.tolist() == list(range(50))
    wanted = ms.pool_many(YI[:50], VI[:50], SPEC)
    np.testing.assert_allclose(found["estimate"], wanted.estimate, rtol=1e-10)
    assert (found["notes"] == wanted.to_frame()["notes"].astype(str)).all()


@pytest.mark.usefixtures("client")
def test_parquet_in_and_parquet_out(tmp_path):
    frame = pd.DataFrame({"set": np.repeat(np.arange(30), 4)})
    frame["yi"], frame["vi"] = RNG.normal(size=120), 0.1
    frame.to_parquet(tmp_path / "in.parquet")
    lazy = ms.pool_lazily("yi", "vi", SPEC, data=tmp_path / "in.parquet", by="set")
    lazy.to_parquet(tmp_path / "out")
    assert sorted(pd.read_parquet(tmp_path / "out")["set"]) == list(range(30))


def test_errors_inside_a_client_in_force_come_through(client):
    with pytest.raises(RuntimeError, match="stop here"):
        ms.pool_many(YI, VI, SPEC, engine="dask", progress=_stop)


def _stop(done, total):
    raise RuntimeError("stop here")


def test_what_cannot_be_is_refused(monkeypatch):
    with pytest.raises(SpecError, match="no Dask scheduler answers"):
        ms.pool_many(YI, VI, engine="nonsense://127.0.0.1:1")
    with pytest.raises(DataError, match="Dask arrays"):
        ms.pool_lazily(YI, VI)
    spec = ms.RandomEffects("GENQ", weights=(1.0, 2.0))
    with pytest.raises(SpecError, match="weights"):
        ms.pool_lazily("yi", "vi", spec, data="x.parquet", by="set")
