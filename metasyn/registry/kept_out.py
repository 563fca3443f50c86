"""Why a row that answers a question is not analysed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from metasyn.records import Result, Statement
from metasyn.registry.issues import Issue, Issues

__all__ = ["WrongRows", "not_asked_for", "retracted"]

_WHOLE_SHEET = frozenset(
    ("header-moved", "column-renamed", "column-twice", "list-renamed", "list-empty")
)


def not_asked_for(result: Result, query: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """Code and reason of a row whose role or use is not asked for."""
    if "role" in query and result.role not in query["role"]:
        return "role", f"The role is {result.role}; asked for: {', '.join(query['role'])}."
    if "analyse" in query and result.analyse not in query["analyse"]:
        why = result.analyse_reason or "no reason given"
        return f"analyse-{result.analyse}", f"Marked analyse = {result.analyse}: {why}."
    return None


def retracted(result: Result) -> tuple[str, str] | None:
    """Code and reason of a row of a retracted report."""
    study = result.study
    if study.notice != "retraction":
        return None
    day = f" on {study.notice_date}" if study.notice_date else ", day not known"
    why = f" ({study.notice_reason})" if study.notice_reason else ""
    return "retracted", f"The report was retracted{day}{why}."


class WrongRows:
    """Rows that no analysis may use, with the cells that are wrong.

    What is wrong with a whole sheet touches every result, unless the sheet is ``statements`` or
    another that stands ``beside`` the figures.
    """

    def __init__(
        self, issues: Issues, statements: Sequence[Statement], beside: Iterable[str] = ()
    ) -> None:
        apart = {"statements", *(item.provenance.sheet for item in statements), *beside}
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
