"""Baujat's plot: what each study adds to heterogeneity, and how far it moves the estimate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.refit import LeftOut, left_out
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import Note

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Baujat", "baujat", "baujat_of"]

NAME = "Baujat's plot"


@dataclass(frozen=True, eq=False, slots=True)
class Baujat:
    """The two axes of Baujat's plot, shape (k,).

    Parameters
    ----------
    slab
        Study labels.
    heterogeneity
        Squared Pearson residual: the study's part of Q, or of y'Py of a random-effects model.
    influence
        Squared change of the estimate by leaving the study out, over its variance then.
    notes
        What a reader has to know.
    """

    slab: tuple[str, ...]
    heterogeneity: FloatArray
    influence: FloatArray
    notes: tuple[Note, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab heterogeneity influence``."""
        import pandas as pd

        columns = {"slab": self.slab, "heterogeneity": self.heterogeneity}
        return pd.DataFrame({**columns, "influence": self.influence})

    @property
    def shares(self) -> FloatArray:
        """Each study's share of the heterogeneity, shape (k,); 0 where there is none."""
        total = float(self.heterogeneity.sum())
        return read_only(self.heterogeneity / total if total else np.zeros(len(self.slab)))

    def summary(self) -> str:
        """The study that leads on either axis."""
        share = self.shares
        far, moved = int(share.argmax()), np.nan_to_num(self.influence)
        leads = f"{self.slab[far]} adds most to heterogeneity ({share[far]:.0%})"
        moves = f"{self.slab[int(moved.argmax())]} moves the estimate most"
        line = (
            f"Baujat, {len(self.slab)} studies: {leads if share.any() else 'no heterogeneity'}, "
            f"{moves if moved.any() else 'no study moves the estimate'}"
        )
        return "\n".join([line, *(f"Note: {note}" for note in self.notes)])


def baujat(effects: Effects, spec: InverseVariance | None = None) -> Baujat:
    """Contribution to heterogeneity and influence of every study.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.
    spec
        The model, without moderators; :class:`~metasyn.RandomEffects` by default.

    Raises
    ------
    SpecError, DataError
        If the model has moderators, or there are fewer than three studies.

    References
    ----------
    Baujat et al. 2002, Stat Med 21:2641.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> found = baujat(effects_from([0.1, 0.2, 0.1, 2.0], [0.02, 0.04, 0.03, 0.03]))
    >>> int(found.heterogeneity.argmax())
    3
    """
    return baujat_of(effects, left_out(effects, one_mean(effects, spec, NAME, 3)))


def baujat_of(effects: Effects, fits: LeftOut) -> Baujat:
    """The same from fits of the mean that are made already.

    Parameters
    ----------
    effects, fits
        The studies, and the mean fitted with all and without each of them.

    Raises
    ------
    SpecError, DataError
        As :func:`baujat` does.
    """
    one_mean(effects, fits.spec, NAME, 3)
    whole = fits.whole
    residual = effects.yi - whole.beta[0]
    change = np.array([fit.beta[0] for fit in fits.less]) - whole.beta[0]
    variance = np.array([fit.cov[0, 0] for fit in fits.less])
    moved = np.full(len(change), np.nan)
    np.divide(change * change, variance, out=moved, where=variance > 0.0)
    heterogeneity = residual * residual / (effects.vi + whole.tau2)
    notes: tuple[Note, ...] = ()
    if np.isnan(moved).any():
        who = [label for label, gone in zip(effects.slab, np.isnan(moved), strict=True) if gone]
        message = (
            f"Without {', '.join(who)} the others agree to the last digit: their estimate has no "
            "error to measure the move by."
        )
        notes = (Note("exact-fit", message),)
    return Baujat(effects.slab, read_only(heterogeneity), read_only(moved), notes)
