# Profile likelihood intervals of binomial-normal models, from lme4's marginal deviance.
# Run: Rscript tests/reference/glmm_profile.R   (writes glmm_profile.json beside this script)
#
# The effect enters as an offset, glmer (nAGQ = 25) maximises over everything else, and uniroot finds
# where the deviance lies qchisq(level, 1) above its minimum. "confint" is lme4's own profile, read
# off a spline through few points, where it is found at all: it checks the definition, not the digits.
suppressMessages({library(lme4); library(metadat); library(jsonlite)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))

tight <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.1, rhoend = 1e-9, maxfun = 1e6),
                      tolPwrss = 1e-9, calc.derivs = FALSE, check.conv.singular = "ignore")
fit <- function(formula, data, shift) {
  data$shift <- shift
  suppressWarnings(suppressMessages(
    glmer(formula, data = data, family = binomial, offset = shift, nAGQ = 25, control = tight)))
}
deviance_of <- function(model) -2 * as.numeric(logLik(model))

# free: formula with the effect; fixed: without it; carries: its column of the design matrix
profile_interval <- function(free, fixed, data, base, carries, term, level = 0.95) {
  full <- fit(free, data, base)
  estimate <- unname(fixef(full)[term]); se <- sqrt(vcov(full)[term, term])
  excess <- function(b) deviance_of(fit(fixed, data, base + carries * b)) - deviance_of(full) - qchisq(level, 1)
  limit <- function(side) uniroot(excess, estimate + side * se * c(1, 4), tol = 1e-9)$root
  usual <- tryCatch(suppressWarnings(suppressMessages(as.numeric(
    confint(full, parm = term, method = "profile", level = level)))), error = function(e) NULL)
  list(estimate = estimate, tau = unname(getME(full, "theta")), low = limit(-1), high = limit(1),
       level = level, confint = usual)
}

one_arm <- function(x, level) {
  x$study <- factor(seq_len(nrow(x)))
  nothing <- rep(0, nrow(x))
  profile_interval(cbind(xi, ni - xi) ~ 1 + (1 | study), cbind(xi, ni - xi) ~ 0 + (1 | study), x,
                   nothing, nothing + 1, "(Intercept)", level)
}
unconditional <- function(x, level) {
  k <- nrow(x)
  long <- with(x, data.frame(y = c(rbind(ai, ci)), m = c(rbind(bi, di)), treat = rep(c(1, 0), k),
                             half = rep(c(.5, -.5), k), study = factor(rep(seq_len(k), each = 2))))
  profile_interval(cbind(y, m) ~ 0 + treat + study + (0 + half | study),
                   cbind(y, m) ~ 0 + study + (0 + half | study), long, rep(0, 2 * k), long$treat,
                   "treat", level)
}
approximate <- function(x, level) {
  x$study <- factor(seq_len(nrow(x)))
  profile_interval(cbind(ai, ci) ~ 1 + (1 | study), cbind(ai, ci) ~ 0 + (1 | study), x,
                   with(x, log((ai + bi) / (ci + di))), rep(1, nrow(x)), "(Intercept)", level)
}

proportions <- list(
  pritz1997 = as.list(dat.pritz1997[c("xi", "ni")]),
  debruin2009 = as.list(dat.debruin2009[c("xi", "ni")]))
table_of <- function(ai, n1i, ci, n2i) list(ai = ai, bi = n1i - ai, ci = ci, di = n2i - ci)
tables <- list(
  nielweise2007 = with(dat.nielweise2007[dat.nielweise2007$ai + dat.nielweise2007$ci > 0, ],
                       table_of(ai, n1i, ci, n2i)),
  bcg = with(dat.bcg, list(ai = tpos, bi = tneg, ci = cpos, di = cneg)))

cases <- list()
keep <- function(model, data, answer) {
  message(model, " ", data)
  cases[[length(cases) + 1]] <<- c(list(model = model, data = data), answer)
}
for (name in names(proportions)) for (level in c(0.95, 0.8))
  keep("one-arm", name, one_arm(as.data.frame(proportions[[name]]), level))
for (name in names(tables)) {
  keep("UM.FS", name, unconditional(as.data.frame(tables[[name]]), 0.95))
  keep("CM.AL", name, approximate(as.data.frame(tables[[name]]), 0.95))
}
write_json(list(lme4 = as.character(packageVersion("lme4")), R = R.version.string,
                data = c(proportions, tables), cases = cases),
           file.path(here, "glmm_profile.json"), digits = I(17), auto_unbox = TRUE, pretty = TRUE,
           na = "null", null = "null")
