# Marks and limits of 120 invented series by the reference program of Making Data Count.
# NHSRplotthedots (MIT licence), github.com/nhs-r-community/NHSRplotthedots; none of its code is kept here.
# Run: Rscript nhsrplotthedots.R <directory with ptd_spc_standard.R and ptd_calculate_point_type.R of its R folder>
folder <- commandArgs(TRUE)[1]
suppressMessages({library(dplyr); library(rlang)})
for (file in c("ptd_spc_standard.R", "ptd_calculate_point_type.R")) {
  # dplyr below 1.1 writes the default of case_when in the older way
  text <- gsub(".default =", "TRUE ~", readLines(file.path(folder, file)), fixed = TRUE)
  eval(parse(text = text))
}
set.seed(20250301)
series <- lapply(1:120, function(i) {
  n <- c(8, 12, 18, 24)[i %% 4 + 1]
  step <- c(0, 0, 2, -3)[i %% 4 + 1] * (seq_len(n) > n / 2)
  slope <- c(0, 0.15, -0.3, 0.5)[(i %/% 4) %% 4 + 1] * seq_len(n)
  round(50 + step + slope + rnorm(n) * c(1, 1, 0.4, 3)[(i %/% 16) %% 4 + 1] + ifelse(runif(n) < 0.04, 6, 0), 2)
})
result <- NULL
for (i in seq_along(series)) {
  data <- data.frame(value = series[[i]], date = as.Date("2020-01-01") + seq_along(series[[i]]), rebase = 0)
  options <- list(value_field = "value", date_field = "date", screen_outliers = TRUE)
  table <- ptd_calculate_point_type(ptd_spc_standard(data, options), 1)
  result <- rbind(result, data.frame(
    series = i, value = table$y, mean = table$mean_col, lower = table$lpl, upper = table$upl,
    cause = table$special_cause_type, type = table$point_type
  ))
}
write.csv(result, "nhsrplotthedots.csv", row.names = FALSE, quote = FALSE)
print(table(result$cause))
