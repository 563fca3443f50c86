"""Egger's test and its variants, PET and PEESE against metafor and R's lm."""

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.diagnostics.funnel_tests import egger
from metasyn.diagnostics.pet_peese import pet_peese

REFERENCE_NAME = "regtest"


def close(found, expected, what):
    """1e-6: metafor's tau2 is found to about 1e-10, and the test is smooth in it."""
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-8), what


def test_lm_and_rma_agree_with_metafor_for_every_predictor(reference):
    for record in reference["general"]:
        effects = reference.effects(record["set"])
        spec = None if record["model"] == "lm" else reference.spec(record)
        found = egger(effects, spec, variant=record["model"], predictor=record["predictor"])
        what = " ".join(str(record[key]) for key in ("set", "model", "method", "test", "predictor"))
        close(found.statistic, record["statistic"], what)
        close(found.p_value, record["p"], what)
        if record["limit"] is None:
            assert found.limit is None, what
        else:
            close(found.intercept, record["limit"], what)
            close(tuple(found.limit), (record["limit_low"], record["limit_high"]), what)


def test_named_variants_agree_with_their_regressions(reference):
    named = [record for record in reference["named"] if not record["variant"].startswith("pe")]
    named += [record for record in reference["named"] if record["variant"] == "peters"]
    assert {record["variant"] for record in named} >= {"peters", "harbord", "deeks", "macaskill"}
    for record in named:
        found = egger(reference.effects(record["set"]), variant=record["variant"])
        what = f"{record['set']} {record['variant']}"
        close(found.statistic, record["statistic"], what)
        close(found.p_value, record["p"], what)
        close(found.slope, record["slope"], what)
        close(found.intercept, record["intercept"], what)
        assert found.df == record["df"]


def test_pet_and_peese_are_weighted_lines(reference):
    for record in reference["named"]:
        if record["variant"] in ("pet", "peese"):
            found = pet_peese(reference.effects(record["set"]))
            line = getattr(found, record["variant"])
            what = f"{record['set']} {record['variant']}"
            close(line.intercept.estimate, record["intercept"], what)
            close(line.intercept.se, record["intercept_se"], what)
            close(line.slope.estimate, record["slope"], what)


def test_the_conditional_estimate_follows_the_test_of_pet():
    rng = np.random.default_rng(1)
    vi = rng.uniform(0.01, 0.2, 20)
    strong = ms.effects_from(2.0 + np.sqrt(vi) * rng.normal(size=20), vi)
    null = ms.effects_from(np.tile([0.3, -0.3], 10), np.repeat(vi[:10], 2))
    found = pet_peese(strong)
    assert found.chosen == "PEESE"
    assert found.conditional is found.peese.intercept
    assert pet_peese(null).chosen == "PET"
    assert found.to_frame()["chosen"].tolist() == [False, True]


def test_few_studies_and_proportions_are_not_trusted():
    few = egger(ms.effects_from([0.1, 0.3, 0.4, 0.2], [0.1, 0.2, 0.3, 0.4]))
    assert [note.code for note in few.notes] == ["funnel-few-studies"]
    assert not few.trusted
    xi, ni = [3, 4, 6, 8, 9, 3, 4, 5, 6, 7], [10, 20, 30, 40, 50, 15, 25, 35, 45, 55]
    rates = egger(ms.effect_sizes("PLO", xi=xi, ni=ni))
    assert [note.code for note in rates.notes] == ["funnel-proportions"]
    assert "no null result" in rates.summary()


def test_tables_can_be_given_and_their_lack_is_said():
    cells = {"ai": [4, 6, 3], "bi": [119, 300, 228], "ci": [11, 29, 11], "di": [128, 274, 209]}
    effects = ms.effect_sizes("OR", **cells)
    found = egger(effects, variant="peters", counts=ms.counts(**cells))
    beside = ms.effect_sizes("OR", **cells, data=pd.DataFrame(cells))
    assert found.statistic == egger(beside, variant="peters").statistic
    with pytest.raises(ms.DataError, match="ai, bi, ci, di"):
        egger(effects, variant="harbord")


def test_what_cannot_be_tested_is_refused():
    same = ms.effects_from([0.1, 0.3, 0.4], [0.1, 0.1, 0.1])
    for variant in ("lm", "rma"):
        with pytest.raises(ms.DataError, match="same value"):
            egger(same, variant=variant)
    with pytest.raises(ms.SpecError, match="variant must be one of"):
        egger(same, variant="eggers")
    with pytest.raises(ms.DataError, match="sample size"):
        egger(same, predictor="ni")
    with pytest.raises(ms.DataError, match="at least 3"):
        egger(ms.effects_from([0.1, 0.3], [0.1, 0.2]))


def test_pet_and_peese_take_their_level_from_the_model():
    effects = ms.effects_from([0.4, 0.1, 0.6, 0.3], [0.01, 0.04, 0.09, 0.25])
    found = ms.pet_peese(effects, ms.RandomEffects(level=0.8))
    assert found.pet.intercept.ci == ms.pet_peese(effects, level=0.8).pet.intercept.ci
    assert ms.pet_peese(effects).pet.intercept.ci.level == 0.95
