"""Every kind of figure and every house style, drawn from real data.

Reads studies/severe_crs.xlsx and, for figures of comparative trials, the thirteen trials of BCG
vaccine below; writes reports/gallery/.
"""

import math
from collections.abc import Callable
from html import escape
from pathlib import Path

import pandas as pd

import metasyn as ms

HERE = Path(__file__).resolve().parent.parent
WORKBOOK = HERE / "studies" / "severe_crs.xlsx"
GALLERY = HERE / "reports" / "gallery"

# Colditz 1994, JAMA 271:698, as in Berkey 1995, Stat Med 14:395, table 1: cases of tuberculosis
# among vaccinated and not vaccinated, distance from the equator in degrees, allocation.
BCG = pd.DataFrame(
    [
        ("Aronson 1948", 1948, 4, 123, 11, 139, 44, "random"),
        ("Ferguson & Simes 1949", 1949, 6, 306, 29, 303, 55, "random"),
        ("Rosenthal 1960", 1960, 3, 231, 11, 220, 42, "random"),
        ("Hart & Sutherland 1977", 1977, 62, 13598, 248, 12867, 52, "random"),
        ("Frimodt-Moller 1973", 1973, 33, 5069, 47, 5808, 13, "alternate"),
        ("Stein & Aronson 1953", 1953, 180, 1541, 372, 1451, 44, "alternate"),
        ("Vandiviere 1973", 1973, 8, 2545, 10, 629, 19, "random"),
        ("TPT Madras 1980", 1980, 505, 88391, 499, 88391, 13, "random"),
        ("Coetzee & Berjak 1968", 1968, 29, 7499, 45, 7277, 27, "random"),
        ("Rosenthal 1961", 1961, 17, 1716, 65, 1665, 42, "systematic"),
        ("Comstock 1974", 1974, 186, 50634, 141, 27338, 18, "systematic"),
        ("Comstock & Webster 1969", 1969, 5, 2498, 3, 2341, 33, "systematic"),
        ("Comstock 1976", 1976, 27, 16913, 29, 17854, 33, "systematic"),
    ],
    columns=["trial", "year", "cases", "n", "control_cases", "control_n", "latitude", "allocation"],
)
STYLES = ("plain", "revman", "bmj", "jama", "lancet")
REML = ms.RandomEffects("REML")

Figure = tuple[str, str, Callable[[Path], Path]]


