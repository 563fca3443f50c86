"""What a new version does to the pooled estimates, and which row moved them most."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

import metasyn as ms
from metasyn.diagnostics.living import changed_estimates
from metasyn.records import CodeList, Provenance, Records, Result, Source
from metasyn.registry.build import unknown_study

SPEC = ms.CommonEffect()
COUNTS = {"R1": (10, 20), "R2": (30, 50), "R3": (12, 40)}
TEXTS = {name: "" for name in Result.__annotations__ if name not in ("study", "provenance")}
NUMBERS = ("events", "n", "mean", "sd", "median", "q1", "q3", "min", "max", "effect",
           "ci_low", "ci_high")  # fmt: skip


def row(key, events, n, **changes):
    study = replace(
        unknown_study(f"S{key}", Provenance("studies", 2)), label=f"Study {key}", design="rct"
    )
    fields = {
        **TEXTS, **dict.fromkeys(NUMBERS), "result_id": key, "study": study, "arm": "treated",
        "intervention": "a", "outcome": "response", "patient_group": f"S{key}-A",
        "events": events, "n": n, "provenance": Provenance("results", 2), "extras": {},
    }  # fmt: skip
    return Result(**{**fields, **changes})


def groups(counts, *, spec=SPEC, outcome="response", **changes):
    rows = tuple(row(key, *pair, **changes.get(key, {})) for key, pair in counts.items())
    query = MappingProxyType({"outcome": (outcome,)})
    studies = tuple(result.study for result in rows)
    codes = {"intervention": CodeList()}
    records = Records(rows, (), query, studies, codes, Source("x", ""), rows)
    return ms.pool_by(records, "intervention", spec)


def proportion(**counts):
    """Common-effect pooled logit by hand: inverse variances of the logits."""
    import math

    pairs = [(math.log(x / (n - x)), 1 / (1 / x + 1 / (n - x))) for x, n in counts.values()]
    return sum(y * w for y, w in pairs) / sum(w for _, w in pairs)


def test_nothing_changed():
    assert changed_estimates(groups(COUNTS), groups(COUNTS)) == ()


def test_a_row_that_only_moved_changes_nothing():
    after = groups(COUNTS, R1={"provenance": Provenance("results", 9)})
    assert changed_estimates(groups(COUNTS), after) == ()


def test_the_row_that_moved_the_estimate_most_against_the_estimates_by_hand():
    later = {"R1": (11, 20), "R3": (12, 40), "R4": (60, 80)}
    (change,) = changed_estimates(groups(COUNTS), groups(later))
    assert change.before.estimate == pytest.approx(proportion(**COUNTS), rel=1e-12)
    assert change.after.estimate == pytest.approx(proportion(**later), rel=1e-12)
    new = proportion(**later)
    shifts = {
        "R1": new - proportion(**{**later, "R1": (10, 20)}),
        "R2": new - proportion(**later, R2=(30, 50)),
        "R4": new - proportion(R1=(11, 20), R3=(12, 40)),
    }
    most = max(shifts, key=lambda key: abs(shifts[key]))
    assert (most, change.mover.result_id, change.mover.kind) == ("R4", "R4", "added")
    assert change.mover.label == "Study R4"
    assert change.mover.shift == pytest.approx(shifts["R4"], rel=1e-12)
    told = change.to_json()
    assert told["before"]["k"] == 3
    assert told["moved_most_by"]["result_id"] == "R4"


@pytest.mark.parametrize(
    ("later", "key", "kind"),
    [
        ({"R1": (10, 20), "R2": (30, 50)}, "R3", "removed"),
        ({**COUNTS, "R3": (20, 40)}, "R3", "changed"),
    ],
)
def test_a_removed_or_changed_row(later, key, kind):
    (change,) = changed_estimates(groups(COUNTS), groups(later))
    assert (change.mover.result_id, change.mover.kind) == (key, kind)
    # Only one row differs: with it as it was, the estimate is the old one.
    assert change.mover.shift == pytest.approx(
        change.after.estimate - change.before.estimate, rel=1e-12
    )
    assert change.mover.without == pytest.approx(change.before.transformed().estimate, rel=1e-12)


def test_a_row_that_went_to_another_group():
    after = groups(COUNTS, R3={"intervention": "b"})
    first, second = changed_estimates(groups(COUNTS), after)
    assert (first.code, first.mover.result_id, first.mover.kind) == ("a", "R3", "removed")
    assert (second.code, second.before, second.mover) == ("b", None, None)


def test_a_line_that_is_gone():
    (change,) = changed_estimates(
        groups(COUNTS, R3={"intervention": "b"}), groups({"R1": (10, 20), "R2": (30, 50)})
    )
    assert (change.code, change.after, change.mover) == ("b", None, None)
    assert change.to_json()["after"] is None


def test_a_study_that_changed_moves_with_its_rows():
    before = groups(COUNTS, spec=ms.BinomialNormal())
    series = replace(row("R2", 30, 50).study, design="case_series")
    small = {**COUNTS, "R2": (3, 5)}
    (change,) = changed_estimates(
        groups(small, spec=ms.BinomialNormal()),
        groups(small, spec=ms.BinomialNormal(), R2={"study": series}),
    )
    assert (change.mover.result_id, change.mover.kind) == ("R2", "changed")
    assert changed_estimates(before, before) == ()


def test_two_questions_are_not_compared():
    with pytest.raises(ms.SpecError, match="one question"):
        changed_estimates(groups(COUNTS), groups(COUNTS, outcome="death_any"))
    with pytest.raises(ms.SpecError, match="one question"):
        changed_estimates(groups(COUNTS), groups(COUNTS, spec=ms.RandomEffects()))
