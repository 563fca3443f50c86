# Reference values of rma.uni: 13 estimators x 4 tests x 9 data sets x with and without moderators.
# Run: Rscript tests/reference/rma.R   (writes rma.json beside it)
suppressMessages({library(metafor); library(jsonlite)})
file_arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(normalizePath(sub("^--file=", "", file_arg)))

estimators <- c("DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "DLIT", "SJIT", "GENQ")
tests <- c("z", "t", "knha", "adhoc")

read <- function(name) { data(list = name, package = "metadat", envir = environment()); get(name) }
as_set <- function(dat, X) {
  X <- as.matrix(X)
  keep <- complete.cases(as.numeric(dat$yi), dat$vi, X)
  list(yi = as.numeric(dat$yi)[keep], vi = dat$vi[keep], X = X[keep, , drop = FALSE])
}

bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = read("dat.bcg"))
normand <- escalc("MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i,
                  data = read("dat.normand1999"))
mcdaniel <- escalc("ZCOR", ri = ri, ni = ni, data = read("dat.mcdaniel1994"))
molloy <- escalc("ZCOR", ri = ri, ni = ni, data = read("dat.molloy2014"))
pritz <- escalc("PLO", xi = xi, ni = ni, data = read("dat.pritz1997"))
hine <- escalc("RD", ai = ai, ci = ci, n1i = n1i, n2i = n2i, data = read("dat.hine1989"))
raudenbush <- read("dat.raudenbush1985")
hackshaw <- read("dat.hackshaw1998")
bangert <- read("dat.bangertdrowns2004")

sets <- list(
  bcg = as_set(bcg, cbind(ablat = bcg$ablat, random = as.numeric(bcg$alloc == "random"))),
  normand1999 = as_set(normand, cbind(n = normand$n1i + normand$n2i)),
  mcdaniel1994 = as_set(mcdaniel, cbind(structured = as.numeric(mcdaniel$struct == "s"))),
  molloy2014 = as_set(molloy, cbind(quality = molloy$quality, age = molloy$meanage)),
  pritz1997 = as_set(pritz, cbind(n = pritz$ni)),
  hine1989 = as_set(hine, cbind(n = hine$n1i + hine$n2i)),
  raudenbush1985 = as_set(raudenbush, cbind(weeks = raudenbush$weeks)),
  hackshaw1998 = as_set(hackshaw, cbind(year = hackshaw$year)),
  bangertdrowns2004 = as_set(bangert, cbind(year = bangert$year, length = bangert$length))
)

# metafor stops when tau2 changes by less than an absolute threshold; ask for the last digit it
# can reach, and say which one that was.
fit <- function(set, moderated, method, test) {
  args <- list(yi = set$yi, vi = set$vi, method = method, test = test)
  if (moderated) args$mods <- set$X
  if (method == "GENQ") args$weights <- 1 / sqrt(set$vi)
  for (threshold in c(1e-14, 1e-13, 1e-12, 1e-10)) {
    args$control <- list(threshold = threshold, tol = 1e-14, maxiter = 10000)
    res <- tryCatch(suppressWarnings(do.call(rma.uni, args)), error = function(e) conditionMessage(e))
    if (!is.character(res)) return(list(res = res, threshold = threshold))
  }
  list(error = res)
}

shared <- function(res) {
  # metafor looks no further than 10 tau2, which cuts off some upper limits: give it room
  far <- list(tol = 1e-14, maxiter = 10000, tau2.max = 1000 * max(res$vi, var(c(res$yi))))
  ci <- suppressWarnings(confint(res, type = "QP", control = far))
  bounds <- if (isTRUE(ci$ci.null)) c(NA, NA) else unname(ci$random["tau^2", c("ci.lb", "ci.ub")])
  list(tau2 = res$tau2, se_tau2 = res$se.tau2, tau2_ci = bounds, I2 = res$I2, H2 = res$H2,
       Q = res$QE, Qp = res$QEp, R2 = res$R2, loglik = c(logLik(res)), aic = AIC(res), bic = BIC(res))
}

tested <- function(res, moderated) {
  at <- if (moderated) colMeans(res$X)[-1] else NULL
  predicted <- function(kind) {
    args <- list(object = res, pi.type = kind)
    if (moderated) args$newmods <- rbind(at)
    p <- do.call(predict, args)
    c(p$pred, p$se, p$ci.lb, p$ci.ub, p$pi.lb, p$pi.ub)
  }
  list(beta = c(res$beta), se = res$se, stat = res$zval, p = res$pval, ci_low = res$ci.lb,
       ci_high = res$ci.ub, QM = res$QM, QMp = res$QMp,
       predict = predicted("default"), riley = predicted("riley"), simple = predicted("simple"))
}

fits <- list()
for (name in names(sets)) for (moderated in c(FALSE, TRUE)) for (method in estimators) {
  record <- list(set = name, moderated = moderated, method = method)
  first <- fit(sets[[name]], moderated, method, "z")
  if (!is.null(first$error)) {
    record$error <- first$error
  } else {
    record$threshold <- first$threshold
    record <- c(record, shared(first$res))
    record$tests <- lapply(setNames(tests, tests), function(test)
      tested(fit(sets[[name]], moderated, method, test)$res, moderated))
  }
  fits[[length(fits) + 1]] <- record
}

columns <- lapply(sets, function(s) list(yi = s$yi, vi = s$vi, moderators = as.data.frame(s$X)))
versions <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                 metadat = as.character(packageVersion("metadat")))
write_json(list(versions = versions, estimators = estimators, tests = tests, sets = columns, fits = fits),
           file.path(here, "rma.json"), digits = I(17), auto_unbox = TRUE, na = "null", null = "null",
           dataframe = "columns")
