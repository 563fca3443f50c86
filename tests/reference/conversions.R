# Reference values for the conversions of effects/conversions: base R and metafor, written from the
# papers' formulas alone. Run: Rscript tests/reference/conversions.R  (writes conversions.json)

suppressMessages(library(metafor))
library(jsonlite)

summaries <- list(
  list(n = 100, min = 2, q1 = NA, median = 4, q3 = NA, max = 9),
  list(n = 40, min = 2, q1 = 4, median = 6, q3 = 10, max = 14),
  list(n = 20, min = 2, q1 = 4, median = 6, q3 = 14, max = 20),
  list(n = 7, min = 2, q1 = 6, median = 9, q3 = 17, max = 41),
  list(n = 250, min = 0.05, q1 = 0.3, median = 0.45, q3 = 0.62, max = 0.97),
  list(n = 60, min = NA, q1 = 10, median = 15, q3 = 22, max = NA),
  list(n = 33, min = NA, q1 = 45, median = 50, q3 = 52, max = NA),
  list(n = 88, min = 20, q1 = NA, median = 60, q3 = NA, max = 95)
)

values <- function(s) Filter(Negate(is.na), c(min = s$min, q1 = s$q1, median = s$median, q3 = s$q3, max = s$max))
probs <- function(s) {
  known <- c(min = 1 / s$n, q1 = .25, median = .5, q3 = .75, max = 1 - 1 / s$n)
  unname(known[names(values(s))])
}
kind <- function(s) if (is.na(s$q1)) "range" else if (is.na(s$min)) "quartiles" else "five"

# Luo 2018 and Wan 2014, of any three or five numbers in order
luo <- function(x, n, kind) switch(kind,
  range = { w <- 4 / (4 + n^.75); w * (x[1] + x[3]) / 2 + (1 - w) * x[2] },
  quartiles = { w <- .7 + .39 / n; w * (x[1] + x[3]) / 2 + (1 - w) * x[2] },
  five = {
    w1 <- 2.2 / (2.2 + n^.75); w2 <- .7 - .72 / n^.55
    w1 * (x[1] + x[5]) / 2 + w2 * (x[2] + x[4]) / 2 + (1 - w1 - w2) * x[3]
  })
xi <- function(n) 2 * qnorm((n - .375) / (n + .25))
eta <- function(n) 2 * qnorm((.75 * n - .125) / (n + .25))
wan <- function(x, n, kind) switch(kind,
  range = (x[3] - x[1]) / xi(n), quartiles = (x[3] - x[1]) / eta(n),
  five = ((x[5] - x[1]) / xi(n) + (x[4] - x[2]) / eta(n)) / 2)
shi <- function(x, n) {
  w <- 1 / (1 + .07 * n^.6)
  w * (x[5] - x[1]) / xi(n) + (1 - w) * (x[4] - x[2]) / eta(n)
}
wan_mean <- function(x, kind) switch(kind,
  range = sum(x * c(1, 2, 1)) / 4, quartiles = mean(x), five = sum(x * c(1, 2, 2, 2, 1)) / 8)
skewness <- function(x, n, kind) {
  lean <- function(a, m, b) abs(a + b - 2 * m) / (b - a)
  switch(kind,
    range = c(lean(x[1], x[2], x[3]), 1 / log(n + 9) + 2.5 / (n + 1)),
    quartiles = c(lean(x[1], x[2], x[3]), 2.65 / sqrt(n) - 6 / n^2),
    five = c(max(2.65 * log(.6 * n) / sqrt(n) * lean(x[1], x[3], x[5]), lean(x[2], x[3], x[4])),
             3 / sqrt(n) - 40 / n^3))
}
closed <- function(s) {
  x <- unname(values(s)); k <- kind(s)
  list(luo = luo(x, s$n, k), wan_mean = wan_mean(x, k), wan_sd = wan(x, s$n, k),
       shi = if (k == "five") shi(x, s$n) else NA, skewness = skewness(x, s$n, k))
}

