"""The parts of a KBK report as display objects: only presents results, computes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis import figures, texts, wording
from analysis import formats as fmt
from analysis.chosen_periods import choose_periods
from analysis.district import District, load_district
from analysis.findings import load_kinds
from analysis.indicators import KBK_INDICATORS, Indicator, load_indicators
from analysis.markdown import PAGE_BREAK, Align, Block, FigureBlock, FigureBlocks, box, escape, panels, status, table
from analysis.methods import Methods, load_methods
from analysis.payment import NOT_JUDGED_NETWORK
from analysis.periods import Period, parse_period
from analysis.provenance import Provenance
from analysis.quality import Check, load_checks
from analysis.report_comparison import ComparisonPages
from analysis.report_event import EventPages
from analysis.report_methods import deviations_block, methods_block
from analysis.report_quality import QualityPages
from analysis.report_referrals import ReferralPages
from analysis.report_trend import TrendPages
from analysis.results import Results
from analysis.results_parts import GROUPS
from analysis.rules import Rule, load_rules
from analysis.small_numbers import FACT, publishable, publishing
from analysis.store import load_table
from analysis.wording import Sentences, limit_of, target_short
from analysis.workspace import Workspace

LEFT: Align = "left"
FLAG = "\\*"
"""Mark of a value that rests on something unconfirmed."""


def _mark(value: str) -> str:
    return FLAG if value == "unconfirmed" else ""


@dataclass(frozen=True)
class Report:
    """Everything that the presenting notebook calls, one method per table, figure or paragraph.

    district: settings of the district; results: its results; provenance: where the numbers come from.
    """

    district: District
    results: Results
    indicators: dict[str, Indicator]
    rules: list[Rule]
    provenance: Provenance
    method_list: Methods
    checks: dict[str, Check]

    @classmethod
    def open(cls, slug: str, period: str = "", renderer: str = "") -> Report:
        """Return the report of a district and period from the results on disk, in the current workspace.

        Its results are those that may be published (``small_numbers``).

        period: default the one that the analysis chooses by itself. Raises DataError when the results are missing.
        """
        workspace = Workspace.current()
        if period:
            chosen = parse_period(period)
        else:
            chosen, _ = choose_periods(load_table(workspace.processed_of(slug))["month"], "", "")
        district, indicators = load_district(workspace, slug), load_indicators(workspace.reference)
        rules, kinds = load_rules(workspace.reference), load_kinds(workspace.reference)
        complete = Results.load(workspace.results_of(slug, chosen.code))
        rule = next(r for r in rules if r.id == complete.facts["rule"])
        results = publishable(complete, publishing(district.small_numbers, rule, indicators, kinds))
        return cls(
            district,
            results,
            indicators,
            rules,
            Provenance.load(workspace, slug, results.facts, renderer),
            load_methods(workspace.reference),
            load_checks(workspace.reference),
        )

    @cached_property
    def rule(self) -> Rule:
        """The rule of the report's period."""
        return next(r for r in self.rules if r.id == self.results.facts["rule"])

    @cached_property
    def sentences(self) -> Sentences:
        """The sentences of this report."""
        return Sentences(self.results, self.rule, self.indicators)

    @cached_property
    def quality(self) -> QualityPages:
        """Findings, completeness, timeliness, and what is worth a question."""
        return QualityPages(self)

    @cached_property
    def trends(self) -> TrendPages:
        """Monthly charts, funnels and shares of several periods."""
        return TrendPages(self)

    @cached_property
    def comparison(self) -> ComparisonPages:
        """The same facilities in two periods."""
        return ComparisonPages(self)

    @cached_property
    def referrals(self) -> ReferralPages:
        """Referrals of non-specialist cases by diagnosis and clinic."""
        return ReferralPages(self)

    @cached_property
    def events(self) -> EventPages:
        """Effects of events."""
        return EventPages(self)

    @property
    def who(self) -> str:
        """What the facilities that the report is about are called: 'puskesmas', or 'FKTP' where there is none."""
        return self.sentences.who()

    @property
    def period(self) -> Period:
        """The reported period."""
        return self.sentences.period

    @property
    def compare(self) -> Period:
        """The comparison period."""
        return self.sentences.compare

    @property
    def names(self) -> list[str]:
        """Indicators of the rule."""
        return [n for n in self.rule.indicators if n in self.indicators]

    def section(self, words: str) -> Block:
        """A heading of the second level that ends with what the report's facilities are called."""
        return Block(f"## {words} {self.who}")

    # First page ---------------------------------------------------------------------------------------------------

    def summary(self) -> Block:
        """The sentences of the first page."""
        parts = []
        if self.district.simulated:
            parts.append(box("simulasi", f"**Data simulasi.** {texts.SIMULATED_NOTE}"))
        entries = enumerate(self.sentences.summary(), 1)
        parts.append("\n".join(f"{i}. **{escape(verdict)}** {escape(text)}" for i, (verdict, text) in entries))
        return Block("\n\n".join(parts))

    def state(self) -> Block:
        """The three indicators: comparison, this period, change with interval, target, verdict."""
        rows, alone = [], ""
        for name in self.names:
            indicator, decimals = self.indicators[name], fmt.DECIMALS[name]
            change = self._change(name)
            value, on_target = change["after"], change["on_target"]
            if pd.isna(value):
                now = self._district(name, "ini")
                value, on_target = now["value"], now["on_target"]
                alone = texts.STATE_ALONE.format(period=self.period.label, who=self.who)
            rows.append(
                [
                    f"{name} ({fmt.SHORT_UNITS[indicator.unit]})",
                    fmt.number(change["before"], decimals),
                    fmt.number(value, decimals),
                    fmt.signed(change["value"], decimals),
                    fmt.interval(change["lower"], change["upper"], decimals, sign=True),
                    escape(target_short(self.rule.target(name), indicator)),
                    self._verdict(on_target) + ("†" if self._settled(name) else ""),
                ]
            )
        return Block(
            table(
                [
                    "Indikator",
                    self.compare.label,
                    self.period.label,
                    "Selisih",
                    "Interval selisih",
                    "Target",
                    "Keadaan",
                ],
                rows,
                align=["left", "right", "right", "right", "right", "right", "left"],
                label="tbl-keadaan",
                caption=escape(
                    texts.STATE_CAPTION.format(n=self._paired_range(), area=self.district.name, who=self.who) + alone
                ),
            )
            + (f"\n\n{note.strip()}" if (note := self._exempt_note()) else "")
            + (f"\n\n{texts.CONVENTION_NOTE}" if any("†" in row[-1] for row in rows) else "")
        )

    def _settled(self, name: str) -> bool:
        """Whether a convention decided a value of an indicator, of the same facilities or of all."""
        return bool(self._district(name, "ini")["convention"] or self._change(name)["convention"])

    def _paired_range(self) -> str:
        counts = sorted({int(self._change(n)["n"]) for n in self.names})
        return fmt.number(counts[0]) if len(counts) == 1 else f"{counts[0]}–{counts[-1]}"

    def _change(self, name: str, group: str = "utama") -> pd.Series:
        frame = self.results["change"]
        return frame[(frame["indicator"] == name) & (frame["group"] == group)].iloc[0]

    def _district(self, name: str, span: str, group: str = "utama") -> pd.Series:
        frame = self.results["district"]
        return frame[(frame["indicator"] == name) & (frame["group"] == group) & (frame["span"] == span)].iloc[0]

    @staticmethod
    def _verdict(on_target: bool | None) -> str:
        if on_target is None or pd.isna(on_target):
            return status("tidak tersedia", "netral")
        return status("memenuhi", "baik") if on_target else status("belum", "buruk")

    @staticmethod
    def new_page() -> Block:
        """A page break, so that the summary stands alone when printed."""
        return Block(PAGE_BREAK)

    # How to read --------------------------------------------------------------------------------------------------

    def glossary(self) -> Block:
        """The indicators: what is divided by what, target, which way is good, why, and who checked it."""
        rows = []
        for name in self.names:
            indicator = self.indicators[name]
            checked = f"Ditinjau {indicator.checked_by}." if indicator.checked_by else "Belum ditinjau."
            rows.append(
                [
                    f"**{name}** {escape(indicator.title)}",
                    f"{escape(indicator.numerator_text)} dibagi {escape(indicator.denominator_text)}",
                    escape(target_short(self.rule.target(name), indicator)),
                    "makin tinggi makin baik" if indicator.better == "higher" else "makin rendah makin baik",
                    f"{escape(indicator.why)} {escape(checked)}",
                ]
            )
        return Block(
            table(
                ["Indikator", "Cara menghitung", "Target", "Arah", "Mengapa penting"],
                rows,
                align=["left", "left", "left", "left", "left"],
                widths=[18, 32, 10, 14, 26],
                label="tbl-indikator",
                caption=escape(texts.GLOSSARY_CAPTION.format(rule=self.rule.short)),
            )
        )

    def reading_notes(self) -> Block:
        """What the words of evidence mean, with the numbers of this report."""
        tests = self.results["change"]["tests"].max()
        sentence = texts.NOT_TESTED if pd.isna(tests) else texts.TESTED
        tested = sentence.format(tests=fmt.number(tests), period=self.period.label, compare=self.compare.label)
        return Block(texts.READING_NOTES.format(tested=tested, rule=escape(self.rule.title)))

    # Indicators ---------------------------------------------------------------------------------------------------

    def paragraph(self, name: str) -> Block:
        """Level, change and share of one indicator in words."""
        name = self.named(name)
        s = self.sentences
        other = self._district(name, "ini", "lainnya")
        parts = [f"{s.level(name)} {s.change(name)}", s.share(name)]
        if pd.notna(other["value"]):
            parts.append(f"{s.level(name, 'lainnya')} {s.change(name, 'lainnya')}")
        return Block("\n".join(f"- {escape(part)}" for part in parts))

    def named(self, name: str) -> str:
        """The indicator itself, or the one that stood in its place in an older rule (RPPB before RPPT)."""
        return name if name in self.names else next(n for n in self.names if n not in KBK_INDICATORS)

    def _facility_pairs(self, name: str) -> pd.DataFrame:
        frame = self.results["facility"]
        frame = frame[(frame["indicator"] == name) & (frame["group"] == "utama")]
        now = frame[frame["span"] == "ini"].set_index("facility_code")
        before = frame[frame["span"] == "pembanding"].set_index("facility_code")
        pairs = now.assign(
            before=before["value"], months_before=before["months"], expected_before=before["months_expected"]
        )
        return pairs.rename(columns={"value": "after"}).reset_index()

    def facilities(self, name: str) -> FigureBlock | FigureBlocks | Block:
        """All facilities of the leading group in one figure, both periods."""
        name = self.named(name)
        indicator, band = self.indicators[name], self.rule.target(name)
        pairs = self._facility_pairs(name).sort_values("after", ascending=indicator.better == "lower", kind="stable")
        rows = pairs.assign(name=pairs["facility_name"].map(lambda n: fmt.facility(n, short=True)))
        reached = rows[rows["on_target"].fillna(False).astype(bool)]
        known = rows.dropna(subset=["after"])
        if known.empty:
            return Block(texts.NO_FACILITIES.format(name=name))
        best, worst = known.iloc[0], known.iloc[-1]
        decimals = fmt.DECIMALS[name]
        words = {
            "name": name,
            "period": self.period.label,
            "compare": self.compare.label,
            "reached": fmt.number(len(reached)),
            "n": fmt.number(len(known)),
            "target": wording.target_text(band, indicator),
            "best": f"{best['name']} ({fmt.number(best['after'], decimals)})",
            "worst": f"{worst['name']} ({fmt.number(worst['after'], decimals)})",
            "who": self.who,
            "interval": texts.INTERVAL_NOTE if rows["lower"].notna().any() else "",
            "names": "" if len(rows) <= figures.MOST_NAMED else texts.UNNAMED_NOTE.format(who=self.who),
        }
        return panels(
            figures.facilities(
                rows,
                target=limit_of(band),
                target_label=f"target {target_short(band, indicator)}",
                unit=f"{name}, {fmt.UNITS[indicator.unit]}",
                labels={"pembanding": self.compare.label, "ini": self.period.label},
                simulated=self.district.simulated,
            ),
            f"fig-fktp-{name.lower()}",
            escape(texts.FACILITIES_CAPTION.format(**words)),
            texts.FACILITIES_ALT.format(**words),
        )

    def facility_table(self, name: str) -> Block:
        """Every facility of the leading group: both periods, change, what the target lacks, verdict."""
        name = self.named(name)
        indicator, decimals = self.indicators[name], fmt.DECIMALS[name]
        limit = limit_of(self.rule.target(name))
        steps = self.results["steps"]
        steps = steps[steps["indicator"] == name]
        lacking = dict(zip(steps["facility_code"], zip(steps["gap"], steps["reserve"], strict=True), strict=True))
        rows = []
        pairs = self._facility_pairs(name)
        for r in pairs.sort_values("facility_name").itertuples(index=False):
            rows.append(
                [
                    escape(fmt.facility(r.facility_name, short=True)) + ("†" if r.convention else ""),
                    f"{r.months_before}/{r.expected_before} · {r.months}/{r.months_expected}",
                    fmt.against(r.before, limit, decimals),
                    fmt.against(r.after, limit, decimals),
                    fmt.signed(None if pd.isna(r.before) or pd.isna(r.after) else r.after - r.before, decimals),
                    *([self._step(lacking.get(r.facility_code))] if len(steps) else []),
                    self._verdict(r.on_target) + ("‡" if pd.notna(r.lower) and r.lower <= limit <= r.upper else ""),
                ]
            )
        total = self._change(name)
        rows.append(
            [
                f"**Semua {self.who} yang dapat dibandingkan**",
                "",
                f"**{fmt.number(total['before'], decimals)}**",
                f"**{fmt.number(total['after'], decimals)}**",
                f"**{fmt.signed(total['value'], decimals)}**",
                *([""] if len(steps) else []),
                "",
            ]
        )
        step_head = [texts.STEP_HEADS[name]] if len(steps) else []
        align_step: list[Align] = ["right"] if len(steps) else []
        return Block(
            table(
                [
                    fmt.sentence_case(self.who),
                    "Bulan",
                    self.compare.label,
                    self.period.label,
                    "Selisih",
                    *step_head,
                    "Keadaan",
                ],
                rows,
                align=["left", "right", "right", "right", "right", *align_step, "left"],
                label=f"tbl-{name.lower()}",
                caption=escape(
                    texts.TABLE_CAPTIONS[name].format(
                        target=wording.target_text(self.rule.target(name), indicator),
                        unit=fmt.UNITS[indicator.unit],
                        who=self.who,
                        months=texts.MONTHS_NOTE,
                    )
                ),
            )
            + self._table_notes(name, bool(pairs["convention"].fillna(False).any()))
            + (self.small_note(steps["gap"]) if len(steps) else "")
        )

    @staticmethod
    def _step(lacking: tuple[Any, Any] | None) -> str:
        """What is lacking to the target, or the reserve; None for a facility without a step."""
        if lacking is None:
            return fmt.MISSING
        gap, reserve = lacking
        if pd.isna(gap):
            return texts.NOT_SHOWN
        return fmt.number(gap) if gap else f"cadangan {fmt.number(reserve)}"

    def _table_notes(self, name: str, convention: bool) -> str:
        share = self.results["share"]
        share = share[(share["indicator"] == name) & (share["group"] == "utama")].iloc[0]
        notes = texts.SHARE_NAMES.format(
            name=name,
            rose=escape(wording.name_list(share["rose_names"])),
            fell=escape(wording.name_list(share["fell_names"])),
            excluded=escape(wording.excluded_list(share["excluded_names"])),
        )
        return f"\n\n{notes}{self._exempt_note()}" + (f"\n\n{texts.CONVENTION_NOTE}" if convention else "")

    def _exempt_note(self) -> str:
        scores = self.results["scores"]
        network = scores["reason"] == NOT_JUDGED_NETWORK
        exempt = scores[network & (scores["group"] == "utama") & scores["month"].isin(self.period.months)]
        names = fmt.joined(sorted({fmt.facility(n, short=True) for n in exempt["facility_name"]}))
        return f" {texts.EXEMPT_NOTE.format(names=escape(names))}" if names else ""

    def attention(self) -> Block:
        """The facilities of the leading group above the RRNS target, with months and referrals too many."""
        frame = self.results["attention"]
        if frame.empty:
            return Block(texts.NO_ATTENTION.format(who=self.who))
        limit = limit_of(self.rule.target("RRNS"))
        rows = [
            [
                escape(fmt.facility(r.facility_name, short=True)),
                f"{fmt.against(r.value, limit, 2)}",
                *self._attention_counts(r, limit),
                wording.month_numbers(json.loads(r.months_above)),
            ]
            for r in frame.itertuples(index=False)
        ]
        total = int(frame["excess"].sum())
        return Block(
            table(
                [
                    fmt.sentence_case(self.who),
                    "RRNS (%)",
                    "Interval 95 %",
                    "Rujukan non spesialistik",
                    "Kelebihan",
                    "Bulan di atas target",
                ],
                rows,
                align=["left", "right", "right", "right", "right", "left"],
                widths=[17, 9, 20, 17, 10, 27],
                label="tbl-perhatian",
                caption=escape(
                    texts.ATTENTION_CAPTION.format(
                        n=len(frame), period=self.period.label, total=fmt.number(total), who=self.who
                    )
                ),
            )
            + self.small_note(frame["excess"])
        )

    @staticmethod
    def _attention_counts(row: Any, limit: float) -> list[str]:
        """Interval, referrals and excess of a facility; only that they are not shown where they are small."""
        if pd.isna(row.nonspecialist_referrals):
            return [texts.NOT_SHOWN] * 3
        return [
            fmt.interval(row.lower, row.upper, 2) + ("‡" if pd.notna(row.lower) and row.lower <= limit else ""),
            f"{fmt.number(row.nonspecialist_referrals)} dari {fmt.number(row.referrals)}",
            fmt.number(row.excess),
        ]

    def small_note(self, shown: pd.Series) -> str:
        """The note under a table in which counts are not shown; empty where all are.

        shown: one column of counts, missing where they are not shown.
        """
        limit = self.results.facts.get(FACT, {}).get("limit", 0)
        return f"\n\n{texts.SMALL_NOTE.format(last=limit - 1)}" if limit and shown.isna().any() else ""

    # Scores and payment -------------------------------------------------------------------------------------------

    def score_map(self) -> FigureBlock | FigureBlocks | Block:
        """Monthly scores and payment percents of the leading group."""
        frame = self.results["scores"]
        frame = frame[frame["month"].isin(self.period.months) & (frame["group"] == "utama")]
        frame = frame.sort_values("facility_name")
        if frame.empty:
            return Block(texts.NO_SCORES)
        order = frame["facility_code"].drop_duplicates()
        names = pd.Index(
            frame.drop_duplicates("facility_code")["facility_name"].map(lambda n: fmt.facility(n, short=True))
        )
        wide = frame.pivot(index="facility_code", columns="month", values="score_tenths").loc[order].set_axis(names)
        percents = (
            frame.pivot(index="facility_code", columns="month", values="percent_tenths").loc[order].set_axis(names)
        )
        counts = {
            "full": (frame["score_tenths"] == 40).sum(),
            "known": frame["score_tenths"].notna().sum(),
            "n": len(wide),
        }
        words = {"period": self.period.label, "who": self.who, **{k: fmt.number(n) for k, n in counts.items()}}
        doubt = texts.SCORE_DOUBT.format(parts=self._doubtful_parts(), rule=self.rule.short)
        words["doubt"] = doubt if frame["unconfirmed"].any() else ""
        lag = self.rule.payment_lag_months.value
        words["first"], words["last"] = (fmt.month(self.period.months[i] - lag) for i in (0, -1))
        if len(wide) > figures.MOST_NAMED:
            return FigureBlock(
                figures.score_shares(wide, simulated=self.district.simulated),
                "fig-nilai",
                escape(texts.SCORE_SHARES_CAPTION.format(**words)),
                texts.SCORE_SHARES_ALT.format(**words),
            )
        return panels(
            figures.score_map(wide, percents, simulated=self.district.simulated),
            "fig-nilai",
            escape(texts.SCORE_CAPTION.format(**words)),
            texts.SCORE_ALT.format(**words),
        )

    def _doubtful_parts(self) -> str:
        return fmt.sentence_case(self.sentences.unconfirmed_parts())

    def _cost_note(self, unconfirmed: bool) -> str:
        note = texts.COST_NOTE.format(parts=self._doubtful_parts(), rule=self.rule.short)
        return f"\n\n{FLAG} {note}" if unconfirmed else ""

    def cost(self) -> Block:
        """What the results cost, as a sentence and a table for both periods."""
        rows = []
        frame = self.results["cost"]
        for span, label in (("pembanding", self.compare.label), ("ini", self.period.label)):
            for group in GROUPS:
                r = frame[(frame["span"] == span) & (frame["group"] == group)].iloc[0]
                mark = FLAG if r["unconfirmed"] else ""
                rows.append(
                    [
                        label,
                        fmt.sentence_case(self.sentences.who(group)) if group != "semua" else "Semua FKTP",
                        fmt.rupiah(r["gross"]),
                        fmt.rupiah(r["withheld_high"]) + mark,
                        fmt.rupiah(r["withheld_low"]) + mark,
                        wording.share_of_gross(r["withheld_low"], r["withheld_high"], r["gross"]),
                        f"{fmt.number(r['priced'])}/{fmt.number(r['priced'] + r['unpriced'])}",
                    ]
                )
        heads = [
            "Periode", "Kelompok", "Kapitasi bruto", "Tidak dibayarkan, bacaan “atau”",
            "Tidak dibayarkan, bacaan “dan”", "Persen", "Bulan-FKTP terhitung",
        ]  # fmt: skip
        return Block(
            escape(self.sentences.cost())
            + "\n\n"
            + table(
                heads,
                rows,
                align=["left", "left", "right", "right", "right", "right", "right"],
                widths=[16, 12, 18, 17, 17, 11, 11],
                label="tbl-biaya",
                caption=escape(texts.COST_CAPTION.format(rule=self.rule.short)),
            )
            + self._cost_note(bool(frame["unconfirmed"].any()))
        )

    def cost_by_facility(self) -> Block:
        """Gross and withheld capitation of each facility of the leading group, with what could not be computed."""
        frame = self.results["payments"]
        frame = frame[(frame["span"] == "ini") & (frame["group"] == "utama")]
        if frame.empty:
            return Block(texts.NO_SCORES)
        named = frame.assign(name=frame["facility_name"].map(lambda n: fmt.facility(n, short=True)))
        total = frame.assign(name="Jumlah", facility_code="", reason="")
        rows = self._cost_rows(named)
        rows += [[f"**{cell}**" if cell else "" for cell in row] for row in self._cost_rows(total)]
        return Block(
            table(
                [fmt.sentence_case(self.who), "Kapitasi bruto", "Tidak dibayarkan, bacaan “atau”",
                 "Tidak dibayarkan, bacaan “dan”", "Bulan", "Keterangan"],
                rows,
                align=["left", "right", "right", "right", "right", "left"],
                widths=[18, 18, 18, 18, 9, 24],
                label="tbl-biaya-fktp",
                caption=escape(texts.COST_FACILITY_CAPTION.format(period=self.period.label, who=self.who)),
            )
            + self._cost_note(bool(frame["unconfirmed"].any()))
        )  # fmt: skip

    @staticmethod
    def _cost_rows(months: pd.DataFrame) -> list[list[str]]:
        """One row for each name and facility code of facility-months, in their order."""
        keys = ["name", "facility_code"]
        by_facility = months.groupby(keys, sort=True)
        priced = months[months["paid_low"].notna()].groupby(keys)
        counts = priced.size().to_dict()
        sums = priced[["gross", "withheld_high", "withheld_low"]].sum().T.to_dict("list")
        marked = priced["unconfirmed"].any().to_dict()
        reasons: dict[tuple[str, str], set[str]] = {}
        for name, code, reason in zip(months["name"], months["facility_code"], months["reason"], strict=True):
            if reason:
                reasons.setdefault((name, code), set()).add(str(reason))
        rows = []
        for key, all_months in by_facility.size().items():
            amounts = [fmt.MISSING] * 3
            if key in counts:
                mark = FLAG if marked[key] else ""
                gross, high, low = map(fmt.rupiah, sums[key])
                amounts = [gross, high + mark, low + mark]
            told = "; ".join(sorted(reasons.get(key, ())))
            share = f"{fmt.number(counts.get(key, 0))}/{fmt.number(all_months)}"
            rows.append([escape(key[0]), *amounts, share, escape(told)])
        return rows

    # Methods and provenance ---------------------------------------------------------------------------------------

    def methods(self) -> Block:
        """Method, formula and reference of every kind of number in the report."""
        return methods_block(self.method_list)

    def deviations(self) -> Block:
        """Where the report differs from a cited practice, or chooses where the rules are silent."""
        return deviations_block(self.method_list)

    def rule_table(self) -> Block:
        """Bands and weights of the rule in force; a mark on what is not confirmed."""
        grades = list(reversed(self.rule.grades))
        weights = self.rule.weights
        rows = []
        for name in self.names:
            unit = fmt.SHORT_UNITS[self.indicators[name].unit]
            values = [self.rule.bands[name][grade] for grade in grades]
            row = [f"**{name}**", *(escape(wording.band_text(v.band, unit)) + _mark(v.status) for v in values)]
            if weights is not None:
                row.append(f"{weights.value[name] * 10} %{_mark(weights.status)}")
            rows.append(row)
        heads = ["Indikator", *(texts.GRADE_NAMES.get(g, g) for g in grades), *(["Bobot"] if weights else [])]
        return Block(
            table(
                heads,
                rows,
                align=[LEFT for _ in heads],
                label="tbl-aturan",
                caption=escape(texts.RULE_CAPTION.format(rule=self.rule.title)),
            )
        )

    def payment_table(self) -> Block:
        """Payment percents of the rule in force for the facility types of the district, and the sources of the rule."""
        rule = self.rule
        if rule.zone_payment is not None:
            zone = rule.zone_payment
            heads = ["Tidak aman", "Zona aman", "Zona prestasi", "Dibayar"]
            rows = [
                [*map(str, (r.tidak_aman, r.aman, r.prestasi)), f"{fmt.plain(float(r.percent))} %{_mark(zone.status)}"]
                for r in zone.rows
            ]
        else:
            present = set(self.results["scores"]["facility_type"].dropna())
            kinds = [k for k in rule.score_payment if k in present] or list(rule.score_payment)
            heads = ["Nilai KBK", *(texts.TYPE_NAMES[k] for k in kinds)]
            entries = {(k, e.score): e for k in kinds for e in rule.score_payment[k]}
            bands = {e.score: e.band for e in entries.values()}
            rows = []
            for score, band in bands.items():
                found = [entries.get((k, score)) for k in kinds]
                cells = [f"{fmt.plain(float(e.percent))} %{_mark(e.status)}" if e else "" for e in found]
                rows.append([escape(wording.band_text(band, "", scale=10)), *cells])
        return Block(
            table(
                heads,
                rows,
                align=[LEFT for _ in heads],
                label="tbl-pembayaran",
                caption=escape(texts.PAYMENT_CAPTION.format(rule=rule.title)),
            )
            + "\n\n"
            + "\n".join(f"- {line}" for line in wording.rule_sources(rule))
        )

    def files(self) -> Block:
        """Input files with the beginning of their checksum."""
        return self.provenance.files_block()

    def origin(self) -> Block:
        """Code version, renderer, parameters and reference data of this report."""
        return self.provenance.origin_block()
