# Reference values of cumul() of rma.uni, by year and by precision.
# Run: Rscript tests/reference/cumul.R   (writes cumul.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
fits <- list()
for (name in c("bcg", "li2007", "hackshaw1998", "raudenbush1985", "bangertdrowns2004"))
  for (by in c("year", "precision")) for (method in c("REML", "DL", "EE")) for (test in if (method == "EE") "z" else c("z", "knha")) {
    s <- sets[[name]]
    key <- if (by == "year") s$year else s$vi
    all <- unclass(cumul(closest(s$yi, s$vi, method = method, test = test), order = key))
    keep <- intersect(c("estimate", "se", "zval", "tval", "pval", "ci.lb", "ci.ub", "Q", "QE", "Qp", "tau2", "I2", "H2"), names(all))
    fits[[length(fits) + 1]] <- list(set = name, by = by, method = method, test = test,
                                     order = order(key) - 1, rows = lapply(all[keep], as.numeric))
  }
save_reference(list(fits = fits))