# Quantile estimation: both parameters at once, from many starts
tight <- list(rel.tol = 1e-15, x.tol = 1e-15, abs.tol = 0, iter.max = 5000, eval.max = 10000)
best <- function(objective, starts, lower = -Inf, upper = Inf) {
  fits <- lapply(starts, function(start) tryCatch(
    nlminb(start, objective, lower = lower, upper = upper, control = tight),
    error = function(e) list(objective = Inf)))
  fits[[which.min(vapply(fits, function(f) f$objective, 0))]]
}
qe <- function(s) {
  x <- unname(values(s)); p <- probs(s)
  centre <- if (kind(s) == "five") c(x[2], x[4]) else c(x[1], x[3])
  scale <- (max(x) - min(x)) / 4; m <- mean(x)
  square <- function(q) { d <- sum((q - x)^2); if (is.finite(d)) d else 1e300 }
  fits <- list(
    normal = best(function(t) square(qnorm(p, t[1], exp(t[2]))), list(c(m, log(scale))),
                  c(centre[1], -Inf), c(centre[2], Inf)),
    lognormal = best(function(t) square(qlnorm(p, t[1], exp(t[2]))),
                     lapply(seq(-3, 1, .5), function(u) c(mean(log(centre)), u)),
                     c(log(centre[1]), log(1e-3)), c(log(centre[2]), log(10))),
    gamma = best(function(t) square(qgamma(p, exp(t[1])) * exp(t[2])),
                 lapply(seq(-1, 4.5, .5), function(u) c(u, log(m) - u)), c(log(1e-3), -Inf), c(log(100), Inf)),
    weibull = best(function(t) square(qweibull(p, exp(t[1])) * exp(t[2])),
                   lapply(seq(-1, 4, .5), function(u) c(u, log(m))), c(log(1e-3), -Inf), c(log(100), Inf)))
  if (max(x) <= 1) fits$beta <- best(
    function(t) square(suppressWarnings(qbeta(p, exp(t[1]), exp(t[2])))),
    apply(expand.grid(seq(-2, 3, 1), seq(-2, 3, 1)), 1, c, simplify = FALSE), rep(log(1e-3), 2), rep(log(40), 2))
  chosen <- names(which.min(vapply(fits, function(f) f$objective, 0)))
  t <- fits[[chosen]]$par
  moments <- switch(chosen,
    normal = c(t[1], exp(t[2])),
    lognormal = { m <- exp(t[1] + exp(2 * t[2]) / 2); c(m, m * sqrt(expm1(exp(2 * t[2])))) },
    gamma = { k <- exp(t[1]); c(k, sqrt(k)) * exp(t[2]) },
    weibull = { k <- exp(t[1]); g <- gamma(1 + 1:2 / k); c(g[1], sqrt(g[2] - g[1]^2)) * exp(t[2]) },
    beta = { a <- exp(t[1]); b <- exp(t[2]); c(a / (a + b), sqrt(a * b / (a + b + 1)) / (a + b)) })
  list(family = chosen, mean = moments[1], sd = moments[2])
}

# Power-normal moments by integration
boxcox <- function(x, l) if (l == 0) log(x) else (x^l - 1) / l
back <- function(mu, sigma, l) {
  if (l == 0) { m <- exp(mu + sigma^2 / 2); return(c(m, m * sqrt(expm1(sigma^2)))) }
  cut <- (mu + 1 / l) / sigma
  f <- function(z) pmax(l * (mu + sigma * z) + 1, 0)^(1 / l)
  ends <- c(max(-cut, -38), min(cut, 30)); cuts <- sort(unique(c(ends, seq(-8, 12, 1))))
  cuts <- cuts[cuts >= ends[1] & cuts <= ends[2]]
  total <- function(g) sum(mapply(function(a, b) integrate(g, a, b, rel.tol = 1e-12, stop.on.error = FALSE)$value,
                                  head(cuts, -1), tail(cuts, -1)))
  inside <- pnorm(cut) - pnorm(-cut)
  m <- total(function(z) f(z) * dnorm(z)) / inside
  c(m, sqrt(total(function(z) (f(z) - m)^2 * dnorm(z)) / inside))
}
lowest <- function(f, upper) {
  grid <- seq(0, upper, length.out = 301); v <- vapply(grid, f, 0); i <- which.min(v)
  o <- optimize(f, c(grid[max(i - 1, 1)], grid[min(i + 1, 301)]), tol = 1e-12)
  if (v[1] <= o$objective) 0 else if (v[301] <= o$objective) upper else o$minimum
}
bc <- function(s) {
  x <- unname(values(s)); k <- kind(s); mid <- (length(x) + 1) / 2
  ratio <- function(l) { t <- boxcox(x, l); d <- diff(t[c(mid - 1, mid, mid + 1)]); r <- (d[2] / d[1] - 1)^2
    if (k == "five") { d <- diff(t[c(1, 3, 5)]); r <- r + (d[2] / d[1] - 1)^2 }; r }
  l <- lowest(ratio, 3); t <- boxcox(x, l)
  m <- back(luo(t, s$n, k), wan(t, s$n, k), l)
  list(power = l, mean = m[1], sd = m[2])
}
mln <- function(s, jacobian) {
  x <- unname(values(s)); n <- s$n; k <- kind(s)
  ranks <- c(min = 1, q1 = floor(n / 4 + 1), median = floor(n / 2 + 1), q3 = floor(3 * n / 4 + 1), max = n)[names(values(s))]
  gaps <- diff(c(0, ranks, n + 1)) - 1
  loglik <- function(t, mu, sigma) {
    inner <- pnorm(tail(t, -1), mu, sigma) - pnorm(head(t, -1), mu, sigma)
    sum(dnorm(t, mu, sigma, log = TRUE)) + sum(gaps[2:length(x)] * log(inner)) +
      (if (gaps[1]) gaps[1] * pnorm(t[1], mu, sigma, log.p = TRUE) else 0) +
      (if (gaps[length(gaps)]) gaps[length(gaps)] * pnorm(t[length(t)], mu, sigma, lower.tail = FALSE, log.p = TRUE) else 0)
  }
  minus <- function(l) { t <- boxcox(x, l); -loglik(t, luo(t, n, k), wan(t, n, k)) - jacobian * (l - 1) * sum(log(x)) }
  l <- lowest(minus, 10); t <- boxcox(x, l); mu <- luo(t, n, k); sigma <- wan(t, n, k)
  z <- (t - mu) / sigma  # the slopes vanish at the maximum
  slope <- function(u, h = 1e-3) vapply(1:2, function(i) { d <- replace(c(0, 0), i, h)
    at <- function(k) loglik(z, (u + k * d)[1], exp((u + k * d)[2]))
    (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h) }, 0)
  fit <- nlminb(c(0, 0), function(u) -loglik(z, u[1], exp(u[2])), control = tight)
  for (i in 1:5) {
    h <- 1e-3; hess <- cbind(slope(fit$par + c(h, 0)) - slope(fit$par - c(h, 0)),
                             slope(fit$par + c(0, h)) - slope(fit$par - c(0, h))) / (2 * h)
    fit$par <- fit$par - solve(hess, slope(fit$par))
  }
  m <- back(mu + sigma * fit$par[1], sigma * exp(fit$par[2]), l)
  list(power = l, mean = m[1], sd = m[2])
}

