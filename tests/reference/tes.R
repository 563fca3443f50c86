# Reference values of tes(), the test of excess significance; powers integrated tightly.
# Run: Rscript tests/reference/tes.R   (writes tes.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
# tes() integrates power over true effects within 5 tau of the mean; here it is over all of them.
power_over_all <- function(res, alternative) {
  tau <- sqrt(res$tau2); theta <- c(res$beta); z <- qnorm(if (alternative == "two.sided") .975 else .95)
  above <- function(x, sei) pnorm(z, x / sei, lower.tail = FALSE)
  below <- function(x, sei) pnorm(-z, x / sei)
  at <- switch(alternative, greater = above, less = below, two.sided = function(x, sei) above(x, sei) + below(x, sei))
  sapply(sqrt(res$vi), function(sei) if (tau == 0) at(theta, sei) else
    integrate(function(u) at(theta + tau * u, sei) * dnorm(u), -12, 12, rel.tol = 1e-12, subdivisions = 1000)$value)
}
p_value_of <- function(test, O, power) {
  k <- length(power); E <- sum(power)
  if (test == "chi2") return(suppressWarnings(prop.test(O, k, p = E / k, alternative = "greater", correct = FALSE)$p.value))
  if (test == "binom") return(binom.test(O, k, p = E / k, alternative = "greater")$p.value)
  chances <- 1
  for (p in power) chances <- c(chances * (1 - p), 0) + c(0, chances * p)
  min(1, sum(chances[(O + 1):(k + 1)]))
}
fits <- list()
for (name in c("bcg", "li2007", "normand1999", "raudenbush1985", "bangertdrowns2004"))
  for (method in c("EE", "REML", "DL")) for (test in c("chi2", "binom", "exact")) for (alternative in c("two.sided", "greater", "less")) {
    s <- sets[[name]]
    res <- closest(s$yi, s$vi, method = method)
    if (test == "exact" && length(s$yi) > 13) next
    out <- tes(res, test = test, alternative = alternative, progbar = FALSE, rel.tol = 1e-12, subdivisions = 1000)
    over_all <- power_over_all(res, alternative)
    fits[[length(fits) + 1]] <- list(set = name, method = method, test = test, alternative = alternative, k = out$k, O = out$O, E = out$E,
      ratio = out$OEratio, X2 = out$X2, p = out$pval, power = unname(out$power), power_over_all = over_all, p_over_all = p_value_of(test, out$O, over_all),
      theta_lim = out$theta.lim)
  }
save_reference(list(fits = fits))
