"""What a rule makes of a row, and how the caller wants it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures import measure_of
from metasyn.errors import DataError, SpecError

__all__ = ["Choices", "Prepared", "Skewed", "on_analysis_scale"]

Skewed = Literal["mln", "qe", "bc", "normal"]


@dataclass(frozen=True, slots=True)
class Choices:
    """How the ledger converts.

    Parameters
    ----------
    skewed
        Method for medians of clearly skewed data.
    level
        Coverage of printed intervals.
    approximate
        Whether odds ratios and standardised mean differences may stand for each other.
    """

    skewed: Skewed = "mln"
    level: float = 0.95
    approximate: bool = False

    def __post_init__(self) -> None:
        if self.skewed not in get_args(Skewed):
            names = ", ".join(get_args(Skewed))
            raise SpecError(f"skewed is {self.skewed!r}; it must be one of {names}.")
        if not 0 < self.level < 1:
            raise SpecError(f"level is {self.level!r}; it must lie strictly between 0 and 1.")


class Prepared(NamedTuple):
    """Arguments of :func:`metasyn.effect_sizes` for one row, and how they came about.

    Parameters
    ----------
    rule
        Name of the rule.
    inputs
        metafor's argument names to numbers.
    sentence
        What was done and assumed.
    flags
        Codes of notes that the row belongs to.
    """

    rule: str
    inputs: Mapping[str, float]
    sentence: str
    flags: tuple[str, ...] = ()


def on_analysis_scale(measure: str, name: str, values: npt.ArrayLike) -> FloatArray:
    """Printed values on the scale that is pooled: log for ratios, logit for proportions.

    Raises
    ------
    DataError
        If a value is impossible on its scale.
    SpecError
        If the measure is not displayed by a log, a logit or as it is.
    """
    printed = np.asarray(values, dtype=np.float64)
    scale = measure_of(measure).back.name
    if scale == "identity":
        return printed
    if scale == "exp":
        if (printed <= 0).any():
            raise DataError(f"{name} is {printed.min():g}; a ratio must be positive.")
        return np.log(printed)
    if scale == "logistic":
        if (printed <= 0).any() or (printed >= 1).any():
            raise DataError(f"{name} reaches 0 or 1, where a proportion has no logit.")
        return np.log(printed) - np.log1p(-printed)
    raise SpecError(f"{measure} is shown on the scale '{scale}', which no report prints.")
