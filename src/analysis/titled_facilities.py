"""The one facility that a title names above a table without a column of facilities: "CAPAIAN KBK PUSKESMAS MELIAU"."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from analysis.layouts import Layouts
from analysis.names import FacilityName, facility_name, names_something
from analysis.plain_words import without_numbering, words
from analysis.values import Cell, clean_text, is_full_code, months_in, split_code_and_name

_KINDS = ("puskesmas", "klinik_pratama")


def titled_facility(
    rows: Sequence[Sequence[Cell]], span: tuple[int, int], layouts: Layouts, names: Collection[FacilityName]
) -> tuple[str, str]:
    """Return code and name of the facility that titles name; both empty where they name none, or several.

    rows: above a table; span: its columns, those left of it included. names: of facilities that are known. A name that
    is a whole line need not be known: one that nobody knows is told later.
    """
    found: dict[FacilityName, tuple[str, str]] = {}
    for cells in rows:
        for cell in cells[span[0] : span[1] + 1]:
            if isinstance(cell, str) and (text := without_numbering(clean_text(cell))):
                code, name = split_code_and_name(text)
                full = is_full_code(code.value)
                for one in _names_in(name if full else text, layouts, names):
                    found.setdefault(facility_name(one), (code.value if full else "", one))
    return next(iter(found.values())) if len(found) == 1 else ("", "")


def _names_in(text: str, layouts: Layouts, names: Collection[FacilityName]) -> Iterator[str]:
    """The names of facilities in a line: one that it begins with, whatever it is; further on such as are known."""
    parts = text.split()
    for start in range(len(parts)):
        if layouts.type_from_name(" ".join(parts[start:])) not in _KINDS:
            continue
        before = words(parts[start - 1]).split()[-1:] if start else []
        ends = (end for end in range(start + 1, len(parts) + 1) if end == len(parts) or _ends(parts[end], layouts))
        name = " ".join(parts[start : next(ends)])
        if start and layouts.type_from_name(" ".join(parts[start - 1 :])) in _KINDS:
            continue  # "UPTD PUSKESMAS MELIAU" holds "PUSKESMAS MELIAU"
        known = any(facility_name(name).same(one) for one in names)
        led = bool(before) and before[0] in layouts.before_month_numbers
        if names_something(name) and not layouts.names_two(name) and (not start or (known and led)):
            yield name


def _ends(word: str, layouts: Layouts) -> bool:
    """True for a word behind a name: a month, a year, or what is said before one."""
    plain = words(word)
    said = layouts.period_words | layouts.month_words | {*layouts.half_years, *layouts.quarters}
    return plain in said or not any(map(str.isalpha, word)) or bool(months_in(plain))
