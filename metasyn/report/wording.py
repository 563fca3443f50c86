"""What methods are called and what they rest on: one table, read by every section."""

from __future__ import annotations

import re
from dataclasses import dataclass

from metasyn.errors import Note
from metasyn.models.interval import Interval

__all__ = [
    "CI",
    "PREDICTION",
    "SET_ASIDE",
    "TAU2",
    "TAU2_CI",
    "Term",
    "ci_term",
    "prediction_term",
    "printed",
    "told",
]


@dataclass(frozen=True, slots=True)
class Term:
    """A method.

    Parameters
    ----------
    short
        For table cells.
    long
        For sentences.
    cites
        Keys of its references.
    """

    short: str
    long: str
    cites: tuple[str, ...] = ()


TAU2 = {
    "DL": Term("DerSimonian–Laird", "the DerSimonian–Laird estimator", ("dersimonian1986",)),
    "HE": Term("Hedges", "the Hedges estimator", ("hedges1985",)),
    "HS": Term("Hunter–Schmidt", "the Hunter–Schmidt estimator", ("hunter2004",)),
    "HSk": Term(
        "Hunter–Schmidt, corrected",
        "the Hunter–Schmidt estimator with small-sample correction",
        ("hunter2004",),
    ),
    "SJ": Term("Sidik–Jonkman", "the Sidik–Jonkman estimator", ("sidik2005",)),
    "ML": Term("ML", "maximum likelihood", ("hardy1996",)),
    "REML": Term("REML", "restricted maximum likelihood", ("viechtbauer2005",)),
    "EB": Term("empirical Bayes", "the empirical Bayes estimator", ("morris1983",)),
    "PM": Term("Paule–Mandel", "the Paule–Mandel estimator", ("paule1982",)),
    "PMM": Term("Paule–Mandel, median-unbiased", "the median-unbiased Paule–Mandel estimator"),
    "DLIT": Term("DerSimonian–Laird, iterated", "the iterated DerSimonian–Laird estimator"),
    "SJIT": Term("Sidik–Jonkman, iterated", "the iterated Sidik–Jonkman estimator"),
    "GENQ": Term("generalised Q", "the generalised Q-statistic estimator"),
}

CI = {
    "z": Term("normal", "the normal distribution"),
    "t": Term("t", "the t distribution"),
    "hksj": Term("Hartung–Knapp", "the method of Hartung and Knapp", ("hartung2001", "knapp2003")),
    "hksj-adhoc": Term(
        "Hartung–Knapp, not below 1",
        "the method of Hartung and Knapp with its scale kept at 1 or above",
        ("hartung2001", "rover2015"),
    ),
    "hksj-guarded": Term(
        "Hartung–Knapp or normal, the wider",
        "the wider of the Hartung–Knapp and the normal interval",
        ("hartung2001", "jackson2017"),
    ),
    "kr": Term("Kenward–Roger", "the method of Kenward and Roger", ("kenward1997",)),
    "profile": Term("profile likelihood", "the profile likelihood", ("hardy1996",)),
    "profile-t": Term("profile likelihood, t", "the profile likelihood calibrated to t"),
    "wald-t": Term(
        "t",
        "the t distribution on the logit scale (degrees of freedom: the effective number of "
        "studies less one)",
        ("kish1965",),
    ),
    "wald-t-contrast": Term(
        "t", "the t distribution with one degree of freedom less than informative studies"
    ),
    "wald-z": Term("normal", "the normal distribution"),
    "integrated": Term(
        "integrated likelihood", "the integrated likelihood (which depends on mild priors)"
    ),
    "henmi-copas": Term("Henmi–Copas", "the method of Henmi and Copas", ("henmi2010",)),
    "penalised-profile": Term(
        "penalised profile", "the profile of the penalised likelihood", ("heinze2002",)
    ),
    "clopper-pearson": Term("exact", "the exact method of Clopper and Pearson", ("clopper1934",)),
}

