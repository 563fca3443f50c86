"""New workbooks: every sheet, note, dropdown and colour from the schema."""

from metasyn.registry.template.write import Contents, write_workbook

__all__ = ["Contents", "write_workbook"]
