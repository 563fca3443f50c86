"""How the spread of every estimate is judged, and what a new study may show.

The rules of :mod:`metasyn.models.random_effects.inference` and ``prediction``, on columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import IntArray
from metasyn.models.batch.codes import bit
from metasyn.models.batch.mean_sets import MeanSets
from metasyn.models.batch.profile import profile_interval
from metasyn.models.batch.quantiles import criticals, students
from metasyn.models.random_effects.inference import EXACT
from metasyn.models.random_effects.prediction import AUTO, KINDS
from metasyn.models.random_effects.quantiles import critical
from metasyn.models.specs import RandomEffects

__all__ = [
    "Fit",
    "Flags",
    "Line",
    "hartung_knapp",
    "judge",
    "multiplier",
    "predict",
    "wald_line",
]

Flags = npt.NDArray[np.bool_]


class Fit(NamedTuple):
    """Sets fitted.

    Parameters
    ----------
    sets
        The sets.
    tau2, estimate, wald
        Variance between studies, mean and its Wald variance, shape (sets,).
    q
        y'Py at tau2, shape (sets,).
    """

    sets: MeanSets
    tau2: FloatArray
    estimate: FloatArray
    wald: FloatArray
    q: FloatArray

    @property
    def factor(self) -> FloatArray:
        """Hartung and Knapp's factor."""
        return hartung_knapp(self.q, self.sets.df)


class Line(NamedTuple):
    """Test and interval of every mean.

    Parameters
    ----------
    se, statistic, df
        Standard error, test statistic, degrees of freedom (infinite for the normal).
    low, high
        Confidence limits.
    code
        What is to be said.
    scaled
        Where Hartung and Knapp's factor is in the standard error; rules the kind of prediction.
    kr
        Kenward and Roger's variance and degrees of freedom, or None.
    """

    se: FloatArray
    statistic: FloatArray
    df: FloatArray
    low: FloatArray
    high: FloatArray
    code: IntArray
    scaled: Flags
    kr: tuple[FloatArray, FloatArray] | None = None


def wald_line(
    estimate: FloatArray, variance: FloatArray, half: FloatArray | float, df: FloatArray
) -> Line:
    """A line from variances and the half-widths of intervals in standard errors."""
    se = np.sqrt(variance)
    statistic = estimate / se
    if not se.all():
        statistic[se == 0.0] = np.nan
    n = len(se)
    nothing = np.zeros(n, dtype=np.int64)
    width = half * se
    low, high = estimate - width, estimate + width
    return Line(se, statistic, df, low, high, nothing, np.zeros(n, dtype=bool))


def hartung_knapp(q: FloatArray, df: FloatArray) -> FloatArray:
    """Hartung and Knapp's factor y'Py / (k - p); 0 where studies agree exactly."""
    return np.where(q > EXACT, q / df, 0.0)


def multiplier(ci: str, factor: FloatArray, df: IntArray, level: float) -> FloatArray:
    """What multiplies the Wald variance.

    Parameters
    ----------
    ci
        Method, as a specification says it.
    factor
        Hartung and Knapp's factor.
    df
        Degrees of freedom k - p.
    level
        Coverage; it decides which interval is the wider.
    """
    match ci:
        case "hksj":
            return factor
        case "hksj-adhoc":
            return np.maximum(1.0, factor)
        case "hksj-guarded":
            return np.where(_wider(factor, df, level), factor, 1.0)
    return np.ones(len(factor))


def _wider(factor: FloatArray, df: IntArray, level: float) -> Flags:
    """Where Hartung and Knapp's interval is no narrower than the normal one."""
    wider: Flags = criticals(level, df) * np.sqrt(factor) / critical(level, None) >= 1.0
    return wider


def judge(fit: Fit, spec: RandomEffects) -> Line:
    """Test and interval of every mean as the specification says.

    Parameters
    ----------
    fit
        The sets, fitted.
    spec
        The model.
    """
    return _METHODS[spec.ci](fit, spec.level)


def _z(fit: Fit, level: float) -> Line:
    return wald_line(fit.estimate, fit.wald, critical(level, None), _normal(fit))


def _t(fit: Fit, level: float) -> Line:
    return wald_line(fit.estimate, fit.wald, _student(fit, level), fit.sets.df)


def _hksj(fit: Fit, level: float) -> Line:
    factor = fit.factor
    line = wald_line(fit.estimate, fit.wald * factor, _student(fit, level), fit.sets.df)
    code = np.where(factor > 0.0, 0, bit("hksj-zero-width"))
    return line._replace(code=code, scaled=np.ones(len(factor), dtype=bool))


