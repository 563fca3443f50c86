"""Henmi-Copas, IVhet and quality effects against metafor (alternative_weights.R) and papers."""

import json
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metasyn.effects.effects import effects_from
from metasyn.errors import SpecError
from metasyn.models.henmi_copas import pool_henmi_copas
from metasyn.models.ivhet import pool_ivhet, pool_quality_effects
from metasyn.models.specs import HenmiCopas, IVhet, QualityEffects

REFERENCE = Path(__file__).parents[2] / "reference" / "alternative_weights.json"
SETS = json.loads(REFERENCE.read_text())["sets"]
INTERVALS = [
    pytest.param(reference, one, id=f"{name}-{one['level']}")
    for name, reference in SETS.items()
    for one in reference["hc"]
]


def effects(reference):
    return effects_from(reference["yi"], reference["vi"])


def test_the_grid_is_whole():
    assert len(INTERVALS) == 7 * 3


@pytest.mark.parametrize(("reference", "expected"), INTERVALS)
def test_henmi_copas(reference, expected):
    pooled = pool_henmi_copas(effects(reference), HenmiCopas(expected["level"]))
    assert pooled.estimate == pytest.approx(expected["estimate"], rel=1e-10)
    assert pooled.se == pytest.approx(expected["se"], rel=1e-10)
    assert pooled.tau2 == pytest.approx(expected["tau2"], rel=1e-10)
    # metafor integrates with R's default tolerance: with two studies it is off by 5e-6 of an se
    assert list(pooled.ci) == pytest.approx(expected["ci"], abs=1e-5 * pooled.se)
    assert pooled.q == pytest.approx(reference["q"], rel=1e-10)
    assert pooled.i2 == pytest.approx(reference["i2"], rel=1e-10)


@pytest.mark.parametrize("name", ["two", "bcg_rr"])
@pytest.mark.parametrize("level", [0.95, 0.99])
def test_henmi_copas_by_mpmath(name, level):
    """The defining integral at the limit, to 20 digits; metafor cannot do 99%."""
    pooled = pool_henmi_copas(effects(SETS[name]), HenmiCopas(level))
    with mpmath.workdps(20):
        w = [1 / mpmath.mpf(v) for v in SETS[name]["vi"]]
        w1 = mpmath.fsum(w)
        w2, w3, w4 = (mpmath.fsum(x**p for x in w) / w1 for p in (2, 3, 4))
        t, k = mpmath.mpf(pooled.tau2), len(w)
        ratio = 1 + t * w2
        x = (pooled.ci.high - pooled.estimate) / pooled.se / mpmath.sqrt(ratio)

        def integrand(r):
            excess = (r**2 / ratio - 1 / ratio) * (w3 - w2**2)
            mean = k - 1 + t * (w1 - w2) + t**2 * excess
            variance = (
                2 * (k - 1) + 4 * t * (w1 - w2) + 2 * t**2 * (w1 * w2 - 2 * w3 + w2**2)
                + 4 * t**2 * excess
                + 4 * t**3 * (r**2 / ratio - 1 / ratio) * (w4 - 2 * w2 * w3 + w2**3)
                + 2 * t**4 * (1 - 2 * r**2) / ratio**2 * (w3 - w2**2) ** 2
            )  # fmt: skip
            q = (w1 / w2 - 1) * ((r / x) ** 2 - 1) + k - 1
            shape, scale = mean**2 / variance, variance / mean
            return mpmath.gammainc(shape, 0, q / scale, regularized=True) * mpmath.npdf(r)

        tail = mpmath.quad(integrand, [x, x + 1, x + 2, x + 4, x + 12])
    assert float(tail) == pytest.approx((1 - level) / 2, abs=1e-10)


def test_bcg_values_of_the_conventions():
    """Log risk ratios of BCG: Henmi-Copas, and IVhet with REML's tau2."""
    data = effects(SETS["bcg_rr"])
    low, high = pool_henmi_copas(data, HenmiCopas()).ci
    assert (low, high) == pytest.approx((-1.15551, 0.294942), abs=5e-5)  # R's loose root
    low, high = pool_ivhet(data, IVhet(tau2="REML")).ci
    assert (low, high) == pytest.approx((-0.98996, 0.12939), abs=5e-6)


def test_the_p_value_of_henmi_copas_is_where_the_interval_touches_0():
    data = effects(SETS["hackshaw1998"])
    p_value = pool_henmi_copas(data, HenmiCopas()).p_value
    assert pool_henmi_copas(data, HenmiCopas(1 - p_value)).ci.low == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("name", SETS)
