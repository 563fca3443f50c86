"""What reports say of each other and of the treatments; it never weighs in the results."""

from __future__ import annotations

from collections import Counter

from metasyn.models.groups import Groups
from metasyn.records import Statement
from metasyn.report.document import Column, Paragraph, Row, Section, Sentence, Table, TableCell
from metasyn.report.formats import counted, plural
from metasyn.report.lines import by_words
from metasyn.report.links import web_url
from metasyn.report.material import Material

__all__ = ["relevant", "statements"]

STANCES = ("supporting", "contrasting", "mentioning")


def statements(material: Material) -> Section:
    """Tallies by intervention, and every statement with its cell."""
    groups = material.groups
    chosen = relevant(material.statements, groups)
    left = len(material.statements) - len(chosen)
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
    blocks = (Paragraph(tuple(story)), _tally(chosen, groups), _listed(chosen, groups))
    return Section("statements", "What others say of this evidence", blocks)


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
    known = groups.records.codes.get("intervention")
    codes = sorted({one.intervention for one in chosen}, key=known.rank if known else None)
    rows = []
    for code in codes:
        mine = [one for one in chosen if one.intervention == code]
        stances = Counter(one.stance for one in mine)
        rows.append(
            Row(
                (
                    TableCell((known.label(code) if known else code) or "–"),
                    *(_count(stances[stance]) for stance in STANCES),
                    _count(len(mine)),
                    _count(len({one.citing_label for one in mine})),
                )
            )
        )
    return Table(
        "tallies",
        "Statements by intervention.",
        (
            Column("Intervention"),
            Column("Supporting", "count"),
            Column("Contrasting", "count"),
            Column("Mentioning", "count", explanation="neither for nor against"),
            Column("Statements", "count"),
            Column("Citing publications", "count"),
        ),
        tuple(rows),
    )


def _listed(chosen: tuple[Statement, ...], groups: Groups) -> Table:
    labels = {study.study_id: study.label for study in groups.records.studies}
    codes = groups.records.codes

    def word(name: str, code: str) -> str:
        return codes[name].label(code) if name in codes and code else code

    rows = tuple(
        Row(
            (
                TableCell(one.citing_label, href=web_url(one.source_url)),
                TableCell(labels.get(one.cited_study_id, "–")),
                TableCell(word("intervention", one.intervention)),
                TableCell(word("stance", one.stance), detail=word("basis", one.basis)),
                TableCell(one.paraphrase, detail=word("section", one.section)),
                TableCell(one.statement_id, detail=_cell(one)),
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


def _cell(one: Statement) -> str:
    place = one.provenance
    return str(place.cell("stance")) if "stance" in place.columns else ""


def _count(value: int) -> TableCell:
    return TableCell(str(value) if value else "·", value)
