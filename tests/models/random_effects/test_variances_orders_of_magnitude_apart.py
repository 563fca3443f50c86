"""Meta-regression of studies whose variances differ by up to twenty orders of magnitude."""

import mpmath as mp
import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.models.random_effects.design_model import DesignModel

SPREADS = (2, 6, 10, 16, 20)


def studies(spread, seed):
    """Variances from 10^-spread to 1; without and with heterogeneity."""
    rng = np.random.default_rng(100 * spread + seed)
    k = (4, 6, 9, 13)[seed % 4]
    vi = 10.0 ** rng.uniform(-spread, 0, k)
    vi[0], vi[-1] = 10.0**-spread, 1.0
    yi = rng.normal(0, 1, k) * np.sqrt(vi + (0.1 if seed % 2 else 0.0))
    return yi, vi, rng.normal(size=k)


def exact(yi, vi, X, tau2):
    """P and the weighted fit with 80 digits."""
    mp.mp.dps = 80
    design, y = mp.matrix(X.tolist()), mp.matrix(yi.tolist())
    W = mp.diag([1 / (mp.mpf(v) + mp.mpf(tau2)) for v in vi.tolist()])
    gram = design.T * W * design
    P = W - W * design * gram**-1 * design.T * W
    return P, P * y, gram


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tau2", [0.0, 1e-12, 1e-6, 1e-2, 50.0])
def test_forms_and_traces_keep_their_digits(spread, seed, tau2):
    """1e-12: sums of positive numbers, with a rounding error of about 1e-15."""
    yi, vi, x = studies(spread, seed)
    X = np.column_stack([np.ones_like(x), x])
    P, Py, gram = exact(yi, vi, X, tau2)
    model = DesignModel(yi, vi, X)
    found = model.moments(tau2)
    pairs = [
        (found.q, mp.fdot(yi.tolist(), Py)), (found.q1, mp.fdot(Py, Py)),
        (found.q2, mp.fdot(Py, P * Py)), (found.tr1, mp.fsum(P[i, i] for i in range(len(yi)))),
        (found.tr2, mp.fsum(value**2 for value in P)),
    ]  # fmt: skip
    for value, truth in pairs:
        assert value == pytest.approx(float(truth), rel=1e-12)
    fit = model.fit(tau2)
    assert fit.log_det == pytest.approx(float(mp.log(mp.det(gram))), abs=1e-12, rel=1e-12)
    cov = gram**-1
    assert np.diag(fit.cov) == pytest.approx([float(cov[i, i]) for i in range(2)], rel=1e-12)
    balance = float(mp.fdot(Py, Py)) / float(mp.fsum(P[i, i] for i in range(len(yi))))
    over = model.balance_over(np.array([tau2]), restricted=True)
    assert over == pytest.approx([balance], rel=1e-9)


@pytest.mark.parametrize("spread", SPREADS)
def test_the_restricted_likelihood_is_flat_where_it_is_highest(spread):
    """1e-8: the root is found to 1e-9 of tau2, and the balance is nowhere steeper than 1."""
    yi, vi, x = studies(spread, 3)
    spec = ms.RandomEffects(moderators="~ x")
    tau2 = ms.pool(ms.effects_from(yi, vi, data=pd.DataFrame({"x": x})), spec).tau2
    assert tau2 > 0.0
    P, Py, _ = exact(yi, vi, np.column_stack([np.ones_like(x), x]), tau2)
    balance = mp.fdot(Py, Py) / mp.fsum(P[i, i] for i in range(len(yi)))
    assert float(balance) == pytest.approx(1.0, abs=1e-8)


MODELS = {
    "REML": ms.RandomEffects(moderators="~ x"),
    "groups": ms.RandomEffects(moderators="~ C(g)"),
    "ML": ms.RandomEffects(tau2="ML", moderators="~ x"),
    "PM": ms.RandomEffects(tau2="PM", moderators="~ x"),
    "DL": ms.RandomEffects(tau2="DL", moderators="~ x", ci="z"),
    "DLIT": ms.RandomEffects(tau2="DLIT", moderators="~ x"),
    "SJ": ms.RandomEffects(tau2="SJ", moderators="~ x"),
    "KR": ms.RandomEffects(moderators="~ x", ci="kr"),
    "profile": ms.RandomEffects(tau2="ML", moderators="~ x", ci="profile"),
    "PL": ms.RandomEffects(moderators="~ x", tau2_ci="PL"),
    "common": ms.CommonEffect(moderators="~ x"),
    "mean": ms.RandomEffects(),
    "mean KR": ms.RandomEffects(ci="kr"),
    "mean DLIT": ms.RandomEffects(tau2="DLIT"),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("spread", (*SPREADS, 12, 14))
def test_every_model_pools_them(name, spread):
    for seed in range(4):
        yi, vi, x = studies(spread, seed)
        data = pd.DataFrame({"x": x, "g": list("ab" * 7)[: len(x)]})
        pooled = ms.pool(ms.effects_from(yi, vi, data=data), MODELS[name])
        assert np.isfinite([pooled.estimate, pooled.se, *pooled.ci]).all()
