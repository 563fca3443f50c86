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
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

import metasyn as ms

REPORT = Path(__file__).resolve().parent.parent / "reports" / "case_weight_simulation"
BLOCK = 100
HELD_OUT = 99


SCENARIOS = (
    ms.SelectedCases("S1", 1, 0.60, 0.5, 5, (10, 40), 20),
    ms.SelectedCases("S2", 4, 0.60, 0.5, 5, (10, 40), 20),
    ms.SelectedCases("S3", 10, 0.50, 0.5, 3, (8, 25), 40),
    ms.SelectedCases("S4", 4, 0.85, 0.5, 5, (10, 40), 20),
    ms.SelectedCases("S5", 4, 0.60, 1.0, 8, (10, 40), 20),
    ms.SelectedCases("S6", 4, 0.60, 0.5, 2, (5, 12), 10),
    ms.SelectedCases("S7", 4, 0.60, 0.2, 5, (10, 40), 40),
)


def generator(seed: int, stream: int, rep: int) -> np.random.Generator:
    """The generator of one data set: its counter is its place, whoever draws it."""
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, rep, stream]))


def fresh(rng: np.random.Generator) -> ms.SelectedCases:
    """A truth of its own for a held-out data set."""
    tau = 3.0
    while tau > 2.5:
        tau = abs(rng.normal(0, 0.8))
    return ms.SelectedCases(
        "held-out",
        float(np.exp(rng.uniform(0, np.log(20)))),
        float(rng.uniform(0.3, 0.95)),
        float(tau),
        int(rng.integers(1, 10)),
        (6, 50),
        int(rng.integers(2, 51)),
    )


def sets_of(seed: int, stream: int, reps: range) -> ms.SelectedSets:
    """Data sets of a block."""
    rngs = [generator(seed, stream, rep) for rep in reps]
    truths = [fresh(rng) if stream == HELD_OUT else SCENARIOS[stream] for rng in rngs]
    return ms.selected_sets(truths, rngs)


Rates = tuple[np.ndarray, np.ndarray, np.ndarray]
Pool = Callable[[ms.SelectedSets], Rates]


def exact(**options: object) -> Pool:
    """The binomial-normal model with these options: rate and limits."""
    spec = ms.BinomialNormal(**options)

    def pool(sets: ms.SelectedSets) -> Rates:
        found = ms.pool_rate_sets(sets.xi, sets.ni, spec)
        return expit(found.estimate), expit(found.ci_low), expit(found.ci_high)

    return pool


def inverse_variance(measure: str) -> Pool:
    """Inverse variance with DerSimonian and Laird's tau2 and a normal interval."""
    spec = ms.RandomEffects("DL", ci="z", prediction="none", tau2_ci="none")

    def pool(sets: ms.SelectedSets) -> Rates:
        rows = []
        for xi, ni in zip(sets.xi, sets.ni, strict=True):
            here = ~np.isnan(xi)
            sizes = ms.effect_sizes(measure, xi=xi[here], ni=ni[here])
            found = ms.pool(sizes, spec).transformed()
            rows.append([found.estimate, *found.ci])
        return tuple(np.array(rows).T)

    return pool


def trials_only(pool: Pool) -> Pool:
    """The same, single cases deleted."""
    return lambda sets: pool(sets.without_cases())


def uncapped(weight: float) -> Pool:
    """The pseudo-study at this weight, whatever it carries."""
    return exact(case_weight=weight, case_cap=1.0, interval="wald-t")


