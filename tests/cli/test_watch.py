"""Saves are followed, half-written files waited for, and problems told in the page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from metasyn.cli.watch_loop import follow
from metasyn.cli.watch_page import State, live_report, page, state_script
from metasyn.errors import RegistryError


def saved(path, text, *, whole=True):
    """A save as spreadsheet programs do it: another file renamed into the place."""
    draft = path.with_name("draft.tmp")
    with zipfile.ZipFile(draft, "w") as archive:
        archive.writestr("a.xml", text)
    if not whole:
        draft.write_bytes(draft.read_bytes()[:20])
    draft.replace(path)


class Bench:
    """A workbook, a renderer that can be made to fail, and what was told."""

    def __init__(self, folder: Path) -> None:
        self.book, self.folder = folder / "book.xlsx", folder / "out"
        self.states: list[State] = []
        self.slept = 0.0
        self.error = ""
        self.in_sleep = lambda: None
        saved(self.book, "one")

    def render(self, folder: Path) -> None:
        if self.error:
            raise RegistryError(self.error)
        folder.mkdir(exist_ok=True)
        policy = "<meta content=\"script-src 'sha256-x'; base-uri 'none'\">"
        (folder / "index.html").write_text(f"{policy}<body>{len(self.states)}</body>")

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.in_sleep()

    def run(self, *steps) -> list[State]:
        def changes():
            for step in steps:
                step()
                yield None

        follow(self.book, self.folder, self.render, changes(), self.states.append, self.sleep)
        return self.states

    def shown(self) -> str:
        return (self.folder / "index.html").read_text()


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_every_save_renders_and_a_save_without_a_change_does_not(bench):
    states = bench.run(
        lambda: saved(bench.book, "two"), lambda: saved(bench.book, "two"), lambda: None
    )
    assert len(states) == 2
    assert len({state.version for state in states}) == 2
    assert "book.xlsx: the report is up to date." in bench.shown()
    assert '<iframe src="report/live.html"' in bench.shown()


def test_problems_are_told_with_their_cells_and_the_last_good_report_stays(bench):
    def spoil():
        bench.error = "1 problem in the workbook:\nresults!M17 <14>: more events than patients."
        saved(bench.book, "two")

    good, bad = bench.run(spoil)
    assert (good.problems, good.has_report) == ((), True)
    assert bad.problems == ("results!M17 <14>: more events than patients.",)
    shown = bench.shown()
    assert "<li>results!M17 &lt;14&gt;: more events than patients.</li>" in shown
    assert '<a href="report/index.html">The last good report</a>' in shown
    assert (bench.folder / "report" / "index.html").read_text().endswith("<body>0</body>")


def test_problems_from_the_beginning(bench):
    bench.error = "results!M17 14: more events than patients."
    (state,) = bench.run()
    assert not state.has_report
    assert "iframe src" not in bench.shown()
    assert "last good report" not in bench.shown()


def test_a_half_written_file_is_waited_for(bench):
    def half():
        saved(bench.book, "two", whole=False)
        bench.in_sleep = lambda: saved(bench.book, "two") if bench.slept > 0.6 else None

    states = bench.run(half)
    assert len(states) == 2
    assert not states[-1].problems


def test_a_file_that_is_gone_for_a_moment_is_waited_for(bench):
    def gone():
        bench.book.unlink()
        bench.in_sleep = lambda: saved(bench.book, "two") if not bench.book.exists() else None

    assert len(bench.run(gone)) == 2


def test_a_file_that_stays_away_ends_nothing(bench):
    states = bench.run(bench.book.unlink, lambda: saved(bench.book, "three"))
    assert len(states) == 3
    assert bench.slept < 5


def test_the_state_is_a_script(bench):
    bench.run()
    text = (bench.folder / "state.js").read_text()
    told = json.loads(text.removeprefix("metasynState(").removesuffix(");\n"))
    assert told["version"] == bench.states[0].version
    assert told["told"] == "book.xlsx: the report is up to date."
    assert json.dumps("</script>") in state_script(State("1", "x", ("</script>",), False))


def test_the_page_loads_nothing_from_elsewhere():
    text = page(State("1", "<b>.xlsx", ("x",), True))
    assert "http://" not in text
    assert "https://" not in text
    assert "<b>" not in text


def test_the_policy_of_the_report_lets_the_listener_run():
    text = live_report("<meta content=\"script-src 'sha256-x'\"><body>a</body>")
    assert "script-src 'sha256-" in text
    assert "' 'sha256-x'" in text
    assert text.endswith("</script></body>")


@pytest.mark.slow
def test_a_real_save_reaches_the_page(crs, tmp_path):
    """The command as it runs: a first page, a spoiled save, a mended one, Ctrl+C."""
    import openpyxl

    book = tmp_path / "crs.xlsx"
    book.write_bytes(crs.read_bytes())
    command = Path(sys.executable).with_name("metasyn")
    arguments = ["watch", "crs.xlsx", "--outcome", "crs_resolution", "-o", "out"]
    with subprocess.Popen(
        [command, *arguments], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "NO_COLOR": "1"},
    ) as process:  # fmt: skip

        def until(words: str) -> None:
            deadline = time.monotonic() + 90
            place = tmp_path / "out" / "index.html"
            while not place.exists() or words not in place.read_text():
                assert time.monotonic() < deadline, words
                time.sleep(0.1)

        until("the report is up to date")
        time.sleep(0.5)
        workbook = openpyxl.load_workbook(book)
        good = workbook["results"]["M10"].value
        workbook["results"]["M10"] = 9999
        workbook.save(book)
        until("results!M10")
        workbook["results"]["M10"] = good
        draft = tmp_path / "draft.tmp"
        workbook.save(draft)
        draft.replace(book)
        until("the report is up to date")
        time.sleep(1.0)  # the page is there before the terminal is told
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert output.count("rendered in") == 2
    assert errors.endswith("Stopped.\n")
