"""Risk of bias in a forest plot: a cell a domain, on the row of each study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metasyn.errors import SpecError
from metasyn.figures.forest.options import RiskOfBias
from metasyn.figures.forest.table import Row
from metasyn.figures.marks import Mark
from metasyn.figures.risk_of_bias.cells import Level, RiskOfBiasKey, rob_cell
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import text_width
from metasyn.models.groups import StudyRow

__all__ = ["bias_marks", "bias_middles", "bias_of", "bias_sentence", "cell_width"]


def cell_width(key: RiskOfBiasKey, style: Style) -> float:
    """Distance of the domains' columns: room for a circle, and for every letter above."""
    letters = (text_width(domain.letter, style.size, "bold") for domain in key.domains)
    return max(1.5 * style.size, 3.0 + max(letters, default=0.0))


def bias_middles(key: RiskOfBiasKey, place: tuple[float, float], style: Style) -> tuple[float, ...]:
    """Middle of every domain's column; place is left and width of them all."""
    left, width = place
    step = cell_width(key, style)
    start = left + (width - step * len(key.domains)) / 2
    return tuple(start + (i + 0.5) * step for i in range(len(key.domains)))


def bias_of(row: StudyRow, bias: RiskOfBias | None) -> Mapping[str, Level]:
    """Judgements of a study, under the id of its result, of its study, or its label."""
    if bias is None:
        return {}
    record = row.record
    keys = (record.result_id, record.study_id, record.study.label) if record else ()
    for key in (*keys, row.label):
        if key in bias.judgements:
            return bias.key.judged(bias.judgements[key])
    return {}


def bias_marks(
    row: Row, key: RiskOfBiasKey, middles: tuple[float, ...], y: float, index: int
) -> list[Mark]:
    """Circles of a row whose middle is at y."""
    pairs = zip(key.domains, middles, strict=True)
    return [
        mark
        for domain, x in pairs
        if domain.letter in row.bias
        for mark in rob_cell(row.bias[domain.letter], (x, y), row=index)
    ]


def bias_sentence(rows: Iterable[Row], bias: RiskOfBias | None) -> tuple[str, ...]:
    """Who was not judged, for the footer.

    Raises
    ------
    SpecError
        If nobody was.
    """
    if bias is None:
        return ()
    studies = [row for row in rows if row.kind in ("study", "case")]
    missing = sum(not row.bias for row in studies)
    if studies and missing == len(studies):
        known = ", ".join(list(bias.judgements)[:3]) or "nothing"
        raise SpecError(
            f"No study of the figure has a judgement of risk of bias; there are {known}, ... "
            "Judgements belong to the id of a result or study, or to the label of a row."
        )
    if not missing:
        return ()
    return (f"Risk of bias not judged: {missing} of {len(studies)} studies.",)
