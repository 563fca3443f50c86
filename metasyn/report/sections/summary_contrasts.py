"""Summary of findings of comparisons: relative effects, and what they mean for 1,000 patients."""

from __future__ import annotations

from metasyn.models.groups import Line
from metasyn.report.absolute import Baseline, Difference, baseline_of, difference
from metasyn.report.arms import compared_cells
from metasyn.report.document import Column, Row, Sentence, Table, TableCell
from metasyn.report.formats import per_thousand, percent, sentence_case
from metasyn.report.lines import (
    Shown,
    by_words,
    level_words,
    limits_text,
    measure_words,
    outcome_words,
    shown_line,
    value_text,
)
from metasyn.report.material import Material
from metasyn.report.sections.certainty import (
    Reasons,
    certainty_as,
    certainty_cell,
    patients_cell,
    reason_notes,
)

__all__ = ["contrasts"]

_PARTS = ("estimate", "low", "high")


def contrasts(material: Material, reasons: Reasons) -> Table:
    """One row a line: effect, risk without treatment, difference, certainty, plain words."""
    groups = material.groups
    level = level_words(groups)
    rows = []
    notes: dict[str, Sentence] = {}
    for line in groups.lines:
        if not line.studies:
            continue
        what = shown_line(line)
        baseline = baseline_of(groups, line.code, material.baseline_risk)
        found = None if baseline is None else difference(what, baseline)
        if baseline is not None:
            text = (
                f"{line.label}: the risk without treatment of {percent(baseline.risk, 1)} is "
                f"{baseline.source}."
            )
            notes[line.label] = Sentence(text, sources=baseline.cells)
        if found is not None and found.bounded:
            bounded = f"{line.label}: a risk beyond 0 or 1,000 of 1,000 is shown as that limit."
            notes[f"{line.label} bounded"] = Sentence(bounded)
        rows.append(
            Row(
                (
                    TableCell(line.label),
                    patients_cell(line, groups),
                    TableCell(value_text(what), _parts(what), compared_cells(line.studies, groups)),
                    _without(baseline),
                    _difference(found),
                    certainty_cell(line, material, reasons),
                    TableCell(_sentence(line, what, found, material)),
                )
            )
        )
    return Table(
        "summary",
        f"Summary of findings for {outcome_words(groups.records)}.",
        (
            Column(sentence_case(by_words(groups))),
            Column("Patients", "count", (), "patients of both arms in the rows shown", "Reports"),
            Column(f"{measure_words(groups)} ({level} CI)", "number", _PARTS),
            Column("Of 1,000 without treatment", "number", (), "patients with the outcome"),
            Column(
                f"Difference per 1,000 ({level} CI)",
                "number",
                _PARTS,
                "patients with the outcome more, or fewer, than without the treatment",
            ),
            Column("Certainty", "text", (), "GRADE, as judged by people", "Reasons"),
            Column("In plain words", "prose"),
        ),
        tuple(rows),
        notes=(*notes.values(), *reason_notes(reasons)),
    )


def _parts(what: Shown) -> tuple[float | None, ...]:
    low, high = (None, None) if what.ci is None else tuple(what.ci)
    return what.estimate, low, high


def _without(baseline: Baseline | None) -> TableCell:
    if baseline is None:
        return TableCell("–")
    return TableCell(per_thousand(baseline.risk), 1000 * baseline.risk, baseline.cells)


def _difference(found: Difference | None) -> TableCell:
    if found is None:
        return TableCell("–")
    parts = (found.value, found.low, found.high)
    return TableCell(
        _more_or_fewer(found), tuple(None if one is None else 1000 * one for one in parts)
    )


def _more_or_fewer(found: Difference) -> str:
    text = _signed(found.value)
    if found.low is None or found.high is None:
        return text
    return f"{text} ({_signed(found.low)} to {_signed(found.high)})"


def _signed(value: float) -> str:
    if value == 0:
        return "0"
    return f"{per_thousand(value)} {'more' if value > 0 else 'fewer'}"


def _sentence(line: Line, what: Shown, found: Difference | None, material: Material) -> str:
    if what.estimate is None:
        return "No number can be given."
    certainty = certainty_as(line, material, "causal")
    level = certainty.level if certainty else None
    effect = (
        f"{_more_or_fewer(found)} patients of 1,000 with the outcome"
        if found is not None
        else f"an effect of {value_text(what)}"
    )
    if level is None:
        return f"In these studies: {effect}; how certain this is has not been judged."
    if level == "very_low":
        limits = f", limits {limits_text(what)}" if what.ci and found is None else ""
        return f"The evidence on the effect is very uncertain: {effect}{limits}."
    verb = {"high": "results in", "moderate": "probably results in", "low": "may result in"}[level]
    return f"{line.label} {verb} {effect}."
