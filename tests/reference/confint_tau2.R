# Reference intervals of tau2: Q-profile and profile likelihood, three levels, one empty set.
# Run: Rscript tests/reference/confint_tau2.R   (writes confint_tau2.json beside it)
suppressMessages({library(metafor); library(jsonlite)})
file_arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(normalizePath(sub("^--file=", "", file_arg)))
tight <- list(threshold = 1e-13, tol = 1e-14, maxiter = 10000)

names_of_sets <- c("dat.bcg", "dat.raudenbush1985", "dat.hackshaw1998", "dat.hine1989",
                   "dat.collins1985b", "dat.bangertdrowns2004")
data(list = names_of_sets, package = "metadat")
sets <- list(
  bcg = escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  raudenbush1985 = dat.raudenbush1985,
  hackshaw1998 = dat.hackshaw1998,
  hine1989 = escalc("RD", ai = ai, ci = ci, n1i = n1i, n2i = n2i, data = dat.hine1989),
  collins1985b = escalc("OR", ai = pre.xti, n1i = pre.nti, ci = pre.xci, n2i = pre.nci, data = dat.collins1985b),
  bangertdrowns2004 = dat.bangertdrowns2004,
  # four studies that agree better than chance lets them
  agreeing = data.frame(yi = c(0.501, 0.502, 0.5, 0.499), vi = c(0.1, 0.2, 0.15, 0.3))
)

# The restricted and the full log-likelihood written out, to solve for the limits beyond metafor's
# reach of 10 tau2 and tolerance.
loglik <- function(t, yi, vi, restricted) {
  w <- 1 / (vi + t); m <- sum(w * yi) / sum(w); k <- length(yi)
  ll <- -0.5 * (sum(log(vi + t)) + sum(w * (yi - m)^2))
  if (restricted) ll - 0.5 * log(sum(w)) else ll
}

rows <- list()
for (name in names(sets)) for (method in c("REML", "ML")) for (level in c(80, 95, 99)) {
  d <- sets[[name]]; yi <- as.numeric(d$yi); vi <- d$vi
  res <- rma(yi, vi, method = method, control = tight)
  far <- list(tol = 1e-15, maxiter = 10000, tau2.max = 1000 * max(vi, var(yi)))
  qp <- suppressWarnings(confint(res, type = "QP", level = level, control = far))
  bounds <- if (isTRUE(qp$ci.null)) c(NA, NA) else unname(qp$random["tau^2", c("ci.lb", "ci.ub")])
  i2 <- if (isTRUE(qp$ci.null)) c(NA, NA) else unname(qp$random["I^2(%)", c("ci.lb", "ci.ub")])
  h2 <- if (isTRUE(qp$ci.null)) c(NA, NA) else unname(qp$random["H^2", c("ci.lb", "ci.ub")])
  cut <- loglik(res$tau2, yi, vi, method == "REML") - qchisq(level / 100, 1) / 2
  f <- function(t) loglik(t, yi, vi, method == "REML") - cut
  low <- if (f(0) >= 0) 0 else uniroot(f, c(0, res$tau2), tol = 1e-15, maxiter = 10000)$root
  high <- uniroot(f, c(res$tau2, far$tau2.max), tol = 1e-15, maxiter = 10000)$root
  pl <- if (name == "agreeing") NULL else suppressWarnings(confint(res, type = "PL", level = level,
    control = list(tol = 1e-12, maxiter = 10000, tau2.max = far$tau2.max)))
  metafor_pl <- if (is.null(pl)) NULL else unname(pl$random["tau^2", c("ci.lb", "ci.ub")])
  rows[[length(rows) + 1]] <- list(set = name, method = method, level = level / 100, tau2 = res$tau2,
    qp = bounds, i2 = i2, h2 = h2, pl = c(low, high), metafor_pl = metafor_pl)
}
columns <- lapply(sets, function(d) list(yi = as.numeric(d$yi), vi = d$vi))
versions <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")))
write_json(list(versions = versions, sets = columns, rows = rows), file.path(here, "confint_tau2.json"),
           digits = I(17), auto_unbox = TRUE, na = "null", null = "null")
