"""The effect of each event of a district as a table: its series, the invited against the others, return to the mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from analysis.district import Event
from analysis.estimates import Counts, Estimate
from analysis.event_effects import (
    DifferenceInDifferences,
    difference_in_differences,
    half_spans,
    interrupted_series,
    regression_to_the_mean,
    trend_before_event,
)
from analysis.indicators import count_columns, period_sums
from analysis.periods import parse_period
from analysis.results_parts import Scope, adjust_family, by_facility, count_sums, parts_of, records_table

MONTHS_BEFORE = 36
"""Most months before an event that its series uses: older ones say little of the course that was broken."""
MONTHS_AFTER = 11
"""Most months after an event that the groups are compared over: each meets its own calendar month a year earlier,
and all of those must lie before the event."""
NOTHING_AFTER = "belum ada bulan sesudah kegiatan dalam periode ini"
CHOSEN_LATER = "periode pemilihan (selection) tidak berakhir sebelum kegiatan"
SELECTION_MONTHS = 6
"""Months before an event in which the invited are taken to have been picked, where district.yml does not say."""
SERIES_COLUMNS = (
    "ordinal", "label", "date", "indicator", "first_after", "months_before", "months_after", "observed", "expected",
    "level_change", "level_change_lower", "level_change_upper", "slope_change", "slope_change_lower",
    "slope_change_upper", "autocorrelation", "lag", "seasons", "p_adjusted", "tests",
    "value", "lower", "upper", "level", "n", "p", "method", "note", "reason",
)  # fmt: skip
GROUP_COLUMNS = (
    "ordinal", "label", "date", "indicator", "months", "invited", "others", "unknown_codes",
    "invited_before", "invited_after", "others_before", "others_after", "relative", "relative_lower", "relative_upper",
    "placebo", "placebo_lower", "placebo_upper", "placebo_p", "picked", "picked_note", "history", "history_lower",
    "history_upper", "shrinkage", "remaining", "remaining_lower", "remaining_upper", "remaining_reason", "p_adjusted",
    "tests", "value", "lower", "upper", "level", "n", "p", "method", "note", "reason",
)  # fmt: skip
LINE_COLUMNS = ("ordinal", "indicator", "month", "value", "fitted", "expected")


def event_tables(scope: Scope, events: Sequence[Event]) -> dict[str, pd.DataFrame]:
    """Return what the data say of each event up to the end of the period, for the indicator that it was meant for.

    event_series: SERIES_COLUMNS; value: mean effect after the event against the line of before continued, district
    level of the leading group, unit of the indicator.
    event_lines: LINE_COLUMNS, the months of that series. event_groups: GROUP_COLUMNS; value: change of the invited less
    that of the others, ``months`` after the event against the same months a year earlier; placebo: the same for two
    spans before the event; history: what the same choice did a year earlier; remaining: the effect less that.
    picked is missing where it cannot be told, with remaining_reason.
    p_adjusted: Holm over all tests of events of the report.
    """
    series, lines, groups = [], [], []
    for ordinal, event in enumerate(events):
        month = pd.Period(event.date, "M")
        if month > scope.period.months[-1]:
            continue
        names = [n for n in scope.names if event.indicator in ("", n)]
        for name in names:
            told = {"ordinal": ordinal, "label": event.label, "date": event.date.isoformat(), "indicator": name}
            row, points = _series(scope, name, month)
            series.append({**told, **row})
            lines += [{"ordinal": ordinal, "indicator": name, **p} for p in points]
            groups.append({**told, **_Groups(scope, name, event, month).row()})
    adjust_family([*series, *groups])
    return {
        "event_series": records_table(series, SERIES_COLUMNS),
        "event_lines": records_table(lines, LINE_COLUMNS),
        "event_groups": records_table(groups, GROUP_COLUMNS),
    }


def _series(scope: Scope, name: str, month: pd.Period) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    rows = scope.leading
    rows = rows[(rows["month"] >= month - MONTHS_BEFORE) & (rows["month"] <= scope.period.months[-1])]
    monthly = count_sums(rows, scope.indicators[name], ["month"])
    made = interrupted_series(monthly["value"].tolist(), [str(m) for m in monthly.index], str(month))
    row = {
        "first_after": made.first_after, "months_before": made.before, "months_after": made.after,
        "observed": made.observed_after, "expected": made.expected_after, **_flat("level_change", made.level_change),
        **_flat("slope_change", made.slope_change), "autocorrelation": made.autocorrelation, "lag": made.lag,
        "seasons": made.seasons, **asdict(made.mean_effect), "method": made.method, "note": made.note,
        "reason": made.reason or made.mean_effect.reason,
    }  # fmt: skip
    points = [{"month": p.month, "value": p.value, "fitted": p.fitted, "expected": p.expected} for p in made.points]
    return row, points


def _flat(name: str, estimate: Estimate) -> dict[str, float | None]:
    return {name: estimate.value, f"{name}_lower": estimate.lower, f"{name}_upper": estimate.upper}


@dataclass(frozen=True)
class _Groups:
    """The invited facilities of one event against the others of the leading group."""

    scope: Scope
    name: str
    event: Event
    month: pd.Period

    def row(self) -> dict[str, Any]:
        """The fields of GROUP_COLUMNS behind the first four."""
        codes = sorted(by_facility(self.scope.leading).index)
        known = [c for c in codes if c in set(self.event.facilities)]
        unknown = sorted(set(self.event.facilities) - set(codes))
        counted = {"invited": len(known), "others": len(codes) - len(known), "unknown_codes": json.dumps(unknown)}
        if not self.event.facilities:
            return {**counted, "reason": "daftar FKTP yang ikut tidak ada di district.yml (facilities)"}
        if not known or len(known) == len(codes):
            why = "semua FKTP ikut" if known else "tidak satu pun FKTP yang ikut dikenal"
            return {**counted, "reason": f"tidak ada pembanding karena {why}"}
        if self.month >= self.scope.period.months[-1]:
            return {**counted, "months": 0, "reason": NOTHING_AFTER}
        last = min(self.scope.period.months[-1], self.month + MONTHS_AFTER)
        after = pd.period_range(self.month + 1, last, freq="M")
        made = self._did(codes, known, after - 12, after)
        return {
            **counted, "months": len(after), **_flat("relative", made.relative), "invited_before": made.invited_before,
            "invited_after": made.invited_after, "others_before": made.others_before,
            "others_after": made.others_after, **self._placebo(codes, known), **self._return(codes, known, after),
            **asdict(made.effect),
        }  # fmt: skip

    def _counts(self, codes: Sequence[str], months: pd.PeriodIndex) -> Counts:
        """Sums of the usable months by facility; missing where there is none."""
        indicator = self.scope.indicators[self.name]
        rows = self.scope.leading[self.scope.leading["month"].isin(months)]
        sums = period_sums(rows, indicator, ["facility_code"])[count_columns(indicator)].reindex(list(codes))
        return parts_of(sums.astype("Float64").astype(float), indicator)

    def _did(
        self, codes: list[str], known: list[str], before: pd.PeriodIndex, after: pd.PeriodIndex
    ) -> DifferenceInDifferences:
        others = [c for c in codes if c not in set(known)]
        scale = self.scope.indicators[self.name].scale
        spans = [self._counts(who, span) for who in (known, others) for span in (before, after)]
        return difference_in_differences(*spans, scale=scale)

    def _placebo(self, codes: list[str], known: list[str]) -> dict[str, Any]:
        months = [str(m) for m in pd.period_range(self.month - 24, self.month - 1, freq="M")]
        present = {str(m) for m in self.scope.leading["month"].unique()}
        first, second = half_spans([m for m in months if m in present], str(self.month))
        if not first:
            return {}
        others = [c for c in codes if c not in set(known)]
        spans = [
            self._counts(who, pd.PeriodIndex(span, freq="M")) for who in (known, others) for span in (first, second)
        ]
        effect = trend_before_event(*spans, scale=self.scope.indicators[self.name].scale).effect
        return {**_flat("placebo", effect), "placebo_p": effect.p}

    def _return(self, codes: list[str], known: list[str], after: pd.PeriodIndex) -> dict[str, Any]:
        indicator, band = self.scope.indicators[self.name], self.scope.rule.target(self.name)
        span = pd.period_range(self.month - SELECTION_MONTHS, self.month - 1, freq="M")
        if self.event.selection:
            span = parse_period(self.event.selection).months
        if span[-1] >= self.month:
            return {"picked": None, "picked_note": "", "remaining_reason": CHOSEN_LATER}
        made = regression_to_the_mean(
            self._counts(codes, span),
            [c in set(known) for c in codes],
            (self._counts(codes, span - 12), self._counts(codes, after - 12)),
            self._counts(codes, after),
            better="lower" if indicator.better == "lower" else "higher",
            limit=band.end if self.event.selection else None,
            scale=indicator.scale,
        )
        told, pairs = made.note or made.selection.note, made.selection.superiority
        if pairs.value is None:
            return {"picked": None, "picked_note": told, "remaining_reason": pairs.reason}
        return {
            "picked": made.selection.picked, "picked_note": told, **_flat("history", made.history.effect),
            "shrinkage": made.shrinkage.value, **_flat("remaining", made.remaining),
            "remaining_reason": made.reason or made.remaining.reason,
        }  # fmt: skip