FULL = {"case_weight": 1.0, "case_cap": 1.0}
ROWS = {**FULL, "cases": "individual"}
IV, FT = "Inverse variance, logit + 1/2, all: Wald-z", "Freeman-Tukey, all: Wald-z"
BY = {"Wald-t": "wald-t", "integrated": "integrated", "profile": "profile", "Wald-z": "wald-z"}
IN_FULL = [(name, BY[name]) for name in ("profile", "Wald-z", "Wald-t")]
METHODS: dict[str, Pool] = {
    IV: inverse_variance("PLO"),
    FT: inverse_variance("PFT"),
    **{f"Cases one by one in full: {name}": exact(**ROWS, interval=by) for name, by in IN_FULL},
    "Pseudo-study in full: Wald-t": exact(**FULL, interval="wald-t"),
    "Cases one by one at 0.1: Wald-t": exact(case_cap=1.0, cases="individual", interval="wald-t"),
    **{f"Recommended (0.1, cap 10%): {name}": exact(interval=by) for name, by in BY.items()},
    **{f"Trials only: {name}": trials_only(exact(interval=by)) for name, by in BY.items()},
    "Trials only, inverse variance: Wald-z": trials_only(inverse_variance("PLO")),
    **{f"Pseudo-study at {a:g}, no cap: Wald-t": uncapped(a) for a in (0.05, 0.1, 0.2, 0.3, 0.5)},
}
HELD_OUT_METHODS: dict[str, Pool] = {
    "Recommended": exact(),
    "Trials only, same interval rule": trials_only(exact()),
    "Cases one by one in full: Wald-z": exact(**ROWS, interval="wald-z"),
    "Cases one by one in full: recommended interval": exact(**ROWS),
    IV: inverse_variance("PLO"),
    FT: inverse_variance("PFT"),
}
SLICES: dict[str, Callable[[ms.SelectedCases], bool]] = {
    "all": lambda truth: truth.trials > 0,
    "trials <= 2": lambda truth: truth.trials <= 2,
    "trials 3-5": lambda truth: 3 <= truth.trials <= 5,
    "trials >= 6": lambda truth: truth.trials >= 6,
    "tau >= 1": lambda truth: truth.tau >= 1,
    "odds >= 8": lambda truth: truth.odds >= 8,
    "odds < 2": lambda truth: truth.odds < 2,
}
Block = tuple[tuple[ms.SelectedCases, ...], np.ndarray]


def run(job: tuple[int, int, range]) -> Block:
    """Truths of a block, and rate, low and high by method: shape (methods, 3, sets)."""
    seed, stream, reps = job
    sets = sets_of(seed, stream, reps)
    methods = HELD_OUT_METHODS if stream == HELD_OUT else METHODS
    return sets.truth, np.array([method(sets) for method in methods.values()])


def rows_of(
    label: dict[str, str], names: Iterable[str], p: np.ndarray, rates: np.ndarray
) -> list[dict[str, object]]:
    """One row a method."""
    pairs = zip(names, rates, strict=True)
    return [{**label, "method": name, **ms.rate_performance(p, found)} for name, found in pairs]


def simulate(reps: int, held_out: int, seed: int, workers: int) -> tuple[pd.DataFrame, ...]:
    """Performance in the scenarios and on held-out data sets."""
    plan = [(stream, reps) for stream in range(len(SCENARIOS))] + [(HELD_OUT, held_out)]
    jobs = [
        (seed, stream, range(start, min(start + BLOCK, count)))
        for stream, count in plan
        for start in range(0, count, BLOCK)
    ]
    found: dict[int, list[Block]] = {}
    with ProcessPoolExecutor(workers) as pool:
        for (_, stream, block), result in zip(jobs, pool.map(run, jobs), strict=True):
            found.setdefault(stream, []).append(result)
            print(f"stream {stream}: {block.stop} data sets", flush=True)
    scenarios, fresh_ones = [], []
    for stream, blocks in found.items():
        truths = tuple(truth for block, _ in blocks for truth in block)
        rates = np.concatenate([part for _, part in blocks], axis=2)
        p = np.array([truth.p for truth in truths])
        if stream != HELD_OUT:
            scenarios += rows_of({"scenario": SCENARIOS[stream].code}, METHODS, p, rates)
            continue
        for name, belongs in SLICES.items():
            here = np.array([belongs(truth) for truth in truths])
            if here.any():
                label = {"slice": name}
                fresh_ones += rows_of(label, HELD_OUT_METHODS, p[here], rates[:, :, here])
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

{table(held_out, "slice", four)}

Limits: normal random effects are true here, trials are unselected, and selection is on the outcome
alone. The case weight, the cap and the prior of tau remain conventions.
"""


def four(row: pd.Series) -> str:
    """Bias, root mean squared error, coverage and width."""
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
