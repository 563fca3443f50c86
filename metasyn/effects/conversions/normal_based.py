"""Mean and SD from median, quartiles, range and n, for samples from a normal distribution."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import Floats, normal_quantile, plain
from metasyn.effects.conversions.five_numbers import FiveNumbers, MeanSD, five_numbers

__all__ = ["bland_2015", "hozo_2005", "luo_2018", "shi_2020", "walter_yao_2007", "wan_2014"]

NAN = np.nan


def hozo_2005(
    n: npt.ArrayLike, median: npt.ArrayLike, minimum: npt.ArrayLike, maximum: npt.ArrayLike
) -> MeanSD:
    """Mean and SD from median and range, by simple rules; for re-doing older reviews.

    The mean is (a + 2m + b)/4 up to n = 25 and the median beyond; the SD comes from an inequality
    up to n = 15, is range/4 up to n = 70 and range/6 beyond. Wan 2014 shows that the SD is biased
    at almost every n: prefer :func:`luo_2018` and :func:`wan_2014`.

    Parameters
    ----------
    n, median, minimum, maximum
        Sample size and summary, scalars or arrays.

    Raises
    ------
    DataError
        If the numbers are not in order or n < 2.

    Notes
    -----
    Source: Hozo, Djulbegovic & Hozo 2005, BMC Med Res Methodol 5:13, with the limits 25, 15 and
    70 of its abstract.

    Examples
    --------
    >>> hozo_2005(n=20, median=15, minimum=0, maximum=50).mean
    20.0
    """
    s = five_numbers(n, median, minimum=minimum, maximum=maximum)
    spread = s.maximum - s.minimum
    small = (s.minimum + 2 * s.median + s.maximum) / 4
    mean = np.select([s.n <= 25, s.n > 25], [small, s.median], NAN)
    lean = (s.minimum - 2 * s.median + s.maximum) / 2
    inequality = np.sqrt((lean**2 + spread**2) / 12)
    sd = np.select([s.n <= 15, s.n <= 70, s.n > 70], [inequality, spread / 4, spread / 6], NAN)
    return MeanSD(plain(mean), plain(sd))


def walter_yao_2007(n: npt.ArrayLike, minimum: npt.ArrayLike, maximum: npt.ArrayLike) -> Floats:
    """SD as the range divided by the expected range of n standard normal values.

    Parameters
    ----------
    n, minimum, maximum
        Sample size and range, scalars or arrays.

    Raises
    ------
    DataError
        If the numbers are not in order or n < 2.

    Notes
    -----
    Source: Walter & Yao 2007, J Clin Epidemiol 60:849-852; the divisor, tabulated there (Table 1),
    is integrated here: E(range) = integral of 1 - F^n - (1 - F)^n (Tippett 1925).

    Examples
    --------
    >>> round(walter_yao_2007(n=10, minimum=0, maximum=3.0775), 4)
    1.0
    """
    s = five_numbers(n, minimum=minimum, maximum=maximum)
    sizes, position = np.unique(s.n, return_inverse=True)
    expected = _expected_range(sizes)[position].reshape(s.n.shape)
    return plain((s.maximum - s.minimum) / expected)


def _expected_range(sizes: FloatArray) -> FloatArray:
    """Expected range of n standard normal values, one a size."""
    from scipy.special import log_ndtr

    x, weight = _half_line()
    below = np.exp(sizes[:, None] * log_ndtr(x))
    above = np.exp(sizes[:, None] * log_ndtr(-x))
    return np.asarray(2 * (1 - below - above) @ weight)


@cache
def _half_line() -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes from 0 to 12, beyond which samples of 10^30 have no value."""
    x, weight = np.polynomial.legendre.leggauss(600)
    return 6 * (x + 1), 6 * weight


def bland_2015(
    median: npt.ArrayLike,
    q1: npt.ArrayLike,
    q3: npt.ArrayLike,
    minimum: npt.ArrayLike,
    maximum: npt.ArrayLike,
) -> MeanSD:
    """Mean and SD from all five numbers, whatever n: those of the four intervals' midpoints.

    The SD ignores the sample size and therefore drifts with it (Wan 2014): prefer
    :func:`shi_2020`.

    Parameters
    ----------
    median, q1, q3, minimum, maximum
        The summary, scalars or arrays.

    Raises
    ------
    DataError
        If the numbers are not in order.

    Notes
    -----
    Source: Bland 2015, Int J Stat Med Res 4:57-64: mean (a + 2 q1 + 2 m + 2 q3 + b)/8 and the
    averaged bounds of the sum of squares, which together are mean and SD of the midpoints.

    Examples
    --------
    >>> bland_2015(median=6, q1=4, q3=10, minimum=2, maximum=14).mean
    7.0
    """
    s = five_numbers(2, median, q1, q3, minimum, maximum)
    ends = np.stack([s.minimum, s.q1, s.median, s.q3, s.maximum])
    middles = (ends[1:] + ends[:-1]) / 2
    return MeanSD(plain(middles.mean(axis=0)), plain(middles.std(axis=0)))


