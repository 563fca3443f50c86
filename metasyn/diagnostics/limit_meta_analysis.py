"""Limit meta-analysis: what studies of any size tend to when their precision grows without end."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.funnel_notes import UNTRUSTED, funnel_notes, withheld
from metasyn.diagnostics.heterogeneity_note import heterogeneity_note
from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.interval import Interval
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.random_effects.quantiles import chi2_tail, critical, two_sided
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LimitEstimate", "LimitMetaAnalysis", "limit_meta_analysis"]

Method = Literal["beta0", "betalim", "mulim"]


class LimitEstimate(NamedTuple):
    """An estimate adjusted for small-study effects, with normal inference."""

    estimate: float
    se: float
    statistic: float
    p_value: float
    ci: Interval


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class LimitMetaAnalysis:
    """A limit meta-analysis.

    Parameters
    ----------
    method
        Which of the three estimates was asked for.
    pooled
        The usual estimate.
    beta0, betalim, mulim
        Expectation of an infinitely precise study; slope of the limit radial plot with, and
        without, a bias parameter.
    bias, slope
        Intercept and slope of the generalised radial plot: the line of the funnel.
    g2
        Share of the limit radial plot's variance that its line leaves (0 to 1): heterogeneity
        beyond small-study effects.
    q, q_small, q_residual
        Cochran's Q, the part that small-study effects explain (1 degree of freedom), and the rest
        (k - 2).
    slab, yi, sei, limits
        Studies with their estimates, standard errors and shrunken estimates, shape (k,).
    notes
        What a reader has to know.
    """

    method: Method
    pooled: Pooled
    beta0: LimitEstimate
    betalim: LimitEstimate
    mulim: LimitEstimate
    bias: float
    slope: float
    g2: float
    q: float
    q_small: float
    q_residual: float
    slab: tuple[str, ...]
    yi: FloatArray
    sei: FloatArray
    limits: FloatArray
    notes: tuple[Note, ...] = ()

    @property
    def adjusted(self) -> LimitEstimate:
        """The estimate that was asked for."""
        return {"beta0": self.beta0, "betalim": self.betalim, "mulim": self.mulim}[self.method]

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.yi)

    @property
    def small_study_p(self) -> float:
        """Test of small-study effects, beyond a common effect."""
        return chi2_tail(self.q_small, 1.0)

    @property
    def residual_p(self) -> float:
        """Test of heterogeneity that small-study effects leave."""
        return chi2_tail(self.q_residual, self.k - 2.0)

    @property
    def trusted(self) -> bool:
        """False where the data are of a kind whose funnel should not be read."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def line(self, sei: npt.ArrayLike) -> FloatArray:
        """Expected estimate of studies with these standard errors: the line in a funnel plot."""
        tau2 = self.pooled.tau2 or 0.0
        return read_only(self.slope + self.bias * np.sqrt(np.square(sei) + tau2))

    def to_frame(self) -> pd.DataFrame:
        """Four rows: the usual estimate and the three adjusted ones."""
        import pandas as pd

        usual, ci = self.pooled, self.pooled.ci
        first = {"estimator": "random effects", "chosen": False, "estimate": usual.estimate}
        first |= {"se": usual.se, "p_value": usual.p_value}
        first |= {"ci_low": ci.low if ci else None, "ci_high": ci.high if ci else None}
        rows = [first]
        for name in get_args(Method):
            found: LimitEstimate = getattr(self, name)
            row = {"estimator": name, "chosen": name == self.method, "estimate": found.estimate}
            row |= {"se": found.se, "p_value": found.p_value}
            rows.append(row | {"ci_low": found.ci.low, "ci_high": found.ci.high})
        return pd.DataFrame(rows)

    def summary(self, *, insist: bool = False) -> str:
        """The adjusted estimate, the tests, and what speaks against them.

        Parameters
        ----------
        insist
            Tell it even where it should not be trusted; else the reason stands in its place.
        """
        if not (self.trusted or insist):
            return withheld(f"Limit meta-analysis ({self.method}), {self.k} studies", self.notes)
        found = self.adjusted
        lines = [
            f"Limit meta-analysis ({self.method}), {self.k} studies: {found.estimate:.4f} "
            f"[{found.ci.low:.4f}, {found.ci.high:.4f}], {p_words(found.p_value)}; "
            f"{self.pooled.estimate:.4f} unadjusted",
            f"Small-study effects: Q - Q' = {self.q_small:.2f} on 1 df, "
            f"{p_words(self.small_study_p)}",
            f"Heterogeneity beyond them: Q' = {self.q_residual:.2f} on {self.k - 2} df, "
            f"{p_words(self.residual_p)}; G2 = {self.g2:.3f}",
        ]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def limit_meta_analysis(
    effects: Effects, spec: InverseVariance | None = None, *, method: Method = "beta0"
) -> LimitMetaAnalysis:
    """Adjust the pooled estimate for small-study effects.

    The model is a random-effects model in which the expected effect of a study depends on its
    standard error; the adjusted estimate is that of a study of infinite precision. The standard
    error of ``beta0`` is that of the line in the generalised radial plot, as in R's metasens since
    1.0-1; before, metasens gave it that of ``betalim``, which ignores heterogeneity.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.
    spec
        The model without moderators, for tau2 and the level; :class:`~metasyn.RandomEffects` by
        default.
    method
        ``beta0`` (the authors' choice), ``betalim`` or ``mulim``; all three are on the result.

    Raises
    ------
    SpecError
        If the method is unknown or the model has moderators.
    DataError
        If there are fewer than three studies or all have the same variance.

    References
    ----------
    Rücker, Schwarzer, Carpenter, Binder and Schumacher 2011, Biostatistics 12:122, sections 3 to 5;
    pp. 133-134 for Q' and G2.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> yi, vi = [0.1, 0.2, 0.3, 0.6, 0.9], [0.01, 0.02, 0.04, 0.1, 0.2]
    >>> found = limit_meta_analysis(effects_from(yi, vi))
    >>> round(found.adjusted.estimate, 3), round(found.pooled.estimate, 3)
    (-0.039, 0.212)
    """
    if method not in get_args(Method):
        raise SpecError(f"method must be beta0, betalim or mulim, not {method!r}.")
    spec = one_mean(effects, spec, "Limit meta-analysis", 3)
    check(effects)
    sei = np.sqrt(effects.vi)
    if np.ptp(sei) <= 1e-12 * sei.max():
        raise DataError("Every study has the same variance; there are no small studies to see.")
    if isinstance(spec, RandomEffects):
        spec = replace(spec, prediction="none", tau2_ci="none")
    pooled = pool(effects, spec)
    tau2 = pooled.tau2 or 0.0
    wide = np.sqrt(effects.vi + tau2)
    usual, general = _radial(effects.yi, sei), _radial(effects.yi, wide)
    limits = general.slope + math.sqrt(tau2) / wide * (effects.yi - general.slope)
    limit, weights = _radial(limits, sei), 1.0 / effects.vi
    se = 1.0 / math.sqrt(limit.spread)
    mean = float(weights @ limits / weights.sum())
    q = float(pooled.q or 0.0)
    tau = math.sqrt(tau2)
    # of slope + tau * intercept, whose errors are correlated
    beta0_se = math.sqrt(float(np.mean((1.0 - tau / wide) ** 2)) / general.spread)
    return LimitMetaAnalysis(
        method=method,
        pooled=pooled,
        beta0=_normal(general.slope + tau * general.intercept, beta0_se, spec.level),
        betalim=_normal(limit.slope, se, spec.level),
        mulim=_normal(mean, 1.0 / math.sqrt(weights.sum()), spec.level),
        bias=general.intercept,
        slope=general.slope,
        g2=limit.left,
        q=q,
        q_small=max(0.0, q - usual.residual),
        q_residual=usual.residual,
        slab=effects.slab,
        yi=effects.yi,
        sei=read_only(sei),
        limits=read_only(limits),
        notes=_notes(effects, tau2) + heterogeneity_note(pooled, _MIXED),
    )


