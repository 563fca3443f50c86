"""Limitations of the data, counted from the rows that are shown."""

from __future__ import annotations

from collections import Counter

from metasyn.models.groups import Groups
from metasyn.models.results import NotPooled
from metasyn.records import Result
from metasyn.report.document import Bullets, Paragraph, Section, Sentence
from metasyn.report.formats import counted, join_words, plural
from metasyn.report.lines import field_cells
from metasyn.report.material import Material
from metasyn.report.sections.characteristics import shown_studies

__all__ = ["limitations"]


def limitations(material: Material) -> Section:
    """One point a limitation that the data really have."""
    groups = material.groups
    rows = [row.record for line in groups.lines for row in line.studies if row.record]
    points = [
        _single_cases(rows),
        _selection(rows, groups),
        _overlap(groups),
        _depth(rows, groups),
        _derived(rows, groups),
        _grading(groups),
        _few(groups),
    ]
    items = tuple(point for point in points if point is not None)
    if not items:
        items = (Paragraph((Sentence("None could be counted from the data."),)),)
    return Section("limitations", "Limitations of the data", (Bullets(items),))


def _point(lead: str, *sentences: Sentence) -> Paragraph:
    return Paragraph(sentences, lead=lead)


def _single_cases(rows: list[Result]) -> Paragraph | None:
    singles = [row for row in rows if row.is_single_case]
    if not singles:
        return None
    patients = sum(row.n or 0 for row in rows)
    groups = Counter(row.patient_group for row in rows if row.patient_group)
    again = (
        " Patients who were given several treatments count once under each."
        if max(groups.values(), default=0) > 1
        else ""
    )
    return _point(
        "Single cases.",
        Sentence(
            f"{len(singles)} of {plural(len(rows), 'row')} describe one or two patients; they hold "
            f"{sum(row.n or 0 for row in singles)} of {plural(patients, 'patient')}.{again} A case "
            "is more readily published when treatment worked.",
            ("murad2018",),
        ),
    )


def _selection(rows: list[Result], groups: Groups) -> Paragraph | None:
    by_code = Counter(row.selection for row in rows)
    success = [row for row in rows if row.selection == "selected_on_success"]
    failure = [row for row in rows if row.selection == "selected_on_failure"]
    aside = sum(
        item.record.selection == "selected_on_failure"
        for line in groups.lines
        for item in line.set_aside
    )
    unclear = by_code["unclear"] + by_code[""]
    sentences = []
    if success:
        sentences.append(
            Sentence(
                f"{counted(len(success), 'row', 'comes', 'come')} from reports probably published "
                "because the treatment worked."
            )
        )
    if failure or aside:
        sentences.append(
            Sentence(
                f"{_where_failed(len(failure), aside)} a treatment that had failed before another "
                "one was tried: those patients entered the report because of the failure.",
                sources=tuple(c for row in failure for c in field_cells(row, "selection")),
            )
        )
    if unclear:
        sentences.append(
            Sentence(
                f"For {plural(unclear, 'row')} it cannot be told how the patients were chosen."
            )
        )
    return _point("Selection.", *sentences) if sentences else None


def _where_failed(shown: int, aside: int) -> str:
    """How many rows, where they stand, and the verb that agrees."""
    parts = [(shown, "shown"), (aside, "set aside")]
    told = [f"{plural(count, 'row')} {where}" for count, where in parts if count]
    return f"{join_words(told)} {'concerns' if shown + aside == 1 else 'concern'}"


def _overlap(groups: Groups) -> Paragraph | None:
    studies = shown_studies(groups)
    ids = {study.study_id for study in studies}
    pairs = {
        frozenset((study.study_id, other))
        for study in studies
        for other in study.overlaps_with
        if other in ids
    }
    aside = sum(
        item.code in {"overlapping-study", "shared-patients"}
        for line in groups.lines
        for item in line.set_aside
    )
    if not pairs and not aside:
        return None
    sentences = []
    if aside:
        sentences.append(
            Sentence(
                f"{counted(aside, 'row', 'was', 'were')} set aside because their patients "
                "are, or may be, counted in a larger report."
            )
        )
    if pairs:
        names = {study.study_id: study.label_with_notice for study in studies}
        listed = [
            " with ".join(names[one] for one in sorted(pair)) for pair in sorted(map(sorted, pairs))
        ]
        sentences.append(
            Sentence(
                f"{counted(len(pairs), 'pair', 'shares', 'share')} patients, as far as is known, "
                f"in different lines: {join_words(listed)}. Which patients are shared is often a "
                "guess from centre and years."
            )
        )
    return _point("Overlap.", *sentences)


def _depth(rows: list[Result], groups: Groups) -> Paragraph | None:
    studies = shown_studies(groups)
    secondary = sum(row.verified == "secondary" for row in rows)
    depth = Counter(study.source_depth for study in studies)
    sentences = []
    if secondary:
        sentences.append(
            Sentence(
                f"Of {plural(len(rows), 'row')}, {secondary} "
                f"{'was' if secondary == 1 else 'were'} taken from a secondary source or by "
                "inference, not read in the report itself."
            )
        )
    if depth["abstract"]:
        sentences.append(
            Sentence(
                f"Of {plural(len(studies), 'report')}, {depth['abstract']} "
                f"{'was' if depth['abstract'] == 1 else 'were'} read as an abstract only."
            )
        )
    doubtful = [s for s in studies if s.bibliography_check in {"recalled", "incomplete"}]
    if doubtful:
        sentences.append(
            Sentence(
                f"The bibliography of {plural(len(doubtful), 'report')} is recalled or incomplete "
                "and must be checked before it is cited."
            )
        )
    return _point("Sources.", *sentences) if sentences else None


def _derived(rows: list[Result], groups: Groups) -> Paragraph | None:
    derived = Counter(row.derivation for row in rows)
    codes = groups.records.codes.get("derivation")
    parts = [
        f"{count} {(codes.label(code) if codes else code).lower()}"
        for code, count in sorted(derived.items())
        if code not in {"reported", ""}
    ]
    if not parts:
        return None
    return _point(
        "Derived counts.",
        Sentence(
            f"Not all counts are printed as such in the report: {join_words(parts)} (of "
            f"{plural(len(rows), 'row')})."
        ),
    )


def _grading(groups: Groups) -> Paragraph | None:
    studies = shown_studies(groups)
    missing = sum(study.grading_scale in {"", "NR"} for study in studies)
    definitions = {
        row.record.definition for line in groups.lines for row in line.studies if row.record
    } - {""}
    if not missing and len(definitions) < 2:
        return None
    sentences = []
    if len(definitions) > 1:
        sentences.append(
            Sentence(
                f"Reports define the outcome in their own words: {len(definitions)} wordings are "
                "kept in the workbook."
            )
        )
    if missing:
        sentences.append(
            Sentence(
                f"Of {plural(len(studies), 'report')}, {missing} "
                f"{'does' if missing == 1 else 'do'} not name the scale by which severity was "
                "graded."
            )
        )
    return _point("Definitions.", *sentences)


def _few(groups: Groups) -> Paragraph | None:
    shown = [line for line in groups.lines if line.studies]
    single = [line for line in shown if isinstance(line.result, NotPooled)]
    if not single:
        return None
    return _point(
        "Few reports.",
        Sentence(
            f"{len(single)} of {plural(len(shown), 'line')} have too few reports, or too uniform "
            "counts, to be pooled."
        ),
    )
