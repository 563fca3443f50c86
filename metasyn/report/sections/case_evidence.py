"""What the single cases add: a paragraph a line in plain words, and the alternatives beside it."""

from __future__ import annotations

from metasyn.models.groups import Groups, Line, StudyRow
from metasyn.models.results import NotPooled
from metasyn.report.document import (
    Block,
    Bullets,
    Paragraph,
    Section,
    Sentence,
)
from metasyn.report.formats import (
    join_words,
    percent_range,
    plural,
    sentence_case,
)
from metasyn.report.lines import (
    cases,
    counts_text,
    is_harm,
    is_share,
    line_cells,
    measure_of,
)
from metasyn.report.material import Material
from metasyn.report.sections.case_tables import case_tables

__all__ = ["case_evidence"]


def case_evidence(material: Material) -> Section | None:
    """Weight, effect and fragility of single cases, line by line; None where arms are compared."""
    groups = material.groups
    points = [_point(line, material) for line in groups.lines if cases(line)]
    if not points and not is_share(measure_of(groups)):
        return None
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
    blocks += case_tables(material)
    return Section("cases", "What the single cases add", tuple(blocks))


def _is_cases_only(line: Line) -> bool:
    return isinstance(line.result, NotPooled) and line.result.code == "cases-only"


def _caution(groups: Groups) -> Paragraph:
    success = not any(is_harm(line) for line in groups.lines if _is_cases_only(line))
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


def _point(line: Line, material: Material) -> Paragraph:
    result, found = line.result, material.evidence.get(line.code)
    singles = line_cells(cases(line))
    if isinstance(result, NotPooled) and result.code == "cases-only":
        sentences = _cases_only(line, result, material.groups)
        if found is not None:
            sentences += [Sentence(text) for text in found.sentences()[1:]]
    elif isinstance(result, NotPooled):
        sentences = [_shown_only(line, result)]
    elif found is None:
        sentences = [_uncounted(line)]
    else:
        first, *others = found.sentences()
        sentences = [Sentence(first, sources=singles), *map(Sentence, others)]
    return Paragraph(tuple(sentences), lead=f"{line.label}.")


def _cases_only(line: Line, result: NotPooled, groups: Groups) -> list[Sentence]:
    """The fraction, and each case by name with what else the same patients were given."""
    name = f"Published-case {'event' if is_harm(line) else 'success'} fraction"
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
    return f"{row.record.study.label_with_notice}{arm}"


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


def _shown_only(line: Line, result: NotPooled) -> Sentence:
    singles = cases(line)
    them = "The single case is" if len(singles) == 1 else f"The {len(singles)} single cases are"
    return Sentence(
        f"{them} shown but carry no weight, because the line is not pooled: {result.reason}.",
        sources=line_cells(singles),
    )


def _uncounted(line: Line) -> Sentence:
    singles = cases(line)
    return Sentence(
        f"{sentence_case(plural(len(singles), 'single case', words=True))} shown; what they add "
        "was not asked for.",
        sources=line_cells(singles),
    )
