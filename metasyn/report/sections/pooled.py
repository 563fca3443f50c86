"""The pooled results: one row a line, with its intervals and how they were made."""

from __future__ import annotations

from metasyn.models.groups import Groups, Line
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled, Pooled
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
    is_share,
    line_cells,
    outcome_words,
    reports,
    shown,
    totals,
    value_text,
)
from metasyn.report.material import Material
from metasyn.report.wording import ci_term, prediction_term

__all__ = ["estimate_cell", "pooled"]

_PARTS = ("estimate", "low", "high")


def pooled(material: Material) -> Section:
    """The table of pooled results, and what there is to note about single lines."""
    groups = material.groups
    notes = _notes(groups)
    blocks = (_table(material), *((notes,) if notes.items else ()))
    return Section("results", "Pooled results", blocks)


def _table(material: Material) -> Table:
    groups = material.groups
    share = any(is_share(shown(line.result).measure) for line in groups.lines)
    kind: Kind = "percent" if share else "number"
    has_cases = any(cases(line) for line in groups.lines)
    columns = [
        Column(sentence_case(by_words(groups)), detail="Status"),
        Column("Reports", "count"),
        Column("Rows: studies", "count", explanation="rows of three or more patients"),
        Column("Rows: single cases", "count", explanation="rows of one or two patients"),
        Column("Events / patients", "count", ("events", "patients")),
        Column(
            "Proportion (95% CI)" if share else "Estimate (95% CI)",
            kind,
            _PARTS,
            "pooled estimate with its confidence interval",
            "Interval by",
        ),
        Column(
            "95% prediction interval",
            kind,
            ("low", "high"),
            "where the true value of a further, similar study would lie",
            "Prediction by",
        ),
        Column("τ²", "number", explanation="variance between studies on the scale of analysis"),
    ]
    if has_cases:
        columns.append(
            Column("Studies only (95% CI)", kind, _PARTS, "the same model without the single cases")
        )
    if material.check is not None:
        columns.append(
            Column(
                "Check: inverse variance (95% CI)",
                kind,
                _PARTS,
                "a simpler model of the same studies, without the single cases",
            )
        )
    rows = tuple(
        Row(tuple(_cells(line, material, has_cases=has_cases)), anchor=f"line-{i}")
        for i, line in enumerate(groups.lines, start=1)
        if line.studies
    )
    caption = f"Pooled results for {outcome_words(groups.records)}, by {by_words(groups)}."
    return Table("results", caption, tuple(columns), rows, notes=_legend(groups))


def _cells(line: Line, material: Material, *, has_cases: bool) -> list[TableCell]:
    result, sources = line.result, line_cells(line.studies)
    what = shown(result)
    unpooled = isinstance(result, NotPooled)
    cells = [
        TableCell(line.label, detail="not pooled" if unpooled else ""),
        _count(reports(line.studies)),
        _count(len(anchors(line))),
        _count(len(cases(line))),
        TableCell(counts_text(line.studies), totals(line.studies), sources),
        estimate_cell(what, sources, detail=ci_term(what.ci).short),
        _prediction(what, sources),
        TableCell(number(result.tau2), result.tau2) if isinstance(result, Pooled) else _dash(),
    ]
    if has_cases:
        cells.append(_studies_only(line))
    if material.check is not None:
        cells.append(_checked(line, material.check))
    return cells


def estimate_cell(what: Shown, sources: tuple[str, ...] = (), *, detail: str = "") -> TableCell:
    """Estimate with its interval, as people read it and at full precision."""
    low, high = what.ci if what.ci is not None else (None, None)
    return TableCell(value_text(what), (what.estimate, low, high), sources, detail=detail)


def _prediction(what: Shown, sources: tuple[str, ...]) -> TableCell:
    interval = what.prediction
    if interval is None:
        return _dash()
    text = percent_range(interval) if is_share(what.measure) else interval_text(interval)
    return TableCell(text, tuple(interval), sources, detail=prediction_term(interval).short)


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
    methods = {
        ci_term(shown(line.result).ci).short: ci_term(shown(line.result).ci)
        for line in groups.lines
        if line.studies
    }
    notes = [
        Sentence(f"Interval ‘{term.short}’: {term.long}.", term.cites)
        for term in methods.values()
        if term.short
    ]
    if any(isinstance(line.result, NotPooled) and line.studies for line in groups.lines):
        notes.append(
            Sentence(
                "Not pooled: the proportion and its interval are those of the summed counts, as "
                "if all patients had been treated in one place; the reason stands below."
            )
        )
    return tuple(notes)


def _notes(groups: Groups) -> Bullets:
    items = []
    for line in groups.lines:
        result = line.result
        sentences = []
        if isinstance(result, NotPooled):
            sentences.append(
                Sentence(f"Not pooled: {result.reason}.", sources=line_cells(line.studies))
            )
            sentences.extend(_boundary(result))
        sentences.extend(Sentence(note.message) for note in result.notes)
        if sentences:
            items.append(Paragraph(tuple(sentences), lead=line.label))
    return Bullets(tuple(items))


def _boundary(result: NotPooled) -> list[Sentence]:
    """What the model says where it should not pool; it rests on its prior."""
    if result.model is None or result.code == "cases-only" or result.model.ci is None:
        return []
    what = shown(result.model)
    return [
        Sentence(
            f"For orientation only, the model would say {value_text(what)}, which rests on its "
            "prior more than on the data."
        )
    ]


def _count(value: int) -> TableCell:
    return TableCell(str(value) if value else "·", value)


def _dash() -> TableCell:
    return TableCell("–")
