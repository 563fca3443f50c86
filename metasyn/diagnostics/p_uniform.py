"""p-uniform*: mean and heterogeneity from what is left uniform within (non-)significant results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import chdtri

from metasyn.diagnostics.funnel_notes import UNTRUSTED as FUNNEL
from metasyn.diagnostics.funnel_notes import funnel_notes
from metasyn.diagnostics.p_uniform_likelihood import UniformLikelihood
from metasyn.diagnostics.p_uniform_limits import limits
from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.interval import Interval
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.random_effects.quantiles import chi2_tail
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PUniform", "p_uniform"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PUniform:
    """A p-uniform* analysis by maximum likelihood.

    Parameters
    ----------
    k, significant
        Number of studies, and of those significant on the favoured side.
    side
        ``right``: significant results above 0 are favoured; ``left``: those below.
    chosen_by
        ``user``, or ``sign`` of the pooled estimate.
    pooled
        The usual estimate.
    estimate, ci
        Mean and its profile-likelihood interval; None where a limit was not found.
    statistic, p_value
        Likelihood-ratio test of no effect, chi-squared with 1 degree of freedom.
    tau2, tau2_ci
        Variance between studies and its profile-likelihood interval.
    heterogeneity, heterogeneity_p
        Likelihood-ratio test that tau2 is 0; half of chi-squared with 1 degree of freedom, because
        0 is the end of the range.
    log_likelihood
        At the estimates, given each study's significance.
    notes
        What a reader has to know.
    alpha
        Two-sided level of significance.
    """

    k: int
    significant: int
    side: Literal["left", "right"]
    chosen_by: Literal["user", "sign"]
    pooled: Pooled
    estimate: float
    ci: Interval | None
    statistic: float
    p_value: float
    tau2: float
    tau2_ci: Interval | None
    heterogeneity: float
    heterogeneity_p: float
    log_likelihood: float
    notes: tuple[Note, ...] = ()
    alpha: float = 0.05

    @property
    def trusted(self) -> bool:
        """False for few studies and proportions, and where the likelihood is not informative."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        import pandas as pd

        names = ("k", "significant", "side", "estimate", "statistic", "p_value", "tau2")
        row = {name: getattr(self, name) for name in (*names, "heterogeneity", "heterogeneity_p")}
        for name, interval in (("ci", self.ci), ("tau2_ci", self.tau2_ci)):
            row[f"{name}_low"] = None if interval is None else interval.low
            row[f"{name}_high"] = None if interval is None else interval.high
        return pd.DataFrame([row])

    def summary(self) -> str:
        """The estimates and tests."""
        why = "as given" if self.chosen_by == "user" else "the sign of the pooled estimate"
        lines = [
            f"p-uniform*, {self.k} studies, {self.significant} significant on the {self.side} "
            f"({why}): {self.estimate:.4f}{_words(self.ci)}, {p_words(self.p_value)}; "
            f"{self.pooled.estimate:.4f} unadjusted",
            f"tau2 = {self.tau2:.4f}{_words(self.tau2_ci)}, {p_words(self.heterogeneity_p)}",
        ]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


UNTRUSTED = (*FUNNEL, "p-uniform-one-kind", "p-uniform-no-limit", "p-uniform-unsettled")


