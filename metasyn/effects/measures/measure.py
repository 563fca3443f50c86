"""What a measure is: a row of the table that drives computation, display and documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.scale import Transform

__all__ = ["GIVEN_FORMS", "Check", "Estimates", "Family", "Inputs", "Measure", "ZeroCells"]

Inputs: TypeAlias = dict[str, FloatArray]
"""Argument name to its values, all of one shape."""

Estimates: TypeAlias = tuple[FloatArray, FloatArray]
"""Estimates and sampling variances, ``(yi, vi)``."""

GIVEN_FORMS = (("yi", "vi"), ("yi", "sei"), ("yi", "ci_low", "ci_high"))
"""Sets of arguments that any measure takes: estimates, with what tells their variance."""


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that every row has to meet.

    Parameters
    ----------
    names
        Arguments that it looks at; a check of arguments that are not there is passed.
    broken
        Takes their values, gives True where a row breaks the condition; NaN never does.
    message
        What is wrong (``"must not be negative"``).
    """

    names: tuple[str, ...]
    broken: Callable[..., np.ndarray]
    message: str


@dataclass(frozen=True, slots=True)
class ZeroCells:
    """Where a constant is added to zero counts.

    Parameters
    ----------
    cells
        Counts that are tested for zero and added to.
    uninformative
        True for rows without events, or with nothing else, in both arms; None for one arm.
    """

    cells: tuple[str, ...]
    uninformative: Callable[[Inputs], np.ndarray] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Measures that share their data.

    Parameters
    ----------
    name, label
        For programs and for people.
    prepare
        Fills the arguments that the functions take from the alternatives that were given.
    size
        Sample size (or person-time) of every row.
    checks
        Conditions on the filled arguments.
    zero
        Rule of zero counts; None where nothing is added.
    """

    name: str
    label: str
    prepare: Callable[[Inputs], Inputs]
    size: Callable[[Inputs], FloatArray]
    checks: tuple[Check, ...] = ()
    zero: ZeroCells | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An effect size: what it needs, how it is computed, how it is shown.

    Parameters
    ----------
    code
        metafor's code.
    label
        On the analysis scale (``"Log risk ratio"``).
    display
        On the display scale (``"Risk ratio"``).
    family
        Measures that share their data.
    needs
        Sets of arguments, any one of which suffices.
    takes
        Arguments of ``function``, in order, out of what the family prepares.
    function
        Returns (yi, vi); takes ``vtype`` where ``vtypes`` is not empty, ``correct`` where
        ``corrects``. None for codes that only label given estimates.
    back
        From the analysis scale to the display scale.
    null
        No effect, on the analysis scale; None where the measure has no such value.
    source
        Where the formula stands.
    vtypes
        Known kinds of sampling variance, the default first.
    corrects
        Whether a bias correction can be switched off.
    add
        Constant that is added to zero counts unless the caller says otherwise.
    """

    code: str
    label: str
    display: str
    family: Family
    needs: tuple[tuple[str, ...], ...]
    takes: tuple[str, ...]
    function: Callable[..., Estimates] | None
    back: Transform
    null: float | None
    source: str
    vtypes: tuple[str, ...] = ()
    corrects: bool = False
    add: float = 0.5

    @property
    def axis(self) -> Literal["log", "linear"]:
        """Axis on which the displayed values are spaced evenly."""
        return "log" if self.back.name == "exp" else "linear"

    @property
    def display_null(self) -> float | None:
        """No effect on the display scale (1 for ratios)."""
        return None if self.null is None else float(self.back.apply(self.null))

    @property
    def accepts(self) -> tuple[str, ...]:
        """Every data argument that the measure can use."""
        return tuple(dict.fromkeys(name for form in self.needs for name in form))

    @property
    def forms(self) -> tuple[tuple[str, ...], ...]:
        """Every set of arguments that suffices, estimates that are given included."""
        return (*self.needs, *GIVEN_FORMS)

    def to_json(self) -> dict[str, object]:
        """Plain values for programs and documentation."""
        return {
            "code": self.code,
            "label": self.label,
            "display": self.display,
            "family": self.family.label,
            "needs": [list(form) for form in self.forms],
            "back": self.back.name,
            "axis": self.axis,
            "null": self.null,
            "add": self.add if self.family.zero else None,
            "vtypes": list(self.vtypes),
            "corrects": self.corrects,
            "source": self.source,
        }


Measures: TypeAlias = Mapping[str, Measure]
