"""Values that metafor's own tests print for selmodel(), on the examples of its help page.

Source: metafor, tests/testthat/test_misc_selmodel.r (https://rdrr.io/cran/metafor/src/tests/
testthat/test_misc_selmodel.r): Hackshaw 1998 (step function), Baskerville et al. 2012 (beta, the
example of Citkowicz and Vevea 2017), Hahn et al. 2001 (the example of Preston et al. 2004) and
Cohen 1981 (the example of Vevea and Woods 2005). metafor reaches these with its default control, so
they are good to about 1e-4 of their size.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

SETS = json.loads((Path(__file__).parents[1] / "reference" / "selmodel.json").read_text())["sets"]
DEFAULT_CONTROL = 2e-4
NUMERICAL_SE = 0.05
"""metafor differentiates integrals that are good to 1e-4 numerically; against tight integrals
standard errors agree to 5e-3 (tests/reference/selmodel.json)."""


def data(name):
    given = SETS[name]
    columns = pd.DataFrame({key: v for key, v in given.items() if isinstance(v, list)})
    return ms.effects_from(columns["yi"], columns["vi"], data=columns.drop(columns=["yi", "vi"]))


def values(model, field="estimate"):
    return [getattr(delta, field) for delta in model.deltas]


def test_step_function_of_passive_smoking():
    model = ms.selection_model(data("hackshaw1998"), "stepfun", steps=[0.05, 0.10, 0.50, 1.00])
    assert [delta.k for delta in model.deltas] == [7, 8, 16, 6]
    expected = [1, 2.422079, 0.977543, 0.396713]
    np.testing.assert_allclose(values(model), expected, rtol=DEFAULT_CONTROL)
    expected = [1.66085, 0.820387, 0.469235]
    np.testing.assert_allclose(values(model, "se")[1:], expected, rtol=DEFAULT_CONTROL)
    assert (model.lrt.statistic, model.lrt.df) == (pytest.approx(7.066137, abs=1e-5), 3)
    assert model.tau2.estimate == pytest.approx(0.03071325, rel=DEFAULT_CONTROL)


def test_beta_weights_of_practice_facilitation():
    model = ms.selection_model(data("baskerville2012"), "beta")
    np.testing.assert_allclose(values(model), [0.4731131, 4.4613162], rtol=DEFAULT_CONTROL)
    np.testing.assert_allclose(values(model, "se"), [0.2352481, 2.1841983], rtol=NUMERICAL_SE)
    assert (model.lrt.statistic, model.lrt.df) == (pytest.approx(7.846907, abs=5e-4), 2)
    assert model.tau2.estimate == pytest.approx(0.00000243, abs=3e-6)


def test_beta_weights_with_a_moderator():
    spec = ms.RandomEffects("ML", ci="z", moderators="~ blind")
    model = ms.selection_model(data("baskerville2012"), "beta", spec)
    beta, se = zip(*((row.estimate, row.se) for row in model.coefficients), strict=True)
    np.testing.assert_allclose(beta, [0.1343001, -0.1363559], atol=DEFAULT_CONTROL)
    np.testing.assert_allclose(se, [0.1707418, 0.1244394], rtol=NUMERICAL_SE)
    np.testing.assert_allclose(values(model), [0.4200973, 5.0959707], rtol=DEFAULT_CONTROL)
    assert model.lrt.statistic == pytest.approx(9.044252, abs=5e-4)


SMOOTH = ("halfnorm", "negexp", "logistic", "power")


@pytest.mark.parametrize(
    ("precision", "steps", "delta", "se"),
    [
        (
            "none",
            None,
            [3.162948, 2.656714, 3.339338, 1.458923],
            [2.988922, 2.347468, 2.388776, 1.393725],
        ),
        (
            "sei",
            None,
            [3.506329, 2.279336, 3.017851, 1.444174],
            [3.387300, 2.133013, 2.315789, 1.381633],
        ),
        (
            "sei",
            [0.05],
            [5.832106, 3.819847, 5.041039, 2.399645],
            [5.644466, 3.627467, None, None],
        ),
    ],
    ids=["p alone", "p and standard error", "p above 0.05 and standard error"],
)
def test_smooth_weights_of_rehydration(precision, steps, delta, se):
    """The second set is not scaled by the largest standard error.

    Two printed standard errors of the third set are left out as noise of numerical
    differentiation: 2.307 (logistic) and 2.135 (power); analytic derivatives give 3.90 and 2.32.
    """
    effects = data("hahn2001")
    scale = np.sqrt(effects.vi.max()) if precision == "sei" and steps is None else 1.0
    for kind, expected, expected_se in zip(SMOOTH, delta, se, strict=True):
        model = ms.selection_model(
            effects, kind, ms.CommonEffect(), steps=steps, alternative="less", precision=precision
        )
        found = model.deltas[0]
        assert found.estimate / scale == pytest.approx(expected, rel=DEFAULT_CONTROL), kind
        if expected_se is not None:
            assert found.se / scale == pytest.approx(expected_se, rel=NUMERICAL_SE), kind


def test_negative_exponential_power_of_rehydration():
    """metafor's deltas are a maximum near its start; a higher one lies at a bound, and is noted."""
    effects, spec = data("hahn2001"), ms.CommonEffect()
    model = ms.selection_model(effects, "negexppow", spec, alternative="less")
    at = [2.673818, 1.153199]
    theirs = ms.selection_model(effects, "negexppow", spec, alternative="less", delta=at)
    for j in (0, 1):
        for factor in (0.97, 1.03):
            near = [factor * d if i == j else d for i, d in enumerate(at)]
            beside = ms.selection_model(effects, "negexppow", spec, alternative="less", delta=near)
            assert beside.log_likelihood < theirs.log_likelihood
    assert model.log_likelihood > theirs.log_likelihood + 0.25
    assert "selection-at-bound" in {note.code for note in model.notes}


def test_given_weights_of_student_ratings():
    """Vevea and Woods 2005, Table 1."""
    frame = ms.vevea_woods(data("cohen1981")).to_frame().iloc[1:]
    order = ["moderate one-sided", "severe one-sided", "moderate two-sided", "severe two-sided"]
    assert frame["selection"].tolist() == order
    expected = [0.351894, 0.321518, 0.362019, 0.33218]
    np.testing.assert_allclose(frame["estimate"], expected, atol=2e-6)
    np.testing.assert_allclose(frame["tau2"], [0.0045, 0.009544, 0.002774, 0.005652], atol=2e-6)
