"""What every section asks of a pooled line: its display scale, its counts, its cells."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metasyn.effects.effects import Effects
from metasyn.models.groups import Groups, Line, StudyRow
from metasyn.models.interval import Interval
from metasyn.models.results import NotPooled, Pooled
from metasyn.records import Records, Result
from metasyn.report.formats import interval_text, join_words, number, percent, percent_range
from metasyn.report.wording import ci_term

__all__ = [
    "Shown",
    "anchors",
    "by_words",
    "cases",
    "cell_range",
    "cells_in_short",
    "counts_text",
    "estimate_text",
    "few_cells",
    "field_cells",
    "is_harm",
    "is_share",
    "level_words",
    "limits_text",
    "line_anchor",
    "line_cells",
    "measure_of",
    "measure_words",
    "null_of",
    "outcome_words",
    "own_interval",
    "pooled_of",
    "reports",
    "row_cells",
    "shown",
    "shown_line",
    "totals",
    "value_text",
]

SHARES = {"PLO", "PR", "PLN", "PRZ", "PAS", "PFT"}
_NUMBERS = ("events", "n", "mean", "sd", "effect", "ci_low", "ci_high")


@dataclass(frozen=True, slots=True)
class Shown:
    """A result on the display scale.

    Parameters
    ----------
    estimate
        Share (0 to 1) or ratio; None where nothing can be said.
    ci, prediction
        Its intervals, or None.
    measure
        Code of the measure.
    """

    estimate: float | None
    ci: Interval | None
    prediction: Interval | None
    measure: str


def shown(result: Pooled | NotPooled) -> Shown:
    """Display scale of a pooled result, or the summed counts of one that is not pooled."""
    if isinstance(result, NotPooled):
        share = result.events / result.n if result.n and result.events is not None else None
        return Shown(share, result.ci, None, "PR")
    display = result.transformed()
    return Shown(display.estimate, display.ci, display.prediction, result.measure)


def shown_line(line: Line) -> Shown:
    """Display scale of a line; that of its only study, where one study compares two arms."""
    what = shown(line.result)
    data = line.result.data
    if isinstance(data, Effects) and isinstance(line.result, NotPooled):
        if len(line.studies) != 1 or is_share(data.measure):
            return replace(what, measure=data.measure)
        (row,) = line.studies
        return Shown(row.estimate, row.ci, None, data.measure)
    return what


def measure_of(groups: Groups) -> str:
    """Code of the measure of a grouped analysis (``PLO`` for counts of one arm)."""
    for line in groups.lines:
        result = line.result
        if isinstance(result, Pooled):
            return result.measure
        if isinstance(result.data, Effects):
            return result.data.measure
    return "PLO"


def measure_words(groups: Groups) -> str:
    """What the estimates are called (``Proportion``, ``Risk ratio``)."""
    from metasyn.effects.measures import measure_of as measure

    code = measure_of(groups)
    return "Proportion" if is_share(code) else measure(code).display


def null_of(measure: str) -> float | None:
    """Value of no effect on the display scale (1 for a ratio); None where there is none."""
    from metasyn.effects.measures import measure_of as found

    return None if measure == "GEN" else found(measure).display_null


def pooled_of(groups: Groups) -> list[Pooled]:
    """Results of the lines that are pooled."""
    return [result for result in groups.values() if isinstance(result, Pooled)]


def own_interval(groups: Groups) -> str:
    """Method of the intervals of single rows (``exact``, ``normal``); empty without rows."""
    methods = {ci_term(row.ci).short for line in groups.lines for row in line.studies}
    return methods.pop() if len(methods) == 1 else ""


def is_share(measure: str) -> bool:
    """Whether results are shares of patients, displayed as percentages.

    Examples
    --------
    >>> is_share("PLO"), is_share("RR")
    (True, False)
    """
    return measure in SHARES


def estimate_text(what: Shown, digits: int = 0) -> str:
    """Estimate: ``68%`` or ``0.72``; a dash where there is none."""
    if what.estimate is None:
        return "–"
    return percent(what.estimate, digits) if is_share(what.measure) else number(what.estimate)


def limits_text(what: Shown, digits: int = 0) -> str:
    """Limits of the interval: ``49% to 83%`` or ``0.49 to 1.06``."""
    return percent_range(what.ci, digits) if is_share(what.measure) else interval_text(what.ci)


def value_text(what: Shown, digits: int = 0) -> str:
    """Estimate with its interval: ``68% (49% to 83%)`` or ``0.72 (0.49 to 1.06)``."""
    text = estimate_text(what, digits)
    if what.estimate is None or what.ci is None:
        return text
    return f"{text} ({limits_text(what, digits)})"


def anchors(line: Line) -> tuple[StudyRow, ...]:
    """Rows that are not single cases."""
    return tuple(row for row in line.studies if not row.is_case)


def cases(line: Line) -> tuple[StudyRow, ...]:
    """Rows that count one or two patients."""
    return tuple(row for row in line.studies if row.is_case)


def is_harm(line: Line) -> bool:
    """Whether an event is bad for the patient, in every row that says so."""
    directions = {row.record.direction for row in line.studies if row.record}
    return "harm" in directions and "benefit" not in directions


def reports(rows: tuple[StudyRow, ...]) -> int:
    """Number of different reports behind rows."""
    return len({row.record.study_id if row.record else row.label for row in rows})


def totals(rows: tuple[StudyRow, ...]) -> tuple[int, int] | None:
    """Summed events and patients; None where a row has no counts."""
    if any(row.events is None or row.n is None for row in rows):
        return None
    return sum(row.events or 0 for row in rows), sum(row.n or 0 for row in rows)


def counts_text(rows: tuple[StudyRow, ...], between: str = "/") -> str:
    """Summed counts, ``56/82``."""
    both = totals(rows)
    return "–" if both is None or not rows else f"{both[0]}{between}{both[1]}"


def field_cells(record: Result, *fields: str) -> tuple[str, ...]:
    """Cells of fields that the record's sheet has."""
    known = record.provenance.columns
    return tuple(str(record.cell(name)) for name in fields if name in known)


