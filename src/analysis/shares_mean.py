"""Mean of the shares of one facility or group (RPPT: diabetes and hypertension), its change, and their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from analysis.estimates import (
    LEVEL,
    NO_DENOMINATOR,
    NOT_COUNTS,
    OUTSIDE,
    Estimate,
    check_level,
    check_scale,
    finite_number,
    proportion_reason,
    whole_number,
    wilson_limit,
)

Counts = Sequence[tuple[float | None, float | None]]
"""(numerator, denominator) of each part: [(DM controlled, DM registered), (HT controlled, HT registered)]."""
Whole = list[tuple[int, int]]
Terms = list[tuple[float, float, float]]
"""(coefficient, share, effective number of trials) of each share in a sum."""
FURTHEST = 38.0
"""Standard errors beyond which a two-sided normal p is no longer told from 0."""


def mean_of_shares(parts: Counts, level: float = LEVEL, scale: float = 1, dispersion: float = 1.0) -> Estimate:
    """Return the mean of shares of one facility or group with an interval by square-and-add (MOVER) of Wilson limits.

    parts: a list of (numerator, denominator) counts, one pair per share: ``mean_of_shares([(12, 240), (30, 410)])``.
    A part whose denominator is 0 leaves the mean to the others, with a note (the project's convention for RPPT). A
    reason instead of a value when a count is missing or not a count, a numerator exceeds its denominator, or no
    denominator is above 0.
    level: level of the interval as a share, default 0.95.
    scale: 100 for percent; default 1: value and limits lie within 0 to 1.
    dispersion: number by which the counts are divided before the interval is computed (effective counts), 1 or more,
    default 1. For counts summed over months the number of months is the cautious choice: the same participants stand in
    every month and count once.
    n is the sum of the denominators used. With one part this is Wilson's interval. Where fewer than about one
    controlled participant per part is expected it covers less than its level (89 of 100 at 95 percent).
    Raises ValueError for a level outside 0 to 1 and a scale of 0 or less.
    Reference: Zou, Huang and Zhang (2009), Comput Stat Data Anal 53:1080-1085; Newcombe (2012), Confidence Intervals
    for Proportions and Related Measures of Effect Size, ch. 7: limits θ̂ ∓ √Σ (aᵢ(θ̂ᵢ − limitᵢ))² for θ = Σ aᵢ θᵢ.
    """
    check_level(level)
    check_scale(scale)
    method = "rata-rata bagian; interval MOVER dari limit Wilson"
    counts, reason = _counts(parts)
    phi, notes = _phi(dispersion)
    n = sum(d for _, d in counts)
    if reason or phi is None:
        return Estimate(None, level=level, n=n, method=method, reason=reason or "dispersi tidak diketahui")
    used = [i for i, (_, d) in enumerate(counts) if d > 0]
    notes = _part_note(counts, used) + notes
    terms = _terms(counts, used, 1, phi)
    value, z = sum(a * share for a, share, _ in terms), float(ndtri((1 + level) / 2))
    lower, upper = max(0.0, value - _distance(terms, z, -1)), min(1.0, value + _distance(terms, z, 1))
    return Estimate(value * scale, lower * scale, upper * scale, level, n, method=method, note="; ".join(notes))


def mean_of_shares_change(
    before: Counts, after: Counts, level: float = LEVEL, scale: float = 1, dispersion: float = 1.0
) -> Estimate:
    """Return the change (after − before) of a mean of shares of one facility or group, with MOVER interval and p value.

    before, after: parts as in ``mean_of_shares``, the same parts in the same order. Like is compared with like: a part
    whose denominator is 0 in either period is left out of both, with a note. A reason instead of a value when a count
    is missing or impossible, or no part has a denominator in both periods.
    level: level of the interval as a share, default 0.95.
    scale: 100 for percentage points; default 1: value and limits lie within −1 to 1.
    dispersion: as in ``mean_of_shares``, for both periods; for counts summed over months
    ``repeated_counts_dispersion(months)``.
    n is the sum of the denominators used.
    p: 1 less the level at which the interval just reaches 0, so that interval and test always agree.
    Chosen by simulation: with 5 to 1,500 participants and true shares of 2 to 40 percent 0.2 to 5.9 percent of tests
    without a change fell below 0.05 and at most 0.4 percent below 0.002; Wald intervals after Agresti's addition of
    successes (Price and Bonett 2004, Comput Stat Data Anal 45:449-456) did about the same but may leave −1 to 1.
    The two periods are treated as independent (note). With one part this is Newcombe's interval for independent
    proportions (method 10).
    Raises ValueError for periods with unequal numbers of parts, a level outside 0 to 1 and a scale of 0 or less.
    Reference: as ``mean_of_shares``; Newcombe (1998), Stat Med 17:873-890.
    """
    check_level(level)
    check_scale(scale)
    if len(before) != len(after):
        raise ValueError("the two periods must hold the same parts")
    method = "selisih rata-rata bagian; interval MOVER dari limit Wilson; p dari pembalikan interval"
    (first, reason_before), (second, reason_after) = _counts(before), _counts(after)
    phi, notes = _phi(dispersion)
    used = [i for i in range(min(len(first), len(second))) if first[i][1] > 0 and second[i][1] > 0]
    n = sum(first[i][1] + second[i][1] for i in used)
    reason = next((r for r in (NOT_COUNTS, OUTSIDE, NO_DENOMINATOR) if r in {reason_before, reason_after}), "")
    if not reason and not used:
        reason = "tidak ada bagian yang mempunyai penyebut pada kedua periode"
    if reason or phi is None:
        return Estimate(None, level=level, n=n, method=method, reason=reason or "dispersi tidak diketahui")
    notes = _part_note(first, used) + notes + ["kedua periode dihitung seolah-olah bebas satu sama lain"]
    terms = _terms(second, used, 1, phi) + _terms(first, used, -1, phi)
    value, z = sum(a * share for a, share, _ in terms), float(ndtri((1 + level) / 2))
    if abs(value) < 1e-14:
        value = 0.0
    lower, upper = max(-1.0, value - _distance(terms, z, -1)), min(1.0, value + _distance(terms, z, 1))
    p = _p_value(terms, value)
    return Estimate(value * scale, lower * scale, upper * scale, level, n, p, method, "; ".join(notes))


@cache
def repeated_counts_dispersion(months: int, apart: int | None = None) -> float:
    """Return the dispersion to give for a change of shares whose counts hold the same participants in every month.

    months: months summed in each period, 1 or more. apart: months from the start of one period to that of the other;
    default ``months``, periods that follow each other; 12 for the same half of two years.
    A participant keeps the state of the month before with some chance r and else draws it anew, so that two months d
    apart correlate by r^d. Returned is the largest ratio, over all r, of the variance of the difference of the two sums
    to that of independent months: 2.4 for 6 months against the next 6, at most ``months``.
    Raises ValueError for fewer than one month, or periods that overlap.
    Reference: variance of the difference of two sums of correlated terms; the hand calculation stands in the test.
    """
    size, gap = whole_number(months), whole_number(months if apart is None else apart)
    if not size or gap is None or gap < size:
        raise ValueError("months must be 1 or more, and the two periods must not overlap")
    lag = np.arange(1 - size, size)
    pairs = size - np.abs(lag)
    keep = np.linspace(0, 1, 1001)[:, np.newaxis]
    ratios = (pairs * (keep ** np.abs(lag) - keep ** (gap + lag))).sum(axis=1) / size
    return max(1.0, float(ratios.max()))


def _counts(parts: Counts) -> tuple[Whole, str]:
    """The counts (empty when one is impossible) and the reason why they have no mean."""
    pairs = [(whole_number(k), whole_number(d)) for k, d in parts]
    reasons = [OUTSIDE if d == 0 and k else proportion_reason(k, d) for k, d in pairs]
    if wrong := next((r for r in (NOT_COUNTS, OUTSIDE) if r in reasons), ""):
        return [], wrong
    counts = [(k, d) for k, d in pairs if k is not None and d is not None]
    return counts, "" if any(d for _, d in counts) else NO_DENOMINATOR


def _phi(dispersion: Any) -> tuple[float | None, list[str]]:
    phi = finite_number(dispersion)
    if phi is None or phi <= 1:
        return phi if phi is None else 1.0, []
    return phi, [f"hitungan dibagi {phi:.2f} (jumlah efektif)".replace(".", ",")]


def _part_note(counts: Whole, used: list[int]) -> list[str]:
    if len(used) == len(counts):
        return []
    return [f"hanya {len(used)} dari {len(counts)} bagian yang mempunyai penyebut; nilai dihitung dari bagian itu"]


def _terms(counts: Whole, used: list[int], sign: int, phi: float) -> Terms:
    return [(sign / len(used), counts[i][0] / counts[i][1], counts[i][1] / phi) for i in used]


def _distance(terms: Terms, z: float, side: int) -> float:
    """Distance of the lower (side -1) or upper (1) limit of a sum of shares from its estimate at z standard errors."""
    return math.hypot(*(a * (wilson_limit(share, n, z if a * side > 0 else -z) - share) for a, share, n in terms))


def _p_value(terms: Terms, value: float) -> float:
    """Two-sided p of the z at which the limit on the side of 0 reaches it; the limit moves outwards with z."""
    if value == 0:
        return 1.0
    side = -1 if value > 0 else 1

    def excess(z: float) -> float:
        return _distance(terms, z, side) - abs(value)

    z = FURTHEST if excess(FURTHEST) <= 0 else float(brentq(excess, 0.0, FURTHEST, xtol=1e-12, rtol=1e-14))
    return math.erfc(z / math.sqrt(2))
