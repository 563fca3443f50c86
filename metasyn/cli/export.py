"""``metasyn export``: a registry in the formats of other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metasyn.cli.console import print_line, say
from metasyn.cli.pooling import EXPORTED, measure_called
from metasyn.errors import SpecError

if TYPE_CHECKING:
    from metasyn.exchange.files import Export
    from metasyn.models.groups import Groups
    from metasyn.registry.registry import Registry

__all__ = ["export"]


class Format(StrEnum):
    """What can be exported to."""

    METAFOR = "metafor"
    REVMAN = "revman"
    ROBVIS = "robvis"
    RIS = "ris"
    CSL_JSON = "csl-json"
    FRICTIONLESS = "frictionless"


class Tool(StrEnum):
    """Tools for the risk of bias."""

    ROB2 = "ROB2"
    ROBINS_I = "ROBINS-I"


def export(
    workbook: Annotated[Path, typer.Argument(help="The workbook.", show_default=False)],
    to: Annotated[Format, typer.Option(help="The format.", show_default=False)],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the files; made if it is missing.")
    ],
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            help="metafor, revman: code of the outcome; repeat it, the preferred one first."
        ),
    ] = None,
    by: Annotated[
        str, typer.Option(help="metafor, revman: column that makes the groups.")
    ] = "intervention",
    analyse: Annotated[
        list[str] | None,
        typer.Option(help="Accepted codes of the column 'analyse'.  \\[default: primary]"),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(help="Accepted codes of the column 'role'.  \\[default: all]"),
    ] = None,
    measure: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help=f"metafor, revman: {EXPORTED}. PLO pools proportions, the others compare two "
            "arms.",
        ),
    ] = "PLO",
    tool: Annotated[Tool, typer.Option(help="robvis: the tool of the judgements.")] = Tool.ROB2,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files of the same names.")
    ] = False,
) -> None:
    """Write a registry for another program.

    metafor: the studies of each pooled line and an R script that pools and compares them. revman:
    data rows. robvis: judgements from columns D1, D2, ... and Overall of the sheet studies. ris,
    csl-json: the studies as references. frictionless: every sheet as CSV, with its description.
    """
    from metasyn.exchange.files import write_export
    from metasyn.registry.registry import read_registry

    code = measure_called(measure, exported=True).code
    registry = read_registry(workbook)
    registry.issues.raise_if_errors()
    if to in (Format.METAFOR, Format.REVMAN):
        asked = {"outcome": tuple(outcome or ()), "analyse": tuple(analyse or ("primary",))}
        selection = {**asked, "role": tuple(role or ()) or None}
        made = _pooled(to, _groups(registry, selection, by, code), code)
    else:
        made = _whole(to, registry, tool)
    for note in made.notes:
        say(str(note))
    for path in write_export(made, output, force=force):
        print_line(str(path))


def _whole(to: Format, registry: Registry, tool: Tool) -> Export:
    from metasyn.exchange.bibliography import csl_json, ris
    from metasyn.exchange.frictionless import frictionless
    from metasyn.exchange.robvis import robvis, robvis_appraisals

    if to is Format.ROBVIS and registry.appraisals:
        return robvis_appraisals(registry)
    if to is Format.ROBVIS:
        return robvis(registry.studies, tool=tool.value)
    if to is Format.FRICTIONLESS:
        return frictionless(registry)
    return ris(registry.studies) if to is Format.RIS else csl_json(registry.studies)


def _groups(
    registry: Registry, selection: dict[str, tuple[str, ...] | None], by: str, measure: str
) -> Groups:
    from metasyn.models.pool_by import pool_by
    from metasyn.models.specs import RandomEffects

    if not selection["outcome"]:
        raise SpecError("Say which results to export: --outcome CODE (see the sheet lists).")
    records = registry.select(**selection)
    return pool_by(records, by, RandomEffects(ci="hksj"), measure=measure)


def _pooled(to: Format, groups: Groups, measure: str) -> Export:
    from metasyn.exchange.metafor import metafor
    from metasyn.exchange.revman import revman

    write = metafor if to is Format.METAFOR else revman
    return write(groups, measure=measure)
