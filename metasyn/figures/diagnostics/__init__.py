"""Results of diagnostics as layouts: one subject a file."""
