"""Groups put together and split, and counts from percentages: against raw data and brute force."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metasyn.effects.conversions import (
    combine_counts,
    combine_groups,
    counts_from_percent,
    split_control,
)
from metasyn.errors import DataError

values = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)


@given(groups=st.lists(values, min_size=1, max_size=5))
def test_groups_together_are_their_patients_together(groups):
    every = np.concatenate(groups)
    sds = [np.std(group, ddof=1) if len(group) > 1 else 0.0 for group in groups]
    made = combine_groups([len(g) for g in groups], [np.mean(g) for g in groups], sds)
    size = np.abs(every).max() + 1
    assert made.n == len(every)
    assert made.mean == pytest.approx(every.mean(), abs=1e-12 * size)
    if len(every) == 1:
        assert np.isnan(made.sd)
    else:
        # a variance of equal values is rounding, of the order 1e-16 of the squares
        assert made.sd == pytest.approx(every.std(ddof=1), rel=1e-9, abs=1e-7 * size)


def test_two_groups_follow_the_handbook_s_formula():
    # Cochrane Handbook 6, Table 6.5.a
    n1, m1, s1, n2, m2, s2 = 50, 26.5, 4.5, 50, 32.9, 5.8
    between = n1 * n2 / (n1 + n2) * (m1**2 + m2**2 - 2 * m1 * m2)
    sd = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2 + between) / (n1 + n2 - 1))
    made = combine_groups([n1, n2], [m1, m2], [s1, s2])
    assert made == pytest.approx((100, 29.7, sd), rel=1e-13)


def test_groups_lie_on_the_last_axis():
    made = combine_groups([[10, 15], [10, 15]], [[5, 7], [5, np.nan]], [2, 3])
    assert made.n.tolist() == [25, 25]
    assert made.mean[0] == pytest.approx(6.2, rel=1e-15)
    assert made.sd[0] == pytest.approx(np.sqrt(186 / 24), rel=1e-14)  # 36 + 126 + 24, by hand
    assert np.isnan([made.mean[1], made.sd[1]]).all()
    events, n = combine_counts([[3, 5], [0, 2]], [10, 12])
    assert (events.tolist(), n.tolist()) == ([8, 2], [22, 22])


@given(n=st.integers(1, 500), k=st.integers(1, 6), events=st.integers(0, 500))
def test_shares_of_a_control_add_up_to_it(n, k, events):
    events = min(n, events)
    share, share_of_events = split_control(n, k, events)
    assert k * share == pytest.approx(n) and k * share_of_events == pytest.approx(events)
    assert np.isnan(split_control(n, k)[1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: combine_groups([10, 0], [1, 1], [1, 1]), "Element 2: n is 0"),
        (lambda: combine_groups([10, 9], [1, 1], [1, -1]), "sd is -1"),
        (lambda: combine_counts([5, 3], [4, 9]), "5 events among 4 patients"),
        (lambda: split_control(10, 0), "comparisons is 0"),
        (lambda: split_control(10, 2, 11), "11 events among 10"),
        (lambda: counts_from_percent(101, 10), "percent is 101"),
        (lambda: counts_from_percent("NR", 10), "percent is 'NR'"),
        (lambda: counts_from_percent(33.35, 10, 1), "more than 1 decimals"),
        (lambda: counts_from_percent(33, 0), "n is 0"),
        (lambda: counts_from_percent(33, 10.5), "n is 10.5"),
        (lambda: counts_from_percent(33, float("nan")), "n is nan"),
    ],
)
def test_the_impossible_is_refused(call, words):
    with pytest.raises(DataError, match=words):
        call()


def printed(k, n, decimals, rounding):
    return (Decimal(100 * k) / n).quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


@given(n=st.integers(1, 400), decimals=st.integers(0, 2), data=st.data())
def test_counts_are_exactly_those_that_some_rounding_prints(n, decimals, data):
    k = data.draw(st.integers(0, n))
    for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN):
        percent = printed(k, n, decimals, rounding)
        found = counts_from_percent(str(percent), n, decimals)
        half = Decimal("0.5").scaleb(-decimals)
        every = tuple(j for j in range(n + 1) if abs(Decimal(100 * j) - percent * n) <= half * n)
        assert k in found
        assert found == every


def test_a_float_is_read_by_its_printed_digits():
    assert counts_from_percent(33.3, 45, 1) == counts_from_percent("33.3", 45, 1) == (15,)
    assert counts_from_percent(0, 10) == (0,) and counts_from_percent(100, 10) == (10,)


def test_no_count_tells_of_another_denominator():
    assert counts_from_percent(30, 7) == ()
