# Two-arm binomial-normal models: metafor (rma.glmm), lme4 (glmer, nAGQ = 25), and the likelihood itself.
#   Rscript tests/reference/glmm_two_arm.R      writes tests/reference/glmm_two_arm.json (10 minutes)
# Needs metafor, lme4, numDeriv, jsonlite; reads the tables of tests/reference/mh.json.
#
# "direct": each model's likelihood by the trapezoid rule, which converges exponentially for these
# integrands, maximised by nlminb and polished by Newton steps on numDeriv's derivatives. It settles
# where metafor's and lme4's optimisers stop early:
# - rma.glmm's log-likelihood of UM.FS and CM.AL subtracts glmer's conditional deviance and is not
#   the marginal log-likelihood; glmer's own (nAGQ > 1) leaves out the saturated one.
# - rma.glmm's CM.EL takes its Hessian by numDeriv from integrate(), good to about 4 digits.
# - rma.glmm's UM.RS is Laplace's approximation (nAGQ = 1).
suppressMessages({library(metafor); library(lme4); library(numDeriv); library(jsonlite)})
all_sets <- fromJSON("tests/reference/mh.json")$tables
sets <- lapply(all_sets[c("bcg", "nielweise2007", "collins1985b", "linde2005", "sparse",
                          "hine1989", "yusuf1985")], function(s) {
  x <- as.data.frame(s$data)
  with(x, x[ai + ci > 0 & bi + di > 0, ])
})

fields <- function(r) list(estimate = c(r$beta), se = r$se, tau2 = r$tau2, i2 = r$I2 / 100,
                           h2 = r$H2, q_lrt = r$QE.LRT, q_df = r$QE.df)
tight <- list(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e6), tolPwrss = 1e-10)
by_metafor <- function(x, model) {
  r <- try(suppressWarnings(rma.glmm(
    measure = "OR", ai = ai, bi = bi, ci = ci, di = di, data = x, model = model,
    nAGQ = if (model == "UM.RS") 1 else 25,
    control = list(dnchgcalc = "dnoncenhypergeom", glmerCtrl = tight,
                   intCtrl = list(rel.tol = 1e-10, subdivisions = 1000, lower = -20, upper = 20)))),
    silent = TRUE)
  if (inherits(r, "try-error")) list(error = trimws(conditionMessage(attr(r, "condition"))))
  else fields(r)
}

# lme4 on its own: UM.FS and CM.AL, with the marginal log-likelihood put together
by_lme4 <- function(x, model) {
  k <- nrow(x)
  long <- data.frame(y = c(rbind(x$ai, x$ci)), m = c(rbind(x$bi, x$di)),
                     treat = rep(c(1, 0), k), half = rep(c(.5, -.5), k),
                     study = factor(rep(seq_len(k), each = 2)))
  x$study <- factor(seq_len(k)); x$off <- with(x, log((ai + bi) / (ci + di)))
  control <- do.call(glmerControl, tight)
  fit <- suppressWarnings(suppressMessages(if (model == "UM.FS")
    glmer(cbind(y, m) ~ -1 + treat + study + (half - 1 | study), data = long, family = binomial,
          nAGQ = 25, control = control)
  else glmer(cbind(ai, ci) ~ 1 + (1 | study), offset = off, data = x, family = binomial, nAGQ = 25,
             control = control)))
  saturated <- if (model == "UM.FS") with(long, sum(dbinom(y, y + m, y / (y + m), log = TRUE)))
               else with(x, sum(dbinom(ai, ai + ci, ai / (ai + ci), log = TRUE)))
  list(estimate = unname(fixef(fit)[1]), se = sqrt(vcov(fit)[1, 1]), tau = unname(getME(fit, "theta")),
       log_likelihood = c(logLik(fit)) + saturated)
}

