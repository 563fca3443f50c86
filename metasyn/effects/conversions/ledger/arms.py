"""What one arm reports, as events and n or as mean, SD and n."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from metasyn.counting import plural
from metasyn.effects.conversions.ledger.prepared import Choices
from metasyn.effects.conversions.ledger.row import Row
from metasyn.effects.conversions.moments import mean_sd
from metasyn.effects.conversions.normal_based import shi_2020, wan_2014
from metasyn.effects.conversions.proportions import counts_from_percent
from metasyn.effects.conversions.skewness import skewness_2023
from metasyn.effects.conversions.standard_errors import sd_from_se
from metasyn.errors import DataError

__all__ = ["COUNTS", "MEANS", "ArmRule", "Found", "lacking", "read_arm"]

Summary = tuple[float, float, float, float, float, float]
_SUMMARY = ("n", "median", "q1", "q3", "min", "max")


class Arm(NamedTuple):
    """One arm of a row; ``prefix`` is empty or ``comparator_``."""

    row: Row
    prefix: str

    def knows(self, *names: str) -> bool:
        """Whether all these numbers are known."""
        return all(self.prefix + name in self.row for name in names)

    def __call__(self, name: str) -> float:
        return self.row.numbers.get(self.prefix + name, np.nan)


class Found(NamedTuple):
    """Numbers of one arm, the rule that found them, what it did, and flags."""

    values: tuple[float, ...]
    rule: str
    sentence: str
    flags: tuple[str, ...] = ()


class ArmRule(NamedTuple):
    """One way in which an arm is reported."""

    name: str
    needs: tuple[str, ...]
    read: Callable[[Arm, ArmRule, Choices], Found]


def read_arm(row: Row, prefix: str, rules: Sequence[ArmRule], choices: Choices) -> Found:
    """The arm by the first rule that fits; :func:`lacking` says whether one does."""
    arm = Arm(row, prefix)
    rule = next(rule for rule in rules if arm.knows(*rule.needs))
    return rule.read(arm, rule, choices)


def lacking(row: Row, prefix: str, rules: Sequence[ArmRule]) -> tuple[str, ...]:
    """Fields that the arm lacks for the rule that comes closest; empty where a rule fits."""
    missing = [row.lacks(*(prefix + name for name in rule.needs)) for rule in rules]
    return min(missing, key=len)


def _events(arm: Arm, rule: ArmRule, _: Choices) -> Found:
    return Found((arm("events"), arm("n")), rule.name, "events and patients as reported")


def _percent(arm: Arm, rule: ArmRule, _: Choices) -> Found:
    printed, n = Decimal(repr(arm("percent"))).normalize(), arm("n")
    decimals = int(arm("decimals")) if arm.knows("decimals") else _decimals(printed)
    possible = counts_from_percent(str(printed), n, decimals)
    if not possible:
        raise DataError(f"no number of events among {n:g} is printed as {printed:f}%")
    events = min(possible, key=lambda k: abs(100 * k / n - float(printed)))
    sentence = f"{plural(events, 'event')} from {printed:f}% of {plural(n, 'patient')}"
    if len(possible) > 1:
        sentence += f" ({', '.join(str(k) for k in possible)} would be printed so too)"
    return Found((float(events), n), rule.name, sentence)


def _decimals(printed: Decimal) -> int:
    exponent = printed.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


COUNTS = (
    ArmRule("events", ("events", "n"), _events),
    ArmRule("percent", ("percent", "n"), _percent),
)
"""Ways to events and n, the best first."""


def _mean_sd(arm: Arm, rule: ArmRule, _: Choices) -> Found:
    values = arm("mean"), arm("sd"), arm("n")
    return Found(values, rule.name, "mean, SD and patients as reported")


def _mean_se(arm: Arm, rule: ArmRule, _: Choices) -> Found:
    sd = float(sd_from_se(arm("mean_se"), arm("n")))
    return Found((arm("mean"), sd, arm("n")), rule.name, "SD from the standard error of the mean")


def _mean_and_spread(arm: Arm, rule: ArmRule, _: Choices) -> Found:
    n, median, q1, q3, low, high = _summary(arm, rule)
    five = "q1" in rule.needs and "min" in rule.needs
    sd = shi_2020(n, q1, q3, low, high) if five else wan_2014(n, median, q1, q3, low, high).sd
    skewed = bool(skewness_2023(n, arm("median"), q1, q3, low, high).skewed)
    text = f"mean as reported, SD from {_words(rule)} {_AS_NORMAL}"
    flags = ("estimated-moments", "skewed") if skewed else ("estimated-moments",)
    return Found((arm("mean"), float(sd), n), rule.name, text + _THOUGH * skewed, flags)


def _median(arm: Arm, rule: ArmRule, choices: Choices) -> Found:
    given = _summary(arm, rule)
    skewed = bool(skewness_2023(*given).skewed)
    text = f"mean and SD from {_words(rule)}"
    if skewed and choices.skewed != "normal":
        try:
            found = mean_sd(*given, method=choices.skewed)
        except DataError as problem:
            why = f", as {_NAMES[choices.skewed]} does not fit ({str(problem).rstrip('.')})"
        else:
            how = f" of clearly skewed data by {_NAMES[choices.skewed]}, {found.detail[0]}"
            flags = ("estimated-moments", *(note.code for note in found.notes))
            return Found(
                (float(found.mean), float(found.sd), given[0]), rule.name, text + how, flags
            )
    else:
        why = ""
    found = mean_sd(*given)
    flags = ("estimated-moments", *(note.code for note in found.notes))
    how = f" {_AS_NORMAL}{_THOUGH * skewed}{why}"
    return Found((float(found.mean), float(found.sd), given[0]), rule.name, text + how, flags)


def _summary(arm: Arm, rule: ArmRule) -> Summary:
    """Size and the numbers that the rule takes, NaN for the others."""
    n, median, q1, q3, low, high = (
        arm(name) if name in rule.needs else np.nan for name in _SUMMARY
    )
    return n, median, q1, q3, low, high


def _words(rule: ArmRule) -> str:
    """Numbers that the rule takes the spread from."""
    known = (("median", "median"), ("quartiles", "q1"), ("range", "min"))
    *first, last = (word for word, name in known if name in rule.needs)
    return f"{', '.join(first)} and {last}" if first else last


_AS_NORMAL = "taken for normal (Luo 2018, Wan 2014, Shi 2020)"
_THOUGH = " although they are clearly skewed (Shi 2023)"
_NAMES = {
    "mln": "maximum likelihood after a power transformation (MLN; Cai 2021)",
    "qe": "quantile estimation (QE; McGrath 2020)",
    "bc": "the Box-Cox method (BC; McGrath 2020)",
}

_FIVE = ("q1", "q3", "min", "max", "n")
_QUARTILES = ("q1", "q3", "n")
_RANGE = ("min", "max", "n")

MEANS = (
    ArmRule("mean-sd", ("mean", "sd", "n"), _mean_sd),
    ArmRule("mean-se", ("mean", "mean_se", "n"), _mean_se),
    ArmRule("mean-five", ("mean", *_FIVE), _mean_and_spread),
    ArmRule("mean-iqr", ("mean", *_QUARTILES), _mean_and_spread),
    ArmRule("mean-range", ("mean", *_RANGE), _mean_and_spread),
    ArmRule("median-five", ("median", *_FIVE), _median),
    ArmRule("median-iqr", ("median", *_QUARTILES), _median),
    ArmRule("median-range", ("median", *_RANGE), _median),
)
"""Ways to mean, SD and n, the best first."""
