"""Some of the studies, and the specification that goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from metasyn.effects.effects import Effects
from metasyn.errors import DataError, SpecError
from metasyn.models.specs import CommonEffect, RandomEffects

__all__ = ["InverseVariance", "one_mean", "spec_of", "take", "without"]

InverseVariance = RandomEffects | CommonEffect
"""Specifications of the models that pool effects by inverse variance."""


def take(effects: Effects, rows: Sequence[int]) -> Effects:
    """The studies in these rows, in this order, with all that belongs to them.

    Parameters
    ----------
    effects
        Estimates and sampling variances, k of them.
    rows
        Positions from 0 to k - 1.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> take(effects_from([0.1, 0.2, 0.3], [1, 1, 1]), [2, 0]).slab
    ('3', '1')
    """
    return effects.take(rows)


def spec_of(spec: InverseVariance, rows: Sequence[int]) -> InverseVariance:
    """The specification for the studies in these rows: fixed weights follow their studies."""
    if isinstance(spec, CommonEffect) or spec.weights is None:
        return spec
    return replace(spec, weights=tuple(spec.weights[row] for row in rows))


def without(k: int, row: int) -> list[int]:
    """All rows but one."""
    return [other for other in range(k) if other != row]


def one_mean(
    effects: Effects, spec: InverseVariance | None, what: str, least: int
) -> InverseVariance:
    """The specification, or the default, of an analysis of one mean.

    Parameters
    ----------
    effects, spec
        What the analysis was given.
    what
        Its name, for messages.
    least
        Number of studies that it takes.

    Raises
    ------
    SpecError
        If the model has moderators or does not pool effects.
    DataError
        If there are too few studies.
    """
    spec = RandomEffects() if spec is None else spec
    if not isinstance(spec, RandomEffects | CommonEffect):
        raise SpecError(f"{what} takes RandomEffects or CommonEffect, not {type(spec).__name__}.")
    if spec.moderators is not None:
        raise SpecError(f"{what} is about one mean; give the specification without moderators.")
    if len(effects) < least:
        raise DataError(f"{what} takes at least {least} studies, not {len(effects)}.")
    return spec
