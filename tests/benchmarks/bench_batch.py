"""How long batches take: metasyn, PyMARE's two-dimensional estimators, metafor in a loop.

Not collected by the tests; README.md says how to run it. metafor is timed where Rscript is present,
on 100 sets, 1,000 permutations and 500 subsets; the rest follows by proportion.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.models.random_effects.permutation import permutation_test

STUDIES = 20
HKSJ = ms.RandomEffects(ci="hksj", prediction="none", tau2_ci="none")
LEAN_DL = ms.RandomEffects("DL", ci="z", prediction="none", tau2_ci="none")


def sets_of(count, studies=STUDIES):
    rng = np.random.default_rng(count)
    vi = rng.gamma(2.0, 0.05, (count, studies)) + 0.01
    return rng.normal(0.2, np.sqrt(vi + 0.1)), vi


def regression():
    rng = np.random.default_rng(13)
    frame = pd.DataFrame(rng.normal(size=(13, 2)), columns=["a", "b"])
    frame["vi"] = rng.uniform(0.02, 0.4, 13)
    frame["yi"] = 0.3 * frame["a"] + rng.normal(0.0, np.sqrt(frame["vi"] + 0.1))
    return frame


def seconds(work, calls=5):
    """Least of some calls, after one that is not counted."""
    work()
    times = []
    for _ in range(calls):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def in_turns(*works, rounds, clock=time.perf_counter):
    """Least times of pieces of work that take turns, so that all meet the same other load."""
    times = [[] for _ in works]
    for _ in range(rounds):
        for work, taken in zip(works, times, strict=True):
            begun = clock()
            work()
            taken.append(clock() - begun)
    return [min(taken) for taken in times]


def pymare(method, yi, vi):
    """PyMARE's estimator over all sets at once; its arrays are studies x sets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pymare import estimators

    kinds = {
        "REML": lambda: estimators.VarianceBasedLikelihoodEstimator(method="REML"),
        "DL": estimators.DerSimonianLaird,
    }
    y, v, ones = np.ascontiguousarray(yi.T), np.ascontiguousarray(vi.T), np.ones((yi.shape[1], 1))

    def work():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return kinds[method]().fit(y=y, v=v, X=ones).summary().get_fe_stats()

    return work


@pytest.fixture(scope="module")
def metafor(tmp_path_factory):
    """Seconds of a set, of a permutation and of gosh; None without R."""
    if shutil.which("Rscript") is None:
        return None
    folder = tmp_path_factory.mktemp("metafor")
    yi, vi = sets_of(100)
    long = {"set": np.repeat(np.arange(100), STUDIES), "yi": yi.ravel(), "vi": vi.ravel()}
    pd.DataFrame(long).to_csv(folder / "sets.csv", index=False)
    regression().to_csv(folder / "regression.csv", index=False)
    script = str(Path(__file__).with_name("bench_batch_metafor.R"))
    command = ["Rscript", script, str(folder / "sets.csv"), str(folder / "regression.csv")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return tuple(map(float, answer.stdout.split()[-3:]))


@pytest.fixture
def tell(capsys):
    def write(line):
        with capsys.disabled():
            sys.stdout.write(f"\n{line}")

    return write


def test_ten_thousand_sets_with_hartung_and_knapp(metafor, tell):
    yi, vi = sets_of(10_000)
    ours = seconds(lambda: ms.pool_many(yi, vi, HKSJ), calls=60)
    theirs = seconds(pymare("REML", yi, vi), calls=3)
    tell(f"10,000 x 20 REML: metasyn {ours:.4f} s, PyMARE {theirs:.3f} s = {theirs / ours:.0f} x")
    assert theirs > 10 * ours
    if metafor:
        loop = 10_000 * metafor[0]
        tell(f"    metafor's loop {loop:.0f} s = {loop / ours:.0f} x")
        assert loop > 2_000 * ours


@pytest.mark.parametrize(("count", "rounds"), [(10_000, 200), (100_000, 30), (1_000_000, 5)])
def test_dersimonian_laird_against_a_pass_of_numpy(tell, count, rounds):
    yi, vi = sets_of(count)
    w = 1.0 / vi
    works = (lambda: ms.pool_many(yi, vi, LEAN_DL), lambda: (yi * w).sum(1))
    ours, one_pass = in_turns(*works, rounds=rounds)
    # processor time tells what the work takes from what others take of the cores
    busy, busy_pass = in_turns(*works, rounds=rounds, clock=time.process_time)
    passes, alone = ours / one_pass, busy / busy_pass / len(os.sched_getaffinity(0))
    tell(
        f"{count:,} x 20 DL: metasyn {ours * 1e3:.2f} ms, (y*w).sum(1) {one_pass * 1e3:.2f} ms: "
        f"{passes:.1f} passes; by processor time, shared out over the cores, {alone:.1f}"
    )
    assert min(passes, alone) < 4


def test_dersimonian_laird_of_ten_thousand_against_pymare(tell):
    yi, vi = sets_of(10_000)
    ours = seconds(lambda: ms.pool_many(yi, vi, LEAN_DL), calls=30)
    theirs = seconds(pymare("DL", yi, vi))
    tell(f"10,000 x 20 DL: PyMARE {theirs * 1e3:.2f} ms = {theirs / ours:.0f} x")


def test_a_million_sets_in_time_and_memory(tell):
    yi, vi = sets_of(1_000_000)
    given = yi.nbytes + vi.nbytes
    ours = seconds(lambda: ms.pool_many(yi, vi, HKSJ), calls=2)
    before = resident()
    with Peak() as peak:
        ms.pool_many(yi, vi, HKSJ)
    extra = peak.highest - before
    tell(f"1,000,000 x 20 REML: {ours:.2f} s, {1 + extra / given:.2f} times the input at its peak")
    assert ours < 3
    assert extra + given < 3 * given


class Peak:
    """The largest resident memory while something runs."""

    def __enter__(self):
        self.highest, self._running = resident(), True
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self):
        while self._running:
            self.highest = max(self.highest, resident())
            time.sleep(0.002)

    def __exit__(self, *_):
        self._running = False
        self._thread.join()


