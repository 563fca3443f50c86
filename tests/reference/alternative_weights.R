# Henmi-Copas intervals by metafor's hc(), with a tight root.
#   Rscript tests/reference/alternative_weights.R    writes tests/reference/alternative_weights.json
# hc() looks for its root below 2 and so fails at 99%; it integrates to 1.2e-4 relative, in fact to 1e-8 here.
suppressMessages({library(metafor); library(jsonlite)})
sets <- list(
  bcg_rr = escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  bcg_or = escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  hackshaw1998 = dat.hackshaw1998,
  li2007 = escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007),
  hine1989 = escalc(measure = "RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hine1989),
  normand1999 = escalc(measure = "MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i,
                       data = dat.normand1999),
  two = data.frame(yi = c(.2, .9), vi = c(.04, .09))
)
out <- list(metafor = as.character(packageVersion("metafor")), R = R.version.string)
out$sets <- lapply(sets, function(d) {
  r <- rma(yi, vi, data = d, method = "DL")
  h <- lapply(c(80, 90, 95), function(level) {
    x <- hc(rma(yi, vi, data = d, method = "DL", level = level), control = list(tol = 1e-14))
    list(level = level / 100, ci = c(x$ci.lb, x$ci.ub), estimate = c(x$beta), se = c(x$se), tau2 = x$tau2)
  })
  # IVhet: common-effect weights given to rma() as user weights keep their variance under tau2
  v <- rma(yi, vi, data = d, method = "DL", weights = 1 / vi)
  list(yi = c(d$yi), vi = c(d$vi), hc = h, q = r$QE, i2 = r$I2 / 100,
       ivhet = list(estimate = c(v$beta), se = v$se, ci = c(v$ci.lb, v$ci.ub), p_value = v$pval))
})
write_json(out, "tests/reference/alternative_weights.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE)
