"""Inverse-variance models: random effects, common effect, meta-regression."""

from metasyn.models.random_effects.pooling import pool_effects

__all__ = ["pool_effects"]
