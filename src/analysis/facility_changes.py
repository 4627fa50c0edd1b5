"""Which facilities changed: a test on the counts of each, adjusted for their number (Benjamini–Hochberg).

Months of one facility vary by more than chance; ``monthly_dispersion`` and ``facility_dispersions`` measure by how
much, and every change takes the result as ``dispersion``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.adjustment import benjamini_hochberg
from analysis.estimates import (
    LEVEL,
    NO_DENOMINATOR,
    NOT_COUNTS,
    Estimate,
    Floats,
    Kind,
    check_kind,
    check_level,
    check_scale,
    finite_number,
    whole_number,
)
from analysis.independent import fisher_p, independent_interval, two_proportions_reason
from analysis.shares_mean import mean_of_shares, mean_of_shares_change

FALSE_DISCOVERY = 0.05
"""Expected share of false findings among the facilities said to have changed, at most."""
FEWEST_DEGREES = 10
"""Fewest degrees of freedom for a dispersion: 6 months against 6 of one facility."""
FARTHEST_APART = 1e12
"""Largest ratio of two exposures; beyond it the share of one in their sum rounds to 0 or 1."""
Integers = NDArray[np.int64]
Verdict = Literal["naik", "turun", "belum dapat disimpulkan"]


@dataclass(frozen=True)
class FacilityCounts:
    """Counts of one facility in two periods; None where they are not known.

    name: tells results apart. before, after: numerators (events). before_of, after_of: denominators (trials, or
    exposure for a rate). ``FacilityCounts("Puskesmas A", 10, 400, 25, 410)``: 10 of 400 before, 25 of 410 after.
    """

    name: str
    before: float | None
    before_of: float | None
    after: float | None
    after_of: float | None


@dataclass(frozen=True)
class FacilityParts:
    """Counts of one facility whose indicator is a mean of shares (RPPT), in two periods.

    name: tells results apart. before, after: one (numerator, denominator) per part, the same parts in the same order:
    ``FacilityParts("Puskesmas A", [(12, 240), (30, 410)], [(20, 250), (41, 400)])``. None where a count is not known.
    """

    name: str
    before: Sequence[tuple[float | None, float | None]]
    after: Sequence[tuple[float | None, float | None]]


@dataclass(frozen=True)
class Dispersion:
    """By how much monthly counts vary more than chance.

    phi: variance over that of chance, as used: never below 1, and 1 where it cannot be estimated.
    ratio: Pearson χ²/df as it came out, over all months that the estimate rests on; None without an estimate.
    df: its degrees of freedom. months: months used. note: what was left out. reason: why there is no estimate; empty
    when there is one.
    """

    phi: float = 1.0
    ratio: float | None = None
    df: int = 0
    months: int = 0
    note: str = ""
    reason: str = ""


@dataclass(frozen=True)
class FacilityChange:
    """Change of one facility.

    name: as given. before, after: shares (0 to 1) or rates (per ``scale``); None where they cannot be computed.
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


AnyDispersion = float | Dispersion | None
"""A number (1 for chance alone) or what ``monthly_dispersion`` returns; None where it is not known."""
ManyDispersions = AnyDispersion | Sequence[AnyDispersion] | Mapping[str, AnyDispersion]
"""One for all facilities, or one for each: in their order, or by their name."""


@dataclass(frozen=True)
class _Months:
    """Usable months: numerators, denominators, the position of each month's cell, the cells, months left out."""

    y: Floats
    x: Floats
    position: Integers
    cells: list[Hashable]
    left_out: int


@dataclass(frozen=True)
class _Spread:
    """Pearson χ² of months and its degrees of freedom; by cell: size, Σ (share of each month)², number of months.

    size: what the variance of chance goes with (events of a rate, trials of a share); 0 in a cell where nothing varies.
    """

    square: float
    df: int
    size: Floats
    squares: Floats
    months: Floats


