# Firth's logistic regression with study intercepts: brglm2 (type = "AS_mean"), and its penalised
# profile likelihood written out.
#   Rscript tests/reference/firth.R    writes tests/reference/firth.json
suppressMessages({library(brglm2); library(jsonlite)})
all_sets <- fromJSON("tests/reference/mh.json")$tables
sets <- lapply(all_sets[c("nielweise2007", "hine1989", "collins1985b", "sparse")], `[[`, "data")
sets$separated <- list(ai = c(3, 2), bi = c(17, 18), ci = c(0, 0), di = c(20, 20))
sets$mixed <- list(ai = c(0, 0, 1), bi = c(30, 24, 40), ci = c(4, 2, 0), di = c(31, 20, 37))
penalised <- function(theta, alpha, x) {
  with(x, {
    n1 <- ai + bi; n2 <- ci + di; e1 <- alpha + theta; e2 <- alpha
    w1 <- n1 * plogis(e1) * plogis(-e1); w2 <- n2 * plogis(e2) * plogis(-e2)
    sum(ai * plogis(e1, log.p = TRUE) + bi * plogis(-e1, log.p = TRUE) +
        ci * plogis(e2, log.p = TRUE) + di * plogis(-e2, log.p = TRUE)) +
      .5 * (sum(log(w1 + w2)) + log(sum(w1 * w2 / (w1 + w2))))
  })
}
out <- lapply(sets, function(x) {
  k <- length(x$ai)
  long <- data.frame(y = c(x$ai, x$ci), m = c(x$bi, x$di), treat = rep(1:0, each = k), study = factor(rep(1:k, 2)))
  fit <- glm(cbind(y, m) ~ -1 + treat + study, data = long, family = binomial, method = "brglmFit",
             type = "AS_mean", control = brglmControl(epsilon = 1e-12, maxit = 10000, slowit = .5))
  start <- with(x, log((ai + ci + .5) / (bi + di + .5)))
  profile <- function(theta) {
    r <- list(par = start)
    for (i in 1:3) r <- optim(r$par, function(a) -penalised(theta, a, x), method = "BFGS",
                              control = list(reltol = 1e-16, maxit = 10000))
    -r$value
  }
  top <- penalised(coef(fit)[1], coef(fit)[-1], x); half <- qchisq(.95, 1) / 2
  f <- function(theta) top - profile(theta) - half
  limit <- function(side) uniroot(f, sort(coef(fit)[1] + side * c(0, 12)), tol = 1e-10)$root
  list(data = x, estimate = unname(coef(fit)[1]), se = unname(sqrt(vcov(fit)[1, 1])), log_likelihood = top,
       ci = c(limit(-1), limit(1)), lr = 2 * (top - profile(0)))
})
write_json(list(brglm2 = as.character(packageVersion("brglm2")), R = R.version.string, sets = out),
           "tests/reference/firth.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE)
