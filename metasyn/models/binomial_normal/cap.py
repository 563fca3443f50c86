"""The largest weight that single cases may have."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from metasyn.models.binomial_normal.information import case_information, expected_information
from metasyn.models.binomial_normal.units import Units

__all__ = ["NO_CASES", "Cap", "effective_power"]


class Cap(NamedTuple):
    """Weight of single cases after the cap, and what decided it.

    ``mu`` and ``tau`` are the fit without the cases, where the information of the anchors (powers
    included) and of the cases at power 1 was computed.
    """

    power: float
    binds: bool
    mu: float
    tau: float
    anchor_information: float
    case_information: float


NO_CASES = Cap(0.0, False, 0.0, 0.0, 0.0, 0.0)
"""Where there is nothing to cap."""


def effective_power(units: Units, studies: tuple[float, float], weight: float, cap: float) -> Cap:
    """Cap the weight of single cases, whatever their outcomes.

    Parameters
    ----------
    units
        Anchors and cases; both are there.
    studies
        mu and tau of the anchors alone; mu is infinite on the boundary.
    weight, cap
        The specification's ``case_weight`` and ``case_cap``.

    Notes
    -----
    ``a = min(weight, X / (1 - X) sum_j a_j I_j / I_C)`` with X the cap, at the fit of the anchors
    alone; where that is on the boundary, at ``logit((sum a r + 1/2) / (sum a n + 1))`` with tau 0
    (section 3 of the package's text).
    """
    mu, tau = studies
    if np.isinf(mu):
        events = float(units.power @ units.events)
        failures = float(units.power @ (units.n - units.events))
        mu, tau = float(np.log((events + 0.5) / (failures + 0.5))), 0.0
    anchors = float(units.power @ expected_information(units.n, mu, tau))
    cases = case_information(units, mu, tau)
    most = cap / (1 - cap) * anchors / cases if cap < 1 and cases > 0 else np.inf
    return Cap(min(weight, most), most < weight, mu, tau, anchors, cases)
