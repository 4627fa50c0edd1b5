"""The report of published shares without denominators: only presents results, computes nothing."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import pandas as pd

from analysis import formats as fmt
from analysis import published_figures, wording
from analysis import published_texts as texts
from analysis.markdown import Block, FigureBlock, escape, table
from analysis.periods import Period, parse_period
from analysis.published import PublishedKind
from analysis.published_report import PublishedReport, number_range, p_between, p_text
from analysis.published_shares import ALWAYS, DEPENDS, NEVER

_NEAR = 5
"""Numbers of facilities shown on either side of the listed one."""


class SharesReport(PublishedReport):
    """Report of a district whose folder holds shares of facilities on target."""

    kind: ClassVar[PublishedKind] = "published_shares"

    @cached_property
    def compare(self) -> Period:
        """The period compared with."""
        return parse_period(self.results.facts["compare"])

    @cached_property
    def implied(self) -> pd.DataFrame:
        """What follows from each number of facilities that fits."""
        return self.results["implications"]

    def _row(self, period: Period) -> pd.Series:
        rows = self.results["published"]
        return rows[(rows["period"] == period.code) & (rows["measure"] == "share_on_target")].iloc[0]

    @cached_property
    def words(self) -> dict[str, str]:
        """The numbers and names that the sentences share, already escaped."""
        facts = self.results.facts
        decimals, change, margin = facts["change_decimals"], facts["change"], facts["change_margin"]
        band = self.rule.target(self.name)
        spans = (texts.UNEQUAL_SPANS if self.compare.length != self.period.length else texts.EQUAL_SPANS).format(
            compare=self.compare.label, period=self.period.label, before=self.compare.length, after=self.period.length
        )
        return {
            "unit": escape(self.unit),
            "indicator": self.name,
            "period": self.period.label,
            "compare": self.compare.label,
            "before": escape(facts["before"]),
            "after": escape(facts["after"]),
            "change": fmt.signed(change, decimals),
            "low": fmt.signed(change - margin, decimals),
            "high": fmt.signed(change + margin, decimals),
            "n_max": fmt.number(facts["n_max"]),
            "count": fmt.number(len(self.implied)),
            "listed": fmt.number(facts["listed"]),
            "date": facts["listed_date"],
            "printed": escape(self._row(self.period)["target"]),
            "target": wording.target_text(band, self.indicator),
            "edge": fmt.number(wording.limit_of(band)),
            "rule": escape(self.rule.short),
            "spans": spans,
        }

    # First page ---------------------------------------------------------------------------------------------------

    def sentences(self) -> list[str]:
        """The sentences of the first page: figures, what is missing, what fits, what would follow, what limits."""
        source = escape(self._row(self.period)["source"])
        said = self.results.facts["n_said"]
        number = texts.SHARE_N_SAID.format(n=fmt.joined([fmt.number(n) for n in said]), **self.words)
        first = texts.SHARE_FIRST.format(source=source, **{**self.words, "target": self.words["printed"]})
        sentences = [first, number if said else texts.SHARE_NO_TEST.format(**self.words), self._fits()]
        if len(self.implied):
            sentences += [self._follows(), self._certain()]
        same = self.words["printed"] == escape(wording.target_short(self.rule.target(self.name), self.indicator))
        sentences.append((texts.SHARE_LIMITS_SAME if same else texts.SHARE_LIMITS).format(**self.words))
        return sentences

    def _fits(self) -> str:
        if self.implied.empty:
            return texts.SHARE_NO_FIT.format(**self.words)
        numbers = [int(n) for n in self.implied["n"].drop_duplicates()]
        listed = self.results.facts["listed"]
        about = ""
        if listed is not None:
            inside = listed in numbers
            about = (texts.SHARE_LISTED_IN if inside else texts.SHARE_LISTED_OUT).format(
                which=self._listed_fit(), **self.words
            )
        return texts.SHARE_FITS.format(
            numbers=fmt.joined([fmt.number(n) for n in numbers]), **{**self.words, "listed": about}
        )

    def _listed_fit(self) -> str:
        """Which of the two shares the listed number fits, in words."""
        separate = self.results["separate"]
        row = separate[separate["n"] == self.results.facts["listed"]]
        fitting = [
            f"{self.words[share]} persen"
            for share in ("before", "after")
            if len(row) and pd.notna(row[share].iloc[0])
        ]  # fmt: skip
        other = [f"{self.words[s]} persen" for s in ("before", "after") if f"{self.words[s]} persen" not in fitting]
        if not fitting:
            return "tidak satu pun dari kedua persen"
        return f"{fmt.joined(fitting)} tetapi tidak dengan {fmt.joined(other)}"

    def _follows(self) -> str:
        counts = self.implied["conclusion"].value_counts()
        kinds = {key: int(counts.get(verdict, 0)) for key, verdict in _VERDICTS.items()}
        shape = texts.SHARE_DEPENDS if kinds["depends"] == len(self.implied) else texts.SHARE_MIXED
        return shape.format(small=self._small(), large=self._large(), **kinds, **self.words)

    def _small(self) -> str:
        return p_between(self.implied["p_smallest"].min(), self.implied["p_smallest"].max())

    def _large(self) -> str:
        return p_between(self.implied["p_largest"].min(), self.implied["p_largest"].max())

    def _certain(self) -> str:
        changes = [abs(int(c)) for c in self.implied["change"]]
        direction = f"{'menjadi' if self.results.facts['change'] >= 0 else 'tidak lagi'} mencapai target"
        shape = texts.SHARE_CERTAIN if len(set(changes)) == 1 else texts.SHARE_CERTAIN_LIST
        return shape.format(least=number_range(changes), direction=direction, **self.words)

    def numbers(self) -> Block:
        """The figures as printed."""
        rows = [
            [
                parse_period(r.period).label,
                escape(f"{r.wording}{'' if pd.isna(r.n) else f' (n = {r.n})'}"),
                escape(f"{r.value} {r.unit}"),
                fmt.number(r.n),
                escape(r.note) or fmt.MISSING,
            ]
            for r in self.results["published"].itertuples(index=False)
        ]
        return Block(
            table(
                ["Periode", "Ukuran menurut sumber", "Nilai tercetak", "Jumlah", "Catatan"],
                rows,
                align=["left", "left", "right", "right", "left"],
                widths=[17, 30, 13, 9, 31],
                label="tbl-terbit",
                caption=texts.PUBLISHED_CAPTION,
            )
        )

    # What they allow ----------------------------------------------------------------------------------------------

    def allowed_list(self) -> list[str]:
        """What the figures allow to say."""
        return [s.format(**self._plain()) for s in texts.SHARE_ALLOWED]

    def refused_list(self) -> list[str]:
        """What the figures do not allow to say."""
        return [s.format(**self._plain()) for s in texts.SHARE_NOT_ALLOWED]

    def _plain(self) -> dict[str, str]:
        return {**self.words, "unit": self.unit}

    def limits(self) -> Block:
        """Why the target as printed and the lengths of the two periods matter."""
        return Block("\n\n".join(note.format(**self.words) for note in (texts.TARGET_NOTE, texts.SPAN_NOTE)))

    # What would follow --------------------------------------------------------------------------------------------

    def rounding(self) -> Block:
        """How many numbers fit each share alone, and both."""
        if self.implied.empty:
            return Block(texts.SHARE_NO_FIT.format(**self.words))
        facts = self.results.facts
        return Block(
            texts.ROUNDING_NOTE.format(
                fit_before=fmt.number(facts["fitting_before"]),
                fit_after=fmt.number(facts["fitting_after"]),
                least=fmt.number(self.implied["n"].min()),
                **self.words,
            )
        )

    def implication_table(self) -> Block:
        """One row per number of facilities that fits: counts, range of p, how many may move the other way."""
        if self.implied.empty:
            return Block("")
        rows = [
            [
                fmt.number(r.n),
                f"{fmt.number(r.k_before)} → {fmt.number(r.k_after)}",
                fmt.signed(r.change),
                f"{p_text(r.p_smallest)} sampai {p_text(r.p_largest)}",
                f"{fmt.number(r.limit_against)} dari {fmt.number(r.most_against)}",
                texts.SHORT_CONCLUSIONS[r.conclusion],
                fmt.interval(r.newcombe_lower * 100, r.newcombe_upper * 100, 2, sign=True),
            ]
            for r in self.implied.itertuples(index=False)
        ]
        headers = [
            "Jumlah", "Mencapai target", "Selisih", "Nilai p", "Berlawanan arah", "Bermakna",
            "Dua sampel (keliru)",
        ]  # fmt: skip
        return Block(
            table(
                headers,
                rows,
                align=["right", "right", "right", "right", "right", "left", "right"],
                widths=[8, 14, 8, 23, 13, 12, 22],
                label="tbl-jumlah",
                caption=texts.IMPLIED_CAPTION.format(**self.words),
            )
        )

    def implication_notes(self) -> Block:
        """How to read the table, and what the wrong comparison would have said."""
        if self.implied.empty:
            return Block("")
        row = self.implied.iloc[0]
        limit = (
            texts.IMPLIED_NO_LIMIT
            if pd.isna(row["limit_against"])
            else texts.IMPLIED_LIMIT.format(limit=fmt.number(row["limit_against"]), **self.words)
        )
        always = self.results.facts["always_from"]
        beyond = "" if always is None else texts.BEYOND.format(always=fmt.number(always), **self.words)
        outside = (self.implied["newcombe_lower"] > 0) | (self.implied["newcombe_upper"] < 0)
        return Block(
            texts.IMPLIED_AFTER.format(
                n=fmt.number(row["n"]),
                k_before=fmt.number(row["k_before"]),
                k_after=fmt.number(row["k_after"]),
                most=fmt.number(row["most_against"]),
                limit=limit,
                beyond=beyond,
                outside=fmt.number(int(outside.sum())),
                **{**self.words, "change": fmt.signed(row["change"])},
            )
        )

    def range_figure(self) -> FigureBlock | Block:
        """The range of p values against the number of facilities; nothing where no number fits."""
        if self.implied.empty:
            return Block("")
        depends = int((self.implied["conclusion"] == DEPENDS).sum())
        listed = self.results.facts["listed"]
        fits = listed in set(self.implied["n"])
        label = texts.LISTED_LABEL.format(verdict="cocok" if fits else "tidak cocok", **self.words)
        crossing = texts.RANGE_CROSSING.format(depends=fmt.number(depends), **self.words)
        return FigureBlock(
            published_figures.p_ranges(
                self.implied, listed=listed, listed_label=label, simulated=self.district.simulated
            ),
            "fig-rentang-p",
            texts.RANGE_CAPTION.format(crossing=crossing, **self.words),
            texts.RANGE_ALT.format(
                **self._plain(),
                first=fmt.number(self.implied["n"].min()),
                last=fmt.number(self.implied["n"].max()),
                small=self._small(),
                large=self._large(),
                depends=fmt.number(depends),
            ),
        )

    # Unequal numbers ----------------------------------------------------------------------------------------------

    def unequal(self) -> Block:
        """What changes when the two shares do not rest on the same facilities."""
        return Block(texts.SEPARATE_INTRO.format(**self.words) + self._example())

    def _near(self) -> pd.DataFrame:
        centre = self.results.facts["listed"] or self.results.facts["n_max"]
        rows = self.results["separate"]
        return rows[(rows["n"] - centre).abs() <= _NEAR]

    def _example(self) -> str:
        near = self._near()
        centre = self.results.facts["listed"] or 0
        picked = []
        for share in ("before", "after"):
            rows = near.dropna(subset=[share])
            if rows.empty:
                return ""
            row = rows.loc[(rows["n"] - centre).abs().idxmin()]
            picked.append((fmt.number(row["n"]), fmt.number(row[share])))
        (n_before, k_before), (n_after, k_after) = picked
        return texts.SEPARATE_NEAR.format(
            n_before=n_before, k_before=k_before, n_after=n_after, k_after=k_after, **self.words
        )

    def separate_table(self) -> Block:
        """Numbers around the listed one and the counts that fit each share alone."""
        listed = self.results.facts["listed"]
        rows = [[fmt.number(r.n), fmt.number(r.before), fmt.number(r.after)] for r in self._near().itertuples()]
        return Block(
            table(
                [f"Jumlah {self.words['unit']}", f"{self.compare.label}", f"{self.period.label}"],
                rows,
                align=["right", "right", "right"],
                label="tbl-terpisah",
                caption=(texts.SEPARATE_CAPTION_UNLISTED if listed is None else texts.SEPARATE_CAPTION).format(
                    **self.words
                ),
            )
        )

    def invited(self) -> Block:
        """What another count in the same source would imply for the number of facilities."""
        facts = self.results.facts
        rows = self.results["published"]
        rows = rows[rows["measure"] == "invited_off_target"]
        if facts["invited"] is None or self.implied.empty:
            return Block("")
        common = {"invited": fmt.number(facts["invited"]), "who": escape(rows["wording"].iloc[0]), **self.words}
        denominators = facts["invited_denominators"]
        if not denominators:
            return Block(texts.INVITED_NONE.format(**common))
        fitting = [n for n in denominators if n in set(self.implied["n"])]
        fits = (
            f"{fmt.joined([fmt.number(n) for n in fitting])} juga cocok dengan {self.words['before']} persen"
            if fitting
            else f"itu tidak cocok dengan {self.words['before']} persen"
        )
        off = self.implied["n"] - self.implied["k_after"]
        return Block(
            texts.INVITED.format(
                denominators=fmt.joined([fmt.number(n) for n in denominators]),
                fits=fits,
                **{**common, "low": fmt.number(off.min()), "high": fmt.number(off.max())},
            )
        )

    # Methods ------------------------------------------------------------------------------------------------------

    def methods(self) -> Block:
        """Methods with their references."""
        listed = texts.METHODS_UNLISTED if self.results.facts["listed"] is None else texts.METHODS_LISTED
        words = {**self.words, "listed": listed.format(**self.words)}
        return Block(texts.SHARE_METHODS.format(always=ALWAYS, never=NEVER, depends=DEPENDS, **words))

    def _grades(self) -> list[str]:
        return [self.rule.target_grade]


_VERDICTS = {"always": ALWAYS, "never": NEVER, "depends": DEPENDS}
