"""Changes to a workbook that leave every other byte of its parts as it was."""

from metasyn.registry.patch.annotate import write_annotated_copy
from metasyn.registry.patch.assign_ids import Assigned, assign_ids

__all__ = ["Assigned", "assign_ids", "write_annotated_copy"]
