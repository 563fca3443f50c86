"""The report written: every file or none, into the given folder only."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

from metasyn._version import __version__
from metasyn.diagnostics.case_evidence import CaseEvidence
from metasyn.diagnostics.case_evidence.tipping import Tipping
from metasyn.errors import DataError, OutputError
from metasyn.models.groups import Groups
from metasyn.models.results import Pooled
from metasyn.records import Statement
from metasyn.report.alternatives import alternatives, inverse_variance
from metasyn.report.assemble import assemble
from metasyn.report.data import to_json
from metasyn.report.evidence import evidence_by_line
from metasyn.report.html import to_html
from metasyn.report.material import Material
from metasyn.report.xlsx import to_xlsx

__all__ = ["ReportFiles", "write_report"]

_NAMED = ("numpy", "scipy", "statsmodels", "pandas")


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where the files of a report are.

    Parameters
    ----------
    html
        The report, one self-contained page.
    svg, pdf, png
        The forest plot.
    xlsx
        The report's tables with formats and sources.
    json
        Every number at full precision with its cells.
    """

    html: Path
    svg: Path
    pdf: Path
    png: Path
    xlsx: Path
    json: Path


def write_report(  # noqa: PLR0913 - two results, a place and words; the rest can be left out
    groups: Groups,
    directory: str | os.PathLike[str],
    *,
    title: str,
    question: str,
    sensitivity: Mapping[str, Groups] | None = None,
    evidence: Mapping[str, CaseEvidence] | None = None,
    statements: tuple[Statement, ...] | None = None,
    command: str | None = None,
) -> ReportFiles:
    """Write the report of a grouped analysis.

    Writes ``index.html``, ``forest.svg``, ``forest.pdf``, ``forest.png``, ``results.xlsx`` and
    ``results.json``. The same results give the same bytes.

    Parameters
    ----------
    groups
        What :func:`metasyn.pool_by` returned.
    directory
        Folder to write into; it is made if it is missing.
    title, question
        Words of the author.
    sensitivity
        Name of an alternative to its results, for the table beside the headline, after those of
        the case evidence. By default small series count in full.
    evidence
        Group code to what its single cases add. By default it is computed.
    statements
        What reports say of each other.
    command
        The command that makes the report, for its last section.

    Raises
    ------
    OutputError
        If the folder cannot be made or written to.
    DataError
        If no row answers the question, or rows are lost or counted twice.
    """
    if not groups.lines:
        asked = ", ".join(
            f"{name} {' or '.join(codes)}" for name, codes in groups.records.query.items() if codes
        )
        raise DataError(
            f"No row of {groups.records.source.file} answers the question ({asked}), so there is "
            "nothing to report."
        )
    target = Path(directory)
    workbook, folder = told_paths(groups.records.source.file, os.fspath(directory))
    material = Material(
        title=title,
        question=question,
        groups=groups,
        sensitivity=alternatives(groups) if sensitivity is None else sensitivity,
        evidence=evidence_by_line(groups) if evidence is None else evidence,
        statements=statements or (),
        command=command or "",
        workbook=workbook,
        directory=folder,
        versions=_versions(),
        check=inverse_variance(groups),
    )
    try:
        target.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".metasyn-", dir=target))
    except OSError as error:
        raise OutputError(f"Cannot write into {target}: {error.strerror}.") from None
    try:
        files = _write(material, draft)
        for path in files:
            path.replace(target / path.name)
    except OSError as error:
        raise OutputError(f"Cannot write into {target}: {error.strerror}.") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return ReportFiles(*(target / path.name for path in files))


def told_paths(workbook: str, directory: str) -> tuple[str, str]:
    """Paths as a report tells them: without what only this machine has in common.

    Examples
    --------
    >>> told_paths("/home/ann/crs/studies/crs.xlsx", "/home/ann/crs/reports/q1")
    ('studies/crs.xlsx', 'reports/q1')
    >>> told_paths("studies/crs.xlsx", "reports/q1/")
    ('studies/crs.xlsx', 'reports/q1/')
    """
    paths = Path(workbook), Path(directory)
    if not all(path.is_absolute() for path in paths):
        return workbook, directory
    common = Path(os.path.commonpath([path.parent for path in paths]))
    book, folder = (path.relative_to(common).as_posix() for path in paths)
    return book, folder


def _write(material: Material, folder: Path) -> tuple[Path, ...]:
    from metasyn.figures.svg import svg_of
    from metasyn.figures.tipping import tipping_layout
    from metasyn.figures.write import write_forest

    drawings = tuple(folder / f"forest.{kind}" for kind in ("svg", "pdf", "png"))
    curves = _tipping(material)
    strips = {code: tipping for code, (_, tipping) in curves.items()}
    for path in drawings:
        write_forest(material.groups, path, tipping=strips)
    by_label = dict(curves.values())
    material = replace(
        material,
        drawing=drawings[0].read_text(encoding="utf-8"),
        tipping=svg_of(tipping_layout(by_label)) if by_label else "",
    )
    document = assemble(material)
    page, book, data = (folder / name for name in ("index.html", "results.xlsx", "results.json"))
    page.write_text(to_html(document), encoding="utf-8", newline="\n")
    book.write_bytes(to_xlsx(document))
    data.write_text(to_json(material), encoding="utf-8", newline="\n")
    return (page, *drawings, book, data)


def _tipping(material: Material) -> dict[str, tuple[str, Tipping]]:
    """Code to label and tipping curves of the pooled lines that have single cases."""
    return {
        line.code: (line.label, found.tipping)
        for line in material.groups.lines
        if isinstance(line.result, Pooled)
        and (found := material.evidence.get(line.code)) is not None
        and found.tipping is not None
    }


def _versions() -> dict[str, str]:
    found = {"metasyn": __version__, "Python": python_version()}
    for name in _NAMED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
