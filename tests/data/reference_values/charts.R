# Expected values of the chart and funnel tests, by base R and metafor.
# Run in this directory: Rscript charts.R
options(digits = 15)
save <- function(table, file) write.csv(table, file, row.names = FALSE, quote = FALSE)

# Funnel limits: quantiles (conservative) and Spiegelhalter 2005, appendix A.1 (interpolated)
cases <- expand.grid(n = c(1, 7, 25, 60, 333, 2000), centre = c(0.004, 0.02, 0.3, 0.95),
                     level = c(0.95, 0.998), kind = c("proporsi", "laju"), stringsAsFactors = FALSE)
one <- function(n, centre, level, kind, p) {
  q <- if (kind == "proporsi") function(p) qbinom(p, n, centre) else function(p) qpois(p, n * centre)
  f <- if (kind == "proporsi") function(r) pbinom(r, n, centre) else function(r) ppois(r, n * centre)
  r <- q(p)
  a <- (f(r) - p) / (f(r) - f(r - 1))
  c(r / n, max(r - a, 0) / n)
}
limits <- t(mapply(function(n, centre, level, kind) {
  low <- one(n, centre, level, kind, (1 - level) / 2)
  high <- one(n, centre, level, kind, (1 + level) / 2)
  c(low[1], high[1], low[2], high[2])
}, cases$n, cases$centre, cases$level, cases$kind))
colnames(limits) <- c("lower", "upper", "lower_interpolated", "upper_interpolated")
save(cbind(cases, limits), "funnel_limits.csv")

# Overdispersion of 14 invented facilities
y <- c(3, 5, 12, 1, 0, 22, 9, 4, 30, 2, 7, 15, 6, 40)
n <- c(150, 210, 330, 95, 60, 410, 280, 190, 520, 140, 260, 300, 240, 610)
overdispersion <- function(z, s, q) {
  limit <- quantile(z, c(q, 1 - q))
  w <- 1 / s^2
  phi <- mean(pmin(pmax(z, limit[1]), limit[2])^2)
  i <- length(z)
  c(phi, max(0, (i * phi - (i - 1)) / (sum(w) - sum(w^2) / sum(w))))
}
table <- NULL
for (kind in c("proporsi", "laju")) for (q in c(0, 0.05, 0.1, 0.2)) {
  centre <- sum(y) / sum(n)
  if (kind == "proporsi") {
    s <- 1 / (2 * sqrt(n)); z <- (asin(sqrt(y / n)) - asin(sqrt(centre))) / s
  } else {
    s <- 1 / (2 * sqrt(n * centre)); z <- (sqrt(y / (n * centre)) - 1) / s
  }
  o <- overdispersion(z, s, q)
  h <- qnorm(0.999) * sqrt(s[1]^2 + o[2])
  edge <- if (kind == "proporsi") sin(c(max(asin(sqrt(centre)) - h, 0), asin(sqrt(centre)) + h))^2 else
    centre * c(max(1 - h, 0), 1 + h)^2
  table <- rbind(table, data.frame(kind, winsor = q, phi = o[1], tau2 = o[2], lower998_first = edge[1], upper998_first = edge[2]))
}
save(table, "funnel_overdispersion.csv")

# DerSimonian-Laird variance of the BCG trials (Colditz 1994), metafor dat.bcg
suppressMessages(library(metafor))
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
r <- rma(yi, vi, data = bcg, method = "DL")
save(data.frame(estimate = as.numeric(bcg$yi), variance = as.numeric(bcg$vi), tau2 = r$tau2), "dersimonian_laird.csv")

# Laney's p' by its definition, 1.128 as printed; invented months with large denominators
x <- c(14210, 14630, 14105, 15230, 15010, 14480, 13990, 14875, 15420, 14950, 14320, 14760, 15105, 14010)
m <- c(98500, 99800, 97600, 101200, 100900, 98800, 97100, 99900, 102300, 100700, 98200, 99400, 101000, 97500)
centre <- sum(x) / sum(m)
s <- sqrt(centre * (1 - centre) / m)
z <- (x / m - centre) / s
sigma_z <- mean(abs(diff(z))) / 1.128
save(data.frame(numerator = x, denominator = m, centre, sigma_z, lower = centre - 3 * s * sigma_z,
                upper = centre + 3 * s * sigma_z), "laney.csv")

# Exact intervals of shares with few events: binom.test
events <- c(0, 1, 3, 2, 7); trials <- c(40, 35, 60, 2, 90)
save(data.frame(numerator = events, denominator = trials,
                t(mapply(function(a, b) setNames(binom.test(a, b)$conf.int, c("lower", "upper")), events, trials))),
     "exact_shares.csv")
