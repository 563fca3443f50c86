"""PET, PEESE and the conditional estimator of the two."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.funnel_notes import UNTRUSTED, built_in, funnel_notes, withheld
from metasyn.diagnostics.least_squares import LineFit, Term, weighted_line
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import Note
from metasyn.models.random_effects.pooling import check

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PetPeese", "pet_peese"]


@dataclass(frozen=True, eq=False, slots=True)
class PetPeese:
    """Effects extrapolated to a study without sampling error.

    Parameters
    ----------
    k
        Number of studies.
    pet, peese
        Weighted lines on the standard error and on the variance; their intercepts are the
        estimates.
    chosen
        ``"PEESE"`` where the intercept of PET differs from 0 in the direction of the studies' mean,
        else ``"PET"``.
    notes
        What a reader has to know.
    slab, yi, sei
        Studies with their estimates and standard errors, shape (k,).
    measure
        Code of the measure of the estimates.
    """

    k: int
    pet: LineFit
    peese: LineFit
    chosen: str
    notes: tuple[Note, ...] = ()
    slab: tuple[str, ...] = ()
    yi: FloatArray = field(default_factory=lambda: read_only([]))
    sei: FloatArray = field(default_factory=lambda: read_only([]))
    measure: str = "GEN"

    @property
    def conditional(self) -> Term:
        """The conditional estimate: the intercept of the chosen line."""
        return self.peese.intercept if self.chosen == "PEESE" else self.pet.intercept

    @property
    def trusted(self) -> bool:
        """False where the data are of a kind that the lines should not be read for."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """Two rows, PET and PEESE: intercept with its test and interval, and slope."""
        import pandas as pd

        rows = []
        for name, line in (("PET", self.pet), ("PEESE", self.peese)):
            term = line.intercept
            row = {"estimator": name, "chosen": name == self.chosen, "estimate": term.estimate}
            row |= {"se": term.se, "statistic": term.statistic, "p_value": term.p_value}
            row |= {"ci_low": term.ci.low, "ci_high": term.ci.high}
            row |= {"slope": line.slope.estimate, "slope_p": line.slope.p_value, "df": line.df}
            rows.append(row)
        return pd.DataFrame(rows)

    def summary(self, *, insist: bool = False) -> str:
        """The estimate that is chosen, and the other one.

        Parameters
        ----------
        insist
            Tell it even where it should not be trusted; else the reason stands in its place.
        """
        if not (self.trusted or insist):
            return withheld(f"PET-PEESE, {self.k} studies", self.notes)
        lines = [f"PET-PEESE, {self.k} studies: {self.chosen} is chosen"]
        for name, line in (("PET", self.pet), ("PEESE", self.peese)):
            ci = line.intercept.ci
            estimate = line.intercept.estimate
            lines.append(f"{name}: {estimate:.4f} [{ci.low:.4f}, {ci.high:.4f}]")
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def pet_peese(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    level: float | None = None,
    alpha: float = 0.10,
) -> PetPeese:
    """Precision-effect test, and precision-effect estimate with standard error.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.
    spec
        The model that is diagnosed; of it only the level is used, because the lines have an error
        of their own, without tau2. 0.95 by default.
    level
        Coverage of the intervals, where it is not that of the model.
    alpha
        PEESE is chosen where the two-sided p-value of PET's intercept is below it, and the
        intercept has the sign of the weighted mean of the studies; 0.10 is the one-sided 5% of the
        authors.

    Raises
    ------
    SpecError
        If the model has moderators.
    DataError
        If there are fewer than three studies or all have the same variance.

    References
    ----------
    Stanley and Doucouliagos 2014, Res Synth Methods 5:60.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> pet_peese(effects_from([0.4, 0.1, 0.6, 0.3], [0.01, 0.04, 0.09, 0.25])).chosen
    'PET'
    """
    level = one_mean(effects, spec, "PET-PEESE", 3).level if level is None else level
    check(effects)
    weights = 1.0 / effects.vi
    pet = weighted_line(effects.yi, np.sqrt(effects.vi), weights, level)
    peese = weighted_line(effects.yi, effects.vi, weights, level)
    intercept = pet.intercept
    differs = intercept.p_value is not None and intercept.p_value < alpha
    alike = intercept.estimate * float(weights @ effects.yi) > 0.0
    notes = funnel_notes(effects) + built_in(effects)
    return PetPeese(
        k=len(effects),
        pet=pet,
        peese=peese,
        chosen="PEESE" if differs and alike else "PET",
        notes=notes,
        slab=effects.slab,
        yi=effects.yi,
        sei=read_only(np.sqrt(effects.vi)),
        measure=effects.measure,
    )
