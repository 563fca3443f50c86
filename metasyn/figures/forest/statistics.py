"""Heterogeneity and overall test under a pooled line, each journal's way."""

from __future__ import annotations

import math
from collections.abc import Sequence

from metasyn.figures.styles import Numbers, Style
from metasyn.figures.words import number, unbroken
from metasyn.models.groups import StudyRow
from metasyn.models.random_effects.subgroups import Subgroups
from metasyn.models.rate import PooledRate
from metasyn.models.results import Pooled

__all__ = [
    "counted_words",
    "heterogeneity_words",
    "p_text",
    "statistics_lines",
    "subgroup_test",
]


REMARKS = {
    "prior-dependent": "estimate and interval depend on a prior",
    "no-prediction": "too few studies for a prediction interval",
}
"""Codes of notes that the figure itself repeats."""


def p_text(p: float, numbers: Numbers) -> str:
    """A p-value with its sign: two digits, three where two would say 0.00 or hide a digit.

    Examples
    --------
    >>> p_text(0.0004, Numbers()), p_text(0.0421, Numbers()), p_text(0.25, Numbers(bare_p=True))
    ('< 0.001', '= 0.04', '= .25')
    """
    if p < 0.001:
        text = f"< {number(0.001, 3, numbers.decimal)}"
    elif p > 0.99 and numbers.bare_p:
        text = f"> {number(0.99, 2, numbers.decimal)}"
    else:
        text = f"= {number(p, 3 if p < 0.0095 else 2, numbers.decimal)}"
    return text.replace(f"0{numbers.decimal}", numbers.decimal) if numbers.bare_p else text


def statistics_lines(
    result: Pooled, rows: Sequence[StudyRow], null: float | None, style: Style
) -> tuple[str, ...]:
    """Lines under a pooled estimate.

    Parameters
    ----------
    result
        The pooled line.
    rows
        Its studies and single cases.
    null
        Value of no effect; without one there is no overall test.
    style
        Whose way.
    """
    cases = sum(row.is_case for row in rows)
    estimable = sum(math.isfinite(row.estimate) and not row.is_case for row in rows)
    heterogeneity = _heterogeneity(result, estimable - 1, style)
    counted = f"k = {counted_words(len(rows) - cases, cases)}"
    counted = ", ".join(map(unbroken, counted.split(", ")))
    lines = []
    remarks = [words for code, words in REMARKS.items() if code in {n.code for n in result.notes}]
    if style.statistics == "plain":
        rate = _average(result, style.numbers)
        lines.append("; ".join([*heterogeneity, counted, *rate, *remarks]))
    else:
        opening = "Test for heterogeneity: " if style.name == "bmj" else "Heterogeneity: "
        lines.append(opening + "; ".join([*heterogeneity, counted, *remarks]))
    test = _overall_test(result, null, style)
    return (*lines, test) if test else tuple(lines)


def counted_words(studies: int, cases: int) -> str:
    """Studies and single cases in words.

    Examples
    --------
    >>> counted_words(4, 1), counted_words(1, 0), counted_words(0, 2)
    ('4 studies, 1 single case', '1 study', '2 single cases')
    """
    parts = [f"{studies} {'study' if studies == 1 else 'studies'}"] if studies or not cases else []
    if cases:
        parts.append(f"{cases} single {'case' if cases == 1 else 'cases'}")
    return ", ".join(parts)


def _heterogeneity(result: Pooled, df: int, style: Style) -> list[str]:
    decimal = style.numbers.decimal
    parts = []
    enough = style.statistics in ("jama", "lancet") and result.i2 is not None
    if result.tau2 is not None and not enough:
        name = "Tau²" if style.statistics == "revman" else "τ²"
        parts.append(f"{name} = {number(result.tau2, 2, decimal)}")
    if result.q is not None:
        name = "Chi²" if style.statistics == "revman" else "χ²"
        p = f"P {p_text(result.q_p, style.numbers)}" if result.q_p is not None else ""
        q = number(result.q, 2, decimal)
        if style.statistics == "revman":
            parts.append(f"{name} = {q}, df = {df}" + (f" ({p})" if p else ""))
        else:
            parts += [f"{name} = {q}, df = {df}", *([p] if p else [])]
    if result.i2 is not None:
        parts.append(f"I² = {number(100 * result.i2, 0)}%")
    return [unbroken(part) for part in parts]


def heterogeneity_words(result: Pooled, style: Style) -> list[str]:
    """Variance between studies and its share, for a line that has room for no more."""
    decimal = style.numbers.decimal
    parts = []
    if result.tau2 is not None:
        parts.append(f"τ² = {number(result.tau2, 2, decimal)}")
    if result.i2 is not None:
        parts.append(f"I² = {number(100 * result.i2, 0)}%")
    if style.statistics == "revman":
        parts = [part.replace("τ²", "Tau²") for part in parts]
    return [unbroken(part) for part in (parts[-1:] if style.statistics == "jama" else parts)]


def subgroup_test(found: Subgroups, style: Style) -> str:
    """Test for subgroup differences, each journal's way."""
    opening = "Test for subgroup differences: "
    if found.statistic is None or found.p_value is None:
        return f"{opening}not possible, the studies of each subgroup agree exactly"
    numbers, (df, rest) = style.numbers, found.df
    value = number(found.statistic, 2, numbers.decimal)
    p = f"P {p_text(found.p_value, numbers)}"
    if rest is not None:
        said = [f"F = {value}", f"df = {df:g}, {number(rest, 1, numbers.decimal)}", p]
        return opening + "; ".join(map(unbroken, said))
    if style.statistics == "revman":
        share = max(0.0, (found.statistic - df) / found.statistic) if found.statistic else 0.0
        said = [f"Chi² = {value}, df = {df:g} ({p})", f"I² = {number(100 * share, 0)}%"]
        return opening + "; ".join(map(unbroken, said))
    return opening + "; ".join(map(unbroken, [f"χ² = {value}, df = {df:g}", p]))


def _average(result: Pooled, numbers: Numbers) -> list[str]:
    if not isinstance(result, PooledRate):
        return []
    return [f"population-averaged rate {number(100 * result.average_rate, 1, numbers.decimal)}%"]


def _overall_test(result: Pooled, null: float | None, style: Style) -> str:
    """Test of no effect, where the style prints it; a single arm has nothing to be tested."""
    if null is None or result.p_value is None or style.statistics == "plain":
        return ""
    p = unbroken(f"P {p_text(result.p_value, style.numbers)}")
    if result.statistic is None:
        return f"Test for overall effect: {p}"
    letter = "Z" if result.ci is None or result.ci.df is None else "t"
    value = number(abs(result.statistic), 2, style.numbers.decimal)
    return f"Test for overall effect: {unbroken(f'{letter} = {value}')} ({p})"
