"""Pages on the same facilities in two periods: shares on target, each facility's state, totals, months, changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from analysis import formats as fmt
from analysis import texts
from analysis.markdown import Align, Block, escape, status, table
from analysis.periods import MONTH_NAMES
from analysis.results_parts import SPANS
from analysis.small_numbers import HIDDEN
from analysis.wording import limit_of, row_of
from analysis.wording_comparison import UNDECIDED, ComparisonWords

if TYPE_CHECKING:
    from analysis.report import Report

PARTLY = "; hanya bagian yang berpeserta pada kedua periode"


@dataclass(frozen=True)
class ComparisonPages:
    """What the presenting notebook calls for comparisons, one method per piece; report: the report it belongs to."""

    report: Report

    @cached_property
    def words(self) -> ComparisonWords:
        """The sentences of these pages."""
        return ComparisonWords(self.report.sentences)

    def shares(self) -> Block:
        """Share of the same facilities on target, with both intervals and both tests."""
        report = self.report
        rows = []
        for name in report.names:
            r = row_of(report.results["share"], group="utama", indicator=name)
            if pd.isna(r["value"]):
                rows.append([name, *[fmt.MISSING] * 5, escape(r["reason"])])
                continue
            n, before, after = map(fmt.number, (r["n"], r["both"] + r["fell"], r["both"] + r["rose"]))
            rows.append(
                [
                    name,
                    f"{before}/{n} ({fmt.percent(r['share_before'])} %)",
                    f"{after}/{n} ({fmt.percent(r['share_after'])} %)",
                    f"{fmt.number(r['rose'])} / {fmt.number(r['fell'])}",
                    f"{fmt.signed(r['value'] * 100, 1)} ({_points(r['lower'], r['upper'])})",
                    _points(r["tango_lower"], r["tango_upper"]),
                    f"{fmt.p_short(r['p'])} / {fmt.p_short(r['p_mid'])}",
                ]
            )
        heads = [
            "Indikator", report.compare.label, report.period.label, "Naik / turun", "Selisih (Newcombe)", "Tango",
            "p eksak / mid-p",
        ]  # fmt: skip
        sentences = "\n".join(f"- {escape(report.sentences.share(name))}" for name in report.names)
        return Block(
            sentences
            + "\n\n"
            + table(
                heads,
                rows,
                align=["left", "right", "right", "right", "right", "right", "right"],
                widths=[9, 13, 13, 8, 25, 18, 14],
                label="tbl-bagian",
                caption=escape(texts.SHARES_CAPTION.format(who=report.who)),
            )
        )

    def states(self) -> Block:
        """Each facility's state in both periods, for every indicator: the paired table."""
        report = self.report
        frame = report.results["facility"]
        frame = frame[frame["group"] == "utama"]
        cells: dict[str, list[str]] = {}
        for name in report.names:
            spans = {s: frame[(frame["indicator"] == name) & (frame["span"] == s)] for s in SPANS}
            this, before = (spans[s].set_index("facility_code") for s in SPANS)
            this = this.sort_values("facility_name")
            before = before.loc[this.index]
            comparable = before["comparable"] & this["comparable"]
            states = map(_state, comparable, before["on_target"], this["on_target"])
            for code, facility, state in zip(this.index, this["facility_name"], states, strict=True):
                cells.setdefault(code, [escape(fmt.facility(facility, short=True))]).append(state)
        if not cells:
            return Block(texts.NO_SCORES)
        caption = texts.STATES_CAPTION.format(who=report.who, compare=report.compare.label, period=report.period.label)
        return Block(
            table(
                [fmt.sentence_case(report.who), *report.names],
                [cells[c] for c in sorted(cells, key=lambda c: cells[c][0])],
                align=["left"] * (len(report.names) + 1),
                label="tbl-berpasangan",
                caption=escape(caption),
            )
        )

    def totals(self) -> Block:
        """The same change by other methods: typical facility, ratio of the totals, model."""
        report = self.report
        rows = []
        frame = report.results["model_change"]
        for name in report.names:
            for r in frame[(frame["group"] == "utama") & (frame["indicator"] == name)].itertuples(index=False):
                label = {"rasio": "rasio jumlah", "GEE": "GEE" + (f", {r.part}" if r.part else "")}[r.kind]
                kind = "rasio laju" if name == "AK" else "rasio odds"
                rows.append(
                    [
                        name,
                        f"{label} ({'rasio nilai' if r.kind == 'rasio' else kind})",
                        fmt.number(r.value, 3),
                        fmt.interval(r.lower, r.upper, 3),
                        fmt.p_short(r.p_adjusted),
                        escape(r.reason or r.note),
                    ]
                )
        sentences = "\n".join(f"- {escape(self.words.value(name))}" for name in report.names)
        return Block(
            sentences
            + "\n\n"
            + table(
                ["Indikator", "Cara", "Rasio", "Interval 95 %", "p disesuaikan", "Catatan"],
                rows,
                align=["left", "left", "right", "right", "right", "left"],
                widths=[10, 24, 8, 18, 14, 26],
                label="tbl-model",
                caption=escape(texts.MODELS_CAPTION.format(who=report.who)),
            )
        )

    def months(self) -> Block:
        """Each calendar month against itself a year or more before, and what the season usually is."""
        report = self.report
        frame = report.results["month_change"]
        rows = []
        for name in report.names:
            decimals = fmt.DECIMALS[name]
            own = frame[(frame["indicator"] == name) & (frame["calendar_month"] > 0)]
            if len(own) < 2:  # the main comparison itself, which has its own family of tests
                continue
            for r in own.itertuples(index=False):
                rows.append(
                    [
                        name,
                        MONTH_NAMES[int(r.calendar_month) - 1],
                        fmt.number(r.before, decimals),
                        fmt.number(r.after, decimals),
                        fmt.signed(r.value, decimals),
                        fmt.interval(r.lower, r.upper, decimals, sign=True),
                        fmt.p_short(r.p_adjusted),
                    ]
                )
        said = [self.words.months(n) for n in report.names] + [self.words.season(n) for n in report.names]
        sentences = "\n".join(f"- {escape(s)}" for s in said)
        if not rows:
            return Block(sentences)
        heads = [
            "Indikator",
            "Bulan",
            report.compare.label,
            report.period.label,
            "Selisih",
            "Interval 95 %",
            "p disesuaikan",
        ]
        return Block(
            sentences
            + "\n\n"
            + table(
                heads,
                rows,
                align=["left", "left", "right", "right", "right", "right", "right"],
                label="tbl-bulan",
                caption=escape(texts.MONTHS_CAPTION.format(who=report.who)),
            )
        )

    def changes(self, name: str) -> Block:
        """Each facility's change with its interval and what can be concluded of it."""
        report = self.report
        name = report.named(name)
        frame = report.results["facility_change"]
        frame = frame[frame["indicator"] == name].sort_values("facility_name").assign(hidden=_hidden(frame))
        rate = report.indicators[name].unit == "permil"
        decimals = fmt.DECIMALS[name]
        limit = limit_of(report.rule.target(name))
        rows = [
            [
                escape(fmt.facility(r.facility_name, short=True)),
                fmt.against(r.before, limit, decimals),
                fmt.against(r.after, limit, decimals),
                fmt.number(r.value, 3) if rate else fmt.signed(r.value, decimals),
                texts.NOT_SHOWN if r.hidden else fmt.interval(r.lower, r.upper, 3 if rate else decimals, sign=not rate),
                texts.NOT_SHOWN if r.hidden else fmt.p_short(r.p_adjusted),
                self._conclusion(name, r.verdict, str(r.reason)) + (PARTLY if r.note.startswith("hanya") else ""),
            ]
            for r in frame.itertuples(index=False)
        ]
        if not rows:
            return Block(escape(self.words.facilities(name)))
        heads = [
            fmt.sentence_case(report.who), report.compare.label, report.period.label,
            "Rasio" if rate else "Selisih", "Interval 95 %", "p disesuaikan", "Kesimpulan",
        ]  # fmt: skip
        aligns: list[Align] = ["left", "right", "right", "right", "right", "right", "left"]
        caption = texts.CHANGES_CAPTION.format(name=name, who=report.who, how=texts.CHANGE_HOW[name])
        return Block(
            escape(self.words.facilities(name))
            + "\n\n"
            + table(
                heads,
                rows,
                align=aligns,
                widths=[17, 9, 9, 7, 19, 13, 26],
                label=f"tbl-perubahan-{name.lower()}",
                caption=escape(caption),
            )
            + report.small_note(pd.Series([None if hidden else 0 for hidden in frame["hidden"]]))
        )

    def _conclusion(self, name: str, verdict: str, reason: str) -> str:
        if verdict == UNDECIDED:
            return escape(reason) if reason else UNDECIDED
        better = (verdict == "naik") == (self.report.indicators[name].better == "higher")
        return status(verdict, "baik" if better else "buruk")


def _hidden(frame: pd.DataFrame) -> pd.Series:
    """Which facilities are shown without their counts: none in complete results."""
    return frame[HIDDEN] if HIDDEN in frame else pd.Series(False, index=frame.index)


def _points(lower: float, upper: float) -> str:
    return fmt.interval(lower * 100, upper * 100, 1, sign=True)


def _state(comparable: bool, before: bool, this: bool) -> str:
    """Return what became of a facility, in coloured words; before, this: whether it reached the target."""
    if not comparable:
        return status("tidak dapat dibandingkan", "netral")
    if before and this:
        return status("tetap memenuhi", "baik")
    if this:
        return status("menjadi memenuhi", "baik")
    return status("tidak lagi memenuhi", "buruk") if before else status("tetap belum", "sedang")
