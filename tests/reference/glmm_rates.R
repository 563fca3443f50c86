# Poisson-normal models of one and two arms: lme4 (glmer, nAGQ = 25), metafor and the likelihood itself.
#   Rscript tests/reference/glmm_rates.R      writes tests/reference/glmm_rates.json
# "direct" as in glmm_two_arm.R: trapezoid rule, nlminb, Newton steps on numDeriv's derivatives.
suppressMessages({library(metafor); library(lme4); library(numDeriv); library(jsonlite)})
sets <- list(nielweise2008 = dat.nielweise2008[c("x1i", "t1i", "x2i", "t2i")],
             hart1999 = dat.hart1999[c("x1i", "t1i", "x2i", "t2i")])
tight <- list(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e6), tolPwrss = 1e-10)
fields <- function(r) list(estimate = c(r$beta), se = r$se, tau2 = r$tau2, i2 = r$I2 / 100, h2 = r$H2,
                           q_lrt = r$QE.LRT, q_df = r$QE.df)
metafor_fit <- function(x, ...) {
  args <- c(list(...), as.list(x), list(control = list(glmerCtrl = tight)))
  r <- try(suppressWarnings(do.call(rma.glmm, args)), silent = TRUE)
  if (inherits(r, "try-error")) list(error = trimws(conditionMessage(attr(r, "condition")))) else fields(r)
}
g <- list(z = seq(-9, 9, by = .02)); g$lw <- dnorm(g$z, log = TRUE) + log(.02)
log_sum <- function(m) { top <- apply(m, 1, max); top + log(rowSums(exp(m - top))) }
pois <- function(x, t, eta) x * (eta + log(t)) - exp(eta + log(t)) - lgamma(x + 1)
binom <- function(y, n, eta) y * eta - n * (pmax(eta, 0) + log1p(exp(-abs(eta)))) + lchoose(n, y)
direct <- function(f, start) {
  p <- nlminb(start, function(p) -f(p), control = list(rel.tol = 1e-13, eval.max = 1e5, iter.max = 1e4))$par
  for (i in 1:3) { H <- hessian(f, p); p <- p - solve(H, grad(f, p)) }
  list(estimate = p[1], se = sqrt(solve(-H)[1, 1]), tau = exp(p[2]), log_likelihood = f(p))
}
out <- list(metafor = as.character(packageVersion("metafor")), lme4 = as.character(packageVersion("lme4")),
            R = R.version.string)
for (name in names(sets)) {
  x <- sets[[name]]; k <- nrow(x)
  lw <- function(m) m + rep(g$lw, each = k)
  at <- function(base, tau) outer(base, tau * g$z, "+")
  out$sets[[name]] <- list(
    data = as.list(x),
    IRLN = list(metafor = metafor_fit(list(xi = x$x1i, ti = x$t1i), measure = "IRLN", nAGQ = 25),
                direct = direct(function(p) sum(log_sum(lw(pois(x$x1i, x$t1i, at(rep(p[1], k), exp(p[2])))))),
                                c(log(sum(x$x1i) / sum(x$t1i)), log(.5)))),
    UM.FS = list(metafor = metafor_fit(x, measure = "IRR", model = "UM.FS", nAGQ = 25),
                 direct = direct(function(p) { a <- p[-(1:2)]; s <- exp(p[2]) / 2
                   sum(log_sum(lw(pois(x$x1i, x$t1i, at(a + p[1], s)) + pois(x$x2i, x$t2i, at(a, -s))))) },
                   c(-.2, log(.4), with(x, log((x1i + x2i + .5) / (t1i + t2i)))))),
    UM.RS = list(metafor = metafor_fit(x, measure = "IRR", model = "UM.RS", nAGQ = 1)),
    CM.EL = list(metafor = metafor_fit(x, measure = "IRR", model = "CM.EL", nAGQ = 25),
                 direct = direct(function(p) sum(log_sum(lw(
                   binom(x$x1i, x$x1i + x$x2i, at(log(x$t1i / x$t2i) + p[1], exp(p[2])))))), c(-.2, log(.4)))))
}
write_json(out, "tests/reference/glmm_rates.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE, na = "null")
