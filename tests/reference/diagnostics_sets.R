# Data sets, model grid and output of the references of the diagnostics; sourced by their scripts.
suppressMessages({library(metafor); library(jsonlite)})
read <- function(name) { data(list = name, package = "metadat", envir = environment()); get(name) }
numbers <- function(dat, columns = character()) {
  cells <- lapply(setNames(columns, columns), function(name) as.numeric(dat[[name]]))
  c(list(yi = as.numeric(dat$yi), vi = as.numeric(dat$vi)), cells)
}
cells <- c("ai", "bi", "ci", "di")
bcg <- read("dat.bcg")
names(bcg)[names(bcg) %in% c("tpos", "tneg", "cpos", "cneg")] <- cells
bcg <- escalc("RR", ai = ai, bi = bi, ci = ci, di = di, data = bcg)
bcg_or <- escalc("OR", ai = ai, bi = bi, ci = ci, di = di, data = bcg)
li <- read("dat.li2007")
li$bi <- li$n1i - li$ai; li$di <- li$n2i - li$ci
li <- escalc("OR", ai = ai, bi = bi, ci = ci, di = di, data = li)
normand <- escalc("MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i,
                  data = read("dat.normand1999"))
mcdaniel <- escalc("ZCOR", ri = ri, ni = ni, data = read("dat.mcdaniel1994"))
pritz <- escalc("PLO", xi = xi, ni = ni, data = read("dat.pritz1997"))
hackshaw <- read("dat.hackshaw1998")
raudenbush <- read("dat.raudenbush1985")
bangert <- subset(read("dat.bangertdrowns2004"), !is.na(length))
curtis <- escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i,
                 data = read("dat.curtis1998"))

sets <- list(
  bcg = c(numbers(bcg, c(cells, "year", "ablat")), list(measure = "RR", ni = bcg$ai + bcg$bi + bcg$ci + bcg$di)),
  bcg_or = c(numbers(bcg_or, c(cells, "year")), list(measure = "OR", ni = bcg$ai + bcg$bi + bcg$ci + bcg$di)),
  li2007 = c(numbers(li, c(cells, "year")), list(measure = "OR", ni = li$n1i + li$n2i)),
  normand1999 = c(numbers(normand, c("n1i", "n2i")), list(measure = "MD", ni = normand$n1i + normand$n2i)),
  hackshaw1998 = c(numbers(hackshaw, "year"), list(measure = "OR")),
  raudenbush1985 = c(numbers(raudenbush, c("n1i", "n2i", "weeks", "year")), list(measure = "SMD", ni = raudenbush$n1i + raudenbush$n2i)),
  bangertdrowns2004 = c(numbers(bangert, c("length", "year")), list(measure = "SMD", ni = bangert$ni)),
  pritz1997 = c(numbers(pritz), list(measure = "PLO", ni = pritz$ni)),
  mcdaniel1994 = c(numbers(mcdaniel), list(measure = "ZCOR", ni = mcdaniel$ni)),
  curtis1998 = c(numbers(curtis, c("n1i", "n2i")), list(measure = "SMD", ni = curtis$n1i + curtis$n2i))
)
sets <- lapply(sets, function(s) {
  keep <- Reduce(`&`, lapply(s[names(s) != "measure"], function(x) !is.na(x)))
  lapply(s, function(x) if (length(x) > 1) x[keep] else x)
})

# metafor's thresholds are absolute: take the tightest that it reaches
closest <- function(...) {
  for (threshold in c(1e-14, 1e-13, 1e-12, 1e-11, 1e-10)) {
    control <- list(threshold = threshold, tol = 1e-14, maxiter = 10000)
    res <- try(suppressWarnings(rma(..., control = control)), silent = TRUE)
    if (!inherits(res, "try-error")) return(res)
  }
  stop(res)
}
save_reference <- function(content) {
  file_arg <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
  versions <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                   metadat = as.character(packageVersion("metadat")))
  write_json(c(list(versions = versions, sets = sets), content), sub("[.]R$", ".json", normalizePath(file_arg)),
             digits = I(17), auto_unbox = TRUE, na = "null", null = "null", dataframe = "columns")
}
