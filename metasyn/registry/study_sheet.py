"""The sheet ``studies``: one row a report."""

from __future__ import annotations

from metasyn.registry.schema import SheetRow, column

__all__ = ["StudySheetRow"]


class StudySheetRow(SheetRow):
    """One report: a cohort, a trial, a case."""

    study_id: str = column(
        "Study id",
        "Identifies the report. Never changes and is never used again, even if the row is deleted.",
        example="S0001",
        width=10,
        required=True,
        key=True,
    )
    label: str = column(
        "Label",
        "What figures and tables print. Two reports must not share a label: add a, b, ...",
        example="Liu 2018",
        width=21,
        required=True,
        may_be_missing=False,
    )
    first_author: str = column(
        "First author",
        "Surname and initials of the first author; NR if the source does not show it.",
        example="Liu Y",
        width=18,
        required=True,
    )
    year: int | None = column(
        "Year",
        "Year of publication.",
        example="2018",
        width=8,
        default=None,
        low=1900,
        high=2100,
    )
    title: str = column(
        "Title",
        "Published title. In [square brackets]: a description, where the title was not seen.",
        example="Treatment A resolves severe disease: a case report",
        width=56,
        required=True,
    )
    journal: str = column(
        "Journal",
        "Journal, abbreviated as in PubMed, or the meeting.",
        example="J Immunother",
        width=24,
    )
    doi: str = column(
        "DOI",
        "Digital object identifier, beginning with 10., without https://doi.org/.",
        example="10.1097/CJI.0000000000000243",
        width=30,
    )
    pmid: str = column(
        "PMID",
        "PubMed identifier: digits only.",
        example="23678006",
        width=11,
    )
    design: str = column(
        "Design",
        "Study design. It decides how much a report can weigh.",
        width=21,
        required=True,
        codes="design",
        may_be_missing=False,
    )
    country: str = column(
        "Country",
        "Country of the patients; several are parted by semicolons.",
        example="China",
        width=15,
        required=True,
    )
    population: str = column(
        "Population",
        "Disease and stage, in the words of the report.",
        example="relapsed leukaemia, after 5 courses of chemotherapy",
        width=36,
        required=True,
    )
    age_group: str = column(
        "Age group",
        "Children, adults or both.",
        width=12,
        required=True,
        codes="age_group",
    )
    trigger: str = column(
        "Trigger",
        "What brought on the condition under study (product and dose).",
        example="CAR-T cells, 1e6/kg",
        width=30,
        required=True,
    )
    grading_scale: str = column(
        "Grading scale",
        "Scale by which the report grades severity.",
        width=14,
        required=True,
        codes="grading_scale",
    )
    n_enrolled: int | None = column(
        "Patients",
        "Patients to whom the report's figures refer, all arms together.",
        example="45",
        width=12,
        default=None,
        unit="patients",
        low=1,
    )
    overlaps_with: tuple[str, ...] = column(
        "Overlaps with",
        "Ids of reports that probably share patients with this one, parted by semicolons. "
        "Both reports name each other.",
        example="S0011;S0016",
        width=16,
        default=(),
        refers_to="studies.study_id",
    )
    overlap_basis: str = column(
        "Why overlapping",
        "What the overlap is known or guessed from, for every id.",
        example="S0011: same trial and dates",
        width=34,
    )
    source_url: str = column(
        "Source",
        "Address of the page that was read.",
        example="https://doi.org/10.1056/NEJMoa063842",
        width=34,
    )
    source_depth: str = column(
        "Source depth",
        "How much of the report was read.",
        width=13,
        required=True,
        codes="source_depth",
    )
    bibliography_check: str = column(
        "Bibliography",
        "Whether author, year and journal were seen in a source.",
        width=19,
        required=True,
        codes="bibliography_check",
    )
    note: str = column(
        "Note",
        "Anything else that a reader has to know.",
        example="355:1018-1028.",
        width=60,
    )
    notice: str = column(
        "Notice",
        "Gravest editorial notice on the report. Retracted reports are kept out of every analysis.",
        width=20,
        codes="notice",
        may_be_absent=True,
    )
    notice_date: str = column(
        "Notice date",
        "Day of the notice.",
        example="2024-03-31",
        width=12,
        may_be_absent=True,
        is_date=True,
    )
    notice_reason: str = column(
        "Notice reason",
        "Why, as the notice says.",
        example="Error in data",
        width=30,
        may_be_absent=True,
    )
    notice_checked: str = column(
        "Notice checked",
        "Day on which somebody last looked for notices.",
        example="2026-01-15",
        width=14,
        may_be_absent=True,
        is_date=True,
    )
