"""What a user may choose of a forest plot, besides its house style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from metasyn.errors import SpecError
from metasyn.figures.risk_of_bias.cells import Judgements, RiskOfBiasKey
from metasyn.figures.styles import Align
from metasyn.models.groups import Groups
from metasyn.models.random_effects.subgroups import Subgroups
from metasyn.models.results import Pooled

__all__ = ["ForestColumn", "ForestOptions", "ForestOrder", "RiskOfBias"]

ForestOrder = Literal["weight", "effect", "year", "name", "design"]


@dataclass(frozen=True, slots=True)
class ForestColumn:
    """A column that the user chose.

    Parameters
    ----------
    name
        One of the figure's own columns (``study design year events/n events n estimate weight``,
        ``control events/n``, ``control events``, ``control n``, ``bias``, ``statements``,
        ``tau2 i2 k`` of leave-one-out and cumulative plots, ``weight:NAME`` of a further model),
        or any column of the effects' data, or any field or extra column of the records.
    header
        Its header, lines apart by a line break; made from the name if None.
    align
        Numbers stand right and texts left if None.
    decimals
        Of numbers; as many as the column needs, at most 3, if None.
    """

    name: str
    header: str | None = None
    align: Align | None = None
    decimals: int | None = None

    def __post_init__(self) -> None:
        if self.align is not None and self.align not in get_args(Align):
            raise SpecError(f"align is {self.align!r}; it must be left, centre or right.")


@dataclass(frozen=True, slots=True)
class RiskOfBias:
    """Judgements beside the studies.

    Parameters
    ----------
    key
        Domains and levels of the tool.
    judgements
        Id of a result, id of a study or label of a row to its judgements (letter, level code).
    """

    key: RiskOfBiasKey
    judgements: Judgements


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestOptions:
    """Choices of a forest plot.

    Parameters
    ----------
    left, right
        Columns on each side of the plot, in order, by name or as :class:`ForestColumn`; the house
        style's own if None.
    order
        Studies by ``weight`` (heaviest first), ``effect`` (smallest first), ``year`` (oldest
        first), ``name`` or ``design`` (strongest first), single cases below them as always; as they
        stand in the result if None.
    models
        Name of a further model to what it made of the same studies: a diamond and a column of
        weights each.
    bias
        Risk of bias, in a column of circles with its legend.
    reference
        A value of the display scale (a proportion from 0 to 1) at which a dashed line stands.
    limits
        Range of the axis on the display scale; chosen from the data if None.
    arms
        Names of the treated and of the control arm.
    paged
        Whether an SVG or a PNG comes in numbered pages, as a PDF does.

    Examples
    --------
    >>> ForestOptions(left=("study", "year"), order="year").order
    'year'
    """

    left: tuple[str | ForestColumn, ...] | None = None
    right: tuple[str | ForestColumn, ...] | None = None
    order: ForestOrder | None = None
    models: Mapping[str, Groups | Subgroups | Pooled] = field(default_factory=dict)
    bias: RiskOfBias | None = None
    reference: float | None = None
    limits: tuple[float, float] | None = None
    arms: tuple[str, str] = ("Treated", "Control")
    paged: bool = False

    def __post_init__(self) -> None:
        if self.order is not None and self.order not in get_args(ForestOrder):
            known = ", ".join(map(repr, get_args(ForestOrder)))
            raise SpecError(f"order is {self.order!r}; it must be one of {known}.")
        if self.limits is not None and not self.limits[0] < self.limits[1]:
            raise SpecError(f"limits are {self.limits}; the first must be the smaller one.")
