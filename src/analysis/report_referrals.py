"""The section on referrals of non-specialist cases by diagnosis and clinic: only presents results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import formats as fmt
from analysis import texts
from analysis.markdown import Block, escape, table

if TYPE_CHECKING:
    from analysis.report import Report


class ReferralPages:
    """Tables of referrals from visits; a sentence where there are no extracts."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def all(self) -> Block:
        """Diagnoses, clinics, both together, and reasons of TACC."""
        results = self._report.results
        if results["referral_diagnoses"].empty and results["referral_tacc"].empty:
            return Block(texts.REFERRALS_NONE)
        parts = [texts.REFERRALS_NOTE]
        for name, label, columns in texts.REFERRAL_TABLES:
            rows = results[name]
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
