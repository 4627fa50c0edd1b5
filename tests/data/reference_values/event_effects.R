# Writes the CSV files beside it: Rscript event_effects.R (in this folder); needs sandwich, survey and metafor.
options(warn = -1) # lm warns of the perfect fits that are asked for below
suppressMessages({library(sandwich); library(survey); library(metafor)})
options(digits = 17)
save <- function(d, name) write.csv(format(d, digits = 15, trim = TRUE), name, row.names = FALSE, quote = FALSE)
text <- function(v) paste(format(v, digits = 15, trim = TRUE), collapse = " ")

# Interrupted series. month: running number, 0 = first month; from: first affected month; the month before it is left
# out, unless own.
series <- list(
  short = list(n = 12, from = 9, slope = FALSE, season = "none", gaps = c()),
  slope = list(n = 24, from = 14, slope = TRUE, season = "none", gaps = c()),
  gaps = list(n = 30, from = 19, slope = TRUE, season = "none", gaps = c(3, 4, 22)),
  harmonics = list(n = 36, from = 27, slope = TRUE, season = "harmonics", gaps = c()),
  months = list(n = 40, from = 30, slope = TRUE, season = "months", gaps = c(7)),
  continuous = list(n = 26, from = 15, slope = TRUE, season = "none", gaps = c(), own = TRUE),
  weighted = list(n = 24, from = 14, slope = TRUE, season = "none", gaps = c(), weighted = TRUE))
save(do.call(rbind, lapply(names(series), function(name) {
  s <- series[[name]]
  all <- seq_len(s$n) - 1
  value <- round(30 - 0.1 * all - 8 * (all >= s$from) + 3 * sin(1.7 * all) + 2 * cos(all^2) + 2 * sin(pi * all / 6), 3)
  weight <- if (isTRUE(s$weighted)) round(900 + 400 * sin(2.3 * all)) else rep(1, s$n)
  d <- data.frame(all, value, weight)
  d <- d[!(all %in% c(s$gaps, if (!isTRUE(s$own)) s$from - 1)), ]
  t <- d$all - s$from
  x <- cbind(1, t, t >= 0)
  if (s$slope) x <- cbind(x, t * (t >= 0))
  if (s$season == "harmonics") # month 0 is a January
    for (k in 1:2) x <- cbind(x, sin(2 * pi * k * d$all / 12), cos(2 * pi * k * d$all / 12))
  if (s$season == "months") x <- cbind(x, model.matrix(~ factor(d$all %% 12))[, -1])
  size <- nrow(x); k <- ncol(x)
  lag <- floor(4 * (size / 100)^(2 / 9))
  fit <- lm(d$value ~ x - 1, weights = d$weight)
  # Without gaps sandwich's estimate as it is; months without value are rows of zeros, which have a score of zero.
  full <- matrix(0, s$n, k); full[d$all + 1, ] <- x * sqrt(d$weight)
  y <- rep(0, s$n); y[d$all + 1] <- d$value * sqrt(d$weight)
  fit0 <- lm(y ~ full - 1)
  stopifnot(all.equal(unname(coef(fit0)), unname(coef(fit))))
  raw <- NeweyWest(fit0, lag = lag, prewhite = FALSE, adjust = FALSE)
  # adjust = TRUE multiplies by n / (n - k) of the rows given, hence by hand with the rows that are months
  adjusted <- raw * size / (size - k)
  if (isTRUE(s$own)) stopifnot(all.equal(unname(adjusted), unname(NeweyWest(fit, lag = lag, prewhite = FALSE, adjust = TRUE))))
  # Expectation and variance of the Newey-West variance under independent errors, by its value at each pair of errors:
  # for a contrast c it is the quadratic form e'Fe, with F found entry by entry from sandwich itself.
  x2 <- x * sqrt(d$weight)
  moment <- function(contrast) {
    variance <- function(e) { # Newey-West variance when the errors are e, the truth 0
      z <- rep(0, s$n); z[d$all + 1] <- e
      f <- lm(z ~ full - 1)
      drop(contrast %*% NeweyWest(f, lag = lag, prewhite = FALSE, adjust = FALSE) %*% contrast)
    }
    unit <- diag(size)
    own <- sapply(1:size, function(i) variance(unit[i, ]))
    form <- diag(own)
    for (i in 2:size) for (j in 1:(i - 1))
      form[i, j] <- form[j, i] <- (variance(unit[i, ] + unit[j, ]) - own[i] - own[j]) / 2
    truth <- drop(contrast %*% solve(crossprod(x2)) %*% contrast)
    list(factor = truth / sum(own), df = sum(own)^2 / sum(form^2))
  }
  offset <- mean(t[t >= 0])
  contrasts <- list(level = replace(rep(0, k), 3, 1), slope_before = replace(rep(0, k), 2, 1),
                    mean = if (s$slope) replace(rep(0, k), 3:4, c(1, offset)) else replace(rep(0, k), 3, 1))
  if (s$slope) contrasts$slope <- replace(rep(0, k), 4, 1)
  do.call(rbind, lapply(names(contrasts), function(part) {
    contrast <- contrasts[[part]]
    m <- moment(contrast)
    est <- sum(contrast * coef(fit))
    se <- sqrt(drop(contrast %*% raw %*% contrast) * m$factor)
    data.frame(name, part, from = s$from, own = isTRUE(s$own), slope = s$slope, season = s$season, lag,
               estimate = est, newey_west = sqrt(drop(contrast %*% adjusted %*% contrast)), se, df = m$df,
               lower = est - qt(.975, m$df) * se, upper = est + qt(.975, m$df) * se,
               p = 2 * pt(-abs(est / se), m$df), ols = sqrt(drop(contrast %*% vcov(fit) %*% contrast)),
               months = text(d$all), values = text(d$value), weights = text(d$weight))
  }))
})), "interrupted_series.csv")

