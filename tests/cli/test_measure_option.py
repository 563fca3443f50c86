"""``--measure``: trials against their controls from the command line, and what is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile

import openpyxl
import pytest

import metasyn as ms
from metasyn.cli.pooling import MEASURES, Pooling, measure_called
from metasyn.cli.question import Question, changes_since
from metasyn.effects.conversions.ledger import TARGETS
from metasyn.effects.measures import measure_of
from metasyn.errors import SpecError
from metasyn.exchange import pooled_rows
from metasyn.report.absolute import RELATIVE
from metasyn.report.lines import SHARES

_STUDY = {
    "first_author": "Lee A", "journal": "J Test", "country": "Japan", "population": "adults",
    "age_group": "adult", "trigger": "NR", "grading_scale": "NR", "source_depth": "full_text",
    "bibliography_check": "seen", "design": "rct",
}  # fmt: skip
_RESULT = {
    "selection": "unselected", "severity": "mixed", "timepoint": "day 28", "analyse": "primary",
    "definition": "by day 28", "derivation": "reported", "analyse_reason": "main outcome",
    "source_locator": "Table 2", "verified": "yes", "outcome": "death_any", "direction": "harm",
}  # fmt: skip
_TREATED = {
    "arm": "treated", "intervention": "treatment_a", "intervention_class": "drug",
    "role": "treatment_first_line", "comparator_arm": "control",
}  # fmt: skip
_CONTROL = {
    "arm": "control", "intervention": "placebo", "intervention_class": "usual_care",
    "role": "comparator",
}  # fmt: skip
TRIALS = [
    ((16, 112), (9, 68)), ((21, 150), (20, 96)), ((8, 53), (19, 97)), ((10, 82), (7, 50)),
    ((15, 105), (10, 57)), ((20, 183), (48, 196)), ((5, 72), (11, 58)), ((20, 161), (16, 61)),
    ((0, 77), (6, 42)), ((9, 54), (6, 38)), ((20, 142), (10, 68)), ((18, 186), (33, 152)),
]  # fmt: skip
"""Events and patients of the treated and of the control arm."""


def filled(run, folder, name: str, trials=TRIALS, **changes: object):
    """A workbook as ``metasyn new`` writes it and a person fills it in."""
    assert run("new", name).returncode == 0
    studies, results = [], []
    for i, arms in enumerate(trials, start=1):
        study = {"study_id": f"S{i:04d}", "label": f"Lee {2000 + i}", "year": 2000 + i}
        studies.append({**_STUDY, **study, "title": f"Report {i}", "doi": f"10.1000/test.{i}"})
        for kind, words, (events, n) in zip("AB", (_TREATED, _CONTROL), arms, strict=True):
            row = {"result_id": f"R{i:03d}{kind}", "study_id": f"S{i:04d}", "events": events,
                   "n": n, "patient_group": f"S{i:04d}-{kind}"}  # fmt: skip
            results.append({**_RESULT, **words, **row, **changes})
    book = openpyxl.load_workbook(folder / name)
    for sheet, rows in ((book["studies"], studies), (book["results"], results)):
        columns = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(rows, start=2):
            for field, value in row.items():
                sheet.cell(number, columns[field]).value = value
    book.save(folder / name)
    return folder / name


@pytest.fixture
def trials(run, tmp_path):
    return filled(run, tmp_path, "trials.xlsx")


def pooled_by_hand() -> ms.Pooled:
    """The same counts as arrays."""
    (ai, n1i), (ci, n2i) = (zip(*(trial[arm] for trial in TRIALS), strict=True) for arm in (0, 1))
    effects = ms.effect_sizes("RR", ai=ai, n1i=n1i, ci=ci, n2i=n2i)
    return ms.pool(effects, ms.RandomEffects())


def test_the_table_is_that_of_the_library():
    assert set(MEASURES) == set(TARGETS)
    exported = {code for code, one in MEASURES.items() if one.is_exported}
    assert exported == set(pooled_rows.MEASURES)
    assert {code for code, one in MEASURES.items() if one.is_of_risk} == set(RELATIVE)
    assert {code for code, one in MEASURES.items() if one.kind == "proportion"} == SHARES
    for code, one in MEASURES.items():
        family = measure_of(code).family.name
        single = {"proportion": "proportion", "one-mean": "mean"}
        assert one.kind == single.get(family, "comparison")
        assert one.label.startswith(measure_of(code).display.lower().partition(" (")[0])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"measure": "RS"}, r"--measure takes no 'RS'.*\n  RR +risk ratio\n  OR +odds ratio\n"),
        ({"measure": "risk ratio"}, "Did you mean RR"),
        ({"measure": "RR", "case_weight": 0.1}, "--case-weight belongs .* with --measure RR"),
        ({"measure": "PLO", "series_weight": 1}, "--series-weight belongs .* --measure PLO"),
        ({"baseline_risk": 0.2}, "--baseline-risk goes with"),
        ({"measure": "MD", "baseline_risk": 0.2}, "HR\\), not with MD"),
        ({"measure": "RR", "baseline_risk": 20.0}, "0.2 is 20%.*it is 20"),
    ],
)
def test_what_does_not_go_together_is_refused(given, told):
    with pytest.raises(SpecError, match=told):
        Pooling(**given)


def test_codes_in_any_case_and_the_models():
    assert Pooling("smd").measure == "SMD"
    assert Pooling("RR").spec == ms.RandomEffects()
    assert Pooling().spec == ms.BinomialNormal()
    assert Pooling(case_weight=0.2).spec == ms.BinomialNormal(case_weight=0.2)
    with pytest.raises(SpecError, match="takes no 'HR'"):
        measure_called("HR", exported=True)


def test_a_report_of_risk_ratios(run, trials, tmp_path):
    asked = ("--outcome", "death_any", "-o", "out", "--measure", "rr", "--baseline-risk", "0.3")
    result = run("report", trials, *asked)
    assert (result.returncode, result.stdout) == (0, "")
    told = json.loads((tmp_path / "out" / "results.json").read_text())
    line = told["lines"][0]
    by_hand = pooled_by_hand().transformed()
    assert line["result"]["estimate"] == pytest.approx(by_hand.estimate, rel=1e-12)
    assert line["result"]["ci"]["low"] == pytest.approx(by_hand.ci.low, rel=1e-12)
    assert line["absolute"]["baseline_risk"] == 0.3
    page = (tmp_path / "out" / "index.html").read_text()
    assert "<title>Death, any cause: risk ratio by intervention</title>" in page
    assert "Death, any cause, for each intervention: do treated and control arms differ?" in page


def test_arms_without_controls_are_told_with_their_cells(run, tmp_path):
    filled(run, tmp_path, "lost.xlsx", TRIALS[:3], comparator_arm=None)
    result = run("report", "lost.xlsx", "--outcome", "death_any", "-o", "out", "--measure", "RR")
    assert result.returncode == 1
    told = result.stderr.splitlines()[2:]
    assert told[0].startswith("No row with outcome death_any gives a risk ratio.")
    assert "sheet results" in told[0]
    assert "column comparator_arm; needed are events and n of both." in told[0]
    assert told[1] == "  results row 2, Lee 2001: comparator_arm is blank at results!L2."
    assert told[-1] == "  and 1 more."
    assert not (tmp_path / "out").exists()


def test_another_version_is_compared_by_the_same_measure(run, trials, tmp_path):
    older = filled(run, tmp_path, "older.xlsx", TRIALS[:11])
    question = Question(("death_any",), "intervention", None, None, Pooling("RR"), None, None)
    registry = ms.read_registry(trials)
    (line,) = changes_since(older, registry, question.answered(registry), question).estimates
    assert (line.before.measure, line.after.measure) == ("RR", "RR")
    assert line.after.estimate == pytest.approx(pooled_by_hand().estimate, rel=1e-12)
    assert line.mover is not None
    assert line.mover.without == pytest.approx(line.before.transformed().estimate, rel=1e-12)


def rerun(folder) -> None:
    """Run the script of an unpacked bundle as its README says."""
    script = folder / "script" / "report.py"
    subprocess.run([sys.executable, script], cwd=folder, check=True, timeout=600)


@pytest.mark.slow
def test_the_script_of_a_bundle_gives_the_same_numbers(run, trials, tmp_path):
    filled(run, tmp_path, "older.xlsx", TRIALS[:11])
    (tmp_path / "list.csv").write_text(
        "RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,"
        "Reason\n1/2/2024 0:00,10.1000/gone,10.1000/test.3,0,Retraction,Error\n"
    )
    asked = ("--outcome", "death_any", "--measure", "OR", "--baseline-risk", "0.3")
    lists = ("--since", "older.xlsx", "--notices", "list.csv")
    result = run("bundle", trials, *asked, *lists, "-o", "review.zip")
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(tmp_path / "review.zip") as archive:
        archive.extractall(tmp_path / "out")
    numbers = tmp_path / "out" / "report" / "results.json"
    told = json.loads(numbers.read_text())["lines"]
    assert len(told[0]["rows"]) == 11  # the retracted trial is set aside
    numbers.unlink()
    rerun(tmp_path / "out")
    assert json.loads(numbers.read_text())["lines"] == told


@pytest.mark.slow
def test_the_script_of_a_bundle_of_csv_files_finds_them(run, trials, tmp_path):
    assert run("export", trials, "--to", "frictionless", "-o", "sheets").returncode == 0
    asked = ("--outcome", "death_any", "--measure", "RD", "-o", "review.zip")
    result = run("bundle", "sheets", *asked)
    assert result.returncode == 0, result.stderr
    shutil.unpack_archive(tmp_path / "review.zip", tmp_path / "out")
    numbers = tmp_path / "out" / "report" / "results.json"
    told = json.loads(numbers.read_text())["lines"]
    rerun(tmp_path / "out")
    assert json.loads(numbers.read_text())["lines"] == told


def test_options_without_effect_on_a_bundle_are_refused(run, trials, tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "index.html").write_text("<p>")
    result = run("bundle", "report", "-o", "a.zip", "--measure", "RR")
    assert (result.returncode, result.stderr) == (
        2, "--measure has no effect: the report of a folder is packed as it is.\n",
    )  # fmt: skip
    result = run("bundle", trials, "--outcome", "death_any", "-o", "a.zip", "--script", "x.py")
    assert result.returncode == 2
    assert result.stderr.startswith("--script has no effect: ")


def test_export_takes_the_same_codes(run, trials):
    asked = ("--to", "metafor", "--outcome", "death_any", "-o", "out", "--measure")
    assert run("export", trials, *asked, "or").returncode == 0
    result = run("export", trials, *asked, "HR")
    assert result.returncode == 2
    assert result.stderr.splitlines()[1:] == [
        "  RR    risk ratio", "  OR    odds ratio", "  RD    risk difference",
        "  PLO   proportion (logit)",
    ]  # fmt: skip


@pytest.mark.parametrize("verb", ["report", "watch", "bundle"])
def test_help_names_the_measures_and_every_default(run, verb):
    told = " ".join(run(verb, "--help", COLUMNS="400").stdout.split())
    assert "RR, OR, RD, PETO, AS, HR, IRR, MD, SMD, ROM." in told
    for default in ("primary", "all", "0.1", "0.3", "median of the control arms"):
        assert f"[default: {default}]" in told
