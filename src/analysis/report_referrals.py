"""The section on referrals of non-specialist cases by diagnosis and clinic: only presents results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import formats as fmt
from analysis import texts
from analysis.markdown import Block, escape, table
from analysis.results_referrals import REFERRAL_TABLES
from analysis.small_numbers import BREAKDOWN, FACT

if TYPE_CHECKING:
    from analysis.report import Report


SHOWN = 15
"""Rows of a table; the largest."""


class ReferralPages:
    """Tables of referrals from visits; a sentence where there are no extracts."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def all(self) -> Block:
        """Diagnoses, clinics, both together, and reasons of TACC."""
        results = self._report.results
        told = results.facts.get(FACT, {BREAKDOWN: 0})
        if all(results[name].empty for name in REFERRAL_TABLES) and not told[BREAKDOWN]:
            return Block(texts.REFERRALS_NONE)
        parts = [texts.REFERRALS_NOTE.format(rows=SHOWN)]
        if told[BREAKDOWN]:
            parts.append(texts.REFERRALS_SMALL.format(limit=told["limit"]))
        for name, label, columns in texts.REFERRAL_TABLES:
            rows = results[name].head(SHOWN)
            if rows.empty:
                continue
            cells = [[self._cell(row[column], column) for column in columns] for _, row in rows.iterrows()]
            parts.append(
                table(
                    [texts.REFERRAL_HEADINGS[column] for column in columns],
                    cells,
                    align=["right" if column in {"referrals", "share"} else "left" for column in columns],
                    label=f"tbl-{name.replace('_', '-')}",
                    caption=escape(label.format(period=self._report.period.label)),
                )
            )
        return Block("\n\n".join(parts))

    @staticmethod
    def _cell(value: object, column: str) -> str:
        if pd.isna(value):
            return fmt.MISSING
        if column == "referrals":
            return fmt.number(int(str(value)))
        return fmt.number(float(str(value)), 1) if column == "share" else escape(str(value))
