"""The command line as a whole: help, version, new workbooks, rules, misuse, speed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from metasyn import __version__
from metasyn.registry import read_registry
from metasyn.registry.rules import RULES


def test_version(run):
    result = run("--version")
    assert (result.returncode, result.stdout) == (0, f"metasyn {__version__}\n")


VERBS = (
    *(
        "check",
        "report",
        "watch",
        "bundle",
        "new",
        "assign-ids",
        "diff",
        "reconcile",
        "consensus",
        "export",
    ),
    *("rules", "measures", "batch", "import"),
)


def test_help_names_every_verb(run):
    result = run("--help")
    assert result.returncode == 0
    for verb in VERBS:
        assert f" {verb} " in result.stdout
    assert "bool" not in result.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_flows_and_shows_no_type_of_a_switch(verb, run):
    result = run(verb, "--help", COLUMNS="900")
    assert result.returncode == 0
    assert "bool" not in result.stdout
    assert "Show this message and exit." in result.stdout
    words = [line.strip() for line in result.stdout.split("╭─")[0].splitlines() if line.strip()]
    assert all(line.endswith(".") for line in words[1:])


def test_optional_sheets_are_added_when_asked(run, tmp_path):
    assert run("new", "a.xlsx", "--with", "extractions").returncode == 0
    assert "extractions" in read_registry(tmp_path / "a.xlsx").optional
    assert run("new", "b.xlsx", "--with", "ALL").returncode == 0
    assert run("check", "b.xlsx").returncode == 0
    wrong = run("new", "c.xlsx", "--with", "extraction")
    assert wrong.returncode == 2
    assert wrong.stderr == (
        "There is no optional sheet 'extraction'. Did you mean 'extractions'?\n"
    )


@pytest.mark.parametrize("arguments", [["chek"], ["check"], ["check", "a", "b"], ["--no-such"]])
def test_misuse_ends_with_2(arguments, run):
    result = run(*arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_new_then_check(run, tmp_path):
    result = run("new", "my review.xlsx", "--title", "My review")
    assert result.returncode == 0
    assert not read_registry(tmp_path / "my review.xlsx").issues
    assert run("check", "my review.xlsx").stdout.splitlines()[-1] == "No problems found."


def test_new_never_overwrites(run, tmp_path):
    (tmp_path / "a.xlsx").write_text("mine")
    result = run("new", "a.xlsx")
    assert result.returncode == 2
    assert result.stderr == "a.xlsx exists already and was left as it is. Choose another name.\n"
    assert (tmp_path / "a.xlsx").read_text() == "mine"


def test_rules_lists_every_rule(run):
    result = run("rules")
    for rule in RULES:
        assert f"{rule.code} ({rule.severity})" in result.stdout
    assert json.loads(run("rules", "--json").stdout) == [rule.to_json() for rule in RULES]


def test_one_rule(run):
    result = run("rules", "events-exceed-n")
    assert result.stdout.splitlines() == [
        "events-exceed-n (error)",
        "  More patients cannot have the outcome than were looked at.",
        "  For example: events 14, n 12",
    ]


def test_an_unknown_rule(run):
    result = run("rules", "events-exceeds-n")
    assert result.returncode == 2
    assert result.stderr == (
        "No rule is called 'events-exceeds-n'. Did you mean 'events-exceed-n'?\n"
    )


HEAVY = ("numpy", "pandas", "openpyxl", "pydantic", "matplotlib", "scipy", "statsmodels", "jinja2")


def test_help_imports_nothing_heavy():
    code = (
        f"import sys, metasyn.cli.app\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


def test_assign_ids(run, tmp_path):
    import openpyxl

    run("new", "a.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "a.xlsx")
    workbook["studies"]["B2"] = "Lee 2019"
    workbook.save(tmp_path / "a.xlsx")
    dry = run("assign-ids", "a.xlsx", "--dry-run")
    assert dry.stdout == "studies!A2 S0001\nNothing was changed.\n"
    result = run("assign-ids", "a.xlsx")
    assert result.returncode == 0
    assert result.stdout.startswith("studies!A2 S0001\nThe workbook as it was: ")
    assert read_registry(tmp_path / "a.xlsx").studies[0].study_id == "S0001"
    assert len(list(tmp_path.glob("a.backup-*.xlsx"))) == 1
    assert run("assign-ids", "a.xlsx").stdout == "Every row has its id; nothing was changed.\n"


def test_assign_ids_to_an_open_workbook(run, tmp_path):
    import openpyxl

    run("new", "a.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "a.xlsx")
    workbook["studies"]["B2"] = "Lee 2019"
    workbook.save(tmp_path / "a.xlsx")
    (tmp_path / "~$a.xlsx").write_text("")
    result = run("assign-ids", "a.xlsx")
    assert result.returncode == 2
    assert "is open in Excel or LibreOffice" in result.stderr
    assert result.stderr.count("\n") == 1
