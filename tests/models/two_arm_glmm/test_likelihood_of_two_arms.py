"""Families, quadrature and derivatives against distributions and integrals of scipy and mpmath."""

import mpmath
import numpy as np
import pytest
from scipy.stats import binom, nchypergeom_fisher, poisson

from metasyn.models.two_arm_glmm.families import Binomial, Hypergeometric, Poisson
from metasyn.models.two_arm_glmm.marginal import Row, marginal

ETA = np.array([[-6.0, -1.0, 0.0, 0.7, 5.0]])


def column(*values):
    return [np.array([float(value)]) for value in values]


def test_binomial_terms():
    p = 1 / (1 + np.exp(-ETA[0]))
    terms = Binomial(*column(3, 11)).at(ETA)
    assert terms.value[0] == pytest.approx(binom.logpmf(3, 11, p), rel=1e-12)
    assert terms.slope[0] == pytest.approx(3 - 11 * p, rel=1e-12)
    assert terms.curvature[0] == pytest.approx(11 * p * (1 - p), rel=1e-12)


def test_poisson_terms():
    terms = Poisson(*column(4, 2.5)).at(ETA)
    assert terms.value[0] == pytest.approx(poisson.logpmf(4, 2.5 * np.exp(ETA[0])), rel=1e-12)
    assert terms.slope[0] == pytest.approx(4 - 2.5 * np.exp(ETA[0]), rel=1e-12)


def test_hypergeometric_terms():
    family = Hypergeometric(*column(3, 20, 25, 9))
    terms = family.at(ETA)
    for i, eta in enumerate(ETA[0]):
        law = nchypergeom_fisher(45, 20, 9, np.exp(eta))
        assert terms.value[0, i] == pytest.approx(law.logpmf(3), rel=1e-9)
        assert terms.slope[0, i] == pytest.approx(3 - law.mean(), rel=1e-9)
        assert terms.curvature[0, i] == pytest.approx(law.var(), rel=1e-7)


@pytest.mark.parametrize("log_odds_ratio", [-40.0, -3.0, 0.0, 3.0, 40.0])
def test_hypergeometric_is_stable_at_large_counts(log_odds_ratio):
    """A trial of 180,000 with an odds ratio up to e^40: finite, and its parts sum to 1."""
    size, n1, n2 = 1001.0, 88_391.0, 88_391.0
    events = np.arange(size)
    ones = np.ones(len(events))
    family = Hypergeometric(events, n1 * ones, n2 * ones, 1000 * ones)
    terms = family.at(np.full((len(events), 1), log_odds_ratio))
    assert np.isfinite(terms.value).all()
    # log binomial coefficients near 1e4 keep 12 digits
    assert np.exp(terms.value).sum() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        (Binomial(*column(3, 11)), binom.logpmf(3, 11, 3 / 11)),
        (Binomial(*column(0, 11)), 0.0),
        (Poisson(*column(4, 2.5)), poisson.logpmf(4, 4)),
        (Hypergeometric(*column(0, 20, 25, 9)), 0.0),
    ],
)
def test_highest_log_likelihood(family, expected):
    assert family.highest()[0] == pytest.approx(expected, abs=1e-12)


def test_highest_of_a_table_is_where_the_slope_is_0():
    family = Hypergeometric(*column(3, 20, 25, 9))
    grid = np.linspace(-3, 3, 60_001)[None]
    values = family.at(grid).value[0]
    assert family.highest()[0] == pytest.approx(values.max(), abs=1e-9)


CASES = [(1, 20, 3, 19, 0.5), (0, 44, 0, 40, 1.0), (5, 5, 2, 9, 2.0), (0, 30, 4, 30, 4.0)]


