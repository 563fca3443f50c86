"""The sheet ``extractions``: one row a value, as one person read it."""

from __future__ import annotations

from metasyn.registry.schema import SheetRow, column

__all__ = ["ADVICE", "ExtractionSheetRow"]


class ExtractionSheetRow(SheetRow):
    """One value of one result, as one person extracted it."""

    result_id: str = column(
        "Result id",
        "The row of the sheet results that the value belongs to.",
        example="R0001",
        width=11,
        required=True,
        refers_to="results.result_id",
        may_be_missing=False,
    )
    field: str = column(
        "Field",
        "Name of the column of the sheet results.",
        example="events",
        width=20,
        required=True,
        may_be_missing=False,
        headers_of="results",
    )
    extractor: str = column(
        "Extractor",
        "Who extracted the value; 'consensus' for the value that was agreed or adjudicated.",
        example="AB",
        width=14,
        required=True,
        may_be_missing=False,
    )
    value: str = column(
        "Value",
        "What the extractor read in the report, as it would stand in the sheet results.",
        example="3",
        width=20,
        required=True,
        verbatim=True,
    )
    note: str = column(
        "Note", "Where it was read, or why it was decided so.", example="Table 2", width=40
    )


ADVICE = (
    (
        "two people",
        "Each reads the report alone and gives every value a row of its own, under their initials.",
    ),
    (
        "differences",
        "metasyn reconcile lists them. Whoever decides adds a row with the extractor 'consensus'.",
    ),
    (
        "consensus",
        "metasyn consensus takes the decided values into results, and nothing else.",
    ),
    (
        "unresolved",
        "Until somebody has decided, the row of results stays out of every analysis.",
    ),
)
"""Lines for the guide."""
