"""The same facilities in two periods: share on target (McNemar, Newcombe, Tango), value per facility (Wilcoxon)."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from analysis.estimates import LEVEL, NOT_COUNTS, Estimate, Floats, check_level, finite_number, whole_number

EXACT_BELOW = 50
"""Fewer differences than this (not zero, no ties) get the exact signed rank distribution, as in R wilcox.test."""
RANK_DIGITS = 10
"""Significant digits of the largest value beyond which two differences count as tied: 0.3 − 0.2 and 0.2 − 0.1 are."""


def mcnemar_exact(rose: float, fell: float) -> float:
    """Return the two-sided exact McNemar p value from the two discordant counts.

    rose: not on target before, on target after; fell: the reverse. 1.0 when nobody changed.
    Raises ValueError for what is no count (missing, negative, not whole): a bare p value has no place for a reason.
    ``paired_share_change`` and ``tango_share_change`` give the reason instead.
    Reference: statsmodels mcnemar(exact=True), a binomial test with probability one half; R binom.test(rose, rose +
    fell).
    """
    up, down = _discordant(rose, fell)
    if up + down == 0:
        return 1.0
    return min(1.0, float(mcnemar([[0, down], [up, 0]], exact=True).pvalue))


def _discordant(rose: Any, fell: Any) -> tuple[int, int]:
    up, down = whole_number(rose), whole_number(fell)
    if up is None or down is None:
        raise ValueError(f"rose = {rose} and fell = {fell} must be whole numbers of 0 or more")
    return up, down


def _cells(*counts: Any) -> tuple[int, int, int, int] | None:
    known = [c for c in map(whole_number, counts) if c is not None]
    return (known[0], known[1], known[2], known[3]) if len(known) == len(counts) else None


def paired_share_change(
    both: float | None, rose: float | None, fell: float | None, neither: float | None, level: float = LEVEL
) -> Estimate:
    """Return the change (after − before) of a share over the same facilities, with Newcombe's paired interval.

    both, neither: facilities on target in both periods, in neither; rose, fell: those that changed. A reason instead of
    a value when one is missing or not a count, or all are 0.
    level: level of the interval as a share, default 0.95.
    Value and limits are shares (−1 to 1), n is the number of facilities, p that of the exact McNemar test.
    Raises ValueError for a level outside 0 to 1.
    Reference: Newcombe (1998), Stat Med 17:2635-2650, method 10: square-and-add Wilson limits with the correlation
    of the two answers, its numerator reduced by n/2 when positive.
    """
    check_level(level)
    method = "McNemar eksak; interval berpasangan Newcombe (metode 10)"
    cells = _cells(both, rose, fell, neither)
    if cells is None:
        return Estimate(None, level=level, method=method, reason=NOT_COUNTS)
    both, rose, fell, neither = cells
    n = sum(cells)
    if n == 0:
        return Estimate(None, level=level, n=0, method=method, reason="tidak ada FKTP yang dapat dipasangkan")
    after, before = (both + rose) / n, (both + fell) / n
    low_after, high_after = proportion_confint(both + rose, n, alpha=1 - level, method="wilson")
    low_before, high_before = proportion_confint(both + fell, n, alpha=1 - level, method="wilson")
    phi = _correlation(*cells)
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
        return max(product - n / 2, 0.0) / math.sqrt(margins)
    return product / math.sqrt(margins)


def mcnemar_mid_p(rose: float, fell: float) -> float:
    """Return the two-sided mid-p McNemar p value from the two discordant counts.

    rose: not on target before, on target after; fell: the reverse. 1.0 when as many rose as fell, or nobody changed.
    Raises ValueError for what is no count, as ``mcnemar_exact``.
    The exact p less the probability of the observed split. It comes closer to its level than the exact test, which is
    conservative, and exceeds it by very little.
    Reference: Lancaster (1961), J Am Stat Assoc 56:223-234; Fagerland, Lydersen and Laake (2013), BMC Med Res Methodol
    13:91. For rose = fell their formula gives 1 − P/2; twice the one-sided mid-p, used here, gives 1.
    """
    up, down = _discordant(rose, fell)
    if up == down:
        return 1.0
    return max(0.0, mcnemar_exact(up, down) - float(stats.binom.pmf(up, up + down, 0.5)))


def tango_share_change(
    both: float | None, rose: float | None, fell: float | None, neither: float | None, level: float = LEVEL
) -> Estimate:
    """Return the change (after − before) of a share over the same facilities, with Tango's score interval.

    both, neither: facilities on target in both periods, in neither; rose, fell: those that changed. A reason instead of
    a value when one is missing or not a count, or all are 0.
    level: level of the interval as a share, default 0.95.
    Value and limits are shares (−1 to 1), n is the number of facilities, p that of the mid-p McNemar test.
    Raises ValueError for a level outside 0 to 1.
    The interval holds the differences d with |rose − fell − n·d| ≤ z √(n·v(d)), v(d) the variance with the share that
    fell at its maximum likelihood estimate given d. Like Newcombe's it stays within −1..1 and has a width when nobody
    changed.
    Reference: Tango (1998), Stat Med 17:891-908; recommended beside Newcombe's by Fagerland, Lydersen and Laake (2014),
    Stat Med 33:2850-2875.
    """
    check_level(level)
    method = "McNemar mid-p; interval skor Tango"
    cells = _cells(both, rose, fell, neither)
    if cells is None:
        return Estimate(None, level=level, method=method, reason=NOT_COUNTS)
    n, up, down = sum(cells), cells[1], cells[2]
    if n == 0:
        return Estimate(None, level=level, n=0, method=method, reason="tidak ada FKTP yang dapat dipasangkan")
    z = float(stats.norm.ppf((1 + level) / 2))
    lower, upper = _tango_lower(up, down, n, z), -_tango_lower(down, up, n, z)
    return Estimate((up - down) / n, lower, upper, level, n, mcnemar_mid_p(up, down), method)


def _tango_lower(rose: int, fell: int, n: int, z: float) -> float:
    """Lower limit: where the standardised score of the observed difference is z."""
    change = (rose - fell) / n
    if fell == n:
        return -1.0

    def excess(d: float) -> float:
        return n * (change - d) - z * math.sqrt(n * max(0.0, 2 * _fell_given(d, rose, fell, n) + d * (1 - d)))

    # Just below the estimate the score is 0, or jumps there when the variance vanishes (nobody changed, or all did).
    return float(brentq(excess, -1.0, change - 1e-12, xtol=1e-14, rtol=1e-14))


def _fell_given(d: float, rose: int, fell: int, n: int) -> float:
    """Share that fell, by maximum likelihood given the difference d: the root of 2n q² + b q + c = 0 (Tango 1998)."""
    b = (2 * n - rose + fell) * d - rose - fell
    c = -fell * d * (1 - d)
    root = math.sqrt(max(0.0, b * b - 8 * n * c))
    if b > 0:  # the other form of the root, without cancellation
        return -2 * c / (b + root)
    return (root - b) / (4 * n)


def change_of_values(before: Sequence[float | None], after: Sequence[float | None], level: float = LEVEL) -> Estimate:
    """Return the typical change (after − before) of a value per facility: Hodges–Lehmann estimate, Wilcoxon test.

    before, after: the value of each facility, same order, any unit; a pair with a missing value (None, NaN, NA,
    infinite, text) is left out and counted in note.
    level: level of the interval as a share, default 0.95.
    The estimate is the median of the means of all pairs of differences (each with itself too); the interval holds the
    shifts that the signed rank test does not reject. As R wilcox.test(after, before, paired=TRUE, conf.int=TRUE):
    differences of zero are dropped; below 50 differences without zeros and ties the test is exact; otherwise normal
    with variance corrected for ties and a continuity correction. The method says which. With an even number of means
    of pairs R's normal branch returns some point between the two middle ones, here it is their midpoint; and where ties
    leave 6 or 7 differences R may fall back to 90 % where here the range of the differences still reaches 95 %.
    Where so few differences allow the widest exact interval a little less than the level (5 at 95 %: 93.75 %), level
    and note hold what is reached; where still less, there is no interval, and reason says so.
    Raises ValueError for lists of unequal length and a level outside 0 to 1.
    Reference: Hodges and Lehmann (1963), Ann Math Stat 34:598-611; Bauer (1972), J Am Stat Assoc 67:687-690; Hollander
    and Wolfe (1999), Nonparametric Statistical Methods, ch. 3.
    """
    check_level(level)
    if len(before) != len(after):
        raise ValueError("the two periods must hold the same facilities")
    couples = zip(map(finite_number, before), map(finite_number, after), strict=True)
    pairs = [(a, b) for a, b in couples if a is not None and b is not None]
    differences, notes = _rounded_differences(pairs), list[str]()
    if len(pairs) < len(before):
        notes.append(f"{len(before) - len(pairs)} FKTP tanpa nilai pada salah satu periode tidak diikutkan")
    moved = differences[differences != 0]
    n, zeros = len(moved), len(differences) - len(moved)
    method = "uji peringkat bertanda Wilcoxon; penduga Hodges–Lehmann"
    if not pairs:
        reason = "tidak ada FKTP yang dapat dipasangkan"
        return Estimate(None, level=level, n=0, method=method, note="; ".join(notes), reason=reason)
    if n == 0:
        reason = "semua selisih nol; interval tidak dapat dihitung"
        return Estimate(0.0, level=level, n=len(pairs), p=1.0, method=method, note="; ".join(notes), reason=reason)
    if zeros:
        notes.append(f"{zeros} FKTP dengan selisih nol tidak diikutkan dalam uji dan penduga")
    means = _means_of_pairs(moved)
    exact = n < EXACT_BELOW and zeros == 0 and len(np.unique(np.abs(moved))) == n
    kind = "eksak" if exact else "pendekatan normal dengan koreksi kekontinuan dan angka sama"
    result = stats.wilcoxon(moved, correction=not exact, method="exact" if exact else "asymptotic")
    limits = _exact_limits(means, n, level) if exact else _normal_limits(moved, means, level)
    lower, upper, reached = limits if limits is not None else (None, None, level)
    if reached < level:
        notes.append(f"tingkat yang tercapai {100 * reached:.4g} persen karena hanya {n} selisih".replace(".", ","))
    reason = "" if limits is not None else f"interval memerlukan lebih banyak FKTP daripada {n} yang berubah"
    return Estimate(
        float(np.median(means)), lower, upper, reached, len(pairs), min(1.0, float(result.pvalue)),
        method=f"{method} ({kind})", note="; ".join(notes), reason=reason,
    )  # fmt: skip


def _rounded_differences(pairs: Sequence[tuple[float, float]]) -> Floats:
    """Differences without the noise of binary fractions, which would hide ties and zeros."""
    values = np.asarray(pairs, dtype=np.float64).reshape(-1, 2)
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0:
        return np.zeros(len(values))
    rounded: Floats = np.round(values[:, 1] - values[:, 0], RANK_DIGITS - 1 - math.floor(math.log10(largest)))
    return rounded


def _means_of_pairs(differences: Floats) -> Floats:
    """Walsh averages: the means of all pairs of differences, each with itself too, ascending."""
    first, second = np.triu_indices(len(differences))
    means: Floats = np.sort((differences[first] + differences[second]) / 2)
    return means


def _exact_limits(means: Floats, n: int, level: float) -> tuple[float, float, float] | None:
    """Limits and the level reached; None when the widest interval misses more than one and a half times as often."""
    ways = np.zeros(len(means) + 1)
    ways[0] = 1.0
    for size in range(1, n + 1):
        ways[size:] = ways[size:] + ways[:-size]
    tail = np.cumsum(ways) / 2.0**n
    alpha = 1 - level
    rank = max(1, int(np.searchsorted(tail, alpha / 2)))
    missed = 2 * float(tail[rank - 1])
    if missed > alpha * 1.5:
        return None
    return float(means[rank - 1]), float(means[-rank]), level if missed <= alpha else 1 - missed


def _normal_limits(moved: Floats, means: Floats, level: float) -> tuple[float, float, float] | None:
    """Limits where the standardised signed rank statistic of the differences less a shift crosses ±z.

    The statistic changes only at the means of pairs; it is taken between them, where no difference is zero.
    """
    z = float(stats.norm.ppf((1 + level) / 2))
    steps = np.unique(means)
    gap = max(1.0, float(np.abs(steps).max()))
    between = np.concatenate([[steps[0] - gap], (steps[:-1] + steps[1:]) / 2, [steps[-1] + gap]])

    def falling(k: int) -> float:
        return -_signed_rank_score(moved - between[k])

    if falling(0) > -z or falling(len(steps)) < z:
        return None
    intervals = range(len(between))
    low, high = bisect_right(intervals, -z, key=falling) - 1, bisect_left(intervals, z, key=falling) - 1
    return float(steps[low]), float(steps[high]), level


def _signed_rank_score(shifted: Floats) -> float:
    n = len(shifted)
    ranks = stats.rankdata(np.abs(shifted))
    excess = float(ranks[shifted > 0].sum()) - n * (n + 1) / 4
    ties = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    variance = n * (n + 1) * (2 * n + 1) / 24 - float((ties**3 - ties).sum()) / 48
    return float((excess - 0.5 * np.sign(excess)) / math.sqrt(variance))
