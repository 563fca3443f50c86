"""The one verb of the models: data and a specification in, a pooled estimate out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TypeGuard

import numpy as np

from metasyn.effects.arrays import read_only
from metasyn.effects.counts import Counts, TwoArmCounts
from metasyn.effects.effects import Effects
from metasyn.effects.person_time import PersonTime, TwoArmPersonTime
from metasyn.effects.transforms import display
from metasyn.errors import SpecError
from metasyn.models.results import Data, Pooled
from metasyn.models.specs import (
    BetaBinomial,
    BinomialNormal,
    CommonEffect,
    FirthLogistic,
    HenmiCopas,
    IVhet,
    MantelHaenszel,
    Peto,
    PoissonNormal,
    QualityEffects,
    RandomEffects,
    Spec,
)

__all__ = ["MODELS", "pool"]

MODELS: tuple[tuple[type, type, str, str], ...] = (
    (RandomEffects, Effects, "random_effects", "pool_effects"),
    (CommonEffect, Effects, "random_effects", "pool_effects"),
    (HenmiCopas, Effects, "henmi_copas", "pool_henmi_copas"),
    (IVhet, Effects, "ivhet", "pool_ivhet"),
    (QualityEffects, Effects, "ivhet", "pool_quality_effects"),
    (BinomialNormal, Counts, "binomial_normal", "pool_counts"),
    (BinomialNormal, TwoArmCounts, "two_arm_glmm", "pool_two_arm"),
    (BetaBinomial, Counts, "beta_binomial", "pool_beta_binomial"),
    (BetaBinomial, TwoArmCounts, "beta_binomial", "pool_beta_binomial"),
    (MantelHaenszel, TwoArmCounts, "mantel_haenszel", "pool_mantel_haenszel"),
    (MantelHaenszel, TwoArmPersonTime, "mantel_haenszel", "pool_mantel_haenszel"),
    (Peto, TwoArmCounts, "peto", "pool_peto"),
    (FirthLogistic, TwoArmCounts, "firth", "pool_firth"),
    (PoissonNormal, PersonTime, "poisson_normal", "pool_person_time"),
    (PoissonNormal, TwoArmPersonTime, "poisson_normal", "pool_person_time"),
)
"""Which model takes which data: specification, data, and the module and function that pool them."""


def pool(data: Data, spec: Spec | None = None) -> Pooled:
    """Pool studies.

    Parameters
    ----------
    data
        :class:`~metasyn.Effects` for inverse-variance models, :class:`~metasyn.Counts` or
        :class:`~metasyn.TwoArmCounts` for models of counts.
    spec
        The model. By default :class:`~metasyn.RandomEffects` for effects,
        :class:`~metasyn.BinomialNormal` for counts, and :class:`~metasyn.PoissonNormal` for events
        over person-time.

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
        spec = _default(data)
    for asked, takes, module, function in MODELS:
        if type(spec) is asked and isinstance(data, takes):
            fit: Callable[[Data, Spec], Pooled] = getattr(
                import_module(f"metasyn.models.{module}"), function
            )
            pooled = fit(data, spec)
            return _with_gap(pooled, data) if _is_double_arcsine(data) else pooled
    name = type(spec).__name__
    fitting = [takes.__name__ for asked, takes, *_ in MODELS if asked is type(spec)]
    if not fitting:
        raise SpecError(f"{name} is no specification of a model.")
    raise SpecError(f"{name} pools {' or '.join(fitting)}, not {type(data).__name__}.")


def _default(data: Data) -> Spec:
    if isinstance(data, Effects):
        return RandomEffects()
    if isinstance(data, PersonTime | TwoArmPersonTime):
        return PoissonNormal()
    return BinomialNormal()


def _is_double_arcsine(data: Data) -> TypeGuard[Effects]:
    return isinstance(data, Effects) and data.measure == "PFT" and data.ni is not None


def _with_gap(pooled: Pooled, effects: Effects) -> Pooled:
    """Say how far the double arcsine leads from the exact likelihood of the same counts."""
    from metasyn.models.freeman_tukey import freeman_tukey_gap

    ni = effects.ni
    assert ni is not None  # noqa: S101 - checked by the caller
    xi = np.rint(ni * display("PFT").apply(effects.yi, ni))
    counts = Counts(read_only(xi), ni, effects.slab, (None,) * len(effects))
    return replace(pooled, notes=(*pooled.notes, freeman_tukey_gap(counts).note))
