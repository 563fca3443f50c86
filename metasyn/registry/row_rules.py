"""Rules that one row of the sheet ``results`` has to keep."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from metasyn.registry.rule import Finding, Rule, Tables

__all__ = ["ROW_RULES"]

_PROPORTIONS = ("proportion", "cumulative_incidence", "survival_probability", "p_value")
_RATIOS = ("RR", "OR", "HR")


def _events_exceed_n(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        if row.events is not None and row.n is not None and row.events > row.n:
            yield Finding(row.cell("events"), row.events, {"n": row.n})


def _effect_outside_ci(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        if row.effect is None:
            continue
        low, high = row.ci_low, row.ci_high
        if (low is not None and row.effect < low) or (high is not None and row.effect > high):
            facts = {"low": _end(low), "high": _end(high)}
            yield Finding(row.cell("effect"), f"{row.effect:g}", facts)


def _end(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def _ci_reversed(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        if row.ci_low is not None and row.ci_high is not None and row.ci_low > row.ci_high:
            yield Finding(row.cell("ci_low"), f"{row.ci_low:g}", {"high": f"{row.ci_high:g}"})


def _half_ci(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        if (row.ci_low is None) != (row.ci_high is None):
            blank, filled = ("ci_low", "ci_high") if row.ci_low is None else ("ci_high", "ci_low")
            yield Finding(row.cell(blank), "", {"blank": blank, "filled": filled})


def _disordered(tables: Tables) -> Iterator[Finding]:
    names = ("min", "q1", "median", "q3", "max")
    for row in tables.results:
        values = (row.min, row.q1, row.median, row.q3, row.max)
        given = [(n, v) for n, v in zip(names, values, strict=True) if v is not None]
        for (lower, low), (upper, high) in pairwise(given):
            if low > high:
                facts = {"lower": lower, "low": f"{low:g}", "upper": upper}
                yield Finding(row.cell(upper), f"{high:g}", facts)


def _mean_outside_range(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        if row.mean is None:
            continue
        below = row.min is not None and row.mean < row.min
        above = row.max is not None and row.mean > row.max
        if below or above:
            yield Finding(
                row.cell("mean"), f"{row.mean:g}", {"low": _end(row.min), "high": _end(row.max)}
            )


def _effect_out_of_scale(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        for name, value in (
            ("effect", row.effect),
            ("ci_low", row.ci_low),
            ("ci_high", row.ci_high),
        ):
            if value is None:
                continue
            if row.effect_measure in _PROPORTIONS and not 0 <= value <= 1:
                scale = "between 0 and 1"
            elif row.effect_measure in _RATIOS and value <= 0:
                scale = "above 0"
            else:
                continue
            facts = {"measure": row.effect_measure, "scale": scale}
            yield Finding(row.cell(name), f"{value:g}", facts)


def _effect_without_measure(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        if row.effect is not None and not row.effect_measure:
            yield Finding(row.cell("effect_measure"), "")


def _moments_without_unit(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        moments = (row.mean, row.median, row.q1, row.q3, row.min, row.max)
        if not row.unit and any(value is not None for value in moments):
            yield Finding(row.cell("unit"), "")


ROW_RULES = (
    Rule(
        "events-exceed-n",
        "error",
        "More patients cannot have the outcome than were looked at.",
        "more events than patients: {value} of {n}.",
        "Correct events or n.",
        "events 14, n 12",
        _events_exceed_n,
    ),
    Rule(
        "ci-reversed",
        "error",
        "The lower end of an interval is not above its upper end.",
        "ci_low is above ci_high, {high}.",
        "Swap them, or correct one.",
        "ci_low 0.82, ci_high 0.53",
        _ci_reversed,
    ),
    Rule(
        "effect-outside-ci",
        "error",
        "An estimate lies within its own interval.",
        "the effect lies outside of its interval, {low} to {high}.",
        "Correct effect, ci_low or ci_high.",
        "effect 0.96, interval 0.53 to 0.82",
        _effect_outside_ci,
    ),
    Rule(
        "effect-out-of-scale",
        "error",
        "Proportions are stored between 0 and 1, and ratios on their own scale, not as logarithms.",
        "a {measure} must be {scale}.",
        "Correct it (69% is 0.69), or correct effect_measure.",
        "69 as proportion",
        _effect_out_of_scale,
    ),
    Rule(
        "disordered",
        "error",
        "Minimum, quartiles, median and maximum cannot but rise.",
        "{upper} is below {lower}, {low}.",
        "Correct one of the two.",
        "q1 9, median 3",
        _disordered,
    ),
    Rule(
        "mean-outside-range",
        "error",
        "A mean lies between the smallest and the largest value.",
        "the mean lies outside of the range, {low} to {high}.",
        "Correct mean, min or max.",
        "mean 40, max 36",
        _mean_outside_range,
    ),
    Rule(
        "half-interval",
        "warning",
        "Half an interval cannot be used, and is often a slip of the columns.",
        "{filled} is given and {blank} is not.",
        "Fill it in, or write NR.",
        "ci_low 0.53, ci_high blank",
        _half_ci,
        looks_at=("ci_low", "ci_high"),
    ),
    Rule(
        "effect-without-measure",
        "warning",
        "A number without its measure cannot be compared with another.",
        "an effect is given without its measure.",
        "Choose the measure in effect_measure.",
        "effect 0.69, effect_measure blank",
        _effect_without_measure,
        looks_at=("effect", "effect_measure"),
    ),
    Rule(
        "number-without-unit",
        "warning",
        "Days and hours differ by 24.",
        "a mean, median or range is given without its unit.",
        "Choose the unit.",
        "median 3, unit blank",
        _moments_without_unit,
        looks_at=("mean", "median", "q1", "q3", "min", "max", "unit"),
    ),
)
