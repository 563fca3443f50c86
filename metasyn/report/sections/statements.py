"""What reports say of each other and of the treatments; it never weighs in the results."""

from __future__ import annotations

from dataclasses import dataclass

from metasyn.diagnostics.annotators import annotator_agreement
from metasyn.models.groups import Groups
from metasyn.records import Codes, Result, Statement, Study
from metasyn.records.statement_count import CLASSES
from metasyn.records.tallies import APART, Tallies, Tally
from metasyn.records.tally import tally
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
from metasyn.report.formats import counted, plural
from metasyn.report.lines import by_words
from metasyn.report.links import web_url
from metasyn.report.material import Material
from metasyn.report.sections.statement_badges import cell_of, report_badges, treatment_badges

__all__ = ["relevant", "statements"]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is counted: statements, and the reports and treatments that they may speak of."""

    studies: tuple[Study, ...]
    results: tuple[Result, ...]
    statements: tuple[Statement, ...]
    codes: Codes


def statements(material: Material) -> Section:
    """Tallies that add up, badges that open their statements, and every statement's cell."""
    groups = material.groups
    chosen = relevant(material.statements, groups)
    every = _tallies(material.statements, groups)
    labels = Paragraph(
        tuple(Sentence(text) for text in annotator_agreement(material.statements).sentences()),
        lead="How reliable the classes are.",
    )
    blocks: tuple[Block, ...] = (
        Paragraph(_story(chosen, len(material.statements) - len(chosen))),
        *_notices(every),
        _tally(chosen, groups),
        *treatment_badges(every, groups),
        report_badges(every, groups),
        labels,
        _listed(chosen, groups),
    )
    return Section("statements", "What others say of this evidence", blocks)


def _story(chosen: tuple[Statement, ...], left: int) -> tuple[Sentence, ...]:
    story = [
        Sentence(
            f"The workbook holds {plural(len(chosen), 'statement')} on the reports and treatments "
            "of this question, made in other publications."
        ),
        Sentence(
            "They tell how the evidence is received; they carry no weight in any result, and a "
            "count of statements for or against a treatment is no measure of its effect."
        ),
    ]
    if left:
        story.append(
            Sentence(f"{counted(left, 'further statement', 'concerns', 'concern')} others.")
        )
    return tuple(story)


def _notices(tallies: Tallies) -> tuple[Paragraph, ...]:
    found = tallies.everything.notices
    if not found:
        return ()
    return (
        Paragraph(
            tuple(Sentence(text) for text in found), lead="Editorial notices.", tone="caution"
        ),
    )


def _tallies(given: tuple[Statement, ...], groups: Groups) -> Tallies:
    records = groups.records
    return tally(_Told(records.studies, (), given, records.codes))


def relevant(given: tuple[Statement, ...], groups: Groups) -> tuple[Statement, ...]:
    """Statements on a line's intervention, or on a report that is shown."""
    shown = {row.record.study_id for line in groups.lines for row in line.studies if row.record}
    lines = {line.code for line in groups.lines}
    return tuple(
        one
        for one in given
        if one.cited_study_id in shown
        or (groups.by == "intervention" and one.intervention in lines)
    )


def _tally(chosen: tuple[Statement, ...], groups: Groups) -> Table:
    """One row a treatment and outcome, each statement in one of them, and their sum."""
    tallies = _tallies(chosen, groups)
    known = groups.records.codes.get("section")
    sections = list(tallies.everything.sections)
    names = [(known.label(code) if known else code) for code in sections]
    rows = [_row(one, sections) for one in tallies.treatments]
    return Table(
        "tallies",
        "Statements by treatment and outcome.",
        (
            Column("Treatment", detail="Outcome"),
            Column("Supporting", "count"),
            Column("Contrasting", "count"),
            Column("Mentioning", "count", explanation="neither for nor against"),
            Column("Unclassified", "count", explanation="nobody has classed them yet"),
            Column("Statements", "count"),
            Column("Without self-citations", "count"),
            Column("Citing publications", "count"),
            *(Column(name, "count", explanation="section of the publication") for name in names),
        ),
        (*rows, _row(tallies.everything, sections)),
        notes=_tally_notes(tallies),
    )


def _row(one: Tally, sections: list[str]) -> Row:
    total = not one.label.count(APART)
    treatment, _, outcome = one.label.partition(APART)
    count = one.count
    numbers = (
        *(getattr(count, name) for name in CLASSES),
        count.statements,
        one.without_self.statements,
        count.citing_reports,
        *(one.sections[code].statements if code in one.sections else 0 for code in sections),
    )
    name = TableCell("All" if total else treatment, detail=outcome)
    return Row((name, *map(_count, numbers)), "total" if total else "body")


def _tally_notes(tallies: Tallies) -> tuple[Sentence, ...]:
    count = tallies.everything.count
    notes = [
        Sentence(
            "Every statement stands in one row, so that statements add up; citing publications "
            "do not, because one may make several."
        )
    ]
    if count.self_unknown:
        notes.append(
            Sentence(
                f"{counted(count.self_unknown, 'statement', 'has', 'have')} not been looked at "
                "for self-citation."
            )
        )
    return tuple(notes)


def _listed(chosen: tuple[Statement, ...], groups: Groups) -> Table:
    labels = {study.study_id: study.label_with_notice for study in groups.records.studies}
    codes = groups.records.codes

    def word(name: str, code: str) -> str:
        return codes[name].label(code) if name in codes and code else code

    rows = tuple(
        Row(
            (
                TableCell(one.citing_label, href=web_url(one.source_url)),
                TableCell(labels.get(one.cited_study_id, "–")),
                TableCell(word("intervention", one.intervention)),
                TableCell(
                    word("stance", one.stance) or "Unclassified", detail=word("basis", one.basis)
                ),
                TableCell(one.paraphrase, detail=word("section", one.section)),
                TableCell(one.statement_id, detail=cell_of(one)),
            )
        )
        for one in chosen
    )
    return Table(
        "statements",
        f"Statements on the reports shown and on each {by_words(groups)}.",
        (
            Column("Said in"),
            Column("Of"),
            Column("Intervention"),
            Column("Stance", detail="Basis"),
            Column("Statement, in our words", "prose", detail="Section"),
            Column("Row", "code", (), "id of the statement, and its cell", "Cell"),
        ),
        rows,
        filterable=True,
    )


def _count(value: int) -> TableCell:
    return TableCell(str(value), value)
