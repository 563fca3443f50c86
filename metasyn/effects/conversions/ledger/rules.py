"""The rules of the ledger, in their order: what a row must hold, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from metasyn.effects.conversions.arguments import Estimate
from metasyn.effects.conversions.ledger.arms import COUNTS, MEANS
from metasyn.effects.conversions.ledger.from_arms import (
    lacks_one,
    lacks_two,
    one_mean,
    proportion,
    two_by_two,
    two_means,
)
from metasyn.effects.conversions.ledger.from_effects import (
    effect_ci,
    effect_p,
    effect_se,
    effect_statistic,
    lacks_effect,
    proportion_of_n,
)
from metasyn.effects.conversions.ledger.from_tests import (
    expected,
    hazard_events,
    lacks_events,
    lacks_logrank,
    lacks_signed,
    lacks_test,
    logrank,
    logrank_p,
    o_minus_e,
    smd_f,
    smd_p,
    smd_t,
)
from metasyn.effects.conversions.ledger.prepared import Choices, Prepared
from metasyn.effects.conversions.ledger.row import Row
from metasyn.effects.conversions.ratios import odds_ratio_to_risk_ratio, risk_ratio_to_odds_ratio
from metasyn.effects.conversions.standardised import odds_ratio_to_smd, smd_to_odds_ratio

__all__ = ["BRIDGES", "RULES", "TARGETS", "TWO_ARMS", "Bridge", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way from a row to a measure.

    Parameters
    ----------
    name
        Short name; where arms are read, a derivation names instead how each arm is reported.
    targets
        Codes of the measures that it leads to.
    lacks
        What a row lacks for it, given the target; nothing where the rule fits.
    make
        Arguments of :func:`metasyn.effect_sizes`, and the sentence.
    """

    name: str
    targets: tuple[str, ...]
    lacks: Callable[[Row, str], tuple[str, ...]]
    make: Callable[[Row, str, Choices], Prepared]


@dataclass(frozen=True, slots=True)
class Bridge:
    """One way from a measure that a row leads to, to another one.

    Parameters
    ----------
    source, target
        Codes of measures.
    needs
        Fields of the row.
    approximate
        Whether it assumes a distribution, and is only taken when asked for.
    cross
        Estimate and variance of the target.
    sentence
        What it assumes; a format string over the row's numbers.
    """

    source: str
    target: str
    needs: tuple[str, ...]
    approximate: bool
    cross: Callable[[float, float, Mapping[str, float]], Estimate]
    sentence: str


_COUNTED = ("OR", "RR", "RD", "PETO", "AS")
_MEASURED = ("MD", "SMD", "ROM")
_SHARES = ("PLO", "PR", "PLN", "PRZ", "PAS", "PFT")
_COMPARED = ("OR", "RR", "RD", "HR", "IRR", *_MEASURED)

RULES = (
    Rule("two-by-two", _COUNTED, lacks_two(COUNTS), two_by_two),
    Rule("two-means", _MEASURED, lacks_two(MEANS), two_means),
    Rule("proportion", _SHARES, lacks_one(COUNTS), proportion),
    Rule("proportion-n", _SHARES, lacks_effect("n"), proportion_of_n),
    Rule("one-mean", ("MN", "MNLN"), lacks_one(MEANS), one_mean),
    Rule("effect-ci", (*_COMPARED, "PLO", "MN"), lacks_effect("ci_low", "ci_high"), effect_ci),
    Rule("effect-se", (*_COMPARED, "PLO", "MN"), lacks_effect("se"), effect_se),
    Rule("o-minus-e", ("HR", "OR", "PETO"), lacks_test("o_minus_e", "v"), o_minus_e),
    Rule(
        "observed-expected",
        ("HR",),
        lacks_test("events", "expected", "comparator_events", "comparator_expected"),
        expected,
    ),
    Rule("t", ("SMD",), lacks_test("t", "n", "comparator_n"), smd_t),
    Rule("f", ("SMD",), lacks_signed("f", "n", "comparator_n"), smd_f),
    Rule("effect-z", _COMPARED, lacks_effect("z"), effect_statistic),
    Rule("logrank-chi2", ("HR",), lacks_logrank("chi2"), logrank),
    Rule("effect-p", _COMPARED, lacks_effect("p"), effect_p),
    Rule("logrank-p", ("HR",), lacks_logrank("p"), logrank_p),
    Rule("hazard-events", ("HR",), lacks_events, hazard_events),
    Rule("p", ("SMD",), lacks_signed("p", "n", "comparator_n"), smd_p),
)
"""Every rule; of those that fit a row, the first is taken."""

_RISK = "at a risk of {baseline_risk:g} in the control group, taken as known (Zhang & Yu 1998)."
_CUT = (
    "the event being taken for a cut through a quantity that is logistic with one SD in both "
    "groups (Hasselblad & Hedges 1995; Chinn 2000)."
)

BRIDGES = (
    Bridge(
        "OR",
        "RR",
        ("baseline_risk",),
        approximate=False,
        cross=lambda yi, vi, row: odds_ratio_to_risk_ratio(yi, row["baseline_risk"], vi),
        sentence="Risk ratio from this odds ratio " + _RISK,
    ),
    Bridge(
        "RR",
        "OR",
        ("baseline_risk",),
        approximate=False,
        cross=lambda yi, vi, row: risk_ratio_to_odds_ratio(yi, row["baseline_risk"], vi),
        sentence="Odds ratio from this risk ratio " + _RISK,
    ),
    Bridge(
        "OR",
        "SMD",
        (),
        approximate=True,
        cross=lambda yi, vi, _: odds_ratio_to_smd(yi, vi),
        sentence="Standardised mean difference from this odds ratio, " + _CUT,
    ),
    Bridge(
        "SMD",
        "OR",
        (),
        approximate=True,
        cross=lambda yi, vi, _: smd_to_odds_ratio(yi, vi),
        sentence="Odds ratio from this standardised mean difference, " + _CUT,
    ),
)
"""Ways from one measure to another, tried where no rule fits."""

TARGETS = tuple(dict.fromkeys(target for rule in RULES for target in rule.targets))
"""Measures that a ledger can lead to."""

TWO_ARMS = tuple(dict.fromkeys((*_COUNTED, *_COMPARED)))
"""Measures that compare two arms."""
