# Pooled double arcsines turned back by the harmonic mean of the sizes: metafor's rma and predict.
# Run: Rscript tests/reference/freeman_tukey.R   (writes freeman_tukey.json beside this script)
suppressMessages({library(metafor); library(jsonlite)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
closely <- list(threshold = 1e-14, tol = 1e-14, maxiter = 10000)

trials <- list(xi = c(8, 10, 6, 9, 7), ni = c(40, 50, 30, 45, 35))
with_cases <- function(events) list(xi = c(trials$xi, events), ni = c(trials$ni, rep(1, 20)))
sets <- list(
  schwarzer_like = list(xi = c(30, 5, 800, 1, 12), ni = c(400, 90, 12000, 8, 250000)),
  trials = trials,
  trials_and_20_cases_without = with_cases(rep(0, 20)),
  trials_and_20_cases_at_their_rate = with_cases(rep(0:1, c(16, 4))))

back <- function(s, method) {
  r <- rma(measure = "PFT", xi = s$xi, ni = s$ni, method = method, control = closely)
  p <- predict(r, transf = transf.ipft.hm, targs = list(ni = s$ni))
  list(estimate = as.numeric(r$beta), back = p$pred)
}
answers <- lapply(sets, function(s) list(data = s, REML = back(s, "REML"), EE = back(s, "EE")))
write_json(list(metafor = as.character(packageVersion("metafor")), sets = answers),
           file.path(here, "freeman_tukey.json"), digits = I(17), auto_unbox = TRUE, pretty = TRUE)
