"""Frozen types: what a study says, every value with its cell."""

from metasyn.records.cell import Cell, Source
from metasyn.records.codes import Code, CodeList, Codes
from metasyn.records.selection import Records, SetAside
from metasyn.records.study import Provenance, Result, Statement, Study

__all__ = [
    "Cell",
    "Code",
    "CodeList",
    "Codes",
    "Provenance",
    "Records",
    "Result",
    "SetAside",
    "Source",
    "Statement",
    "Study",
]
