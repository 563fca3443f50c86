"""What has to hold of every selection model, whatever the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

import metasyn as ms

ML = ms.RandomEffects("ML", ci="z")
KINDS = [
    ("stepfun", {"steps": [0.025, 0.5]}),
    ("stepfun", {"steps": [0.05], "alternative": "two-sided"}),
    ("beta", {}),
    ("halfnorm", {}),
    ("negexp", {"steps": [0.05]}),
    ("logistic", {"precision": "sei"}),
    ("power", {}),
    ("negexp", {"alternative": "two-sided"}),
]
NAMES = [" ".join([kind, *map(str, options.values())]) for kind, options in KINDS]


def literature(seed, k=40, mean=0.25, tau=0.2, weight=0.3):
    """Studies of which those that are not significant are seen less often."""
    rng = np.random.default_rng(seed)
    vi = np.empty(k)
    yi = np.empty(k)
    for i in range(k):
        seen = False
        while not seen:
            vi[i] = rng.uniform(0.01, 0.2)
            yi[i] = rng.normal(mean, np.sqrt(tau**2 + vi[i]))
            seen = norm.sf(yi[i] / np.sqrt(vi[i])) <= 0.025 or rng.uniform() < weight
    return yi, vi


def direct(model, yi, vi, mean, tau2, precision):
    """The log-likelihood by brute force: quadrature over y of the published weight function."""
    x, w = np.polynomial.legendre.leggauss(60)

    def weight(y, v, scale):
        z = y / np.sqrt(v)
        sides = {"greater": norm.sf(z), "less": norm.cdf(z), "two-sided": 2 * norm.sf(abs(z))}
        return model.selection_probability(np.minimum(1.0, sides[model.alternative]), scale)

    total = 0.0
    for y, v, scale in zip(yi, vi, precision, strict=True):
        spread = np.sqrt(v + tau2)
        cuts = {0.0, *np.linspace(mean - 9 * spread, mean + 9 * spread, 19)}
        for step in (1e-5, 1 - 1e-5, *model.function.steps[:-1]):
            both = (norm.isf(step), -norm.isf(step / 2), norm.isf(step / 2))
            cuts |= {float(z * np.sqrt(v)) for z in both}
        ends = np.array(sorted(cuts))
        half = np.diff(ends)[:, None] / 2
        at, mass = (ends[:-1, None] + half * (1 + x)).ravel(), (half * w).ravel()
        normaliser = mass @ (weight(at, v, scale) * norm.pdf(at, mean, spread))
        total += np.log(weight(np.array([y]), v, scale)[0] / normaliser)
        total += norm.logpdf(y, mean, spread)
    return total


@pytest.mark.parametrize(("kind", "options"), KINDS, ids=NAMES)
def test_the_optimum_is_one_of_the_likelihood_itself(kind, options):
    """Its value by brute force, and lower on both sides of mean, tau2 and every delta."""
    yi, vi = literature(3, k=14)
    effects = ms.effects_from(yi, vi)
    model = ms.selection_model(effects, kind, ML, **options)
    precision = np.sqrt(vi / vi.max()) if "precision" in options else np.ones(14)
    mean, tau2 = model.estimate, model.tau2.estimate
    top = direct(model, yi, vi, mean, tau2, precision)
    assert model.log_likelihood == pytest.approx(top, abs=1e-8)
    beside = [direct(model, yi, vi, mean + h, tau2, precision) for h in (-0.01, 0.01)]
    around = (max(0.0, tau2 - 0.003), tau2 + 0.003)
    beside += [direct(model, yi, vi, mean, t, precision) for t in around if t != tau2]
    deltas = [row.estimate for row in model.deltas]
    for j, row in enumerate(model.deltas):
        if row.fixed:
            continue
        for factor in (0.9, 1.1):
            moved = [factor * d if i == j else d for i, d in enumerate(deltas)]
            held = [moved[i] if i == j else None for i in range(len(deltas))]
            if moved[j] != deltas[j]:
                other = ms.selection_model(effects, kind, ML, delta=held, **options)
                beside.append(other.log_likelihood)
    assert max(beside) < top


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), k=st.integers(4, 25))
def test_no_selection_is_maximum_likelihood(seed, k):
    yi, vi = literature(seed, k)
    effects = ms.effects_from(yi, vi)
    pooled = ms.pool(effects, ML)
    for kind, options, delta in [
        ("stepfun", {"steps": [0.025, 0.5]}, [1, 1, 1]),
        ("halfnorm", {}, 0.0),
        ("beta", {}, 1.0),
    ]:
        model = ms.selection_model(effects, kind, ML, delta=delta, **options)
        assert model.log_likelihood == pytest.approx(pooled.log_likelihood, abs=1e-9)
        assert model.estimate == pytest.approx(pooled.estimate, abs=1e-6)
        assert model.tau2.estimate == pytest.approx(pooled.tau2, abs=1e-6)
        assert model.lrt is None


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), chosen=st.sampled_from(KINDS[:1] + KINDS[2:7]))
def test_mirrored_studies_give_mirrored_results(seed, chosen):
    kind, options = chosen
    yi, vi = literature(seed, 15)
    one = ms.selection_model(ms.effects_from(yi, vi), kind, ML, **options)
    other = ms.selection_model(ms.effects_from(-yi, vi), kind, ML, alternative="less", **options)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-10)
    assert other.estimate == pytest.approx(-one.estimate, abs=1e-9)
    assert [d.estimate for d in other.deltas] == pytest.approx([d.estimate for d in one.deltas])


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([1e-4, 1e-2, 37.0, 1e5]))
def test_units_do_not_matter(seed, scale):
    yi, vi = literature(seed, 20)
    one = ms.selection_model(ms.effects_from(yi, vi), "stepfun", ML, steps=[0.025])
    other = ms.selection_model(
        ms.effects_from(scale * yi, scale**2 * vi), "stepfun", ML, steps=[0.025]
    )
    assert other.estimate / scale == pytest.approx(one.estimate, abs=1e-7)
    assert other.tau2.estimate / scale**2 == pytest.approx(one.tau2.estimate, abs=1e-7)
    shift = 20 * np.log(scale)
    assert other.log_likelihood + shift == pytest.approx(one.log_likelihood, abs=1e-9)


def test_simulated_selection_is_undone():
    """Mean over 16 literatures within 4 Monte Carlo standard errors; unadjusted it is far off."""
    truth, weight = 0.25, 0.3
    fits = []
    for seed in range(16):
        yi, vi = literature(seed, 250, truth, 0.2, weight)
        fits.append(ms.selection_model(ms.effects_from(yi, vi), "stepfun", ML, steps=[0.025]))
    adjusted = np.array([fit.estimate for fit in fits])
    log_weight = np.log([fit.deltas[1].estimate for fit in fits])
    tau2 = np.array([fit.tau2.estimate for fit in fits])
    for found, expected in ((adjusted, truth), (log_weight, np.log(weight)), (tau2, 0.04)):
        assert abs(found.mean() - expected) < 4 * found.std(ddof=1) / np.sqrt(16)
    unadjusted = np.array([fit.unadjusted.estimate for fit in fits])
    assert unadjusted.mean() - truth > 0.08
    covered = [fit.ci.low <= truth <= fit.ci.high for fit in fits]
    assert sum(covered) >= 12  # P(X < 12) < 0.001 at 95% coverage


def test_moderators_may_be_coded_otherwise():
    yi, vi = literature(5, 30)
    dose = np.linspace(0, 3, 30)
    fits = []
    for column in (dose, 100 + 1000 * dose):
        effects = ms.effects_from(yi, vi, data=pd.DataFrame({"dose": column}))
        spec = ms.RandomEffects("ML", ci="z", moderators="~ dose")
        fits.append(ms.selection_model(effects, "halfnorm", spec))
    one, other = fits
    assert one.estimate == pytest.approx(other.estimate, abs=1e-7)
    assert one.se == pytest.approx(other.se, rel=1e-6)
    assert one.coefficients[1].estimate == pytest.approx(1000 * other.coefficients[1].estimate)
    assert [row.name for row in one.coefficients] == ["Intercept", "dose"]
