"""Facts that bear on the grounds of certainty, for people who have yet to judge; no verdicts."""

from __future__ import annotations

from collections import Counter

from metasyn.effects.counts import DESIGNS
from metasyn.models.groups import Groups, Line
from metasyn.models.results import Pooled
from metasyn.records.certainty import FEW
from metasyn.report.arms import both_arms, controls
from metasyn.report.formats import (
    counted,
    interval_text,
    number,
    percent,
    percent_range,
    plural,
    sentence_case,
)
from metasyn.report.lines import cases, is_share, reports, shown_line
from metasyn.report.material import Material

__all__ = ["certainty_facts"]

_FUNNEL = 10
"""Studies under which a funnel plot says nothing (Sterne et al. 2011, BMJ 343:d4002)."""


def certainty_facts(line: Line, material: Material) -> dict[str, str]:
    """What the data say that bears on each ground, without a verdict."""
    return {
        "risk_of_bias": _design_facts(line, material),
        "inconsistency": _spread_facts(line, material),
        "indirectness": _fit_facts(line),
        "imprecision": _size_facts(line, material.groups),
        "publication_bias": _published_facts(line),
    }


def _design_facts(line: Line, material: Material) -> str:
    records = [row.record for row in line.studies if row.record]
    codes = material.groups.records.codes.get("design")
    patients: Counter[str] = Counter()
    for one in (*records, *controls(line.studies, material.groups)):
        patients[one.study.design] += one.n or 0
    order = sorted(patients, key=lambda code: DESIGNS.index(code) if code in DESIGNS else 99)
    labels = {code: (codes.label(code) if codes else code).lower() for code in order}
    by_design = ", ".join(f"{labels[code]} {patients[code]:,}" for code in order)
    facts = [f"patients by design: {by_design}"]
    chosen = sum(one.selection.startswith("selected_on") for one in records)
    if chosen:
        facts.append(f"{counted(chosen, 'row', 'was', 'were')} chosen by how the patients fared")
    return _sentence(facts)


def _spread_facts(line: Line, material: Material) -> str:
    if not isinstance(line.result, Pooled):
        return "Not pooled."
    facts = []
    checked = material.check.get(line.code) if material.check is not None else None
    holder = checked if isinstance(checked, Pooled) and checked.i2 is not None else line.result
    if holder.i2 is not None:
        of_check = " (inverse-variance check)" if holder is checked else ""
        facts.append(f"I² {percent(holder.i2)}{of_check}")
    if line.result.tau2 is not None:
        facts.append(f"τ² {number(line.result.tau2) if line.result.tau2 else '0'}")
    what = shown_line(line)
    if what.prediction is not None:
        limits = (
            percent_range(what.prediction)
            if is_share(what.measure)
            else interval_text(what.prediction)
        )
        facts.append(f"prediction interval {limits}")
    return _sentence(facts)


def _fit_facts(line: Line) -> str:
    records = [row.record for row in line.studies if row.record]
    outcomes = Counter(one.outcome for one in records)
    wordings = {one.definition for one in records} - {""}
    ages = Counter(one.study.age_group for one in records if one.study.age_group)
    facts = []
    if len(outcomes) > 1:
        facts.append(f"{len(outcomes)} outcomes counted as one")
    if len(wordings) > 1:
        facts.append(f"outcome defined in {len(wordings)} wordings")
    if len(ages) > 1:
        facts.append(f"{len(ages)} age groups")
    return _sentence(facts) or "No difference in outcome, its wording or age group."


def _size_facts(line: Line, groups: Groups) -> str:
    both = both_arms(line.studies, groups)
    what = shown_line(line)
    facts = []
    if both is not None:
        fewer = f", fewer than {FEW}" if both[1] < FEW else ""
        facts.append(f"{plural(both[1], 'patient')} with {plural(both[0], 'event')}{fewer}")
    if what.ci is not None and is_share(what.measure):
        facts.append(f"interval of {100 * (what.ci.high - what.ci.low):.0f} percentage points")
    return _sentence(facts)


def _published_facts(line: Line) -> str:
    singles = cases(line)
    facts = []
    if singles:
        many = reports(singles)
        verb = "is a single case" if many == 1 else "are single cases"
        facts.append(f"{many} of {plural(reports(line.studies), 'report')} {verb}")
    good = sum(
        row.record is not None and row.record.selection == "selected_on_success"
        for row in line.studies
    )
    if good:
        facts.append(f"{plural(good, 'row')} probably published because treatment worked")
    if is_share(shown_line(line).measure):
        facts.append("no funnel plot, which misleads for proportions")
    elif len(line.studies) < _FUNNEL:
        facts.append(f"fewer than {_FUNNEL} studies, too few for a funnel plot")
    else:
        facts.append(f"{len(line.studies)} studies, enough for a funnel plot")
    return _sentence(facts)


def _sentence(facts: list[str]) -> str:
    return f"{sentence_case('; '.join(facts))}." if facts else ""
