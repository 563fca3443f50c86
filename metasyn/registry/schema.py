"""What a sheet's schema is made of: a pydantic model whose fields describe its columns.

The models themselves are in :mod:`metasyn.registry.sheets`. From them come the header row with its
notes, the dropdowns, the cell formats and widths, the ``dictionary`` sheet and the validator.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["MISSING_CODES", "Column", "Sheet", "SheetRow", "column"]

MISSING_CODES: Mapping[str, str] = {
    "NR": "not reported: the source was read and does not say",
    "NA": "not applicable: the question makes no sense for this row",
    "UNC": "unclear: the source can be read in more than one way",
    "PEND": "pending: the authors were asked",
}
"""What may stand in a cell instead of a value; a blank cell means: not extracted yet."""

Kind = Literal["id", "ids", "code", "text", "date", "integer", "number"]


class SheetRow(BaseModel):
    """One row of a sheet; every field is a column."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def column(  # noqa: PLR0913 - one argument a property of a column
    label: str,
    description: str,
    *,
    example: str = "",
    width: float = 14,
    required: bool = False,
    default: object = "",
    codes: str = "",
    refers_to: str = "",
    key: bool = False,
    may_be_missing: bool = True,
    may_be_absent: bool = False,
    is_date: bool = False,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    headers_of: str = "",
    verbatim: bool = False,
) -> Any:
    """Describe one column, as the default of a model's field.

    Parameters
    ----------
    label, description, example
        What people read in the header's note and in the dictionary; a coded column takes its
        example from its list.
    width
        Width in characters.
    required
        Whether a blank cell is a problem.
    default
        Value of a blank cell (ignored where required).
    codes
        Name of the code list that the cells come from.
    refers_to
        Column of another sheet that must hold the cell's id (``"studies.study_id"``).
    key
        Whether the cells are ids of the rows and must differ.
    may_be_missing
        Whether a missing-value code (:data:`MISSING_CODES`) may stand in the cell.
    may_be_absent
        Whether a workbook may lack the column: it came later, or few need it.
    is_date
        Whether the cells hold days, as dates or as text (``2024-03-31``).
    unit
        What the number counts.
    low, high
        Allowed range, ends included.
    headers_of
        Sheet whose column names the cells hold.
    verbatim
        Whether numbers may stand in a column of text: the cells are copies of others.
    """
    return Field(
        default=... if required else default,
        title=label,
        description=description,
        examples=[example],
        ge=low,
        le=high,
        min_length=1 if required and low is None and high is None else None,
        json_schema_extra={
            "width": width,
            "codes": codes,
            "refers_to": refers_to,
            "key": key,
            "may_be_missing": may_be_missing and not key,
            "may_be_absent": may_be_absent,
            "is_date": is_date,
            "unit": unit,
            "headers_of": headers_of,
            "verbatim": verbatim,
        },
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One column as its sheet's model describes it; see :func:`column`."""

    name: str
    kind: Kind
    label: str
    description: str
    example: str
    width: float
    required: bool
    default: object
    codes: str
    refers_to: str
    key: bool
    may_be_missing: bool
    may_be_absent: bool
    unit: str
    low: float | None
    high: float | None
    headers_of: str
    verbatim: bool

    @property
    def is_number(self) -> bool:
        """Whether the cells hold numbers."""
        return self.kind in ("integer", "number")

    @property
    def blank(self) -> object:
        """What a cell without a value means to the model."""
        if self.is_number:
            return None
        return () if self.kind == "ids" else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the registry.

    Parameters
    ----------
    name
        Its tab.
    row
        The model of a row.
    title, description
        What one row is, for the guide and the dictionary.
    frozen_columns
        How many columns stay in view when scrolling.
    identity
        The columns that together tell its rows apart, where no single one does.
    advice
        Lines for the guide: a term (may be empty) and what it means.
    """

    name: str
    row: type[SheetRow]
    title: str
    description: str
    frozen_columns: int
    identity: tuple[str, ...] = ()
    advice: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in order."""
        return _columns(self.row)

    @property
    def needed(self) -> tuple[Column, ...]:
        """The columns that every workbook has."""
        return tuple(column for column in self.columns if not column.may_be_absent)

    @property
    def key(self) -> str:
        """Name of the column that identifies a row; empty where there is none."""
        return next((column.name for column in self.columns if column.key), "")

    @property
    def told_apart_by(self) -> tuple[str, ...]:
        """Names of the columns whose cells together name a row."""
        return (self.key,) if self.key else self.identity


@cache
def _columns(model: type[SheetRow]) -> tuple[Column, ...]:
    return tuple(_column(name, field) for name, field in model.model_fields.items())


def _column(name: str, field: Any) -> Column:
    extra = field.json_schema_extra
    bounds = {type(rule).__name__: rule for rule in field.metadata}
    return Column(
        name=name,
        kind=_kind(field.annotation, extra),
        label=field.title,
        description=field.description,
        example=field.examples[0],
        width=extra["width"],
        required=field.is_required(),
        default=None if field.is_required() else field.default,
        codes=extra["codes"],
        refers_to=extra["refers_to"],
        key=extra["key"],
        may_be_missing=extra["may_be_missing"],
        may_be_absent=extra["may_be_absent"],
        unit=extra["unit"],
        headers_of=extra["headers_of"],
        verbatim=extra["verbatim"],
        low=bounds["Ge"].ge if "Ge" in bounds else None,
        high=bounds["Le"].le if "Le" in bounds else None,
    )


def _kind(annotation: Any, extra: Mapping[str, Any]) -> Kind:
    if get_origin(annotation) is tuple:
        return "ids"
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    if annotation is int:
        return "integer"
    if annotation is float:
        return "number"
    if extra["codes"]:
        return "code"
    if extra["is_date"]:
        return "date"
    return "id" if extra["key"] or extra["refers_to"] else "text"
