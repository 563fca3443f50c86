# Reference values of selmodel() of rma.uni: every type, with steps, precision, fixed weights and moderators.
# Step functions and small sets are fitted by two optimisers with tight control; the likelihoods of both are recorded.
# Run: Rscript tests/reference/selmodel.R   (writes selmodel.json beside it; takes some minutes)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
baskerville <- read("dat.baskerville2012")
baskerville$yi <- baskerville$smd
baskerville$vi <- baskerville$se^2
cohen <- escalc("ZCOR", ri = ri, ni = ni, data = read("dat.cohen1981"))
hahn <- escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = read("dat.hahn2001"), drop00 = TRUE)
hahn <- subset(hahn, !is.na(yi))
lehmann <- read("dat.lehmann2018")
sets <- c(sets[c("bcg", "hackshaw1998", "raudenbush1985", "bangertdrowns2004")], list(
  baskerville2012 = c(numbers(baskerville, "blind"), list(measure = "SMD")),
  cohen1981 = c(numbers(cohen), list(measure = "ZCOR", ni = cohen$ni)),
  hahn2001 = c(numbers(hahn), list(measure = "OR", ni = hahn$n1i + hahn$n2i)),
  lehmann2018 = c(numbers(lehmann), list(measure = "SMD"))
))
table1 <- data.frame( # Vevea and Woods 2005, Table 1, as the help page of selmodel gives it
  steps = c(0.005, 0.01, 0.05, 0.10, 0.25, 0.35, 0.50, 0.65, 0.75, 0.90, 0.95, 0.99, 0.995, 1),
  mod_1 = c(1, 0.99, 0.95, 0.80, 0.75, 0.65, 0.60, 0.55, 0.50, 0.50, 0.50, 0.50, 0.50, 0.50),
  sev_1 = c(1, 0.99, 0.90, 0.75, 0.60, 0.50, 0.40, 0.35, 0.30, 0.25, 0.10, 0.10, 0.10, 0.10),
  mod_2 = c(1, 0.99, 0.95, 0.90, 0.80, 0.75, 0.60, 0.60, 0.75, 0.80, 0.90, 0.95, 0.99, 1.00),
  sev_2 = c(1, 0.99, 0.90, 0.75, 0.60, 0.50, 0.25, 0.25, 0.50, 0.60, 0.75, 0.90, 0.99, 1.00))

optimisers <- list(
  nlminb = list(optimizer = "nlminb", rel.tol = 1e-10, iter.max = 300, eval.max = 600),
  BFGS = list(optimizer = "BFGS", reltol = 1e-13, maxit = 300))
integration <- list(rel.tol = 1e-9, subdivisions = 1000)

