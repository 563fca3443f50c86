"""Studies behind a pooled result that came from arrays, each with its own estimate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from metasyn.effects.counts import Counts, TwoArmCounts
from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.effects import Effects
from metasyn.effects.person_time import TwoArmPersonTime
from metasyn.errors import SpecError
from metasyn.figures.words import plain_number
from metasyn.models.groups import StudyRow
from metasyn.models.results import Pooled
from metasyn.models.study_rows import effect_rows, proportion_rows

__all__ = ["TwoArmRow", "study_rows"]


@dataclass(frozen=True, slots=True)
class TwoArmRow(StudyRow):
    """A study of two arms.

    Parameters
    ----------
    arms
        Events and size of the treated and of the control arm, as printed.
    """

    arms: tuple[tuple[str, str], tuple[str, str]] = (("", ""), ("", ""))


def study_rows(pooled: Pooled) -> tuple[StudyRow, ...]:
    """Studies of a pooled result on the display scale; NaN where a study has no estimate.

    Two-arm studies have their own estimates with metafor's conventions (1/2 in every cell of
    tables with an empty cell; none for tables without, or with nothing but, events).

    Raises
    ------
    SpecError
        If the data hold no estimate of every study.
    """
    data, level = pooled.data, pooled.spec.level
    weights = [float(w) if math.isfinite(w) else None for w in pooled.weights]
    match data:
        case Counts():
            return proportion_rows(data, weights, level)
        case Effects():
            return effect_rows(data, weights, level)
        case TwoArmCounts() | TwoArmPersonTime():
            return _two_arm_rows(data, pooled.measure, weights, level)
    raise SpecError(
        "A forest plot needs the estimate of every study: give effects (yi, vi), counts of one "
        f"arm or of two arms, not {type(data).__name__}."
    )


def _two_arm_rows(
    data: TwoArmCounts | TwoArmPersonTime,
    measure: str,
    weights: Sequence[float | None],
    level: float,
) -> tuple[StudyRow, ...]:
    if isinstance(data, TwoArmCounts):
        own = effect_sizes(
            measure, ai=data.ai, bi=data.bi, ci=data.ci, di=data.di, slab=data.slab, drop00=True
        )
        treated, control = (data.ai, data.ai + data.bi), (data.ci, data.ci + data.di)
    else:
        own = effect_sizes(
            measure, x1i=data.x1i, t1i=data.t1i, x2i=data.x2i, t2i=data.t2i, slab=data.slab
        )
        treated, control = (data.x1i, data.t1i), (data.x2i, data.t2i)
    arms = zip(*treated, *control, strict=True)
    return tuple(
        TwoArmRow(
            label=row.label,
            estimate=row.estimate,
            ci=row.ci,
            weight=row.weight,
            is_case=False,
            arms=(
                (plain_number(x1), plain_number(n1)),
                (plain_number(x2), plain_number(n2)),
            ),
        )
        for row, (x1, n1, x2, n2) in zip(effect_rows(own, weights, level), arms, strict=True)
    )
