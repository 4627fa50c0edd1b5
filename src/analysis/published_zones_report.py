"""The report of published counts by zone: only presents results, computes nothing."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import pandas as pd

from analysis import figures
from analysis import formats as fmt
from analysis import published_texts as texts
from analysis.markdown import Block, FigureBlock, escape, status, table
from analysis.published import ZONES, PublishedKind
from analysis.published_report import PublishedReport, p_between, p_equal


class ZonesReport(PublishedReport):
    """Report of a district whose folder holds counts of facilities by zone."""

    kind: ClassVar[PublishedKind] = "published_zones"

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Share of each zone per month."""
        return self.results["shares"]

    @cached_property
    def months(self) -> list[pd.Period]:
        """The published months, in order."""
        return sorted(self.shares["month"].unique())

    def _change(self, zone: str) -> pd.Series:
        changes = self.results["changes"]
        return changes[changes["zone"] == zone].iloc[0]

    def _share(self, month: pd.Period, zone: str) -> pd.Series:
        rows = self.shares
        return rows[(rows["month"] == month) & (rows["zone"] == zone)].iloc[0]

    def _series(self, zone: str) -> list[int]:
        return [int(self._share(m, zone)["count"]) for m in self.months]

    @cached_property
    def words(self) -> dict[str, str]:
        """The numbers and names that the sentences share."""
        return {
            "title": self.indicator.title,
            "indicator": self.name,
            "rule": self.rule.short,
            "first": fmt.month(self.months[0]),
            "last": fmt.month(self.months[-1]),
            "total": fmt.number(self._change("TIDAK AMAN")["total"]),
        }

    @property
    def _unsafe(self) -> pd.Series:
        return self._change("TIDAK AMAN")

    @property
    def _best(self) -> pd.Series:
        return self._change("PRESTASI")

    # First page ---------------------------------------------------------------------------------------------------

    def sentences(self) -> list[str]:
        """The sentences of the first page: both zones, what is certain, what is not, the months, the limits."""
        unsafe, best = self._unsafe, self._best
        sentences = [self._changed(unsafe), self._changed(best)]
        if unsafe["reason"]:
            sentences.append(texts.ZONE_NO_RANGE.format(reason=unsafe["reason"]))
        else:
            sentences += [
                texts.ZONE_CERTAIN.format(
                    unsafe=fmt.number(abs(unsafe["change"])),
                    best=fmt.number(abs(best["change"])),
                    left="keluar dari" if unsafe["change"] <= 0 else "masuk ke",
                    joined="masuk ke" if best["change"] >= 0 else "keluar dari",
                    **self.words,
                ),
                texts.ZONE_RANGE.format(unsafe=_range(unsafe), best=_range(best), verdict=self._verdict()),
            ]
        return [*sentences, self._trend(), texts.ZONE_LIMITS.format(**self.words)]

    def _changed(self, change: pd.Series) -> str:
        before, after = (self._share(m, change["zone"])["share"] for m in (self.months[0], self.months[-1]))
        return texts.ZONE_CHANGE.format(
            zone=texts.ZONE_NAMES[change["zone"]].lower(),
            before=fmt.number(change["before"]),
            after=fmt.number(change["after"]),
            share_before=fmt.percent(before),
            share_after=fmt.percent(after),
            change=fmt.signed((after - before) * 100, 1),
            **self.words,
        )

    def _verdict(self) -> str:
        verdicts = {str(c) for c in self.results["changes"]["conclusion"]}
        return texts.ZONE_VERDICTS[verdicts.pop() if len(verdicts) == 1 else ""]

    def _trend(self) -> str:
        unsafe, best = self._series("TIDAK AMAN"), self._series("PRESTASI")
        steady = sorted(set(unsafe), reverse=True) == unsafe and sorted(set(best)) == best
        return texts.ZONE_TREND.format(
            unsafe=", ".join(fmt.number(n) for n in unsafe),
            best=", ".join(fmt.number(n) for n in best),
            direction=texts.ZONE_STEADY if steady else texts.ZONE_UNSTEADY,
            n=fmt.number(len(self.months)),
        )

    # What they allow ----------------------------------------------------------------------------------------------

    def allowed_list(self) -> list[str]:
        """What the figures allow to say."""
        return [s.format(**self._net()) for s in texts.ZONE_ALLOWED]

    def refused_list(self) -> list[str]:
        """What the figures do not allow to say."""
        return [s.format(**self._net()) for s in texts.ZONE_NOT_ALLOWED]

    def _net(self) -> dict[str, str]:
        return {
            **self.words,
            "unsafe": fmt.signed(self._unsafe["change"]),
            "best": fmt.signed(self._best["change"]),
        }

    # Zones --------------------------------------------------------------------------------------------------------

    def zones(self) -> FigureBlock:
        """Stacked shares of the zones, one bar per month."""
        wide = self.shares.pivot(index="month", columns="zone", values="count")
        counts = "; ".join(
            f"{fmt.month(m)}: " + ", ".join(fmt.number(self._share(m, z)["count"]) for z in ZONES)
            for m in self.months
        )  # fmt: skip
        return FigureBlock(
            figures.zones(wide, order=ZONES, names=texts.ZONE_NAMES, simulated=self.district.simulated),
            "fig-zona",
            escape(
                texts.ZONE_FIGURE_CAPTION.format(
                    area=self.district.name,
                    unsafe=fmt.number(self._unsafe["before"]),
                    unsafe_after=fmt.number(self._unsafe["after"]),
                    best=fmt.number(self._best["before"]),
                    best_after=fmt.number(self._best["after"]),
                    **self.words,
                )
            ),
            texts.ZONE_FIGURE_ALT.format(counts=counts, **self.words),
        )

    def zone_table(self) -> Block:
        """Counts and shares with interval, and the printed percent."""
        rows = [
            [
                fmt.month(r.month),
                texts.ZONE_NAMES[r.zone],
                fmt.number(r.count),
                fmt.percent(r.share),
                fmt.interval(r.lower * 100, r.upper * 100, 1),
                escape(r.printed),
                status("sama", "baik") if r.agrees else status("berbeda", "buruk"),
            ]
            for r in self.shares.itertuples(index=False)
        ]
        return Block(
            table(
                ["Bulan", "Zona", "FKTP", "Persen", "Interval 95 %", "Tercetak", "Pemeriksaan"],
                rows,
                align=["left", "left", "right", "right", "right", "right", "left"],
                label="tbl-zona",
                caption=escape(texts.ZONE_TABLE_CAPTION.format(**self.words)),
            )
        )

    def check(self) -> Block:
        """Whether the printed percents agree with the counts, and where their sum is not 100."""
        bad = self.shares[~self.shares["agrees"]]
        sums = self._printed_sums()
        if bad.empty:
            return Block(escape(texts.ZONE_CHECK_OK.format(n=fmt.number(len(self.shares)), sums=sums, **self.words)))
        which = "; ".join(
            f"{fmt.month(r.month)}, {texts.ZONE_NAMES[r.zone].lower()} (tercetak {r.printed}, dihitung "
            f"{fmt.percent(r.share)} persen)"
            for r in bad.itertuples(index=False)
        )
        return Block(
            escape(
                texts.ZONE_CHECK_BAD.format(
                    bad=fmt.number(len(bad)), n=fmt.number(len(self.shares)), which=which, sums=sums
                )
            )
        )

    def _printed_sums(self) -> str:
        months_of: dict[int, list[str]] = {}
        for entry in self.results.facts["printed_sums"]:
            if entry["sum"] != 100:
                months_of.setdefault(entry["sum"], []).append(fmt.month(pd.Period(entry["month"], "M")))
        return "".join(
            texts.ZONE_SUMS.format(months=fmt.joined(months), sum=fmt.number(total, 0 if total == int(total) else 1))
            for total, months in months_of.items()
        )

    # Change -------------------------------------------------------------------------------------------------------

    def change_table(self) -> Block:
        """Change of the compared zones with the range of p values."""
        rows = [
            [
                texts.ZONE_NAMES[r.zone],
                fmt.number(r.before),
                fmt.number(r.after),
                fmt.signed(r.change),
                fmt.MISSING if r.reason else _range(self._change(r.zone)),
                fmt.MISSING if r.reason else f"{fmt.number(r.limit_against)} dari {fmt.number(r.most_against)}",
                escape(r.reason or texts.SHORT_CONCLUSIONS[r.conclusion]),
            ]
            for r in self.results["changes"].itertuples(index=False)
        ]
        return Block(
            table(
                ["Zona", self.words["first"], self.words["last"], "Bersih", "Nilai p", "Berlawanan arah", "Bermakna"],
                rows,
                align=["left", "right", "right", "right", "right", "right", "left"],
                widths=[12, 14, 13, 9, 23, 15, 14],
                label="tbl-perubahan",
                caption=escape(texts.ZONE_CHANGE_CAPTION.format(**self.words)),
            )
        )

    def change_notes(self) -> Block:
        """The range for the zone 'tidak aman' in words."""
        unsafe = self._unsafe
        if unsafe["reason"]:
            return Block(texts.ZONE_NO_RANGE.format(reason=escape(unsafe["reason"])))
        least = abs(int(unsafe["change"]))
        against = int(unsafe["most_against"])
        return Block(
            texts.ZONE_EXPLAIN.format(
                net=fmt.signed(unsafe["change"]),
                least=fmt.number(least),
                most=fmt.number(least + 2 * against),
                against=fmt.number(against),
                small=p_equal(unsafe["p_smallest"]),
                large=p_equal(unsafe["p_largest"]),
                limit=fmt.number(unsafe["limit_against"]),
                **self.words,
            )
        )

    # Methods ------------------------------------------------------------------------------------------------------

    def methods(self) -> Block:
        """Methods with their references."""
        changes = self.results["changes"]
        tests = fmt.number(len(changes))
        different = changes[changes["adjusted"] != changes["conclusion"]]
        names = fmt.joined([texts.ZONE_NAMES[z].lower() for z in different["zone"]])
        shape = texts.ADJUSTED_DIFFERENT if len(different) else texts.ADJUSTED_SAME
        return Block(texts.ZONE_METHODS.format(tests=tests, adjusted=shape.format(tests=tests, zones=names)))


def _range(change: pd.Series) -> str:
    return p_between(change["p_smallest"], change["p_largest"])
