"""Every rule of the registry: one list for the check, the words and the documentation."""

from __future__ import annotations

from collections.abc import Iterable

from metasyn.registry.appraisal_rules import APPRAISAL_RULES
from metasyn.registry.arm_rules import ARM_RULES
from metasyn.registry.bibliography_rules import BIBLIOGRAPHY_RULES
from metasyn.registry.cell_rules import CELL_RULES
from metasyn.registry.certainty_rules import CERTAINTY_RULES
from metasyn.registry.extractions import EXTRACTION_RULES
from metasyn.registry.flow_rules import FLOW_RULES
from metasyn.registry.id_rules import ID_RULES
from metasyn.registry.issues import Issue
from metasyn.registry.judgement_rules import JUDGEMENT_RULES
from metasyn.registry.notice_rules import NOTICE_RULES, STATEMENT_RULES
from metasyn.registry.overlap_rules import OVERLAP_RULES
from metasyn.registry.row_rules import ROW_RULES
from metasyn.registry.rule import Rule, Tables, wrong_cells

__all__ = ["RULES", "check_tables"]

RULES: tuple[Rule, ...] = (
    *CELL_RULES,
    *ROW_RULES,
    *ID_RULES,
    *ARM_RULES,
    *OVERLAP_RULES,
    *BIBLIOGRAPHY_RULES,
    *JUDGEMENT_RULES,
    *STATEMENT_RULES,
    *NOTICE_RULES,
    *EXTRACTION_RULES,
    *APPRAISAL_RULES,
    *FLOW_RULES,
    *CERTAINTY_RULES,
)
"""In the order in which they are checked and listed."""


def check_tables(tables: Tables, found: Iterable[Issue]) -> list[Issue]:
    """Everything in the records that breaks a rule.

    Warnings and notes do not rest on cells with errors: what follows from a wrong cell need not be
    said twice.

    Parameters
    ----------
    tables
        The records.
    found
        What was wrong with their cells.
    """
    errors = [issue for rule in RULES if rule.severity == "error" for issue in rule.issues(tables)]
    wrong = wrong_cells([*found, *errors])
    rest = [
        issue
        for rule in RULES
        if rule.severity != "error"
        for issue in rule.issues(tables.without_errors(wrong, rule.looks_at))
    ]
    return [*errors, *rest]
