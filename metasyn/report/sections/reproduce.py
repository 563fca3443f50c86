"""How to make the report again, and how to know that it is the same."""

from __future__ import annotations

import shlex
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
from metasyn.report.lines import measure_of
from metasyn.report.material import Material

__all__ = ["reproduce", "script", "spec_text"]

_OPTIONS = ("analyse", "role")
_EXPORTED = {"PLO", "OR", "RR", "RD"}
"""Measures that metasyn export knows."""


def reproduce(material: Material) -> Section:
    """Command, script, versions and the fingerprint of the workbook."""
    source = material.groups.records.source
    blocks: list[Paragraph | Listing | Table] = []
    if material.command:
        blocks.append(Listing(material.command, "The command that made this report"))
    blocks.append(Listing(script(material), "The same in Python"))
    elsewhere = _export(material)
    if elsewhere:
        blocks.append(Listing(elsewhere, "The same rows and a script for metafor in R"))
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
                Sentence(
                    "The packages that these build on are named with their versions in "
                    "requirements.lock, beside the source of metasyn."
                ),
            ),
        )
    )
    return Section("reproduce", "How to reproduce", tuple(blocks))


def _export(material: Material) -> str:
    """The command that writes the rows and an R script; empty where it cannot ask this question."""
    groups = material.groups
    query = groups.records.query
    measure = measure_of(groups)
    if not query.get("outcome") or set(query) - {"outcome", *_OPTIONS} or measure not in _EXPORTED:
        return ""
    asked = [("outcome", code) for code in query["outcome"]]
    asked += [(name, code) for name in _OPTIONS for code in query.get(name, ())]
    words = ["metasyn", "export", material.workbook, "--to", "metafor"]
    words += [word for name, code in asked for word in (f"--{name}", code)]
    words += ["--by", groups.by, "--measure", measure, "-o", "metafor"]
    return shlex.join(words)


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
            f"groups = ms.pool_by(records, {groups.by!r}, {_pooled_how(groups)})",
            f"ms.write_report(groups, {material.directory!r}, title={title}, "
            f"question={question}{_from_registry(material)}{_risk(material)})",
        )
    )


def _pooled_how(groups: Groups) -> str:
    """The model, and the measure where it is not the one that is taken unasked."""
    measure = measure_of(groups)
    return spec_text(groups.spec) + ("" if measure == "PLO" else f", measure={measure!r}")


def _risk(material: Material) -> str:
    risk = material.baseline_risk
    return "" if risk is None else f", baseline_risk={risk!r}"


def _from_registry(material: Material) -> str:
    """What the report takes from the registry beyond the rows that it pools."""
    if material.figures:
        return ", registry=registry"
    told = [name for name in ("statements", "certainty") if getattr(material, name)]
    return "".join(f", {name}=registry.{name}" for name in told)


def spec_text(spec: Spec) -> str:
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
