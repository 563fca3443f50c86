"""Effects from tests: logrank statistics, t, F and p-values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from metasyn.effects.conversions.arguments import Estimate
from metasyn.effects.conversions.hazard import (
    hazard_from_expected,
    hazard_from_logrank,
    hazard_from_logrank_p,
    hazard_from_o_minus_e,
    logrank_variance,
    logrank_variance_from_arms,
)
from metasyn.effects.conversions.ledger.from_effects import lacks_effect, printed_as
from metasyn.effects.conversions.ledger.prepared import Choices, Prepared, on_analysis_scale
from metasyn.effects.conversions.ledger.row import Row
from metasyn.effects.conversions.standard_errors import t_from_f
from metasyn.effects.conversions.standardised import smd_from_t
from metasyn.effects.measures import MEASURES
from metasyn.errors import DataError

__all__ = [
    "expected",
    "hazard_events",
    "lacks_events",
    "lacks_logrank",
    "lacks_signed",
    "lacks_test",
    "logrank",
    "logrank_p",
    "o_minus_e",
    "smd_f",
    "smd_p",
    "smd_t",
]

Lacks = Callable[[Row, str], tuple[str, ...]]


def lacks_test(*names: str) -> Lacks:
    """Missing fields, and the measure where the row says that it reports another one."""
    return lambda row, target: row.lacks(*names) + _other_measure(row, target)


def lacks_signed(*names: str) -> Lacks:
    """As :func:`lacks_test`, and the direction that the test has lost."""
    return lambda row, target: lacks_test(*names)(row, target) + _no_sign(row)


def lacks_logrank(*names: str) -> Lacks:
    """As :func:`lacks_signed`, and what gives the logrank variance."""
    return lambda row, target: lacks_signed(*names)(row, target) + _no_variance(row)


def lacks_events(row: Row, target: str) -> tuple[str, ...]:
    """A printed effect, and what gives the logrank variance."""
    return lacks_effect()(row, target) + _no_variance(row)


def _other_measure(row: Row, target: str) -> tuple[str, ...]:
    accepted = (*printed_as(target), "MD") if target == "SMD" else printed_as(target)
    differs = row.measure and row.measure not in accepted
    return (f"effect_measure {target}",) if differs else ()


def _no_sign(row: Row) -> tuple[str, ...]:
    return () if "sign" in row or _has_direction(row) else ("sign",)


def _has_direction(row: Row) -> bool:
    measure = MEASURES.get(row.measure)
    return (
        "effect" in row
        and measure is not None
        and measure.null == 0
        and measure.back.name in {"identity", "exp"}
    )


def _sign(row: Row) -> float:
    """Direction as stated, else that of the printed effect."""
    if "sign" in row:
        return row["sign"]
    return float(np.sign(on_analysis_scale(row.measure, "effect", row["effect"])))


def _no_variance(row: Row) -> tuple[str, ...]:
    """What is missing to the way to V that comes closest."""
    if not row.lacks("total_events", "n", "comparator_n"):
        return ()
    ways = (("v",), ("events", "comparator_events"), ("total_events", "allocation"))
    return min((row.lacks(*way) for way in ways), key=lambda lacks: (len(lacks), "v" in lacks))


def _variance(row: Row) -> tuple[float, str]:
    """Logrank variance by the best way that the row allows."""
    if "v" in row:
        return row["v"], f"V = {row['v']:g} as printed"
    if not row.lacks("events", "comparator_events"):
        v = float(logrank_variance_from_arms(row["events"], row["comparator_events"]))
        return v, f"V = {v:.4g} from the events of each arm"
    if "allocation" in row:
        v = float(logrank_variance(row["total_events"], row["allocation"]))
        return v, f"V = {v:.4g} from all events and the ratio of randomisation"
    v = float(logrank_variance(row["total_events"], row["n"] / row["comparator_n"]))
    return v, f"V = {v:.4g} from all events and the sizes of the arms"


def o_minus_e(row: Row, target: str, _: Choices) -> Prepared:
    """O - E and V."""
    estimate = hazard_from_o_minus_e(row["o_minus_e"], row["v"])
    what = "log hazard ratio" if target == "HR" else "log odds ratio"
    sentence = (
        f"One-step (Peto) {what} from O - E = {row['o_minus_e']:g} and V = {row['v']:g} (Tierney "
        "2007), biased towards no effect where the effect is large."
    )
    return _prepared("o-minus-e", estimate, sentence)


def expected(row: Row, _: str, __: Choices) -> Prepared:
    """Observed and expected events of both arms."""
    names = ("events", "expected", "comparator_events", "comparator_expected")
    estimate = hazard_from_expected(*(row[name] for name in names))
    sentence = "Hazard ratio from observed and expected events of both arms (Tierney 2007)."
    return _prepared("observed-expected", estimate, sentence)


def logrank(row: Row, _: str, __: Choices) -> Prepared:
    """Logrank chi-square and events."""
    v, words = _variance(row)
    estimate = hazard_from_logrank(row["chi2"], v, _sign(row))
    sentence = (
        f"Hazard ratio from the logrank chi-square {row['chi2']:g} and {words} (Tierney 2007)."
    )
    return _prepared("logrank-chi2", estimate, sentence)


def logrank_p(row: Row, _: str, __: Choices) -> Prepared:
    """Logrank p-value and events."""
    v, words = _variance(row)
    estimate = hazard_from_logrank_p(row["p"], v, _sign(row))
    sentence = (
        f"Hazard ratio from the two-sided p-value {row['p']:g} and {words} (Tierney 2007)."
        f"{_bound(row)}"
    )
    return _prepared("logrank-p", estimate, sentence, ("bounded-p",) if row.bounded else ())


def hazard_events(row: Row, target: str, _: Choices) -> Prepared:
    """Printed hazard ratio without any spread, and events."""
    v, words = _variance(row)
    yi = float(on_analysis_scale(target, "effect", row["effect"]))
    sentence = f"HR of {row['effect']:g} as printed; variance 1/V, {words} (Tierney 2007)."
    return _prepared("hazard-events", Estimate(yi, 1 / v), sentence)


def smd_t(row: Row, _: str, __: Choices) -> Prepared:
    """T statistic and group sizes."""
    sentence = (
        f"Cohen's d from t = {row['t']:g}, taken for an unpaired t test with pooled variance."
    )
    return _smd("t", row, row["t"], sentence)


def smd_f(row: Row, _: str, __: Choices) -> Prepared:
    """F statistic of two groups, and the direction."""
    t = float(t_from_f(row["f"])) * _sign(row)
    sentence = f"Cohen's d from F = {row['f']:g}, taken for a comparison of two groups."
    return _smd("f", row, t, sentence)


def smd_p(row: Row, _: str, __: Choices) -> Prepared:
    """P-value of a t test, and the direction."""
    from scipy.special import stdtrit

    if not 0 < row["p"] <= 1:
        raise DataError(f"p is {row['p']:g}; it lies between 0 and 1")
    df = row["n"] + row["comparator_n"] - 2
    t = -float(stdtrit(df, row["p"] / 2)) * _sign(row)
    sentence = (
        f"Cohen's d from the two-sided p-value {row['p']:g}, taken for that of an unpaired t test "
        f"on {df:g} degrees of freedom.{_bound(row)}"
    )
    made = _smd("p", row, t, sentence)
    return made._replace(flags=("bounded-p",)) if row.bounded else made


def _smd(rule: str, row: Row, t: float, sentence: str) -> Prepared:
    d = float(smd_from_t(t, row["n"], row["comparator_n"]))
    inputs = {"di": d, "n1i": row["n"], "n2i": row["comparator_n"]}
    return Prepared(rule, inputs, sentence)


def _bound(row: Row) -> str:
    return " Only an upper bound of p is printed: the effect is at least this large." * row.bounded


def _prepared(
    rule: str, estimate: Estimate, sentence: str, flags: tuple[str, ...] = ()
) -> Prepared:
    return Prepared(rule, {"yi": float(estimate.yi), "vi": float(estimate.vi)}, sentence, flags)
