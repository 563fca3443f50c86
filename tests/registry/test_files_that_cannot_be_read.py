"""Files that are no readable workbook: each has its own clear line."""

from __future__ import annotations

import io
import zipfile

import pytest

from metasyn.errors import WorkbookError
from metasyn.registry import read_registry


@pytest.fixture
def sound(book, tmp_path):
    return book.save(tmp_path / "sound.xlsx")


def repacked(path, change):
    """The workbook with some of its parts replaced."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def test_missing(tmp_path, sound):
    with pytest.raises(WorkbookError, match=r"soundd.xlsx does not exist. Did you mean .*sound.x"):
        read_registry(tmp_path / "soundd.xlsx")
    with pytest.raises(WorkbookError, match=r"x.xlsx does not exist. Check the path.$"):
        read_registry(tmp_path / "nowhere" / "x.xlsx")


def test_a_link_to_nothing_is_not_proposed_in_its_own_place(tmp_path):
    link = tmp_path / "link.xlsx"
    link.symlink_to(tmp_path / "gone.xlsx")
    with pytest.raises(WorkbookError, match=r"link.xlsx does not exist. Check the path.$"):
        read_registry(link)


def test_folder(tmp_path):
    with pytest.raises(WorkbookError, match="is a folder"):
        read_registry(tmp_path)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "the file is empty"),
        (b"study,year\nS0001,2019\n", "plain text"),
        (b"<html><table></table></html>", "HTML or XML"),
        (bytes(range(256)), "is not an Excel workbook"),
    ],
)
def test_no_workbook(content, hint, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=hint):
        read_registry(path)


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def test_password(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(OLE2 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)
    with pytest.raises(WorkbookError, match="protected by a password"):
        read_registry(path)


def test_old_excel(tmp_path):
    path = tmp_path / "x.xls"
    path.write_bytes(OLE2)
    with pytest.raises(WorkbookError, match=r"old Excel file \(.xls\)"):
        read_registry(path)


def test_a_zip_that_is_no_workbook(tmp_path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(WorkbookError, match="a zip file but not an Excel workbook"):
        read_registry(path)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95, 0.999])
def test_truncated(share, sound):
    content = sound.read_bytes()
    sound.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(WorkbookError, match="damaged or was cut short"):
        read_registry(sound)


def test_a_flipped_byte_anywhere_is_told_or_harmless(sound):
    content = bytearray(sound.read_bytes())
    for place in range(0, len(content), 97):
        spoiled = bytearray(content)
        spoiled[place] ^= 0xFF
        sound.write_bytes(spoiled)
        try:
            read_registry(sound)
        except WorkbookError as error:
            assert str(error).endswith(".")


def test_bomb(tmp_path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (20 * 2**20))
    with pytest.raises(WorkbookError, match="times its size"):
        read_registry(path)


def test_many_parts(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(10_001):
            archive.writestr(str(number), b"")
    path = tmp_path / "x.xlsx"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(WorkbookError, match="would unpack to"):
        read_registry(path)


ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"]
)
def test_entities_are_refused(part, sound):
    def add_entity(name, content):
        if name != part:
            return content
        head, mark, rest = content.partition(b"?>")
        return head + mark + ENTITY + rest if mark else ENTITY + content

    with pytest.raises(WorkbookError, match="declares XML entities"):
        read_registry(repacked(sound, add_entity))


def test_broken_xml(sound):
    def cut(name, content):
        return content[:-20] if name == "xl/worksheets/sheet2.xml" else content

    with pytest.raises(WorkbookError, match=r"sheet2\.xml of the workbook is damaged"):
        read_registry(repacked(sound, cut))


def test_macros_are_not_touched(sound):
    path = sound.with_name("sound.xlsm")
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"\xff" * 100)
    assert len(read_registry(path).results) == 7
