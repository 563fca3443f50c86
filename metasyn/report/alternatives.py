"""The same rows pooled otherwise: the check beside the headline, and other weights by design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from metasyn.models.groups import Groups
from metasyn.models.pool_by import pool_by
from metasyn.models.rate import PooledRate
from metasyn.models.specs import BinomialNormal, CommonEffect, RandomEffects
from metasyn.report.lines import is_share, measure_of

__all__ = ["alternatives", "inverse_variance"]


def inverse_variance(groups: Groups) -> Groups | None:
    """The studies of every line by inverse variance; None unless the headline pools proportions."""
    spec = groups.spec
    if not isinstance(spec, BinomialNormal) or spec.model is not None:
        return None
    check = RandomEffects(ci="hksj", level=spec.level)
    return pool_by(groups.records, groups.by, check, measure="PLO")


def alternatives(groups: Groups) -> Mapping[str, Groups]:
    """Small series at full weight, where a line has any at less; or the other of two models.

    Comparisons under random effects stand beside a common effect, and the other way round.
    """
    spec = groups.spec
    if isinstance(spec, (RandomEffects, CommonEffect)):
        return _other_model(groups, spec)
    lowered = any(
        unit.kind == "series" and unit.power < 1
        for result in groups.values()
        if isinstance(result, PooledRate)
        for unit in result.units
    )
    if not lowered or not isinstance(spec, BinomialNormal):
        return {}
    full = replace(spec, series_weight=1.0)
    return {"Small series at full weight": pool_by(groups.records, groups.by, full)}


def _other_model(groups: Groups, spec: RandomEffects | CommonEffect) -> Mapping[str, Groups]:
    measure = measure_of(groups)
    if is_share(measure) or spec.moderators is not None:
        return {}
    other: RandomEffects | CommonEffect
    if isinstance(spec, RandomEffects):
        name, other = "Common effect", CommonEffect(level=spec.level)
    else:
        name, other = "Random effects", RandomEffects(level=spec.level)
    return {name: pool_by(groups.records, groups.by, other, measure=measure)}
