"""Properties that hold for all data: symmetry, scale, zeros."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.measures import MEASURES
from metasyn.effects.transforms import display

count = st.integers(0, 500)
sizes = st.integers(3, 400)
means = st.floats(0.1, 100)
spreads = st.floats(0.05, 50)

TABLES = ("RR", "OR", "PETO", "RD", "AS", "PHI", "YUQ", "YUY", "RTET", "PBIT", "OR2D", "OR2DN")
TWO_MEANS = ("MD", "SMD", "SMDH", "ROM", "CVR", "RPB", "RBIS", "D2OR")
SCALE_FREE = ("SMD", "SMDH", "SMD1", "SMD1H", "ROM", "CVR", "VR", "RPB", "RBIS", "CLESN")


def close(left: np.ndarray, right: np.ndarray, rtol: float = 1e-9) -> None:
    np.testing.assert_allclose(left, right, rtol=rtol, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("measure", TABLES)
@settings(max_examples=40, deadline=None)
@given(cells=st.tuples(count, count, count, count))
def test_swapping_the_arms_of_a_table_flips_the_sign(
    measure: str, cells: tuple[int, int, int, int]
) -> None:
    a, b, c, d = cells
    forward = effect_sizes(measure, ai=a, bi=b, ci=c, di=d)
    backward = effect_sizes(measure, ai=c, bi=d, ci=a, di=b)
    close(forward.yi, -backward.yi)
    close(forward.vi, backward.vi)
    if display(measure).name == "exp" and not np.isnan(forward.yi[0]):
        shown = display(measure).apply(forward.yi) * display(measure).apply(backward.yi)
        assert shown[0] == pytest.approx(1)


@pytest.mark.parametrize("measure", TWO_MEANS)
@settings(max_examples=40, deadline=None)
@given(m=st.tuples(means, means), s=st.tuples(spreads, spreads), n=st.tuples(sizes, sizes))
def test_swapping_two_groups_flips_the_sign(measure: str, m: tuple, s: tuple, n: tuple) -> None:
    forward = effect_sizes(measure, m1i=m[0], m2i=m[1], sd1i=s[0], sd2i=s[1], n1i=n[0], n2i=n[1])
    backward = effect_sizes(measure, m1i=m[1], m2i=m[0], sd1i=s[1], sd2i=s[0], n1i=n[1], n2i=n[0])
    close(forward.yi, -backward.yi)
    close(forward.vi, backward.vi)


@settings(max_examples=40, deadline=None)
@given(x=st.tuples(count, count), t=st.tuples(spreads, spreads))
def test_swapping_two_rates_flips_the_sign(x: tuple, t: tuple) -> None:
    for measure in ("IRR", "IRD", "IRSD"):
        forward = effect_sizes(measure, x1i=x[0], x2i=x[1], t1i=t[0], t2i=t[1])
        backward = effect_sizes(measure, x1i=x[1], x2i=x[0], t1i=t[1], t2i=t[0])
        close(forward.yi, -backward.yi)
        close(forward.vi, backward.vi)


@settings(max_examples=40, deadline=None)
@given(x=st.integers(0, 80), m=st.integers(0, 80))
def test_counting_the_other_outcome_turns_a_proportion_round(x: int, m: int) -> None:
    if x + m == 0:
        return
    one, other = (effect_sizes("PLO", xi=i, mi=j) for i, j in ((x, m), (m, x)))
    close(one.yi, -other.yi)
    close(one.vi, other.vi)
    for measure in ("PAS", "PFT"):
        one, other = (effect_sizes(measure, xi=i, mi=j) for i, j in ((x, m), (m, x)))
        close(one.yi + other.yi, np.array([np.pi / 2]))


@pytest.mark.parametrize("measure", SCALE_FREE)
@settings(max_examples=40, deadline=None)
@given(
    m=st.tuples(means, means),
    s=st.tuples(spreads, spreads),
    n=st.tuples(sizes, sizes),
    scale=st.floats(1e-4, 1e4),
)
def test_units_do_not_matter(measure: str, m: tuple, s: tuple, n: tuple, scale: float) -> None:
    def at(factor: float) -> tuple[np.ndarray, np.ndarray]:
        data = {
            "m1i": m[0] * factor,
            "m2i": m[1] * factor,
            "sd1i": s[0] * factor,
            "sd2i": s[1] * factor,
            "n1i": n[0],
            "n2i": n[1],
        }
        needed = {key: data[key] for key in MEASURES[measure].needs[0]}
        effects = effect_sizes(measure, **needed)
        return effects.yi, effects.vi

    for left, right in zip(at(1), at(scale), strict=True):
        close(left, right, rtol=1e-7)


@settings(max_examples=40, deadline=None)
@given(m=st.tuples(means, means), s=st.tuples(spreads, spreads), n=sizes, r=st.floats(-0.95, 0.95))
def test_units_of_change_do_not_matter(m: tuple, s: tuple, n: int, r: float) -> None:
    data = {"m1i": m[0], "m2i": m[1], "sd1i": s[0], "sd2i": s[1], "ri": r, "ni": n}
    scaled = {key: 1000 * v if key[0] in "ms" else v for key, v in data.items()}
    for measure in ("SMCC", "SMCRH", "SMCRP", "SMCRPH", "CLESCN", "ROMC", "CVRC"):
        plain, other = effect_sizes(measure, **data), effect_sizes(measure, **scaled)
        close(plain.yi, other.yi, rtol=1e-7)
        close(plain.vi, other.vi, rtol=1e-7)


COUNTED = [c for c, m in MEASURES.items() if m.family.zero is not None]


@pytest.mark.parametrize("measure", COUNTED)
@pytest.mark.parametrize("to", ["only0", "if0all", "all", "none"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_zeros_never_give_a_silent_inf_or_nan(measure: str, to: str, data: st.DataObject) -> None:
    rows = 3
    small = st.lists(st.integers(0, 2), min_size=rows, max_size=rows)
    arrays = {}
    for name in MEASURES[measure].needs[-1]:
        if name[0] == "t":
            arrays[name] = [1.5, 20.0, 300.0]
        elif name in ("n1i", "n2i", "ni"):
            arrays[name] = [2, 3, 4]
        elif name == "mi":
            arrays[name] = data.draw(st.lists(st.integers(1, 2), min_size=rows, max_size=rows))
        elif name == "pi":
            arrays[name] = [0.1, 0.2, 0.3]
        else:
            arrays[name] = data.draw(small)
    effects = effect_sizes(measure, **arrays, to=to)
    for values in (effects.yi, effects.vi):
        assert not np.isinf(values).any()
    named = any(note.code == "no-estimate" for note in effects.notes)
    assert named == np.isnan(effects.yi).any() == np.isnan(effects.vi).any()
    if to == "only0":
        zero = np.zeros(rows, dtype=bool)
        with np.errstate(all="ignore"):
            prepared = MEASURES[measure].family.prepare(
                {name: np.array(values, float) for name, values in arrays.items()}
            )
        for cell in MEASURES[measure].family.zero.cells:
            zero |= prepared[cell] == 0
        changed = zero.any() and MEASURES[measure].add > 0
        assert any(note.code == "zero-cells" for note in effects.notes) == changed
