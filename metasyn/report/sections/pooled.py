"""The pooled results: one row a line, with its intervals and how they were made."""

from __future__ import annotations

from metasyn.models.groups import Groups, Line
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled, Pooled
from metasyn.report.arms import compared_cells, control_totals, controls, counts_columns
from metasyn.report.document import (
    Bullets,
    Column,
    Kind,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
    TableCell,
)
from metasyn.report.formats import (
    interval_text,
    join_words,
    number,
    percent_range,
    sentence_case,
)
from metasyn.report.lines import (
    Shown,
    anchors,
    by_words,
    cases,
    counts_text,
    field_cells,
    is_share,
    level_words,
    line_anchor,
    line_cells,
    measure_of,
    measure_words,
    outcome_words,
    reports,
    shown,
    shown_line,
    totals,
    value_text,
)
from metasyn.report.material import Material
from metasyn.report.sections.otherwise import otherwise
from metasyn.report.wording import ci_term, prediction_term, told

__all__ = ["estimate_cell", "pooled"]

_PARTS = ("estimate", "low", "high")


def pooled(material: Material) -> Section:
    """The table of pooled results, and what there is to note about single lines."""
    groups = material.groups
    notes = _notes(groups)
    table = otherwise(material)
    blocks = (
        _table(material),
        *((notes,) if notes.items else ()),
        *((table,) if table is not None else ()),
    )
    return Section("results", "Pooled results", blocks)


def _table(material: Material) -> Table:
    groups = material.groups
    share = is_share(measure_of(groups))
    kind: Kind = "percent" if share else "number"
    level = level_words(groups)
    has_cases = any(cases(line) for line in groups.lines)
    columns = [
        Column(sentence_case(by_words(groups)), detail="Status"),
        Column("Reports", "count"),
        *_row_columns(has_cases),
        *counts_columns(groups),
        Column(
            f"{measure_words(groups)} ({level} CI)",
            kind,
            _PARTS,
            "pooled estimate with its confidence interval",
            "Interval by",
        ),
        Column(
            f"{level} prediction interval",
            kind,
            ("low", "high"),
            "where the true value of a further, similar study would lie",
            "Prediction by",
        ),
        Column(
            "τ²", "number", (), "variance between studies on the scale of analysis", "τ² interval"
        ),
    ]
    if has_cases:
        columns.append(
            Column(
                f"Studies only ({level} CI)",
                kind,
                _PARTS,
                "the same model without the single cases",
            )
        )
    if material.check is not None:
        columns.append(
            Column(
                f"Check: inverse variance ({level} CI)",
                kind,
                _PARTS,
                "a simpler model of the same studies, without the single cases",
            )
        )
    rows = tuple(
        Row(tuple(_cells(line, material, has_cases=has_cases)), anchor=line_anchor(i))
        for i, line in enumerate(groups.lines, start=1)
        if line.studies
    )
    caption = f"Pooled results for {outcome_words(groups.records)}, by {by_words(groups)}."
    return Table("results", caption, tuple(columns), rows, notes=_legend(groups))


def _row_columns(has_cases: bool) -> tuple[Column, ...]:
    if not has_cases:
        return (Column("Rows", "count"),)
    return (
        Column("Rows: studies", "count", explanation="rows of three or more patients"),
        Column("Rows: single cases", "count", explanation="rows of one or two patients"),
    )


def _cells(line: Line, material: Material, *, has_cases: bool) -> list[TableCell]:
    groups = material.groups
    result, sources = line.result, compared_cells(line.studies, groups)
    what = shown_line(line)
    cells = [
        TableCell(line.label, detail=_status(result)),
        _count(reports(line.studies)),
        _count(len(anchors(line))),
        *((_count(len(cases(line))),) if has_cases else ()),
        TableCell(counts_text(line.studies), totals(line.studies), line_cells(line.studies)),
        *_controls(line, groups),
        estimate_cell(what, sources, detail=ci_term(what.ci, share=is_share(what.measure)).short),
        _prediction(what, sources),
        _tau2(result),
    ]
    if has_cases:
        cells.append(_studies_only(line))
    if material.check is not None:
        cells.append(_checked(line, material.check))
    return cells


