"""Help pages in which a switch shows no type and paragraphs flow."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup, TyperOption

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PlainCommand", "PlainGroup", "flowing"]


def flowing(docstring: str | None) -> str:
    r"""The paragraphs of a docstring, each on one line, for a terminal of any width.

    Examples
    --------
    >>> flowing("First.\n\n    Second,\n    and on.\n    ")
    'First.\n\nSecond, and on.'
    """
    paragraphs = inspect.cleandoc(docstring or "").split("\n\n")
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)


def _without_types(params: Iterable[Any]) -> None:
    """A switch takes no value, so that ``<bool>`` after its name would mislead."""
    for param in params:
        if isinstance(param, TyperOption) and param.is_flag and param.metavar is None:
            param.metavar = ""


class PlainCommand(TyperCommand):
    """A verb."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Parameters, the one for help included."""
        params: list[Any] = list(super().get_params(ctx))
        _without_types(params)
        return params


class PlainGroup(TyperGroup):
    """All verbs."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Parameters, the one for help included."""
        params: list[Any] = list(super().get_params(ctx))
        _without_types(params)
        return params
