"""Every diagnostic works on (effects, spec) and returns a frozen result that speaks for itself."""

import re
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

DIAGNOSTICS = {
    "baujat": ms.baujat,
    "begg": ms.begg,
    "bootstrap": lambda effects, spec: ms.bootstrap(effects, spec, draws=200),
    "copas": ms.copas,
    "cumulative": ms.cumulative,
    "diagnose": ms.diagnose,
    "egger": ms.egger,
    "excess_significance": ms.excess_significance,
    "gosh": lambda effects, spec: ms.gosh(effects, spec, subsets=300),
    "influence": ms.influence,
    "labbe": ms.labbe,
    "leave_one_out": ms.leave_one_out,
    "limit_meta_analysis": ms.limit_meta_analysis,
    "normal_qq": ms.normal_qq,
    "p_uniform": ms.p_uniform,
    "permuted_egger": lambda effects, spec: ms.permuted_egger(effects, spec, draws=200),
    "profile_likelihood": ms.profile_likelihood,
    "publication_bias_sensitivity": ms.publication_bias_sensitivity,
    "radial": ms.radial,
    "selection_model": lambda effects, spec: ms.selection_model(effects, "halfnorm", spec),
    "trim_and_fill": ms.trim_and_fill,
    "vevea_woods": ms.vevea_woods,
    "what_would_it_take": lambda effects, spec: ms.what_would_it_take(effects, spec, -0.1),
}
"""Those that take a model."""
WITHOUT_MODEL = {"fail_safe_n": ms.fail_safe_n, "p_curve": ms.p_curve, "pet_peese": ms.pet_peese}
"""Those that rest on no pooled estimate, or on a regression of their own."""
OF_REGRESSIONS = {"diagnose", "influence", "normal_qq", "selection_model", "vevea_woods"}
OF_REGRESSIONS |= {"profile_likelihood"}
OF_TAU2 = {"profile_likelihood", "permuted_egger"}
"""Refuse a common effect, which has no tau2."""
WITHHELD = {
    "begg": "funnel-few-studies",
    "egger": "funnel-few-studies",
    "permuted_egger": "funnel-few-studies",
    "trim_and_fill": "funnel-few-studies",
}
"""Summaries of fewer than ten studies that say why there is no number."""

