"""Berkey, Hoaglin, Mosteller and Colditz 1995, Stat Med 14:395, page 408.

The BCG trials of Colditz et al. 1994 with smoothed sampling variances (page 399), empirical Bayes.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

TRIALS = pd.read_csv(Path(__file__).parent / "data" / "bcg_colditz1994.csv")


def effects():
    a, n1, c, n2 = (TRIALS[name].to_numpy(float) for name in ("events_t", "n_t", "events_c", "n_c"))
    smoothed = ((n1 - a) / a).mean() / n1 + ((n2 - c) / c).mean() / n2
    return ms.effects_from(np.log(a / n1 / (c / n2)), smoothed, slab=TRIALS["study"], data=TRIALS)


def test_random_effects():
    pooled = ms.pool(effects(), ms.RandomEffects("EB", ci="z"))
    assert pooled.estimate == pytest.approx(-0.5429, abs=5e-5)
    assert pooled.se == pytest.approx(0.1842, abs=5e-5)
    assert pooled.tau2 == pytest.approx(0.268, abs=5e-4)


def test_latitude_in_a_random_effects_model():
    spec = ms.RandomEffects("EB", ci="z", moderators="~ I(ablat - 33.46)")
    fit = ms.pool(effects(), spec)
    # -0.6304 is printed for an intercept of -0.63034
    assert fit.coefficients["estimate"].tolist() == pytest.approx([-0.6304, -0.0268], abs=1e-4)
    assert fit.coefficients["se"].tolist() == pytest.approx([0.1591, 0.0110], abs=5e-5)
    assert fit.tau2 == pytest.approx(0.157, abs=5e-4)
    assert fit.r2 == pytest.approx(0.41, abs=5e-3)
    ratios = np.exp(fit.predict({"ablat": [33.46, 42]})["estimate"])
    assert ratios.tolist() == pytest.approx([0.53, 0.42], abs=5e-3)


def test_latitude_in_a_common_effect_model():
    fit = ms.pool(effects(), ms.CommonEffect(moderators="~ I(ablat - 33.46)"))
    # -0.5950 and 0.0039 are printed; three digits are certain
    assert fit.coefficients["estimate"].tolist() == pytest.approx([-0.5950, -0.0282], abs=1e-4)
    assert fit.coefficients["se"].tolist() == pytest.approx([0.0696, 0.0039], abs=1e-4)
    ratios = np.exp(fit.predict({"ablat": [33.46, 42]})["estimate"])
    assert ratios.tolist() == pytest.approx([0.55, 0.43], abs=5e-3)
