"""what_would_it_take(): every answer checked by pooling again."""

from itertools import combinations

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.take import take


@pytest.fixture(scope="module")
def bcg(small_study):
    return small_study.effects("bcg")


@pytest.fixture(scope="module")
def table(bcg):
    return ms.what_would_it_take(bcg, threshold=-0.3)


def answer(table, question, goal):
    (found,) = [a for a in table.answers if (a.question, a.goal) == (question, goal)]
    return found


def without(effects, labels):
    rows = [i for i, label in enumerate(effects.slab) if label not in labels]
    return ms.pool(take(effects, rows))


def with_nulls(effects, n, null=0.0):
    added = np.full(n, null), np.full(n, np.median(effects.vi))
    return ms.pool(
        ms.effects_from(np.append(effects.yi, added[0]), np.append(effects.vi, added[1]))
    )


def test_removal_does_what_it_says(bcg, table):
    found = answer(table, "removal", "include")
    assert found.number == len(found.studies) == 4
    low, high = without(bcg, found.studies).ci
    assert low <= 0 <= high
    found = answer(table, "removal", "threshold")
    assert without(bcg, found.studies).estimate > -0.3
    assert (found.number, found.method) == (5, "exact")
    assert "no smaller set does" in found.sentence


def test_pairs_are_exact():
    """Against all singles and pairs, one by one."""
    effects = ms.effects_from(
        [0.9, 0.8, 0.1, 0.2, 0.15, 0.05], [0.02, 0.02, 0.02, 0.05, 0.03, 0.04]
    )
    found = answer(ms.what_would_it_take(effects, threshold=0.2), "removal", "threshold")
    by_hand = [
        pair for pair in combinations(effects.slab, 2) if without(effects, pair).estimate < 0.2
    ]
    singles = [one for one in effects.slab if without(effects, [one]).estimate < 0.2]
    assert not singles
    assert found.method == "exact"
    assert tuple(found.studies) in by_hand
    others = len(by_hand) - 1
    words = "and no other pair would" if others == 0 else f"so would {others} other pair"
    assert words in found.sentence


def test_a_single_study_that_decides():
    effects = ms.effects_from([2.0, 0.1, -0.1, 0.05, -0.2], [0.01] * 5, slab=list("abcde"))
    found = answer(ms.what_would_it_take(effects), "removal", "sign")
    assert found.studies == ("a",)
    assert without(effects, ["a"]).estimate < 0
    assert found.method == "exact"


def test_hidden_studies_are_the_fewest(bcg, table):
    found = answer(table, "hidden", "threshold")
    assert with_nulls(bcg, int(found.number)).estimate > -0.3
    assert with_nulls(bcg, int(found.number) - 1).estimate < -0.3


def test_hidden_studies_until_the_interval_includes_the_null(small_study):
    effects = small_study.effects("hackshaw1998")
    found = answer(ms.what_would_it_take(effects), "hidden", "include")
    assert with_nulls(effects, int(found.number)).ci.low <= 0
    assert with_nulls(effects, int(found.number) - 1).ci.low > 0


def test_what_cannot_happen_is_said(table):
    assert answer(table, "hidden", "sign").number is None
    assert "never past it" in answer(table, "hidden", "sign").sentence
    assert "Not even 1000" in answer(table, "hidden", "include").sentence
    assert answer(table, "removal", "sign").method == "not found"


def test_classical_numbers_stand_beside(bcg, table):
    assert answer(table, "rosenthal", "significance").number == ms.fail_safe_n(bcg).n
    rosenberg = ms.fail_safe_n(bcg, "Rosenberg").n
    assert answer(table, "rosenberg", "significance").number == rosenberg


def test_selection_ratios_are_those_of_the_sensitivity_analysis(bcg, table):
    ratios = [a for a in table.answers if a.question == "selection"]
    assert [a.goal for a in ratios] == ["estimate", "include", "estimate", "include"]
    null, at = (ms.publication_bias_sensitivity(bcg, q=q) for q in (0.0, -0.3))
    assert ratios[0].number is None
    assert "however strong" in ratios[0].sentence
    assert ratios[1].number == pytest.approx(null.for_ci.value, rel=1e-9)
    assert ratios[2].number == pytest.approx(at.for_estimate.value, rel=1e-9)


def test_a_null_elsewhere_is_a_shift(bcg):
    """Effects and null moved alike: the same answers."""
    moved = ms.effects_from(bcg.yi + 1.0, bcg.vi)
    one, other = ms.what_would_it_take(bcg), ms.what_would_it_take(moved, null=1.0)
    for a, b in zip(one.answers, other.answers, strict=True):
        assert (a.question, a.goal, a.studies) == (b.question, b.goal, b.studies)
        assert a.number == (None if b.number is None else pytest.approx(b.number, rel=1e-6))


def test_an_interval_that_includes_the_null(small_study):
    table = ms.what_would_it_take(small_study.effects("normand1999"))
    assert "Not even 1000" in answer(table, "hidden", "exclude").sentence
    common = ms.what_would_it_take(
        ms.effects_from([0.2, 0.1, 0.3], [0.1, 0.2, 0.2]), ms.CommonEffect()
    )
    assert "keep it so" in answer(common, "hidden", "exclude").sentence
    assert "without any selection" in table.answers[-1].sentence


def test_proportions_have_a_threshold_only(small_study):
    effects = small_study.effects("pritz1997")
    with pytest.raises(ms.SpecError, match="no value that means no effect"):
        ms.what_would_it_take(effects)
    table = ms.what_would_it_take(effects, threshold=0.8)
    assert {a.question for a in table.answers} == {"removal"}
    assert "no-null" in [note.code for note in table.notes]


