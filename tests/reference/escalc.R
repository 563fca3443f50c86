# Reference values of effect sizes: metafor's escalc() on metadat's data sets.
# Run: Rscript tests/reference/escalc.R   (writes escalc.json beside this script)
#
# Tetrachoric and bias-corrected correlations are computed here from their definitions, because
# metafor hands them to mvtnorm (with an optimiser of loose tolerance) and gsl.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
args <- commandArgs(trailingOnly = FALSE)
here <- dirname(sub("^--file=", "", args[grep("^--file=", args)]))

sets <- list()
cases <- list()
named <- function(options) setNames(options, as.character(names(options)))  # {} where empty
add_set <- function(name, frame) sets[[name]] <<- as.list(frame)

case <- function(measure, data, columns, ...) {
  options <- list(...)
  values <- lapply(columns, function(column) sets[[data]][[column]])
  result <- suppressWarnings(do.call(escalc, c(list(measure = measure), values, options)))
  cases[[length(cases) + 1]] <<- list(
    measure = measure, data = data, columns = columns,
    options = named(options), yi = as.numeric(result$yi), vi = as.numeric(result$vi))
}

# ------------------------------------------------------------------ data
bcg <- dat.bcg
add_set("bcg", with(bcg, data.frame(a = tpos, b = tneg, c = cpos, d = cneg,
                                    n1 = tpos + tneg, n2 = cpos + cneg)))
nw <- dat.nielweise2007
add_set("nielweise2007", with(nw, data.frame(a = ai, b = n1i - ai, c = ci, d = n2i - ci,
                                             n1 = n1i, n2 = n2i)))
add_set("zeros", data.frame(a = c(0, 4, 0, 7, 12, 3, NA, 9), b = c(20, 0, 15, 0, 30, 8, 5, 2),
                            c = c(0, 6, 3, 9, 0, 5, 2, 1), d = c(18, 3, 14, 0, 25, 0, 4, 11)))
bo <- dat.bourassa1996[1:15, ]
bo[c("lh.le", "lh.re", "rh.le", "rh.re")] <- lapply(bo[c("lh.le", "lh.re", "rh.le", "rh.re")], as.numeric)
add_set("bourassa1996", with(bo, data.frame(a = lh.le, b = lh.re, c = rh.le, d = rh.re)))
margins <- with(bo, data.frame(a = lh.le + lh.re, b = rh.le + rh.re, c = lh.le + rh.le,
                               d = lh.re + rh.re))
margins$r <- with(bo, (lh.le * rh.re - lh.re * rh.le) /
  sqrt((lh.le + lh.re) * (rh.le + rh.re) * (lh.le + rh.le) * (lh.re + rh.re)))
add_set("bourassa1996_margins", margins)
add_set("bcg_margins", with(bcg, data.frame(a = tpos, b = tneg, c = cpos, d = cneg,
                                            r = seq(-0.1, 0.02, length.out = 13))))
hart <- dat.hart1999
add_set("hart1999", hart[c("x1i", "x2i", "t1i", "t2i")])
n8 <- dat.nielweise2008
add_set("nielweise2008", n8[c("x1i", "x2i", "t1i", "t2i")])
add_set("zero_times", data.frame(x1i = c(0, 3, 0, 5, NA), x2i = c(0, 0, 4, 6, 2),
                                 t1i = c(100, 80, 55.5, 200, 10), t2i = c(90, 85, 60, 190, 12)))
