# Mantel-Haenszel and Peto pooling by metafor (rma.mh, rma.peto), association by base R.
#   Rscript tests/reference/mh.R        writes tests/reference/mh.json
# Closed formulas: no tolerance is involved.
suppressMessages({library(metafor); library(jsonlite)})

tables <- function(d, a, b, c, e, n1 = NULL, n2 = NULL) {
  ai <- d[[a]]; ci <- d[[c]]
  bi <- if (is.null(n1)) d[[b]] else d[[n1]] - ai
  di <- if (is.null(n2)) d[[e]] else d[[n2]] - ci
  keep <- complete.cases(ai, bi, ci, di)
  list(ai = ai[keep], bi = bi[keep], ci = ci[keep], di = di[keep])
}
sets <- list(
  bcg = tables(dat.bcg, "tpos", "tneg", "cpos", "cneg"),
  nielweise2007 = tables(dat.nielweise2007, "ai", NULL, "ci", NULL, "n1i", "n2i"),
  yusuf1985 = tables(subset(dat.yusuf1985, table == 6), "ai", NULL, "ci", NULL, "n1i", "n2i"),
  collins1985a = tables(dat.collins1985a, "b.xti", NULL, "b.xci", NULL, "nti", "nci"),
  collins1985b = tables(dat.collins1985b, "pre.xti", NULL, "pre.xci", NULL, "pre.nti", "pre.nci"),
  hine1989 = tables(dat.hine1989, "ai", NULL, "ci", NULL, "n1i", "n2i"),
  li2007 = tables(dat.li2007, "ai", NULL, "ci", NULL, "n1i", "n2i"),
  linde2005 = tables(dat.linde2005, "ai", NULL, "ci", NULL, "n1i", "n2i"),
  axfors2021 = tables(dat.axfors2021, "hcq_arm_event", NULL, "control_arm_event", NULL,
                      "hcq_arm_total", "control_arm_total"),
  # sparse tables with every kind of empty cell
  sparse = list(ai = c(0, 2, 0, 5, 0, 3, 1), bi = c(20, 30, 15, 0, 44, 0, 11),
                ci = c(3, 0, 0, 4, 0, 6, 2), di = c(19, 28, 16, 2, 40, 0, 9))
)
rates <- list(
  nielweise2008 = with(dat.nielweise2008, list(x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i)),
  hart1999 = with(dat.hart1999, list(x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i))
)

fields <- function(r) list(
  estimate = c(r$beta), se = r$se, statistic = r$zval, p_value = r$pval,
  ci = c(r$ci.lb, r$ci.ub), q = r$QE, q_p = r$QEp, i2 = r$I2 / 100, h2 = r$H2,
  weights = unname(ifelse(is.na(weights(r)), 0, weights(r))) / 100)
mh <- function(measure, x) {
  args <- c(list(measure = measure), x)
  r <- suppressWarnings(do.call(rma.mh, args))
  r0 <- suppressWarnings(do.call(rma.mh, c(args, correct = FALSE)))
  c(fields(r), list(cmh = c(r0$MH, r0$MHp), cmh_corrected = c(r$MH, r$MHp),
                    breslow_day = c(r$BD, r$BDp), tarone = c(r$TA, r$TAp), k_pos = r$k.pos))
}
out <- list(metafor = as.character(packageVersion("metafor")), R = R.version.string)
out$tables <- lapply(sets, function(x) {
  array3 <- with(x, array(rbind(ai, ci, bi, di), c(2, 2, length(ai))))
  alive <- apply(array3, 3, function(t) all(rowSums(t) > 0) && all(colSums(t) > 0))
  cmh <- mantelhaen.test(array3[, , alive], correct = TRUE)
  list(data = x, OR = mh("OR", x), RR = mh("RR", x), RD = mh("RD", x),
       PETO = fields(suppressWarnings(do.call(rma.peto, x))),
       base_r_cmh = c(unname(cmh$statistic), cmh$p.value))
})
out$rates <- lapply(rates, function(x) list(data = x, IRR = mh("IRR", x), IRD = mh("IRD", x)))
write_json(out, "tests/reference/mh.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE, na = "null")
