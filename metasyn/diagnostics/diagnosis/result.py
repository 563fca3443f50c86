"""What came back from a full run of diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metasyn.diagnostics.baujat import Baujat
from metasyn.diagnostics.cumulative import Cumulative
from metasyn.diagnostics.diagnosis.findings import TITLES, finding_of, number_of
from metasyn.diagnostics.excess_significance import ExcessSignificance
from metasyn.diagnostics.fail_safe_n import FailSafeN
from metasyn.diagnostics.funnel_tests import FunnelTest
from metasyn.diagnostics.gosh import Gosh
from metasyn.diagnostics.influence import Influence
from metasyn.diagnostics.labbe import Labbe
from metasyn.diagnostics.leave_one_out import LeaveOneOut
from metasyn.diagnostics.limit_meta_analysis import LimitMetaAnalysis
from metasyn.diagnostics.p_curve import PCurve
from metasyn.diagnostics.p_uniform import PUniform
from metasyn.diagnostics.pet_peese import PetPeese
from metasyn.diagnostics.publication_bias_sensitivity import PublicationBiasSensitivity
from metasyn.diagnostics.qq import NormalQQ
from metasyn.diagnostics.radial import Radial
from metasyn.diagnostics.rank_test import RankTest
from metasyn.diagnostics.selection_models.result import SelectionModel
from metasyn.diagnostics.trim_and_fill import TrimAndFill
from metasyn.diagnostics.what_would_it_take import WhatWouldItTake
from metasyn.errors import Note
from metasyn.models.results import Pooled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Diagnosis"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Diagnosis:
    """Every diagnostic of a pooled estimate; a :class:`~metasyn.Note` where there is no result.

    Parameters
    ----------
    pooled
        What is looked at.
    influence, leave_one_out, cumulative
        What single studies do; the pooled estimate over the years.
    baujat, radial, normal_qq, labbe
        Points of these plots.
    egger, egger_variant, begg
        Tests of funnel asymmetry: Egger's, its variant for the measure, and Begg's.
    trim_and_fill, pet_peese, limit
        Estimates adjusted for small-study effects.
    fail_safe_n, excess_significance, p_curve, p_uniform, selection, bias_sensitivity
        What significance says: Rosenthal's number, more significant results than expected, p-curve,
        p-uniform*, a step function with one step, and Mathur and VanderWeele's ratios.
    what_would_it_take
        What would change the reading.
    gosh
        All subsets, where they were asked for.
    """

    pooled: Pooled
    influence: Influence | Note
    leave_one_out: LeaveOneOut | Note
    cumulative: Cumulative | Note
    baujat: Baujat | Note
    radial: Radial | Note
    normal_qq: NormalQQ | Note
    labbe: Labbe | Note
    egger: FunnelTest | Note
    egger_variant: FunnelTest | Note
    begg: RankTest | Note
    trim_and_fill: TrimAndFill | Note
    pet_peese: PetPeese | Note
    limit: LimitMetaAnalysis | Note
    fail_safe_n: FailSafeN | Note
    excess_significance: ExcessSignificance | Note
    p_curve: PCurve | Note
    p_uniform: PUniform | Note
    selection: SelectionModel | Note
    bias_sensitivity: PublicationBiasSensitivity | Note
    what_would_it_take: WhatWouldItTake | Note
    gosh: Gosh | Note

    def to_frame(self) -> pd.DataFrame:
        """One row a diagnostic: ``name finding number trust``.

        ``number`` is the one that the finding names first, NaN where it names none; ``trust`` is
        ``yes``, ``no`` (shown all the same) or ``not computed``.
        """
        import pandas as pd

        rows = [(title, *self._row(field)) for field, title in TITLES.items()]
        frame = pd.DataFrame(rows, columns=["name", "finding", "number", "trust"])
        return frame.astype({"number": "float64"})

    def _row(self, field: str) -> tuple[str, float | None, str]:
        found = getattr(self, field)
        if isinstance(found, Note):
            return found.message, None, "not computed"
        trusted = getattr(found, "trusted", True)
        return finding_of(found), number_of(found), "yes" if trusted else "no"

    def summary(self) -> str:
        """The findings, one a line; what was not computed stands last, with the reason."""
        pooled = self.pooled
        ci = "" if pooled.ci is None else f" [{pooled.ci.low:.4f}, {pooled.ci.high:.4f}]"
        lines = [f"Diagnosis of {pooled.k} studies ({pooled.measure}): {pooled.estimate:.4f}{ci}"]
        rows = [(title, *self._row(field)) for field, title in TITLES.items()]
        for title, finding, _, trust in rows:
            if trust != "not computed":
                doubt = " (do not rely on this)" if trust == "no" else ""
                lines.append(f"{title}: {finding}{doubt}")
        absent: dict[str, list[str]] = {}
        for title, reason, _, trust in rows:
            if trust == "not computed":
                absent.setdefault(reason, []).append(title)
        lines += [f"Not shown, {', '.join(titles)}: {why}" for why, titles in absent.items()]
        return "\n".join(lines)
