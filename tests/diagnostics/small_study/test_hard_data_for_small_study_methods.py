"""Hard data: each method answers with finite numbers, or says in the package's words why not."""

import dataclasses

import numpy as np
import pytest

import metasyn as ms
from metasyn.errors import DataError

METHODS = {
    "p_uniform": ms.p_uniform,
    "p_curve": ms.p_curve,
    "pet_peese": ms.pet_peese,
    "limit": ms.limit_meta_analysis,
    "copas": ms.copas,
}
GRADED = np.array([0.04, 0.02, 0.1, 0.05, 0.01, 0.2, 0.08])
BASE = np.array([0.5, 0.1, 0.9, 0.3, 0.25, 1.1, -0.1])
HARD = {
    "two studies": ([0.5, 0.1], [0.04, 0.02]),
    "three studies": ([0.5, 0.1, 0.9], [0.04, 0.02, 0.1]),
    "none significant": (0.1 * BASE, GRADED),
    "all significant": (1.0 + 0.1 * BASE, 0.2 * GRADED),
    "negative": (-BASE, GRADED),
    "equal variances": (BASE, np.full(7, 0.04)),
    "nearly equal variances": (BASE, 0.04 * (1.0 + 1e-4 * GRADED)),
    "equal estimates": (np.full(7, 0.3), GRADED),
    "no effect at all": (np.zeros(7), GRADED),
    "large unit": (1e6 * BASE, 1e12 * GRADED),
    "small unit": (1e-6 * BASE, 1e-12 * GRADED),
    "variances over eight orders": (BASE, 10.0 ** np.arange(-6.0, 1.0) * 4.0),
    "far outlier": (np.append(0.1 * np.ones(6), 30.0), GRADED),
    "huge z": (5.0 + BASE, 0.001 * GRADED),
}
MAY_BE_NAN = {"rho": 1, "se": None, "ci_low": None, "ci_high": None}
"""Of the Copas fan: rho without selection, and errors that a note tells of."""


def undefined(found):
    """Fields with values that are not finite."""
    for field in dataclasses.fields(found):
        value = getattr(found, field.name)
        values = np.asarray(value) if isinstance(value, float | np.ndarray) else np.zeros(1)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            yield field.name, int((~np.isfinite(values)).sum())


@pytest.mark.parametrize("case", HARD)
@pytest.mark.parametrize("method", METHODS)
def test_finite_or_refused(method, case):
    """Warnings are errors here."""
    try:
        found = METHODS[method](ms.effects_from(*HARD[case]))
    except DataError as refused:
        assert len(str(refused)) > 20
        return
    codes = {note.code for note in found.notes}
    allowed = MAY_BE_NAN if method == "copas" else {}
    for name, count in undefined(found):
        assert name in allowed, (name, codes)
        assert allowed[name] == count or "copas-no-standard-error" in codes
    assert found.summary()
    assert len(found.to_frame())


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_units_change_nothing_but_the_unit(unit):
    """1e-6: searches are made in typical standard errors."""
    one = ms.effects_from(BASE, GRADED)
    other = ms.effects_from(unit * BASE, unit**2 * GRADED)
    pairs = [
        (ms.copas(one).estimate, ms.copas(other).estimate),
        (ms.p_uniform(one).estimate, ms.p_uniform(other).estimate),
        (ms.limit_meta_analysis(one).beta0.se, ms.limit_meta_analysis(other).beta0.se),
        (ms.pet_peese(one).pet.intercept.se, ms.pet_peese(other).pet.intercept.se),
    ]
    for before, after in pairs:
        np.testing.assert_allclose(np.asarray(after) / unit, before, rtol=1e-6)
    assert ms.p_curve(other).power == pytest.approx(ms.p_curve(one).power, rel=1e-9)
