# Reference values of ranktest().
# Run: Rscript tests/reference/ranktest.R   (writes ranktest.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
fits <- lapply(names(sets), function(name) {
  out <- suppressWarnings(ranktest(sets[[name]]$yi, sets[[name]]$vi))
  list(set = name, tau = unname(out$tau), p = unname(out$pval))
})
save_reference(list(fits = fits))
