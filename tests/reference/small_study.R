# Second routes to the small-study methods: general optimisers, lm(), clubSandwich, noncentral chi-squared.
# Run: Rscript tests/reference/small_study.R   (writes small_study.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
suppressMessages(library(clubSandwich))
used <- c("bcg", "li2007", "normand1999", "hackshaw1998", "raudenbush1985")

# Copas: the density of an estimate and of being published, by integration over the selection variable
joint <- function(y, s, mu, rho, tau, g0, g1) {
  u <- g0 + g1 / s
  c2 <- dnorm(u) / pnorm(u) * (u + dnorm(u) / pnorm(u))
  sigma <- s / sqrt(1 - rho^2 * c2)
  # y = mu + tau * a + sigma * e, z = u + d, cor(e, d) = rho; given d, y is normal
  f <- function(d) dnorm(d) * dnorm(y, mu + rho * sigma * d, sqrt(tau^2 + sigma^2 * (1 - rho^2)))
  integrate(f, -u, 12, rel.tol = 1e-11, abs.tol = 0)$value / pnorm(u)
}
copas_value <- function(set, mu, rho, tau, beta, g0, g1) {
  s <- sqrt(set$vi)
  sum(log(mapply(function(y, s) joint(y - beta * s, s, mu, rho, tau, g0, g1), set$yi, s)))
}
copas_closed <- function(par, set, g0, g1) {
  s <- sqrt(set$vi); rho <- par[2]; tau <- par[3]; e <- set$yi - par[1]
  if (length(par) > 3) e <- e - par[4] * s
  u <- g0 + g1 / s; l <- exp(dnorm(u, log = TRUE) - pnorm(u, log.p = TRUE))
  s2 <- s^2 / (1 - rho^2 * l * (u + l)); r <- rho * sqrt(s2 / (s2 + tau^2))
  -sum(dnorm(e, 0, sqrt(s2 + tau^2), log = TRUE) +
       pnorm((u + r * e / sqrt(s2 + tau^2)) / sqrt(1 - r^2), log.p = TRUE) - pnorm(u, log.p = TRUE))
}
copas_best <- function(set, g0, g1, further, sign) {
  lower <- c(-Inf, if (sign > 0) 0 else -0.9999, 0, if (further) -Inf)
  upper <- c(Inf, if (sign > 0) 0.9999 else 0, Inf, if (further) Inf)
  best <- NULL
  for (rho in c(0.05, 0.3, 0.6, 0.95)) for (tau in c(0.3, 2) * sd(set$yi)) {
    start <- c(weighted.mean(set$yi, 1 / set$vi), sign * rho, tau, if (further) 0)
    fit <- nlminb(start, copas_closed, lower = lower, upper = upper, set = set, g0 = g0, g1 = g1,
                  control = list(rel.tol = 1e-14, iter.max = 5000, eval.max = 5000), scale = 1)
    if (is.null(best) || fit$objective < best$objective) best <- fit
  }
  best
}
copas_points <- list(); copas_values <- list()
for (name in used) {
  s <- sets[[name]]; se <- sqrt(s$vi); g1max <- 1.29 / (1 / min(se) - 1 / max(se))
  sign <- if (coef(lm(yi ~ se, weights = 1 / vi, data = s))[2] > 0) 1 else -1
  for (f in c(0.2, 0.5, 0.9)) {
    g1 <- f * g1max; g0 <- 0.8 - g1 / max(se)
    one <- copas_best(s, g0, g1, FALSE, sign); two <- copas_best(s, g0, g1, TRUE, sign)
    copas_points[[length(copas_points) + 1]] <- list(set = name, side = if (sign > 0) "left" else "right", gamma0 = g0,
      gamma1 = g1, mu = one$par[1], rho = one$par[2], tau = one$par[3], ll = -one$objective, ll_further = -two$objective)
    scale <- median(se)
    at <- list(mu = mean(s$yi), rho = sign * 0.6, tau = 0.7 * scale, beta = 0.3)
    copas_values[[length(copas_values) + 1]] <- c(list(set = name, gamma0 = g0, gamma1 = g1), at,
      list(ll = copas_value(s, at$mu, at$rho, at$tau, at$beta, g0, g1)))
  }
}

# limit meta-analysis: radial plots by lm()
limits <- list()
for (name in names(sets)) for (method in c("DL", "REML", "PM")) {
  s <- sets[[name]]; fit <- closest(s$yi, s$vi, method = method); t2 <- fit$tau2; wide <- sqrt(s$vi + t2); se <- sqrt(s$vi)
  general <- lm(I(yi / wide) ~ I(1 / wide), data = s); a <- coef(general)[[1]]; b <- coef(general)[[2]]
  lim <- b + sqrt(t2 / (s$vi + t2)) * (s$yi - b)
  radial <- lm(I(lim / se) ~ I(1 / se)); plain <- lm(I(s$yi / se) ~ I(1 / se))
  se_adj <- sqrt(vcov(radial)[2, 2]) / summary(radial)$sigma
  limits[[length(limits) + 1]] <- list(set = name, method = method, beta0 = b + sqrt(t2) * a, betalim = coef(radial)[[2]],
    mulim = weighted.mean(lim, 1 / s$vi), se = if (t2 > 0) se_adj else NA, bias = a, slope = b,
    g2 = if (t2 > 0) 1 - summary(radial)$r.squared else 0, q_residual = sum(resid(plain)^2), q = fit$QE)
}

