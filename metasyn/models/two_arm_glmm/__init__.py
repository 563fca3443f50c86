"""Two-arm binomial-normal models: UM.FS, UM.RS, CM.EL and CM.AL."""

from metasyn.models.two_arm_glmm.pool import pool_two_arm

__all__ = ["pool_two_arm"]
