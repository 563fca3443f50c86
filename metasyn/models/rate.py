"""What the one-arm binomial-normal model returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metasyn.models.interval import Interval
from metasyn.models.results import Pooled

__all__ = ["Maximum", "PooledRate", "Unit"]


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the weighted likelihood is highest.

    Parameters
    ----------
    mu
        Logit of the rate in the median study; infinite where all patients, or none, had the event.
    se
        Standard error of mu; infinite where mu is.
    tau
        Standard deviation between studies on the logit scale.
    ci
        Likelihood interval of mu (profile over tau, chi-squared with one degree of freedom);
        a limit is infinite where the likelihood never falls below its cut-off.
    tau_is_estimated
        False where fewer than two studies count two patients or more, or where all patients or
        none had the event: tau is then 0 by convention.
    tau_at_bound
        Whether tau ran to the end of its search: studies are all or nothing.
    """

    mu: float
    se: float
    tau: float
    ci: Interval
    tau_is_estimated: bool
    tau_at_bound: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """What the likelihood counts as one study.

    Parameters
    ----------
    label
        Study label; "Single cases" for all single cases together.
    kind
        ``anchor``, ``series`` (small non-consecutive series) or ``cases`` (all single cases).
    events, n
        Summed counts; those of single cases times the quality of each report, where it is given.
    power
        Weight of the unit's likelihood (0 to 1), after the cap.
    share
        Part of the information on the pooled rate that the unit carries (0 to 1), tau known, at
        the maximum of the likelihood; at a maximum of 0% or 100% its limit, ``power n / sum``.
    rows
        Positions of its studies in the data.
    """

    label: str
    kind: Literal["anchor", "series", "cases"]
    events: float
    n: float
    power: float
    share: float
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class PooledRate(Pooled):
    """Pooled proportion; ``estimate`` is the logit of the rate in the median study.

    Parameters
    ----------
    units
        What the likelihood counted, anchors first, all single cases together last.
    maximum
        Maximum of the likelihood. ``estimate`` is its ``mu``, but for the integrated interval,
        where ``estimate`` is the posterior median and ``se`` the posterior standard deviation.
    average_rate
        Population-averaged rate E expit(mu + tau Z), 0 to 1; its posterior mean where the interval
        is integrated.
    case_share
        Share of the information that single cases carry; 0 where there are none.
    case_power
        Weight of the pseudo-study after the cap; 0 where there are no single cases.
    cap_binds
        Whether the cap lowered the weight.
    studies_only
        The same model without the single cases; None where there are no single cases (it would be
        this result) or nothing but single cases.
    """

    units: tuple[Unit, ...]
    maximum: Maximum
    average_rate: float
    case_share: float
    case_power: float
    cap_binds: bool
    studies_only: PooledRate | None
