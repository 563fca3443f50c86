"""The workbook: one schema, from which everything else comes."""

from metasyn.registry.issues import Issue, Issues
from metasyn.registry.registry import Registry, read_registry

__all__ = ["Issue", "Issues", "Registry", "read_registry"]
