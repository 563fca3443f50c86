"""Effects that the report prints itself, with what tells their standard error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import numpy as np

from metasyn.effects.conversions.arguments import Floats
from metasyn.effects.conversions.ledger.from_arms import proportion
from metasyn.effects.conversions.ledger.prepared import Choices, Prepared, on_analysis_scale
from metasyn.effects.conversions.ledger.row import Row
from metasyn.effects.conversions.standard_errors import se_from_ci, se_from_p, se_from_statistic

__all__ = [
    "effect_ci",
    "effect_p",
    "effect_se",
    "effect_statistic",
    "lacks_effect",
    "printed_as",
    "proportion_of_n",
]

_PROPORTION = ("proportion", "PR")
_PRINTED_AS = {
    "MN": ("mean", "MN"),
    **dict.fromkeys(("PLO", "PR", "PLN", "PRZ", "PAS", "PFT"), _PROPORTION),
}
_LOPSIDED = 0.1  # of half the interval: more than rounding to two digits explains


def printed_as(target: str) -> tuple[str, ...]:
    """Words of ``effect_measure`` under which a report prints the target."""
    return _PRINTED_AS.get(target, (target,))


def lacks_effect(*names: str) -> Callable[[Row, str], tuple[str, ...]]:
    """Missing fields, and the measure where the effect is not the target."""

    def lacks(row: Row, target: str) -> tuple[str, ...]:
        wrong = row.measure not in printed_as(target)
        return row.lacks("effect", *names) + ((f"effect_measure {target}",) if wrong else ())

    return lacks


def effect_ci(row: Row, target: str, choices: Choices) -> Prepared:
    """Estimate with a Wald-type interval."""
    yi, low, high = (
        float(on_analysis_scale(target, name, row[name]))
        for name in ("effect", "ci_low", "ci_high")
    )
    df, words = _degrees(row, target)
    se = se_from_ci(low, high, choices.level, df)
    off = abs(yi - (low + high) / 2) > _LOPSIDED * (high - low) / 2
    sentence = (
        f"{_printed(row)}; standard error from its {100 * choices.level:g}% interval "
        f"{row['ci_low']:g} to {row['ci_high']:g}, taken for one of Wald type{words}."
    )
    if off:
        sentence += " The estimate is not in the middle of the interval."
    return _prepared("effect-ci", yi, se, sentence, ("lopsided-interval",) if off else ())


def effect_se(row: Row, target: str, _: Choices) -> Prepared:
    """Estimate with its standard error on the analysis scale."""
    yi = float(on_analysis_scale(target, "effect", row["effect"]))
    sentence = f"{_printed(row)}, with its standard error {row['se']:g}."
    return _prepared("effect-se", yi, row["se"], sentence)


def effect_statistic(row: Row, target: str, _: Choices) -> Prepared:
    """Estimate with its Wald statistic."""
    yi = float(on_analysis_scale(target, "effect", row["effect"]))
    se = se_from_statistic(yi, row["z"])
    sentence = f"{_printed(row)}; standard error from its Wald statistic {row['z']:g}."
    return _prepared("effect-z", yi, se, sentence)


def effect_p(row: Row, target: str, _: Choices) -> Prepared:
    """Estimate with its p-value."""
    yi = float(on_analysis_scale(target, "effect", row["effect"]))
    df, words = _degrees(row, target)
    se = se_from_p(yi, row["p"], df)
    sentence = (
        f"{_printed(row)}; standard error from the two-sided p-value {row['p']:g}, taken "
        f"for that of a Wald test{words}."
    )
    if row.bounded:
        sentence += " Only an upper bound of p is printed, so that the standard error is too large."
    return _prepared("effect-p", yi, se, sentence, ("bounded-p",) if row.bounded else ())


def proportion_of_n(row: Row, target: str, choices: Choices) -> Prepared:
    """Printed proportion of a known number of patients, as counts."""
    percent = Decimal(repr(row["effect"])) * 100
    numbers = {**row.numbers, "percent": float(percent)}
    numbers.pop("events", None)
    made = proportion(replace(row, numbers=numbers), target, choices)
    return made._replace(rule="proportion-n")


def _degrees(row: Row, target: str) -> tuple[float, str]:
    """Degrees of freedom of a mean difference whose group sizes are known."""
    if target != "MD" or row.lacks("n", "comparator_n"):
        return np.nan, ""
    df = row["n"] + row["comparator_n"] - 2
    return df, f" with t on {df:g} degrees of freedom"


def _printed(row: Row) -> str:
    return f"{row.measure[0].upper()}{row.measure[1:]} of {row['effect']:g} as printed"


def _prepared(
    rule: str, yi: float, se: Floats, sentence: str, flags: tuple[str, ...] = ()
) -> Prepared:
    return Prepared(rule, {"yi": yi, "vi": float(se) ** 2}, sentence, flags)
