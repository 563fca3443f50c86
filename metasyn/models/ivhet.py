"""IVhet and quality effects: weights that ignore tau2, a variance that does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from metasyn.counting import plural
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.errors import Note, SpecError
from metasyn.models.random_effects import pool_effects
from metasyn.models.random_effects.weights import shares
from metasyn.models.results import Pooled
from metasyn.models.specs import IVhet, QualityEffects, RandomEffects
from metasyn.models.wald import wald

__all__ = ["NO_PREDICTION", "pool_ivhet", "pool_quality_effects", "spread"]

NO_PREDICTION = Note(
    "no-prediction", "These weights estimate no mean of a distribution of effects: no prediction."
)


def spread(effects: Effects, level: float, tau2: Literal["DL", "REML", "PM"] = "DL") -> Pooled:
    """A random-effects fit, for the tau2, Q and I2 that these models report."""
    return pool_effects(effects, RandomEffects(tau2, ci="z", level=level, prediction="none"))


def pool_ivhet(effects: Effects, spec: IVhet) -> Pooled:
    """Pool with common-effect weights and the variance that heterogeneity gives their mean.

    Doi, Barendregt, Khan, Thalib & Williams 2015, Contemporary Clinical Trials 45:130-138; tau2 is
    DerSimonian and Laird's unless the specification says otherwise.

    Raises
    ------
    DataError
        If an estimate or a variance cannot be used; the row is named.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> effects = effects_from([0.1, 0.3, 0.9, 0.4], [0.02, 0.04, 0.05, 0.03])
    >>> pooled = pool_ivhet(effects, IVhet())
    >>> round(pooled.estimate, 4), round(pooled.se, 4)
    (0.3416, 0.1645)
    """
    return _with_weights(effects, spec, 1 / effects.vi)


def pool_quality_effects(effects: Effects, spec: QualityEffects) -> Pooled:
    """Pool with weights that follow the quality of the studies.

    Every study keeps the part of its common-effect weight that its quality credits; what is taken
    away is shared out in proportion to quality. Doi, Barendregt, Khan, Thalib & Williams 2015,
    Contemporary Clinical Trials 45:123-129, equation 7 with the correction of appendix A, in the
    form without cancellation: ``w' = q (w + sum(w (1 - q)) / sum(q))``, q over the highest q.
    Weights are never negative, sum to ``sum(w)``, and are those of IVhet where all qualities agree.
    Quality weighting is biased unless its gain in variance offsets the bias (Greenland & O'Rourke
    2001, Biostatistics 2:463-471).

    Raises
    ------
    SpecError
        If there are more or fewer scores than studies.
    DataError
        If an estimate or a variance cannot be used; the row is named.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> effects = effects_from([0.1, 0.3, 0.9], [0.02, 0.04, 0.05])
    >>> pooled = pool_quality_effects(effects, QualityEffects((1, 0.5, 0.25)))
    >>> pooled.weights.round(4)
    array([0.6917, 0.2143, 0.094 ])
    """
    if len(spec.scores) != len(effects):
        raise SpecError(
            f"scores has {plural(len(spec.scores), 'value')} for "
            f"{plural(len(effects), 'study', 'studies')}."
        )
    weights = 1 / effects.vi
    quality = np.array(spec.scores) / max(spec.scores)
    taken = float((weights * (1 - quality)).sum())
    pooled = _with_weights(effects, spec, quality * (weights + taken / quality.sum()))
    unused = [s for s, q in zip(effects.slab, quality, strict=True) if q == 0]
    if not unused:
        return pooled
    note = Note("quality-zero", f"Quality 0, so no weight: {', '.join(unused)}.")
    return replace(pooled, notes=(*pooled.notes, note))


def _with_weights(effects: Effects, spec: IVhet | QualityEffects, weights: FloatArray) -> Pooled:
    base = spread(effects, spec.level, spec.tau2)
    if base.k == 1:
        return replace(base, spec=spec)
    share = shares(weights)
    estimate = float(share @ effects.yi)
    se = float(np.sqrt((share**2) @ (effects.vi + (base.tau2 or 0.0))))
    inference = wald(estimate, se, spec.level)
    return replace(
        base,
        spec=spec,
        estimate=estimate,
        se=se,
        statistic=inference.statistic,
        p_value=inference.p_value,
        ci=inference.ci,
        prediction=None,
        weights=share,
        log_likelihood=None,
        notes=(*effects.notes, NO_PREDICTION),
    )
