"""Risk of bias in the columns that the R package robvis draws."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from metasyn.errors import DataError, Note
from metasyn.exchange.csv_text import CsvValue, csv_bytes
from metasyn.exchange.files import Export
from metasyn.records import Study
from metasyn.records.appraisal import appraised
from metasyn.records.appraisal_tools import OVERALL
from metasyn.registry.near_miss import did_you_mean
from metasyn.registry.registry import Registry

__all__ = ["TOOLS", "robvis", "robvis_appraisals"]

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


def robvis_appraisals(registry: Registry) -> Export:
    """Write one file a tool of the sheet ``appraisals``, called by the tool: ``rob2.csv``.

    Each has the columns ``Study``, one a domain, and ``Overall`` where the tool has one. A study
    of which several results were judged has a row for each, with the result's id.

    Parameters
    ----------
    registry
        A registry with appraisals.

    Raises
    ------
    DataError
        If there are no appraisals, or any of them cannot be used; all are listed.
    """
    items = appraised(registry)
    if not items:
        raise DataError("The sheet appraisals has no rows.")
    labels = {study.study_id: study.label for study in registry.studies}
    files: dict[str, bytes] = {}
    notes: list[Note] = []
    for tool in dict.fromkeys(item.tool for item in items):
        own = [item for item in items if item.tool is tool]
        times = Counter(item.study_id for item in own)
        header = {d.code: "Overall" if d.code == OVERALL else d.code for d in tool.columns}
        rows: list[dict[str, CsvValue]] = []
        for item in own:
            label = labels.get(item.study_id, item.study_id)
            named = f"{label}, {item.result_id}" if times[item.study_id] > 1 else label
            levels = {name: item.level(code) for code, name in header.items()}
            given = {name: level.label for name, level in levels.items() if level is not None}
            rows.append({"Study": named, **given})
            if item.missing:
                codes = ", ".join(domain.code for domain in item.missing)
                notes.append(Note("not-judged", f"{named}, {tool.label}: {codes} not judged."))
        files[f"{tool.code}.csv"] = csv_bytes(("Study", *header.values()), rows)
    return Export(files, tuple(notes))


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
