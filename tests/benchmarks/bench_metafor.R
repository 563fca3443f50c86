# Seconds that metafor takes for a full result: fit, Q-profile interval, prediction interval.
# Run: Rscript bench_metafor.R data.csv repetitions   (data.csv: columns yi, vi; prints the least)
suppressMessages(library(metafor))
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1])
full <- function() {
  res <- rma(yi, vi, data = d, method = "REML", test = "knha")
  list(confint(res, type = "QP"), predict(res), weights(res))
}
invisible(full())
seconds <- replicate(as.integer(arguments[2]), system.time(full(), gcFirst = FALSE)["elapsed"])
if (min(seconds) < 0.05) {
  n <- 20
  seconds <- replicate(5, system.time(for (i in 1:n) full(), gcFirst = FALSE)["elapsed"] / n)
}
cat(min(seconds), "\n")
