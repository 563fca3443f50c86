"""Whatever the data: a result, or an error of the package that says why there is none."""

import numpy as np
import pytest

import metasyn as ms

SEI = np.linspace(0.05, 0.5, 12)
YI = np.random.default_rng(0).normal(0.3, 0.3, 12)
HARD = {
    "one tiny variance": (YI, np.append(1e-12, SEI[1:] ** 2)),
    "ten orders of magnitude": (YI, 10.0 ** np.linspace(-10, 0, 12)),
    "one estimate": (np.full(12, 0.3), SEI**2),
    "nothing": (np.zeros(12), SEI**2),
    "one variance": (YI, np.full(12, 0.1)),
    "large numbers": (1e8 * YI, SEI**2),
    "small numbers": (1e-8 * YI, 1e-16 * SEI**2),
    "no information": (YI, 1e12 * SEI**2),
    "one study": (YI[:1], SEI[:1] ** 2),
    "two studies": (YI[:2], SEI[:2] ** 2),
    "three studies": (YI[:3], SEI[:3] ** 2),
    "a line": (1.0 + 2.0 * SEI, SEI**2),
    "an outlier": (np.append(YI[:-1], 1e4), SEI**2),
    "a precise outlier": (np.append(YI[:-1], 50.0), np.append(SEI[:-1] ** 2, 1e-14)),
    "far ends": (np.concatenate([[-1e3], YI[1:-1], [1e3]]), 10.0 ** np.linspace(-12, 4, 12)),
}
TYPES = {"stepfun": [0.025], "beta": None, "halfnorm": None, "negexp": None, "power": None}
NAMES = (
    "influence", "leave_one_out", "cumulative", "baujat", "radial", "normal_qq", "egger", "begg",
    "trim_and_fill", "pet_peese", "limit_meta_analysis", "fail_safe_n", "excess_significance",
    "p_curve", "p_uniform", "publication_bias_sensitivity", "what_would_it_take", "copas",
    "profile_likelihood", "effect_direction_test", "diagnose",
)  # fmt: skip
RUNS = {name: getattr(ms, name) for name in NAMES}
RUNS["permuted_egger"] = lambda effects: ms.permuted_egger(effects, draws=50)
RUNS |= {
    f"selection, {kind}": lambda effects, kind=kind, steps=steps: ms.selection_model(
        effects, kind, **({"steps": steps} if steps else {})
    )
    for kind, steps in TYPES.items()
}


@pytest.mark.parametrize("data", HARD)
@pytest.mark.parametrize("name", RUNS)
def test_only_errors_of_the_package_come_out(name, data):
    effects = ms.effects_from(*HARD[data])
    try:
        found = RUNS[name](effects)
    except (ms.DataError, ms.SpecError) as error:
        assert len(str(error)) > 20
    else:
        assert found.to_frame() is not None