def p_uniform(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    side: Literal["left", "right"] | None = None,
    alpha: float = 0.05,
) -> PUniform:
    """Estimate mean and heterogeneity given which results are significant.

    Significant results may have been published more often than others, by whatever ratio; within
    the two kinds, all are taken to be published alike. Intervals are profiles, with the other
    parameter at its best, as in newer versions of R's puniform; older ones hold it at its estimate.

    Parameters
    ----------
    effects
        Estimates and sampling variances of two or more studies.
    spec
        The model of the unadjusted estimate, and the level; :class:`~metasyn.RandomEffects` by
        default.
    side
        Where significant results are favoured; None: the sign of the pooled estimate.
    alpha
        Two-sided level of significance.

    Raises
    ------
    SpecError
        If the model has moderators, or an argument is out of range.
    DataError
        If there are fewer than two studies, or no significant one.

    References
    ----------
    van Aert and van Assen 2018, MetaArXiv (doi 10.31222/osf.io/zqjr9), ML estimator.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> yi, vi = [0.5, 0.6, 0.45, 0.1, 0.7, 0.2], [0.04, 0.05, 0.04, 0.03, 0.09, 0.05]
    >>> found = p_uniform(effects_from(yi, vi))
    >>> found.significant, bool(found.estimate < found.pooled.estimate)
    (4, True)
    """
    if side not in (None, "left", "right"):
        raise SpecError(f"side must be 'left', 'right' or None, not {side!r}.")
    if not 0.0 < alpha < 1.0:
        raise SpecError(f"alpha must lie between 0 and 1, not {alpha:g}.")
    spec = one_mean(effects, spec, "p-uniform*", 2)
    check(effects)
    if isinstance(spec, RandomEffects):
        spec = replace(spec, prediction="none", tau2_ci="none")
    pooled = pool(effects, spec)
    chosen = side or ("left" if pooled.estimate < 0.0 else "right")
    sign, scale = (-1.0 if chosen == "left" else 1.0), float(np.median(np.sqrt(effects.vi)))
    likelihood = UniformLikelihood.of(sign * effects.yi / scale, effects.vi / scale**2, alpha)
    significant = int((likelihood.side < 0.0).sum())
    if not significant:
        raise DataError(f"No study is significant on the {chosen}; p-uniform* needs some.")
    best = likelihood.best()
    drop = 0.5 * float(chdtri(1.0, 1.0 - spec.level))
    found = limits(likelihood, best, drop)
    mean, tau2 = found.mean, found.tau2
    no_effect = max(0.0, 2.0 * (best.value - found.no_effect))
    homogeneous = max(0.0, 2.0 * (best.value - found.homogeneous))
    low, high = (None, None) if mean is None else sorted(sign * scale * each for each in mean)
    notes = _notes(effects, significant, best.settled, mean is None or tau2 is None)
    return PUniform(
        k=len(effects),
        significant=significant,
        side=chosen,
        chosen_by="sign" if side is None else "user",
        pooled=pooled,
        estimate=sign * scale * best.mean,
        ci=None if low is None or high is None else Interval(low, high, spec.level, "profile"),
        statistic=no_effect,
        p_value=chi2_tail(no_effect, 1.0),
        tau2=scale**2 * best.tau2,
        tau2_ci=None
        if tau2 is None
        else Interval(scale**2 * tau2[0], scale**2 * tau2[1], spec.level, "profile"),
        heterogeneity=homogeneous,
        heterogeneity_p=0.5 * chi2_tail(homogeneous, 1.0) if homogeneous > 0.0 else 1.0,
        log_likelihood=best.value - len(effects) * float(np.log(scale)),
        notes=notes,
        alpha=alpha,
    )


def _notes(effects: Effects, significant: int, settled: bool, open_ended: bool) -> tuple[Note, ...]:
    """What speaks against the estimate."""
    notes = [*funnel_notes(effects)]
    if significant == len(effects):
        message = (
            "All studies are significant: with no other results tau2 can hardly be told, and the "
            "mean depends on the normal model."
        )
        notes.append(Note("p-uniform-one-kind", message))
    if open_ended:
        notes.append(
            Note("p-uniform-no-limit", "A profile interval is open: the data do not bound it.")
        )
    if not settled:
        message = "The likelihood rises without end; the estimate is not a maximum."
        notes.append(Note("p-uniform-unsettled", message))
    return tuple(notes)


def _words(interval: Interval | None) -> str:
    return " [open]" if interval is None else f" [{interval.low:.4f}, {interval.high:.4f}]"
