"""Forest plots that were looked at and kept, mark by mark.

After a change that is meant, write them anew, look at the difference and at the picture::

    METASYN_WRITE_GOLDEN=1 pytest tests/figures/test_forest_golden.py
    git diff --stat tests/figures/golden
"""

import json
import os
from pathlib import Path

import pytest

import metasyn as ms
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.marks import Polygon, Text

GOLDEN = Path(__file__).parent / "golden"
WRITES = bool(os.environ.get("METASYN_WRITE_GOLDEN"))


def snapshot(layout):
    """The first page, rounded to what font versions may change."""
    found = []
    for mark in layout.pages[0].marks:
        box = [round(value, 1) for value in mark.box]
        text = mark.text if isinstance(mark, Text) else ""
        shape = {Polygon: "polygon", Text: "text"}.get(type(mark), type(mark).__name__.lower())
        found.append([shape, mark.role, mark.row, box, text])
    return {
        "page": [round(layout.pages[0].width, 1), round(layout.pages[0].height, 1)],
        "marks": found,
    }


def written(snap):
    """A snapshot as JSON, a mark a line, so that a change is one line of a diff."""
    marks = ",\n".join(json.dumps(mark, ensure_ascii=False) for mark in snap["marks"])
    return f'{{"page": {json.dumps(snap["page"])}, "marks": [\n{marks}\n]}}\n'


def compare(name, layout):
    now, file = snapshot(layout), GOLDEN / f"{name}.json"
    if WRITES:
        file.write_text(written(now), "utf-8")
    golden = json.loads(file.read_text("utf-8"))
    assert now["page"] == pytest.approx(golden["page"], abs=0.5)
    assert [m[:3] + m[4:] for m in now["marks"]] == [m[:3] + m[4:] for m in golden["marks"]]
    for mark, expected in zip(now["marks"], golden["marks"], strict=True):
        # widths may change by a fraction of a point with the version of FreeType
        assert mark[3] == pytest.approx(expected[3], abs=0.5), mark


def test_single_cases_and_the_tipping_strip(crs, tipping):
    title = "Severe CRS: resolution by intervention"
    compare("crs_plain", forest_layout(crs, tipping=tipping, title=title))


@pytest.mark.parametrize("style", ["revman", "bmj", "jama", "lancet"])
def test_two_arms_in_subgroups(two_arms, style):
    found = ms.subgroups(two_arms, ["A", "A", "A", "B", "B"], ms.RandomEffects("DL", ci="z"))
    favours = ("Favours treatment", "Favours control")
    compare(f"subgroups_{style}", forest_layout(found, style, favours=favours))
