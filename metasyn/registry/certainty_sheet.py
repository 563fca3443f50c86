"""The sheet ``certainty``: one row a ground of certainty after GRADE, as one person judged it."""

from __future__ import annotations

from collections.abc import Mapping

from metasyn.records.certainty import Judgement
from metasyn.records.extraction import CONSENSUS
from metasyn.registry.schema import SheetRow, column
from metasyn.registry.table import Row, Table

__all__ = ["ADVICE", "CertaintySheetRow", "build_certainty", "certainty_rows"]


class CertaintySheetRow(SheetRow):
    """One judgement on one ground."""

    intervention: str = column(
        "Intervention",
        "The treatment whose evidence is judged.",
        width=26,
        required=True,
        codes="intervention",
        may_be_missing=False,
    )
    outcome: str = column(
        "Outcome",
        "The outcome whose evidence is judged.",
        width=24,
        required=True,
        codes="outcome",
        may_be_missing=False,
    )
    claim: str = column(
        "Claim",
        "What the evidence is to show: how often something happens, or what the treatment changes.",
        width=10,
        required=True,
        codes="certainty_claim",
        may_be_missing=False,
    )
    domain: str = column(
        "Ground",
        "What certainty is lowered or raised for.",
        width=22,
        required=True,
        codes="certainty_domain",
        may_be_missing=False,
    )
    levels: int = column(
        "Levels",
        "How many levels: below 0 lowers, above 0 raises, 0 says that the ground was judged and "
        "changes nothing.",
        example="-1",
        width=9,
        required=True,
        low=-3,
        high=2,
        may_be_missing=False,
    )
    reason: str = column(
        "Reason",
        "Why; every change of level needs it.",
        example="82 patients; the interval runs from 47% to 84%.",
        width=60,
    )
    assessor: str = column(
        "Assessor",
        "Who judged; 'consensus' for what was agreed on where people differed.",
        example="AB",
        width=14,
        required=True,
        may_be_missing=False,
    )


ADVICE = (
    (
        "start",
        "A rate starts high. An effect starts high from randomised trials, low from all else.",
    ),
    ("levels", "Five grounds lower and three raise. Judge all five that lower, with 0 as well."),
    (
        "two people",
        "Each judges alone, in rows of their own. Where they differ, a row with the assessor "
        "'consensus' decides.",
    ),
    ("raising", "Raise only what has not been lowered, and never what starts high."),
)
"""Lines for the guide."""

Key = tuple[str, str, str, str]


def certainty_rows(tables: Mapping[str, Table]) -> dict[Key, list[Row]]:
    """Rows of each ground, in the order of the sheet: intervention, outcome, claim, domain."""
    found: dict[Key, list[Row]] = {}
    for row in tables["certainty"].rows if "certainty" in tables else ():
        names = ("intervention", "outcome", "claim", "domain")
        key: Key = tuple(row.text(name) for name in names)  # type: ignore[assignment]
        found.setdefault(key, []).append(row)
    return found


def build_certainty(tables: Mapping[str, Table]) -> tuple[Judgement, ...]:
    """The judgements of the sheet ``certainty``, those of all assessors of a ground as one."""
    return tuple(_judgement(key, rows) for key, rows in certainty_rows(tables).items())


def _judgement(key: Key, rows: list[Row]) -> Judgement:
    agreed = [row for row in rows if _is_consensus(row)]
    people = [row for row in rows if not _is_consensus(row)]
    levels = [_levels(row) for row in people]
    decided = _levels(agreed[0]) if agreed else None
    if not agreed and len(set(levels)) == 1:
        decided = levels[0]
    deciding = agreed or people
    reasons = dict.fromkeys(row.text("reason") for row in deciding if row.text("reason"))
    return Judgement(
        "/".join(key),
        *key,
        levels=decided,
        reason=" ".join(reasons),
        assessor_1=people[0].text("assessor") if people else "",
        levels_1=levels[0] if people else None,
        assessor_2=people[1].text("assessor") if len(people) > 1 else "",
        levels_2=levels[1] if len(people) > 1 else None,
        adjudicator=CONSENSUS if agreed else "",
        provenance=deciding[0].provenance,
        extras=deciding[0].extras,
    )


def _is_consensus(row: Row) -> bool:
    return row.text("assessor").casefold() == CONSENSUS


def _levels(row: Row) -> int | None:
    value = row.values["levels"]
    return value if isinstance(value, int) else None
