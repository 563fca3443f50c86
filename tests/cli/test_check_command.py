"""``metasyn check``: what is printed, and the exit codes."""

from __future__ import annotations

import json

import pytest


def assert_no_traceback(result):
    assert "Traceback" not in result.stdout + result.stderr


def test_a_sound_workbook_ends_with_0_and_shows_its_warnings(run, crs):
    result = run("check", crs)
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"{crs}: 78 studies, 263 results, 35 statements, 177 codes"
    assert "Warnings: somebody should look" in lines
    assert lines[-1] == "2 warnings."


def test_problems_end_with_1_and_are_all_listed(run, spoiled):
    result = run("check", spoiled(M4=5, D6="tocilizumap", G7=None))
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert "results!M4 5: more events than patients: 5 of 1. Correct events or n." in lines
    assert (
        "results!D6 tocilizumap: this is no code of the list 'intervention'. Did you mean "
        "'tocilizumab'? New codes are added to the sheet lists." in lines
    )
    assert "results!G7: 'outcome' is blank. Choose a code of the list 'outcome'." in lines
    assert lines[-1] == "3 errors, 2 warnings."


def test_json(run, spoiled):
    result = run("check", spoiled(M4=5), "--json")
    assert result.returncode == 1
    said = json.loads(result.stdout)
    assert said["ok"] is False
    assert said["rows"] == {"studies": 78, "results": 263, "statements": 35, "codes": 177}
    assert [issue["cell"] for issue in said["issues"] if issue["severity"] == "error"] == ["M4"]
    assert len(said["sha256"]) == 64


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "book.xlsx does not exist. Check the path."),
        (b"", "book.xlsx is not an Excel workbook: the file is empty."),
        (b"a,b\n1,2\n", "book.xlsx is not an Excel workbook: it holds plain text"),
        (b"PK\x03\x04 and nothing more", "book.xlsx is damaged or was cut short"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "book.xlsx is an old Excel file (.xls)."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "book.xlsx is protected by a password.",
        ),
    ],
)
def test_what_cannot_be_read_is_one_line_and_ends_with_2(content, line, run, tmp_path):
    if content is not None:
        (tmp_path / "book.xlsx").write_bytes(content)
    result = run("check", "book.xlsx")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1
    as_json = run("check", "book.xlsx", "--json")
    assert as_json.returncode == 2
    assert json.loads(as_json.stdout)["unreadable"].startswith(line)


def test_a_folder(run, tmp_path):
    result = run("check", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "is a folder" in result.stderr


def test_a_file_that_may_not_be_read(run, tmp_path, crs):
    path = tmp_path / "loop.xlsx"
    path.symlink_to(path)
    result = run("check", path)
    assert result.returncode == 2
    assert_no_traceback(result)


def test_markup_and_control_characters_are_printed_not_obeyed(run, spoiled):
    result = run("check", spoiled(D4="[red]x[/red]", D5="a_x001B_[2Jb", D6="\u202eabc"))
    assert "results!D4 [red]x[/red]: this is no code" in result.stdout
    assert r"results!D5 a\x1b[2Jb: this is no code" in result.stdout
    assert r"results!D6 \u202eabc: this is no code" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_terminal_without_unicode(run, spoiled):
    result = run("check", spoiled(D4="θ→é"), PYTHONIOENCODING="ascii", LC_ALL="C")
    assert result.returncode == 1
    assert_no_traceback(result)
    assert r"\u03b8" in result.stdout


def test_colour_only_on_a_terminal(run, spoiled):
    result = run("check", spoiled(M4=5), NO_COLOR="")
    assert "\x1b" not in result.stdout


def test_many_notes_of_one_kind_are_gathered(run, spoiled):
    result = run("check", spoiled(**{f"AA{row}": row for row in range(2, 12)}))
    assert result.returncode == 0
    assert "... and 7 more of these in results." in result.stdout
    assert result.stdout.count("is text, but the cell holds a number") == 3


def test_the_workbook_is_never_changed(run, spoiled):
    path = spoiled(M4=5)
    before = path.read_bytes(), path.stat().st_mtime_ns
    run("check", path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_annotate(run, spoiled, tmp_path):
    result = run("check", spoiled(M4=5), "--annotate", "copy.xlsx")
    assert result.returncode == 1
    assert result.stderr == "copy.xlsx: 3 cells marked.\n"
    assert (tmp_path / "copy.xlsx").exists()
    again = run("check", tmp_path / "spoiled.xlsx", "--annotate", "copy.xlsx")
    assert again.returncode == 2
    assert "copy.xlsx exists already" in again.stderr
