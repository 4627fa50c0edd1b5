# Expected values of the clustered comparisons: Rscript clustered.R (in this folder; geepack, survey, clubSandwich).
options(digits = 17, warn = -1)
suppressMessages({library(geepack); library(survey); library(clubSandwich)})
save <- function(d, name) write.csv(format(d, digits = 15, trim = TRUE), name, row.names = FALSE, quote = FALSE)

# Invented facilities of very unequal size; "equal" has the same denominators everywhere; "parts" has a second part
made <- function(case, n, size, seed, effect) {
  set.seed(seed)
  before_of <- if (size > 0) round(exp(rnorm(n, 5, size))) + 5 else rep(200, n)
  after_of <- if (size > 0) round(before_of * exp(rnorm(n, 0, 0.3))) + 5 else rep(200, n)
  level <- rnorm(n, -2, 0.7)
  second_of <- round(exp(rnorm(n, 4, 0.8))) + 3
  data.frame(case, facility = seq_len(n),
             before = rbinom(n, before_of, plogis(level)), before_of,
             after = rbinom(n, after_of, plogis(level + effect)), after_of,
             second_before = rbinom(n, second_of, 0.1), second_before_of = second_of,
             second_after = rbinom(n, second_of + 2, 0.13), second_after_of = second_of + 2)
}
data <- rbind(made("unequal", 12, 1, 3, -0.3), made("equal", 10, 0, 4, 0.2), made("few", 5, 0.6, 5, -0.5),
              made("many", 60, 1.2, 6, 0.1))
save(data, "clustered_data.csv")

# GEE. The mean and the plain sandwich by geeglm. Its moment estimate of the correlation weights the residuals of
# unequal binomial denominators twice, so there the correlation is the mean product of the Pearson residuals of the
# counts over their mean square, iterated by hand around geeglm(corstr = "fixed"). Mancl and DeRouen by their formula.
control <- geese.control(epsilon = 1e-13, maxit = 1000)
fit <- function(d, family, corstr, zcor = NULL) {
  if (family == "binomial")
    geeglm(cbind(y, of - y) ~ period, id = id, data = d, family = binomial, corstr = corstr, zcor = zcor, control = control)
  else
    geeglm(y ~ period + offset(log(of)), id = id, data = d, family = poisson, corstr = corstr, zcor = zcor, control = control)
}
pearson <- function(d, f, family) {
  mu <- as.vector(fitted(f))
  if (family == "binomial") (d$y - d$of * mu) / sqrt(d$of * mu * (1 - mu)) else (d$y - mu) / sqrt(mu)
}
mancl_derouen <- function(d, f, family, a) {
  mu <- as.vector(fitted(f))
  mean <- if (family == "binomial") d$of * mu else mu
  variance <- if (family == "binomial") d$of * mu * (1 - mu) else mu
  n <- max(d$id); bread <- 0; parts <- list()
  for (i in seq_len(n)) {
    k <- which(d$id == i)
    D <- variance[k] * cbind(1, d$period[k])
    V <- diag(sqrt(variance[k])) %*% matrix(c(1, a, a, 1), 2) %*% diag(sqrt(variance[k]))
    parts[[i]] <- list(D = D, Vi = solve(V), r = d$y[k] - mean[k])
    bread <- bread + t(D) %*% solve(V) %*% D
  }
  meat <- 0
  for (p in parts) {
    H <- p$D %*% solve(bread) %*% t(p$D) %*% p$Vi
    s <- t(p$D) %*% p$Vi %*% solve(diag(2) - H) %*% p$r
    meat <- meat + s %*% t(s)
  }
  sqrt((solve(bread) %*% meat %*% solve(bread))[2, 2])
}
table <- NULL
for (case in unique(data$case)) for (family in c("binomial", "poisson")) for (corstr in c("independence", "exchangeable")) {
  w <- data[data$case == case, ]
  n <- nrow(w)
  d <- data.frame(id = rep(seq_len(n), each = 2), period = rep(0:1, n),
                  y = as.vector(rbind(w$before, w$after)), of = as.vector(rbind(w$before_of, w$after_of)))
  if (corstr == "independence") {
    f <- fit(d, family, corstr); a <- 0
    g <- if (family == "binomial") glm(cbind(y, of - y) ~ period, quasibinomial, d, control = list(epsilon = 1e-14)) else
      glm(y ~ period + offset(log(of)), quasipoisson, d, control = list(epsilon = 1e-14))
    club <- sqrt(vcovCR(g, cluster = d$id, type = "CR3")[2, 2])
    stopifnot(abs(club / mancl_derouen(d, f, family, 0) - 1) < 1e-8)
  } else if (family == "poisson" || case == "equal") {
    f <- fit(d, family, corstr); a <- unname(f$geese$alpha)
  } else {
    a <- 0
    repeat {
      f <- fit(d, family, "fixed", rep(a, n))
      r <- matrix(pearson(d, f, family), 2)
      new <- mean(r[1, ] * r[2, ]) / mean(r^2)
      if (abs(new - a) < 1e-13) break
      a <- new
    }
  }
  table <- rbind(table, data.frame(case, family, correlation = corstr, change = unname(coef(f)[2]),
                                   error = unname(sqrt(vcov(f)[2, 2])), alpha = a,
                                   error_corrected = mancl_derouen(d, f, family, a)))
}
save(table, "clustered_gee.csv")

# Single referrals instead of counts: under independence the same odds ratio and sandwich (checked here, not saved)
w <- data[data$case == "few", ]
one <- function(id, period, y, of) data.frame(id, period, y = rep(c(1, 0), c(y, of - y)))
long <- do.call(rbind, c(Map(one, w$facility, 0, w$before, w$before_of), Map(one, w$facility, 1, w$after, w$after_of)))
long <- long[order(long$id, long$period), ]
single <- geeglm(y ~ period, id = id, data = long, family = binomial, corstr = "independence", control = control)
counts <- table[table$case == "few" & table$family == "binomial" & table$correlation == "independence", ]
stopifnot(abs(coef(single)[2] - counts$change) < 1e-9, abs(sqrt(vcov(single)[2, 2]) - counts$error) < 1e-9)

# Factor of the ratio of sums by leaving out one facility at a time; one part, and the mean of two
source("jackknife.R")
factor <- NULL
for (case in unique(data$case)) for (parts in 1:2) for (level in c(0.95, 0.998)) {
  w <- data[data$case == case, ]
  before <- list(cbind(w$before, w$before_of), cbind(w$second_before, w$second_before_of))[seq_len(parts)]
  after <- list(cbind(w$after, w$after_of), cbind(w$second_after, w$second_after_of))[seq_len(parts)]
  r1 <- left_out(before); r2 <- left_out(after)
  change <- log(r2$value / r1$value); d <- r2$d / r2$value - r1$d / r1$value; n <- nrow(w)
  se <- sqrt((n - 1) / n * sum(d^2)); df <- degrees((r1$h + r2$h) / 2); t <- qt((1 + level) / 2, df)
  factor <- rbind(factor, data.frame(case, parts, level, factor = exp(change), lower = exp(change - t * se),
                                     upper = exp(change + t * se), p = 2 * pt(-abs(change) / se, df)))
}
save(factor, "clustered_factor.csv")
