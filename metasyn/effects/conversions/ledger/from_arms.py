"""Effects from what both arms, or the only arm, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from metasyn.counting import plural
from metasyn.effects.conversions.ledger.arms import COUNTS, MEANS, ArmRule, Found, lacking, read_arm
from metasyn.effects.conversions.ledger.prepared import Choices, Prepared
from metasyn.effects.conversions.ledger.row import Row

__all__ = [
    "lacks_one",
    "lacks_two",
    "one_mean",
    "proportion",
    "two_by_two",
    "two_means",
]

CONTROL = "comparator_"


def lacks_one(rules: Sequence[ArmRule]) -> Callable[[Row, str], tuple[str, ...]]:
    """What the arm lacks."""
    return lambda row, _: lacking(row, "", rules)


def lacks_two(rules: Sequence[ArmRule]) -> Callable[[Row, str], tuple[str, ...]]:
    """What both arms lack."""
    return lambda row, _: lacking(row, "", rules) + lacking(row, CONTROL, rules)


def two_by_two(row: Row, _: str, choices: Choices) -> Prepared:
    """Counts of two arms."""
    first, second = read_arm(row, "", COUNTS, choices), read_arm(row, CONTROL, COUNTS, choices)
    inputs = dict(zip(("ai", "n1i", "ci", "n2i"), first.values + second.values, strict=True))
    return _together(first, second, inputs)


def two_means(row: Row, _: str, choices: Choices) -> Prepared:
    """Means, SDs and sizes of two arms, each reported in its own way."""
    first, second = read_arm(row, "", MEANS, choices), read_arm(row, CONTROL, MEANS, choices)
    names = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
    return _together(first, second, dict(zip(names, first.values + second.values, strict=True)))


def _together(first: Found, second: Found, inputs: dict[str, float]) -> Prepared:
    same = first.rule == second.rule
    rule = first.rule if same else f"{first.rule} + {second.rule}"
    rule = "two-by-two" if rule == "events" else rule
    sentence = (
        f"Both arms: {first.sentence}."
        if first.sentence == second.sentence
        else f"Treated arm: {first.sentence}. Control arm: {second.sentence}."
    )
    return Prepared(rule, inputs, sentence, tuple(dict.fromkeys(first.flags + second.flags)))


def proportion(row: Row, _: str, choices: Choices) -> Prepared:
    """Counts of one arm; one or two patients are a single case."""
    found = read_arm(row, "", COUNTS, choices)
    events, n = found.values
    sentence = f"{found.sentence[0].upper()}{found.sentence[1:]}."
    if n <= 2:
        return Prepared(
            "single-case",
            {"xi": events, "ni": n},
            f"A single case: {events:g} of {plural(n, 'patient')}. {sentence}",
        )
    return Prepared(found.rule, {"xi": events, "ni": n}, sentence, found.flags)


def one_mean(row: Row, _: str, choices: Choices) -> Prepared:
    """Mean, SD and size of one arm."""
    found = read_arm(row, "", MEANS, choices)
    inputs = dict(zip(("mi", "sdi", "ni"), found.values, strict=True))
    sentence = f"{found.sentence[0].upper()}{found.sentence[1:]}."
    return Prepared(found.rule, inputs, sentence, found.flags)
