"""One row of a sheet as the ledger reads it: known numbers by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from metasyn.effects.contrasts import place_of
from metasyn.records import Result

__all__ = ["FIELDS", "Row", "row_of_mapping", "row_of_result"]

_ARM_FIELDS = {
    "events": "patients with the event",
    "n": "patients",
    "percent": "percentage with the event, as printed (0 to 100)",
    "decimals": "decimals to which the percentage is rounded",
    "expected": "events that a logrank test expects",
    "mean": "mean",
    "sd": "standard deviation",
    "mean_se": "standard error of the mean",
    "median": "median",
    "q1": "lower quartile",
    "q3": "upper quartile",
    "min": "smallest value",
    "max": "largest value",
}
_EFFECT_FIELDS = {
    "effect": "the report's own estimate, as printed (ratios not logged)",
    "ci_low": "lower limit of its interval, as printed",
    "ci_high": "upper limit of its interval, as printed",
    "se": "its standard error on the analysis scale (that of the log for ratios)",
    "z": "its Wald statistic",
    "p": "its p-value, or that of the logrank or t test; '<0.001' is taken for 0.001",
    "t": "t statistic of two independent groups, pooled variance",
    "f": "F statistic of two independent groups",
    "chi2": "logrank chi-square of two groups",
    "o_minus_e": "observed minus expected events of the treated arm",
    "v": "logrank variance of O - E",
    "total_events": "events of both arms",
    "allocation": "treated to control patients (2 for 2:1)",
    "sign": "-1 where the treated arm has less (or the lower hazard), 1 where it has more",
    "baseline_risk": "risk of the control group, 0 to 1",
}
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        **_ARM_FIELDS,
        **{f"comparator_{name}": f"{text}, control arm" for name, text in _ARM_FIELDS.items()},
        **_EFFECT_FIELDS,
    }
)
"""Every field that the ledger reads, and what it means."""

_MISSING = ("", "NR", "NA", "UNC", "PEND", "nan", "NaN", "<NA>", "None")
_LABELS = ("slab", "label", "study")


@dataclass(frozen=True, slots=True)
class Row:
    """What a row reports.

    Parameters
    ----------
    label
        Study label.
    numbers
        Known numbers by field (:data:`FIELDS`).
    measure
        What ``effect`` is: code of a measure, ``proportion`` or ``mean``; empty where it is not
        said. An effect that is a ``p_value`` is read as ``p``.
    record
        The registry's record.
    control
        Id of the control arm's record.
    problems
        What kept a number from being known.
    bounded
        Whether the p-value is only an upper bound.
    """

    label: str
    numbers: Mapping[str, float]
    measure: str = ""
    record: Result | None = None
    control: str = ""
    problems: tuple[str, ...] = ()
    bounded: bool = False

    def __contains__(self, name: object) -> bool:
        return name in self.numbers

    def __getitem__(self, name: str) -> float:
        return self.numbers[name]

    def lacks(self, *names: str) -> tuple[str, ...]:
        """Those of the fields that are not known."""
        return tuple(name for name in names if name not in self.numbers)


def row_of_mapping(given: Mapping[str, object], position: int) -> Row:
    """Row of a plain mapping; keys that are no fields are passed over.

    Examples
    --------
    >>> row_of_mapping({"study": "Lee 2019", "events": 3, "n": "12", "q1": "NR"}, 1).numbers
    {'events': 3.0, 'n': 12.0}
    """
    texts = [str(given.get(name)).strip() for name in (*_LABELS, "effect_measure")]
    *labels, measure = ("" if text in _MISSING else text for text in texts)
    label = next((text for text in labels if text), str(position))
    return _row(label, measure, {name: given.get(name) for name in FIELDS})


def row_of_result(record: Result, label: str, controls: Sequence[Result] | None) -> Row:
    """Row of a record, with the numbers of its control arm.

    Fields that the registry has no column for are read from its extra columns. ``controls`` is
    None where one arm is enough.
    """
    found: dict[str, object] = {
        name: getattr(record, name, record.extras.get(name)) for name in FIELDS
    }
    problems: tuple[str, ...] = ()
    control = ""
    if controls is not None and len(controls) == 1:
        (other,) = controls
        control = other.result_id
        for name in _ARM_FIELDS:
            found[f"comparator_{name}"] = getattr(other, name, other.extras.get(name))
    elif controls is not None:
        problems = (_no_control(record, controls),)
    row = _row(label, record.effect_measure, found)
    return replace(row, record=record, control=control, problems=problems + row.problems)


def _no_control(record: Result, controls: Sequence[Result]) -> str:
    where = place_of(record, "comparator_arm")
    if not record.comparator_arm:
        return f"comparator_arm is blank{where}"
    ids = ", ".join(control.result_id for control in controls)
    return (
        f"several rows of arm '{record.comparator_arm}' ({ids}){where}"
        if controls
        else f"no row of arm '{record.comparator_arm}'{where}"
    )


def _row(label: str, measure: str, found: Mapping[str, object]) -> Row:
    if measure == "p_value":
        measure, found = "", {**found, "p": found["effect"], "effect": None}
    numbers: dict[str, float] = {}
    problems: list[str] = []
    bounded = False
    for name, value in found.items():
        text = str(value).strip()
        if value is None or text in _MISSING:
            continue
        if name == "p" and text.startswith("<"):
            bounded, text = True, text[1:]
        try:
            number = float(text)
        except ValueError:
            problems.append(f"{name} is '{value}', which is no number")
            continue
        if np.isfinite(number):
            numbers[name] = number
        else:
            problems.append(f"{name} is '{value}', which is not finite")
    return Row(label, numbers, measure, problems=tuple(problems), bounded=bounded)
