"""The number in one cell → count or printed ratio. Pure functions, nothing guessed.

What a point or comma means in "1.234" no single cell can tell; ``analysis.column_numbers`` decides it by the column and
hands it in as ``Marks``. A count is a whole number: every other reading is doubtful.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from analysis.values import FORMULA_WITHOUT_VALUE, Carried, Cell, Fault, Struck, clean_text, controls_within, months_in

NumberStyle = Literal["indonesia", "inggris"]
Use = Literal["thousands", "decimal", "unclear"]
LARGEST_COUNT = 10_000_000
"""No district of Indonesia has that many inhabitants (the largest, Bogor, has under 6 million)."""


class Marks(NamedTuple):
    """What point and comma stand for in text numbers."""

    point: Use
    comma: Use

    def use(self, mark: str) -> Use:
        """Return what "." or "," stands for."""
        return self.point if mark == "." else self.comma


INDONESIAN = Marks("thousands", "decimal")
MARKS: dict[NumberStyle, Marks] = {"indonesia": INDONESIAN, "inggris": Marks("decimal", "thousands")}


@dataclass(frozen=True, slots=True)
class Count:
    """A count as read.

    value: whole number; None when missing or doubtful.
    doubt: kind of finding; empty for a sound or blank cell.
    others: readings that only a printed ratio can prove, such as 167228 for 167.228, where a thousands point was taken
        for a decimal point; the reading as it stands comes first where it is whole but doubtful.
    word: unit written behind the number, such as "orang"; empty for none.
    """

    value: int | None = None
    doubt: str = ""
    others: tuple[int, ...] = ()
    word: str = ""

    @property
    def readings(self) -> tuple[int, ...]:
        """Every count that the cell may mean."""
        return self.others if self.value is None else (self.value, *self.others)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio as printed in the file.

    value: number as printed; None when missing or unreadable.
    per: 100 or 1000 where a sign (%, ‰) stands in the cell; None when only the column tells.
    numeric: True for a numeric cell, which may hold 0.1457 and show 14,57%.
    grouped: the number if its one point or comma marks thousands (1.000 → 1000); None where it cannot.
    """

    value: Decimal | None = None
    per: int | None = None
    numeric: bool = False
    doubt: str = ""
    grouped: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A text number and what its writing proves.

    value: the number; where ``mark`` is open, with the mark as decimal sign.
    mark: the point or comma that the text leaves open (1.234); empty for none.
    grouped: the number with the open mark between thousands.
    proves: pairs of mark and use that no other number could be written with.
    loose: the mark of 50.36, 12,5 or 30.3100: a decimal sign in a ratio; in a count, which is whole, it proves nothing.
    """

    value: Decimal
    mark: str = ""
    grouped: Decimal | None = None
    proves: tuple[tuple[str, Use], ...] = ()
    loose: str = ""


_NO_VALUE = re.compile(
    r"[-–—‒―_.?*/~= ]+|n ?[/.]? ?a\.?|null|none|nan|nil|nol|nihil|kosong|tdk|tidak|tba|tad"
    r"|(?:tidak|tdk|blm|belum)(?: (?:ada|lapor|tersedia|diketahui|masuk|dikirim|terisi|diisi|data|laporan))+"
    r"|data (?:tidak|tdk|belum|blm)(?: .*)?|belum(?: .*)?|blm"
)
_ERROR_TEXT = re.compile(
    r"#+|#(?:div/0|n/a|ref|name|value|num|null|getting_data|spill|calc|blocked|field)[!?]?|err:\d{3}"
)
_SIGNS = (
    (re.compile(r"‰|(?<=[\d ])[0o] ?/ ?[0o]{2}$|per ?mil$|permille$|per ?seribu$", re.IGNORECASE), 1000),
    (re.compile(r"%|per ?sen$|prosen$", re.IGNORECASE), 100),
)
_WORD = re.compile(
    r"(?<=[0-9]) ?(orang|org|jiwa|peserta|pasien|kontak|kasus|rujukan|referral|kunjungan)\.?$", re.IGNORECASE
)
_SIGNED = re.compile(r"([+-]?) ?(.*)")
_NEGATIVE = re.compile(r"\((.*)\)|(.*[0-9]) ?-")
_OF_R = re.compile(r"[1-9]e[+]0[56]")
"""How R writes 100000 and other numbers that are one digit and zeros; Excel's 1E+05 may have been rounded."""
_PARTS = re.compile(r"[0-9]+(?:[., '][0-9]+)*|[.,][0-9]+")
_DATE_TEXT = re.compile(r"(?:[0-9]{1,2}|20[0-9]{2})[-/][0-9]{1,2}(?:[-/][0-9]{1,4})?(?:[ T].*)?")
_APART = re.compile(r"(?<=\d)(?:\s{2,}|[^\S \u00a0\u2007-\u200a\u202f])(?=\d)")


