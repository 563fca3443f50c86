"""Rare events: every method side by side, and what it makes of studies without events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metasyn.counting import plural
from metasyn.effects.counts import TwoArmCounts
from metasyn.errors import DataError
from metasyn.models.interval import Interval
from metasyn.models.rare_event_methods import METHODS, Method
from metasyn.models.results import Pooled
from metasyn.models.tables import margins

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RareEvents", "RareEventsRow", "rare_events"]

_NONE = "none"


@dataclass(frozen=True, slots=True)
class RareEventsRow:
    """One method's answer.

    Parameters
    ----------
    method, measure
        Method, and the code of what it estimates; the analysis scale is that of the measure.
    estimate, ci
        On the analysis scale; None where the method has no answer, infinite under separation.
    p_value
        Of no effect.
    tau2
        None where the model has none.
    k_used
        Studies in the estimate; 0 where there is none.
    single_zero, double_zero, all_events
        What became of studies with one empty cell, without an event, with nothing but events;
        ``none`` where there is no such study.
    note
        Why there is no answer, or what a reader has to know of it.
    """

    method: str
    measure: str
    estimate: float | None
    ci: Interval | None
    p_value: float | None
    tau2: float | None
    k_used: int
    single_zero: str
    double_zero: str
    all_events: str
    note: str


@dataclass(frozen=True, eq=False)
class RareEvents:
    """Every method's answer to the same 2x2 tables.

    Parameters
    ----------
    data
        The tables.
    rows
        One a method.
    single_zero, double_zero, all_events
        Labels of the studies with an empty cell, without an event, with nothing but events.
    """

    data: TwoArmCounts
    rows: tuple[RareEventsRow, ...]
    single_zero: tuple[str, ...]
    double_zero: tuple[str, ...]
    all_events: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a method, estimates and limits on the analysis scale."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "method": row.method,
                    "measure": row.measure,
                    "estimate": row.estimate,
                    "ci_low": row.ci.low if row.ci else None,
                    "ci_high": row.ci.high if row.ci else None,
                    "p_value": row.p_value,
                    "tau2": row.tau2,
                    "k_used": row.k_used,
                    "single_zero": row.single_zero,
                    "double_zero": row.double_zero,
                    "all_events": row.all_events,
                    "note": row.note,
                }
                for row in self.rows
            ]
        )

    def summary(self) -> str:
        """The comparison in lines: odds ratios (arcsine differences in radians) and intervals."""
        head = (
            f"{plural(len(self.data), 'study', 'studies')}; with an empty cell "
            f"{len(self.single_zero)}, without an event {len(self.double_zero)}, with nothing but "
            f"events {len(self.all_events)}"
        )
        return "\n".join([head, *(_line(row) for row in self.rows)])


def rare_events(counts: TwoArmCounts, level: float = 0.95) -> RareEvents:
    """Compare the methods for rare events on 2x2 tables.

    Mantel-Haenszel without correction, Peto, inverse variance (REML, 1/2 in tables with an empty
    cell), arcsine differences, CM.EL, UM.FS, UM.RS, beta-binomial and Firth's logistic regression.
    A method that has no answer says why in its row; none stops the others.

    Parameters
    ----------
    counts
        2x2 tables.
    level
        Coverage of every interval.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> tables = counts(ai=[0, 1, 0], bi=[116, 43, 9], ci=[3, 3, 0], di=[114, 32, 9])
    >>> for row in rare_events(tables).rows[:3]:
    ...     print(row.method, round(row.estimate, 2), row.k_used)
    Mantel-Haenszel, no correction -2.04 2
    Peto -1.61 2
    Inverse variance, REML -1.61 2
    """
    kinds = _kinds(counts)
    rows = tuple(_row(method, counts, level, kinds) for method in METHODS)
    return RareEvents(counts, rows, *kinds)


Kinds = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _kinds(data: TwoArmCounts) -> Kinds:
    """Labels of studies with an empty cell, without an event, with nothing but events."""
    m = margins(data)
    empty = (data.ai == 0) | (data.bi == 0) | (data.ci == 0) | (data.di == 0)
    masks = (
        empty & m.informative,
        m.two_arms & (m.events == 0),
        m.two_arms & (m.others == 0),
    )
    one, none, every = (
        tuple(s for s, hit in zip(data.slab, mask, strict=True) if hit) for mask in masks
    )
    return one, none, every


def _row(method: Method, data: TwoArmCounts, level: float, kinds: Kinds) -> RareEventsRow:
    fates = (method.fate.single_zero, method.fate.double_zero, method.fate.all_events)
    single, double, every = (
        fate if labels else _NONE for fate, labels in zip(fates, kinds, strict=True)
    )
    pooled: Pooled | None = None
    try:
        pooled = method.pool(data, level)
        told = " ".join(n.message for n in pooled.notes if n.code in _WORTH_TELLING)
    except DataError as error:
        told = str(error)
    m = margins(data)
    used = m.two_arms if method.takes_all else m.informative
    return RareEventsRow(
        method=method.name,
        measure=pooled.measure if pooled else method.measure,
        estimate=pooled.estimate if pooled else None,
        ci=pooled.ci if pooled else None,
        p_value=pooled.p_value if pooled else None,
        tau2=pooled.tau2 if pooled else None,
        k_used=int(used.sum()) if pooled else 0,
        single_zero=single,
        double_zero=double,
        all_events=every,
        note=told,
    )


_WORTH_TELLING = {
    "not-converged",
    "rho-at-bound",
    "separation",
    "single-study",
    "tau-at-bound",
}


def _line(row: RareEventsRow) -> str:
    if row.estimate is None or row.ci is None:
        return f"{row.method}: no estimate. {row.note}"
    ratio = row.measure != "AS"
    values = np.array([row.estimate, *row.ci])
    estimate, low, high = np.exp(values) if ratio else values
    what = "OR" if ratio else "arcsine difference"
    spread = "" if row.tau2 is None else f", tau² {row.tau2:.3f}"
    note = f". {row.note}" if row.note else ""
    return (
        f"{row.method}: {what} {estimate:.3f} [{low:.3f}, {high:.3f}], "
        f"{plural(row.k_used, 'study', 'studies')}{spread}{note}"
    )
