"""The usual alternatives to the headline: the same rows, counted otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from metasyn.models.groups import Groups
from metasyn.models.pool_by import pool_by
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
    """Other ways to count single cases and small series, by name.

    Only those that differ from the headline, and none unless it pools proportions.
    """
    spec = groups.spec
    if not isinstance(spec, BinomialNormal) or spec.model is not None:
        return {}
    others = {
        "Single cases patient by patient": replace(spec, cases="individual"),
        "Small series at full weight": replace(spec, series_weight=1.0),
        "Everything at full weight": replace(
            spec,
            case_weight=1.0,
            series_weight=1.0,
            case_cap=1.0,
            cases="individual",
            design_weights=None,
        ),
    }
    return {
        name: pool_by(groups.records, groups.by, other)
        for name, other in others.items()
        if other != spec
    }
