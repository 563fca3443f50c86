"""What a registry's statements say, counted: per report, and per treatment and outcome.

Unclassed statements are counted as such, never folded into another class. No count is a measure of
an effect, and none enters a model (Nicholson et al. 2021, Quantitative Science Studies 2:882, class
statements by their function; 'contradicting' is the name of 'contrasting' in scite's interface).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from metasyn.records.codes import Codes
from metasyn.records.study import NOTICES, Result, Statement, Study
from metasyn.records.tallies import APART, Tallies, tally_of

__all__ = ["HasStatements", "tally"]


class HasStatements(Protocol):
    """What is counted: a registry."""

    @property
    def studies(self) -> tuple[Study, ...]: ...  # noqa: D102 - see Registry
    @property
    def results(self) -> tuple[Result, ...]: ...  # noqa: D102 - see Registry
    @property
    def statements(self) -> tuple[Statement, ...]: ...  # noqa: D102 - see Registry
    @property
    def codes(self) -> Codes: ...  # noqa: D102 - see Registry


def tally(registry: HasStatements) -> Tallies:
    """Count the statements of a registry.

    Parameters
    ----------
    registry
        What :func:`metasyn.read_registry` returned.

    Returns
    -------
    Tallies
        Counts per report, per treatment and outcome, and of everything.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> empty = SimpleNamespace(studies=(), results=(), statements=(), codes={})
    >>> print(tally(empty).everything)
    All statements: no statements
    """
    statements = registry.statements
    known = {study.study_id: study for study in registry.studies}
    by_study: dict[str, list[Statement]] = {study_id: [] for study_id in known}
    by_treatment: dict[tuple[str, str], list[Statement]] = {
        (row.intervention, row.outcome): [] for row in registry.results
    }
    for one in statements:
        by_study.setdefault(_given(one, "cited_study_id"), []).append(one)
        pair = _given(one, "intervention"), _given(one, "outcome")
        by_treatment.setdefault(pair, []).append(one)
    return Tallies(
        tuple(
            tally_of(
                known[study_id].label if study_id in known else study_id or "No report named",
                mine,
                _notices(mine, known, known.get(study_id)),
                study_id=study_id,
            )
            for study_id, mine in by_study.items()
        ),
        tuple(
            tally_of(
                _named(pair, registry.codes),
                by_treatment[pair],
                _notices(by_treatment[pair], known),
                intervention=pair[0],
                outcome=pair[1],
            )
            for pair in _in_order(by_treatment, registry.codes)
        ),
        tally_of("All statements", statements, _notices(statements, known)),
    )


def _given(one: Statement, name: str) -> str:
    """A code of a statement; empty where a missing-value code stands there."""
    return "" if name in one.provenance.missing else str(getattr(one, name))


def _in_order(pairs: Iterable[tuple[str, str]], codes: Codes) -> list[tuple[str, str]]:
    """By treatment and outcome as the code lists have them; what names none comes last."""
    ranks = [codes[name].rank if name in codes else None for name in ("intervention", "outcome")]

    def place(pair: tuple[str, str]) -> tuple[tuple[bool, int, str], ...]:
        return tuple(
            (not code, rank(code) if rank else 0, code)
            for code, rank in zip(pair, ranks, strict=True)
        )

    return sorted(pairs, key=place)


def _named(pair: tuple[str, str], codes: Codes) -> str:
    names = ("intervention", "outcome")
    words = [
        codes[name].label(code) if code and name in codes else code
        for name, code in zip(names, pair, strict=True)
    ]
    return f"{words[0] or 'No treatment named'}{APART}{words[1] or 'no outcome named'}"


def _notices(
    statements: Iterable[Statement], known: Mapping[str, Study], target: Study | None = None
) -> tuple[str, ...]:
    """Notices on the target, on reports that are cited, and on those that cite, gravest first."""
    found: dict[str, int] = {}

    def take(label: str, notice: str) -> None:
        if notice in NOTICES:
            words = NOTICES[notice]
            verb = "was placed under an" if notice == "concern" else "was"
            found.setdefault(f"{label} {verb} {words}.", list(NOTICES).index(notice))

    if target is not None:
        take(target.label, target.notice)
    for one in statements:
        for study_id in (one.cited_study_id, one.citing_study_id):
            if study_id in known:
                take(known[study_id].label, known[study_id].notice)
        take(one.citing_label, one.citing_notice)
    return tuple(sorted(found, key=found.__getitem__))
