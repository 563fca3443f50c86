"""A record as an estimate with a variance, or as counts for an exact likelihood."""
