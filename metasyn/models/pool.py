"""The one verb of the models: data and a specification in, a pooled estimate out."""

from __future__ import annotations

from metasyn.effects.counts import Counts, TwoArmCounts
from metasyn.effects.effects import Effects
from metasyn.errors import SpecError
from metasyn.models.results import Data, Pooled
from metasyn.models.specs import (
    BinomialNormal,
    CommonEffect,
    MantelHaenszel,
    Peto,
    RandomEffects,
    Spec,
)

__all__ = ["pool"]


def pool(data: Data, spec: Spec | None = None) -> Pooled:
    """Pool studies.

    Parameters
    ----------
    data
        :class:`~metasyn.Effects` for inverse-variance models, :class:`~metasyn.Counts` or
        :class:`~metasyn.TwoArmCounts` for models of counts.
    spec
        The model. By default :class:`~metasyn.RandomEffects` for effects, and
        :class:`~metasyn.BinomialNormal` for counts.

    Returns
    -------
    Pooled
        On the analysis scale; :meth:`~metasyn.Pooled.transformed` gives the display scale.

    Raises
    ------
    SpecError
        If the model does not take such data.
    DataError
        If the numbers cannot be analysed; the study is named.

    Examples
    --------
    >>> import metasyn as ms
    >>> pooled = ms.pool(ms.counts(xi=[24, 11, 15, 28], ni=[31, 25, 18, 34]))
    >>> round(pooled.transformed().estimate, 4)
    0.7343
    """
    if spec is None:
        spec = RandomEffects() if isinstance(data, Effects) else BinomialNormal()
    match data, spec:
        case Effects(), RandomEffects() | CommonEffect():
            from metasyn.models.random_effects import pool_effects

            return pool_effects(data, spec)
        case Counts(), BinomialNormal(model=None):
            from metasyn.models.binomial_normal import pool_counts

            return pool_counts(data, spec)
        case TwoArmCounts(), BinomialNormal():
            from metasyn.models.two_arm_glmm import pool_two_arm

            return pool_two_arm(data, spec)
        case TwoArmCounts(), MantelHaenszel():
            from metasyn.models.mantel_haenszel import pool_mantel_haenszel

            return pool_mantel_haenszel(data, spec)
        case TwoArmCounts(), Peto():
            from metasyn.models.peto import pool_peto

            return pool_peto(data, spec)
    raise SpecError(
        f"{type(spec).__name__} does not pool {type(data).__name__}. Effects (yi, vi) go with "
        "RandomEffects and CommonEffect; counts of one arm with BinomialNormal; counts of two arms "
        "with MantelHaenszel, Peto and BinomialNormal."
    )
