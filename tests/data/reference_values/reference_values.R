# Writes the CSV files beside it with base R only: Rscript reference_values.R (in this folder).
options(digits = 17, warn = -1)
save <- function(d, name) write.csv(format(d, digits = 15, trim = TRUE), name, row.names = FALSE, quote = FALSE)
rows <- function(f, ...) do.call(rbind, Map(f, ...))

# One proportion: binom.test (Clopper-Pearson) and prop.test (Wilson)
g <- data.frame(k = c(0, 0, 1, 3, 7, 10, 29, 81, 148, 345), n = c(1, 20, 29, 3, 10, 10, 60, 263, 149, 345))
g <- rbind(cbind(g, level = 0.95), cbind(g, level = 0.998))
save(rows(function(k, n, level) {
  exact <- binom.test(k, n, conf.level = level)$conf.int
  wilson <- prop.test(k, n, conf.level = level, correct = FALSE)$conf.int
  data.frame(k, n, level, exact_lower = exact[1], exact_upper = exact[2],
             wilson_lower = wilson[1], wilson_upper = wilson[2])
}, g$k, g$n, g$level), "proportion.csv")

# Rate: poisson.test below 10 events; Byar's formula (Breslow and Day 1987, p. 69) from 10
g <- expand.grid(events = c(0, 1, 4, 9, 10, 48, 900), exposure = c(250, 12345.5), level = c(0.95, 0.998))
save(rows(function(events, exposure, level) {
  z <- qnorm((1 + level) / 2)
  limits <- if (events < 10) poisson.test(events, exposure, conf.level = level)$conf.int else
    c(events * (1 - 1 / (9 * events) - z / (3 * sqrt(events)))^3,
      (events + 1) * (1 - 1 / (9 * (events + 1)) + z / (3 * sqrt(events + 1)))^3) / exposure
  data.frame(events, exposure, level, lower = 1000 * limits[1], upper = 1000 * limits[2])
}, g$events, g$exposure, g$level), "rate.csv")

# Two independent proportions: prop.test, fisher.test
k1 <- c(56, 9, 6, 5, 0, 0, 10, 0, 3, 1200, 250, 12); n1 <- c(70, 10, 7, 56, 10, 10, 10, 25, 40, 30000, 345, 400)
k2 <- c(48, 3, 2, 0, 0, 1, 0, 0, 9, 1350, 270, 25); n2 <- c(80, 10, 7, 29, 20, 10, 20, 30, 35, 31000, 340, 390)
save(rows(function(k1, n1, k2, n2) {
  fisher <- fisher.test(matrix(c(k1, n1 - k1, k2, n2 - k2), 2, byrow = TRUE))$p.value
  pooled <- prop.test(c(k1, k2), c(n1, n2), correct = FALSE)$p.value
  data.frame(k_before = k1, n_before = n1, k_after = k2, n_after = n2, p_fisher = fisher, p_chi_square = pooled)
}, k1, n1, k2, n2), "two_proportions.csv")

# Two Poisson rates: poisson.test(c(after, before), c(after_of, before_of))
x1 <- c(5, 0, 12, 900, 150, 3, 1500); t1 <- c(100, 200, 1000, 6000, 1000, 20.5, 10000)
x2 <- c(11, 4, 0, 1010, 150, 9, 1400); t2 <- c(120, 210, 900, 6100, 1000, 30.5, 10200)
save(rows(function(x1, t1, x2, t2) {
  r <- poisson.test(c(x2, x1), c(t2, t1))
  data.frame(before = x1, before_of = t1, after = x2, after_of = t2, ratio = unname(r$estimate),
             lower = r$conf.int[1], upper = r$conf.int[2], p = r$p.value)
}, x1, t1, x2, t2), "two_rates.csv")

