"""What is refused, with the row that is wrong, and what is said on the result."""

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.models.random_effects.heterogeneity import heterogeneity
from metasyn.models.random_effects.permutation import permutation_test
from metasyn.models.random_effects.predictive import probability_beyond
from metasyn.models.random_effects.subgroups import subgroups


def codes(result):
    return {note.code for note in result.notes}


@pytest.mark.parametrize("bad", [0.0, -0.1, np.nan, np.inf, -np.inf])
def test_a_variance_that_is_no_variance_is_refused_by_label(bad):
    effects = ms.effects_from([0.1, 0.2], [0.1, bad], slab=["Lee 2019", "Park 2020"])
    for spec in (ms.RandomEffects(), ms.CommonEffect()):
        with pytest.raises(ms.DataError, match="Park 2020: vi is"):
            ms.pool(effects, spec)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_an_estimate_that_is_no_number_is_refused_by_label(bad):
    effects = ms.effects_from([bad, 0.2], [0.1, 0.2], slab=["Lee 2019", "Park 2020"])
    with pytest.raises(ms.DataError, match="Lee 2019: yi is"):
        ms.pool(effects, ms.RandomEffects())


@pytest.mark.parametrize("tiny", [1e-200, 1e200])
def test_a_unit_out_of_range_is_refused(tiny):
    with pytest.raises(ms.DataError, match="use another unit"):
        ms.pool(ms.effects_from([0.1, 0.2], [tiny, 1.0]), ms.RandomEffects())


def test_no_study_is_refused():
    with pytest.raises(ms.DataError, match="no study"):
        ms.pool(ms.effects_from([], []), ms.RandomEffects())


@pytest.mark.parametrize("spec", [ms.RandomEffects(), ms.CommonEffect()])
def test_one_study_is_itself(spec):
    pooled = ms.pool(ms.effects_from([0.4], [0.04], slab=["Lee 2019"]), spec)
    assert (pooled.estimate, pooled.se) == (0.4, pytest.approx(0.2))
    assert tuple(pooled.ci) == pytest.approx((0.4 - 0.3919928, 0.4 + 0.3919928))
    assert pooled.ci.method == "z"
    assert pooled.tau2 is None
    assert pooled.i2 is None
    assert pooled.weights.tolist() == [1.0]
    assert "single-study" in codes(pooled)


@pytest.mark.parametrize("k", [2, 3, 6])
def test_studies_that_agree_exactly_do_not_collapse(k):
    effects = ms.effects_from([0.3] * k, [0.1] * k)
    pooled = ms.pool(effects, ms.RandomEffects())
    assert pooled.ci.method == "z"
    assert pooled.ci.high - pooled.ci.low == pytest.approx(2 * 1.959964 * (0.1 / k) ** 0.5)
    assert "hksj-guarded" in codes(pooled)
    assert pooled.tau2 == 0
    assert pooled.i2 == 0
    assert pooled.q == 0


def test_a_collapsed_interval_that_was_asked_for_is_said():
    pooled = ms.pool(ms.effects_from([0.3, 0.3], [0.1, 0.2]), ms.RandomEffects(ci="hksj"))
    assert tuple(pooled.ci) == (0.3, 0.3)
    assert pooled.p_value is None
    assert "hksj-zero-width" in codes(pooled)


def test_two_studies_have_no_prediction_interval():
    pooled = ms.pool(ms.effects_from([0.3, 0.9], [0.1, 0.2]), ms.RandomEffects())
    assert pooled.prediction is None
    assert "prediction-few-studies" in codes(pooled)
    with pytest.raises(ms.SpecError, match="no prediction interval"):
        probability_beyond(pooled, 0.0)


def test_a_kind_without_degrees_of_freedom_is_said():
    effects = ms.effects_from([0.0, 0.0, 2.0], [0.001, 4.0, 4.0])
    pooled = ms.pool(effects, ms.RandomEffects(prediction="KR-PR"))
    assert pooled.prediction is None
    assert "prediction-no-df" in codes(pooled)


def test_a_common_effect_says_why_it_predicts_nothing():
    pooled = ms.pool(ms.effects_from([0.3, 0.9, 1.0], [0.1, 0.2, 0.1]), ms.CommonEffect())
    assert pooled.prediction is None
    assert "prediction-common-effect" in codes(pooled)
    assert pooled.tau2 is None