fit_one <- function(set, method, type, alternative = "greater", steps = NULL, prec = NULL, delta = NULL, mods = NULL) {
  s <- sets[[set]]
  given <- list(s$yi, s$vi, method = method)
  if (!is.null(mods)) given$mods <- do.call(cbind, s[mods])
  if (!is.null(s[["ni"]])) given$ni <- s[["ni"]]
  unadjusted <- do.call(closest, given)
  call <- function(optimiser, ...) {
    args <- list(unadjusted, type = type, alternative = alternative, control = c(list(intCtrl = integration), optimiser), ...)
    if (!is.null(steps)) args$steps <- steps
    if (!is.null(prec)) args$prec <- prec
    if (!is.null(delta)) args$delta <- delta
    if (type == "stepfun" && !is.null(delta)) args$defmap <- TRUE
    try(suppressWarnings(do.call(selmodel, args)), silent = TRUE)
  }
  record <- list(set = set, method = method, type = type, alternative = alternative, steps = I(as.numeric(steps)),
                 prec = prec, delta_fixed = I(as.numeric(delta)), moderators = I(as.character(mods)))
  stepwise <- type == "stepfun"
  out <- call(optimisers$nlminb, skiphet = !stepwise)
  again <- if (length(delta) <= 2 && (stepwise || length(s$yi) <= 15)) call(optimisers$BFGS, skiphes = TRUE, skiphet = TRUE)
  ll_of <- function(x) if (inherits(x, "rma")) c(x$ll)
  lls <- list(nlminb = ll_of(out), BFGS = ll_of(again))
  cat(set, method, type, alternative, steps, prec, mods, ":", format(unlist(lls), digits = 12), "\n", file = stderr())
  if (inherits(out, "try-error") || isTRUE(lls$BFGS > lls$nlminb + 1e-7)) out <- call(optimisers$BFGS, skiphet = !stepwise)
  if (inherits(out, "try-error")) return(c(record, list(error = as.character(out))))
  reached <- Filter(Negate(is.null), lapply(lls, c))
  c(record, list(reached = reached, ll = c(out$ll), ll_unadjusted = c(out$ll0),
    beta = I(c(out$beta)), se = I(out$se), p = I(out$pval), ci_low = I(out$ci.lb), ci_high = I(out$ci.ub),
    tau2 = out$tau2, tau2_se = out$se.tau2, tau2_ci_low = out$ci.lb.tau2, tau2_ci_high = out$ci.ub.tau2,
    delta = I(out$delta), delta_se = I(out$se.delta), delta_p = I(out$pval.delta),
    delta_ci_low = I(out$ci.lb.delta), delta_ci_high = I(out$ci.ub.delta),
    lrt = out$LRT, lrt_df = out$LRTdf, lrt_p = out$LRTp, tau2_lrt = out$LRT.tau2, tau2_lrt_p = out$LRTp.tau2,
    counts = if (type == "stepfun") I(out$ptable$k) else NULL))
}

asked <- list()
add <- function(...) asked[[length(asked) + 1]] <<- list(...)
towards <- c(bcg = "less", hackshaw1998 = "greater", raudenbush1985 = "greater", bangertdrowns2004 = "greater",
             baskerville2012 = "greater", cohen1981 = "greater", hahn2001 = "less", lehmann2018 = "greater")
for (set in names(towards)) {
  side <- towards[[set]]
  for (steps in list(0.025, c(0.025, 0.5), c(0.05, 0.10, 0.5), c(0.1, 0.3))) add(set, "ML", "stepfun", side, steps)
  for (steps in list(0.05, c(0.1, 0.5))) add(set, "ML", "stepfun", "two.sided", steps)
  for (steps in list(0.025, c(0.025, 0.5))) add(set, "EE", "stepfun", side, steps)
  for (name in names(table1)[-1]) add(set, "ML", "stepfun", side, table1$steps, delta = table1[[name]])
}
smooth <- c("halfnorm", "negexp", "logistic", "power", "beta")
for (type in smooth) {
  for (set in c("bcg", "raudenbush1985", "baskerville2012", "cohen1981")) add(set, "ML", type, towards[[set]])
  add("hahn2001", "EE", type, "less")
}
for (type in smooth[1:4]) add("bcg", "ML", type, "less", steps = 0.05)
add("baskerville2012", "EE", "negexp", "two.sided")
add("bcg", "ML", "power", "two.sided")
add("raudenbush1985", "ML", "negexp", "greater", prec = "sqrtninv")
add("raudenbush1985", "ML", "halfnorm", "greater", prec = "ninv")
add("baskerville2012", "ML", "logistic", "greater", prec = "vi")
add("cohen1981", "ML", "negexp", "greater", delta = 2)
add("baskerville2012", "ML", "stepfun", "greater", 0.025, mods = "blind")
add("bangertdrowns2004", "ML", "stepfun", "greater", 0.025, mods = "length")
add("bcg", "ML", "stepfun", "less", 0.025, mods = c("ablat", "year"))
add("hahn2001", "EE", "negexppow", "less")
fits <- parallel::mclapply(asked, function(args) do.call(fit_one, args), mc.cores = 4, mc.preschedule = FALSE)
save_reference(list(fits = fits))
