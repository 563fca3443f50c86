"""Binomial-normal model of one arm, with single cases as low-weight evidence."""

from metasyn.models.binomial_normal.pool import pool_counts

__all__ = ["pool_counts"]
