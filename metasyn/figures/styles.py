"""House styles of forest plots: data, one frozen value a journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from metasyn.errors import SpecError

__all__ = ["STYLES", "Column", "Numbers", "Palette", "Style", "StyleName", "style_of"]

StyleName = Literal["plain", "revman", "bmj", "jama", "lancet"]
Column = Literal["label", "design", "events", "count", "total", "plot", "estimate", "weight"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours; whatever must be told apart also differs in shape or lightness."""

    ink: str = "#16202a"
    muted: str = "#5b6770"
    rule: str = "#16202a"
    axis: str = "#16202a"
    grid: str = "#e4e8eb"
    study: str = "#34495e"
    study_edge: str | None = None
    whisker: str = "#34495e"
    case: str = "#a8480a"
    case_whisker: str = "#b9c2c9"
    pooled: str = "#0f5c99"
    pooled_edge: str = "#0f5c99"
    prediction: str = "#8db8d9"
    band: str = "#dbe8f2"
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
        ``{unit}`` the same but "%" for proportions, ``{model}`` the model.
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
    """

    name: StyleName
    columns: tuple[Column, ...] = ("label", "design", "events", "plot", "estimate", "weight")
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
    symmetric_axis: bool = False


REVMAN = Style(
    "revman",
    columns=("label", "count", "total", "weight", "estimate", "plot"),
    headers=MappingProxyType(
        {
            "label": "Study or Subgroup",
            "count": "Events",
            "total": "Total",
            "weight": "Weight",
            "estimate": "{measure}\n{model}, {level}% CI",
            "plot": "{measure}\n{model}, {level}% CI",
        }
    ),
    total="{total} ({level}% CI)",
    statistics="revman",
    numbers=Numbers("[{low} , {high}]", "[{low} , {high}]", weight="{weight}%"),
    palette=Palette(
        ink="#000000",
        muted="#333333",
        rule="#000000",
        axis="#000000",
        study="#0000cc",
        whisker="#000000",
        case="#0000cc",
        case_whisker="#aaaaaa",
        pooled="#000000",
        pooled_edge="#000000",
        prediction="#7f7f7f",
        band="#e2e2e2",
        reference="#000000",
    ),
    percent_square=True,
    diamond=4.6,
    pooled_line=False,
    gridlines=False,
    space_before_total=True,
    symmetric_axis=True,
)

BMJ = Style(
    "bmj",
    columns=("label", "events", "plot", "weight", "estimate"),
    headers=MappingProxyType(
        {
            "label": "Study or subgroup",
            "events": "No of events/\ntotal",
            "plot": "{measure}, {model}\n({level}% CI)",
            "weight": "Weight\n(%)",
            "estimate": "{measure}, {model}\n({level}% CI)",
        }
    ),
    total="{total} ({level}% CI)",
    statistics="bmj",
    numbers=Numbers("({low} to {high})", "({low} to {high})"),
    palette=Palette(
        ink="#1a1a1a",
        muted="#4d4d4f",
        rule="#a7a9ac",
        axis="#a7a9ac",
        grid="#f0f0f1",
        study="#6b58a6",
        study_edge="#ffffff",
        whisker="#6b58a6",
        case="#6b58a6",
        case_whisker="#c9c2de",
        pooled="#6b58a6",
        pooled_edge="#6b58a6",
        prediction="#b5abd2",
        band="#e6e2f0",
        reference="#a7a9ac",
    ),
    gridlines=False,
)

JAMA = Style(
    "jama",
    columns=("label", "events", "estimate", "plot", "weight"),
    headers=MappingProxyType(
        {
            "label": "Source",
            "events": "No. of events/\ntotal No.",
            "estimate": "{measure}\n({level}% CI)",
            "weight": "Weight, %",
        }
    ),
    total="{total}",
    statistics="jama",
    numbers=Numbers("({low}–{high})", "({low} to {high})", bare_p=True),
    palette=Palette(
        ink="#000000",
        muted="#404040",
        rule="#000000",
        axis="#000000",
        study="#00335c",
        whisker="#00335c",
        case="#00335c",
        case_whisker="#a9b7c4",
        pooled="#79aedb",
        pooled_edge="#00335c",
        prediction="#b9d3ea",
        band="#e3eef8",
        reference="#00335c",
    ),
    gridlines=False,
    favours_first=True,
)

LANCET = Style(
    "lancet",
    columns=("label", "events", "plot", "estimate", "weight"),
    headers=MappingProxyType(
        {
            "label": "",
            "events": "n/N",
            "estimate": "{measure}\n({level}% CI)",
            "weight": "Weight\n(%)",
        }
    ),
    total="{total}",
    statistics="lancet",
    numbers=Numbers("({low}–{high})", "({low} to {high})", decimal="·"),
    palette=Palette(
        ink="#000000",
        muted="#3c3c3c",
        rule="#000000",
        axis="#000000",
        study="#1d4f91",
        whisker="#000000",
        case="#1d4f91",
        case_whisker="#b3b3b3",
        pooled="#000000",
        pooled_edge="#000000",
        prediction="#9fb4d1",
        band="#e2e9f2",
        reference="#000000",
    ),
    gridlines=False,
)

STYLES: Mapping[StyleName, Style] = MappingProxyType(
    {style.name: style for style in (Style("plain"), REVMAN, BMJ, JAMA, LANCET)}
)
"""Style name to style."""


def style_of(name: StyleName) -> Style:
    """Style of a name.

    Raises
    ------
    SpecError
        If there is no such style.

    Examples
    --------
    >>> style_of("lancet").numbers.decimal
    '·'
    """
    if name not in STYLES:
        raise SpecError(
            f"style is {name!r}; it must be one of {', '.join(map(repr, get_args(StyleName)))}."
        )
    return STYLES[name]
