"""Indicators of facilities and of groups over the two periods, and their change, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from analysis.contract import COUNTS
from analysis.estimates import Estimate, change_of_ratio, ratio_of_sums, wilson
from analysis.indicators import Indicator, count_columns, period_sums, ratio
from analysis.results_parts import (
    GROUPS,
    MINIMUM_MONTH_SHARE,
    SPANS,
    Scope,
    by_facility,
    facility_span,
    groups,
    kind_of,
    of_group,
    pairs,
    parts_of,
    records_table,
)

ZERO_BY_CONVENTION = "konvensi: tanpa rujukan RRNS dihitung 0 persen"
PART_ALONE = "konvensi: hanya satu bagian indikator mempunyai peserta dan dipakai sendiri"
NO_INTERVAL = "penyebut nol, sehingga nilainya konvensi tanpa interval"


def facility_indicators(scope: Scope) -> pd.DataFrame:
    """Return one row per facility, indicator and span.

    Columns: facility_code, facility_name, facility_type, group, indicator, span, the count columns of the indicator
    (sums over usable months), months, months_expected, numerator, denominator (exact fraction), value, lower, upper
    (Wilson, for RRNS only), on_target, convention, comparable (enough months in this span, and a value), reason.
    """
    who = by_facility(scope.table)
    frames = []
    for span, period in zip(SPANS, (scope.period, scope.compare), strict=True):
        for name in scope.names:
            frame = facility_span(scope, name, period)
            frames.append(frame.assign(indicator=name, span=span).join(who).reset_index())
    result = pd.concat(frames, ignore_index=True)
    result["reason"] = ""
    result.loc[result["months"] == 0, "reason"] = "tidak ada bulan yang dapat dipakai"
    result.loc[(result["months"] > 0) & result["value"].isna(), "reason"] = "penyebut nol"
    few = (result["months"] > 0) & (result["months"] < result["months_expected"] * MINIMUM_MONTH_SHARE)
    result.loc[few, "reason"] = result.loc[few, "months"].map(lambda m: f"hanya {m} bulan yang dapat dipakai")
    counts = (result.get(c, result["months"]).tolist() for c in ("nonspecialist_referrals", "referrals"))
    limits = [
        _limits(k, n) if name == "RRNS" else (None, None)
        for name, k, n in zip(result["indicator"], *counts, strict=True)
    ]
    result["lower"] = pd.array([low for low, _ in limits], dtype="Float64")
    result["upper"] = pd.array([high for _, high in limits], dtype="Float64")
    for column in COUNTS:
        if column not in result:
            result[column] = pd.Series(pd.NA, index=result.index, dtype="Int64")
    order = ["indicator", "span", "group", "facility_name", "facility_code"]
    return result.sort_values(order, kind="stable").reset_index(drop=True)


def _limits(nonspecialist: Any, referrals: Any) -> tuple[float | None, float | None]:
    if referrals is pd.NA or referrals == 0:
        return None, None
    estimate = wilson(int(nonspecialist), int(referrals))
    if estimate.lower is None or estimate.upper is None:
        return None, None
    return estimate.lower * 100, estimate.upper * 100


def district_indicators(scope: Scope, facility: pd.DataFrame) -> pd.DataFrame:
    """Return the ratio of sums of each group, indicator and span with its interval.

    Columns: group, indicator, span, on_target (compared exactly; missing without a value), convention (a zero
    denominator was settled by a convention), the fields of Estimate (n: number of facilities).
    """
    records = []
    for name in scope.names:
        columns = ["group", "span", *count_columns(scope.indicators[name])]
        own = facility[columns][(facility["indicator"] == name) & (facility["months"] > 0)]
        chosen = [(span, *pair) for span in SPANS for pair in groups(own[own["span"] == span])]
        exact = _exact([rows for _, _, rows in chosen], scope.indicators[name])
        reached = scope.rule.target(name).holds(exact["numerator"], exact["denominator"])
        for (span, group, rows), convention, hit in zip(chosen, exact["convention"], reached, strict=True):
            level = _ratio(rows, scope.indicators[name], bool(convention))
            record = {"group": group, "indicator": name, "span": span, "convention": level.convention}
            records.append(
                record | {"on_target": pd.NA if level.estimate.value is None else hit} | asdict(level.estimate)
            )
    return records_table(records)


@dataclass(frozen=True)
class _Level:
    """A ratio of sums by the indicator's convention on zero denominators.

    used: positions of the parts that have a denominator; convention: whether the convention decided the value.
    """

    estimate: Estimate
    used: tuple[int, ...] = ()
    convention: bool = False


def _exact(frames: Sequence[pd.DataFrame], indicator: Indicator) -> pd.DataFrame:
    """The exact ratio of the sums of each frame, one row per frame."""
    sums = {column: [rows[column].sum() for rows in frames] for column in count_columns(indicator)}
    return ratio(pd.DataFrame(sums, dtype="Int64"), indicator)


def _ratio(rows: pd.DataFrame, indicator: Indicator, convention: bool) -> _Level:
    if rows.empty:
        return _Level(Estimate(None, reason="tidak ada FKTP dengan data"))
    parts = parts_of(rows, indicator)
    used = tuple(i for i, (_, below) in enumerate(parts) if sum(below) > 0)
    if not convention:
        return _Level(ratio_of_sums(parts, indicator.scale, kind=kind_of(indicator)), used)
    if used:
        estimate = ratio_of_sums([parts[i] for i in used], indicator.scale, kind=kind_of(indicator))
        return _Level(replace(estimate, note="; ".join(filter(None, (PART_ALONE, estimate.note)))), used, True)
    return _Level(Estimate(0.0, n=len(rows), note=ZERO_BY_CONVENTION, reason=NO_INTERVAL), used, True)


def district_changes(scope: Scope, facility: pd.DataFrame) -> pd.DataFrame:
    """Return the change of each group and indicator over the same facilities, with interval and p value.

    Columns: group, indicator, before, after (ratios of sums of the paired facilities, by the same conventions as
    district_indicators), on_target (of after, compared exactly; missing without a value), convention (one decided
    before or after), the fields of Estimate.
    """
    records = []
    for name in scope.names:
        before, after = pairs(facility, name, ["group", *count_columns(scope.indicators[name])])
        both = [(before[chosen], after[chosen]) for chosen in (of_group(after, group) for group in GROUPS)]
        exact = _exact([rows for pair in both for rows in pair], scope.indicators[name])
        reached = scope.rule.target(name).holds(exact["numerator"], exact["denominator"])[1::2]
        settled = exact["convention"].astype(bool)
        conventions = zip(settled[::2], settled[1::2], strict=True)
        for group, pair, convention, hit in zip(GROUPS, both, conventions, reached, strict=True):
            change = _change(*pair, scope.indicators[name], convention)
            on_target = pd.NA if change["after"] is None else hit
            records.append({"group": group, "indicator": name, "on_target": on_target, **change})
    return records_table(records)


def _change(
    before: pd.DataFrame, after: pd.DataFrame, indicator: Indicator, conventions: tuple[bool, bool]
) -> dict[str, Any]:
    if after.empty:
        return {
            "before": None,
            "after": None,
            "convention": False,
            **asdict(Estimate(None, reason="tidak ada FKTP yang dapat dipasangkan")),
        }
    first, second = (_ratio(rows, indicator, c) for rows, c in zip((before, after), conventions, strict=True))
    return {
        "before": first.estimate.value,
        "after": second.estimate.value,
        "convention": first.convention or second.convention,
        **asdict(_difference(before, after, indicator, (first, second))),
    }


def _difference(
    before: pd.DataFrame, after: pd.DataFrame, indicator: Indicator, levels: tuple[_Level, _Level]
) -> Estimate:
    first, second = levels
    if not (first.convention or second.convention):
        return change_of_ratio(
            parts_of(before, indicator), parts_of(after, indicator), indicator.scale, kind=kind_of(indicator)
        )
    if first.used == second.used and first.used:
        one, two = ([parts_of(rows, indicator)[i] for i in first.used] for rows in (before, after))
        change = change_of_ratio(one, two, indicator.scale, kind=kind_of(indicator))
        return replace(change, note="; ".join(filter(None, (PART_ALONE, change.note))))
    was, now = first.estimate.value, second.estimate.value
    if was is None or now is None:
        return Estimate(None, n=len(after), reason="penyebut nol")
    reason = NO_INTERVAL if not (first.used and second.used) else "kedua periode memakai bagian indikator yang berbeda"
    note = "; ".join(dict.fromkeys(level.estimate.note for level in levels if level.convention))
    return Estimate(now - was, n=len(after), note=note, reason=reason)


def monthly_indicators(scope: Scope) -> pd.DataFrame:
    """Return monthly ratios of sums: group, indicator, month, value, facilities (number in the sums)."""
    frames = []
    for group, rows in groups(scope.table):
        for name in scope.names:
            sums = period_sums(rows, scope.indicators[name], ["month"])
            frame = ratio(sums, scope.indicators[name])[["value"]].reset_index()
            frame["facilities"] = sums["months"].to_numpy()
            frames.append(frame.assign(group=group, indicator=name))
    result = pd.concat(frames, ignore_index=True)
    return result[["group", "indicator", "month", "value", "facilities"]].sort_values(
        ["group", "indicator", "month"], ignore_index=True
    )


def facility_monthly(scope: Scope) -> pd.DataFrame:
    """Return each facility-month: facility_code, facility_name, group, month, indicator, value, on_target."""
    frames = []
    for name in scope.names:
        fraction = ratio(scope.table, scope.indicators[name])
        frame = scope.table[["facility_code", "facility_name", "group", "month"]].copy()
        frame["indicator"] = name
        frame["value"] = fraction["value"]
        frame["on_target"] = scope.rule.target(name).holds(fraction["numerator"], fraction["denominator"])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