normand <- dat.normand1999
normand$r <- seq(0.2, 0.8, length.out = 9)
normand$t <- seq(-2.5, 3, length.out = 9)
add_set("normand1999", normand[c("m1i", "m2i", "sd1i", "sd2i", "n1i", "n2i", "r", "t")])
curtis <- dat.curtis1998[1:40, ]
curtis$r <- seq(-0.3, 0.9, length.out = 40)
curtis$t <- seq(-4, 4, length.out = 40)
add_set("curtis1998", curtis[c("m1i", "m2i", "sd1i", "sd2i", "n1i", "n2i", "r", "t")])
gibson <- dat.gibson2002
add_set("gibson2002", gibson[c("m1i", "m2i", "sd1i", "sd2i", "n1i", "n2i")])
add_set("mcdaniel1994", dat.mcdaniel1994[c("ri", "ni")])
add_set("molloy2014", dat.molloy2014[c("ri", "ni")])
add_set("few", data.frame(ri = c(0.5, -0.2, 0.9, NA, 0.1), ni = c(3, 4, 5, 20, 2)))
add_set("aloe2013", with(dat.aloe2013, data.frame(n = n, t = tval, m = preds, r2 = R2)))
add_set("regressions", data.frame(n = c(30, 55, 120, 18), t = c(-2.1, 0.4, 3.3, NA),
                                  m = c(1, 4, 9, 3), r2 = c(0.3, 0.11, 0.52, 0.4)))
add_set("pritz1997", dat.pritz1997[c("xi", "ni")])
add_set("debruin2009", dat.debruin2009[c("xi", "ni")])
add_set("zero_shares", data.frame(xi = c(0, 5, 3, 0, NA, 1), ni = c(12, 5, 9, 40, 7, 1)))
add_set("bonett2010", dat.bonett2010[c("ai", "mi", "ni")])
add_set("alphas", data.frame(ai = c(0.4, 0.85, 0.99, NA, -0.2), mi = c(2, 5, 40, 8, 3),
                             ni = c(12, 300, 45, 60, 25)))
frank <- dat.frank2008
add_set("frank2008_cases", with(frank, data.frame(a = bc.ins.ins, b = bc.ins.del, c = bc.del.del)))
add_set("frank2008_controls", with(frank, data.frame(a = ct.ins.ins, b = ct.ins.del,
                                                     c = ct.del.del)))

# ------------------------------------------------------------------ 2x2 tables
cells <- list(ai = "a", bi = "b", ci = "c", di = "d")
sizes <- list(ai = "a", ci = "c", n1i = "n1", n2i = "n2")
zero_rules <- c(list(list()), unlist(lapply(c(FALSE, TRUE), function(drop) c(
  lapply(c("only0", "if0all", "all", "none"), function(to) list(add = 0.5, to = to, drop00 = drop)),
  list(list(add = 0.1, to = "only0", drop00 = drop), list(add = 0, to = "all", drop00 = drop)))),
  recursive = FALSE))
tables <- c("RR", "OR", "PETO", "RD", "AS", "PHI", "YUQ", "YUY", "PBIT", "OR2D", "OR2DN", "OR2DL")
paired <- c("MPRD", "MPRR", "MPOR", "MPORC", "MPPETO")
run <- function(measure, data, columns, options) {
  do.call(case, c(list(measure, data, columns), options))
}
for (measure in tables) {
  case(measure, "bcg", cells)
  case(measure, "bcg", sizes)
  for (data in c("nielweise2007", "zeros")) {
    for (rule in zero_rules) run(measure, data, cells, rule)
  }
}
for (data in c("bcg", "nielweise2007", "zeros")) {
  for (vtype in c("UB", "AV")) case("RD", data, cells, vtype = vtype)
  for (vtype in c("ST", "CS")) case("PHI", data, cells, vtype = vtype)
}
for (measure in paired) {
  for (data in c("bourassa1996", "nielweise2007")) case(measure, data, cells)
  for (rule in zero_rules) run(measure, "zeros", cells, rule)
}
for (data in c("bourassa1996_margins", "bcg_margins")) case("MPORM", data, c(cells, ri = "r"))

# ------------------------------------------------------------------ person-time
times <- list(x1i = "x1i", x2i = "x2i", t1i = "t1i", t2i = "t2i")
for (measure in c("IRR", "IRD", "IRSD")) {
  for (data in c("hart1999", "nielweise2008")) case(measure, data, times)
  for (rule in zero_rules) run(measure, "zero_times", times, rule)
}
one_time <- list(xi = "x1i", ti = "t1i")
single_rules <- Filter(function(rule) !isTRUE(rule$drop00), zero_rules)
for (measure in c("IR", "IRLN", "IRS", "IRFT")) {
  for (data in c("hart1999", "nielweise2008")) case(measure, data, one_time)
  for (rule in single_rules) run(measure, "zero_times", one_time, rule[names(rule) != "drop00"])
}

