"""How long diagnostics take: full runs, selection models, and GOSH of 13 and of 20 studies.

Not collected by the tests; README.md says how to run it and what was measured. The aims are 50 ms
for the full run of 13 studies, 0.2 s for GOSH of 13 (8,191 fits) and 20 s for that of 20
(1,048,575).
"""

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

SPEC = ms.RandomEffects()
BCG = {
    "ai": [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    "bi": [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886],
    "ci": [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    "di": [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825],
}
LATITUDE = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33]
"""Vaccination against tuberculosis (Colditz et al. 1994, JAMA 271:698, table 1)."""


def studies(k):
    rng = np.random.default_rng(k)
    vi = rng.gamma(2, 0.05, k) + 0.01
    return ms.effects_from(rng.normal(0.2, np.sqrt(vi + 0.1)), vi)


@pytest.fixture
def processor(benchmark):
    """The benchmark in time of the processor."""
    benchmark._timer = time.process_time
    return benchmark


def test_full_run_of_13_studies(processor):
    effects = ms.effect_sizes("RR", **BCG)
    found = processor(lambda: ms.diagnose(effects, SPEC, threshold=-0.3))
    assert found.pooled.k == 13


def test_full_run_with_a_moderator(processor):
    made = ms.effect_sizes("RR", **BCG)
    effects = replace(made, data=pd.DataFrame({"latitude": LATITUDE}))
    spec = ms.RandomEffects(moderators="~ latitude")
    found = processor(lambda: ms.diagnose(effects, spec, threshold=-0.3))
    assert found.influence.terms == ("Intercept", "latitude")


@pytest.mark.parametrize("k", [30, 100])
def test_full_run_of_more_studies(processor, k):
    effects = studies(k)
    assert processor(lambda: ms.diagnose(effects, SPEC, threshold=0.1)).pooled.k == k


@pytest.mark.parametrize("kind", ["stepfun", "halfnorm", "beta"])
def test_selection_model_of_13_studies(processor, kind):
    effects = ms.effect_sizes("RR", **BCG)
    steps = [0.025] if kind == "stepfun" else None
    found = processor(lambda: ms.selection_model(effects, kind, steps=steps, alternative="less"))
    assert found.k == 13


def test_selection_ratios_of_200_studies(processor):
    effects = studies(200)
    assert len(processor(lambda: ms.publication_bias_sensitivity(effects, SPEC)).eta) == 61


@pytest.mark.parametrize(("k", "rounds"), [(13, 5), (20, 1)])
def test_gosh(benchmark, k, rounds):
    effects = studies(k)
    found = benchmark.pedantic(lambda: ms.gosh(effects, SPEC), rounds=rounds, warmup_rounds=1)
    assert len(found.estimate) == 2**k - 1
