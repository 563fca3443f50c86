"""Radial (Galbraith) plot: standardised estimates over precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.models.pool import pool
from metasyn.models.random_effects.quantiles import critical
from metasyn.models.results import Pooled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Radial", "radial"]


@dataclass(frozen=True, eq=False, slots=True)
class Radial:
    """Points of a radial plot; the line through the origin has the pooled estimate as its slope.

    Parameters
    ----------
    slab
        Study labels.
    x, z
        Precision ``1 / sqrt(vi + tau2)`` and ``yi / sqrt(vi + tau2)``, shape (k,).
    band
        Half-width of the band about the line that holds ``level`` of the studies.
    pooled
        The fit: slope, and interval for the arc.
    """

    slab: tuple[str, ...]
    x: FloatArray
    z: FloatArray
    band: float
    pooled: Pooled

    @property
    def outside(self) -> tuple[str, ...]:
        """Studies outside the band."""
        far = np.abs(self.z - self.pooled.estimate * self.x) > self.band
        return tuple(label for label, is_so in zip(self.slab, far, strict=True) if is_so)

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab x z``."""
        import pandas as pd

        return pd.DataFrame({"slab": self.slab, "x": self.x, "z": self.z})

    def summary(self) -> str:
        """The slope, and who lies outside the band."""
        return (
            f"Radial plot, {len(self.slab)} studies, slope {self.pooled.estimate:.4f}; outside the "
            f"band: {', '.join(self.outside) or 'none'}"
        )


def radial(effects: Effects, spec: InverseVariance | None = None) -> Radial:
    """Points, line and band of a radial plot.

    Parameters
    ----------
    effects
        Estimates and sampling variances.
    spec
        The model, without moderators; :class:`~metasyn.RandomEffects` by default. Its level rules
        the band.

    Raises
    ------
    SpecError, DataError
        If the model has moderators, or there are fewer than two studies.

    References
    ----------
    Galbraith 1988, Stat Med 7:889.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> from metasyn.models.specs import CommonEffect
    >>> radial(effects_from([0.1, 0.2, 1.9], [0.01, 0.04, 0.04]), CommonEffect()).outside
    ('1', '3')
    """
    spec = one_mean(effects, spec, "A radial plot", 2)
    pooled = pool(effects, spec)
    x = 1.0 / np.sqrt(effects.vi + (pooled.tau2 or 0.0))
    band = critical(spec.level, None)
    return Radial(effects.slab, read_only(x), read_only(effects.yi * x), band, pooled)