def _status(result: Pooled | NotPooled) -> str:
    return f"not pooled: {result.reason}" if isinstance(result, NotPooled) else ""


def estimate_cell(what: Shown, sources: tuple[str, ...] = (), *, detail: str = "") -> TableCell:
    """Estimate with its interval, as people read it and at full precision."""
    low, high = what.ci if what.ci is not None else (None, None)
    return TableCell(value_text(what), (what.estimate, low, high), sources, detail=detail)


def _controls(line: Line, groups: Groups) -> list[TableCell]:
    """Summed counts of the comparison arms, where arms are compared."""
    if is_share(measure_of(groups)):
        return []
    both = control_totals(line.studies, groups)
    cells = tuple(
        cell for one in controls(line.studies, groups) for cell in field_cells(one, "events", "n")
    )
    return [_dash() if both is None else TableCell(f"{both[0]}/{both[1]}", both, cells)]


def _prediction(what: Shown, sources: tuple[str, ...]) -> TableCell:
    interval = what.prediction
    if interval is None:
        return _dash()
    text = percent_range(interval) if is_share(what.measure) else interval_text(interval)
    return TableCell(text, tuple(interval), sources, detail=prediction_term(interval).short)


def _tau2(result: Pooled | NotPooled) -> TableCell:
    if isinstance(result, NotPooled) or result.tau2 is None:
        return _dash()
    text = "0" if result.tau2 == 0 else number(result.tau2)
    detail = (
        "" if result.tau2_ci is None else interval_text(result.tau2_ci).replace("0.00 to", "0 to")
    )
    return TableCell(text, result.tau2, detail=detail)


def _studies_only(line: Line) -> TableCell:
    result = line.result
    if not isinstance(result, PooledRate) or result.studies_only is None:
        return _dash()
    return estimate_cell(shown(result.studies_only), line_cells(anchors(line)))


def _checked(line: Line, check: Groups) -> TableCell:
    if not isinstance(line.result, Pooled) or line.code not in check:
        return _dash()
    other = check.line(line.code)
    if isinstance(other.result, NotPooled):
        return TableCell("–", note=sentence_case(other.result.reason))
    weighed = tuple(row for row in other.studies if row.weight is not None)
    return estimate_cell(shown(other.result), line_cells(weighed))


def _legend(groups: Groups) -> tuple[Sentence, ...]:
    shown_lines = [shown_line(line) for line in groups.lines if line.studies]
    found = [ci_term(what.ci, share=is_share(what.measure)) for what in shown_lines]
    methods = {term.short: term for term in found}
    notes = [
        Sentence(f"Interval ‘{term.short}’: {term.long}.", term.cites)
        for term in methods.values()
        if term.short
    ]
    unpooled = [
        line.result.code
        for line in groups.lines
        if isinstance(line.result, NotPooled) and line.studies
    ]
    if "cases-only" in unpooled:
        notes.append(
            Sentence(
                "Lines with published single cases only show the fraction of them that had the "
                "outcome; it is no estimate of efficacy."
            )
        )
    if unpooled and is_share(measure_of(groups)):
        notes.append(
            Sentence(
                "Not pooled: the proportion and its interval are those of the summed counts, as "
                "if all patients had been treated in one place."
            )
        )
    return tuple(notes)


def _notes(groups: Groups) -> Bullets:
    """What there is to note, each note once with the lines that it is for."""
    lines_of: dict[str, list[Line]] = {}
    for line in groups.lines:
        for note in line.result.notes:
            lines_of.setdefault(told(note), []).append(line)
    everywhere = sum(isinstance(line.result, Pooled) for line in groups.lines)
    return Bullets(
        tuple(
            Paragraph((Sentence(message),), lead=_names(lines, everywhere))
            for message, lines in lines_of.items()
        )
    )


def _names(lines: list[Line], everywhere: int) -> str:
    if 2 < len(lines) == everywhere and all(isinstance(line.result, Pooled) for line in lines):
        return "All pooled lines."
    return f"{join_words([line.label for line in lines])}."


def _count(value: int) -> TableCell:
    return TableCell(str(value) if value else "·", value)


def _dash() -> TableCell:
    return TableCell("–")
