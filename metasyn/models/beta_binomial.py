"""Beta-binomial model of counts: risks that vary between studies by a beta distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import betaln, gammaln, logit, polygamma, psi

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.counts import Counts, TwoArmCounts
from metasyn.errors import DataError, Note
from metasyn.models.results import Pooled
from metasyn.models.specs import BetaBinomial
from metasyn.models.tables import Fate, margins, zero_notes
from metasyn.models.wald import wald

__all__ = ["FATE", "PooledBetaBinomial", "pool_beta_binomial"]

FATE = Fate(
    "is used as observed, nothing is added",
    "is used: it informs both risks",
    "is used: it informs both risks",
)
"""What becomes of studies with empty cells."""

_MODEL = Note(
    "beta-binomial",
    "Risks vary between studies by a beta distribution: the estimate is of average risks, arms of "
    "a study count as unrelated, and there is no Q, I2, tau2 or prediction interval.",
)
_WIDEST = 1e4
"""Largest dispersion theta = rho / (1 - rho) that is searched."""
_GRID = np.concatenate(([0.0], np.geomspace(1e-6, _WIDEST, 16)))
_STEPS = 200


@dataclass(frozen=True, eq=False, kw_only=True)
class PooledBetaBinomial(Pooled):
    """Beta-binomial estimate.

    Parameters
    ----------
    rho, rho_se
        Correlation of two patients of the same arm (0 to 1), the same in all arms; the standard
        error is None where rho is 0.
    risks
        Average risk of the treated and the control arm, or of the one arm.
    """

    rho: float
    rho_se: float | None
    risks: tuple[float, ...]


class _Sums(NamedTuple):
    """Sums over j below each count c of functions of b + j theta, over all studies."""

    log: float
    one: float
    j: float
    one2: float
    j2: float
    jj2: float

    @classmethod
    def of(cls, counts: FloatArray, b: float, theta: float) -> _Sums:
        """log, 1/x, j/x, 1/x^2, j/x^2 and j^2/x^2 of x = b + j theta, in closed form."""
        c, total = counts, float(counts.sum())
        if theta == 0:
            pairs, squares = (c * (c - 1) / 2).sum(), (c * (c - 1) * (2 * c - 1) / 6).sum()
            return cls(
                total * np.log(b), total / b, pairs / b, total / b**2, pairs / b**2, squares / b**2
            )
        m = b / theta
        first = float((psi(m + c) - psi(m)).sum())
        second = float((polygamma(1, m) - polygamma(1, m + c)).sum())
        return cls(
            total * np.log(theta) + float((gammaln(m + c) - gammaln(m)).sum()),
            first / theta,
            (total - m * first) / theta,
            second / theta**2,
            (first - m * second) / theta**2,
            (total - 2 * m * first + m**2 * second) / theta**2,
        )


@dataclass(frozen=True, eq=False)
class _Arm:
    """Events among patients of one arm, over all studies.

    The probability of r events is a product over r factors mu + j theta, n - r factors
    1 - mu + j theta and, below the line, n factors 1 + j theta.
    """

    events: FloatArray
    n: FloatArray

    def terms(self, mu: float, theta: float) -> tuple[float, FloatArray, FloatArray]:
        """Log-likelihood without coefficients, gradient and Hessian in (mu, theta)."""
        rise = _Sums.of(self.events, mu, theta)
        fall = _Sums.of(self.n - self.events, 1 - mu, theta)
        base = _Sums.of(self.n, 1.0, theta)
        cross = rise.j2 - fall.j2
        return (
            rise.log + fall.log - base.log,
            np.array([rise.one - fall.one, rise.j + fall.j - base.j]),
            -np.array([[rise.one2 + fall.one2, cross], [cross, rise.jj2 + fall.jj2 - base.jj2]]),
        )

    def best_mu(self, theta: float) -> float:
        """Average risk at a dispersion: the likelihood is concave in it, Newton in a bracket."""
        total, size = float(self.events.sum()), float(self.n.sum())
        mu, low, high = total / size, 0.0, 1.0
        for _ in range(_STEPS):
            _, gradient, hessian = self.terms(mu, theta)
            slope, curvature = float(gradient[0]), float(hessian[0, 0])
            low, high = (mu, high) if slope > 0 else (low, mu)
            new = mu - slope / curvature
            if not low <= new <= high:
                new = (low + high) / 2
            moved, mu = abs(new - mu), new
            if moved < 1e-10 * min(mu, 1 - mu):  # the next step would be its square
                break
        return mu

    def constant(self) -> float:
        """Log of the binomial coefficients."""
        return float(-(betaln(self.n - self.events + 1, self.events + 1) + np.log1p(self.n)).sum())


def pool_beta_binomial(data: Counts | TwoArmCounts, spec: BetaBinomial) -> PooledBetaBinomial:
    """Pool counts by beta-binomial maximum likelihood.

    Two arms have an average risk each and one common correlation (Kuss 2015, Statistics in
    Medicine 34:1097-1116); studies without events take part. With an intra-study correlation of 0
    it is the pooled table.

    Parameters
    ----------
    data
        Counts of one arm or of two.
    spec
        The level.

    Returns
    -------
    PooledBetaBinomial
        Logit of the average risk (``PLO``), or log odds ratio of the two (``OR``).

    Raises
    ------
    DataError
        If an arm has no events or nothing else, so that its logit is infinite.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> data = counts(xi=[24, 11, 15, 28], ni=[31, 25, 18, 34])
    >>> pooled = pool_beta_binomial(data, BetaBinomial())
    >>> round(pooled.risks[0], 4), round(pooled.rho, 4)
    (0.7155, 0.0729)
    """
    arms, used = _arms(data)
    theta = _best_theta(arms)
    mu = np.array([arm.best_mu(theta) for arm in arms])
    covariance = _covariance(arms, mu, theta)
    contrast = np.array([1.0, -1.0])[: len(arms)]
    eta = logit(mu)
    estimate = float(contrast @ eta)
    inner = slice(0, len(arms))
    se = float(np.sqrt(contrast @ covariance[inner, inner] @ contrast))
    inference = wald(estimate, se, spec.level)
    value = sum(arm.terms(m, theta)[0] + arm.constant() for arm, m in zip(arms, mu, strict=True))
    two = isinstance(data, TwoArmCounts)
    return PooledBetaBinomial(
        spec=spec,
        data=data,
        measure="OR" if two else "PLO",
        k=len(data),
        estimate=estimate,
        se=se,
        statistic=inference.statistic if two else None,
        p_value=inference.p_value if two else None,
        ci=inference.ci,
        prediction=None,
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        i2=None,
        h2=None,
        q=None,
        q_p=None,
        weights=_weights(arms, theta, used),
        log_likelihood=float(value),
        notes=_notes(data, theta),
        rho=theta / (1 + theta),
        rho_se=float(np.sqrt(covariance[-1, -1])) / (1 + theta) ** 2 if theta > 0 else None,
        risks=tuple(mu.tolist()),
    )


_INSTEAD = {
    Counts: "BinomialNormal() gives",
    TwoArmCounts: "FirthLogistic() and BinomialNormal() give",
}


def _arms(data: Counts | TwoArmCounts) -> tuple[tuple[_Arm, ...], np.ndarray]:
    if isinstance(data, Counts):
        used = data.ni > 0
        pairs = {"the arm": (data.xi[used], data.ni[used])}
    else:
        m = margins(data)
        used = m.two_arms
        pairs = {
            "the treated arm": (data.ai[used], m.n1[used]),
            "the control arm": (data.ci[used], m.n2[used]),
        }
    if not used.any():
        raise DataError("No study has patients to pool.")
    for name, (events, n) in pairs.items():
        if events.sum() in (0, n.sum()):
            what = "no event" if events.sum() == 0 else "nothing but events"
            raise DataError(
                f"Separation: {name} has {what} in any study, so its average risk has no finite "
                f"logit. {_INSTEAD[type(data)]} an interval."
            )
    return tuple(_Arm(events, n) for events, n in pairs.values()), used


def _profile(arms: tuple[_Arm, ...], theta: float) -> tuple[float, float]:
    """Log-likelihood and its slope in theta, the risks at their best."""
    value, slope = 0.0, 0.0
    for arm in arms:
        at, gradient, _ = arm.terms(arm.best_mu(theta), theta)
        value += at
        slope += float(gradient[1])
    return value, slope


def _best_theta(arms: tuple[_Arm, ...]) -> float:
    """The highest maximum over the dispersion: a grid, then the root of the slope."""
    from scipy.optimize import brentq

    found = [_profile(arms, float(theta)) for theta in _GRID]
    best = int(np.argmax([value for value, _ in found]))
    low, high = float(_GRID[max(best - 1, 0)]), float(_GRID[min(best + 1, len(_GRID) - 1)])
    rises, falls = _profile(arms, low)[1] > 0, _profile(arms, high)[1] < 0
    if not rises:
        return 0.0 if best <= 1 else float(_GRID[best])
    if not falls:
        return high
    return float(brentq(lambda theta: _profile(arms, theta)[1], low, high, xtol=1e-14, rtol=1e-12))


def _covariance(arms: tuple[_Arm, ...], mu: FloatArray, theta: float) -> FloatArray:
    """Inverse observed information of the logits and theta; of the logits where theta is 0."""
    size = len(arms)
    information = np.zeros((size + 1, size + 1))
    for i, (arm, m) in enumerate(zip(arms, mu.tolist(), strict=True)):
        _, _, hessian = arm.terms(m, theta)
        # the slope in mu is 0 at the maximum, so the chain rule needs its first term alone
        jacobian = np.diag([m * (1 - m), 1.0])
        rows = np.ix_([i, size], [i, size])
        information[rows] -= jacobian @ hessian @ jacobian
    free = size + 1 if theta > 0 else size
    covariance = np.full((size + 1, size + 1), np.inf)
    covariance[:free, :free] = np.linalg.inv(information[:free, :free])
    return read_only(covariance)


def _weights(arms: tuple[_Arm, ...], theta: float, used: np.ndarray) -> FloatArray:
    """Patients over their design effect, 1 + (n - 1) rho; for two arms the harmonic sum."""
    rho = theta / (1 + theta)
    effective = [arm.n / (1 + (arm.n - 1) * rho) for arm in arms]
    information = effective[0]
    if len(effective) == 2:
        information = effective[0] * effective[1] / (effective[0] + effective[1])
    weights = np.zeros(len(used))
    weights[used] = information
    return read_only(weights / weights.sum())


def _notes(data: Counts | TwoArmCounts, theta: float) -> tuple[Note, ...]:
    zero = zero_notes(data, FATE) if isinstance(data, TwoArmCounts) else ()
    edge: tuple[Note, ...] = ()
    if theta == 0:
        edge = (Note("rho-at-zero", "rho is estimated as 0: the studies are pooled as one table."),)
    elif theta >= _WIDEST:
        edge = (Note("rho-at-bound", "Studies are all or nothing: rho ran to its end at 1."),)
    return (*data.notes, *zero, *edge, _MODEL)
