"""Confidence intervals for tau2."""

from __future__ import annotations

from metasyn.errors import Note
from metasyn.models.interval import Interval
from metasyn.models.random_effects.moments import Model
from metasyn.models.random_effects.quantiles import chi2_upper
from metasyn.models.random_effects.search import q_root

__all__ = ["q_profile"]


def q_profile(model: Model, level: float, start: float) -> tuple[Interval | None, tuple[Note, ...]]:
    """Q-profile interval (Viechtbauer 2007, Stat Med 26:37, sec. 2.6).

    Parameters
    ----------
    model
        The studies.
    level
        Coverage.
    start
        A value of tau2 to start from; any serves.
    """
    df, tail = float(model.k - model.p), 0.5 * (1.0 - level)
    lowest = chi2_upper(1.0 - tail, df)
    high = q_root(model, lowest, start)
    if high == 0.0 and model.q_and_slope(0.0)[0] < lowest:
        return None, (empty_set("Q-profile"),)
    low = q_root(model, chi2_upper(tail, df), start)
    return Interval(low, high, level, "Q-profile"), ()


def empty_set(method: str) -> Note:
    """The note of an interval without a value in it."""
    return Note(
        "tau2-ci-empty",
        f"The {method} interval of tau2 is empty: the studies agree better than sampling errors "
        "alone would let them in all but a few meta-analyses.",
    )
