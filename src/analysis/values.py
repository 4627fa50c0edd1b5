"""Text of one cell or name → plain text, months that it names, facility code. Pure functions, nothing guessed.

A reading carries a ``doubt``: the key of the kind of finding (``data/reference/findings.yml``) when the cell holds
something that is not what was asked for. A blank cell is missing without a doubt. Numbers: ``number_cells``;
months of a column: ``column_months``.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from analysis.identifiers import hidden, identifiers

if TYPE_CHECKING:
    import pandas as pd

Cell: TypeAlias = str | int | float | bool | dt.date | dt.time | dt.timedelta | None


class Fault(str):
    """Text of a cell that holds an error value of Excel, or a formula whose value was never stored."""

    __slots__ = ()


class Struck(Fault):
    """Text of a cell that is crossed out, wholly or in part."""

    __slots__ = ()


class Carried(Fault):
    """Text of a cell whose formula repeats a figure of another month's sheet."""

    __slots__ = ()


FORMULA_WITHOUT_VALUE = Fault("rumus tanpa nilai tersimpan")
ARABIC = {
    **{"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"},
    **{"xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16", "xvii": "17", "xviii": "18"},
}
"""Roman numbers, in small letters → Arabic ones."""
EARLIEST_YEAR, LATEST_YEAR = 2014, 2049
"""JKN began in 2014; a month outside this span is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Code:
    """A facility code as read; ``doubt`` says why there is none."""

    value: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class NamedMonth:
    """A month named in words or digits: its number 1 to 12, and its year where one stands beside it."""

    month: int
    year: int | None = None


# Control characters but those that are blanks (tab, line feed, line tab, form feed, carriage return, next line); marks
# that turn the direction of writing; halves of surrogate pairs; code points that are no characters (the last two of
# each plane and U+FDD0 to U+FDEF). XML, and with it the PDF, takes none of the controls and non-characters.
_CONTROLS = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef" + "".join(
    rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17)
)
_CONTROL = re.compile(f"[{_CONTROLS}]")
_OUTER_CONTROLS = re.compile(rf"^[\s{_CONTROLS}]+|[\s{_CONTROLS}]+$")
_RAISED = re.compile("(?<=[0-9])(?=[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u207d])")
"""Where the raised mark of a note begins behind a number."""
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\ufeff]")


def clean_text(cell: Cell) -> str:
    """Return the cell as one line of printable text.

    Compatibility characters, no-break and double blanks are made plain; the raised mark of a note behind a number
    stands as ^; control characters, marks of the direction of writing and code points that are no characters are
    dropped (``controls_in`` tells them).
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", _RAISED.sub("^", text)))
    return " ".join(text.split())


def controls_in(cell: Cell) -> tuple[str, ...]:
    """Return the different characters that ``clean_text`` drops from a text cell, as 'U+0007', in order."""
    if not isinstance(cell, str) or cell.isprintable():
        return ()
    return tuple(dict.fromkeys(f"U+{ord(character):04X}" for character in _CONTROL.findall(cell)))


def controls_within(text: str) -> bool:
    """True where ``clean_text`` drops characters between others, not only around them."""
    return bool(controls_in(_OUTER_CONTROLS.sub("", text)))


def visible(name: str) -> str:
    r"""Return the name of a file or sheet with every character that cannot be printed as its code: 'kbk\x07.csv'.

    Unlike ``clean_text`` it keeps different names different, unless only a number of a person tells them apart: such a
    number is replaced.
    """
    name = hidden(name)
    if name.isprintable():
        return name
    return _UNNAMEABLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), name)


_UNNAMEABLE = re.compile(rf"[\t\n\v\f\r\x85\u2028\u2029{_CONTROLS}]")


def shown(cell: Cell) -> str:
    """Return the cell as it is quoted to the analyst: numbers with a decimal comma, dates as 01-03-2024."""
    if isinstance(cell, dt.date):
        return cell.strftime("%d-%m-%Y")
    if isinstance(cell, float) and not cell.is_integer():
        return repr(cell).replace(".", ",")
    return clean_text(cell)


