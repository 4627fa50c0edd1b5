"""The same facilities in two periods: share on target, exact McNemar test and Newcombe's paired interval."""

from __future__ import annotations

import math

from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from analysis.estimates import LEVEL, Estimate


def mcnemar_exact(rose: int, fell: int) -> float:
    """Return the two-sided exact McNemar p value from the two discordant counts.

    rose: not on target before, on target after; fell: the reverse. 1.0 when nobody changed.
    Reference: statsmodels mcnemar(exact=True), a binomial test with probability one half.
    """
    if rose + fell == 0:
        return 1.0
    return float(mcnemar([[0, fell], [rose, 0]], exact=True).pvalue)


def paired_share_change(both: int, rose: int, fell: int, neither: int, level: float = LEVEL) -> Estimate:
    """Return the change (after − before) of a share over the same facilities, with Newcombe's paired interval.

    both, neither: facilities on target in both periods, in neither; rose, fell: those that changed.
    Reference: Newcombe (1998), Stat Med 17:2635-2650, method 10: square-and-add Wilson limits with the correlation
    of the two answers, its numerator reduced by n/2 when positive.
    """
    method = "McNemar eksak; interval berpasangan Newcombe (metode 10)"
    n = both + rose + fell + neither
    if n == 0:
        return Estimate(None, level=level, n=0, method=method, reason="tidak ada FKTP yang dapat dipasangkan")
    after, before = (both + rose) / n, (both + fell) / n
    low_after, high_after = proportion_confint(both + rose, n, alpha=1 - level, method="wilson")
    low_before, high_before = proportion_confint(both + fell, n, alpha=1 - level, method="wilson")
    phi = _correlation(both, rose, fell, neither)
    below, above = after - low_after, high_after - after
    below_before, above_before = before - low_before, high_before - before
    lower = math.sqrt(max(0.0, below**2 - 2 * phi * below * above_before + above_before**2))
    upper = math.sqrt(max(0.0, above**2 - 2 * phi * above * below_before + below_before**2))
    change = after - before
    return Estimate(
        change, max(-1.0, change - lower), min(1.0, change + upper), level, n, mcnemar_exact(rose, fell), method
    )


def _correlation(both: int, rose: int, fell: int, neither: int) -> float:
    n = both + rose + fell + neither
    margins = (both + rose) * (fell + neither) * (both + fell) * (rose + neither)
    if margins == 0:
        return 0.0
    product = both * neither - rose * fell
    if product > 0:
        product = max(product - n / 2, 0.0)  # type: ignore[assignment]
    return product / math.sqrt(margins)
