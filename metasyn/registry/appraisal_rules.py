"""Rules on critical appraisal: tools, domains and levels, assessors, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from metasyn.records.appraisal import Appraisal, flaw_of, undecided
from metasyn.records.appraisal_tools import tool_of
from metasyn.registry.appraisal_sheet import build_appraisals
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.rule import Finding, Rule, Tables

__all__ = ["APPRAISAL_RULES"]


def _sound(tables: Tables) -> list[Appraisal]:
    """Rows that name a subject and fit their tool."""
    return [
        row for row in build_appraisals(tables.optional) if row.study_id and flaw_of(row) is None
    ]


def _unfit(tables: Tables) -> Iterator[Finding]:
    for row in build_appraisals(tables.optional):
        named = row.tool and row.tool_version and row.domain and row.judgement
        flaw = flaw_of(row) if named else None
        if flaw is not None and row.provenance is not None:
            value = getattr(row, flaw.column)
            meant = did_you_mean(value, flaw.known) if flaw.known else "Name it."
            facts = {"reason": flaw.reason, "meant": meant}
            yield Finding(row.provenance.cell(flaw.column), value, facts)


def _other_study(tables: Tables) -> Iterator[Finding]:
    of = {result.result_id: result.study_id for result in tables.results}
    for row in build_appraisals(tables.optional):
        study = of.get(row.result_id, row.study_id)
        if row.result_id and row.study_id and study != row.study_id and row.provenance:
            facts = {"study": study, "named": row.study_id}
            yield Finding(row.provenance.cell("result_id"), row.result_id, facts)


def _editions(tables: Tables) -> Iterator[Finding]:
    first: dict[tuple[str, str], Appraisal] = {}
    for row in _sound(tables):
        other = first.setdefault((row.study_id, row.tool), row)
        if other.tool_version != row.tool_version and row.provenance and other.provenance:
            facts = {"other": other.tool_version, "place": other.provenance.cell("tool_version")}
            yield Finding(row.provenance.cell("tool_version"), row.tool_version, facts)


def _twice(tables: Tables) -> Iterator[Finding]:
    first: dict[tuple[str, ...], Appraisal] = {}
    for row in _sound(tables):
        key = row.study_id, row.result_id, row.tool, row.domain, row.assessor.casefold()
        other = first.setdefault(key, row)
        if other is not row and row.provenance and other.provenance:
            facts = {"first": other.provenance.cell("domain")}
            yield Finding(row.provenance.cell("domain"), row.domain, facts)


def _differing(tables: Tables) -> Iterator[Finding]:
    for rows in undecided(_sound(tables)):
        one, *others = rows
        other = next(row for row in others if row.judgement != one.judgement)
        if other.provenance:
            said = f"{one.assessor or 'nobody'} {one.judgement}, "
            said += f"{other.assessor or 'nobody'} {other.judgement}"
            cell = other.provenance.cell("judgement")
            yield Finding(cell, other.judgement, {"said": said, "domain": one.domain})


def _incomplete(tables: Tables) -> Iterator[Finding]:
    subjects: dict[tuple[str, str, str], list[Appraisal]] = {}
    for row in build_appraisals((tables.complete or tables).optional):
        subjects.setdefault((row.study_id, row.result_id, row.tool), []).append(row)
    for rows in subjects.values():
        # A row that cannot be read may be the one that seems to be missing.
        if any(flaw_of(row) for row in rows):
            continue
        tool, judged = tool_of(rows[0].tool), {row.domain for row in rows}
        lacking = [domain.code for domain in tool.columns if domain.code not in judged]
        if lacking and rows[0].provenance:
            facts = {"tool": tool.label, "domains": ", ".join(lacking)}
            yield Finding(rows[0].provenance.cell("tool"), rows[0].subject, facts)


APPRAISAL_RULES = (
    Rule(
        "appraisal-unfit",
        "error",
        "A judgement can be read only with the domains and levels of its own tool and edition.",
        "this judgement cannot be used: {reason}.",
        "{meant}",
        "judgement 'moderate' with RoB 2",
        _unfit,
    ),
    Rule(
        "appraisal-of-other-study",
        "error",
        "A result is judged under the study that reports it.",
        "the result belongs to {study}, and the row names {named}.",
        "Correct one of the two ids.",
        "R0002 of S0002, named with S0001",
        _other_study,
    ),
    Rule(
        "appraisal-editions-mixed",
        "error",
        "Editions of a tool differ in their questions; judgements of two cannot stand in one row.",
        "edition {value} after {other} ({place}) for the same study.",
        "Judge the study again with one edition.",
        "JBI case report 2017 and 2020 for one study",
        _editions,
    ),
    Rule(
        "appraisal-twice",
        "error",
        "One person judges a domain once.",
        "the same assessor judged this domain already ({first}).",
        "Delete one of the two rows, or name the other assessor.",
        "two rows of AB on D1",
        _twice,
    ),
    Rule(
        "appraisers-differ",
        "error",
        "A judgement on which two people differ is not known until somebody has decided.",
        "the assessors differ on {domain}: {said}.",
        "Decide, and add a row with the assessor 'consensus'.",
        "AB low, CD high",
        _differing,
    ),
    Rule(
        "appraisal-incomplete",
        "warning",
        "An empty cell in a table of judgements looks like a forgotten one.",
        "{tool} of {value} has no judgement on {domains}.",
        "Judge what is missing.",
        "RoB 2 without D4",
        _incomplete,
    ),
)
