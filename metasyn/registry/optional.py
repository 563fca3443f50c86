"""Sheets that a workbook may have: their code lists, and their rows as tables."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from metasyn.errors import SpecError
from metasyn.records import Code, CodeList, Codes
from metasyn.records.extraction import Extraction
from metasyn.registry.grid import Grid
from metasyn.registry.issues import Issue
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.reader import read_table
from metasyn.registry.sheets import OPTIONAL_BY_NAME
from metasyn.registry.table import Table

__all__ = [
    "build_extractions",
    "check_optional",
    "codes_with_optional",
    "optional_codes",
    "read_optional",
]


@cache
def optional_codes() -> Codes:
    """Code lists that optional sheets alone use, as ``optional_lists.csv`` gives them."""
    text = files(__package__).joinpath("optional_lists.csv").read_text(encoding="utf-8")
    lists: dict[str, list[Code]] = {}
    for row in csv.DictReader(text.splitlines()):
        code = Code(row["code"], row["label"], row["definition"])
        lists.setdefault(row["list"], []).append(code)
    return MappingProxyType({name: CodeList(codes) for name, codes in lists.items()})


def codes_with_optional(codes: Codes, grids: Mapping[str, Grid]) -> Codes:
    """The workbook's code lists, and those that its optional sheets use and it does not have."""
    known = optional_codes()
    wanted = {
        column.codes
        for name in OPTIONAL_BY_NAME.keys() & grids.keys()
        for column in OPTIONAL_BY_NAME[name].columns
    }
    own = {name: known[name] for name in known if name in wanted and name not in codes}
    return MappingProxyType({**codes, **own}) if own else codes


def check_optional(names: Iterable[str]) -> None:
    """Refuse names of sheets that do not exist.

    Raises
    ------
    SpecError
        If there is no optional sheet of a name.
    """
    for name in names:
        if name not in OPTIONAL_BY_NAME:
            meant = did_you_mean(name, OPTIONAL_BY_NAME)
            raise SpecError(f"There is no optional sheet '{name}'. {meant}")


def read_optional(
    grids: Mapping[str, Grid], codes: Codes
) -> tuple[Mapping[str, Table], list[Issue]]:
    """The optional sheets that are there, by name, and what is wrong with them."""
    tables: dict[str, Table] = {}
    issues: list[Issue] = []
    for name, sheet in OPTIONAL_BY_NAME.items():
        if name in grids:
            tables[name], found = read_table(sheet, grids[name], codes)
            issues.extend(found)
    return MappingProxyType(tables), issues


def build_extractions(tables: Mapping[str, Table]) -> tuple[Extraction, ...]:
    """The rows of the sheet ``extractions``."""
    rows = tables["extractions"].rows if "extractions" in tables else ()
    return tuple(
        Extraction(
            row.text("result_id"),
            row.text("field"),
            row.text("extractor"),
            row.text("value"),
            row.text("note"),
            row.provenance,
            row.extras,
        )
        for row in rows
    )
