"""The references in the order of their first citation."""

from __future__ import annotations

from collections.abc import Iterable

from metasyn.report.citations import entries
from metasyn.report.document import Entries, Section

__all__ = ["references"]


def references(cited: Iterable[str]) -> Section:
    """What the sentences of the report cite, and nothing else."""
    return Section("references", "References", (Entries(entries(cited)),))