def monthly_dispersion(
    numerators: Sequence[float | None], denominators: Sequence[float | None], cells: Sequence[Hashable], kind: Kind
) -> Dispersion:
    """Return how much monthly counts vary within cells beyond chance: Pearson χ² over its degrees of freedom, pooled.

    numerators, denominators: one entry per facility-month; a month with a missing or impossible number (also a
    denominator of 0) is left out and counted in note.
    cells: what each month belongs to, usually (facility, period); the expected count of a month is the ratio of sums of
    its cell times its denominator.
    kind: 'proporsi' (binomial variance) or 'laju' (Poisson variance).
    Below 10 degrees of freedom phi is 1 with a reason. A trend within a cell counts as dispersion (cautious); what is
    shared by all months of a cell does not show, such as participants who are the same in every month.
    With extra noise in percent of the count, phi grows with the size of the facility: a common phi is too small for
    large facilities and too large for small ones, see ``facility_dispersions``.
    Raises ValueError for lists of unequal length and another kind.
    Reference: McCullagh and Nelder (1989), Generalized Linear Models, 4.5 and 6.2; the same as
    summary(glm(y ~ cell + offset(log(x)), quasipoisson))$dispersion in R, and glm(cbind(y, x - y) ~ cell,
    quasibinomial), over the cells in which something varies.
    """
    months = _read_months(numerators, denominators, cells, kind)
    spread = _spread(months, kind)
    note = f"{months.left_out} bulan tanpa angka yang dapat dipakai tidak diikutkan" if months.left_out else ""
    df, used = spread.df, len(months.y)
    if df < FEWEST_DEGREES:
        reason = f"derajat bebas {df}, kurang dari {FEWEST_DEGREES}; keragaman bulanan tidak dapat diperkirakan"
        return Dispersion(df=df, months=used, note=note, reason=reason)
    return Dispersion(max(1.0, spread.square / df), spread.square / df, df, used, note)


def facility_dispersions(
    numerators: Sequence[float | None],
    denominators: Sequence[float | None],
    facilities: Sequence[str],
    periods: Sequence[Hashable],
    kind: Kind,
) -> dict[str, Dispersion]:
    """Return the dispersion of each facility's sums, from one excess that all share and the facility's own size.

    numerators, denominators, kind: as in ``monthly_dispersion``; facilities, periods: those of each month.
    The variance of a month is that of chance plus c² times the square of its expected count (rates: c is the extra
    variation as a share of the count) or plus c² p(1 − p) n(n − 1) (shares: c² is the correlation within a month), with
    c² by moments from all facilities. A facility's phi is the variance of its change over that of chance.
    Returns the dispersions by facility, usable as ``dispersion`` of ``share_changes`` and ``rate_changes``; 1 with a
    reason below 10 degrees of freedom, or without months in which something can vary.
    Raises ValueError as ``monthly_dispersion``.
    Reference: moment estimates of Breslow (1984), J R Stat Soc C 33:38-44 (rates) and Williams (1982), J R Stat Soc C
    31:144-148 (shares), less the degrees of freedom spent on the cells.
    """
    if len(facilities) != len(periods):
        raise ValueError("numerators, denominators, facilities and periods must have one entry per month")
    cells = list(zip(facilities, periods, strict=True))
    pooled = monthly_dispersion(numerators, denominators, cells, kind)
    months = _read_months(numerators, denominators, cells, kind)
    spread = _spread(months, kind)
    trials = kind == "proporsi"
    known = spread.size > 0
    room = spread.size * (1 - spread.squares) - trials * (spread.months - 1)
    total = float(room[known].sum())
    excess = max(0.0, spread.square - spread.df) / total if total > 0 else 0.0
    owners: dict[Hashable, str] = dict(zip(cells, facilities, strict=True))
    owned: dict[str, list[int]] = {name: [] for name in facilities}
    for i, cell in enumerate(months.cells):
        if known[i]:
            owned[owners[cell]].append(i)
    result = {}
    for name, mine in owned.items():
        if pooled.reason or not mine:
            reason = pooled.reason or "tidak ada bulan yang dapat dipakai"
            result[name] = Dispersion(df=spread.df, reason=reason)
            continue
        chance = 1 / spread.size[mine]
        extra = spread.squares[mine] - trials * chance
        phi = max(1.0, 1 + excess * float(extra.sum()) / float(chance.sum()))
        result[name] = Dispersion(
            phi, spread.square / spread.df, spread.df, int(spread.months[mine].sum()), pooled.note
        )
    return result


