# One-arm binomial-normal model by lme4 (glmer, 25 nodes) and metafor (rma.glmm, PLO).
#   Rscript tests/reference/rma_glmm_one_arm.R        writes tests/reference/rma_glmm_one_arm.json
# Powers of the marginal likelihood are replicated rows: the fit with every anchor ten times and the
# single cases once is the fit with power 0.1 on the cases, its standard error sqrt(10) too small.
# metafor is run as it comes (7 nodes, its own optimiser settings) and with 25 nodes and tight
# control. log_lik is the likelihood by adaptive integration (stats::integrate), with binomial
# coefficients: where two programs differ, it says who is higher.
suppressMessages({library(lme4); library(metafor); library(jsonlite)})

rows <- function(xi, ni, times = 1) list(xi = rep(xi, times), ni = rep(ni, times))
anchors <- list(xi = c(24, 11, 15, 28), ni = c(31, 25, 18, 34))
with_cases <- function(xi, ni, cases, times_anchors, times_cases) list(
  xi = c(rep(xi, times_anchors), rep(cases$xi, times_cases)),
  ni = c(rep(ni, times_anchors), rep(cases$ni, times_cases)))
pseudo <- list(xi = 13, ni = 14)
single <- list(xi = c(rep(1, 13), 0), ni = rep(1, 14))
pritz <- dat.pritz1997; debruin <- dat.debruin2009
sets <- list(
  pritz1997 = rows(pritz$xi, pritz$ni),
  debruin2009 = rows(debruin$xi, debruin$ni),
  # Four trials with 13 of 14 single cases: one pseudo-study or rows, at full weight and powered.
  pseudo_full = with_cases(anchors$xi, anchors$ni, pseudo, 1, 1),
  pseudo_tenth = with_cases(anchors$xi, anchors$ni, pseudo, 10, 1),
  pseudo_half = with_cases(anchors$xi, anchors$ni, pseudo, 2, 1),
  individual_full = with_cases(anchors$xi, anchors$ni, single, 1, 1),
  individual_tenth = with_cases(anchors$xi, anchors$ni, single, 10, 1),
  # Lines of the review of severe cytokine release syndrome.
  tocilizumab = rows(c(31, 8, 11, 5), c(45, 15, 14, 5)),
  siltuximab = rows(c(5, 10), c(6, 16)),
  management_algorithm = rows(c(106, 119, 381, 10), c(108, 119, 404, 10))
)
times <- c(pseudo_tenth = 10, pseudo_half = 2, individual_tenth = 10)

log_lik <- function(x, mu, tau) {
  one <- function(r, n) {
    if (tau == 0) return(dbinom(r, n, plogis(mu), log = TRUE))
    f <- function(z) dbinom(r, n, plogis(mu + tau * z)) * dnorm(z)
    g <- function(z) -(dbinom(r, n, plogis(mu + tau * z), log = TRUE) + dnorm(z, log = TRUE))
    top <- optimize(g, c(-12, 12), tol = 1e-10)$minimum
    log(integrate(f, -Inf, top, rel.tol = 1e-13, abs.tol = 0, subdivisions = 2000)$value +
        integrate(f, top, Inf, rel.tol = 1e-13, abs.tol = 0, subdivisions = 2000)$value)
  }
  sum(mapply(one, x$xi, x$ni))
}
tight <- list(optimizer = "bobyqa", tolPwrss = 1e-10, optCtrl = list(rhoend = 1e-11, maxfun = 1e5))
by_glmer <- function(x) {
  d <- data.frame(xi = x$xi, fi = x$ni - x$xi, study = factor(seq_along(x$xi)))
  fit <- suppressMessages(glmer(
    cbind(xi, fi) ~ 1 + (1 | study), family = binomial, data = d, nAGQ = 25,
    control = do.call(glmerControl, tight)))
  mu <- unname(fixef(fit)); tau <- unname(sqrt(VarCorr(fit)$study[1]))
  list(mu = mu, se = sqrt(vcov(fit)[1, 1]), tau = tau, log_lik = log_lik(x, mu, tau))
}
by_metafor <- function(x, ...) {
  fit <- suppressWarnings(rma.glmm(measure = "PLO", xi = x$xi, ni = x$ni, ...))
  list(mu = c(fit$beta), se = fit$se, tau = sqrt(fit$tau2), ci = c(fit$ci.lb, fit$ci.ub),
       log_lik = log_lik(x, c(fit$beta), sqrt(fit$tau2)))
}
out <- lapply(names(sets), function(name) {
  x <- sets[[name]]
  list(name = name, xi = x$xi, ni = x$ni,
       replicates = if (name %in% names(times)) times[[name]] else 1,
       glmer = by_glmer(x), metafor = by_metafor(x),
       metafor_tight = by_metafor(x, nAGQ = 25, control = list(glmerCtrl = tight)))
})
versions <- list(R = paste(R.version$major, R.version$minor, sep = "."),
                 lme4 = as.character(packageVersion("lme4")),
                 metafor = as.character(packageVersion("metafor")))
write_json(list(versions = versions, sets = out), "tests/reference/rma_glmm_one_arm.json",
           digits = NA, auto_unbox = TRUE, pretty = TRUE)
