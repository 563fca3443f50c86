"""Where every row went: a table that adds up, and a check that it does."""

from __future__ import annotations

from collections import Counter

from metasyn.errors import DataError
from metasyn.models.groups import Groups, Line
from metasyn.models.results import Pooled
from metasyn.report.document import Column, Paragraph, Row, Section, Sentence, Table, TableCell
from metasyn.report.formats import counted, join_words, plural, sentence_case
from metasyn.report.lines import by_words, outcome_words
from metasyn.report.material import Material
from metasyn.report.wording import SET_ASIDE

__all__ = ["check_accounts", "flow"]

_CONTROL = "comparator-arm"
"""Code of rows that are not lost: they stand in a line as what a treated arm is compared with."""


def check_accounts(groups: Groups) -> None:
    """Check that every row of the question stands in exactly one line, exactly once.

    Raises
    ------
    DataError
        If a row is missing or stands twice; the rows are named.
    """
    asked = Counter(
        record.result_id
        for record in (*groups.records.rows, *(s.record for s in groups.records.set_aside))
    )
    placed: Counter[str] = Counter()
    for line in groups.lines:
        placed.update(row.record.result_id for row in line.studies if row.record)
        placed.update(item.record.result_id for item in line.set_aside)
    lost, extra = asked - placed, placed - asked
    if lost or extra:
        parts = [
            f"{what} {', '.join(sorted(ids))}"
            for what, ids in (("lost:", lost), ("counted too often:", extra))
            if ids
        ]
        raise DataError(
            f"The rows of the report do not add up ({'; '.join(parts)}): "
            f"{asked.total()} rows were asked for and {placed.total()} are accounted for."
        )


def flow(material: Material) -> Section:
    """From the reports of the workbook to the rows of every line."""
    groups = material.groups
    check_accounts(groups)
    return Section("flow", "Flow of reports and rows", (Paragraph(_story(groups)), _table(groups)))


def _story(groups: Groups) -> tuple[Sentence, ...]:
    records = groups.records
    asked = (*records.rows, *(item.record for item in records.set_aside))
    studies = {record.study_id for record in asked}
    used = {row.record.study_id for line in groups.lines for row in line.studies if row.record}
    n_used = sum(len(line.studies) for line in groups.lines)
    aside = Counter(item.code for line in groups.lines for item in line.set_aside)
    n_aside = aside.total() - aside[_CONTROL]
    compared = f", {aside[_CONTROL]:,} are their comparison arms" if aside[_CONTROL] else ""
    gone = [
        item.record for line in groups.lines for item in line.set_aside if item.code == "retracted"
    ]
    retracted = Sentence(
        f"{counted(len(gone), 'row', 'was', 'were')} set aside because of the retraction of "
        f"{join_words(list(dict.fromkeys(row.study.label for row in gone)))}."
    )
    return (
        Sentence(
            f"The workbook holds {plural(len(records.studies), 'report')}; "
            f"{len(studies):,} of them give {outcome_words(records)} in "
            f"{plural(len(asked), 'row')}."
        ),
        Sentence(
            f"Of these rows, {n_used:,} from {plural(len(used), 'report')} are shown in this "
            f"report{compared} and {_aside_words(n_aside)}."
        ),
        Sentence(
            "Every row stands in the table once: rows found are rows pooled, plus rows shown "
            f"without pooling, plus {'comparison arms, plus ' if compared else ''}rows set aside."
        ),
        *((retracted,) if gone else ()),
    )


def _aside_words(count: int) -> str:
    if not count:
        return "none was set aside"
    reason = "with its reason below" if count == 1 else "each with its reason below"
    return f"{count:,} {'was' if count == 1 else 'were'} set aside, {reason}"


def _table(groups: Groups) -> Table:
    reasons = _reasons(groups)
    columns = (
        Column(sentence_case(by_words(groups))),
        Column("Rows found", "count", explanation="rows of the workbook with the outcome"),
        Column("Pooled: studies", "count", explanation="rows of three or more patients"),
        Column("Pooled: single cases", "count", explanation="rows of one or two patients"),
        Column("Shown, not pooled", "count"),
        *(Column(_heading(code), "count") for code in reasons),
    )
    counted = [(line, _counts(line, reasons)) for line in groups.lines]
    rows = [Row((TableCell(line.label), *map(_count, numbers))) for line, numbers in counted]
    totals = [sum(column) for column in zip(*(numbers for _, numbers in counted), strict=True)]
    rows.append(Row((TableCell("All", "All"), *map(_count, totals)), "total"))
    return Table("flow", f"Rows by {by_words(groups)}.", columns, tuple(rows))


def _heading(code: str) -> str:
    words = SET_ASIDE.get(code, code.replace("-", " "))
    return words if code == _CONTROL else f"Set aside: {words[:1].lower()}{words[1:]}"


def _reasons(groups: Groups) -> list[str]:
    present = {item.code for line in groups.lines for item in line.set_aside}
    return [code for code in SET_ASIDE if code in present] + sorted(present - SET_ASIDE.keys())


def _counts(line: Line, reasons: list[str]) -> list[int]:
    pooled = isinstance(line.result, Pooled)
    weighed = [row for row in line.studies if pooled and row.weight is not None]
    shown_only = len(line.studies) - len(weighed)
    singles = sum(row.is_case for row in weighed)
    aside = Counter(item.code for item in line.set_aside)
    return [
        line.rows_in,
        len(weighed) - singles,
        singles,
        shown_only,
        *(aside[code] for code in reasons),
    ]


def _count(number: int) -> TableCell:
    return TableCell(f"{number:,}" if number else "·", number)
