"""A new workbook of the registry's schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl.workbook import Workbook

from metasyn._version import __version__
from metasyn.errors import OutputError
from metasyn.registry.optional import check_optional, optional_codes
from metasyn.registry.sheets import BY_NAME, OPTIONAL_BY_NAME, OPTIONAL_SHEETS
from metasyn.registry.template.data_sheet import fill_data_sheet
from metasyn.registry.template.dictionary import fill_dictionary
from metasyn.registry.template.entry_checks import name_lists, name_results
from metasyn.registry.template.guide import fill_guide
from metasyn.registry.template.pack import to_bytes, write_new_file
from metasyn.registry.template.starter import starter_lists

__all__ = ["Contents", "write_workbook"]

Rows = Sequence[Mapping[str, object]]

_TITLE = "Study registry"
_ABOUT = (
    "This workbook holds the studies of an evidence synthesis: what every report says, figure by "
    "figure, and where in the report it stands. metasyn reads it and never changes it.",
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a new workbook holds.

    Parameters
    ----------
    title, about
        Heading and paragraphs of the guide.
    studies, results, statements
        Rows: column name to value; absent and None stay blank.
    lists
        Rows of the code lists, all codes of a list together; the starter lists if None. Lists
        that only optional sheets use are added where they are missing.
    optional
        Name of an optional sheet to its rows; the sheets that the workbook is to have.
    """

    title: str = _TITLE
    about: Sequence[str] = _ABOUT
    studies: Rows = ()
    results: Rows = ()
    statements: Rows = ()
    lists: Rows | None = None
    optional: Mapping[str, Rows] = field(default_factory=dict)


def write_workbook(path: str | Path, contents: Contents | None = None) -> None:
    """Write a new workbook; an existing file is never touched.

    Parameters
    ----------
    path
        Where to; the name ends in ``.xlsx``.
    contents
        Rows and words; an empty registry with starter code lists if None.

    Raises
    ------
    OutputError
        If the file exists or cannot be written.
    DataError
        If a row names a column that the schema does not have, or holds control characters.
    SpecError
        If there is no optional sheet of a name.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise OutputError(f"{path}: the name of a workbook ends in .xlsx.")
    if path.exists():
        raise OutputError(f"{path} exists already and was left as it is. Choose another name.")
    contents = contents or Contents()
    check_optional(contents.optional)
    write_new_file(path, to_bytes(_workbook(contents)))


def _workbook(contents: Contents) -> Workbook:
    lists = _lists(contents)
    optional = [sheet for sheet in OPTIONAL_SHEETS if sheet.name in contents.optional]
    workbook = Workbook()
    workbook.properties.creator = f"metasyn {__version__}"
    workbook.properties.title = contents.title
    guide = workbook.active
    guide.title = "guide"
    fill_guide(guide, contents.title, contents.about, optional)
    rows = {
        "studies": contents.studies,
        "results": contents.results,
        "statements": contents.statements,
        **{sheet.name: contents.optional[sheet.name] for sheet in optional},
        "lists": lists,
    }
    examples = {str(row["list"]): str(row["code"]) for row in reversed(lists)}
    for name, values in rows.items():
        sheet = BY_NAME.get(name) or OPTIONAL_BY_NAME[name]
        fill_data_sheet(workbook.create_sheet(name), sheet, values, examples)
    fill_dictionary(workbook.create_sheet("dictionary"), examples, optional)
    name_lists(workbook, lists)
    if optional:
        name_results(workbook)
    return workbook


def _lists(contents: Contents) -> Rows:
    """The code lists, with those of the optional sheets that are asked for."""
    lists = starter_lists() if contents.lists is None else tuple(contents.lists)
    there = {row["list"] for row in lists}
    wanted = {c.codes for name in contents.optional for c in OPTIONAL_BY_NAME[name].columns}
    own = tuple(
        {
            "list": name,
            "code": code.code,
            "label": code.label,
            "definition": code.definition,
            "sort": place,
        }
        for name, codes in optional_codes().items()
        if name in wanted and name not in there
        for place, code in enumerate(codes.values(), start=1)
    )
    return (*lists, *own)
