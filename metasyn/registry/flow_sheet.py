"""The sheet ``flow``: one row a number of the PRISMA 2020 flow diagram."""

from __future__ import annotations

from collections.abc import Mapping

from metasyn.records.search_flow import BOXES, FlowRow, SearchFlow
from metasyn.registry.schema import SheetRow, column
from metasyn.registry.table import Table

__all__ = ["ADVICE", "FlowSheetRow", "build_flow"]


class FlowSheetRow(SheetRow):
    """One number of the flow diagram."""

    box: str = column(
        "Box",
        "Box of the diagram that the number stands in.",
        width=28,
        required=True,
        codes="flow_box",
        may_be_missing=False,
    )
    part: str = column(
        "Part",
        "Name of the database, register or site, or reason of exclusion; blank for the whole box.",
        example="PubMed",
        width=40,
    )
    n: int | None = column(
        "Number",
        "How many records, reports or studies. Blank or NR: not known, which is not 0.",
        example="412",
        width=10,
        default=None,
        unit="records, reports or studies",
        low=0,
    )
    note: str = column(
        "Note", "What a reader has to know.", example="searched 2024-03-31", width=50
    )


ADVICE = (
    (
        "parts",
        "A box may have one row for the whole, or a row for each database or reason, or both.",
    ),
    ("sums", "The numbers have to come out from box to box; the check names those that do not."),
    ("not known", "A box without a row is drawn as not given, never as 0."),
)
"""Lines for the guide."""


def build_flow(tables: Mapping[str, Table]) -> SearchFlow:
    """The rows of the sheet ``flow`` that name a box."""
    rows = tables["flow"].rows if "flow" in tables else ()
    return SearchFlow(
        tuple(
            FlowRow(
                row.text("box"),
                "" if "part" in row.provenance.missing else row.text("part"),
                number if isinstance(number := row.values["n"], int) else None,
                row.text("note"),
                row.provenance,
                row.extras,
            )
            for row in rows
            if row.text("box") in BOXES
        )
    )
