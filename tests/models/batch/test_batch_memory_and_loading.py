"""What a batch costs: memory, imports, a compiler."""

import os
import subprocess
import sys
import tracemalloc
from collections import Counter

import numpy as np
import pytest

import metasyn as ms
from metasyn.errors import SpecError
from metasyn.models.batch import backends
from metasyn.models.batch.block import COLUMNS

MEGABYTE = 2**20


def peak_beyond_results(n, engine):
    rng = np.random.default_rng(1)
    yi, vi = rng.normal(size=(n, 20)), rng.uniform(0.1, 1.0, (n, 20))
    ms.pool_many(yi[:50], vi[:50], engine=engine)
    tracemalloc.start()
    ms.pool_many(yi, vi, engine=engine)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - n * 8 * (len(COLUMNS) + 2)


def test_temporaries_do_not_grow_with_the_batch(engine):
    # chunks on every core, each a dozen arrays of half a megabyte
    limit = 12 * MEGABYTE * (os.cpu_count() or 1)
    assert peak_beyond_results(20_000, engine) < limit
    assert peak_beyond_results(80_000, engine) < limit


def python(code, **environment):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_small_batches_wait_for_no_compiler():
    code = (
        "import sys, metasyn as ms; ms.pool_many([[0.1, 0.2]], [[0.1, 0.1]]); "
        "print([name for name in ('numba', 'dask', 'pyarrow', 'pandas') if name in sys.modules])"
    )
    assert python(code) == "[]"


def test_machine_code_is_kept_on_disk(tmp_path):
    code = (
        "import metasyn as ms; print(ms.pool_many([[0.1, 0.2]], [[0.1, 0.1]], engine='numba').k[0])"
    )
    assert python(code, NUMBA_CACHE_DIR=str(tmp_path)) == "2"
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")}
    assert kept
    assert python(code, NUMBA_CACHE_DIR=str(tmp_path)) == "2"
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")} == kept


def test_machine_code_of_other_sources_is_not_taken(monkeypatch, tmp_path):
    from metasyn.models.batch import machine_code

    for name in ("formulas.py", "one_set.py"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(machine_code, "__file__", str(tmp_path / "machine_code.py"))
    folder = machine_code._digest.__wrapped__
    before = folder()
    (tmp_path / "formulas.py").write_text("changed")
    assert folder() != before


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same():
    from metasyn.models.batch.machine_code import compiled

    names: dict[str, object] = {}
    exec("def twice(x):\n    return 2.0 * x", names)  # noqa: S102 - a function without a file
    assert compiled(names["twice"])(1.5) == 3.0


@pytest.fixture
def fresh(monkeypatch):
    """A process that has neither loaded compiled code nor pooled anything."""
    monkeypatch.delitem(sys.modules, "metasyn.models.batch.compiled", raising=False)
    monkeypatch.setattr(backends, "_SPENT", Counter())


def test_without_numba_large_batches_take_numpy(fresh, monkeypatch):
    assert backends.choose("auto", 10**6) == "numba"
    monkeypatch.setattr(backends, "find_spec", lambda _: None)
    assert backends.choose("auto", 10**6) == "numpy"


def test_compiled_code_is_loaded_when_small_batches_have_cost_as_much(fresh):
    calls = backends.PRICE // 50_000
    assert {backends.choose("auto", 50_000) for _ in range(calls)} == {"numpy"}
    assert backends.choose("auto", 50_000) == "numba"
    assert backends.choose("auto", backends.SMALL - 1) == "numpy"


def test_compiled_code_that_is_there_is_taken(fresh, monkeypatch):
    assert backends.choose("auto", 20_000) == "numpy"
    monkeypatch.setitem(sys.modules, "metasyn.models.batch.compiled", sys)
    assert backends.choose("auto", 20_000) == "numba"
    assert backends.choose("auto", backends.SMALL - 1) == "numpy"


def test_an_engine_that_is_not_installed_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    for name in ("compiled", "machine_code"):
        monkeypatch.delitem(sys.modules, f"metasyn.models.batch.{name}", raising=False)
    with pytest.raises(SpecError, match=r"needs numba.*metasyn-evidence\[batch\]"):
        ms.pool_many([[0.1, 0.2]], [[0.1, 0.1]], engine="numba")