def is_blank(cell: Cell) -> bool:
    """True for an empty cell and for one that holds only blanks."""
    return cell is None or (isinstance(cell, str) and not clean_text(cell))


_MONTH_WORDS = {
    1: ("januari", "january", "jan"),
    2: ("februari", "pebruari", "febuari", "february", "feb", "peb"),
    3: ("maret", "march", "mar", "mrt"),
    4: ("april", "apr"),
    5: ("mei", "may"),
    6: ("juni", "june", "jun"),
    7: ("juli", "july", "jul"),
    8: ("agustus", "august", "agust", "agus", "agu", "agt", "ags", "aug"),
    9: ("september", "sept", "sep"),
    10: ("oktober", "october", "okt", "oct"),
    11: ("november", "nopember", "nov", "nop"),
    12: ("desember", "december", "des", "dec"),
}
MONTH_OF_WORD = {word: number for number, words in _MONTH_WORDS.items() for word in words}
"""Number of the month by each of its names, Indonesian and English, in small letters."""
_WORDS = "|".join(sorted(MONTH_OF_WORD, key=len, reverse=True))
_WORD_MONTH = re.compile(
    rf"(?P<day>(?<!\d)(?:0?[1-9]|[12]\d|3[01])[ /-])?(?<![a-z])(?P<word>{_WORDS})(?![a-z])"
    r"(?:[ ._'’,/-]*(?:(?:tahun|thn|th)[ .:]*)?(?P<year>20\d\d|[1-4]\d"
    rf"(?! ?(?:{_WORDS})(?![a-z])))(?!\d))?"
)
"""A number of two digits before another month is its day."""
_DATE = re.compile(
    r"(?<!\d)(?:20\d\d(?P<a>[-_./ ])\d{1,2}(?P=a)\d{1,2}|\d{1,2}(?P<b>[-_./ ])\d{1,2}(?P=b)(?:20)?\d\d)(?!\d)"
)
_DIGIT_MONTH = re.compile(
    r"(?<!\d)(?<!\d[-_./])(?:(?P<y1>20\d\d)[-_./ ]?(?P<m1>0[1-9]|1[0-2])|(?P<m2>0?[1-9]|1[0-2])[-_./](?P<y2>20\d\d))"
    r"(?!\d)(?![-_./]\d)"
)
_YEAR = re.compile(r"(?<!\d)20[1-4]\d(?!\d)")
_YEAR_AGAIN = re.compile(r"[ .,/&+-]*(?:(?:dan|dengan|vs|terhadap|thd)[ .]+)?(?P<year>20[1-4]\d)(?!\d)")
"""Another year behind a month and its year, "Maret 2023 2024": that month of both years."""


@lru_cache(maxsize=1024)
def month_of(year: int, month: int) -> pd.Period:
    """Return the month as a pandas Period."""
    import pandas as pd  # noqa: PLC0415

    return pd.Period(year=year, month=month, freq="M")


def months_in(text: str, dates: bool = True) -> tuple[NamedMonth, ...]:
    """Return the different months that a file name, sheet name or title names, in order.

    dates: False leaves out months that stand in a full date ("Dicetak 3 Juli 2024"); default True, for in a sheet
        name the number before the month is an ordinal ("01 Januari").
    """
    lower = _DATE.sub(" ; ", clean_text(text).casefold()).replace("_", " ")
    others = years_in(lower)
    found: list[tuple[int, NamedMonth]] = []
    for match in _WORD_MONTH.finditer(lower):
        if match["day"] and not dates:
            continue
        year = match["year"]
        number = MONTH_OF_WORD[match["word"]]
        told = {None if year is None else int(year) % 2000 + 2000}
        if year is not None and len(year) == 2 and others and told.isdisjoint(others):
            told.update(others)  # "Mei 15, 2024": which of the two is the year is not settled here
        elif year is not None and (again := _YEAR_AGAIN.match(lower, match.end())):
            told.add(int(again["year"]))
        found += [(match.start(), NamedMonth(number, one)) for one in sorted(told, key=str)]
    for match in _DIGIT_MONTH.finditer(lower):
        found.append((match.start(), NamedMonth(int(match["m1"] or match["m2"]), int(match["y1"] or match["y2"]))))
    plausible = [named for _, named in sorted(found, key=lambda f: f[0]) if _plausible(named.year)]
    return tuple(dict.fromkeys(plausible))


