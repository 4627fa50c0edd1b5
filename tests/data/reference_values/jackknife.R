# Ratios of sums with one facility left out at a time, and the degrees of freedom of the variance that follows.

# parts: matrices of numerators and denominators, one row per facility. d: change when a facility is left out.
left_out <- function(parts) {
  one <- function(p, keep) sum(p[keep, 1]) / sum(p[keep, 2])
  n <- nrow(parts[[1]])
  mean_of <- function(keep) mean(sapply(parts, one, keep = keep))
  value <- mean_of(seq_len(n))
  list(value = value, d = sapply(seq_len(n), function(i) mean_of(-i)) - value,
       h = rowMeans(sapply(parts, function(p) p[, 2] / sum(p[, 2]))))
}

# Bell and McCaffrey (2002): Satterthwaite for the quadratic form in errors whose variance grows with the share h.
degrees <- function(h) {
  n <- length(h)
  a <- diag(1 / (1 - h)) %*% (diag(n) - outer(h, rep(1, n)))
  m <- a %*% diag(h) %*% t(a)
  sum(diag(m))^2 / sum(m^2)
}

# The survey package's delete-one jackknife of one ratio is the same.
library(survey)
check <- data.frame(y = c(3, 5, 9, 2), x = c(100, 120, 150, 90))
jk <- as.svrepdesign(svydesign(ids = ~1, data = check, weights = ~1), type = "JK1", mse = TRUE)
mine <- left_out(list(as.matrix(check)))
stopifnot(abs(sqrt(3 / 4 * sum(mine$d^2)) - as.numeric(SE(svyratio(~y, ~x, jk)))) < 1e-12)
