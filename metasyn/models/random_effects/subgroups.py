"""Subgroups: each pooled, and whether they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.random_effects.design import moderators_of
from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.fitting import fitted
from metasyn.models.random_effects.pooling import check, pool_effects
from metasyn.models.random_effects.quantiles import chi2_tail
from metasyn.models.random_effects.weights import shares
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect, RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Subgroups", "subgroups"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Subgroups:
    """Subgroups and the test of their difference.

    Parameters
    ----------
    by
        What divides the studies.
    groups
        Group to its result, in the order of appearance.
    overall
        All studies pooled.
    tau2
        Whether groups have a ``common`` or ``separate`` variances between studies.
    statistic, df, p_value
        Test of equal effects: chi-squared (second degrees of freedom None) or F; None where the
        studies of each group agree exactly.
    notes
        What a reader has to know.
    """

    by: str
    groups: Mapping[str, Pooled]
    overall: Pooled
    tau2: Literal["common", "separate"]
    statistic: float | None
    df: tuple[float, float | None]
    p_value: float | None
    notes: tuple[Note, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row a group, then all studies: every number on the analysis scale."""
        import pandas as pd

        every = [*self.groups.items(), ("all", self.overall)]
        rows = [{"group": name, **r.to_frame().iloc[0].to_dict()} for name, r in every]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """The groups, all studies, and the test of their difference, in lines for people."""
        every = [*self.groups.items(), ("All", self.overall)]
        parts = [f"{name}: {result.summary()}" for name, result in every]
        if self.statistic is not None and self.p_value is not None:
            kind = "chi-squared" if self.df[1] is None else "F"
            df = ", ".join(f"{value:.4g}" for value in self.df if value is not None)
            parts.append(
                f"Test of a difference between groups ({self.tau2} tau²): "
                f"{kind} {self.statistic:.3f} (df {df}), p {self.p_value:.4g}"
            )
        return "\n".join((*parts, *(f"Note: {note}" for note in self.notes)))


def subgroups(
    effects: Effects,
    by: str | Sequence[object],
    spec: RandomEffects | CommonEffect | None = None,
    tau2: Literal["common", "separate"] = "separate",
) -> Subgroups:
    """Pool the studies of each group, and test whether the groups differ.

    Parameters
    ----------
    effects
        Estimates and sampling variances.
    by
        A column of the effects' moderators, or the group of every study.
    spec
        The model; :class:`~metasyn.RandomEffects` where None.
    tau2
        ``separate``: every group has its own variance between studies, and the test is the
        weighted chi-squared of the group estimates (Borenstein and Higgins 2013, Prev Sci 14:134).
        ``common``: one meta-regression on the group, and its omnibus test.

    Raises
    ------
    DataError
        If a study has no group, there is but one group, or numbers cannot be used.
    SpecError
        If the column is unknown or the model has moderators or weights.

    Examples
    --------
    >>> import metasyn as ms
    >>> effects = ms.effects_from([0.1, 0.3, 0.8, 0.9], [0.02] * 4)
    >>> found = subgroups(effects, ["child", "child", "adult", "adult"], ms.CommonEffect())
    >>> list(found.groups), round(found.statistic, 1)
    (['child', 'adult'], 21.1)
    """
    spec = RandomEffects() if spec is None else spec
    if spec.moderators is not None or getattr(spec, "weights", None) is not None:
        raise SpecError("Subgroups take a model without moderators and weights.")
    if tau2 not in ("common", "separate"):
        raise SpecError(f"tau2 is {tau2!r}; it must be 'common' or 'separate'.")
    check(effects)
    name, members = _members(effects, by)
    overall = pool_effects(effects, spec)
    if tau2 == "common" and isinstance(spec, RandomEffects):
        return _common(effects, name, members, spec, overall)
    return _separate(effects, name, members, spec, overall)


