# Expected values of year against year and of the seasonal factors: Rscript seasons.R (in this folder; survey).
options(digits = 17, warn = -1)
suppressMessages(library(survey))
save <- function(d, name) write.csv(format(d, digits = 15, trim = TRUE), name, row.names = FALSE, quote = FALSE, na = "")

# 9 invented facilities, 5 calendar months of two years; NA where not known, rows left out where there is none
set.seed(21)
d <- expand.grid(facility = sprintf("F%d", 1:9), month = c(1, 2, 3, 6, 12), year = c(2023, 2024), stringsAsFactors = FALSE)
size <- round(exp(rnorm(9, 6, 0.8))) + 20
index <- as.integer(sub("F", "", d$facility))
d$of <- size[index] + rpois(nrow(d), 10)
level <- plogis(rnorm(9, -2, 0.4)[index] + 0.5 * (d$month == 12) - 0.25 * (d$year == 2024))
d$events <- rbinom(nrow(d), d$of, level)
d$second_of <- rpois(nrow(d), 40) + 1
d$second <- rbinom(nrow(d), d$second_of, level)
d$events[c(4, 50)] <- NA
d <- d[-c(12, 13, 80), ]
write.csv(d, "seasons_data.csv", row.names = FALSE, quote = FALSE, na = "")

known <- d[!is.na(d$events), ]
pairs <- merge(known[known$year == 2023, ], known[known$year == 2024, ], by = c("facility", "month"), suffixes = c(".b", ".a"))
source("jackknife.R")
change <- function(w, parts) {
  w <- aggregate(cbind(events.b, of.b, events.a, of.a, second.b, second_of.b, second.a, second_of.a) ~ facility, w, sum)
  before <- list(cbind(w$events.b, w$of.b), cbind(w$second.b, w$second_of.b))[seq_len(parts)]
  after <- list(cbind(w$events.a, w$of.a), cbind(w$second.a, w$second_of.a))[seq_len(parts)]
  r1 <- left_out(before); r2 <- left_out(after)
  n <- nrow(w); value <- r2$value - r1$value; se <- sqrt((n - 1) / n * sum((r2$d - r1$d)^2))
  df <- degrees((r1$h + r2$h) / 2)
  data.frame(n, value = 100 * value, lower = 100 * (value - qt(0.975, df) * se),
             upper = 100 * (value + qt(0.975, df) * se), p = 2 * pt(-abs(value) / se, df))
}
table <- NULL
for (parts in 1:2) {
  months <- do.call(rbind, lapply(sort(unique(pairs$month)), function(m)
    cbind(parts, month = m, matched = sum(pairs$month == m), change(pairs[pairs$month == m, ], parts))))
  months$p_holm <- p.adjust(months$p, "holm")
  table <- rbind(table, months, cbind(parts, month = 0, matched = nrow(pairs), change(pairs, parts), p_holm = NA))
}
table$p_holm <- ifelse(is.na(table$p_holm), "", format(table$p_holm, digits = 15))
save(table, "seasons_change.csv")

# Monthly airline passengers and UK driver deaths (R datasets); whole years, two years, and a start and end within a year
series <- list(passengers = AirPassengers, two_years = window(AirPassengers, c(1955, 1), c(1956, 12)),
               odd = window(UKDriverDeaths, c(1972, 4), c(1975, 11)))
values <- NULL; factors <- NULL
for (name in names(series)) {
  x <- series[[name]]
  values <- rbind(values, data.frame(series = name, year = as.integer(floor(time(x) + 1e-6)), month = as.integer(cycle(x)), value = as.numeric(x)))
  f <- decompose(x, type = "multiplicative")
  months <- (seq_len(12) + start(x)[2] - 2) %% 12 + 1
  factors <- rbind(factors, data.frame(series = name, month = months, factor = as.numeric(f$seasonal)[1:12]))
}
save(values, "seasons_series.csv")
save(factors, "seasons_factors.csv")
