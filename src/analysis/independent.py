"""Two groups of different facilities: difference of independent proportions with Newcombe's hybrid score interval."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri
from scipy.stats import chi2_contingency

from analysis.estimates import (
    LEVEL,
    NO_DENOMINATOR,
    NOT_COUNTS,
    OUTSIDE,
    Estimate,
    check_level,
    finite_number,
    proportion_reason,
    whole_number,
    wilson_limit,
)

FEWEST_EXPECTED = 5
"""Smallest expected count of a cell for the chi-square test; below it Fisher's exact test is used."""
ROUNDING = 1e-9
"""Distance below a whole number that counts as reaching it."""


def independent_interval(
    k_before: float, n_before: float, k_after: float, n_after: float, level: float = LEVEL
) -> tuple[float, float]:
    """Return Newcombe's interval of the difference (after − before) of two independent proportions.

    k_before, n_before: successes and trials of the first group; k_after, n_after: of the second; 0 ≤ k ≤ n, n above 0.
    They need not be whole, so that effective counts fit.
    level: level of the interval as a share, default 0.95.
    Limits are shares, within −1 to 1 and around the difference.
    Raises ValueError for impossible counts or level; ``independent_change`` gives a reason instead.
    For the same facilities at two times this is what one would get by wrongly treating them as two samples.
    Reference: Newcombe (1998), Stat Med 17:873-890, method 10 (hybrid score); the same as statsmodels
    confint_proportions_2indep(method='newcomb'), in a hundredth of its time.
    """
    check_level(level)
    _check_groups(k_before, n_before, k_after, n_after)
    z, before, after = float(ndtri((1 + level) / 2)), k_before / n_before, k_after / n_after
    down = math.hypot(after - wilson_limit(after, n_after, -z), wilson_limit(before, n_before, z) - before)
    up = math.hypot(wilson_limit(after, n_after, z) - after, before - wilson_limit(before, n_before, -z))
    return max(-1.0, after - before - down), min(1.0, after - before + up)


def _check_groups(k_before: float, n_before: float, k_after: float, n_after: float) -> None:
    counts = [finite_number(v) for v in (k_before, n_before, k_after, n_after)]
    known = [c for c in counts if c is not None]
    if len(known) < len(counts) or not (0 <= known[0] <= known[1] > 0 and 0 <= known[2] <= known[3] > 0):
        raise ValueError(f"{k_before} of {n_before} and {k_after} of {n_after} are not two proportions")


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
    level: level of the interval as a share, default 0.95. Raises ValueError outside 0 to 1.
    Value and limits are shares (−1 to 1), n is the sum of the trials.
    p: Pearson's chi-square without continuity correction (R prop.test(correct=FALSE)) when every expected count is at
    least 5, Fisher's exact test (R fisher.test) otherwise; the method says which. Interval and test are different
    methods, so that near the level one may exclude no difference while the other does not.
    Reference: Newcombe (1998), Stat Med 17:873-890, method 10; the rule of 5: Cochran (1954), Biometrics 10:417-451.
    """
    check_level(level)
    method = "interval skor gabungan Newcombe (metode 10)"
    first, before, second, after = (whole_number(v) for v in (k_before, n_before, k_after, n_after))
    n = (before or 0) + (after or 0)
    reason = two_proportions_reason(first, before, second, after)
    if reason or first is None or before is None or second is None or after is None:
        return Estimate(None, level=level, n=n, method=method, reason=reason)
    value = second / after - first / before
    lower, upper = independent_interval(first, before, second, after, level)
    p, test = _p_value(first, before, second, after)
    note = "FKTP pada kedua kelompok berbeda; bukan perbandingan berpasangan"
    return Estimate(value, lower, upper, level, n, p, f"{test}; {method}", note)


def two_proportions_reason(k_before: int | None, n_before: int | None, k_after: int | None, n_after: int | None) -> str:
    """Return why four counts make no two proportions, Indonesian; empty when they do.

    Arguments as ``whole_number`` returns them. What is missing counts before a denominator of 0.
    """
    reasons = proportion_reason(k_before, n_before), proportion_reason(k_after, n_after)
    return next((r for r in (NOT_COUNTS, NO_DENOMINATOR, OUTSIDE) if r in reasons), "")


def _p_value(k_before: int, n_before: int, k_after: int, n_after: int) -> tuple[float, str]:
    table = [[k_before, n_before - k_before], [k_after, n_after - k_after]]
    successes, n = k_before + k_after, n_before + n_after
    smallest = min(n_before, n_after) * min(successes, n - successes) / n
    if smallest >= FEWEST_EXPECTED:
        return min(1.0, float(chi2_contingency(table, correction=False).pvalue)), "uji khi-kuadrat"
    return fisher_p(k_before, n_before, k_after, n_after), "uji eksak Fisher"


def fisher_p(k_before: float, n_before: float, k_after: float, n_after: float) -> float:
    """Return the two-sided p of Fisher's exact test: the tables with the same totals that are no more likely.

    k_before, n_before: successes and trials of the first group; k_after, n_after: of the second; 0 ≤ k ≤ n, n above 0.
    Raises ValueError otherwise, as ``independent_interval``.
    Effective counts need not be whole: the tables are then those at a whole distance from the given one, each with the
    hypergeometric probability written with gamma functions, scaled to a sum of 1. With whole counts that is the test.
    Written out because scipy's fisher_exact takes milliseconds, which counts with hundreds of facilities; the
    probabilities follow from the ratio of each to the one before.
    Reference: Fisher (1935), J R Stat Soc 98:39-82; R fisher.test, whose relative tolerance of 1e-7 for equal
    probabilities is taken over.
    """
    _check_groups(k_before, n_before, k_after, n_after)
    successes = k_before + k_after
    below = math.floor(min(k_before, n_after - k_after) + ROUNDING)
    above = math.floor(min(k_after, n_before - k_before) + ROUNDING)
    k = k_before + np.arange(-below, above, dtype=np.float64)
    ratios = (n_before - k) * (successes - k) / ((k + 1) * (n_after - successes + k + 1))
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratios))])
    weights = np.exp(logs - logs.max())
    rare = weights <= weights[below] * (1 + 1e-7)
    return min(1.0, float(weights[rare].sum() / weights.sum()))
