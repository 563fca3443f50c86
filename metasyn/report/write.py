"""The report written: every file or none, into the given folder only."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any, Literal, TypeAlias

from metasyn._version import __version__
from metasyn.diagnostics.case_evidence import CaseEvidence
from metasyn.diagnostics.living import LivingChanges
from metasyn.errors import DataError, OutputError, SpecError
from metasyn.models.groups import Groups
from metasyn.records import Statement
from metasyn.records.certainty import Judgement
from metasyn.report.alternatives import alternatives, inverse_variance
from metasyn.report.assemble import assemble
from metasyn.report.citations import to_csl, to_ris
from metasyn.report.data import to_json
from metasyn.report.document import Block, Document, Figure
from metasyn.report.drawings import FOREST, draw, plates
from metasyn.report.evidence import evidence_by_line
from metasyn.report.html import to_html
from metasyn.report.interactive import interactive_data
from metasyn.report.material import Material
from metasyn.report.registry_figures import ReviewSource, registry_figures
from metasyn.report.xlsx import to_xlsx

__all__ = ["ReportFiles", "write_report"]

Printed: TypeAlias = Literal["docx", "pdf"]

_NAMED = ("numpy", "scipy", "statsmodels", "pandas")


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where the files of a report are.

    Parameters
    ----------
    html
        The report, one self-contained page.
    svg
        The forest plot.
    pdf, png
        The same; None where they were not asked for.
    xlsx
        The report's tables with formats and sources.
    json
        Every number at full precision with its cells.
    ris, csl
        The references, for reference managers.
    report_docx, report_pdf
        The report for Word and for paper, where they were asked for.
    """

    html: Path
    svg: Path
    pdf: Path | None
    png: Path | None
    xlsx: Path
    json: Path
    ris: Path
    csl: Path
    report_docx: Path | None = None
    report_pdf: Path | None = None


def write_report(  # noqa: PLR0913 - two results, a place and words; the rest can be left out
    groups: Groups,
    directory: str | os.PathLike[str],
    *,
    title: str,
    question: str,
    sensitivity: Mapping[str, Groups] | None = None,
    evidence: Mapping[str, CaseEvidence] | None = None,
    registry: ReviewSource | None = None,
    statements: tuple[Statement, ...] | None = None,
    command: str | None = None,
    changes: LivingChanges | None = None,
    certainty: Sequence[Judgement] | None = None,
    baseline_risk: float | None = None,
    documents: Sequence[Printed] = (),
    pictures: bool = True,
) -> ReportFiles:
    """Write the report of a grouped analysis.

    Writes ``index.html``, ``forest.svg``, ``forest.pdf``, ``forest.png``, ``results.xlsx``,
    ``results.json``, ``references.ris`` and ``references.csl.json``. The same results
    give the same bytes.

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
    registry
        The registry of the rows: its flow diagram, critical appraisal, evidence map and courses of
        single patients join the report, and its statements and judgements of certainty where they
        are not given.
    statements
        What reports say of each other.
    command
        The command that makes the report, for its last section.
    changes
        What changed since the last version, for a section of its own.
    certainty
        What people judged of the certainty of the evidence; without it the facts that bear on
        such a judgement are shown and nothing is judged.
    baseline_risk
        Risk without treatment (0 to 1) for differences per 1,000 patients; by default the median
        of each line's comparison groups.
    documents
        ``docx``, ``pdf``: also write ``report.docx`` (needs python-docx), ``report.pdf`` (typst).
    pictures
        Whether ``forest.pdf`` and ``forest.png`` are written; they take as long as all the rest.
        The PNG has 300 dots an inch, fewer where the plot is longer than some 150 rows.

    Raises
    ------
    OutputError
        If the folder cannot be made or written to.
    SpecError
        If ``groups`` is another result, a kind of document is not known, or ``baseline_risk`` is
        no risk.
    DataError
        If no row answers the question, or rows are lost or counted twice.
    """
    if not isinstance(groups, Groups):
        raise SpecError(
            f"A report is made of what pool_by() returned, not of {type(groups).__name__}: it "
            "leads every number to its row. write_forest() and write_figure() draw other results."
        )
    unknown = [kind for kind in documents if kind not in _PRINTERS]
    if unknown:
        raise SpecError(f"documents holds {unknown[0]!r}; it may hold 'docx' and 'pdf'.")
    if baseline_risk is not None and not 0 < baseline_risk < 1:
        raise SpecError(f"baseline_risk must lie between 0 and 1, not {baseline_risk}.")
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
        statements=statements if statements is not None else _held(registry, "statements"),
        command=command or "",
        workbook=workbook,
        directory=folder,
        versions=_versions(),
        check=inverse_variance(groups),
        changes=changes,
        certainty=tuple(certainty if certainty is not None else _held(registry, "certainty")),
        figures={}
        if registry is None
        else registry_figures(registry, groups, paper=bool(documents)),
        baseline_risk=baseline_risk,
    )
    try:
        target.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".metasyn-", dir=target))
    except OSError as error:
        raise OutputError(f"Cannot write into {target}: {error.strerror}.") from None
    try:
        files = _write(material, draft, documents, pictures)
        for path in files:
            path.replace(target / path.name)
    except OSError as error:
        raise OutputError(f"Cannot write into {target}: {error.strerror}.") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    places = {path.name: target / path.name for path in files}
    return ReportFiles(
        html=places["index.html"],
        svg=places["forest.svg"],
        pdf=places.get("forest.pdf"),
        png=places.get("forest.png"),
        xlsx=places["results.xlsx"],
        json=places["results.json"],
        ris=places["references.ris"],
        csl=places["references.csl.json"],
        report_docx=places.get("report.docx"),
        report_pdf=places.get("report.pdf"),
    )


