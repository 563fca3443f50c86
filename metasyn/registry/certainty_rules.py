"""Rules on certainty: ranges of levels, reasons, two assessors, and what GRADE advises."""

from __future__ import annotations

from collections.abc import Iterator

from metasyn.records.certainty import DOMAINS
from metasyn.records.extraction import CONSENSUS
from metasyn.registry.certainty_sheet import build_certainty, certainty_rows
from metasyn.registry.rule import Finding, Rule, Tables
from metasyn.registry.table import Row

__all__ = ["CERTAINTY_RULES"]


def _rows(tables: Tables) -> Iterator[Row]:
    for rows in certainty_rows(tables.optional).values():
        yield from rows


def _out_of_range(tables: Tables) -> Iterator[Finding]:
    for row in _rows(tables):
        domain, levels = DOMAINS.get(row.text("domain")), row.values["levels"]
        if domain is None or not isinstance(levels, int):
            continue
        if not domain.lowest <= levels <= domain.highest:
            facts = {"domain": domain.label, "low": domain.lowest, "high": domain.highest}
            yield Finding(row.cell("levels"), levels, facts)


def _without_reason(tables: Tables) -> Iterator[Finding]:
    for row in _rows(tables):
        if row.values["levels"] and not row.text("reason"):
            yield Finding(row.cell("reason"), "", {"levels": row.values["levels"]})


def _twice(tables: Tables) -> Iterator[Finding]:
    for rows in certainty_rows(tables.optional).values():
        first: dict[str, Row] = {}
        for row in rows:
            other = first.setdefault(row.text("assessor").casefold(), row)
            if other is not row:
                facts = {"first": other.cell("assessor")}
                yield Finding(row.cell("assessor"), row.text("assessor"), facts)


def _differing(tables: Tables) -> Iterator[Finding]:
    for rows in certainty_rows(tables.optional).values():
        said = [row for row in rows if row.text("assessor").casefold() != CONSENSUS]
        others = [row for row in said[1:] if row.values["levels"] != said[0].values["levels"]]
        if others and len(said) == len(rows):
            words = f"{said[0].text('assessor')} {said[0].values['levels']}, "
            words += f"{others[0].text('assessor')} {others[0].values['levels']}"
            yield Finding(others[0].cell("levels"), others[0].values["levels"], {"said": words})


def _judged_once(tables: Tables) -> Iterator[Finding]:
    # A row that cannot be read may be that of the second person.
    for rows in certainty_rows((tables.complete or tables).optional).values():
        if len(rows) == 1:
            yield Finding(rows[0].cell("assessor"), rows[0].text("assessor"))


def _raised_after_lowered(tables: Tables) -> Iterator[Finding]:
    claims: dict[tuple[str, ...], list[int]] = {}
    judgements = build_certainty(tables.optional)
    for one in judgements:
        claim = one.intervention, one.outcome, one.claim
        claims.setdefault(claim, []).append(one.levels or 0)
    for one in judgements:
        steps = claims[one.intervention, one.outcome, one.claim]
        if (one.levels or 0) > 0 and min(steps) < 0:
            yield Finding(one.provenance.cell("levels"), one.levels)


CERTAINTY_RULES = (
    Rule(
        "certainty-out-of-range",
        "error",
        "Each ground lowers or raises by a few levels, and never the other way.",
        "{domain} takes {low} to {high} levels.",
        "Correct the levels, or the ground.",
        "imprecision, levels 1",
        _out_of_range,
    ),
    Rule(
        "certainty-without-reason",
        "error",
        "A change of level that nobody can check is worth nothing.",
        "{levels} levels without a reason.",
        "Say why, or choose 0.",
        "levels -1, reason blank",
        _without_reason,
    ),
    Rule(
        "certainty-twice",
        "error",
        "One person judges a ground once.",
        "the same assessor judged this ground already ({first}).",
        "Delete one of the two rows, or name the other assessor.",
        "two rows of AB on imprecision",
        _twice,
    ),
    Rule(
        "certainty-differs",
        "error",
        "A ground on which two people differ is open until somebody has decided.",
        "the assessors differ: {said}.",
        "Decide, and add a row with the assessor 'consensus'.",
        "AB -1, CD -2",
        _differing,
    ),
    Rule(
        "certainty-judged-once",
        "note",
        "Certainty is judged by two people, each alone.",
        "only {value} judged this ground.",
        "Let a second person judge it, in a row of their own.",
        "one row on imprecision",
        _judged_once,
    ),
    Rule(
        "certainty-raised-after-lowered",
        "warning",
        "GRADE raises only evidence that has no serious limitation.",
        "certainty is raised here and lowered on another ground.",
        "Make sure that it is meant so.",
        "large_effect 1, imprecision -1",
        _raised_after_lowered,
    ),
)
