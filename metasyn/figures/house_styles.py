"""House styles of forest plots: data, one frozen value a journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import get_args

from metasyn.errors import SpecError
from metasyn.figures.styles import Numbers, Palette, Style, StyleName

__all__ = ["STYLES", "style_of", "with_statements"]

EIGHT_CM = 80 / 25.4 * 72

REVMAN = Style(
    "revman",
    columns=(
        "label",
        "count",
        "total",
        "control_count",
        "control_total",
        "weight",
        "estimate",
        "plot",
    ),
    headers=MappingProxyType(
        {
            "label": "Study or Subgroup",
            "count": "Events",
            "total": "Total",
            "weight": "Weight",
            "estimate": "{Measure}\n{Method}, {level}% CI",
            "plot": "{Measure}\n{Method}, {level}% CI",
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
    sums="sizes",
    percent_square=True,
    diamond=4.6,
    pooled_line=False,
    gridlines=False,
    space_before_total=True,
    symmetric_axis=True,
)

BMJ = Style(
    "bmj",
    columns=("label", "events", "control", "plot", "weight", "estimate"),
    headers=MappingProxyType(
        {
            "label": "Study or subgroup",
            "events": "No of events/\ntotal",
            "plot": "{measure}, {method}\n({level}% CI)",
            "weight": "Weight\n(%)",
            "estimate": "{measure}, {method}\n({level}% CI)",
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
    favours_weight="bold",
    plot_width=EIGHT_CM,
)

JAMA = Style(
    "jama",
    columns=("label", "events", "control", "estimate", "weight", "plot"),
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
    numbers=Numbers("({low}-{high})", "({low} to {high})", bare_p=True),
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
    favours_weight="bold",
    plot_width=EIGHT_CM,
    between_blocks=False,
)

LANCET = Style(
    "lancet",
    columns=("label", "events", "control", "plot", "estimate", "weight"),
    headers=MappingProxyType(
        {
            "label": "Study",
            "events": "n/N",
            "estimate": "{measure}\n({level}% CI)",
            "weight": "Weight\n(%)",
        }
    ),
    total="{total}",
    statistics="lancet",
    sums="both",
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


def with_statements(style: Style) -> Style:
    """The style with a last column that tells what other publications say of each study."""
    headers = MappingProxyType({**style.headers, "statements": style.statements})
    return replace(style, columns=(*style.columns, "statements"), headers=headers)
