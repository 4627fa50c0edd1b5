"""The same facilities in two periods as tables: values, ratios, models, each facility's change, year on year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from analysis.clustered import gee_change, ratio_change_factor
from analysis.estimates import Estimate, Kind
from analysis.facility_changes import (
    Dispersion,
    FacilityChanges,
    FacilityCounts,
    FacilityParts,
    facility_dispersions,
    mean_share_changes,
    rate_changes,
    share_changes,
)
from analysis.indicators import Indicator, Part, count_columns
from analysis.paired import change_of_values
from analysis.results_parts import (
    GROUPS,
    SPANS,
    Scope,
    adjust_family,
    count_sums,
    kind_of,
    of_group,
    pairs,
    parts_of,
    records_table,
)
from analysis.seasons import FacilityMonth, seasonal_index, year_on_year
from analysis.shares_mean import repeated_counts_dispersion

ESTIMATE = ("value", "lower", "upper", "level", "n", "p", "method", "note", "reason")
VALUE_COLUMNS = ("group", "indicator", "p_adjusted", "tests", *ESTIMATE)
MODEL_COLUMNS = ("group", "indicator", "part", "kind", "before", "after", "p_adjusted", "tests", *ESTIMATE)
FACILITY_COLUMNS = (
    "indicator", "facility_code", "facility_name", "before", "after", "dispersion", "verdict", "p_adjusted", "tests",
    *ESTIMATE,
)  # fmt: skip
MONTH_COLUMNS = (
    "indicator", "calendar_month", "before", "after", "matched", "unmatched", "p_adjusted", "tests", *ESTIMATE,
)  # fmt: skip
SEASON_COLUMNS = ("indicator", "calendar_month", "factor", "years", "method", "note", "reason")
_COMPARED = ["facility_code", "facility_name", "span", "months", "value", "comparable", "reason"]
PART_NAMES = {"dm_controlled": "DM", "ht_controlled": "HT"}


def comparison_tables(scope: Scope, facility: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return every comparison of the two periods that facility_indicators and its shares do not hold.

    facility: the table of facility_indicators.
    value_change: VALUE_COLUMNS, the typical change of a facility's value (Hodges–Lehmann, Wilcoxon), unit of the
    indicator, by group; p_adjusted: Holm over the indicators of a group.
    model_change: MODEL_COLUMNS, after / before of the leading group's total: kind 'rasio' (ratio of sums) and
    'GEE' (odds ratio of a share, rate ratio of AK; one row per part of the indicator); Holm over the rows of one kind.
    facility_change: FACILITY_COLUMNS, the leading group; value: difference of shares (percent points) or ratio of rates
    (AK); before, after: what it compares (of RPPT only the parts with participants in both periods, as note says), and
    the facility's own values where nothing can be compared; verdict 'naik', 'turun', 'belum dapat disimpulkan' at the
    false-discovery level 0.05 over the facilities of an indicator (Benjamini–Hochberg); tests: their number.
    month_change: MONTH_COLUMNS, the leading group by calendar month when the comparison lies whole years earlier:
    facility-months that are usable in both years; calendar_month 0 holds all months together; Holm over the months.
    season: SEASON_COLUMNS, what a calendar month usually is in a year (1 = as the year); a single row with a reason
    where there are too few years.
    """
    values, models = [], []
    both = {
        name: pairs(facility, name, ["group", "value", *count_columns(scope.indicators[name])]) for name in scope.names
    }
    for group in GROUPS:
        own_values, own_models = [], []
        for name, rows in both.items():
            chosen = of_group(rows[1], group)
            before, after = (frame[chosen] for frame in rows)
            indicator = scope.indicators[name]
            own_values.append({"group": group, "indicator": name, **asdict(_values(before, after))})
            if group == "utama":
                own_models += [{"group": group, "indicator": name, **m} for m in _models(before, after, indicator)]
        values += adjust_family(own_values)
        for kind in ("rasio", "GEE"):
            models += adjust_family([m for m in own_models if m["kind"] == kind])
    changes = [row for name in scope.names for row in _facility_rows(scope, facility, name)]
    months = [row for name in scope.names for row in _month_rows(scope, name)]
    seasons = [row for name in scope.names for row in _season_rows(scope, name)]
    return {
        "value_change": records_table(values, VALUE_COLUMNS),
        "model_change": records_table(models, MODEL_COLUMNS),
        "facility_change": records_table(changes, FACILITY_COLUMNS),
        "month_change": records_table(months, MONTH_COLUMNS),
        "season": records_table(seasons, SEASON_COLUMNS),
    }


