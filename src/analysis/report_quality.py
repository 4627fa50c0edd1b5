"""Pages on the quality of the data: findings, completeness, timeliness, and what is worth a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import figures, texts, wording_quality
from analysis import formats as fmt
from analysis.findings import LEVEL_NAMES
from analysis.markdown import Block, FigureBlock, FigureBlocks, box, escape, panels, status, table
from analysis.report_corrections import corrections_block
from analysis.results_parts import SPANS
from analysis.wording import complete_share

if TYPE_CHECKING:
    from analysis.report import Report

MOST_SHOWN = 40
"""Findings or questions listed on a page; the rest stands in the CSV beside the report."""
NOT_COUNTED = ("lengkap", "di luar masa")


@dataclass(frozen=True)
class QualityPages:
    """What the presenting notebook calls for the quality of the data; report: the report it belongs to."""

    report: Report

    def paragraph(self) -> Block:
        """One paragraph on completeness and findings."""
        said = (self.report.sentences.data_quality(), self.report.sentences.small_numbers())
        return Block("\n\n".join(escape(text) for text in said if text))

    def corrections(self) -> Block:
        """Every correction that district.yml declares."""
        return corrections_block(self.report.results["ledger"])

    # Findings of the reading --------------------------------------------------------------------------------------

    def findings(self) -> Block:
        """Number of findings by kind, with advice, and where every one of them stands."""
        frame = self.report.results["findings"]
        if frame.empty:
            return Block(texts.NO_FINDINGS)
        rows = [
            [
                status(LEVEL_NAMES[r.level], texts.LEVEL_CLASSES[r.level]),
                escape(r.title),
                fmt.number(r.findings),
                fmt.number(r.files),
                escape(r.advice),
            ]
            for r in frame.itertuples(index=False)
        ]
        return Block(
            table(
                ["Tingkat", "Jenis temuan", "Banyaknya", "Berkas", "Yang dapat dilakukan"],
                rows,
                align=["left", "left", "right", "right", "left"],
                widths=[11, 27, 11, 8, 43],
                label="tbl-temuan",
                caption=escape(texts.FINDINGS_CAPTION),
            )
            + f"\n\n{texts.LEDGER_NOTE}"
        )

    def findings_of_period(self) -> Block:
        """The errors and warnings that touch the two periods, each with its place."""
        titles = self.report.results["findings"].set_index("kind")["title"]
        chosen = self.report.sentences.findings_of_period()
        if chosen.empty:
            return Block(texts.NO_FINDINGS_IN_PERIOD)
        rows = [
            [
                escape(r.file) + (f", {escape(r.sheet)}" if r.sheet else ""),
                fmt.number(r.row),
                escape(titles[r.kind]),
                escape(fmt.facility(r.facility_name or r.facility_code)),
                escape(fmt.month(pd.Period(r.month, "M"))),
                escape(f"terbaca “{r.read}”, {r.done}" if r.read and r.read not in r.done else r.done),
            ]
            for r in chosen.head(MOST_SHOWN).itertuples(index=False)
        ]
        more = len(chosen) - len(rows)
        caption = texts.PERIOD_FINDINGS_CAPTION.format(shown=fmt.number(len(rows)), total=fmt.number(len(chosen)))
        note = f"\n\n{texts.MORE_FINDINGS.format(more=more)}" if more > 0 else ""
        return Block(
            table(
                ["Berkas dan lembar", "Baris", "Temuan", "FKTP", "Bulan", "Yang dilakukan"],
                rows,
                align=["left", "right", "left", "left", "left", "left"],
                widths=[20, 7, 18, 17, 12, 26],
                label="tbl-temuan-periode",
                caption=escape(caption),
            )
            + note
        )

    # Completeness and timeliness ----------------------------------------------------------------------------------

    def completeness(self) -> FigureBlock | FigureBlocks | Block:
        """Completeness by facility and month of the period; of very many facilities only those that lack most."""
        frame = self._states("ini")
        order = ["group", "facility_name", "facility_code"]
        frame = frame.sort_values(order, ascending=[False, True, True])
        wide = frame.pivot(index="facility_code", columns="month", values="state")
        wide = wide.loc[frame["facility_code"].drop_duplicates()]
        names = frame.drop_duplicates("facility_code")["facility_name"].map(lambda n: fmt.facility(n, short=True))
        wide.index = pd.Index(names)
        incomplete = frame[~frame["state"].isin(NOT_COUNTED)]
        caption = texts.COMPLETENESS_CAPTION if len(incomplete) else texts.COMPLETE_CAPTION
        who = fmt.joined(sorted({fmt.facility(n, short=True) for n in incomplete["facility_name"]})) or "tidak ada"
        label = self.report.period.label
        told = escape(caption.format(period=label, n=fmt.number(len(incomplete)), who=who))
        drawn = wide
        if len(wide) > figures.MOST_NAMED:
            lacking = (~wide.isin(NOT_COUNTED)).sum(axis=1).to_numpy()
            farthest = np.sort(np.argsort(-lacking, kind="stable")[: min(figures.MOST_NAMED, (lacking > 0).sum())])
            if not len(farthest):
                return Block(told)
            drawn = wide.iloc[farthest]
            told += escape(texts.FEW_DRAWN_NOTE.format(shown=fmt.number(len(drawn)), total=fmt.number(len(wide))))
        return panels(
            figures.completeness_map(drawn, simulated=self.report.district.simulated),
            "fig-kelengkapan",
            told,
            texts.COMPLETENESS_ALT.format(
                period=label,
                facilities=fmt.number(len(wide)),
                full=fmt.number((frame["state"] == "lengkap").sum()),
                total=fmt.number((frame["state"] != "di luar masa").sum()),
            ),
        )

    def _states(self, span: str) -> pd.DataFrame:
        frame = self.report.results["completeness"]
        return frame[frame["span"] == span]

    def completeness_by_month(self) -> Block:
        """How many of the expected rows and indicators each month of both periods has."""
        frame = self.report.results["completeness_months"]
        names = self.report.names
        rows = [
            [
                escape(fmt.month(r["month"])),
                fmt.number(r["expected"]),
                fmt.number(r["present"]),
                *(fmt.number(r[name]) for name in names),
                f"{fmt.number(r['complete'])} ({complete_share(r['complete'], r['expected'])} %)",
            ]
            for span in reversed(SPANS)
            for _, r in frame[(frame["span"] == span) & (frame["expected"] > 0)].sort_values("month").iterrows()
        ]
        return Block(
            table(
                ["Bulan", "FKTP diharapkan", "Ada barisnya", *names, "Lengkap"],
                rows,
                label="tbl-kelengkapan-bulan",
                caption=escape(texts.COMPLETENESS_MONTHS_CAPTION.format(names=fmt.joined(names))),
            )
        )

    def incomplete(self) -> Block:
        """The facilities with something missing in one of the two periods, and what it is."""
        counts = self.report.results["completeness_facilities"].set_index(["span", "facility_code"])
        frame = self.report.results["completeness"]
        lacking = frame[~frame["state"].isin(NOT_COUNTED)]
        if lacking.empty:
            return Block(texts.NOTHING_INCOMPLETE)
        rows = []
        for (name, code), own in lacking.groupby(["facility_name", "facility_code"]):
            shares = [
                f"{fmt.number(counts.at[(span, code), 'complete'])}/{fmt.number(counts.at[(span, code), 'expected'])}"
                if (span, code) in counts.index
                else fmt.MISSING
                for span in reversed(SPANS)
            ]
            told = [
                f"{fmt.month_short(r.month)}: {texts.NO_ROW if r.state == 'tidak ada' else r.missing}"
                for r in own.drop_duplicates("month").sort_values("month").itertuples(index=False)
            ]
            rows.append([escape(fmt.facility(name)), *shares, escape("; ".join(told))])
        return Block(
            table(
                ["FKTP", self.report.compare.label, self.report.period.label, "Yang tidak tersedia"],
                rows,
                align=["left", "right", "right", "left"],
                widths=[28, 13, 13, 46],
                label="tbl-belum-lengkap",
                caption=escape(texts.INCOMPLETE_CAPTION),
            )
        )

    def timeliness(self) -> Block:
        """What the files tell about when the facility-months came, and those that came late."""
        months, facts = self.report.results["completeness_months"], self.report.results.facts
        said = []
        for span, period, missing in (
            ("pembanding", self.report.compare, facts["compare_months_missing"]),
            ("ini", self.report.period, facts["period_months_missing"]),
        ):
            told = wording_quality.timeliness(months[months["span"] == span], missing)
            said.append(f"- **{escape(period.label)}:** {escape(told)}")
        states = self.report.results["completeness"]
        late = states[states["arrival"] == "kemudian"].drop_duplicates(["facility_code", "month"])
        text = f"{texts.TIMELINESS_NOTE}\n\n" + "\n".join(said)
        if late.empty:
            return Block(text)
        rows = [
            [escape(fmt.facility(r.facility_name)), escape(fmt.month(r.month)), escape(r.file)]
            for r in late.sort_values(["month", "facility_name"]).head(MOST_SHOWN).itertuples(index=False)
        ]
        listing = table(
            ["FKTP", "Bulan", "Pertama kali ada dalam"],
            rows,
            align=["left", "left", "left"],
            widths=[32, 20, 48],
            label="tbl-terlambat",
            caption=escape(texts.LATE_CAPTION.format(shown=fmt.number(len(rows)), total=fmt.number(len(late)))),
        )
        return Block(f"{text}\n\n{listing}")

    # Checks of the figures ----------------------------------------------------------------------------------------

    @cached_property
    def _chosen(self) -> pd.DataFrame:
        frame = self.report.results["signals"]
        return frame[frame["in_period"]]

    def checks(self) -> Block:
        """What was checked, how much of it, and how often something is worth a question."""
        frame = self.report.results["checks"]
        lead = wording_quality.checks_lead(frame, self.report.results["signals"])
        rows = [
            [
                f"**{escape(check.title)}**",
                escape(f"Tidak diperiksa: {r.reason}." if r.reason else check.meaning),
                fmt.MISSING if r.reason else fmt.number(r.tested),
                fmt.MISSING if r.reason else fmt.number(r.in_period),
            ]
            for r in frame.itertuples(index=False)
            for check in [self.report.checks[r.kind]]
        ]
        return Block(
            box("catatan", f"**Perlu dicek, bukan kesalahan.** {texts.CHECKS_NOTE}")
            + f"\n\n{escape(lead)}\n\n"
            + table(
                ["Pemeriksaan", "Yang dilihat", "Diperiksa", "Perlu dicek"],
                rows,
                align=["left", "left", "right", "right"],
                widths=[28, 50, 11, 11],
                label="tbl-pemeriksaan",
                caption=escape(texts.CHECKS_CAPTION),
            )
        )

    def signals(self) -> Block:
        """Everything that is worth a question in the two periods, with an innocent explanation and what to ask."""
        if self._chosen.empty:
            return Block(texts.NO_SIGNALS)
        told = wording_quality.readable_signals(self._chosen, self.report.checks)
        rows = [
            [escape(r.who), escape(r.months), escape(r.title), escape(r.seen)]
            for r in told.head(MOST_SHOWN).itertuples(index=False)
        ]
        listing = table(
            ["FKTP", "Bulan", "Pemeriksaan", "Yang terlihat"],
            rows,
            align=["left", "left", "left", "left"],
            widths=[22, 18, 22, 38],
            label="tbl-perlu-dicek",
            caption=escape(texts.SIGNALS_CAPTION.format(shown=fmt.number(len(rows)), total=fmt.number(len(told)))),
        )
        kinds = told.drop_duplicates("kind")
        asked = table(
            ["Pemeriksaan", "Penjelasan yang wajar", "Yang ditanyakan"],
            [[escape(r.title), escape(r.innocent), escape(r.question)] for r in kinds.itertuples(index=False)],
            align=["left", "left", "left"],
            widths=[26, 37, 37],
            label="tbl-yang-ditanyakan",
            caption=escape(texts.QUESTIONS_CAPTION),
        )
        more = f"\n\n{texts.MORE_SIGNALS.format(more=len(told) - len(rows))}" if len(told) > len(rows) else ""
        return Block(f"{listing}{more}\n\n{asked}")

    def population(self) -> Block:
        """Registered participants against the population of the district."""
        checks = self.report.results["checks"].set_index("kind")
        reason = checks.at["peserta_penduduk", "reason"]
        months = set(self.report.period.months)
        return Block(escape(wording_quality.population(self.report.results["population"], reason, months)))