# p-uniform*: general optimiser, profiles by optimisation and uniroot
uniform <- function(par, s, sign) {
  y <- sign * s$yi; cut <- qnorm(0.975) * sqrt(s$vi); sd <- sqrt(s$vi + par[2]^2)
  -sum(dnorm(y, par[1], sd, log = TRUE) - pnorm(ifelse(y <= cut, 1, -1) * (cut - par[1]) / sd, log.p = TRUE))
}
uniform_best <- function(s, sign, mean = NA, tau = NA) {
  best <- Inf; par <- NULL
  for (m in c(0, 0.5, 1) * mean(sign * s$yi)) for (t in c(0.1, 1) * sd(s$yi)) {
    fn <- function(x) { full <- c(mean, tau); full[is.na(full)] <- x; uniform(full, s, sign) }
    free <- is.na(c(mean, tau))
    fit <- nlminb(c(m, t)[free], fn, lower = c(-Inf, 0)[free], control = list(rel.tol = 1e-15, iter.max = 5000, eval.max = 5000))
    if (fit$objective < best) { best <- fit$objective; par <- fit$par }
  }
  list(value = best, par = par)
}
uniforms <- list()
for (name in used[used != "normand1999"]) {
  s <- sets[[name]]; sign <- sign(coef(closest(s$yi, s$vi, method = "REML")))
  best <- uniform_best(s, sign); goal <- best$value + qchisq(0.95, 1) / 2; sc <- median(sqrt(s$vi))
  edge <- function(f, from, step) { to <- from + step; while (f(to) < 0) { from <- to; to <- to + step }; uniroot(f, sort(c(from, to)), tol = 1e-10)$root }
  by_mean <- function(m) uniform_best(s, sign, mean = m)$value - goal
  by_tau <- function(t) uniform_best(s, sign, tau = t)$value - goal
  ci <- sort(sign * c(edge(by_mean, best$par[1], -sc / 4), edge(by_mean, best$par[1], sc / 4)))
  uniforms[[length(uniforms) + 1]] <- list(set = name, estimate = sign * best$par[1], tau2 = best$par[2]^2, ll = -best$value,
    ci_low = ci[1], ci_high = ci[2], tau2_high = edge(by_tau, best$par[2], sc / 4)^2,
    no_effect = 2 * (uniform_best(s, sign, mean = 0)$value - best$value), heterogeneity = 2 * (uniform_best(s, sign, tau = 0)$value - best$value))
}
# where all variances agree, p-uniform* is the three-parameter selection model
equal <- list(yi = c(0.62, 0.55, 0.71, 0.49, 0.9, 0.12, 0.31, -0.05, 0.58, 0.44, 0.2, 0.66), vi = rep(0.04, 12))
three <- selmodel(rma(equal$yi, equal$vi, method = "ML"), type = "stepfun", steps = 0.025, control = list(reltol = 1e-14))
equal$estimate <- coef(three)$beta[[1]]; equal$tau2 <- three$tau2

# robust mean: CR2 of clubSandwich with the mean variance of a cluster as target
robust <- list()
for (name in used) for (eta in c(1, 5)) for (grouped in c(FALSE, TRUE)) {
  s <- sets[[name]]; fit <- closest(s$yi, s$vi, method = "REML"); k <- length(s$yi)
  cluster <- if (grouped) (seq_len(k) - 1) %/% 2 else seq_len(k) - 1
  high <- sign(coef(fit)) * s$yi / sqrt(s$vi) > qnorm(0.975)
  w <- ifelse(high, 1, eta) / (s$vi + fit$tau2); m <- lm(s$yi ~ 1, weights = w)
  V <- vcovCR(m, cluster = cluster, type = "CR2", target = ave(s$vi, cluster), inverse_var = FALSE)
  robust[[length(robust) + 1]] <- list(set = name, eta = eta, grouped = grouped, estimate = coef(m)[[1]], se = sqrt(V[1, 1]))
}

# p-curve: squared z as noncentral chi-squared
curves <- list()
cut <- qchisq(0.95, 1)
ncp_of <- function(power) uniroot(function(n) pchisq(cut, 1, n, lower.tail = FALSE) - power, c(0, 80), tol = 1e-14)$root
bound <- function(p) pmin(pmax(p, 2.2e-16), 1 - 2.2e-16)
stouffer <- function(p) sum(qnorm(bound(p))) / sqrt(length(p))
for (name in used) {
  s <- sets[[name]]; x <- (s$yi / sqrt(s$vi))^2; x <- x[x > cut]; p <- bound(pchisq(x, 1, lower.tail = FALSE))
  if (!length(x)) next
  half <- p < 0.025; n33 <- ncp_of(1 / 3); at25 <- pchisq(qchisq(0.975, 1), 1, n33, lower.tail = FALSE)
  flat <- (pchisq(x, 1, n33) - 2 / 3) * 3; flat_half <- (pchisq(x[half], 1, n33) - (1 - at25)) / at25
  z_at <- function(power) stouffer((pchisq(x, 1, ncp_of(power)) - (1 - power)) / power)
  power_at <- function(z) if (z_at(0.051) < z) 0.051 else if (z_at(0.99) > z) 0.99 else uniroot(function(pw) z_at(pw) - z, c(0.051, 0.99), tol = 1e-12)$root
  curves[[length(curves) + 1]] <- list(set = name, significant = length(x), skew = stouffer(p / 0.05), skew_half = stouffer(p[half] / 0.025),
    skew_binomial = pbinom(sum(half) - 1, length(p), 0.5, lower.tail = FALSE), flat = stouffer(flat), flat_half = stouffer(flat_half),
    flat_binomial = pbinom(sum(half), length(p), 3 * at25), power = power_at(0), low = power_at(qnorm(0.95)), high = power_at(qnorm(0.05)))
}
save_reference(list(copas_points = copas_points, copas_values = copas_values, limits = limits, uniforms = uniforms, equal = equal,
                    robust = robust, curves = curves))
