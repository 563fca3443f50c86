# Exact inference by base R: binom.test, fisher.test, mantelhaen.test(exact = TRUE).
#   Rscript tests/reference/exact.R      writes tests/reference/exact.json
# R finds the odds ratios with uniroot's default tolerance (1.2e-4 absolute, on the odds ratio or its
# inverse); the "tight" values solve the same equations on fisher.test's own distribution to 1e-13.
suppressMessages(library(jsonlite))
all_sets <- fromJSON("tests/reference/mh.json")$tables

proportions <- list(c(0, 9), c(1, 1), c(3, 11), c(17, 40), c(40, 40), c(2, 250000))
mid_p <- function(x, n, level = .95) {
  a <- (1 - level) / 2
  up <- function(p) pbinom(x, n, p, lower.tail = FALSE) + .5 * dbinom(x, n, p) - a
  down <- function(p) pbinom(x - 1, n, p) + .5 * dbinom(x, n, p) - a
  solve <- function(f, ends) uniroot(f, ends, tol = 1e-15, maxiter = 10000)$root
  c(if (x == 0) 0 else solve(up, c(0, x / n)), if (x == n) 1 else solve(down, c(x / n, 1)))
}
one_arm <- lapply(proportions, function(v) list(
  x = v[1], n = v[2], clopper_pearson = c(binom.test(v[1], v[2])$conf.int), mid_p = mid_p(v[1], v[2])))

# distribution of the treated arms' events given all margins: convolution of hypergeometrics, in logs
support <- function(t) max(0, sum(t[1, ]) - sum(t[, 2])):min(sum(t[, 1]), sum(t[1, ]))
convolve_all <- function(tables) {
  at <- 0; logd <- 0
  for (t in tables) {
    j <- support(t); d <- dhyper(j, sum(t[, 1]), sum(t[, 2]), sum(t[1, ]), log = TRUE)
    s <- outer(logd, d, "+"); k <- outer(seq_along(logd), seq_along(d), "+") - 1
    logd <- tapply(c(s), c(k), function(v) max(v) + log(sum(exp(v - max(v))))); at <- at + min(j)
  }
  list(x = at + seq_along(logd) - 1, logd = c(logd))
}
tight <- function(tables, level = .95) {
  law <- convolve_all(tables); obs <- sum(sapply(tables, function(t) t[1, 1])); a <- (1 - level) / 2
  p <- function(b) { l <- law$logd + law$x * b; exp(l - max(l)) / sum(exp(l - max(l))) }
  root <- function(f) uniroot(f, c(-40, 40), tol = 1e-14, maxiter = 10000)$root
  lo <- obs == min(law$x); hi <- obs == max(law$x)
  upper <- function(b, w) sum(p(b)[law$x > obs]) + w * sum(p(b)[law$x == obs]) - a
  lower <- function(b, w) sum(p(b)[law$x < obs]) + w * sum(p(b)[law$x == obs]) - a
  limits <- function(w) c(if (lo) -Inf else root(function(b) upper(b, w)),
                          if (hi) Inf else root(function(b) lower(b, w)))
  list(estimate = if (lo) -Inf else if (hi) Inf else root(function(b) sum(law$x * p(b)) - obs),
       exact = limits(1), mid_p = limits(.5),
       p_value = min(1, 2 * min(sum(p(0)[law$x >= obs]), sum(p(0)[law$x <= obs]))))
}
as_tables <- function(x) {
  keep <- with(x, ai + ci > 0 & bi + di > 0 & ai + bi > 0 & ci + di > 0)
  lapply(which(keep), function(i) with(x, matrix(c(ai[i], bi[i], ci[i], di[i]), 2)))
}
stratified <- lapply(all_sets[c("nielweise2007", "hine1989", "yusuf1985", "collins1985b", "sparse")], function(s) {
  tables <- as_tables(s$data)
  r <- mantelhaen.test(array(unlist(tables), c(2, 2, length(tables))), exact = TRUE)
  list(data = s$data, estimate = unname(r$estimate), ci = c(r$conf.int), p_value = r$p.value,
       tight = tight(tables))
})
singles <- list(c(5, 17, 9, 20), c(0, 12, 4, 9), c(3, 0, 2, 6), c(1, 1, 1, 1), c(180, 1361, 372, 1079))
one_table <- lapply(singles, function(v) {
  r <- fisher.test(matrix(v, 2))
  list(cells = v, estimate = unname(r$estimate), ci = c(r$conf.int), p_value = r$p.value,
       tight = tight(list(matrix(v, 2))))
})
write_json(list(R = R.version.string, proportions = one_arm, one_table = one_table, stratified = stratified),
           "tests/reference/exact.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE, na = "string")