@pytest.mark.parametrize(("a", "n1", "c", "n2", "tau"), CASES)
def test_one_random_effect_against_mpmath(a, n1, c, n2, tau):
    """30 digits; tau beyond 2.5 has 101 nodes."""
    rows = (
        Row(Binomial(*column(a, n1)), np.array([1.0, 1.0]), np.array([0.5])),
        Row(Binomial(*column(c, n2)), np.array([0.0, 1.0]), np.array([-0.5])),
    )
    effect, intercept = -0.4, -1.3

    def integrand(z):
        p1 = 1 / (1 + mpmath.exp(-(intercept + effect + tau * z / 2)))
        p2 = 1 / (1 + mpmath.exp(-(intercept - tau * z / 2)))
        return p1**a * (1 - p1) ** (n1 - a) * p2**c * (1 - p2) ** (n2 - c) * mpmath.npdf(z)

    with mpmath.workdps(30):
        integral = mpmath.quad(integrand, np.linspace(-12, 12, 25).tolist())
        expected = mpmath.log(integral * mpmath.binomial(n1, a) * mpmath.binomial(n2, c))
    got = marginal(rows, np.array([[effect, intercept]]), np.array([tau]))
    assert got.value[0] == pytest.approx(float(expected), abs=1e-9)


def two_effects(a, n1, c, n2):
    return (
        Row(Binomial(*column(a, n1)), np.array([1.0, 1.0]), np.array([0.5, 1.0])),
        Row(Binomial(*column(c, n2)), np.array([0.0, 1.0]), np.array([-0.5, 1.0])),
    )


def by_trapezoid(rows, fixed, scales):
    """A fine product grid; the trapezoid rule converges exponentially here."""
    z = np.arange(-9, 9.001, 0.02)
    grid = np.array(np.meshgrid(z, z, indexing="ij")).reshape(2, -1)
    log_f = -0.5 * (grid**2).sum(axis=0) - np.log(2 * np.pi) + 2 * np.log(0.02)
    for row in rows:
        eta = fixed @ row.fixed + (row.random * scales) @ grid
        log_f = log_f + row.family.at(eta[None]).value[0]
    top = log_f.max()
    return top + np.log(np.exp(log_f - top).sum())


@pytest.mark.parametrize(
    ("data", "scales", "tolerance"),
    [
        ((1, 20, 3, 19), (0.5, 0.8), 1e-10),
        ((62, 13598, 248, 12867), (0.6, 1.4), 1e-10),
        ((0, 44, 0, 40), (0.6, 1.2), 1e-8),
        ((0, 44, 2, 40), (1.0, 3.0), 1e-6),
    ],
)
def test_two_random_effects(data, scales, tolerance):
    rows, fixed = two_effects(*data), np.array([-0.4, -2.0])
    got = marginal(rows, fixed[None], np.array(scales)).value[0]
    assert got == pytest.approx(by_trapezoid(rows, fixed, np.array(scales)), abs=tolerance)


@pytest.mark.parametrize("scales", [(0.7,), (0.7, 1.1)])
def test_derivatives_are_those_of_the_value(scales):
    rows = two_effects(2, 20, 5, 19)
    if len(scales) == 1:
        rows = tuple(Row(row.family, row.fixed, row.random[:1]) for row in rows)
    point = np.array([-0.4, -1.2, *scales])

    def at(x):
        return marginal(rows, x[None, :2], x[2:])

    exact, h = at(point), 1e-4
    for i in range(len(point)):
        step = h * (np.arange(len(point)) == i)
        up, down = at(point + step), at(point - step)
        slope = (up.value - down.value) / (2 * h)
        # central differences err by h^2 times a third derivative of order 1
        assert exact.gradient[0, i] == pytest.approx(slope[0], abs=1e-7)
        curve = (up.gradient - down.gradient) / (2 * h)
        assert exact.hessian[0, i] == pytest.approx(curve[0], abs=1e-6)


def test_many_studies_are_taken_in_parts():
    size = 6000
    events, n = np.tile([1.0, 4.0], size // 2), np.full(size, 9.0)
    row = Row(Binomial(events, n), np.ones(1), np.ones(1), np.full(size, 0.2))
    whole = marginal((row,), np.zeros((size, 1)), np.array([0.8]))
    one = Row(Binomial(events[:2], n[:2]), np.ones(1), np.ones(1), np.full(2, 0.2))
    two = marginal((one,), np.zeros((2, 1)), np.array([0.8]))
    assert whole.value.shape == (size,)
    assert whole.value[-2:] == pytest.approx(two.value, rel=1e-14)
    assert whole.hessian[-2:] == pytest.approx(two.hessian, rel=1e-12)
