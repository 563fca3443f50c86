"""From the analysis scale to the scale that people read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metasyn.effects.measures import measure_of
from metasyn.effects.measures.scale import FREEMAN_TUKEY, Transform
from metasyn.errors import Note

__all__ = ["FreemanTukeyBack", "Transform", "display", "freeman_tukey_back"]

_DISAGREE = 0.01


def display(measure: str) -> Transform:
    """How results of a measure are displayed.

    Parameters
    ----------
    measure
        Code of a measure.

    Raises
    ------
    SpecError
        If no measure has the code.

    Examples
    --------
    >>> display("RR").name, display("PLO").name, display("PFT").needs_ni
    ('exp', 'logistic', True)
    """
    return measure_of(measure).back


@dataclass(frozen=True, slots=True)
class FreemanTukeyBack:
    """A pooled double arcsine as a proportion, by both sizes in use.

    Parameters
    ----------
    harmonic
        With the harmonic mean of the sample sizes (Miller 1978).
    inverse_variance
        With the size that the standard error implies, 1/(4 se²) (Barendregt et al. 2013).
    notes
        A warning where both disagree by more than 0.01 (Schwarzer et al. 2019).
    """

    harmonic: float
    inverse_variance: float
    notes: tuple[Note, ...] = ()


def freeman_tukey_back(estimate: float, se: float, ni: npt.ArrayLike) -> FreemanTukeyBack:
    """Back-transform a pooled double arcsine (measure PFT), with Schwarzer's warning.

    Parameters
    ----------
    estimate, se
        Pooled estimate and its standard error on the analysis scale.
    ni
        Sample sizes of the studies.

    References
    ----------
    Schwarzer, Chemaitelly, Abu-Raddad & Rücker 2019, Research Synthesis Methods 10, 476-483:
    the harmonic mean can mislead badly when sample sizes differ widely.

    Examples
    --------
    >>> back = freeman_tukey_back(0.1, 0.05, [30, 100, 100_000])
    >>> [note.code for note in back.notes]
    []
    """
    harmonic = float(FREEMAN_TUKEY.apply(estimate, ni))
    implied = float(FREEMAN_TUKEY.apply(estimate, 1 / (4 * np.float64(se) ** 2)))
    if abs(harmonic - implied) <= _DISAGREE:
        return FreemanTukeyBack(harmonic, implied)
    message = (
        f"The Freeman-Tukey back-transformation depends on the sample size that is put in: "
        f"{harmonic:.3f} with the harmonic mean, {implied:.3f} with the one that the standard "
        "error implies. Prefer a binomial-normal model or the logit (Schwarzer et al. 2019)."
    )
    return FreemanTukeyBack(harmonic, implied, (Note("freeman-tukey-back", message),))
