"""The verb that lists effect sizes."""

from __future__ import annotations

import json

import typer
from typer.testing import CliRunner

from metasyn.cli.measures import measures
from metasyn.effects.measures import MEASURES
from metasyn.errors import SpecError

app = typer.Typer()
app.command()(measures)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.exception
    return result.stdout


def test_the_list_holds_every_measure_once_under_its_family() -> None:
    lines = run().splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == sorted(MEASURES)
    headings = [line for line in lines if not line.startswith(" ")]
    assert len(headings) == len(set(headings))


def test_one_measure_says_what_it_needs_and_where_it_comes_from() -> None:
    text = run("SMDH")
    assert "Needs: m1i, m2i, sd1i, sd2i, n1i, n2i" in text
    assert "Variance: LS (default), LS2, LS3, metafor-3.8" in text
    assert "Source: Bonett 2008, eq. 8" in text


def test_json_is_for_programs() -> None:
    cards = json.loads(run("--json"))
    assert [card["code"] for card in cards] == list(MEASURES)
    (card,) = json.loads(run("RR", "--json"))
    assert (card["back"], card["axis"], card["null"], card["add"]) == ("exp", "log", 0, 0.5)


def test_an_unknown_code_names_near_ones() -> None:
    result = CliRunner().invoke(app, ["RRR"])
    assert isinstance(result.exception, SpecError)
    assert "near ones are" in str(result.exception)
