"""What scripts may show: the results' own numbers, and text that stays text."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

import metasyn as ms
from metasyn.models.groups import Groups
from metasyn.report.assemble import assemble
from metasyn.report.drawings import draw
from metasyn.report.evidence import evidence_by_line
from metasyn.report.html import to_html
from metasyn.report.interactive import interactive_data, script_safe
from metasyn.report.material import Material

EVIL = "</script><script>alert(1)</script>\u2028\u2029&amp;<!--"
CLOSE = 1e-7
"""The data have eight significant digits."""


@pytest.fixture(scope="module")
def made(fitted, tmp_path_factory) -> Material:
    material = Material("Title", "Question?", fitted, evidence=evidence_by_line(fitted))
    return draw(material, tmp_path_factory.mktemp("drawn"))


@pytest.fixture(scope="module")
def data(made) -> dict:
    return json.loads(interactive_data(made))


def line(data: dict, code: str) -> dict:
    return next(one for one in data["lines"] if one["code"] == code)


def test_the_curve_is_the_computed_one(data, evidence):
    curve, computed = line(data, "tocilizumab")["curve"], evidence.tipping.pseudo_study
    assert curve["weights"] == pytest.approx(computed.weight, rel=CLOSE)
    for i, column in enumerate((computed.rate, computed.low, computed.high, computed.share)):
        assert [row[i] for row in curve["values"]] == pytest.approx(column, rel=CLOSE)


def test_the_registered_weight_lies_on_the_curve(data, fitted):
    found = line(data, "tocilizumab")
    at = found["curve"]["weights"].index(found["weight"])
    assert found["weight"] == fitted["tocilizumab"].case_power
    assert found["curve"]["values"][at] == pytest.approx(found["registered"], rel=1e-6)


def test_cases_one_by_one_have_their_own_curve(records, evidence, tmp_path):
    fitted = ms.pool_by(records, "intervention", ms.BinomialNormal(cases="individual"))
    material = Material("T", "Q", fitted, evidence=evidence_by_line(fitted))
    curve = line(json.loads(interactive_data(material)), "tocilizumab")["curve"]
    computed = evidence.tipping.individual.rate
    assert [row[0] for row in curve["values"]] == pytest.approx(computed, rel=CLOSE)


def test_alternatives_are_those_of_the_evidence_where_they_differ(data, evidence):
    headline, *rows = evidence.sensitivity.rows
    models = line(data, "tocilizumab")["models"]
    for row in rows:
        same = math.isclose(row.rate, headline.rate, rel_tol=1e-9) and math.isclose(
            row.low, headline.low, rel_tol=1e-9
        )
        assert (row.code in models) != same, row.code
        if not same:
            assert models[row.code] == pytest.approx(
                [row.rate, row.low, row.high, row.case_share], rel=CLOSE
            )
    named = {one["code"] for one in data["models"]}
    assert named == {code for one in data["lines"] for code in one["models"]}


def test_blocks_hold_every_row_once_and_follow_each_other(data, made):
    blocks = data["plot"]["blocks"]
    assert [block["code"] for block in blocks] == [one.code for one in made.groups.lines]
    assert blocks[0]["first"] == 0
    for block, after in pairwise(blocks):
        assert block["end"] == after["first"]
        assert block["top"] < block["bottom"] == after["top"]
    assert blocks[-1]["end"] == len(made.layout.rows)
    for block in blocks:
        if block["pooled"] is not None:
            assert made.layout.rows[block["pooled"]].kind == "pooled"
            assert made.layout.rows[block["pooled"]].key == block["code"]


@pytest.fixture(scope="module")
def ratios(compared, tmp_path_factory) -> Material:
    groups = compared(ms.RandomEffects(ci="hksj"))
    other = {"Common effect": compared(ms.CommonEffect())}
    material = Material("Title", "Question?", groups, sensitivity=other)
    return draw(material, tmp_path_factory.mktemp("ratios"))


def test_ratios_have_alternatives_and_no_curve(ratios):
    data = json.loads(interactive_data(ratios))
    (one,) = data["lines"]
    assert one["curve"] is one["weight"] is data["weight"] is None
    common = ratios.sensitivity["Common effect"]["tocilizumab"].transformed()
    *values, share = one["models"]["sensitivity-0"]
    assert values == pytest.approx([common.estimate, *common.ci], rel=CLOSE)
    assert share is None
    assert data["models"][0]["label"] == "Common effect"
    assert not data["plot"]["percent"]


@pytest.mark.browser
def test_the_diamond_of_a_ratio_stands_on_its_logarithmic_axis(browser, ratios, tmp_path):
    file = tmp_path / "ratios.html"
    file.write_text(to_html(assemble(ratios), interactive_data(ratios)), encoding="utf-8")
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    assert page.get_by_role("slider").count() == 0
    assert page.locator(".explore details").count() == 0
    page.get_by_label("Model", exact=True).select_option("Common effect")
    assert errors == []
    points = page.locator("svg.redrawn polygon[data-role='diamond'][data-key]").get_attribute(
        "points"
    )
    words = page.locator(".shown tbody td").nth(1).inner_text()
    page.close()
    axis = ratios.layout.axis
    common = ratios.sensitivity["Common effect"]["tocilizumab"].transformed()
    places = [axis.x(value) for value in (common.ci.low, common.estimate, common.ci.high)]
    found = [float(point.split(",")[0]) for point in points.split(" ")[:3]]
    assert found == pytest.approx(places, abs=2e-3)
    assert words == f"{common.estimate:.2f} ({common.ci.low:.2f} to {common.ci.high:.2f})"


@pytest.mark.parametrize("sign", ["<", ">", "&", "\u2028", "\u2029"])
def test_no_sign_that_could_end_the_data_is_left(sign):
    text = script_safe({"label": f"a{sign}b"})
    assert sign not in text
    assert json.loads(text) == {"label": f"a{sign}b"}


def test_numbers_that_do_not_exist_are_null():
    assert script_safe([math.nan, math.inf, 0.1, 3, None]) == "[null,null,0.1,3,null]"


class Scripts(HTMLParser):
    """Scripts and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.scripts.append(dict(attrs))

    def handle_data(self, data):
        self.text += data


