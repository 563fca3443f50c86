"""The displays in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.case_evidence.hidden import MOST

if TYPE_CHECKING:
    from metasyn.diagnostics.case_evidence.evidence import CaseEvidence

__all__ = ["sentences_of"]


def sentences_of(evidence: CaseEvidence) -> tuple[str, ...]:
    """What the displays say, most important first; true where there are no or only cases."""
    if evidence.cases_only is None:
        return (_without_cases(evidence),)
    if evidence.pooled.studies_only is None:
        return tuple(_of_cases_only(evidence))
    return tuple(_of_both(evidence))


def _without_cases(evidence: CaseEvidence) -> str:
    last = evidence.pooled.units[-1]
    if last.kind == "cases":
        count = len(last.rows)
        who = (
            "The published single case is"
            if count == 1
            else f"{_all(count)} published single cases are"
        )
        return (
            f"{who} of quality 0 and not counted: the rate of "
            f"{_rate(evidence)} is the studies' own."
        )
    return f"There are no single cases: the rate of {_rate(evidence)} is the studies' own."


def _of_both(evidence: CaseEvidence) -> Iterator[str]:
    pooled, shifts = evidence.pooled, evidence.shifts
    count = len(pooled.units[-1].rows)
    who = "The published single case" if count == 1 else f"{_all(count)} published single cases"
    if pooled.case_power == 0:
        together = "" if count == 1 else " together"
        yield (
            f"{who}{together} are shown but not counted."
            if count > 1
            else (f"{who} is shown but not counted.")
        )
    else:
        verb = "carries" if count == 1 else "together carry"
        it = "it" if count == 1 else "them"
        start = f"{who} {verb} {_share(pooled.case_share)} of the information; "
        without = shifts.all_cases.rate if shifts.all_cases else np.nan
        before, after = _told_apart(shifts.rate, without)
        if before == after:
            yield f"{start}leaving {it} out leaves the rate at {before}."
        else:
            yield f"{start}leaving {it} out moves the rate from {before} to {after}."
    yield from _of_cap(evidence)
    if pooled.ci is not None and pooled.ci.method == "integrated":
        because = "With so little or so uniform evidence the rate"
        yield (
            f"{'The rate' if evidence.spec.interval == 'integrated' else because} depends on its "
            "priors."
        )
    yield from _of_hidden(evidence)
    yield from _of_conflict(evidence)


def _of_cap(evidence: CaseEvidence) -> Iterator[str]:
    pooled = evidence.pooled
    if pooled.cap_binds:
        yield (
            f"The cap lowered their weight from {_percent(evidence.spec.case_weight, 1)} to "
            f"{_percent(pooled.case_power, 1)}."
        )


def _of_hidden(evidence: CaseEvidence) -> Iterator[str]:
    drawer = evidence.file_drawer
    if drawer is None:
        return
    goal, words = _goal(evidence), _words(evidence)
    row = drawer.on("in-force")
    if np.isnan(row.per_success):
        if evidence.pooled.case_power > 0:
            yield f"No single case {words.did_well}, so no hidden {words.failures} are asked about."
        return
    if row.per_success == 0:
        yield f"The rate is {_already(evidence, evidence.shifts.rate)} already."
        return
    if np.isfinite(row.per_success):
        yield _would(row.per_success, row.whole, evidence)
        return
    naive = drawer.on("full-weight-individual")
    yield (
        f"Not even {MOST:g} hidden {words.failures} per published {words.success} would bring it "
        f"to {goal} or {words.beyond}, because single cases weigh so little."
    )
    if 0 < naive.per_success < np.inf:
        each = _each(naive.per_success, evidence)
        yield f"Counted one by one at full weight, {naive.whole:g} would{each}."


def _would(per_success: float, whole: float, evidence: CaseEvidence) -> str:
    words = _words(evidence)
    what = words.failure if whole == 1 else words.failures
    return (
        f"{whole:g} hidden {what}{_each(per_success, evidence)} would bring it to "
        f"{_goal(evidence)} or {words.beyond}."
    )


def _each(per_success: float, evidence: CaseEvidence) -> str:
    """How many that is for each success; nothing where there is only one success."""
    cases, words = evidence.pooled.units[-1], _words(evidence)
    if (cases.n - cases.events if evidence.direction == "harm" else cases.events) <= 1:
        return ""
    shown = _number(per_success)
    about = "" if np.isclose(float(shown), per_success, rtol=1e-6) else "about "
    return f" ({about}{shown} for each published {words.success})"


def _of_conflict(evidence: CaseEvidence) -> Iterator[str]:
    if evidence.conflict is None:
        return
    found = evidence.conflict.pseudo_study
    if found.flagged:
        yield (
            "The single cases look better than the studies can explain "
            f"(p = {found.p_upper:.2g}): read the studies alone as the headline."
        )


def _of_cases_only(evidence: CaseEvidence) -> Iterator[str]:
    cases, words = evidence.cases_only, _words(evidence)
    if cases is None:
        return
    count = len(evidence.pooled.units[-1].rows)
    reports = "one published single case" if count == 1 else f"{count} published single cases"
    low, high = _percent(cases.ci.low), _percent(cases.ci.high)
    yield (
        f"There is nothing but {reports}: the published-case {words.fraction} is "
        f"{_percent(cases.fraction)} ({cases.events:g} of {cases.n:g}; at the case weight "
        f"{low} to {high}). It is not an estimate of {words.effect}."
    )
    row = evidence.file_drawer.on("cases-only") if evidence.file_drawer else None
    if row is None or np.isnan(row.per_success):
        yield f"No single case {words.did_well}."
    elif row.per_success == 0:
        yield f"It is {_already(evidence, cases.fraction)} already."
    else:
        yield _would(row.per_success, row.whole, evidence)


def _already(evidence: CaseEvidence, rate: float) -> str:
    """Where a rate stands that needs no hidden case to be at the threshold or past it."""
    at = np.isclose(rate, evidence.threshold, rtol=0, atol=1e-9)
    return f"{'at' if at else _words(evidence).past} {_goal(evidence)}"


def _all(count: int) -> str:
    return "Both" if count == 2 else f"All {count}"


class _Words:
    """Words that turn with the direction of the outcome."""

    def __init__(self, *, harm: bool) -> None:
        self.success = "patient spared" if harm else "success"
        self.failure = "event" if harm else "failure"
        self.failures = "events" if harm else "failures"
        self.beyond = "above" if harm else "below"
        self.past = "over" if harm else "under"
        self.did_well = "was spared" if harm else "was a success"
        self.fraction = "event fraction" if harm else "success fraction"
        self.effect = "risk" if harm else "efficacy"


def _words(evidence: CaseEvidence) -> _Words:
    return _Words(harm=evidence.direction == "harm")


def _goal(evidence: CaseEvidence) -> str:
    return _percent(evidence.threshold)


def _rate(evidence: CaseEvidence) -> str:
    return _percent(evidence.shifts.rate)


def _told_apart(one: float, other: float) -> tuple[str, str]:
    """Two rates in percent, both with a decimal where whole percents look alike."""
    for digits in (0, 1):
        texts = f"{100 * one:.{digits}f}%", f"{100 * other:.{digits}f}%"
        if texts[0] != texts[1]:
            return texts
    return _percent(one), _percent(other)


def _share(value: float) -> str:
    """A share of the information; never 0% where there is some."""
    return "less than 0.1%" if 0 < value < 0.0005 else _percent(value, 1)


def _percent(value: float, digits: int = 0) -> str:
    text = f"{100 * value:.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def _number(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"