def read_count(cell: Cell, marks: Marks = INDONESIAN) -> Count:
    """Return a cell as a whole number of people or referrals.

    cell: as the workbook or CSV holds it.
    marks: what point and comma stand for in text numbers; default 1.234,5.
    """
    if isinstance(cell, str) and not isinstance(cell, Fault):
        return _count_of_text(cell, marks)
    number, doubt = _number_of_cell(cell)
    return Count(doubt=doubt) if number is None else _count(number)


@lru_cache(maxsize=65536)
def _count_of_text(raw: str, marks: Marks) -> Count:
    text, doubt = _plain(raw)
    if not text:
        return Count(doubt=doubt)
    word = _WORD.search(text)
    found = _written(text[: word.start()] if word else text)
    if found is None:
        return Count(doubt=_why_no_number(text))
    count = _count(found.value)
    if found.grouped is not None:
        grouped = _count(found.grouped)
        use = marks.use(found.mark)
        if use == "thousands":
            count = grouped
        elif use == "unclear" and not grouped.doubt:
            both = dict.fromkeys((*grouped.readings, *count.readings[:1]))
            count = Count(doubt="separator_unclear", others=tuple(both))
    if word and not count.doubt:
        count = Count(count.value, others=count.others, word=word[1].lower())
    return count


def _count(number: Decimal) -> Count:
    if number < 0:
        return Count(doubt="negative")
    # A number with a thousands point has one to three digits before it, the first of them no zero.
    thousand = number * 1000
    lost = (int(thousand),) if 1 <= number < 1000 and thousand == thousand.to_integral_value() else ()
    if number != number.to_integral_value():
        return Count(doubt="not_whole", others=lost)
    if number > LARGEST_COUNT:
        return Count(doubt="too_large")
    return Count(int(number), others=lost)


def read_ratio(cell: Cell) -> Ratio:
    """Return a printed ratio: 145,67 or "145,67 ‰" or 14,57%; the sign, where one stands, is kept.

    Its only point or comma is its decimal sign; the other reading of "1.000" is kept beside it.
    """
    if isinstance(cell, str) and not isinstance(cell, Fault):
        return _ratio_of_text(cell)
    number, doubt = _number_of_cell(cell)
    return Ratio(number, numeric=isinstance(cell, int | float), doubt=doubt)


@lru_cache(maxsize=65536)
def _ratio_of_text(raw: str) -> Ratio:
    text, doubt = _plain(raw)
    if not text:
        return Ratio(doubt=doubt)
    text, per = _without_sign(text)
    found = _written(text)
    if found is None:
        return Ratio(doubt=_why_no_number(text))
    return Ratio(found.value, per, grouped=found.grouped)


def _without_sign(text: str) -> tuple[str, int | None]:
    for pattern, unit in _SIGNS:
        stripped = pattern.sub("", text).strip()
        if stripped != text:
            return stripped, unit
    return text, None


@lru_cache(maxsize=65536)
def written(raw: str) -> Written | None:
    """Return what a text cell of a count or ratio proves about points and commas; None when it holds no number."""
    text, _ = _plain(raw)
    text = _WORD.sub("", _without_sign(text)[0])
    return _written(text) if text else None


