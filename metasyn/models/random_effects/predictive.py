"""The predictive distribution of a new study's true effect."""

from __future__ import annotations

from typing import Literal

from metasyn.errors import SpecError
from metasyn.models.random_effects.bootstrap import new_effects
from metasyn.models.random_effects.heterogeneity import model_of
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.quantiles import critical, distribution
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

__all__ = ["probability_beyond"]


def probability_beyond(
    pooled: Pooled, threshold: float, side: Literal["above", "below"] = "above"
) -> float:
    """Predictive probability that a new study's true effect passes a threshold.

    From the distribution behind the result's prediction interval: its centre, scale and degrees of
    freedom, or the draws of the bootstrap.

    Parameters
    ----------
    pooled
        A result with a prediction interval.
    threshold
        On the analysis scale (log ratio, logit, ...).
    side
        Which side of the threshold.

    Raises
    ------
    SpecError
        If the result has no prediction interval.

    Examples
    --------
    >>> import metasyn as ms
    >>> pooled = ms.pool(ms.effects_from([0.1, 0.9, 0.4, 0.7], [0.02, 0.03, 0.01, 0.04]))
    >>> round(probability_beyond(pooled, 0.0), 3)
    0.875
    """
    if side not in ("above", "below"):
        raise SpecError(f"side is {side!r}; it must be 'above' or 'below'.")
    interval = pooled.prediction
    if interval is None:
        raise SpecError("The result has no prediction interval; its notes say why.")
    if interval.method == "NNF" and isinstance(pooled.spec, RandomEffects):
        model = model_of(pooled)
        assert isinstance(model, MeanModel), "NNF is for models without moderators"  # noqa: S101
        below = float((new_effects(model, pooled.spec.seed) <= threshold).mean())
    else:
        centre = 0.5 * (interval.low + interval.high)
        scale = 0.5 * (interval.high - interval.low) / critical(interval.level, interval.df)
        below = _share_below(threshold - centre, scale, interval.df)
    return below if side == "below" else 1.0 - below


def _share_below(distance: float, scale: float, df: float | None) -> float:
    """Distribution function at a distance from the centre; a step where there is no scale."""
    if scale == 0.0:
        return 1.0 if distance >= 0.0 else 0.0
    return distribution(distance / scale, df)