def wan_2014(
    n: npt.ArrayLike,
    median: npt.ArrayLike,
    q1: npt.ArrayLike = NAN,
    q3: npt.ArrayLike = NAN,
    minimum: npt.ArrayLike = NAN,
    maximum: npt.ArrayLike = NAN,
) -> MeanSD:
    """Mean and SD from the median and quartiles, range, or both (scenarios C3, C1, C2).

    Parameters
    ----------
    n, median, q1, q3, minimum, maximum
        Sample size and summary, scalars or arrays; NaN what is not reported. The SD needs no
        median.

    Returns
    -------
    MeanSD
        NaN where neither quartiles nor range are given.

    Raises
    ------
    DataError
        If the numbers are not in order or n < 2.

    Notes
    -----
    Source: Wan, Wang, Liu & Tong 2014, BMC Med Res Methodol 14:135; the SDs are equations 9
    (C1), 13 (C2) and 16 (C3).

    Examples
    --------
    >>> round(wan_2014(n=100, median=15, q1=10, q3=22).sd, 4)
    9.0265
    """
    s = five_numbers(n, median, q1, q3, minimum, maximum)
    of_range, of_quartiles = _spreads(s)
    outer, inner = s.minimum + s.maximum, s.q1 + s.q3
    mean = s.choose(
        (outer + 2 * s.median) / 4, (inner + s.median) / 3, (outer + 2 * inner + 2 * s.median) / 8
    )
    sd = s.choose(of_range, of_quartiles, (of_range + of_quartiles) / 2)
    return MeanSD(plain(mean), plain(sd))


def luo_2018(
    n: npt.ArrayLike,
    median: npt.ArrayLike,
    q1: npt.ArrayLike = NAN,
    q3: npt.ArrayLike = NAN,
    minimum: npt.ArrayLike = NAN,
    maximum: npt.ArrayLike = NAN,
) -> Floats:
    """Mean as the best weighted average of mid-range, mid-quartile range and median.

    Parameters
    ----------
    n, median, q1, q3, minimum, maximum
        Sample size and summary, scalars or arrays; NaN what is not reported.

    Returns
    -------
    float or ndarray
        NaN where neither quartiles nor range are given.

    Raises
    ------
    DataError
        If the numbers are not in order or n < 2.

    Notes
    -----
    Source: Luo, Wan, Liu & Tong 2018, Stat Methods Med Res 27:1785-1805 (online 2016), equations
    7 (range), 11 (quartiles) and 15 (all five).

    Examples
    --------
    >>> luo_2018(n=100, median=15, q1=10, q3=22)
    15.7039
    """
    s = five_numbers(n, median, q1, q3, minimum, maximum)
    outer, inner = (s.minimum + s.maximum) / 2, (s.q1 + s.q3) / 2
    w_range = 4 / (4 + s.n**0.75)
    w_quartiles = 0.7 + 0.39 / s.n
    w_outer, w_inner = 2.2 / (2.2 + s.n**0.75), 0.7 - 0.72 / s.n**0.55
    mean = s.choose(
        w_range * outer + (1 - w_range) * s.median,
        w_quartiles * inner + (1 - w_quartiles) * s.median,
        w_outer * outer + w_inner * inner + (1 - w_outer - w_inner) * s.median,
    )
    return plain(mean)


def shi_2020(
    n: npt.ArrayLike,
    q1: npt.ArrayLike,
    q3: npt.ArrayLike,
    minimum: npt.ArrayLike,
    maximum: npt.ArrayLike,
) -> Floats:
    """SD as the best weighted average of the two that range and quartiles give.

    Parameters
    ----------
    n, q1, q3, minimum, maximum
        Sample size and summary, scalars or arrays.

    Raises
    ------
    DataError
        If the numbers are not in order or n < 2.

    Notes
    -----
    Source: Shi, Luo, Weng, Zeng, Lin, Chu & Tong 2020, Res Synth Methods 11:641-654, equation 10.

    Examples
    --------
    >>> round(shi_2020(n=20, q1=4, q3=10, minimum=2, maximum=14), 4)
    3.6794
    """
    s = five_numbers(n, q1=q1, q3=q3, minimum=minimum, maximum=maximum)
    of_range, of_quartiles = _spreads(s)
    weight = 1 / (1 + 0.07 * s.n**0.6)
    return plain(weight * of_range + (1 - weight) * of_quartiles)


def _spreads(s: FiveNumbers) -> tuple[FloatArray, FloatArray]:
    """SD from the range and SD from the quartiles, by Blom's expected order statistics."""
    xi = 2 * normal_quantile((s.n - 0.375) / (s.n + 0.25))
    eta = 2 * normal_quantile((0.75 * s.n - 0.125) / (s.n + 0.25))
    return (s.maximum - s.minimum) / xi, (s.q3 - s.q1) / eta
