"""How much should single cases weigh? Bias, error, coverage and width by simulation.

Seven scenarios and fresh random data sets, every one drawn by its own counter-based generator, so
that the numbers do not depend on how many processes draw them. Writes
reports/case_weight_simulation/: scenarios.csv, held_out.csv, results.json, summary.md and
performance.svg.

The full size (--reps 2000 --held-out 3000) takes about twenty minutes of one core.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

import metasyn as ms

HERE = Path(__file__).resolve().parent.parent
REPORT = HERE / "reports" / "case_weight_simulation"
BLOCK = 100
HELD_OUT = 99


@dataclass(frozen=True)
class Scenario:
    """What is true: trials sampled fairly, single cases published selectively.

    ``odds`` is the odds ratio of publication, success to failure: every success is published, a
    failure with probability ``1 / odds``.
    """

    code: str
    odds: float
    p: float
    tau: float
    trials: int
    sizes: tuple[int, int]
    cases: int


SCENARIOS = (
    Scenario("S1", 1, 0.60, 0.5, 5, (10, 40), 20),
    Scenario("S2", 4, 0.60, 0.5, 5, (10, 40), 20),
    Scenario("S3", 10, 0.50, 0.5, 3, (8, 25), 40),
    Scenario("S4", 4, 0.85, 0.5, 5, (10, 40), 20),
    Scenario("S5", 4, 0.60, 1.0, 8, (10, 40), 20),
    Scenario("S6", 4, 0.60, 0.5, 2, (5, 12), 10),
    Scenario("S7", 4, 0.60, 0.2, 5, (10, 40), 40),
)


class Sets(NamedTuple):
    """Data sets of a block, padded with NaN, and what was true of each."""

    xi: np.ndarray
    ni: np.ndarray
    truth: tuple[Scenario, ...]

    def without_cases(self) -> Sets:
        """The trials alone."""
        case = self.ni <= 2
        return Sets(np.where(case, np.nan, self.xi), np.where(case, np.nan, self.ni), self.truth)


def generator(seed: int, stream: int, rep: int) -> np.random.Generator:
    """The generator of one data set: its counter is its place, whoever draws it."""
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, rep, stream]))


def draw(truth: Scenario, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Events and patients: trials first, then the single cases that were published."""
    low, high = truth.sizes
    n = rng.integers(low, high + 1, truth.trials)
    x = rng.binomial(n, expit(logit(truth.p) + truth.tau * rng.standard_normal(truth.trials)))
    published: list[float] = []
    while len(published) < truth.cases:
        rate = expit(logit(truth.p) + truth.tau * rng.standard_normal())
        success = rng.random() < rate
        if success or rng.random() < 1 / truth.odds:
            published.append(float(success))
    return np.concatenate([x, published]), np.concatenate([n, np.ones(truth.cases)])


def fresh(rng: np.random.Generator) -> Scenario:
    """A truth of its own for a held-out data set."""
    tau = 3.0
    while tau > 2.5:
        tau = abs(rng.normal(0, 0.8))
    return Scenario(
        "held-out",
        float(np.exp(rng.uniform(0, np.log(20)))),
        float(rng.uniform(0.3, 0.95)),
        float(tau),
        int(rng.integers(1, 10)),
        (6, 50),
        int(rng.integers(2, 51)),
    )


def sets_of(seed: int, stream: int, reps: range) -> Sets:
    """Data sets of a block."""
    truths, rows = [], []
    for rep in reps:
        rng = generator(seed, stream, rep)
        truth = fresh(rng) if stream == HELD_OUT else SCENARIOS[stream]
        truths.append(truth)
        rows.append(draw(truth, rng))
    width = max(len(x) for x, _ in rows)
    xi, ni = np.full((2, len(rows), width), np.nan)
    for row, (x, n) in enumerate(rows):
        xi[row, : len(x)], ni[row, : len(n)] = x, n
    return Sets(xi, ni, tuple(truths))


Rates = tuple[np.ndarray, np.ndarray, np.ndarray]


def exact(**options: object) -> Callable[[Sets], Rates]:
    """The binomial-normal model with these options: rate and limits."""
    spec = ms.BinomialNormal(**options)

    def pool(sets: Sets) -> Rates:
        found = ms.pool_rate_sets(sets.xi, sets.ni, spec)
        return expit(found.estimate), expit(found.ci_low), expit(found.ci_high)

    return pool


