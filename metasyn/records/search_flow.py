"""The flow of a search: how many records, reports and studies stand in each box of PRISMA 2020.

Boxes have the names of the R package PRISMA2020 (Haddaway et al. 2022, Campbell Systematic Reviews
18:e1230). A box that nobody filled is not 0: it is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from metasyn.errors import DataError
from metasyn.records.study import Provenance

__all__ = ["BALANCES", "BOXES", "Balance", "Box", "FlowRow", "Imbalance", "SearchFlow"]


@dataclass(frozen=True, slots=True)
class Box:
    """A number of the diagram.

    Parameters
    ----------
    code, label
        What stands in the cells, and what the figure prints.
    counts
        ``records``, ``reports`` or ``studies``.
    has_parts
        Whether it is a sum of named parts: databases, or reasons of exclusion.
    """

    code: str
    label: str
    counts: str
    has_parts: bool = False


BOXES: Mapping[str, Box] = {
    box.code: box
    for box in (
        Box("previous_studies", "Studies included in previous version of review", "studies"),
        Box("previous_reports", "Reports of studies in previous version", "reports"),
        Box("database_results", "Databases", "records", has_parts=True),
        Box("register_results", "Registers", "records", has_parts=True),
        Box("duplicates", "Duplicate records removed", "records"),
        Box("excluded_automatic", "Marked as ineligible by automation tools", "records"),
        Box("excluded_other", "Removed for other reasons", "records", has_parts=True),
        Box("records_screened", "Records screened", "records"),
        Box("records_excluded", "Records excluded", "records", has_parts=True),
        Box("dbr_sought_reports", "Reports sought for retrieval", "reports"),
        Box("dbr_notretrieved_reports", "Reports not retrieved", "reports"),
        Box("dbr_assessed", "Reports assessed for eligibility", "reports"),
        Box("dbr_excluded", "Reports excluded", "reports", has_parts=True),
        Box("website_results", "Websites", "records", has_parts=True),
        Box("organisation_results", "Organisations", "records", has_parts=True),
        Box("citations_results", "Citation searching", "records", has_parts=True),
        Box("other_sought_reports", "Reports sought for retrieval", "reports"),
        Box("other_notretrieved_reports", "Reports not retrieved", "reports"),
        Box("other_assessed", "Reports assessed for eligibility", "reports"),
        Box("other_excluded", "Reports excluded", "reports", has_parts=True),
        Box("new_studies", "New studies included in review", "studies"),
        Box("new_reports", "Reports of new included studies", "reports"),
        Box("total_studies", "Total studies included in review", "studies"),
        Box("total_reports", "Reports of total included studies", "reports"),
    )
}
"""Every box by its code, in the order of the diagram."""

OTHER_SOURCES = ("website_results", "organisation_results", "citations_results")


@dataclass(frozen=True, slots=True)
class Balance:
    """What a box must hold: some boxes less others.

    Boxes in ``needed`` are part of every flow that has the sum; the others count where they are
    filled in.
    """

    total: str
    plus: tuple[str, ...]
    less: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


BALANCES = (
    Balance(
        "records_screened",
        ("database_results", "register_results"),
        ("duplicates", "excluded_automatic", "excluded_other"),
    ),
    Balance(
        "dbr_sought_reports", ("records_screened",), ("records_excluded",), ("records_excluded",)
    ),
    Balance("dbr_assessed", ("dbr_sought_reports",), ("dbr_notretrieved_reports",)),
    Balance("other_sought_reports", OTHER_SOURCES),
    Balance("other_assessed", ("other_sought_reports",), ("other_notretrieved_reports",)),
    Balance(
        "new_reports",
        ("dbr_assessed", "other_assessed"),
        ("dbr_excluded", "other_excluded"),
        ("dbr_assessed", "dbr_excluded"),
    ),
    Balance(
        "total_studies",
        ("previous_studies", "new_studies"),
        needed=("previous_studies", "new_studies"),
    ),
    Balance(
        "total_reports",
        ("previous_reports", "new_reports"),
        needed=("previous_reports", "new_reports"),
    ),
)
"""The arithmetic of the diagram, from top to bottom."""


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One number: a row of the sheet ``flow``.

    Parameters
    ----------
    box
        A code of :data:`BOXES`.
    part
        Name of a database or reason of exclusion; empty where the row is the whole box.
    n
        How many; None where it is not known.
    note
        Anything a reader has to know.
    provenance
        The row that it was read from; None where it was made by hand.
    """

    box: str
    part: str = ""
    n: int | None = None
    note: str = ""
    provenance: Provenance | None = None
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Imbalance:
    """A sum that does not come out.

    Parameters
    ----------
    balance
        Which.
    given, expected
        What stands in the box, and what the others make.
    sum
        The others, written out (``"120 database_results − 20 duplicates"``).
    """

    balance: Balance
    given: int
    expected: int
    sum: str


