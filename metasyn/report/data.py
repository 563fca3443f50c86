"""Every number at full precision, with the cells that it comes from, as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from typing import Any

from metasyn.diagnostics.case_evidence import CaseEvidence
from metasyn.models.groups import Groups, Line, StudyRow
from metasyn.models.interval import Interval
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled, Pooled
from metasyn.records import Result, SetAside
from metasyn.records.certainty import Judgement
from metasyn.report.absolute import baseline_of, difference
from metasyn.report.arms import controls
from metasyn.report.lines import field_cells, line_cells, row_cells, shown, shown_line
from metasyn.report.material import Material
from metasyn.report.sections.certainty import certainties_of

__all__ = ["to_json"]

Json = dict[str, Any]


def to_json(material: Material) -> str:
    """Results as JSON: keys are fixed, numbers are unrounded, shares run from 0 to 1.

    Numbers that are infinite stand as ``"Infinity"``, those that do not exist as null.
    """
    groups = material.groups
    content = {
        "title": material.title,
        "question": material.question,
        "workbook": {
            "file": material.workbook,
            "sha256": groups.records.source.sha256,
        },
        "versions": dict(material.versions),
        "query": {name: list(codes) for name, codes in groups.records.query.items()},
        "by": groups.by,
        "model": _spec(groups),
        "lines": [_line(line, material) for line in groups.lines],
        "check": None if material.check is None else _alternative(material.check),
        "case_evidence": {code: _evidence(one) for code, one in material.evidence.items()},
        "certainty": [_judgement(one) for one in material.certainty],
        "sensitivity": {name: _alternative(g) for name, g in material.sensitivity.items()},
    }
    return json.dumps(_finite(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _judgement(one: Judgement) -> Json:
    told = {name.name: getattr(one, name.name) for name in fields(one)}
    del told["provenance"], told["extras"]
    return {**told, "row": f"{one.provenance.sheet}!{one.provenance.row}"}


def _spec(groups: Groups) -> Json:
    return {"name": type(groups.spec).__name__, **asdict(groups.spec)}


def _alternative(groups: Groups) -> Json:
    return {
        "model": _spec(groups),
        "lines": [{"code": line.code, "result": _result(line)} for line in groups.lines],
    }


def _line(line: Line, material: Material) -> Json:
    groups = material.groups
    return {
        "code": line.code,
        "label": line.label,
        "rows_in": line.rows_in,
        "result": _result(line),
        "absolute": _absolute(line, material),
        "certainty": [
            {"claim": one.claim, "start": one.start, "level": one.level, "open": list(one.open)}
            for one in certainties_of(line, material)
        ],
        "rows": [_row(row, groups) for row in line.studies],
        "set_aside": [_aside(item) for item in line.set_aside],
    }


def _absolute(line: Line, material: Material) -> Json | None:
    """Difference of risks (-1 to 1) that a relative effect means, where there is one."""
    if not line.studies:
        return None
    baseline = baseline_of(material.groups, line.code, material.baseline_risk)
    found = None if baseline is None else difference(shown_line(line), baseline)
    if baseline is None or found is None:
        return None
    return {"baseline_risk": baseline.risk, "source": baseline.source, **asdict(found)}


def _result(line: Line) -> Json:
    result = line.result
    what = shown_line(line)
    common: Json = {
        "pooled": isinstance(result, Pooled),
        "k": result.k,
        "estimate": what.estimate,
        "ci": _interval(what.ci),
        "prediction": _interval(what.prediction),
        "measure": what.measure,
        "notes": [asdict(note) for note in result.notes],
        "cells": list(line_cells(line.studies)),
    }
    if isinstance(result, NotPooled):
        return {
            **common,
            "reason": result.reason,
            "code": result.code,
            "events": result.events,
            "n": result.n,
        }
    return {**common, **_pooled(result)}


def _pooled(result: Pooled) -> Json:
    names = ("tau2", "tau2_se", "i2", "h2", "q", "q_p", "log_likelihood")
    scale: Json = {
        "estimate": result.estimate,
        "se": result.se,
        "ci": _interval(result.ci),
        "prediction": _interval(result.prediction),
        "tau2_ci": _interval(result.tau2_ci),
        **{name: getattr(result, name) for name in names},
    }
    more: Json = {"analysis_scale": scale}
    if isinstance(result, PooledRate):
        without = result.studies_only
        more |= {
            "average_rate": result.average_rate,
            "case_share": result.case_share,
            "case_power": result.case_power,
            "cap_binds": result.cap_binds,
            "units": [asdict(unit) for unit in result.units],
            "studies_only": None if without is None else _studies_only(without),
        }
    return more


def _studies_only(result: PooledRate) -> Json:
    what = shown(result)
    return {
        "estimate": what.estimate,
        "ci": _interval(what.ci),
        "prediction": _interval(what.prediction),
        **_pooled(result),
    }


def _evidence(found: CaseEvidence) -> Json:
    """Every display of single cases: rows of each table."""
    parts = ("influence", "shifts", "sensitivity", "tipping", "file_drawer", "selection")
    tables = {name: getattr(found, name) for name in (*parts, "conflict", "cases_only")}
    return {
        "threshold": found.threshold,
        "direction": found.direction,
        **{
            name: None if table is None else table.to_frame().to_dict("records")
            for name, table in tables.items()
        },
        "selection_estimates": [asdict(one) for one in found.selection.estimates]
        if found.selection
        else [],
    }


def _row(row: StudyRow, groups: Groups) -> Json:
    return {
        "label": row.label,
        "events": row.events,
        "n": row.n,
        "estimate": row.estimate,
        "ci": _interval(row.ci),
        "weight": row.weight,
        "single_case": row.is_case,
        "cells": list(row_cells(row)),
        **(_record(row.record) if row.record else {}),
        "control": next(map(_control, controls((row,), groups)), None),
    }


def _control(record: Result) -> Json:
    return {
        "events": record.events,
        "n": record.n,
        "cells": list(field_cells(record, "events", "n")),
        **_record(record),
    }


def _aside(item: SetAside) -> Json:
    return {
        "code": item.code,
        "reason": item.reason,
        "events": item.record.events,
        "n": item.record.n,
        "cells": list(field_cells(item.record, "events", "n")),
        **_record(item.record),
    }


def _record(record: Result) -> Json:
    return {
        "result_id": record.result_id,
        "study_id": record.study_id,
        "arm": record.arm,
        "outcome": record.outcome,
        "design": record.study.design,
        "year": record.study.year,
    }


def _interval(interval: Interval | None) -> Json | None:
    return None if interval is None else asdict(interval)


def _finite(value: Any) -> Any:
    """The same in what JSON can hold: null for no number, words for the infinite."""
    if isinstance(value, float):
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return None if math.isnan(value) else value
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return value
