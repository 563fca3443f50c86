# Reference meta-regressions: factors, interactions, splines, common effect, VIF, predictions at new
# values, subgroup tests, permutation tests.
# Run: Rscript tests/reference/regression.R   (writes regression.json beside it)
suppressMessages({library(metafor); library(jsonlite); library(splines)})
file_arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(normalizePath(sub("^--file=", "", file_arg)))
tight <- list(threshold = 1e-14, tol = 1e-14, maxiter = 10000)
# metafor's absolute threshold can lie below the last digit of tau2: take the tightest that it reaches
closest <- function(...) {
  for (threshold in c(1e-14, 1e-13, 1e-12, 1e-11)) {
    res <- try(rma(..., control = list(threshold = threshold, tol = 1e-14, maxiter = 10000)), silent = TRUE)
    if (!inherits(res, "try-error")) return(res)
  }
  stop(res)
}

data(dat.bcg, dat.bangertdrowns2004, package = "metadat")
bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
bangert <- subset(dat.bangertdrowns2004, !is.na(length))
bangert$grade <- c("primary", "middle", "high", "college")[bangert$grade]
frames <- list(
  bcg = data.frame(yi = as.numeric(bcg$yi), vi = bcg$vi, ablat = bcg$ablat, year = bcg$year, alloc = bcg$alloc),
  bangert = data.frame(yi = bangert$yi, vi = bangert$vi, year = bangert$year, length = bangert$length, grade = bangert$grade)
)
models <- list(
  list(set = "bcg", r = ~ alloc, py = "~ C(alloc)"),
  list(set = "bcg", r = ~ 0 + alloc, py = "~ 0 + C(alloc)"),
  list(set = "bcg", r = ~ ablat * year, py = "~ ablat * year"),
  list(set = "bcg", r = ~ ablat + alloc, py = "~ ablat + C(alloc)"),
  list(set = "bangert", r = ~ bs(length, df = 4), py = "~ bs(length, df=4)"),
  list(set = "bangert", r = ~ grade + length, py = "~ C(grade) + length"),
  list(set = "bangert", r = ~ grade:length + grade, py = "~ C(grade) + C(grade):length"),
  list(set = "bangert", r = ~ I(year^2) + year, py = "~ I(year**2) + year")
)

describe <- function(res, r2 = TRUE) {
  v <- if (res$p - res$int.incl > 1) unname(sapply(vif(res)$vif, function(x) x$vif)) else NULL
  list(terms = rownames(res$beta), beta = c(res$beta), se = res$se, p = res$pval, tau2 = res$tau2,
       QM = res$QM, QMp = res$QMp, QE = res$QE, R2 = res$R2, I2 = res$I2, vif = v,
       loglik = c(logLik(res)), aic = AIC(res), bic = BIC(res), aicc = fitstats(res)["AICc:", 1],
       fitted = unname(fitted(res)))
}

fits <- list()
for (m in models) for (method in c("EE", "REML", "DL")) for (test in if (method == "EE") "z" else c("z", "knha")) {
  d <- frames[[m$set]]
  res <- closest(d$yi, d$vi, mods = model.matrix(m$r, d), intercept = FALSE, method = method, test = test)
  fits[[length(fits) + 1]] <- c(list(set = m$set, formula = m$py, method = method, test = test), describe(res))
}

# predictions at new values
new <- list(ablat = c(10, 33.5, 60), alternate = c(0, 0, 0), random = c(1, 0, 0), systematic = c(0, 1, 0))
res <- rma(yi, vi, mods = ~ ablat + alloc, data = frames$bcg, method = "REML", test = "knha", control = tight)
p <- predict(res, newmods = cbind(new$ablat, new$random, new$systematic))
predicted <- list(ablat = new$ablat, alloc = c("random", "systematic", "alternate"), pred = p$pred, se = p$se,
                  ci_low = p$ci.lb, ci_high = p$ci.ub, pi_low = p$pi.lb, pi_high = p$pi.ub)

# subgroups: separate tau2 by pooling each group and then the groups; common tau2 by regression
groups <- list()
for (test in c("z", "knha")) {
  d <- frames$bcg
  parts <- lapply(split(d, d$alloc), function(x) rma(yi, vi, data = x, method = "REML", test = test, control = tight))
  est <- sapply(parts, function(x) c(x$beta)); se <- sapply(parts, function(x) x$se)
  between <- rma(est, sei = se, method = "EE")
  common <- rma(yi, vi, mods = ~ alloc, data = d, method = "REML", test = test, control = tight)
  each <- rma(yi, vi, mods = ~ 0 + alloc, data = d, method = "REML", test = test, control = tight)
  groups[[test]] <- list(names = names(parts), estimate = unname(est), se = unname(se),
    tau2 = unname(sapply(parts, function(x) x$tau2)), Q = between$QE, Qp = between$QEp,
    common = list(QM = common$QM, QMp = common$QMp, tau2 = common$tau2, estimate = c(each$beta), se = each$se))
}

# exact permutation tests on small sets
small <- frames$bcg[c(1, 2, 4, 7, 9, 12), ]
flips <- rma(yi, vi, data = small, method = "DL")
shuffles <- rma(yi, vi, mods = ~ ablat, data = small, method = "DL", test = "knha")
grouped <- rma(yi, vi, mods = ~ I(ablat > 43) , data = small, method = "PM", control = tight)
pf <- permutest(flips, exact = TRUE, progbar = FALSE)
ps <- permutest(shuffles, exact = TRUE, progbar = FALSE)
pg <- permutest(grouped, exact = TRUE, progbar = FALSE)
permuted <- list(rows = c(1, 2, 4, 7, 9, 12), signs = pf$pval, ablat = ps$pval, ablat_qm = ps$QMp,
                 high = pg$pval, high_qm = pg$QMp)

versions <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")))
write_json(list(versions = versions, frames = frames, fits = fits, predicted = predicted, groups = groups,
                permuted = permuted), file.path(here, "regression.json"), digits = I(17),
           auto_unbox = TRUE, na = "null", null = "null", dataframe = "columns")
