"""Mathur and VanderWeele 2020, J R Stat Soc C 69:1091.

Values printed for the BCG trials on the reference pages of the authors' package PublicationBias
2.3.0 (pubbias_svalue, pubbias_meta); favoured results are significant and lower.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

TRIALS = pd.read_csv(Path(__file__).parent / "data" / "bcg_colditz1994.csv")
AUTHORS = (
    "Aronson", "Ferguson & Simes", "Rosenthal et al", "Hart & Sutherland", "Frimodt-Moller et al",
    "Stein & Aronson", "Vandiviere et al", "TPT Madras", "Coetzee & Berjak", "Rosenthal et al",
    "Comstock et al", "Comstock & Webster", "Comstock et al",
)  # fmt: skip


@pytest.fixture(scope="module")
def bcg():
    t, c = TRIALS["events_t"], TRIALS["events_c"]
    return ms.effect_sizes("RR", ai=t, bi=TRIALS["n_t"] - t, ci=c, di=TRIALS["n_c"] - c)


def test_common_effect_ratios(bcg):
    """q = 0: the estimate cannot be moved (-76.9 is printed), the limit at 7.58431."""
    found = ms.publication_bias_sensitivity(bcg, ms.CommonEffect())
    assert found.favoured == "lower"
    assert int(found.affirmative.sum()) == 8
    assert found.for_estimate.reading == "impossible"
    assert found.for_ci.value == pytest.approx(7.58431, abs=5e-6)


def test_common_effect_ratios_for_a_risk_ratio_of_ninety_percent(bcg):
    found = ms.publication_bias_sensitivity(bcg, ms.CommonEffect(), q=np.log(0.9))
    assert found.for_estimate.value == pytest.approx(8.261336, abs=5e-7)
    assert found.for_ci.value == pytest.approx(3.406779, abs=5e-7)


def test_common_effect_corrected_for_a_ratio_of_five(bcg):
    found = ms.publication_bias_sensitivity(bcg, ms.CommonEffect(), eta=5.0).corrected
    assert found.estimate == pytest.approx(-0.156, abs=5e-4)
    assert found.se == pytest.approx(0.0491, abs=5e-5)
    assert found.low == pytest.approx(-0.263, abs=5e-4)
    assert found.high == pytest.approx(-0.0485, abs=5e-5)


def test_robust_ratios(bcg):
    """Estimate: not possible; limit 4.17."""
    found = ms.publication_bias_sensitivity(bcg)
    assert found.for_estimate.reading == "impossible"
    assert found.for_ci.value == pytest.approx(4.17, abs=0.005)


def test_robust_estimate_of_clustered_trials(bcg):
    """All printed digits; metafor's tau2 behind them is exact to 1e-5, which is 1e-6 here."""
    found = ms.publication_bias_sensitivity(bcg, eta=5.0, clusters=AUTHORS).corrected
    assert found.estimate == pytest.approx(-0.3686171, abs=1e-6)
    assert found.se == pytest.approx(0.1452243, abs=1e-6)
    assert found.low == pytest.approx(-0.7849406, abs=1e-6)
    assert found.high == pytest.approx(0.04770646, abs=1e-6)
    assert found.df == pytest.approx(3.7, abs=0.05)