def test_arguments_are_checked(bcg):
    with pytest.raises(ms.SpecError, match="Fixed weights"):
        ms.what_would_it_take(bcg, ms.RandomEffects("GENQ", weights=(1.0,) * 13))
    with pytest.raises(ms.DataError, match="at least 3"):
        ms.what_would_it_take(ms.effects_from([0.1, 0.2], [1, 2]))


def test_frame_and_summary(table):
    frame = table.to_frame()
    assert list(frame.columns) == ["question", "goal", "number", "studies", "method", "sentence"]
    assert len(frame) == len(table.answers)
    for found in table.answers:
        assert found.sentence in table.summary()
        assert found.sentence.endswith(".")


def reached(goal, value, before, after):
    """Whether a pooled estimate reads otherwise than before."""
    if goal in ("sign", "threshold"):
        return (after.estimate - value) * (1.0 if before.estimate >= value else -1.0) < 0.0
    inside = after.ci.low <= value <= after.ci.high
    return inside if goal == "include" else not inside


def fewest_by_force(effects, spec, goal, value):
    """Size of the smallest set whose removal does it, and how many do: every set is tried."""
    k, before = len(effects), ms.pool(effects, spec)
    for size in range(1, min(k - 2, max(2, k // 2)) + 1):
        kept = (sorted(set(range(k)) - set(gone)) for gone in combinations(range(k), size))
        does = [reached(goal, value, before, ms.pool(take(effects, rows), spec)) for rows in kept]
        if any(does):
            return size, sum(does)
    return None, 0


SPECS = [
    ms.RandomEffects(),
    ms.RandomEffects("DL", ci="z"),
    ms.RandomEffects("PM", ci="t"),
    ms.CommonEffect(),
]


@pytest.mark.parametrize("spec", SPECS, ids=["REML", "DL", "PM", "common"])
@pytest.mark.parametrize("seed", range(6))
def test_no_fewer_studies_do_it(spec, seed):
    """Against all subsets of up to 10 studies, with a threshold on either side of the estimate."""
    rng = np.random.default_rng(seed)
    k = 5 + seed
    vi = rng.gamma(1.0, 0.05, k) + 0.004
    effects = ms.effects_from(rng.normal(0.35, np.sqrt(vi + 0.05)), vi)
    middle = ms.pool(effects, spec).estimate
    for threshold in (middle - 0.15, middle + 0.25):
        table = ms.what_would_it_take(effects, spec, threshold)
        for found in table.answers:
            if found.question != "removal":
                continue
            value = threshold if found.goal == "threshold" else 0.0
            number, many = fewest_by_force(effects, spec, found.goal, value)
            assert found.number == number
            assert found.method == ("not found" if number is None else "exact")
            if many > 1 and "one study at a time" not in found.sentence:
                assert f"so would {many - 1} other" in found.sentence


def test_a_bound_tells_the_fewest_where_not_all_sets_can_be_tried():
    """Equal variances: the mean is the plain one, and the highest studies go first."""
    yi = np.tile([0.3, 0.32, 0.28, 0.31, 0.29, 0.05], 5)
    effects = ms.effects_from(yi, np.full(30, 0.004))
    found = answer(ms.what_would_it_take(effects, threshold=0.23), "removal", "threshold")
    means = np.cumsum(np.sort(yi))[::-1] / np.arange(30, 0, -1)
    assert found.number == int(np.argmax(means < 0.23)) > 3
    assert found.method == "exact"


def test_many_studies_are_removed_one_at_a_time():
    """Beyond 3,000 sets the number is no longer called the fewest."""
    effects = ms.effects_from(np.tile([0.5, 0.4, 0.1, 0.2, 0.1], 6), np.tile([0.05, 0.1], 15))
    found = answer(ms.what_would_it_take(effects), "removal", "include")
    assert found.method == "greedy"
    assert "fewer may do" in found.sentence


def test_fewer_hidden_studies_do_not():
    """Up to 30 every number is tried; beyond, the words say that not all were."""
    yi = np.array([0.5, 0.55, 0.45, 0.52, 0.48, 0.51])
    effects = ms.effects_from(yi, np.full(6, 0.02))
    spec = ms.RandomEffects("DL", ci="z")
    found = answer(ms.what_would_it_take(effects, spec), "hidden", "include")

    def covers(n):
        yi, vi = np.append(effects.yi, np.zeros(n)), np.append(effects.vi, np.full(n, 0.02))
        return ms.pool(ms.effects_from(yi, vi), spec).ci.low <= 0

    assert covers(int(found.number)) and not covers(int(found.number) - 1)
    assert found.method == ("exact" if found.number <= 30 else "searched")
    assert ("not all were tried" in found.sentence) == (found.number > 30)


def test_hidden_studies_that_change_the_sign():
    """A large study below 0, small ones above: nulls lower tau2, and the large one rules again."""
    effects = ms.effects_from([-0.1, 1.0, 1.1, 0.9], [0.0001, 0.3, 0.3, 0.3])
    spec = ms.RandomEffects("DL")
    assert ms.pool(effects, spec).estimate > 0
    found = answer(ms.what_would_it_take(effects, spec), "hidden", "sign")
    number = int(found.number)
    assert with_nulls_of(effects, spec, number).estimate < 0
    assert with_nulls_of(effects, spec, number - 1).estimate >= 0
    common = ms.CommonEffect()
    found = answer(ms.what_would_it_take(effects, common), "hidden", "sign")
    assert "never past it" in found.sentence


def with_nulls_of(effects, spec, n):
    added = np.zeros(n), np.full(n, np.median(effects.vi))
    return ms.pool(
        ms.effects_from(np.append(effects.yi, added[0]), np.append(effects.vi, added[1])), spec
    )