def _read_months(
    numerators: Sequence[float | None], denominators: Sequence[float | None], cells: Sequence[Hashable], kind: str
) -> _Months:
    check_kind(kind)
    if not len(numerators) == len(denominators) == len(cells):
        raise ValueError("numerators, denominators and cells must have one entry per month")
    rows = [(whole_number(k), finite_number(n), c) for k, n, c in zip(numerators, denominators, cells, strict=True)]
    kept = [(k, n, c) for k, n, c in rows if k is not None and n is not None and n > 0]
    kept = [(k, n, c) for k, n, c in kept if kind == "laju" or k <= n]
    positions = {c: i for i, c in enumerate(dict.fromkeys(c for _, _, c in kept))}
    y, x = (np.array([row[i] for row in kept], dtype=np.float64) for i in (0, 1))
    position = np.array([positions[c] for _, _, c in kept], dtype=np.int64)
    return _Months(y, x, position, list(positions), len(rows) - len(kept))


def _spread(months: _Months, kind: str) -> _Spread:
    y, x, at, count = months.y, months.x, months.position, len(months.cells)
    events, exposure = np.bincount(at, y, count), np.bincount(at, x, count)
    share = np.divide(events, exposure, out=np.zeros(count), where=exposure > 0)
    expected = x * share[at]
    variance = expected * (1 - share[at]) if kind == "proporsi" else expected
    varies = (share > 0) & (share < 1) if kind == "proporsi" else share > 0
    use = varies[at]
    each = np.bincount(at, minlength=count).astype(np.float64)
    square = float((np.square(y - expected)[use] / variance[use]).sum())
    size = np.where(varies, exposure if kind == "proporsi" else events, 0.0)
    squares = np.asarray(np.bincount(at, np.square(x / exposure[at]), count), dtype=np.float64)
    return _Spread(square, int((each - 1)[varies].sum()), size, squares, each)


def share_change(
    facility: FacilityCounts, level: float = LEVEL, dispersion: float | Dispersion | None = 1.0
) -> FacilityChange:
    """Return the change of a facility's share (RRNS: non-specialist referrals of all referrals), Fisher's exact test.

    facility: counts; a reason instead of a value when one is missing or impossible, or a denominator is 0.
    level: level as a share of Newcombe's interval of the difference (after − before, −1 to 1), default 0.95.
    dispersion: by how much the counts vary more than chance, as in ``rate_change``; default 1. Effective counts, which
    are not whole, go into Newcombe's formula as they are, and into the test as ``fisher_p`` says.
    before and after are shares (0 to 1), n is the sum of the denominators.
    Fisher's test because it holds its level whatever the share is, has the same answer in every program, and takes
    milliseconds at thousands of referrals. Barnard's and Boschloo's tests find somewhat more with few referrals but
    search over an unknown share, which is slow for hundreds of facilities and depends on the search.
    Raises ValueError for a level outside 0 to 1.
    Reference: Fisher (1935), J R Stat Soc 98:39-82, R fisher.test; Newcombe (1998), Stat Med 17:873-890, method 10;
    effective counts as in ``rate_change``.
    """
    check_level(level)
    method = "uji eksak Fisher; interval skor gabungan Newcombe (metode 10)"
    k1, n1, k2, n2 = (whole_number(v) for v in (facility.before, facility.before_of, facility.after, facility.after_of))
    first, second = _share(k1, n1), _share(k2, n2)
    n = (n1 or 0) + (n2 or 0)
    effective = _effective(dispersion, level)
    reason = two_proportions_reason(k1, n1, k2, n2) or ("" if effective else NO_DISPERSION)
    if reason or not effective or k1 is None or n1 is None or k2 is None or n2 is None:
        change = Estimate(None, level=level, n=n, method=method, reason=reason)
        return FacilityChange(facility.name, first, second, change)
    phi = effective.phi
    counts = k1 / phi, n1 / phi, k2 / phi, n2 / phi
    lower, upper = independent_interval(*counts, effective.level)
    p = effective.p(fisher_p(*counts))
    value = k2 / n2 - k1 / n1
    # dividing by phi moves the last digit of the value that the limits are made to hold
    lower, upper = min(lower, value), max(upper, value)
    change = Estimate(value, lower, upper, level, n, p, method, effective.note)
    return FacilityChange(facility.name, first, second, change)


