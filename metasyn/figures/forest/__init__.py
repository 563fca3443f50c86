"""Forest plots: what stands where, row by row."""
