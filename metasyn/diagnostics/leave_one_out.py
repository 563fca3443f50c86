"""The pooled estimate without each study in turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.fits_frame import fits_frame
from metasyn.diagnostics.no_null import null_of
from metasyn.diagnostics.take import InverseVariance, one_mean, spec_of, take, without
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import Note
from metasyn.models.pool import pool
from metasyn.models.results import Pooled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LeaveOneOut", "leave_one_out"]


@dataclass(frozen=True, eq=False, slots=True)
class LeaveOneOut:
    """Every study left out once.

    Parameters
    ----------
    pooled
        All studies.
    fits
        Without the first study, without the second, ...
    notes
        What a reader has to know.
    """

    pooled: Pooled
    fits: tuple[Pooled, ...]
    notes: tuple[Note, ...] = ()

    @property
    def slab(self) -> tuple[str, ...]:
        """The study that each fit leaves out."""
        return _labels(self.pooled)

    @property
    def estimates(self) -> FloatArray:
        """Estimate without each study, shape (k,)."""
        return read_only([fit.estimate for fit in self.fits])

    def crossing(self, threshold: float = 0.0) -> tuple[str, ...]:
        """Studies without which the estimate lies on the other side of a threshold.

        Parameters
        ----------
        threshold
            On the analysis scale (0: the sign changes).
        """
        side = np.sign(self.pooled.estimate - threshold)
        moved = np.sign(self.estimates - threshold) != side
        return tuple(label for label, is_so in zip(self.slab, moved, strict=True) if is_so)

    def deciding(self, threshold: float = 0.0) -> tuple[str, ...]:
        """Studies without which the confidence interval gains or loses a threshold.

        Parameters
        ----------
        threshold
            On the analysis scale (0: statistical significance changes).
        """
        whole = _covers(self.pooled, threshold)
        pairs = zip(self.slab, self.fits, strict=True)
        return tuple(label for label, fit in pairs if _covers(fit, threshold) != whole)

    def to_frame(self) -> pd.DataFrame:
        """One row a left-out study: ``slab``, then the columns of a pooled estimate."""
        return fits_frame(self.slab, self.fits)

    def summary(self) -> str:
        """The range of the estimates, and whose removal changes the reading."""
        estimates = self.estimates
        low, high = int(estimates.argmin()), int(estimates.argmax())
        lines = [
            f"Leave-one-out, {len(self.fits)} studies: {self.pooled.estimate:.4f} with all, from "
            f"{estimates[low]:.4f} (without {self.slab[low]}) to {estimates[high]:.4f} "
            f"(without {self.slab[high]})",
        ]
        null = null_of(self.pooled.measure)
        if null is not None:
            crossing, deciding = self.crossing(null), self.deciding(null)
            lines += [
                f"Sign changes without: {', '.join(crossing) or 'no study'}",
                f"Interval gains or loses {null:g} without: {', '.join(deciding) or 'no study'}",
            ]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def leave_one_out(effects: Effects, spec: InverseVariance | None = None) -> LeaveOneOut:
    """Pool again without each study in turn.

    Parameters
    ----------
    effects
        Estimates and sampling variances of two or more studies.
    spec
        The model, without moderators; :class:`~metasyn.RandomEffects` by default. tau2 is
        estimated anew every time.

    Raises
    ------
    SpecError
        If the model has moderators.
    DataError
        If there are fewer than two studies, or numbers that cannot be pooled.

    References
    ----------
    Viechtbauer and Cheung 2010, Res Synth Methods 1:112.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> found = leave_one_out(effects_from([0.1, 0.3, 0.9], [0.02, 0.04, 0.03]))
    >>> found.estimates.round(3)
    array([0.608, 0.494, 0.167])
    """
    spec = one_mean(effects, spec, "Leave-one-out", 2)
    k, bare = len(effects), replace(effects, data=None)
    fits = []
    for row in range(k):
        rows = without(k, row)
        fits.append(pool(take(bare, rows), spec_of(spec, rows)))
    notes: tuple[Note, ...] = ()
    if k == 2:
        message = "With one of two studies left out nothing is pooled: the other one is shown."
        notes = (Note("single-study", message),)
    return LeaveOneOut(pool(effects, spec), tuple(fits), notes)


def _labels(pooled: Pooled) -> tuple[str, ...]:
    return pooled.data.slab


def _covers(fit: Pooled, threshold: float) -> bool | None:
    return None if fit.ci is None else fit.ci.low <= threshold <= fit.ci.high
