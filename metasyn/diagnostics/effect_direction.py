"""Effect directions and their sign test: a synthesis of last resort, without sizes or weights.

Where estimates cannot be pooled, the directions of the effects can be counted, and compared with
what chance alone would give (SWiM: Campbell et al. 2020, BMJ 368:l6890; Boon and Thomson 2021,
Research Synthesis Methods 12:29). Significance plays no part: counting significant results is not a
synthesis. What papers say of each other plays none either; that is :func:`metasyn.tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metasyn.diagnostics.no_null import null_of, told
from metasyn.diagnostics.p_words import p_words
from metasyn.effects.effects import Effects
from metasyn.errors import Note, SpecError
from metasyn.models.interval import Interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EffectDirections", "effect_direction_test"]

AGREEING = 70
"""Percentage of a study's outcomes that must point one way (Boon and Thomson 2021)."""


@dataclass(frozen=True, slots=True)
class EffectDirections:
    """Directions of study effects and their sign test.

    Parameters
    ----------
    slab
        Studies, each once.
    directions
        ``higher``, ``lower`` or ``unclear`` of each.
    higher, lower, unclear
        How many there are; unclear ones are no part of the test.
    null
        Value of no effect on the analysis scale.
    share, ci
        Share of the clear directions that are higher, with its exact interval (Clopper and
        Pearson); None where there are none.
    p_value
        Two-sided exact binomial test of a share of one half; None where there are none.
    level
        Coverage of the interval.
    notes
        What a reader has to know.
    outcomes
        How many outcomes stand behind the direction of each study.
    ni
        Sample size of each study, its largest where outcomes differ; None where it is not known.
    measure
        What the effects measure.
    """

    slab: tuple[str, ...]
    directions: tuple[str, ...]
    higher: int
    lower: int
    unclear: int
    null: float
    share: float | None
    ci: Interval | None
    p_value: float | None
    level: float
    notes: tuple[Note, ...] = ()
    outcomes: tuple[int, ...] = ()
    ni: tuple[float | None, ...] = ()
    measure: str = "GEN"

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab direction``."""
        import pandas as pd

        return pd.DataFrame({"slab": self.slab, "direction": self.directions})

    def summary(self) -> str:
        """The test in sentences."""
        studies = "1 study" if len(self.slab) == 1 else f"{len(self.slab)} studies"
        counts = f"{self.higher} higher, {self.lower} lower, {self.unclear} unclear"
        lines = [f"Effect directions of {studies}: {counts} than {told(self.null, self.measure)}."]
        if self.share is None or self.ci is None:
            lines.append("No sign test: no study has a clear direction.")
        else:
            lines.append(
                f"Sign test: {self.higher} of {self.higher + self.lower} higher "
                f"({100 * self.share:.0f}%, {100 * self.level:g}% interval "
                f"{100 * self.ci.low:.0f}% to {100 * self.ci.high:.0f}%), "
                f"{p_words(self.p_value, 3)}."
            )
        lines.append("Directions say nothing about the size of an effect.")
        return "\n".join(lines)


def effect_direction_test(
    effects: Effects, *, null: float | None = None, level: float = 0.95
) -> EffectDirections:
    """Sign test of effect directions.

    Every study counts once, whatever its size or its p-value. A study with several outcomes (rows
    with one label) has the direction in which at least 70% of them point, and is unclear otherwise;
    so is an effect that equals ``null``, or that is not known.

    Parameters
    ----------
    effects
        Effects on the analysis scale, all scored so that higher means the same.
    null
        Value of no effect on that scale; None for that of the measure. Measures of one group have
        none: give one.
    level
        Coverage of the interval.

    Raises
    ------
    SpecError
        If the measure has no value of no effect and none is given, or the level is no share.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> found = effect_direction_test(effects_from([0.2, 0.4, 0.1, -0.1, 0.3], [0.1] * 5))
    >>> found.higher, found.lower, found.p_value
    (4, 1, 0.375)
    """
    if not 0 < level < 1:
        raise SpecError(f"level is {level}; it must lie between 0 and 1.")
    zero = null_of(effects.measure) if null is None else null
    if zero is None:
        raise SpecError(
            f"{effects.measure} has no value that means no effect: give null, a value on the "
            "analysis scale."
        )
    signs: dict[str, list[int]] = {}
    for label, effect in zip(effects.slab, map(float, effects.yi), strict=True):
        known = math.isfinite(effect)
        signs.setdefault(label, []).append((effect > zero) - (effect < zero) if known else 0)
    directions = tuple(_direction(own) for own in signs.values())
    higher, lower = directions.count("higher"), directions.count("lower")
    share, ci, p_value = _sign_test(higher, higher + lower, level)
    return EffectDirections(
        tuple(signs), directions, higher, lower, directions.count("unclear"), zero, share, ci,
        p_value, level, _notes(directions), tuple(map(len, signs.values())), _sizes(effects, signs),
        effects.measure,
    )  # fmt: skip


def _sizes(effects: Effects, slab: Iterable[str]) -> tuple[float | None, ...]:
    """Largest known sample size of every study."""
    if effects.ni is None:
        return tuple(None for _ in slab)
    sizes: dict[str, list[float]] = {}
    for label, size in zip(effects.slab, map(float, effects.ni), strict=True):
        sizes.setdefault(label, []).append(size)
    known = {label: [n for n in own if math.isfinite(n)] for label, own in sizes.items()}
    return tuple(max(known[label], default=None) for label in slab)


def _direction(signs: list[int]) -> str:
    for name, sign in (("higher", 1), ("lower", -1)):
        if 100 * signs.count(sign) >= AGREEING * len(signs):
            return name
    return "unclear"


def _sign_test(
    higher: int, clear: int, level: float
) -> tuple[float | None, Interval | None, float | None]:
    if not clear:
        return None, None, None
    from scipy.stats import binomtest

    test = binomtest(higher, clear, 0.5)
    ends = test.proportion_ci(level, "exact")
    interval = Interval(float(ends.low), float(ends.high), level, "clopper-pearson")
    return higher / clear, interval, float(test.pvalue)


def _notes(directions: tuple[str, ...]) -> tuple[Note, ...]:
    unclear = directions.count("unclear")
    if not unclear:
        return ()
    return (
        Note(
            "unclear-directions",
            f"{unclear} of {len(directions)} studies have no clear direction and are no part of "
            "the sign test.",
        ),
    )
