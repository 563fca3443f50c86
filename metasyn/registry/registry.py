"""A workbook, read: records, code lists, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from metasyn.errors import SpecError
from metasyn.records import Code, Codes, Records, Result, SetAside, Source, Statement, Study
from metasyn.registry.build import build_codes, build_results, build_statements, build_studies
from metasyn.registry.grid import Grid
from metasyn.registry.issues import Issue, Issues
from metasyn.registry.layout import find_sheets
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.reader import read_table
from metasyn.registry.rule import Tables
from metasyn.registry.rules import check_tables
from metasyn.registry.sheets import BY_NAME
from metasyn.registry.source_files import read_grids
from metasyn.registry.table import Table

__all__ = ["Registry", "read_registry", "registry_from_grids"]

Wanted = str | Sequence[str] | None


@dataclass(frozen=True, eq=False)
class Registry:
    """What a workbook says.

    Parameters
    ----------
    issues
        Everything that is wrong, or was read otherwise than typed.
    studies, results, statements
        The records, in the order of their sheets.
    codes
        The code lists by name.
    source
        The file and its digest.
    extra_columns
        Sheet to the columns that the user added.
    """

    issues: Issues
    studies: tuple[Study, ...]
    results: tuple[Result, ...]
    statements: tuple[Statement, ...]
    codes: Codes
    source: Source
    extra_columns: Mapping[str, tuple[str, ...]]

    def __repr__(self) -> str:
        return (
            f"Registry({self.source.file!r}: {len(self.studies)} studies, "
            f"{len(self.results)} results, {len(self.statements)} statements, {self.issues!r})"
        )

    def select(
        self,
        *,
        outcome: Wanted = None,
        analyse: Wanted = None,
        role: Wanted = None,
        intervention: Wanted = None,
        design: Wanted = None,
    ) -> Records:
        """Choose the results that answer a question.

        Rows whose outcome, intervention and design are asked for answer the question. Those of
        them whose ``analyse`` or ``role`` is not asked for, and those with a wrong cell in their
        own row or in their study's, are set aside with the reason: nothing vanishes.

        Parameters
        ----------
        outcome, analyse, role, intervention, design
            A code, several, or None for all. The order of outcomes is one of preference.

        Raises
        ------
        SpecError
            If a code is not in its list.
        """
        asked = {
            "outcome": outcome,
            "analyse": analyse,
            "role": role,
            "intervention": intervention,
            "design": design,
        }
        query = {
            name: _checked(name, wanted, self.codes)
            for name, wanted in asked.items()
            if wanted is not None
        }
        wrong = _WrongRows(self.issues, self.statements)
        answers = [result for result in self.results if _answers(result, query, wrong)]
        why = [wrong.reason(result) or _not_asked_for(result, query) for result in answers]
        pairs = tuple(zip(answers, why, strict=True))
        return Records(
            rows=tuple(result for result, aside in pairs if aside is None),
            set_aside=tuple(SetAside(result, *aside) for result, aside in pairs if aside),
            query=MappingProxyType(query),
            studies=self.studies,
            codes=self.codes,
            source=self.source,
            among=self.results,
        )


def _checked(name: str, wanted: str | Sequence[str], codes: Codes) -> tuple[str, ...]:
    words = (wanted,) if isinstance(wanted, str) else tuple(dict.fromkeys(wanted))
    known: Mapping[str, Code] = codes.get(name, {})
    for word in words:
        if word not in known:
            labels = {code: entry.label for code, entry in known.items()}
            raise SpecError(
                f"{name} {word!r} is no code of the registry. "
                f"{did_you_mean(str(word), known, labels)}"
            )
    return words


_QUESTION = ("outcome", "intervention", "design")


def _answers(result: Result, query: Mapping[str, tuple[str, ...]], wrong: _WrongRows) -> bool:
    """Whether a row answers the question, or may do so once its cells are mended."""
    values = {
        "outcome": result.outcome,
        "intervention": result.intervention,
        "design": result.study.design,
    }
    return all(
        values[name] in query[name] or (not values[name] and wrong.reason(result) is not None)
        for name in _QUESTION
        if name in query
    )


def _not_asked_for(result: Result, query: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    if "role" in query and result.role not in query["role"]:
        return "role", f"The role is {result.role}; asked for: {', '.join(query['role'])}."
    if "analyse" in query and result.analyse not in query["analyse"]:
        why = result.analyse_reason or "no reason given"
        return f"analyse-{result.analyse}", f"Marked analyse = {result.analyse}: {why}."
    return None


class _WrongRows:
    """Rows that no analysis may use, with the cells that are wrong.

    What is wrong with a whole sheet touches every result, unless the sheet is ``statements``.
    """

    def __init__(self, issues: Issues, statements: Sequence[Statement]) -> None:
        apart = {"statements", *(statement.provenance.sheet for statement in statements)}
        self._everywhere: list[Issue] = []
        self._rows: dict[tuple[str, int], list[Issue]] = {}
        for issue in issues.errors:
            if issue.cell is not None and issue.code not in _WHOLE_SHEET:
                self._rows.setdefault((issue.sheet, issue.cell.row), []).append(issue)
            elif issue.sheet not in apart:
                self._everywhere.append(issue)

    def reason(self, result: Result) -> tuple[str, str] | None:
        """Code and reason of a row that is wrong; None where it is sound."""
        own, study = result.provenance, result.study.provenance
        found = [
            *self._everywhere,
            *self._rows.get((own.sheet, own.row), ()),
            *self._rows.get((study.sheet, study.row), ()),
        ]
        if not found:
            return None
        return "bad-cells", " ".join(str(issue) for issue in dict.fromkeys(found))


_WHOLE_SHEET = frozenset(
    ("header-moved", "column-renamed", "column-twice", "list-renamed", "list-empty")
)


def read_registry(path: str | Path, *, today: date | None = None) -> Registry:
    """Read a workbook.

    Bad data never raise: they are collected as :attr:`Registry.issues`.

    Parameters
    ----------
    path
        The workbook (``.xlsx``, ``.xlsm`` or ``.ods``), or a folder of ``.csv`` files named after
        the sheets.
    today
        The day that "in the future" is measured by; None asks no clock.

    Raises
    ------
    WorkbookError
        If the file cannot be read as a workbook at all.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from metasyn.registry.template import write_workbook
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "review.xlsx"
    ...     write_workbook(path)
    ...     registry = read_registry(path)
    >>> registry.issues, list(registry.codes["direction"])
    (Issues(0 errors, 0 warnings, 0 notes), ['benefit', 'harm'])
    """
    source, grids = read_grids(path)
    return registry_from_grids(source, grids, today=today)


def registry_from_grids(
    source: Source, every: Sequence[Grid], *, today: date | None = None
) -> Registry:
    """Records and issues of cells that were read; see :func:`read_registry`."""
    grids, found = find_sheets(every)
    tables: dict[str, Table] = {}
    codes: Codes = {}
    for name, sheet in BY_NAME.items():
        grid = grids.get(name, Grid(name, {}))
        if name in grids:
            tables[name], problems = read_table(sheet, grid, codes)
            found.extend(problems)
        else:
            tables[name] = Table(name, name)
        if name == "lists":
            codes = MappingProxyType(build_codes(tables[name].rows))
    studies = build_studies(tables["studies"])
    results = build_results(tables["results"], studies)
    statements = build_statements(tables["statements"])
    checked = Tables(
        studies, results, statements, codes, tables["lists"].rows, "lists" in grids, today
    )
    found.extend(check_tables(checked, found))
    extras = {name: table.extra_columns for name, table in tables.items() if table.extra_columns}
    return Registry(
        Issues(found, [grids[name].name for name in BY_NAME if name in grids]),
        studies,
        results,
        statements,
        codes,
        source,
        MappingProxyType(extras),
    )