def row_cells(row: StudyRow) -> tuple[str, ...]:
    """Cells of the numbers of a row."""
    if row.record is None:
        return ()
    filled = [name for name in _NUMBERS[:2] if getattr(row.record, name) is not None]
    names = filled or [name for name in _NUMBERS[2:] if getattr(row.record, name) is not None]
    return field_cells(row.record, *names)


def line_cells(rows: tuple[StudyRow, ...]) -> tuple[str, ...]:
    """Cells of the numbers of several rows."""
    return tuple(cell for row in rows for cell in row_cells(row))


def cell_range(cells: tuple[str, ...]) -> str:
    """Cells in short: neighbours of one row become a range.

    Examples
    --------
    >>> cell_range(("results!M4", "results!N4")), cell_range(("results!M4", "results!M5"))
    ('results!M4:N4', 'results!M4, results!M5')
    """
    if len(cells) != 2:
        return ", ".join(cells)
    (sheet, first), (other, last) = (cell.split("!") for cell in cells)
    same_row = first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == last.lstrip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    return f"{cells[0]}:{last}" if sheet == other and same_row else ", ".join(cells)


def cells_in_short(cells: tuple[str, ...]) -> str:
    """Many cells in short: pairs of one row become ranges.

    Examples
    --------
    >>> cells_in_short(("results!M4", "results!N4", "results!M5", "results!N5"))
    'results!M4:N4, results!M5:N5'
    """
    if len(cells) % 2:
        return ", ".join(cells)
    return ", ".join(cell_range(cells[i : i + 2]) for i in range(0, len(cells), 2))


def few_cells(cells: tuple[str, ...]) -> str:
    """Cells of a sentence: in full if they are few, else how many; empty where there are none."""
    return cell_range(cells) if len(cells) <= 2 else f"{len(cells)} cells"


def outcome_words(records: Records, conjunction: str = "or") -> str:
    """The question's outcomes in words, in order of preference."""
    codes = records.codes.get("outcome")
    asked = records.query.get("outcome", ())
    labels = [codes.label(code) if codes else code for code in asked]
    return join_words(labels, conjunction) or "the outcome"


def line_anchor(number: int) -> str:
    """Id of a line's row in the table of results; numbers count from 1."""
    return f"line-{number}"


def level_words(groups: Groups) -> str:
    """Coverage of the intervals (``95%``)."""
    return f"{100 * groups.spec.level:g}%"


def by_words(groups: Groups) -> str:
    """What the lines are, in the singular (``intervention``)."""
    return groups.by.replace("_", " ")
