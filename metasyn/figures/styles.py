"""House styles of forest plots: data, one frozen value a journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from metasyn.errors import SpecError

__all__ = ["STYLES", "Column", "Numbers", "Palette", "Style", "StyleName", "style_of"]

StyleName = Literal["plain", "revman", "bmj", "jama", "lancet"]
Column = Literal["label", "design", "events", "plot", "estimate", "weight"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours; all pairs that must be told apart differ in lightness too."""

    ink: str = "#16202a"
    muted: str = "#5b6770"
    rule: str = "#16202a"
    grid: str = "#e4e8eb"
    grid_strong: str = "#b9c2c9"
    band: str = "#dbe8f2"
    study: str = "#34495e"
    case: str = "#a8480a"
    pooled: str = "#0f5c99"
    pooled_edge: str = "#0f5c99"
    prediction: str = "#8db8d9"
    reference: str = "#0f5c99"


@dataclass(frozen=True, slots=True)
class Numbers:
    """How numbers are written.

    Parameters
    ----------
    interval
        Pattern of a confidence interval.
    negative_interval
        Pattern where a limit is negative; a dash would be misread.
    decimal
        Decimal mark.
    weight
        Pattern of a weight in percent.
    """

    interval: str = "[{low}, {high}]"
    negative_interval: str = "[{low}, {high}]"
    decimal: str = "."
    weight: str = "{weight}"


@dataclass(frozen=True, slots=True)
class Style:
    """Everything in which journals differ. Lengths are points.

    Parameters
    ----------
    name
        What the style is called.
    columns
        Columns from left to right; ``plot`` is the plot itself.
    headers
        Header of each column; ``{level}`` is the coverage in percent, ``{measure}`` the measure.
    numbers, palette
        How numbers are written, and the colours.
    size, small, title_size
        Font sizes of the table, of notes, and of the title.
    pitch, leading
        Distance of rows, and of the lines of a wrapped label.
    plot_width
        Width of the plot.
    label_width
        Least and largest width of the first column; longer labels are wrapped.
    indent, gap, margin
        Indentation of rows under a heading, distance of columns, and edge of the page.
    square
        Side of the square of the heaviest study; the area is in proportion to the weight.
    linear_square
        RevMan's rule instead: side = 2 + 0.16 times the weight in percent (of 100).
    least_square
        Smallest side, so that no study disappears.
    header_rules
        Whether rules stand above and below the header.
    pooled_line
        Whether a dotted line runs through the pooled estimate.
    gridlines
        Whether faint lines rise from the ticks.
    """

    name: StyleName
    columns: tuple[Column, ...] = ("label", "design", "events", "plot", "estimate", "weight")
    headers: tuple[tuple[Column, str], ...] = (
        ("label", "Study"),
        ("design", "Design"),
        ("events", "Events/n"),
        ("plot", ""),
        ("estimate", "{measure} [{level}% CI]"),
        ("weight", "Weight, %"),
    )
    numbers: Numbers = field(default_factory=Numbers)
    palette: Palette = field(default_factory=Palette)
    size: float = 8.0
    small: float = 7.0
    title_size: float = 10.5
    pitch: float = 13.0
    leading: float = 9.6
    plot_width: float = 190.0
    label_width: tuple[float, float] = (130.0, 250.0)
    indent: float = 8.0
    gap: float = 12.0
    margin: float = 16.0
    square: float = 8.6
    linear_square: bool = False
    least_square: float = 2.8
    header_rules: bool = True
    pooled_line: bool = True
    gridlines: bool = True

    def header(self, column: Column) -> str:
        """Pattern of a column's header."""
        return dict(self.headers)[column]


STYLES: dict[StyleName, Style] = {"plain": Style("plain")}


def style_of(name: StyleName) -> Style:
    """Style of a name.

    Raises
    ------
    SpecError
        If there is no such style.

    Examples
    --------
    >>> style_of("plain").pitch
    13.0
    """
    if name not in STYLES:
        raise SpecError(
            f"style is {name!r}; it must be one of {', '.join(map(repr, get_args(StyleName)))}."
        )
    return STYLES[name]
