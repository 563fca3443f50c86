"""The studies as references: CSL-JSON and RIS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from metasyn.errors import Note
from metasyn.exchange.files import Export
from metasyn.records import Study

__all__ = ["csl_json", "ris"]

_INITIALS = re.compile(r"[^\W\d_a-z]{1,4}(-[^\W\d_a-z]{1,2})?")
_FIRST_ONLY = Note(
    "first-author-only", "The registry records the first author only; the others are not given."
)

Csl = dict[str, object]


def csl_json(studies: Sequence[Study]) -> Export:
    """The studies as CSL-JSON, one item a study, identified by its id.

    Titles that are descriptions stay in [square brackets]; cells that hold a missing-value code
    give no field. (Citation Style Language, schema of CSL 1.0.2.)

    Parameters
    ----------
    studies
        Studies, in the order in which they are written.
    """
    items = [_csl(study) for study in studies]
    text = json.dumps(items, indent=2, ensure_ascii=False)
    return Export({"studies.json": f"{text}\n".encode()}, (_FIRST_ONLY,))


def ris(studies: Sequence[Study]) -> Export:
    """The studies as RIS, one record a study; fields as in :func:`csl_json`.

    Parameters
    ----------
    studies
        Studies, in the order in which they are written.
    """
    from rispy import dumps  # type: ignore[import-untyped]

    # rispy numbers the records of one call; a number is no tag, and some readers stumble over it.
    texts = [str(dumps([_ris(study)])).partition("\n")[2].strip("\n") for study in studies]
    text = "".join(f"{record}\n\n" for record in texts)
    return Export({"studies.ris": text.encode()}, (_FIRST_ONLY,))


def _given(study: Study, name: str) -> str:
    """Text of a field on one line; empty where a missing-value code stands there."""
    if name in study.provenance.missing:
        return ""
    return " ".join(str(getattr(study, name)).split())


def _csl(study: Study) -> Csl:
    journal, author = _given(study, "journal"), _given(study, "first_author")
    item: Csl = {"id": study.study_id, "type": "article-journal" if journal else "document"}
    texts = {
        "title": _given(study, "title"),
        "container-title": journal,
        "DOI": _given(study, "doi"),
        "PMID": _given(study, "pmid"),
        "URL": _given(study, "source_url"),
        "note": " ".join(_remarks(study)),
    }
    item.update({name: text for name, text in texts.items() if text})
    if author:
        item["author"] = [_name(author)]
    if study.year is not None:
        item["issued"] = {"date-parts": [[study.year]]}
    return item


def _ris(study: Study) -> dict[str, str | list[str]]:
    journal, author = _given(study, "journal"), _given(study, "first_author")
    name = _name(author)
    people = [name.get("literal") or f"{name['family']}, {name['given']}"] if author else []
    url, pmid = _given(study, "source_url"), _given(study, "pmid")
    fields: dict[str, str | list[str]] = {
        "type_of_reference": "JOUR" if journal else "GEN",
        "id": study.study_id,
        "authors": people,
        "title": _given(study, "title"),
        "year": "" if study.year is None else str(study.year),
        "journal_name": journal,
        "doi": _given(study, "doi"),
        "accession_number": pmid,
        "name_of_database": "PubMed" if pmid else "",
        "urls": [url] if url else [],
        "notes": list(_remarks(study)),
    }
    return {name: value for name, value in fields.items() if value}


def _name(author: str) -> dict[str, str]:
    """Surname and initials (``Della Pepa R``) apart; any other name as it is."""
    family, _, given = author.rpartition(" ")
    if family and _INITIALS.fullmatch(given):
        return {"family": family, "given": given}
    return {"literal": author}


def _remarks(study: Study) -> Iterable[str]:
    if study.first_author:
        yield "First author only."
    if study.notice and study.notice not in ("none", *study.provenance.missing.values()):
        day = f" ({study.notice_date})" if study.notice_date else ""
        yield f"Editorial notice: {study.notice}{day}."
    if study.is_description:
        yield "The title is a description; the published title was not seen."
