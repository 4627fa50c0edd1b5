"""Share of facilities on target over more than two periods, and year against year, as tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.estimates import Estimate, wilson
from analysis.indicators import count_columns
from analysis.paired import mcnemar_mid_p, paired_share_change
from analysis.periods import Period
from analysis.periods_many import compare_periods, trend_of_shares
from analysis.results_parts import MINIMUM_MONTH_SHARE, Scope, adjust_family, by_facility, count_sums, records_table

MOST_PERIODS = 12
"""Most periods that are set beside each other."""
LEAST_PERIODS = 3
"""Fewest periods that are tested together: two are the paired comparison of the report, tested there once."""
PERIOD_COLUMNS = ("indicator", "period", "reached", "n", "value", "lower", "upper", "excluded", "reason")
PAIR_COLUMNS = (
    "indicator", "period_before", "period_after", "both", "rose", "fell", "neither", "rose_names", "fell_names",
    "p_mid", "p_adjusted", "tests", "value", "lower", "upper", "level", "n", "p", "method", "note", "reason",
)  # fmt: skip
TEST_COLUMNS = (
    "indicator", "kind", "periods", "left_out", "pairs", "pairs_found", "p_adjusted", "tests",
    "value", "lower", "upper", "level", "n", "p", "method", "note", "reason",
)  # fmt: skip


def history_tables(scope: Scope) -> dict[str, pd.DataFrame]:
    """Return the leading group's shares on target over time; the target is that of the report's rule throughout.

    history: PERIOD_COLUMNS, one row per indicator and period of the report's length, in order of time; value: share (0
    to 1) of the facilities with enough months in that period, with Wilson's interval; excluded: facilities without.
    history_test: TEST_COLUMNS; kind 'q' (Cochran's Q over the facilities known in every period; pairs: how many pairs
    were tested, pairs_found: how many differ after Holm) and 'tren' (Cochran–Armitage over the same facilities, share
    per period of this length, also over periods without data); p_adjusted: Holm over all tests of this table, tests:
    their number. A reason instead below LEAST_PERIODS.
    year_pairs: PAIR_COLUMNS, every calendar year against the next over the same facilities; p_adjusted: Holm over the
    pairs of years of one indicator.
    """
    months = set(scope.leading["month"].unique())
    periods = same_length(scope.period, months)
    years = whole_years(scope.period, months)
    history, tests, pairs = [], [], []
    names = by_facility(scope.table)
    codes = names.index[names["group"] == "utama"]
    for name in scope.names:
        states = _states(scope, name, periods).reindex(codes)
        history += [{"indicator": name, **_share(states[p.code], p)} for p in periods]
        tests += [{"indicator": name, **t} for t in _tests(states, _distances(periods))]
        yearly = _states(scope, name, years).reindex(codes)
        found = [
            _pair(yearly[a.code], yearly[b.code], names["facility_name"], (a, b))
            for a, b in pairwise(years)
            if b.year == a.year + 1
        ]
        pairs += [{"indicator": name, **p} for p in adjust_family(found)]
    return {
        "history": records_table(history, PERIOD_COLUMNS),
        "history_test": records_table(adjust_family(tests), TEST_COLUMNS),
        "year_pairs": records_table(pairs, PAIR_COLUMNS),
    }


def same_length(period: Period, months: set[pd.Period]) -> list[Period]:
    """Return the periods of one length up to ``period``, in order of time, of which every month has data.

    At most MOST_PERIODS, the latest ones; ``period`` itself always belongs to them.
    """
    found, candidate = [period], period.just_before()
    while candidate.months[-1] >= min(months) and len(found) < MOST_PERIODS:
        if months.issuperset(candidate.months):
            found.append(candidate)
        candidate = candidate.just_before()
    return found[::-1]


def whole_years(period: Period, months: set[pd.Period]) -> list[Period]:
    """Return the calendar years that end with the period or before, of which every month has data, in order of time."""
    years = [Period(y, 1, 12) for y in sorted({m.year for m in months})]
    ended = [p for p in years if p.months[-1] <= period.months[-1]]
    return [p for p in ended if months.issuperset(p.months)][-MOST_PERIODS:]


def _distances(periods: list[Period]) -> list[float]:
    """Places of the periods in time, in their own length: a period without data leaves its place empty."""
    return [(p.months[0] - periods[0].months[0]).n / p.length for p in periods]


def _states(scope: Scope, name: str, periods: Sequence[Period]) -> pd.DataFrame:
    """On target or not, a row per facility and a column per period; missing where too few months are usable.

    As facility_span judges it, for periods that do not overlap, in one pass over the table.
    """
    indicator = scope.indicators[name]
    periods_of = {month: period.code for period in periods for month in period.months}
    rows = scope.leading[["facility_code", *count_columns(indicator)]]
    rows = rows.assign(period=scope.leading["month"].map(periods_of)).dropna(subset="period")
    sums = count_sums(rows, indicator, ["facility_code", "period"])
    lengths = {p.code: len(p.months) * MINIMUM_MONTH_SHARE for p in periods}
    fewest = pd.Series([lengths[code] for _, code in sums.index], index=sums.index, dtype="Float64")
    enough = (sums["months"] >= fewest) & sums["value"].notna()
    reached = scope.rule.target(name).holds(sums["numerator"], sums["denominator"]).mask(~enough)
    return reached.unstack("period").reindex(columns=[p.code for p in periods]).astype("boolean")


def _share(states: pd.Series, period: Period) -> dict[str, Any]:
    known = states.dropna()
    reached = int(known.sum())
    estimate = wilson(reached, len(known))
    return {
        "period": period.code, "reached": reached, "n": len(known), "value": estimate.value, "lower": estimate.lower,
        "upper": estimate.upper, "excluded": len(states) - len(known),
        "reason": "tidak ada FKTP dengan cukup bulan" if estimate.value is None else "",
    }  # fmt: skip


def _tests(states: pd.DataFrame, distances: list[float]) -> list[dict[str, Any]]:
    if len(states.columns) < LEAST_PERIODS:
        reason = f"memerlukan sekurang-kurangnya {LEAST_PERIODS} periode dengan data, tersedia {len(states.columns)}"
        none = {"periods": len(states.columns), "left_out": 0, "pairs": 0, "pairs_found": 0}
        return [{"kind": kind, **none, **asdict(Estimate(None, reason=reason))} for kind in ("q", "tren")]
    rows = [[None if pd.isna(v) else bool(v) for v in row] for row in states.itertuples(index=False)]
    many = compare_periods(rows)
    known = states.dropna()
    trend = trend_of_shares([int(known[c].sum()) for c in known], [len(known)] * len(known.columns), distances)
    common = {"periods": len(states.columns), "left_out": many.left_out}
    found = sum(p.p_adjusted < 0.05 for p in many.pairs)
    q = {"kind": "q", **common, "pairs": len(many.pairs), "pairs_found": found, **asdict(many.overall)}
    return [q, {"kind": "tren", **common, "pairs": 0, "pairs_found": 0, **asdict(trend)}]


def _pair(before: pd.Series, after: pd.Series, names: pd.Series, years: tuple[Period, Period]) -> dict[str, Any]:
    both_known = before.notna() & after.notna()
    was, now = before[both_known].astype(bool), after[both_known].astype(bool)
    rose, fell = ~was & now, was & ~now
    both, neither = int((was & now).sum()), int((~was & ~now).sum())
    up, down = int(rose.sum()), int(fell.sum())
    return {
        "period_before": years[0].code, "period_after": years[1].code, "both": both, "rose": up, "fell": down,
        "neither": neither, "rose_names": _names(names, rose), "fell_names": _names(names, fell),
        "p_mid": mcnemar_mid_p(up, down), **asdict(paired_share_change(both, up, down, neither)),
    }  # fmt: skip


def _names(names: pd.Series, chosen: pd.Series) -> str:
    return json.dumps(sorted(names.reindex(chosen.index[chosen])), ensure_ascii=False)