expected_range <- function(n) integrate(function(z) 1 - pnorm(z)^n - pnorm(z, lower.tail = FALSE)^n,
                                        -Inf, Inf, rel.tol = 1e-13)$value

escalc_1 <- function(...) { e <- escalc(...); c(e$yi, e$vi) }

out <- list(
  metafor = as.character(packageVersion("metafor")),
  summaries = summaries,
  closed = lapply(summaries, closed),
  qe = lapply(summaries, qe), bc = lapply(summaries, bc),
  mln = lapply(summaries, mln, jacobian = 1), mln_plain = lapply(summaries, mln, jacobian = 0),
  expected_range = lapply(c(2, 3, 5, 10, 25, 100, 1000), function(n) c(n, expected_range(n))),
  se_from_ci = list(linear = 2 / (2 * qnorm(.975)), log = log(4) / (2 * qnorm(.975)), t = 2 / (2 * qt(.975, 38)),
                 ninety = 2 / (2 * qnorm(.95))),
  se_from_p = list(z = 3.8 / qnorm(1 - .008 / 2), t = 3.8 / qt(1 - .008 / 2, 45), one = 3.8 / qnorm(1 - .008)),
  or_to_rr = transf.logortorr(log(c(.3, 1, 3, 20)), pc = .25),
  smd_to_r = transf.dtorpb(c(-1.2, .5, .5), n1i = c(10, 20, 300), n2i = c(30, 20, 100)),
  r_to_z = escalc_1("ZCOR", ri = .5, ni = 103),
  ledger = list(
    or = escalc_1("OR", ai = 4, n1i = 123, ci = 11, n2i = 139),
    zero = escalc_1("OR", ai = 0, n1i = 20, ci = 3, n2i = 20),
    smd = escalc_1("SMD", m1i = 6, sd1i = 2, n1i = 20, m2i = 5, sd2i = 2, n2i = 20),
    smd_median = {
      x <- c(4, 6, 10)
      escalc_1("SMD", m1i = luo(x, 20, "quartiles"), sd1i = wan(x, 20, "quartiles"), n1i = 20, m2i = 5, sd2i = 2, n2i = 20)
    },
    plo = escalc_1("PLO", xi = 3, ni = 12), case = escalc_1("PLO", xi = 1, ni = 1))
)
args <- commandArgs(FALSE); here <- dirname(sub("--file=", "", args[grep("--file=", args)]))
write_json(out, file.path(here, "conversions.json"), digits = NA, auto_unbox = TRUE, na = "null", pretty = TRUE)
