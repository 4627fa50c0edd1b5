"""Which facilities changed: an exact test on the counts of each, adjusted for their number (Benjamini–Hochberg)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.estimates import LEVEL, Estimate, check_level, clopper_pearson, whole_number
from analysis.independent import fisher_p, independent_interval

FALSE_DISCOVERY = 0.05
"""Expected share of false findings among the facilities said to have changed, at most."""
Verdict = Literal["naik", "turun", "belum dapat disimpulkan"]


@dataclass(frozen=True)
class FacilityCounts:
    """Counts of one facility in two periods; None where they are not known.

    name: tells results apart. before, after: numerators (events). before_of, after_of: denominators (trials, or
    exposure for a rate).
    """

    name: str
    before: float | None
    before_of: float | None
    after: float | None
    after_of: float | None


@dataclass(frozen=True)
class FacilityChange:
    """Change of one facility.

    name: as given. before, after: shares or rates; None where they cannot be computed.
    change: difference of shares or ratio of rates with interval (each at its own level, not adjusted) and p.
    p_adjusted: p after Benjamini–Hochberg over all tested facilities; None where nothing was tested.
    verdict: 'naik', 'turun' or 'belum dapat disimpulkan'.
    """

    name: str
    before: float | None
    after: float | None
    change: Estimate
    p_adjusted: float | None = None
    verdict: Verdict = "belum dapat disimpulkan"


@dataclass(frozen=True)
class FacilityChanges:
    """Changes of all facilities, in the order given.

    tests: number of facilities tested, which the adjustment is for. level: false-discovery level. note: both in words.
    """

    changes: tuple[FacilityChange, ...]
    tests: int
    level: float
    note: str


def share_change(facility: FacilityCounts, level: float = LEVEL) -> FacilityChange:
    """Return the change of a facility's share (RRNS: non-specialist referrals of all referrals), Fisher's exact test.

    facility: counts; a reason instead of a value when one is missing or impossible, or a denominator is 0.
    level: level of Newcombe's interval of the difference (after − before, −1 to 1), default 0.95.
    Fisher's test because it holds its level whatever the share is, has the same answer in every program, and takes
    milliseconds at thousands of referrals. Barnard's and Boschloo's tests find somewhat more with few referrals but
    search over an unknown share, which is slow for hundreds of facilities and depends on the search.
    Reference: Fisher (1935), J R Stat Soc 98:39-82, R fisher.test; Newcombe (1998), Stat Med 17:873-890, method 10.
    """
    check_level(level)
    method = "uji eksak Fisher; interval skor gabungan Newcombe (metode 10)"
    k1, n1, k2, n2 = (whole_number(v) for v in (facility.before, facility.before_of, facility.after, facility.after_of))
    first, second = _share(k1, n1), _share(k2, n2)
    if k1 is None or n1 is None or k2 is None or n2 is None:
        reason = "jumlah tidak diketahui atau bukan cacah"
        return FacilityChange(facility.name, first, second, Estimate(None, level=level, method=method, reason=reason))
    n = n1 + n2
    if first is None or second is None:
        reason = "penyebut nol" if n1 == 0 or n2 == 0 else "pembilang di luar 0 sampai penyebut"
        return FacilityChange(
            facility.name, first, second, Estimate(None, level=level, n=n, method=method, reason=reason)
        )
    lower, upper = independent_interval(k1, n1, k2, n2, level)
    value = second - first
    p = fisher_p(k1, n1, k2, n2)
    change = Estimate(value, max(-1.0, min(lower, value)), min(1.0, max(upper, value)), level, n, p, method)
    return FacilityChange(facility.name, first, second, change)


def _share(successes: int | None, trials: int | None) -> float | None:
    if successes is None or trials is None or trials == 0 or successes > trials:
        return None
    return successes / trials


def rate_change(facility: FacilityCounts, scale: float = 1000, level: float = LEVEL) -> FacilityChange:
    """Return the change of a facility's rate (AK: contacts per participants), exact test of two Poisson rates.

    facility: events and exposures; a reason instead of a value when one is missing or impossible, or an exposure is 0.
    scale: units of exposure that before and after refer to, default 1000; the ratio does not depend on it.
    level: level of the exact interval of the ratio (after / before), default 0.95.
    Given the sum of both counts the later one is binomial; its test and its Clopper–Pearson limits give those of the
    ratio. No events before but some after: the ratio has a lower limit only. No events at all: nothing is tested.
    The test knows chance among single events only. Contacts come in clusters (one campaign brings many), so with large
    counts it finds changes that are no more than the usual ups and downs; note says so.
    Reference: Przyborowski and Wilenski (1940), Biometrika 31:313-323; the same as R poisson.test with two counts.
    """
    check_level(level)
    method = "uji eksak bersyarat dua laju Poisson; interval eksak rasio laju"
    events = whole_number(facility.before), whole_number(facility.after)
    exposures = _exposure(facility.before_of), _exposure(facility.after_of)
    first, second = (None if k is None or not t else k / t * scale for k, t in zip(events, exposures, strict=True))

    def without(reason: str, n: int = 0) -> FacilityChange:
        return FacilityChange(
            facility.name, first, second, Estimate(None, level=level, n=n, method=method, reason=reason)
        )

    (k1, k2), (t1, t2) = events, exposures
    if k1 is None or k2 is None:
        return without("jumlah tidak diketahui atau bukan cacah")
    n = k1 + k2
    if t1 is None or t2 is None:
        return without("penyebut tidak diketahui atau tidak mungkin", n)
    if t1 == 0 or t2 == 0:
        return without("penyebut nol", n)
    if n == 0:
        return without("tidak ada kejadian pada kedua periode")
    p = min(1.0, float(stats.binomtest(k2, n, t2 / (t1 + t2)).pvalue))
    share = clopper_pearson(k2, n, level)
    lower, upper = _odds(share.lower, t1 / t2), _odds(share.upper, t1 / t2)
    value = None if k1 == 0 else (k2 / t2) / (k1 / t1)
    reason = "tidak ada kejadian pada periode pembanding; rasio tidak berhingga" if k1 == 0 else ""
    note = "peluang dihitung per kejadian; kejadian yang berkelompok membuat uji ini terlalu peka"
    return FacilityChange(
        facility.name, first, second, Estimate(value, lower, upper, level, n, p, method, note, reason)
    )


def _exposure(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) or not 0 <= value < float("inf") else float(value)


def _odds(share: float | None, factor: float) -> float | None:
    return None if share is None or share >= 1 else share / (1 - share) * factor


def share_changes(
    facilities: Sequence[FacilityCounts], false_discovery: float = FALSE_DISCOVERY, level: float = LEVEL
) -> FacilityChanges:
    """Return which facilities' shares changed; ``share_change`` for each, ``classify`` over all.

    facilities: counts of each; any order. false_discovery: default 0.05. level: level of each interval, default 0.95.
    """
    return classify([share_change(f, level) for f in facilities], false_discovery)


def rate_changes(
    facilities: Sequence[FacilityCounts],
    scale: float = 1000,
    false_discovery: float = FALSE_DISCOVERY,
    level: float = LEVEL,
) -> FacilityChanges:
    """Return which facilities' rates changed; ``rate_change`` for each, ``classify`` over all.

    facilities: events and exposures of each; any order. scale: units of exposure of before and after, default 1000.
    false_discovery: default 0.05. level: level of each interval, default 0.95.
    """
    return classify([rate_change(f, scale, level) for f in facilities], false_discovery)


def classify(changes: Sequence[FacilityChange], false_discovery: float = FALSE_DISCOVERY) -> FacilityChanges:
    """Return the changes with adjusted p values and verdicts.

    changes: of one indicator, one per facility; those without p are not tested and stay undecided.
    false_discovery: expected share of false findings among 'naik' and 'turun', at most; default 0.05.
    Reference: Benjamini and Hochberg (1995), J R Stat Soc B 57:289-300; R p.adjust(method='BH').
    """
    check_level(false_discovery)
    tested = [c for c in changes if c.change.p is not None]
    adjusted = iter(multipletests([c.change.p for c in tested], method="fdr_bh")[1] if tested else ())
    judged = []
    for change in changes:
        if change.change.p is None:
            judged.append(replace(change, p_adjusted=None, verdict="belum dapat disimpulkan"))
            continue
        p = min(1.0, float(next(adjusted)))
        judged.append(replace(change, p_adjusted=p, verdict=_verdict(change, p <= false_discovery)))
    percent = f"{100 * false_discovery:.3g}".replace(".", ",")
    note = (
        f"{len(tested)} FKTP diuji (dari {len(changes)}); disesuaikan menurut Benjamini–Hochberg: di antara yang "
        f"dinyatakan naik atau turun, yang keliru diharapkan paling banyak {percent} persen"
    )
    return FacilityChanges(tuple(judged), len(tested), false_discovery, note)


def _verdict(change: FacilityChange, clear: bool) -> Verdict:
    if not clear or change.before is None or change.after is None or change.before == change.after:
        return "belum dapat disimpulkan"
    return "naik" if change.after > change.before else "turun"
