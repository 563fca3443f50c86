"""Mantel-Haenszel pooling of 2x2 tables and of events over person-time.

Nothing is added to empty cells: the estimates are ratios of sums over studies and need no
correction (metafor: ``add = c(1/2, 0)``). Only Q and I2, which rest on the studies' own
estimates, use the corrected tables, as metafor's do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.counts import TwoArmCounts
from metasyn.effects.person_time import TwoArmPersonTime
from metasyn.errors import DataError, Note
from metasyn.models.results import Pooled
from metasyn.models.specs import MantelHaenszel
from metasyn.models.table_tests import TableTests, rate_tests, table_tests
from metasyn.models.tables import Fate, margins, study_effects, zero_notes, zero_rate_notes
from metasyn.models.wald import wald

__all__ = ["COMMON", "FATES", "PooledMantelHaenszel", "pool_mantel_haenszel"]

_USED = "is used as observed, nothing is added"
_SILENT = "carries no information and weighs 0"
FATES = {
    "OR": Fate(_USED, _SILENT, _SILENT),
    "RR": Fate(_USED, _SILENT, _USED),
    "RD": Fate(_USED, "is used, its difference is 0", "is used, its difference is 0"),
    "IRR": Fate(_USED, _SILENT, _SILENT),
    "IRD": Fate(_USED, "is used, its difference is 0", ""),
}
"""What becomes of studies with empty cells, by measure."""

COMMON = Note(
    "common-effect", "One effect is assumed to be common to all studies: no tau2, no prediction."
)


@dataclass(frozen=True, eq=False, kw_only=True)
class PooledMantelHaenszel(Pooled):
    """Mantel-Haenszel estimate with the tests that belong to it.

    Parameters
    ----------
    tests
        Cochran-Mantel-Haenszel (OR, IRR), Breslow-Day and Tarone (OR).
    """

    tests: TableTests


@dataclass(frozen=True, eq=False)
class _Point:
    """Estimate and variance on the analysis scale; weights before scaling."""

    estimate: float
    variance: float
    weights: FloatArray


def pool_mantel_haenszel(
    data: TwoArmCounts | TwoArmPersonTime, spec: MantelHaenszel
) -> PooledMantelHaenszel:
    """Pool two-arm counts by Mantel and Haenszel.

    The variance is that of Robins, Breslow & Greenland (1986, Biometrics 42:311-323) for OR,
    Greenland & Robins (1985, Biometrics 41:55-68) for RR, IRR and IRD, and for RD that of
    Sato, Greenland & Robins (1989, Biometrics 45:1323-1324), which metafor's ``rma.mh`` reports,
    or of Greenland & Robins.

    Parameters
    ----------
    data
        2x2 tables for OR, RR and RD; events over person-time for IRR and IRD.
    spec
        The measure, the variance of RD, and the level.

    Raises
    ------
    DataError
        If the data do not go with the measure, a ratio has no finite estimate, a difference no
        variance, or no study can be compared.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> tables = counts(ai=[4, 6], bi=[119, 300], ci=[11, 29], di=[128, 274])
    >>> pooled = pool_mantel_haenszel(tables, MantelHaenszel("OR"))
    >>> round(pooled.estimate, 4), round(pooled.se, 4)
    (-1.4215, 0.3595)
    """
    own = study_effects(data, spec.measure)
    point = _point(data, spec)
    if not point.variance > 0:
        raise DataError(
            f"The Mantel-Haenszel difference is {point.estimate:g} without a sampling variance: in "
            "each arm nobody, or everybody, had the event. BinomialNormal() of one arm gives an "
            "interval of its risk."
        )
    se = float(np.sqrt(point.variance))
    inference = wald(point.estimate, se, spec.level)
    spread = own.heterogeneity(point.estimate)
    return PooledMantelHaenszel(
        spec=spec,
        data=data,
        measure=spec.measure,
        k=len(data),
        estimate=point.estimate,
        se=se,
        statistic=inference.statistic,
        p_value=inference.p_value,
        ci=inference.ci,
        prediction=None,
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        i2=spread.i2,
        h2=spread.h2,
        q=spread.q,
        q_p=spread.q_p,
        weights=read_only(point.weights / point.weights.sum()),
        log_likelihood=None,
        notes=(*data.notes, *_zero_notes(data, spec), COMMON),
        tests=_tests(data, spec, point.estimate),
    )


def _zero_notes(data: TwoArmCounts | TwoArmPersonTime, spec: MantelHaenszel) -> tuple[Note, ...]:
    if isinstance(data, TwoArmPersonTime):
        return zero_rate_notes(data, FATES[spec.measure])
    return zero_notes(data, FATES[spec.measure])


def _tests(
    data: TwoArmCounts | TwoArmPersonTime, spec: MantelHaenszel, estimate: float
) -> TableTests:
    if isinstance(data, TwoArmPersonTime):
        return rate_tests(data) if spec.measure == "IRR" else TableTests()
    return table_tests(data, float(np.exp(estimate))) if spec.measure == "OR" else TableTests()


def _risk_difference(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> _Point:
    n1, n2, n = a + b, c + d, a + b + c + d
    weights = n1 * n2 / n
    estimate = float((a * n2 / n - c * n1 / n).sum() / weights.sum())
    slope = (c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + weights / n * (n2 - n1) / 2).sum()
    level = (a * (n2 - c) / n + c * (n1 - a) / n).sum() / 2
    return _Point(estimate, float((estimate * slope + level) / weights.sum() ** 2), weights)


def _risk_difference_gr(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> _Point:
    n1, n2, n = a + b, c + d, a + b + c + d
    point = _risk_difference(a, b, c, d)
    variance = ((a * b * n2**3 + c * d * n1**3) / (n1 * n2 * n**2)).sum()
    return replace(point, variance=float(variance / point.weights.sum() ** 2))


def _odds_ratio(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> _Point:
    n = a + b + c + d
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    top, bottom = float(r.sum()), float(s.sum())
    estimate = _log_ratio(top, bottom, "odds ratio")
    variance = (
        (p * r).sum() / top**2 + (p * s + q * r).sum() / (top * bottom) + (q * s).sum() / bottom**2
    )
    return _Point(estimate, float(variance) / 2, s)


def _risk_ratio(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> _Point:
    n1, n2, n = a + b, c + d, a + b + c + d
    top, bottom = float((a * n2 / n).sum()), float((c * n1 / n).sum())
    estimate = _log_ratio(top, bottom, "risk ratio")
    variance = ((n1 / n) * (n2 / n) * (a + c) - (a / n) * c).sum() / (top * bottom)
    return _Point(estimate, float(variance), c * n1 / n)


def _rate_ratio(x1: FloatArray, t1: FloatArray, x2: FloatArray, t2: FloatArray) -> _Point:
    t = t1 + t2
    top, bottom = float((x1 * t2 / t).sum()), float((x2 * t1 / t).sum())
    estimate = _log_ratio(top, bottom, "rate ratio")
    variance = ((t1 / t) * (t2 / t) * (x1 + x2)).sum() / (top * bottom)
    return _Point(estimate, float(variance), x2 * t1 / t)


def _rate_difference(x1: FloatArray, t1: FloatArray, x2: FloatArray, t2: FloatArray) -> _Point:
    weights = t1 / (t1 + t2) * t2
    estimate = float((weights * (x1 / t1 - x2 / t2)).sum() / weights.sum())
    variance = (weights**2 * (x1 / t1**2 + x2 / t2**2)).sum() / weights.sum() ** 2
    return _Point(estimate, float(variance), weights)


_FORMULAS = {
    "OR": _odds_ratio,
    "RR": _risk_ratio,
    "RD": _risk_difference,
    "IRR": _rate_ratio,
    "IRD": _rate_difference,
}


def _point(data: TwoArmCounts | TwoArmPersonTime, spec: MantelHaenszel) -> _Point:
    if isinstance(data, TwoArmPersonTime):
        return _FORMULAS[spec.measure](data.x1i, data.t1i, data.x2i, data.t2i)
    on = margins(data).two_arms
    if not on.any():
        raise DataError("No study has patients in both arms: there is nothing to compare.")
    greenland = spec.measure == "RD" and spec.rd_variance == "greenland-robins"
    formula = _risk_difference_gr if greenland else _FORMULAS[spec.measure]
    point = formula(data.ai[on], data.bi[on], data.ci[on], data.di[on])
    weights = np.zeros(len(data))
    weights[on] = point.weights
    return replace(point, weights=weights)


def _log_ratio(top: float, bottom: float, what: str) -> float:
    if top > 0 and bottom > 0:
        return float(np.log(top / bottom))
    if top == bottom:
        raise DataError(f"No study can inform the {what}: nobody, or everybody, had the event.")
    limit = "infinite" if bottom == 0 else "zero"
    raise DataError(
        f"The Mantel-Haenszel {what} is {limit}: every study that could tell has an empty cell "
        "on the same side (separation). Peto() stays finite; BinomialNormal(model='CM.EL') and "
        "FirthLogistic() give an interval."
    )
