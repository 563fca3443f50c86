# Reference values of leave1out() of rma.uni.
# Run: Rscript tests/reference/leave1out.R   (writes leave1out.json beside it)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
fits <- list()
for (name in c("bcg", "li2007", "normand1999", "hackshaw1998", "raudenbush1985", "pritz1997"))
  for (method in c("REML", "DL", "PM", "EE")) for (test in if (method == "EE") "z" else c("z", "knha")) {
    s <- sets[[name]]
    one <- unclass(leave1out(closest(s$yi, s$vi, method = method, test = test)))
    keep <- intersect(c("estimate", "se", "zval", "tval", "pval", "ci.lb", "ci.ub", "Q", "Qp", "tau2", "I2", "H2"), names(one))
    fits[[length(fits) + 1]] <- list(set = name, method = method, test = test, rows = lapply(one[keep], as.numeric))
  }
save_reference(list(fits = fits))
