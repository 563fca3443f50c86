"""The sheet ``lists``: one row a code."""

from __future__ import annotations

from metasyn.registry.schema import SheetRow, column

__all__ = ["ListSheetRow"]


class ListSheetRow(SheetRow):
    """One code that the coded columns accept."""

    list: str = column(
        "List",
        "Name of the list that the code belongs to.",
        example="design",
        width=20,
        required=True,
        may_be_missing=False,
    )
    code: str = column(
        "Code",
        "What stands in the cells.",
        example="case_report",
        width=44,
        required=True,
        may_be_missing=False,
    )
    label: str = column(
        "Label",
        "What figures and tables print.",
        example="Case report",
        width=44,
        required=True,
        may_be_missing=False,
    )
    definition: str = column(
        "Definition",
        "What the code means, so that two people code alike.",
        example="one patient",
        width=90,
    )
    sort: int | None = column(
        "Order",
        "Place of the code in its list, and of its block in figures.",
        example="1",
        width=8,
        required=True,
        low=1,
        may_be_missing=False,
    )
