"""One value as one person extracted it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as with_default

from metasyn.records.study import Provenance

__all__ = ["CONSENSUS", "Extraction"]

CONSENSUS = "consensus"
"""What stands as the extractor of an adjudicated value."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """One row of the sheet ``extractions``; the value as text, as its cell says it."""

    result_id: str
    field: str
    extractor: str
    value: str
    note: str
    provenance: Provenance
    extras: Mapping[str, str] = with_default(default_factory=dict, repr=False)
