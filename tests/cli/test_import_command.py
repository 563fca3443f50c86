"""``metasyn import``: references and tables, never over an old file, nothing lost."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from metasyn.cli.ask_mapping import ask_mapping
from metasyn.exchange.source_table import read_source_table
from metasyn.registry import read_registry

TABLE = "Study,Patients (n),Events,Drug,Room\nLiu 2018,1,1,Toci,4\n"
MAP = """sheet: results
columns: {study_id: Study, n: Patients (n), events: Events, intervention: Drug}
constants: {outcome: crs_resolution, analyse: no}
codes:
  intervention: {Toci: tocilizumab}
"""


@pytest.fixture
def files(tmp_path, crs):
    (tmp_path / "crs.xlsx").write_bytes(crs.read_bytes())
    (tmp_path / "more.csv").write_text(TABLE)
    (tmp_path / "map.yaml").write_text(MAP)
    return tmp_path


def test_references(run, tmp_path):
    (tmp_path / "found.ris").write_text("TY  - JOUR\nAU  - Lee, A.\nTI  - x\nER  - \n")
    result = run("import", "found.ris", "-o", "new.xlsx")
    assert (result.returncode, result.stdout) == (0, "new.xlsx: 1 study.\n")
    again = run("import", "found.ris", "-o", "new.xlsx")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    missing = run("import", "nowhere.ris", "-o", "other.xlsx")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)


def test_references_into_a_workbook(run, files):
    (files / "found.ris").write_text("TY  - JOUR\nAU  - Lee, A.\nPY  - 2024\nTI  - x\nER  - \n")
    before = len(read_registry(files / "crs.xlsx").studies)
    result = run("import", "found.ris", "--into", "crs.xlsx")
    assert result.returncode == 0
    assert "Lee 2024" in result.stdout
    assert len(read_registry(files / "crs.xlsx").studies) == before + 1
    assert len(list(files.glob("crs.backup-*.xlsx"))) == 1


def test_a_table_through_a_mapping(run, files):
    before = (files / "crs.xlsx").read_bytes()
    dry = run("import", "more.csv", "--into", "crs.xlsx", "--map", "map.yaml", "--dry-run")
    assert dry.returncode == 0
    assert "1 row for the sheet results:\n  result_id R0264, study_id S0001," in dry.stdout
    assert dry.stdout.endswith("Nothing was written.\n")
    assert (files / "crs.xlsx").read_bytes() == before
    result = run("import", "more.csv", "--into", "crs.xlsx", "--map", "map.yaml")
    assert result.returncode == 0
    assert "crs.xlsx: row 265 of results written." in result.stdout
    assert read_registry(files / "crs.xlsx").results[-1].extras == {"Room": "4"}


def test_errors_stop_it_unless_told_otherwise(run, files):
    (files / "more.csv").write_text(TABLE.replace("1,1,Toci", "1,2,Toci"))
    before = (files / "crs.xlsx").read_bytes()
    result = run("import", "more.csv", "--into", "crs.xlsx", "--map", "map.yaml")
    assert result.returncode == 1
    assert "more.csv!C2 2: more events than patients" in result.stdout
    assert result.stderr.startswith("Nothing was written.")
    assert (files / "crs.xlsx").read_bytes() == before
    arguments = ("import", "more.csv", "--into", "crs.xlsx", "--map", "map.yaml", "--with-errors")
    assert run(*arguments).returncode == 0
    assert read_registry(files / "crs.xlsx").results[-1].events == 2


def test_where_to_has_to_be_said(run, files):
    for arguments in ((), ("-o", "a.xlsx", "--into", "crs.xlsx")):
        result = run("import", "more.csv", *arguments)
        assert result.returncode == 2
        assert "Say where the rows go" in result.stderr


def test_without_a_terminal_a_first_guess_is_written(files):
    command = [
        Path(sys.executable).with_name("metasyn"),
        "import",
        "more.csv",
        "--into",
        "crs.xlsx",
    ]

    def silent(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *more], cwd=files, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False, timeout=300,
        )  # fmt: skip

    result = silent()
    assert result.returncode == 2
    assert "There is no terminal to ask at" in result.stderr
    drafted = silent("--save-map", "guess.yaml")
    assert (drafted.returncode, drafted.stdout) == (0, "Mapping: guess.yaml\n")
    assert 'events: "Events"' in (files / "guess.yaml").read_text()
    assert silent("--map", "guess.yaml").returncode in (0, 1)


def test_questions_and_answers(files):
    table = read_source_table(files / "more.csv")
    codes = read_registry(files / "crs.xlsx").codes
    answers = {
        "Study (Liu 2018)": ["studie", ""],
        "Drug (Toci)": ["study_id", "intervention"],
        "Room (4)": ["skip"],
    }
    said: list[str] = []

    def ask(question: str, default: str) -> str:
        if question.startswith("intervention: 'Toci' is no code"):
            return "tocilizumab"
        if question.startswith("No column gives outcome"):
            return "crs_resolution"
        return answers.get(question, [""]).pop(0) or default

    mapping = ask_mapping(table, "results", codes, ask, said.append)
    assert mapping.columns == {
        "study_id": "Study", "n": "Patients (n)", "events": "Events", "intervention": "Drug",
    }  # fmt: skip
    assert mapping.constants == {"outcome": "crs_resolution"}
    assert mapping.codes == {"intervention": {"Toci": "tocilizumab"}}
    assert mapping.ignored == ("Room",)
    assert any("has no column 'studie'. Did you mean" in line for line in said)
    assert "study_id is given by the column Study already." in said


def test_at_a_terminal(files):
    """Enter for every question: the guesses are taken, and the mapping is saved."""
    control, terminal = pty.openpty()
    command = Path(sys.executable).with_name("metasyn")
    arguments = ["import", "more.csv", "--into", "crs.xlsx", "--save-map", "m.json", "--dry-run"]
    with subprocess.Popen(
        [command, *arguments], cwd=files, stdin=terminal, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        os.close(terminal)
        os.write(control, b"\n" * 40)
        output, _ = process.communicate(timeout=300)
    os.close(control)
    assert "Patients (n) (1) (n):" in output
    assert "Mapping: m.json" in output
    assert '"events": "Events"' in (files / "m.json").read_text()
