"""Where the tables of a sheet stand: headings over one or several rows, tables below and beside each other.

Works on the cells alone and knows the meaning of headings; what the rows hold is read elsewhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby, pairwise

from analysis.column_months import month_ways
from analysis.headings import Headings, Reading, is_unit
from analysis.layouts import IDENTITY, MEASURED, Role, is_part
from analysis.periods import MONTH_NAMES
from analysis.plain_words import words
from analysis.sheets import Sheet
from analysis.values import Cell, NamedMonth, clean_text, is_blank, is_full_code, read_code, shown

FEWEST_HEADINGS = 4
"""Known headings that make rows the headings of a table."""
_FEWEST_AGAIN = 3
"""Headings below each other that make a table turned where each of them stands there more than once."""
FEWEST_MONTHS = 3
"""Months beside each other that make a table one with months across."""
_MOST_HEADING_ROWS = 4
_FEWEST_BELOW, _SHORTEST_WORD = 2, 2
"""Columns with a word below their headings, and letters of one, that make a row below another row of headings."""
_LETTER = re.compile(r"[(\[]\s*([a-z])\s*[)\]]", re.IGNORECASE)
_HALVES = frozenset("lp")
"""Letters of men and women below or behind a heading."""
_YEAR_ALONE = re.compile(r"(?:(?:tahun|thn|th)\b[ .:]*)?20\d\d", re.IGNORECASE)
_MOST_COLUMNS = 26
"""Columns, from the left, of which one may hold the names of the figures."""


@dataclass(frozen=True)
class Heading:
    """The heading of one column.

    parts: texts from the topmost group heading down to the lowest cell, without months.
    month: the month that stands in or above it; None when none does.
    stranger: True where a group heading of unknown words stands above it.
    """

    position: int
    parts: tuple[str, ...]
    month: NamedMonth | None
    reading: Reading
    stranger: bool = False

    @property
    def text(self) -> str:
        """The heading as one text: 'PROLANIS DM Terkendali'."""
        return " ".join(self.parts)


@dataclass(frozen=True)
class Block:
    """A table of a sheet. Rows and columns from 0.

    top, bottom: first and last row of its headings. title: first row of what stands above them.
    end: row after its last one. headings: those of its columns. skip: rows on which the headings stand again.
    clash: how what stands above its months contradicts them; empty where nothing does.
    """

    title: int
    top: int
    bottom: int
    end: int
    headings: tuple[Heading, ...]
    skip: frozenset[int] = field(default=frozenset())
    clash: str = ""

    @property
    def roles(self) -> set[Role]:
        """The columns whose meaning is certain."""
        return {h.reading.role for h in self.headings if h.reading.role is not None}

    @property
    def month(self) -> NamedMonth | None:
        """The month that stands above the columns that are read, where it is one of several beside each other."""
        months = (h.month for h in self.headings if h.reading.role in MEASURED)
        return next((month for month in months if month is not None), None)

    @property
    def span(self) -> tuple[int, int]:
        """First and last column."""
        return self.headings[0].position, self.headings[-1].position

    def same_columns(self, other: Block) -> bool:
        """True where ``other`` has the same headings in the same columns."""
        return [(h.position, h.parts, h.month) for h in self.headings] == [
            (h.position, h.parts, h.month) for h in other.headings
        ]


def blocks(sheet: Sheet, headings: Headings, *, parts: bool = False) -> list[Block]:
    """Return the tables of a sheet from top to bottom, and from left to right.

    parts: whether headings of facilities and of one whole indicator make a table too; default False.
    """
    levels: list[Block] = []
    for first, last in _zones(sheet.rows, headings):
        level = _best(sheet, first, last, headings, parts=parts)
        if level is None:
            continue
        title = _after_figures(sheet.rows, levels[-1], level.top) if levels else 0
        if levels:
            levels[-1] = replace(levels[-1], end=title)
        level = _under_parts_of_year(sheet, replace(level, title=title), headings)
        level = _above_others(sheet, _under_groups(sheet, level, headings), headings)
        levels.append(_of_one_year(_without_replaced(_without_halves(level, headings), headings)))
    return [part for level in levels for part in _beside(_certain_months(sheet, level), headings)]


def has_rows(sheet: Sheet, block: Block) -> bool:
    """True where a row with figures or a facility code stands below the headings of a table."""
    return _after_figures(sheet.rows, block, block.end) > block.bottom + 1


def months_across(sheet: Sheet, headings: Headings) -> int | None:
    """Return the row, from 0, on which months stand beside each other as headings; None when there is none."""
    month_alone = cache(headings.layouts.month_alone)  # most texts of a long sheet stand in many rows
    for index, cells in enumerate(sheet.rows):
        texts = {_text(cell) for cell in cells if not isinstance(cell, int | float)}
        if len(set(map(month_alone, texts)) - {None}) >= FEWEST_MONTHS:
            return index
    return None


def figure_names(sheet: Sheet, headings: Headings) -> Iterator[tuple[int, list[tuple[int, Role]]]]:
    """Yield each column in which figures are named as headings would name them, with the rows and the figures."""
    width = max(map(len, sheet.rows), default=0)
    for column in range(min(width, _MOST_COLUMNS)):
        named = []
        for index, cells in enumerate(sheet.rows):
            cell = cells[column] if column < len(cells) else None
            named_so = isinstance(cell, str) and any(map(str.isalpha, cell))
            role = headings.read((clean_text(cell),)).role if named_so else None
            if role in MEASURED:
                named.append((index, role))
        if named:
            yield column, named


def figures_down(sheet: Sheet, headings: Headings) -> tuple[int, list[str]] | None:
    """Return first row and headings of a table whose headings stand below each other; None when there is none.

    Some that stand there again and again, for each facility, tell it as well as many that stand there once.
    """
    for column, named in figure_names(sheet, headings):
        times = Counter(role for _, role in named)
        again = len(times) >= _FEWEST_AGAIN and min(times.values()) > 1
        if len(times) >= FEWEST_HEADINGS or again:
            first = {role: index for index, role in reversed(named)}
            return named[0][0], [clean_text(sheet.rows[index][column]) for index in sorted(first.values())]
    return None


def _zones(rows: Sequence[Sequence[Cell]], headings: Headings) -> list[tuple[int, int]]:
    """Runs of rows that may be headings: one at least has two of them, the others nothing else but headings."""
    strong = [_is_headings(cells, headings) for cells in rows]
    zones: list[tuple[int, int]] = []
    index = 0
    while index < len(rows):
        if not strong[index]:
            index += 1
            continue
        first = last = index
        while first > 0 and index - first < _MOST_HEADING_ROWS and _is_rest(rows[first - 1], headings):
            first -= 1
        if first > 0 and _are_years(rows[first - 1], rows[first]):
            first -= 1
        while last + 1 < len(rows) and (strong[last + 1] or _is_rest(rows[last + 1], headings)):
            last += 1
        zones.append((first, last))
        index = last + 1
    return zones


def _is_headings(cells: Sequence[Cell], headings: Headings) -> bool:
    """True for a row of two or more different headings, or months, without figures."""
    texts = {cell for cell in cells if (isinstance(cell, str) and cell) or _is_date(cell)}
    if len(texts) < 2 or any(_is_figure(cell) and not _is_year(cell) for cell in cells):
        return False
    return sum(_is_date(text) or (headings.speaks(str(text)) and not is_unit(str(text))) for text in texts) >= 2


def _is_rest(cells: Sequence[Cell], headings: Headings) -> bool:
    """True for a row of headings alone, such as the unit or the last word of one, or quarters, and nothing else."""
    filled = [cell for cell in cells if not is_blank(cell)]
    return bool(filled) and all(
        _is_date(c) or (isinstance(c, str) and (headings.speaks(c) or bool(headings.layouts.parts_of_year_in(c))))
        for c in filled
    )


def _are_years(cells: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """True for a row of several years above the months of each, 2023 | 2024, and none for a title above a table."""
    texts = [clean_text(cell) for cell in cells]
    years = {text for text in texts if text}
    starts = [next((place for place, text in enumerate(row) if text), 0) for row in (texts, map(clean_text, below))]
    return len(years) > 1 and all(map(_YEAR_ALONE.fullmatch, years)) and starts[0] >= starts[1]


def _is_date(cell: object) -> bool:
    return isinstance(cell, dt.date)


def _is_year(cell: Cell) -> bool:
    return re.fullmatch(r"20\d\d", clean_text(cell)) is not None


def _text(cell: Cell) -> str:
    """The text of a heading; a date is the month that it shows, unless a program may have misread it."""
    if not isinstance(cell, dt.date):
        return clean_text(cell)
    read, *others = month_ways(cell).values()
    return shown(cell) if others else read.text


def _best(sheet: Sheet, first: int, last: int, headings: Headings, *, parts: bool) -> Block | None:
    """The rows of a zone that make the most of it: first as merged cells say, then with group headings carried on."""
    rows = sheet.rows
    choices = [
        (top, bottom)
        for bottom in range(first, last + 1)
        for top in range(max(first, bottom - _MOST_HEADING_ROWS + 1), bottom + 1)
    ]
    best: tuple[tuple[bool, bool, int, int, int], Block] | None = None
    for carry in (False, True):
        for top, bottom in choices:
            if carry and top == bottom:
                continue
            block = Block(top, top, bottom, len(rows), _columns(rows[top : bottom + 1], carry, headings))
            complete, known = _worth(block, headings)
            part = parts and not complete and _is_part(block)
            if best is None or (complete, part, known, top - bottom, bottom) > best[0]:
                best = ((complete, part, known, top - bottom, bottom), block)
        if best is not None and any(best[0][:2]):
            break
    if best is None or (best[0][2] < FEWEST_HEADINGS and not best[0][1]):
        return None
    return _with_merged(sheet, best[1])


def _is_part(block: Block) -> bool:
    """Whether the headings of facilities and of one whole indicator stand there, each count once for a month."""
    measured = [(h.reading.role, h.month) for h in block.headings if h.reading.role in MEASURED]
    return is_part(block.roles) and len(measured) == len(set(measured))


def _with_merged(sheet: Sheet, block: Block) -> Block:
    """The block down to the last row into which its merged headings reach: more rows may be merged than are read."""
    bottom = block.bottom
    while bottom + 1 < len(sheet.rows) and _goes_on(sheet, bottom + 1):
        bottom += 1
    return replace(block, bottom=bottom)


def _goes_on(sheet: Sheet, row: int) -> bool:
    """True for a row whose every filled cell is part of one merged with the cell above it."""
    filled = [place for place, cell in enumerate(sheet.rows[row]) if not is_blank(cell)]
    return bool(filled) and all(_merged_down(sheet, row, place) for place in filled)


def _merged_down(sheet: Sheet, row: int, place: int) -> bool:
    """True for a cell that is part of one merged with the cell above it."""
    above, cells = sheet.rows[row - 1], sheet.rows[row]
    merged = {(row - 1, place), (row, place)} <= sheet.merged
    return merged and place < min(len(above), len(cells)) and above[place] == cells[place]


def _under_groups(sheet: Sheet, block: Block, headings: Headings) -> Block:
    """The block without the columns under a group heading that is made of other words: "TARGET", "BULAN LALU".

    What stands above a table may be a person's name: it takes away the meaning of a column and is not kept.
    """
    taken: set[int] = set()
    top = block.top
    while top > block.title and block.top - top < _MOST_HEADING_ROWS:
        found = _under_strangers(sheet, top - 1, block, headings)
        if not found:
            break
        taken |= found
        top -= 1
    without = tuple(
        replace(heading, reading=_doubted(heading.reading), stranger=True)
        if heading.position in taken and not headings.declares(heading.parts)
        else heading
        for heading in block.headings
    )
    return replace(block, top=top, headings=without)


def _without_replaced(block: Block, headings: Headings) -> Block:
    """The block without the counts that also stand under a group of revised figures: "DATA" beside "DATA REVISI"."""
    replaced = {
        h.parts[-1]
        for h in block.headings
        if len(h.parts) > 1 and h.reading.role is None and headings.layouts.tells_revised(" ".join(h.parts[:-1]))
    }
    return replace(
        block,
        headings=tuple(
            replace(h, reading=_doubted(h.reading), stranger=True)
            if h.reading.role in MEASURED and h.parts[-1] in replaced and not headings.declares(h.parts)
            else h
            for h in block.headings
        ),
    )


def _above_others(sheet: Sheet, block: Block, headings: Headings) -> Block:
    """The block with a lower row of headings of other words: "Target" and "Realisasi" below "Jumlah Kontak".

    Without merged cells the name of a count stands over the first of its columns alone: that of the target, of the
    first week, of last year.
    """
    number = block.bottom + 1
    row = sheet.rows[number] if number < len(sheet.rows) else []
    filled = (place for place, cell in enumerate(row) if not is_blank(cell) and not _merged_down(sheet, number, place))
    below = {place: text for place in filled if (text := clean_text(row[place]))}
    if not _are_headings(below, block):
        return block
    found: list[Heading] = []
    for place in range(block.span[0], max(block.span[1], *below) + 1):
        own = next((h for h in block.headings if h.position == place), None)
        last = own or (found[-1] if found else None)
        if place in below and last is not None:
            text = below[place]
            parts = (*(last.parts if own is not None or last.position not in below else last.parts[:-1]), text)
            known = not last.stranger and not any(map(str.isdigit, text))
            this_month = own is not None and words(text) in headings.layouts.this_month
            reading = own.reading if own and this_month else headings.read(parts) if known else Reading()
            found.append(Heading(place, parts, last.month, reading, last.stranger))
        elif own is not None:
            found.append(own)
    whole = [one for group in _of_one_count(found, below) for one in _with_total(group, headings)]
    return replace(block, bottom=block.bottom + 1, headings=tuple(whole))


def _of_one_count(found: Sequence[Heading], below: Mapping[int, str]) -> list[list[Heading]]:
    """The headings in groups, each of one heading with the texts below it."""

    def above(heading: Heading) -> tuple[object, ...]:
        lower = heading.position in below
        return (lower, heading.parts[:-1], heading.month) if lower else (lower, heading.position)

    return [list(group) for _, group in groupby(found, key=above)]


def _with_total(group: list[Heading], headings: Headings) -> list[Heading]:
    """The same headings, where the total of several parts stands below a count: of men and women it is that count.

    Nobody is both; of weeks or places a total may count a participant twice, and is asked about.
    """
    texts = [heading.parts[-1] if heading.parts else "" for heading in group]
    totals = [place for place, text in enumerate(texts) if words(text) in headings.layouts.whole_words]
    parts = {_half(text) for text in texts if words(text) not in headings.layouts.whole_words and not is_unit(text)}
    if len(totals) != 1 or len(parts) < _FEWEST_BELOW or group[totals[0]].stranger:
        return group
    total = group[totals[0]]
    if headings.declares(total.parts):
        return group
    reading = headings.read(total.parts[:-1]) if parts == _HALVES else _doubted(total.reading)
    return [replace(one, reading=reading) if one is total else one for one in group]


def _half(text: str) -> str:
    return text.strip("() ").casefold()


def _are_headings(below: Mapping[int, str], block: Block) -> bool:
    """True where texts in the row below the headings are headings too.

    They are words or years alone, or go on to the right of a count into columns that bear no heading of their own;
    what tells a facility, its district or month has none below it.
    """
    headed = {h.position for h in block.headings}
    measured = {h.position for h in block.headings if h.reading.role in MEASURED}
    others = {h.position for h in block.headings if h.reading.role is not None} - measured
    named = measured & below.keys()
    if not named or others & below.keys():
        return False
    goes_on = [place for place in named if place + 1 in below and place + 1 not in headed]
    texts = [text for text in below.values() if _half(text) not in _HALVES]
    worded = bool(texts) and all(map(_is_word, texts))
    if len(named) >= _FEWEST_BELOW and (worded or all(map(_is_year, below.values()))):
        return True
    # A row of figures without a name may hold a remark in a column without a heading.
    figures = any(map(_is_figure, below.values())) and 2 * len(named) > len(measured)
    return 2 * len(goes_on) > len(named) if figures else bool(goes_on)


def _is_word(text: str) -> bool:
    """True for a word, or the sign of a unit, "%", but for the number of a column."""
    word = sum(map(str.isalpha, text)) >= _SHORTEST_WORD and not is_unit(text)
    return word or (is_unit(text) and not any(map(str.isalnum, text)))


def _under_parts_of_year(sheet: Sheet, block: Block, headings: Headings) -> Block:
    """The block with the years of the half-years or quarters that stand above its months: "SEMESTER I 2024"."""
    row = block.top - 1
    if row < block.title:
        return block
    dated: list[Heading] = []
    last = clash = ""
    for heading in block.headings:
        cell = sheet.rows[row][heading.position] if heading.position < len(sheet.rows[row]) else None
        if heading.month is None:
            dated.append(heading)
            continue
        last = clean_text(cell) or last
        part = headings.layouts.part_of_year(last)
        if part is None:
            return block
        month, year = heading.month.month, heading.month.year
        if month not in part[0] or (year and part[1] not in {None, year}):
            clash = f"“{last}” di atas {MONTH_NAMES[month - 1]}{f' {year}' if year else ''}"
        dated.append(replace(heading, month=NamedMonth(month, year or part[1])))
    if not last:
        return block
    return replace(block, top=row, headings=tuple(dated), clash=clash)


def _of_one_year(block: Block) -> Block:
    """The block with the year of its months where one of them alone names it: JAN 2024 | FEB | MAR, in their order."""
    months = list(dict.fromkeys(h.month for h in block.headings if h.month is not None))
    years = {month.year for month in months} - {None}
    if len(years) != 1 or any(before.month >= after.month for before, after in pairwise(months)):
        return block
    (year,) = years
    return replace(
        block,
        headings=tuple(
            h if h.month is None else replace(h, month=NamedMonth(h.month.month, year)) for h in block.headings
        ),
    )


def _without_halves(block: Block, headings: Headings) -> Block:
    """The block without the columns of men or women: "Jumlah Kontak (L)"; in a row of (A), (B) … it is a number."""
    marks = {mark.lower() for heading in block.headings for mark in _LETTER.findall(heading.text)}
    if not marks or marks - _HALVES:
        return block
    return replace(
        block,
        headings=tuple(
            replace(h, reading=Reading()) if _LETTER.search(h.text) and not headings.declares(h.parts) else h
            for h in block.headings
        ),
    )


def _doubted(reading: Reading) -> Reading:
    return Reading(candidates=reading.candidates if reading.role is None else (reading.role,))


def _under_strangers(sheet: Sheet, row: int, block: Block, headings: Headings) -> set[int]:
    """The columns under texts that head some of the figures and are neither titles nor words of headings."""
    own = {h.position for h in block.headings if h.reading.role not in MEASURED and h.reading.role is not None}
    figures = {h.position for h in block.headings} - own
    cells = [clean_text(cell) if isinstance(cell, str) else "" for cell in sheet.rows[row]]
    if any(":" in text for text in cells) or any(_is_figure(c) and not _is_year(c) for c in sheet.rows[row]):
        return set()
    merged = any((row, column) in sheet.merged for column in range(len(cells)))
    covered: dict[str, set[int]] = {}
    last = ""
    for column in range(block.span[1] + 1):
        text = cells[column] if column < len(cells) else ""
        last = text if merged else text or last
        covered.setdefault(last, set()).add(column)
    return set().union(
        *(
            columns & figures
            for text, columns in covered.items()
            if text
            and columns.isdisjoint(own)
            and not columns >= figures
            and not headings.speaks(text)
            and (merged or not headings.is_title(text))
        )
    )


def _worth(block: Block, headings: Headings) -> tuple[bool, int]:
    """Whether all counts are there, each once for a month, and how many headings are certain."""
    roles = block.roles
    measured = [(h.reading.role, h.month) for h in block.headings if h.reading.role in MEASURED]
    layouts = headings.layouts.layouts
    dated = [one for one in measured if one[1] is not None]
    if any({role for role, _ in dated}.issuperset(layout.required) for layout in layouts):
        measured = dated  # beside months, columns of no month are their sums: "TOTAL TW I", "TOTAL TW II"
    complete = any(roles.issuperset(layout.required) for layout in layouts)
    return complete and len(measured) == len(set(measured)), len(roles - {"ignored"})


def _columns(rows: Sequence[Sequence[Cell]], carry: bool, headings: Headings) -> tuple[Heading, ...]:
    """The headings of each column with one; carry: a group heading holds to the next one, as without merged cells."""
    texts = [[_text(cell) for cell in cells] for cells in rows]
    width = max(map(len, texts), default=0)
    texts = [cells + [""] * (width - len(cells)) for cells in texts]
    if carry:
        starts = [{column for column in range(width) if cells[column]} for cells in texts]
        for row, cells in enumerate(texts[:-1]):
            above = set().union(*starts[:row])
            for column in range(1, width):
                # a group reaches no farther than the one above it: JANUARI, not into TOTAL beside TRIWULAN I
                if not cells[column] and texts[-1][column] and column not in above:
                    cells[column] = cells[column - 1]
    columns = []
    for position in range(width):
        stacked = [cells[position] for cells in texts if cells[position]]
        named = [headings.layouts.month_alone(text) for text in stacked]
        years = {int(text[-4:]) for text in stacked if _YEAR_ALONE.fullmatch(text)}
        months = set(named) - {None}
        month = months.pop() if len(months) == 1 else None
        quarters = {text: part for text in stacked if (part := headings.layouts.part_of_year(text)) is not None}
        own = {text for text, part in quarters.items() if month is not None and _is_within(month, *part)}
        years |= {year for text in own if (year := quarters[text][1]) is not None}
        told = (
            text
            for text, here in zip(stacked, named, strict=True)
            if here is None and text not in own and _YEAR_ALONE.fullmatch(text) is None
        )
        parts = tuple(dict.fromkeys(told))  # a cell that is merged over two rows says it once
        if stacked:
            if month is not None and month.year is None and len(years) == 1:
                month = NamedMonth(month.month, years.pop())
            columns.append(Heading(position, parts, month, headings.read(parts) if parts else Reading()))
    return tuple(columns)


def _is_within(month: NamedMonth, months: range, year: int | None) -> bool:
    """True for a month of a half-year or quarter, whose year is that of the month where both are named."""
    return month.month in months and (year is None or month.year in {None, year})


def _after_figures(rows: Sequence[Sequence[Cell]], block: Block, top: int) -> int:
    """The row after the last one of a table that has figures or a facility code."""
    measured = [h.position for h in block.headings if h.reading.role in MEASURED]
    codes = [h.position for h in block.headings if h.reading.role == "facility_code"]
    for index in range(top - 1, block.bottom, -1):
        cells = rows[index]
        if any(p < len(cells) and _is_figure(cells[p]) for p in measured) or any(
            p < len(cells) and is_full_code(read_code(cells[p]).value) for p in codes
        ):
            return index + 1
    return block.bottom + 1


def _is_figure(cell: Cell) -> bool:
    if isinstance(cell, str):
        return any(map(str.isdigit, cell)) and not any(map(str.isalpha, cell))
    return isinstance(cell, int | float)


def _certain_months(sheet: Sheet, block: Block) -> Block:
    """The block without the meaning of headings that stand under months, and once left of the first month too.

    Where no merged cell tells how far a month reaches, its name may stand over the second of its columns: then each
    first column would go to the month before.
    """
    dated = [h for h in block.headings if h.month is not None and h.parts]
    rows = range(block.top, block.bottom)
    if not dated or any((row, h.position) in sheet.merged for row in rows for h in block.headings):
        return block
    first = min(h.position for h in dated)
    left = {h.parts[-1] for h in block.headings if h.parts and h.position < first}
    doubtful = left & {h.parts[-1] for h in dated}
    return replace(
        block,
        headings=tuple(
            replace(h, reading=Reading(), stranger=True) if h in dated and h.parts[-1] in doubtful else h
            for h in block.headings
        ),
    )


def _beside(block: Block, headings: Headings) -> list[Block]:
    """The tables that stand beside each other under one row of headings; the block itself where it is one table."""
    months = dict.fromkeys(h.month for h in block.headings if h.month is not None and h.reading.role in MEASURED)
    if len(months) > 1:
        others = [h for h in block.headings if h.month not in months]
        # a count under no month is a sum of theirs: it is told as a column that is not read
        common = [replace(h, reading=Reading()) if h.reading.role in MEASURED else h for h in others]
        groups = [
            sorted([*common, *(h for h in block.headings if h.month == month)], key=_position) for month in months
        ]
        return [replace(block, headings=tuple(group)) for group in groups]
    if not _worth(block, headings)[0]:
        for groups in (_parted_by_gaps(block), _parted_by_repetition(block)):
            parts = [replace(block, headings=tuple(group)) for group in groups]
            own = all(not part.roles.isdisjoint(IDENTITY) for part in parts)
            if len(parts) > 1 and own and any(_worth(part, headings)[0] for part in parts):
                return parts
    return [block]


def _position(heading: Heading) -> int:
    return heading.position


def _parted_by_gaps(block: Block) -> list[list[Heading]]:
    groups: list[list[Heading]] = []
    for heading in block.headings:
        if groups and heading.position == groups[-1][-1].position + 1:
            groups[-1].append(heading)
        else:
            groups.append([heading])
    return groups


def _parted_by_repetition(block: Block) -> list[list[Heading]]:
    """Parts that each begin with the role of the first column that is read."""
    first = next((h.reading.role for h in block.headings if h.reading.role not in {None, "ignored"}), None)
    groups: list[list[Heading]] = [[]]
    for heading in block.headings:
        if heading.reading.role == first and any(h.reading.role == first for h in groups[-1]):
            groups.append([])
        groups[-1].append(heading)
    return groups