def _share(successes: int | None, trials: int | None) -> float | None:
    if successes is None or trials is None or trials == 0 or successes > trials:
        return None
    return successes / trials


def rate_change(
    facility: FacilityCounts, scale: float = 1000, level: float = LEVEL, dispersion: float | Dispersion | None = 1.0
) -> FacilityChange:
    """Return the change of a facility's rate (AK: contacts per participants), exact test of two Poisson rates.

    facility: events and exposures; a reason instead of a value when one is missing or impossible, or an exposure is 0.
    scale: units of exposure that before and after refer to, default 1000; the ratio does not depend on it.
    level: level as a share of the exact interval of the ratio (after / before), default 0.95.
    dispersion: by how much the sums vary more than chance (variance over that of chance), default 1; below 1 it counts
    as 1; a reason when it is None or no number. Counts and exposures are divided by it (effective counts). What
    ``monthly_dispersion`` and ``facility_dispersions`` return also widens interval and p by its degrees of freedom
    (t instead of normal quantiles).
    Given the sum of both counts the later one is binomial; its test and its Clopper–Pearson limits give those of the
    ratio. No events before but some after: the ratio has a lower limit only. No events at all: nothing is tested.
    With dispersion 1 the test is that of R: all splits no more likely than the observed one. Above 1 the counts are no
    longer whole; the incomplete beta function takes them as they are, for the limits and for p, which is then twice the
    smaller tail, so that p and interval agree.
    With dispersion 1 the test knows chance among single events only. Contacts come in clusters (one campaign brings
    many), so that with large counts it finds changes that are no more than the usual ups and downs; note says so.
    n is the sum of the events. Raises ValueError for a level outside 0 to 1 and a scale of 0 or less.
    Reference: Przyborowski and Wilenski (1940), Biometrika 31:313-323; the same as R poisson.test with two counts.
    Effective counts: Rao and Scott (1992), Biometrics 48:577-585; Korn and Graubard (1998), Surv Methodol 24:193-201.
    """
    check_level(level)
    check_scale(scale)
    method = "uji eksak bersyarat dua laju Poisson; interval eksak rasio laju"
    events = whole_number(facility.before), whole_number(facility.after)
    exposures = _exposure(facility.before_of), _exposure(facility.after_of)
    first, second = (None if k is None or not t else k / t * scale for k, t in zip(events, exposures, strict=True))

    (k1, k2), (t1, t2) = events, exposures
    n = (k1 or 0) + (k2 or 0)
    effective = _effective(dispersion, level)
    reason = _rates_reason(k1, t1, k2, t2) or ("" if effective else NO_DISPERSION)
    if reason or effective is None or k1 is None or t1 is None or k2 is None or t2 is None:
        change = Estimate(None, level=level, n=n, method=method, reason=reason)
        return FacilityChange(facility.name, first, second, change)
    phi = effective.phi
    p = _binomial_p(k2, n, t2 / (t1 + t2)) if phi == 1 else _two_tails(k2 / phi, n / phi, t2 / (t1 + t2))
    k1_eff, k2_eff, tail = k1 / phi, k2 / phi, (1 - effective.level) / 2
    lower = 0.0 if k2 == 0 else _odds(float(special.betaincinv(k2_eff, k1_eff + 1, tail)), t1 / t2)
    upper = None if k1 == 0 else _odds(float(special.betainccinv(k2_eff + 1, k1_eff, tail)), t1 / t2)
    value = None if k1 == 0 else (k2 / t2) / (k1 / t1)
    reason = "" if upper is not None else "batas atas rasio tidak berhingga"
    if k1 == 0:
        reason = "tidak ada kejadian pada periode pembanding; rasio tidak berhingga"
    note = effective.note or "peluang dihitung per kejadian; kejadian yang berkelompok membuat uji ini terlalu peka"
    change = Estimate(value, lower, upper, level, n, effective.p(p), method, note, reason)
    return FacilityChange(facility.name, first, second, change)


