"""A registry as a Frictionless data package: CSV files, and what their columns mean.

Frictionless Data Package v1 (https://specs.frictionlessdata.io/data-package/).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from metasyn.exchange.csv_text import CsvValue, csv_bytes
from metasyn.exchange.files import Export
from metasyn.records import Codes, Result, Statement, Study
from metasyn.registry.registry import Registry
from metasyn.registry.schema import MISSING_CODES, Column, Sheet
from metasyn.registry.sheets import BY_NAME, LISTS, OPTIONAL_BY_NAME
from metasyn.registry.table import Row

__all__ = ["frictionless"]

_TYPES = {"integer": "integer", "number": "number"}

Json = dict[str, object]


def frictionless(registry: Registry) -> Export:
    """Every sheet as a CSV file, and ``datapackage.json``.

    metasyn reads the folder as it reads the workbook; columns of the user are kept. Cells that
    cannot be read are blank.

    Parameters
    ----------
    registry
        A registry that was read.
    """
    files: dict[str, bytes] = {}
    resources: list[Json] = []
    records: dict[str, Sequence[Study | Result | Statement | Row]] = {
        "studies": registry.studies,
        "results": registry.results,
        "statements": registry.statements,
        **{name: table.rows for name, table in registry.optional.items() if table.rows},
    }
    for name, rows in records.items():
        sheet = BY_NAME.get(name) or OPTIONAL_BY_NAME[name]
        extra = registry.extra_columns.get(name, ())
        columns = (*(column.name for column in sheet.columns), *extra)
        files[f"{name}.csv"] = csv_bytes(columns, [_row(record, sheet) for record in rows])
        resources.append(_resource(sheet, files[f"{name}.csv"], registry.codes, extra))
    names = tuple(column.name for column in LISTS.columns)
    files["lists.csv"] = csv_bytes(names, _list_rows(registry.codes))
    resources.append(_resource(LISTS, files["lists.csv"], {}, ()))
    package: Json = {
        "profile": "tabular-data-package",
        "name": "metasyn-registry",
        "resources": resources,
        "sources": [{"title": Path(registry.source.file).name, "sha256": registry.source.sha256}],
    }
    text = json.dumps(package, indent=2, ensure_ascii=False)
    return Export({**files, "datapackage.json": f"{text}\n".encode()})


def _row(record: Study | Result | Statement | Row, sheet: Sheet) -> dict[str, CsvValue]:
    missing = record.provenance.missing
    values: dict[str, CsvValue] = dict(record.extras)
    for column in sheet.columns:
        value: Any = (
            record.values[column.name] if isinstance(record, Row) else getattr(record, column.name)
        )
        plain = ";".join(value) if isinstance(value, tuple) else value
        values[column.name] = missing.get(column.name, plain)
    return values


def _list_rows(codes: Codes) -> list[dict[str, CsvValue]]:
    return [
        {
            "list": name,
            "code": code.code,
            "label": code.label,
            "definition": code.definition,
            "sort": place,
        }
        for name, entries in codes.items()
        for place, code in enumerate(entries.values(), start=1)
    ]


def _resource(sheet: Sheet, content: bytes, codes: Codes, extra: Sequence[str]) -> Json:
    own = [{"name": name, "type": "string", "description": "Column of the user."} for name in extra]
    schema: Json = {
        "fields": [*(_field(column, codes) for column in sheet.columns), *own],
        # The codes themselves may be called NR or NA in the sheet lists.
        "missingValues": [""] if sheet is LISTS else ["", *MISSING_CODES],
        "primaryKey": sheet.key or list(sheet.identity),
    }
    keys = [_foreign_key(column) for column in sheet.columns if _is_reference(column)]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "profile": "tabular-data-resource",
        "name": sheet.name,
        "path": f"{sheet.name}.csv",
        "title": sheet.title,
        "description": sheet.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _is_reference(column: Column) -> bool:
    return bool(column.refers_to) and column.kind == "id"


def _foreign_key(column: Column) -> Json:
    sheet, _, name = column.refers_to.partition(".")
    return {"fields": column.name, "reference": {"resource": sheet, "fields": name}}


def _field(column: Column, codes: Codes) -> Json:
    return {
        "name": column.name,
        "title": column.label,
        "description": column.description,
        "type": _TYPES.get(column.kind, "string"),
        "constraints": _constraints(column, codes.get(column.codes, {})),
    }


def _constraints(column: Column, codes: Mapping[str, object]) -> Json:
    """What the cells must be; missing-value codes count as no value and would break 'required'."""
    found: Json = {}
    if column.required and not column.may_be_missing:
        found["required"] = True
    if column.key:
        found["unique"] = True
    if column.low is not None:
        found["minimum"] = column.low
    if column.high is not None:
        found["maximum"] = column.high
    if column.codes and codes:
        found["enum"] = [code for code in codes if code not in MISSING_CODES]
    return found
