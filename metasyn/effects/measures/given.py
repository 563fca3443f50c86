"""Estimates that are already computed: any measure takes them, with what tells their variance."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.checks import not_negative
from metasyn.effects.measures.from_tests import first_known
from metasyn.effects.measures.measure import Check, Estimates, Inputs
from metasyn.errors import Note, SpecError

__all__ = ["CHECKS", "NAMES", "given_estimates", "lopsided"]

NAMES = ("yi", "vi", "sei", "ci_low", "ci_high", "ni")
CHECKS = (
    *not_negative("vi", "sei"),
    Check(("ci_low", "ci_high"), lambda low, high: low >= high, "the limits are out of order"),
)
_LOPSIDED = 0.1  # of half the interval's width: more than rounding to two digits explains


def given_estimates(data: Inputs, level: float) -> Estimates:
    """Estimates with variances as given, or from standard errors or confidence limits.

    Limits stand on the scale of the estimates (logs of the limits of a ratio) and are taken for
    normal ones: the standard error is their distance over twice the normal quantile.
    """
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise SpecError(f"level is {level!r}; it must lie strictly between 0 and 1.")
    from_se = data["sei"] ** 2 if "sei" in data else None
    from_limits = None
    if "ci_low" in data and "ci_high" in data:
        se = (data["ci_high"] - data["ci_low"]) / (2 * ndtri((1 + level) / 2))
        from_limits = se**2
    return data["yi"], first_known(data.get("vi"), from_se, from_limits)


def lopsided(data: Inputs, labels: tuple[str, ...]) -> tuple[Note, ...]:
    """A note where an estimate is far from the middle of its limits."""
    if "ci_low" not in data or "ci_high" not in data:
        return ()
    off = _off_centre(data["yi"], data["ci_low"], data["ci_high"])
    if not (off > _LOPSIDED).any():
        return ()
    names = ", ".join(labels[i] for i in np.flatnonzero(off > _LOPSIDED))
    message = (
        f"The estimate is not in the middle of its confidence limits: {names}. Check that both "
        "stand on the analysis scale (logs for ratios); the standard error is approximate."
    )
    return (Note("lopsided-interval", message),)


def _off_centre(yi: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    return np.asarray(abs(yi - (low + high) / 2) / ((high - low) / 2))