@dataclass(frozen=True, slots=True)
class SearchFlow:
    """The numbers of a flow diagram.

    Parameters
    ----------
    rows
        As given, in order.

    Raises
    ------
    DataError
        If a box is unknown.

    Examples
    --------
    >>> flow = SearchFlow.of({"database_results": 120, "duplicates": 20, "records_screened": 99})
    >>> flow.count("database_results"), flow.count("register_results")
    (120, None)
    >>> [item.sum for item in flow.imbalances()]
    ['120 database_results − 20 duplicates = 100']
    """

    rows: tuple[FlowRow, ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if row.box not in BOXES:
                raise DataError(f"There is no box {row.box!r}; the boxes are {', '.join(BOXES)}.")

    @classmethod
    def of(cls, numbers: Mapping[str, int | Mapping[str, int | None] | None]) -> SearchFlow:
        """A flow from numbers by box; a mapping gives the parts of a box by name."""
        rows: list[FlowRow] = []
        for box, n in numbers.items():
            if isinstance(n, Mapping):
                rows += [FlowRow(box, part, own) for part, own in n.items()]
            else:
                rows.append(FlowRow(box, "", n))
        return cls(tuple(rows))

    def __bool__(self) -> bool:
        return bool(self.rows)

    def has(self, *boxes: str) -> bool:
        """Whether a row names one of the boxes."""
        return any(row.box in boxes for row in self.rows)

    def whole(self, box: str) -> FlowRow | None:
        """The row of a box as a whole; None where there are only parts, or nothing."""
        return next((row for row in self.rows if row.box == box and not row.part), None)

    def parts(self, box: str) -> tuple[FlowRow, ...]:
        """Named parts of a box."""
        return tuple(row for row in self.rows if row.box == box and row.part)

    def count(self, box: str) -> int | None:
        """Number of a box: its own row, else the sum of its parts; None where it is not known."""
        whole, parts = self.whole(box), self.parts(box)
        if whole is not None and whole.n is not None:
            return whole.n
        numbers = [row.n for row in parts if row.n is not None]
        return sum(numbers) if parts and len(numbers) == len(parts) else None

    def partial_sums(self) -> Iterator[tuple[FlowRow, int]]:
        """Boxes whose own number is not the sum of its parts, with that sum."""
        for box in BOXES:
            whole, parts = self.whole(box), self.parts(box)
            numbers = [row.n for row in parts if row.n is not None]
            complete = parts and len(numbers) == len(parts)
            if complete and whole is not None and whole.n not in (None, sum(numbers)):
                yield whole, sum(numbers)

    def imbalances(self, balances: Iterable[Balance] = BALANCES) -> tuple[Imbalance, ...]:
        """Sums that do not come out; a sum with an unknown number is not judged."""
        found = (self._imbalance(balance) for balance in balances)
        return tuple(item for item in found if item is not None)

    def _imbalance(self, balance: Balance) -> Imbalance | None:
        given = self.count(balance.total)
        plus = [box for box in balance.plus if self.has(box) or box in balance.needed]
        less = [box for box in balance.less if self.has(box) or box in balance.needed]
        numbers = {box: self.count(box) for box in (*plus, *less)}
        known = {box: n for box, n in numbers.items() if n is not None}
        if given is None or not plus or len(known) < len(numbers):
            return None
        expected = sum(known[box] for box in plus) - sum(known[box] for box in less)
        if expected == given:
            return None
        words = " + ".join(f"{known[box]} {box}" for box in plus)
        words += "".join(f" − {known[box]} {box}" for box in less)
        return Imbalance(balance, given, expected, f"{words} = {expected}")
