"""Pages on series and on facilities beside each other: monthly charts, funnels, shares of several periods."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from analysis import figures_chart, figures_funnel, texts, wording
from analysis import formats as fmt
from analysis.figure_style import Event
from analysis.markdown import Block, FigureBlock, escape, status, table
from analysis.periods import Period, parse_period
from analysis.spc import BETTER
from analysis.wording import limit_of, row_of, target_short
from analysis.wording_trend import RULES, TrendWords, places_text

if TYPE_CHECKING:
    from analysis.markdown import StatusClass
    from analysis.report import Report

SIZE_LABELS = {"AK": "peserta-bulan", "RRNS": "rujukan", "RPPB": "peserta Prolanis"}
_GRADE_CLASSES: dict[bool, StatusClass] = {True: "baik", False: "buruk"}


@dataclass(frozen=True)
class TrendPages:
    """What the presenting notebook calls for trends, one method per piece; report: the report it belongs to."""

    report: Report

    @cached_property
    def words(self) -> TrendWords:
        """The sentences of these pages."""
        return TrendWords(self.report.sentences)

    def chart(self, name: str) -> FigureBlock | Block:
        """The monthly chart of the leading group; a sentence where no month has a value."""
        report = self.report
        name = report.named(name)
        indicator, band = report.indicators[name], report.rule.target(name)
        frame = report.results["chart_points"]
        frame = frame[frame["indicator"] == name].sort_values("month")
        known = frame.dropna(subset=["value"])
        if known.empty:
            return Block(texts.NO_TREND.format(name=name))
        head = row_of(report.results["chart"], indicator=name)
        low, high, last = known.loc[known["value"].idxmin()], known.loc[known["value"].idxmax()], known.iloc[-1]
        decimals = fmt.DECIMALS[name]
        events = [e for e in report.district.events if e.indicator in ("", name)]
        told = [(e.label, e.date) for e in events]
        words = {
            "name": name,
            "who": report.who,
            "first": fmt.month(known["month"].iloc[0]),
            "last": fmt.month(last["month"]),
            "period": report.period.label,
            "kind": head["kind"],
            "judged": fmt.month(pd.Period(head["limits_from"] or head["start"], "M")),
            "low": f"{fmt.number(low['value'], decimals)} ({fmt.month(low['month'])})",
            "high": f"{fmt.number(high['value'], decimals)} ({fmt.month(high['month'])})",
            "end": fmt.number(last["value"], decimals),
            "unit": fmt.UNITS[indicator.unit],
            "target": wording.target_text(band, indicator),
            "events": wording.events_text(told),
        }
        svg = figures_chart.chart(
            frame,
            unit=f"{name}, {fmt.UNITS[indicator.unit]}",
            decimals=decimals,
            target=limit_of(band),
            target_label=f"target {target_short(band, indicator)}",
            span=(report.period.months[0], report.period.months[-1]),
            events=[
                Event(pd.Period(e.date, "M"), f"{e.label}, {fmt.month_short(pd.Period(e.date, 'M'))}") for e in events
            ],
            simulated=report.district.simulated,
        )
        caption, alt = texts.CHART_CAPTION, texts.CHART_ALT
        if frame["lower"].isna().all():
            caption, alt = texts.CHART_CAPTION_WITHOUT_LIMITS, texts.CHART_ALT_WITHOUT_LIMITS
        return FigureBlock(svg, f"fig-tren-{name.lower()}", escape(caption.format(**words)), alt.format(**words))

    def chart_words(self, name: str) -> Block:
        """What the monthly chart shows, in words, and which facilities carry a mark."""
        name = self.report.named(name)
        said = [s for s in self.words.chart(name) if s]
        return Block("\n".join(f"- {escape(s)}" for s in said))

    def facility_marks(self, name: str) -> Block:
        """The marks of the facilities' own charts that touch the period."""
        report = self.report
        name = report.named(name)
        lead = escape(self.words.facility_marks(name))
        frame = report.results["facility_marks"]
        frame = frame[frame["indicator"] == name].sort_values(["facility_name", "rule"])
        if frame.empty:
            return Block(lead)
        rows = [
            [
                escape(fmt.facility(r.facility_name, short=True)),
                status(r.grade, _GRADE_CLASSES[r.grade == BETTER]),
                escape(RULES[r.rule, int(r.direction)]),
                escape(places_text(r.places)),
                escape(r.kind) + (" (sementara)" if r.trial else ""),
            ]
            for r in frame.itertuples(index=False)
        ]
        heads = [fmt.sentence_case(report.who), "Tanda", "Mengapa", "Bulan", "Bagan"]
        caption = texts.MARKS_CAPTION.format(name=name, who=report.who, period=report.period.label)
        return Block(
            lead
            + "\n\n"
            + table(
                heads,
                rows,
                align=["left", "left", "left", "left", "left"],
                widths=[20, 12, 30, 26, 12],
                label=f"tbl-tanda-{name.lower()}",
                caption=escape(caption),
            )
        )

    def funnel_words(self, name: str) -> Block:
        """Who lies outside the funnel, graded by its limits."""
        return Block("\n".join(f"- {escape(s)}" for s in self.words.funnel(self.report.named(name))))

    def funnel(self, name: str) -> FigureBlock | Block:
        """The funnel plot of the leading group over the period; nothing more than its sentence where there is none."""
        report = self.report
        name = report.named(name)
        head = row_of(report.results["funnel"], indicator=name)
        if head["reason"]:
            return Block("")
        indicator, band = report.indicators[name], report.rule.target(name)
        points, curves = (report.results[t] for t in ("funnel_points", "funnel_curves"))
        points = points[(points["indicator"] == name) & (points["reason"] == "")]
        shown = points.assign(
            name=points["facility_name"].map(lambda n: fmt.facility(n, short=True)),
            position=points["position_adjusted"],
        )
        decimals = fmt.DECIMALS[name]
        counts = points["position_adjusted"].value_counts()
        words = {
            "name": name,
            "who": report.who,
            "period": report.period.label,
            "n": fmt.number(head["n"]),
            "overall": fmt.number(head["overall"], decimals),
            "unit": fmt.UNITS[indicator.unit],
            "size": SIZE_LABELS[name],
            "inside": fmt.number(int(counts.get("di dalam 95", 0))),
            "between": fmt.number(int(counts.get("antara 95 dan 99,8", 0))),
            "beyond": fmt.number(int(counts.get("di luar 99,8", 0))),
            "faint": texts.FUNNEL_FAINT if head["tau2"] > 0 else "",
        }
        left_out = int(shown["denominator"].isna().sum())
        if left_out == len(shown):
            return Block("")
        small = texts.FUNNEL_SMALL.format(n=fmt.number(left_out), who=report.who) if left_out else ""
        svg = figures_funnel.funnel(
            shown,
            curves[curves["indicator"] == name],
            overall=float(head["overall"]),
            overall_label=f"gabungan {fmt.number(head['overall'], decimals)}",
            unit=f"{name}, {fmt.UNITS[indicator.unit]}",
            size_label=SIZE_LABELS[name],
            target=limit_of(band),
            target_label=f"target {target_short(band, indicator)}",
            simulated=report.district.simulated,
        )
        return FigureBlock(
            svg,
            f"fig-corong-{name.lower()}",
            escape(texts.FUNNEL_CAPTION.format(**words) + small),
            texts.FUNNEL_ALT.format(**words),
        )

    def history(self, name: str) -> FigureBlock | Block:
        """Share of the leading group on target over the periods of the report's length."""
        report = self.report
        name = report.named(name)
        frame = report.results["history"]
        frame = frame[frame["indicator"] == name]
        if frame["value"].notna().sum() < 2:
            return Block("")
        spans = {report.period.code: "ini", report.compare.code: "pembanding"}
        shown = frame.assign(
            label=[_short(parse_period(p)) for p in frame["period"]], span=[spans.get(p, "") for p in frame["period"]]
        )
        known = shown[shown["value"].notna()]
        first, last = known.iloc[0], known.iloc[-1]
        words = {
            "name": name,
            "who": report.who,
            "first": parse_period(first["period"]).label,
            "last": parse_period(last["period"]).label,
            "start": f"{fmt.number(first['reached'])} dari {fmt.number(first['n'])}",
            "end": f"{fmt.number(last['reached'])} dari {fmt.number(last['n'])}",
            "target": wording.target_text(report.rule.target(name), report.indicators[name]),
        }
        svg = figures_chart.shares_over_periods(
            shown,
            unit=f"persen {report.who} memenuhi target",
            labels={"pembanding": report.compare.label, "ini": report.period.label},
            simulated=report.district.simulated,
        )
        return FigureBlock(
            svg,
            f"fig-riwayat-{name.lower()}",
            escape(texts.HISTORY_CAPTION.format(**words)),
            texts.HISTORY_ALT.format(**words),
        )

    def history_words(self, name: str) -> Block:
        """The share on target over the periods, and each calendar year against the next, in words."""
        name = self.report.named(name)
        said = [*self.words.history(name), *self.words.years(name)]
        return Block("\n".join(f"- {escape(s)}" for s in said))


def _short(period: Period) -> str:
    """Return a short name of a period: 'S1 2025', 'T3 2025', '2025', 'Mar 25'."""
    if period.length == 1:
        return fmt.month_short(period.months[0])
    return " ".join(period.code.split("-")[::-1])