SPECS = {
    "REML": ms.RandomEffects(),
    "DL": ms.RandomEffects("DL", ci="z"),
    "ML": ms.RandomEffects("ML", ci="t"),
    "PM": ms.RandomEffects("PM", ci="hksj"),
    "common": ms.CommonEffect(),
}
BCG = {
    "ai": [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    "bi": [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886],
    "ci": [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    "di": [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825],
}
"""Vaccination against tuberculosis (Colditz et al. 1994, JAMA 271:698, table 1)."""


def tables(k=14):
    """Two arms with a benefit, small studies showing more of it."""
    rng = np.random.default_rng(3)
    n = rng.integers(30, 400, k)
    control = rng.binomial(n, 0.3)
    treated = rng.binomial(n, 0.3 * np.exp(-0.25 - 3.0 / np.sqrt(n) + rng.normal(0, 0.15, k)))
    arms = {"ai": treated, "bi": n - treated, "ci": control, "di": n - control}
    return {name: counts.tolist() for name, counts in arms.items()}


def effects_of(measure, arms):
    made = ms.effect_sizes(measure, **arms)
    years = pd.DataFrame({"year": 1990.0 + np.arange(len(made)) % 11})
    return replace(made, data=years)


SETS = {"bcg": effects_of("RR", BCG), "benefit": effects_of("OR", tables())}


def readable(text):
    """A text for people: no numbers that are none, no objects of the language."""
    assert isinstance(text, str) and len(text) > 20
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b|array\(|object at", text), text
    return text


def look_through(result, depth=2):
    """Every dataclass in a result is frozen, every array read-only."""
    if isinstance(result, np.ndarray):
        assert not result.flags.writeable
    if is_dataclass(result) and depth:
        assert type(result).__dataclass_params__.frozen
        for field in fields(result):
            look_through(getattr(result, field.name), depth - 1)


def check_result(result):
    look_through(result)
    first = fields(result)[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(result, first, None)
    readable(result.summary())
    frame = result.to_frame()
    assert isinstance(frame, pd.DataFrame) and len(frame)
    assert frame.columns.is_unique
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9_()\[\] .:]*", name) for name in frame.columns)
    cells = frame.to_numpy(dtype=object).ravel()
    assert all(np.ndim(cell) == 0 for cell in cells)  # one value a cell


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("data", SETS)
@pytest.mark.parametrize("name", DIAGNOSTICS)
def test_results_are_frozen_and_tell_themselves(name, data, spec):
    if spec == "common" and name in OF_TAU2:
        with pytest.raises(ms.SpecError, match=r"tau2|RandomEffects"):
            DIAGNOSTICS[name](SETS[data], SPECS[spec])
        return
    result = DIAGNOSTICS[name](SETS[data], SPECS[spec])
    check_result(result)
    again = DIAGNOSTICS[name](SETS[data], SPECS[spec])
    assert again.summary() == result.summary()


@pytest.mark.parametrize("data", SETS)
@pytest.mark.parametrize("name", WITHOUT_MODEL)
def test_results_without_a_model_too(name, data):
    check_result(WITHOUT_MODEL[name](SETS[data]))


@pytest.mark.parametrize("name", DIAGNOSTICS)
def test_without_a_specification_the_default_is_meant(name):
    default, same = (DIAGNOSTICS[name](SETS["bcg"], spec) for spec in (None, SPECS["REML"]))
    pd.testing.assert_frame_equal(default.to_frame(), same.to_frame())


@pytest.mark.parametrize("name", DIAGNOSTICS)
def test_moderators_are_used_or_refused(name):
    spec = ms.RandomEffects(moderators="~ year")
    if name in OF_REGRESSIONS:
        check_result(DIAGNOSTICS[name](SETS["bcg"], spec))
    else:
        with pytest.raises(ms.SpecError, match="one mean; give the specification without"):
            DIAGNOSTICS[name](SETS["bcg"], spec)


@pytest.mark.parametrize("name", DIAGNOSTICS)
def test_other_models_are_refused_by_name(name):
    with pytest.raises(ms.SpecError, match="MantelHaenszel"):
        DIAGNOSTICS[name](SETS["bcg"], ms.MantelHaenszel("OR"))


@pytest.mark.parametrize("name", [*DIAGNOSTICS, *WITHOUT_MODEL])
def test_numbers_that_cannot_be_pooled_are_refused(name):
    function = DIAGNOSTICS.get(name) or (lambda effects, _: WITHOUT_MODEL[name](effects))
    broken = replace(SETS["bcg"], yi=np.append(SETS["bcg"].yi[:-1], np.nan))
    if name != "labbe":  # its estimate alone is pooled
        broken = replace(broken, counts=None)
    with pytest.raises(ms.DataError, match="13"):
        function(broken, SPECS["REML"])


@pytest.mark.parametrize("name", WITHHELD)
def test_funnel_tests_of_few_studies_say_why_there_is_no_number(name):
    result = DIAGNOSTICS[name](SETS["bcg"].take(range(8)), SPECS["REML"])
    assert not result.trusted
    assert WITHHELD[name] in [note.code for note in result.notes]
    careful, bold = result.summary(), result.summary(insist=True)
    assert "not shown" in careful and "fewer than 10" in careful
    assert not re.search(r"p [=<]|\d\.\d", careful.replace("0.05", ""))
    assert "not shown" not in bold


@pytest.mark.parametrize("name", ["fail_safe_n", "excess_significance"])
def test_proportions_have_no_null_results(name):
    made = ms.effect_sizes("PLO", xi=list(range(3, 17)), ni=[20] * 7 + [35] * 7)
    result = getattr(ms, name)(made)
    assert not result.trusted
    assert "no value of no effect" in result.summary()
    assert not re.search(r"p [=<]|hidden studies", result.summary())
    assert len(result.summary(insist=True)) > len(result.summary()) / 2


@pytest.mark.parametrize("name", ["leave_one_out", "cumulative"])
def test_nobody_asks_whether_a_proportion_differs_from_0(name):
    made = ms.effect_sizes("PLO", xi=list(range(3, 17)), ni=[20] * 7 + [35] * 7)
    made = replace(made, data=pd.DataFrame({"year": np.arange(14)}))
    told = readable(getattr(ms, name)(made).summary())
    assert not re.search(r"[Ss]ign changes|xcludes 0|ncludes 0|loses 0", told)


HARD = {
    "equal estimates": ([0.3] * 12, np.linspace(0.01, 0.2, 12)),
    "all zero": ([0.0] * 12, np.linspace(0.01, 0.2, 12)),
    "equal variances": (np.linspace(-0.2, 0.9, 12), [0.04] * 12),
    "equal everything": ([0.3] * 12, [0.1] * 12),
    "a variance near zero": (np.linspace(-0.2, 0.9, 12), [*np.linspace(0.01, 0.2, 11), 1e-12]),
    "no heterogeneity": (0.3 + 0.001 * np.arange(12), np.linspace(0.01, 0.2, 12)),
    "an outlier": ([*np.linspace(0.1, 0.4, 11), 60.0], np.linspace(0.01, 0.2, 12)),
    "all significant": (5.0 + np.linspace(0, 1, 12), np.linspace(0.01, 0.2, 12)),
    "two studies": ([0.1, 0.5], [0.02, 0.05]),
    "three studies": ([0.1, 0.5, 0.2], [0.02, 0.05, 0.04]),
}
ELSEWHERE = {"copas", "labbe", "limit_meta_analysis", "p_uniform"}
"""Tested for hard data by their own files, or in need of tables."""


@pytest.mark.parametrize("spec", ["REML", "PM", "common"])
@pytest.mark.parametrize("case", HARD)
@pytest.mark.parametrize("name", sorted(set(DIAGNOSTICS) - ELSEWHERE))
def test_hard_data_give_an_answer_or_a_reason(name, case, spec):
    yi, vi = HARD[case]
    effects = ms.effects_from(yi, vi, data=pd.DataFrame({"year": np.arange(len(yi))}))
    try:
        result = DIAGNOSTICS[name](effects, SPECS[spec])
    except (ms.DataError, ms.SpecError) as reason:
        assert len(str(reason)) > 20
    else:
        readable(result.summary())
        assert len(result.to_frame())


@pytest.mark.parametrize("scale", [1e6, 1e-6])
@pytest.mark.parametrize("name", ["influence", "leave_one_out", "baujat", "normal_qq", "egger"])
def test_units_do_not_matter(name, scale):
    effects = SETS["bcg"]
    scaled = ms.effects_from(effects.yi * scale, effects.vi * scale**2, effects.slab)
    here = DIAGNOSTICS[name](effects, None).to_frame()
    there = DIAGNOSTICS[name](scaled, None).to_frame()
    free = {"rstudent", "dffits", "cook_d", "cov_r", "hat", "heterogeneity", "influence"}
    free |= {"residual", "quantile", "statistic", "p_value", "i2", "q"}
    for column in sorted(free & set(here.columns)):
        assert there[column].to_numpy() == pytest.approx(here[column].to_numpy(), rel=1e-7)


def test_no_effect_of_an_area_under_the_curve_is_a_half():
    """The probability of superiority: 0.5, not 0, is no effect."""
    yi = [0.62, 0.55, 0.71, 0.48, 0.66, 0.58, 0.6, 0.57, 0.63, 0.52, 0.69]
    made = ms.effects_from(yi, [0.002] * 11, data=pd.DataFrame({"year": np.arange(11)}))
    effects = replace(made, measure="AUC")
    assert ms.what_would_it_take(effects).null == 0.5
    assert "gains or loses 0.5" in ms.leave_one_out(effects).summary()
    assert "excludes 0.5 from" in ms.cumulative(effects).summary()
    assert "is 0.5, but significance is looked at against 0" in ms.fail_safe_n(effects).summary()
    assert ms.diagnose(effects).p_uniform.code == "no-null"
