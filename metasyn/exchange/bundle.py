"""Everything of a review in one zip, for the supplement of a journal."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from metasyn.counting import plural
from metasyn.errors import MetasynError, Note, OutputError, SpecError
from metasyn.exchange.bibliography import csl_json, ris
from metasyn.exchange.bundle_readme import readme
from metasyn.exchange.files import Export, write_export
from metasyn.exchange.frictionless import frictionless
from metasyn.exchange.metafor import metafor
from metasyn.exchange.pinned import pinned_versions
from metasyn.exchange.pooled_rows import MEASURES
from metasyn.exchange.revman import revman
from metasyn.exchange.robvis import robvis, robvis_appraisals
from metasyn.models.groups import Groups
from metasyn.models.pool_by import pool_by
from metasyn.models.specs import RandomEffects
from metasyn.registry.registry import Registry, read_registry
from metasyn.report.lines import measure_of

__all__ = ["Bundle", "write_bundle"]

_FIGURES = (".svg", ".png")
_MANIFEST = "manifest-sha256.txt"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What :func:`write_bundle` wrote.

    Parameters
    ----------
    path
        The zip.
    checksums
        Name of every file in it to its SHA-256.
    notes
        What could not be put in, and why.
    """

    path: Path
    checksums: Mapping[str, str]
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """The files and the notes, for people."""
        lines = [f"{self.path}: {plural(len(self.checksums), 'file')}", *map(str, self.checksums)]
        return "\n".join([*lines, *(note.message for note in self.notes)])


def write_bundle(
    report: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    groups: Groups | None = None,
    workbook: str | os.PathLike[str] | None = None,
    script: str | os.PathLike[str] | None = None,
    notices: str | os.PathLike[str] | None = None,
    force: bool = False,
) -> Bundle:
    """Pack a report with its data, its figures and the means to make it again.

    The zip holds the report as it is (every file of its folder), the figures, the workbook as it
    was read, its sheets as a Frictionless data package, the references (RIS, CSL-JSON), what other
    programs read (metafor with a script in R, RevMan, robvis), the script, the versions of all
    packages, a README, and a manifest of SHA-256 checksums that ``sha256sum -c`` checks. Equal
    contents give equal bytes.

    Parameters
    ----------
    report
        Folder that :func:`metasyn.write_report` wrote.
    path
        The zip.
    groups
        The results of the report; without them what other programs read is left out.
    workbook
        The workbook; by default the one that ``groups`` come from.
    script
        The script that made the report.
    notices
        The list of retractions and corrections that the workbook was read with.
    force
        Whether an existing zip may be replaced.

    Raises
    ------
    OutputError
        If the folder holds no report, the workbook was changed since it was read, or the zip
        exists already or cannot be written.
    WorkbookError
        If the workbook cannot be read.
    """
    folder, target = Path(report), Path(path)
    if target.suffix.lower() != ".zip":
        raise OutputError(f"{target}: the name of a bundle ends in .zip.")
    files = dict(_report_files(folder))
    notes: list[Note] = []
    source = workbook or (groups.records.source.file if groups is not None else None)
    if source is not None:
        registry = _read(Path(source), groups)
        files.update(_data(Path(source), registry))
        notes.extend(_add(files, _of_registry(registry)))
    if groups is not None:
        notes.extend(_add(files, _of_groups(groups)))
    if script is not None:
        files[f"script/{Path(script).name}"] = _content(Path(script))
    if notices is not None:
        files[f"notices/{Path(notices).name}"] = _content(Path(notices))
    files["script/requirements.txt"] = pinned_versions().encode()
    notes = list(dict.fromkeys(notes))
    files["README.md"] = readme(tuple(files), notes).encode()
    sums = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    manifest = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    content = _zipped({**files, _MANIFEST: manifest.encode()})
    write_export(Export({target.name: content}), target.parent, force=force)
    return Bundle(target, sums, tuple(notes))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}.") from None


def _report_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a report, its figures once more in a folder of their own."""
    if not (folder / "index.html").is_file():
        raise OutputError(f"{folder} is no folder with a report (it has no index.html).")
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        hidden = any(part.startswith((".", "~")) for part in inner.parts)
        if hidden or path.is_symlink() or not path.is_file():
            continue
        content = _content(path)
        yield f"report/{inner.as_posix()}", content
        is_drawn = path.with_suffix(".svg").is_file() and path.suffix.lower() == ".pdf"
        if path.suffix.lower() in _FIGURES or is_drawn:
            yield f"figures/{inner.as_posix()}", content


def _read(source: Path, groups: Groups | None) -> Registry:
    registry = read_registry(source)
    if groups is not None and registry.source.sha256 != groups.records.source.sha256:
        raise OutputError(
            f"{source} is not the workbook that the results come from: its content is another. "
            "Make the report again."
        )
    return registry


def _data(source: Path, registry: Registry) -> Iterator[tuple[str, bytes]]:
    if source.is_file():
        yield f"data/{source.name}", _content(source)
    for name, content in frictionless(registry).files.items():
        yield f"data/{name}", content


Maker = tuple[str, Callable[[], Export]]


def _of_registry(registry: Registry) -> tuple[Maker, ...]:
    """Folder of every export of a registry, and what makes it."""
    return (
        ("references", lambda: ris(registry.studies)),
        ("references", lambda: csl_json(registry.studies)),
        ("exchange/robvis", lambda: _robvis(registry)),
    )


def _robvis(registry: Registry) -> Export:
    """Judgements of the sheet appraisals, or those in columns of the sheet studies."""
    if registry.appraisals:
        return robvis_appraisals(registry)
    return robvis(registry.studies, tool="ROB2")


def _of_groups(groups: Groups) -> tuple[Maker, ...]:
    """The same for pooled results: inverse variance, which other programs know."""
    measure = measure_of(groups)

    @cache
    def check() -> Groups:
        if measure not in MEASURES:
            known = ", ".join(MEASURES)
            raise SpecError(f"{measure} is not exported; these are: {known}.")
        return pool_by(groups.records, groups.by, RandomEffects(ci="hksj"), measure=measure)

    return (
        ("exchange/metafor", lambda: metafor(check(), measure=measure)),
        ("exchange/revman", lambda: revman(check(), measure=measure)),
    )


def _add(files: dict[str, bytes], makers: Iterable[Maker]) -> Iterator[Note]:
    """Put exports in, and say what could not be made or said."""
    for folder, make in makers:
        try:
            export = make()
        except MetasynError as error:
            yield Note("not-bundled", f"{folder} is not there: {' '.join(str(error).split())}")
            continue
        files.update({f"{folder}/{name}": content for name, content in export.files.items()})
        yield from export.notes


def _zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()
