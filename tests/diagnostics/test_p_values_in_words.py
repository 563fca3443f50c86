"""No p-value is printed as 0 or 1, by whatever diagnostic."""

import numpy as np
import pytest

import metasyn as ms

RUNS = {
    "p_curve": ms.p_curve,
    "p_uniform": ms.p_uniform,
    "limit": ms.limit_meta_analysis,
    "permuted_egger": lambda effects: ms.permuted_egger(effects, draws=200),
    "egger": ms.egger,
    "begg": ms.begg,
    "excess": ms.excess_significance,
    "selection": lambda effects: ms.selection_model(effects, "stepfun", steps=[0.025]),
    "directions": ms.effect_direction_test,
    "diagnosis": ms.diagnose,
}


@pytest.mark.parametrize("name", RUNS)
def test_no_p_value_is_exactly_0_or_1(name):
    """Twenty studies with an effect beyond doubt, more of it the smaller they are."""
    sei = np.linspace(0.02, 0.3, 20)
    yi = 1.0 + 4.0 * sei + 0.02 * np.sin(np.arange(20.0))
    text = RUNS[name](ms.effects_from(yi, sei**2)).summary()
    assert "p <" in text or "p >" in text or "p =" in text
    for wrong in ("p = 0.0000", "p = 1.0000", "p = 0.000 ", "p = 1.000 "):
        assert wrong not in text, text