# the likelihood itself; parameters (effect, log tau, then log sigma and mean, or intercepts)
trapezoid <- function(h, end = 9) { z <- seq(-end, end, by = h); list(z = z, lw = dnorm(z, log = TRUE) + log(h)) }
log_sum <- function(m) { top <- apply(m, 1, max); top + log(rowSums(exp(m - top))) }
binom <- function(y, n, eta) y * eta - n * (pmax(eta, 0) + log1p(exp(-abs(eta)))) + lchoose(n, y)
log_lik <- function(x, model, h) {
  g <- trapezoid(h); k <- nrow(x); n1 <- x$ai + x$bi; n2 <- x$ci + x$di
  lw <- function(m) m + rep(g$lw, each = k)
  at <- function(base, tau) outer(base, tau * g$z, "+")
  if (model == "UM.FS") return(function(p) {
    a <- p[-(1:2)]; t2 <- exp(p[2]) / 2
    sum(log_sum(lw(binom(x$ai, n1, at(a + p[1], t2)) + binom(x$ci, n2, at(a, -t2)))))
  })
  if (model == "CM.AL") return(function(p)
    sum(log_sum(lw(binom(x$ai, x$ai + x$ci, at(log(n1 / n2) + p[1], exp(p[2])))))))
  if (model == "CM.EL") {
    t <- x$ai + x$ci
    return(function(p) {
      psi <- p[1] + exp(p[2]) * g$z
      sum(sapply(seq_len(k), function(i) {
        j <- max(0, t[i] - n2[i]):min(n1[i], t[i])
        l <- outer(psi, j) + rep(lchoose(n1[i], j) + lchoose(n2[i], t[i] - j), each = length(psi))
        log_sum(matrix(l[, j == x$ai[i]] - log_sum(l) + g$lw, 1))
      }))
    })
  }
  grid <- expand.grid(u = g$z, v = g$z); w <- c(outer(g$lw, g$lw, "+"))
  keep <- w > -45; grid <- grid[keep, ]; w <- w[keep]
  function(p) {
    t2 <- exp(p[2]) / 2 * grid$u; s <- exp(p[3]) * grid$v
    sum(sapply(seq_len(k), function(i) log_sum(matrix(
      binom(x$ai[i], n1[i], p[4] + p[1] + t2 + s) + binom(x$ci[i], n2[i], p[4] - t2 + s) + w, 1))))
  }
}
by_direct <- function(x, model, h) {
  f <- log_lik(x, model, h)
  start <- switch(model, UM.FS = c(-.3, log(.6), with(x, log((ai + ci + .5) / (bi + di + .5)))),
                  UM.RS = c(-.3, log(.6), log(.8), -2), c(-.3, log(.6)))
  p <- nlminb(start, function(p) -f(p), control = list(rel.tol = 1e-13, eval.max = 1e5, iter.max = 1e4))$par
  for (i in 1:3) { H <- hessian(f, p); p <- p - solve(H, grad(f, p)) }
  V <- solve(-H)
  list(estimate = p[1], se = sqrt(V[1, 1]), tau = exp(p[2]), tau_se = exp(p[2]) * sqrt(V[2, 2]),
       sigma = if (model == "UM.RS") exp(p[3]), mean = if (model == "UM.RS") p[4],
       log_likelihood = f(p), h = h)
}
# width of the narrowest integrand sets the step: half of it is more than enough
steps <- list(bcg = .01, nielweise2007 = .05, collins1985b = .02, linde2005 = .02, sparse = .02)
steps_rs <- list(nielweise2007 = .12, linde2005 = .08, sparse = .1)

out <- list(metafor = as.character(packageVersion("metafor")), lme4 = as.character(packageVersion("lme4")),
            R = R.version.string)
for (name in names(sets)) {
  x <- sets[[name]]; here <- list(data = as.list(x))
  for (model in c("UM.FS", "UM.RS", "CM.EL", "CM.AL")) {
    message(name, " ", model)
    one <- list(metafor = by_metafor(x, model))
    if (model %in% c("UM.FS", "CM.AL")) one$lme4 <- by_lme4(x, model)
    interior <- !(name == "sparse" && model == "CM.AL")
    h <- if (model == "UM.RS") steps_rs[[name]] else steps[[name]]
    if (!is.null(h) && interior) one$direct <- by_direct(x, model, h)
    here[[model]] <- one
  }
  out$tables[[name]] <- here
}
write_json(out, "tests/reference/glmm_two_arm.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE,
           na = "null", null = "null")
