"""The p-curve: what the distribution of significant p-values says of evidential value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import bdtr, bdtrc, ndtr, ndtri

from metasyn.diagnostics.heterogeneity_note import heterogeneity_note
from metasyn.diagnostics.no_null import no_null
from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note
from metasyn.models.batch.backends import IntArray
from metasyn.models.batch.roots import crossing
from metasyn.models.interval import Interval
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.specs import RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PCurve", "PCurveTest", "p_curve"]

ALPHA, HALF = 0.05, 0.025
CUT = float(-ndtri(ALPHA / 2.0))
"""Absolute z that is significant."""
FARTHEST = 12.0
"""Mean of z at which every result is significant, to the last digit."""
POWER_RANGE = (0.051, 0.99)
BOUND = 2.2e-16
"""Probabilities closer than this to 0 or 1 count as if they were here, as in the authors' app."""


class PCurveTest(NamedTuple):
    """Stouffer's and the binomial test; the half curve's are None where it has no p-value."""

    full_z: float
    full_p: float
    half_z: float | None
    half_p: float | None
    binomial_p: float


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PCurve:
    """A p-curve analysis.

    Parameters
    ----------
    k
        Number of studies; those without significance play no part.
    slab, p_values
        Significant studies and their two-sided p-values, shape (s,).
    right_skew
        Tests that the curve is right-skewed: small p-values mean evidential value.
    flatter
        Tests that it is flatter than that of studies with a power of one third: evidential value
        is absent or inadequate.
    power, power_ci
        Power that the curve looks like, after selection, and its 90% interval; limits of 0.051 and
        0.99 are ends of the range.
    observed, expected_33
        Shares of p-values in (0, .01], (.01, .02], ... (.04, .05], and those expected at a power of
        one third, shape (5,).
    notes
        What a reader has to know.
    """

    k: int
    slab: tuple[str, ...]
    p_values: FloatArray
    right_skew: PCurveTest
    flatter: PCurveTest
    power: float
    power_ci: Interval
    observed: FloatArray
    expected_33: FloatArray
    notes: tuple[Note, ...] = ()

    @property
    def evidential_value(self) -> bool:
        """Half curve skewed at .05, or both curves at .1 (Simonsohn et al. 2015, p. 1151)."""
        test = self.right_skew
        half = 1.0 if test.half_p is None else test.half_p
        return half < 0.05 or (half < 0.1 and test.full_p < 0.1)

    @property
    def inadequate(self) -> bool:
        """Full curve flatter at .05, or half curve and binomial test at .1."""
        test = self.flatter
        half = 1.0 if test.half_p is None else test.half_p
        return test.full_p < 0.05 or (half < 0.1 and test.binomial_p < 0.1)

    @property
    def trusted(self) -> bool:
        """False where the curve should not be read as evidence."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """Two rows, one a question, with the tests."""
        import pandas as pd

        rows = [
            {"question": name, **test._asdict()}
            for name, test in (("right skew", self.right_skew), ("flatter", self.flatter))
        ]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """The tests, the power, and what speaks against them."""
        skew, flat, ci = self.right_skew, self.flatter, self.power_ci
        lines = [
            f"p-curve, {len(self.slab)} significant of {self.k} studies: evidential value "
            f"{'present' if self.evidential_value else 'not shown'}"
            f"{', inadequate' if self.inadequate else ''}",
            f"Right skew: {_words(skew)}",
            f"Flatter than a power of 33%: {_words(flat)}",
            f"Power {self.power:.2f} [{ci.low:.2f}, {ci.high:.2f}] after correction for selection",
        ]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


UNTRUSTED = ("p-curve-few", "high-heterogeneity", "p-curve-both-directions", "no-null")


def p_curve(effects: Effects, spec: InverseVariance | None = None) -> PCurve:
    """Analyse the significant results (two-sided p below 0.05).

    Tests are those of the authors' app 4, for statistics that are normal (or chi-squared with one
    degree of freedom), but for one: the app (4.052 and its descendants, as ``pcurve`` of R's
    dmetar) tests the flatness of the half curve with scores that run from 2/3 to 1 and so can
    hardly find it flat; here they are uniform where the power is one third, as in the paper.

    Parameters
    ----------
    effects
        Estimates and sampling variances; one result a study, that of its hypothesis.
    spec
        The model whose heterogeneity may speak against the curve;
        :class:`~metasyn.RandomEffects` by default. The curve takes nothing else from it: its level
        of significance is 0.05 and the interval of its power one of 90%, as in the papers.

    Raises
    ------
    SpecError
        If the model has moderators.
    DataError
        If no result is significant.

    References
    ----------
    Simonsohn, Nelson and Simmons 2014, J Exp Psychol Gen 143:534 and Perspect Psychol Sci 9:666;
    Simonsohn, Simmons and Nelson 2015, J Exp Psychol Gen 144:1146 (half curve and rules).

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> found = p_curve(effects_from([0.7, 0.6, 0.9, 0.1, 0.5], [0.04, 0.03, 0.05, 0.04, 0.04]))
    >>> len(found.slab), found.evidential_value
    (4, True)
    """
    spec = one_mean(effects, spec, "p-curve", 1)
    check(effects)
    z = effects.yi / np.sqrt(effects.vi)
    p = 2.0 * ndtr(-np.abs(z))
    kept = np.flatnonzero(p < ALPHA)
    if not len(kept):
        raise DataError("No result is significant at 0.05; there is no p-curve.")
    size, chosen = np.abs(z[kept]), p[kept]
    low, power, high = _powers(size, (0.95, 0.5, 0.05))
    bins = np.array([0.0, 0.01, 0.02, 0.03, 0.04, 0.05])
    third = float(_shifts([1.0 / 3.0])[0])
    return PCurve(
        k=len(effects),
        slab=tuple(effects.slab[i] for i in kept),
        p_values=read_only(chosen),
        right_skew=_skew(chosen),
        flatter=_flatter(size, chosen, third),
        power=power,
        power_ci=Interval(min(low, high), max(low, high), 0.90, "p-curve"),
        observed=read_only(np.histogram(chosen, bins)[0] / len(chosen)),
        expected_33=read_only(3.0 * np.diff(_beyond(-ndtri(bins / 2.0), third))),
        notes=_notes(effects, spec, z[kept]),
    )


def _beyond(size: FloatArray | float, shift: FloatArray | float) -> FloatArray:
    """Probability of a larger absolute z where z has this mean."""
    beyond: FloatArray = ndtr(shift - size) + ndtr(-size - shift)
    return beyond


def _shifts(powers: Sequence[float]) -> FloatArray:
    """Means of z that give a two-sided test these powers."""
    goals = np.array(powers)

    def short(shift: FloatArray, rows: IntArray) -> FloatArray:
        missing: FloatArray = _beyond(CUT, shift) - goals[rows]
        return missing

    none, every = np.zeros(len(goals)), np.full(len(goals), FARTHEST)
    return crossing(short, none, every, ALPHA - goals, 1.0 - goals)


def _stouffer(scores: FloatArray) -> FloatArray:
    """Sums along the last axis of normal scores of probabilities, over the root of their number."""
    bounded = np.minimum(np.maximum(scores, BOUND), 1.0 - BOUND)
    total: FloatArray = ndtri(bounded).sum(axis=-1) / math.sqrt(scores.shape[-1])
    return total


def _skew(p: FloatArray) -> PCurveTest:
    """p-values scaled to 0..1 are uniform where there is no effect."""
    p = np.maximum(p, BOUND)
    half = p[p < HALF]
    z, half_z = float(_stouffer(p / ALPHA)), None
    if len(half):
        half_z = float(_stouffer(half / HALF))
    binomial = float(bdtrc(len(half) - 1.0, len(p), 0.5)) if len(half) else 1.0
    return PCurveTest(z, float(ndtr(z)), half_z, _below(half_z), binomial)


def _flatter(size: FloatArray, p: FloatArray, third: float) -> PCurveTest:
    """Share of results at a power of one third with larger p-values; small if the curve is flat."""
    kept = p < HALF
    inner = float(_beyond(-ndtri(HALF / 2.0), third))
    z, half_z = float(_stouffer(1.0 - 3.0 * _beyond(size, third))), None
    if kept.any():
        half_z = float(_stouffer(1.0 - _beyond(size[kept], third) / inner))
    binomial = float(bdtr(float(kept.sum()), len(p), 3.0 * inner))
    return PCurveTest(z, float(ndtr(z)), half_z, _below(half_z), binomial)


def _below(z: float | None) -> float | None:
    return None if z is None else float(ndtr(z))


def _powers(size: FloatArray, chances: Sequence[float]) -> list[float]:
    """Powers at which flatter curves than the observed one have these chances."""
    goals: FloatArray = ndtri(chances)

    def fit(shift: FloatArray) -> FloatArray:
        share = _beyond(size, shift[:, None]) / _beyond(CUT, shift)[:, None]
        return _stouffer(1.0 - share)

    # the larger the power, the more of the curve lies beyond its results
    ends = _shifts(POWER_RANGE)
    most, least = fit(ends).tolist()
    powers = np.where(most <= goals, *POWER_RANGE)
    inner = np.flatnonzero((most > goals) & (goals > least))
    low, high = np.tile(ends, (len(inner), 1)).T
    goals = goals[inner]
    roots = crossing(lambda at, i: fit(at) - goals[i], low, high, most - goals, least - goals)
    powers[inner] = _beyond(CUT, roots)
    return [float(power) for power in powers]


def _notes(effects: Effects, spec: InverseVariance, z: FloatArray) -> tuple[Note, ...]:
    """What speaks against the curve."""
    message = (
        "p-curve looks at significance alone: evidential value says that not all significant "
        "results are selected false positives, nothing of the size of an effect."
    )
    notes = [Note("p-curve-meaning", message)]
    if len(z) < 5:
        message = f"{len(z)} significant results are too few for a curve; do not rely on this."
        notes.append(Note("p-curve-few", message))
    if z.min() < 0.0 < z.max():
        message = "Significant results point in both directions: they test no single hypothesis."
        notes.append(Note("p-curve-both-directions", message))
    notes += no_null(effects.measure)
    if isinstance(spec, RandomEffects):
        spec = replace(spec, prediction="none", tau2_ci="none")
    consequence = (
        "The power is then that of no study in particular, and is overestimated; an effect size "
        "taken from the curve would be too large."
    )
    return (*notes, *heterogeneity_note(pool(effects, spec), consequence))


def _words(test: PCurveTest) -> str:
    """Stouffer's tests of the full and the half curve, and the binomial one."""
    half = "curve empty"
    if test.half_z is not None:
        half = f"z = {test.half_z:.2f}, {p_words(test.half_p)}"
    full = f"full z = {test.full_z:.2f}, {p_words(test.full_p)}"
    return f"{full}; half {half}; binomial {p_words(test.binomial_p)}"
