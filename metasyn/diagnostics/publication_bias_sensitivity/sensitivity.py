"""Sensitivity of a pooled estimate to publication bias, after Mathur and VanderWeele."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.no_null import no_null
from metasyn.diagnostics.publication_bias_sensitivity.result import (
    PublicationBiasSensitivity,
    SelectionRatio,
)
from metasyn.diagnostics.publication_bias_sensitivity.weighting import Corrected, Weighting
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.batch.backends import IntArray
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.random_effects.quantiles import critical
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

__all__ = ["Ratios", "publication_bias_sensitivity", "selection_ratios"]

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
    setting = _setting(effects, spec, favoured, alpha, clusters)
    _check_eta(eta)
    weighting, sign = setting.weighting, setting.sign
    first = weighting.at(1.0)
    curve = weighting.along(CURVE).turned(sign)
    ratios = _ratios(setting, first, q)
    return PublicationBiasSensitivity(
        favoured=ratios.favoured,
        chosen_by="sign" if favoured is None else "user",
        q=q,
        tau2=setting.pooled.tau2 or 0.0,
        slab=effects.slab,
        affirmative=setting.affirmative,
        uncorrected=ratios.uncorrected,
        worst_case=weighting.worst().turned(sign),
        corrected=None if eta is None else weighting.at(eta).turned(sign),
        for_estimate=ratios.for_estimate,
        for_ci=ratios.for_ci,
        eta=read_only(CURVE),
        estimate=read_only(curve.estimate),
        ci_low=read_only(curve.low),
        ci_high=read_only(curve.high),
        level=weighting.level,
        alpha=alpha,
        measure=effects.measure,
        notes=_notes(effects, setting.pooled.estimate, sign, first),
    )


class Ratios(NamedTuple):
    """Selection ratios for one value, and what they start from."""

    favoured: Literal["higher", "lower"]
    q: float
    uncorrected: Corrected
    for_estimate: SelectionRatio
    for_ci: SelectionRatio


def selection_ratios(
    effects: Effects, spec: InverseVariance, values: Sequence[float]
) -> tuple[Ratios, ...]:
    """How strong selection would have to be to move the estimate to each of several values.

    Parameters
    ----------
    effects, spec
        As for :func:`publication_bias_sensitivity`; the favoured direction is that of the estimate.
    values
        On the analysis scale.

    Raises
    ------
    SpecError, DataError
        As :func:`publication_bias_sensitivity` does.
    """
    setting = _setting(effects, spec, None, 0.05, None)
    first = setting.weighting.at(1.0)
    return tuple(_ratios(setting, first, value) for value in values)


class _Setting(NamedTuple):
    """Studies turned so that favoured results lie above 0, and the usual pooled estimate."""

    weighting: Weighting
    sign: float
    pooled: Pooled
    affirmative: npt.NDArray[np.bool_]


def _setting(
    effects: Effects,
    spec: InverseVariance | None,
    favoured: Literal["higher", "lower"] | None,
    alpha: float,
    clusters: Sequence[object] | None,
) -> _Setting:
    spec = one_mean(effects, spec, "Sensitivity to publication bias", 2)
    check(effects)
    _check_selection(favoured, alpha)
    if isinstance(spec, RandomEffects):
        spec = replace(spec, prediction="none", tau2_ci="none")
    pooled = pool(effects, spec)
    direction = favoured or ("lower" if pooled.estimate < 0.0 else "higher")
    sign = -1.0 if direction == "lower" else 1.0
    affirmative = sign * effects.yi / np.sqrt(effects.vi) > critical(1.0 - alpha, None)
    _check_both(affirmative, direction)
    weighting = Weighting(
        yi=sign * effects.yi,
        vi=effects.vi,
        base=1.0 / (effects.vi + (pooled.tau2 or 0.0)),
        affirmative=affirmative.astype(np.float64),
        clusters=_numbers(clusters, len(effects)),
        robust=isinstance(spec, RandomEffects),
        level=spec.level,
    )
    affirmative.setflags(write=False)
    return _Setting(weighting, sign, pooled, affirmative)


def _ratios(setting: _Setting, first: Corrected, q: float) -> Ratios:
    """The ratios for one value, from the estimate without selection."""
    weighting, goal = setting.weighting, setting.sign * q
    return Ratios(
        favoured="lower" if setting.sign < 0.0 else "higher",
        q=q,
        uncorrected=first.turned(setting.sign),
        for_estimate=_ratio(first.estimate, weighting.ratio_for_estimate, goal),
        for_ci=_ratio(first.low, weighting.ratio_for_limit, goal),
    )


def _check_selection(favoured: object, alpha: float) -> None:
    if favoured not in (None, "higher", "lower"):
        raise SpecError(f"favoured must be 'higher', 'lower' or None, not {favoured!r}.")
    if not 0.0 < alpha < 1.0:
        raise SpecError(f"alpha must lie between 0 and 1, not {alpha:g}.")


def _check_eta(eta: float | None) -> None:
    if eta is not None and not 1.0 <= eta < np.inf:
        raise SpecError(f"eta must be a finite number of at least 1, not {eta:g}.")


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
    return (*notes, *no_null(effects.measure))