def _members(effects: Effects, by: str | Sequence[object]) -> tuple[str, dict[str, list[int]]]:
    """Name of the division, and the rows of every group in the order of appearance."""
    if isinstance(by, str):
        frame = moderators_of(effects)
        if by not in frame.columns:
            columns = ", ".join(str(column) for column in frame.columns)
            raise SpecError(f"There is no column {by!r}; the columns are {columns}.")
        name, values = by, frame[by].tolist()
    else:
        name, values = "group", list(by)
    if len(values) != len(effects):
        raise DataError(f"There are {len(values)} groups for {len(effects)} studies.")
    members: dict[str, list[int]] = {}
    for row, value in enumerate(values):
        if value is None or value != value:  # noqa: PLR0124 - NaN
            raise DataError(f"{effects.slab[row]}: no {name}; every study needs a group.")
        members.setdefault(str(value), []).append(row)
    if len(members) < 2:
        raise DataError(f"All studies have one {name}; there is nothing to compare.")
    return name, members


def _take(effects: Effects, rows: list[int]) -> Effects:
    """Some of the studies."""
    return replace(
        effects,
        yi=effects.yi[rows],
        vi=effects.vi[rows],
        slab=tuple(effects.slab[row] for row in rows),
        ni=None if effects.ni is None else effects.ni[rows],
        data=None if effects.data is None else effects.data.iloc[rows].reset_index(drop=True),
        records=tuple(effects.records[row] for row in rows) if effects.records else (),
    )


def _separate(
    effects: Effects,
    name: str,
    members: dict[str, list[int]],
    spec: RandomEffects | CommonEffect,
    overall: Pooled,
) -> Subgroups:
    groups = {group: pool_effects(_take(effects, rows), spec) for group, rows in members.items()}
    estimates = np.array([result.estimate for result in groups.values()])
    errors = np.array([result.se for result in groups.values()])
    exact = [group for group, result in groups.items() if result.se == 0.0]
    if exact:
        raise DataError(
            f"{', '.join(exact)}: the standard error is 0, so groups cannot be weighted. Choose "
            "ci 'hksj-guarded' or 'z'."
        )
    w = errors**-2.0
    gaps = estimates - w @ estimates / w.sum()
    statistic, df = float(w @ (gaps * gaps)), float(len(groups) - 1)
    single = [group for group, result in groups.items() if result.k == 1]
    notes: tuple[Note, ...] = ()
    if single and isinstance(spec, RandomEffects):
        message = f"{', '.join(single)}: one study, taken without variance between studies."
        notes = (Note("subgroup-single-study", message),)
    return Subgroups(
        by=name,
        groups=MappingProxyType(groups),
        overall=overall,
        tau2="separate",
        statistic=statistic,
        df=(df, None),
        p_value=chi2_tail(statistic, df),
        notes=notes,
    )


def _common(
    effects: Effects,
    name: str,
    members: dict[str, list[int]],
    spec: RandomEffects,
    overall: Pooled,
) -> Subgroups:
    """One tau2 for all groups: a regression with a column a group."""
    if len(effects) <= len(members):
        raise DataError("A common tau2 needs a group with two or more studies.")
    X = np.zeros((len(effects), len(members)))
    for column, rows in enumerate(members.values()):
        X[rows, column] = 1.0
    contrasts, tau2_se = fitted(DesignModel(effects.yi, effects.vi, X), spec)
    picks = np.eye(len(members))
    test = contrasts.joint_test(picks[1:] - picks[0])
    shared = Note("common-tau2", f"tau² is common to all groups of {name}; I² is not of one group.")
    groups = {}
    for pick, (group, rows) in zip(picks, members.items(), strict=True):
        part = _take(effects, rows)
        prediction, why = contrasts.prediction(pick)
        groups[group] = replace(
            pool_effects(part, CommonEffect(spec.level)),
            spec=spec,
            **contrasts.line(pick)._asdict(),
            prediction=prediction,
            tau2=contrasts.tau2,
            tau2_se=tau2_se,
            weights=shares(1.0 / (part.vi + contrasts.tau2)),
            log_likelihood=None,
            i2=None,
            h2=None,
            notes=(*effects.notes, *contrasts.scale.notes, *why, shared),
        )
    return Subgroups(
        by=name,
        groups=MappingProxyType(groups),
        overall=overall,
        tau2="common",
        statistic=test.statistic,
        df=test.df,
        p_value=test.p_value,
        notes=contrasts.scale.notes,
    )
