"""2x2 tables: margins, cells without events, and what a method makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from metasyn.counting import plural
from metasyn.effects.arrays import FloatArray
from metasyn.effects.counts import TwoArmCounts
from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.person_time import TwoArmPersonTime
from metasyn.errors import DataError, Note
from metasyn.models.wald import chi_squared

__all__ = [
    "Fate",
    "Heterogeneity",
    "Margins",
    "StudyEffects",
    "margins",
    "study_effects",
    "zero_notes",
    "zero_rate_notes",
]

Mask = npt.NDArray[np.bool_]
Measure = Literal["OR", "RR", "RD", "IRR", "IRD"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What a method makes of studies with empty cells.

    Parameters
    ----------
    single_zero
        Of a study with an empty cell, but events and non-events in the study.
    double_zero
        Of a study in which nobody had the event.
    all_events
        Of a study in which everybody had it.
    """

    single_zero: str
    double_zero: str
    all_events: str


@dataclass(frozen=True, eq=False)
class Margins:
    """Margins of 2x2 tables, each of shape (k,).

    Parameters
    ----------
    n1, n2
        Patients of the treated and of the control arm.
    n
        Patients of both arms.
    events, others
        Patients of both arms with and without the event.
    """

    n1: FloatArray
    n2: FloatArray
    n: FloatArray
    events: FloatArray
    others: FloatArray

    @property
    def two_arms(self) -> Mask:
        """Studies with patients in both arms."""
        return (self.n1 > 0) & (self.n2 > 0)

    @property
    def informative(self) -> Mask:
        """Studies whose margins leave the odds ratio something to say."""
        return self.two_arms & (self.events > 0) & (self.others > 0)


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """Spread of the studies around a pooled estimate.

    Parameters
    ----------
    q, q_p
        Cochran's Q and its p-value.
    i2, h2
        ``max(0, 1 - df / q)`` and ``q / df``.
    """

    q: float
    q_p: float
    i2: float
    h2: float


@dataclass(frozen=True, eq=False)
class StudyEffects:
    """Each study's own estimate; 1/2 stands in every cell of tables with an empty cell.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances of the studies in ``used``.
    used
        Studies that have an estimate, shape (k,).
    """

    yi: FloatArray
    vi: FloatArray
    used: Mask

    def heterogeneity(self, centre: float) -> Heterogeneity:
        """Cochran's Q around a pooled estimate, and the I2 and H2 that follow from it."""
        if len(self.yi) < 2:
            return Heterogeneity(0.0, 1.0, 0.0, 1.0)
        df = len(self.yi) - 1
        test = chi_squared(float(((self.yi - centre) ** 2 / self.vi).sum()), df)
        i2 = max(0.0, 1 - df / test.statistic) if test.statistic > 0 else 0.0
        return Heterogeneity(test.statistic, test.p_value, i2, test.statistic / df)


def margins(data: TwoArmCounts) -> Margins:
    """Margins of every table."""
    n1, n2 = data.ai + data.bi, data.ci + data.di
    return Margins(n1, n2, n1 + n2, data.ai + data.ci, data.bi + data.di)


def study_effects(data: TwoArmCounts | TwoArmPersonTime, measure: Measure) -> StudyEffects:
    """Estimate and variance of every study that has events and, in a 2x2 table, non-events.

    metafor's convention (``add=1/2, to="only0", drop00=TRUE``): tables without, or with nothing
    but, events have no estimate of their own.

    Raises
    ------
    DataError
        If the measure does not go with such data.
    """
    if isinstance(data, TwoArmPersonTime):
        if measure not in ("IRR", "IRD"):
            raise DataError(f"{measure} needs 2x2 tables; events over person-time give IRR or IRD.")
        used = (data.x1i + data.x2i) > 0
        names = ("x1i", "t1i", "x2i", "t2i")
    else:
        if measure not in ("OR", "RR", "RD"):
            raise DataError(
                f"{measure} needs events over person-time; 2x2 tables give OR, RR or RD."
            )
        used = margins(data).informative
        names = ("ai", "bi", "ci", "di")
    if not used.any():
        return StudyEffects(np.zeros(0), np.zeros(0), used)
    effects = effect_sizes(measure, **{name: getattr(data, name)[used] for name in names})
    return StudyEffects(effects.yi, effects.vi, used)


def zero_notes(data: TwoArmCounts, fate: Fate) -> tuple[Note, ...]:
    """What became of studies with empty cells, one note a kind.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> tables = counts(ai=[0, 3], bi=[9, 7], ci=[0, 0], di=[8, 9], slab=["Lee", "Park"])
    >>> for note in zero_notes(tables, Fate("is used", "weighs nothing", "weighs nothing")):
    ...     print(note.code, "|", note)
    single-zero | 1 study has an empty cell (Park): it is used.
    double-zero | 1 study has no event in either arm (Lee): it weighs nothing.
    """
    m = margins(data)
    empty = (data.ai == 0) | (data.bi == 0) | (data.ci == 0) | (data.di == 0)
    kinds = (
        ("single-zero", empty & m.informative, "an empty cell", fate.single_zero),
        ("double-zero", m.two_arms & (m.events == 0), "no event in either arm", fate.double_zero),
        ("all-events", m.two_arms & (m.others == 0), "nothing but events", fate.all_events),
        ("empty-arm", ~m.two_arms, "no patients in one arm", "cannot be compared and is left out"),
    )
    return _notes(data.slab, kinds)


def zero_rate_notes(data: TwoArmPersonTime, fate: Fate) -> tuple[Note, ...]:
    """What became of studies without events in one arm or in both."""
    none = (data.x1i == 0) & (data.x2i == 0)
    one = ((data.x1i == 0) | (data.x2i == 0)) & ~none
    kinds = (
        ("single-zero", one, "no event in one arm", fate.single_zero),
        ("double-zero", none, "no event in either arm", fate.double_zero),
    )
    return _notes(data.slab, kinds)


def _notes(slab: tuple[str, ...], kinds: Sequence[tuple[str, Mask, str, str]]) -> tuple[Note, ...]:
    return tuple(
        Note(code, _sentence([s for s, hit in zip(slab, mask, strict=True) if hit], has, what))
        for code, mask, has, what in kinds
        if mask.any()
    )


def _sentence(labels: Sequence[str], has: str, what: str) -> str:
    listed = ", ".join(labels)
    if len(labels) == 1:
        return f"1 study has {has} ({listed}): it {what}."
    return f"{plural(len(labels), 'study', 'studies')} have {has} ({listed}): each {what}."