# McNemar: binom.test on the discordant pairs; mid-p by pbinom and dbinom; mcnemar.test(correct = FALSE)
rose <- c(7, 8, 6, 9, 25, 3, 1, 40, 0); fell <- c(1, 1, 0, 3, 28, 2, 0, 22, 5)
save(rows(function(rose, fell) {
  n <- rose + fell
  one_sided <- pbinom(min(rose, fell), n, 0.5)
  data.frame(rose, fell, exact = binom.test(rose, n)$p.value,
             mid_p = 2 * (one_sided - dbinom(min(rose, fell), n, 0.5) / 2),
             asymptotic = mcnemar.test(matrix(c(10, rose, fell, 10), 2), correct = FALSE)$p.value)
}, rose, fell), "mcnemar.csv")

# Tango's interval without his formula: the multinomial likelihood is maximised numerically at each difference, and the
# points are sought where the standardised difference is +-z.
tango <- function(rose, fell, n, level) {
  z <- qnorm((1 + level) / 2)
  score <- function(d) {
    loglik <- function(q) { # q: probability to fall; q + d: to rise
      part <- function(x, p) if (x == 0) 0 else x * log(p)
      part(rose, q + d) + part(fell, q) + part(n - rose - fell, 1 - 2 * q - d)
    }
    ends <- c(max(0, -d), (1 - d) / 2)
    inside <- optimize(loglik, ends, maximum = TRUE, tol = 1e-15)$maximum
    # polish: optimize is exact to about 1e-8 only, so solve for a zero derivative
    slope <- function(q) (if (rose) rose / (q + d) else 0) + (if (fell) fell / q else 0) -
      (if (n > rose + fell) 2 * (n - rose - fell) / (1 - 2 * q - d) else 0)
    near <- pmin(pmax(inside + c(-1, 1) * 1e-5, ends[1] + 1e-15), ends[2] - 1e-15)
    q <- if (slope(near[1]) * slope(near[2]) < 0) uniroot(slope, near, tol = 1e-16)$root else
      ends[which.max(sapply(ends, loglik))]
    (rose - fell - n * d) / sqrt(n * (2 * q + d - d^2))
  }
  at <- (rose - fell) / n
  c(uniroot(function(d) score(d) - z, c(-1 + 1e-9, at - 1e-9), tol = 1e-13)$root,
    uniroot(function(d) score(d) + z, c(at + 1e-9, 1 - 1e-9), tol = 1e-13)$root)
}
g <- data.frame(rose = c(1, 9, 28, 12, 5, 40), fell = c(7, 3, 25, 4, 5, 22), n = c(21, 32, 618, 60, 30, 345))
g <- rbind(cbind(g, level = 0.95), cbind(g, level = 0.998))
save(rows(function(rose, fell, n, level) {
  limits <- tango(rose, fell, n, level)
  data.frame(rose, fell, n, level, lower = limits[1], upper = limits[2])
}, g$rose, g$fell, g$n, g$level), "tango.csv")

# Wilcoxon signed rank: wilcox.test(after, before, paired = TRUE, conf.int = TRUE, tol.root = 1e-12)
values <- list(
  sleep = list(sleep$extra[1:10], sleep$extra[11:20]),                                       # ties and a zero
  depression = list(c(1.83, .50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30),                  # Hollander and Wolfe, p. 29
                    c(.878, .647, .598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)),
  five = list(c(1, 2, 3, 4, 5), c(2, 4, 6, 9, 11)),
  ties = list(c(10, 12, 15, 11, 9, 14, 13, 8, 10), c(13, 12, 18, 14, 8, 20, 15, 9, 14) + .5),
  zeros = list(c(5, 7, 9, 4, 6, 8, 3, 10, 12, 2, 1), c(5, 8, 12, 3, 11, 8, 10, 19, 10, 8, 12)),
  large = list(100 + 30 * sin(1:61), 104 + 33 * sin(1:61 + .3) + (1:61 %% 7) / 3),
  twenty = list(140 + 20 * cos(1:21), 143 + 22 * cos(1:21 + .2) + sqrt(1:21)))
