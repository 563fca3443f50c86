"""Normal quantile plot of standardised residuals, with a simulated envelope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.refit import LeftOut, Refit, left_out
from metasyn.diagnostics.take import InverseVariance
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, SpecError
from metasyn.models.specs import CommonEffect, RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NormalQQ", "normal_qq", "normal_qq_of"]


@dataclass(frozen=True, eq=False, slots=True)
class NormalQQ:
    """Points in ascending order, with the envelope, shape (k,).

    Parameters
    ----------
    slab
        Study labels, in the order of the points.
    quantiles
        Of the normal distribution.
    residuals
        Internally standardised.
    low, high
        Pointwise envelope of the model's own residuals.
    level, seed, draws
        Of the envelope.
    """

    slab: tuple[str, ...]
    quantiles: FloatArray
    residuals: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    seed: int
    draws: int

    @property
    def outside(self) -> tuple[str, ...]:
        """Studies outside the envelope."""
        far = (self.residuals < self.low) | (self.residuals > self.high)
        return tuple(label for label, is_so in zip(self.slab, far, strict=True) if is_so)

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab quantile residual low high``."""
        import pandas as pd

        columns = {"slab": self.slab, "quantile": self.quantiles, "residual": self.residuals}
        return pd.DataFrame({**columns, "low": self.low, "high": self.high})

    def summary(self) -> str:
        """Who lies outside the envelope."""
        return (
            f"Normal quantiles, {len(self.slab)} studies; outside the {self.level:.0%} envelope "
            f"({self.draws} draws, seed {self.seed}): {', '.join(self.outside) or 'none'}"
        )


def normal_qq(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> NormalQQ:
    """Internally standardised residuals against normal quantiles.

    Parameters
    ----------
    effects
        Estimates and sampling variances.
    spec
        The model, with or without moderators; :class:`~metasyn.RandomEffects` by default.
    level
        Pointwise coverage of the envelope.
    draws, seed
        Data sets simulated from the fitted model, at its tau2.

    Raises
    ------
    SpecError
        If an argument is out of range.
    DataError
        If there are too few studies, or the numbers or moderators cannot be used.

    References
    ----------
    Wang and Bushman 1998, Psychol Methods 3:46; Cook and Weisberg 1982.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> normal_qq(effects_from([0.3, 0.2, 0.1], [0.02, 0.04, 0.03])).slab
    ('3', '2', '1')
    """
    spec = RandomEffects() if spec is None else spec
    if not isinstance(spec, RandomEffects | CommonEffect):
        kind = type(spec).__name__
        raise SpecError(f"normal_qq takes RandomEffects or CommonEffect, not {kind}.")
    if not 0.0 < level < 1.0 or draws < 1:
        raise SpecError(f"level must lie in 0..1 and draws be positive; got {level:g}, {draws}.")
    return normal_qq_of(effects, left_out(effects, spec), level=level, draws=draws, seed=seed)


def normal_qq_of(
    effects: Effects, fits: LeftOut, *, level: float = 0.95, draws: int = 1000, seed: int = 0
) -> NormalQQ:
    """The same from a fit that is made already.

    Parameters
    ----------
    effects, fits
        The studies, and the model fitted with all of them.
    level, draws, seed
        As for :func:`normal_qq`.

    Raises
    ------
    DataError
        As :func:`normal_qq` does.
    """
    from scipy.special import ndtri

    model = fits.model
    if model.k <= model.p:
        raise DataError(
            f"normal_qq takes at least {model.p + 1} studies for {model.p} coefficients, not "
            f"{model.k}."
        )
    fit = fits.whole
    rest, scale = _standardiser(fit)
    residuals = rest @ effects.yi / scale
    order = np.argsort(residuals, kind="stable")
    k = model.k
    noise = np.random.default_rng(seed).standard_normal((draws, k))
    simulated = (noise * np.sqrt(effects.vi + fit.tau2)) @ rest.T / scale
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(np.sort(simulated, axis=1), (tail, 1.0 - tail), axis=0)
    start = 0.375 if k <= 10 else 0.5
    quantiles = ndtri((np.arange(1, k + 1) - start) / (k + 1 - 2.0 * start))
    slab = tuple(effects.slab[row] for row in order)
    return NormalQQ(
        slab=slab,
        quantiles=read_only(quantiles),
        residuals=read_only(residuals[order]),
        low=read_only(low),
        high=read_only(high),
        level=level,
        seed=seed,
        draws=draws,
    )


def _standardiser(fit: Refit) -> tuple[FloatArray, FloatArray]:
    """Matrix I - H, and the standard deviations of its residuals."""
    X, w = fit.model.design, fit.weights
    hat = X @ np.linalg.solve(X.T @ (X * w[:, None]), X.T * w)
    rest: FloatArray = np.eye(len(X)) - hat
    scale: FloatArray = np.sqrt((rest * rest) @ (fit.model.vi + fit.tau2))
    return rest, scale
