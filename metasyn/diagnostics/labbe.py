"""L'Abbe plot: the risk in one arm over the risk in the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.counts import TwoArmCounts
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, SpecError
from metasyn.models.pool import pool

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Labbe", "labbe"]


@dataclass(frozen=True, eq=False, slots=True)
class Labbe:
    """Points and line of a L'Abbe plot.

    Parameters
    ----------
    slab
        Study labels.
    control, treated
        Risks as observed, nothing added, shape (k,).
    n
        Patients, for the area of the points.
    measure
        ``RR``, ``OR`` or ``RD``.
    line_control, line_treated
        The pooled effect as a line: risks between 0 and 1.
    """

    slab: tuple[str, ...]
    control: FloatArray
    treated: FloatArray
    n: FloatArray
    measure: str
    line_control: FloatArray
    line_treated: FloatArray

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab control treated n``."""
        import pandas as pd

        columns = {"slab": self.slab, "control": self.control, "treated": self.treated}
        return pd.DataFrame({**columns, "n": self.n})

    def summary(self) -> str:
        """On which side of equality the studies lie."""
        above = int((self.treated > self.control).sum())
        below = int((self.treated < self.control).sum())
        return (
            f"L'Abbe, {len(self.slab)} studies: risk higher with treatment in {above}, lower in "
            f"{below}"
        )


Measure = Literal["RR", "OR", "RD"]


def labbe(
    counts: TwoArmCounts | Effects,
    estimate: float | InverseVariance | None = None,
    measure: Measure = "RR",
) -> Labbe:
    """Risks of the two arms, and the line of a pooled effect.

    Parameters
    ----------
    counts
        2x2 tables, or effects that were computed from some.
    estimate
        Pooled effect on the analysis scale (log for ``RR`` and ``OR``); of effects the model that
        pools them, :class:`~metasyn.RandomEffects` by default.
    measure
        What it is; effects bring their own.

    Raises
    ------
    SpecError
        If the measure is none of these, or the model has moderators.
    DataError
        If an arm has no patients (the study is named), or effects come without their tables.

    References
    ----------
    L'Abbe, Detsky and O'Rourke 1987, Ann Intern Med 107:224.

    Examples
    --------
    >>> import metasyn as ms
    >>> tables = ms.counts(ai=[4, 6], bi=[119, 300], ci=[11, 29], di=[128, 274])
    >>> labbe(tables, -1.2).treated.round(3)
    array([0.033, 0.02 ])
    """
    if isinstance(counts, Effects):
        return _of_effects(counts, estimate)
    if measure not in get_args(Measure):
        raise SpecError(f"measure must be RR, OR or RD, not {measure!r}.")
    if not isinstance(estimate, int | float):
        raise SpecError("labbe(counts, estimate) takes the pooled effect as a number.")
    n1, n2 = counts.ai + counts.bi, counts.ci + counts.di
    for label, first, second in zip(counts.slab, n1.tolist(), n2.tolist(), strict=True):
        if not first or not second:
            raise DataError(f"{label}: an arm has no patients; leave the study out.")
    control = np.linspace(0.0, 1.0, 201)
    if measure == "RD":
        treated = control + estimate
    elif measure == "RR":
        treated = control * np.exp(estimate)
    else:
        odds = control * np.exp(estimate)
        treated = odds / (1.0 - control + odds)
    inside = (treated >= 0.0) & (treated <= 1.0)
    return Labbe(
        counts.slab,
        read_only(counts.ci / n2),
        read_only(counts.ai / n1),
        read_only(n1 + n2),
        measure,
        read_only(control[inside]),
        read_only(treated[inside]),
    )


def _of_effects(effects: Effects, spec: float | InverseVariance | None) -> Labbe:
    """From the tables behind some effects, and their pool."""
    counts = effects.counts
    if not isinstance(counts, TwoArmCounts) or counts.slab != effects.slab:
        raise DataError("A L'Abbé plot needs the 2x2 tables: make the effects by effect_sizes().")
    if isinstance(spec, int | float):
        raise SpecError("labbe(effects, spec) takes a model, not a number.")
    chosen = one_mean(effects, spec, "A L'Abbé plot", 1)
    return labbe(counts, pool(effects, chosen).estimate, effects.measure)  # type: ignore[arg-type]
