# Runs the scripts that metasyn exported with their data, tests/reference/exported_pools/*/pool.R.
#   Rscript tests/reference/exported_pools.R      writes tests/reference/exported_pools.json
# Each script stops by itself where metafor differs from metasyn.
suppressMessages({library(metafor); library(jsonlite)})

run <- function(measure) {
  home <- setwd(file.path("tests/reference/exported_pools", measure))
  on.exit(setwd(home))
  space <- new.env()
  sys.source("pool.R", space)
  cbind(group = space$pooled$group, space$found)
}
measures <- c("PLO", "RR", "OR", "RD")
pools <- setNames(lapply(measures, run), measures)
write_json(list(metafor = as.character(packageVersion("metafor")), pools = pools),
           "tests/reference/exported_pools.json", digits = NA, pretty = TRUE, auto_unbox = TRUE)
