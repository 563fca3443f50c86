"""Nine data sets of unequal size in one batch against metafor's rma.uni."""

import json
from pathlib import Path

import pytest

import metasyn as ms

RMA = json.loads((Path(__file__).parents[2] / "reference" / "rma.json").read_text())
ESTIMATORS = [code for code in RMA["estimators"] if code != "GENQ"]
CI = {"z": "z", "t": "t", "knha": "hksj", "adhoc": "hksj-adhoc"}

# Formulas without iteration agree to rounding; iterated ones to what metafor's absolute stopping
# rules reach on data whose tau2 is near 1e-3.
CLOSED = {"DL", "HE", "HS", "HSk", "SJ"}


def long_list():
    columns = {"yi": [], "vi": [], "by": []}
    for name, data in RMA["sets"].items():
        columns["yi"] += data["yi"]
        columns["vi"] += data["vi"]
        columns["by"] += [name] * len(data["yi"])
    return columns


@pytest.mark.parametrize("method", ESTIMATORS)
@pytest.mark.parametrize("test", CI)
def test_all_sets_at_once(engine, method, test):
    spec = ms.RandomEffects(method, ci=CI[test])
    columns = long_list()
    table = ms.pool_many(columns["yi"], columns["vi"], spec, by=columns["by"], engine=engine)
    fits = {f["set"]: f for f in RMA["fits"] if not f["moderated"] and f["method"] == method}
    rel = 1e-8 if method in CLOSED else 1e-6
    assert table.labels.tolist() == list(RMA["sets"])
    for row, name in enumerate(table.labels.tolist()):
        fit = fits[name]
        if "error" in fit:
            assert (method, name) == ("DLIT", "hackshaw1998")
            continue
        wanted = fit["tests"][test]
        se = wanted["se"]
        typical = fit["tau2"] / (fit["H2"] - 1) if fit["H2"] > 1 else 1.0
        assert table.tau2[row] == pytest.approx(fit["tau2"], rel=rel, abs=1e-9 * typical)
        assert table.tau2_se[row] == pytest.approx(fit["se_tau2"], rel=rel)
        assert 100 * table.i2[row] == pytest.approx(fit["I2"], rel=rel, abs=1e-6)
        assert table.q[row] == pytest.approx(fit["Q"], rel=1e-8)
        assert table.q_p[row] == pytest.approx(fit["Qp"], rel=1e-8)
        assert table.estimate[row] == pytest.approx(wanted["beta"], rel=rel, abs=rel * se)
        assert table.se[row] == pytest.approx(se, rel=rel)
        assert table.statistic[row] == pytest.approx(wanted["stat"], rel=rel, abs=rel)
        # a tail probability is more sensitive than its statistic
        assert table.p_value[row] == pytest.approx(wanted["p"], rel=20 * rel)
        assert table.ci_low[row] == pytest.approx(wanted["ci_low"], rel=rel, abs=rel * se)
        assert table.ci_high[row] == pytest.approx(wanted["ci_high"], rel=rel, abs=rel * se)
