"""How numbers, amounts, dates and names are written for readers: the only place that formats them."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

from analysis.periods import month_label

LOCALE = "id"
_MARKS = str.maketrans({",": get_group_symbol(LOCALE), ".": get_decimal_symbol(LOCALE)})
"""Marks of numbers as Python writes them to those of the locale."""
MISSING = "–"
DECIMALS = {"AK": 1, "RRNS": 2, "RPPT": 2, "RPPB": 1}
"""Decimals of each indicator in text and tables."""
UNITS = {"permil": "per mil", "percent": "persen"}
SHORT_UNITS = {"permil": "‰", "percent": "%"}
EVIDENCE = (0.01, 0.05)
"""Adjusted p values below which a change is called clear, or supported."""
MINUS = "\N{MINUS SIGN}"
_UPPER = re.compile(r"[IVX]+|UPTD?|BLUD|PKM|DTP|RSU?D?|TNI|POLRI|AD|AL|AU|BPJS|\(?(?=[0-9A-Z]*\d)[0-9A-Z]{4,}\)?")
"""Words of a name that stay as they are: numerals, abbreviations, and a facility code."""
_MOST_DECIMALS = 6


def number(value: float | None, decimals: int = 0) -> str:
    """Return a number with decimal comma and thousands dots, rounded half up; '–' when missing."""
    if value is None or pd.isna(value):
        return MISSING
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(exact):,f}".translate(_MARKS)
    return f"{MINUS}{text}" if exact < 0 else text


def plain(value: float | None) -> str:
    """Return a number with no more decimals than it has: '150', '2,5', '0,25'; '–' when missing."""
    if value is None or pd.isna(value):
        return MISSING
    decimals = next((d for d in range(_MOST_DECIMALS) if round(float(value), d) == float(value)), _MOST_DECIMALS)
    return number(value, decimals)


def signed(value: float | None, decimals: int = 0) -> str:
    """Return a change with its sign: '+1,2', '−0,4', '0,0'."""
    text = number(value, decimals)
    return f"+{text}" if text != MISSING and not text.startswith(MINUS) and text.strip("0,.") else text


def against(value: float | None, limit: float, decimals: int) -> str:
    """Return a number with as many decimals as it takes not to look equal to a limit that it does not equal."""
    if value is None or pd.isna(value):
        return MISSING
    shown = number(value, decimals)
    while value != limit and shown == number(limit, decimals) and decimals < _MOST_DECIMALS:
        decimals += 1
        shown = number(value, decimals)
    return shown


def interval(lower: float | None, upper: float | None, decimals: int, sign: bool = False) -> str:
    """Return 'a sampai b'; '–' when there is no interval."""
    if lower is None or upper is None or pd.isna(lower) or pd.isna(upper):
        return MISSING
    write = signed if sign else number
    return f"{write(lower, decimals)} sampai {write(upper, decimals)}"


def percent(share: float | None, decimals: int = 1) -> str:
    """Return a share (0 to 1) in percent without the word."""
    return MISSING if share is None or pd.isna(share) else number(share * 100, decimals)


def rupiah(amount: float | None) -> str:
    """Return an amount in whole rupiah: 'Rp1.234.567'."""
    return MISSING if amount is None or pd.isna(amount) else f"Rp{number(amount)}".replace(f"Rp{MINUS}", f"{MINUS}Rp")


def rupiah_short(amount: float | None) -> str:
    """Return an amount in words of size: 'Rp1,23 miliar', 'Rp45,6 juta', 'Rp980.000'; '–' when missing.

    The word is that of the amount as it is printed: Rp999.996.000 is 'Rp1,00 miliar', never 'Rp1.000,0 juta'.
    """
    if amount is None or pd.isna(amount):
        return MISSING
    if abs(amount) >= 999_950_000:  # rounds to 1.000,0 juta
        return f"Rp{number(amount / 1_000_000_000, 2)} miliar".replace(f"Rp{MINUS}", f"{MINUS}Rp")
    if abs(amount) >= 999_999.5:  # rounds to Rp1.000.000
        return f"Rp{number(amount / 1_000_000, 1)} juta".replace(f"Rp{MINUS}", f"{MINUS}Rp")
    return rupiah(amount)


def p_short(p: float | None) -> str:
    """Return '0,039' or '< 0,001', for tables; near a grade of evidence with the decimals that tell the side."""
    if p is None or pd.isna(p):
        return MISSING
    if p < 0.001:
        return "< 0,001"
    return against(p, min(EVIDENCE, key=lambda limit: abs(limit - p)), 3)


def p_value(p: float | None) -> str:
    """Return 'p = 0,039' or 'p < 0,001', with blanks at which no line breaks."""
    short = p_short(p)
    text = short if short == MISSING else f"p {short}" if short.startswith("<") else f"p = {short}"
    return text.replace(" ", "\u00a0")


def date(value: dt.date) -> str:
    """Return '18 September 2025'."""
    return str(format_date(value, "d MMMM y", locale=LOCALE))


def month(value: pd.Period) -> str:
    """Return 'Maret 2025'."""
    return month_label(value)


def month_short(value: pd.Period) -> str:
    """Return 'Mar 25'."""
    return f"{month_label(value)[:3]} {value.year % 100:02d}"


def joined(words: Sequence[str]) -> str:
    """Return 'a', 'a dan b' or 'a, b, dan c'."""
    words = list(words)
    if len(words) <= 1:
        return "".join(words)
    return f"{words[0]} dan {words[1]}" if len(words) == 2 else f"{', '.join(words[:-1])}, dan {words[-1]}"


def sentence_case(words: str) -> str:
    """Return words with a capital first letter, the rest as it is: 'FKTP lain', 'Puskesmas'."""
    return words[:1].upper() + words[1:]


def facility(name: str, short: bool = False) -> str:
    """Return a facility name in reading case; short leaves out the leading word Puskesmas."""
    words = [w if _UPPER.fullmatch(w) else w.capitalize() for w in str(name).split()]
    if short and len(words) > 1 and words[0] == "Puskesmas":
        words = words[1:]
    return " ".join(words)


def distinct_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return code → name, with the code in brackets behind every name that two codes would share in a table.

    names: facility code → name. Two names are one when they read alike in their short form.
    """
    shown = {code: facility(name, short=True).casefold() for code, name in names.items()}
    times = Counter(shown.values())
    return {code: f"{name} ({code})" if times[shown[code]] > 1 else name for code, name in names.items()}
