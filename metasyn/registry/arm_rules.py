"""Rules between the rows of ``results``: arms, comparators, groups of patients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from metasyn.records import Result
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.rule import Finding, Rule, Tables

__all__ = ["ARM_RULES"]


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
        said = (row.study_id, row.arm, row.intervention, row.outcome, row.patient_group)
        numbers = (row.events, row.n, row.mean, row.median, row.effect)
        key = (*said, *numbers, row.timepoint, row.definition)
        if not all(said) or not any(value is not None for value in numbers):
            continue
        if key in first:
            yield Finding(row.cell("result_id"), row.result_id, {"first": first[key]})
        else:
            first[key] = row.result_id


def _differs(rows: Iterable[Result], of: str, by: str) -> Iterator[Finding]:
    """Rows whose ``of`` differs from that of the first row with the same ``by``."""
    first: dict[str, Result] = {}
    for row in rows:
        key, value = getattr(row, by), getattr(row, of)
        if key and value:
            other = first.setdefault(key, row)
            expected = getattr(other, of)
            if value != expected:
                facts = {"key": key, "expected": expected, "place": other.cell(of).address}
                yield Finding(row.cell(of), value, facts)


def _class_differs(tables: Tables) -> Iterator[Finding]:
    return _differs(tables.results, "intervention_class", "intervention")


def _direction_differs(tables: Tables) -> Iterator[Finding]:
    return _differs(tables.results, "direction", "outcome")


def _arm_spelt_twice(tables: Tables) -> Iterator[Finding]:
    first: dict[tuple[str, str], Result] = {}
    for row in tables.results:
        key = row.study_id, "".join(row.arm.casefold().split())
        other = first.setdefault(key, row)
        if other.arm != row.arm:
            place = other.cell("arm").address
            yield Finding(row.cell("arm"), row.arm, {"other": other.arm, "place": place})


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
    ),
    Rule(
        "class-differs",
        "warning",
        "An intervention has one class.",
        "'{key}' has the class {expected} in {place}.",
        "Correct one of the two.",
        "tocilizumab as corticosteroid",
        _class_differs,
    ),
    Rule(
        "direction-differs",
        "warning",
        "An outcome has one direction.",
        "'{key}' has the direction {expected} in {place}.",
        "Correct one of the two.",
        "death as benefit",
        _direction_differs,
    ),
    Rule(
        "arm-spelt-twice",
        "warning",
        "Rows of one arm are joined by its exact name.",
        "the same arm is spelt '{other}' in {place}.",
        "Spell it alike.",
        "Placebo and placebo",
        _arm_spelt_twice,
    ),
)
