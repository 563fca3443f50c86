"""What the single cases add: a paragraph a line in plain words, and the alternatives beside it."""

from __future__ import annotations

from metasyn.models.groups import Groups, Line, StudyRow
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled
from metasyn.report.document import (
    Block,
    Bullets,
    Column,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
    TableCell,
)
from metasyn.report.formats import (
    join_words,
    percent,
    percent_range,
    plural,
    sentence_case,
)
from metasyn.report.lines import by_words, cases, counts_text, level_words, line_cells, shown
from metasyn.report.material import Material
from metasyn.report.sections.pooled import estimate_cell

__all__ = ["case_evidence", "moves"]


def case_evidence(material: Material) -> Section:
    """Weight, effect and fragility of single cases, line by line."""
    groups = material.groups
    points = [_point(line, groups) for line in groups.lines if cases(line)]
    blocks: list[Block] = []
    if any(_is_cases_only(line) for line in groups.lines):
        blocks.append(_caution(groups))
    if points:
        blocks.append(Bullets(tuple(points)))
    else:
        blocks.append(Paragraph((Sentence("No line has a report of one or two patients."),)))
    without = [line.label for line in groups.lines if line.studies and not cases(line)]
    if points and without:
        blocks.append(Paragraph((Sentence(f"No single cases: {join_words(without)}."),)))
    if material.sensitivity:
        blocks.append(_alternatives(material))
    return Section("cases", "What the single cases add", tuple(blocks))


def _is_cases_only(line: Line) -> bool:
    return isinstance(line.result, NotPooled) and line.result.code == "cases-only"


def _caution(groups: Groups) -> Paragraph:
    success = all(_success(line) for line in groups.lines if _is_cases_only(line))
    if success:
        why = (
            "A case is more readily published when the treatment worked, and nobody knows how many "
            "cases were not published."
        )
    else:
        why = "Which cases are published depends on what happened in them."
    return Paragraph(
        (
            Sentence(
                "Where there is nothing but published single cases, the fraction below says what "
                f"was published, not {'how well the treatment works' if success else 'how often'}"
                f"{'' if success else ' it happens'}."
            ),
            Sentence(why),
        ),
        lead="Published cases are not a sample.",
        tone="caution",
    )


def _point(line: Line, groups: Groups) -> Paragraph:
    result = line.result
    if isinstance(result, PooledRate):
        sentences = [_share(line, result), *_cap(result)]
    elif isinstance(result, NotPooled) and result.code == "cases-only":
        sentences = _cases_only(line, result, groups)
    elif isinstance(result, NotPooled):
        sentences = [_shown_only(line, result)]
    else:
        sentences = [_unweighted(line)]
    return Paragraph(tuple(sentences), lead=f"{line.label}.")


def _share(line: Line, result: PooledRate) -> Sentence:
    singles = cases(line)
    together = (
        "The only published single case carries"
        if len(singles) == 1
        else f"All {len(singles)} published single cases together carry"
    )
    text = f"{together} {percent(result.case_share, 1)} of the information"
    without = result.studies_only
    if without is not None:
        text += f"; {moves(shown(result).estimate, shown(without).estimate, len(singles))}"
    return Sentence(f"{text}.", sources=line_cells(singles))


def moves(before: float | None, after: float | None, count: int) -> str:
    """What leaving single cases out does to a rate.

    Examples
    --------
    >>> moves(0.684, 0.66, 4)
    'leaving them out moves the rate from 68% to 66%'
    >>> moves(0.684, 0.6835, 1)
    'leaving it out hardly moves the rate (68.4% to 68.3%)'
    """
    them = "it" if count == 1 else "them"
    if before is None or after is None:
        return f"there is no rate without {them}"
    if percent(before) == percent(after):
        return (
            f"leaving {them} out hardly moves the rate ({percent(before, 1)} to "
            f"{percent(after, 1)})"
        )
    return f"leaving {them} out moves the rate from {percent(before)} to {percent(after)}"


def _cap(result: PooledRate) -> list[Sentence]:
    if not result.cap_binds:
        return []
    return [
        Sentence(
            f"Their weight was lowered to {percent(result.case_power, 1)}, so that they do not "
            "carry more than the share allowed."
        )
    ]


