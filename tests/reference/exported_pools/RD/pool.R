# Pools every line of effects.csv by metafor and compares it with metasyn's numbers in pooled.csv.
#   Rscript pool.R
suppressMessages(library(metafor))

read <- function(file) {
  read.csv(file, fileEncoding = "UTF-8", na.strings = "", colClasses = c(group = "character"))
}
effects <- read("effects.csv")
pooled <- read("pooled.csv")

# metafor's default tolerances are absolute; these are tight.
tight <- list(threshold = 1e-14, maxiter = 10000)

pool_line <- function(group) {
  rows <- effects[effects$group == group, ]
  es <- with(rows, escalc(measure = "RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, slab = slab))
  stopifnot(all.equal(c(es$yi), rows$yi, tolerance = 1e-9),
            all.equal(c(es$vi), rows$vi, tolerance = 1e-9))
  fit <- rma(yi, vi, data = es, method = "REML", test = "knha", control = tight)
  data.frame(k = fit$k, estimate = c(fit$beta), se = fit$se, ci_low = fit$ci.lb,
             ci_high = fit$ci.ub, tau2 = fit$tau2, q = fit$QE)
}

if (nrow(pooled) == 0) {
  cat("No line has enough studies to be pooled.\n")
} else {
  found <- do.call(rbind, lapply(pooled$group, pool_line))
  expected <- as.matrix(pooled[names(found)])
  differences <- abs(as.matrix(found) - expected) / pmax(1, abs(expected))
  print(cbind(pooled["label"], found), digits = 6, row.names = FALSE)
  largest <- max(differences)
  if (is.na(largest) || largest > 1e-6) stop("metafor and metasyn differ by ", largest)
  cat("\nmetafor agrees with metasyn; the largest difference is", signif(largest, 2), "\n")
}
