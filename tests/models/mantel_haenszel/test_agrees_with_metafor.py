"""Mantel-Haenszel and Peto against metafor's rma.mh and rma.peto (tests/reference/mh.R).

The formulas are closed; 1e-8 relative leaves room for rounding in sums that cancel.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from metasyn.effects.counts import counts
from metasyn.effects.person_time import person_time
from metasyn.models.mantel_haenszel import pool_mantel_haenszel
from metasyn.models.peto import pool_peto
from metasyn.models.specs import MantelHaenszel, Peto

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "mh.json").read_text())
TABLES, RATES = REFERENCE["tables"], REFERENCE["rates"]


def close(value, expected):
    return value == pytest.approx(expected, rel=1e-8, abs=1e-10)


def agree(pooled, expected):
    for name in ("estimate", "se", "statistic", "p_value", "q", "q_p", "i2", "h2"):
        assert close(getattr(pooled, name), expected[name]), name
    assert close(list(pooled.ci), expected["ci"])
    assert close(list(pooled.weights), expected["weights"])


def agree_on_test(test, expected):
    assert close([test.statistic, test.p_value], expected)


def test_the_grid_is_whole():
    assert len(TABLES) == 10
    assert {"OR", "RR", "RD", "PETO"} <= set.intersection(*map(set, TABLES.values()))
    assert {"IRR", "IRD"} <= set.intersection(*map(set, RATES.values()))


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("name", TABLES)
def test_tables(name, measure):
    reference = TABLES[name]
    pooled = pool_mantel_haenszel(counts(**reference["data"]), MantelHaenszel(measure))
    agree(pooled, reference[measure])


@pytest.mark.parametrize("name", TABLES)
def test_tests_on_tables(name):
    reference = TABLES[name]
    tests = pool_mantel_haenszel(counts(**reference["data"]), MantelHaenszel()).tests
    agree_on_test(tests.cmh, reference["OR"]["cmh"])
    agree_on_test(tests.breslow_day, reference["OR"]["breslow_day"])
    agree_on_test(tests.tarone, reference["OR"]["tarone"])
    assert tests.tarone.df == reference["OR"]["k_pos"] - 1
    agree_on_test(tests.cmh_corrected, reference["base_r_cmh"])


def test_a_small_difference_is_not_overcorrected():
    """metafor's correction raises the statistic where the difference is below 1/2."""
    reference = TABLES["sparse"]
    assert reference["OR"]["cmh_corrected"][0] > reference["OR"]["cmh"][0]
    tests = pool_mantel_haenszel(counts(**reference["data"]), MantelHaenszel()).tests
    assert tests.cmh_corrected == tests.cmh


@pytest.mark.parametrize("measure", ["IRR", "IRD"])
@pytest.mark.parametrize("name", RATES)
def test_rates(name, measure):
    reference = RATES[name]
    pooled = pool_mantel_haenszel(person_time(**reference["data"]), MantelHaenszel(measure))
    agree(pooled, reference[measure])
    if measure == "IRR":
        agree_on_test(pooled.tests.cmh, reference["IRR"]["cmh"])
        agree_on_test(pooled.tests.cmh_corrected, reference["IRR"]["cmh_corrected"])


@pytest.mark.parametrize("name", TABLES)
def test_peto(name):
    reference = TABLES[name]
    agree(pool_peto(counts(**reference["data"]), Peto()), reference["PETO"])


def test_level_moves_the_interval_alone():
    tables = counts(**TABLES["bcg"]["data"])
    for pool, spec in ((pool_peto, Peto), (pool_mantel_haenszel, MantelHaenszel)):
        at_95, at_99 = pool(tables, spec()), pool(tables, spec(level=0.99))
        assert at_95.estimate == at_99.estimate
        ratio = (at_99.ci.high - at_99.estimate) / (at_95.ci.high - at_95.estimate)
        assert ratio == pytest.approx(2.5758293035489 / 1.95996398454005, rel=1e-12)


def test_greenland_robins_variance_of_the_risk_difference():
    """Greenland & Robins 1985, equation 3, summed by hand."""
    data = TABLES["hine1989"]["data"]
    a, b, c, d = (np.array(data[cell], dtype=float) for cell in ("ai", "bi", "ci", "di"))
    n1, n2 = a + b, c + d
    weights = n1 * n2 / (n1 + n2)
    own = a * b / n1**3 + c * d / n2**3
    expected = np.sqrt((weights**2 * own).sum()) / weights.sum()
    spec = MantelHaenszel("RD", rd_variance="greenland-robins")
    assert pool_mantel_haenszel(counts(**data), spec).se == pytest.approx(expected, rel=1e-12)
