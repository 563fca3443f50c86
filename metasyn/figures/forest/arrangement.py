"""Which columns a forest plot has, in which order and under which headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from metasyn.errors import SpecError
from metasyn.figures.forest.content import Content
from metasyn.figures.forest.options import ForestColumn, ForestOptions
from metasyn.figures.forest.own_columns import OwnColumn, own_column
from metasyn.figures.styles import Align, Column, Style
from metasyn.figures.text_metrics import clean, text_width, wrap
from metasyn.figures.words import model_name

__all__ = ["Arrangement", "arranged", "code_of", "header_lines"]

NAMES: Mapping[str, Column] = MappingProxyType(
    {
        "study": "label",
        "design": "design",
        "events/n": "events",
        "events": "count",
        "n": "total",
        "control events/n": "control",
        "control events": "control_count",
        "control n": "control_total",
        "estimate": "estimate",
        "weight": "weight",
        "bias": "bias",
        "statements": "statements",
        "tau2": "tau2",
        "i2": "i2",
        "k": "k",
    }
)
"""The figure's own columns: what a user calls them, and their codes."""
HEADERS: Mapping[Column, str] = MappingProxyType(
    {
        "design": "Design",
        "events": "Events/n",
        "count": "Events",
        "total": "Total",
        "tau2": "τ²",
        "i2": "I², %",
        "k": "k",
        "bias": "Risk of bias\n ",
    }
)
"""Headers where a style has none."""
WIDEST = 64.0
"""Width at which the name of a model or an arm is wrapped."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A style with the columns of one figure, and those that come from the user's data."""

    style: Style
    own: tuple[OwnColumn, ...]


def arranged(style: Style, content: Content, options: ForestOptions) -> Arrangement:
    """The style with the columns that a figure has.

    Raises
    ------
    SpecError
        If a column is unknown, chosen twice, or the studies' names stand right of the plot.
    """
    usual = _usual(style, content, options)
    plot = [one.code for one in usual].index("plot")
    left = usual[:plot] if options.left is None else _columns(options.left, content, options)
    right = (
        usual[plot + 1 :] if options.right is None else _columns(options.right, content, options)
    )
    columns = _joined(left, right)
    headers = {**HEADERS, **style.headers, **_model_headers(style, content, options)}
    if content.study is not None:
        headers["label"] = content.study
    headers |= {one.code: one.header for one in columns if one.header is not None}
    aligns = {**style.align, **{one.code: one.align for one in columns if one.align is not None}}
    order = tuple(one.code for one in columns)
    return Arrangement(
        replace(
            style,
            columns=order,
            headers=MappingProxyType(headers),
            align=MappingProxyType(aligns),
        ),
        tuple(one.own for one in columns if one.own is not None),
    )


@dataclass(frozen=True, slots=True)
class _Column:
    """A column with what was chosen of it."""

    code: Column
    header: str | None = None
    align: Align | None = None
    own: OwnColumn | None = None


def _columns(
    given: Sequence[str | ForestColumn], content: Content, options: ForestOptions
) -> list[_Column]:
    """The columns that a user chose."""
    return [
        _column(one if isinstance(one, ForestColumn) else ForestColumn(one), content, options)
        for one in given
    ]


def _column(column: ForestColumn, content: Content, options: ForestOptions) -> _Column:
    models = _of_models(options)
    header = None if column.header is None else _clean_lines(column.header)
    if column.name in NAMES or column.name in models:
        return _Column(NAMES.get(column.name, column.name), header, column.align)
    if column.name.startswith("weight:"):
        there = ", ".join(models) or "none"
        raise SpecError(f"There is no column {column.name!r}; of further models there are {there}.")
    own = own_column(column, content.shown, (*NAMES, *models))
    return _Column(own.code, _clean_lines(own.header), own.align, own)


def code_of(name: str) -> Column:
    """Code of a column that a user names."""
    return NAMES.get(name, name if name.startswith("weight:") else f"own:{name}")


def _clean_lines(header: str) -> str:
    """A header whose lines are clean; braces are letters, not places to fill."""
    lines = (clean(line) for line in header.split("\n"))
    return "\n".join(lines).replace("{", "{{").replace("}", "}}")


def _of_models(options: ForestOptions) -> tuple[Column, ...]:
    return tuple(f"weight:{name}" for name in options.models)


def header_lines(name: str, style: Style) -> tuple[str, ...]:
    """A name wrapped for a header, no word of ordinary length cut."""
    words = max(text_width(word, style.size, "bold") for word in name.split() or [""])
    return wrap(name, max(WIDEST, min(words, 2 * WIDEST)), style.size, "bold")


def _model_headers(style: Style, content: Content, options: ForestOptions) -> dict[Column, str]:
    """Headers of the weights of several models, which say whose they are."""
    if not options.models:
        return {}
    base = style.headers["weight"].replace("\n", " ")
    main = model_name(content.spec)
    names = {"weight": main[:1].upper() + main[1:], **{f"weight:{n}": n for n in options.models}}
    return {
        code: "\n".join((base, *header_lines(_clean_lines(name), style)))
        for code, name in names.items()
    }


def _usual(style: Style, content: Content, options: ForestOptions) -> list[_Column]:
    """The style's columns, with those that the content brings."""
    columns = list(map(_Column, style.columns))
    after = style.columns.index("weight")
    columns[after + 1 : after + 1] = map(_Column, _of_models(options))
    if content.sections[0].role in ("left-out", "added"):
        columns[after : after + 1] = map(_Column, ("k", "tau2", "i2"))
    if content.key:
        start = style.columns.index("label") + 1
        columns[start:start] = _columns((content.key,), content, options)
    if options.bias is not None:
        columns.append(_Column("bias"))
    return columns


def _joined(left: Sequence[_Column], right: Sequence[_Column]) -> tuple[_Column, ...]:
    """All columns; the studies' names stand first where nobody placed them."""
    if any(one.code == "label" for one in right):
        raise SpecError("The column 'study' stands left of the plot.")
    start = () if any(one.code == "label" for one in left) else (_Column("label"),)
    columns = (*start, *left, _Column("plot"), *right)
    codes = [one.code for one in columns]
    twice = dict.fromkeys(code for code in codes if codes.count(code) > 1)
    if twice:
        raise SpecError(f"Chosen twice: {', '.join(twice)}.")
    return columns
