"""Pooled lines made by hand, so that figures are tested apart from the models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from itertools import cycle, islice

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.effects.arrays import read_only
from metasyn.effects.counts import Counts, counts
from metasyn.effects.effects import Effects
from metasyn.figures.forest.table import TippingStrip
from metasyn.models.groups import Groups, Line, StudyRow
from metasyn.models.interval import Interval
from metasyn.models.rate import PooledRate, Unit
from metasyn.models.results import NotPooled, Pooled
from metasyn.models.specs import BinomialNormal, RandomEffects
from metasyn.models.study_rows import exact_interval
from metasyn.records import Code, CodeList, Provenance, Records, Result, Source, Study

CODES = {
    "design": CodeList(
        [
            Code("single_arm_trial", "Single-arm trial"),
            Code("retrospective_cohort", "Retrospective cohort"),
            Code("case_series", "Case series"),
            Code("case_report", "Case report"),
        ]
    ),
    "outcome": CodeList([Code("crs_resolution", "CRS resolved")]),
}
LETTERS = {
    "latin": "Alvarez-Fernandez and Westermann 2018 multicentre registry ",
    "cyrillic": "Иванов и Широкова 2018 многоцентровой регистр Щёлково ",
    "chinese": "复旦大学附属肿瘤医院细胞因子释放综合征登记研究二〇一八",
}


def label_of(length: int, script: str, number: int) -> str:
    """A label of so many letters that no two rows share."""
    text = "".join(islice(cycle(LETTERS[script]), length - len(str(number)) - 1))
    return f"{text.rstrip()} {number}"


def study_row(label: str, events: int, n: int, weight: float | None, design: str) -> StudyRow:
    """A row with the record behind it."""
    blank = dict.fromkeys(("mean", "sd", "median", "q1", "q3", "min", "max"))
    study = Study(
        "S1", label, label, 2018, "Title", "", "", "", design, "", "", "", "", "", None, (), "",
        "", "", "", "", Provenance("studies", 2),
    )  # fmt: skip
    record = Result(
        "R1", study, "arm", "tocilizumab", "il6", "treatment", "crs_resolution", "benefit", "S1-A",
        "", "", "", events, n, *blank.values(), "", "", None, None, None, "", "", "", "primary",
        "", "", "yes", Provenance("results", 2),
    )  # fmt: skip
    return StudyRow(label, events / n, exact_interval(events, n), weight, n <= 2, events, n, record)


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def pooled_rate(data: Counts, rate: float, ends: tuple[float, float], **more: object) -> PooledRate:
    """A pooled rate; ``more`` replaces fields, all others are None."""
    given = {
        "spec": BinomialNormal(),
        "data": data,
        "measure": "PLO",
        "k": len(data),
        "estimate": logit(rate),
        "se": 0.3,
        "ci": Interval(logit(ends[0]), logit(ends[1]), 0.95, "wald-t", 3.0),
        "tau2": 0.21,
        "weights": read_only(np.full(len(data), 1 / len(data))),
        "notes": (),
        "units": (),
        "average_rate": rate - 0.02,
        "case_share": 0.0,
        "case_power": 0.0,
        "cap_binds": False,
    }
    return PooledRate(**(_blank(PooledRate) | given | more))


def _blank(kind: type) -> dict[str, object]:
    return {item.name: None for item in fields(kind)}


def groups_of(lines: Sequence[Line]) -> Groups:
    records = Records((), (), {"outcome": ("crs_resolution",)}, (), CODES, Source("x.xlsx", "0"))
    return Groups(tuple(lines), "intervention", BinomialNormal(), records)


def tocilizumab() -> Line:
    """Studies and single cases of the CRS evidence, with invented pooled values."""
    data = counts(xi=[31, 8, 11, 5, 0, 1, 0], ni=[45, 15, 14, 5, 1, 1, 1])
    alone = pooled_rate(counts(xi=[31, 8, 11, 5], ni=[45, 15, 14, 5]), 0.712, (0.487, 0.866))
    cases = Unit("Single cases", "cases", 1, 3, 0.1, 0.021, (4, 5, 6))
    result = pooled_rate(
        data,
        0.703,
        (0.48, 0.86),
        prediction=Interval(logit(0.29), logit(0.93), 0.95, "HTS", 2.0),
        units=(cases,),
        case_share=0.021,
        case_power=0.1,
        studies_only=alone,
    )
    rows = (
        study_row("Le 2018 (CTL019)", 31, 45, 0.40, "retrospective_cohort"),
        study_row("Le 2018 (KTE-C19)", 8, 15, 0.25, "retrospective_cohort"),
        study_row("Zhu 2022", 11, 14, 0.20, "case_series"),
        study_row("Della Pepa 2026", 5, 5, 0.129, "case_series"),
        study_row("Liu 2018", 0, 1, 0.007, "case_report"),
        study_row("Teachey 2013", 1, 1, 0.007, "case_report"),
        study_row("He 2022", 0, 1, 0.007, "case_report"),
    )
    return Line("tocilizumab", "Tocilizumab", rows, result, ())


def not_pooled(code: str, label: str, events: int, n: int, reason: str) -> Line:
    data = counts(xi=[events], ni=[n])
    result = NotPooled(
        data=data,
        k=1,
        reason=reason,
        code="single-study",
        events=events,
        n=n,
        ci=exact_interval(events, n),
    )
    design = "case_report" if n <= 2 else "case_series"
    return Line(code, label, (study_row("Liu 2018", events, n, None, design),), result, ())


def empty_line() -> Line:
    result = NotPooled(
        data=counts(xi=[], ni=[]),
        k=0,
        reason="no row has the numbers that the model needs",
        code="no-study",
        events=None,
        n=None,
        ci=None,
    )
    return Line("dasatinib", "Dasatinib", (), result, ())


@pytest.fixture(scope="session")
def crs() -> Groups:
    """A pooled line with single cases, two lines that are not pooled, one without rows."""
    return groups_of(
        [
            tocilizumab(),
            not_pooled("hemofiltration", "Haemofiltration", 1, 1, "one published case"),
            not_pooled("etanercept", "Etanercept", 3, 3, "one report"),
            empty_line(),
        ]
    )


@pytest.fixture(scope="session")
def tipping() -> dict[str, TippingStrip]:
    weights = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
    return {
        "tocilizumab": TippingStrip(
            weights,
            tuple(0.712 - 0.09 * a for a in weights),
            tuple(0.487 - 0.05 * a for a in weights),
            tuple(0.866 - 0.08 * a for a in weights),
        )
    }


@pytest.fixture(scope="session")
def label() -> Callable[[int, str, int], str]:
    """A label of so many letters in a script, with a number."""
    return label_of


@pytest.fixture(scope="session")
def many() -> Callable[[int, int, str], Groups]:
    """Groups of k rows in blocks of at most 25, a fifth of them single cases."""

    def build(k: int, length: int, script: str) -> Groups:
        lines = []
        for start in range(0, k, 25):
            size = min(25, k - start)
            rows = [_row(i, length, script, 1 / size) for i in range(start, start + size)]
            rows.sort(key=lambda row: row.is_case)
            data = counts(xi=[row.events for row in rows], ni=[row.n for row in rows])
            result = pooled_rate(
                data,
                0.6,
                (0.5, 0.7),
                prediction=Interval(logit(0.2), logit(0.9), 0.95, "HTS", 3.0),
                units=(Unit("Single cases", "cases", 1, 3, 0.1, 0.02, ()),),
                case_power=0.1,
                case_share=0.02,
                studies_only=pooled_rate(data, 0.58, (0.49, 0.69)),
            )
            name = label_of(length, script, start)
            lines.append(Line(f"g{start}", name, tuple(rows), result, ()))
        return groups_of(lines)

    return build


def _row(i: int, length: int, script: str, weight: float) -> StudyRow:
    n = 1 if i % 5 == 4 else 3 + (37 * i) % 400
    events = (13 * i) % (n + 1)
    design = ("single_arm_trial", "retrospective_cohort", "case_series")[i % 3]
    return study_row(label_of(length, script, i), events, n, weight, design)


@pytest.fixture(scope="session")
def ratios() -> Callable[..., Pooled]:
    """A pooled log risk ratio; the yi and standard errors are the caller's."""

    def build(
        yi: Sequence[float],
        sei: Sequence[float],
        slab: Sequence[str] | None = None,
        measure: str = "RR",
    ) -> Pooled:
        k = len(yi)
        names = tuple(slab) if slab else tuple(f"Study {i + 1}" for i in range(k))
        y, v = read_only(yi), read_only(np.asarray(sei) ** 2)
        centre = float(np.mean(y))
        given = {
            "spec": RandomEffects(),
            "data": Effects(y, v, names, measure),
            "measure": measure,
            "k": k,
            "estimate": centre,
            "se": 0.2,
            "statistic": -3.0,
            "p_value": 0.012,
            "ci": Interval(centre - 0.4, centre + 0.4, 0.95, "hksj-guarded", k - 1.0),
            "prediction": Interval(centre - 0.9, centre + 0.9, 0.95, "HTS", k - 2.0),
            "tau2": 0.31,
            "i2": 0.92,
            "q": 152.2,
            "q_p": 0.0002,
            "weights": read_only(np.full(k, 1 / k)),
            "notes": (),
        }
        return Pooled(**(_blank(Pooled) | given))

    return build


