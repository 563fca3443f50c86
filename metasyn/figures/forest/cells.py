"""Cells of a forest plot: estimates, weights and counts as a style prints them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from metasyn.figures.forest.studies import Arms, TwoArmRow
from metasyn.figures.forest.table import Block, Cell, Row
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Numbers
from metasyn.figures.words import interval_text, number, plain_number, shown
from metasyn.models.groups import StudyRow
from metasyn.records.statement_count import Count

__all__ = [
    "Cells",
    "aligned",
    "counts_of",
    "event_sums",
    "filled",
    "statement_cell",
    "study_counts",
    "summed_counts",
]

FIGURE_SPACE = "\N{FIGURE SPACE}"
"""As wide as a digit."""

FRACTIONS = {"events": "total", "control": "control_total"}
"""Columns of fractions, and where their denominators stand."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Writes values of a display scale.

    Parameters
    ----------
    scale, numbers
        What the values mean, and how they are written.
    """

    scale: Scale
    numbers: Numbers

    def estimate(self, estimate: float, ends: tuple[float, float] | None) -> Cell:
        """Estimate and interval."""
        if not math.isfinite(estimate):
            return "", "Not estimable"
        text = shown(estimate, self.scale, self.numbers)
        return text, interval_text(*ends, self.scale, self.numbers) if ends else ""

    def weight(self, weight: float | None) -> Cell:
        """A weight in percent; nothing where there is none."""
        if weight is None:
            return "", ""
        text = number(100 * weight, 1, self.numbers.decimal)
        return self.numbers.weight.format(weight=text), ""


def filled(cells: Mapping[str, Cell]) -> Mapping[str, Cell]:
    """The cells that say something."""
    return {column: cell for column, cell in cells.items() if any(cell)}


def study_counts(row: StudyRow) -> dict[str, Cell]:
    """Counts of a study, of one arm or two; none where the data are no counts."""
    if isinstance(row, TwoArmRow):
        treated, control = (tuple(map(plain_number, arm)) for arm in row.arms)
        return counts_of(*treated) | counts_of(*control, control=True)
    if row.events is None or row.n is None:
        return {}
    return counts_of(str(row.events), str(row.n))


def summed_counts(rows: Iterable[StudyRow], sums: str = "none") -> dict[str, Cell]:
    """Counts of all studies together.

    Parameters
    ----------
    rows
        The studies.
    sums
        What a style says of two arms: nothing, as their sums compare nothing; the sizes; both.
    """
    studies = tuple(rows)
    if any(isinstance(row, TwoArmRow) for row in studies):
        cells = _arm_sums([row.arms for row in studies if isinstance(row, TwoArmRow)])
        wanted = {"none": (), "sizes": ("total", "control_total"), "both": tuple(cells)}[sums]
        return {column: cells[column] for column in wanted}
    counted = [
        (row.events, row.n) for row in studies if row.events is not None and row.n is not None
    ]
    if not counted:
        return {}
    events, patients = zip(*counted, strict=True)
    return counts_of(str(sum(events)), str(sum(patients)))


def _arm_sums(arms: Sequence[Arms]) -> dict[str, Cell]:
    """Sums of both arms."""
    treated, control = (
        tuple(plain_number(sum(pair[arm][part] for pair in arms)) for part in (0, 1))
        for arm in (0, 1)
    )
    return counts_of(*treated) | counts_of(*control, control=True)


def event_sums(rows: Iterable[StudyRow]) -> dict[str, Cell]:
    """Events of both arms of all studies together; empty where there are no two arms."""
    arms = [row.arms for row in rows if isinstance(row, TwoArmRow)]
    sums = _arm_sums(arms) if arms else {}
    return {column: sums[column] for column in ("count", "control_count") if column in sums}


def statement_cell(count: Count) -> dict[str, Cell]:
    """What other publications say, as three numbers; zeros are said."""
    if not count.statements:
        return {"statements": ("", "none")}
    classes = f"{count.supporting} / {count.contrasting} / {count.mentioning}"
    more = f" + {count.unclassified} unclassed" if count.unclassified else ""
    return {"statements": ("", classes + more)}


def counts_of(events: str, n: str, *, control: bool = False) -> dict[str, Cell]:
    """Events and patients as a fraction and apart, for whichever a style shows."""
    names = (
        ("control", "control_count", "control_total") if control else ("events", "count", "total")
    )
    return dict(zip(names, ((f"{events}/{n}", ""), (events, ""), (n, "")), strict=True))


def aligned(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Blocks whose fractions end in figure spaces, so that their slashes stand in line."""
    rows = [row for block in blocks for row in block.rows]
    digits = {
        fraction: max((len(row.cells[n][0]) for row in rows if n in row.cells), default=0)
        for fraction, n in FRACTIONS.items()
    }

    def padded(row: Row) -> Row:
        cells = dict(row.cells)
        for fraction in FRACTIONS.keys() & cells.keys():
            fill = FIGURE_SPACE * (digits[fraction] - len(cells[FRACTIONS[fraction]][0]))
            cells[fraction] = (cells[fraction][0] + fill, "")
        return replace(row, cells=cells)

    return tuple(replace(block, rows=tuple(map(padded, block.rows))) for block in blocks)
