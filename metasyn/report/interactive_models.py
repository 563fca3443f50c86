"""The pooled lines by every model and weight that was computed beforehand."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from metasyn.diagnostics.case_evidence import CaseEvidence
from metasyn.diagnostics.case_evidence.tipping import TippingCurve
from metasyn.effects.counts import Counts
from metasyn.models.groups import Groups, Line
from metasyn.models.rate import PooledRate
from metasyn.models.results import Pooled
from metasyn.models.specs import BinomialNormal
from metasyn.report.lines import shown_line
from metasyn.report.material import Material

__all__ = ["lines_of", "models_of"]

Json: TypeAlias = dict[str, Any]
_CHECK = "inverse-variance"
_SAME = 1e-9


def lines_of(material: Material) -> list[Json]:
    """One a pooled line: its registered result, its alternatives, its curve along the weight."""
    return [
        _line(line, line.result, material)
        for line in material.groups.lines
        if isinstance(line.result, Pooled)
    ]


def models_of(material: Material, lines: list[Json]) -> list[Json]:
    """The alternatives that differ from the registered result in at least one line."""
    names = _names(material)
    return [
        {"code": code, "label": label, "why": why}
        for code, (label, why) in names.items()
        if any(code in line["models"] for line in lines)
    ]


def _names(material: Material) -> dict[str, tuple[str, str]]:
    """Code of an alternative to its label, and why it is not the registered analysis."""
    names: dict[str, tuple[str, str]] = {}
    for found in material.evidence.values():
        for row in found.sensitivity.rows[1:]:
            names.setdefault(row.code, (row.label, row.why_not))
    if material.check is not None:
        names[_CHECK] = (
            "Check: inverse variance, studies only",
            "A simpler model of the same studies, without the single cases.",
        )
    for number, name in enumerate(material.sensitivity):
        names[_otherwise(number)] = (name, "A sensitivity analysis.")
    return names


def _otherwise(number: int) -> str:
    return f"sensitivity-{number}"


def _line(line: Line, result: Pooled, material: Material) -> Json:
    what = shown_line(line)
    registered = _values(what.estimate, what.ci)
    found = material.evidence.get(line.code)
    share = result.case_share if isinstance(result, PooledRate) else None
    models = {
        code: values
        for code, values in _alternatives(line, found, material).items()
        if not _equal(values[:3], registered)
    }
    return {
        "code": line.code,
        "label": line.label,
        "registered": [*registered, share],
        "weight": result.case_power if isinstance(result, PooledRate) and share else None,
        "models": models,
        "curve": _curve(result, found),
    }


def _alternatives(
    line: Line, found: CaseEvidence | None, material: Material
) -> dict[str, list[float | None]]:
    """Code to estimate, limits and share of the single cases."""
    values: dict[str, list[float | None]] = {}
    if found is not None:
        for row in found.sensitivity.rows[1:]:
            numbers = (row.rate, row.low, row.high, row.case_share)
            values[row.code] = [None if math.isnan(n) else n for n in numbers]
    others = {_otherwise(i): groups for i, groups in enumerate(material.sensitivity.values())}
    if material.check is not None:
        others[_CHECK] = material.check
    for code, groups in others.items():
        other = _of_groups(line.code, groups)
        if other is not None:
            values[code] = other
    return values


def _of_groups(code: str, groups: Groups) -> list[float | None] | None:
    if code not in groups or not isinstance(groups[code], Pooled):
        return None
    what = shown_line(groups.line(code))
    result = groups[code]
    share = result.case_share if isinstance(result, PooledRate) else None
    return [*_values(what.estimate, what.ci), share]


def _values(estimate: float | None, ci: Any) -> list[float | None]:
    low, high = (None, None) if ci is None else ci
    return [estimate, low, high]


def _equal(one: list[float | None], other: list[float | None]) -> bool:
    return all(
        a == b or (a is not None and b is not None and math.isclose(a, b, rel_tol=_SAME))
        for a, b in zip(one, other, strict=True)
    )


def _curve(result: Pooled, found: CaseEvidence | None) -> Json | None:
    """Rate, limits and shares at every computed weight; None without single cases."""
    if found is None or found.tipping is None or not isinstance(result, PooledRate):
        return None
    spec = result.spec
    one_by_one = isinstance(spec, BinomialNormal) and spec.cases == "individual"
    curve = found.tipping.individual if one_by_one else found.tipping.pseudo_study
    values = np.column_stack([curve.rate, curve.low, curve.high, curve.share])
    return {
        "weights": curve.weight.tolist(),
        "values": values.tolist(),
        "rows": _row_shares(result, curve),
    }


def _row_shares(result: PooledRate, curve: TippingCurve) -> dict[str, list[float]]:
    """Id of a row to its part of the information at every weight; studies only."""
    data, shares = result.data, curve.unit_shares
    if shares is None or not isinstance(data, Counts) or not data.records:
        return {}
    return {
        data.records[unit.rows[0]].result_id: shares[:, position].tolist()
        for position, unit in enumerate(result.units)
        if unit.kind != "cases"
    }
