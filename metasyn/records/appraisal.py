"""Critical appraisal: what was judged of a study or of a result, and what the judges agreed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Protocol

from metasyn.errors import DataError
from metasyn.records.appraisal_tools import TOOLS, Domain, Level, Tool
from metasyn.records.extraction import CONSENSUS
from metasyn.records.study import Provenance

__all__ = [
    "UNDECIDED",
    "Appraisal",
    "Appraised",
    "Flaw",
    "HasAppraisals",
    "appraisals_of",
    "appraised",
    "flaw_of",
    "undecided",
]

UNDECIDED = "the assessors differ and there is no row of the assessor 'consensus'"
_TOOLS = {tool.code: tool for tool in TOOLS}


@dataclass(frozen=True, slots=True)
class Appraisal:
    """One judgement of one person: a row of the sheet ``appraisals``.

    Parameters
    ----------
    study_id, result_id
        What is judged; ``result_id`` is empty where the study is judged as a whole.
    tool, tool_version
        Code of a tool (:data:`~metasyn.records.appraisal_tools.TOOLS`) and its edition.
    domain
        Code of the domain or question (``D1``, ``Q1``, ``overall``).
    judgement
        Code of a level of the tool.
    support
        Why, in words.
    assessor
        Who judged; ``consensus`` for what several agreed on.
    provenance
        The row that it was read from; None where it was made by hand.
    """

    study_id: str
    result_id: str
    tool: str
    tool_version: str
    domain: str
    judgement: str
    support: str = ""
    assessor: str = ""
    provenance: Provenance | None = None
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def subject(self) -> str:
        """Id of what is judged: of the result, else of the study."""
        return self.result_id or self.study_id

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        of = f"{self.subject}, {self.tool}, {self.domain}"
        row = self.provenance
        return of if row is None else f"{of} ({row.sheet}!{row.row})"


class HasAppraisals(Protocol):
    """What holds appraisals: a registry."""

    @property
    def appraisals(self) -> tuple[Appraisal, ...]: ...  # noqa: D102 - see Registry


@dataclass(frozen=True, slots=True)
class Appraised:
    """A study or a result with everything that one tool says of it.

    Parameters
    ----------
    study_id, result_id
        What is judged; ``result_id`` is empty where the study is judged as a whole.
    tool, version
        With what.
    rows
        Code of the domain to the judgement that holds.
    """

    study_id: str
    result_id: str
    tool: Tool
    version: str
    rows: Mapping[str, Appraisal]

    @property
    def subject(self) -> str:
        """Id of what is judged: of the result, else of the study."""
        return self.result_id or self.study_id

    def level(self, domain: str) -> Level | None:
        """The judgement on a domain; None where there is none."""
        row = self.rows.get(domain)
        return None if row is None else self.tool.level(row.judgement)

    @property
    def missing(self) -> tuple[Domain, ...]:
        """Domains that nobody judged."""
        return tuple(domain for domain in self.tool.columns if domain.code not in self.rows)


def appraisals_of(source: HasAppraisals | Iterable[Appraisal]) -> tuple[Appraisal, ...]:
    """The judgements of a registry, or those that were given."""
    if isinstance(source, Iterable):
        return tuple(source)
    return source.appraisals


def appraised(
    source: HasAppraisals | Iterable[Appraisal], tool: str | None = None
) -> tuple[Appraised, ...]:
    """What holds of every study or result that was judged, tool by tool.

    Where several people judged the same domain, the row of the assessor ``consensus`` holds; where
    they agree, any of them.

    Parameters
    ----------
    source
        A registry, or judgements.
    tool
        Code of a tool; None for all.

    Returns
    -------
    tuple
        In the order in which they first occur.

    Raises
    ------
    DataError
        If a judgement does not belong to its tool, assessors differ without a consensus, or
        editions of a tool are mixed in what is judged; each is listed.

    Examples
    --------
    >>> rows = [Appraisal("S1", "", "murad", "2018", f"Q{i}", "yes") for i in range(1, 8)]
    >>> (one,) = appraised(rows)
    >>> one.level("Q1").label, [domain.code for domain in one.missing]
    ('Yes', ['Q8'])
    """
    rows = [row for row in appraisals_of(source) if tool is None or row.tool == tool]
    flaws = [f"{row.place}: {flaw.reason}." for row in rows if (flaw := flaw_of(row))]
    found: list[Appraised] = []
    for own in _by_subject(rows).values() if not flaws else ():
        flaws += _mixed_editions(own)
        held = {domain: _agreed(same) for domain, same in _by_domain(own).items()}
        flaws += [f"{same[0].place}: {UNDECIDED}." for same in undecided(own)]
        first, sound = own[0], {code: row for code, row in held.items() if row is not None}
        subject = first.study_id, first.result_id, _TOOLS[first.tool], first.tool_version
        found.append(Appraised(*subject, MappingProxyType(sound)))
    if flaws:
        raise DataError("\n  ".join(("Appraisals that cannot be used:", *flaws)))
    return tuple(found)


class Flaw(NamedTuple):
    """The column that makes a judgement unusable, why, and the words that it might hold."""

    column: str
    reason: str
    known: tuple[str, ...] = ()


def flaw_of(row: Appraisal) -> Flaw | None:
    """What makes a judgement unusable, whatever else was judged; None where it is sound."""
    tool = _TOOLS.get(row.tool)
    if tool is None:
        return Flaw("tool", f"there is no tool {row.tool!r}", tuple(_TOOLS))
    if row.tool_version not in tool.versions:
        reason = f"{tool.label} is known in the edition {' or '.join(tool.versions)} only"
        return Flaw("tool_version", reason, tool.versions)
    if tool.domain(row.domain) is None:
        known = tuple(domain.code for domain in tool.columns)
        return Flaw("domain", f"{tool.label} has no domain {row.domain!r}", known)
    if tool.level(row.judgement) is None:
        known = tuple(level.code for level in tool.levels)
        return Flaw("judgement", f"{tool.label} has no level {row.judgement!r}", known)
    if tool.per_result and not row.result_id:
        return Flaw("result_id", f"{tool.label} judges results, and none is named")
    return None


def _mixed_editions(rows: Sequence[Appraisal]) -> list[str]:
    """What is wrong where rows on the same subject and tool name several editions."""
    versions = list(dict.fromkeys(row.tool_version for row in rows))
    if len(versions) < 2:
        return []
    return [f"{rows[0].place}: editions {' and '.join(versions)} are mixed."]


def undecided(rows: Iterable[Appraisal]) -> list[list[Appraisal]]:
    """Rows on the same domain of the same subject in which assessors differ, and nobody decided."""
    subjects = _by_subject(rows).values()
    return [same for own in subjects for same in _by_domain(own).values() if _agreed(same) is None]


def _by_subject(rows: Iterable[Appraisal]) -> dict[tuple[str, str, str], list[Appraisal]]:
    found: dict[tuple[str, str, str], list[Appraisal]] = {}
    for row in rows:
        found.setdefault((row.study_id, row.result_id, row.tool), []).append(row)
    return found


def _by_domain(rows: Sequence[Appraisal]) -> dict[str, list[Appraisal]]:
    """Rows by their domain."""
    found: dict[str, list[Appraisal]] = {}
    for row in rows:
        found.setdefault(row.domain, []).append(row)
    return found


def _agreed(rows: Sequence[Appraisal]) -> Appraisal | None:
    """The judgement that holds of one domain; None where people differ and nobody decided."""
    decided = [row for row in rows if row.assessor.casefold() == CONSENSUS]
    holding = decided or rows
    return holding[0] if len({row.judgement for row in holding}) == 1 else None
