"""The literature of the methods: CSL entries as data, printed the way a medical journal does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from metasyn.report.document import Entry
from metasyn.report.links import doi_url

__all__ = ["entries", "entry", "to_csl", "to_ris"]

Csl = Mapping[str, object]

_RIS_TYPES = {"article-journal": "JOUR", "book": "BOOK", "paper-conference": "CPAPER"}


@cache
def _library() -> dict[str, Csl]:
    text = files("metasyn.report").joinpath("references.json").read_text(encoding="utf-8")
    return {item["id"]: item for item in json.loads(text)}


def entries(keys: Iterable[str]) -> tuple[Entry, ...]:
    """References of the keys, in their order."""
    return tuple(entry(key) for key in keys)


def entry(key: str) -> Entry:
    """Reference of a key.

    Raises
    ------
    KeyError
        If no reference has the key.

    Examples
    --------
    >>> entry("higgins2002").text
    'Higgins JPT, Thompson SG. Quantifying heterogeneity in a meta-analysis. Statistics in Medicine
    2002;21(11):1539–1558.'
    """
    item = _library()[key]
    return Entry(key, f"{_authors(item)}. {item['title']}. {_place(item)}.", _href(item))


def to_csl(keys: Iterable[str]) -> str:
    """References of the keys as CSL-JSON, which Zotero and pandoc read."""
    items = [_csl(_library()[key]) for key in keys]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _csl(item: Csl) -> Csl:
    people = item["author"]
    assert isinstance(people, list)  # noqa: S101 - the file is ours
    # Those left unnamed are no family: a literal keeps reference managers from turning them round.
    named = [one if one["given"] else {"literal": f"{one['family']}."} for one in people]
    return {**item, "author": named, "issued": {"date-parts": [[item["issued"]]]}}


def to_ris(keys: Iterable[str]) -> str:
    """References of the keys as RIS, which every reference manager reads."""
    return "".join(f"{line}\n" for key in keys for line in (*_ris(_library()[key]), ""))


def _ris(item: Csl) -> Iterable[str]:
    first, _, last = str(item.get("page", "")).partition("–")
    people = item["author"]
    assert isinstance(people, list)  # noqa: S101 - the file is ours
    fields = [
        ("TY", _RIS_TYPES[str(item["type"])]),
        ("ID", item["id"]),
        *(("AU", f"{one['family']}, {one['given']}".removesuffix(", ")) for one in people),
        ("TI", item["title"]),
        ("T2", item.get("container-title", "")),
        ("PY", item["issued"]),
        ("VL", item.get("volume", "")),
        ("IS", item.get("issue", "")),
        ("SP", first),
        ("EP", last),
        ("PB", item.get("publisher", "")),
        ("CY", item.get("publisher-place", "")),
        ("DO", item.get("DOI", "")),
    ]
    yield from (f"{tag}  - {value}" for tag, value in fields if value)
    yield "ER  - "


def _authors(item: Csl) -> str:
    people = item["author"]
    assert isinstance(people, list)  # noqa: S101 - the file is ours
    return ", ".join(f"{one['family']} {one['given']}".strip() for one in people)


def _place(item: Csl) -> str:
    if item["type"] == "book":
        return f"{item['publisher-place']}: {item['publisher']}; {item['issued']}"
    volume = str(item.get("volume", ""))
    issue = f"({item['issue']})" if "issue" in item else ""
    where = f"{item['container-title']} {item['issued']}"
    return f"{where};{volume}{issue}:{item['page']}" if volume else f"{where}:{item['page']}"


def _href(item: Csl) -> str:
    return doi_url(str(item.get("DOI", "")))
