"""Weights by design: in words, and as the table in force."""

from __future__ import annotations

from metasyn.models.design_weights import DesignRule, DesignWeights
from metasyn.models.groups import Groups
from metasyn.models.rate import PooledRate
from metasyn.models.specs import BinomialNormal
from metasyn.report.document import Column, Row, Sentence, Table, TableCell
from metasyn.report.formats import join_words, percent
from metasyn.report.lines import cases, pooled_of

__all__ = ["weight_table", "weights"]


def weights(groups: Groups) -> tuple[Sentence, ...]:
    """How single cases and small series were weighed, and why; nothing where there are none."""
    spec = groups.spec
    if not isinstance(spec, BinomialNormal) or spec.model is not None:
        return ()
    singles = any(cases(line) for line in groups.lines)
    series = any(
        unit.kind == "series"
        for result in pooled_of(groups)
        if isinstance(result, PooledRate)
        for unit in result.units
    )
    sentences = [*(_singles(spec) if singles else ()), *(_series(spec) if series else ())]
    if not sentences or (spec.case_weight == 0 and not series):
        return tuple(sentences)
    sentences.append(Sentence("The weight of every design stands in the table below."))
    convention = "These weights are a convention, not an estimate"
    if singles:
        convention += (
            "; the result without the single cases stands beside every pooled result that has any"
        )
    sentences.append(
        Sentence(
            f"{convention}. Weighting limits publication bias but does not remove it.",
            ("murad2018",),
        )
    )
    return tuple(sentences)


def _singles(spec: BinomialNormal) -> tuple[Sentence, ...]:
    if spec.case_weight == 0:
        return (Sentence("Reports of one or two patients are shown but not counted."),)
    together = (
        "All reports of one or two patients of a line count together as one further study, a "
        "pseudo-study"
        if spec.cases == "pseudo-study"
        else "Reports of one or two patients enter one by one"
    )
    capped = Sentence(
        f"Their share of the information is kept at {percent(spec.case_cap)} or below; "
        "information from sources that may all be biased in the same direction is bounded, "
        "however many they are.",
        ("welton2009",),
    )
    appraised = Sentence(
        "Within it, reports count by their appraisal where one is given, from nothing to full.",
        ("murad2018",),
    )
    return (
        Sentence(
            f"{together}, and count {percent(spec.case_weight)}: their likelihood is raised to "
            f"the power {spec.case_weight:g}.",
            ("ibrahim2000", "rabehesketh2006"),
        ),
        *((appraised,) if spec.quality else ()),
        *((capped,) if spec.case_cap < 1 else ()),
    )


def _series(spec: BinomialNormal) -> tuple[Sentence, ...]:
    if spec.series_weight == 1 or spec.design_weights is not None:
        return ()
    return (
        Sentence(
            f"Each small series of patients who were not consecutive counts "
            f"{percent(spec.series_weight)}.",
            ("ibrahim2000",),
        ),
    )


def weight_table(groups: Groups) -> tuple[Table, ...]:
    """The table of weights in force; none where the model has none."""
    spec = groups.spec
    if not isinstance(spec, BinomialNormal) or not weights(groups):
        return ()
    table = spec.design_weights or DesignWeights()
    return (
        Table(
            "weights",
            "Weights by design; the first line that fits a row decides.",
            (
                Column("Design"),
                Column("Patients"),
                Column("Weight", "percent"),
                Column("Why"),
            ),
            tuple(_rule(rule, spec, groups) for rule in table.rules),
            notes=()
            if spec.case_weight == 0 or spec.case_cap == 1
            else (
                Sentence(
                    "Single cases together carry at most "
                    f"{percent(spec.case_cap)} of the information of a line."
                ),
            ),
        ),
    )


def _rule(rule: DesignRule, spec: BinomialNormal, groups: Groups) -> Row:
    codes = groups.records.codes.get("design")
    designs = [codes.label(code) if codes else code for code in rule.designs]
    usual = {"cases": spec.case_weight, "series": spec.series_weight, "anchor": 1.0}
    weight = usual[rule.kind] if rule.power is None else rule.power
    sizes = {
        (True, True): "any number",
        (False, True): f"{rule.n_low} or more",
        (True, False): f"{rule.n_high} or fewer",
        (False, False): f"{rule.n_low} to {rule.n_high}",
    }
    return Row(
        (
            TableCell(join_words(designs, "or") or "Any"),
            TableCell(sizes[rule.n_low <= 1, rule.n_high is None]),
            TableCell(percent(weight), weight),
            TableCell(rule.reason),
        )
    )
