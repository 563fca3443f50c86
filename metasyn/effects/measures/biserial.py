"""Correlation of a dichotomous and a quantitative variable, from two groups' means."""

from __future__ import annotations

from functools import partial

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.measures.correlation import fisher_z
from metasyn.effects.measures.measure import Estimates, Measure
from metasyn.effects.measures.scale import IDENTITY, TANH
from metasyn.effects.measures.two_means import FAMILY, NEEDS_D
from metasyn.effects.measures.variance import Vtype, choose

__all__ = ["MEASURES", "biserial", "biserial_z", "point_biserial", "point_biserial_z"]

Values = FloatArray


def point_biserial(d: Values, n1i: Values, n2i: Values, *, vtype: Vtype = "LS") -> Estimates:
    """Point-biserial correlation from Cohen's d.

    ``vtype`` ST (also called LS) is for fixed group sizes, CS for cross-sectional sampling
    (Tate 1954).
    """
    ni = n1i + n2i
    h = (ni - 2) * (1 / n1i + 1 / n2i)
    r = d / np.sqrt(d**2 + h)

    def stratified() -> FloatArray:
        return h**2 / (h + d**2) ** 3 * (1 / n1i + 1 / n2i + d**2 / (2 * ni))

    def cross_sectional() -> FloatArray:
        spread = ni * r**2 / (4 * n1i * n2i) + (2 - 3 * r**2) / (2 * ni)
        return np.asarray((1 - r**2) ** 2 * spread)

    kinds = {"LS": stratified, "ST": stratified, "CS": cross_sectional}
    return r, choose(vtype, kinds)


def point_biserial_z(d: Values, n1i: Values, n2i: Values, *, vtype: Vtype = "LS") -> Estimates:
    """Fisher's z of the point-biserial correlation (it does not stabilise the variance)."""
    return fisher_z(*point_biserial(d, n1i, n2i, vtype=vtype))


def biserial(d: Values, n1i: Values, n2i: Values) -> Estimates:
    """Biserial correlation from Cohen's d, variance of Soper 1914.

    It may exceed 1; the variance then is that of 1.
    """
    from scipy.special import ndtri

    ni = n1i + n2i
    p, q = n1i / ni, n2i / ni
    cut = -ndtri(p)
    height = np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi)
    r = np.sqrt(p * q) / height * point_biserial(d, n1i, n2i)[0]
    square = np.minimum(r**2, 1)
    shape = 1.5 + (1 - p * cut / height) * (1 + q * cut / height)
    return r, (p * q / height**2 - shape * square + square**2) / (ni - 1)


def biserial_z(d: Values, n1i: Values, n2i: Values) -> Estimates:
    """Fisher's z of the biserial correlation; NaN where the correlation exceeds 1."""
    return fisher_z(*biserial(d, n1i, n2i))


_measure = partial(Measure, family=FAMILY, needs=NEEDS_D, takes=("d", "n1i", "n2i"), null=0)
_SAMPLING = ("LS", "ST", "CS")

MEASURES = (
    _measure(
        code="RPB",
        label="Point-biserial correlation",
        display="Point-biserial correlation",
        function=point_biserial,
        back=IDENTITY,
        source="Tate 1954",
        vtypes=_SAMPLING,
    ),
    _measure(
        code="ZPB",
        label="Fisher's z of the point-biserial correlation",
        display="Point-biserial correlation",
        function=point_biserial_z,
        back=TANH,
        source="Tate 1954; delta method",
        vtypes=_SAMPLING,
    ),
    _measure(
        code="RBIS",
        label="Biserial correlation",
        display="Biserial correlation",
        function=biserial,
        back=IDENTITY,
        source="Soper 1914; Jacobs & Viechtbauer 2017",
    ),
    _measure(
        code="ZBIS",
        label="Fisher's z of the biserial correlation",
        display="Biserial correlation",
        function=biserial_z,
        back=TANH,
        source="Soper 1914; delta method",
    ),
)
