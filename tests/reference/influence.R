# Reference values of influence(), baujat() and rstandard() of rma.uni.
# Run: Rscript tests/reference/influence.R   (writes influence.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
pdf(NULL)
describe <- function(res, name, method, test, moderators) {
  inf <- influence(res)
  bau <- if (is.null(moderators)) baujat(res) else NULL
  standard <- rstandard(res)
  columns <- lapply(unclass(inf$inf)[c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat", "weight")], as.numeric)
  list(set = name, method = method, test = test, moderators = moderators, columns = columns,
       dfbs = unname(as.matrix(as.data.frame(lapply(unclass(inf$dfbs)[seq_len(res$p)], as.numeric)))),
       flagged = unname(inf$is.infl), rstandard = standard$z, baujat_x = bau$x, baujat_y = bau$y)
}
fits <- list()
for (name in c("bcg", "li2007", "normand1999", "hackshaw1998", "raudenbush1985", "pritz1997"))
  for (method in c("REML", "DL", "PM", "EE")) for (test in if (method == "EE") "z" else c("z", "knha")) {
    s <- sets[[name]]
    res <- closest(s$yi, s$vi, method = method, test = test)
    fits[[length(fits) + 1]] <- describe(res, name, method, test, NULL)
  }
models <- list(bcg = c("ablat", "year"), raudenbush1985 = "weeks", bangertdrowns2004 = c("length", "year"))
for (name in names(models)) for (method in c("REML", "EE")) for (test in if (method == "EE") "z" else c("z", "knha")) {
  s <- sets[[name]]
  res <- closest(s$yi, s$vi, mods = do.call(cbind, s[models[[name]]]), method = method, test = test)
  fits[[length(fits) + 1]] <- describe(res, name, method, test, I(models[[name]]))
}
save_reference(list(fits = fits))
