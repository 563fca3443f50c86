# Reference values of predict.rma: every kind of prediction interval that metafor has, three levels.
# Run: Rscript tests/reference/predict.R   (writes predict.json beside it)
suppressMessages({library(metafor); library(jsonlite)})
file_arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(normalizePath(sub("^--file=", "", file_arg)))
tight <- list(threshold = 1e-14, tol = 1e-14, maxiter = 10000)

data(dat.bcg, dat.raudenbush1985, dat.hackshaw1998, dat.collins1985b, package = "metadat")
bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
collins <- escalc("OR", ai = pre.xti, n1i = pre.nti, ci = pre.xci, n2i = pre.nci, data = dat.collins1985b)
sets <- list(bcg = bcg, raudenbush1985 = dat.raudenbush1985, hackshaw1998 = dat.hackshaw1998, collins1985b = collins)

rows <- list()
for (name in names(sets)) for (method in c("DL", "REML", "ML")) for (test in c("z", "t", "knha", "adhoc"))
  for (level in c(80, 95, 99)) for (kind in c("default", "simple", "riley")) {
    d <- sets[[name]]
    res <- rma(as.numeric(d$yi), d$vi, method = method, test = test, level = level, control = tight)
    p <- predict(res, pi.type = kind, level = level)
    rows[[length(rows) + 1]] <- list(set = name, method = method, test = test, level = level / 100,
      kind = kind, pred = p$pred, se = p$se, ci = c(p$ci.lb, p$ci.ub), pi = c(p$pi.lb, p$pi.ub))
  }
common <- lapply(sets, function(d) {
  res <- rma(as.numeric(d$yi), d$vi, method = "EE")
  list(estimate = c(res$beta), se = res$se, statistic = res$zval, p_value = res$pval, ci = c(res$ci.lb, res$ci.ub),
       q = res$QE, q_p = res$QEp, i2 = res$I2, h2 = res$H2, loglik = c(logLik(res)), aic = AIC(res), bic = BIC(res),
       weights = unname(weights(res)))
})
columns <- lapply(sets, function(d) list(yi = as.numeric(d$yi), vi = d$vi))
versions <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")))
write_json(list(versions = versions, sets = columns, rows = rows, common = common), file.path(here, "predict.json"),
           digits = I(17), auto_unbox = TRUE, na = "null", null = "null")
