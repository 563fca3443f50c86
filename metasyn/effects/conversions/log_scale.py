"""Mean and SD on the raw and on the log scale."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from metasyn.effects.conversions.arguments import numbers, plain, refuse
from metasyn.effects.conversions.five_numbers import MeanSD

__all__ = ["log_from_raw", "raw_from_log"]


def log_from_raw(mean: npt.ArrayLike, sd: npt.ArrayLike) -> MeanSD:
    """Mean and SD of log-transformed data from those of the raw data, if they are log-normal.

    Parameters
    ----------
    mean, sd
        Of the raw data.

    Raises
    ------
    DataError
        If the mean is not positive or the SD negative.

    Notes
    -----
    SD^2 = log(1 + s^2/m^2), mean = log(m) - SD^2/2. The standard error SD/sqrt(n) of such a mean
    is an approximation. Source: Higgins, White & Anzures-Cabrera 2008, Stat Med 27:6072-6092,
    method 1.

    Examples
    --------
    >>> result = log_from_raw(mean=10, sd=5)
    >>> round(result.mean, 4), round(result.sd, 4)
    (2.191, 0.4724)
    """
    centre, spread = numbers({"mean": mean, "sd": sd})
    refuse(centre <= 0, "mean is {m:g}; log-normal data have a positive mean", {"m": centre})
    refuse(spread < 0, "sd is {s:g}; it cannot be negative", {"s": spread})
    variance = np.log1p((spread / centre) ** 2)
    return MeanSD(plain(np.log(centre) - variance / 2), plain(np.sqrt(variance)))


def raw_from_log(mean: npt.ArrayLike, sd: npt.ArrayLike) -> MeanSD:
    """Mean and SD of the raw data from those of their logs, if they are log-normal.

    Parameters
    ----------
    mean, sd
        Of the natural logs; the log of a geometric mean is such a mean.

    Raises
    ------
    DataError
        If the SD is negative, or the raw mean is beyond all numbers.

    Notes
    -----
    mean = exp(m + s^2/2), SD = mean sqrt(exp(s^2) - 1). Source: Higgins, White & Anzures-Cabrera
    2008, Stat Med 27:6072-6092, method 1.

    Examples
    --------
    >>> result = raw_from_log(mean=2.191012, sd=0.472381)
    >>> round(result.mean, 4), round(result.sd, 4)
    (10.0, 5.0)
    """
    centre, spread = numbers({"mean": mean, "sd": sd})
    refuse(spread < 0, "sd is {s:g}; it cannot be negative", {"s": spread})
    given = {"m": centre, "s": spread}
    refuse(
        centre + spread**2 > 700, "a log mean of {m:g} with SD {s:g} is beyond all numbers", given
    )
    raw = np.exp(centre + spread**2 / 2)
    return MeanSD(plain(raw), plain(raw * np.sqrt(np.expm1(spread**2))))
