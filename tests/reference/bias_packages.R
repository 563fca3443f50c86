# Copas model and limit meta-analysis by metasens, p-uniform* by puniform, p-curve by dmetar: the packages' own defaults.
# Run: Rscript tests/reference/bias_packages.R [folder]   (writes bias_packages.json beside it)
# Functions of packages that are not installed are read from .R files in the folder. The values here were made so: the
# computations were retyped from the packages' sources, copas() and limitmeta() of metasens 1.5-2 on a DerSimonian-Laird fit,
# puniform's maximum and profiles (esest_nsig.R, commit 0a2abab; own starting values) for estimates and variances, and dmetar's
# pcurve() (pcurve2.R, commit 17a76a3) before it rounds. With the packages installed the same call takes theirs.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "diagnostics_sets.R"))
for (package in c("meta", "metasens", "puniform", "dmetar")) if (requireNamespace(package, quietly = TRUE)) library(package, character.only = TRUE)
for (file in list.files(commandArgs(TRUE)[1], full.names = TRUE)) source(file)

counts <- function(ai, n1i, ci, n2i) numbers(escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i))
# Fleiss 1993, Stat Methods Med Res 2:121: aspirin after myocardial infarction; data of copas() in its manual
fleiss1993 <- counts(c(49, 44, 102, 32, 85, 246, 1570), c(615, 758, 832, 317, 810, 2267, 8587),
                     c(67, 64, 126, 38, 52, 219, 1720), c(624, 771, 850, 309, 406, 2257, 8600))
# Moore et al. 1998, BMJ 316:333: topical non-steroidals in acute pain; data of limitmeta() in its manual
moore1998 <- counts(
  c(23, 69, 79, 35, 10, 23, 20, 35, 56, 28, 10, 44, 21, 17, 34, 25, 38, 85, 53, 16, 18, 6, 26, 41, 33, 30, 18, 22, 18, 39, 30, 11, 44, 67, 24, 7, 21),
  c(30, 123, 102, 49, 15, 50, 32, 50, 84, 40, 23, 92, 50, 20, 42, 30, 60, 118, 64, 20, 30, 12, 32, 84, 46, 38, 20, 26, 21, 51, 30, 13, 90, 83, 29, 10, 25),
  c(10, 54, 45, 13, 2, 13, 9, 40, 33, 16, 3, 40, 19, 3, 11, 13, 27, 46, 52, 6, 5, 0, 13, 33, 13, 22, 13, 14, 13, 9, 19, 0, 40, 38, 14, 1, 12),
  c(30, 116, 102, 42, 15, 50, 24, 50, 84, 40, 24, 89, 50, 20, 40, 30, 60, 113, 66, 20, 30, 12, 28, 84, 42, 36, 22, 26, 22, 47, 30, 12, 89, 86, 27, 10, 25))
used <- c(sets[c("bcg", "li2007", "hackshaw1998", "raudenbush1985")], list(fleiss1993 = fleiss1993, moore1998 = moore1998))

one <- function(s) {
  x <- metagen(s$yi, sqrt(s$vi), method.tau = "DL")
  cop <- copas(x)
  limits <- lapply(setNames(nm = c("beta0", "betalim", "mulim")), function(m) limitmeta(x, method.adjust = m)[c("TE.adjust", "seTE.adjust")])
  lim <- limitmeta(x)
  star <- puni_star(yi = s$yi, vi = s$vi, side = if (x$TE.random < 0) "left" else "right")
  # pcurve() stops at two significant results
  curve <- try(pcurve(data.frame(TE = s$yi, seTE = sqrt(s$vi), studlab = seq_along(s$yi))), silent = TRUE)
  list(copas = cop[c("left", "gamma0.slope", "gamma1.slope", "TE.contour", "TE.slope", "seTE.slope", "rho.slope", "tau.slope",
       "publprob", "pval.rsb", "N.unpubl")], limits = limits, limit = lim[c("TE.limit", "Q.small", "Q.resid", "G.squared")],
       p_uniform = star[c("est", "ci.lb", "ci.ub", "L.0", "tau2", "tau2.lb", "tau2.ub", "L.het")],
       p_curve = if (is.list(curve)) list(results = as.list(curve$pcurveResults), power = as.list(curve$Power), significant = curve$kAnalyzed))
}
sets <- lapply(used, `[`, c("yi", "vi"))
save_reference(list(results = suppressWarnings(lapply(used, one))))
