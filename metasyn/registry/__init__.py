"""The workbook: one schema, from which everything else comes."""
