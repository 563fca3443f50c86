"""What effect_sizes accepts, refuses and says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.measures import MEASURES, measure_of
from metasyn.errors import DataError, SpecError

TABLE = {"ai": [4, 0], "bi": [119, 20], "ci": [11, 3], "di": [128, 17]}


def codes(effects: ms.Effects) -> list[str]:
    return [note.code for note in effects.notes]


def test_effects_carry_measure_labels_sizes_and_read_only_arrays() -> None:
    effects = ms.effect_sizes("RR", **TABLE, slab=["Aronson 1948", "Bach 1996"])
    assert effects.measure == "RR"
    assert effects.slab == ("Aronson 1948", "Bach 1996")
    np.testing.assert_array_equal(effects.ni, [262, 40])
    for array in (effects.yi, effects.vi, effects.ni):
        assert not array.flags.writeable
    assert list(effects.to_frame().columns) == ["slab", "yi", "vi"]


def test_one_study_may_be_given_by_scalars() -> None:
    assert len(ms.effect_sizes("OR", ai=4, bi=119, ci=11, di=128)) == 1


def test_a_scalar_study_takes_one_label() -> None:
    assert ms.effect_sizes("PR", xi=1, ni=3, slab="Lee 2019").slab == ("Lee 2019",)


MISSING = {
    "mask": np.ma.array([1, 7, 3], mask=[False, True, False]),
    "None": [1, None, 3],
    "pandas NA in a list": [1, pd.NA, 3],
    "pandas NA among objects": pd.Series([1, pd.NA, 3], index=[7, 2, 2]),
    "pandas Int64": pd.array([1, None, 3], dtype="Int64"),
}


@pytest.mark.parametrize("form", MISSING)
def test_what_is_masked_or_missing_has_no_estimate_and_is_named(form: str) -> None:
    effects = ms.effect_sizes("PLO", xi=MISSING[form], ni=[5, 6, 7], slab=["A", "B", "C"])
    assert np.isnan(effects.yi).tolist() == [False, True, False]
    assert effects.yi[2] == pytest.approx(np.log(3 / 4))
    assert str(effects.notes[-1]).endswith("no estimate: B.")


def test_columns_named_like_the_estimates_do_not_stand_twice_in_the_frame() -> None:
    frame = pd.DataFrame({"yi": [0.1, 0.2], "vi": [0.3, 0.4], "slab": ["A", "B"], "dose": [1, 2]})
    effects = ms.effects_from(frame["yi"], frame["vi"], slab=frame["slab"], data=frame)
    assert list(effects.to_frame().columns) == ["slab", "yi", "vi", "dose"]


def test_designs_that_a_column_lacks_are_not_given() -> None:
    column = pd.Series(["rct", None, "registry"], index=[4, 1, 1])
    assert ms.counts(xi=[1, 2, 3], ni=[9, 9, 9], design=column).design == ("rct", None, "registry")


def test_added_halves_are_named() -> None:
    effects = effect_sizes("RR", **TABLE, slab=["A", "B"])
    assert codes(effects) == ["zero-cells"]
    assert str(effects.notes[0]) == "0.5 was added to ai, bi, ci, di (to=only0) of B."


def test_double_zero_studies_are_named_and_may_be_dropped() -> None:
    both = {"ai": [0, 5], "bi": [10, 5], "ci": [0, 4], "di": [12, 6], "slab": ["Empty", "Full"]}
    kept = effect_sizes("OR", **both)
    assert codes(kept) == ["zero-cells", "double-zero"]
    assert "Empty: kept" in str(kept.notes[1])
    dropped = effect_sizes("OR", **both, drop00=True)
    assert codes(dropped) == ["double-zero", "no-estimate"]
    assert np.isnan(dropped.yi).tolist() == [True, False]


def test_a_dropped_study_does_not_count_as_a_zero_for_if0all() -> None:
    both = {"ai": [0, 5], "bi": [10, 5], "ci": [0, 4], "di": [12, 6]}
    effects = effect_sizes("OR", **both, drop00=True, to="if0all")
    assert effects.yi[1] == effect_sizes("OR", ai=5, bi=5, ci=4, di=6).yi[0]


def test_many_rows_are_counted_not_listed() -> None:
    effects = effect_sizes("PLO", xi=np.zeros(25), ni=np.full(25, 10))
    assert str(effects.notes[0]).endswith("9, 10 and 15 more.")


def test_rows_that_cannot_be_computed_are_named() -> None:
    effects = effect_sizes("ROM", m1i=[5, 5], m2i=[-3, 4], sd1i=1, sd2i=1, n1i=9, n2i=9)
    assert np.isnan(effects.yi).tolist() == [True, False]
    assert str(effects.notes[0]) == "ROM cannot be computed, no estimate: 1."


def test_missing_numbers_stay_missing() -> None:
    effects = effect_sizes("SMD", di=[0.5, np.nan], n1i=[10, 10], n2i=[12, 12])
    assert np.isnan(effects.yi).tolist() == [False, True]


@pytest.mark.parametrize(
    ("measure", "arguments", "message"),
    [
        ("RR", {"ai": 1, "ci": 2}, "RR needs ai, bi, ci, di; or ai, n1i, ci, n2i; or yi, vi"),
        ("RR", {**TABLE, "xi": 1}, "RR does not take xi"),
        ("RR", {}, "got nothing"),
        ("RR", {"ai": 5, "n1i": 3, "ci": 1, "n2i": 4}, "ai is 5, n1i is 3: more events than"),
        ("RR", {"ai": 1, "bi": 2, "ci": 1, "di": 2, "n1i": 9}, "do not add up"),
        ("RR", {"ai": -1, "bi": 2, "ci": 1, "di": 2}, "1: ai is -1: must not be negative"),
        ("RR", {"ai": [1, 2, 3], "bi": [1, 2], "ci": 1, "di": 2}, "bi has 2 values for 3"),
        ("PFT", {"xi": 0, "mi": 0}, "ni is 0: must be positive"),
        ("SMD", {"di": 1, "n1i": 0, "n2i": 5}, "n1i is 0: must be positive"),
        ("COR", {"ri": 1.2, "ni": 30}, "must lie between -1 and 1"),
        ("PCOR", {"ri": 0.2, "mi": 9, "ni": 10}, "no degrees of freedom"),
        ("ARAW", {"ai": 0.8, "mi": 1, "ni": 10}, "two items or more"),
        ("HR", {"pi": 0, "x1i": 5, "x2i": 5}, "must be a (signed) p-value"),
        ("GEN", {"yi": 1}, "GEN needs yi, vi; or yi, sei; or yi, ci_low, ci_high; got yi"),
        ("HD", {"ai": 1}, "HD does not take ai"),
        ("GEN", {"yi": 1, "vi": -1}, "vi is -1: must not be negative"),
        ("GEN", {"yi": 1, "ci_low": 2, "ci_high": 0}, "the limits are out of order"),
        ("RR", {"yi": 1, "vi": 1, "ai": 3}, "does not take ai; it needs yi, vi"),
    ],
)
def test_wrong_data_are_refused_with_what_is_needed(
    measure: str, arguments: dict, message: str
) -> None:
    with pytest.raises(DataError) as refusal:
        effect_sizes(measure, **arguments)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("measure", "options", "message"),
    [
        ("RRR", {}, "near ones are"),
        ("RR", {"to": "some"}, "to is 'some'"),
        ("RR", {"add": -1}, "add is -1"),
        ("RR", {"vtype": "XX"}, "vtype 'XX' is not one of RR's (LS, AV)"),
        ("RD", {"vtype": ["LS"]}, "vtype has 1 entry for 2 studies"),
        ("PETO", {"vtype": "LS"}, "PETO has one kind of sampling variance"),
        ("RR", {"correct": "yes"}, "correct is 'yes'"),
    ],
)
def test_wrong_options_are_refused(measure: str, options: dict, message: str) -> None:
    with pytest.raises(SpecError) as refusal:
        effect_sizes(measure, **TABLE, **options)
    assert message in str(refusal.value)


def test_a_kind_of_variance_may_be_given_for_every_study() -> None:
    table = {"ai": [20, 20], "bi": [10, 10], "ci": [8, 8], "di": [30, 30]}
    mixed = effect_sizes("PHI", **table, vtype=["ST", "CS"]).vi
    for i, kind in enumerate(("ST", "CS")):
        assert mixed[i] == effect_sizes("PHI", **table, vtype=kind).vi[i]


def test_estimates_that_are_given_keep_their_label() -> None:
    for spread in ({"vi": 0.04}, {"sei": 0.2}, {"ci_low": -0.4919928, "ci_high": 0.2919928}):
        effects = effect_sizes("HR", yi=-0.1, **spread, ni=80)
        assert effects.measure == "HR"
        assert effects.vi[0] == pytest.approx(0.04, rel=1e-6)
        assert effects.ni is not None
        assert effects.ni[0] == 80
        assert effects.notes == ()


def test_limits_on_the_printed_scale_are_suspected() -> None:
    effects = effect_sizes("HR", yi=0.7, ci_low=0.5, ci_high=0.98, slab=["Lee 2019"])
    assert codes(effects) == ["lopsided-interval"]
    assert "Lee 2019" in str(effects.notes[0])


def test_flip_changes_the_sign_of_some_rows_only_where_there_is_one() -> None:
    plain = effect_sizes("SMD", di=[0.5, 0.3], n1i=10, n2i=10)
    flipped = effect_sizes("SMD", di=[0.5, 0.3], n1i=10, n2i=10, flip=[False, True])
    np.testing.assert_array_equal(flipped.yi, plain.yi * [1, -1])
    with pytest.raises(SpecError, match="no sign to flip"):
        effect_sizes("PLO", xi=3, ni=10, flip=True)


def test_records_need_a_measure_and_arrays_only_one() -> None:
    with pytest.raises(SpecError, match="Name the measure"):
        effect_sizes(())
    with pytest.raises(SpecError, match="Two measures"):
        effect_sizes("RR", "OR")


def test_every_measure_explains_itself() -> None:
    for code, measure in MEASURES.items():
        assert measure.code == code
        assert measure.label
        assert measure.display
        assert measure.source
        assert measure_of(code) is measure
        taken = set(measure.accepts)
        assert taken <= set(effect_sizes.__kwdefaults__)
