"""Quality scores from critical appraisal, as weights for models that take them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from metasyn.errors import DataError, Note
from metasyn.records.appraisal import Appraisal, Appraised, HasAppraisals, appraised
from metasyn.records.appraisal_tools import tool_of
from metasyn.records.study import Result

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["QualityScore", "QualityWeights", "quality_weights"]


class _Labelled(Protocol):
    """Data with their records: what ``ms.counts`` and ``ms.effect_sizes`` make of a registry."""

    @property
    def slab(self) -> tuple[str, ...]: ...
    @property
    def records(self) -> tuple[Result, ...]: ...


@dataclass(frozen=True, slots=True)
class QualityScore:
    """The score of one study or result.

    Parameters
    ----------
    study_id, result_id
        What was judged; ``result_id`` is empty where the study was judged as a whole.
    tool
        Code of the tool.
    score
        Mean credit of the domains that apply, 0 to 1.
    domains
        How many domains it is made of.
    not_judged
        Codes of the scored domains that nobody judged; they are left out of the mean.
    """

    study_id: str
    result_id: str
    tool: str
    score: float
    domains: int
    not_judged: tuple[str, ...]


class QualityWeights(Mapping[str, float]):
    """Quality scores by the id of what was judged: a study, or a result.

    As a mapping it is what ``ms.BinomialNormal(quality=...)`` takes; :meth:`scores` gives what
    ``ms.QualityEffects(...)`` takes.

    Parameters
    ----------
    rows
        One a study or result.
    notes
        What a reader of results with these weights has to know.
    """

    def __init__(self, rows: Sequence[QualityScore], notes: Sequence[Note] = ()) -> None:
        self.rows, self.notes = tuple(rows), tuple(notes)
        self._scores = {row.result_id or row.study_id: row.score for row in self.rows}

    def __getitem__(self, key: str) -> float:
        return self._scores[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._scores)

    def __len__(self) -> int:
        return len(self._scores)

    def __repr__(self) -> str:
        return f"QualityWeights({len(self)} scores)"

    def scores(self, data: _Labelled, *, unappraised: float | None = None) -> tuple[float, ...]:
        """Scores in the order of data.

        Parameters
        ----------
        data
            Effects or counts that were made from a registry.
        unappraised
            Score of studies without an appraisal; None refuses them.

        Raises
        ------
        DataError
            If the data have no records, or a study has no appraisal; each is named.
        """
        if not data.records:
            raise DataError("The data were not made from a registry: no row has a study's id.")
        found = [self._scores.get(r.result_id, self._scores.get(r.study_id)) for r in data.records]
        lacking = [
            f"{label} ({record.study_id}, {record.result_id})"
            for label, record, score in zip(data.slab, data.records, found, strict=True)
            if score is None
        ]
        if lacking and unappraised is None:
            raise DataError(
                f"No appraisal of {', '.join(lacking)}. Appraise them, or say with unappraised= "
                "what they count."
            )
        return tuple(unappraised if score is None else score for score in found)  # type: ignore[misc]

    def to_frame(self) -> pd.DataFrame:
        """One row a score: ``study_id result_id tool score domains not_judged``."""
        import pandas as pd

        names = QualityScore.__annotations__
        rows = [[getattr(row, name) for name in names] for row in self.rows]
        frame = pd.DataFrame(rows, columns=list(names))
        frame["not_judged"] = [", ".join(row.not_judged) for row in self.rows]
        return frame


def quality_weights(
    source: HasAppraisals | Iterable[Appraisal],
    tool: str | Sequence[str] | None = None,
    *,
    domains: Sequence[str] | None = None,
    partial: bool = True,
) -> QualityWeights:
    """Quality scores from 0 to 1: the share of a tool's domains that were judged at its best level.

    Levels between the best and the worst earn part of a domain, in equal steps (``Some concerns``
    of RoB 2 one half; ``Moderate`` and ``Serious`` of ROBINS-I two thirds and one third); what is
    unclear or not reported earns nothing; what does not apply leaves the mean. The overall
    judgement repeats the domains and is no part of the score. Only ratios of scores count in a
    quality-effects model.

    Parameters
    ----------
    source
        A registry, or judgements.
    tool
        Code of a tool, or several in the order in which a study's score is taken from them; None
        where every study was judged with one tool only.
    domains
        Codes of the domains to score; None: those that the tool names for therapy (questions 1,
        2, 3, 7 and 8 of Murad 2018), else all.
    partial
        Whether levels between the best and the worst earn part of a domain; if not, nothing.

    Raises
    ------
    SpecError
        If there is no such tool.
    DataError
        If there are no appraisals, a study has several tools and none is named, a domain is
        unknown, or judgements cannot be used.

    References
    ----------
    Doi & Thalib 2008, Epidemiology 19:94-100 (quality as a proportion of the criteria met). A
    summed score hides which domain failed, and its weights are arbitrary (Juni et al. 1999, JAMA
    282:1054-1060; Greenland & O'Rourke 2001, Biostatistics 2:463-471): a sensitivity analysis.

    Examples
    --------
    >>> answers = {"Q1": "no", "Q2": "yes", "Q3": "yes", "Q7": "unclear", "Q8": "yes"}
    >>> rows = [Appraisal("S1", "", "murad", "2018", q, a) for q, a in answers.items()]
    >>> dict(quality_weights(rows))
    {'S1': 0.6}
    """
    found = appraised(source)
    if tool is not None:
        asked = (tool,) if isinstance(tool, str) else tuple(tool)
        codes = [tool_of(code).code for code in asked]
        found = tuple(
            sorted(
                (f for f in found if f.tool.code in codes), key=lambda f: codes.index(f.tool.code)
            )
        )
    if not found:
        raise DataError("There are no appraisals to score.")
    chosen = _one_tool_each(found, named=tool is not None)
    scores = [_score(one, domains, partial=partial) for one in chosen]
    return QualityWeights(scores, tuple(_notes(scores)))


def _one_tool_each(found: Sequence[Appraised], *, named: bool) -> list[Appraised]:
    chosen: dict[str, Appraised] = {}
    for one in found:
        other = chosen.setdefault(one.subject, one)
        if other is not one and not named:
            raise DataError(
                f"{one.subject} was judged with {other.tool.label} and with {one.tool.label}; "
                "name the tool, or several in order of preference."
            )
    return list(chosen.values())


def _score(one: Appraised, domains: Sequence[str] | None, *, partial: bool) -> QualityScore:
    if domains is None:
        codes = tuple(domain.code for domain in one.tool.scored_domains)
    else:
        codes = tuple(domains)
        known = {domain.code for domain in one.tool.domains}
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise DataError(f"{one.tool.label} has no domain {unknown[0]!r} to score.")
    levels = {code: level for code in codes if (level := one.level(code)) is not None}
    parts = [level.credit for level in levels.values() if level.credit is not None]
    if not parts:
        raise DataError(f"{one.subject}: no domain of {one.tool.label} was judged and applies.")
    earned = sum(credit for credit in parts if partial or credit == 1.0)
    lacking = tuple(code for code in codes if code not in levels)
    score = earned / len(parts)
    return QualityScore(one.study_id, one.result_id, one.tool.code, score, len(parts), lacking)


def _notes(scores: Sequence[QualityScore]) -> Iterator[Note]:
    tools = list(dict.fromkeys(score.tool for score in scores))
    if len(tools) > 1:
        labels = ", ".join(tool_of(code).label for code in tools)
        yield Note("mixed-tools", f"Scores come from {labels}: they are not on one scale.")
    partly = [score.result_id or score.study_id for score in scores if score.not_judged]
    if partly:
        yield Note("not-judged", f"Not all domains were judged: {', '.join(partly)}.")