def _cases_only(line: Line, result: NotPooled, groups: Groups) -> list[Sentence]:
    """The fraction, and each case by name with what else the same patients were given."""
    name = f"Published-case {'success' if _success(line) else 'event'} fraction"
    fraction = (
        f"{name}: {counts_text(line.studies, ' of ')} (exact interval {percent_range(result.ci)})"
    )
    if len(line.studies) == 1:
        (row,) = line.studies
        return [
            Sentence(
                f"{fraction}; {_named(row)}{_also(row, line, groups)}.",
                (),
                _followed(row, line, groups),
            )
        ]
    return [
        Sentence(f"{fraction}.", sources=line_cells(line.studies)),
        *(
            Sentence(
                f"{_named(row)}: {row.events} of {row.n}{_also(row, line, groups)}.",
                (),
                _followed(row, line, groups),
            )
            for row in line.studies
        ),
    ]


def _named(row: StudyRow) -> str:
    if row.record is None:
        return row.label
    arm = f" ({row.record.arm})" if row.record.arm else ""
    return f"{row.record.study.label}{arm}"


def _also(row: StudyRow, line: Line, groups: Groups) -> str:
    """What else the same patients were given, with how it went."""
    others = _same_patients(row, line, groups)
    if not others:
        return ""
    listed = [f"{label} ({other.events} of {other.n})" for label, other in others]
    same = "patient is" if row.n == 1 else "patients are"
    return f"; the same {same} also counted under {join_words(listed)}"


def _followed(row: StudyRow, line: Line, groups: Groups) -> tuple[str, ...]:
    return line_cells((row, *(other for _, other in _same_patients(row, line, groups))))


def _same_patients(row: StudyRow, line: Line, groups: Groups) -> list[tuple[str, StudyRow]]:
    """Rows of other lines that describe the same patients."""
    if row.record is None or not row.record.patient_group:
        return []
    group = row.record.patient_group
    return [
        (other.label, found)
        for other in groups.lines
        if other is not line
        for found in other.studies
        if found.record and found.record.patient_group == group
    ]


def _success(line: Line) -> bool:
    """Whether an event is good for the patient."""
    return all(row.record is None or row.record.direction != "harm" for row in line.studies)


def _shown_only(line: Line, result: NotPooled) -> Sentence:
    singles = cases(line)
    them = "The single case is" if len(singles) == 1 else f"The {len(singles)} single cases are"
    return Sentence(
        f"{them} shown but carry no weight, because the line is not pooled: {result.reason}.",
        sources=line_cells(singles),
    )


def _unweighted(line: Line) -> Sentence:
    singles = cases(line)
    return Sentence(
        f"{sentence_case(plural(len(singles), 'single case', words=True))} shown without weight: "
        "the model pools studies only.",
        sources=line_cells(singles),
    )


def _alternatives(material: Material) -> Table:
    groups = material.groups
    level = level_words(groups)
    pooled = [line for line in groups.lines if isinstance(line.result, PooledRate)]
    columns = (
        Column(sentence_case(by_words(groups))),
        Column(f"Headline ({level} CI)", "percent", ("estimate", "low", "high")),
        *(
            Column(f"{name} ({level} CI)", "percent", ("estimate", "low", "high"))
            for name in material.sensitivity
        ),
    )
    rows = tuple(
        Row(
            (
                TableCell(line.label),
                estimate_cell(shown(line.result), line_cells(line.studies)),
                *(_other(line, other) for other in material.sensitivity.values()),
            )
        )
        for line in pooled
    )
    return Table(
        "sensitivity",
        "The pooled results if single cases, and studies, are counted otherwise.",
        columns,
        rows,
    )


def _other(line: Line, other: Groups) -> TableCell:
    if line.code not in other:
        return TableCell("–")
    found = other.line(line.code)
    if isinstance(found.result, NotPooled):
        return TableCell("–", note=sentence_case(found.result.reason))
    weighed = tuple(row for row in found.studies if row.weight is not None)
    return estimate_cell(shown(found.result), line_cells(weighed))
