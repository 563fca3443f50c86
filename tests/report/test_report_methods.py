"""The methods paragraph is true: change an option and its sentence changes, and no other."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

import metasyn as ms
from metasyn.models import specs
from metasyn.models.specs import (
    BetaBinomial,
    BinomialNormal,
    CommonEffect,
    FirthLogistic,
    HenmiCopas,
    IVhet,
    MantelHaenszel,
    Peto,
    QualityEffects,
    RandomEffects,
)
from metasyn.report.document import Paragraph, Section
from metasyn.report.sections.methods import methods
from metasyn.report.wording import CI, TAU2, TAU2_CI

MODELS = [
    (RandomEffects("DL", ci="z"), "RR", "on the log risk ratio; the variance between"),
    (RandomEffects("DL", ci="z"), "OR", "on the log odds ratio; the variance between"),
    (RandomEffects("DL", ci="z"), "RD", "on the risk difference; the variance between"),
    (CommonEffect(), "RR", "under a common-effect model, on the log risk ratio"),
    (HenmiCopas(), "RR", "allows for differences between studies and for missing small studies"),
    (IVhet(tau2="PM"), "RR", "with the weights of a common effect, on the log risk ratio; the var"),
    (QualityEffects((1.0, 0.5, 0.5)), "RR", "with weights that follow the appraisal of the"),
    (MantelHaenszel("OR"), "OR", "Odds ratios were pooled by the method of Mantel and Haenszel."),
    (MantelHaenszel("RR"), "RR", "Risk ratios were pooled by the method of Mantel and Haenszel."),
    (MantelHaenszel("RD"), "RD", "Mantel and Haenszel, with the variance of Sato."),
    (
        MantelHaenszel("RD", rd_variance="greenland-robins"),
        "RD",
        "Haenszel, with the variance of Greenland and Robins.",
    ),
    (Peto(), "PETO", "Odds ratios were pooled by Peto’s one-step method."),
    (BetaBinomial(), "OR", "with a beta-binomial model"),
    (FirthLogistic(), "OR", "Firth’s penalty"),
    (BinomialNormal(model="UM.FS"), "OR", "with a fixed baseline for every study"),
    (BinomialNormal(model="UM.RS"), "OR", "with baselines that vary normally between studies"),
    (BinomialNormal(model="CM.EL"), "OR", "of both arms (exact likelihood)"),
    (BinomialNormal(model="CM.AL"), "OR", "of both arms (approximate likelihood)"),
]
NAMED = [f"{type(spec).__name__}-{measure}-{words[-24:]}" for spec, measure, words in MODELS]


def text(section: Section) -> str:
    blocks = [block for block in section.blocks if isinstance(block, Paragraph)]
    return " ".join(one.text for block in blocks for one in block.sentences)


def cites(section: Section) -> set[str]:
    blocks = [block for block in section.blocks if isinstance(block, Paragraph)]
    return {key for block in blocks for one in block.sentences for key in one.cites}


@pytest.fixture
def written(material, compared):
    def write(spec: object, measure: str = "RR", **change: object) -> Section:
        groups = compared(spec, measure)
        return methods(replace(material, groups=groups, evidence={}, **change))

    return write


def test_every_model_is_among_those_tested(respecified):
    tested = {type(spec) for spec, *_ in MODELS}
    assert tested | {specs.PoissonNormal} == set(get_args(specs.Spec))


@pytest.mark.parametrize(("spec", "measure", "words"), MODELS, ids=NAMED)
def test_every_model_has_its_sentence_and_no_other(written, spec, measure, words):
    told = text(written(spec, measure))
    assert words in told
    for other in {found for _, _, found in MODELS} - {words}:
        assert other not in told
    assert "single case" not in told.lower()
    assert "prior" not in told


@pytest.mark.parametrize("code", sorted(set(TAU2) - {"GENQ"}))
def test_every_estimator_of_tau2_is_told_and_cited_alone(written, code):
    section = written(RandomEffects(code, ci="z", tau2_ci="none"))
    assert f"was estimated by {TAU2[code].long}." in text(section)
    others = {key for name, term in TAU2.items() if name != code for key in term.cites}
    assert not cites(section) & (others - set(TAU2[code].cites))


def test_given_weights_are_told(written):
    told = text(written(RandomEffects("GENQ", ci="z", weights=(1.0, 2.0, 1.0))))
    assert ", with weights that were given beforehand;" in told
    assert "given beforehand" not in text(written(RandomEffects("DL")))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"ci": "z"}, "z"),
        ({"ci": "t"}, "t"),
        ({"ci": "hksj"}, "hksj"),
        ({"ci": "hksj-adhoc"}, "hksj-adhoc"),
        ({"tau2": "REML", "ci": "kr"}, "kr"),
        ({"tau2": "ML", "ci": "profile"}, "profile"),
    ],
)
def test_every_interval_is_told(written, given, name):
    spec = RandomEffects(**{"tau2_ci": "none", "prediction": "none", **given})
    told = text(written(spec))
    assert f"95% confidence intervals use {CI[name].long}." in told
    assert told.count("intervals use") == 1
    assert "prediction" not in told
    assert "τ²" not in told


@pytest.mark.parametrize(
    ("prediction", "words"),
    [
        ("simple", "the spread between studies alone, without the error of the estimate"),
        ("z", "the normal distribution"),
        ("V", "a t distribution with one degree of freedom less than studies"),
        ("HTS", "a t distribution with two degrees of freedom less than studies"),
        ("HK", "the Hartung–Knapp standard error and t with one degree"),
        ("HK-PR", "the Hartung–Knapp standard error and t with two degrees"),
        ("KR", "the method of Kenward and Roger"),
        ("NNF", "a confidence-distribution bootstrap"),
    ],
)
def test_every_prediction_interval_is_told(written, prediction, words):
    told = text(written(RandomEffects("REML", prediction=prediction)))
    assert f"similar study would lie, use {words}" in told
    assert ("seed" in told) == (prediction == "NNF")


def test_the_seed_of_a_bootstrap_is_told(written):
    told = text(written(RandomEffects(prediction="NNF", seed=7)))
    assert "The bootstrap made 25,000 draws from seed 7." in told


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tau2_ci": "QP"}, "the Q-profile method"),
        ({"tau2_ci": "GQ"}, "the generalised Q statistic"),
        ({"tau2": "ML", "tau2_ci": "PL"}, "the profile likelihood"),
    ],
)
def test_the_interval_of_tau2_is_told(written, given, words):
    told = text(written(RandomEffects(**{"ci": "z", **given})))
    assert f"95% intervals of the variance between studies (τ²) use {words}." in told
    assert "(τ²) use" not in text(written(RandomEffects(ci="z", tau2_ci="none")))


def test_every_method_of_an_interval_has_words(compared):
    for spec, measure, _ in MODELS:
        result = compared(spec, measure)["tocilizumab"]
        for interval in (result.ci, result.prediction):
            assert interval is None or interval.method.removesuffix("-guarded") in {
                *CI,
                *ms_predictions(),
            }
        assert result.tau2_ci is None or result.tau2_ci.method in TAU2_CI


def ms_predictions() -> set[str]:
    from metasyn.report.wording import PREDICTION

    return set(PREDICTION)


def test_the_level_is_told(written):
    told = text(written(RandomEffects(level=0.9)))
    assert "90% confidence intervals" in told
    assert "95%" not in told


@pytest.mark.parametrize(
    ("add", "to", "words"),
    [
        (0.5, "only0", "0.5 was added to each count of every row with a zero count"),
        (0.25, "only0", "0.25 was added to each count of every row with a zero count"),
        (0.5, "all", "0.5 was added to each count of every row."),
        (0.5, "if0all", "to each count of every row, because some row had a zero count"),
    ],
)
def test_what_was_added_to_zeros_is_told(material, compared, add, to, words):
    groups = compared(RandomEffects("DL", ci="z"))
    line = groups.line("tocilizumab")
    counts = {"ai": [0, 6, 9], "bi": [50, 34, 21], "ci": [20, 12, 10], "di": [30, 48, 18]}
    data = ms.effect_sizes("RR", **counts, add=add, to=to)
    changed = replace(line, result=ms.pool(data, groups.spec))
    other = type(groups)((changed,), groups.by, groups.spec, groups.records)
    assert words in text(methods(replace(material, groups=other, evidence={})))
    assert "was added" not in text(methods(replace(material, groups=groups, evidence={})))


def test_differences_name_their_risk(written):
    assert "the median risk of the comparison groups" in text(written(RandomEffects()))
    stated = text(written(RandomEffects(), baseline_risk=0.125))
    assert "a stated risk of 12.5% without treatment" in stated
    assert "median risk" not in stated


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quality": {"Liu 2018": 0.5}}, "reports count by their appraisal"),
        ({"case_cap": 1.0}, None),
    ],
)
def test_options_of_single_cases_are_told_only_where_they_are_used(
    material, respecified, change, words
):
    default = text(methods(material))
    told = text(methods(replace(material, groups=respecified(BinomialNormal(**change)))))
    if words is None:
        assert "share of the information is kept" in default
        assert "share of the information is kept" not in told
    else:
        assert words in told
        assert words not in default


def test_without_single_cases_nothing_is_said_of_them(material, groups):
    line = groups.line("siltuximab")
    alone = type(groups)((line,), groups.by, groups.spec, groups.records)
    section = methods(replace(material, groups=alone, evidence={}))
    assert "pseudo-study" not in text(section)
    assert len(section.blocks) == len([b for b in section.blocks if isinstance(b, Paragraph)])


def test_small_series_are_told_only_where_there_are_any(material, groups):
    spec = BinomialNormal(series_weight=0.4)
    line = groups.line("tocilizumab")
    units = (replace(line.result.units[0], kind="series", power=0.4), *line.result.units[1:])
    changed = replace(line, result=replace(line.result, units=units, spec=spec))
    other = type(groups)((changed, *groups.lines[1:]), groups.by, spec, groups.records)
    told = text(methods(replace(material, groups=other)))
    assert "patients who were not consecutive counts 40%." in told
    assert "consecutive" not in text(methods(material))
