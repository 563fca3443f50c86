"""Where a value stands in a workbook."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cell", "Source", "column_letters"]


def column_letters(column: int) -> str:
    """Letters of a 1-based column number.

    Examples
    --------
    >>> column_letters(1), column_letters(27)
    ('A', 'AA')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Source:
    """The file that records were read from.

    Parameters
    ----------
    file
        The path as it was given.
    sha256
        Hexadecimal digest of the file's bytes when it was read.
    """

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a workbook.

    Parameters
    ----------
    sheet
        Sheet name.
    row, column
        1-based, as in the spreadsheet program.

    Examples
    --------
    >>> print(Cell("results", 17, 8))
    results!H17
    """

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """Column letters and row (``H17``)."""
        return f"{column_letters(self.column)}{self.row}"

    def __str__(self) -> str:
        return f"{self.sheet}!{self.address}"
