# Seconds that metafor takes: a set of a loop, a permutation of permutest, and gosh of 13 studies.
# Run: Rscript bench_batch_metafor.R sets.csv regression.csv   (prints three numbers)
# sets.csv: columns set, yi, vi; regression.csv: columns yi, vi, a, b
suppressMessages(library(metafor))
arguments <- commandArgs(TRUE)
sets <- split(read.csv(arguments[1]), ~ set)
regression <- read.csv(arguments[2])

fit <- function(d) rma(yi, vi, data = d, method = "REML", test = "knha")
invisible(fit(sets[[1]]))
loop <- system.time(for (d in sets) predict(fit(d)))["elapsed"] / length(sets)

res <- rma(yi, vi, mods = ~ a + b, data = regression, method = "REML", test = "knha")
permuted <- system.time(permutest(res, iter = 1000, progbar = FALSE))["elapsed"] / 1000

res <- rma(yi, vi, data = regression, method = "REML")
subsets <- 500
seen <- system.time(gosh(res, subsets = subsets, progbar = FALSE))["elapsed"] / subsets * 8191
cat(loop, permuted, seen, "\n")
