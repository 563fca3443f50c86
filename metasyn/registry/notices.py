"""Notices from a file: which reports were retracted, questioned or corrected."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from metasyn.errors import WorkbookError
from metasyn.records import Study
from metasyn.records.study import NOTICES

__all__ = ["Notice", "noticed", "read_notices"]

_KINDS = {
    "retraction": "retraction",
    "expression of concern": "concern",
    "correction": "correction",
    "reinstatement": "reinstatement",
}
_COLUMNS = (
    "OriginalPaperDOI",
    "OriginalPaperPubMedID",
    "RetractionNature",
    "RetractionDate",
    "Reason",
)
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s.*)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T\s].*)?")


@dataclass(frozen=True, slots=True)
class Notice:
    """One editorial notice on one report.

    Parameters
    ----------
    kind
        ``retraction``, ``concern``, ``correction`` or ``reinstatement``.
    doi, pmid
        Of the report that it is about, in lower case; empty where unknown.
    day
        Its day (``2024-03-31``); as it was written where that is no day; empty where unknown.
    reason
        As the source gives it.
    """

    kind: str
    doi: str
    pmid: str
    day: str
    reason: str


def read_notices(path: str | Path) -> tuple[Notice, ...]:
    """Read a list of notices with the columns of the Retraction Watch database.

    The file is never fetched: it is downloaded by hand, and its day belongs into the report. Needed
    are ``OriginalPaperDOI``, ``OriginalPaperPubMedID``, ``RetractionNature``, ``RetractionDate``
    (month/day/year, or year-month-day) and ``Reason``; other columns are ignored.

    Parameters
    ----------
    path
        The file, a CSV.

    Raises
    ------
    WorkbookError
        If it cannot be read, lacks a column, or holds a kind of notice that is not known.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise WorkbookError(f"{path} cannot be read: {error.strerror}.") from None
    try:
        rows = csv.DictReader(io.StringIO(_decoded(content), newline=""), strict=True)
        lacking = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if lacking:
            raise WorkbookError(
                f"{path} lacks the column {', '.join(lacking)}. Notices have the columns of the "
                "Retraction Watch database."
            )
        return tuple(_notice(row, f"{path} line {rows.line_num}") for row in rows)
    except csv.Error as error:
        raise WorkbookError(f"{path} is no sound CSV file ({error}). Save it anew.") from None


def _decoded(content: bytes) -> str:
    """Text in UTF-8; older exports are in Windows' code page (ids are ASCII in both)."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _notice(row: Mapping[str, str | None], place: str) -> Notice:
    doi, pmid, nature, day, reason = ((row[name] or "").strip() for name in _COLUMNS)
    kind = _KINDS.get(nature.casefold())
    if kind is None:
        raise WorkbookError(
            f"{place}: '{nature}' is no kind of notice. RetractionNature is Retraction, "
            "Expression of concern, Correction or Reinstatement."
        )
    known_doi = doi.casefold() if doi.startswith("10.") else ""
    known_pmid = pmid if pmid.isdigit() and int(pmid) else ""
    reasons = [part.strip().lstrip("+") for part in reason.split(";")]
    return Notice(kind, known_doi, known_pmid, _iso(day), "; ".join(filter(None, reasons)))


def _iso(text: str) -> str:
    us, iso = _US_DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
    try:
        if us:
            return date(int(us[3]), int(us[1]), int(us[2])).isoformat()
        return date(int(iso[1]), int(iso[2]), int(iso[3])).isoformat() if iso else text
    except ValueError:
        return text


def noticed(
    studies: Iterable[Study], notices: Iterable[Notice], checked: str = ""
) -> tuple[Study, ...]:
    """Studies with the gravest notice that the list or the workbook has on each.

    A report is found by its DOI, or by its PMID. A retraction that a reinstatement of the same or a
    later day follows is a reinstatement.

    Parameters
    ----------
    studies
        Reports of the registry.
    notices
        The list.
    checked
        Day of the list, for ``notice_checked``; what stands there is kept if it is empty.
    """
    found: dict[tuple[str, str], list[Notice]] = {}
    for one in notices:
        for key in (("doi", one.doi), ("pmid", one.pmid)):
            if key[1]:
                found.setdefault(key, []).append(one)
    return tuple(_with_notice(study, found, checked) for study in studies)


def _with_notice(
    study: Study, found: Mapping[tuple[str, str], list[Notice]], checked: str
) -> Study:
    keys = (("doi", study.doi.casefold()), ("pmid", study.pmid))
    mine = list(dict.fromkeys(one for key in keys for one in found.get(key, ())))
    study = replace(study, notice_checked=checked or study.notice_checked)
    gravest = min(_in_force(mine), key=lambda one: _rank(one.kind), default=None)
    if gravest is None or _rank(gravest.kind) > _rank(study.notice):
        return study
    return replace(
        study,
        notice=gravest.kind,
        notice_date=gravest.day or study.notice_date,
        notice_reason=gravest.reason or study.notice_reason,
    )


def _in_force(notices: Iterable[Notice]) -> list[Notice]:
    """Notices without the retractions that were taken back."""
    every = sorted(notices, key=lambda one: one.day, reverse=True)
    back = [one.day for one in every if one.kind == "reinstatement"]
    return [one for one in every if one.kind != "retraction" or not back or one.day > max(back)]


def _rank(kind: str) -> int:
    return list(NOTICES).index(kind) if kind in NOTICES else len(NOTICES)
