# Inverse-variance answers beside the models for rare events: metafor's rma on 2x2 tables.
# Run: Rscript tests/reference/rare_events.R   (writes rare_events.json beside this script)
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
closely <- list(threshold = 1e-14, tol = 1e-14, maxiter = 10000)

sets <- list(
  nielweise2007 = with(dat.nielweise2007, list(ai = ai, bi = n1i - ai, ci = ci, di = n2i - ci)),
  hine1989 = with(dat.hine1989, list(ai = ai, bi = n1i - ai, ci = ci, di = n2i - ci)))

# studies without an event are left out of odds ratios only: their arcsine difference is 0
answer <- function(s, measure) {
  cells <- do.call(escalc, c(list(measure = measure, drop00 = measure == "OR"), s))
  r <- rma(yi, vi, data = cells[is.finite(cells$yi), ], control = closely)
  list(estimate = as.numeric(r$beta), se = r$se, p_value = r$pval, tau2 = r$tau2, k = r$k)
}
answers <- lapply(sets, function(s) list(data = s, OR = answer(s, "OR"), AS = answer(s, "AS")))
write_json(list(metafor = as.character(packageVersion("metafor")), sets = answers),
           file.path(here, "rare_events.json"), digits = I(17), auto_unbox = TRUE, pretty = TRUE)
