# Expected values for means of shares, dispersion and effective counts, by base R.
# Run in this directory: Rscript changes.R
options(digits = 15, warn = -1)
save <- function(d, name) write.csv(format(d, digits = 15, trim = TRUE), paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
text <- function(v) paste(format(v, digits = 15, trim = TRUE), collapse = " ")
wilson <- function(k, n, level) prop.test(k, n, conf.level = level, correct = FALSE)$conf.int
# square-and-add for sum a_i p_i with limits l_i, u_i (Zou, Huang and Zhang 2009, equations 3 and 4)
mover <- function(a, p, l, u) {
  s <- sum(a * p)
  c(s - sqrt(sum((a * p - pmin(a * l, a * u))^2)), s + sqrt(sum((pmax(a * l, a * u) - a * p)^2)))
}

# Mean of two shares and its change; p: level at which a limit is 0, by uniroot
cases <- rbind(
  c(12, 240, 30, 410, 20, 250, 41, 400), c(0, 15, 2, 40, 3, 14, 5, 44), c(5, 5, 8, 9, 1, 6, 2, 9),
  c(40, 800, 90, 1500, 66, 820, 130, 1480), c(3, 60, 4, 80, 3, 60, 5, 80), c(0, 20, 0, 30, 4, 20, 6, 30)
)
out <- NULL
for (i in seq_len(nrow(cases))) for (level in c(0.95, 0.998)) {
  x <- cases[i, ]
  k <- x[c(5, 7, 1, 3)]; n <- x[c(6, 8, 2, 4)]
  limits <- function(level, use) t(mapply(wilson, k[use], n[use], level))
  m <- limits(level, 1:2)
  single <- mover(c(0.5, 0.5), (k / n)[1:2], m[, 1], m[, 2])
  a <- c(0.5, 0.5, -0.5, -0.5)
  both <- limits(level, 1:4)
  change <- mover(a, k / n, both[, 1], both[, 2])
  nearest <- function(alpha) {
    b <- limits(1 - alpha, 1:4)
    mover(a, k / n, b[, 1], b[, 2])[if (sum(a * k / n) > 0) 1 else 2]
  }
  p <- uniroot(nearest, c(1e-12, 1 - 1e-12), tol = 1e-14)$root
  out <- rbind(out, data.frame(
    before = text(x[1:4]), after = text(x[5:8]), level, mean_lower = single[1], mean_upper = single[2],
    lower = change[1], upper = change[2], p
  ))
}
save(out, "mean_of_shares")

# Pearson dispersion of monthly counts within cells: quasi-Poisson and quasi-binomial glm
y <- c(1980, 2105, 2230, 1890, 2010, 2301, 2450, 2222, 2380, 2260, 2100, 2295, 410, 450, 395, 502, 377, 431)
x <- c(14000, 14010, 14025, 14100, 14090, 14120, 14200, 14210, 14190, 14230, 14240, 14250, 3000, 3010, 2990, 3020, 3015, 3025)
cell <- rep(c("A before", "A after", "B before"), each = 6)
rate <- summary(glm(y ~ cell + offset(log(x)), family = quasipoisson, epsilon = 1e-14))$dispersion
r <- c(4, 9, 3, 7, 6, 2, 12, 5, 8, 15, 6, 9, 1, 0, 3, 2, 1, 5)
t <- c(310, 290, 305, 320, 298, 301, 330, 315, 340, 322, 310, 333, 80, 75, 92, 88, 79, 95)
share <- summary(glm(cbind(r, t - r) ~ cell, family = quasibinomial, epsilon = 1e-14))$dispersion
save(data.frame(kind = c("laju", "proporsi"), numerators = c(text(y), text(r)), denominators = c(text(x), text(t)),
                cells = gsub(" ", "_", paste(c(paste(cell, collapse = ";"), paste(cell, collapse = ";")))),
                dispersion = c(rate, share)), "dispersion")

# Effective counts: binomial tails and Clopper-Pearson limits by pbeta and qbeta; df: t in place of normal quantiles
cases <- expand.grid(i = 1:4, phi = c(1.7, 3.45), df = c(Inf, 24), level = c(0.95, 0.998))
k1 <- c(12100, 40, 7, 250); t1 <- c(80000, 900, 300, 1000); k2 <- c(12900, 66, 15, 240); t2 <- c(81000, 950, 310, 1020)
out <- NULL
for (j in seq_len(nrow(cases))) with(cases[j, ], {
  a <- k2[i] / phi; b <- k1[i] / phi; s <- t2[i] / (t1[i] + t2[i]); f <- t1[i] / t2[i]
  p <- min(1, 2 * min(pbeta(s, a, b + 1), 1 - pbeta(s, a + 1, b)))
  tail <- if (is.finite(df)) pnorm(-qt((1 + level) / 2, df)) else (1 - level) / 2
  p <- if (is.finite(df)) 2 * pt(qnorm(p / 2), df) else p
  l <- qbeta(tail, a, b + 1); u <- qbeta(1 - tail, a + 1, b)
  out <<- rbind(out, data.frame(before = k1[i], before_of = t1[i], after = k2[i], after_of = t2[i], phi, df, level,
                                lower = l / (1 - l) * f, upper = u / (1 - u) * f, p))
})
save(out, "effective_rates")

# Fisher's test on counts that are not whole: hypergeometric weights by lgamma at a whole distance from the given table
weight <- function(k, n1, s, n2) exp(lchoose2(n1, k) + lchoose2(n2, s - k) - lchoose2(n1 + n2, s))
lchoose2 <- function(n, k) lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
cases <- rbind(c(40, 2000, 66, 2100), c(5, 100, 12, 90), c(0, 50, 6, 60), c(300, 4000, 280, 4200))
out <- NULL
for (phi in c(1.7, 3.45)) for (i in seq_len(nrow(cases))) {
  x <- cases[i, ]; e <- x / phi; s <- e[1] + e[3]
  k <- e[1] + (-5000:5000)
  k <- k[k >= max(0, s - e[4]) & k <= min(s, e[2])]
  w <- weight(k, e[2], s, e[4])
  p <- sum(w[w <= weight(e[1], e[2], s, e[4]) * (1 + 1e-7)]) / sum(w)
  out <- rbind(out, data.frame(k_before = x[1], n_before = x[2], k_after = x[3], n_after = x[4], phi, p))
}
save(out, "effective_shares")
