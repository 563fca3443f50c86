"""Every conversion in one table: what it gives, needs and assumes, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from metasyn.effects.conversions.conversion import Conversion
from metasyn.effects.conversions.table_effects import OF_EFFECTS
from metasyn.effects.conversions.table_groups import OF_GROUPS

__all__ = ["CONVERSIONS"]

CONVERSIONS: Mapping[str, Conversion] = MappingProxyType(
    {row.name: row for row in (*OF_GROUPS, *OF_EFFECTS)}
)
"""Every conversion by its name."""
