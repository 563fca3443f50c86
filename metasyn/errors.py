"""The exceptions and notes of metasyn, in one tree.

::

    MetasynError                 anything that metasyn refuses, with a line a person can act on
    ├── WorkbookError            a file that cannot be read as a workbook at all
    ├── RegistryError            a workbook whose cells are wrong; carries every problem
    ├── DataError                numbers that cannot be analysed (also a ValueError)
    ├── SpecError                a specification that makes no sense (also a ValueError)
    └── OutputError              a result that cannot be written where it was asked for

What does not stop a computation is a :class:`Note` on its result.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DataError",
    "MetasynError",
    "Note",
    "OutputError",
    "RegistryError",
    "SpecError",
    "WorkbookError",
]


class MetasynError(Exception):
    """Root of everything that metasyn raises on purpose."""


class WorkbookError(MetasynError):
    """A file that cannot be read as a workbook at all."""


class RegistryError(MetasynError):
    """A workbook whose cells are wrong; the message lists every problem."""


class DataError(MetasynError, ValueError):
    """Numbers that cannot be analysed; the message names the row."""


class SpecError(MetasynError, ValueError):
    """A specification that makes no sense; the message names the argument."""


class OutputError(MetasynError):
    """A result that cannot be written where it was asked for."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader of a result has to know.

    Parameters
    ----------
    code
        Short and stable, in kebab case, for programs (``"single-study"``).
    message
        One sentence for people.

    Examples
    --------
    >>> print(Note("single-study", "One study: nothing was pooled."))
    One study: nothing was pooled.
    """

    code: str
    message: str

    def __str__(self) -> str:
        return self.message
