"""Sensitivity of a pooled estimate to publication bias, after Mathur and VanderWeele."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.publication_bias_sensitivity.result import (
    PublicationBiasSensitivity,
    SelectionRatio,
)
from metasyn.diagnostics.publication_bias_sensitivity.weighting import Corrected, Weighting
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import read_only
from metasyn.effects.effects import Effects
from metasyn.effects.measures import measure_of
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.batch.backends import IntArray
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.random_effects.quantiles import critical
from metasyn.models.specs import RandomEffects

__all__ = ["publication_bias_sensitivity"]

CURVE = np.geomspace(1.0, 200.0, 61)
"""Selection ratios of the curve; the authors look up to 200."""
FEW = 10
"""Studies below which the ratios come with a warning."""


def publication_bias_sensitivity(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    q: float = 0.0,
    favoured: Literal["higher", "lower"] | None = None,
    eta: float | None = None,
    alpha: float = 0.05,
    clusters: Sequence[object] | None = None,
) -> PublicationBiasSensitivity:
    """How strong selective publication would have to be to move the estimate to q.

    Results that are significant in the favoured direction are taken to be published ``eta`` times
    as often as all others; every other result then stands for ``eta`` of its kind.

    Parameters
    ----------
    effects
        Estimates and sampling variances of two or more studies.
    spec
        :class:`~metasyn.RandomEffects` (the default): robust inference with weights from its tau2;
        :class:`~metasyn.CommonEffect`: closed forms with t on k - 1 degrees of freedom.
    q
        Value on the analysis scale; 0 is no effect.
    favoured
        Direction of the results that are favoured; None: the sign of the pooled estimate.
    eta
        Selection ratio, 1 or more, of a corrected estimate.
    alpha
        Two-sided level of significance at which selection turns.
    clusters
        What belongs together (one label a study); each study on its own if None.

    Raises
    ------
    SpecError
        If the model has moderators, or an argument is out of range.
    DataError
        If all studies or none are favoured results, or the clusters do not go with the studies.

    References
    ----------
    Mathur and VanderWeele 2020, J R Stat Soc C 69:1091, sections 3 and 4.

    Examples
    --------
    >>> import metasyn as ms
    >>> effects = ms.effects_from([0.8, 0.6, 0.5, -0.1, 0.1], [0.04, 0.03, 0.05, 0.05, 0.02])
    >>> found = publication_bias_sensitivity(effects, ms.CommonEffect(), q=0.1)
    >>> found.favoured, round(found.for_estimate.value, 2)
    ('higher', 10.54)
    """
    spec = one_mean(effects, spec, "Sensitivity to publication bias", 2)
    check(effects)
    _check_numbers(favoured, eta, alpha)
    if isinstance(spec, RandomEffects):
        spec = replace(spec, prediction="none", tau2_ci="none")
    pooled = pool(effects, spec)
    direction = favoured or ("lower" if pooled.estimate < 0.0 else "higher")
    sign = -1.0 if direction == "lower" else 1.0
    tau2 = pooled.tau2 or 0.0
    affirmative = sign * effects.yi / np.sqrt(effects.vi) > critical(1.0 - alpha, None)
    _check_both(affirmative, direction)
    weighting = Weighting(
        yi=sign * effects.yi,
        vi=effects.vi,
        base=1.0 / (effects.vi + tau2),
        affirmative=affirmative.astype(np.float64),
        clusters=_numbers(clusters, len(effects)),
        robust=isinstance(spec, RandomEffects),
        level=spec.level,
    )
    affirmative.setflags(write=False)
    first = weighting.at(1.0)
    curve = weighting.along(CURVE).turned(sign)
    worst = weighting.worst()
    return PublicationBiasSensitivity(
        favoured=direction,
        chosen_by="sign" if favoured is None else "user",
        q=q,
        tau2=tau2,
        slab=effects.slab,
        affirmative=affirmative,
        uncorrected=first.turned(sign),
        worst_case=worst.turned(sign),
        corrected=None if eta is None else weighting.at(eta).turned(sign),
        for_estimate=_ratio(first.estimate, weighting.ratio_for_estimate, sign * q),
        for_ci=_ratio(first.low, weighting.ratio_for_limit, sign * q),
        eta=read_only(CURVE),
        estimate=read_only(curve.estimate),
        ci_low=read_only(curve.low),
        ci_high=read_only(curve.high),
        level=spec.level,
        alpha=alpha,
        measure=effects.measure,
        notes=_notes(effects, pooled.estimate, sign, first),
    )


def _check_numbers(favoured: object, eta: float | None, alpha: float) -> None:
    if favoured not in (None, "higher", "lower"):
        raise SpecError(f"favoured must be 'higher', 'lower' or None, not {favoured!r}.")
    if eta is not None and not 1.0 <= eta < np.inf:
        raise SpecError(f"eta must be a finite number of at least 1, not {eta:g}.")
    if not 0.0 < alpha < 1.0:
        raise SpecError(f"alpha must lie between 0 and 1, not {alpha:g}.")


def _check_both(affirmative: npt.NDArray[np.bool_], direction: str) -> None:
    """Refuse data in which one kind of result is missing."""
    if affirmative.all() or not affirmative.any():
        which = "Every study is" if affirmative.all() else "No study is"
        raise DataError(
            f"{which} significant and {direction}: what selection does cannot be told from one "
            "kind of results alone."
        )


def _numbers(clusters: Sequence[object] | None, k: int) -> IntArray:
    """Number of each study's cluster."""
    if clusters is None:
        return np.arange(k)
    if len(clusters) != k:
        raise DataError(f"clusters has {len(clusters)} labels for {k} studies.")
    seen: dict[object, int] = {}
    numbers = np.array([seen.setdefault(label, len(seen)) for label in clusters])
    if len(seen) < 2:
        raise DataError("All studies are in one cluster; robust inference takes two or more.")
    return numbers


def _ratio(
    unselected: float, solve: Callable[[float], float | None], goal: float
) -> SelectionRatio:
    """The ratio that brings a value down to the goal."""
    if unselected <= goal:
        return SelectionRatio(None, "already")
    value = solve(goal)
    return SelectionRatio(value, "impossible" if value is None else "needed")


def _notes(effects: Effects, estimate: float, sign: float, first: Corrected) -> tuple[Note, ...]:
    """What a reader has to know of the model."""
    message = (
        "Selection is taken to depend on significance and direction alone and to be alike in all "
        "studies; other bias (within studies, p-hacking) is not looked at."
    )
    notes = [Note("selection-by-significance", message)]
    if len(effects) < FEW:
        message = (
            f"{len(effects)} studies: a single result more or less may change the ratios much."
        )
        notes.append(Note("few-studies", message))
    if sign * estimate < 0.0:
        message = "The favoured direction is not that of the pooled estimate."
        notes.append(Note("favoured-opposite", message))
    if first.df is not None and first.df < 4.0:
        message = (
            f"The standard error has {first.df:.1f} degrees of freedom; below 4 do not rely on the "
            "interval."
        )
        notes.append(Note("few-degrees-of-freedom", message))
    if measure_of(effects.measure).family.name == "proportion":
        message = (
            "A proportion has no null result to suppress: significance against 0 says nothing here."
        )
        notes.append(Note("funnel-proportions", message))
    return tuple(notes)
