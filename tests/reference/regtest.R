# Reference values of regtest(), and of the named funnel tests as the regressions that define them.
# Run: Rscript tests/reference/regtest.R   (writes regtest.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
general <- list()
for (name in names(sets)) for (predictor in c("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")) {
  s <- sets[[name]]
  if (is.null(s$ni) && grepl("ni", predictor)) next
  for (model in c("lm", "rma")) for (method in if (model == "lm") "none" else c("REML", "DL", "EE")) for (test in if (model == "lm" || method == "EE") "z" else c("z", "knha")) {
    if (model == "lm") {
      args <- list(x = s$yi, vi = s$vi, model = "lm", predictor = predictor)
      if (!is.null(s$ni)) args$ni <- s$ni
      out <- do.call(regtest, args)
    } else {
      res <- closest(s$yi, s$vi, method = method, test = test)
      if (!is.null(s$ni)) res$ni <- s$ni; res$ni.f <- s$ni
      out <- try(suppressWarnings(regtest(res, model = "rma", predictor = predictor)), silent = TRUE)
      if (inherits(out, "try-error")) next
    }
    general[[length(general) + 1]] <- list(set = name, model = model, method = method, test = test, predictor = predictor,
      statistic = out$zval, p = out$pval, df = out$dfs, limit = out$est, limit_low = out$ci.lb, limit_high = out$ci.ub)
  }
}
line <- function(y, x, w) {
  fit <- lm(y ~ x, weights = w); co <- summary(fit)$coefficients
  list(intercept = co[1, 1], intercept_se = co[1, 2], slope = co[2, 1], slope_se = co[2, 2], statistic = co[2, 3], p = co[2, 4], df = fit$df.residual)
}
named <- list()
add <- function(set, variant, result) named[[length(named) + 1]] <<- c(list(set = set, variant = variant), result)
for (name in c("bcg_or", "li2007", "bcg")) {
  s <- sets[[name]]
  n1 <- s$ai + s$bi; n2 <- s$ci + s$di; events <- s$ai + s$ci; n <- n1 + n2
  add(name, "peters", line(s$yi, 1 / n, 1 / (1 / events + 1 / (n - events))))
  add(name, "macaskill", line(s$yi, n, 1 / s$vi))
  if (s$measure == "OR") {
    z <- s$ai - events * n1 / n; v <- n1 * n2 * events * (n - events) / (n^2 * (n - 1))
    add(name, "harbord", line(z / v, 1 / sqrt(v), v))
    ess <- 4 * n1 * n2 / n
    add(name, "deeks", line(s$yi, 1 / sqrt(ess), ess))
  }
}
for (name in c("normand1999", "raudenbush1985", "curtis1998")) {
  s <- sets[[name]]
  h <- 1 / s$n1i + 1 / s$n2i
  add(name, "pustejovsky", line(s$yi, sqrt(h), 1 / h))
}
for (name in names(sets)) {
  s <- sets[[name]]
  res <- closest(s$yi, s$vi, mods = sqrt(s$vi), method = "DL", test = "t")
  add(name, "thompson-sharp", list(intercept = res$beta[1], intercept_se = res$se[1], slope = res$beta[2], slope_se = res$se[2],
                                   statistic = res$zval[2], p = res$pval[2], df = res$k - 2))
  add(name, "pet", line(s$yi, sqrt(s$vi), 1 / s$vi))
  add(name, "peese", line(s$yi, s$vi, 1 / s$vi))
}
save_reference(list(general = general, named = named))