def _values(before: pd.DataFrame, after: pd.DataFrame) -> Estimate:
    return change_of_values(before["value"].tolist(), after["value"].tolist())


def _models(before: pd.DataFrame, after: pd.DataFrame, indicator: Indicator) -> list[dict[str, Any]]:
    first, second = parts_of(before, indicator), parts_of(after, indicator)
    rows = [{"part": "", "kind": "rasio", "before": None, "after": None, **asdict(ratio_change_factor(first, second))}]
    for part, was, now in zip(indicator.parts, first, second, strict=True):
        made = gee_change(was, now, "poisson" if kind_of(indicator) == "laju" else "binomial", indicator.scale)
        named = PART_NAMES.get(part.numerator, "") if len(indicator.parts) > 1 else ""
        rows.append(
            {"part": named, "kind": "GEE", "before": made.before, "after": made.after, **asdict(made.change)}
        )  # fmt: skip
    return rows


def _facility_rows(scope: Scope, facility: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    indicator = scope.indicators[name]
    rows = facility[[*_COMPARED, *count_columns(indicator)]]
    rows = rows[(facility["indicator"] == name) & (facility["group"] == "utama")]
    this, before = (rows[rows["span"] == s].set_index("facility_code") for s in SPANS)
    order = this.sort_values(["facility_name"], kind="stable").index
    this, before = this.loc[order], before.loc[order]
    changes, spread = _changes(scope, indicator, before, this)
    scale = 1 if kind_of(indicator) == "laju" else indicator.scale  # a ratio has no unit, and rates have theirs
    found = []
    told = zip(
        this.index, this["facility_name"].tolist(), before["value"].tolist(), this["value"].tolist(),
        before["reason"].tolist(), this["reason"].tolist(), strict=True,
    )  # fmt: skip
    for change, (code, label, was, now, *reasons) in zip(changes.changes, told, strict=True):
        estimate = vars(change.change).copy()
        reason = _why_not_compared(*reasons) or estimate["reason"]
        levels = was, now
        if estimate["value"] is not None and change.before is not None and change.after is not None:
            levels = change.before * scale, change.after * scale
        estimate |= {c: None if estimate[c] is None else estimate[c] * scale for c in ("value", "lower", "upper")}
        found.append(
            {"indicator": name, "facility_code": code, "facility_name": label,
             "before": levels[0], "after": levels[1], "dispersion": spread.get(str(code)),
             "verdict": change.verdict, "p_adjusted": change.p_adjusted, "tests": changes.tests, **estimate,
             "reason": reason}
        )  # fmt: skip
    return found


def _why_not_compared(before: str, after: str) -> str:
    return "; ".join(f"{label}: {why}" for label, why in (("pembanding", before), ("periode ini", after)) if why)


def _changes(
    scope: Scope, indicator: Indicator, before: pd.DataFrame, this: pd.DataFrame
) -> tuple[FacilityChanges, Mapping[str, float]]:
    """Each facility's change, its counts left out where it is not comparable, and the dispersion that was used."""
    comparable = (before["comparable"] & this["comparable"]).to_numpy()
    codes = [str(c) for c in this.index]
    if len(indicator.parts) > 1:
        first, second = _by_part(before, indicator, comparable), _by_part(this, indicator, comparable)
        phi = _repeated(scope, before, this)
        parts = [FacilityParts(c, b, a) for c, b, a in zip(codes, first, second, strict=True)]
        return mean_share_changes(parts, dispersion=phi), dict(zip(codes, phi, strict=True))
    part = indicator.parts[0]
    columns = [_column(f[c].where(comparable)) for f in (before, this) for c in (part.numerator, part.denominator)]
    counts = [FacilityCounts(code, *numbers) for code, *numbers in zip(codes, *columns, strict=True)]
    spread = _dispersions(scope, part, kind_of(indicator))
    used = [spread.get(code, Dispersion()) for code in codes]
    run: Callable[..., FacilityChanges] = rate_changes if kind_of(indicator) == "laju" else share_changes
    made = run(counts, dispersion=used)
    return made, {code: d.phi for code, d in zip(codes, used, strict=True)}


def _by_part(
    frame: pd.DataFrame, indicator: Indicator, comparable: Sequence[bool]
) -> list[list[tuple[float | None, float | None]]]:
    parts = [
        zip(*(_column(frame[c].where(comparable)) for c in (p.numerator, p.denominator)), strict=True)
        for p in indicator.parts
    ]
    return [list(counts) for counts in zip(*parts, strict=True)]


def _repeated(scope: Scope, before: pd.DataFrame, this: pd.DataFrame) -> list[float]:
    """Dispersion of sums over months that count the same participants again."""
    apart = abs((scope.period.months[0] - scope.compare.months[0]).n)
    months = [max(int(m), 1) for m in pd.concat([before["months"], this["months"]], axis=1).max(axis=1)]
    return [repeated_counts_dispersion(m, apart if apart >= m else None) for m in months]


def _dispersions(scope: Scope, part: Part, kind: Kind) -> dict[str, Dispersion]:
    spans = {m: label for label, p in zip(SPANS, (scope.period, scope.compare), strict=True) for m in p.months}
    rows = scope.leading[["facility_code", "month", part.numerator, part.denominator]]
    rows = rows[rows["month"].isin(list(spans))]
    return facility_dispersions(
        rows[part.numerator].tolist(), rows[part.denominator].tolist(), [str(c) for c in rows["facility_code"]],
        [spans[m] for m in rows["month"]], kind,
    )  # fmt: skip


def _month_rows(scope: Scope, name: str) -> list[dict[str, Any]]:
    same = (scope.period.first, scope.period.length) == (scope.compare.first, scope.compare.length)
    if not same or scope.compare.year >= scope.period.year:
        return []
    indicator = scope.indicators[name]
    rows = scope.leading[["facility_code", "month", *count_columns(indicator)]]
    rows = rows[rows["month"].isin([*scope.period.months, *scope.compare.months])]
    compared = year_on_year(
        _facility_months(rows, indicator),
        scope.compare.year,
        scope.period.year,
        indicator.scale,
        kind=kind_of(indicator),
    )
    tests = sum(m.p_adjusted is not None for m in compared.months)
    return [
        {"indicator": name, "calendar_month": m.month or 0, "before": m.before.value, "after": m.after.value,
         "matched": m.matched, "unmatched": m.unmatched, "p_adjusted": m.p_adjusted if m.month else m.change.p,
         "tests": tests if m.month else 1, **asdict(m.change)}
        for m in (compared.overall, *compared.months)
    ]  # fmt: skip


def _facility_months(rows: pd.DataFrame, indicator: Indicator) -> list[FacilityMonth]:
    tops, bottoms = (
        zip(*(_column(rows[getattr(p, side)]) for p in indicator.parts), strict=True)
        for side in ("numerator", "denominator")
    )
    when = rows["month"].dt
    codes = rows["facility_code"].astype(str)
    return list(map(FacilityMonth, codes, when.year.tolist(), when.month.tolist(), tops, bottoms))


def _column(values: pd.Series) -> list[float | None]:
    """Counts as plain numbers, None where missing; a column at a time, because single cells of pandas are slow."""
    return [None if v is pd.NA else float(v) for v in values.tolist()]


def _season_rows(scope: Scope, name: str) -> list[dict[str, Any]]:
    indicator = scope.indicators[name]
    rows = scope.leading[["month", *count_columns(indicator)]]
    monthly = count_sums(rows[rows["month"] <= scope.period.months[-1]], indicator, ["month"])["value"]
    made = seasonal_index({(m.year, m.month): None if pd.isna(v) else float(v) for m, v in monthly.items()})
    factors: dict[int, float | None] = dict(made.factors) or {0: None}
    return [
        {"indicator": name, "calendar_month": month, "factor": factor, "years": made.years, "method": made.method,
         "note": made.note, "reason": made.reason}
        for month, factor in factors.items()
    ]  # fmt: skip
