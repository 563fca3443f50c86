# Pooled lines of the review of severe cytokine release syndrome, studies that are not single cases.
#   Rscript tests/reference/crs_lines.R      writes tests/reference/crs_lines.json
# Inverse variance on the logit (REML, Knapp-Hartung) and the binomial-normal GLMM (25 nodes), both
# with tight control: metafor's default tolerances are absolute.
suppressMessages({library(metafor); library(jsonlite)})

lines <- list(
  tocilizumab = list(xi = c(31, 8, 11, 5), ni = c(45, 15, 14, 5)),
  siltuximab = list(xi = c(5, 10), ni = c(6, 16)),
  management_algorithm = list(xi = c(106, 119, 10, 381), ni = c(108, 119, 10, 404))
)
tight <- list(threshold = 1e-14, maxiter = 10000)
glmer_tight <- list(optimizer = "bobyqa", tolPwrss = 1e-10, optCtrl = list(rhoend = 1e-11, maxfun = 1e5))

out <- lapply(lines, function(line) {
  es <- escalc(measure = "PLO", xi = line$xi, ni = line$ni)
  iv <- rma(yi, vi, data = es, method = "REML", test = "knha", control = tight)
  glmm <- suppressWarnings(suppressMessages(
    rma.glmm(measure = "PLO", xi = line$xi, ni = line$ni, nAGQ = 25, control = list(glmerCtrl = glmer_tight))))
  pi <- if (iv$k > 2) predict(iv) else list(pi.lb = NA, pi.ub = NA)
  list(
    k = iv$k,
    rma = list(estimate = c(iv$beta), se = iv$se, ci_low = iv$ci.lb, ci_high = iv$ci.ub,
               tau2 = iv$tau2, i2 = iv$I2 / 100, q = iv$QE,
               prediction_low = pi$pi.lb, prediction_high = pi$pi.ub),
    rma_glmm = list(estimate = c(glmm$beta), se = glmm$se, tau2 = glmm$tau2, i2 = glmm$I2 / 100, h2 = glmm$H2)
  )
})
write_json(list(metafor = as.character(packageVersion("metafor")), lines = out),
           "tests/reference/crs_lines.json", digits = NA, auto_unbox = TRUE, pretty = TRUE, na = "null")