_MIXED = (
    "Small studies may then differ for many reasons, and the adjustment cannot tell them apart."
)


def _notes(effects: Effects, tau2: float) -> tuple[Note, ...]:
    """What speaks against the adjustment."""
    notes = funnel_notes(effects)
    message = (
        "The adjustment takes all dependence of effects on their standard errors for bias; small "
        "studies may differ for good reasons (other patients, other care)."
    )
    notes += (Note("small-study-effects-not-bias", message),)
    if tau2 == 0.0:
        message = (
            "tau2 is 0: the limit has no heterogeneity, every shrunken estimate is the same, and "
            "G2 is 0 by construction."
        )
        notes += (Note("limit-without-heterogeneity", message),)
    return notes


class _Radial(NamedTuple):
    """A line in a radial plot: its spread of x, residual sum of squares, and share left over."""

    intercept: float
    slope: float
    spread: float
    residual: float
    left: float


def _radial(yi: FloatArray, sei: FloatArray) -> _Radial:
    """Least squares of yi / sei on 1 / sei."""
    x, y = 1.0 / sei, yi / sei
    dx, dy = x - x.mean(), y - y.mean()
    spread, total = float(dx @ dx), float(dy @ dy)
    slope = float(dx @ dy) / spread
    rest = dy - slope * dx
    residual = float(rest @ rest)
    # points on a line leave rounding errors
    left = residual / total if residual > 1e-24 * total else 0.0
    return _Radial(float(y.mean() - slope * x.mean()), slope, spread, residual, left)


def _normal(estimate: float, se: float, level: float) -> LimitEstimate:
    half = critical(level, None) * se
    ci = Interval(estimate - half, estimate + half, level, "limit-z")
    return LimitEstimate(estimate, se, estimate / se, two_sided(estimate / se, None), ci)
