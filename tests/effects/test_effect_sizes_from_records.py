"""From registry rows to effects and counts: columns, control arms, labels, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import metasyn as ms
from metasyn.effects.from_records import counts_from, labels_of, two_arm_counts_from
from metasyn.errors import DataError
from metasyn.records import Provenance, Result, Study

WORKBOOK = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"
COLUMNS = {"comparator_arm": 12, "events": 13, "n": 14, "mean": 15, "sd": 16}


def study(number: int, **given: object) -> Study:
    blank = dict.fromkeys(Study.__dataclass_fields__, "")
    fields = {
        "study_id": f"S{number:04}",
        "label": f"Study {number}",
        "year": 2000 + number,
        "n_enrolled": None,
        "overlaps_with": (),
        "design": "rct",
        "provenance": Provenance("studies", number + 1),
        "extras": {},
    }
    return Study(**{**blank, **fields, **given})  # type: ignore[arg-type]


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
        "provenance": Provenance("results", number + 1, COLUMNS, {}),
        "extras": {},
    }
    return Result(**{**empty, **dict.fromkeys(numbers), **fields, **given})  # type: ignore[arg-type]


ONE, TWO = study(1), study(2)
DRUG = row(1, ONE, "drug", "placebo", events=4, n=123)
PLACEBO = row(2, ONE, "placebo", events=11, n=139)
OTHER_DRUG = row(3, TWO, "drug", "usual care", events=6, n=306)
USUAL = row(4, TWO, "usual care", events=29, n=303)
ALL = (DRUG, PLACEBO, OTHER_DRUG, USUAL)


def codes(result: ms.Effects | ms.Counts | ms.TwoArmCounts) -> list[str]:
    return [note.code for note in result.notes]


class TestOneArm:
    def test_proportions_take_events_and_n(self) -> None:
        effects = ms.effect_sizes((DRUG, OTHER_DRUG), "PLO")
        np.testing.assert_array_equal(
            effects.yi, ms.effect_sizes("PLO", xi=[4, 6], ni=[123, 306]).yi
        )
        assert effects.slab == ("Study 1", "Study 2")
        assert effects.records == (DRUG, OTHER_DRUG)
        assert effects.measure == "PLO"

    def test_means_take_mean_sd_and_n(self) -> None:
        record = row(1, ONE, "drug", mean=5.0, sd=2.0, n=16)
        effects = ms.effect_sizes((record,), "MN")
        assert (effects.yi[0], effects.vi[0]) == (5.0, 0.25)
        assert ms.effect_sizes((replace(record, mean=None),), "SDLN").yi[0] > 0

    def test_counts_carry_designs_and_records(self) -> None:
        counts = counts_from((DRUG, replace(OTHER_DRUG, study=replace(TWO, design=""))))
        assert (counts.xi.tolist(), counts.ni.tolist()) == ([4, 6], [123, 306])
        assert counts.design == ("rct", None)
        assert [record.result_id for record in counts.records] == ["R0001", "R0003"]

    def test_every_record_that_lacks_a_column_is_listed_with_its_cell(self) -> None:
        missing = Provenance("results", 17, COLUMNS, {"events": "NR"})
        bad = (
            replace(DRUG, events=None, provenance=missing),
            replace(OTHER_DRUG, n=None),
            PLACEBO,
        )
        for attempt in (lambda: ms.effect_sizes(bad, "PLO"), lambda: counts_from(bad)):
            with pytest.raises(DataError) as refusal:
                attempt()
            lines = str(refusal.value).splitlines()
            assert "events and n" in lines[0]
            assert lines[1:] == [
                "  Study 1, drug (R0001): events is NR at results!M17",
                "  Study 2, drug (R0003): n is blank at results!N4",
            ]

    def test_impossible_counts_are_refused_by_label(self) -> None:
        with pytest.raises(DataError, match="Study 1: 9 events among 3"):
            counts_from((replace(DRUG, events=9, n=3),))

    def test_no_records_are_refused(self) -> None:
        with pytest.raises(DataError, match="there are no records"):
            ms.effect_sizes((), "PLO")

    def test_measures_that_records_cannot_feed_say_so(self) -> None:
        with pytest.raises(DataError, match="records hold no such columns"):
            ms.effect_sizes((DRUG,), "ZCOR")

    def test_arrays_beside_records_are_refused(self) -> None:
        with pytest.raises(DataError, match="no arrays beside them"):
            ms.effect_sizes((DRUG,), "PLO", xi=3)


class TestLabels:
    def test_the_arm_and_then_the_row_tell_rows_of_one_study_apart(self) -> None:
        assert labels_of(ALL) == (
            "Study 1 (drug)",
            "Study 1 (placebo)",
            "Study 2 (drug)",
            "Study 2 (usual care)",
        )
        twice = (DRUG, replace(DRUG, result_id="R0009"), USUAL)
        assert labels_of(twice) == ("Study 1 (drug, R0001)", "Study 1 (drug, R0009)", "Study 2")


class TestTwoArms:
    def test_controls_are_found_among_the_records(self) -> None:
        effects = ms.effect_sizes(ALL, "RR")
        table = ms.effect_sizes("RR", ai=[4, 6], n1i=[123, 306], ci=[11, 29], n2i=[139, 303])
        np.testing.assert_array_equal(effects.yi, table.yi)
        assert effects.slab == ("Study 1", "Study 2")
        assert effects.records == (DRUG, OTHER_DRUG)

    def test_controls_are_found_in_a_wider_pool(self) -> None:
        effects = ms.effect_sizes((DRUG,), "OR", among=(PLACEBO, USUAL))
        assert len(effects) == 1

    def test_counts_of_two_arms(self) -> None:
        counts = two_arm_counts_from(ALL)
        cells = [array.tolist() for array in (counts.ai, counts.bi, counts.ci, counts.di)]
        assert cells == [[4, 6], [119, 300], [11, 29], [128, 274]]

    def test_the_control_of_another_outcome_or_study_does_not_count(self) -> None:
        others = (replace(PLACEBO, outcome="relapse"), replace(PLACEBO, study=TWO))
        with pytest.raises(DataError, match="no row of arm 'placebo' with outcome death_any"):
            ms.effect_sizes((DRUG,), "RR", among=others)

    def test_the_time_point_chooses_among_several_controls(self) -> None:
        early = replace(PLACEBO, timepoint="day 7", events=1, result_id="R0021")
        late = replace(PLACEBO, timepoint="day 28", events=11, result_id="R0022")
        treated = replace(DRUG, timepoint="day 28")
        assert two_arm_counts_from((treated,), (early, late)).ci.tolist() == [11]
        with pytest.raises(DataError, match=r"several rows of arm 'placebo' \(R0021, R0022\)"):
            two_arm_counts_from((DRUG,), (early, late))

    def test_arms_without_a_control_are_listed(self) -> None:
        with pytest.raises(DataError) as refusal:
            ms.effect_sizes((DRUG, USUAL, PLACEBO), "RR")
        assert str(refusal.value).splitlines()[1:] == [
            "  Study 2, usual care (R0004): comparator_arm is blank at results!L5"
        ]

    def test_a_control_that_lacks_a_number_is_listed(self) -> None:
        with pytest.raises(DataError, match=r"placebo \(R0002\): n is blank at results!N3"):
            ms.effect_sizes((DRUG, replace(PLACEBO, n=None)), "RR")

    def test_arms_that_share_a_control_are_noted(self) -> None:
        second = row(5, ONE, "other drug", "placebo", events=7, n=120)
        effects = ms.effect_sizes((DRUG, second, PLACEBO), "RR")
        assert "shared-control" in codes(effects)
        assert effects.slab == ("Study 1 (drug)", "Study 1 (other drug)")

    def test_two_groups_of_a_quantity(self) -> None:
        treated = replace(DRUG, mean=5.0, sd=2.0, n=20)
        control = replace(PLACEBO, mean=4.0, sd=2.0, n=20)
        effects = ms.effect_sizes((treated, control), "SMD")
        assert effects.yi[0] == ms.effect_sizes("SMD", di=0.5, n1i=20, n2i=20).yi[0]
        sd_ratio = ms.effect_sizes((replace(treated, mean=None), control), "VR")
        assert sd_ratio.yi[0] == 0


class TestPrintedEffects:
    RATIO = row(1, ONE, "drug", effect_measure="HR", effect=0.7, ci_low=0.5, ci_high=0.98)

    def test_hazard_ratios_come_with_their_limits(self) -> None:
        effects = ms.effect_sizes((self.RATIO,), "HR")
        assert effects.yi[0] == pytest.approx(np.log(0.7))
        assert np.sqrt(effects.vi[0]) == pytest.approx(np.log(0.98 / 0.5) / 3.919927969080108)

    def test_other_measures_are_refused(self) -> None:
        with pytest.raises(DataError, match=r"Study 1 \(R0001\): effect_measure is OR"):
            ms.effect_sizes((replace(self.RATIO, effect_measure="OR"),), "HR")

    def test_a_limit_of_zero_has_no_log(self) -> None:
        with pytest.raises(DataError, match="a ratio's limit is 0"):
            ms.effect_sizes((replace(self.RATIO, ci_low=0.0),), "HR")


class TestGradingScales:
    def test_mixed_scales_are_noted_with_their_studies(self) -> None:
        graded = [
            replace(record, study=replace(record.study, grading_scale=scale))
            for record, scale in ((DRUG, "ASTCT 2019"), (OTHER_DRUG, "Penn"))
        ]
        for result in (ms.effect_sizes(graded, "PLO"), counts_from(graded)):
            assert codes(result) == ["mixed-grading-scales"]
            message = str(result.notes[0])
            assert "ASTCT 2019 (Study 1); Penn (Study 2)" in message

    def test_scales_that_are_not_reported_do_not_count(self) -> None:
        graded = [
            replace(record, study=replace(record.study, grading_scale=scale))
            for record, scale in ((DRUG, "Penn"), (OTHER_DRUG, "NR"))
        ]
        assert codes(ms.effect_sizes(graded, "PLO")) == []


class TestTheWorkbook:
    def test_treated_arms_find_controls_that_were_not_selected(self) -> None:
        registry = ms.read_registry(WORKBOOK)
        chosen = registry.select(outcome="severe_crs_incidence", analyse="primary")
        treated = replace(chosen, rows=tuple(r for r in chosen if r.comparator_arm))
        assert len(treated) >= 2
        effects = ms.effect_sizes(treated, "RR")
        assert len(effects) == len(treated)
        assert np.isfinite(effects.yi).all()
        counts = two_arm_counts_from(treated)
        np.testing.assert_array_equal(counts.ai, [record.events for record in treated])
