"""Records chosen for a question, with those that were set aside and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from metasyn.records.cell import Source
from metasyn.records.codes import Codes
from metasyn.records.study import Result, Study

__all__ = ["Records", "SetAside"]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that answers the question but is not analysed.

    Parameters
    ----------
    record
        The row.
    code
        Why, for programs: ``analyse-sensitivity``, ``analyse-no``, ``role``, ``bad-cells``,
        ``retracted``, ``missing-numbers``, ``comparator-arm``, ``second-outcome``,
        ``shared-patients``, ``overlapping-study``.
    reason
        Why, for people.
    """

    record: Result
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Records(Sequence[Result]):
    """Rows chosen for a question.

    Parameters
    ----------
    rows
        The rows to analyse, in the registry's order.
    set_aside
        Rows with the question's outcome that are not analysed.
    query
        What was asked: column to the accepted codes, in order of preference.
    studies
        Every study of the registry.
    codes
        The registry's code lists.
    source
        The file.
    among
        Every result of the registry: comparator arms are found here.
    """

    rows: tuple[Result, ...]
    set_aside: tuple[SetAside, ...]
    query: Mapping[str, tuple[str, ...]]
    studies: tuple[Study, ...]
    codes: Codes
    source: Source
    among: tuple[Result, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Result, ...]: ...
    def __getitem__(self, index: int | slice) -> Result | tuple[Result, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Result]:
        return iter(self.rows)
