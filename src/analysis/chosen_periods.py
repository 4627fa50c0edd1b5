"""The period of a report and its comparison, as asked or as the data have them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from analysis.errors import DataError, ParameterError
from analysis.periods import Period, latest_complete, month_label, parse_period

if TYPE_CHECKING:
    import pandas as pd


def choose_periods(months: pd.Series, period: str, compare: str) -> tuple[Period, Period]:
    """Return the period and its comparison.

    months: service months of the data. period: as asked, else the latest complete semester (quarter, month).
    compare: as asked, else the same span a year before, else, when the data hold nothing of it, the span just before.
    Raises ParameterError for words that are no period or a comparison that is not earlier, DataError when the data hold
    no month of what was asked.
    """
    present = set(months)
    if period:
        chosen: Period | None = parse_period(period)
    else:
        chosen = next((p for length in (6, 3, 1) if (p := latest_complete(present, length))), None)
    if chosen is None:
        raise DataError("Data tidak memuat satu bulan pun; laporan tidak dapat dibuat.")
    require_months(present, chosen, "laporan")
    if compare:
        asked = parse_period(compare)
        require_earlier(asked, chosen)
        require_months(present, asked, "pembanding")
        return chosen, asked
    candidates = (chosen.year_before(), chosen.just_before())
    return chosen, next((c for c in candidates if present.intersection(c.months)), candidates[0])


def require_earlier(compare: Period, period: Period) -> None:
    """Raise ParameterError when a comparison is not over before the period begins.

    Months that both hold would be compared with themselves, and a later comparison would turn every rise into a fall.
    """
    if compare.months[-1] >= period.months[0]:
        raise ParameterError(
            f"Periode pembanding {compare.label} tidak berakhir sebelum {period.label} (periode laporan) mulai. Pilih "
            f"periode yang lebih awal, misalnya {period.year_before().code} (PERIOD= dan COMPARE= pada make, --period "
            "dan --compare pada kbk)."
        )


def require_months(months: Collection[pd.Period], period: Period, role: str) -> None:
    """Raise DataError when no file holds a month of a period, with what there is.

    role: what the period is for, as the analyst knows it: 'laporan' or 'pembanding'.
    """
    have = set(months)
    if not have.intersection(period.months):
        raise DataError(
            f"Tidak ada berkas untuk {period.label} (periode {role}). Data yang tersedia: {month_label(min(have))} "
            f"sampai {month_label(max(have))}. Pilih periode lain (PERIOD= dan COMPARE= pada make, --period dan "
            "--compare pada kbk), atau tambahkan berkas bulan itu."
        )