def inverse_variance(measure: str) -> Callable[[Sets], Rates]:
    """Inverse variance with DerSimonian and Laird's tau2 and a normal interval."""
    spec = ms.RandomEffects("DL", ci="z", prediction="none", tau2_ci="none")

    def pool(sets: Sets) -> Rates:
        rows = []
        for xi, ni in zip(sets.xi, sets.ni, strict=True):
            here = ~np.isnan(xi)
            sizes = ms.effect_sizes(measure, xi=xi[here], ni=ni[here])
            found = ms.pool(ms.effects_from(sizes.yi, sizes.vi), spec)
            rows.append(back(measure, np.array([found.estimate, *found.ci]), ni[here]))
        return tuple(np.array(rows).T)

    return pool


def back(measure: str, y: np.ndarray, ni: np.ndarray) -> np.ndarray:
    """Rates of logits, or of double arcsines by Miller's inverse at the harmonic mean of n."""
    if measure == "PLO":
        return expit(y)
    n = len(ni) / np.sum(1 / ni)
    lowest = np.arcsin(np.sqrt(1 / (n + 1)))
    sine = np.sin(np.clip(2 * y, lowest, np.pi - lowest))
    root = np.sqrt(np.maximum(1 - (sine + (sine - 1 / sine) / n) ** 2, 0))
    return 0.5 * (1 - np.sign(np.cos(2 * y)) * root)


def trials_only(pool: Callable[[Sets], Rates]) -> Callable[[Sets], Rates]:
    """The same, single cases deleted."""
    return lambda sets: pool(sets.without_cases())


FULL = {"case_weight": 1.0, "case_cap": 1.0}
ROWS = {**FULL, "cases": "individual"}
IV, FT = "Inverse variance, logit + 1/2, all: Wald-z", "Freeman-Tukey, all: Wald-z"
BY = {"Wald-t": "wald-t", "integrated": "integrated", "profile": "profile", "Wald-z": "wald-z"}
METHODS: dict[str, Callable[[Sets], Rates]] = {
    IV: inverse_variance("PLO"),
    FT: inverse_variance("PFT"),
    **{
        f"Cases one by one in full: {name}": exact(**ROWS, interval=BY[name])
        for name in ("profile", "Wald-z", "Wald-t")
    },
    "Pseudo-study in full: Wald-t": exact(**FULL, interval="wald-t"),
    "Cases one by one at 0.1: Wald-t": exact(case_cap=1.0, cases="individual", interval="wald-t"),
    **{f"Recommended (0.1, cap 10%): {name}": exact(interval=by) for name, by in BY.items()},
    **{f"Trials only: {name}": trials_only(exact(interval=by)) for name, by in BY.items()},
    "Trials only, inverse variance: Wald-z": trials_only(inverse_variance("PLO")),
    **{
        f"Pseudo-study at {a:g}, no cap: Wald-t": exact(
            case_weight=a, case_cap=1.0, interval="wald-t"
        )
        for a in (0.05, 0.1, 0.2, 0.3, 0.5)
    },
}
HELD_OUT_METHODS: dict[str, Callable[[Sets], Rates]] = {
    "Recommended": exact(),
    "Trials only, same interval rule": trials_only(exact()),
    "Cases one by one in full: Wald-z": exact(**ROWS, interval="wald-z"),
    "Cases one by one in full: recommended interval": exact(**ROWS),
    IV: inverse_variance("PLO"),
    FT: inverse_variance("PFT"),
}
SLICES: dict[str, Callable[[Scenario], bool]] = {
    "all": lambda truth: truth.trials > 0,
    "trials <= 2": lambda truth: truth.trials <= 2,
    "trials 3-5": lambda truth: 3 <= truth.trials <= 5,
    "trials >= 6": lambda truth: truth.trials >= 6,
    "tau >= 1": lambda truth: truth.tau >= 1,
    "odds >= 8": lambda truth: truth.odds >= 8,
    "odds < 2": lambda truth: truth.odds < 2,
}


class Job(NamedTuple):
    """A block of data sets."""

    seed: int
    stream: int
    start: int
    stop: int


