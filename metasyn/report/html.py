"""The document as one self-contained page: no network, works with scripts off."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from metasyn.report.badges import Badge
from metasyn.report.document import (
    Block,
    Column,
    Document,
    Figure,
    Sentence,
    Table,
    TableCell,
)
from metasyn.report.drawing import inline_svg
from metasyn.report.formats import legible
from metasyn.report.lines import cell_range, cells_in_short
from metasyn.report.widths import NUMERIC

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["to_html"]

_FILES = (("Results as a spreadsheet", "results.xlsx"), ("Results as JSON", "results.json"))
_STYLES = ("report", "controls", "print")
_SCRIPTS = ("page", "cards", "tables", "files", "plot", "state", "panel", "explore")
"""Parts of the one style and the one script, in the order in which they build on each other."""
_FEWEST_CHOICES, _MOST_CHOICES = 2, 60


def to_html(document: Document, data: str = "") -> str:
    """Render the page.

    Parameters
    ----------
    document
        What it says.
    data
        What scripts may show beside it, made by
        :func:`metasyn.report.interactive.interactive_data`; the page is complete without.

    Raises
    ------
    OutputError
        If a drawing must not stand in a page.
    """
    script = _script()
    numbers = {key: i for i, key in enumerate(document.citations(), start=1)}
    return (
        _environment()
        .get_template("report.html")
        .render(
            document=document,
            numbers=numbers,
            script=script,
            style="".join(_asset(f"{name}.css") for name in _STYLES),
            data=data,
            policy=_policy(script),
            downloads=_FILES,
        )
    )


@cache
def _script() -> str:
    """The parts of the script in one closure, so that the page has no names of its own."""
    parts = "".join(_asset(f"{name}.js") for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def _policy(script: str) -> str:
    """Content security policy: nothing is loaded, and only this one script runs.

    Drawings bring the letters that they need along as a font inside the page; a drawing becomes a
    PNG by way of an image that is made in the page.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


@cache
def _asset(name: str) -> str:
    return files("metasyn.report").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("metasyn.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    environment.filters["kind"] = _kind
    environment.filters["numbers"] = _numbers
    environment.filters["choices"] = _choices
    environment.filters["where"] = _where
    environment.filters["cells"] = cells_in_short
    environment.filters["source"] = _source
    environment.filters["hint"] = _hint
    environment.filters["drawing"] = _drawing
    environment.filters["badge"] = _badge
    environment.filters["trusted"] = Markup
    environment.filters["whole"] = _whole
    return environment


def _shown(value: object) -> object:
    """Text as it can be shown; what is markup already stays as it is."""
    return legible(value) if type(value) is str else value


def _whole(text: str, column: Column) -> Markup | str:
    """A number with its interval: what stands in brackets stays in one line."""
    from markupsafe import Markup, escape

    before, bracket, rest = text.partition("(")
    if column.kind not in NUMERIC or not rest.endswith(")"):
        return legible(text)
    shown = escape(legible(f"{bracket}{rest}"))
    return escape(legible(before)) + Markup('<span class="whole">') + shown + Markup("</span>")


def _drawing(figure: Figure) -> Markup:
    from markupsafe import Markup

    return Markup(inline_svg(figure.svg, figure.targets))  # noqa: S704 - checked there


def _badge(badge: Badge) -> Markup:
    from markupsafe import Markup

    return Markup(inline_svg(badge.svg))  # noqa: S704 - checked there


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _numbers(cell: TableCell) -> str:
    """The numbers of a cell at full precision, for sorting and for files; empty without any."""
    value = cell.value
    if value is None or isinstance(value, str):
        return ""
    parts = value if isinstance(value, tuple) else (value,)
    return " ".join("-" if part is None else repr(part) for part in parts)


def _choices(table: Table, index: int) -> bool:
    """Whether rows may be chosen by a column, and there is a choice."""
    if not (table.filterable and table.columns[index].choice):
        return False
    found = {row.cells[index].text for row in table.rows}
    return _FEWEST_CHOICES <= len(found) <= _MOST_CHOICES


def _where(sentence: Sentence) -> str:
    """Cells of a sentence, in full if they are few."""
    short = cell_range(sentence.sources)
    return short if len(sentence.sources) <= 2 else f"{len(sentence.sources)} cells"


def _source(cell: TableCell) -> str:
    """Cells that the value comes from, unless that is what the cell says already."""
    return cells_in_short(cell.sources) if cell_range(cell.sources) != cell.text else ""


def _hint(cell: TableCell) -> str:
    """What a pointer over the cell shows where scripts are off."""
    shown = [cell.note] if cell.note else []
    if source := _source(cell):
        shown.append(f"From {source}")
    return ". ".join(shown)
