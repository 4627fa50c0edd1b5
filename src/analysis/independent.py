"""Two groups of different facilities: difference of independent proportions with Newcombe's hybrid score interval."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2_contingency
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.estimates import LEVEL, Estimate, check_level, whole_number

FEWEST_EXPECTED = 5
"""Smallest expected count of a cell for the chi-square test; below it Fisher's exact test is used."""


def independent_interval(
    k_before: int, n_before: int, k_after: int, n_after: int, level: float = LEVEL
) -> tuple[float, float]:
    """Return Newcombe's interval of the difference (after − before) of two independent proportions.

    k_before, n_before: successes and trials of the first group; k_after, n_after: of the second; trials above 0.
    level: level of the interval, default 0.95.
    For the same facilities at two times this is what one would get by wrongly treating them as two samples.
    Reference: Newcombe (1998), Stat Med 17:873-890, method 10 (hybrid score); statsmodels
    confint_proportions_2indep(method='newcomb').
    """
    lower, upper = confint_proportions_2indep(
        k_after, n_after, k_before, n_before, method="newcomb", compare="diff", alpha=1 - level
    )
    return float(lower), float(upper)


def independent_change(
    k_before: float | None,
    n_before: float | None,
    k_after: float | None,
    n_after: float | None,
    level: float = LEVEL,
) -> Estimate:
    """Return the difference (after − before) of two independent proportions with Newcombe's interval and a p value.

    k_before, n_before: successes and trials of the first group; k_after, n_after: of the second. A reason instead of a
    value when one is missing or not a count, a number of trials is 0, or successes exceed trials.
    level: level of the interval, default 0.95.
    p: Pearson's chi-square without continuity correction (R prop.test(correct=FALSE)) when every expected count is at
    least 5, Fisher's exact test (R fisher.test) otherwise; the method says which. Interval and test are different
    methods, so that near the level one may exclude no difference while the other does not.
    Reference: Newcombe (1998), Stat Med 17:873-890, method 10; the rule of 5: Cochran (1954), Biometrics 10:417-451.
    """
    check_level(level)
    method = "interval skor gabungan Newcombe (metode 10)"
    first, before, second, after = (whole_number(v) for v in (k_before, n_before, k_after, n_after))
    if first is None or before is None or second is None or after is None:
        return Estimate(None, level=level, method=method, reason="jumlah tidak diketahui atau bukan cacah")
    n = before + after
    if before == 0 or after == 0:
        return Estimate(None, level=level, n=n, method=method, reason="penyebut nol")
    if first > before or second > after:
        return Estimate(None, level=level, n=n, method=method, reason="pembilang di luar 0 sampai penyebut")
    value = second / after - first / before
    lower, upper = independent_interval(first, before, second, after, level)
    p, test = _p_value(first, before, second, after)
    return Estimate(
        value, max(-1.0, min(lower, value)), min(1.0, max(upper, value)), level, n, p, method=f"{test}; {method}",
        note="FKTP pada kedua kelompok berbeda; bukan perbandingan berpasangan",
    )  # fmt: skip


def _p_value(k_before: int, n_before: int, k_after: int, n_after: int) -> tuple[float, str]:
    table = [[k_before, n_before - k_before], [k_after, n_after - k_after]]
    successes, n = k_before + k_after, n_before + n_after
    smallest = min(n_before, n_after) * min(successes, n - successes) / n
    if smallest >= FEWEST_EXPECTED:
        return min(1.0, float(chi2_contingency(table, correction=False).pvalue)), "uji khi-kuadrat"
    return fisher_p(k_before, n_before, k_after, n_after), "uji eksak Fisher"


def fisher_p(k_before: int, n_before: int, k_after: int, n_after: int) -> float:
    """Return the two-sided p of Fisher's exact test: the tables with the same totals that are no more likely.

    k_before, n_before: successes and trials of the first group; k_after, n_after: of the second; 0 ≤ k ≤ n.
    Written out because scipy's fisher_exact takes milliseconds, which counts with hundreds of facilities; the
    probabilities follow from the ratio of each to the one before.
    Reference: Fisher (1935), J R Stat Soc 98:39-82; R fisher.test, whose relative tolerance of 1e-7 for equal
    probabilities is taken over.
    """
    successes = k_before + k_after
    first, last = max(0, successes - n_after), min(successes, n_before)
    k = np.arange(first, last, dtype=np.float64)
    ratios = (n_before - k) * (successes - k) / ((k + 1) * (n_after - successes + k + 1))
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratios))])
    weights = np.exp(logs - logs.max())
    rare = weights <= weights[k_before - first] * (1 + 1e-7)
    return min(1.0, float(weights[rare].sum() / weights.sum()))
