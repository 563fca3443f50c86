# Reference values of tes(), the test of excess significance.
# Run: Rscript tests/reference/tes.R   (writes tes.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
fits <- list()
for (name in c("bcg", "li2007", "normand1999", "raudenbush1985", "bangertdrowns2004"))
  for (method in c("EE", "REML", "DL")) for (test in c("chi2", "binom", "exact")) for (alternative in c("two.sided", "greater", "less")) {
    s <- sets[[name]]
    res <- closest(s$yi, s$vi, method = method)
    if (test == "exact" && length(s$yi) > 13) next
    out <- tes(res, test = test, alternative = alternative, progbar = FALSE)
    fits[[length(fits) + 1]] <- list(set = name, method = method, test = test, alternative = alternative, k = out$k, O = out$O, E = out$E,
      ratio = out$OEratio, X2 = out$X2, p = out$pval, power = unname(out$power), theta_lim = out$theta.lim)
  }
save_reference(list(fits = fits))
