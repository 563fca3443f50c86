"""Association of two dichotomous variables in a 2x2 table."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.correlation import fisher_z
from metasyn.effects.measures.measure import Estimates, Measure
from metasyn.effects.measures.scale import IDENTITY, TANH
from metasyn.effects.measures.tetrachoric import tetrachoric
from metasyn.effects.measures.two_by_two import FAMILY, NEEDS, TAKES, log_odds_ratio
from metasyn.effects.measures.variance import Vtype, choose

__all__ = ["MEASURES", "phi", "phi_z", "tetrachoric_z", "yule_q", "yule_y"]

Cells = FloatArray


def phi(ai: Cells, bi: Cells, ci: Cells, di: Cells, *, vtype: Vtype = "LS") -> Estimates:
    """Phi coefficient.

    ``vtype`` CS (also called LS) is for cross-sectional sampling (Yule 1912, p. 603), ST for
    fixed group sizes (stratified sampling; delta method on two binomials).
    """
    ni = ai + bi + ci + di
    row1, row2, col1, col2 = ai + bi, ci + di, ai + ci, bi + di
    r = (ai * di - bi * ci) / np.sqrt(row1 * row2 * col1 * col2)

    def cross_sectional() -> FloatArray:
        rows, cols = (row1 - row2) / ni, (col1 - col2) / ni
        row_product, col_product = row1 * row2 / ni**2, col1 * col2 / ni**2
        skew = rows * cols / np.sqrt(row_product * col_product)
        spread = rows**2 / row_product + cols**2 / col_product
        return (1 - r**2 + r * (1 + r**2 / 2) * skew - 0.75 * r**2 * spread) / ni

    def stratified() -> FloatArray:
        p1, p2 = ai / row1, ci / row2
        base = np.sqrt(row1 * row2 / (col1 * col2))
        slope = (p1 - p2) * (col1 - col2) / (2 * col1 * col2)
        by_p1, by_p2 = base * (1 + slope * row1), base * (slope * row2 - 1)
        return by_p1**2 * p1 * (1 - p1) / row1 + by_p2**2 * p2 * (1 - p2) / row2

    kinds = {"LS": cross_sectional, "CS": cross_sectional, "ST": stratified}
    return r, choose(vtype, kinds)


def phi_z(ai: Cells, bi: Cells, ci: Cells, di: Cells, *, vtype: Vtype = "LS") -> Estimates:
    """Fisher's z of the phi coefficient (it does not stabilise the variance)."""
    return fisher_z(*phi(ai, bi, ci, di, vtype=vtype))


def yule_q(ai: Cells, bi: Cells, ci: Cells, di: Cells) -> Estimates:
    """Yule's Q = (OR - 1) / (OR + 1)."""
    log_odds, variance = log_odds_ratio(ai, bi, ci, di)
    q = np.tanh(log_odds / 2)
    return q, (1 - q**2) ** 2 / 4 * variance


def yule_y(ai: Cells, bi: Cells, ci: Cells, di: Cells) -> Estimates:
    """Yule's Y = (sqrt(OR) - 1) / (sqrt(OR) + 1)."""
    log_odds, variance = log_odds_ratio(ai, bi, ci, di)
    y = np.tanh(log_odds / 4)
    return y, (1 - y**2) ** 2 / 16 * variance


def tetrachoric_z(ai: Cells, bi: Cells, ci: Cells, di: Cells) -> Estimates:
    """Fisher's z of the tetrachoric correlation (it does not stabilise the variance)."""
    return fisher_z(*tetrachoric(ai, bi, ci, di))


_measure = partial(Measure, family=FAMILY, needs=NEEDS, takes=TAKES, null=0)
_SAMPLING = ("LS", "CS", "ST")

MEASURES = (
    _measure(
        code="PHI",
        label="Phi coefficient",
        display="Phi coefficient",
        function=phi,
        back=IDENTITY,
        source="Yule 1912, p. 603",
        vtypes=_SAMPLING,
        add=0,
    ),
    _measure(
        code="ZPHI",
        label="Fisher's z of phi",
        display="Phi coefficient",
        function=phi_z,
        back=TANH,
        source="Yule 1912, p. 603; delta method",
        vtypes=_SAMPLING,
        add=0,
    ),
    _measure(
        code="YUQ",
        label="Yule's Q",
        display="Yule's Q",
        function=yule_q,
        back=IDENTITY,
        source="Yule 1912, p. 593",
    ),
    _measure(
        code="YUY",
        label="Yule's Y",
        display="Yule's Y",
        function=yule_y,
        back=IDENTITY,
        source="Yule 1912, p. 593",
    ),
    _measure(
        code="RTET",
        label="Tetrachoric correlation",
        display="Tetrachoric correlation",
        function=tetrachoric,
        back=IDENTITY,
        source="Pearson 1900; variance: Hamdan 1970",
        add=0,
    ),
    _measure(
        code="ZTET",
        label="Fisher's z of the tetrachoric correlation",
        display="Tetrachoric correlation",
        function=tetrachoric_z,
        back=TANH,
        source="Pearson 1900; delta method",
        add=0,
    ),
)
