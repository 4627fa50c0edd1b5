"""Year against year by calendar month over the same facilities, and what a calendar month usually is in a year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from statsmodels.tsa.seasonal import seasonal_decompose

from analysis.adjustment import holm
from analysis.estimates import (
    LEVEL,
    Estimate,
    Floats,
    Kind,
    change_of_ratio,
    check_kind,
    check_level,
    check_scale,
    finite_number,
    ratio_of_sums,
)
from analysis.formats import number

MONTHS = 12
NO_PAIR = "tidak ada FKTP yang dapat dipasangkan"
LEAST_YEARS = 2
"""Fewest complete years for seasonal factors: below it a centred average over a year misses some calendar months."""


@dataclass(frozen=True)
class FacilityMonth:
    """Counts of one facility in one month.

    facility: tells facilities apart. year, month: service month, 1 to 12.
    numerators, denominators: one number per part of the indicator (two for RPPT); None or NaN where not known.
    """

    facility: str
    year: int
    month: int
    numerators: tuple[float | None, ...]
    denominators: tuple[float | None, ...]


@dataclass(frozen=True)
class MatchedChange:
    """Two years compared over the facility-months that are usable in both.

    month: calendar month, 1 to 12; None for all months together.
    before, after: ratio of sums in each year with its interval. change: after − before with paired interval and p;
    n is the number of facilities. p_adjusted: p after Holm over the months; None where nothing was tested, and for all
    months together, which is one test of its own.
    matched: facility-months used. unmatched: facility-months of either year without a usable partner.
    """

    month: int | None
    before: Estimate
    after: Estimate
    change: Estimate
    p_adjusted: float | None
    matched: int
    unmatched: int


@dataclass(frozen=True)
class YearOnYear:
    """Two years compared by calendar month and over all months.

    before, after: the years. months: every calendar month that occurs in either year, in order. overall: all matched
    facility-months together. note: what could not be matched, Indonesian; empty when everything could.
    """

    before: int
    after: int
    months: tuple[MatchedChange, ...]
    overall: MatchedChange
    note: str


@dataclass(frozen=True)
class SeasonalIndex:
    """Multiplicative seasonal factors of the calendar months.

    factors: by calendar month, mean 1; empty where there is a reason. years: complete years that they rest on.
    first, last: (year, month) of the first and last value used; None where there are none.
    method, note, reason: as in Estimate.
    """

    factors: Mapping[int, float]
    years: int
    first: tuple[int, int] | None
    last: tuple[int, int] | None
    method: str
    note: str = ""
    reason: str = ""


Key = tuple[str, int]
Counts = tuple[tuple[float, ...], tuple[float, ...]]
Sums = list[tuple[list[float], list[float]]]


def year_on_year(
    rows: Iterable[FacilityMonth],
    before: int,
    after: int,
    scale: float = 1,
    level: float = LEVEL,
    *,
    kind: Kind = "laju",
) -> YearOnYear:
    """Return the change of a ratio of sums from one year to another, each calendar month against itself.

    rows: counts by facility and month, any order; other years are ignored. A facility-month counts only when all its
    numbers are known and possible in both years, so that neither the season nor a missing month can pass for a change.
    Equal rows of the same facility and month count once; rows that contradict each other do not count.
    before, after: the years; the change is after − before.
    scale: 100 for percent, 1000 for per mille, default 1. level: level of the intervals, default 0.95.
    kind: 'proporsi' (a numerator above its denominator is impossible) or 'laju', default; as in ratio_of_sums.
    Each month: ratio_of_sums and change_of_ratio with the facility as cluster. Overall: the same over the sums of each
    facility's matched months.
    Raises ValueError for a month outside 1 to 12, equal years, rows with different numbers of parts, and for an
    impossible level, scale or kind.
    Reference: as change_of_ratio; Holm (1979), Scand J Stat 6:65-70, R p.adjust(method='holm').
    """
    check_level(level)
    check_scale(scale)
    check_kind(kind)
    if before == after:
        raise ValueError("the two years must differ")
    chosen = [row for row in rows if row.year in (before, after)]
    _check_rows(chosen)
    parts = len(chosen[0].numerators) if chosen else 1
    contradicted, usable = _usable(chosen, kind)
    first, second = usable[before], usable[after]
    pairs = sorted(first.keys() & second.keys())
    held = Counter(month for _, month, _ in {(row.facility, row.month, row.year) for row in chosen})

    def compared(month: int | None, keys: list[Key], of: int) -> MatchedChange:
        estimates = _compared(_sums(keys, first, parts), _sums(keys, second, parts), scale, level, kind)
        return MatchedChange(month, *estimates, p_adjusted=None, matched=len(keys), unmatched=of - 2 * len(keys))

    months = [compared(month, [key for key in pairs if key[1] == month], held[month]) for month in sorted(held)]
    overall = compared(None, pairs, held.total())
    return YearOnYear(before, after, _holm(months), overall, _note(overall.unmatched, held.total(), contradicted))


def _check_rows(rows: list[FacilityMonth]) -> None:
    if any(not 1 <= row.month <= MONTHS for row in rows):
        raise ValueError("months are numbered 1 to 12")
    sizes = {len(v) for row in rows for v in (row.numerators, row.denominators)}
    if len(sizes) > 1 or 0 in sizes:
        raise ValueError("every row must have the same number of numerators and denominators, one or more")


def _usable(rows: list[FacilityMonth], kind: Kind) -> tuple[int, defaultdict[int, dict[Key, Counts]]]:
    """Number of facility-months that contradict themselves; counts of the usable ones by year."""
    found = defaultdict[tuple[int, Key], set[Counts | None]](set)
    for row in rows:
        found[row.year, (row.facility, row.month)].add(_counts(row, kind))
    usable = defaultdict[int, dict[Key, Counts]](dict)
    for (year, key), counts in found.items():
        only = next(iter(counts)) if len(counts) == 1 else None
        if only is not None:
            usable[year][key] = only
    return sum(len(counts) > 1 for counts in found.values()), usable


def _counts(row: FacilityMonth, kind: Kind) -> Counts | None:
    """Counts of a row; None when one is missing or negative, or a numerator cannot arise from its denominator."""
    tops, bottoms = (tuple(map(finite_number, side)) for side in (row.numerators, row.denominators))
    known_tops, known_bottoms = (tuple(v for v in side if v is not None and v >= 0) for side in (tops, bottoms))
    if len(known_tops) + len(known_bottoms) < 2 * len(tops):
        return None
    for top, bottom in zip(known_tops, known_bottoms, strict=True):
        if bottom == 0 < top or (kind == "proporsi" and top > bottom):
            return None
    return known_tops, known_bottoms


def _sums(keys: list[Key], counts: dict[Key, Counts], parts: int) -> Sums:
    """Parts as ratio_of_sums takes them: sums over the months of each facility, facilities in order of name."""
    totals = defaultdict[str, list[float]](lambda: [0.0] * (2 * parts))
    for key in keys:
        total = totals[key[0]]
        tops, bottoms = counts[key]
        for k in range(parts):
            total[k] += tops[k]
            total[parts + k] += bottoms[k]
    rows = [totals[name] for name in sorted(totals)]
    return [([row[k] for row in rows], [row[parts + k] for row in rows]) for k in range(parts)]


def _compared(before: Sums, after: Sums, scale: float, level: float, kind: Kind) -> tuple[Estimate, Estimate, Estimate]:
    """Ratio of sums in each year, and the change."""
    first, second = ratio_of_sums(before, scale, level, kind), ratio_of_sums(after, scale, level, kind)
    change = change_of_ratio(before, after, scale, level, kind)
    if not before[0][0]:
        first, second, change = (replace(e, reason=NO_PAIR) for e in (first, second, change))
    return first, second, change


def _holm(months: list[MatchedChange]) -> tuple[MatchedChange, ...]:
    adjusted = iter(holm([m.change.p for m in months if m.change.p is not None]))
    return tuple(m if m.change.p is None else replace(m, p_adjusted=next(adjusted)) for m in months)


def _note(unmatched: int, held: int, contradicted: int) -> str:
    notes = []
    if unmatched:
        notes.append(
            f"{number(unmatched)} dari {number(held)} FKTP-bulan tidak diikutkan karena bulan yang sama di tahun lain "
            "tidak ada atau datanya tidak dapat dipakai"
        )
    if contradicted:
        notes.append(f"{number(contradicted)} FKTP-bulan di antaranya tercatat lebih dari sekali dengan isi berbeda")
    return "; ".join(notes)


def seasonal_index(values: Mapping[tuple[int, int], float | None]) -> SeasonalIndex:
    """Return the multiplicative seasonal factors of the calendar months by the ratio to the centred moving average.

    values: an indicator of the district by (year, month 1 to 12), in any unit, above 0; None or NaN where not known.
    The longest run of months without a gap is used (the latest of equally long ones); it must hold two years, and note
    counts the values left out.
    Each value is divided by the centred average over 12 months (half weights at both ends), the ratios of a calendar
    month are averaged, and the factors divided by their mean. This classical decomposition rather than STL: it has no
    parameters to choose, every factor can be computed by hand, and with the two or three years that an office has, the
    smoothing of STL follows single values. Six months at either end have no centred average, so that two years give
    one ratio for each calendar month: chance is not told apart from season, and note says so below four years. For
    description only; nothing is tested or adjusted by these factors.
    Raises ValueError for a month outside 1 to 12.
    Reference: Macaulay (1931), The Smoothing of Time Series, NBER; Hyndman and Athanasopoulos (2021), Forecasting:
    Principles and Practice, section 3.4; statsmodels seasonal_decompose(model='multiplicative'), the same as R
    decompose(type='multiplicative').
    """
    method = "rasio terhadap rata-rata bergerak 12 bulan terpusat (dekomposisi klasik multiplikatif)"
    if any(not 1 <= month <= MONTHS for _, month in values):
        raise ValueError("months are numbered 1 to 12")
    read = {year * MONTHS + month - 1: finite_number(value) for (year, month), value in values.items()}
    known = {month: value for month, value in read.items() if value is not None}
    start, length = _longest_run(sorted(known))
    years = length // MONTHS
    first, last = (divmod(start, MONTHS), divmod(start + length - 1, MONTHS)) if length else (None, None)
    first, last = (None if m is None else (m[0], m[1] + 1) for m in (first, last))

    def without(reason: str) -> SeasonalIndex:
        return SeasonalIndex({}, years, first, last, method, reason=reason)

    if years < LEAST_YEARS:
        return without(f"memerlukan {LEAST_YEARS * MONTHS} bulan berurutan tanpa bulan kosong; yang ada {length}")
    series: Floats = np.array([known[start + k] for k in range(length)])
    if not (series > 0).all():
        return without("faktor musiman memerlukan nilai di atas nol pada setiap bulan")
    seasonal = seasonal_decompose(series, model="multiplicative", period=MONTHS).seasonal
    factors = {(start + k) % MONTHS + 1: float(seasonal[k]) for k in range(MONTHS)}
    notes = []
    if years < LEAST_YEARS + 2:
        notes.append(f"hanya {years} tahun; musim belum dapat dibedakan dari kebetulan")
    if length < len(values):
        notes.append(f"{len(values) - length} bulan di luar rentang tanpa bulan kosong tidak diikutkan")
    return SeasonalIndex(dict(sorted(factors.items())), years, first, last, method, "; ".join(notes))


def _longest_run(months: list[int]) -> tuple[int, int]:
    """First month and length of the longest run of consecutive months; the latest of equally long ones."""
    best, start = (0, 0), 0
    for position, month in enumerate(months):
        if position == 0 or month != months[position - 1] + 1:
            start = month
        if month - start + 1 >= best[1]:
            best = (start, month - start + 1)
    return best
