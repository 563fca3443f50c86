"""Weights by design: in words, and as the table in force."""

from __future__ import annotations

from metasyn.models.design_weights import DesignRule, DesignWeights
from metasyn.models.groups import Groups
from metasyn.models.specs import BinomialNormal
from metasyn.report.document import Column, Row, Sentence, Table, TableCell
from metasyn.report.formats import join_words, percent

__all__ = ["weight_table", "weights"]


def weights(spec: BinomialNormal) -> tuple[Sentence, ...]:
    """How single cases and small series were weighed, and why."""
    if spec.case_weight == 0:
        return (Sentence("Reports of one or two patients are shown but not counted."),)
    together = (
        "All reports of one or two patients of a line count together as one further study, a "
        "pseudo-study"
        if spec.cases == "pseudo-study"
        else "Reports of one or two patients enter one by one"
    )
    sentences = [
        Sentence(
            f"{together}, and count {percent(spec.case_weight)}: their likelihood is raised to "
            f"the power {spec.case_weight:g}.",
            ("ibrahim2000", "rabehesketh2006"),
        ),
        Sentence(
            f"Their share of the information is kept at {percent(spec.case_cap)} or below; "
            "information from sources that may all be biased in the same direction is bounded, "
            "however many they are.",
            ("welton2009",),
        ),
    ]
    sentences.append(Sentence("The weight of every design stands in the table below."))
    sentences.append(
        Sentence(
            "These weights are a convention, not an estimate; the result without the single "
            "cases stands beside every pooled result that has any. Weighting limits publication "
            "bias but does not remove it.",
            ("murad2018",),
        )
    )
    return tuple(sentences)


def weight_table(groups: Groups) -> tuple[Table, ...]:
    """The table of weights in force; none where the model has none."""
    spec = groups.spec
    if not isinstance(spec, BinomialNormal) or spec.model is not None:
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
            if spec.case_weight == 0
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
