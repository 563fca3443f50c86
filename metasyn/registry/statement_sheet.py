"""The sheet ``statements``: one row a statement that a report makes about another."""

from __future__ import annotations

from metasyn.registry.schema import SheetRow, column

__all__ = ["StatementSheetRow"]


class StatementSheetRow(SheetRow):
    """What one report says of another report, or of a treatment."""

    statement_id: str = column(
        "Statement id",
        "Identifies the statement. Never changes and is never used again.",
        example="T0001",
        width=12,
        required=True,
        key=True,
    )
    citing_label: str = column(
        "Citing report",
        "The report that makes the statement.",
        example="Diorio 2022",
        width=30,
        required=True,
    )
    citing_study_id: str = column(
        "Citing study id",
        "Its id where it is in the sheet studies.",
        example="S0023",
        width=15,
        refers_to="studies.study_id",
    )
    cited_study_id: str = column(
        "Cited study id",
        "The report that is spoken of; blank where the statement is about a treatment.",
        example="S0010",
        width=15,
        refers_to="studies.study_id",
    )
    intervention: str = column(
        "Intervention",
        "The treatment that is spoken of.",
        width=26,
        codes="intervention",
    )
    outcome: str = column(
        "Outcome",
        "The outcome that is spoken of; blank where none is named.",
        width=24,
        codes="outcome",
    )
    stance: str = column(
        "Stance",
        "Class of the statement by its function, not by its tone: the one that was agreed on. "
        "When unsure: mentioning. Blank: not classed yet.",
        width=13,
        codes="stance",
        may_be_missing=False,
    )
    section: str = column(
        "Section",
        "Section of the citing report where the statement stands.",
        width=13,
        required=True,
        codes="section",
    )
    basis: str = column(
        "Basis",
        "What the statement rests on.",
        width=12,
        required=True,
        codes="basis",
    )
    paraphrase: str = column(
        "Paraphrase",
        "The statement in one sentence of your own.",
        example="Two patients had less fever once treatment A was begun.",
        width=70,
        required=True,
    )
    source_url: str = column(
        "Source",
        "Address of the page that was read.",
        example="https://pmc.ncbi.nlm.nih.gov/articles/PMC7543968",
        width=44,
    )
    quotation: str = column(
        "Quotation",
        "The statement as printed, 60 words at most.",
        example="Fever resolved in both patients within two days.",
        width=50,
        may_be_absent=True,
    )
    annotator_1: str = column(
        "Annotator 1",
        "Who classed the statement first: initials.",
        example="AB",
        width=11,
        may_be_absent=True,
    )
    class_1: str = column(
        "Class 1",
        "Class by the first annotator, given without knowing the second.",
        width=13,
        codes="stance",
        may_be_absent=True,
    )
    annotator_2: str = column(
        "Annotator 2",
        "Who classed the statement independently: initials.",
        example="CD",
        width=11,
        may_be_absent=True,
    )
    class_2: str = column(
        "Class 2",
        "Class by the second annotator.",
        width=13,
        codes="stance",
        may_be_absent=True,
    )
    adjudicator: str = column(
        "Adjudicator",
        "Who decided where the two differed; the decision stands in stance.",
        example="EF",
        width=11,
        may_be_absent=True,
    )
    self_citation: str = column(
        "Self-citation",
        "Whether the citing and the cited report share an author. Blank: nobody has looked.",
        width=12,
        codes="self_citation",
        may_be_absent=True,
    )
    citing_notice: str = column(
        "Citing notice",
        "Gravest editorial notice on the citing report; that on the cited one stands in studies.",
        width=20,
        codes="notice",
        may_be_absent=True,
    )
    citing_notice_checked: str = column(
        "Citing notice checked",
        "Day on which somebody last looked for notices on the citing report.",
        example="2026-01-15",
        width=14,
        may_be_absent=True,
        is_date=True,
    )
