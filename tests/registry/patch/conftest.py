"""A workbook with parts that openpyxl would lose, and ways to look at its parts."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from metasyn.registry.template import Contents, write_workbook

EXTENSION = (
    b'<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" '
    b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    b"<x14:sparklineGroups/></ext></extLst></worksheet>"
)


@pytest.fixture
def parts() -> Callable[[Path], dict[str, bytes]]:
    def read(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return read


@pytest.fixture
def kitchen_sink(tmp_path) -> Path:
    """Three studies without ids below one with; sparklines, macros, a picture, a custom part."""
    study = {"label": "Lee 2019", "title": "x", "first_author": "Lee A", "year": 2019}
    plain = tmp_path / "plain.xlsx"
    write_workbook(
        plain,
        Contents(
            studies=[
                {**study, "study_id": "S0007"},
                {**study, "label": "Park 2019"},
                {**study, "label": "Cho 2019"},
                {"study_id": "S0003", "label": "Kim 2019"},
            ],
            results=[{"arm": "treated"}],
        ),
    )
    path = tmp_path / "kitchen sink.xlsx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = content.replace(b"</worksheet>", EXTENSION)
            new.writestr(name, content)
        new.writestr("xl/vbaProject.bin", bytes(range(256)))
        new.writestr("xl/media/image1.png", b"\x89PNG")
        new.writestr("customXml/item1.xml", b"<mine/>")
    return path
