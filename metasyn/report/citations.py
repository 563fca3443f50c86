"""The literature of the methods: CSL entries as data, printed the way a medical journal does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from metasyn.report.document import Entry
from metasyn.report.links import doi_url

__all__ = ["entries", "entry"]

Csl = Mapping[str, object]


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
