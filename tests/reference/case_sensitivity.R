# Beta-binomial likelihood by base R, and inverse-variance heterogeneity (IVhet) by metafor's DL.
#   Rscript tests/reference/case_sensitivity.R        writes tests/reference/case_sensitivity.json
# Beta-binomial: log-likelihood by lbeta, Nelder-Mead then BFGS to 1e-15 over (logit mean, log t),
# t = rho / (1 - rho); standard error of the logit from numDeriv's Hessian.
# IVhet: inverse-variance weights, variance sum w^2 (v + tau2) / (sum w)^2 with tau2 of DL.
suppressMessages({library(metafor); library(numDeriv); library(jsonlite)})

sets <- list(
  trials = list(xi = c(24, 11, 15, 28), ni = c(31, 25, 18, 34)),
  trials_and_cases = list(xi = c(24, 11, 15, 28, rep(1, 13), 0), ni = c(31, 25, 18, 34, rep(1, 14))),
  pritz1997 = list(xi = dat.pritz1997$xi, ni = dat.pritz1997$ni),
  debruin2009 = list(xi = dat.debruin2009$xi, ni = dat.debruin2009$ni)
)
beta_binomial <- function(x) {
  minus <- function(p) {
    m <- plogis(p[1]); t <- exp(p[2]); a <- m / t; b <- (1 - m) / t
    -sum(lbeta(x$xi + a, x$ni - x$xi + b) - lbeta(a, b))
  }
  p <- optim(c(qlogis(sum(x$xi) / sum(x$ni)), -2), minus,
             control = list(reltol = 1e-15, maxit = 1e5))$par
  p <- optim(p, minus, gr = function(p) grad(minus, p), method = "BFGS",
             control = list(reltol = 1e-16, maxit = 1e4))$par
  list(rate = plogis(p[1]), rho = plogis(p[2]), se_logit = sqrt(solve(hessian(minus, p))[1, 1]),
       log_lik = -minus(p))
}
ivhet <- function(yi, vi) {
  w <- 1 / vi; tau2 <- rma(yi, vi, method = "DL")$tau2
  est <- sum(w * yi) / sum(w); se <- sqrt(sum(w^2 * (vi + tau2))) / sum(w)
  list(estimate = est, low = est - qnorm(.975) * se, high = est + qnorm(.975) * se)
}
bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
pritz <- escalc("PLO", xi = xi, ni = ni, data = dat.pritz1997)
cases <- escalc("PLO", xi = sets$trials_and_cases$xi, ni = sets$trials_and_cases$ni)
describe <- function(d) list(yi = c(d$yi), vi = c(d$vi), expected = ivhet(c(d$yi), c(d$vi)))
write_json(list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  metafor = as.character(packageVersion("metafor"))),
  beta_binomial = lapply(sets, function(x) c(x, expected = list(beta_binomial(x)))),
  ivhet = list(bcg = describe(bcg), pritz1997 = describe(pritz), trials_and_cases = describe(cases))
), "tests/reference/case_sensitivity.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
