"""Display scales against metafor's transformations, and Schwarzer's warning."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.measures import MEASURES
from metasyn.effects.transforms import display, freeman_tukey_back
from metasyn.errors import DataError

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "escalc.json").read_text())
TRANSFORMS = {key: np.array(value, float) for key, value in REFERENCE["transforms"].items()}
X, N = TRANSFORMS["x"], TRANSFORMS["n"]


@pytest.mark.parametrize("measure", ["PFT", "IRFT", "PAS", "PLO", "ZCOR", "IRS", "RR"])
def test_display_agrees_with_metafor(measure: str) -> None:
    sizes = N if display(measure).needs_ni else None
    shown = display(measure).apply(X, sizes)
    np.testing.assert_allclose(shown, TRANSFORMS[measure], rtol=1e-12, atol=1e-14)


def test_pooled_double_arcsine_takes_the_harmonic_mean() -> None:
    shown = [float(display("PFT").apply(x, N)) for x in X]
    np.testing.assert_allclose(shown, TRANSFORMS["PFT_harmonic"], rtol=1e-12, atol=1e-14)


def test_scales_that_need_sizes_refuse_to_work_without() -> None:
    with pytest.raises(DataError, match="needs the sample sizes"):
        display("PFT").apply(0.5)


def test_limits_of_a_decreasing_scale_change_places() -> None:
    low, high = display("VE").limits(np.log(0.02), np.log(0.1))
    assert (low, high) == pytest.approx((0.9, 0.98))


@pytest.mark.parametrize("code", [c for c, m in MEASURES.items() if m.null is not None])
def test_null_values_are_displayed_as_they_should(code: str) -> None:
    measure = MEASURES[code]
    expected = {"exp": 1, "1 - exp": 0, "identity": measure.null, "tanh": 0}[measure.back.name]
    assert measure.display_null == expected
    assert measure.axis == ("log" if measure.back.name == "exp" else "linear")


@pytest.mark.parametrize("measure", ["PLO", "PLN", "PRZ", "PAS", "PFT", "PR"])
@given(n=st.integers(1, 5000), share=st.floats(0, 1))
def test_proportions_come_back(measure: str, n: int, share: float) -> None:
    x = round(share * n)
    effects = effect_sizes(measure, xi=x, ni=n, to="none")
    if 0 < x < n or measure in ("PAS", "PFT", "PR"):
        back = display(measure).apply(effects.yi, effects.ni)
        # near pi/2 the arcsine has the square root of the rounding error
        assert back[0] == pytest.approx(x / n, abs=2e-8)


@given(x=st.integers(0, 10_000), t=st.floats(0.01, 1e5))
def test_rates_come_back(x: int, t: float) -> None:
    effects = effect_sizes("IRFT", xi=x, ti=t)
    shown = float(display("IRFT").apply(effects.yi, effects.ni)[0])
    assert shown == pytest.approx(x / t, rel=1e-9, abs=1e-12 / t)


def test_no_warning_where_sizes_are_alike() -> None:
    back = freeman_tukey_back(0.5, 1 / np.sqrt(4 * 200 + 2), [60, 70, 70])
    assert back.notes == ()
    assert back.harmonic == pytest.approx(back.inverse_variance, abs=0.01)


def test_warning_where_a_huge_study_meets_small_ones() -> None:
    # as in Schwarzer et al. 2019: the harmonic mean of the sizes is nowhere near the size that
    # carries the estimate, and a pooled 2% comes back as nothing
    effects = effect_sizes("PFT", xi=[0, 1, 0, 400], ni=[12, 30, 10, 20_000])
    weights = 1 / effects.vi
    estimate = float(np.sum(weights * effects.yi) / np.sum(weights))
    back = freeman_tukey_back(estimate, float(np.sum(weights) ** -0.5), effects.ni)
    assert back.harmonic < 0.01
    assert back.inverse_variance == pytest.approx(401 / 20_052, abs=1e-3)
    assert [note.code for note in back.notes] == ["freeman-tukey-back"]
    assert "Schwarzer" in back.notes[0].message
