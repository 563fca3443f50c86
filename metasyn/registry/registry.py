"""A workbook, read: records, code lists, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from metasyn.counting import plural
from metasyn.errors import SpecError
from metasyn.records import Code, Codes, Records, Result, SetAside, Source, Statement, Study
from metasyn.records.appraisal import Appraisal
from metasyn.records.certainty import Judgement
from metasyn.records.extraction import Extraction
from metasyn.records.search_flow import SearchFlow
from metasyn.registry.appraisal_sheet import build_appraisals
from metasyn.registry.build import build_codes, build_results, build_statements, build_studies
from metasyn.registry.certainty_sheet import build_certainty
from metasyn.registry.flow_sheet import build_flow
from metasyn.registry.grid import Grid
from metasyn.registry.issues import Issues
from metasyn.registry.kept_out import WrongRows, not_asked_for, retracted
from metasyn.registry.layout import find_sheets
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.notice_rules import NOTICE_RULES
from metasyn.registry.notices import Notice, noticed, read_notices
from metasyn.registry.optional import build_extractions, codes_with_optional, read_optional
from metasyn.registry.reader import read_table
from metasyn.registry.rule import Tables
from metasyn.registry.rules import check_tables
from metasyn.registry.sheets import BY_NAME, OPTIONAL_BY_NAME
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
    extractions
        What people extracted, where the workbook has the sheet ``extractions``.
    optional
        The rows of every optional sheet that the workbook has, by its name.
    """

    issues: Issues
    studies: tuple[Study, ...]
    results: tuple[Result, ...]
    statements: tuple[Statement, ...]
    codes: Codes
    source: Source
    extra_columns: Mapping[str, tuple[str, ...]]
    extractions: tuple[Extraction, ...] = ()
    optional: Mapping[str, Table] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"Registry({self.source.file!r}: {plural(len(self.studies), 'study', 'studies')}, "
            f"{plural(len(self.results), 'result')}, "
            f"{plural(len(self.statements), 'statement')}, {self.issues!r})"
        )

    @cached_property
    def appraisals(self) -> tuple[Appraisal, ...]:
        """Judgements on studies and results, where the workbook has the sheet ``appraisals``."""
        return build_appraisals(self.optional)

    @cached_property
    def flow(self) -> SearchFlow:
        """Numbers of the search; empty where the workbook has no sheet ``flow``."""
        return build_flow(self.optional)

    @cached_property
    def certainty(self) -> tuple[Judgement, ...]:
        """Judgements after GRADE, where the workbook has the sheet ``certainty``."""
        return build_certainty(self.optional)

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
        own row or in their study's, and those of retracted reports, are set aside with the reason:
        nothing vanishes.

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
        beside = [table.tab for name, table in self.optional.items() if name != "extractions"]
        wrong = WrongRows(self.issues, self.statements, beside)
        answers = [result for result in self.results if _answers(result, query, wrong)]
        why = [
            wrong.reason(result) or retracted(result) or not_asked_for(result, query)
            for result in answers
        ]
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

    def with_notices(
        self, notices: str | Path | Sequence[Notice], *, checked: date | str = ""
    ) -> Registry:
        """Look every report up in a list of retractions, concerns and corrections.

        Reports are flagged in every table; the results of retracted ones are set aside by
        :meth:`select`. What the workbook itself says is kept where it is graver.

        Parameters
        ----------
        notices
            A CSV file with the columns of the Retraction Watch database, or what
            :func:`metasyn.registry.notices.read_notices` returned.
        checked
            Day of the list.

        Raises
        ------
        WorkbookError
            If the file is no such list.
        """
        read = read_notices(notices) if isinstance(notices, (str, Path)) else notices
        studies = noticed(self.studies, read, str(checked))
        renewed = {id(old): new for old, new in zip(self.studies, studies, strict=True)}
        results = tuple(
            replace(result, study=renewed.get(id(result.study), result.study))
            for result in self.results
        )
        tables = Tables(studies, results, self.statements, self.codes)
        codes = {rule.code for rule in NOTICE_RULES}
        found = [issue for issue in self.issues if issue.code not in codes]
        found += [issue for rule in NOTICE_RULES for issue in rule.issues(tables)]
        issues = Issues(found, self.issues.sheets)
        return replace(self, studies=studies, results=results, issues=issues)


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


def _answers(result: Result, query: Mapping[str, tuple[str, ...]], wrong: WrongRows) -> bool:
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


def read_registry(
    path: str | Path, *, today: date | None = None, notices: str | Path | None = None
) -> Registry:
    """Read a workbook.

    Bad data never raise: they are collected as :attr:`Registry.issues`.

    Parameters
    ----------
    path
        The workbook (``.xlsx``, ``.xlsm`` or ``.ods``), or a folder of ``.csv`` files named after
        the sheets.
    today
        The day that "in the future" is measured by; None asks no clock.
    notices
        A list of retractions to look every report up in; see :meth:`Registry.with_notices`.

    Raises
    ------
    WorkbookError
        If a file cannot be read at all.

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
    registry = registry_from_grids(source, grids, today=today)
    return registry if notices is None else registry.with_notices(notices)


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
            codes = codes_with_optional(build_codes(tables[name].rows), grids)
    studies = build_studies(tables["studies"])
    results = build_results(tables["results"], studies)
    statements = build_statements(tables["statements"])
    optional, problems = read_optional(grids, codes)
    found.extend(problems)
    extractions = build_extractions(optional)
    rows, has_lists = tables["lists"].rows, "lists" in grids
    checked = Tables(
        studies, results, statements, codes, rows, has_lists, today, extractions, optional
    )
    found.extend(check_tables(checked, found))
    tables.update(optional)
    extras = {name: table.extra_columns for name, table in tables.items() if table.extra_columns}
    order = (*BY_NAME, *OPTIONAL_BY_NAME)
    return Registry(
        Issues(found, [grids[name].name for name in order if name in grids]),
        studies,
        results,
        statements,
        codes,
        source,
        MappingProxyType(extras),
        extractions,
        optional,
    )