def resident():
    """Bytes in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_time_of_a_set_is_flat(tell):
    each, busy = {}, {}
    # the largest batch first: it loads the compiled code that smaller ones then find
    for count, rounds in ((1_000_000, 2), (100_000, 5), (10_000, 20), (1_000, 100)):
        yi, vi = sets_of(count)
        for clock, found in ((time.perf_counter, each), (time.process_time, busy)):
            (least,) = in_turns(
                lambda y=yi, v=vi: ms.pool_many(y, v, HKSJ), rounds=rounds, clock=clock
            )
            found[count] = least / count
    for name, found in (("", each), (" of processor time", busy)):
        times = ", ".join(f"{n:,}: {1e6 * s:.2f}" for n, s in found.items())
        tell(f"microseconds{name} a set: {times}")
    (first,) = in_turns(lambda: ms.pool_many(yi, vi, HKSJ, engine="numpy"), rounds=30)
    tell(f"    1,000 before compiled code is loaded: {1e3 * first:.2f}")
    assert max(busy.values()) < 2 * min(busy.values())


def test_permutations_of_two_moderators(metafor, tell):
    frame = regression()
    effects = ms.effects_from(frame["yi"], frame["vi"], data=frame[["a", "b"]])
    pooled = ms.pool(effects, ms.RandomEffects(ci="hksj", moderators="~ a + b"))
    ours = seconds(lambda: permutation_test(pooled, draws=10_000, seed=1), calls=3)
    tell(f"10,000 permutations: metasyn {ours:.3f} s")
    if metafor:
        theirs = 10_000 * metafor[1]
        tell(f"    metafor {theirs:.0f} s = {theirs / ours:.0f} x")
        assert theirs > 300 * ours


@pytest.mark.parametrize(("studies", "limit"), [(13, 0.2), (20, 20.0)])
def test_all_subsets(metafor, tell, studies, limit):
    yi, vi = (values[0] for values in sets_of(1, studies))
    effects = ms.effects_from(yi, vi)
    ours = seconds(lambda: ms.gosh(effects, ms.RandomEffects()), calls=3 if studies < 20 else 1)
    tell(f"GOSH of {studies} studies: metasyn {ours:.3f} s")
    if metafor and studies == 13:
        tell(f"    metafor {metafor[2]:.0f} s = {metafor[2] / ours:.0f} x")
    assert ours < limit
