"""Profile likelihood intervals of binomial-normal models against lme4's marginal deviance.

tests/reference/glmm_profile.R fixes the effect by an offset and looks for the limit's deviance.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import metasyn as ms

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "glmm_profile.json").read_text())
CASES = REFERENCE["cases"]


def name_of(case):
    return f"{case['model']}-{case['data']}-{case['level']}"


@pytest.fixture(scope="module")
def fitted():
    """Every fit once."""
    found = {}
    for case in CASES:
        model = None if case["model"] == "one-arm" else case["model"]
        spec = ms.BinomialNormal(model=model, interval="profile", level=case["level"])
        found[name_of(case)] = ms.pool(ms.counts(**REFERENCE["data"][case["data"]]), spec)
    return found


def test_one_arm_and_two_arms_are_there():
    assert {case["model"] for case in CASES} == {"one-arm", "UM.FS", "CM.AL"}
    assert len(CASES) == 2 * 2 + 2 * 2


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_limits_lie_where_the_deviance_says(case, fitted):
    pooled = fitted[name_of(case)]
    assert pooled.ci.method == "profile"
    # glmer leaves its maximum at about 1e-6; 25 quadrature points are good to more than that
    assert pooled.estimate == pytest.approx(case["estimate"], abs=1e-5)
    assert np.sqrt(pooled.tau2) == pytest.approx(case["tau"], rel=1e-4)
    assert tuple(pooled.ci) == pytest.approx((case["low"], case["high"]), abs=1e-5)


@pytest.mark.parametrize("case", [c for c in CASES if c["confint"]], ids=name_of)
def test_lme4s_own_profile_means_the_same(case, fitted):
    # it is read off a spline through few points
    assert tuple(fitted[name_of(case)].ci) == pytest.approx(case["confint"], abs=1e-4)
