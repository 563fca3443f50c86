"""References of a search (RIS, BibTeX) as rows of the sheet studies."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from metasyn.errors import WorkbookError

__all__ = ["study_rows"]

_TY = re.compile(r"^TY  -", re.MULTILINE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)

Fields = Mapping[str, str]


def study_rows(path: str | Path) -> tuple[dict[str, object], ...]:
    """Rows for the sheet studies of a new workbook, one a reference, in the order of the file.

    Ids are S0001, S0002, ...; labels are first author and year, with a letter where two are alike.
    What a reference does not say stays blank.

    Parameters
    ----------
    path
        A file in UTF-8 whose name ends in ``.ris`` or ``.bib``.

    Raises
    ------
    WorkbookError
        If the file cannot be read, or any of its records is broken: none is skipped.
    """
    path = Path(path)
    readers = {".ris": _ris, ".bib": _bibtex}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise WorkbookError(f"{path}: references are read from .ris and .bib files.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorkbookError(f"{path} is not in UTF-8. Export it anew in UTF-8.") from None
    except OSError as error:
        raise WorkbookError(f"{path} cannot be read: {error.strerror}.") from None
    found = reader(text, path)
    if not found:
        raise WorkbookError(f"{path} holds no reference.")
    return _numbered(found)


def _ris(text: str, path: Path) -> list[Fields]:
    import rispy  # type: ignore[import-untyped]

    try:
        records = rispy.loads(text)
    except (ValueError, KeyError) as error:
        raise WorkbookError(f"{path} is no sound RIS file: {error}.") from None
    begun = len(_TY.findall(text))
    if begun != len(records):
        raise WorkbookError(
            f"{path} begins {begun} records but ends {len(records)}. Every record ends in a line "
            "'ER  - '; export the file anew."
        )
    return [_ris_fields(record) for record in records]


def _ris_fields(record: Mapping[str, object]) -> Fields:
    def first(*names: str) -> str:
        values = (record.get(name) for name in names)
        texts = (value[0] if isinstance(value, list) else value for value in values if value)
        return str(next(texts, ""))

    is_pubmed = "pubmed" in first("name_of_database").casefold()
    return {
        "author": first("first_authors", "authors"),
        "year": first("year", "publication_year", "date"),
        "title": first("title", "primary_title"),
        "journal": first("journal_name", "alternate_title3", "alternate_title2", "secondary_title"),
        "doi": first("doi"),
        "pmid": first("accession_number") if is_pubmed else "",
        "url": first("urls"),
    }


def _bibtex(text: str, path: Path) -> list[Fields]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware

    # Broken records are reported below, in one error.
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    if library.failed_blocks:
        lines = ", ".join(str((block.start_line or 0) + 1) for block in library.failed_blocks)
        raise WorkbookError(
            f"{path}: the records at lines {lines} are broken or use a key twice. Correct them."
        )
    entries = [
        {field.key.casefold(): str(field.value) for field in entry.fields}
        for entry in library.entries
    ]
    return [
        {
            "author": re.split(r"\s+and\s+", entry.get("author", ""))[0],
            "year": entry.get("year", "") or entry.get("date", ""),
            "title": entry.get("title", ""),
            "journal": entry.get("journal", "") or entry.get("journaltitle", ""),
            "doi": entry.get("doi", ""),
            "pmid": entry.get("pmid", ""),
            "url": entry.get("url", ""),
        }
        for entry in entries
    ]


def _numbered(found: Iterable[Fields]) -> tuple[dict[str, object], ...]:
    rows = [_row(fields) for fields in found]
    times = Counter(row["label"] for row in rows)
    used: Counter[object] = Counter()
    for number, row in enumerate(rows, start=1):
        label = row["label"]
        row["study_id"] = f"S{number:04d}"
        if times[label] > 1:
            row["label"] = f"{label}{_letters(used[label])}"
            used[label] += 1
    return tuple(rows)


def _letters(place: int) -> str:
    letters = chr(ord("a") + place % 26)
    return letters if place < 26 else _letters(place // 26 - 1) + letters


def _row(fields: Fields) -> dict[str, object]:
    tidy = {name: " ".join(text.split()) for name, text in fields.items()}
    author = _surname_and_initials(tidy["author"])
    year = _YEAR.search(tidy["year"])
    surname = author.rpartition(" ")[0] or author
    label = " ".join(part for part in (surname, year[0] if year else "") if part)
    row: dict[str, object] = {
        "label": label or "No author",
        "first_author": author,
        "year": int(year[0]) if year else None,
        "title": tidy["title"],
        "journal": tidy["journal"],
        "doi": _DOI_PREFIX.sub("", tidy["doi"]),
        "pmid": tidy["pmid"],
        "source_url": tidy["url"],
    }
    if tidy["year"] and not year:
        row["note"] = f"Year as given: {tidy['year']}."
    return row


def _surname_and_initials(author: str) -> str:
    """``Müller, Jan K.`` as ``Müller JK``; a name without a comma stays.

    Examples
    --------
    >>> _surname_and_initials("Della Pepa, Roberta"), _surname_and_initials("WHO")
    ('Della Pepa R', 'WHO')
    """
    family, comma, given = author.partition(",")
    initials = "".join(part[0] for part in re.split(r"[\s.-]+", given) if part)
    return f"{family.strip()} {initials.upper()}".strip() if comma else author