@pytest.fixture(scope="session")
def two_arms() -> Effects:
    """Log risk ratios of the first BCG trials (Colditz et al. 1994, JAMA 271:698, table 1)."""
    return ms.effect_sizes(
        "RR",
        ai=[4, 6, 3, 62, 33],
        bi=[119, 300, 228, 13536, 5036],
        ci=[11, 29, 11, 248, 47],
        di=[128, 274, 209, 12619, 5761],
        slab=["Aronson 1948", "Ferguson 1949", "Rosenthal 1960", "Hart 1977", "Frimodt 1973"],
        data=pd.DataFrame(
            {
                "year": [1948, 1949, 1960, 1977, 1973],
                "latitude": [44.0, 55.0, 42.0, 52.0, 13.0],
                "allocation": ["random", "random", "random", "random", "alternate"],
            }
        ),
    )


@pytest.fixture(scope="session")
def contrasts() -> Records:
    """Treated arms and their controls of three studies, as a registry holds them."""

    def arm(i: int, name: str, counted: tuple[int, int]) -> Result:
        record = study_row(f"Study {i}", *counted, None, "retrospective_cohort").record
        assert record is not None
        treated = name == "T"
        return replace(
            record,
            result_id=f"R{i}{name}",
            study=replace(record.study, study_id=f"S{i}"),
            arm=name,
            intervention="tocilizumab" if treated else "standard_care",
            comparator_arm="C" if treated else "",
        )

    tables = (((4, 50), (9, 52)), ((7, 60), (8, 61)), ((3, 40), (9, 39)))
    rows = tuple(
        arm(i, name, counted)
        for i, pair in enumerate(tables)
        for name, counted in zip("TC", pair, strict=True)
    )
    query = {"outcome": ("crs_resolution",)}
    return Records(rows, (), query, (), CODES, Source("x.xlsx", "0"), among=rows)
