"""The sheet ``certainty``: judgements of two people become one, differences stay open."""

from __future__ import annotations

import pytest

from metasyn.records.certainty import CLAIMS, DOMAINS, certainties
from metasyn.registry.optional import optional_codes

HEADER = ["intervention", "outcome", "claim", "domain", "levels", "reason", "assessor"]
CLAIM = ["treatment_a", "response", "rate"]


@pytest.fixture
def graded(book, tmp_path):
    def read(*rows):
        book.sheets["certainty"] = [HEADER, *([*CLAIM, *row] for row in rows)]
        return book.read(tmp_path)

    return read


def test_the_code_lists_are_those_of_grade():
    codes = optional_codes()
    assert list(codes["certainty_claim"]) == list(CLAIMS)
    assert list(codes["certainty_domain"]) == list(DOMAINS)
    for code, domain in DOMAINS.items():
        assert codes["certainty_domain"].label(code) == domain.label
        most = domain.highest or -domain.lowest
        assert codes["certainty_domain"][code].definition.endswith(str(most))


def test_two_who_agree_are_one_judgement(graded):
    registry = graded(("imprecision", -1, "Few.", "AB"), ("imprecision", -1, "Few.", "CD"))
    assert str(registry.issues) == ""
    (one,) = registry.certainty
    assert (one.levels, one.reason, one.is_double) == (-1, "Few.", True)
    assert (one.assessor_1, one.assessor_2, one.adjudicator) == ("AB", "CD", "")
    assert str(one.provenance.cell("reason")) == "certainty!F2"


def test_a_difference_stays_open_until_somebody_decides(graded):
    rows = [("imprecision", -1, "Few.", "AB"), ("imprecision", -2, "Very few.", "CD")]
    assert graded(*rows).certainty[0].levels is None
    assert graded(*rows).certainty[0].is_undecided
    registry = graded(*rows, ("imprecision", -2, "82 patients.", "consensus"))
    assert str(registry.issues) == ""
    (one,) = registry.certainty
    assert (one.levels, one.reason, one.is_undecided) == (-2, "82 patients.", False)


def test_five_judged_grounds_make_a_level(graded):
    lowering = [code for code, domain in DOMAINS.items() if domain.lowers]
    rows = [(code, 0, None, who) for code in lowering for who in ("AB", "CD")]
    rows[-2:] = [("publication_bias", -1, "Asked for.", who) for who in ("AB", "CD")]
    registry = graded(*rows)
    assert str(registry.issues) == ""
    (found,) = certainties(registry.certainty, "treatment_a", ("response",), ["case_series"])
    assert (found.start, found.level, found.notes) == ("high", "moderate", ())


def test_an_error_keeps_no_result_out(graded):
    registry = graded(("imprecision", 1, "few", "AB"), ("imprecision", 1, "few", "CD"))
    assert {issue.code for issue in registry.issues} == {"certainty-out-of-range"}
    assert len(registry.select(outcome="response", analyse="primary")) == 4


def test_a_workbook_without_the_sheet_has_no_judgements(book, tmp_path):
    assert book.read(tmp_path).certainty == ()
