"""Every option of every model: asked otherwise, the methods say otherwise."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, get_args

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
    PoissonNormal,
    QualityEffects,
    RandomEffects,
)
from metasyn.report.document import Section, Table
from metasyn.report.material import Material
from metasyn.report.sections.methods import methods
from metasyn.report.sections.methods_models import model_sentences
from metasyn.report.sections.question import question

OTHERWISE: dict[type, dict[str, Any]] = {
    RandomEffects: {
        "tau2": "DL", "ci": "z", "level": 0.9, "moderators": "~ year", "prediction": "simple",
        "seed": 7, "tau2_ci": "GQ", "weights": (1.0, 2.0, 1.0, 1.0),
    },
    CommonEffect: {"level": 0.9, "moderators": "~ year"},
    HenmiCopas: {"level": 0.9},
    IVhet: {"level": 0.9, "tau2": "PM"},
    QualityEffects: {"scores": (1.0, 0.5, 0.5, 0.5), "level": 0.9, "tau2": "PM"},
    MantelHaenszel: {"measure": "RR", "level": 0.9, "rd_variance": "greenland-robins"},
    Peto: {"level": 0.9},
    BinomialNormal: {
        "case_weight": 0.25, "series_weight": 0.5, "case_cap": 0.002, "interval": "profile",
        "cases": "individual", "model": "CM.EL", "level": 0.9,
        "design_weights": ms.DesignWeights().with_power("registry", 0.5, reason="Overlap."),
        "quality": {"S0001": 0.5}, "tau_prior": 0.5,
    },
    PoissonNormal: {"model": "UM.FS", "interval": "z", "level": 0.9},
    BetaBinomial: {"level": 0.9},
    FirthLogistic: {"level": 0.9},
}  # fmt: skip
"""Of every model, every option and a value that is not its default."""

BESIDE: dict[tuple[type, str], dict[str, Any]] = {
    (RandomEffects, "seed"): {"prediction": "NNF"},
    (MantelHaenszel, "rd_variance"): {"measure": "RD"},
    (BinomialNormal, "tau_prior"): {"interval": "integrated"},
}
"""What has to be asked for as well for an option to do anything."""

ONLY_WITH = {(RandomEffects, "weights"): {"tau2": "GENQ"}}
"""What the other value cannot be without."""

MEASURES = {Peto: "PETO", BetaBinomial: "OR", FirthLogistic: "OR"}
UNLINKED = {(BinomialNormal, "model"), (QualityEffects, "scores"),
            *((PoissonNormal, name) for name in OTHERWISE[PoissonNormal])}  # fmt: skip
"""Options that need other data than the two workbooks have; the tests below take them."""

CASES = [
    pytest.param(spec, name, id=f"{spec.__name__}-{name}")
    for spec, options in OTHERWISE.items()
    for name in options
    if (spec, name) not in UNLINKED
]


def told(section: Section) -> list[str]:
    """Sentences and cells of a section."""
    found: list[str] = []
    for block in section.blocks:
        found += [one.text for one in getattr(block, "sentences", ())]
        if isinstance(block, Table):
            found += [" ".join(cell.text for cell in row.cells) for row in block.rows]
    return found


@pytest.fixture(scope="module")
def written(single_arms, trials):
    """The methods of a model, fitted to the workbook that it is made for."""

    def write(spec: specs.Spec) -> list[str]:
        one_arm = isinstance(spec, BinomialNormal)
        registry = ms.read_registry(single_arms if one_arm else trials)
        records = registry.select(outcome="response" if one_arm else "death_any", analyse="primary")
        measure = getattr(spec, "measure", None) or MEASURES.get(type(spec), "RR")
        groups = ms.pool_by(records, "intervention", spec, measure="PLO" if one_arm else measure)
        return told(methods(Material(title="T", question="Q?", groups=groups)))

    return write


def test_no_option_is_forgotten():
    assert set(OTHERWISE) == set(get_args(specs.Spec))
    for spec, options in OTHERWISE.items():
        assert set(options) == {one.name for one in fields(spec)}, spec.__name__
        for one in fields(spec):
            assert one.default is MISSING or options[one.name] != one.default


@pytest.mark.parametrize(("spec", "name"), CASES)
def test_an_option_asked_otherwise_is_told_otherwise(written, spec, name):
    beside = dict(BESIDE.get((spec, name), {}))
    required = {"scores": (1.0, 1.0, 0.5, 0.5)} if spec is QualityEffects else {}
    default = written(spec(**required, **beside))
    otherwise = {name: OTHERWISE[spec][name], **ONLY_WITH.get((spec, name), {})}
    changed = written(spec(**{**required, **beside, **otherwise}))
    gone = [one for one in default if one not in changed]
    new = [one for one in changed if one not in default]
    assert new or gone
    # What does not hang on the option stays as it is.
    assert [one for one in default if one in changed]


def test_models_for_other_data_are_told_apart():
    arms = (None, "UM.FS", "UM.RS", "CM.EL", "CM.AL")
    counts = {model_sentences(BinomialNormal(model=one), "OR")[0].text for one in arms}
    rates = {
        model_sentences(PoissonNormal(model=one), "IRR" if one else "IRLN")[0].text
        for one in (None, "UM.FS", "CM.EL")
    }
    assert (len(counts), len(rates)) == (5, 3)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"role": "treatment_first_line"}, "column ‘role’ says ‘Treatment, first line’."),
        ({"design": ["registry", "case_series"]}, "column ‘design’ says ‘Registry’ or ‘Case ser"),
        ({"analyse": "sensitivity"}, "column ‘analyse’ says ‘Sensitivity’."),
    ],
)
def test_what_was_asked_for_is_told(single_arms, asked, words):
    registry = ms.read_registry(single_arms)

    def ask(**query: Any) -> str:
        records = registry.select(outcome="response", **query)
        groups = ms.pool_by(records, "intervention")
        return " ".join(told(question(Material(title="T", question="Q?", groups=groups))))

    assert words in ask(**asked)
    assert words not in ask()


def test_what_makes_the_groups_is_told(single_arms):
    registry = ms.read_registry(single_arms)
    records = registry.select(outcome="response", analyse="primary")
    for by, words in (("intervention", "grouped by intervention"), ("severity", "by severity")):
        groups = ms.pool_by(records, by)
        sentences = told(methods(Material(title="T", question="Q?", groups=groups)))
        assert words in sentences[0]
