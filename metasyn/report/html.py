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
    Document,
    Figure,
    Sentence,
    TableCell,
    Value,
)
from metasyn.report.drawing import inline_svg
from metasyn.report.lines import cell_range, cells_in_short

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["to_html"]

_FILES = (("Results as a spreadsheet", "results.xlsx"), ("Results as JSON", "results.json"))


def to_html(document: Document) -> str:
    """Render the page.

    Raises
    ------
    OutputError
        If a drawing must not stand in a page.
    """
    script, style = _asset("report.js"), _asset("report.css")
    numbers = {key: i for i, key in enumerate(document.citations(), start=1)}
    return (
        _environment()
        .get_template("report.html")
        .render(
            document=document,
            numbers=numbers,
            script=script,
            style=style,
            policy=_policy(script),
            downloads=_FILES,
        )
    )


def _policy(script: str) -> str:
    """Content security policy: nothing is loaded, and only this one script runs.

    Drawings bring the letters that they need along as a font inside the page.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; "
        f"script-src 'sha256-{digest}'"
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
    )
    environment.filters["kind"] = _kind
    environment.filters["sort_key"] = _sort_key
    environment.filters["where"] = _where
    environment.filters["cells"] = cells_in_short
    environment.filters["hint"] = _hint
    environment.filters["drawing"] = _drawing
    environment.filters["badge"] = _badge
    environment.filters["trusted"] = Markup
    return environment


def _drawing(figure: Figure) -> Markup:
    from markupsafe import Markup

    return Markup(inline_svg(figure.svg, figure.targets))  # noqa: S704 - checked there


def _badge(badge: Badge) -> Markup:
    from markupsafe import Markup

    return Markup(inline_svg(badge.svg))  # noqa: S704 - checked there


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _sort_key(cell: TableCell) -> str:
    value: Value = cell.value
    if isinstance(value, tuple):
        value = value[0] if value else None
    if isinstance(value, str):
        return ""
    return "" if value is None else repr(value)


def _where(sentence: Sentence) -> str:
    """Cells of a sentence, in full if they are few."""
    short = cell_range(sentence.sources)
    return short if len(sentence.sources) <= 2 else f"{len(sentence.sources)} cells"


def _hint(cell: TableCell) -> str:
    """What a pointer over the cell shows."""
    shown = [cell.note] if cell.note else []
    if cell.sources and cell_range(cell.sources) != cell.text:
        shown.append(f"From {cells_in_short(cell.sources)}")
    return ". ".join(shown)
