"""The ledger on registry records: control arms, extra columns, labels, the record behind a row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from metasyn.effects.conversions.ledger import convert_rows
from metasyn.effects.effect_sizes import effect_sizes
from metasyn.errors import DataError
from metasyn.records import Provenance, Records, Result, Source, Study


def study(number: int) -> Study:
    blank = dict.fromkeys(Study.__dataclass_fields__, "")
    fields = {
        "study_id": f"S{number:04}",
        "label": f"Study {number}",
        "year": 2000 + number,
        "n_enrolled": None,
        "overlaps_with": (),
        "provenance": Provenance("studies", number + 1),
        "extras": {},
    }
    return Study(**{**blank, **fields})


def row(number: int, of: Study, arm: str, control: str = "", **given: object) -> Result:
    empty = dict.fromkeys(Result.__dataclass_fields__, "")
    numbers = ("events", "n", "mean", "sd", "median", "q1", "q3", "min", "max")
    numbers += ("effect", "ci_low", "ci_high")
    fields = {
        "result_id": f"R{number:04}",
        "study": of,
        "arm": arm,
        "comparator_arm": control,
        "outcome": "death_any",
        "provenance": Provenance("results", number + 1),
        "extras": {},
    }
    return Result(**{**empty, **dict.fromkeys(numbers), **fields, **given})


ONE, TWO, THREE = study(1), study(2), study(3)
DRUG = row(1, ONE, "drug", "placebo", events=4, n=123)
PLACEBO = row(2, ONE, "placebo", events=11, n=139)
PRINTED = row(3, TWO, "drug", "usual", effect=0.5, effect_measure="OR", ci_low=0.3, ci_high=0.8)
ALONE = row(4, THREE, "drug", events=3, n=10)


def test_forms_are_mixed_and_controls_are_used_only_as_controls():
    made = convert_rows([DRUG, PLACEBO, PRINTED], "OR")
    assert [one.rule for one in made.derivations] == ["two-by-two", "effect-ci"]
    direct = effect_sizes("OR", ai=[4], bi=[119], ci=[11], di=[128])
    assert made.yi[0] == direct.yi[0] and made.vi[0] == direct.vi[0]
    assert made.unconverted == () and made.positions == (0, 2)
    assert made.effects.records == (DRUG, PRINTED)
    assert made.effects.slab == ("Study 1 (drug)", "Study 2")


def test_a_row_without_its_control_is_refused_by_name():
    made = convert_rows([DRUG, PLACEBO, ALONE], "OR")
    (lost,) = made.unconverted
    assert lost.slab == "Study 3"
    assert lost.reason.endswith("comparator_arm is blank")
    stray = row(9, TWO, "drug", "nobody", events=1, n=9)
    (lost,) = convert_rows([DRUG, PLACEBO, stray], "OR").unconverted
    assert lost.reason.endswith("no row of arm 'nobody'")
    twice = replace(PLACEBO, result_id="R0020")
    with pytest.raises(DataError, match=r"several rows of arm 'placebo' \(R0002, R0020\)"):
        convert_rows([DRUG, PLACEBO, twice], "OR")


def test_a_missing_control_does_not_matter_where_the_effect_is_printed():
    assert convert_rows([PRINTED], "OR").derivations[0].rule == "effect-ci"


def test_controls_are_found_among_further_records_and_in_the_registry():
    found = convert_rows([DRUG], "OR", among=[PLACEBO])
    selection = Records(
        rows=(DRUG,),
        set_aside=(),
        query={},
        studies=(ONE,),
        codes={},
        source=Source.__new__(Source),
        among=(DRUG, PLACEBO),
    )
    assert convert_rows(selection, "OR").yi[0] == found.yi[0]


def test_one_arm_targets_take_every_row_by_itself():
    case = row(5, TWO, "drug", events=1, n=1)
    percent = row(6, ONE, "other", n=40, extras={"percent": "22.5"})
    made = convert_rows([DRUG, PLACEBO, ALONE, case, percent], "PLO")
    rules = [one.rule for one in made.derivations]
    assert rules == ["events", "events", "events", "single-case", "percent"]
    np.testing.assert_array_equal(made.effects.ni, [123, 139, 10, 1, 40])
    assert made.yi[4] == pytest.approx(np.log(9 / 31))


def test_extra_columns_are_read_for_what_the_registry_has_no_column_for():
    by_t = row(7, TWO, "drug", "usual", n=20, extras={"t": "2.5", "remark": "unpaired"})
    usual = row(8, TWO, "usual", n=22)
    made = convert_rows([by_t, usual], "SMD")
    expected = effect_sizes("SMD", ti=[2.5], n1i=[20], n2i=[22])
    assert made.yi[0] == pytest.approx(expected.yi[0], rel=1e-14)
    by_p = replace(PRINTED, ci_low=None, ci_high=None, extras={"p": "<0.01"})
    assert [note.code for note in convert_rows([by_p], "OR").notes] == ["bounded-p"]


def test_arms_that_share_a_control_are_noted():
    second = row(10, ONE, "other drug", "placebo", events=9, n=120)
    made = convert_rows([DRUG, second, PLACEBO], "RR")
    assert [note.code for note in made.notes] == ["shared-control"]
    assert "Study 1 (drug), Study 1 (other drug)" in made.notes[0].message


def test_records_and_mappings_do_not_mix():
    with pytest.raises(DataError, match="all records or all mappings"):
        convert_rows([DRUG, {"events": 1}], "OR")
