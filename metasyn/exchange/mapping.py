"""Which column of a foreign table is which column of a sheet: a file that people can edit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from metasyn.errors import SpecError
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.schema import Sheet
from metasyn.registry.sheets import BY_NAME, OPTIONAL_BY_NAME

__all__ = ["ColumnMapping", "importable", "mapping_text", "read_mapping"]

_KEYS = ("sheet", "columns", "constants", "codes", "ignored")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a table becomes rows of a sheet.

    Parameters
    ----------
    sheet
        Name of the sheet of the registry.
    columns
        Column of the sheet to the header in the table.
    constants
        Column of the sheet to the value that every row gets.
    codes
        Column of the sheet to what stands in the table and the code that it means.
    ignored
        Headers that are left out; every other one is kept as a column of the user.
    """

    sheet: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = {column.name for column in importable(self.sheet).columns}
        for name in (*self.columns, *self.constants, *self.codes):
            if name not in names:
                meant = did_you_mean(name, names)
                raise SpecError(f"The sheet {self.sheet} has no column '{name}'. {meant}")
        both = sorted(self.columns.keys() & self.constants.keys())
        if both:
            raise SpecError(f"'{both[0]}' is given by a header and by a constant; keep one.")


def importable(name: str) -> Sheet:
    """The sheet of a name.

    Raises
    ------
    SpecError
        If no table can become rows of such a sheet.
    """
    known = {**BY_NAME, **OPTIONAL_BY_NAME}
    known.pop("lists")
    if name not in known:
        meant = did_you_mean(name, known)
        raise SpecError(f"Tables are imported into {', '.join(known)}, not '{name}'. {meant}")
    return known[name]


def read_mapping(path: str | Path) -> ColumnMapping:
    """Read a mapping file (.yaml, .toml or .json).

    Parameters
    ----------
    path
        The file. Its keys are ``sheet``, ``columns`` (column of the sheet: header of the table)
        and, where they are needed, ``constants`` (column: value of every row), ``codes`` (column:
        what stands in the table: code) and ``ignored`` (headers to leave out).

    Raises
    ------
    SpecError
        If the file cannot be read, or names what does not exist.
    """
    path = Path(path)
    parse = _PARSERS.get(path.suffix.lower())
    if parse is None:
        raise SpecError(f"{path}: a mapping is a .yaml, .toml or .json file.")
    try:
        raw = parse(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SpecError(f"{path} is not in UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{path} cannot be understood: {' '.join(str(error).split())}.") from None
    try:
        return _mapping(raw)
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from None


def _mapping(raw: object) -> ColumnMapping:
    given = _table(raw, "the file")
    for key in given:
        if key not in _KEYS:
            raise SpecError(f"'{key}' is no part of a mapping. {did_you_mean(key, _KEYS)}")
    if "sheet" not in given or "columns" not in given:
        raise SpecError("A mapping says 'sheet' and 'columns' (column of the sheet: header).")
    codes = _table(given.get("codes"), "codes")
    ignored = given.get("ignored") or []
    if isinstance(ignored, str) or not isinstance(ignored, Iterable):
        raise SpecError("'ignored' is a list of headers.")
    return ColumnMapping(
        _text(given["sheet"], "sheet"),
        _texts(given["columns"], "columns"),
        _texts(given.get("constants"), "constants"),
        {name: _texts(words, f"codes of {name}") for name, words in codes.items()},
        tuple(_text(name, "ignored") for name in ignored),
    )


def _table(raw: object, what: str) -> dict[str, Any]:
    if raw is None or raw == "":
        return {}
    if not isinstance(raw, dict):
        raise SpecError(f"{what} must hold names and what they mean.")
    return {_text(name, what): value for name, value in raw.items()}


def _texts(raw: object, what: str) -> dict[str, str]:
    return {name: _text(value, what) for name, value in _table(raw, what).items()}


def _text(raw: object, what: str) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise SpecError(f"{what}: {raw!r} is no text.")
    return str(raw).strip()


def _unique(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"'{name}' stands there twice")
        found[name] = value
    return found


def _json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_unique)


def _toml(text: str) -> object:
    import tomllib

    return tomllib.loads(text)


def _yaml(text: str) -> object:
    """YAML in which every word is text: NO stays NO, and 2019-03-04 no date."""
    import yaml  # type: ignore[import-untyped]

    class Loader(yaml.BaseLoader):  # type: ignore[misc]
        pass

    def pairs(loader: yaml.BaseLoader, node: yaml.MappingNode) -> dict[Any, Any]:
        both = ((loader.construct_object(k, True), loader.construct_object(v, True))
                for k, v in node.value)  # fmt: skip
        return _unique(both)

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, pairs)
    try:
        return yaml.load(text, Loader)  # noqa: S506 - BaseLoader makes plain texts, lists and maps
    except (yaml.YAMLError, TypeError) as error:
        raise ValueError(str(error)) from None


_PARSERS: Mapping[str, Callable[[str], object]] = {
    ".json": _json,
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
}


def mapping_text(mapping: ColumnMapping, kind: str) -> str:
    """A mapping as the text of a file; it reads back as the same mapping.

    Parameters
    ----------
    mapping
        The mapping.
    kind
        Ending of the file's name: ``.yaml``, ``.yml``, ``.toml`` or ``.json``.

    Raises
    ------
    SpecError
        If the ending is another one.
    """
    parts: dict[str, Any] = {
        "sheet": mapping.sheet,
        "ignored": list(mapping.ignored),
        "columns": dict(mapping.columns),
        "constants": dict(mapping.constants),
        "codes": {name: dict(words) for name, words in mapping.codes.items() if words},
    }
    kept = {name: part for name, part in parts.items() if part}
    if kind == ".json":
        return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"
    if kind == ".toml":
        return "\n".join(_toml_lines(kept))
    if kind not in _PARSERS:
        raise SpecError(f"A mapping is a .yaml, .toml or .json file, not '{kind}'.")
    return "\n".join(_yaml_lines(kept, ""))


def _quoted(text: object) -> str:
    """A text in double quotes, as JSON, TOML and YAML all read it."""
    return "".join(
        char if char.isprintable() or ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
        for char in json.dumps(text, ensure_ascii=False)
    )


def _yaml_lines(part: Mapping[str, Any], indent: str) -> Iterable[str]:
    for name, value in part.items():
        key = f"{indent}{name if name.isidentifier() else _quoted(name)}:"
        if isinstance(value, dict):
            yield key
            yield from (line for line in _yaml_lines(value, f"{indent}  ") if line)
        elif isinstance(value, list):
            yield f"{key} [{', '.join(map(_quoted, value))}]"
        else:
            yield f"{key} {_quoted(value)}"
    if not indent:
        yield ""


def _toml_lines(part: Mapping[str, Any], path: str = "") -> Iterable[str]:
    for name, value in part.items():
        if isinstance(value, list):
            yield f"{_quoted(name)} = [{', '.join(map(_quoted, value))}]"
        elif not isinstance(value, dict):
            yield f"{_quoted(name)} = {_quoted(value)}"
    for name, value in part.items():
        if isinstance(value, dict):
            inner = f"{path}.{_quoted(name)}" if path else _quoted(name)
            yield ""
            yield f"[{inner}]"
            yield from (line for line in _toml_lines(value, inner) if line)
    if not path:
        yield ""