def test_ivhet(name):
    pooled, expected = pool_ivhet(effects(SETS[name]), IVhet()), SETS[name]["ivhet"]
    for field in ("estimate", "se", "p_value"):
        assert getattr(pooled, field) == pytest.approx(expected[field], rel=1e-9)
    assert list(pooled.ci) == pytest.approx(expected["ci"], rel=1e-9)


STUDIES = st.lists(
    st.tuples(
        st.floats(-3, 3),
        st.floats(1e-3, 2),
        st.one_of(st.just(0.0), st.floats(0.05, 1)),
    ),
    min_size=2,
    max_size=8,
)


@settings(deadline=None)
@given(STUDIES)
def test_quality_weights(rows):
    yi, vi, quality = np.array(rows).T
    quality[0] = 0.8
    data = effects_from(yi, vi)
    pooled = pool_quality_effects(data, QualityEffects(tuple(quality)))
    # redistribution by definition: each study keeps q w, the rest goes out in proportion to q
    w, q = 1 / vi, quality / quality.max()
    kept = q * w
    given_back = (w - kept).sum() * q / q.sum()
    assert pooled.weights == pytest.approx((kept + given_back) / w.sum(), abs=1e-12)
    assert pooled.weights.min() >= 0
    assert pooled.estimate == pytest.approx(pooled.weights @ yi, abs=1e-12)
    assert pooled.se == pytest.approx(np.sqrt(pooled.weights**2 @ (vi + pooled.tau2)), rel=1e-12)


@settings(deadline=None)
@given(STUDIES, st.floats(0.1, 1))
def test_equal_quality_is_ivhet(rows, quality):
    yi, vi, _ = np.array(rows).T
    data = effects_from(yi, vi)
    equal = pool_quality_effects(data, QualityEffects((quality,) * len(yi)))
    plain = pool_ivhet(data, IVhet())
    assert equal.estimate == pytest.approx(plain.estimate, abs=1e-12)
    assert equal.se == pytest.approx(plain.se, rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(STUDIES)
def test_scale_and_shift(rows):
    yi, vi, _ = np.array(rows).T
    one, other = effects_from(yi, vi), effects_from(3 - 1e3 * yi, 1e6 * vi)
    for pool, spec in ((pool_henmi_copas, HenmiCopas()), (pool_ivhet, IVhet())):
        a, b = pool(one, spec), pool(other, spec)
        assert b.estimate == pytest.approx(3 - 1e3 * a.estimate, rel=1e-9, abs=1e-8)
        assert (b.ci.high - b.ci.low) == pytest.approx(1e3 * (a.ci.high - a.ci.low), rel=1e-8)


def test_henmi_copas_without_heterogeneity_is_near_common_effect():
    """With tau2 = 0 the interval still waits for Q to be small: it is no wider than normal."""
    data = effects_from([0.30, 0.31, 0.29, 0.30], [0.02, 0.04, 0.05, 0.03])
    pooled = pool_henmi_copas(data, HenmiCopas())
    assert pooled.tau2 == 0
    half = (pooled.ci.high - pooled.ci.low) / 2
    assert 0.8 * 1.96 * pooled.se < half < 1.96 * pooled.se


def test_one_study_and_wrong_scores():
    one = effects_from([0.3], [0.04], slab=["Lee"])
    for pooled in (
        pool_henmi_copas(one, HenmiCopas()),
        pool_ivhet(one, IVhet()),
        pool_quality_effects(one, QualityEffects((0.4,))),
    ):
        assert pooled.estimate == 0.3
        assert "single-study" in {note.code for note in pooled.notes}
    with pytest.raises(SpecError, match="2 values for 1 study"):
        pool_quality_effects(one, QualityEffects((0.4, 0.5)))
    with pytest.raises(SpecError, match=r"scores\[1\]"):
        QualityEffects((0.4, 1.5))
    with pytest.raises(SpecError, match="highest score"):
        QualityEffects((0.0, 0.0))


def test_a_study_of_no_quality_is_named():
    data = effects_from([0.3, 0.1], [0.04, 0.02], slab=["Lee", "Park"])
    pooled = pool_quality_effects(data, QualityEffects((0.5, 0)))
    assert pooled.estimate == 0.3
    assert "Park" in {note.code: note.message for note in pooled.notes}["quality-zero"]


@pytest.mark.parametrize("scores", [{"S1": 0.5, "S2": 1.0}, ("high", "low"), 0.5])
def test_scores_that_are_no_numbers_are_refused_with_the_way_out(scores):
    with pytest.raises(SpecError, match=r"weights\.scores\(effects\)"):
        QualityEffects(scores)
