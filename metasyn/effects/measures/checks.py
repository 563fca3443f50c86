"""Conditions on the data of measures."""

from __future__ import annotations

from metasyn.effects.measures.measure import Check

__all__ = ["correlation", "degrees_of_freedom", "not_negative", "positive", "share", "sums"]


def not_negative(*names: str) -> tuple[Check, ...]:
    """Counts, standard deviations: zero or more."""
    return tuple(Check((name,), lambda x: x < 0, "must not be negative") for name in names)


def positive(*names: str) -> tuple[Check, ...]:
    """Sample sizes, person-times: more than zero."""
    return tuple(Check((name,), lambda x: x <= 0, "must be positive") for name in names)


def correlation(*names: str) -> tuple[Check, ...]:
    """Correlations: -1 to 1."""
    return tuple(
        Check((name,), lambda x: abs(x) > 1, "must lie between -1 and 1") for name in names
    )


def sums(events: str, rest: str, size: str) -> tuple[Check, ...]:
    """Events and non-events make up the group."""
    return (
        Check((events, size), lambda x, n: x > n, "more events than patients"),
        Check((events, rest, size), lambda x, m, n: abs(x + m - n) > 0, "do not add up"),
    )


def share(*names: str) -> tuple[Check, ...]:
    """Probabilities, coefficients of determination: 0 to 1."""
    return tuple(
        Check((name,), lambda x: (x < 0) | (x > 1), "must lie between 0 and 1") for name in names
    )


def degrees_of_freedom(predictors: str, size: str) -> tuple[Check, ...]:
    """A regression needs more patients than coefficients."""
    message = "no degrees of freedom are left"
    return (Check((predictors, size), lambda m, n: n - m - 1 <= 0, message),)
