# Beta-binomial maximum likelihood: lbeta() written out, nlminb, Newton steps on numDeriv.
#   Rscript tests/reference/beta_binomial.R    writes tests/reference/beta_binomial.json
# Logits of the average risks and the logit of rho are free; one rho for both arms.
suppressMessages({library(metadat); library(numDeriv); library(jsonlite)})
all_sets <- fromJSON("tests/reference/mh.json")$tables
bb <- function(x, n, mu, rho) { a <- mu * (1 - rho) / rho; b <- (1 - mu) * (1 - rho) / rho
  lchoose(n, x) + lbeta(x + a, n - x + b) - lbeta(a, b) }
fit <- function(f, start) {
  p <- nlminb(start, function(p) -f(p), control = list(rel.tol = 1e-13, eval.max = 1e5, iter.max = 1e4))$par
  for (i in 1:3) { H <- hessian(f, p); p <- p - solve(H, grad(f, p)) }
  list(p = p, V = solve(-hessian(f, p)), ll = f(p))
}
two <- lapply(all_sets[c("bcg", "nielweise2007", "li2007", "linde2005", "sparse", "axfors2021")], function(s) {
  x <- s$data
  f <- function(p) with(x, sum(bb(ai, ai + bi, plogis(p[1] + p[2]), plogis(p[3])) +
                               bb(ci, ci + di, plogis(p[1]), plogis(p[3]))))
  r <- fit(f, c(qlogis(sum(x$ci) / sum(x$ci + x$di)), 0, -3))
  rho <- plogis(r$p[3])
  list(data = x, estimate = r$p[2], se = sqrt(r$V[2, 2]), rho = rho, rho_se = rho * (1 - rho) * sqrt(r$V[3, 3]),
       risks = plogis(c(r$p[1] + r$p[2], r$p[1])), log_likelihood = r$ll)
})
one_sets <- list(
  pritz1997 = with(dat.pritz1997, list(xi = xi, ni = ni)),
  debruin2009 = with(dat.debruin2009, list(xi = xi, ni = ni)),
  trials_and_cases = list(xi = c(24, 11, 15, 28, rep(1, 13), 0), ni = c(31, 25, 18, 34, rep(1, 14)))
)
one <- lapply(one_sets, function(x) {
  f <- function(p) sum(bb(x$xi, x$ni, plogis(p[1]), plogis(p[2])))
  r <- fit(f, c(qlogis(sum(x$xi) / sum(x$ni)), -2)); rho <- plogis(r$p[2])
  list(data = x, estimate = r$p[1], se = sqrt(r$V[1, 1]), rho = rho, rho_se = rho * (1 - rho) * sqrt(r$V[2, 2]),
       risks = plogis(r$p[1]), log_likelihood = r$ll)
})
write_json(list(R = R.version.string, two = two, one = one), "tests/reference/beta_binomial.json",
           digits = I(17), auto_unbox = TRUE, pretty = TRUE)
