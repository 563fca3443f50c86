"""Cohen's kappa of two annotators, and what is left to decide."""

from __future__ import annotations

from math import sqrt

import pytest

import metasyn as ms
from metasyn.records import Provenance, Statement

LABELS = ("supporting", "contrasting", "mentioning")


def labelled(first, second, *, stance="", adjudicator="", basis="review"):
    return Statement(
        "T1", "Lee 2020", "", "", "drug", "", stance, "results", basis, "It worked.", "",
        Provenance("statements", 2, {}), class_1=first, class_2=second, adjudicator=adjudicator,
    )  # fmt: skip


FLEISS = ((106, 10, 4), (22, 28, 10), (2, 12, 6))
"""Fleiss, Cohen and Everitt 1969, Psychol Bull 72:323: proportions of 200 subjects."""


def test_kappa_of_fleiss_cohen_and_everitt():
    statements = [
        labelled(LABELS[i], LABELS[j])
        for i, row in enumerate(FLEISS)
        for j, number in enumerate(row)
        for _ in range(number)
    ]
    found = ms.annotator_agreement(statements)
    assert found.confusion == FLEISS
    assert found.agreed == 0.70
    # Their kappa is .429: agreement .70, of which chance gives .475.
    assert found.kappa == pytest.approx(0.225 / 0.525, rel=1e-12)
    p = [[n / 200 for n in row] for row in FLEISS]
    rows, columns = [sum(row) for row in p], [sum(column) for column in zip(*p, strict=True)]
    k, po, pe = found.kappa, 0.70, 0.475
    diagonal = sum(p[i][i] * (1 - (rows[i] + columns[i]) * (1 - k)) ** 2 for i in range(3))
    rest = (1 - k) ** 2 * sum(
        p[i][j] * (columns[i] + rows[j]) ** 2 for i in range(3) for j in range(3) if i != j
    )
    se = sqrt((diagonal + rest - (k - pe * (1 - k)) ** 2) / (200 * (1 - pe) ** 2))
    assert po - pe == pytest.approx(0.225)
    assert found.ci.low == pytest.approx(k - 1.959964 * se, rel=1e-6)
    assert found.ci.high == pytest.approx(k + 1.959964 * se, rel=1e-6)
    assert list(found.to_frame().columns) == list(LABELS)


def test_no_statements():
    found = ms.annotator_agreement([])
    assert (found.statements, found.agreed, found.kappa, found.ci) == (0, None, None, None)
    assert found.summary() == "There are no statements."


def test_nobody_labelled_twice():
    found = ms.annotator_agreement([labelled("supporting", ""), labelled("", "")])
    assert (found.labelled_twice, found.kappa) == (0, None)
    assert [note.code for note in found.notes] == ["no-double-labels"]
    assert "No statement of 2 was classed by two people" in found.summary()


def test_one_class_alone_has_no_kappa():
    found = ms.annotator_agreement([labelled("mentioning", "mentioning")] * 3)
    assert (found.agreed, found.kappa) == (1.0, None)
    assert [note.code for note in found.notes] == ["one-class"]
    assert "does not exist" in found.summary()


def test_full_agreement_has_no_interval():
    found = ms.annotator_agreement(
        [labelled("mentioning", "mentioning"), labelled("supporting", "supporting")]
    )
    assert (found.kappa, found.ci) == (1.0, None)
    assert [note.code for note in found.notes] == ["no-kappa-interval"]


def test_what_is_left_to_decide():
    found = ms.annotator_agreement(
        [
            labelled("supporting", "mentioning", stance="mentioning", adjudicator="EF"),
            labelled("supporting", "mentioning", stance="", adjudicator="EF"),
            labelled("supporting", "mentioning", stance="supporting", basis="own_data"),
            labelled("mentioning", "mentioning", stance="mentioning", basis="own_data"),
            labelled("", "", stance="contrasting", basis="reanalysis"),
        ]
    )
    assert (found.kappa, found.ci) == (0.0, None)
    assert (found.adjudicated, found.unadjudicated, found.unclassified) == (1, 2, 1)
    assert (found.judged, found.judged_on_data, found.own_data) == (2, 2, 2)
    assert "They differ on 3: 1 decided by an adjudicator, 2 undecided." in found.sentences()
