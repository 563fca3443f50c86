# Reference values of fsn().
# Run: Rscript tests/reference/fsn.R   (writes fsn.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
fits <- list()
for (name in names(sets)) {
  s <- sets[[name]]
  for (alpha in c(0.05, 0.01)) for (type in c("Rosenthal", "Rosenberg")) {
    out <- fsn(s$yi, s$vi, type = type, alpha = alpha)
    fits[[length(fits) + 1]] <- list(set = name, type = type, alpha = alpha, n = out$fsnum, p = out$pval, estimate = out$meanes)
  }
  for (weighted in c(FALSE, TRUE)) for (target in c(NA, 0.1)) {
    args <- list(yi = s$yi, vi = s$vi, type = "Orwin", weighted = weighted)
    if (!is.na(target)) args$target <- target * sign(mean(s$yi))
    out <- do.call(fsn, args)
    fits[[length(fits) + 1]] <- list(set = name, type = "Orwin", weighted = weighted, target = out$target, n = out$fsnum, estimate = out$meanes)
  }
}
save_reference(list(fits = fits))