# ------------------------------------------------------------------ two groups, means
six <- list(m1i = "m1i", m2i = "m2i", sd1i = "sd1i", sd2i = "sd2i", n1i = "n1i", n2i = "n2i")
for (data in c("normand1999", "curtis1998", "gibson2002")) {
  for (vtype in c("LS", "UB", "HO")) case("MD", data, six, vtype = vtype)
  for (vtype in c("LS", "LS2", "UB", "AV")) case("SMD", data, six, vtype = vtype)
  for (vtype in c("LS", "LS2", "UB", "AV")) {
    case("SMD1", data, six[names(six) != "sd1i"], vtype = vtype)
  }
  for (measure in c("SMDH", "SMD1H", "RBIS", "D2OR", "D2ORN", "D2ORL", "CVR")) {
    case(measure, data, six)
  }
  case("VR", data, six[c("sd1i", "sd2i", "n1i", "n2i")])
  for (vtype in c("LS", "HO", "AV", "AVHO")) case("ROM", data, six, vtype = vtype)
  for (vtype in c("LS", "ST", "CS")) case("RPB", data, six, vtype = vtype)
}
for (data in c("normand1999", "curtis1998")) {
  case("SMD", data, list(ti = "t", n1i = "n1i", n2i = "n2i"))
  case("SMD", data, list(di = "t", n1i = "n1i", n2i = "n2i"))
}

# ------------------------------------------------------------------ correlations
for (data in c("mcdaniel1994", "molloy2014", "few")) {
  for (vtype in c("LS", "AV")) case("COR", data, list(ri = "ri", ni = "ni"), vtype = vtype)
  case("ZCOR", data, list(ri = "ri", ni = "ni"))
}
regression <- list(ti = "t", ni = "n", mi = "m")
for (data in c("aloe2013", "regressions")) {
  case("PCOR", data, regression)
  case("ZPCOR", data, regression)
  for (vtype in c("LS", "AV")) case("SPCOR", data, c(regression, r2i = "r2"), vtype = vtype)
}

# ------------------------------------------------------------------ one group
shares <- list(xi = "xi", ni = "ni")
for (measure in c("PR", "PLN", "PLO", "PAS", "PFT")) {
  for (data in c("pritz1997", "debruin2009")) case(measure, data, shares)
  for (rule in single_rules) run(measure, "zero_shares", shares, rule[names(rule) != "drop00"])
}
for (data in c("pritz1997", "debruin2009", "zero_shares")) {
  for (vtype in c("UB", "AV")) case("PR", data, shares, vtype = vtype)
  for (measure in c("PLN", "PLO")) case(measure, data, shares, vtype = "AV")
}
three <- list(mi = "m1i", sdi = "sd1i", ni = "n1i")
for (data in c("normand1999", "curtis1998")) {
  for (measure in c("MN", "SMN", "MNLN", "CVLN")) case(measure, data, three)
  case("SDLN", data, three[c("sdi", "ni")])
}

# ------------------------------------------------------------------ change
change <- list(m1i = "m1i", m2i = "m2i", sd1i = "sd1i", sd2i = "sd2i", ri = "r", ni = "n1i")
for (data in c("normand1999", "curtis1998")) {
  for (measure in c("MC", "SMCRH", "ROMC", "CVRC")) case(measure, data, change)
  case("VRC", data, change[c("sd1i", "sd2i", "ri", "ni")])
  for (vtype in c("LS", "LS2")) {
    case("SMCC", data, change, vtype = vtype)
    case("SMCR", data, change[names(change) != "sd2i"], vtype = vtype)
  }
}

# ------------------------------------------------------------------ reliability, genotypes
alphas <- list(ai = "ai", mi = "mi", ni = "ni")
for (measure in c("ARAW", "AHW", "ABT")) {
  for (data in c("bonett2010", "alphas")) case(measure, data, alphas)
}
for (data in c("frank2008_cases", "frank2008_controls")) {
  case("REH", data, list(ai = "a", bi = "b", ci = "c"))
}

