"""Code lists: the words that a registry allows, with their labels and order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Code", "CodeList", "Codes"]


@dataclass(frozen=True, slots=True)
class Code:
    """One word of a code list.

    Parameters
    ----------
    code
        What stands in the cells.
    label
        What people read.
    definition
        What it means.
    """

    code: str
    label: str
    definition: str = ""


class CodeList(Mapping[str, Code]):
    """The codes of one list, in the registry's order.

    Examples
    --------
    >>> designs = CodeList([Code("rct", "Randomised trial"), Code("case_report", "Case report")])
    >>> list(designs), designs.label("rct"), designs.label("cohort")
    (['rct', 'case_report'], 'Randomised trial', 'cohort')
    """

    def __init__(self, codes: Iterator[Code] | list[Code] | tuple[Code, ...] = ()) -> None:
        self._codes = {code.code: code for code in codes}

    def __getitem__(self, code: str) -> Code:
        return self._codes[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def __repr__(self) -> str:
        return f"CodeList({list(self._codes)})"

    def label(self, code: str) -> str:
        """Label of a code; the code itself where the list does not know it."""
        found = self._codes.get(code)
        return found.label if found else code

    def rank(self, code: str) -> int:
        """Position of a code in the list; unknown codes come last."""
        return next((i for i, known in enumerate(self._codes) if known == code), len(self._codes))


Codes = Mapping[str, CodeList]
"""Every code list of a registry, by the list's name."""