# Whole numbers with ties; odd numbers of means of pairs only, since R's estimate is some point of an interval otherwise
for (i in 1:40) {
  d <- round(4 * sin(1.3 * i * (1:(9 + i %% 13))) + 1.5)
  moved <- sum(d != 0)
  if (moved > 8 && (moved * (moved + 1) / 2) %% 2 == 1) values[[paste0("tied_", i)]] <- list(0 * d, d)
}
save(do.call(rbind, lapply(names(values), function(name) do.call(rbind, lapply(c(0.95, 0.998), function(level) {
  b <- round(values[[name]][[1]], 6); a <- round(values[[name]][[2]], 6)
  d <- round(a - b, 9)
  if (level == 0.998 && length(d) < 12) return(NULL)
  r <- wilcox.test(d, conf.int = TRUE, conf.level = level, tol.root = 1e-12)
  if (attr(r$conf.int, "conf.level") < level) return(NULL) # R fell back to a lower level
  data.frame(name, level, value = unname(r$estimate), lower = r$conf.int[1], upper = r$conf.int[2], p = r$p.value,
             method = if (grepl("exact", r$method)) "exact" else "normal",
             before = paste(b, collapse = " "), after = paste(a, collapse = " "))
})))), "wilcoxon.csv")

# Cochran's Q: mantelhaen.test with the facility as stratum; p.adjust('holm') of binom.test for every pair
media <- rbind(c(1, 1, 1, 1), c(1, 1, 0, 1), c(0, 1, 1, 1), c(0, 1, 0, 1), c(0, 0, 0, 0)) # Cochran 1950: Q = 8.05
risers <- cbind(c(1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0), c(1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0),
                c(1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1))
q <- do.call(rbind, lapply(list(media[rep(1:5, c(4, 2, 3, 1, 59)), ], risers), function(x) {
  k <- ncol(x)
  d <- data.frame(y = factor(x), period = factor(col(x)), facility = factor(row(x)))
  r <- mantelhaen.test(d$y, d$period, d$facility)
  pairs <- combn(k, 2)
  p <- apply(pairs, 2, function(ij) {
    up <- sum(x[, ij[2]] > x[, ij[1]]); down <- sum(x[, ij[2]] < x[, ij[1]])
    if (up + down == 0) 1 else binom.test(up, up + down)$p.value
  })
  data.frame(periods = k, n = nrow(x), answers = paste(t(x), collapse = " "), q = unname(r$statistic), p = r$p.value,
             holm = paste(format(p.adjust(p, "holm"), digits = 15, trim = TRUE), collapse = " "))
}))
save(q, "cochran_q.csv")

# Trend: prop.trend.test; the help page's smokers, and shares of facilities
trend <- list(list(c(83, 90, 129, 70), c(86, 93, 136, 82), 1:4), list(c(83, 90, 129, 70), c(86, 93, 136, 82), c(0, 0, 0, 1)),
              list(c(246, 255, 271), c(344, 344, 345), 1:3), list(c(3, 0, 4, 9, 12), c(20, 18, 20, 21, 20), c(1, 2, 4, 5, 7)))
save(do.call(rbind, lapply(trend, function(x) {
  r <- prop.trend.test(x[[1]], x[[2]], x[[3]])
  share <- sum(x[[1]]) / sum(x[[2]])
  slope <- coef(lm(x[[1]] / x[[2]] ~ x[[3]], weights = x[[2]] / share / (1 - share)))[[2]]
  text <- function(v) paste(v, collapse = " ")
  data.frame(successes = text(x[[1]]), trials = text(x[[2]]), scores = text(x[[3]]), slope,
             chi_square = unname(r$statistic), p = r$p.value)
})), "trend.csv")

# p.adjust
p <- c(.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1) # BH 1995
save(data.frame(p, bh = p.adjust(p, "BH"), holm = p.adjust(p, "holm")), "adjusted.csv")
