"""References, data packages and judgements: what is written, and what reads it back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

import metasyn as ms
from metasyn.exchange.bibliography import csl_json, ris
from metasyn.exchange.files import Export, write_export
from metasyn.exchange.frictionless import frictionless
from metasyn.exchange.robvis import robvis, robvis_appraisals
from metasyn.records import Provenance
from metasyn.records.appraisal import Appraisal
from metasyn.registry.build import unknown_study
from metasyn.registry.csv_text import guarded, unguarded
from metasyn.registry.diff import diff_registries

CRS = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"


@pytest.fixture(scope="module")
def registry():
    return ms.read_registry(CRS)


def study(**changes):
    known = Provenance("studies", 2, missing=changes.pop("missing", {}))
    made = replace(unknown_study("S1", known), label="Lee 2019", first_author="Lee AB", year=2019)
    return replace(made, title="Treatment A", **changes)


@given(st.text())
def test_text_comes_back_and_is_no_formula(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_data_package_reads_back_as_the_same_registry(registry, tmp_path):
    write_export(frictionless(registry), tmp_path)
    back = ms.read_registry(tmp_path)
    assert diff_registries(registry, back).rows == ()
    assert list(map(str, back.issues)) == list(map(str, registry.issues))


def test_a_data_package_describes_its_files(registry):
    files = frictionless(registry).files
    package = json.loads(files["datapackage.json"])
    names = [resource["name"] for resource in package["resources"]]
    assert names == ["studies", "results", "statements", "lists"]
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = content.decode().partition("\n")[0].split(",")
        assert header == [field["name"] for field in resource["schema"]["fields"]]
    results = package["resources"][1]["schema"]
    assert results["primaryKey"] == "result_id"
    assert {"fields": "study_id", "reference": {"resource": "studies", "fields": "study_id"}} in (
        results["foreignKeys"]
    )
    events = next(field for field in results["fields"] if field["name"] == "events")
    assert (events["type"], events["constraints"]) == ("integer", {"minimum": 0})
    assert results["missingValues"] == ["", "NR", "NA", "UNC", "PEND"]


def test_exports_are_the_same_every_time(registry):
    for write in (frictionless, lambda r: ris(r.studies), lambda r: csl_json(r.studies)):
        assert write(registry).files == write(registry).files


def test_references_of_the_crs_review(registry):
    items = json.loads(csl_json(registry.studies).files["studies.json"])
    records = rispy.loads(ris(registry.studies).files["studies.ris"].decode())
    assert len(items) == len(records) == len(registry.studies)
    assert [record["id"] for record in records] == [item["id"] for item in items]
    for item, record, known in zip(items, records, registry.studies, strict=True):
        assert item.get("DOI", "") == record.get("doi", "") == known.doi
        assert record["title"] == item["title"] == " ".join(known.title.split())


def test_a_reference():
    (item,) = json.loads(
        csl_json([study(journal="J Test", doi="10.1/x", pmid="123")]).files["studies.json"]
    )
    assert item == {
        "id": "S1", "type": "article-journal", "title": "Treatment A",
        "container-title": "J Test", "DOI": "10.1/x", "PMID": "123",
        "note": "First author only.", "author": [{"family": "Lee", "given": "AB"}],
        "issued": {"date-parts": [[2019]]},
    }  # fmt: skip


def test_missing_codes_give_no_field():
    one = study(first_author="NR", journal="NR", missing={"first_author": "NR", "journal": "NR"})
    (item,) = json.loads(csl_json([one]).files["studies.json"])
    assert "author" not in item
    assert item["type"] == "document"
    assert b"AU  -" not in ris([one]).files["studies.ris"]


def test_a_line_break_starts_no_ris_tag():
    text = ris([study(journal="J Test\nER  - \nTY  - BOOK")]).files["studies.ris"].decode()
    (record,) = rispy.loads(text)
    assert record["journal_name"] == "J Test ER - TY - BOOK"


def test_notices_and_groups_as_authors():
    noticed = study(notice="retraction", notice_date="2024-03-31", first_author="WHO Study Group")
    (item,) = json.loads(csl_json([noticed]).files["studies.json"])
    assert item["note"] == "First author only. Editorial notice: retraction (2024-03-31)."
    assert item["author"] == [{"literal": "WHO Study Group"}]


def test_judgements():
    first = study(extras={"D2": "High", "D1": "Low", "overall": "Some concerns", "mine": "x"})
    export = robvis([first, study(extras={"D1": ""})], tool="ROB2")
    assert export.files["robvis.csv"] == b"Study,D1,D2,Overall\nLee 2019,Low,High,Some concerns\n"


def test_judgements_that_are_none():
    wrong = study(extras={"D1": "low", "Overall": "Low"})
    with pytest.raises(ms.DataError, match=r"Lee 2019 \(S1, row 2\), D1: low\. .*'Low'"):
        robvis([wrong], tool="ROB2")
    one = study(extras={"D1": "Low", "Overall": "Low"})
    with pytest.raises(ms.DataError, match="D2: blank"):
        robvis([one, study(extras={**one.extras, "D2": "Low"})], tool="ROB2")
    with pytest.raises(ms.DataError, match="Add them to row 1"):
        robvis([study()], tool="ROB2")


def test_no_file_is_replaced_unasked(tmp_path):
    write_export(Export({"a.csv": b"1", "b.csv": b"1"}), tmp_path / "new")
    (tmp_path / "new" / "a.csv").unlink()
    with pytest.raises(ms.OutputError, match=r"b\.csv: exists already"):
        write_export(Export({"a.csv": b"2", "b.csv": b"2"}), tmp_path / "new")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["b.csv"]
    write_export(Export({"a.csv": b"2", "b.csv": b"2"}), tmp_path / "new", force=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {
        "a.csv": b"2",
        "b.csv": b"2",
    }


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(ms.OutputError, match="cannot be written"):
        write_export(Export({"a.csv": b"1"}), tmp_path / "taken")


def test_appraisals_go_to_robvis_by_tool(registry, tmp_path):
    first, second = (study.study_id for study in registry.studies[:2])
    one = {"study_id": first, "tool": "murad", "tool_version": "2018", "judgement": "yes"}
    rows = [{**one, "domain": f"Q{i}", "assessor": "AB"} for i in range(1, 8)]
    rows += [{**one, "study_id": second, "domain": "Q8", "judgement": "no", "assessor": "AB"}]
    appraisals = tuple(
        Appraisal(row["study_id"], "", row["tool"], row["tool_version"], row["domain"],
                  row["judgement"], "", row["assessor"])
        for row in rows
    )  # fmt: skip

    class Judged:
        studies = registry.studies
        appraisals: tuple[Appraisal, ...] = ()

    judged = Judged()
    judged.appraisals = appraisals
    export = robvis_appraisals(judged)
    assert list(export.files) == ["murad.csv"]
    header, liu, other = export.files["murad.csv"].decode().splitlines()
    assert header == "Study,Q1,Q2,Q3,Q4,Q5,Q6,Q7,Q8"
    assert liu == f"{registry.studies[0].label},Yes,Yes,Yes,Yes,Yes,Yes,Yes,"
    assert other == f"{registry.studies[1].label},,,,,,,,No"
    assert [note.code for note in export.notes] == ["not-judged", "not-judged"]
    with pytest.raises(ms.DataError, match="has no rows"):
        robvis_appraisals(Judged())
