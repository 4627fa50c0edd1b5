"""Counts that repeat, agree or are rounded more than chance lets them, and parts that exceed their whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from analysis.contract import COUNTS, PARTS
from analysis.quality import Check, Outcome, Signal, below_level, first_month
from analysis.quality_jumps import Floats, wide

REPEATING = ("contacts", "referrals")
ROUNDED = ("contacts", "referrals", "registered")
WHOLES = (("dm_registered", "registered"), ("ht_registered", "registered"), ("referrals", "contacts"))
"""Counts of people or events and a count that cannot be smaller."""
_TENTH = 0.1


def repeated_months(table: pd.DataFrame, check: Check) -> Outcome:
    """Return the outcome of 'bulan_sama': every count that both months have equals that of the month before.

    table: facility-month rows. times: months that repeat the one before the first of them.
    """
    matrices = [wide(table, column) for column in COUNTS]
    values = np.stack([m.values for m in matrices])
    before, now = values[:, :, :-1], values[:, :, 1:]
    both = np.isfinite(before) & np.isfinite(now)
    judged = both.sum(axis=0) >= check.whole("counts")
    same = judged & ((before == now) | ~both).all(axis=0)
    codes, months = matrices[0].codes, matrices[0].months
    signals = [
        Signal("bulan_sama", code, months[start + 1], months[stop], "", times=stop - start)
        for row, code in enumerate(codes)
        for start, stop in _stretches(same[row])
    ]
    return Outcome("bulan_sama", int(judged.sum()), signals)


def _stretches(same: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of True: (first, behind the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def repeated_counts(table: pd.DataFrame, check: Check, months: Outcome) -> Outcome:
    """Return the outcome of 'angka_berulang': one count the same in months that follow each other.

    table: facility-month rows. months: outcome of repeated_months; what it tells already is not told again.
    p of contacts and referrals: probability that so long a run begins in any of the months if the counts were Poisson
    around the repeated value, by the sum over runs (Bonferroni), then Holm over facilities and counts. Real counts vary
    more than that, so it is an upper bound. Registered participants follow no such law: a plain limit of months.
    """
    told = {(s.facility_code, month) for s in months.signals for month in pd.period_range(s.first, s.last, freq="M")}
    tried: list[Signal] = []
    plain: list[Signal] = []
    for column in (*REPEATING, "registered"):
        counts = wide(table, column)
        least = check.whole("registered_months" if column == "registered" else "months")
        for row, code in enumerate(counts.codes):
            values = counts.values[row]
            known = int(np.isfinite(values).sum())
            if known < least or (column == "registered" and np.nanmax(values) < check["least_registered"]):
                continue
            start, stop = _longest_run(values)
            value, length = float(values[start]), stop - start
            seen = all((code, counts.months[i]) in told for i in range(start + 1, stop))
            enough = length >= least and not (seen and length > 1)
            signal = Signal(
                "angka_berulang", code, counts.months[start], counts.months[stop - 1], column, observed=value,
                times=length,
            )  # fmt: skip
            if column != "registered":
                tried.append(replace(signal, p=_chance_of_run(value, length, known) if enough else 1.0))
            elif enough:
                plain.append(signal)
    judged = below_level("angka_berulang", tried, check["level"])
    return Outcome("angka_berulang", judged.tested, [*judged.signals, *plain])


def _longest_run(values: Floats) -> tuple[int, int]:
    """The longest stretch of one value, the latest of equally long ones: (first, behind the last)."""
    start, best = 0, (0, 1)
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[start]:  # a missing value equals nothing
            if np.isfinite(values[start]) and i - start >= best[1] - best[0]:
                best = (start, i)
            start = i
    return best


def _chance_of_run(value: float, length: int, months: int) -> float:
    """At most the probability that Poisson counts around ``value`` are equal in any stretch of ``length`` months."""
    if value <= 0:
        return 1.0
    low, high = special.pdtrik([1e-12, 1 - 1e-12], value)
    counts = np.arange(np.floor(low), np.ceil(high) + 1)
    equal = float(np.sum(np.exp(length * (special.xlogy(counts, value) - value - special.gammaln(counts + 1)))))
    return min(1.0, (months - length + 1) * equal)


def twin_counts(table: pd.DataFrame, check: Check) -> Outcome:
    """Return the outcome of 'angka_kembar': two facilities with the same contacts and participants or referrals.

    table: facility-month rows. observed: the contacts; other: code of the other facility; what: the counts that agree,
    joined by commas; tested: pairs of facilities in one month.
    """
    counts = ["contacts", "registered", "referrals"]
    known = table.loc[(table["contacts"] >= check["least_contacts"]).fillna(False), ["facility_code", "month", *counts]]
    sizes = known.groupby("month").size()
    shared = known[known.duplicated(["month", "contacts"], keep=False)]
    both = shared.merge(shared, on=["month", "contacts"], suffixes=("", "_other"))
    both = both[both["facility_code"] < both["facility_code_other"]]
    equal = {
        column: ((both[column] == both[f"{column}_other"]) & (both[column] >= check["least_other"])).fillna(False)
        for column in counts[1:]
    }
    signals = []
    for index in both.index[np.logical_or.reduce([e.to_numpy(bool) for e in equal.values()])]:
        row = both.loc[index]
        what = ",".join(["contacts", *(column for column in equal if equal[column][index])])
        signals.append(
            Signal("angka_kembar", str(row["facility_code"]), row["month"], row["month"], what,
                   observed=float(row["contacts"]), other=str(row["facility_code_other"]))
        )  # fmt: skip
    return Outcome("angka_kembar", int((sizes * (sizes - 1) // 2).sum()), signals)


def full_parts(table: pd.DataFrame, check: Check) -> Outcome:
    """Return the outcome of 'pembilang_penuh': numerator equal to its denominator; table: facility-month rows."""
    signals, tested = [], 0
    for numerator, denominator in PARTS:
        known = (table[denominator] >= check["least"]).fillna(False) & table[numerator].notna()
        tested += int(known.sum())
        full = known & (table[numerator] == table[denominator])
        signals += _pairs("pembilang_penuh", table[full], numerator, denominator)
    return Outcome("pembilang_penuh", tested, signals)


def parts_beyond(table: pd.DataFrame) -> Outcome:
    """Return the outcome of 'bagian_melebihi': a part larger than its whole (WHOLES); table: facility-month rows."""
    signals, tested = [], 0
    for part, whole in WHOLES:
        known = table[part].notna() & table[whole].notna()
        tested += int(known.sum())
        signals += _pairs("bagian_melebihi", table[known & (table[part] > table[whole])], part, whole)
    return Outcome("bagian_melebihi", tested, signals)


def _pairs(kind: str, rows: pd.DataFrame, part: str, whole: str) -> list[Signal]:
    columns = rows[["facility_code", "month", part, whole]]
    return [
        Signal(kind, str(code), month, month, part, float(a), float(b), other=whole)
        for code, month, a, b in columns.itertuples(index=False)
    ]


def round_counts(table: pd.DataFrame, check: Check, last: pd.Period) -> Outcome:
    """Return the outcome of 'angka_bulat': too many different counts that end with 0.

    table: facility-month rows; last: the last month looked at. p: exact binomial probability of as many or more when
    one in ten does, Holm over facilities and counts. Each value counts once: one that repeats is no further evidence.
    Reference: Beber and Scacco (2012), Polit Anal 20:211-234 (last digits of counts that nobody invented are uniform).
    """
    recent = table[table["month"].between(first_month(last, check.whole("months")), last)]
    places = sorted(recent.groupby("facility_code").indices.items())
    months = recent["month"].array
    tried = []
    for column in ROUNDED:
        counts = recent[column].to_numpy(float, na_value=np.nan)
        for code, own in places:
            values = counts[own]
            values = values[np.isfinite(values)]
            if not len(values) or np.median(values) < check["least_count"]:
                continue
            different = np.unique(values)
            if len(different) < check.whole("least_months"):
                continue
            times = int((different % 10 == 0).sum())
            p = float(special.bdtrc(times - 1, len(different), _TENTH))
            tried.append(
                Signal("angka_bulat", str(code), months[own].min(), months[own].max(), column, times=times,
                       of=len(different), p=p)
            )  # fmt: skip
    return below_level("angka_bulat", tried, check["level"])
