"""The rows of a forest plot, before they have places: what each says and what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from metasyn.errors import DataError
from metasyn.figures.risk_of_bias.cells import Level

__all__ = ["Block", "Cell", "Row", "RowKind", "TippingStrip"]

Cell = tuple[str, str]
"""What stands left and right of the line on which a column is aligned."""

RowKind = Literal[
    "heading",
    "study",
    "stratum",
    "case",
    "cases-together",
    "step",
    "pooled",
    "model",
    "studies-only",
    "prediction",
    "not-pooled",
    "statistics",
    "tipping",
]


@dataclass(frozen=True, slots=True)
class TippingStrip:
    """The pooled rate as the weight of single cases goes from 0 to 1.

    Parameters
    ----------
    weights
        Weights of the single cases, ascending.
    rates, lows, highs
        Pooled rate and its interval at each weight, on the display scale (0 to 1).

    Raises
    ------
    DataError
        If the lengths differ.
    """

    weights: tuple[float, ...]
    rates: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]

    def __post_init__(self) -> None:
        lengths = {len(self.weights), len(self.rates), len(self.lows), len(self.highs)}
        if len(lengths) != 1 or not self.weights:
            raise DataError("A tipping strip needs as many rates, lows and highs as weights.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table with what the plot shows beside it.

    Parameters
    ----------
    kind
        What the line is.
    label
        Text of the first column.
    cells
        Column to what it says, for the other columns; a column has no entry where it is empty.
    estimate, low, high
        On the display scale; None where the line shows none.
    weight
        Share of the pooled line (0 to 1), None where it has none.
    strip
        Of a tipping line.
    key
        What stands behind the line: the result's id of a study, the group's code of the others.
    flush
        Whether it belongs to no heading, though the figure has headings.
    bias
        Letter of a domain to its judgement.
    """

    kind: RowKind
    label: str
    cells: Mapping[str, Cell] = field(default_factory=dict)
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    weight: float | None = None
    strip: TippingStrip | None = None
    key: str = ""
    flush: bool = False
    bias: Mapping[str, Level] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """One pooled line.

    Parameters
    ----------
    label
        Empty where the plot has one line only, and for all subgroups together.
    rows
        From top to bottom.
    overall
        Whether it pools what the blocks above it divide.
    """

    label: str
    rows: tuple[Row, ...]
    overall: bool = False

    @property
    def pooled(self) -> Row | None:
        """The pooled row; None where the line is not pooled."""
        return next((row for row in self.rows if row.kind == "pooled"), None)
