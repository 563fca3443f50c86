"""Results made by hand: small enough to check every sentence by eye."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from metasyn.effects.counts import Counts
from metasyn.errors import Note
from metasyn.models.groups import Groups, Line
from metasyn.models.interval import Interval
from metasyn.models.pool import pool
from metasyn.models.pool_by import pool_by
from metasyn.models.rate import Maximum, PooledRate, Unit
from metasyn.models.results import NotPooled
from metasyn.models.specs import BinomialNormal
from metasyn.models.study_rows import exact_interval, proportion_rows
from metasyn.records import (
    Code,
    CodeList,
    Provenance,
    Records,
    Result,
    SetAside,
    Source,
    Study,
)
from metasyn.report.evidence import evidence_by_line
from metasyn.report.material import Material

SVG = (
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10" '
    'width="40" height="10"><text x="1" y="8">Liu 2018</text></svg>'
)

NUMBERS = [
    "events",
    "n",
    "mean",
    "sd",
    "median",
    "q1",
    "q3",
    "min",
    "max",
    "effect",
    "ci_low",
    "ci_high",
]
STUDY_FIELDS = [
    "study_id",
    "label",
    "first_author",
    "year",
    "title",
    "journal",
    "doi",
    "pmid",
    "design",
    "country",
    "population",
    "age_group",
    "trigger",
    "grading_scale",
    "n_enrolled",
    "overlaps_with",
    "overlap_basis",
    "source_url",
    "source_depth",
    "bibliography_check",
    "note",
]
RESULT_FIELDS = [
    "result_id",
    "study_id",
    "arm",
    "intervention",
    "intervention_class",
    "role",
    "outcome",
    "direction",
    "patient_group",
    "selection",
    "severity",
    "comparator_arm",
    "events",
    "n",
    "mean",
    "sd",
    "median",
    "q1",
    "q3",
    "min",
    "max",
    "unit",
    "effect_measure",
    "effect",
    "ci_low",
    "ci_high",
    "timepoint",
    "definition",
    "derivation",
    "analyse",
    "analyse_reason",
    "source_locator",
    "verified",
]


def columns(fields: list[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(fields, start=1)}


def make_study(study_id: str, label: str, design: str, **given: object) -> Study:
    texts = dict.fromkeys(STUDY_FIELDS, "")
    fields = {
        **texts,
        "study_id": study_id,
        "label": label,
        "design": design,
        "year": int(label[-4:]) if label[-4:].isdigit() else None,
        "title": f"Report of {label}",
        "n_enrolled": None,
        "overlaps_with": (),
        "source_depth": "abstract",
        "bibliography_check": "seen",
        "grading_scale": "NR",
        "age_group": "adult",
        **given,
    }
    place = Provenance("studies", 1 + int(study_id[1:]), columns(STUDY_FIELDS))
    return Study(**fields, provenance=place)  # type: ignore[arg-type]


def make_result(result_id: str, study: Study, drug: str, counts: tuple, **given: object) -> Result:
    fields = {name: None for name in RESULT_FIELDS if name != "study_id"}
    texts = [n for n in fields if n not in NUMBERS]
    fields |= dict.fromkeys(texts, "")
    fields |= {
        "result_id": result_id,
        "arm": drug,
        "intervention": drug,
        "role": "treatment_first_line",
        "outcome": "crs_resolution",
        "patient_group": f"{study.study_id}-{chr(65 + int(result_id[1:]) % 26)}",
        "selection": "unselected",
        "events": counts[0],
        "n": counts[1],
        "derivation": "reported",
        "analyse": "primary",
        "verified": "yes",
        **given,
    }
    place = Provenance("results", 1 + int(result_id[1:]), columns(RESULT_FIELDS))
    return Result(study=study, **fields, provenance=place)  # type: ignore[arg-type]


CODES = {
    "outcome": CodeList(
        [Code("crs_resolution", "CRS resolution"), Code("crs_improvement", "CRS improvement")]
    ),
    "intervention": CodeList(
        [
            Code("tocilizumab", "Tocilizumab"),
            Code("hemofiltration", "Hemofiltration"),
            Code("siltuximab", "Siltuximab"),
        ]
    ),
    "design": CodeList(
        [
            Code("retrospective_cohort", "Retrospective cohort"),
            Code("case_series", "Case series"),
            Code("case_report", "Case report"),
        ]
    ),
    "selection": CodeList(
        [
            Code("unselected", "Unselected"),
            Code("selected_on_success", "Selected on success"),
            Code("selected_on_failure", "Selected on failure"),
        ]
    ),
    "analyse": CodeList([Code("primary", "Primary"), Code("sensitivity", "Sensitivity")]),
    "derivation": CodeList([Code("reported", "Reported"), Code("inferred", "Inferred")]),
}


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def pooled_rate(counts: Counts, spec: BinomialNormal, **given: object) -> PooledRate:
    level = spec.level
    fields: dict[str, object] = {
        "spec": spec,
        "data": counts,
        "measure": "PLO",
        "k": len(counts),
        "estimate": logit(0.684),
        "se": 0.35,
        "statistic": None,
        "p_value": None,
        "ci": Interval(logit(0.487), logit(0.832), level, "wald-t", 2.0),
        "prediction": Interval(logit(0.3), logit(0.92), level, "HTS", 1.0),
        "tau2": 0.0421,
        "tau2_se": None,
        "tau2_ci": None,
        "i2": None,
        "h2": None,
        "q": None,
        "q_p": None,
        "weights": np.array([0.6, 0.25, 0.119, 0.031]),
        "log_likelihood": -12.5,
        "notes": (),
        "units": (
            Unit("Le 2018", "anchor", 31, 45, 1.0, 0.6, (0,)),
            Unit("Le 2018 KTE", "anchor", 8, 15, 1.0, 0.25, (1,)),
            Unit("Ma 2020", "anchor", 11, 14, 1.0, 0.119, (2,)),
            Unit("Single cases", "cases", 0, 1, 0.1, 0.031, (3,)),
        ),
        "maximum": Maximum(
            logit(0.684), 0.35, 0.205, Interval(logit(0.5), logit(0.81)), True, False
        ),
        "average_rate": 0.672,
        "case_share": 0.031,
        "case_power": 0.1,
        "cap_binds": False,
        "studies_only": None,
        **given,
    }
    return PooledRate(**fields)  # type: ignore[arg-type]


def make_counts(rows: list[Result]) -> Counts:
    return Counts(
        np.array([row.events for row in rows], float),
        np.array([row.n for row in rows], float),
        tuple(row.study.label for row in rows),
        tuple(row.study.design for row in rows),
        tuple(rows),
    )


@pytest.fixture(scope="session")
def studies() -> dict[str, Study]:
    made = [
        make_study("S0001", "Liu 2018", "case_report", doi="10.1097/CJI.0000000000000243",
                   pmid="30211770", journal="J Immunother", n_enrolled=1),
        make_study("S0004", "Le 2018", "retrospective_cohort", n_enrolled=60,
                   overlaps_with=("S0044",)),
        make_study("S0037", "Ma 2020", "retrospective_cohort",
                   title="[Tocilizumab in a cohort of one centre]", bibliography_check="recalled"),
        make_study("S0044", "Smith 2019", "case_series", source_depth="secondary",
                   overlaps_with=("S0004",)),
        make_study("S0057", "<script>alert(1)</script> 2021", "case_series",
                   doi="javascript:alert(1)", pmid="x", source_url="javascript:alert(2)",
                   title="=HYPERLINK(\"http://x\")"),
    ]  # fmt: skip
    return {study.study_id: study for study in made}


@pytest.fixture(scope="session")
def groups(studies: dict[str, Study]) -> Groups:
    """Three lines: one pooled with a single case, one case only, one without variation."""
    spec = BinomialNormal()
    toci = [
        make_result("R0009", studies["S0004"], "tocilizumab", (31, 45)),
        make_result("R0010", studies["S0004"], "tocilizumab", (8, 15), derivation="inferred"),
        make_result("R0116", studies["S0037"], "tocilizumab", (11, 14), definition="recovered"),
        make_result("R0001", studies["S0001"], "tocilizumab", (0, 1),
                    selection="selected_on_failure", definition="ineffective"),
    ]  # fmt: skip
    hemo = [
        make_result("R0003", studies["S0001"], "hemofiltration", (1, 1),
                    selection="selected_on_success"),
    ]  # fmt: skip
    silt = [
        make_result("R0139", studies["S0044"], "siltuximab", (6, 6), verified="secondary"),
        make_result("R0179", studies["S0057"], "siltuximab", (4, 4)),
    ]
    aside = SetAside(
        make_result("R0140", studies["S0044"], "siltuximab", (9, 12), analyse="sensitivity"),
        "analyse-sensitivity",
        "marked sensitivity: counted twice",
    )
    missing = SetAside(
        make_result("R0141", studies["S0044"], "siltuximab", (None, 7)),
        "missing-numbers",
        "no number for events (results!M142)",
    )
    rows = (*toci, *hemo, *silt, missing.record)
    records = Records(
        rows=rows,
        set_aside=(aside,),
        query={"outcome": ("crs_resolution", "crs_improvement"), "analyse": ("primary",)},
        studies=tuple(studies.values()),
        codes=CODES,
        source=Source("studies/example.xlsx", "ab" * 32),
    )
    counts = make_counts(toci)
    alone = pooled_rate(
        make_counts(toci[:3]),
        spec,
        estimate=logit(0.702),
        case_share=0.0,
        case_power=0.0,
        weights=np.array([0.62, 0.26, 0.12]),
        units=(),
    )
    headline = pooled_rate(counts, spec, studies_only=alone,
                           notes=(Note("example", "A note about this line."),))  # fmt: skip
    lines = (
        Line("tocilizumab", "Tocilizumab",
             proportion_rows(counts, headline.weights.tolist(), spec.level), headline, ()),
        not_pooled("hemofiltration", "Hemofiltration", hemo, "cases-only", "one published case"),
        not_pooled("siltuximab", "Siltuximab", silt, "all-events",
                   "all 10 patients had the event", (aside, missing)),
    )  # fmt: skip
    return Groups(lines, "intervention", spec, records)


def not_pooled(
    code: str, label: str, rows: list[Result], why: str, reason: str, aside: tuple = ()
) -> Line:
    counts = make_counts(rows)
    events, n = int(counts.xi.sum()), int(counts.ni.sum())
    result = NotPooled(
        data=counts, k=len(rows), reason=reason, code=why, events=events, n=n,
        ci=exact_interval(events, n),
        model=pool(counts, BinomialNormal()) if why == "cases-only" else None,
    )  # fmt: skip
    return Line(code, label, proportion_rows(counts, [None] * len(rows), 0.95), result, aside)


@pytest.fixture(scope="session")
def material(groups: Groups) -> Material:
    return Material(
        title="Response of severe CRS, by intervention",
        question="How often does severe CRS resolve?",
        groups=groups,
        drawing=SVG,
        evidence=evidence_by_line(groups),
        command="make report",
        workbook="studies/example.xlsx",
        directory="reports/example/",
        versions={"metasyn": "0.1", "Python": "3.11", "numpy": "2.0", "scipy": "1.13"},
    )


@pytest.fixture
def respecified(groups: Groups) -> Callable[..., Groups]:
    """The same lines under another specification."""

    def respecify(spec: object) -> Groups:
        lines = tuple(
            replace(line, result=replace(line.result, spec=spec))
            if isinstance(line.result, PooledRate)
            else line
            for line in groups.lines
        )
        return Groups(lines, groups.by, spec, groups.records)  # type: ignore[arg-type]

    return respecify


@pytest.fixture(scope="session")
def compared(studies: dict[str, Study]) -> Callable[..., Groups]:
    """Three cohorts with a control arm each, pooled as asked."""
    arms = [
        ("S0004", (10, 50), (20, 50)),
        ("S0037", (6, 40), (12, 60)),
        ("S0057", (9, 30), (10, 28)),
    ]
    rows = []
    for i, (study, treated, control) in enumerate(arms, start=1):
        drug = {"comparator_arm": "none", "arm": "treated"}
        rows.append(make_result(f"R030{i}", studies[study], "tocilizumab", treated, **drug))
        rows.append(make_result(f"R040{i}", studies[study], "none", control, arm="none"))
    records = Records(
        rows=tuple(rows[::2]),
        set_aside=(),
        query={"outcome": ("crs_resolution",)},
        studies=tuple(studies.values()),
        codes=CODES,
        source=Source("studies/example.xlsx", "ab" * 32),
        among=tuple(rows),
    )

    def pooled(spec: object, measure: str = "RR") -> Groups:
        return pool_by(records, "intervention", spec, measure=measure)  # type: ignore[arg-type]

    return pooled