def told_paths(workbook: str, directory: str) -> tuple[str, str]:
    """Paths as a report tells them: without what only this machine has in common.

    Examples
    --------
    >>> told_paths("/home/ann/crs/studies/crs.xlsx", "/home/ann/crs/reports/q1")
    ('studies/crs.xlsx', 'reports/q1')
    >>> told_paths("studies/crs.xlsx", "reports/q1/")
    ('studies/crs.xlsx', 'reports/q1/')
    """
    if not any(map(os.path.isabs, (workbook, directory))):
        return workbook, directory
    paths = [Path(path).resolve() for path in (workbook, directory)]
    common = Path(os.path.commonpath([path.parent for path in paths]))
    book, folder = (path.relative_to(common).as_posix() for path in paths)
    return book, folder


def _held(registry: ReviewSource | None, name: str) -> tuple[Any, ...]:
    """What the registry holds of something; nothing without a registry."""
    return () if registry is None else tuple(getattr(registry, name))


def _write(
    material: Material, folder: Path, documents: Sequence[Printed], pictures: bool
) -> tuple[Path, ...]:
    drawn = FOREST if pictures else FOREST[:1]
    material = draw(material, folder, drawn)
    if documents:
        material = plates(material)
    document = assemble(material)
    if not pictures:
        document = _without_links(document, set(FOREST) - set(drawn))
    page, book, data = (folder / name for name in ("index.html", "results.xlsx", "results.json"))
    keys = document.citations()
    listed = {"references.ris": to_ris(keys), "references.csl.json": to_csl(keys)}
    for name, text in listed.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    page.write_text(to_html(document, interactive_data(material)), encoding="utf-8", newline="\n")
    book.write_bytes(to_xlsx(document))
    data.write_text(to_json(material), encoding="utf-8", newline="\n")
    printed = []
    for kind in documents:
        printed.append(folder / f"report.{kind}")
        printed[-1].write_bytes(_PRINTERS[kind]()(document))
    return (page, *(folder / name for name in (*drawn, *listed)), book, data, *printed)


def _without_links(document: Document, files: set[str]) -> Document:
    """The same without links of figures to files that are not written."""

    def kept(block: Block) -> Block:
        if not isinstance(block, Figure):
            return block
        return replace(block, links=tuple(one for one in block.links if one.href not in files))

    sections = (
        replace(section, blocks=tuple(map(kept, section.blocks))) for section in document.sections
    )
    return replace(document, sections=tuple(sections))


def _to_docx() -> Callable[[Document], bytes]:
    from metasyn.report.word import to_docx

    return to_docx


def _to_pdf() -> Callable[[Document], bytes]:
    from metasyn.report.paper import to_pdf

    return to_pdf


_PRINTERS = {"docx": _to_docx, "pdf": _to_pdf}


def _versions() -> dict[str, str]:
    found = {"metasyn": __version__, "Python": python_version()}
    for name in _NAMED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