def test_none_asked_none_given():
    effects = ms.effects_from([0.3, 0.9, 1.0], [0.1, 0.2, 0.1])
    pooled = ms.pool(effects, ms.RandomEffects(prediction="none", tau2_ci="none"))
    assert pooled.prediction is None
    assert pooled.tau2_ci is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ci": "kr", "tau2": "DL"}, "'kr' needs tau2 'REML'"),
        ({"ci": "profile"}, "'profile' needs tau2 'ML'"),
        ({"prediction": "KR", "tau2": "PM"}, "'KR' needs tau2 'REML'"),
        ({"tau2_ci": "PL", "tau2": "DL"}, "'PL' needs tau2 'ML' or 'REML'"),
        ({"tau2": "GENQ"}, "needs weights"),
        ({"weights": (1.0, 2.0)}, "weights needs tau2 'GENQ'"),
        ({"tau2": "GENQ", "weights": (1.0, 0.0)}, "positive and finite"),
        ({"tau2": "XX"}, "must be one of"),
        ({"level": 1.0}, "level"),
    ],
)
def test_arguments_that_do_not_go_together(arguments, message):
    with pytest.raises(ms.SpecError, match=message):
        ms.RandomEffects(**arguments)


def test_weights_must_be_one_a_study():
    spec = ms.RandomEffects("GENQ", weights=(1.0, 2.0))
    with pytest.raises(ms.DataError, match="2 weights for 3 studies"):
        ms.pool(ms.effects_from([0.3, 0.9, 1.0], [0.1, 0.2, 0.1]), spec)


def test_notes_of_the_effects_stay():
    from dataclasses import replace

    note = ms.Note("converted", "One effect was converted.")
    effects = replace(ms.effects_from([0.3, 0.9, 1.0], [0.1, 0.2, 0.1]), notes=(note,))
    for spec in (ms.RandomEffects(), ms.CommonEffect()):
        assert note in ms.pool(effects, spec).notes


def test_results_are_plain_and_frozen():
    pooled = ms.pool(ms.effects_from([0.3, 0.9, 1.0], [0.1, 0.2, 0.1]), ms.RandomEffects())
    for name in ("estimate", "se", "statistic", "p_value", "tau2", "tau2_se", "i2", "h2", "q"):
        assert type(getattr(pooled, name)) is float
    assert type(pooled.ci.low) is float
    with pytest.raises(AttributeError):
        pooled.estimate = 1.0
    with pytest.raises(ValueError, match="read-only"):
        pooled.weights[0] = 1.0


def frame_of(**columns):
    k = len(next(iter(columns.values())))
    data = pd.DataFrame(columns)
    rng = np.random.default_rng(1)
    labels = [f"Study {i + 1}" for i in range(k)]
    return ms.effects_from(rng.normal(size=k), [0.1] * k, slab=labels, data=data)


def fit(effects, formula):
    return ms.pool(effects, ms.RandomEffects(moderators=formula))


@pytest.mark.parametrize(
    ("columns", "formula", "message"),
    [
        ({"x": [1, 2, 3, 4, 5]}, "~ z", "unknown z; the columns are x"),
        ({"x": [1, 2, 3, 4, 5]}, "~ log(z)", "unknown z"),
        ({"x": [1, 2, 3, 4, 5]}, "y ~ x", "has a left side"),
        ({"x": [1, 2, 3, 4, 5]}, "~ x +", "is no formula"),
        ({"x": [1, 2, 3, 4, 5]}, "~ 0", "has no term"),
    ],
)
def test_formulas_that_make_no_sense(columns, formula, message):
    with pytest.raises(ms.SpecError, match=message):
        fit(frame_of(**columns), formula)


@pytest.mark.parametrize(
    ("columns", "formula", "message"),
    [
        ({"x": [1, 2, None, 4, None]}, "~ x", "x is missing in Study 3, Study 5"),
        ({"x": ["a", None, "b", "a", "b"]}, "~ C(x)", "x is missing in Study 2"),
        ({"x": [1, 2, 3, 4, 5], "y": [2, 4, 6, 8, 10]}, "~ x + y", "y is a combination of x"),
        ({"x": [7, 7, 7, 7, 7]}, "~ x", "x is a combination of Intercept"),
        ({"x": [0, 0, 0, 0, 0]}, "~ x", "x is 0 in every study"),
        ({"x": [0, 1, 2, 3, 4]}, "~ log(x)", r"log\(x\) is not finite"),
        ({"x": ["a", "b", "c", "d", "e"]}, "~ C(x)", "5 studies cannot carry 5 coefficients"),
    ],
)
def test_moderators_that_cannot_be_used(columns, formula, message):
    with pytest.raises(ms.DataError, match=message):
        fit(frame_of(**columns), formula)


def effects_of_records(**fields):
    """Effects with a record behind each; the fields go to its study."""
    from dataclasses import replace

    from metasyn.records import Provenance, Result, Study

    records = []
    for i, values in enumerate(zip(*fields.values(), strict=True)):
        at = Provenance("results", i + 2)
        blank = dict.fromkeys(Study.__dataclass_fields__, "") | {"provenance": at, "extras": {}}
        study = Study(**(blank | dict(zip(fields, values, strict=True))))
        blank = dict.fromkeys(Result.__dataclass_fields__, "") | {"provenance": at, "extras": {}}
        records.append(Result(**(blank | {"study": study, "n": 10 + i})))
    return replace(frame_of(x=range(len(records))), data=None, records=tuple(records))


