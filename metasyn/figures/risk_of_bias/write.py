"""Critical appraisal as a figure in a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from metasyn.errors import SpecError
from metasyn.figures.files import write_layout
from metasyn.figures.risk_of_bias.layout import traffic_light_layout
from metasyn.figures.risk_of_bias.summary import summary_layout, weights_of
from metasyn.figures.risk_of_bias.table import Colours, HasStudies, judged_table
from metasyn.figures.write import PAGE_HEIGHT
from metasyn.models.results import Pooled
from metasyn.records.appraisal import Appraisal

__all__ = ["write_risk_of_bias"]


def write_risk_of_bias(  # noqa: PLR0913 - what was judged, a place and its looks
    source: HasStudies | Iterable[Appraisal],
    path: str | os.PathLike[str],
    tool: str | None = None,
    kind: Literal["traffic-light", "summary"] = "traffic-light",
    *,
    weights: Pooled | Mapping[str, float] | None = None,
    colours: Colours = "cochrane",
    title: str | None = None,
    dpi: float = 300,
) -> Path:
    """Draw the critical appraisal of studies.

    Parameters
    ----------
    source
        A registry with the sheet ``appraisals``, or judgements.
    path
        Where to: ``.svg``, ``.png`` or ``.pdf`` (which has pages).
    tool
        ``rob2``, ``robins_i``, ``robins_i_v2``, ``robins_e``, ``jbi_case_report``,
        ``jbi_case_series`` or ``murad``; None where one tool was used.
    kind
        ``traffic-light``: studies by domains; ``summary``: a bar a domain.
    weights
        What a summary counts studies by: a pooled result, or weights by the ids of studies or
        results; None counts each once.
    colours
        ``cochrane``, or ``colour-blind``: one hue that darkens with the risk.
    title
        Stands above; None for the name of the tool.
    dpi
        Resolution of a PNG.

    Raises
    ------
    SpecError
        If there is no such tool, kind or colours, nothing was judged, or weights do not fit.
    DataError
        If judgements cannot be used; each is listed.
    OutputError
        If the file cannot be written.
    """
    table = judged_table(source, tool)
    file = Path(path)
    if kind == "summary":
        own = weights_of(weights) if isinstance(weights, Pooled) else weights
        layout = summary_layout(table, weights=own, colours=colours, title=title)
    elif kind != "traffic-light":
        raise SpecError(f"kind is {kind!r}; it must be 'traffic-light' or 'summary'.")
    elif weights is not None:
        raise SpecError("A traffic light shows judgements; weights= is for kind='summary'.")
    else:
        height = PAGE_HEIGHT if file.suffix.lower() == ".pdf" else None
        layout = traffic_light_layout(table, colours=colours, title=title, page_height=height)
    return write_layout(layout, file, dpi=dpi)
