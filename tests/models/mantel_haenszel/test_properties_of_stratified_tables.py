"""What must hold for Mantel-Haenszel and Peto whatever the tables."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from metasyn.effects.counts import counts
from metasyn.effects.person_time import person_time
from metasyn.errors import DataError, SpecError
from metasyn.models.mantel_haenszel import pool_mantel_haenszel
from metasyn.models.peto import pool_peto
from metasyn.models.specs import MantelHaenszel, Peto

CELL = st.integers(0, 60)
TABLES = st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=8)


def tables(rows, order="abcd"):
    columns = dict(zip("abcd", np.array(rows).T, strict=True))
    a, b, c, d = (columns[cell] for cell in order)
    return counts(ai=a, bi=b, ci=c, di=d)


def estimates(rows, order="abcd"):
    data = tables(rows, order)
    return [
        pool_mantel_haenszel(data, MantelHaenszel("OR")),
        pool_mantel_haenszel(data, MantelHaenszel("RR")),
        pool_mantel_haenszel(data, MantelHaenszel("RD")),
        pool_peto(data, Peto()),
    ]


def all_answer(rows):
    try:
        return estimates(rows), estimates(rows, "cdab")
    except DataError:
        return None


@settings(deadline=None)
@given(TABLES)
def test_swapping_the_arms_flips_the_sign(rows):
    answers = all_answer(rows)
    assume(answers is not None)
    for one, other in zip(*answers, strict=True):
        assert other.estimate == pytest.approx(-one.estimate, rel=1e-9, abs=1e-9)
        assert other.se == pytest.approx(one.se, rel=1e-9)
        assert other.q == pytest.approx(one.q, rel=1e-7, abs=1e-7)


@settings(deadline=None)
@given(TABLES)
def test_the_order_of_studies_does_not_matter(rows):
    answers = all_answer(rows)
    assume(answers is not None)
    for one, other in zip(answers[0], estimates(rows[::-1]), strict=True):
        assert other.estimate == pytest.approx(one.estimate, rel=1e-9, abs=1e-9)
        assert list(other.weights[::-1]) == pytest.approx(list(one.weights), rel=1e-9)


@settings(deadline=None)
@given(TABLES, st.integers(1, 50), st.integers(1, 50))
def test_double_zero_tables_change_nothing_on_the_odds_ratio(rows, n1, n2):
    answers = all_answer(rows)
    assume(answers is not None)
    more = [*rows, (0, n1, 0, n2), (n1, 0, n2, 0)]
    for index in (0, 3):
        one, other = answers[0][index], estimates(more)[index]
        for name in ("estimate", "se", "q"):  # sums of more terms round differently
            assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-12, abs=1e-12)
        assert list(other.weights) == pytest.approx([*one.weights, 0, 0], rel=1e-12)
        assert {"double-zero", "all-events"} <= {note.code for note in other.notes}


@settings(deadline=None)
@given(TABLES)
def test_weights_sum_to_one_and_are_not_negative(rows):
    answers = all_answer(rows)
    assume(answers is not None)
    for pooled in answers[0]:
        assert pooled.weights.sum() == pytest.approx(1)
        assert (pooled.weights >= 0).all()


@settings(deadline=None)
@given(st.tuples(*[st.integers(1, 60)] * 4))
def test_one_study_is_itself(row):
    a, b, c, d = row
    odds, risk, difference, _ = estimates([row])
    assert odds.estimate == pytest.approx(np.log(a * d / (b * c)), abs=1e-12)
    assert odds.se == pytest.approx(np.sqrt(sum(1 / np.array(row))), rel=1e-9)
    assert risk.estimate == pytest.approx(np.log(a / (a + b) / (c / (c + d))), abs=1e-12)
    assert difference.estimate == pytest.approx(a / (a + b) - c / (c + d), abs=1e-12)


@settings(deadline=None)
@given(TABLES)
def test_duplicated_studies_halve_the_variance(rows):
    answers = all_answer(rows)
    assume(answers is not None)
    for index in (0, 1, 3):
        one, twice = answers[0][index], estimates(rows * 2)[index]
        assert twice.estimate == pytest.approx(one.estimate, rel=1e-9, abs=1e-9)
        assert twice.se**2 == pytest.approx(one.se**2 / 2, rel=1e-9)


def test_separation_is_named():
    separated = counts(ai=[3, 2], bi=[17, 18], ci=[0, 0], di=[20, 20])
    for measure in ("OR", "RR"):
        with pytest.raises(DataError, match=r"infinite.*separation"):
            pool_mantel_haenszel(separated, MantelHaenszel(measure))
    with pytest.raises(DataError, match=r"zero.*separation"):
        pool_mantel_haenszel(
            counts(ai=[0, 0], bi=[20, 20], ci=[3, 2], di=[17, 18]), MantelHaenszel()
        )
    assert pool_mantel_haenszel(separated, MantelHaenszel("RD")).estimate == pytest.approx(0.125)
    assert np.isfinite(pool_peto(separated, Peto()).estimate)


def test_nothing_to_estimate_is_named():
    nothing = counts(ai=[0, 4], bi=[20, 0], ci=[0, 7], di=[20, 0])
    with pytest.raises(DataError, match="nobody, or everybody"):
        pool_mantel_haenszel(nothing, MantelHaenszel())
    with pytest.raises(DataError, match="both events and non-events"):
        pool_peto(nothing, Peto())
    with pytest.raises(DataError, match="patients in both arms"):
        pool_mantel_haenszel(counts(ai=[1], bi=[2], ci=[0], di=[0]), MantelHaenszel("RD"))


def test_what_became_of_empty_cells_is_said():
    data = counts(
        ai=[0, 0, 5, 4, 3], bi=[9, 8, 5, 0, 2], ci=[0, 2, 5, 6, 0], di=[9, 7, 5, 0, 0],
        slab=["Lee", "Park", "Ruiz", "Sato", "Cho"],
    )  # fmt: skip
    pooled = pool_mantel_haenszel(data, MantelHaenszel())
    said = {note.code: note.message for note in pooled.notes}
    assert said["double-zero"].startswith("1 study has no event in either arm (Lee)")
    assert said["single-zero"].startswith("1 study has an empty cell (Park): it is used")
    assert said["all-events"].startswith("1 study has nothing but events (Sato)")
    assert said["empty-arm"].startswith("1 study has no patients in one arm (Cho)")
    by_risk = pool_mantel_haenszel(data, MantelHaenszel("RR"))
    assert by_risk.weights[3] > 0


def test_measures_go_with_their_data():
    rates = person_time(x1i=[3], t1i=[100], x2i=[5], t2i=[90])
    with pytest.raises(DataError, match="IRR or IRD"):
        pool_mantel_haenszel(rates, MantelHaenszel("OR"))
    with pytest.raises(DataError, match="person-time"):
        pool_mantel_haenszel(tables([(1, 2, 3, 4)]), MantelHaenszel("IRR"))
    with pytest.raises(SpecError, match="rd_variance"):
        MantelHaenszel("RD", rd_variance="wald")


def test_rates_without_events():
    rates = person_time(x1i=[0, 3], t1i=[50, 80], x2i=[0, 5], t2i=[50, 90])
    notes = {note.code for note in pool_mantel_haenszel(rates, MantelHaenszel("IRR")).notes}
    assert "double-zero" in notes
    with pytest.raises(DataError, match="infinite"):
        pool_mantel_haenszel(
            person_time(x1i=[2], t1i=[50], x2i=[0], t2i=[50]), MantelHaenszel("IRR")
        )


@pytest.mark.parametrize(
    "rows", [[(0, 7, 0, 9)], [(7, 0, 9, 0)], [(7, 0, 0, 9)], [(0, 7, 0, 9), (0, 3, 0, 4)]]
)
def test_a_difference_without_variance_is_refused(rows):
    with pytest.raises(DataError, match="without a sampling variance"):
        pool_mantel_haenszel(tables(rows), MantelHaenszel("RD"))


def test_a_difference_of_rates_without_events_is_refused():
    nobody = person_time(x1i=[0], x2i=[0], t1i=[10], t2i=[8])
    with pytest.raises(DataError, match="without a sampling variance"):
        pool_mantel_haenszel(nobody, MantelHaenszel("IRD"))