def _plain(raw: str) -> tuple[str, str]:
    """The text of a cell without what surrounds a number, or why there is none."""
    text = clean_text(raw).lstrip("'’`").strip()
    if not text:
        return "", ""
    # Digits on both sides of what is dropped, or wide apart, may be two numbers.
    if controls_within(raw) or _APART.search(raw) or any(map(_strange_digit, raw)):
        return "", "not_a_number"
    if _ERROR_TEXT.fullmatch(text.casefold()):
        return "", "excel_error"
    if _NO_VALUE.fullmatch(text.casefold()):
        return "", "no_value_sign"
    return text.replace("−", "-").replace("’", "'"), ""


def _strange_digit(character: str) -> bool:
    """True for ² or ③, of which plain text makes digits, and for digits of other scripts; fullwidth ones are plain."""
    if character.isascii() or unicodedata.numeric(character, None) is None:
        return False
    return not unicodedata.decomposition(character).startswith("<wide>")


def _why_no_number(text: str) -> str:
    inside = _NEGATIVE.fullmatch(text)
    if inside and _written((inside[1] or inside[2] or "").strip()) is not None:
        return "negative"
    if _DATE_TEXT.fullmatch(text) or (months_in(text) and any(c.isdigit() for c in text)):
        return "date_for_number"
    return "not_a_number"


def _why_fault(cell: Fault) -> str:
    if isinstance(cell, Struck):
        return "struck_out"
    if isinstance(cell, Carried):
        return "count_carried_over"
    return "formula_without_value" if cell == FORMULA_WITHOUT_VALUE else "excel_error"


def _number_of_cell(cell: Cell) -> tuple[Decimal | None, str]:
    if isinstance(cell, Fault):
        return None, _why_fault(cell)
    if cell is None:
        return None, ""
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return None, "date_for_number"
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None, "not_a_number"
    if not math.isfinite(cell):
        return None, "excel_error"
    nearest = round(cell)
    # The sum of fractions in a worksheet leaves 12.000000000002 where 12 is meant; 15 digits are all that it shows.
    return (Decimal(nearest) if abs(cell - nearest) < 1e-9 else Decimal(f"{cell:.15g}")), ""


def _written(text: str) -> Written | None:
    if _OF_R.fullmatch(text):
        return Written(Decimal(text).quantize(Decimal(1)))
    match = _SIGNED.fullmatch(text)
    if match is None or not _PARTS.fullmatch(match[2]):
        return None
    number = _unsigned(match[2])
    if number is None or match[1] != "-":
        return number
    grouped = None if number.grouped is None else -number.grouped
    return Written(-number.value, number.mark, grouped, number.proves, number.loose)


def _unsigned(text: str) -> Written | None:
    parts = re.split(r"[., ']", text)
    marks = re.findall(r"[., ']", text)
    if not marks:
        return Written(Decimal(text))
    groups_sound = 1 <= len(parts[0]) <= 3 and parts[0][0] != "0"
    if len(marks) == 1 and marks[0] in ".,":
        return _one_mark(marks[0], parts[0], parts[1], groups_sound)
    *between, last = marks
    # 1.234.567, 1 234 or 1'234: nothing but thousands.
    if len(set(marks)) == 1 and groups_sound and all(len(part) == 3 for part in parts[1:]):
        proves: tuple[tuple[str, Use], ...] = ((last, "thousands"),) if last in ".," else ()
        return Written(Decimal("".join(parts)), proves=proves)
    # 1.234,5 or 12 345,0: thousands, then one decimal sign.
    if not between or len(set(between)) > 1 or last in between or last not in ".," or not groups_sound:
        return None
    if not all(len(part) == 3 for part in parts[1:-1]):
        return None
    proves = ((last, "decimal"), *(((between[0], "thousands"),) if between[0] in ".," else ()))
    return Written(Decimal("".join(parts[:-1]) + "." + parts[-1]), proves=proves)


def _one_mark(mark: str, whole: str, rest: str, groups_sound: bool) -> Written:
    value = Decimal(f"{whole or '0'}.{rest}")
    if groups_sound and len(rest) == 3:
        return Written(value, mark, Decimal(whole + rest))
    if groups_sound and (len(rest) > 3 or int(rest)):
        return Written(value, loose=mark)
    return Written(value, proves=((mark, "decimal"),))
