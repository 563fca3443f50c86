"""How much of the spread of the logits lies between studies."""

from __future__ import annotations

import numpy as np

from metasyn.models.binomial_normal.units import Units

__all__ = ["i2_and_h2"]


def i2_and_h2(units: Units, tau2: float | None) -> tuple[float | None, float | None]:
    """I2 (0 to 1) and H2 of the studies that are not single cases.

    An exact likelihood has no within-study variances, so those of the empirical logits stand in,
    with 1/2 added to a study's counts where none or all of its patients had the event, as in
    metafor's ``rma.glmm``.

    Parameters
    ----------
    units
        Studies and single cases; only studies with a power above 0 count.
    tau2
        Variance between studies; None gives None.

    References
    ----------
    Higgins & Thompson 2002, Statistics in Medicine 21:1539-1558, eq. 9 (typical within-study
    variance), with the likelihood's tau2.
    """
    chosen = (units.power > 0) & (units.n > 0)
    if tau2 is None or chosen.sum() < 2:
        return None, None
    events, n = units.events[chosen], units.n[chosen]
    extra = np.where((events == 0) | (events == n), 0.5, 0.0)
    w = 1 / (1 / (events + extra) + 1 / (n - events + extra))
    typical = (len(w) - 1) / float(w.sum() - (w**2).sum() / w.sum())
    return tau2 / (tau2 + typical), 1 + tau2 / typical