def run(job: Job) -> tuple[tuple[Scenario, ...], np.ndarray]:
    """Truths of a block, and rate, low and high by method: shape (methods, 3, sets)."""
    sets = sets_of(job.seed, job.stream, range(job.start, job.stop))
    methods = HELD_OUT_METHODS if job.stream == HELD_OUT else METHODS
    return sets.truth, np.array([method(sets) for method in methods.values()])


def performance(truth: np.ndarray, rates: np.ndarray) -> dict[str, float]:
    """Bias, root mean squared error, coverage and width, each with its Monte Carlo error."""
    rate, low, high = rates
    error, size = rate - truth, len(truth)
    covered, width = (low <= truth) & (truth <= high), high - low
    rmse = float(np.sqrt(np.mean(error**2)))
    coverage = float(covered.mean())
    root = np.sqrt(size)
    return {
        "data_sets": size,
        "bias": float(error.mean()),
        "bias_mc": float(error.std() / root),
        "rmse": rmse,
        "rmse_mc": float((error**2).std() / (2 * max(rmse, 1e-12) * root)),
        "coverage": coverage,
        "coverage_mc": float(np.sqrt(coverage * (1 - coverage)) / root),
        "width": float(width.mean()),
        "width_mc": float(width.std() / root),
    }


def rows_of(
    label: dict[str, str], names: list[str], truths: tuple[Scenario, ...], rates: np.ndarray
) -> Iterator[dict[str, object]]:
    """One row a method."""
    p = np.array([truth.p for truth in truths])
    for name, found in zip(names, rates, strict=True):
        yield {**label, "method": name, **performance(p, found)}


def simulate(reps: int, held_out: int, seed: int, workers: int) -> tuple[pd.DataFrame, ...]:
    """Performance in the scenarios and on held-out data sets."""
    plan = [(stream, reps) for stream in range(len(SCENARIOS))] + [(HELD_OUT, held_out)]
    jobs = [
        Job(seed, stream, start, min(start + BLOCK, count))
        for stream, count in plan
        for start in range(0, count, BLOCK)
    ]
    found: dict[int, list[tuple[tuple[Scenario, ...], np.ndarray]]] = {}
    with ProcessPoolExecutor(workers) as pool:
        for job, result in zip(jobs, pool.map(run, jobs), strict=True):
            found.setdefault(job.stream, []).append(result)
            print(f"stream {job.stream}: {job.stop} data sets", flush=True)
    scenarios, fresh_ones = [], []
    for stream, blocks in found.items():
        truths = tuple(truth for block, _ in blocks for truth in block)
        rates = np.concatenate([part for _, part in blocks], axis=2)
        if stream != HELD_OUT:
            label = {"scenario": SCENARIOS[stream].code}
            scenarios += rows_of(label, list(METHODS), truths, rates)
            continue
        for name, belongs in SLICES.items():
            chosen = np.array([belongs(truth) for truth in truths])
            kept = tuple(truth for truth, here in zip(truths, chosen, strict=True) if here)
            if kept:
                fresh_ones += rows_of(
                    {"slice": name}, list(HELD_OUT_METHODS), kept, rates[:, :, chosen]
                )
    return pd.DataFrame(scenarios), pd.DataFrame(fresh_ones)