def _adhoc(fit: Fit, level: float) -> Line:
    factor = multiplier("hksj-adhoc", fit.factor, fit.sets.k - 1, level)
    line = wald_line(fit.estimate, fit.wald * factor, _student(fit, level), fit.sets.df)
    return line._replace(scaled=factor != 1.0)


def _guarded(fit: Fit, level: float) -> Line:
    """The wider of Hartung and Knapp's interval and the normal one."""
    wider = _wider(fit.factor, fit.sets.k - 1, level)
    line = wald_line(
        fit.estimate,
        np.where(wider, fit.wald * fit.factor, fit.wald),
        np.where(wider, _student(fit, level), critical(level, None)),
        np.where(wider, fit.sets.df, np.inf),
    )
    return line._replace(code=np.where(wider, 0, bit("hksj-guarded")), scaled=wider)


def _kr(fit: Fit, level: float) -> Line:
    variance, df = kenward_roger(fit)
    line = wald_line(fit.estimate, variance, students(level, df), df)
    return line._replace(kr=(variance, df))


def _profile(fit: Fit, level: float) -> Line:
    line = wald_line(fit.estimate, fit.wald, critical(level, None), _normal(fit))
    root, low, high = profile_interval(fit.sets, fit.tau2, fit.estimate, line.se, level)
    return line._replace(statistic=root, low=low, high=high)


_METHODS: dict[str, Callable[[Fit, float], Line]] = {
    "z": _z,
    "t": _t,
    "hksj": _hksj,
    "hksj-adhoc": _adhoc,
    "hksj-guarded": _guarded,
    "kr": _kr,
    "profile": _profile,
}


def kenward_roger(fit: Fit) -> tuple[FloatArray, FloatArray]:
    """Kenward and Roger's variance of a mean, and its degrees of freedom."""
    sets, tau2 = fit.sets, fit.tau2
    m, top = sets.moments(tau2), sets.top(tau2)
    s3 = sets.sums(tau2)[6] + top**3
    variance = 2.0 / m.tr2
    excess = s3 - m.s2 * (m.s2 * fit.wald)
    adjusted = fit.wald + 2.0 * variance * (fit.wald * fit.wald * excess)
    change = adjusted * m.s2
    return adjusted, 2.0 / (variance * change * change)


def predict(
    fit: Fit, line: Line, spec: RandomEffects
) -> tuple[FloatArray | None, FloatArray | None, IntArray | int]:
    """Prediction limits of every set, None where there are none, and what is to be said.

    Parameters
    ----------
    fit, line
        The sets, fitted and judged.
    spec
        The model.
    """
    if spec.prediction == "none":
        return None, None, 0
    if spec.prediction != "auto":
        half, code = _half_width(fit, line, spec.prediction, spec.level)
    elif spec.ci in ("z", "t", "kr", "profile"):
        half, code = _half_width(fit, line, "z" if spec.ci == "z" else AUTO[spec.ci], spec.level)
    else:
        scaled, code = _half_width(fit, line, AUTO["hksj"], spec.level)
        plain, _ = _half_width(fit, line, AUTO["z"], spec.level)
        half = np.where(line.scaled, scaled, plain)
    return fit.estimate - half, fit.estimate + half, code


def _half_width(fit: Fit, line: Line, kind: str, level: float) -> tuple[FloatArray, IntArray]:
    """Half-widths of prediction intervals of a kind, NaN where there is none, and codes."""
    row, k = KINDS[kind], fit.sets.k
    variance = fit.wald
    match row.variance:
        case "none":
            variance = np.zeros(len(k))
        case "hksj":
            variance = fit.wald * fit.factor
        case "kr":
            variance, freedom = line.kr or kenward_roger(fit)
    code = np.where(k > 2, 0, bit("prediction-few-studies"))
    if row.loss is None:
        quantile: FloatArray | float = critical(level, None)
    elif row.variance == "kr":
        df = freedom - row.loss
        code[(k > 2) & (df <= 0.0)] = bit("prediction-no-df")
        quantile = students(level, np.where(df > 0.0, df, 1.0))
    else:
        quantile = criticals(level, np.maximum(1, k - 1 - row.loss))
    half = quantile * np.sqrt(fit.tau2 + variance)
    return np.where(code == 0, half, np.nan), code


def _student(fit: Fit, level: float) -> FloatArray:
    return criticals(level, fit.sets.k - 1)


def _normal(fit: Fit) -> FloatArray:
    return np.full(len(fit.tau2), np.inf)
