"""How each estimate came from what its report prints."""

from __future__ import annotations

from metasyn.effects.effects import Effects
from metasyn.models.groups import Groups
from metasyn.report.document import Column, Row, Section, Table, TableCell
from metasyn.report.formats import plural
from metasyn.report.material import Material

__all__ = ["conversions", "has_conversions"]


def has_conversions(groups: Groups) -> bool:
    """Whether any estimate carries a line of the conversion ledger."""
    return any(_ledger(groups))


def conversions(material: Material) -> Section:
    """The ledger of conversions: one row an estimate, with what was assumed."""
    rows = tuple(
        Row((TableCell(label), TableCell(slab), TableCell(sentence)))
        for label, slab, sentence in _ledger(material.groups)
    )
    table = Table(
        "conversions",
        f"How {plural(len(rows), 'estimate')} came from what the reports print.",
        (Column("Group"), Column("Study"), Column("What was done and assumed", "prose")),
        rows,
    )
    return Section("conversions", "From what the reports print", (table,))


def _ledger(groups: Groups) -> list[tuple[str, str, str]]:
    return [
        (line.label, entry.slab, entry.sentence)
        for line in groups.lines
        if isinstance(line.result.data, Effects)
        for entry in line.result.data.derivations
    ]
