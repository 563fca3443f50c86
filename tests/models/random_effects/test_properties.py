"""What must hold for any data: order, shift, scale, duplication, bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metasyn as ms

numbers = st.floats(-10, 10, allow_nan=False).map(lambda x: round(x, 6))
variances = st.floats(0.01, 10).map(lambda x: round(x, 6))
studies = st.lists(st.tuples(numbers, variances), min_size=2, max_size=10)
codes = st.sampled_from(
    ["DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "DLIT", "SJIT"]
)
cis = st.sampled_from(["z", "t", "hksj", "hksj-adhoc", "hksj-guarded"])


def columns(sets):
    yi, vi = zip(*sets, strict=True)
    return np.array(yi), np.array(vi)


def numbers_of(pooled):
    limits = [*pooled.ci, *(pooled.prediction or ()), *(pooled.tau2_ci or ())]
    return np.array([pooled.estimate, pooled.se, pooled.tau2, pooled.q, pooled.i2, *limits])


@given(studies, codes, cis, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_of_studies_does_not_matter(sets, code, ci, random):
    spec = ms.RandomEffects(code, ci=ci)
    yi, vi = columns(sets)
    order = list(range(len(yi)))
    random.shuffle(order)
    first = ms.pool(ms.effects_from(yi, vi), spec)
    second = ms.pool(ms.effects_from(yi[order], vi[order]), spec)
    assert numbers_of(second) == pytest.approx(numbers_of(first), rel=1e-8, abs=1e-10)
    assert second.weights == pytest.approx(first.weights[order], rel=1e-8)


@given(studies, codes, cis, st.floats(-100, 100), st.sampled_from([1e-3, 0.1, 7.0, 1e4]))
@settings(max_examples=150, deadline=None)
def test_shift_and_scale_carry_over(sets, code, ci, shift, scale):
    spec = ms.RandomEffects(code, ci=ci)
    yi, vi = columns(sets)
    base = ms.pool(ms.effects_from(yi, vi), spec)
    moved = ms.pool(ms.effects_from(scale * yi + shift, scale**2 * vi), spec)
    size = scale * (np.ptp(yi) + np.sqrt(vi.max())) + abs(shift)
    assert moved.estimate == pytest.approx(scale * base.estimate + shift, abs=1e-7 * size)
    assert moved.tau2 == pytest.approx(scale**2 * base.tau2, rel=1e-6, abs=1e-7 * scale**2)
    assert moved.q == pytest.approx(base.q, rel=1e-6, abs=1e-8)
    assert moved.ci.high - moved.ci.low == pytest.approx(
        scale * (base.ci.high - base.ci.low), rel=1e-6, abs=1e-7 * size
    )


@given(studies)
@settings(max_examples=100, deadline=None)
def test_duplicated_data_halve_the_variance_of_the_common_effect(sets):
    yi, vi = columns(sets)
    once = ms.pool(ms.effects_from(yi, vi), ms.CommonEffect())
    twice = ms.pool(ms.effects_from(np.tile(yi, 2), np.tile(vi, 2)), ms.CommonEffect())
    assert twice.se**2 == pytest.approx(once.se**2 / 2, rel=1e-12)
    assert twice.estimate == pytest.approx(once.estimate, rel=1e-10, abs=1e-10)
    assert twice.q == pytest.approx(2 * once.q, rel=1e-9, abs=1e-9)


@given(studies, codes, cis)
@settings(max_examples=200, deadline=None)
def test_every_number_is_finite_and_in_its_range(sets, code, ci):
    pooled = ms.pool(ms.effects_from(*columns(sets)), ms.RandomEffects(code, ci=ci))
    assert pooled.tau2 >= 0
    assert 0 <= pooled.i2 < 1
    assert pooled.h2 >= 1
    assert np.isfinite(numbers_of(pooled)).all()
    assert pooled.weights.sum() == pytest.approx(1)
    assert (pooled.weights > 0).all()
    for name in ("prediction", "tau2_ci", "statistic", "p_value"):
        assert getattr(pooled, name) is not None or pooled.notes
    if pooled.p_value is not None:
        assert 0 <= pooled.p_value <= 1


@given(studies)
@settings(max_examples=100, deadline=None)
def test_dersimonian_laird_is_its_closed_form(sets):
    yi, vi = columns(sets)
    w = 1 / vi
    mean = w @ yi / w.sum()
    q = w @ (yi - mean) ** 2
    expected = max(0.0, (q - len(yi) + 1) / (w.sum() - w @ w / w.sum()))
    pooled = ms.pool(ms.effects_from(yi, vi), ms.RandomEffects("DL"))
    assert pooled.tau2 == pytest.approx(expected, rel=1e-8, abs=1e-10)


@given(studies, codes)
@settings(max_examples=100, deadline=None)
def test_guarded_interval_is_the_wider_of_the_two(sets, code):
    effects = ms.effects_from(*columns(sets))
    guarded, plain, normal = (
        ms.pool(effects, ms.RandomEffects(code, ci=ci)) for ci in ("hksj-guarded", "hksj", "z")
    )
    widths = {p.ci.method: p.ci.high - p.ci.low for p in (plain, normal)}
    assert guarded.ci.high - guarded.ci.low == pytest.approx(max(widths.values()))
    noted = "hksj-guarded" in {note.code for note in guarded.notes}
    assert noted == (guarded.ci.method == "z")


@given(studies)
@settings(max_examples=50, deadline=None)
def test_a_formula_without_moderators_is_the_pooled_mean(sets):
    import pandas as pd

    yi, vi = columns(sets)
    data = pd.DataFrame({"x": np.arange(len(yi))})
    effects = ms.effects_from(yi, vi, data=data)
    for ci in ("hksj", "z"):
        mean = ms.pool(effects, ms.RandomEffects(ci=ci))
        fit = ms.pool(effects, ms.RandomEffects(ci=ci, moderators="~ 1"))
        assert numbers_of(fit) == pytest.approx(numbers_of(mean), rel=1e-6, abs=1e-8)
