"""diagnose(): every field is the diagnostic's own result, or a note that says why there is none."""

import subprocess
import sys
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.diagnostics.diagnosis.findings import TITLES

BCG = {
    "ai": [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    "bi": [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886],
    "ci": [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    "di": [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825],
}
"""Vaccination against tuberculosis (Colditz et al. 1994, JAMA 271:698, table 1)."""
YEARS = [1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976]
FUNNEL = ("egger", "egger_variant", "begg", "trim_and_fill", "pet_peese", "limit")


def bcg(years=True):
    made = ms.effect_sizes("RR", **BCG)
    data = pd.DataFrame({**BCG, **({"year": YEARS} if years else {})})
    return ms.effects_from(made.yi, made.vi, made.slab, data), made


def with_measure(effects, measure):
    return ms.Effects(effects.yi, effects.vi, effects.slab, measure=measure, data=effects.data)


@pytest.fixture(scope="module")
def effects():
    return with_measure(bcg()[0], "RR")


@pytest.fixture(scope="module")
def found(effects):
    return ms.diagnose(effects, threshold=-0.3, seed=5)


def test_fields_are_the_results_of_the_diagnostics(effects, found):
    assert found.leave_one_out.estimates.tolist() == ms.leave_one_out(effects).estimates.tolist()
    assert found.influence.to_frame().equals(ms.influence(effects).to_frame())
    assert found.cumulative.keys == tuple(sorted(YEARS))
    assert found.normal_qq.to_frame().equals(ms.normal_qq(effects, seed=5).to_frame())
    assert found.egger.p_value == ms.egger(effects).p_value
    assert found.egger_variant.variant == "peters"
    assert found.begg == ms.begg(effects)
    assert found.trim_and_fill.pooled.estimate == ms.trim_and_fill(effects).pooled.estimate
    assert found.selection.alternative == "less"  # the pooled estimate lies below 0
    assert found.what_would_it_take.threshold == -0.3
    ratios = ms.publication_bias_sensitivity(effects)
    assert found.bias_sensitivity.for_ci == ratios.for_ci


def test_every_field_but_the_pool_is_a_row(effects, found):
    names = [field.name for field in fields(found)]
    assert names == ["pooled", *TITLES]
    frame = found.to_frame()
    assert list(frame.columns) == ["name", "finding", "number", "trust"]
    assert frame["name"].tolist() == list(TITLES.values())
    absent = [isinstance(getattr(found, name), ms.Note) for name in TITLES]
    assert (frame["trust"] == "not computed").tolist() == absent
    by_name = frame.set_index("name")
    assert by_name.loc["Fail-safe N", "number"] == ms.fail_safe_n(effects).n
    assert by_name.loc["Begg's test", "number"] == found.begg.p_value
    for title in TITLES.values():
        assert title in found.summary()


def test_the_plot_of_two_arms_needs_the_tables(found):
    """effect_sizes() keeps the tables, effects_from() has none."""
    whole = ms.diagnose(bcg()[1])
    assert found.labbe.code == "no-tables"
    assert whole.labbe.slab == whole.pooled.data.slab
    assert whole.egger_variant.p_value == pytest.approx(found.egger_variant.p_value, rel=1e-12)


def test_funnels_of_fewer_than_ten_studies_are_not_read_unless_one_insists(effects):
    few = effects.take(range(9))
    careful, bold = ms.diagnose(few), ms.diagnose(few, insist=True)
    for field in FUNNEL:
        assert getattr(careful, field).code == "funnel-few-studies"
        assert not getattr(bold, field).trusted
    assert careful.p_uniform.code == careful.selection.code == "selection-few-studies"
    trust = bold.to_frame().set_index("name")["trust"]
    assert trust["Begg's test"] == "no"
    assert "(do not rely on this)" in bold.summary()


def test_proportions_have_no_funnel_and_no_null():
    made = ms.effect_sizes("PLO", xi=list(range(3, 17)), ni=[20] * 7 + [35] * 7)
    found = ms.diagnose(made, threshold=0.0)
    assert {getattr(found, field).code for field in FUNNEL} == {"funnel-proportions"}
    no_null = ("fail_safe_n", "excess_significance", "p_curve", "p_uniform", "selection")
    for field in (*no_null, "bias_sensitivity"):
        assert getattr(found, field).code == "no-null"
    assert not isinstance(found.leave_one_out, ms.Note)
    assert found.what_would_it_take.null is None
    assert "holds 0" not in found.summary()


@pytest.mark.parametrize("k", [1, 2, 3])
def test_what_so_few_studies_do_not_allow_is_said(effects, k):
    found = ms.diagnose(effects.take(range(k)))
    assert found.pooled.k == k
    assert isinstance(found.influence, ms.Note) == (k < 3)
    assert isinstance(found.leave_one_out, ms.Note) == (k < 2)
    if k == 1:
        assert "at least 2 studies" in found.leave_one_out.message


def test_without_years_moderators_or_a_request(effects):
    bare = ms.diagnose(ms.effects_from(effects.yi, effects.vi))
    assert bare.cumulative.code == "no-year"
    assert bare.egger_variant.code == "no-variant"
    assert bare.gosh.code == "not-asked"


def test_a_regression_is_looked_at_as_one_and_the_mean_otherwise(effects):
    found = ms.diagnose(effects, ms.RandomEffects(moderators="~ year"))
    assert found.influence.terms == ("Intercept", "year")
    assert found.leave_one_out.estimates.tolist() == ms.leave_one_out(effects).estimates.tolist()


def test_gosh_on_request(effects):
    found = ms.diagnose(effects.take(range(6)), gosh=True)
    assert len(found.gosh.estimate) == 63
    assert "63 subsets" in found.summary()


def test_curves_that_should_not_be_read_say_why_and_only_that(found):
    """The heterogeneity of the BCG trials speaks against a p-curve."""
    assert found.p_curve.code == "not-trusted"
    assert found.p_curve.message.startswith("High heterogeneity (I² 92%).")


def test_what_cannot_be_pooled_is_refused():
    with pytest.raises(ms.SpecError, match="not MantelHaenszel"):
        ms.diagnose(ms.effects_from([0.1, 0.2], [1, 1]), ms.MantelHaenszel("OR"))
    with pytest.raises(ms.DataError):
        ms.diagnose(ms.effects_from([0.1, np.nan], [1, 1]))


def test_a_full_run_loads_no_optimiser():
    """Loading scipy.optimize takes longer than the run itself."""
    program = (
        "import sys, metasyn as ms\n"
        f"made = ms.effect_sizes('RR', **{BCG!r})\n"
        "ms.diagnose(made).summary()\n"
        "print(sorted(m for m in ('scipy.optimize', 'scipy.stats') if m in sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
