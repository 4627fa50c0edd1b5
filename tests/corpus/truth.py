"""What is true in the corpus: facilities with real names, months, and the counts of each facility-month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

COUNTS = (
    "contacts",
    "registered",
    "nonspecialist_referrals",
    "referrals",
    "dm_controlled",
    "dm_registered",
    "ht_controlled",
    "ht_registered",
)
Key = tuple[str, str]
"""A facility-month: code, and month as “2024-03”."""

MONTH_WORDS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
SHORT_WORDS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")


@dataclass(frozen=True)
class Facility:
    """A facility: Kode PPK (simulated), name as the ministry lists it, type as the exports write it."""

    code: str
    name: str
    type: str = "Puskesmas"


MELIAU = Facility("0114A026", "PUSKESMAS MELIAU")
SANGGAU = Facility("0114A027", "PUSKESMAS SANGGAU")
BELANGIN = Facility("0114E005", "PUSKESMAS BELANGIN 3")
KARANGAN = Facility("01140103", "PUSKESMAS BALAI KARANGAN")
SEKAYAM = Facility("14010201", "PUSKESMAS TANJUNG SEKAYAM")
KLINIK = Facility("0114B011", "KLINIK BHAYANGKARA", "Klinik Pratama")
FACILITIES = (MELIAU, SANGGAU, BELANGIN, KARANGAN, SEKAYAM, KLINIK)

# Contacts, registered, nonspecialist, referrals, DM controlled, DM, HT controlled, HT of January 2023. Counts above and
# below a thousand, with and without zeros at their end.
_BASE = {
    MELIAU.code: (1748, 12350, 2, 160, 15, 200, 18, 310),
    SANGGAU.code: (4512, 30128, 11, 1204, 61, 1010, 88, 1540),
    BELANGIN.code: (1206, 8047, 0, 97, 7, 143, 12, 250),
    KARANGAN.code: (3230, 21500, 7, 640, 40, 512, 55, 930),
    SEKAYAM.code: (705, 5040, 1, 58, 5, 96, 9, 171),
    KLINIK.code: (611, 3999, 3, 75, 6, 71, 4, 90),
}
# What each month adds to these.
_STEP = (13, 10, 1, 6, 1, 3, 2, 5)


def month_number(month: str) -> int:
    """Months since January 2023."""
    year, number = map(int, month.split("-"))
    return (year - 2023) * 12 + number - 1


def counts(facility: Facility, month: str) -> dict[str, int]:
    """The true counts of a facility-month: the base of the facility and a step for each month since January 2023."""
    after = month_number(month)
    values = (base + step * after for base, step in zip(_BASE[facility.code], _STEP, strict=True))
    return dict(zip(COUNTS, values, strict=True))


def first_day(month: str, later: int = 0) -> dt.date:
    """The first day of a month, or of one some months later."""
    number = month_number(month) + later
    return dt.date(2023 + number // 12, number % 12 + 1, 1)


def in_words(month: str) -> str:
    """“Maret 2024”."""
    return f"{MONTH_WORDS[first_day(month).month - 1]} {first_day(month).year}"


def short(month: str, gap: str = " ") -> str:
    """“mar 24”."""
    return f"{SHORT_WORDS[first_day(month).month - 1]}{gap}{first_day(month):%y}"


def ratio(part: int, whole: int, scale: int) -> str:
    """A ratio as the exports print it: two decimals, decimal comma; empty where there is nothing to divide by."""
    if not whole:
        return ""
    exact = Decimal(part) * scale / Decimal(whole)
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP):,}".translate(str.maketrans(",.", ".,"))


def ratios(true: Mapping[str, int]) -> dict[str, str]:
    """The printed ratios of true counts."""
    dm, ht = (Decimal(100 * true[f"{d}_controlled"]) / (true[f"{d}_registered"] or 1) for d in ("dm", "ht"))
    both = ((dm + ht) / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {
        "ak": ratio(true["contacts"], true["registered"], 1000),
        "rrns": ratio(true["nonspecialist_referrals"], true["referrals"], 100),
        "rppt_dm": ratio(true["dm_controlled"], true["dm_registered"], 100),
        "rppt_ht": ratio(true["ht_controlled"], true["ht_registered"], 100),
        "rppt": f"{both}".replace(".", ","),
    }
