"""Traffic light and summary of every tool: places, words, shares, refusals."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import metasyn as ms
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.marks import Text
from metasyn.figures.risk_of_bias.layout import traffic_light_layout
from metasyn.figures.risk_of_bias.summary import shares_of, summary_layout, weights_of
from metasyn.figures.risk_of_bias.table import appraisal_key, judged_table, risk_of_bias
from metasyn.records.appraisal import Appraisal
from metasyn.records.appraisal_tools import TOOLS, tool_of

LABELS = (
    "Le 2018",
    "Alvarez-Fernandez and Westermann 2018, multicentre registry of severe reactions in children",
    "Иванов и Широкова 2018",
    "复旦大学附属肿瘤医院细胞因子释放综合征登记研究",
)
each_tool = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.code)


def rows_of(tool, k, *, gap=True):
    """Judgements that go through every level; the fifth domain of the first study is left open."""
    found = []
    for i in range(k):
        label = f"{LABELS[i % len(LABELS)]} {i}"
        for j, domain in enumerate(tool.columns):
            level = tool.levels[(i + j) % len(tool.levels)]
            if level.credit is None and domain.code == "overall":
                continue
            if not (gap and i == 0 and j == 4):
                result = label if tool.per_result else ""
                year = tool.versions[0]
                found.append(Appraisal(label, result, tool.code, year, domain.code, level.code))
    return found


def check(layout):
    """No texts overlap, nothing is clipped, no text touches a circle but its own."""
    for page in layout.pages:
        for a, b in itertools.combinations(page.texts, 2):
            assert not a.box.overlaps(b.box), (a.text, b.text)
        circles = [m for m in page.marks if m.role in ("rob", "not-judged")]
        for text in page.texts:
            if text.role != "rob-symbol":
                assert not any(text.box.overlaps(c.box) for c in circles), text.text
        for mark in page.marks:
            box = mark.box
            assert box.left >= 0 and box.top >= 0, mark
            assert box.right <= page.width and box.bottom <= page.height, mark


def words(layout, role, page=0):
    return [text.text for text in layout.pages[page].texts if text.role == role]


def marks(layout, role):
    return [m for m in layout.pages[0].marks if m.role == role and not isinstance(m, Text)]


@each_tool
@pytest.mark.parametrize("k", [1, 3, 20, 60])
def test_nothing_overlaps_or_is_clipped(tool, k):
    table = judged_table(rows_of(tool, k))
    check(traffic_light_layout(table, title="A title of many words " * 8))
    check(summary_layout(table, title="A title of many words " * 8))


@each_tool
def test_every_cell_has_the_symbol_of_its_judgement(tool):
    table = judged_table(rows_of(tool, 5))
    layout = traffic_light_layout(table)
    for index, (_, one) in enumerate(table.rows):
        symbols = [t.text for t in layout.pages[0].texts
                   if t.role == "rob-symbol" and t.row == index]  # fmt: skip
        levels = [one.level(domain.code) for domain in tool.columns]
        assert symbols == [level.symbol for level in levels if level is not None]
    assert len([m for m in marks(layout, "not-judged") if m.row is not None]) == sum(
        len(one.missing) for _, one in table.rows
    )


@each_tool
def test_the_legend_has_every_level_and_every_domain(tool):
    levels = [level.label for level in tool.levels]
    one = [row for row in rows_of(tool, 1, gap=False) if row.domain in ("D1", "Q1")]
    full = traffic_light_layout(judged_table(rows_of(tool, len(tool.levels), gap=False)))
    key = words(full, "key")
    assert key[: len(levels)] == levels
    assert {domain.code for domain in tool.domains} <= set(key)
    told = "".join("".join(key).split())
    assert all("".join(domain.title.split()) in told for domain in tool.domains)
    # Levels that nobody chose stand in the legend as well.
    assert words(traffic_light_layout(judged_table(one)), "key")[: len(levels)] == levels


def test_rows_have_the_same_pitch_however_many():
    pitches = set()
    for k in (3, 20, 60):
        layout = traffic_light_layout(judged_table(rows_of(tool_of("rob2"), k)))
        rows = sorted({c.y for c in marks(layout, "rob") if c.row is not None and c.row >= 0})
        pitches |= {round(b - a, 6) for a, b in itertools.pairwise(rows)}
    assert len(pitches) == 1


def test_groups_of_questions_stand_over_their_columns():
    layout = traffic_light_layout(judged_table(rows_of(tool_of("murad"), 3)))
    texts = {t.text: t for t in layout.pages[0].texts if t.role == "header"}
    for group, letters in (("Ascertainment", ("Q2", "Q3")), ("Causality", ("Q4", "Q7"))):
        assert texts[group].x == pytest.approx((texts[letters[0]].x + texts[letters[1]].x) / 2)
    assert texts["Selection"].x == texts["Q1"].x


def test_pages_repeat_header_and_legend():
    layout = traffic_light_layout(judged_table(rows_of(tool_of("murad"), 60)), page_height=500)
    check(layout)
    assert len(layout.pages) > 1
    assert all(page.height <= 500 for page in layout.pages)
    shown = [t.row for page in layout.pages for t in page.texts if t.role == "label"]
    assert sorted(set(shown)) == list(range(60))
    for page in range(len(layout.pages)):
        assert "Q8" in words(layout, "header", page)
        assert "Unclear" in words(layout, "key", page)


def test_shares_by_number_and_by_weight():
    tool = tool_of("rob2")
    levels = {"A": "low", "B": "low", "C": "high"}
    rows = [Appraisal(s, s, "rob2", "2019", d.code, v) for s, v in levels.items()
            for d in tool.columns if (s, d.code) != ("B", "D5")]  # fmt: skip
    table = judged_table(rows)

    def share(domain, weights=None):
        found = shares_of(table, weights)
        return {s.level: s.share for s in found if s.domain == domain}

    assert share("D1") == pytest.approx({"low": 2 / 3, "high": 1 / 3})
    assert share("D5") == pytest.approx({"low": 1 / 3, "high": 1 / 3, "": 1 / 3})
    weights = {"A": 0.1, "C": 0.3}  # B was not pooled
    assert share("D1", weights) == pytest.approx({"low": 0.25, "high": 0.75})
    bars = [m for m in marks(summary_layout(table, weights=weights), "bar") if m.row == 0]
    assert bars[1].width == pytest.approx(3 * bars[0].width)
    said = " ".join(words(summary_layout(table, weights=weights), "footer"))
    assert "weight of 2 studies or results; 1 without a weight is left out" in said
    assert "40% of the pooled weight" in said
    with pytest.raises(ms.SpecError, match="has a weight"):
        shares_of(table, {"Z": 1.0})


@pytest.fixture
def registry(crs):
    """Something that holds judgements and studies, three of them, one not judged."""
    study = crs.line("tocilizumab").studies[0].record.study
    studies = [replace(study, study_id=f"S{i}", label=label)
               for i, label in enumerate(["Zhu 2022", "Le 2018", "Le 2018"])]  # fmt: skip
    rows = rows_of(tool_of("murad"), 1)
    judged = [replace(row, study_id=s) for s in ("S1", "S2", "S0") for row in rows]
    spare = replace(study, study_id="S9", label="Park 2020")
    return SimpleNamespace(
        studies=(*studies, spare), results=(), appraisals=tuple(judged), codes={}
    )


def test_studies_stand_in_the_order_of_the_registry_and_are_told_apart(registry):
    layout = traffic_light_layout(judged_table(registry))
    assert words(layout, "label") == ["Zhu 2022", "Le 2018 (S1)", "Le 2018 (S2)"]
    assert "1 of 4 reports of the registry has no judgement by it." in words(layout, "footer")


def test_weights_come_from_a_pooled_result():
    book = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"
    records = ms.read_registry(book).select(outcome="crs_resolution", analyse="primary")
    pooled = ms.pool_by(records, "intervention", ms.BinomialNormal())["tocilizumab"]
    weights = weights_of(pooled)
    ids = {record.result_id for record in pooled.data.records}
    assert sum(weights[key] for key in ids) == pytest.approx(1, abs=1e-9)
    assert sum(weights[r] for r in {r.study_id for r in pooled.data.records}) == pytest.approx(
        1, abs=1e-9
    )
    with pytest.raises(ms.SpecError, match="registry's records"):
        weights_of(ms.pool(ms.effects_from([0.1, 0.2], [0.1, 0.1]), ms.CommonEffect()))


def test_cells_of_a_forest_plot_take_the_same_judgements(crs):
    tool = tool_of("robins_i")
    rows = [replace(row, study_id="S1") for row in rows_of(tool, 1)]
    bias = risk_of_bias(rows, "robins_i", "colour-blind")
    assert bias.key == appraisal_key(tool, "colour-blind")
    judged = bias.key.judged(bias.judgements["S1"])
    assert len(judged) == len(tool.columns) - 1  # the fifth domain is left open
    assert judged["O"].code == tool.levels[7 % 5].code
    layout = forest_layout(crs, options=ms.ForestOptions(bias=bias))
    symbols = [t.text for t in layout.pages[0].texts if t.role == "rob-symbol" and t.row == 2]
    assert symbols == [level.symbol for level in judged.values()]


def test_several_results_of_a_study_are_named(crs):
    record = crs.line("tocilizumab").studies[0].record
    results = [replace(record, result_id=f"R{i}", arm=arm) for i, arm in enumerate("ab")]
    rows = [
        replace(row, study_id="S1", result_id=f"R{i}")
        for i in range(2)
        for row in rows_of(tool_of("rob2"), 1)
    ]
    registry = SimpleNamespace(
        studies=(record.study,), results=results, appraisals=rows, codes=crs.records.codes
    )
    layout = traffic_light_layout(judged_table(registry))
    assert words(layout, "label") == [
        "Le 2018 (CTL019): a, CRS resolved (R0)", "Le 2018 (CTL019): b, CRS resolved (R1)",
    ]  # fmt: skip


def test_every_level_has_a_colour_of_its_own_in_both_schemes():
    for tool, colours in itertools.product(TOOLS, ("cochrane", "colour-blind")):
        levels = appraisal_key(tool, colours).levels
        assert len({level.colour for level in levels}) == len(levels)


def test_what_cannot_be_drawn_is_refused(tmp_path):
    both = [*rows_of(tool_of("murad"), 1), *rows_of(tool_of("rob2"), 1)]
    path = tmp_path / "x.svg"
    with pytest.raises(ms.SpecError, match="Several tools were used; name one of murad, rob2"):
        ms.write_risk_of_bias(both, path)
    with pytest.raises(ms.SpecError, match="no critical appraisal with ROBINS-I"):
        ms.write_risk_of_bias(both, path, "robins_i")
    with pytest.raises(ms.SpecError, match="no critical appraisal at all"):
        ms.write_risk_of_bias([], path)
    with pytest.raises(ms.SpecError, match="kind is 'bar'"):
        ms.write_risk_of_bias(both, path, "murad", "bar")
    with pytest.raises(ms.SpecError, match="colours is 'red'"):
        ms.write_risk_of_bias(both, path, "murad", colours="red")
    with pytest.raises(ms.SpecError, match="for kind='summary'"):
        ms.write_risk_of_bias(both, path, "murad", weights={"a": 1.0})
    assert not path.exists()


@pytest.mark.parametrize("kind", ["traffic-light", "summary"])
@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_files_have_the_same_bytes_each_time(kind, suffix, tmp_path):
    rows = rows_of(tool_of("robins_e"), 3)
    files = [ms.write_risk_of_bias(rows, tmp_path / f"{n}.{suffix}", kind=kind, dpi=60)
             for n in "ab"]  # fmt: skip
    assert files[0].read_bytes() == files[1].read_bytes()
