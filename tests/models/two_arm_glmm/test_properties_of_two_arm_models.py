"""What must hold for two-arm models whatever the tables, and what happens at their edges."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from metasyn.effects.counts import counts
from metasyn.effects.person_time import person_time
from metasyn.errors import DataError, SpecError
from metasyn.models.poisson_normal import pool_person_time
from metasyn.models.specs import BinomialNormal, PoissonNormal
from metasyn.models.tables import margins
from metasyn.models.two_arm_glmm import pool_two_arm
from metasyn.models.two_arm_glmm.designs import two_arm_tables
from metasyn.models.two_arm_glmm.fit import maximise

QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much]
)
CELL = st.integers(0, 30)
TABLES = st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=3, max_size=6)
ONE_DIMENSIONAL = ("UM.FS", "CM.EL", "CM.AL")
MODELS = (*ONE_DIMENSIONAL, "UM.RS")
HETEROGENEOUS = {
    "ai": [9, 2, 14, 5, 1], "bi": [31, 48, 36, 25, 59],
    "ci": [3, 8, 6, 11, 4], "di": [37, 42, 44, 19, 56],
}  # fmt: skip


def tables(rows, order=(0, 1, 2, 3)):
    columns = np.array(rows).T
    return counts(**dict(zip(("ai", "bi", "ci", "di"), columns[list(order)], strict=True)))


def fit(rows, model, order=(0, 1, 2, 3)):
    data = tables(rows, order)
    assume(margins(data).informative.sum() > 1)
    design = two_arm_tables(data, model)
    assume(design.direction == 0)
    return maximise(design.likelihood), design.likelihood


@QUICK
@given(TABLES, st.sampled_from(ONE_DIMENSIONAL))
def test_swapping_the_arms_flips_the_sign(rows, model):
    (one, _), (other, _) = fit(rows, model), fit(rows, model, (2, 3, 0, 1))
    assert other.value == pytest.approx(one.value, abs=1e-7)
    # where tau runs to its end the likelihood is flat
    if one.parameters[1] < 3:
        assert other.parameters[0] == pytest.approx(-one.parameters[0], abs=1e-5)
        assert other.parameters[1] == pytest.approx(one.parameters[1], abs=1e-4)


@QUICK
@given(TABLES, st.sampled_from(("UM.FS", "CM.EL")))
def test_exchanging_events_and_non_events_flips_the_sign(rows, model):
    (one, _), (other, _) = fit(rows, model), fit(rows, model, (1, 0, 3, 2))
    assert other.value == pytest.approx(one.value, abs=1e-7)
    if one.parameters[1] < 3:
        assert other.parameters[0] == pytest.approx(-one.parameters[0], abs=1e-5)


@QUICK
@given(TABLES, st.sampled_from(ONE_DIMENSIONAL), st.integers(1, 40), st.integers(1, 40))
def test_order_and_double_zero_tables_change_nothing(rows, model, n1, n2):
    one, _ = fit(rows, model)
    other, _ = fit([(0, n1, 0, n2), *rows[::-1], (n1, 0, n2, 0)], model)
    assert other.value == pytest.approx(one.value, abs=1e-9)
    if one.parameters[1] < 3:
        assert other.parameters == pytest.approx(one.parameters, abs=1e-6)


@QUICK
@given(TABLES, st.sampled_from(ONE_DIMENSIONAL))
def test_no_other_tau_has_a_higher_likelihood(rows, model):
    best, likelihood = fit(rows, model)
    for tau in (0.0, 0.05, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0):
        assert maximise(likelihood, {1: tau}).value <= best.value + 1e-7


@pytest.mark.parametrize("model", MODELS)
def test_the_fit_is_a_maximum_on_all_sides(model):
    design = two_arm_tables(counts(**HETEROGENEOUS), model)
    best = maximise(design.likelihood)
    assert best.converged
    assert np.abs(best.score).max() < 1e-6
    for position, value in enumerate(best.parameters):
        for side in (-0.05, 0.05):
            assert maximise(design.likelihood, {position: value + side}).value < best.value


@pytest.mark.parametrize("model", MODELS)
def test_profile_limits_lie_where_the_likelihood_has_fallen(model):
    data = counts(**HETEROGENEOUS)
    pooled = pool_two_arm(data, BinomialNormal(model=model, interval="profile"))
    likelihood = two_arm_tables(data, model).likelihood
    for limit in pooled.ci:
        held = maximise(likelihood, {0: limit})
        assert 2 * (pooled.log_likelihood - held.value) == pytest.approx(
            3.841458820694124, abs=1e-6
        )
    tau = likelihood.shared
    high = maximise(likelihood, {tau: np.sqrt(pooled.tau2_ci.high)})
    assert 2 * (pooled.log_likelihood - high.value) == pytest.approx(3.841458820694124, abs=1e-6)
    null = maximise(likelihood, {0: 0.0})
    assert pooled.statistic**2 == pytest.approx(2 * (pooled.log_likelihood - null.value), abs=1e-7)


def test_kinds_of_interval():
    data = counts(**HETEROGENEOUS)
    z, t, auto, profile_t = (
        pool_two_arm(data, BinomialNormal(model="CM.EL", interval=kind))
        for kind in ("wald-z", "wald-t", "auto", "profile-t")
    )
    assert list(auto.ci) == list(t.ci)
    assert auto.ci.df == 4
    ratio = (t.ci.high - t.estimate) / (z.ci.high - z.estimate)
    assert ratio == pytest.approx(2.7764451051978 / 1.95996398454005, rel=1e-12)
    # k log(1 + t^2 / (k - 1)) with t of 4 degrees of freedom
    likelihood = two_arm_tables(data, "CM.EL").likelihood
    fall = 2 * (profile_t.log_likelihood - maximise(likelihood, {0: profile_t.ci.low}).value)
    assert fall == pytest.approx(5 * np.log1p(2.7764451051978**2 / 4), abs=1e-6)
    assert (profile_t.p_value < 0.05) == (profile_t.ci.low > 0 or profile_t.ci.high < 0)
    assert z.prediction.method == "V"
    half = 2.7764451051978 * np.sqrt(z.se**2 + z.tau2)
    assert z.prediction.high - z.estimate == pytest.approx(half, rel=1e-10)
    with pytest.raises(SpecError, match="integrated"):
        pool_two_arm(data, BinomialNormal(model="CM.EL", interval="integrated"))


@pytest.mark.parametrize("model", MODELS)
def test_weights_are_shares(model):
    pooled = pool_two_arm(counts(**HETEROGENEOUS), BinomialNormal(model=model))
    assert pooled.weights.sum() == pytest.approx(1)
    assert (pooled.weights > 0).all()


def test_without_a_model_um_fs_is_fitted_and_said():
    pooled = pool_two_arm(counts(**HETEROGENEOUS), BinomialNormal())
    named = pool_two_arm(counts(**HETEROGENEOUS), BinomialNormal(model="UM.FS"))
    assert pooled.estimate == named.estimate
    assert "default-model" in {note.code for note in pooled.notes}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("side", [1, -1])
def test_separation_gives_half_an_interval(model, side):
    cells = {"ai": [3, 2, 0], "bi": [17, 18, 5], "ci": [0, 0, 0], "di": [20, 20, 8]}
    if side < 0:
        cells = dict(
            zip(("ai", "bi", "ci", "di"), (cells[c] for c in ("ci", "di", "ai", "bi")), strict=True)
        )
    pooled = pool_two_arm(counts(**cells), BinomialNormal(model=model))
    assert pooled.estimate == side * np.inf
    assert np.isinf(pooled.se)
    finite, infinite = (pooled.ci.low, pooled.ci.high)[::side]
    assert infinite == side * np.inf
    assert 0 < side * finite < 1.5
    assert pooled.p_value == pytest.approx(2 * 0.003, abs=0.02)
    assert pooled.tau2 is None
    assert "separation" in {note.code for note in pooled.notes}


def test_separated_limit_by_hand():
    """Two tables 3/20 v 0/20 and 2/20 v 0/20: the conditional likelihood is a product."""
    from scipy.stats import nchypergeom_fisher

    pooled = pool_two_arm(
        counts(ai=[3, 2], bi=[17, 18], ci=[0, 0], di=[20, 20]), BinomialNormal(model="CM.EL")
    )
    odds = np.exp(pooled.ci.low)
    at_limit = np.log(
        nchypergeom_fisher.pmf(3, 40, 20, 3, odds) * nchypergeom_fisher.pmf(2, 40, 20, 2, odds)
    )
    assert -2 * at_limit == pytest.approx(3.841458820694124, abs=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_one_study(model):
    pooled = pool_two_arm(counts(ai=[5], bi=[17], ci=[9], di=[20]), BinomialNormal(model=model))
    assert pooled.tau2 is None
    assert pooled.prediction is None
    assert {"single-study", "no-prediction"} <= {note.code for note in pooled.notes}
    if model.startswith("UM"):
        assert pooled.estimate == pytest.approx(np.log(5 * 20 / (17 * 9)), abs=1e-9)
        assert pooled.se == pytest.approx(np.sqrt(1 / 5 + 1 / 17 + 1 / 9 + 1 / 20), rel=1e-9)
    with pytest.raises(DataError, match="two studies"):
        pool_two_arm(
            counts(ai=[5], bi=[17], ci=[9], di=[20]), BinomialNormal(model=model, interval="wald-t")
        )


@pytest.mark.parametrize("model", MODELS)
def test_no_information_is_named(model):
    with pytest.raises(DataError, match="No study informs"):
        pool_two_arm(
            counts(ai=[0, 4], bi=[20, 0], ci=[0, 7], di=[20, 0]), BinomialNormal(model=model)
        )


def test_all_or_nothing_studies_are_named():
    pooled = pool_two_arm(
        counts(ai=[5, 0, 5, 0], bi=[1, 6, 1, 6], ci=[0, 5, 0, 5], di=[6, 1, 6, 1]),
        BinomialNormal(model="CM.EL", interval="wald-z"),
    )
    assert pooled.tau2 == 100
    assert "tau-at-bound" in {note.code for note in pooled.notes}
    assert pooled.estimate == pytest.approx(0, abs=1e-6)


def test_what_became_of_double_zero_studies():
    data = counts(
        ai=[0, 4, 2, 9], bi=[20, 16, 18, 11], ci=[0, 6, 5, 12], di=[20, 14, 15, 8],
        slab=["Lee", "Park", "Ruiz", "Sato"],
    )  # fmt: skip
    for model in MODELS:
        pooled = pool_two_arm(data, BinomialNormal(model=model))
        note = next(note for note in pooled.notes if note.code == "double-zero")
        assert "(Lee)" in note.message
        assert ("baseline" in note.message) == (model == "UM.RS")
        assert pooled.weights[0] == 0


def test_rates_mirror_and_need_events():
    events, time = [7, 3, 1, 9], [1344.0, 2012.5, 370, 1536]
    others, other_time = [11, 14, 4, 10], [1988.0, 1962, 483, 1503]
    for model in ("UM.FS", "UM.RS", "CM.EL"):
        spec = PoissonNormal(model)
        one = pool_person_time(person_time(x1i=events, t1i=time, x2i=others, t2i=other_time), spec)
        other = pool_person_time(
            person_time(x1i=others, t1i=other_time, x2i=events, t2i=time), spec
        )
        assert other.estimate == pytest.approx(-one.estimate, abs=1e-6)
        assert one.measure == "IRR"
    with pytest.raises(DataError, match="No study informs"):
        pool_person_time(person_time(x1i=[0], t1i=[5], x2i=[0], t2i=[5]), PoissonNormal("CM.EL"))
    with pytest.raises(SpecError, match="two arms"):
        pool_person_time(person_time(xi=[3], ti=[5]), PoissonNormal("UM.FS"))


def test_rates_of_one_arm():
    scaled = [
        pool_person_time(
            person_time(xi=[7, 3, 1, 0], ti=np.array([13.0, 20, 4, 15]) * s), PoissonNormal()
        )
        for s in (1, 1000)
    ]
    assert scaled[1].estimate == pytest.approx(scaled[0].estimate - np.log(1000), abs=1e-9)
    assert scaled[1].se == pytest.approx(scaled[0].se, rel=1e-8)
    assert scaled[0].p_value is None
    assert "no-test" in {note.code for note in scaled[0].notes}
    none = pool_person_time(person_time(xi=[0, 0], ti=[100, 50]), PoissonNormal())
    # no event in T: the profile limit is chi2 / (2 T)
    assert none.estimate == -np.inf
    assert np.exp(none.ci.high) == pytest.approx(3.841458820694124 / 2 / 150, rel=1e-6)
    assert "separation" in {note.code for note in none.notes}
