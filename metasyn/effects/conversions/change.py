"""Changes from baseline: their SD and the correlation behind it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from metasyn.effects.conversions.arguments import Floats, numbers, plain, refuse

__all__ = ["correlation_from_sds", "sd_of_change"]


def sd_of_change(
    sd_baseline: npt.ArrayLike, sd_final: npt.ArrayLike, correlation: npt.ArrayLike
) -> Floats:
    """SD of the changes from the SDs before and after and the correlation between them.

    Parameters
    ----------
    sd_baseline, sd_final
        SDs of the same patients before and after.
    correlation
        Between both measurements; where it is borrowed, vary it in a sensitivity analysis.

    Raises
    ------
    DataError
        If an SD is negative or the correlation outside -1..1.

    Notes
    -----
    Source: Cochrane Handbook, version 6, section 6.5.2.8 (version 5.1, section 16.1.3.2).

    Examples
    --------
    >>> round(sd_of_change(2.38, 2.21, correlation=0.68), 3)
    1.843
    """
    first, last, r = numbers({"sd_baseline": sd_baseline, "sd_final": sd_final, "r": correlation})
    refuse((first < 0) | (last < 0), "an SD cannot be negative", {})
    refuse(np.abs(r) > 1, "correlation is {r:g}; it lies between -1 and 1", {"r": r})
    return plain(np.sqrt((first - last) ** 2 + 2 * (1 - r) * first * last))


def correlation_from_sds(
    sd_baseline: npt.ArrayLike, sd_final: npt.ArrayLike, sd_change: npt.ArrayLike
) -> Floats:
    """Correlation of measurements before and after, from a study that prints three SDs.

    Parameters
    ----------
    sd_baseline, sd_final, sd_change
        SDs of the same patients before, after, and of the changes.

    Raises
    ------
    DataError
        If an SD is not positive (that of the changes may be 0), or the three cannot belong
        together: rounding, or different patients.

    Notes
    -----
    Source: Cochrane Handbook, version 6, section 6.5.2.8 (version 5.1, section 16.1.3.2).

    Examples
    --------
    >>> round(correlation_from_sds(6.4, 7.1, 4.5), 2)
    0.78
    """
    names = ("sd_baseline", "sd_final", "sd_change")
    values = dict(zip(names, (sd_baseline, sd_final, sd_change), strict=True))
    first, last, change = numbers(values)
    refuse((first <= 0) | (last <= 0) | (change < 0), "an SD must be positive", {})
    r = (first**2 + last**2 - change**2) / (2 * first * last)
    given = dict(zip(names, (first, last, change), strict=True))
    refuse(
        np.abs(r) > 1 + 1e-12,
        "SDs of {sd_baseline:g}, {sd_final:g} and {sd_change:g} do not go together",
        given,
    )
    return plain(np.clip(r, -1, 1))
