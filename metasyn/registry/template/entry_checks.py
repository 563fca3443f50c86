"""What a spreadsheet program accepts while somebody types: dropdowns and number checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from metasyn.records.cell import column_letters
from metasyn.registry.grid import number_text
from metasyn.registry.schema import MISSING_CODES, Column, Sheet
from metasyn.registry.sheets import BY_NAME
from metasyn.registry.template.conditional import LAST_ROW

__all__ = ["add_entry_checks", "name_lists", "name_results"]

_RESULT_IDS = "result_ids"


def list_range(name: str) -> str:
    """Name of the range that holds a code list."""
    return f"list_{name}"


def headers_range(sheet: str) -> str:
    """Name of the range that holds the column names of a sheet."""
    return f"{sheet}_columns"


def name_lists(workbook: Workbook, rows: Iterable[Mapping[str, object]]) -> None:
    """Name the cells of every code list, in the order of the rows of the sheet ``lists``."""
    spans: dict[str, tuple[int, int]] = {}
    for number, row in enumerate(rows, start=2):
        name = str(row["list"])
        first, _ = spans.get(name, (number, number))
        spans[name] = (first, number)
    for name, (first, last) in spans.items():
        address = f"lists!$B${first}:$B${last}"
        workbook.defined_names[list_range(name)] = DefinedName(list_range(name), attr_text=address)
    workbook.defined_names["study_ids"] = DefinedName(
        "study_ids", attr_text=f"studies!$A$2:$A${LAST_ROW}"
    )


def name_results(workbook: Workbook) -> None:
    """Name the ids and the column names of the sheet ``results``, for dropdowns elsewhere."""
    span = f"results!$A$2:$A${LAST_ROW}"
    ids = f"OFFSET(results!$A$2,0,0,MAX(1,COUNTA({span})),1)"
    last = column_letters(len(BY_NAME["results"].columns))
    ranges = {_RESULT_IDS: ids, headers_range("results"): f"results!$B$1:${last}$1"}
    for name, text in ranges.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=text)


def add_entry_checks(worksheet: Worksheet, sheet: Sheet) -> None:
    """Give every column its dropdown or its check."""
    for number, column in enumerate(sheet.columns, start=1):
        letter = column_letters(number)
        check = _check(column, letter)
        if check is not None:
            check.add(f"{letter}2:{letter}{LAST_ROW}")
            worksheet.add_data_validation(check)


def _check(column: Column, letter: str) -> DataValidation | None:
    if column.codes:
        return _dropdown(column)
    if column.headers_of or column.refers_to == "results.result_id":
        return _pointer(column)
    if column.is_number:
        return _number(column, f"{letter}2")
    if column.key:
        span = f"${letter}$2:${letter}${LAST_ROW}"
        return _custom(f"COUNTIF({span},{letter}2)=1", "Id twice", "This id is already used.")
    if column.kind == "id":
        return _custom(
            f"COUNTIF(study_ids,{letter}2)>0", "Unknown study", "No row of studies has this id."
        )
    return None


def _dropdown(column: Column) -> DataValidation:
    check = DataValidation(
        "list",
        formula1=list_range(column.codes),
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning" if column.may_be_missing else "stop",
    )
    check.errorTitle = "Unknown code"
    check.error = (
        f"Choose a code of the list '{column.codes}'. New codes are added to the sheet 'lists'."
    )
    return check


def _pointer(column: Column) -> DataValidation:
    """A dropdown of the ids of results, or of the column names of a sheet."""
    names = headers_range(column.headers_of) if column.headers_of else _RESULT_IDS
    check = DataValidation(
        "list", formula1=names, allow_blank=True, showErrorMessage=True, errorStyle="warning"
    )
    check.errorTitle = "Unknown column" if column.headers_of else "Unknown result"
    what = f"column name of the sheet {column.headers_of}" if column.headers_of else "result id"
    check.error = f"This is no {what}."
    return check


def _custom(formula: str, title: str, message: str) -> DataValidation:
    check = DataValidation(
        "custom", formula1=formula, allow_blank=True, showErrorMessage=True, errorStyle="warning"
    )
    check.errorTitle, check.error = title, message
    return check


def _number(column: Column, here: str) -> DataValidation:
    bounds = []
    if column.kind == "integer":
        bounds.append(f"{here}=INT({here})")
    if column.low is not None:
        bounds.append(f"{here}>={number_text(column.low)}")
    if column.high is not None:
        bounds.append(f"{here}<={number_text(column.high)}")
    missing = [f'{here}="{code}"' for code in MISSING_CODES]
    whole = "a whole number" if column.kind == "integer" else "a number"
    low = f", {number_text(column.low)} or more" if column.low is not None else ""
    return _custom(
        f"IF(ISNUMBER({here}),AND({','.join(bounds) or 'TRUE'}),OR({','.join(missing)}))",
        "Not a number",
        f"{column.label} must be {whole}{low}, or one of {', '.join(MISSING_CODES)}.",
    )
