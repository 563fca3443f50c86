"""How long reports take: CPU seconds of whole processes, and of renders in a process that runs.

Not collected by the tests; README.md says how to run it. Nothing is asserted but that files are
there: the numbers are for reading. CPU seconds, not the clock, because the cores may be shared.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import metasyn as ms
from metasyn.registry.template import Contents, write_workbook
from metasyn.registry.template.starter import starter_lists

CRS = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"
OUTCOMES = ("crs_resolution", "crs_improvement")
DESIGNS = ("prospective_cohort", "retrospective_cohort", "case_series", "case_report")
REPORT = """
import sys
import metasyn as ms

workbook, folder, *outcomes = sys.argv[1:]
registry = ms.read_registry(workbook)
records = registry.select(outcome=tuple(outcomes), analyse="primary")
groups = ms.pool_by(records, "intervention", ms.BinomialNormal())
ms.write_report(groups, folder, title="Report", question="How often?", registry=registry)
"""


def study(number):
    return {
        "study_id": f"S{number:04d}",
        "label": f"Author{number} {1990 + number % 35}",
        "first_author": f"Author{number} A",
        "year": 1990 + number % 35,
        "title": f"Treatments of severe cytokine release, report {number}",
        "design": DESIGNS[number % 4],
        "population": "adults after CAR-T cells",
        "age_group": "adult",
        "trigger": "CAR-T cells",
        "grading_scale": "CTCAE v5",
        "country": "NR",
        "n_enrolled": 1 if number % 4 == 3 else 2000,
        "source_depth": "full_text",
        "bibliography_check": "seen",
    }


def result(number, arm, chance):
    """A row of a study and an intervention; a case report tells of one patient."""
    sizes = {"case_report": (1, 1), "case_series": (3, 9)}
    n = chance.randint(*sizes.get(DESIGNS[number % 4], (12, 80)))
    return {
        "result_id": f"R{number:04d}-{arm:02d}",
        "study_id": f"S{number:04d}",
        "arm": f"treatment {arm}",
        "intervention": f"treatment_{arm:02d}",
        "intervention_class": "drug",
        "role": "treatment_first_line",
        "outcome": "response",
        "direction": "benefit",
        "patient_group": f"S{number:04d}-{arm:02d}",
        "selection": "unselected",
        "severity": "severe_only",
        "events": sum(chance.random() < 0.3 + 0.03 * arm for _ in range(n)),
        "n": n,
        "definition": "syndrome resolved",
        "derivation": "reported",
        "analyse": "primary",
        "source_locator": "Table 2",
        "verified": "yes",
    }


def write_large(path, studies=100, interventions=15):
    """A workbook in which every study tells of every intervention."""
    chance = random.Random(7)  # noqa: S311 - made-up studies
    arms = range(1, interventions + 1)
    own = [
        {
            "list": "intervention",
            "code": f"treatment_{arm:02d}",
            "label": f"Treatment {arm}",
            "sort": arm,
        }
        for arm in arms
    ]
    lists = [row for row in starter_lists() if row["list"] != "intervention"]
    numbers = range(1, studies + 1)
    write_workbook(
        path,
        Contents(
            studies=[study(number) for number in numbers],
            results=[result(number, arm, chance) for number in numbers for arm in arms],
            lists=[*lists, *own],
        ),
    )
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return write_large(tmp_path_factory.mktemp("report") / "large.xlsx")


def seconds_of_process(*arguments):
    """CPU seconds of a fresh process, its second run: the first compiles modules."""
    for _ in range(2):
        before = os.times()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def render(workbook, folder, outcomes, **options):
    registry = ms.read_registry(workbook)
    records = registry.select(outcome=outcomes, analyse="primary")
    groups = ms.pool_by(records, "intervention", ms.BinomialNormal())
    ms.write_report(groups, folder, title="T", question="Q?", registry=registry, **options)


def tell(what, seconds):
    sys.stdout.write(f"\n{what}: {seconds:.2f} CPU s\n")


def test_start():
    tell("import metasyn", seconds_of_process("-c", "import metasyn"))
    tell("metasyn --help", seconds_of_process(Path(sys.executable).with_name("metasyn"), "--help"))


def test_report_of_the_crs_workbook(tmp_path):
    tell("CRS, cold", seconds_of_process("-c", REPORT, CRS, tmp_path, *OUTCOMES))
    assert (tmp_path / "index.html").exists()


def test_report_of_a_hundred_studies_with_fifteen_interventions(large, tmp_path):
    tell("100 x 15, cold", seconds_of_process("-c", REPORT, large, tmp_path, "response"))
    assert (tmp_path / "index.html").exists()


def test_renders_of_a_watched_workbook(tmp_path):
    """What a save costs while ``metasyn watch`` runs: the second render of a process."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        render(CRS, tmp_path, OUTCOMES, pictures=False)
        times.append(time.process_time() - begun)
    tell("watch, first render", times[0])
    tell("watch, render after a save", min(times[1:]))
    assert not (tmp_path / "forest.pdf").exists()


@pytest.mark.parametrize("rows", [30, 500, 1500])
def test_forest_plots_as_files(rows, tmp_path):
    """Second of two: the first loads fonts."""
    chance = random.Random(rows)  # noqa: S311 - made-up studies
    pooled = ms.pool(
        ms.effects_from(
            [chance.gauss(0, 0.4) for _ in range(rows)],
            [chance.uniform(0.02, 0.4) for _ in range(rows)],
            slab=[f"Author{number} {1990 + number % 30}" for number in range(rows)],
        ),
        ms.RandomEffects(),
    )
    for suffix in ("svg", "pdf", "png"):
        file = tmp_path / f"forest.{suffix}"
        for _ in range(2):
            begun = time.process_time()
            ms.write_forest(pooled, file, dpi=100)
            taken = time.process_time() - begun
        tell(f"{rows} rows, {suffix}", taken)
