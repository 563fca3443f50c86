"""References of a search become rows of studies; none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

import metasyn as ms
from metasyn.exchange.bibliography import ris
from metasyn.exchange.references import study_rows
from metasyn.registry.template import Contents, write_workbook

RIS = """TY  - JOUR
AU  - Müller, Jan K.
AU  - Lee, A.
TI  - The CAR-T
 thing
PY  - 2020/03/01
JO  - J Test
DO  - https://doi.org/10.1000/x
AN  - 123
DB  - PubMed
ER  -

TY  - JOUR
A1  - Müller, K.
T1  - =Another
Y1  - 2020
ER  -
"""
BIB = """@string{jn = "J Test"}
@article{a1, author={M{\\"u}ller, Jan K. and Lee, A.}, title={The {CAR-T} thing}, year=2020,
  journal=jn, doi={10.1000/x}, pmid={123}}
@misc{b2, author={Müller, K.}, title={{=Another}}, date={2020-01}}
"""


@pytest.mark.parametrize(("name", "text"), [("found.ris", RIS), ("found.bib", BIB)])
def test_rows(name, text, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    first, second = study_rows(tmp_path / name)
    assert first == {
        "study_id": "S0001", "label": "Müller 2020a", "first_author": "Müller JK", "year": 2020,
        "title": "The CAR-T thing", "journal": "J Test", "doi": "10.1000/x", "pmid": "123",
        "source_url": "",
    }  # fmt: skip
    assert (second["label"], second["title"], second["journal"]) == ("Müller 2020b", "=Another", "")


def test_a_workbook_holds_them_as_text(tmp_path):
    (tmp_path / "found.bib").write_text(BIB, encoding="utf-8")
    write_workbook(tmp_path / "new.xlsx", Contents(studies=study_rows(tmp_path / "found.bib")))
    studies = ms.read_registry(tmp_path / "new.xlsx").studies
    assert [study.title for study in studies] == ["The CAR-T thing", "=Another"]


def test_what_was_exported_comes_back(tmp_path):
    known = ms.read_registry(Path(__file__).parents[2] / "studies" / "severe_crs.xlsx").studies
    (tmp_path / "studies.ris").write_bytes(ris(known).files["studies.ris"])
    rows = study_rows(tmp_path / "studies.ris")
    for row, study in zip(rows, known, strict=True):
        assert row["year"] == study.year
        assert (row["title"], row["doi"]) == (" ".join(study.title.split()), study.doi)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ris", RIS.rpartition("ER")[0].encode(), "begins 2 records but ends 1"),
        ("a.ris", b"", "holds no reference"),
        ("a.bib", BIB.replace("b2", "a1").encode(), "lines 4 are broken or use a key twice"),
        ("a.bib", b"@article{x, title={y", "lines 1 are broken"),
        ("a.bib", "@article{x, title={\xe9}}".encode("latin-1"), "not in UTF-8"),
        ("a.txt", b"", r"\.ris and \.bib"),
    ],
)
def test_a_broken_file_is_refused_whole(name, content, words, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ms.WorkbookError, match=words):
        study_rows(tmp_path / name)


def test_a_year_that_is_none_is_noted(tmp_path):
    text = "@article{a, author={Lee, A.}, title={T}, year={in press}}"
    (tmp_path / "found.bib").write_text(text)
    (row,) = study_rows(tmp_path / "found.bib")
    assert (row["label"], row["year"], row["note"]) == ("Lee", None, "Year as given: in press.")
    write_workbook(tmp_path / "new.xlsx", Contents(studies=(row,)))
    assert ms.read_registry(tmp_path / "new.xlsx").studies[0].note == row["note"]
