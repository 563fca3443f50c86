"""What a figure of critical appraisal shows: who was judged with a tool, and how it looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

from metasyn.errors import SpecError
from metasyn.figures.forest.options import RiskOfBias
from metasyn.figures.risk_of_bias.cells import (
    COCHRANE,
    COLOUR_BLIND,
    Domain,
    Level,
    RiskOfBiasKey,
)
from metasyn.figures.text_metrics import clean
from metasyn.records import Codes, Result, Study
from metasyn.records.appraisal import Appraisal, Appraised, HasAppraisals, appraised
from metasyn.records.appraisal_tools import OVERALL, Tool, tool_of

__all__ = ["Colours", "JudgedTable", "appraisal_key", "judged_table", "risk_of_bias"]

Colours = Literal["cochrane", "colour-blind"]

NOT_APPLICABLE = "#E3E7EA"
SCHEMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "cochrane": {**COCHRANE, "blank": NOT_APPLICABLE},
        "colour-blind": {**COLOUR_BLIND, "blank": NOT_APPLICABLE},
    }
)


class HasStudies(HasAppraisals, Protocol):
    """What knows the labels: a registry."""

    @property
    def studies(self) -> tuple[Study, ...]: ...
    @property
    def results(self) -> tuple[Result, ...]: ...
    @property
    def codes(self) -> Codes: ...


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """Everything that was judged with one tool.

    Parameters
    ----------
    tool
        The tool.
    rows
        Label and judgements of every study or result, in the order of the registry.
    not_judged
        How many of how many reports have no judgement with this tool; None where it is not known.
    """

    tool: Tool
    rows: tuple[tuple[str, Appraised], ...]
    not_judged: tuple[int, int] | None


def appraisal_key(tool: Tool, colours: Colours = "cochrane") -> RiskOfBiasKey:
    """Domains and levels of a tool as cells have them.

    Parameters
    ----------
    tool
        The tool.
    colours
        Cochrane's, or one hue that darkens with the risk.

    Raises
    ------
    SpecError
        If there are no such colours.
    """
    if colours not in SCHEMES:
        raise SpecError(f"colours is {colours!r}; it must be one of {', '.join(SCHEMES)}.")
    scheme = SCHEMES[colours]
    domains = [Domain("O" if d.code == OVERALL else d.code, d.title) for d in tool.columns]
    levels = [Level(one.code, one.symbol, scheme[one.tone], one.label) for one in tool.levels]
    return RiskOfBiasKey(tuple(domains), tuple(levels), tool.label)


def risk_of_bias(
    source: HasAppraisals | Iterable[Appraisal], tool: str, colours: Colours = "cochrane"
) -> RiskOfBias:
    """What was judged with a tool, for the cells beside a forest plot.

    Parameters
    ----------
    source
        A registry, or judgements.
    tool
        Code of the tool.
    colours
        As in :func:`appraisal_key`.

    Returns
    -------
    RiskOfBias
        For ``ms.ForestOptions(bias=...)``; the overall judgement has the letter O.

    Raises
    ------
    SpecError
        If there is no such tool or no such colours.
    DataError
        If judgements cannot be used.
    """
    one_tool = tool_of(tool)
    letters = {d.code: "O" if d.code == OVERALL else d.code for d in one_tool.columns}
    judgements = {
        one.subject: tuple(
            (letter, one.rows[code].judgement)
            for code, letter in letters.items()
            if code in one.rows
        )
        for one in appraised(source, tool)
    }
    return RiskOfBias(appraisal_key(one_tool, colours), judgements)


def judged_table(source: HasStudies | Iterable[Appraisal], tool: str | None = None) -> JudgedTable:
    """Rows of the figure.

    Parameters
    ----------
    source
        A registry, or judgements.
    tool
        Code of the tool; None where there is only one.

    Raises
    ------
    SpecError
        If there is no such tool, or several were used and none is named.
    DataError
        If judgements cannot be used.
    """
    if tool is not None:
        tool_of(tool)
    found = appraised(source, tool)
    used = dict.fromkeys(one.tool.code for one in found)
    if not found:
        what = f"with {tool_of(tool).label}" if tool else "at all"
        raise SpecError(f"There is no critical appraisal {what}; the sheet 'appraisals' holds it.")
    if len(used) > 1:
        raise SpecError(f"Several tools were used; name one of {', '.join(used)}.")
    if isinstance(source, Iterable):
        return JudgedTable(found[0].tool, tuple((one.subject, one) for one in found), None)
    rank = {study.study_id: i for i, study in enumerate(source.studies)}
    ordered = sorted(found, key=lambda one: rank.get(one.study_id, len(rank)))
    judged = {one.study_id for one in found}
    lacking = sum(study.study_id not in judged for study in source.studies)
    rows = zip(_labels(ordered, source), ordered, strict=True)
    return JudgedTable(found[0].tool, tuple(rows), (lacking, len(source.studies)))


def _labels(found: Iterable[Appraised], source: HasStudies) -> list[str]:
    """Labels of the studies; with arm, outcome and id where a study stands more than once."""
    studies = {study.study_id: study.label_with_notice for study in source.studies}
    known = source.codes.get("outcome")
    results = {
        row.result_id: f"{row.arm}, {known.label(row.outcome) if known else row.outcome}"
        for row in source.results
    }
    found = list(found)
    times = Counter(one.study_id for one in found)
    labels = Counter(studies.values())

    def label(one: Appraised) -> str:
        name = studies.get(one.study_id, one.study_id)
        if labels[name] > 1:
            name = f"{name} ({one.study_id})"
        if times[one.study_id] == 1 or not one.result_id:
            return clean(name)
        return clean(f"{name}: {results.get(one.result_id, '')} ({one.result_id})")

    return [label(one) for one in found]