def renamed(groups: Groups, name: str) -> Groups:
    """The same rows, their reports and lines under another name."""
    lines = tuple(
        replace(
            one,
            label=name,
            studies=tuple(
                replace(
                    row,
                    label=name,
                    record=replace(
                        row.record,
                        definition=name,
                        source_locator=name,
                        study=replace(row.record.study, label=name, title=name, doi=name),
                    ),
                )
                for row in one.studies
            ),
        )
        for one in groups.lines
    )
    return Groups(lines, groups.by, groups.spec, groups.records)


def test_an_evil_name_stays_text_in_the_data_too(made):
    evil = replace(made, groups=renamed(made.groups, EVIL))
    data = interactive_data(evil)
    assert EVIL in [one["label"] for one in json.loads(data)["lines"]]
    read = Scripts(to_html(assemble(evil), data))
    assert read.scripts == [{"type": "application/json", "id": "report-data"}, {}]
    assert "alert(1)" in read.text


@pytest.mark.browser
def test_an_evil_name_runs_nothing_in_a_browser(browser, made, tmp_path):
    evil = replace(made, groups=renamed(made.groups, EVIL))
    file = tmp_path / "evil.html"
    file.write_text(to_html(assemble(evil), interactive_data(evil)), encoding="utf-8")
    page = browser.new_page()
    words: list[str] = []
    page.on("dialog", lambda dialog: (words.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: words.append(str(error)))
    page.on("console", lambda message: words.append(message.text))
    page.goto(file.as_uri())
    page.get_by_role("slider").press("End")
    page.locator("#forest-plot svg.redrawn a text").first.hover()
    page.get_by_role("dialog").get_by_text("alert(1)").first.wait_for()
    page.close()
    assert words == []


def test_the_policy_lets_only_the_one_script_run(made):
    page = to_html(assemble(made), interactive_data(made))
    policy = page.split('Content-Security-Policy" content="')[1].split('"')[0]
    assert "default-src &#39;none&#39;" in policy
    assert policy.count("sha256-") == 1
    assert "unsafe-eval" not in policy
    for part in policy.split(";"):
        assert not ("script-src" in part and "unsafe" in part)
        assert "http" not in part
