"""The studies of pooled lines as CSV, with an R script that pools them by metafor and compares."""

from __future__ import annotations

from metasyn.exchange.csv_text import CsvValue, csv_bytes
from metasyn.exchange.files import Export
from metasyn.exchange.pooled_rows import (
    MEASURES,
    PooledRow,
    check_model,
    pooled_rows,
    single_case_notes,
)
from metasyn.models.groups import Groups, Line
from metasyn.models.results import Pooled

__all__ = ["metafor"]

_ROW = ("group", "label", "slab", "study_id", "result_id", "cell", "design", "year")
_NUMBERS = ("k", "estimate", "se", "ci_low", "ci_high", "tau2", "q")


def metafor(groups: Groups, *, measure: str = "PLO") -> Export:
    """Write ``effects.csv``, ``pooled.csv`` and ``pool.R``.

    The script computes every estimate from its counts and pools each line by REML with the
    Knapp-Hartung interval. It stops if a number differs from metasyn's by more than 1e-6. The
    headline of a report weighs single cases and small series; metafor has no such model, and what
    the script reproduces is the inverse-variance check.

    Parameters
    ----------
    groups
        Lines pooled with ``RandomEffects(ci="hksj")``.
    measure
        The measure that they were pooled with; a key of
        :data:`metasyn.exchange.pooled_rows.MEASURES`.

    Raises
    ------
    SpecError
        If the lines were pooled in another way.
    """
    check_model(groups, measure)
    names = MEASURES[measure]
    effects = [_row(row) for row in pooled_rows(groups, measure)]
    pooled = [_pooled(line) for line in groups.lines if isinstance(line.result, Pooled)]
    files = {
        "effects.csv": csv_bytes((*_ROW, *names, "yi", "vi"), effects),
        "pooled.csv": csv_bytes(("group", "label", *_NUMBERS), pooled),
        "pool.R": _script(measure).encode(),
    }
    return Export(files, single_case_notes(groups) if measure == "PLO" else ())


def _row(row: PooledRow) -> dict[str, CsvValue]:
    record = row.record
    return {
        "group": row.line.code,
        "label": row.line.label,
        "slab": row.slab,
        "study_id": record.study_id,
        "result_id": record.result_id,
        "cell": str(record.cell("events")),
        "design": record.study.design,
        "year": record.study.year,
        **row.counts,
        "yi": row.yi,
        "vi": row.vi,
    }


def _pooled(line: Line) -> dict[str, CsvValue]:
    result = line.result
    assert isinstance(result, Pooled)  # noqa: S101 - the others were left out
    return {
        "group": line.code,
        "label": line.label,
        "k": result.k,
        "estimate": result.estimate,
        "se": result.se,
        "ci_low": result.ci.low if result.ci else None,
        "ci_high": result.ci.high if result.ci else None,
        "tau2": result.tau2,
        "q": result.q,
    }


def _script(measure: str) -> str:
    counts = ", ".join(f"{name} = {name}" for name in MEASURES[measure])
    return f"""\
# Pools every line of effects.csv by metafor and compares it with metasyn's numbers in pooled.csv.
#   Rscript pool.R
suppressMessages(library(metafor))

read <- function(file) {{
  read.csv(file, fileEncoding = "UTF-8", na.strings = "", colClasses = c(group = "character"))
}}
effects <- read("effects.csv")
pooled <- read("pooled.csv")

# metafor's default tolerances are absolute; these are tight.
tight <- list(threshold = 1e-14, maxiter = 10000)

pool_line <- function(group) {{
  rows <- effects[effects$group == group, ]
  es <- with(rows, escalc(measure = "{measure}", {counts}, slab = slab))
  stopifnot(all.equal(c(es$yi), rows$yi, tolerance = 1e-9),
            all.equal(c(es$vi), rows$vi, tolerance = 1e-9))
  fit <- rma(yi, vi, data = es, method = "REML", test = "knha", control = tight)
  data.frame(k = fit$k, estimate = c(fit$beta), se = fit$se, ci_low = fit$ci.lb,
             ci_high = fit$ci.ub, tau2 = fit$tau2, q = fit$QE)
}}

if (nrow(pooled) == 0) {{
  cat("No line has enough studies to be pooled.\\n")
}} else {{
  found <- do.call(rbind, lapply(pooled$group, pool_line))
  expected <- as.matrix(pooled[names(found)])
  differences <- abs(as.matrix(found) - expected) / pmax(1, abs(expected))
  print(cbind(pooled["label"], found), digits = 6, row.names = FALSE)
  largest <- max(differences)
  if (is.na(largest) || largest > 1e-6) stop("metafor and metasyn differ by ", largest)
  cat("\\nmetafor agrees with metasyn; the largest difference is", signif(largest, 2), "\\n")
}}
"""
