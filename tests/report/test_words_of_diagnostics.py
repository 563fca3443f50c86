"""Sentences of the table of diagnostics, as a clinician reads them."""

from types import SimpleNamespace

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.no_null import no_null
from metasyn.diagnostics.what_would_it_take.answer import Answer
from metasyn.errors import Note
from metasyn.report.sections.diagnostics_table import _reason
from metasyn.report.sections.diagnostics_words import WORDS, Reader, _taken


@pytest.fixture(scope="module")
def reader():
    return Reader(ms.pool(ms.effects_from([0.1, 0.4, 0.2], [0.02, 0.03, 0.04])))


def test_the_first_of_two_or_three_studies_is_not_counted(reader):
    effects = ms.effects_from([0.1, 0.4, 0.2], [0.02, 0.03, 0.04])
    words = WORDS["cumulative"](ms.cumulative(effects, by="precision"), reader)
    assert "with the first study, " in words
    six = ms.effects_from(np.linspace(0.1, 0.4, 6), np.linspace(0.02, 0.04, 6))
    assert "with the first 3 studies, " in WORDS["cumulative"](
        ms.cumulative(six, by="precision"), reader
    )


def test_heterogeneity_is_told_as_disagreement(reader):
    found = ms.baujat(ms.effects_from([0.1, 0.9, 0.2], [0.02, 0.03, 0.04], slab=["A", "B", "C"]))
    share = found.heterogeneity[1] / found.heterogeneity.sum()
    assert WORDS["baujat"](found, reader) == (
        f"B alone accounts for {100 * share:.0f}% of the disagreement between studies (Q)"
    )


@pytest.mark.parametrize(("method", "hedge"), [("searched", True), ("exact", False)])
def test_a_number_that_was_searched_for_says_so(reader, method, hedge):
    answer = Answer("hidden", "include", 4.0, (), method, "")
    words = _taken(answer, reader)
    assert words.startswith("4 hidden null results")
    assert ("(not all smaller numbers were tried)" in words) == hedge


def test_readers_get_reasons_and_no_advice():
    yi = np.linspace(0.2, 1.0, 12)
    effects = ms.effects_from(yi, np.full(12, 1.0) / np.linspace(100, 300, 12))
    model = ms.selection_model(effects, "stepfun", steps=[0.9])
    empty = next(note for note in model.notes if note.code == "selection-empty-interval")
    assert "Leave the step out" in empty.message
    assert _reason(Note("not-trusted", empty.message), "GEN").endswith("are never seen.")
    assert _reason(no_null("AUC")[0], "AUC").endswith("is looked at against 0.")
    few = ms.selection_model(ms.effects_from(yi[:5], np.full(5, 0.02)), "halfnorm")
    message = next(note.message for note in few.notes if note.code == "selection-few-studies")
    assert "prefer given weights" in message
    assert "prefer" not in _reason(Note("not-trusted", message), "GEN")


def test_no_answer_is_no_sentence(reader):
    nothing = SimpleNamespace(answers=[Answer("removal", "sign", None, (), "not found", "")])
    assert WORDS["what_would_it_take"](nothing, reader) == (
        "no removal was found that changes the reading"
    )


@pytest.mark.parametrize(
    ("outside", "start"),
    [
        ((), "no study lies outside"),
        (("A",), "A lies outside"),
        (("A", "B"), "A and B lie outside"),
    ],
)
def test_outlying_studies_are_named(reader, outside, start):
    words = WORDS["radial"](SimpleNamespace(outside=outside), reader)
    assert words == f"{start} the range that chance would explain"