def main() -> None:
    """Draw every figure, and the page that shows them."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    figures = [*of_the_review(), *of_the_trials(), *of_diagnostics()]
    for name, caption, draw in figures:
        print(f"{caption} ...", flush=True)
        draw(GALLERY / f"{name}.svg")
    (GALLERY / "index.html").write_text(page(figures), encoding="utf-8")
    print(f"Gallery: {(GALLERY / 'index.html').relative_to(HERE)}")


def of_the_review() -> list[Figure]:
    """Figures of the review of severe cytokine release syndrome."""
    registry = ms.read_registry(WORKBOOK)
    outcome = ("crs_resolution", "crs_improvement")
    records = registry.select(outcome=outcome, analyse="primary")
    groups = ms.pool_by(records, "intervention", ms.BinomialNormal())
    tallies = ms.tally(registry)
    evidence = {"Tocilizumab": ms.case_evidence(groups["tocilizumab"])}
    strips = {"tocilizumab": evidence["Tocilizumab"].tipping}
    title = "Response of severe cytokine release syndrome"
    return [
        (
            "forest_cases",
            "Forest plot by intervention, single cases in a stratum of their own",
            lambda path: ms.write_forest(groups, path, title=title),
        ),
        (
            "forest_statements",
            "The same with what other publications say of each study",
            lambda path: ms.write_forest(groups, path, title=title, statements=tallies),
        ),
        (
            "forest_tipping",
            "The same with a strip: the pooled rate as single cases weigh more",
            lambda path: ms.write_forest(groups, path, title=title, tipping=strips),
        ),
        (
            "tipping",
            "Tipping curve: the pooled rate as single cases weigh more",
            lambda path: ms.write_tipping(evidence, path),
        ),
        (
            "evidence_map",
            "Evidence map: interventions and outcomes",
            lambda path: ms.write_evidence_map(registry.results, path, codes=registry.codes),
        ),
        (
            "swimmer",
            "Swimmer plot: courses of treatment of single cases",
            lambda path: ms.write_swimmer(registry, path),
        ),
        (
            "flow",
            "Flow of reports and results, as far as the registry knows it",
            lambda path: ms.write_prisma_flow(registry, path, groups),
        ),
        (
            "badge",
            "Badge: what other publications say of a study",
            lambda path: ms.write_badge(tallies.study("S0010"), path),
        ),
    ]


def trials() -> ms.Effects:
    """Log risk ratios of the trials of BCG vaccine."""
    return ms.effect_sizes(
        "RR",
        ai=BCG["cases"],
        n1i=BCG["n"],
        ci=BCG["control_cases"],
        n2i=BCG["control_n"],
        slab=BCG["trial"],
        data=BCG,
    )


def of_the_trials() -> list[Figure]:
    """Forest plots of the trials in every house style, and with what a user may choose."""
    effects = trials()
    pooled, title = ms.pool(effects, REML), "BCG vaccine against tuberculosis"
    favours = ("Favours BCG", "Favours no vaccine")
    by_style = [
        (
            f"forest_{style}",
            f"Forest plot in the house style {style!r}",
            lambda path, style=style: ms.write_forest(
                pooled, path, style, title=title, favours=favours
            ),
        )
        for style in STYLES
    ]
    chosen = ms.ForestOptions(
        left=("study", "year", ms.ForestColumn("latitude", "Latitude")),
        order="year",
        models={"Common effect": ms.pool(effects, ms.CommonEffect())},
    )
    split = ms.subgroups(effects, "allocation", REML)
    return [
        *by_style,
        (
            "forest_columns_and_models",
            "Columns of one's own, ordered by year, two models",
            lambda path: ms.write_forest(pooled, path, title=title, options=chosen),
        ),
        (
            "forest_subgroups",
            "Subgroups and their test",
            lambda path: ms.write_forest(split, path, title=title, favours=favours),
        ),
        (
            "forest_cumulative",
            "Cumulative meta-analysis by year",
            lambda path: ms.write_figure(ms.cumulative(effects, REML, by="year"), path),
        ),
        (
            "forest_leave_one_out",
            "Leave-one-out analysis",
            lambda path: ms.write_figure(ms.leave_one_out(effects, REML), path),
        ),
    ]


def of_diagnostics() -> list[Figure]:
    """Figures of what could be wrong with the pool of trials."""
    effects = trials()
    regression = ms.pool(effects, ms.RandomEffects("REML", moderators="~ latitude"))
    counts = ms.counts(
        ai=BCG["cases"],
        bi=BCG["n"] - BCG["cases"],
        ci=BCG["control_cases"],
        di=BCG["control_n"] - BCG["control_cases"],
        slab=BCG["trial"],
    )
    results = {
        "radial": ("Radial plot (Galbraith)", ms.radial(effects, REML)),
        "labbe": ("L'Abbé plot", ms.labbe(counts, ms.pool(effects, REML).estimate, "RR")),
        "baujat": ("Baujat plot", ms.baujat(effects, REML)),
        "qq": ("Normal quantile plot", ms.normal_qq(effects, REML)),
        "influence": ("Influence of each study", ms.influence(effects, REML)),
        "gosh": ("All subsets of the studies (GOSH)", ms.gosh(effects, REML)),
        "profile": ("Profile likelihood of τ²", ms.profile_likelihood(effects, REML)),
        "bubble": ("Meta-regression on latitude", regression),
        "trim_and_fill": ("Trim and fill", ms.trim_and_fill(effects, REML)),
        "egger": ("Egger's test", ms.egger(effects, REML)),
        "begg": ("Begg's test", ms.begg(effects)),
        "permuted_egger": ("Egger's test by permutation", ms.permuted_egger(effects, draws=2000)),
        "pet_peese": ("PET-PEESE", ms.pet_peese(effects)),
        "limit": ("Limit meta-analysis", ms.limit_meta_analysis(effects)),
        "copas": ("Copas selection model: funnel, plane, fan", ms.copas(effects)),
        "selection": (
            "Selection model",
            ms.selection_model(effects, "stepfun", steps=[0.025], alternative="less"),
        ),
        "given_selection": (
            "Given selection (Vevea and Woods)",
            ms.vevea_woods(effects, alternative="less"),
        ),
        "p_curve": ("p-curve", ms.p_curve(effects)),
        "p_uniform": ("p-uniform*", ms.p_uniform(effects, REML)),
        "excess_significance": ("Excess significance", ms.excess_significance(effects, REML)),
        "fail_safe_n": ("Fail-safe N (Rosenthal)", ms.fail_safe_n(effects)),
        "sensitivity": (
            "Sensitivity to publication bias",
            ms.publication_bias_sensitivity(effects),
        ),
        "what_would_it_take": (
            "What it would take to change the reading",
            ms.what_would_it_take(effects, REML, threshold=math.log(0.8)),
        ),
        "adjusted": ("Estimates as several methods adjust them", ms.diagnose(effects, REML)),
        "effect_direction": (
            "Effect-direction plot and sign test",
            ms.effect_direction_test(effects),
        ),
        "bootstrap": ("Bootstrap", ms.bootstrap(effects, REML, draws=2000)),
        "permutation": ("Permutation test", ms.permutation_test(regression, draws=2000)),
    }
    funnels: list[Figure] = [
        (
            f"funnel_{name}",
            f"Contour-enhanced funnel plot over {axis}",
            lambda path, axis=axis: ms.write_funnel(ms.pool(effects, REML), path, axis=axis),
        )
        for name, axis in (("se", "se"), ("precision", "precision"), ("size", "1/n"))
    ]
    return funnels + [
        (name, caption, lambda path, result=result: ms.write_figure(result, path))
        for name, (caption, result) in results.items()
    ]


def page(figures: list[Figure]) -> str:
    """The page that shows all figures."""
    shown = "\n".join(
        f'<figure id="{name}"><img src="{name}.svg" alt="{escape(caption)}" loading="lazy">'
        f'<figcaption>{escape(caption)}: <a href="{name}.svg">{name}.svg</a></figcaption></figure>'
        for name, caption, _ in figures
    )
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>metasyn: gallery of figures</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto }}
figure {{ margin: 2rem 0; border-top: 1px solid #ccc; padding-top: 1rem }}
img {{ max-width: 100%; height: auto; background: #fff }}
</style>
<h1>Gallery of figures</h1>
<p>Drawn by <code>analyses/gallery.py</code> from <code>studies/severe_crs.xlsx</code> and from the
thirteen trials of BCG vaccine against tuberculosis (Colditz 1994, JAMA 271:698).</p>
{shown}
</html>
"""


if __name__ == "__main__":
    main()
