"""Adaptive Gauss-Hermite rule for a binomial likelihood with a normal random effect."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from metasyn.effects.arrays import FloatArray, read_only

__all__ = [
    "COARSE_NODES",
    "FEW_NODES",
    "MANY_NODES",
    "SMALL_TAU",
    "SMALL_TAU_NODES",
    "WIDE_TAU",
    "Rule",
    "centre_and_scale",
    "gauss_hermite",
    "trapezoid",
]

SMALL_TAU, SMALL_TAU_NODES = 0.5, 21
"""Nodes that suffice up to rounding where tau is small."""
COARSE_NODES = 31
"""Nodes of searches that a finer rule follows."""
FEW_NODES = 41
"""Nodes up to ``WIDE_TAU``: log-likelihoods are right to 1e-8 or better."""
MANY_NODES = 101
WIDE_TAU = 2.5
_MODE_TOLERANCE = 3e-3
"""Halley's steps converge cubically: after a step this small the mode is right to about 1e-7."""
_MODE_STEPS = 200
_PLAIN_STEPS = 5
"""Steps may cycle when tau is large: after these the bracket shrinks with every step."""


class Rule(NamedTuple):
    """Nodes around the centre of an integrand, in units of its local scale or of z itself.

    ``log Int exp(f(z)) dz`` is the logsumexp of ``f(centre + unit x) + log_w``, plus ``log(unit)``;
    the unit is the local scale where ``local`` is true, else 1. The middle node is the centre.
    """

    x: FloatArray
    log_w: FloatArray
    local: bool


@cache
def gauss_hermite(nodes: int) -> Rule:
    """Adaptive Gauss-Hermite rule.

    Parameters
    ----------
    nodes
        Number of nodes, odd.

    Examples
    --------
    >>> rule = gauss_hermite(41)
    >>> round(float(np.exp(rule.log_w - rule.x**2 / 2).sum() ** 2 / np.pi), 12)
    2.0
    """
    x, w = np.polynomial.hermite.hermgauss(nodes)
    log_w = np.log(w) + x**2 + 0.5 * np.log(2)
    return Rule(read_only(np.sqrt(2) * x), read_only(log_w), local=True)


@cache
def trapezoid() -> Rule:
    """Equal steps of z, for the wall that all-or-nothing studies are when tau is large.

    The integrand has curvature -1 or stronger: beyond 8.5 of its centre there is e^-36 of it. At
    tau = 10 the wall is two steps wide, and errors fall as e^-23.

    Examples
    --------
    >>> rule = trapezoid()
    >>> round(float(np.exp(rule.log_w - rule.x**2 / 2).sum() ** 2 / np.pi), 12)
    2.0
    """
    x = np.linspace(-8.5, 8.5, 401)
    return Rule(read_only(x), read_only(np.full(401, np.log(x[1] - x[0]))), local=False)


def centre_and_scale(
    r: FloatArray, n: FloatArray, mu: FloatArray, tau: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mode of the integrand over z and its local scale, by Halley steps kept in a bracket.

    Parameters
    ----------
    r, n, mu, tau
        Events, patients, mean logit and standard deviation of each row, shape (m,).

    Returns
    -------
    centre, scale
        Shape (m,); scale is ``(1 + tau^2 n P (1 - P))^-1/2`` at the mode.
    """
    rate = (r + 0.5) / (n + 1)
    # A normal approximation at the empirical logit starts close to the mode.
    z = tau * (np.log(rate / (1 - rate)) - mu) / (tau**2 + 1 / ((n + 1) * rate * (1 - rate)))
    # The gradient falls with slope -1 or steeper, so the mode lies between 0 and the gradient at 0.
    slope_at_0 = tau * (r - n * expit(mu))
    low, high = np.minimum(slope_at_0, 0), np.maximum(slope_at_0, 0)
    z = np.minimum(np.maximum(z, low), high)
    for step in range(_MODE_STEPS):
        p = expit(mu + tau * z)
        n_p = n * p
        gradient = tau * (r - n_p) - z
        spread = tau * tau * n_p * (1 - p)
        curvature = 1 + spread
        newton = gradient / curvature
        bend = 1 + (0.5 - p) * tau * spread * newton / curvature
        new = z + newton / np.maximum(bend, 0.5)
        if step >= _PLAIN_STEPS:
            np.copyto(low, z, where=gradient > 0)
            np.copyto(high, z, where=gradient < 0)
            leaves = ((new <= low) | (new >= high)) & (np.abs(new - z) >= _MODE_TOLERANCE)
            new = np.where(leaves, 0.5 * (low + high), new)
        else:
            new = np.minimum(np.maximum(new, low), high)
        moved = np.abs(new - z).max(initial=0.0)
        z = new
        if moved < _MODE_TOLERANCE:
            break
    return z, 1 / np.sqrt(curvature)