PREDICTION = {
    "simple": Term(
        "spread alone", "the spread between studies alone, without the error of the estimate"
    ),
    "z": Term("normal", "the normal distribution"),
    "V": Term("t, studies − 1", "a t distribution with one degree of freedom less than studies"),
    "V-effective": Term(
        "t, effective studies − 1",
        "a t distribution whose degrees of freedom are the effective number of studies less one",
    ),
    "t": Term("t, studies − 1", "a t distribution with one degree of freedom less than studies"),
    "HTS": Term(
        "t, studies − 2",
        "a t distribution with two degrees of freedom less than studies",
        ("higgins2009",),
    ),
    "HK": Term(
        "Hartung–Knapp, studies − 1",
        "the Hartung–Knapp standard error and t with one degree of freedom less than studies",
    ),
    "HK-PR": Term(
        "Hartung–Knapp, studies − 2",
        "the Hartung–Knapp standard error and t with two degrees of freedom less than studies",
        ("partlett2017",),
    ),
    "KR": Term("Kenward–Roger", "the method of Kenward and Roger", ("partlett2017",)),
    "KR-PR": Term(
        "Kenward–Roger, df − 1",
        "the method of Kenward and Roger with one degree of freedom less",
        ("partlett2017",),
    ),
    "NNF": Term("bootstrap", "a confidence-distribution bootstrap", ("nagashima2019",)),
    "wald-t": Term("t", "the t distribution on the logit scale", ("higgins2009",)),
    "integrated": Term("integrated likelihood", "the integrated likelihood"),
}

TAU2_CI = {
    "Q-profile": Term("Q-profile", "the Q-profile method", ("viechtbauer2007",)),
    "generalised Q": Term("generalised Q", "the generalised Q statistic", ("jackson2013",)),
    "profile-likelihood": Term("profile likelihood", "the profile likelihood", ("hardy1996",)),
    "profile": Term("profile likelihood", "the profile likelihood", ("hardy1996",)),
}

SET_ASIDE = {
    "analyse-sensitivity": "Marked for sensitivity analyses only",
    "analyse-no": "Marked as not for analysis",
    "role": "Not given as treatment",
    "bad-cells": "Wrong cells",
    "retracted": "Report retracted",
    "comparator-arm": "Comparison arm of another row",
    "missing-numbers": "Numbers missing",
    "second-outcome": "Second outcome of the same patients",
    "shared-patients": "Same patients as another row",
    "overlapping-study": "Report overlaps with a larger one",
}
"""Reason codes of rows that are set aside, in the order of the flow table."""


def ci_term(interval: Interval | None, *, share: bool = True) -> Term:
    """What the method of a confidence interval is called.

    Parameters
    ----------
    interval
        The interval; None has no method.
    share
        Whether it is one of a proportion: degrees of freedom of a contrast are counted otherwise.
    """
    if interval is not None and interval.method == "wald-t" and not share:
        return CI["wald-t-contrast"]
    return _term(CI, interval)


def prediction_term(interval: Interval | None) -> Term:
    """What the method of a prediction interval is called."""
    return _term(PREDICTION, interval)


def _term(table: dict[str, Term], interval: Interval | None) -> Term:
    if interval is None:
        return Term("", "")
    name = interval.method
    return table.get(name) or table.get(name.removesuffix("-guarded")) or Term(name, name)


_SIGNS = (
    (re.compile(r"\btau2\b"), "τ²"),
    (re.compile(r"\bI2\b"), "I²"),
    (re.compile(r"\btau\b"), "τ"),
    (re.compile(r" \(to=\w+\)"), ""),
    (re.compile(r"\b[a-d]i(?:, [a-d]i)+\b"), "each count"),
    (re.compile(r"\bxi, mi\b"), "events and non-events"),
)


_PLAIN = {
    "not-defined": (
        "A rate is not tested against any value. τ² is the variance of the log odds between "
        "studies."
    ),
    "prior-dependent": (
        "With so few or so uniform studies, the estimate and its interval lean on assumptions "
        "made beforehand: every rate equally likely, and moderate differences between studies "
        "(half-normal τ)."
    ),
}
"""Notes on rates in plainer words, by their codes."""


def told(note: Note) -> str:
    """A note of a result as people read it."""
    return printed(_PLAIN.get(note.code, note.message))


def printed(message: str) -> str:
    """Text with signs for the names of numbers.

    Examples
    --------
    >>> printed("tau2 cannot be estimated.")
    'τ² cannot be estimated.'
    """
    for pattern, sign in _SIGNS:
        message = pattern.sub(sign, message)
    return message
