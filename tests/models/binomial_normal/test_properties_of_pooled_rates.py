"""What must hold for any data: deletion, duplication, mirroring, order, scaling, the cap."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit, log_expit
from scipy.stats import binom, norm

import metasyn as ms
from metasyn.models.binomial_normal import pool_counts
from metasyn.models.binomial_normal.batch import Batch, evaluate
from metasyn.models.binomial_normal.fit import fit, maximise_mu
from metasyn.models.binomial_normal.information import expected_information
from metasyn.models.binomial_normal.kernel import derivatives, log_marginal
from metasyn.models.binomial_normal.limits import likelihood_limits
from metasyn.models.binomial_normal.profile import mu_limits, tau_limits
from metasyn.models.binomial_normal.quadrature import centre_and_scale

# Fits stop at a gradient of 1e-10: two ways to the same maximum differ by far less than this.
SAME = 1e-8
CHI2 = 3.841458820694124


def study(least, most):
    return st.integers(least, most).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


anchor_sets = st.lists(study(3, 40), min_size=2, max_size=6)
mixed_sets = anchor_sets.filter(lambda rows: 0 < sum(r for r, _ in rows) < sum(n for _, n in rows))
case_totals = study(1, 30)
few = settings(max_examples=25, deadline=None)
# Sets of two studies take the integrated interval, which is slower.
fewer = settings(max_examples=10, deadline=None)


def columns(rows):
    return [r for r, _ in rows], [n for _, n in rows]


def batch_of(rows, power=None):
    r, n = columns(rows)
    return Batch.of(r, n, np.ones(len(rows)) if power is None else power)


def with_singles(rows, cases):
    good, total = cases
    r, n = columns(rows)
    return ms.counts(xi=r + [1] * good + [0] * (total - good), ni=n + [1] * total)


def same_fit(one, other, se_factor=1.0):
    assert one.mu == pytest.approx(other.mu, abs=SAME)
    assert one.tau == pytest.approx(other.tau, abs=SAME)
    assert one.se == pytest.approx(other.se * se_factor, rel=1e-6)


@fewer
@given(
    rows=study(1, 400),
    mu=st.floats(-4, 4),
    tau=st.floats(0.05, 2.0),
)
def test_kernel_is_the_integral(rows, mu, tau):
    r, n = rows
    z, scale = (float(part[0]) for part in centre_and_scale(*np.array([[r], [n], [mu], [tau]])))

    def density(x):
        return binom.pmf(r, n, expit(mu + tau * x)) * norm.pdf(x)

    # Panels around the mode, which may be narrow.
    edges = z + scale * np.array([-30, -6, -2, 0, 2, 6, 30])
    parts = [quad(density, a, b, epsabs=0, epsrel=1e-10)[0] for a, b in pairwise(edges)]
    choose = binom.logpmf(r, n, 0.5) - n * np.log(0.5)
    assert log_marginal(r, n, mu, tau)[0] + choose == pytest.approx(np.log(sum(parts)), abs=1e-8)


@few
@given(
    n=st.integers(1, 2000),
    share=st.sampled_from([0, 0.1, 0.5, 1]),
    mu=st.floats(-8, 8),
    tau=st.floats(2.6, 10),
)
def test_kernel_at_large_tau_is_the_integral(n, share, mu, tau):
    r = round(share * n)
    # Steps of 1e-4 resolve every wall and peak.
    z = np.linspace(-14, 14, 280_001)
    eta = mu + tau * z
    f = r * log_expit(eta) + (n - r) * log_expit(-eta) - 0.5 * z * z
    weight = np.exp(f - f.max())
    expected = f.max() + np.log(weight.sum() * 1e-4 / np.sqrt(2 * np.pi))
    slope = r - n * (weight @ expit(eta)) / weight.sum()
    at = derivatives(r, n, mu, tau)[:, 0]
    # Worst where 101 nodes meet a narrow skewed peak.
    assert at[0] == pytest.approx(expected, abs=1e-7)
    assert at[1] == pytest.approx(slope, abs=1e-6)


@few
@given(rows=study(1, 300), mu=st.floats(-4, 4), tau=st.floats(0.05, 2.0))
def test_derivatives_are_the_slopes_of_the_kernel(rows, mu, tau):
    r, n = rows
    h = 1e-4
    at = derivatives(r, n, mu, tau)[:, 0]
    ahead, behind = derivatives(r, n, mu + h, tau)[:, 0], derivatives(r, n, mu - h, tau)[:, 0]
    up, down = derivatives(r, n, mu, tau + h)[:, 0], derivatives(r, n, mu, tau - h)[:, 0]
    by_mu, by_tau = (ahead - behind) / (2 * h), (up - down) / (2 * h)
    # Central differences err by h^2 times third derivatives, and by rounding over h.
    slack = 1e-6 * (1 + abs(at).max())
    assert [by_mu[0], by_tau[0]] == pytest.approx([at[1], at[2]], abs=slack)
    assert [by_mu[1], by_mu[2], by_tau[1], by_tau[2]] == pytest.approx(
        [at[3], at[4], at[4], at[5]], abs=10 * slack
    )


@few
@given(
    rows=st.lists(study(1, 10**6), min_size=1, max_size=20),
    mu=st.floats(-15, 15),
    tau=st.floats(0, 10),
)
def test_mode_is_found_however_far_away(rows, mu, tau):
    r, n = (np.array(part, dtype=float) for part in columns(rows))
    z, scale = centre_and_scale(r, n, np.full(len(r), mu), np.full(len(r), tau))
    p = expit(mu + tau * z)
    miss = (tau * (r - n * p) - z) * scale
    assert np.abs(miss).max() < 1e-5


@few
@given(n=st.integers(1, 60), mu=st.floats(-3, 3), tau=st.floats(0.05, 2))
def test_expected_information_is_the_variance_of_the_score(n, mu, tau):
    r = np.arange(n + 1)
    at = derivatives(r, n, mu, tau)
    mass = np.exp(at[0] + binom.logpmf(r, n, 0.5) - n * np.log(0.5))
    # 41 nodes are good to about 1e-8 at tau = 2.
    assert mass.sum() == pytest.approx(1, abs=5e-8)
    # Bartlett: the expected information is also minus the mean curvature.
    assert expected_information([n], mu, tau)[0] == pytest.approx(-(mass @ at[3]), rel=1e-5)


@few
@given(rows=mixed_sets)
def test_no_point_of_a_dense_grid_is_higher(rows):
    batch = batch_of(rows)
    found = fit(batch)
    taus = np.concatenate([np.linspace(0, 2, 21), np.linspace(2.5, 10, 16)])
    many = batch.take(np.zeros(len(taus), dtype=int))
    start = np.full(len(taus), np.clip(found.mu[0], -4, 4))
    _, at = maximise_mu(many, start, taus)
    assert found.converged[0]
    # Above tau = 2.5 the quadrature is good to 1e-6.
    assert at.value.max() <= found.value[0] + 1e-6


@fewer
@given(rows=anchor_sets, cases=case_totals)
def test_weight_zero_is_deletion(rows, cases):
    without = pool_counts(ms.counts(xi=columns(rows)[0], ni=columns(rows)[1]), ms.BinomialNormal())
    zero = pool_counts(with_singles(rows, cases), ms.BinomialNormal(case_weight=0))
    assert zero.estimate == without.estimate
    assert zero.se == without.se
    assert zero.tau2 == without.tau2
    assert zero.ci == without.ci
    assert zero.case_share == 0
    assert zero.studies_only.estimate == without.estimate


@few
@given(rows=mixed_sets)
def test_power_two_is_the_row_twice(rows):
    double = fit(batch_of(rows, [2.0] + [1.0] * (len(rows) - 1)))
    twice = fit(batch_of([rows[0], *rows]))
    same_fit(double, twice)


@fewer
@given(rows=mixed_sets, cases=case_totals)
def test_failures_mirror_events(rows, cases):
    good, total = cases
    spec = ms.BinomialNormal()
    one = pool_counts(with_singles(rows, cases), spec)
    mirrored = [(n - r, n) for r, n in rows]
    other = pool_counts(with_singles(mirrored, (total - good, total)), spec)
    assert other.estimate == pytest.approx(-one.estimate, abs=1e-7)
    assert (other.ci.low, other.ci.high) == pytest.approx((-one.ci.high, -one.ci.low), abs=1e-6)
    assert other.average_rate == pytest.approx(1 - one.average_rate, abs=1e-8)
    assert other.case_power == pytest.approx(one.case_power, rel=1e-7)


@few
@given(rows=mixed_sets, seed=st.integers(0, 2**32 - 1))
def test_order_does_not_matter(rows, seed):
    shuffled = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    same_fit(fit(batch_of(rows)), fit(batch_of(shuffled)))


@few
@given(rows=mixed_sets, factor=st.floats(0.05, 5))
def test_scaling_every_power_scales_only_the_standard_error(rows, factor):
    one = fit(batch_of(rows))
    scaled = fit(batch_of(rows, np.full(len(rows), factor)))
    same_fit(scaled, one, factor**-0.5)


@fewer
@given(rows=anchor_sets, cases=case_totals, cap=st.floats(0.01, 0.5))
def test_cap_holds_where_it_is_laid_down(rows, cases, cap):
    spec = ms.BinomialNormal(case_weight=1, case_cap=cap)
    result = pool_counts(with_singles(rows, cases), spec)
    basis = result.studies_only.maximum
    mu, tau = basis.mu, basis.tau
    if np.isinf(mu):
        r, n = (sum(part) for part in columns(rows))
        mu, tau = float(np.log((r + 0.5) / (n - r + 0.5))), 0.0
    anchors = expected_information([n for _, n in rows], mu, tau).sum()
    singles = result.case_power * expected_information([cases[1]], mu, tau)[0]
    share = singles / (anchors + singles)
    assert share <= cap + 1e-9
    assert result.cap_binds is (result.case_power < 1)
    if result.cap_binds:
        assert share == pytest.approx(cap, rel=1e-9)


@few
@given(rows=mixed_sets, cases=case_totals, tau=st.floats(0, 3))
def test_estimate_moves_towards_the_cases_as_their_weight_grows(rows, cases, tau):
    # With tau held: re-estimating tau may move the median study the other way.
    r, n = columns(rows)
    powers = np.array([0.0, 0.1, 0.3, 1.0, 10.0, 1000.0])
    power = np.ones((len(powers), len(rows) + 1))
    power[:, -1] = powers
    batch = Batch.of([*r, cases[0]], [*n, cases[1]], power)
    mu, _ = maximise_mu(batch, np.zeros(len(powers)), np.full(len(powers), tau))
    steps = np.diff(mu)
    assert np.all(steps >= -1e-7) or np.all(steps <= 1e-7)


@few
@given(rows=mixed_sets, cases=case_totals)
def test_identical_rows_may_be_collapsed(rows, cases):
    good, total = cases
    r, n = columns(rows)
    spread = fit(Batch.of(r + [1] * good + [0] * (total - good), n + [1] * total, 1.0))
    power = [1.0] * len(rows) + [float(good), float(total - good)]
    same_fit(spread, fit(Batch.of([*r, 1, 0], [*n, 1, 1], power)))


@few
@given(rows=mixed_sets)
def test_fast_and_safe_likelihood_limits_agree(rows):
    batch = batch_of(rows)
    found = fit(batch)
    fast = likelihood_limits(batch, found, CHI2)
    # Both solve for a fall of 3.84 to 1e-9; where it falls slowly the limit is softer.
    assert expit(fast.mu) == pytest.approx(expit(mu_limits(batch, found, CHI2)), abs=1e-6)
    if found.tau_free[0] and not found.tau_at_bound[0]:
        assert fast.tau == pytest.approx(tau_limits(batch, found, CHI2), abs=1e-5)


@few
@given(rows=mixed_sets)
def test_likelihood_limits_lie_on_the_profile(rows):
    batch = batch_of(rows)
    found = fit(batch)
    taus = np.linspace(0, 10, 101) if found.tau_free[0] else np.zeros(1)
    many = batch.take(np.zeros(len(taus), dtype=int))
    for limit in likelihood_limits(batch, found, CHI2).mu:
        if np.isfinite(limit):
            value = evaluate(many, np.full(len(taus), limit), taus).value.max()
            fall = 2 * (found.value[0] - value)
            # The grid of tau is coarse: its best point lies a little below the profile.
            assert CHI2 - 1e-5 <= fall <= CHI2 + 0.05


@fewer
@given(rows=anchor_sets, cases=case_totals)
def test_every_share_is_counted_once(rows, cases):
    result = pool_counts(with_singles(rows, cases), ms.BinomialNormal())
    assert result.weights.sum() == pytest.approx(1, abs=1e-12)
    assert sum(unit.share for unit in result.units) == pytest.approx(1, abs=1e-12)
    assert sorted(row for unit in result.units for row in unit.rows) == list(range(result.k))
    assert result.weights[len(rows) :].sum() == pytest.approx(result.case_share, abs=1e-12)
    assert result.ci.low <= result.estimate <= result.ci.high
