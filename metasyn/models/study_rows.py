"""The studies of a pooled line as rows: own estimate, own interval, weight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from metasyn.effects.counts import DESIGNS, Counts
from metasyn.effects.effects import Effects
from metasyn.effects.transforms import display
from metasyn.models.groups import StudyRow
from metasyn.models.interval import Interval
from metasyn.records import Result

__all__ = ["by_design_then_year", "effect_rows", "exact_interval", "proportion_rows"]


def exact_interval(events: float, n: float, level: float = 0.95) -> Interval:
    """Clopper-Pearson interval of a proportion (Clopper & Pearson 1934, Biometrika 26:404-413).

    Parameters
    ----------
    events, n
        Events among patients.
    level
        Coverage, at least.

    Examples
    --------
    >>> low, high = exact_interval(1, 1)
    >>> round(low, 3), high
    (0.025, 1.0)
    """
    return _exact_intervals(np.array([events]), np.array([n]), level)[0]


def _exact_intervals(
    events: NDArray[np.float64], n: NDArray[np.float64], level: float
) -> list[Interval]:
    """The same of many proportions in one call, which costs little more than that of one.

    Limits are quantiles of beta distributions (Clopper & Pearson 1934, Biometrika 26:404-413).
    """
    from scipy.special import betainccinv, betaincinv

    tail, failures = (1 - level) / 2, n - events
    # No limit where there is no event, or nothing but events: any parameter above 0 serves there.
    lows = betaincinv(np.where(events == 0, 1, events), failures + 1, tail)
    highs = betainccinv(events + 1, np.where(failures == 0, 1, failures), tail)
    lows, highs = np.where(events == 0, 0.0, lows), np.where(failures == 0, 1.0, highs)
    return [
        Interval(float(low), float(high), level, "clopper-pearson")
        for low, high in zip(lows, highs, strict=True)
    ]


def by_design_then_year(records: Sequence[Result]) -> list[Result]:
    """Records in the order of a forest plot.

    Single cases last; the others by design, strongest first, then by year, then by label.
    """

    def key(record: Result) -> tuple[bool, int, int, str, str]:
        design = record.study.design
        rank = DESIGNS.index(design) if design in DESIGNS else len(DESIGNS)
        year = record.study.year if record.study.year is not None else 9999
        return record.is_single_case, rank, year, record.study.label, record.result_id

    return sorted(records, key=key)


def proportion_rows(
    counts: Counts, weights: Sequence[float | None], level: float
) -> tuple[StudyRow, ...]:
    """One row a study: the crude proportion with its exact interval."""
    records = counts.records or (None,) * len(counts)
    intervals = _exact_intervals(counts.xi, counts.ni, level)
    return tuple(
        StudyRow(
            label=label,
            estimate=float(x / n),
            ci=ci,
            weight=weight,
            is_case=bool(n <= 2),
            events=int(x),
            n=int(n),
            record=record,
        )
        for label, x, n, ci, weight, record in zip(
            counts.slab, counts.xi, counts.ni, intervals, weights, records, strict=True
        )
    )


def effect_rows(
    effects: Effects, weights: Sequence[float | None], level: float
) -> tuple[StudyRow, ...]:
    """One row a comparison: its estimate back on the display scale, with its Wald interval."""
    from scipy.special import ndtri

    transform = display(effects.measure)
    half = ndtri((1 + level) / 2) * effects.vi**0.5
    sizes = effects.ni if transform.needs_ni else None
    ends = [transform.apply(effects.yi + sign * half, sizes) for sign in (-1, 1)]
    lows, highs = reversed(ends) if transform.decreasing else ends
    estimates = transform.apply(effects.yi, sizes)
    records = effects.records or (None,) * len(effects)
    return tuple(
        StudyRow(
            label=label,
            estimate=float(estimate),
            ci=Interval(float(low), float(high), level, "wald-z"),
            weight=weight,
            is_case=False,
            events=record.events if record else None,
            n=record.n if record else None,
            record=record,
        )
        for label, estimate, low, high, weight, record in zip(
            effects.slab, estimates, lows, highs, weights, records, strict=True
        )
    )
