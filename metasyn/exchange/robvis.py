"""Risk of bias in the columns that the R package robvis draws."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from metasyn.errors import DataError
from metasyn.exchange.csv_text import CsvValue, csv_bytes
from metasyn.exchange.files import Export
from metasyn.records import Study
from metasyn.registry.near_miss import did_you_mean

__all__ = ["TOOLS", "robvis"]

TOOLS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ROB2": ("Low", "Some concerns", "High", "No information"),
        "ROBINS-I": ("Low", "Moderate", "Serious", "Critical", "No information"),
    }
)
"""Tools, each with the judgements that robvis knows, as it spells them."""

_DOMAIN = re.compile(r"d[1-9]\d?")


def robvis(studies: Sequence[Study], *, tool: str) -> Export:
    """Write ``robvis.csv``: ``Study``, ``D1`` to ``Dn``, ``Overall``.

    The judgements stand in columns of the user's own in the sheet studies, called D1, D2, ... and
    Overall in any case. Studies in which all of them are blank are left out; a single blank is
    refused.

    Parameters
    ----------
    studies
        The studies.
    tool
        A key of :data:`TOOLS`.

    Raises
    ------
    DataError
        If there are no such columns, or a judgement is none of the tool; all are listed.
    """
    columns = _columns(studies)
    if len(columns) < 2 or columns[-1] != "overall":
        raise DataError(
            "The sheet studies has no columns D1, D2, ... and Overall with judgements of the risk "
            "of bias. Add them to row 1."
        )
    judged = [(study, _judgements(study)) for study in studies]
    rows: list[dict[str, CsvValue]] = []
    problems: list[str] = []
    for study, judgements in judged:
        if judgements:
            problems.extend(_problems(study, judgements, columns, TOOLS[tool]))
            rows.append({"study": study.label, **judgements})
    if problems:
        raise DataError("\n  ".join((f"Judgements that {tool} does not have:", *problems)))
    header = {"study": "Study", **{name: name.capitalize() for name in columns}}
    table = [{header[name]: value for name, value in row.items()} for row in rows]
    return Export({"robvis.csv": csv_bytes(tuple(header.values()), table)})


def _judgements(study: Study) -> dict[str, CsvValue]:
    return {
        name.casefold(): text.strip()
        for name, text in study.extras.items()
        if text.strip() and (_DOMAIN.fullmatch(name.casefold()) or name.casefold() == "overall")
    }


def _columns(studies: Sequence[Study]) -> tuple[str, ...]:
    """Domains by their numbers, then the overall judgement."""
    found = {name for study in studies for name in _judgements(study)}
    domains = sorted((name for name in found if name != "overall"), key=lambda name: int(name[1:]))
    return (*domains, *(["overall"] if "overall" in found else []))


def _problems(
    study: Study, judgements: Mapping[str, CsvValue], columns: Sequence[str], known: Sequence[str]
) -> list[str]:
    where = f"{study.label} ({study.study_id}, row {study.provenance.row})"
    return [
        f"{where}, {name.capitalize()}: {value or 'blank'}. {did_you_mean(str(value), known)}"
        for name in columns
        if (value := judgements.get(name, "")) not in known
    ]
