"""Both engines say the same of every set, whatever is in it, to the last digits but two."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.models.batch.backends import backend_of
from metasyn.models.batch.block import COLUMNS

SPECS = {
    "default": ms.RandomEffects(),
    "lean": ms.RandomEffects("DL", ci="z", prediction="none", tau2_ci="none"),
    "ML": ms.RandomEffects("ML", ci="hksj-adhoc", tau2_ci="PL"),
    "REML": ms.RandomEffects("REML", ci="kr", tau2_ci="PL"),
    "PM": ms.RandomEffects("PM", ci="hksj"),
    "HE": ms.RandomEffects("HE", ci="t"),
    "common": ms.CommonEffect(),
}
TINY = 1e-11
"""Sums are taken in different orders; roots are found to about 1e-13."""


def mixed(rng, n=400, m=12):
    """Sets of 0 to 12 studies: small, huge, equal, contradictory and unusable ones among them."""
    vi = 10.0 ** rng.uniform(-3, 3, (n, m)) * 10.0 ** rng.choice(
        [-40, 0, 40], (n, 1), p=[0.1, 0.8, 0.1]
    )
    yi = rng.normal(size=(n, m)) * np.sqrt(
        vi + vi.min(axis=1, keepdims=True) * rng.choice([0, 30], (n, 1))
    )
    gone = rng.random((n, m)) < rng.choice([0.0, 0.3, 0.9, 1.0], (n, 1))
    yi[gone] = vi[gone] = np.nan
    yi[5], vi[6, 3], yi[7, 2], vi[8, 4], vi[9, 0] = 0.25, -1.0, np.inf, np.nan, 1e90
    yi[10:12], vi[10:12] = rng.permutation(yi[10:12].T).T, 0.5
    return yi, vi


@pytest.fixture(scope="module")
def sets():
    return mixed(np.random.default_rng(8))


@pytest.mark.parametrize("name", SPECS)
def test_every_column(sets, name):
    one, other = (ms.pool_many(*sets, SPECS[name], engine=e) for e in ("numpy", "numba"))
    np.testing.assert_array_equal(one.code, other.code)
    np.testing.assert_array_equal(one.k, other.k)
    assert set(one.k.tolist()) >= {0, 1, 2, 12}
    for column in COLUMNS:
        slack = TINY * np.nan_to_num(one.se)
        if column.startswith("tau2"):
            slack = slack * np.nan_to_num(one.se)
        wanted, found = getattr(one, column), getattr(other, column)
        np.testing.assert_array_equal(np.isnan(wanted), np.isnan(found), err_msg=column)
        np.testing.assert_array_equal(np.isinf(wanted), np.isinf(found), err_msg=column)
        there = np.flatnonzero(np.isfinite(wanted))
        wanted, found, slack = wanted[there], found[there], slack[there]
        far = np.abs(found - wanted) > TINY * np.abs(wanted) + slack
        assert not far.any(), (column, there[far], wanted[far], found[far])


def test_sums_of_logarithms_of_many_large_ratios(engine):
    rng = np.random.default_rng(4)
    vi = 10.0 ** rng.uniform(-70, 70, (5, 40))
    backend = backend_of(engine)
    tau2 = np.array([0.0, 1e-80, 1.0, 1e60, 1e100])
    with np.errstate(all="ignore"):
        found = backend.logs(backend.prepare(rng.normal(size=vi.shape), vi), tau2)
    np.testing.assert_allclose(found, np.log(vi + tau2[:, None]).sum(axis=1), rtol=1e-13)


@pytest.mark.parametrize("restricted", [True, False])
def test_no_likelihood_rises_above_its_bound(engine, sets, restricted):
    backend = backend_of(engine)
    yi, vi = sets
    with np.errstate(all="ignore"):
        prepared = backend.prepare(yi, vi)
    usable = np.flatnonzero((prepared.k > 1) & (prepared.code == 0))
    prepared = prepared.take(usable, backend.axis)
    bound = np.maximum(backend.bounds(prepared), 0.0)
    for factor in 10.0 ** np.linspace(0, 6, 40):
        _, form, _, s1, _, trace, _ = backend.moments(prepared, bound * factor)
        assert (form <= (trace if restricted else s1) * (1 + 1e-9)).all()


def test_a_set_is_the_same_in_any_company(sets, engine):
    yi, vi = sets
    whole = ms.pool_many(yi, vi, engine=engine)
    for row in (0, 5, 10, 50, 300):
        alone = ms.pool_many(yi[row : row + 1], vi[row : row + 1], engine=engine)
        for column in ("estimate", "se", "tau2", "tau2_ci_high", "log_likelihood"):
            rel = 0 if engine == "numba" else 1e-12
            np.testing.assert_allclose(
                getattr(alone, column)[0], getattr(whole, column)[row], rtol=rel, atol=0
            )