def table(frame: pd.DataFrame, by: str, cell: Callable[[pd.Series], str]) -> str:
    """A Markdown table: methods down, scenarios or slices across."""
    columns = list(dict.fromkeys(frame[by]))
    lines = [f"| method | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name, rows in frame.groupby("method", sort=False):
        cells = {row[by]: cell(row) for _, row in rows.iterrows()}
        lines.append(f"| {name} | {' | '.join(cells.get(c, '') for c in columns)} |")
    return "\n".join(lines)


def summary(scenarios: pd.DataFrame, held_out: pd.DataFrame, seed: int) -> str:
    """The tables in Markdown."""
    worst = {
        name: max(frame[f"{name}_mc"].max() for frame in (scenarios, held_out))
        for name in ("bias", "coverage", "width")
    }
    truths = "\n".join(
        f"- {s.code}: odds ratio of publication {s.odds:g}, rate {s.p:.2f}, tau {s.tau:g}, "
        f"{s.trials} trials of {s.sizes[0]} to {s.sizes[1]} patients, {s.cases} single cases"
        for s in SCENARIOS
    )
    return f"""# How much should single cases weigh?

{int(scenarios["data_sets"].max())} data sets a scenario, {int(held_out["data_sets"].max())} \
held-out data sets, seed {seed}, metasyn {ms.__version__}. Monte Carlo errors are at most \
{worst["bias"]:.4f} (bias), {worst["coverage"]:.3f} (coverage) and {worst["width"]:.3f} (width); \
each is in the CSV files. Every success is published, a failure with probability one over the odds \
ratio. The truth is the rate in the median study.

{truths}

![Bias and coverage by method and scenario](performance.svg)

## Bias of the rate (root mean squared error)

{table(scenarios, "scenario", lambda row: f"{row['bias']:+.3f} ({row['rmse']:.3f})")}

## Coverage of nominal 95% (mean width)

{table(scenarios, "scenario", lambda row: f"{row['coverage']:.3f} ({row['width']:.2f})")}

## Held-out data sets: bias / root mean squared error / coverage / width

Every parameter is drawn afresh: rate 0.3 to 0.95, tau half-normal(0.8) up to 2.5, 1 to 9 trials of
6 to 50 patients, 2 to 50 single cases, odds ratio of publication log-uniform from 1 to 20.

{table(held_out, "slice", _four)}

Limits: normal random effects are true here, trials are unselected, and selection is on the outcome
alone. The case weight, the cap and the prior of tau remain conventions.
"""


def _four(row: pd.Series) -> str:
    return f"{row['bias']:+.3f} / {row['rmse']:.3f} / {row['coverage']:.3f} / {row['width']:.2f}"


def figure(scenarios: pd.DataFrame, path: Path) -> None:
    """Bias and coverage of every method, scenario by scenario."""
    import matplotlib as mpl
    import seaborn as sns

    long = scenarios.melt(
        ["scenario", "method"], ["bias", "coverage"], var_name="measure", value_name="value"
    )
    with mpl.rc_context({"svg.hashsalt": "metasyn", "svg.fonttype": "none"}):
        sns.set_theme(context="paper", style="whitegrid", palette="colorblind")
        grid = sns.catplot(
            long, x="value", y="method", hue="scenario", col="measure", kind="strip",
            jitter=False, sharex=False, height=5, aspect=0.9, legend_out=True,
        )  # fmt: skip
        for axis, (name, target) in zip(
            grid.axes.flat,
            (("Bias of the rate", 0.0), ("Coverage of 95% intervals", 0.95)),
            strict=True,
        ):
            axis.axvline(target, color="0.35", linewidth=1, zorder=0)
            axis.set(title="", xlabel=name, ylabel="")
        grid.figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")


def main(arguments: list[str] | None = None) -> None:
    """Simulate and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reps", type=int, default=2000, help="data sets a scenario")
    parser.add_argument("--held-out", type=int, default=3000, help="held-out data sets")
    parser.add_argument("--seed", type=int, default=20240601)
    parser.add_argument("--workers", type=int, default=1, help="processes; they change no number")
    parser.add_argument("--out", type=Path, default=REPORT)
    asked = parser.parse_args(arguments)
    scenarios, held_out = simulate(asked.reps, asked.held_out, asked.seed, asked.workers)
    asked.out.mkdir(parents=True, exist_ok=True)
    scenarios.to_csv(asked.out / "scenarios.csv", index=False, float_format="%.6g")
    held_out.to_csv(asked.out / "held_out.csv", index=False, float_format="%.6g")
    result = {
        "seed": asked.seed,
        "version": ms.__version__,
        "truths": [asdict(scenario) for scenario in SCENARIOS],
        "scenarios": scenarios.round(6).to_dict("records"),
        "held_out": held_out.round(6).to_dict("records"),
    }
    (asked.out / "results.json").write_text(json.dumps(result, indent=1) + "\n")
    (asked.out / "summary.md").write_text(summary(scenarios, held_out, asked.seed))
    figure(scenarios, asked.out / "performance.svg")
    print(f"Report: {asked.out / 'summary.md'}")


if __name__ == "__main__":
    main()
