"""Mean and SD by the Box-Cox method."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from metasyn.effects.conversions.each import Fitted, Summary, fit_each
from metasyn.effects.conversions.five_numbers import MeanSD, five_numbers
from metasyn.effects.conversions.power_normal import (
    back_transformed,
    describe,
    normal_weights,
    positive,
    search,
    transformed,
)

__all__ = ["box_cox_2020"]

_LARGEST_POWER = 3.0


def box_cox_2020(
    n: npt.ArrayLike,
    median: npt.ArrayLike,
    q1: npt.ArrayLike = np.nan,
    q3: npt.ArrayLike = np.nan,
    minimum: npt.ArrayLike = np.nan,
    maximum: npt.ArrayLike = np.nan,
) -> MeanSD:
    """Mean and SD by the Box-Cox method (BC), for positive data that may be skewed.

    The power from 0 (the log) to 3 that makes the summary most symmetric is found; mean and SD of
    the transformed data come from :func:`luo_2018` and :func:`wan_2014`; they are taken back by
    integration over the normal distribution, cut at 0 on the scale of the data and symmetrically
    above.

    Parameters
    ----------
    n, median, q1, q3, minimum, maximum
        Sample size and summary, scalars or arrays; NaN what is not reported.

    Returns
    -------
    MeanSD
        ``detail`` gives the power of every element and its convergence; NaN where the summary is
        incomplete.

    Raises
    ------
    DataError
        If the numbers are not in order, n < 3, a number is not positive, or the median equals its
        neighbour.

    Notes
    -----
    Source: McGrath, Zhao, Steele, Thombs & Benedetti 2020, Stat Methods Med Res 29:2520-2537;
    they simulate where this integrates, so that their results scatter around these.

    Examples
    --------
    >>> result = box_cox_2020(n=100, median=4, minimum=2, maximum=9)
    >>> round(result.mean, 4), round(result.sd, 4), result.detail
    (4.2131, 1.2974, ('power 0, converged',))
    """
    s = positive(five_numbers(n, median, q1, q3, minimum, maximum), "the Box-Cox method")
    return fit_each(s, _fit)


def _fit(summary: Summary) -> Fitted:
    middle = len(summary.values) // 2
    unit = float(summary.values[middle])
    scaled = summary.values / unit

    def asymmetry(power: float) -> float:
        t = transformed(scaled, power)
        upper, lower = t[middle + 1 :] - t[middle], t[middle] - t[:middle][::-1]
        return float(np.sum((upper / lower - 1) ** 2))

    power, found = search(asymmetry, _LARGEST_POWER)
    t = transformed(scaled, power)
    for_mean, for_sd = normal_weights(summary)
    mean, sd, integrated = back_transformed(float(for_mean @ t), float(for_sd @ t), power)
    converged = found and integrated
    detail = describe(power, _LARGEST_POWER, converged=converged)
    return Fitted(unit * mean, unit * sd, detail, converged)
