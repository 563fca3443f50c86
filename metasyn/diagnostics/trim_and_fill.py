"""Trim and fill: the studies that a symmetric funnel would have, and the estimate with them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from metasyn.diagnostics.fits_frame import fits_frame
from metasyn.diagnostics.funnel_notes import UNTRUSTED, funnel_notes, withheld
from metasyn.diagnostics.funnel_tests import additive_line
from metasyn.diagnostics.take import InverseVariance, one_mean, take
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import Note, SpecError
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TrimAndFill", "trim_and_fill"]

ROUNDS = 100
"""Rounds of trimming after which the number of studies is taken not to settle."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class TrimAndFill:
    """Trim and fill.

    Parameters
    ----------
    estimator, side
        ``L0``, ``R0`` or ``Q0``, and the side on which studies are missing.
    k0, k0_se
        Number of missing studies; its standard error is None where it has no value.
    k0_p
        Test that none is missing; R0 only.
    observed, pooled
        Estimate of the observed studies, and with the filled ones.
    filled
        The filled studies; it is the tail of ``pooled.data``.
    notes
        What a reader has to know.
    """

    estimator: str
    side: str
    k0: int
    k0_se: float | None
    k0_p: float | None
    observed: Pooled
    pooled: Pooled
    filled: Effects
    notes: tuple[Note, ...] = ()

    @property
    def trusted(self) -> bool:
        """False where the data are of a kind whose funnel should not be read."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """Two rows, ``observed`` and ``filled``, with the columns of a pooled estimate."""
        frame = fits_frame(("observed", "filled"), (self.observed, self.pooled))
        return frame.rename(columns={"slab": "studies"})

    def summary(self, *, insist: bool = False) -> str:
        """How many studies are missing, and what they do to the estimate.

        Parameters
        ----------
        insist
            Tell it even where it should not be trusted; else the reason stands in its place.
        """
        if not (self.trusted or insist):
            return withheld(
                f"Trim and fill ({self.estimator}), {self.observed.k} studies", self.notes
            )
        se = "" if self.k0_se is None else f" (se {self.k0_se:.2f})"
        lines = [
            f"Trim and fill ({self.estimator}): {self.k0} missing on the {self.side}{se}",
            f"Estimate {self.observed.estimate:.4f} observed, {self.pooled.estimate:.4f} with them",
        ]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def trim_and_fill(
    effects: Effects,
    spec: InverseVariance | None = None,
    estimator: Literal["L0", "R0", "Q0"] = "L0",
    side: Literal["left", "right"] | None = None,
) -> TrimAndFill:
    """Estimate how many studies a symmetric funnel lacks, and fill them in.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.
    spec
        The model, without moderators; :class:`~metasyn.RandomEffects` by default.
    estimator
        Of the number of missing studies.
    side
        Where they are missing; None: against the slope of the effects on their standard errors.

    Raises
    ------
    SpecError
        If the estimator, the side or the model cannot be used.
    DataError
        If there are fewer than three studies, or all have one variance and no side is given.

    References
    ----------
    Duval and Tweedie 2000, JASA 95:89 and Biometrics 56:455.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> yi = [0.1, 0.15, 0.2, 0.5, 0.8, 1.1]
    >>> effects = effects_from(yi, [0.01, 0.01, 0.02, 0.1, 0.2, 0.3])
    >>> found = trim_and_fill(effects)
    >>> found.k0, found.side
    (2, 'left')
    """
    if estimator not in _MISSING:
        raise SpecError(f"estimator must be L0, R0 or Q0, not {estimator!r}.")
    if side not in (None, "left", "right"):
        raise SpecError(f"side must be 'left', 'right' or None, not {side!r}.")
    spec = one_mean(effects, spec, "Trim and fill", 3)
    check(effects)
    if isinstance(spec, RandomEffects) and spec.weights is not None:
        raise SpecError("Trim and fill has no weights for the studies that it fills in.")
    chosen = side or _missing_side(effects, spec)
    sign = -1.0 if chosen == "right" else 1.0
    order = np.argsort(sign * effects.yi, kind="stable")
    yi, vi = sign * effects.yi[order], effects.vi[order]
    trimmed, notes = _trim(yi, vi, spec, estimator)
    fills = _fills(effects, order, trimmed, sign)
    whole = Effects(
        read_only(np.concatenate([effects.yi, fills.yi])),
        read_only(np.concatenate([effects.vi, fills.vi])),
        (*effects.slab, *fills.slab),
        measure=effects.measure,
        notes=effects.notes,
    )
    k0 = trimmed.k0
    return TrimAndFill(
        estimator=estimator,
        side=chosen,
        k0=k0,
        k0_se=trimmed.se,
        k0_p=0.5 ** (k0 + 1) if estimator == "R0" else None,
        observed=pool(effects, spec),
        pooled=pool(whole, spec),
        filled=fills,
        notes=(*funnel_notes(effects), _INVENTED, *notes),
    )


_INVENTED = Note(
    "filled-studies",
    "Filled studies are no data: the estimate with them is a sensitivity analysis that takes all "
    "asymmetry for suppressed studies.",
)


def _missing_side(effects: Effects, spec: InverseVariance) -> Literal["left", "right"]:
    """Opposite to where small studies lie."""
    slope = additive_line(effects, spec, np.sqrt(effects.vi)).slope.estimate
    return "right" if slope < 0.0 else "left"


class _Count(NamedTuple):
    """Estimate of the number of missing studies and its standard error."""

    k0: float
    se: float | None


class _Trimmed(NamedTuple):
    """Where trimming ended: the count, its standard error, and the centre."""

    k0: int
    se: float | None
    centre: float


def _trim(
    yi: FloatArray, vi: FloatArray, spec: InverseVariance, estimator: str
) -> tuple[_Trimmed, tuple[Note, ...]]:
    """Trim the largest estimates until their number settles; estimates ascend."""
    k, k0 = len(yi), 0
    if isinstance(spec, RandomEffects):
        spec = replace(spec, ci="z", prediction="none", tau2_ci="none")
    centre, count = 0.0, _Count(0.0, None)
    for _ in range(ROUNDS):
        kept = slice(0, k - k0)
        centre = pool(Effects(yi[kept], vi[kept], ("",) * (k - k0)), spec).estimate
        count = _MISSING[estimator](_signed_ranks(yi - centre), k)
        if math.isnan(count.k0):
            message = "Q0 has no value here: the ranks leave no room for a number of studies."
            return _Trimmed(0, None, centre), (Note("trim-and-fill-undefined", message),)
        before, k0 = k0, min(k - 1, round(max(0.0, count.k0)))
        if k0 == before:
            return _Trimmed(k0, count.se, centre), ()
    message = f"The number of missing studies did not settle in {ROUNDS} rounds."
    return _Trimmed(k0, count.se, centre), (Note("trim-and-fill-unsettled", message),)


def _signed_ranks(centred: FloatArray) -> FloatArray:
    """Ranks of the absolute values with their signs; ties in the order of the estimates."""
    ranks = np.empty(len(centred))
    ranks[np.argsort(np.abs(centred), kind="stable")] = np.arange(1.0, len(centred) + 1.0)
    signed: FloatArray = np.sign(centred) * ranks
    return signed


def _run(ranks: FloatArray, k: int) -> _Count:
    """R0: the length of the rightmost run of ranks, less 1."""
    lowest = -ranks[ranks < 0.0]
    k0 = k - (float(lowest.max()) if len(lowest) else 0.0) - 1.0
    return _Count(k0, math.sqrt(2.0 * max(0.0, k0) + 2.0))


def _linear(ranks: FloatArray, k: int) -> _Count:
    """L0: linear in the sum of the positive ranks."""
    total = float(ranks[ranks > 0.0].sum())
    k0 = (4.0 * total - k * (k + 1)) / (2.0 * k - 1.0)
    return _Count(k0, _root(16.0 * _rank_variance(k, k0) / (2.0 * k - 1.0) ** 2))


def _quadratic(ranks: FloatArray, k: int) -> _Count:
    """Q0: the root of a quadratic in the sum of the positive ranks."""
    total = float(ranks[ranks > 0.0].sum())
    inside = 2.0 * k * k - 4.0 * total + 0.25
    if inside < 0.0:
        return _Count(math.nan, None)
    k0 = k - 0.5 - math.sqrt(inside)
    slope = (k - 0.5) ** 2 - k0 * (2.0 * k - k0 - 1.0)
    return _Count(k0, _root(4.0 * _rank_variance(k, k0) / slope) if slope else None)


def _root(variance: float) -> float | None:
    """Square root; None where a count below 0 makes the variance negative."""
    return math.sqrt(variance) if variance >= 0.0 else None


def _rank_variance(k: int, k0: float) -> float:
    """Variance of the sum of positive ranks where k0 studies are missing."""
    polynomial = (
        k * (k + 1.0) * (2.0 * k + 1.0)
        + 10.0 * k0**3
        + 27.0 * k0**2
        + 17.0 * k0
        - 18.0 * k * k0**2
        - 18.0 * k * k0
        + 6.0 * k * k * k0
    )
    return polynomial / 24.0


_MISSING: dict[str, Callable[[FloatArray, int], _Count]] = {
    "L0": _linear,
    "R0": _run,
    "Q0": _quadratic,
}


def _fills(effects: Effects, order: np.ndarray, trimmed: _Trimmed, sign: float) -> Effects:
    """Mirror images of the trimmed studies about the centre."""
    rows = order[len(order) - trimmed.k0 :].tolist()
    source = take(effects, rows)
    return replace(
        source,
        yi=read_only(2.0 * sign * trimmed.centre - source.yi),
        slab=tuple(f"Filled: {label}" for label in source.slab),
        data=None,
        ni=None,
        records=(),
        derivations=(),
    )