def test_moderators_of_records_are_the_registrys_columns():
    effects = effects_of_records(design=["rct", "rct", "registry", "rct", "registry"])
    model = fit(effects, "~ C(design) + n")
    assert list(model.coefficients["term"]) == ["Intercept", "C(design)[T.registry]", "n"]
    assert list(subgroups(effects, "design").groups) == ["rct", "registry"]


@pytest.mark.parametrize("gone", ["", "NR"])
def test_what_a_record_does_not_say_is_missing(gone):
    effects = effects_of_records(country=["IT", "IT", gone, "FR", "FR"])
    with pytest.raises(ms.DataError, match="country is missing in Study 3"):
        fit(effects, "~ C(country)")
    with pytest.raises(ms.DataError, match="Study 3: no country"):
        subgroups(effects, "country")


def test_moderators_need_a_frame():
    effects = ms.effects_from([0.1, 0.2, 0.3], [0.1, 0.1, 0.1])
    with pytest.raises(ms.DataError, match="Moderators need data"):
        fit(effects, "~ x")


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ({"y": [1]}, "lack the moderators x, group"),
        ({"x": [1, None], "group": ["a", "b"]}, "x is missing in row 2"),
        ({"x": [1], "group": ["z"]}, "'z'"),
    ],
)
def test_predictions_from_unusable_values(new, message):
    effects = frame_of(x=[1, 2, 3, 4, 5, 6], group=["a", "b", "a", "b", "a", "a"])
    model = fit(effects, "~ x + C(group)")
    with pytest.raises(ms.DataError, match=message):
        model.predict(new)


def test_a_spline_does_not_extrapolate_silently():
    effects = frame_of(x=[1, 2, 3, 4, 5, 6, 7, 8])
    model = fit(effects, "~ bs(x, df=3)")
    assert len(model.predict({"x": [2.5, 7.0]})) == 2
    with pytest.raises(ms.DataError, match="beyond upper"):
        model.predict({"x": [20]})


def test_bootstrap_is_refused_with_moderators():
    spec = ms.RandomEffects(moderators="~ x", prediction="NNF")
    with pytest.raises(ms.SpecError, match="NNF"):
        ms.pool(frame_of(x=[1, 2, 3, 4, 5]), spec)


def test_fitted_values_carry_labels():
    model = fit(frame_of(x=[1, 2, 3, 4, 5]), "~ x")
    table = model.predict()
    assert table["slab"].tolist() == [f"Study {i}" for i in range(1, 6)]
    assert table["estimate"].to_numpy() == pytest.approx(model.fitted)
    assert "pi_low" in table.columns
    common = ms.pool(frame_of(x=[1, 2, 3, 4, 5]), ms.CommonEffect(moderators="~ x"))
    assert "pi_low" not in common.predict().columns


def test_estimate_of_a_regression_is_the_effect_at_mean_moderators():
    model = fit(frame_of(x=[1, 2, 3, 4, 10]), "~ x")
    at_mean = model.predict({"x": [4.0]}).iloc[0]
    assert model.estimate == pytest.approx(at_mean["estimate"])
    assert tuple(model.ci) == pytest.approx((at_mean["ci_low"], at_mean["ci_high"]))
    assert tuple(model.prediction) == pytest.approx((at_mean["pi_low"], at_mean["pi_high"]))
    assert "mean of ~ x" in model.summary()


@pytest.mark.parametrize(
    ("by", "message"),
    [
        (["a", "a", "a", "a", "a"], "nothing to compare"),
        (["a", "b", None, "a", "b"], "Study 3: no group"),
        (["a", "b"], "2 groups for 5 studies"),
    ],
)
def test_groups_that_cannot_be_used(by, message):
    with pytest.raises(ms.DataError, match=message):
        subgroups(frame_of(x=[1, 2, 3, 4, 5]), by)


def test_an_unknown_group_column_is_refused():
    with pytest.raises(ms.SpecError, match="no column 'arm'"):
        subgroups(frame_of(x=[1, 2, 3, 4, 5]), "arm")


def test_a_group_of_one_is_said():
    found = subgroups(frame_of(x=[1, 2, 3, 4, 5]), ["a", "a", "b", "a", "a"])
    assert "subgroup-single-study" in codes(found)
    assert found.groups["b"].k == 1


def test_other_models_are_refused_by_the_tools_of_this_one():
    single = ms.pool(ms.effects_from([0.3], [0.1]), ms.RandomEffects())
    with pytest.raises(ms.SpecError, match="two or more"):
        heterogeneity(single)
    with pytest.raises(ms.SpecError, match="two or more"):
        permutation_test(single)
