"""Everything that shows how much single cases count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metasyn.diagnostics.case_evidence.cases_only import CasesOnly, cases_only_of
from metasyn.diagnostics.case_evidence.conflict import Conflict, conflict_of
from metasyn.diagnostics.case_evidence.hidden import FileDrawer, file_drawer_of
from metasyn.diagnostics.case_evidence.influence import (
    Influence,
    Shifts,
    influence_of,
    shifts_of,
)
from metasyn.diagnostics.case_evidence.selection import Selection, selection_of
from metasyn.diagnostics.case_evidence.sensitivity import Sensitivity, sensitivity_of
from metasyn.diagnostics.case_evidence.sentences import sentences_of
from metasyn.diagnostics.case_evidence.setting import Direction, Setting, setting_of
from metasyn.diagnostics.case_evidence.tipping import Tipping, tipping_of
from metasyn.effects.counts import Counts, TwoArmCounts
from metasyn.effects.from_records import independent_counts
from metasyn.errors import SpecError
from metasyn.models.binomial_normal.pool import pool_counts
from metasyn.models.rate import PooledRate
from metasyn.models.results import Pooled
from metasyn.models.specs import BinomialNormal
from metasyn.records import Records

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CaseEvidence", "case_evidence", "evidence_of"]


@dataclass(frozen=True, eq=False, slots=True)
class CaseEvidence:
    """Every display of what single cases contribute to a pooled rate.

    Parameters
    ----------
    pooled
        The pooled rate; its ``studies_only`` is the line without single cases.
    threshold
        Rate at which a decision turns.
    direction
        ``benefit``: more events are better; ``harm``: fewer are.
    influence
        Influence weight of every unit.
    shifts
        Rate without each study, without the single cases, without one of them.
    sensitivity
        Other models and weights beside the headline.
    tipping
        Rate along the weight of the single cases; None without single cases.
    file_drawer
        Hidden failures per published success; None without single cases.
    selection
        Rates under selective publication, and its estimate; None without single cases.
    conflict
        Whether single cases look better than the studies can explain; None without either.
    cases_only
        The single cases by themselves; None without single cases.
    """

    pooled: PooledRate
    threshold: float
    direction: Direction
    influence: Influence
    shifts: Shifts
    sensitivity: Sensitivity
    tipping: Tipping | None
    file_drawer: FileDrawer | None
    selection: Selection | None
    conflict: Conflict | None
    cases_only: CasesOnly | None

    @property
    def spec(self) -> BinomialNormal:
        """What was asked of the model."""
        spec = self.pooled.spec
        if not isinstance(spec, BinomialNormal):
            raise SpecError("A pooled rate carries the specification of its model.")
        return spec

    def sentences(self) -> tuple[str, ...]:
        """The displays in plain sentences."""
        return sentences_of(self)

    def summary(self) -> str:
        """The displays in a few plain sentences for people."""
        return " ".join(self.sentences())

    def to_frame(self) -> pd.DataFrame:
        """All displays as one long frame: ``display`` and the columns of each part."""
        import pandas as pd

        names = ("influence", "shifts", "sensitivity", "tipping", "file_drawer", "selection")
        parts = [(name, getattr(self, name)) for name in (*names, "conflict", "cases_only")]
        frames = [
            part.to_frame().assign(display=name).convert_dtypes()
            for name, part in parts
            if part is not None
        ]
        whole: pd.DataFrame = pd.concat(frames, ignore_index=True)
        columns = ["display", *(name for name in whole.columns if name != "display")]
        return whole.reindex(columns=columns)


def case_evidence(
    data: Counts | TwoArmCounts | Pooled | Records,
    spec: BinomialNormal | None = None,
    *,
    threshold: float = 0.5,
    direction: Direction | None = None,
) -> CaseEvidence:
    """Show how much single cases count, and what would have to be true for them to mislead.

    Parameters
    ----------
    data
        Counts of one arm, a rate pooled from them, or records that answer one question about one
        treatment (rows that share patients count once).
    spec
        The model; by default :class:`~metasyn.BinomialNormal` as it stands. A pooled rate brings
        its own.
    threshold
        Event rate at which a decision turns, between 0 and 1.
    direction
        ``benefit`` where events are good (response), ``harm`` where they are bad (death). None
        takes the records' own direction, and ``benefit`` where there are no records.

    Raises
    ------
    SpecError
        If the data compare two arms, the model is another, or an argument is out of range.
    DataError
        If nothing can be pooled.

    References
    ----------
    Case evidence, section 2.6; tipping points, file drawer, selection odds and conflict are
    described with their formulas at each part.

    Examples
    --------
    >>> import metasyn as ms
    >>> counts = ms.counts(xi=[24, 11, 15, 28] + [1] * 13 + [0], ni=[31, 25, 18, 34] + [1] * 14)
    >>> evidence = case_evidence(counts, threshold=0.7)
    >>> print(evidence.sentences()[0])  # doctest: +NORMALIZE_WHITESPACE
    All 14 published single cases together carry 1.9% of the information; leaving them out moves
    the rate from 74% to 73%.
    """
    if isinstance(data, TwoArmCounts) or (
        isinstance(data, Pooled) and isinstance(data.data, TwoArmCounts)
    ):
        raise SpecError(
            "Single cases never enter contrasts: they have no comparator. Ask for the absolute "
            "rate of one arm, ms.counts(xi=..., ni=...)."
        )
    if isinstance(data, Records):
        data = independent_counts(data)
    if direction is None:
        direction = _recorded_direction(data)
    if direction not in ("benefit", "harm"):
        raise SpecError(f"direction is {direction!r}; it must be 'benefit' or 'harm'.")
    if not 0 < threshold < 1:
        raise SpecError(f"threshold is {threshold!r}; it must lie strictly between 0 and 1.")
    return evidence_of(_pooled(data, spec), threshold, direction)


def evidence_of(pooled: PooledRate, threshold: float, direction: Direction) -> CaseEvidence:
    """Every display of a pooled rate."""
    setting = setting_of(pooled, threshold, direction)
    cases = setting.has_cases
    return CaseEvidence(
        pooled,
        threshold,
        direction,
        influence_of(pooled, setting),
        shifts_of(pooled, setting),
        sensitivity_of(pooled, setting),
        tipping_of(setting) if cases else None,
        file_drawer_of(setting) if cases else None,
        selection_of(setting) if cases else None,
        _conflict(setting),
        cases_only_of(setting) if cases else None,
    )


def _conflict(setting: Setting) -> Conflict | None:
    both = setting.has_cases and setting.units.anchors > 0
    return conflict_of(setting) if both else None


def _recorded_direction(data: Counts | Pooled) -> Direction:
    counts = data.data if isinstance(data, Pooled) else data
    records = counts.records if isinstance(counts, Counts) else ()
    directions = {record.direction for record in records}
    return "harm" if directions == {"harm"} else "benefit"


def _pooled(data: Counts | TwoArmCounts | Pooled, spec: BinomialNormal | None) -> PooledRate:
    if isinstance(data, PooledRate):
        if spec is not None and spec != data.spec:
            raise SpecError(
                "The pooled rate was made with another specification; give its counts instead."
            )
        return data
    if isinstance(data, Counts):
        return pool_counts(data, BinomialNormal() if spec is None else spec)
    raise SpecError(
        f"{type(data).__name__} holds no single cases; give ms.counts(xi=..., ni=...) or what "
        "ms.pool makes of them with BinomialNormal."
    )
