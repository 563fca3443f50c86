"""The test that tells from a five-number summary whether the data are clearly skewed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metasyn.effects.conversions.arguments import BoolArray, Floats, plain
from metasyn.effects.conversions.five_numbers import five_numbers

__all__ = ["Skewness", "skewness_2023"]


@dataclass(frozen=True, eq=False)
class Skewness:
    """A test of symmetry at the 5% level.

    Parameters
    ----------
    statistic, critical
        Test statistic and critical value; NaN where the test cannot be made (n < 5, no spread,
        or numbers missing).
    skewed
        Whether the statistic reaches the critical value.
    """

    statistic: Floats
    critical: Floats
    skewed: bool | BoolArray

    @property
    def tested(self) -> bool | BoolArray:
        """Whether the test could be made."""
        made = ~np.isnan(np.asarray(self.statistic))
        return bool(made) if made.ndim == 0 else made


def skewness_2023(
    n: npt.ArrayLike,
    median: npt.ArrayLike,
    q1: npt.ArrayLike = np.nan,
    q3: npt.ArrayLike = np.nan,
    minimum: npt.ArrayLike = np.nan,
    maximum: npt.ArrayLike = np.nan,
) -> Skewness:
    """Test of skewness from the median and quartiles, range, or both.

    Parameters
    ----------
    n, median, q1, q3, minimum, maximum
        Sample size and summary, scalars or arrays; NaN what is not reported.

    Raises
    ------
    DataError
        If the numbers are not in order or n < 2.

    Notes
    -----
    The null hypothesis is a normal sample. The distance of the median from the middle, relative
    to the spread, is compared with a fitted 95% quantile: 1/ln(n + 9) + 2.5/(n + 1) for the range,
    2.65/sqrt(n) - 6/n^2 for the quartiles; for all five, the larger of the quartiles' statistic
    and 2.65 ln(0.6 n)/sqrt(n) times the range's, with 3/sqrt(n) - 40/n^3. Source: Shi, Luo, Wan,
    Liu, Liu, Bian & Tong 2023, Stat Methods Med Res, doi:10.1177/09622802231172043 (the preprint
    arXiv:2010.05749 has slightly other constants).

    Examples
    --------
    >>> skewness_2023(n=20, median=6, q1=4, q3=14, minimum=2, maximum=20).skewed
    True
    """
    s = five_numbers(n, median, q1, q3, minimum, maximum)
    size = np.where(s.n >= 5, s.n, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        outer = np.abs(s.minimum + s.maximum - 2 * s.median) / (s.maximum - s.minimum)
        inner = np.abs(s.q1 + s.q3 - 2 * s.median) / (s.q3 - s.q1)
    root = np.sqrt(size)
    both = np.maximum(2.65 * np.log(0.6 * size) / root * outer, inner)
    statistic = np.where(np.isnan(size), np.nan, s.choose(outer, inner, both))
    critical = s.choose(
        1 / np.log(size + 9) + 2.5 / (size + 1),
        2.65 / root - 6 / size**2,
        3 / root - 40 / size**3,
    )
    skewed = statistic >= critical
    return Skewness(plain(statistic), plain(critical), bool(skewed) if skewed.ndim == 0 else skewed)
