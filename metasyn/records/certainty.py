"""Certainty of evidence after GRADE, as people judged it; nothing here judges.

A body of evidence starts at a level, is lowered by five domains and raised by three, each with its
reason. What it claims decides where it starts: a rate (how often something happens in patients who
are treated so) starts high; an effect of the treatment starts high from randomised trials and low
from everything else (Balshem et al. 2011, J Clin Epidemiol 64:401; for rates Iorio et al. 2015,
BMJ 350:h870).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from metasyn.errors import DataError, Note
from metasyn.records.study import Provenance

__all__ = [
    "CLAIMS",
    "DOMAINS",
    "FEW",
    "LEVELS",
    "Certainty",
    "Claim",
    "Domain",
    "Judgement",
    "Level",
    "certainties",
    "start_level",
]

Level = Literal["very_low", "low", "moderate", "high"]
Claim = Literal["rate", "causal"]

LEVELS: tuple[Level, ...] = get_args(Level)
"""The lowest first."""

CLAIMS: tuple[Claim, ...] = get_args(Claim)

FEW = 400
"""Patients under which to think of imprecision (Murad et al. 2017, Evid Based Med 22:85)."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A ground on which certainty is lowered or raised.

    Parameters
    ----------
    label
        What it is called.
    lowest, highest
        Levels that a judgement may add: from -3 to 0, or from 0 to 2.
    """

    label: str
    lowest: int
    highest: int

    @property
    def lowers(self) -> bool:
        """Whether the domain takes certainty away."""
        return self.lowest < 0


DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "risk_of_bias": Domain("Risk of bias", -3, 0),
        "inconsistency": Domain("Inconsistency", -2, 0),
        "indirectness": Domain("Indirectness", -2, 0),
        "imprecision": Domain("Imprecision", -3, 0),
        "publication_bias": Domain("Publication bias", -1, 0),
        "large_effect": Domain("Large effect", 0, 2),
        "dose_response": Domain("Dose–response", 0, 1),
        "opposing_confounding": Domain("Confounding against the effect", 0, 1),
    }
)
"""Five that lower, then three that raise."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One domain of one claim, as people judged it.

    Parameters
    ----------
    certainty_id
        Id of the row.
    intervention, outcome, claim
        What the judgement is about.
    domain
        Key of :data:`DOMAINS`.
    levels
        Levels that were agreed on; None where nobody has decided.
    reason
        Why.
    assessor_1, levels_1, assessor_2, levels_2
        What two people judged, each alone.
    adjudicator
        Who decided where they differed.
    provenance
        The row of the workbook.
    """

    certainty_id: str
    intervention: str
    outcome: str
    claim: str
    domain: str
    levels: int | None
    reason: str
    assessor_1: str
    levels_1: int | None
    assessor_2: str
    levels_2: int | None
    adjudicator: str
    provenance: Provenance
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_double(self) -> bool:
        """Whether two people judged it, each alone."""
        return self.levels_1 is not None and self.levels_2 is not None

    @property
    def is_undecided(self) -> bool:
        """Whether two people differ and nobody has decided."""
        return self.is_double and self.levels_1 != self.levels_2 and not self.adjudicator


@dataclass(frozen=True, slots=True)
class Certainty:
    """The certainty of one claim.

    Parameters
    ----------
    intervention, outcome, claim
        What is claimed.
    start
        Level from which the judgements count.
    judgements
        One a domain, in the order of :data:`DOMAINS`.

    Raises
    ------
    DataError
        If a judgement has more levels than its domain allows, a level without a reason, or a
        domain that has been judged before.
    """

    intervention: str
    outcome: str
    claim: Claim
    start: Level
    judgements: tuple[Judgement, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for one in self.judgements:
            domain = DOMAINS.get(one.domain)
            if domain is None:
                raise DataError(f"{one.certainty_id}: '{one.domain}' is no domain of GRADE.")
            if one.domain in seen:
                raise DataError(f"{one.certainty_id}: {domain.label} is judged twice.")
            seen.add(one.domain)
            if one.levels is None:
                continue
            if not domain.lowest <= one.levels <= domain.highest:
                raise DataError(
                    f"{one.certainty_id}: {domain.label} takes {domain.lowest} to "
                    f"{domain.highest} levels, not {one.levels}."
                )
            if one.levels and not one.reason:
                raise DataError(f"{one.certainty_id}: a change of level needs its reason.")

    def judged(self, domain: str) -> Judgement | None:
        """The judgement of a domain; None where nobody has decided."""
        found = (one for one in self.judgements if one.domain == domain)
        return next((one for one in found if one.levels is not None), None)

    @property
    def open(self) -> tuple[str, ...]:
        """Domains that lower and that nobody has judged yet."""
        lowering = (code for code, domain in DOMAINS.items() if domain.lowers)
        return tuple(code for code in lowering if self.judged(code) is None)

    @property
    def level(self) -> Level | None:
        """The level, kept between very low and high; None until all five domains are judged."""
        if self.open:
            return None
        place = LEVELS.index(self.start) + sum(one.levels or 0 for one in self.judgements)
        return LEVELS[min(max(place, 0), len(LEVELS) - 1)]

    @property
    def notes(self) -> tuple[Note, ...]:
        """What GRADE advises against, and judgements of one person alone."""
        decided = [one for one in self.judgements if one.levels is not None]
        lowered = any(one.levels < 0 for one in decided if one.levels is not None)
        raised = [DOMAINS[one.domain].label for one in decided if (one.levels or 0) > 0]
        single = [DOMAINS[one.domain].label for one in decided if not one.is_double]
        notes = []
        if raised and self.start == "high":
            message = f"Certainty that starts high is not raised ({', '.join(raised)})."
            notes.append(Note("raised-from-high", message))
        if raised and lowered:
            message = (
                f"Certainty was raised ({', '.join(raised)}) after it had been lowered; GRADE "
                "advises to raise only what has no serious limitation."
            )
            notes.append(Note("raised-after-lowered", message))
        if single:
            message = f"Judged by one person only: {', '.join(single).lower()}."
            notes.append(Note("judged-once", message))
        return tuple(notes)


def start_level(claim: Claim, designs: Iterable[str]) -> Level:
    """Level from which judgements count.

    Parameters
    ----------
    claim
        ``rate`` or ``causal``.
    designs
        Designs of the studies behind the claim.

    Examples
    --------
    >>> start_level("rate", ["case_series"]), start_level("causal", ["rct", "rct"])
    ('high', 'high')
    >>> start_level("causal", ["rct", "single_arm_trial"])
    'low'
    """
    if claim == "rate":
        return "high"
    used = set(designs)
    return "high" if used == {"rct"} else "low"


def certainties(
    judgements: Iterable[Judgement],
    intervention: str,
    outcomes: Iterable[str],
    designs: Iterable[str],
) -> tuple[Certainty, ...]:
    """What people judged of one intervention, one certainty a claim.

    Parameters
    ----------
    judgements
        Every judgement of the registry.
    intervention
        Code of the intervention.
    outcomes
        Codes of the outcome, in order of preference: the first that was judged is taken.
    designs
        Designs of the studies behind the result.

    Raises
    ------
    DataError
        If judgements break the rules of :class:`Certainty`.
    """
    mine = [one for one in judgements if one.intervention == intervention]
    order = list(DOMAINS)
    used = tuple(designs)
    for outcome in outcomes:
        rows = [one for one in mine if one.outcome == outcome]
        if rows:
            return tuple(
                Certainty(
                    intervention,
                    outcome,
                    claim,
                    start_level(claim, used),
                    tuple(
                        sorted(
                            (one for one in rows if one.claim == claim),
                            key=lambda one: (
                                order.index(one.domain) if one.domain in DOMAINS else len(order)
                            ),
                        )
                    ),
                )
                for claim in CLAIMS
                if any(one.claim == claim for one in rows)
            )
    return ()
