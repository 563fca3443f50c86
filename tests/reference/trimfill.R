# Reference values of trimfill() of rma.uni: three estimators, both sides and the automatic one.
# trimfill() passes control on to its refits, which metafor would else stop at a change of 1e-5.
# Run: Rscript tests/reference/trimfill.R   (writes trimfill.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
closest_fill <- function(...) {
  for (threshold in c(1e-14, 1e-13, 1e-12, 1e-11, 1e-10)) {
    control <- list(threshold = threshold, tol = 1e-14, maxiter = 10000)
    out <- try(trimfill(..., control = control), silent = TRUE)
    if (!inherits(out, "try-error")) return(out)
  }
  out
}
fits <- list()
for (name in c("bcg", "li2007", "normand1999", "hackshaw1998", "raudenbush1985", "pritz1997", "bangertdrowns2004"))
  for (method in c("REML", "DL", "EE")) for (test in if (method == "EE") "z" else c("z", "knha"))
    for (estimator in c("L0", "R0", "Q0")) for (side in c("auto", "left", "right")) {
      s <- sets[[name]]
      res <- closest(s$yi, s$vi, method = method, test = test)
      out <- if (side == "auto") closest_fill(res, estimator = estimator) else closest_fill(res, side = side, estimator = estimator)
      record <- list(set = name, method = method, test = test, estimator = estimator, asked = side)
      if (inherits(out, "try-error")) {
        record$error <- as.character(out)
      } else {
        record <- c(record, list(side = out$side, k0 = out$k0, se_k0 = out$se.k0, p_k0 = out$p.k0, estimate = c(out$beta), se = out$se,
          ci_low = out$ci.lb, ci_high = out$ci.ub, tau2 = out$tau2, filled = I(as.numeric(out$yi)[out$fill])))
      }
      fits[[length(fits) + 1]] <- record
    }
save_reference(list(fits = fits))