# ------------------------------------------------------------------ from their definitions
record <- function(measure, data, columns, options, yi, vi) {
  cases[[length(cases) + 1]] <<- list(measure = measure, data = data, columns = columns,
                                      options = named(options), yi = yi, vi = vi)
}
joint <- function(h, k, r) {
  tails <- function(x) dnorm(x) * pnorm((k - r * x) / sqrt(1 - r^2))
  integrate(tails, -Inf, h, rel.tol = 1e-13, abs.tol = 1e-16, subdivisions = 2000)$value
}
tetrachoric <- function(a, b, c, d) {
  n <- a + b + c + d
  h <- qnorm((a + b) / n)
  k <- qnorm((a + c) / n)
  r <- uniroot(function(r) joint(h, k, r) - a / n, c(-0.9999, 0.9999), tol = 1e-15)$root
  shares <- function(par) {
    p <- joint(par[2], par[3], par[1])
    c(p, pnorm(par[2]) - p, pnorm(par[3]) - p, 1 - pnorm(par[2]) - pnorm(par[3]) + p)
  }
  slopes <- numDeriv::jacobian(shares, c(r, h, k), method.args = list(r = 8))
  information <- t(slopes) %*% (slopes * n^2 / c(a, b, c, d))  # saturated: observed = expected
  c(r, solve(information)[1, 1])
}
for (data in c("bcg", "bourassa1996")) {
  s <- sets[[data]]
  found <- mapply(tetrachoric, s$a, s$b, s$c, s$d)
  record("RTET", data, cells, list(), found[1, ], found[2, ])
}
hypergeometric <- function(a, b, c, x) {
  if (is.na(x) || is.na(c) || c <= a + b) return(NA_real_)
  weight <- function(t) t^(b - 1) * (1 - t)^(c - b - 1) * (1 - x * t)^(-a)
  smooth <- function(u) 2 * u * weight(u^2)
  integrate(smooth, 0, 1, rel.tol = 1e-13, subdivisions = 2000)$value / beta(b, c - b)
}
for (data in c("mcdaniel1994", "molloy2014")) {
  s <- sets[[data]]
  f <- mapply(function(r, n) hypergeometric(0.5, 0.5, (n - 2) / 2, 1 - r^2), s$ri, s$ni)
  g <- mapply(function(r, n) hypergeometric(1, 1, n / 2, 1 - r^2), s$ri, s$ni)
  r <- s$ri * f
  wanted <- list(ri = "ri", ni = "ni")
  record("UCOR", data, wanted, list(vtype = "LS"), r, (1 - r^2)^2 / (s$ni - 1))
  mean_r <- sum(r * s$ni) / sum(s$ni)
  record("UCOR", data, wanted, list(vtype = "AV"), r, (1 - mean_r^2)^2 / (s$ni - 1))
  exact <- r^2 - (1 - (s$ni - 3) / (s$ni - 2) * (1 - s$ri^2) * g)
  record("UCOR", data, wanted, list(vtype = "UB"), r, exact)
}

# ------------------------------------------------------------------ display scales
x <- c(-0.3, 0, 0.05, 0.4, 0.9, 1.2, 1.55, 1.7)
n <- c(10, 25, 300, 7, 40, 1, 60, 12)
transforms <- list(
  x = x, n = n,
  PFT = transf.ipft(x, n), PFT_harmonic = sapply(x, transf.ipft.hm, targs = list(ni = n)),
  IRFT = transf.iirft(x, n), PAS = transf.iarcsin(x), PLO = transf.ilogit(x),
  ZCOR = transf.ztor(x), IRS = transf.isqrt(x), RR = exp(x))

write_json(
  list(metafor = as.character(packageVersion("metafor")),
       metadat = as.character(packageVersion("metadat")),
       data = sets, cases = cases, transforms = transforms),
  file.path(here, "escalc.json"), digits = 17, auto_unbox = TRUE, na = "null", null = "null")
