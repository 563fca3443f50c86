"""Rules between the rows of ``results``: arms, comparators, groups of patients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from metasyn.records import Result
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.rule import Finding, Rule, Tables

__all__ = ["ARM_RULES"]

_SAID = ("study_id", "arm", "intervention", "outcome", "patient_group")
_FIGURES = ("events", "n", "mean", "median", "effect")


def _compared(row: Result) -> bool:
    named = row.comparator_arm and "comparator_arm" not in row.provenance.missing
    return bool(named and row.study_id and row.outcome and row.arm)


def _comparator_unknown(tables: Tables) -> Iterator[Finding]:
    arms: dict[tuple[str, str], list[str]] = {}
    for row in tables.results:
        arms.setdefault((row.study_id, row.outcome), []).append(row.arm)
    for row in tables.results:
        if _compared(row) and row.comparator_arm not in arms[row.study_id, row.outcome]:
            others = [arm for arm in arms[row.study_id, row.outcome] if arm != row.arm]
            meant = did_you_mean(row.comparator_arm, others) if others else "Add its row."
            facts = {"outcome": row.outcome, "study": row.study_id, "meant": meant}
            yield Finding(row.cell("comparator_arm"), row.comparator_arm, facts)


def _compared_with_itself(tables: Tables) -> Iterator[Finding]:
    for row in tables.results:
        if _compared(row) and row.comparator_arm == row.arm:
            yield Finding(row.cell("comparator_arm"), row.comparator_arm)


def _group_in_two_studies(tables: Tables) -> Iterator[Finding]:
    owner: dict[str, Result] = {}
    known = {study.study_id for study in tables.studies if study.study_id}
    for row in tables.results:
        if not row.patient_group or row.study_id not in known:
            continue
        first = owner.setdefault(row.patient_group, row)
        if first.study_id != row.study_id:
            facts = {"study": first.study_id, "place": first.cell("patient_group").address}
            yield Finding(row.cell("patient_group"), row.patient_group, facts)


def _result_twice(tables: Tables) -> Iterator[Finding]:
    first: dict[tuple[object, ...], str] = {}
    for row in tables.results:
        said = tuple(getattr(row, name) for name in _SAID)
        numbers = tuple(getattr(row, name) for name in _FIGURES)
        key = (*said, *numbers, row.timepoint, row.definition)
        if not all(said) or not any(value is not None for value in numbers):
            continue
        if key in first:
            yield Finding(row.cell("result_id"), row.result_id, {"first": first[key]})
        else:
            first[key] = row.result_id


def _differs(rows: Iterable[Result], of: str, by: str) -> Iterator[Finding]:
    """Rows whose ``of`` differs from that of most rows with the same ``by``."""
    groups: dict[str, list[Result]] = {}
    for row in rows:
        if getattr(row, by) and getattr(row, of):
            groups.setdefault(getattr(row, by), []).append(row)
    for key, group in groups.items():
        usual = _usual(group, of)
        for row in group:
            if getattr(row, of) != getattr(usual, of):
                place = usual.cell(of).address
                facts = {"key": key, "expected": getattr(usual, of), "place": place}
                yield Finding(row.cell(of), getattr(row, of), facts)


def _usual(rows: Sequence[Result], of: str) -> Result:
    """The first row with the value that most of them have."""
    counts = Counter(getattr(row, of) for row in rows)
    return max(rows, key=lambda row: counts[getattr(row, of)])


def _class_differs(tables: Tables) -> Iterator[Finding]:
    return _differs(tables.results, "intervention_class", "intervention")


def _direction_differs(tables: Tables) -> Iterator[Finding]:
    return _differs(tables.results, "direction", "outcome")


def _arm_spelt_twice(tables: Tables) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[Result]] = {}
    for row in tables.results:
        groups.setdefault((row.study_id, "".join(row.arm.casefold().split())), []).append(row)
    for group in groups.values():
        usual = _usual(group, "arm")
        for row in group:
            if row.arm != usual.arm:
                facts = {"other": usual.arm, "place": usual.cell("arm").address}
                yield Finding(row.cell("arm"), row.arm, facts)


ARM_RULES = (
    Rule(
        "comparator-unknown",
        "error",
        "The control arm is joined by its exact name, in the same study and outcome.",
        "{study} has no arm of this name with the outcome {outcome}.",
        "{meant} It is spelt as in the column arm.",
        "Placebo where the arm is called placebo",
        _comparator_unknown,
    ),
    Rule(
        "compared-with-itself",
        "error",
        "An arm is compared with another one.",
        "the arm is its own comparator.",
        "Name the control arm.",
        "arm placebo, comparator_arm placebo",
        _compared_with_itself,
    ),
    Rule(
        "group-in-two-studies",
        "error",
        "A patient group belongs to one study; patients shared by two are an overlap.",
        "this group belongs to {study} ({place}).",
        "Begin the name with the study's id, and use overlaps_with for shared patients.",
        "S0001-A in a row of S0002",
        _group_in_two_studies,
    ),
    Rule(
        "result-twice",
        "warning",
        "The same figures twice count patients twice.",
        "the same arm, outcome and figures stand in {first}.",
        "Delete one of the two.",
        "a row that was pasted twice",
        _result_twice,
        looks_at=("result_id", *_SAID, *_FIGURES),
    ),
    Rule(
        "class-differs",
        "warning",
        "An intervention has one class.",
        "'{key}' has the class {expected} in {place}.",
        "Correct one of the two.",
        "tocilizumab as corticosteroid",
        _class_differs,
        looks_at=("intervention", "intervention_class"),
    ),
    Rule(
        "direction-differs",
        "warning",
        "An outcome has one direction.",
        "'{key}' has the direction {expected} in {place}.",
        "Correct one of the two.",
        "death as benefit",
        _direction_differs,
        looks_at=("outcome", "direction"),
    ),
    Rule(
        "arm-spelt-twice",
        "warning",
        "Rows of one arm are joined by its exact name.",
        "the same arm is spelt '{other}' in {place}.",
        "Spell it alike.",
        "Placebo and placebo",
        _arm_spelt_twice,
        looks_at=("study_id", "arm"),
    ),
)
