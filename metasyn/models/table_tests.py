"""Tests on stratified 2x2 tables: association and homogeneity of the odds ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metasyn.effects.counts import TwoArmCounts
from metasyn.effects.person_time import TwoArmPersonTime
from metasyn.models.tables import Margins, margins
from metasyn.models.wald import ChiSquared, chi_squared

__all__ = ["TableTests", "rate_tests", "table_tests"]


@dataclass(frozen=True, slots=True)
class TableTests:
    """Tests that belong to a stratified analysis; None where there is nothing to test.

    Parameters
    ----------
    cmh, cmh_corrected
        Cochran-Mantel-Haenszel test of no association, without and with the continuity correction
        of 1/2; differences below 1/2 are not corrected (as in R's ``mantelhaen.test``; metafor's
        correction raises the statistic there).
    breslow_day, tarone
        Test of one common odds ratio (Breslow & Day 1980, Statistical Methods in Cancer Research
        1:142), plain and with the correction of Tarone (1985, Biometrika 72:91-95).
    """

    cmh: ChiSquared | None = None
    cmh_corrected: ChiSquared | None = None
    breslow_day: ChiSquared | None = None
    tarone: ChiSquared | None = None


def table_tests(data: TwoArmCounts, odds_ratio: float) -> TableTests:
    """Association, and homogeneity around a common odds ratio.

    Parameters
    ----------
    data
        2x2 tables.
    odds_ratio
        The common odds ratio, positive and finite.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> tables = counts(ai=[4, 6], bi=[119, 300], ci=[11, 29], di=[128, 274])
    >>> round(table_tests(tables, 0.2462).breslow_day.statistic, 3)
    0.948
    """
    m = margins(data)
    cmh, corrected = _association(data, m)
    breslow_day, tarone = _homogeneity(data, m, odds_ratio)
    return TableTests(cmh, corrected, breslow_day, tarone)


def rate_tests(data: TwoArmPersonTime) -> TableTests:
    """Association of the arm with the event rate."""
    events, time = data.x1i + data.x2i, data.t1i + data.t2i
    variance = events * (data.t1i / time) * (data.t2i / time)
    if variance.sum() == 0:
        return TableTests()
    return TableTests(*_score_tests(data.x1i - events * data.t1i / time, variance))


def _association(
    data: TwoArmCounts, m: Margins
) -> tuple[ChiSquared, ChiSquared] | tuple[None, None]:
    on = m.informative
    if not on.any():
        return None, None
    n1, n2, n, events, others = (x[on] for x in (m.n1, m.n2, m.n, m.events, m.others))
    variance = (n1 / n) * (n2 / n) * events * (others / (n - 1))
    return _score_tests(data.ai[on] - n1 * events / n, variance)


def _score_tests(difference: np.ndarray, variance: np.ndarray) -> tuple[ChiSquared, ChiSquared]:
    total = abs(float(difference.sum()))
    corrected = total - 0.5 if total >= 0.5 else total
    return (
        chi_squared(total**2 / float(variance.sum()), 1),
        chi_squared(corrected**2 / float(variance.sum()), 1),
    )


def _homogeneity(
    data: TwoArmCounts, m: Margins, odds_ratio: float
) -> tuple[ChiSquared, ChiSquared] | tuple[None, None]:
    on = m.informative
    if on.sum() < 2:
        return None, None
    n1, n2, events, a = m.n1[on], m.n2[on], m.events[on], data.ai[on]
    fitted = _fitted_events(n1, n2, events, odds_ratio)
    precision = 1 / fitted + 1 / (n1 - fitted) + 1 / (events - fitted) + 1 / (n2 - events + fitted)
    breslow_day = float(((a - fitted) ** 2 * precision).sum())
    excess = float((a - fitted).sum()) ** 2 / float((1 / precision).sum())
    df = int(on.sum()) - 1
    return chi_squared(breslow_day, df), chi_squared(max(0.0, breslow_day - excess), df)


def _fitted_events(
    n1: np.ndarray, n2: np.ndarray, events: np.ndarray, odds_ratio: float
) -> np.ndarray:
    """Events of the treated arm that give the odds ratio at the margins.

    The root of a quadratic, in the form that does not cancel near an odds ratio of 1.
    """
    a = odds_ratio * (n1 + events) + (n2 - events)
    b = np.sqrt(np.maximum(a**2 - 4 * n1 * events * odds_ratio * (odds_ratio - 1), 0))
    stable = a > 0
    root: np.ndarray = np.empty_like(a)
    root[stable] = 2 * odds_ratio * (n1 * events)[stable] / (a + b)[stable]
    root[~stable] = (a - b)[~stable] / (2 * (odds_ratio - 1))
    return root
