"""How long a pooled rate with single cases and its displays take. Not collected by the tests.

Aims: 4 ms for 14 studies with interval and weights, 60 ms for a tipping curve of 50 points.
"""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.case_evidence.setting import setting_of
from metasyn.diagnostics.case_evidence.tipping import curve_of

# dat.pritz1997 of metadat
PRITZ = (
    [16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6],
    [17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10],
)


def pritz(singles=0):
    xi, ni = PRITZ
    return ms.counts(xi=[*xi, *[1] * singles], ni=[*ni, *[1] * singles])


@pytest.mark.parametrize("singles", [0, 5])
def test_pool_14_studies(benchmark, singles):
    counts, spec = pritz(singles), ms.BinomialNormal()
    benchmark(ms.pool, counts, spec)


@pytest.mark.parametrize("mode", ["pseudo-study", "individual"])
def test_tipping_curve_of_50_points(benchmark, mode):
    setting = setting_of(ms.pool(pritz(5)), 0.5, "benefit")
    benchmark(curve_of, setting, mode, np.linspace(0, 1, 50))


def test_every_display(benchmark):
    benchmark(ms.case_evidence, pritz(5))


def test_thousand_sets_of_14_studies(benchmark):
    sets = (np.tile(column, (1000, 1)) for column in PRITZ)
    benchmark(ms.pool_rate_sets, *sets)