def _rates_reason(k1: int | None, t1: float | None, k2: int | None, t2: float | None) -> str:
    if k1 is None or k2 is None:
        return NOT_COUNTS
    if t1 is None or t2 is None:
        return "penyebut tidak diketahui atau tidak mungkin"
    if t1 == 0 or t2 == 0:
        return NO_DENOMINATOR
    if max(t1, t2) > FARTHEST_APART * min(t1, t2):
        return "penyebut kedua periode terlalu jauh berbeda"
    return "" if k1 + k2 else "tidak ada kejadian pada kedua periode"


def _exposure(value: float | None) -> float | None:
    number = finite_number(value)
    return None if number is None or number < 0 else number


def _odds(share: float, factor: float) -> float | None:
    return None if share >= 1 else share / (1 - share) * factor


def _binomial_p(k: int, n: int, share: float) -> float:
    """Two-sided p of k in n: all counts no more likely, with R's relative tolerance of 1e-7 for equal probabilities.

    Written out because scipy's binomtest takes milliseconds at these counts.
    """
    if k > n * share:
        return _binomial_p(n - k, n, 1 - share)

    def log_weight(i: int) -> float:
        odds = i * math.log(share) + (n - i) * math.log1p(-share)
        return odds - math.lgamma(i + 1) - math.lgamma(n - i + 1)

    highest = log_weight(k) + 1e-7
    first = math.ceil(n * share)
    other = first + bisect_left(range(first, n + 1), True, key=lambda i: log_weight(i) <= highest)
    return min(1.0, _at_most(k, n, share) + (_at_least(other, n, share) if other <= n else 0.0))


def _two_tails(k: float, n: float, share: float) -> float:
    """Twice the smaller tail of a binomial count that need not be whole."""
    return min(1.0, 2 * min(_at_least(k, n, share), _at_most(k, n, share)))


def _at_least(k: float, n: float, share: float) -> float:
    return float(special.betainc(k, n - k + 1, share)) if k > 0 else 1.0


def _at_most(k: float, n: float, share: float) -> float:
    return float(special.betaincc(k + 1, n - k, share)) if k < n else 1.0


def mean_share_change(
    facility: FacilityParts, level: float = LEVEL, dispersion: float | Dispersion | None = 1.0
) -> FacilityChange:
    """Return the change of a facility's mean of shares (RPPT), ``mean_of_shares_change``.

    facility: counts of each part; a reason instead of a value when one is missing or impossible, or no part has a
    denominator in both periods. A part without denominator in one period is left out of both (note), also of before and
    after, so that like is compared with like.
    level: level as a share of the interval of the difference (after − before, −1 to 1), default 0.95.
    dispersion: as in ``rate_change``, default 1. RPPT counts the same participants in every month, which the months
    alone do not show: for counts summed over months give ``shares_mean.repeated_counts_dispersion(months)``.
    before and after are shares (0 to 1), n is the sum of the denominators.
    Raises ValueError for periods with unequal numbers of parts and a level outside 0 to 1.
    Reference: as ``mean_of_shares_change``.
    """
    check_level(level)
    effective = _effective(dispersion, level)
    used = effective or _Effective(1.0, None, level, "")
    change = mean_of_shares_change(facility.before, facility.after, used.level, dispersion=used.phi)
    pairs = zip(facility.before, facility.after, strict=True)
    alike = [pair for pair in pairs if all(whole_number(n) != 0 for _, n in pair)]
    first, second = (mean_of_shares([pair[t] for pair in alike], level).value for t in (0, 1))
    if effective is None and not change.reason:
        change = Estimate(None, n=change.n, method=change.method, reason=NO_DISPERSION)
    p = None if change.p is None else used.p(change.p)
    return FacilityChange(facility.name, first, second, replace(change, level=level, p=p))


NO_DISPERSION = "keragaman bulanan tidak diketahui"


@dataclass(frozen=True)
class _Effective:
    """How a dispersion acts: divisor of the counts, degrees of freedom (None: known), level to compute with, note."""

    phi: float
    df: int | None
    level: float
    note: str

    def p(self, p: float) -> float:
        """The p value that a t distribution gives where the normal one gives ``p``."""
        return p if self.df is None else min(1.0, 2 * float(special.stdtr(self.df, special.ndtri(p / 2))))


