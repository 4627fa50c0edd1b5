"""What the reports of districts with published figures have in common, and the entry to their computing step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

import pandas as pd

from analysis import formats as fmt
from analysis import published_texts as texts
from analysis import wording
from analysis.district import District, load_district
from analysis.errors import DataError, ParameterError
from analysis.indicators import Indicator, load_indicators
from analysis.markdown import Block, box, escape, table
from analysis.periods import Period, parse_period
from analysis.provenance import Provenance
from analysis.published import PublishedKind
from analysis.published_results import choose_published, compute_published, published_figures, published_periods
from analysis.published_shares import ALPHA
from analysis.results import Results
from analysis.rules import Rule, load_rules
from analysis.texts import GRADE_NAMES
from analysis.workspace import Workspace

__all__ = ["PublishedReport", "compute_published", "published_periods"]


@dataclass(frozen=True)
class PublishedReport:
    """Parts that both kinds of published figures share; the subclasses add their own tables and sentences.

    district: settings of the district; results: its results; indicator: the published indicator; rule: the rule of the
    period; provenance: where the numbers come from.
    """

    kind: ClassVar[PublishedKind]
    district: District
    results: Results
    indicator: Indicator
    rule: Rule
    provenance: Provenance

    @classmethod
    def open(cls, slug: str, period: str = "", compare: str = "", renderer: str = "") -> Self:
        """Return the report of a district from the results on disk, in the current workspace.

        period: code of a published period; default the latest. compare: the period compared with; default the one
        that was computed. renderer: name and version for the provenance.
        Raises DataError when this has not been computed, ParameterError when the district holds another kind of data.
        """
        workspace = Workspace.current()
        district = load_district(workspace, slug)
        if district.kind != cls.kind:
            raise ParameterError(f"“{slug}” berisi data jenis {district.kind}; notebook ini untuk {cls.kind}.")
        chosen = choose_published(published_figures(workspace, slug), period)
        folder = workspace.results_of(slug, chosen.code)
        if not (folder / "facts.json").is_file():
            raise DataError(texts.NOT_COMPUTED)
        results = Results.load(folder)
        stored = str(results.facts["compare"])
        if compare and parse_period(compare).code != stored:
            raise DataError(texts.OTHER_COMPARE.format(stored=stored or "tidak ada", asked=compare))
        return cls(
            district,
            results,
            load_indicators(workspace.reference)[results.facts["indicator"]],
            next(r for r in load_rules(workspace.reference) if r.id == results.facts["rule"]),
            Provenance.load(workspace, slug, results.facts, renderer),
        )

    @cached_property
    def period(self) -> Period:
        """The reported period."""
        return parse_period(self.results.facts["period"])

    @property
    def name(self) -> str:
        """Short name of the published indicator."""
        return str(self.results.facts["indicator"])

    @property
    def unit(self) -> str:
        """What was counted, as the source calls it."""
        return str(self.results["published"]["unit_of_analysis"].iloc[0])

    def sentences(self) -> list[str]:
        """The sentences of the first page, the most important first; markdown."""
        raise NotImplementedError

    def summary(self) -> Block:
        """The sentences of the first page under a note on what kind of figures these are."""
        note = box("catatan", texts.REAL_NOTE.format(unit=escape(self.unit)))
        return Block(f"{note}\n\n" + "\n".join(f"{i}. {s}" for i, s in enumerate(self.sentences(), 1)))

    def allowed_list(self) -> list[str]:
        """What the figures allow to say, one plain sentence each."""
        raise NotImplementedError

    def refused_list(self) -> list[str]:
        """What the figures do not allow to say, one plain sentence each."""
        raise NotImplementedError

    def allowed(self) -> Block:
        """What the figures allow to say."""
        return Block("\n".join(f"- {escape(s)}" for s in self.allowed_list()))

    def not_allowed(self) -> Block:
        """What the figures do not allow to say."""
        return Block("\n".join(f"- {escape(s)}" for s in self.refused_list()))

    def rule_table(self) -> Block:
        """The values of the rule that matter here, with status and source of each."""
        unit = fmt.SHORT_UNITS[self.indicator.unit]
        graded = [(self._grade(g), self.rule.bands[self.name][g]) for g in reversed(self._grades())]
        rows = [
            [escape(n), escape(wording.band_text(v.band, unit)), wording.status_mark(v.status), escape(v.source)]
            for n, v in graded
        ]
        for key, title in texts.RULE_ROWS.items():
            month = getattr(self.rule, key)
            shown = fmt.month(pd.Period(month.value, "M")) if month.value else texts.NO_END
            rows.append([title, shown, wording.status_mark(month.status), escape(month.source)])
        return Block(
            table(
                ["Hal", "Nilai", "Status", "Sumber"],
                rows,
                align=["left", "left", "left", "left"],
                widths=[22, 20, 18, 40],
                label="tbl-aturan",
                caption=escape(texts.RULE_CAPTION.format(rule=self.rule.title)),
            )
        )

    def _grades(self) -> list[str]:
        """Grades of the rule that the published figures use."""
        return self.rule.grades

    def _grade(self, grade: str) -> str:
        return f"{self.name}, {GRADE_NAMES.get(grade, grade).lower()}"

    def source(self) -> Block:
        """Where the figures were published and what they count."""
        sources = dict.fromkeys(str(s) for s in self.results["published"]["source"])
        return Block(texts.SOURCE_TEXT.format(sources="; ".join(_linked(s) for s in sources), unit=escape(self.unit)))

    def files(self) -> Block:
        """The files of the district folder with the beginning of their checksums."""
        return self.provenance.files_block()

    def origin(self) -> Block:
        """Code version, renderer, parameters and reference data of this report."""
        return self.provenance.origin_block()


def p_text(p: float) -> str:
    """Return a p value without the letter, never rounded onto the level 0.05: '< 0,001', '0,108'."""
    return "< 0,001" if p < 0.001 else fmt.against(p, ALPHA, 3)


def p_equal(p: float) -> str:
    """Return a p value with the letter: 'p < 0,001', 'p = 0,108'."""
    text = p_text(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def p_between(low: float, high: float) -> str:
    """Return a span of p values in words: '0,054 sampai 0,108', '< 0,001'."""
    first, last = p_text(low), p_text(high)
    return first if first == last else f"{first} sampai {last}"


def number_range(values: Sequence[int]) -> str:
    """Return '20 sampai 28', or the one number when all are equal."""
    low, high = min(values), max(values)
    return fmt.number(low) if low == high else f"{fmt.number(low)} sampai {fmt.number(high)}"


def _linked(source: str) -> str:
    parts = re.split(r"(https://\S+)", source)
    return "".join(
        f"<{part}>" if part.startswith("https://") else escape(part) + " " * part.endswith(" ") for part in parts
    )
