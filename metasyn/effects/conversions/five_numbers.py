"""The five-number summary: what reports of skewed outcomes print instead of mean and SD."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import BoolArray, Floats, numbers, refuse
from metasyn.errors import Note

__all__ = ["FiveNumbers", "MeanSD", "five_numbers"]

_ORDER = ("minimum", "q1", "median", "q3", "maximum")


@dataclass(frozen=True, eq=False)
class MeanSD:
    """Mean and standard deviation, reported or estimated.

    Parameters
    ----------
    mean, sd
        Floats, or arrays of one shape.
    detail
        One text an element where a distribution was fitted: which, how, and whether it converged.
    notes
        What a reader has to know.
    """

    mean: Floats
    sd: Floats
    detail: tuple[str, ...] = ()
    notes: tuple[Note, ...] = field(default=())


@dataclass(frozen=True, eq=False)
class FiveNumbers:
    """Checked five-number summaries; NaN stands for what is not reported.

    Wan 2014 calls ``range`` C1, ``five`` C2 and ``quartiles`` C3; Luo 2018 calls them S1, S3, S2.
    """

    n: FloatArray
    median: FloatArray
    q1: FloatArray
    q3: FloatArray
    minimum: FloatArray
    maximum: FloatArray

    @property
    def has_range(self) -> BoolArray:
        """Where minimum and maximum are known."""
        return ~(np.isnan(self.minimum) | np.isnan(self.maximum))

    @property
    def has_quartiles(self) -> BoolArray:
        """Where both quartiles are known."""
        return ~(np.isnan(self.q1) | np.isnan(self.q3))

    @property
    def five(self) -> BoolArray:
        """Where quartiles and range are known."""
        return self.has_range & self.has_quartiles

    def choose(
        self, of_range: npt.ArrayLike, of_quartiles: npt.ArrayLike, of_five: npt.ArrayLike
    ) -> FloatArray:
        """The value for what each element reports; NaN where it reports neither pair."""
        cases = [self.five, self.has_quartiles, self.has_range]
        return np.asarray(np.select(cases, [of_five, of_quartiles, of_range], np.nan))


def five_numbers(
    n: npt.ArrayLike,
    median: npt.ArrayLike = np.nan,
    q1: npt.ArrayLike = np.nan,
    q3: npt.ArrayLike = np.nan,
    minimum: npt.ArrayLike = np.nan,
    maximum: npt.ArrayLike = np.nan,
) -> FiveNumbers:
    """Check a five-number summary.

    Raises
    ------
    DataError
        If the numbers are not in order, or a sample is smaller than 2.

    Examples
    --------
    >>> five_numbers(20, median=6, q1=8, q3=10)
    Traceback (most recent call last):
    metasyn.errors.DataError: q1 (8) exceeds median (6).
    """
    given = {
        "n": n, "median": median, "q1": q1, "q3": q3, "minimum": minimum, "maximum": maximum,
    }  # fmt: skip
    values = dict(zip(given, numbers(given), strict=True))
    refuse(values["n"] < 2, "n is {n:g}; a spread needs at least 2", values)
    for i, low in enumerate(_ORDER):
        for high in _ORDER[i + 1 :]:
            problem = f"{low} ({{{low}:g}}) exceeds {high} ({{{high}:g}})"
            refuse(values[low] > values[high], problem, values)
    return FiveNumbers(**values)
