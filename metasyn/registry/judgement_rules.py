"""Rules on figures that look odd, and may be right: a person decides."""

from __future__ import annotations

from collections.abc import Iterator

from metasyn.counting import plural
from metasyn.records import Result
from metasyn.registry.grid import number_text
from metasyn.registry.rule import Finding, Rule, Tables

__all__ = ["JUDGEMENT_RULES"]


def _case_report_of_several(tables: Tables) -> Iterator[Finding]:
    for study in tables.studies:
        if study.design == "case_report" and (study.n_enrolled or 0) > 1:
            yield Finding(study.provenance.cell("n_enrolled"), study.n_enrolled)
    for row in tables.results:
        if row.study.design == "case_report" and (row.n or 0) > 1:
            yield Finding(row.cell("n"), row.n)


def _more_than_enrolled(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        enrolled = row.study.n_enrolled
        if row.n is not None and enrolled is not None and row.n > enrolled:
            place = row.study.provenance.cell("n_enrolled")
            people = plural(enrolled, "patient")
            yield Finding(row.cell("n"), row.n, {"enrolled": people, "place": place})


def _rounding(effect: float) -> float:
    """Half a unit of the last printed digit, and half a percent at the least."""
    decimals = len(number_text(effect).partition(".")[2])
    return 0.5 * 10.0 ** -max(2, decimals) + 1e-9


def _not_k_of_n(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        if row.effect_measure != "proportion" or row.effect is None or not row.n:
            continue
        nearest = round(row.effect * row.n) if row.events is None else row.events
        if abs(nearest / row.n - row.effect) > _rounding(row.effect):
            share = f"{nearest}/{row.n} is {nearest / row.n:.3g}"
            yield Finding(row.cell("effect"), number_text(row.effect), {"share": share})


def _controls(tables: Tables) -> Iterator[tuple[Result, Result]]:
    """Treated rows with the one row of their control arm."""
    arms: dict[tuple[str, str, str, str], list[Result]] = {}
    for row in tables.results:
        arms.setdefault((row.study_id, row.outcome, row.timepoint, row.arm), []).append(row)
    for row in tables.results:
        key = (row.study_id, row.outcome, row.timepoint, row.comparator_arm)
        found = arms.get(key, []) if row.comparator_arm else []
        if len(found) == 1:
            yield row, found[0]


def _effect_against_arms(tables: Tables) -> Iterator[Finding]:
    for row, control in _controls(tables):
        if row.effect_measure not in ("RR", "OR", "HR") or row.effect is None:
            continue
        if not (row.n and control.n) or row.events is None or control.events is None:
            continue
        treated, untreated = row.events / row.n, control.events / control.n
        if (treated - untreated) * (row.effect - 1) < 0:
            arms = f"{row.events}/{row.n} against {control.events}/{control.n}"
            facts = {"measure": row.effect_measure, "arms": arms}
            yield Finding(row.cell("effect"), number_text(row.effect), facts)


def _arms_exceed_enrolled(tables: Tables) -> Iterator[Finding]:
    for row, control in _controls(tables):
        enrolled = row.study.n_enrolled
        apart = row.patient_group != control.patient_group
        if not apart or row.n is None or control.n is None or enrolled is None:
            continue
        if max(row.n, control.n) <= enrolled < row.n + control.n:
            place = row.study.provenance.cell("n_enrolled")
            facts = {"control": control.n, "enrolled": enrolled, "place": place}
            yield Finding(row.cell("n"), row.n, facts)


def _primary_without_numbers(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        counted = row.events is not None and row.n is not None
        measured = any(value is not None for value in (row.effect, row.mean, row.median))
        if row.analyse == "primary" and not counted and not measured:
            yield Finding(row.cell("analyse"), row.analyse)


def _stance_without_data(tables: Tables) -> Iterator[Finding]:
    for statement in tables.statements:
        if statement.stance in ("supporting", "contrasting") and statement.basis == "opinion":
            cell = statement.provenance.cell("stance")
            yield Finding(cell, statement.stance, {"basis": statement.basis})


JUDGEMENT_RULES = (
    Rule(
        "case-report-of-several",
        "warning",
        "A case report describes one patient; more are a series, which weighs more.",
        "a case report of {value} patients.",
        "Correct the number, or the design (case_series).",
        "case_report with n 3",
        _case_report_of_several,
        looks_at=("study_id", "design", "n_enrolled", "n"),
    ),
    Rule(
        "more-than-enrolled",
        "warning",
        "No arm has more patients than the report.",
        "the report has {enrolled} ({place}).",
        "Correct n or n_enrolled.",
        "n 60, n_enrolled 45",
        _more_than_enrolled,
        looks_at=("study_id", "n"),
    ),
    Rule(
        "arms-exceed-enrolled",
        "warning",
        "Arms that are compared have no more patients together than the report.",
        "with the {control} of its control arm there are more patients than the report's "
        "{enrolled} ({place}).",
        "Correct n or n_enrolled; arms that share patients have one patient_group.",
        "30 against 30, n_enrolled 45",
        _arms_exceed_enrolled,
        looks_at=("study_id", "outcome", "timepoint", "arm", "comparator_arm", "n"),
    ),
    Rule(
        "not-k-of-n",
        "warning",
        "A printed percentage that no whole number of patients gives has another denominator.",
        "the proportion does not agree with its counts: {share}.",
        "Look for the true n, or correct events, n or effect.",
        "0.69 with n 10",
        _not_k_of_n,
        looks_at=("events", "n", "effect", "effect_measure"),
    ),
    Rule(
        "effect-against-arms",
        "warning",
        "A ratio and the counts of its arms mostly point the same way; swapped arms do not.",
        "the {measure} points the other way than the counts of the arms ({arms}).",
        "Make sure that the arms were not swapped.",
        "RR 1.5 with 2/40 against 9/40",
        _effect_against_arms,
        looks_at=(
            "study_id",
            "outcome",
            "timepoint",
            "arm",
            "comparator_arm",
            "events",
            "n",
            "effect",
            "effect_measure",
        ),
    ),
    Rule(
        "primary-without-numbers",
        "warning",
        "A row without figures cannot enter the main analysis.",
        "the row is primary and has neither events and n nor an effect.",
        "Fill the figures in, or choose 'sensitivity' or 'no'.",
        "analyse primary, events blank",
        _primary_without_numbers,
        looks_at=("analyse", "events", "n", "effect", "mean", "median"),
    ),
    Rule(
        "stance-without-data",
        "warning",
        "Supporting and contrasting need data behind them; opinion is mentioning.",
        "the stance rests on {basis}.",
        "Choose 'mentioning', or correct the basis.",
        "supporting, basis opinion",
        _stance_without_data,
        looks_at=("stance", "basis"),
    ),
)
