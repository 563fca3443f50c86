"""Whatever stands in a workbook stays text, in every file that is made of it."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook
from playwright.sync_api import Browser

import metasyn as ms
from metasyn.exchange.bundle_script import script_text
from tests.report.workbooks.conftest import fill, result, study

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '#import "x": y',
    "$x$ *b* _i_ @ref <label>",
    '=HYPERLINK("http://x")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "</w:t></w:r>",
    "&amp; &lt;",
    "{{7*7}} {% raw %}",
    "\\input{x} \\\\",
    "`system('id')`; q(\"no\")",
    "</style></title><svg onload=alert(1)>",
    "// ]]> <!-- --",
    "%s %d {0} ${x}",
    '#panic() #read("/etc/passwd")',
)
UNSEEN = ("turned\u202eround", "zero\u200bwidth", "be_x0007_ll_x0000_")
"""What a workbook may hold and no reader sees: these characters are taken out."""

FILE = 'ho\'s "book" $(id) `x`; {{7}} <b>#x.xlsx'


def words(number: int) -> str:
    """A hostile text, each in its turn."""
    return (*HOSTILE, *UNSEEN)[number % (len(HOSTILE) + len(UNSEEN))]


def rows() -> dict[str, list[dict[str, object]]]:
    studies, results = [], []
    for i, text in enumerate((*HOSTILE, *UNSEEN), start=1):
        n = 1 if i % 4 == 0 else 12
        given = {name: words(i + j) for j, name in enumerate(
            ("title", "journal", "country", "population", "trigger", "note", "source_url"), start=1
        )}  # fmt: skip
        design = "case_report" if n == 1 else "prospective_cohort"
        studies.append(study(i, design, label=f"{text} {i}", n_enrolled=n, **given))
        told = {name: words(i + j) for j, name in enumerate(
            ("arm", "definition", "timepoint", "analyse_reason", "source_locator"), start=1
        )}  # fmt: skip
        drug = ("treatment_a", "treatment_b", "standard_care")[i % 3]
        results.append(result(i, i, (i % (n + 1), n), **told, intervention=drug))
    certainty = [
        {"intervention": "treatment_a", "outcome": "response", "claim": "rate", "domain": domain,
         "levels": -1, "reason": words(i), "assessor": words(i + 3)}
        for i, domain in enumerate(("risk_of_bias", "imprecision"))
    ]  # fmt: skip
    return {"studies": studies, "results": results, "certainty": certainty}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The bundle of a report in all its formats, unpacked."""
    folder = tmp_path_factory.mktemp("hostile")
    path = fill(folder / FILE, rows())
    book = load_workbook(path)
    lists = book["lists"]
    for row in lists.iter_rows(min_row=2):
        if row[0].value in {"intervention", "outcome", "design"}:
            row[2].value = f"{words(row[2].row)} {row[2].row}"
            row[2].data_type = "s"
    book.save(path)
    registry = ms.read_registry(path)
    registry.issues.raise_if_errors()
    groups = ms.pool_by(registry.select(outcome="response"), "intervention")
    ms.write_report(
        groups, folder / "report", title=HOSTILE[12], question=HOSTILE[2], registry=registry,
        documents=("docx", "pdf"), command=HOSTILE[0],
    )  # fmt: skip
    script = folder / "report.py"
    script.write_text(script_text(groups, FILE, title="''' + str(1) #", question='"""\\'))
    ms.write_bundle(folder / "report", folder / "b.zip", groups=groups, script=script)
    with zipfile.ZipFile(folder / "b.zip") as archive:
        archive.extractall(folder / "out")
    return folder / "out"


@pytest.mark.browser
def test_the_page_runs_nothing_and_asks_for_nothing(made, browser: Browser):
    page = browser.new_page()
    heard: list[str] = []
    page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = (made / "report" / "index.html").as_uri()
    page.goto(address)
    page.locator("main svg a").first.focus()
    page.get_by_role("searchbox").first.fill("<script>")
    assert heard == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert page.locator("img, iframe, [onerror], [onload], [onclick]").count() == 0
    text = page.locator("main").text_content() or ""
    for one in HOSTILE:
        assert one in text, one
    assert not re.search("[\u202e\u200b\x07\x00]", text)
    page.close()


def test_word_shows_every_text_as_it_is(made):
    document = Document(str(made / "report" / "report.docx"))
    told = [paragraph.text for paragraph in document.paragraphs]
    told += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join(told)
    for one in HOSTILE:
        assert one in text, one


def test_pdf_shows_every_text_as_it_is(made):
    program = shutil.which("pdftotext")
    assert program is not None
    text = subprocess.run(
        [program, "-raw", made / "report" / "report.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    squeezed = re.sub(r"[\s\u00ad-]", "", text)
    for one in HOSTILE:
        assert re.sub(r"[\s-]", "", one) in squeezed, one


def test_the_spreadsheet_has_no_formula(made):
    book = load_workbook(made / "report" / "results.xlsx")
    values = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in values} <= {"s", "n", "b"}
    text = "\n".join(str(cell.value) for cell in values)
    for one in HOSTILE:
        assert one in text, one


def test_no_table_of_text_has_a_formula(made):
    tables = sorted(made.rglob("*.csv"))
    assert len(tables) > 5
    for table in tables:
        for row in csv.reader(io.StringIO(table.read_text(encoding="utf-8"))):
            for value in row:
                number = re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", value)
                assert number or not value.startswith(("=", "+", "-", "@")), (table.name, value)


def test_numbers_drawings_and_references_can_be_read(made):
    for path in made.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    told = (made / "report" / "results.json").read_text(encoding="utf-8")
    assert json.loads(told)["title"] == HOSTILE[12]
    svg = etree.parse(made / "report" / "forest.svg")
    tags = {etree.QName(one).localname for one in svg.iter("*")}
    assert not tags & {"script", "image", "foreignObject", "img", "a"}
    assert HOSTILE[0] in "".join(svg.getroot().itertext())
    ris = (made / "references" / "studies.ris").read_text(encoding="utf-8")
    assert ris.count("TY  - ") == ris.count("ER  - ") == len(HOSTILE) + len(UNSEEN)


def test_the_scripts_hold_text_as_text(made):
    script = (made / "script" / "report.py").read_text(encoding="utf-8")
    compile(script, "report.py", "exec")
    assert repr(FILE) in script
    assert (made / "data" / FILE).is_file()
    # What R reads comes from a table; nothing of the workbook stands in the script.
    program = (made / "exchange" / "metafor" / "pool.R").read_text(encoding="utf-8")
    assert not [one for one in HOSTILE if one in program]
