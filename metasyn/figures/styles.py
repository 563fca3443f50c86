"""What a house style of forest plots consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["CONTROL", "Align", "Column", "Numbers", "Palette", "Style", "StyleName"]

StyleName = Literal["plain", "revman", "bmj", "jama", "lancet"]
Column = str
"""Code of a column: one of the package's own, ``weight:NAME`` of a further model, ``own:NAME``."""
Align = Literal["left", "centre", "right"]
CONTROL: Mapping[Column, Column] = MappingProxyType(
    {"control": "events", "control_count": "count", "control_total": "total"}
)
"""Columns of the control arm, with those of the treated arm."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours; whatever must be told apart also differs in shape or lightness.

    Pooled estimates and single cases have the blue and the vermilion of seaborn's palette
    ``colorblind``; the tints are theirs.
    """

    ink: str = "#16202a"
    muted: str = "#5b6770"
    rule: str = "#16202a"
    axis: str = "#16202a"
    grid: str = "#e4e8eb"
    study: str = "#34495e"
    study_edge: str | None = None
    whisker: str = "#34495e"
    case: str = "#d55e00"
    case_whisker: str = "#b9c2c9"
    pooled: str = "#0173b2"
    pooled_edge: str = "#0173b2"
    prediction: str = "#8cbfdd"
    band: str = "#d9e9f3"
    reference: str = "#0173b2"


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
    bare_p
        Whether a p-value goes without its leading zero.
    """

    interval: str = "[{low}, {high}]"
    negative_interval: str = "[{low}, {high}]"
    decimal: str = "."
    weight: str = "{weight}"
    bare_p: bool = False


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
        Header of each column; ``{level}`` is the coverage in percent, ``{measure}`` the measure,
        ``{unit}`` the same but "%" for proportions, ``{method}`` the model as Cochrane abbreviates
        it; ``{Measure}`` and ``{Method}`` with capitals.
    align
        Of columns whose alignment the user chose.
    sums
        What a pooled line says of two arms: nothing, their sizes (and events below), or both.
    statements
        Header of the column of statements, which a figure has on request.
    total
        Label of a pooled line; ``{model}`` and ``{level}`` as above.
    statistics
        Whose way of giving the heterogeneity.
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
    left_width
        Least width of all columns left of the plot, where lines on the model stand.
    indent, gap, margin
        Indentation of rows under a heading, distance of columns, and edge of the page.
    square, least_square
        Side of the square of the heaviest study (the area is in proportion to the weight), and
        the smallest side, so that no study disappears.
    percent_square
        RevMan's rule instead: side = 2 + 0.16 for each percent of weight, at 14 px type.
    diamond
        Half the height of a diamond.
    header_rules, pooled_line, gridlines, space_before_total, favours_first, symmetric_axis
        Rules above and below the header, a dotted line through the pooled estimate, faint lines
        from the ticks, an empty row above the pooled line, whether the words on both sides of no
        effect stand above the plot, and whether no effect stands in the middle of the axis.
    favours_weight, between_blocks
        Weight of the words on both sides of no effect, and whether room parts subgroups.
    """

    name: StyleName
    columns: tuple[Column, ...] = (
        "label",
        "design",
        "events",
        "control",
        "plot",
        "estimate",
        "weight",
    )
    headers: Mapping[Column, str] = field(
        default_factory=lambda: MappingProxyType(
            {
                "label": "Study",
                "design": "Design",
                "events": "Events/n",
                "estimate": "{unit} [{level}% CI]",
                "weight": "Weight, %",
            }
        )
    )
    align: Mapping[Column, Align] = field(default_factory=lambda: MappingProxyType({}))
    sums: Literal["none", "sizes", "both"] = "none"
    statements: str = "Supporting /\ncontrasting /\nmentioning"
    total: str = "Pooled ({model})"
    statistics: StyleName = "plain"
    numbers: Numbers = field(default_factory=Numbers)
    palette: Palette = field(default_factory=Palette)
    size: float = 8.0
    small: float = 7.0
    title_size: float = 10.5
    pitch: float = 13.0
    leading: float = 9.6
    plot_width: float = 190.0
    label_width: tuple[float, float] = (90.0, 250.0)
    left_width: float = 200.0
    indent: float = 8.0
    gap: float = 12.0
    margin: float = 16.0
    square: float = 8.6
    least_square: float = 2.8
    percent_square: bool = False
    diamond: float = 4.2
    header_rules: bool = True
    pooled_line: bool = True
    gridlines: bool = True
    space_before_total: bool = False
    favours_first: bool = False
    favours_weight: Literal["normal", "bold"] = "normal"
    between_blocks: bool = True
    symmetric_axis: bool = False
