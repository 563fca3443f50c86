"""Change within a group, or difference of matched groups, in a quantity."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import correlation, not_negative, positive
from metasyn.effects.measures.from_tests import first_known, t_statistic
from metasyn.effects.measures.measure import Estimates, Family, Inputs, Measure
from metasyn.effects.measures.scale import EXP, IDENTITY

__all__ = [
    "FAMILY",
    "MEASURES",
    "SIX",
    "change_variance",
    "log_cv_ratio_of_change",
    "log_ratio_of_means_of_change",
    "log_sd_ratio_of_change",
    "mean_change",
]

Values = FloatArray


def change_variance(sd1i: Values, sd2i: Values, ri: Values) -> Values:
    """Variance of a difference of two correlated measurements."""
    return sd1i**2 + sd2i**2 - 2 * ri * sd1i * sd2i


def mean_change(
    m1i: Values, m2i: Values, sd1i: Values, sd2i: Values, ri: Values, ni: Values
) -> Estimates:
    """Difference of two correlated means."""
    return m1i - m2i, change_variance(sd1i, sd2i, ri) / ni


def log_ratio_of_means_of_change(
    m1i: Values, m2i: Values, sd1i: Values, sd2i: Values, ri: Values, ni: Values
) -> Estimates:
    """Log of the ratio of two correlated means (Lajeunesse 2011, equation 6)."""
    cv1, cv2 = sd1i / m1i, sd2i / m2i
    return np.log(m1i / m2i), change_variance(cv1, cv2, ri) / ni


def log_sd_ratio_of_change(sd1i: Values, sd2i: Values, ri: Values, ni: Values) -> Estimates:
    """Log of the ratio of two correlated standard deviations."""
    return np.log(sd1i / sd2i), (1 - ri**2) / (ni - 1)


def log_cv_ratio_of_change(
    m1i: Values, m2i: Values, sd1i: Values, sd2i: Values, ri: Values, ni: Values
) -> Estimates:
    """Log of the ratio of two correlated coefficients of variation."""
    of_means, mean_variance = log_ratio_of_means_of_change(m1i, m2i, sd1i, sd2i, ri, ni)
    of_sds, sd_variance = log_sd_ratio_of_change(sd1i, sd2i, ri, ni)
    return of_sds - of_means, sd_variance + mean_variance


def prepare(given: Inputs) -> Inputs:
    """Fill the change in standard deviations of the changes: as given, from t, p, or means."""
    ni = given["ni"]
    from_t = t_statistic(given, ni - 1) / np.sqrt(ni)
    from_means = None
    if all(name in given for name in SIX):
        variance = change_variance(given["sd1i"], given["sd2i"], given["ri"])
        from_means = (given["m1i"] - given["m2i"]) / np.sqrt(variance)
    return given | {"d": first_known(given.get("di"), from_t, from_means)}


SIX = ("m1i", "m2i", "sd1i", "sd2i", "ri", "ni")
_SPREAD = ("sd1i", "sd2i", "ri", "ni")
FAMILY = Family(
    name="change",
    label="One group at two times, or matched groups, a quantity",
    prepare=prepare,
    size=lambda data: data["ni"],
    checks=(*positive("ni"), *not_negative("sd1i", "sd2i"), *correlation("ri")),
)
_measure = partial(Measure, family=FAMILY, needs=(SIX,), takes=SIX, back=EXP, null=0)

MEASURES = (
    _measure(
        code="MC",
        label="Mean change",
        display="Mean change",
        function=mean_change,
        back=IDENTITY,
        source="variance of a difference of correlated means",
    ),
    _measure(
        code="ROMC",
        label="Log ratio of means, matched",
        display="Ratio of means",
        function=log_ratio_of_means_of_change,
        source="Lajeunesse 2011, eq. 6",
    ),
    _measure(
        code="VRC",
        label="Log variability ratio, matched",
        display="Variability ratio",
        needs=(_SPREAD,),
        takes=_SPREAD,
        function=log_sd_ratio_of_change,
        source="Nakagawa et al. 2015",
    ),
    _measure(
        code="CVRC",
        label="Log coefficient of variation ratio, matched",
        display="Coefficient of variation ratio",
        function=log_cv_ratio_of_change,
        source="Nakagawa et al. 2015",
    ),
)
