# Reference values of profile() of rma.uni, and of confint(type="PL").
# Run: Rscript tests/reference/profile.R   (writes profile.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
pdf(NULL)
describe <- function(res, name, method, moderators) {
  grid <- c(0, res$tau2 * c(0.25, 0.5, 1, 1.5, 2, 4)) + if (res$tau2 == 0) c(0, 1:6) * mean(res$vi) else 0
  # metafor takes limits and steps; one call a value is exact at the value
  ll <- sapply(grid, function(t) as.numeric(profile(res, xlim = c(t, t + 1e-8), steps = 2, progbar = FALSE, plot = FALSE)$ll[1]))
  pl <- if (method %in% c("ML", "REML")) as.numeric(confint(res, type = "PL", control = list(tol = 1e-14))$random[1, 2:3]) else c(NA, NA)
  list(set = name, method = method, moderators = moderators, estimate = res$tau2, tau2 = grid, ll = ll,
       low = pl[1], high = pl[2])
}
fits <- list()
for (name in c("bcg", "li2007", "normand1999", "raudenbush1985", "mcdaniel1994"))
  for (method in c("REML", "ML", "DL")) {
    s <- sets[[name]]
    fits[[length(fits) + 1]] <- describe(closest(s$yi, s$vi, method = method), name, method, NULL)
  }
models <- list(bcg = c("ablat", "year"), raudenbush1985 = "weeks")
for (name in names(models)) for (method in c("REML", "ML")) {
  s <- sets[[name]]
  res <- closest(s$yi, s$vi, mods = do.call(cbind, s[models[[name]]]), method = method)
  fits[[length(fits) + 1]] <- describe(res, name, method, I(models[[name]]))
}
save_reference(list(fits = fits))
