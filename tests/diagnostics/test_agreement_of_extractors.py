"""Kappa and the intraclass correlation against published tables and by hand."""

from __future__ import annotations

import pytest

from metasyn.diagnostics.agreement import field_agreement


def test_kappa_by_hand():
    # 20 of 50 both yes, 15 both no: observed 0.7, expected 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    found = field_agreement("role", "code", pairs, 35)
    assert found.share == 0.7
    assert found.kappa == pytest.approx(0.4, rel=1e-12)
    assert found.kappa_ci.low < 0.4 < found.kappa_ci.high


def test_intraclass_correlation_by_hand():
    # Means 1, 2.5, 4, 6 of pairs: between mean square 2 * var(means), within half the squares.
    pairs = [(1, 1), (2, 3), (4, 4), (5, 7)]
    means = [(one + other) / 2 for one, other in pairs]
    centre = sum(means) / 4
    between = 2 * sum((mean - centre) ** 2 for mean in means) / 3
    within = sum((one - other) ** 2 / 2 for one, other in pairs) / 4
    found = field_agreement("n", "number", pairs, 2)
    assert found.icc == pytest.approx((between - within) / (between + within), rel=1e-9)
    assert found.icc_ci.low < found.icc < found.icc_ci.high


def test_missing_codes_are_not_correlated():
    pairs = [(1.0, 1.0), (2.0, 3.0), ("NR", 4.0), (5.0, 7.0)]
    found = field_agreement("n", "number", pairs, 1)
    assert found.icc == pytest.approx(field_agreement("n", "number", pairs[:2] + pairs[3:], 1).icc)
    assert [note.code for note in found.notes] == ["missing-in-icc"]


@pytest.mark.parametrize(
    "pairs", [[(3, 3)], [(1, 1), (2, 2)], [(3, 3), (3, 3), (3, 3)], [("NR", "NR")]]
)
def test_correlations_that_do_not_exist(pairs):
    found = field_agreement("n", "number", pairs, len(pairs))
    assert (found.icc, found.icc_ci, found.share) == (None, None, 1)
    assert found.notes[-1].code == "no-icc"


def test_one_code_alone_has_no_kappa():
    found = field_agreement("role", "code", [("a", "a")] * 3, 3)
    assert found.kappa is None
    assert [note.code for note in found.notes] == ["one-class"]


def test_text_has_a_share_only():
    found = field_agreement("arm", "text", [("a", "b"), ("a", "a")], 1)
    assert found.to_json() == {
        "field": "arm", "items": 2, "agreed": 1, "share": 0.5, "kappa": None, "kappa_ci": None,
        "icc": None, "icc_ci": None, "notes": [],
    }  # fmt: skip
