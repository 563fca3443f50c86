"""Every rule of the registry: one list for the check, the words and the documentation."""

from __future__ import annotations

from collections.abc import Iterator

from metasyn.registry.cell_rules import CELL_RULES
from metasyn.registry.issues import Issue
from metasyn.registry.row_rules import ROW_RULES
from metasyn.registry.rule import Rule, Tables

__all__ = ["RULES", "check_tables"]

RULES: tuple[Rule, ...] = (*CELL_RULES, *ROW_RULES)


def check_tables(tables: Tables) -> Iterator[Issue]:
    """Everything in the records that breaks a rule."""
    for rule in RULES:
        yield from rule.issues(tables)