def names_a_day(text: str) -> bool:
    """True for a name whose months all stand behind a day within them, "kbk 5 april 2024": perhaps that of a download.

    The number of the month itself, "04 April", is none, nor is one of its last days.
    """
    found = list(_WORD_MONTH.finditer(_DATE.sub(" ; ", clean_text(text).casefold()).replace("_", " ")))
    days = [(int(match["day"].strip(" /-")), MONTH_OF_WORD[match["word"]]) for match in found if match["day"]]
    return len(days) == len(found) > 0 and all(day != month and day < _LAST_DAYS for day, month in days)


_LAST_DAYS = 28


def years_in(text: str) -> tuple[int, ...]:
    """Return the different four-digit years that a text names, but for those of full dates in digits."""
    return tuple(dict.fromkeys(int(y) for y in _YEAR.findall(_DATE.sub(" ; ", text))))


def _plausible(year: int | None) -> bool:
    return year is None or EARLIEST_YEAR <= year <= LATEST_YEAR


_CODE = re.compile(r"(?=.*\d)[0-9A-Z]{3,12}")
_POWER_OF_TEN = re.compile(r"\d+(?:[.,]\d+)?E[+]\d+")


def read_code(cell: Cell) -> Code:
    """Return a facility code as text: blanks, an apostrophe, a trailing ".0" and case do not matter.

    Excel turns 0114E005 into 1,14E+07; a number of more than 8 digits or a text with E+ is such a loss.
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float) or is_blank(cell):
        return Code() if is_blank(cell) else Code(doubt="code_unreadable")
    if isinstance(cell, int | float):
        if not math.isfinite(cell) or cell != int(cell) or cell < 0:
            return Code(doubt="code_unreadable")
        return Code(doubt="code_power_of_ten") if cell >= 1e8 else Code(str(int(cell)))
    text = clean_text(cell).upper().lstrip("'’`").replace(" ", "")
    text = re.sub(r"(?<=[0-9A-Z])\.0+$", "", text)
    if _POWER_OF_TEN.fullmatch(text):
        return Code(doubt="code_power_of_ten")
    return Code(text) if _CODE.fullmatch(text) and not identifiers(text) else Code(doubt="code_unreadable")


_FULL_CODE = re.compile(r"\d[0-9A-Z]{6,8}")


def is_full_code(code: str) -> bool:
    """True for a code as BPJS writes it, with or without its leading zero; no note or telephone number is one."""
    return _FULL_CODE.fullmatch(code) is not None


_CODE_BEFORE_NAME = re.compile(r"(\d{4}[0-9A-Za-z]\d{3})(?: ?[-:/|_] ?| ?)(?=[A-Za-z(])")
"""A code as BPJS writes it, before a name that is glued to it or parted by one mark or blank."""
_CODE_BEHIND_NAME = re.compile(r"(?<=\S) ?[(\[](\d{4}[0-9A-Za-z]\d{3})[)\]]$")


def split_code_and_name(cell: Cell) -> tuple[Code, str]:
    """Return the two parts of a cell: 'KODE - NAMA', 'KODE/NAMA', 'KODENAMA', 'NAMA (KODE)'; no code where none is."""
    text = clean_text(cell)
    if behind := _CODE_BEHIND_NAME.search(text):
        return read_code(behind[1]), text[: behind.start()]
    before, dash, after = text.partition(" - ")
    if dash:
        return read_code(before), after.strip()
    found = _CODE_BEFORE_NAME.match(text)
    return (Code(), text) if found is None else (read_code(found[1]), text[found.end() :])
