"""Monthly charts of a report as tables: the district's series with limits and marks, and each facility's marks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd

from analysis import spc, spc_p
from analysis.bands import Band
from analysis.district import Event
from analysis.indicators import Indicator
from analysis.results_parts import Scope, by_facility, count_sums, records_table

CHART_MONTHS = 24
"""Months that a chart judges, up to the last of the period; earlier ones are drawn without limits."""
XMR = "XmR"
POINT_COLUMNS = (
    "indicator", "month", "value", "mean", "lower", "upper", "phase", "trial", "rule", "rules", "direction", "grade",
    "reason",
)  # fmt: skip
MARK_COLUMNS = (
    "facility_code", "facility_name", "indicator", "kind", "rule", "direction", "grade", "months", "places", "trial",
)  # fmt: skip
QUARTER_COLUMNS = (
    "indicator", "label", "numerator", "denominator", "value", "lower", "upper", "limit_lower", "limit_upper", "grade",
    "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """One chart in one shape, whatever its method.

    head: kind, limits_from (first month behind mean and limits), mean, lower, upper (last limits), trial, assurance,
    method, note, reason; points: as POINT_COLUMNS without indicator; quarters: as QUARTER_COLUMNS without indicator.
    Values in the unit of the indicator.
    """

    head: dict[str, Any]
    points: list[dict[str, Any]]
    quarters: list[dict[str, Any]]


@dataclass(frozen=True)
class Course:
    """The months of a facility or group in order, in plain lists: hundreds of charts are drawn from them.

    months: as text; missing ones may be absent. columns: the indicator's count columns and value, one entry a month.
    """

    months: list[str]
    columns: dict[str, list[Any]]

    @classmethod
    def of(cls, months: Iterable[pd.Period], sums: pd.DataFrame) -> Course:
        """Return the course in a table of count_sums."""
        return cls(list(map(str, months)), {str(name): column.tolist() for name, column in sums.items()})

    def part(self, first: int, end: int) -> Course:
        """Return the months from the first up to the one before the end, by their places."""
        return Course(self.months[first:end], {name: column[first:end] for name, column in self.columns.items()})


def chart_tables(scope: Scope, events: Sequence[Event] = ()) -> dict[str, pd.DataFrame]:
    """Return the charts of the leading group.

    chart: one row per indicator: kind (XmR, p′ Laney, triwulan eksak), start, end (first and last judged month with a
    value), months (their number), limits_from (first month behind mean and limits: a later one where an event starts
    new limits), mean, lower, upper, trial, target, assurance, method, note, reason.
    chart_points: POINT_COLUMNS, every month of the data; limits and marks only in the judged months.
    chart_quarters: QUARTER_COLUMNS, for indicators with few events a month.
    facility_marks: MARK_COLUMNS, the marks that touch the period in the charts of each facility; months: their number,
    places: the months (or quarters) as JSON text. facility_charts: how many facilities were charted per indicator.
    """
    heads, points, quarters, marks, counted = [], [], [], [], []
    rows = scope.leading[scope.leading["month"] <= scope.period.months[-1]]
    start = min(scope.compare.months[0], scope.period.months[-1] - (CHART_MONTHS - 1))
    judged = rows[rows["month"] >= start]
    for name in scope.names:
        indicator, band = scope.indicators[name], scope.rule.target(name)
        monthly = count_sums(rows, indicator, ["month"])
        recent = monthly[monthly.index >= start]
        drawn = draw(Course.of(recent.index, recent), indicator, band, rebase_months(events, name))
        known = recent.index if len(recent) else [start, scope.period.months[-1]]
        span = {"start": str(known[0]), "end": str(known[-1]), "months": len(recent)}
        heads.append({"indicator": name, **span, "target": band.end, **drawn.head})
        points += [{"indicator": name, **p} for p in _earlier(monthly[monthly.index < start])]
        points += [{"indicator": name, **p} for p in drawn.points]
        quarters += [{"indicator": name, **q} for q in drawn.quarters]
        found, charted = _facility_marks(scope, judged, name)
        marks += found
        counted.append({"indicator": name, "n": charted})
    table = records_table(points, POINT_COLUMNS)
    return {
        "chart": records_table(heads),
        "chart_points": table.assign(month=pd.PeriodIndex(table["month"], freq="M")),
        "chart_quarters": records_table(quarters, QUARTER_COLUMNS),
        "facility_marks": records_table(marks, MARK_COLUMNS),
        "facility_charts": records_table(counted),
    }


def rebase_months(events: Iterable[Event], name: str) -> list[str]:
    """Return the first full month after each event that starts new limits for an indicator."""
    return [str(pd.Period(e.date, "M") + 1) for e in events if e.rebase and e.indicator in ("", name)]


def draw(course: Course, indicator: Indicator, band: Band, rebase_at: Sequence[str] = ()) -> Drawn:
    """Return the chart that suits a monthly series: p′ or exact quarters for a share of few cases, else XmR."""
    improvement, months = "up" if indicator.better == "higher" else "down", course.months
    if len(indicator.parts) == 1 and indicator.unit == "percent":
        part = indicator.parts[0]
        counts = (course.columns[part.numerator], course.columns[part.denominator])
        if spc_p.suited_chart(*counts) == spc_p.LANEY:
            chart = spc_p.laney(*counts, months, improvement, rebase_at)
            return _laney(chart, improvement, indicator, band)
        return _quarters(counts, months, improvement, indicator)
    return _xmr(course, improvement, band, rebase_at)


def _closed(band: Band) -> bool:
    return band.lower_closed if band.lower is not None else band.upper_closed


def _xmr(course: Course, improvement: str, band: Band, rebase_at: Sequence[str]) -> Drawn:
    chart = spc.xmr(
        course.columns["value"], course.months, improvement, band.end, rebase_at, equal_is_reached=_closed(band)
    )
    points = []
    for p in chart.points:
        phase = chart.phases[p.phase]
        limits = {"mean": phase.mean, "lower": phase.lower, "upper": phase.upper, "trial": phase.trial}
        points.append(_point(p, p.value, **limits))
    lower = None if chart.lower is None else max(chart.lower, 0.0)
    return Drawn(_head(XMR, chart, (chart.mean, lower, chart.upper), chart.assurance), points, [])


def _laney(chart: spc_p.PChart, improvement: str, indicator: Indicator, band: Band) -> Drawn:
    scale = indicator.scale
    points, last = [], None
    for p in chart.points:
        phase = chart.phases[p.phase]
        low, high, mean = (_scaled(v, scale) for v in (p.lower, p.upper, phase.mean))
        points.append(_point(p, _scaled(p.value, scale), mean=mean, lower=low, upper=high, trial=phase.trial))
        last = (low, high) if low is not None else last
    low, high = last if last is not None else (None, None)
    said = spc.assurance(low, high, band.end, improvement, equal_is_reached=_closed(band))
    return Drawn(_head(spc_p.LANEY, chart, (_scaled(chart.mean, scale), low, high), said), points, [])


def _quarters(counts: tuple[list[Any], list[Any]], months: list[str], improvement: str, indicator: Indicator) -> Drawn:
    shares = spc_p.quarterly_exact(*counts, months, improvement, cumulate=False)
    scale = indicator.scale
    quarters = [
        {
            "label": q.label,
            "numerator": q.numerator,
            "denominator": q.denominator,
            **{c: _scaled(getattr(q, c), scale) for c in ("value", "lower", "upper", "limit_lower", "limit_upper")},
            "grade": q.grade,
            "reason": q.reason,
        }
        for q in shares.quarters
    ]
    points = [
        {"month": month, "value": scale * k / n if pd.notna(k) and pd.notna(n) and n else None, "phase": 0,
         "trial": False, "rule": "", "rules": "[]", "direction": 0, "grade": "", "reason": ""}
        for month, k, n in zip(months, *counts, strict=True)
    ]  # fmt: skip
    mean = _scaled(shares.overall.value, scale) if shares.overall is not None else None
    head = {
        "kind": spc_p.QUARTERLY, "limits_from": months[0] if months else "", "mean": mean, "lower": None,
        "upper": None, "trial": False, "assurance": "", "method": shares.method, "note": shares.note,
        "reason": shares.reason,
    }  # fmt: skip
    return Drawn(head, points, quarters)


def _head(
    kind: str,
    chart: spc.Chart | spc_p.PChart,
    limits: tuple[float | None, float | None, float | None],
    said: str,
) -> dict[str, Any]:
    mean, lower, upper = limits
    return {
        "kind": kind, "limits_from": chart.phases[-1].start if chart.phases else "", "mean": mean, "lower": lower,
        "upper": upper, "trial": chart.trial, "assurance": said, "method": chart.method, "note": chart.note,
        "reason": chart.reason,
    }  # fmt: skip


def _point(point: spc.Point | spc_p.PPoint, value: float | None, **limits: Any) -> dict[str, Any]:
    if limits["lower"] is not None:
        limits["lower"] = max(limits["lower"], 0.0)  # no ratio lies below nothing
    return {
        "month": point.month, "value": value, **limits, "phase": point.phase, "rule": point.rule,
        "rules": json.dumps(point.rules, ensure_ascii=False), "direction": point.direction, "grade": point.grade,
        "reason": point.reason,
    }  # fmt: skip


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale


def _earlier(monthly: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"month": str(m), "value": v, "rules": "[]", "rule": "", "grade": "", "reason": ""}
        for m, v in monthly["value"].items()
    ]


def _facility_marks(scope: Scope, judged: pd.DataFrame, name: str) -> tuple[list[dict[str, Any]], int]:
    """The marks of each facility's chart that touch the period, and the number of facilities with limits."""
    indicator, band = scope.indicators[name], scope.rule.target(name)
    names = by_facility(judged)["facility_name"] if len(judged) else {}
    in_period = {str(m) for m in scope.period.months}
    quarters = {f"{m.year}-T{m.quarter}" for m in scope.period.months}
    sums = count_sums(judged, indicator, ["facility_code", "month"])
    found: list[dict[str, Any]] = []
    charted = 0
    all_months = Course.of(sums.index.get_level_values("month"), sums)
    codes = sums.index.get_level_values("facility_code").tolist()
    for code, own in groupby(range(len(codes)), key=codes.__getitem__):
        places = list(own)
        drawn = draw(all_months.part(places[0], places[-1] + 1), indicator, band)
        charted += not drawn.head["reason"]
        hits: dict[tuple[str, int, str], list[str]] = {}
        for p in drawn.points:
            if p["month"] in in_period and p["rule"]:
                hits.setdefault((p["rule"], p["direction"], p["grade"]), []).append(p["month"])
        for q in drawn.quarters:
            if q["label"] in quarters and q["grade"] not in ("", spc.COMMON):
                up = q["value"] > q["limit_upper"]
                hits.setdefault((spc.OUTSIDE, 1 if up else -1, q["grade"]), []).append(q["label"])
        for (rule, direction, grade), where in hits.items():
            found.append(
                {"facility_code": code, "facility_name": names[code], "indicator": name, "kind": drawn.head["kind"],
                 "rule": rule, "direction": direction, "grade": grade, "months": len(where),
                 "places": json.dumps(where), "trial": drawn.head["trial"]}
            )  # fmt: skip
    return found, charted
