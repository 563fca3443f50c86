"""``metasyn import``: a new workbook, never over an old one."""

from __future__ import annotations


def test_references(run, tmp_path):
    (tmp_path / "found.ris").write_text("TY  - JOUR\nAU  - Lee, A.\nTI  - x\nER  - \n")
    result = run("import", "found.ris", "-o", "new.xlsx")
    assert (result.returncode, result.stdout) == (0, "new.xlsx: 1 study.\n")
    again = run("import", "found.ris", "-o", "new.xlsx")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    missing = run("import", "nowhere.ris", "-o", "other.xlsx")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
