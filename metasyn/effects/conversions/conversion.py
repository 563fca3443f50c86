"""What the table of conversions says of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, signature

__all__ = ["Conversion"]


@dataclass(frozen=True, slots=True)
class Conversion:
    """One conversion.

    Parameters
    ----------
    name
        Short name.
    gives
        What comes out.
    assumes
        One sentence for the report.
    source
        Author, year.
    function
        What computes it.
    """

    name: str
    gives: str
    assumes: str
    source: str
    function: Callable[..., object]

    @property
    def needs(self) -> tuple[str, ...]:
        """Arguments that cannot be left out."""
        known = signature(self.function).parameters.values()
        return tuple(one.name for one in known if one.default is Parameter.empty)
