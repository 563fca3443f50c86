"""The example of copas() in the manual of R's metasens: aspirin after myocardial infarction.

Seven trials (Fleiss 1993, Stat Methods Med Res 2:121), odds ratios; comments (i) to (iv) beside the
example in copas.Rd (metasens 0.1 to 1.5).
"""

import json
from pathlib import Path

import numpy as np
import pytest

import metasyn as ms

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "bias_packages.json").read_text())


@pytest.fixture(scope="module")
def effects():
    given = REFERENCE["sets"]["fleiss1993"]
    return ms.effects_from(given["yi"], given["vi"])


@pytest.fixture(scope="module")
def fan(effects):
    return ms.copas(effects, ms.RandomEffects("DL", ci="z"))


def test_usual_estimate_is_significant(fan):
    """(a): "both fixed effect and random effects model show a significant treatment effect"."""
    assert fan.pooled.ci.high < 0


def test_log_odds_ratio_rises_with_selection(fan):
    """(ii): from below -0.1 without selection (top right) to -0.03 and above it."""
    assert fan.side == "right"
    assert fan.contour[-1, -1] < -0.1
    assert fan.contour.max() > -0.03
    assert fan.estimate.max() > -0.04


def test_residual_selection_is_not_significant(fan):
    """(iv): not even without selection at 10%, and less and less so with it."""
    assert (fan.residual_p > 0.1).all()
    assert (np.diff(fan.residual_p) > 0).all()
    assert fan.adjusted.estimate == fan.estimate[0]


def test_without_selection_the_manual_shows_a_lower_maximum(effects, fan):
    """(ii) and (iii): -0.12 and a p-value above 0.05, from a search that starts at tau2 of DL.

    Maximum likelihood has a second maximum there, lower than that at tau2 = 0, which metafor finds
    too (-0.1088, standard error 0.0331).
    """
    theirs = REFERENCE["results"]["fleiss1993"]["copas"]
    assert theirs["TE.slope"][0] == pytest.approx(-0.127, abs=5e-4)
    plain = ms.pool(effects, ms.RandomEffects("ML", ci="z"))
    assert (plain.estimate, plain.se) == pytest.approx((-0.1088, 0.0331), abs=5e-5)
    assert fan.estimate[0] == pytest.approx(plain.estimate, abs=1e-6)
    assert (plain.tau2, fan.tau[0]) == (0.0, 0.0)