# Difference in differences: ratios of each group with one facility left out at a time (jackknife.R).
source("jackknife.R")
facilities <- 1:19
invited <- facilities <= 12
x1 <- round(600 + 380 * sin(facilities)); x2 <- round(x1 * (1 + .08 * cos(3 * facilities)))
y1 <- round(x1 * (.034 + .012 * sin(2 * facilities)) * ifelse(invited, 1, .5))
y2 <- round(x2 * (.030 + .010 * cos(1.3 * facilities)) * ifelse(invited, .55, .5))
small <- c(1:3, 13:14)
two_parts <- list(list(y1, x1, y2, x2), list(round(y1 * 1.4 + facilities %% 3), round(x1 * 2.1), y2 + 2, round(x2 * 2.2)))
did <- function(name, parts, keep) {
  groups <- list(keep[invited[keep]], keep[!invited[keep]])
  spans <- lapply(groups, function(g) lapply(c(1, 3), function(when)
    left_out(lapply(parts, function(p) cbind(p[[when]][g], p[[when + 1]][g])))))
  out <- lapply(list(effect = FALSE, relative = TRUE), function(log_scale) {
    each <- sapply(spans, function(s) {
      d <- if (log_scale) s[[2]]$d / s[[2]]$value - s[[1]]$d / s[[1]]$value else s[[2]]$d - s[[1]]$d
      change <- if (log_scale) log(s[[2]]$value / s[[1]]$value) else s[[2]]$value - s[[1]]$value
      n <- length(d)
      c(change, (n - 1) / n * sum(d^2), degrees((s[[1]]$h + s[[2]]$h) / 2))
    })
    c(each[1, 1] - each[1, 2], sqrt(sum(each[2, ])), sum(each[2, ])^2 / sum(each[2, ]^2 / each[3, ]))
  })
  limits <- function(v) v[1] + c(-1, 1) * qt(.975, v[3]) * v[2]
  columns <- lapply(1:4, function(j) paste(sapply(parts, function(p) text(p[[j]][keep])), collapse = ";"))
  data.frame(name, invited = sum(invited[keep]), effect = out$effect[1], se = out$effect[2], df = out$effect[3],
             lower = limits(out$effect)[1], upper = limits(out$effect)[2],
             p = 2 * pt(-abs(out$effect[1] / out$effect[2]), out$effect[3]),
             relative = exp(out$relative[1]), relative_lower = exp(limits(out$relative)[1]),
             relative_upper = exp(limits(out$relative)[2]),
             y_before = columns[[1]], x_before = columns[[2]], y_after = columns[[3]], x_after = columns[[4]])
}
save(rbind(did("nineteen", two_parts[1], facilities), did("five", two_parts[1], small),
           did("two parts", two_parts, facilities)), "difference_in_differences.csv")

# Shrinkage: rma(method = "DL") and its best linear unbiased predictions
shrink <- function(name, y, x, chosen) {
  overall <- sum(y) / sum(x)
  fit <- rma(yi = y / x, vi = overall * (1 - overall) / x, method = "DL")
  drift <- if (fit$tau2 > 0) blup(fit)$pred - y / x else c(coef(fit)) - y / x
  data.frame(name, chosen, tau2 = fit$tau2, drift = weighted.mean(drift[1:chosen], x[1:chosen]), y = text(y), x = text(x))
}
chance <- c(31, 28, 27, 13, 22, 21, 20, 38); size <- c(1000, 1000, 1000, 500, 1000, 1000, 1000, 1800)
save(rbind(shrink("varying", y1, x1, 12), shrink("chance", chance, size, 4)), "shrinkage.csv")

# Mann-Whitney: wilcox.test, exact without ties
u <- list(list(c(5.8, 4.8, 5.4, 4.2, 3.5), c(1.4, 1.5, 3.6, 1.1, 2.7, 1.3)), list(c(3, 4, 4, 5), c(1, 2, 3, 4, 6, 2)))
save(do.call(rbind, lapply(u, function(g) {
  r <- suppressWarnings(wilcox.test(g[[1]], g[[2]]))
  data.frame(invited = text(g[[1]]), others = text(g[[2]]), w = unname(r$statistic), p = r$p.value)
})), "selection.csv")
