"""What the one-arm binomial-normal model returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metasyn.models.results import Pooled

__all__ = ["PooledRate", "Unit"]


@dataclass(frozen=True, slots=True)
class Unit:
    """What the likelihood counts as one study.

    Parameters
    ----------
    label
        Study label; "Single cases" for the pseudo-study.
    kind
        ``anchor``, ``series`` (small non-consecutive series) or ``cases`` (the pseudo-study).
    events, n
        Summed counts.
    power
        Weight of the unit's likelihood (0 to 1), after the cap.
    share
        Part of the information on the pooled rate that the unit carries (0 to 1).
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
        What the likelihood counted, anchors first, the pseudo-study of single cases last.
    average_rate
        Population-averaged rate E expit(mu + tau Z), 0 to 1.
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
    average_rate: float
    case_share: float
    case_power: float
    cap_binds: bool
    studies_only: PooledRate | None
