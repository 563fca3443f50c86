"""Summary of findings: patients of 1,000, studies, certainty, and one plain sentence a line."""

from __future__ import annotations

from metasyn.models.groups import Line
from metasyn.models.results import NotPooled
from metasyn.records.certainty import Certainty, Level
from metasyn.report.document import (
    Block,
    Column,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
    TableCell,
)
from metasyn.report.formats import per_thousand, sentence_case
from metasyn.report.lines import (
    by_words,
    counts_text,
    is_share,
    level_words,
    line_cells,
    measure_of,
    outcome_words,
    shown_line,
)
from metasyn.report.material import Material
from metasyn.report.sections.certainty import (
    Reasons,
    certainties_of,
    certainty_as,
    certainty_cell,
    level_label,
    patients_cell,
    profile,
    reason_notes,
    reasons_of,
)
from metasyn.report.sections.summary_contrasts import contrasts

__all__ = ["summary"]

_PARTS = ("estimate", "low", "high")
_WORDS: dict[Level, str] = {
    "high": "",
    "moderate": "probably ",
    "low": "may ",
    "very_low": "",
}


def summary(material: Material) -> Section:
    """The table, and under it what certainty rests on."""
    groups = material.groups
    reasons = reasons_of(material)
    share = is_share(measure_of(groups))
    table = (_rates if share else contrasts)(material, reasons)
    blocks: list[Block] = [table, *_open(material)]
    blocks += profile(material, reasons)
    return Section("summary", "Summary of findings", tuple(blocks))


def _open(material: Material) -> list[Paragraph]:
    """What is left for people to judge."""
    if any(one.level for line in material.groups.lines for one in certainties_of(line, material)):
        return []
    return [
        Paragraph(
            (
                Sentence(
                    "Nobody has judged the certainty of this evidence yet, and no program can. The "
                    "table below lists facts that bear on each ground of such a judgement.",
                    ("guyatt2011",),
                ),
            ),
            lead="Certainty.",
            tone="caution",
        )
    ]


def _rates(material: Material, reasons: Reasons) -> Table:
    groups = material.groups
    lines = [line for line in groups.lines if line.studies]
    level = level_words(groups)
    rows = tuple(
        Row(
            (
                TableCell(line.label),
                patients_cell(line, groups),
                _rate(line),
                certainty_cell(line, material, reasons),
                TableCell(_rate_sentence(line, certainty_as(line, material, "rate"))),
            )
        )
        for line in lines
    )
    return Table(
        "summary",
        f"Summary of findings for {outcome_words(groups.records)}.",
        (
            Column(sentence_case(by_words(groups))),
            Column("Patients", "count", (), "patients in the rows shown", "Reports"),
            Column(
                f"Of 1,000 patients, with the outcome ({level} CI)",
                "number",
                _PARTS,
                "event rate per 1,000 patients, with its interval",
                "Not pooled",
            ),
            Column("Certainty", "text", (), "GRADE, as judged by people", "Reasons"),
            Column("In plain words", "prose"),
        ),
        rows,
        notes=reason_notes(reasons),
    )


def _is_cases_only(line: Line) -> bool:
    return isinstance(line.result, NotPooled) and line.result.code == "cases-only"


def _rate(line: Line) -> TableCell:
    what = shown_line(line)
    if what.estimate is None or _is_cases_only(line):
        return TableCell("–", detail="single cases only" if _is_cases_only(line) else "")
    low, high = (None, None) if what.ci is None else tuple(what.ci)
    value = tuple(None if one is None else 1000 * one for one in (what.estimate, low, high))
    text = f"{per_thousand(what.estimate)}{_limits(low, high)}"
    detail = "summed counts" if isinstance(line.result, NotPooled) else ""
    return TableCell(text, value, line_cells(line.studies), detail=detail)


def _limits(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f" ({per_thousand(low)} to {per_thousand(high)})"


def _rate_sentence(line: Line, certainty: Certainty | None) -> str:
    what = shown_line(line)
    if _is_cases_only(line):
        return (
            f"Published single cases only: the outcome in {counts_text(line.studies, ' of ')}. "
            "This says what was published, not how often it happens."
        )
    if what.estimate is None:
        return "No number can be given."
    low, high = (None, None) if what.ci is None else tuple(what.ci)
    value = f"{per_thousand(what.estimate)}{_limits(low, high)}"
    level = certainty.level if certainty else None
    if isinstance(line.result, NotPooled):
        judged = f"{level_label(level).lower()} certainty" if level else "certainty not yet judged"
        return (
            f"Not pooled ({line.result.reason}): the outcome in "
            f"{counts_text(line.studies, ' of ')} patients, which is {value} of 1,000; {judged}."
        )
    if level is None:
        return (
            f"An estimated {value} of 1,000 patients like these have the outcome; how certain this "
            "is has not been judged."
        )
    if level == "very_low":
        return (
            "The evidence on how often the outcome occurs is very uncertain; the estimate is "
            f"{value} of 1,000 patients."
        )
    return f"Of 1,000 patients like these, {value} {_WORDS[level]}have the outcome."
