"""The same rows pooled otherwise: the check beside the headline, and other weights by design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from metasyn.models.groups import Groups
from metasyn.models.pool_by import pool_by
from metasyn.models.rate import PooledRate
from metasyn.models.specs import BinomialNormal, RandomEffects

__all__ = ["alternatives", "inverse_variance"]


def inverse_variance(groups: Groups) -> Groups | None:
    """The studies of every line by inverse variance; None unless the headline pools proportions."""
    spec = groups.spec
    if not isinstance(spec, BinomialNormal) or spec.model is not None:
        return None
    check = RandomEffects(ci="hksj", level=spec.level)
    return pool_by(groups.records, groups.by, check, measure="PLO")


def alternatives(groups: Groups) -> Mapping[str, Groups]:
    """Small series at full weight, where a line has any at less."""
    spec = groups.spec
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