def _effective(dispersion: Any, level: float) -> _Effective | None:
    record = dispersion if isinstance(dispersion, Dispersion) else None
    phi = finite_number(record.phi if record else dispersion)
    if phi is None:
        return None
    if phi <= 1:
        return _Effective(1.0, None, level, "")
    note = f"hitungan dibagi φ = {phi:.2f} karena keragaman melebihi peluang (jumlah efektif)".replace(".", ",")
    if record is None or not record.df:
        return _Effective(phi, None, level, note)
    wider = 2 * float(special.ndtr(special.stdtrit(record.df, (1 + level) / 2))) - 1
    return _Effective(phi, record.df, wider, note)


Facility = TypeVar("Facility", FacilityCounts, FacilityParts)


def _each(facilities: Sequence[Facility], dispersion: ManyDispersions) -> list[tuple[Facility, AnyDispersion]]:
    if isinstance(dispersion, Mapping):
        return [(f, dispersion.get(f.name)) for f in facilities]
    if isinstance(dispersion, Sequence) and not isinstance(dispersion, str):
        if len(dispersion) != len(facilities):
            raise ValueError("dispersion must have one entry per facility")
        return list(zip(facilities, dispersion, strict=True))
    return [(f, dispersion) for f in facilities]


def share_changes(
    facilities: Sequence[FacilityCounts],
    false_discovery: float = FALSE_DISCOVERY,
    level: float = LEVEL,
    dispersion: ManyDispersions = 1.0,
) -> FacilityChanges:
    """Return which facilities' shares changed; ``share_change`` for each, ``classify`` over all.

    facilities: counts of each; any order. false_discovery: default 0.05. level: level of each interval, default 0.95.
    dispersion: one for all, or one for each as a list in their order or by name (``facility_dispersions``); default 1.
    Raises ValueError for a list of dispersions of another length, and as ``share_change`` and ``classify``.
    """
    return classify([share_change(f, level, d) for f, d in _each(facilities, dispersion)], false_discovery)


def rate_changes(
    facilities: Sequence[FacilityCounts],
    scale: float = 1000,
    false_discovery: float = FALSE_DISCOVERY,
    level: float = LEVEL,
    dispersion: ManyDispersions = 1.0,
) -> FacilityChanges:
    """Return which facilities' rates changed; ``rate_change`` for each, ``classify`` over all.

    facilities: events and exposures of each; any order. scale: units of exposure of before and after, default 1000.
    false_discovery: default 0.05. level: level of each interval, default 0.95. dispersion: as in ``share_changes``.
    Raises ValueError as ``share_changes``.
    """
    return classify([rate_change(f, scale, level, d) for f, d in _each(facilities, dispersion)], false_discovery)


def mean_share_changes(
    facilities: Sequence[FacilityParts],
    false_discovery: float = FALSE_DISCOVERY,
    level: float = LEVEL,
    dispersion: ManyDispersions = 1.0,
) -> FacilityChanges:
    """Return which facilities' means of shares (RPPT) changed; ``mean_share_change`` for each, ``classify`` over all.

    facilities: counts of each part of each facility; any order. false_discovery: default 0.05.
    level: level of each interval, default 0.95. dispersion: as in ``share_changes``; see ``mean_share_change``.
    Raises ValueError as ``share_changes``.
    """
    return classify([mean_share_change(f, level, d) for f, d in _each(facilities, dispersion)], false_discovery)


def classify(changes: Sequence[FacilityChange], false_discovery: float = FALSE_DISCOVERY) -> FacilityChanges:
    """Return the changes with adjusted p values and verdicts.

    changes: of one indicator, one per facility; those without p are not tested and stay undecided.
    false_discovery: expected share of false findings among 'naik' and 'turun', at most; default 0.05.
    Reference: Benjamini and Hochberg (1995), J R Stat Soc B 57:289-300; R p.adjust(method='BH').
    """
    check_level(false_discovery)
    tested = [c for c in changes if c.change.p is not None]
    adjusted = iter(benjamini_hochberg([c.change.p for c in tested if c.change.p is not None]))
    judged = []
    for change in changes:
        if change.change.p is None:
            judged.append(replace(change, p_adjusted=None, verdict="belum dapat disimpulkan"))
            continue
        p = next(adjusted)
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
