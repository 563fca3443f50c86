"""How long a full random-effects result takes: metasyn, statsmodels, PyMARE, metafor.

A full result is tau2 with its interval, estimate, standard error, confidence and prediction
interval, I2, Q and weights, as far as the program gives them, from data that are in its container
already. Not collected by the tests; README.md says how to run it. metafor is timed where Rscript is
present; its cost is cubic, so it stops at 1,000 studies.
"""

import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.search import likelihood_maximum

SIZES = (13, 100, 1_000, 10_000)
SPEC = ms.RandomEffects()


def studies(k):
    rng = np.random.default_rng(k)
    vi = rng.gamma(2, 0.05, k) + 0.01
    return rng.normal(0.2, np.sqrt(vi + 0.1)), vi


def with_metasyn(yi, vi):
    effects = ms.effects_from(yi, vi)
    return lambda: ms.pool(effects, SPEC)


def with_statsmodels(yi, vi):
    from statsmodels.stats.meta_analysis import combine_effects

    def full():
        result = combine_effects(yi, vi, method_re="iterated")
        return result.summary_frame(), result.conf_int()

    return full


def with_pymare(yi, vi):
    from pymare import Dataset
    from pymare.estimators import VarianceBasedLikelihoodEstimator

    data = Dataset(yi, vi)

    def full():
        summary = VarianceBasedLikelihoodEstimator(method="REML").fit_dataset(data).summary()
        return summary.get_fe_stats(), summary.get_re_stats(), summary.get_heterogeneity_stats()

    return full


ENGINES = {"metasyn": with_metasyn, "statsmodels": with_statsmodels, "PyMARE": with_pymare}


def metafor_seconds(yi, vi, folder):
    """Least seconds, None without R or beyond its reach."""
    if shutil.which("Rscript") is None or len(yi) > 1_000:
        return None
    data = folder / f"{len(yi)}.csv"
    pd.DataFrame({"yi": yi, "vi": vi}).to_csv(data, index=False)
    script = str(Path(__file__).with_name("bench_metafor.R"))
    command = ["Rscript", script, str(data), "1" if len(yi) > 100 else "5"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(answer.stdout.split()[-1])


def seconds(full):
    """Least of the calls that fit into a second, seven at least."""
    full()
    times, start = [], time.perf_counter()
    while len(times) < 7 or time.perf_counter() - start < 1:
        begun = time.perf_counter()
        full()
        times.append(time.perf_counter() - begun)
    return min(times)


@pytest.mark.parametrize("k", SIZES)
@pytest.mark.parametrize("engine", ENGINES)
def test_full_result(benchmark, engine, k):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        benchmark(ENGINES[engine](*studies(k)))


def measured(folder):
    """Seconds of every program at every size."""
    table = {}
    for k in SIZES:
        yi, vi = studies(k)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row = {name: seconds(engine(yi, vi)) for name, engine in ENGINES.items()}
        row["metafor"] = metafor_seconds(yi, vi, folder)
        table[k] = {name: value for name, value in row.items() if value is not None}
    return table


def test_promised_ratios(benchmark, tmp_path, capsys):
    table = benchmark.pedantic(measured, args=(tmp_path,), rounds=1, iterations=1)
    with capsys.disabled():
        for k, row in table.items():
            shown = ", ".join(f"{name} {1e3 * value:.3g} ms" for name, value in row.items())
            sys.stdout.write(f"\nk = {k:>6}: {shown}")
    for row in table.values():
        assert row["metasyn"] == min(row.values())
    small, thousand = table[13], table[1_000]
    assert small["PyMARE"] > 20 * small["metasyn"]
    assert small["statsmodels"] > 2 * small["metasyn"]
    if "metafor" in small:
        assert small["metafor"] > 20 * small["metasyn"]
        assert thousand["metafor"] > 1_000 * thousand["metasyn"]


def test_hundred_thousand_studies_with_three_moderators(benchmark):
    rng = np.random.default_rng(1)
    yi, vi = studies(100_000)
    data = pd.DataFrame(rng.normal(size=(100_000, 3)), columns=["a", "b", "c"])
    effects = ms.effects_from(yi, vi, data=data)
    benchmark(ms.pool, effects, ms.RandomEffects(moderators="~ a + b + c"))
    assert benchmark.stats["min"] < 1


@pytest.mark.parametrize(("sets", "spread"), [(10_000, 0.5), (20_000, 4.5)])
def test_no_restricted_optimum_is_missed(benchmark, sets, spread):
    """Ordinary sets, and hard ones with variances over 9 orders of magnitude."""
    assert benchmark.pedantic(missed, args=(sets, spread), rounds=1, iterations=1) == 0


def missed(sets, spread):
    """Sets whose found optimum lies below a point of a fine grid."""
    rng = np.random.default_rng(sets)
    count = 0
    for _ in range(sets):
        vi = 10.0 ** rng.uniform(-spread, spread, rng.integers(2, 9))
        yi = rng.normal(0, np.sqrt(vi + rng.choice([0.0, 10.0 ** rng.uniform(-4, 4)])))
        found = likelihood_maximum(MeanModel(yi, vi), restricted=True)
        far = np.ptp(yi) ** 2 + vi.min()
        heights = restricted(yi, vi, np.append(np.geomspace(vi.min() * 1e-3, far, 300), [0, found]))
        count += heights[-1] < heights.max() - 1e-12
    return count


def restricted(yi, vi, tau2):
    """The restricted log-likelihood but for constants, written out."""
    w = 1 / (vi + tau2[:, None])
    total = w.sum(1)
    mean = (w @ yi) / total
    rest = (w * (yi - mean[:, None]) ** 2).sum(1)
    return 0.5 * (np.log(w).sum(1) - rest - np.log(total))
