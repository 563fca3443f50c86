"""fail_safe_n() against metafor's fsn(), ten data sets."""

import pytest

import metasyn as ms
from metasyn.diagnostics.fail_safe_n import fail_safe_n

REFERENCE_NAME = "fsn"


def test_agrees_with_metafor(reference):
    """1e-6 for the p-values and means, which are closed formulas; the numbers are whole."""
    for record in reference["fits"]:
        effects = reference.effects(record["set"])
        if record["type"] == "Orwin":
            target, weighted = record["target"], record["weighted"]
            found = fail_safe_n(effects, "Orwin", target=target, weighted=weighted)
        else:
            found = fail_safe_n(effects, record["type"], alpha=record["alpha"])
            assert found.p_value == pytest.approx(record["p"], rel=1e-6), record
        assert found.n == record["n"], record
        if record["estimate"] is not None:
            assert found.estimate == pytest.approx(record["estimate"], rel=1e-6), record


def test_rosenthal_adds_studies_until_the_sum_of_z_is_at_its_quantile():
    effects = ms.effects_from([0.5, 0.6, 0.7], [0.04] * 3)
    found = fail_safe_n(effects)
    z = (0.5 + 0.6 + 0.7) / 0.2
    assert z / (3 + found.exact) ** 0.5 == pytest.approx(1.6448536269514722, rel=1e-9)


def test_arguments_are_checked():
    effects = ms.effects_from([0.5, 0.6, 0.7], [0.04] * 3)
    with pytest.raises(ms.SpecError, match="method must be"):
        fail_safe_n(effects, "Fisher")
    with pytest.raises(ms.SpecError, match="sign of the mean"):
        fail_safe_n(effects, "Orwin", target=-0.1)
    with pytest.raises(ms.SpecError, match="alpha"):
        fail_safe_n(effects, alpha=0.7)
