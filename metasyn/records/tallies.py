"""Counts of statements by target, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metasyn.errors import DataError
from metasyn.records.statement_count import CLASSES, Count, count_of
from metasyn.records.study import Statement

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["APART", "Tallies", "Tally", "tally_of"]

APART = " – "
"""Between treatment and outcome."""

SECTIONS = ("introduction", "methods", "results", "discussion", "other")
"""Sections that scite's tallies count."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Statements on one target.

    Parameters
    ----------
    study_id
        The report that is spoken of; empty where the target is a treatment, or none is named.
    intervention, outcome
        The treatment and outcome that are spoken of; empty where the target is a report, or where
        none is named.
    label
        The target in words.
    count
        Every statement.
    without_self
        Those that are not marked as self-citations.
    sections
        Section of the citing report to the statements that stand there; sections without any have
        no entry.
    notices
        Editorial notices on the report and on those that speak of it, one sentence each.
    statements
        The statements, in the registry's order.
    """

    study_id: str
    intervention: str
    outcome: str
    label: str
    count: Count
    without_self: Count
    sections: Mapping[str, Count]
    notices: tuple[str, ...]
    statements: tuple[Statement, ...] = field(repr=False)

    def __str__(self) -> str:
        notices = "".join(f"{notice} " for notice in self.notices)
        return f"{self.label}: {notices}{self.count}"


@dataclass(frozen=True, eq=False)
class Tallies:
    """Statements of a registry, counted.

    Parameters
    ----------
    studies
        One for every report of the registry, in its order, without statements too; at the end the
        statements that name no report, if there are any. Every statement stands in one of them.
    treatments
        One for every treatment and outcome that statements or results name, by treatment and
        outcome in the registry's order. Every statement stands in one of them.
    everything
        All statements.
    """

    studies: tuple[Tally, ...]
    treatments: tuple[Tally, ...]
    everything: Tally

    def study(self, study_id: str) -> Tally:
        """Statements on a report.

        Raises
        ------
        DataError
            If the registry has no such report.
        """
        for one in self.studies:
            if one.study_id == study_id:
                return one
        raise DataError(f"The registry has no report {study_id!r}.")

    def treatment(self, intervention: str, outcome: str | None = None) -> Tally:
        """Statements on a treatment, of one outcome or of all (a zero tally where there is none).

        Parameters
        ----------
        intervention, outcome
            Codes; an empty outcome asks for statements that name none, None for all.
        """
        mine = [one for one in self.treatments if one.intervention == intervention]
        if outcome is not None:
            mine = [one for one in mine if one.outcome == outcome]
        if len(mine) == 1 and outcome is not None:
            return mine[0]
        label = mine[0].label.partition(APART)[0] if mine else intervention
        notices = tuple(dict.fromkeys(notice for one in mine for notice in one.notices))
        chosen = {id(one) for part in mine for one in part.statements}
        statements = [one for one in self.everything.statements if id(one) in chosen]
        return tally_of(
            label, statements, notices, intervention=intervention, outcome=outcome or ""
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a target: first the reports, then the treatments with their outcomes.

        Columns: ``target study_id intervention outcome label supporting contrasting mentioning
        unclassified statements citing_reports self_citations self_unknown notices``, the same four
        classes ``_without_self``, and ``in_<section>`` for every section that occurs.
        """
        import pandas as pd

        sections = list(self.everything.sections)
        rows = [
            _row(kind, one, sections)
            for kind, tallies in (("study", self.studies), ("treatment", self.treatments))
            for one in tallies
        ]
        return pd.DataFrame(rows, columns=list(_row("", self.everything, sections)))

    def to_json(self) -> str:
        """The counts with the keys of scite's tallies, so that the two can stand side by side.

        ``total supporting contradicting mentioning unclassified citingPublications`` of every
        target, its sections and notices; sections that do not occur count 0, and
        ``sectionUnknown`` are the statements whose section nobody knows.
        """
        content = {
            "source": "statements of the registry, classed by people",
            "all": _json(self.everything, {}),
            "studies": [_json(one, {"study_id": one.study_id}) for one in self.studies],
            "treatments": [
                _json(one, {"intervention": one.intervention, "outcome": one.outcome})
                for one in self.treatments
            ],
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    def summary(self) -> str:
        """The counts in words; targets without a statement are said together."""
        lines = [f"All statements: {self.everything.count}"]
        for title, tallies in (("Reports", self.studies), ("Treatments", self.treatments)):
            spoken = [one for one in tallies if one.count.statements or one.notices]
            lines += ["", f"{title}:", *(f"  {one}" for one in spoken)]
            silent = len(tallies) - len(spoken)
            if silent:
                lines.append(f"  No statements on {silent} {'others' if spoken else 'of them'}.")
            elif not tallies:
                lines.append("  The registry names none.")
        return "\n".join(lines)


def tally_of(
    label: str,
    statements: Sequence[Statement],
    notices: tuple[str, ...],
    *,
    study_id: str = "",
    intervention: str = "",
    outcome: str = "",
) -> Tally:
    """Count the statements on one target; see :class:`Tally`."""
    found = dict.fromkeys(one.section or "NR" for one in statements)
    sections = [
        *(name for name in SECTIONS if name in found),
        *(name for name in found if name not in SECTIONS),
    ]
    return Tally(
        study_id,
        intervention,
        outcome,
        label,
        count_of(statements),
        count_of([one for one in statements if one.self_citation != "yes"]),
        {
            name: count_of([one for one in statements if (one.section or "NR") == name])
            for name in sections
        },
        notices,
        tuple(statements),
    )


def _row(kind: str, one: Tally, sections: Sequence[str]) -> dict[str, object]:
    return {
        "target": kind,
        "study_id": one.study_id,
        "intervention": one.intervention,
        "outcome": one.outcome,
        "label": one.label,
        **{name: getattr(one.count, name) for name in CLASSES},
        "statements": one.count.statements,
        "citing_reports": one.count.citing_reports,
        "self_citations": one.count.self_citations,
        "self_unknown": one.count.self_unknown,
        "notices": " ".join(one.notices),
        **{f"{name}_without_self": getattr(one.without_self, name) for name in CLASSES},
        **{f"in_{name}": one.sections.get(name, Count()).statements for name in sections},
    }


def _json(one: Tally, target: Mapping[str, str]) -> dict[str, object]:
    def keys(count: Count) -> dict[str, int]:
        return {
            "total": count.statements,
            "supporting": count.supporting,
            "contradicting": count.contrasting,
            "mentioning": count.mentioning,
            "unclassified": count.unclassified,
            "citingPublications": count.citing_reports,
        }

    return {
        **target,
        "label": one.label,
        **keys(one.count),
        **{name: one.sections.get(name, Count()).statements for name in SECTIONS},
        "sectionUnknown": sum(
            count.statements for name, count in one.sections.items() if name not in SECTIONS
        ),
        "withoutSelfCitations": keys(one.without_self),
        "selfCitations": one.count.self_citations,
        "selfCitationsUnknown": one.count.self_unknown,
        "editorialNotices": list(one.notices),
    }
