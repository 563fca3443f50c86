"""How to make the report again, and how to know that it is the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass

from metasyn.models.groups import Groups
from metasyn.models.specs import Spec
from metasyn.report.document import (
    Column,
    Listing,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
    TableCell,
)
from metasyn.report.material import Material

__all__ = ["reproduce", "script"]


def reproduce(material: Material) -> Section:
    """Command, script, versions and the fingerprint of the workbook."""
    source = material.groups.records.source
    blocks: list[Paragraph | Listing | Table] = []
    if material.command:
        blocks.append(Listing(material.command, "The command that made this report"))
    blocks.append(Listing(script(material), "The same in Python"))
    rows = [
        ("Workbook", material.workbook),
        ("SHA-256 of the workbook", source.sha256),
        *material.versions.items(),
    ]
    blocks.append(
        Table(
            "versions",
            "Data and software.",
            (Column("What"), Column("Which", "code")),
            tuple(Row((TableCell(what), TableCell(which))) for what, which in rows),
            notes=(
                Sentence(
                    "The same workbook and the same versions give the same files, byte for byte. "
                    "SHA-256 is a fingerprint: if one cell of the workbook changes, it changes."
                ),
            ),
        )
    )
    return Section("reproduce", "How to reproduce", tuple(blocks))


def script(material: Material) -> str:
    """Python that makes the report again from the workbook."""
    groups = material.groups
    title, question = repr(material.title), repr(material.question)
    return "\n".join(
        (
            "import metasyn as ms",
            "",
            f"registry = ms.read_registry({material.workbook!r})",
            f"records = registry.select({_arguments(groups)})",
            f"groups = ms.pool_by(records, {groups.by!r}, {_spec(groups.spec)})",
            f"ms.write_report(groups, {material.directory!r}, title={title}, question={question})",
        )
    )


def _spec(spec: Spec) -> str:
    """The specification as it is typed: what differs from the defaults."""
    changed = [
        f"{one.name}={_argument(getattr(spec, one.name))}"
        for one in fields(spec)
        if getattr(spec, one.name) != one.default
    ]
    return f"ms.{type(spec).__name__}({', '.join(changed)})"


def _argument(value: object) -> str:
    return f"ms.{value!r}" if is_dataclass(value) else repr(value)


def _arguments(groups: Groups) -> str:
    return ", ".join(f"{name}={_value(codes)}" for name, codes in groups.records.query.items())


def _value(codes: Iterable[str]) -> str:
    listed = list(codes)
    return repr(listed[0]) if len(listed) == 1 else repr(listed)
