"""What the records of .xls ([MS-XLS]) tell of its sheets: extent, errors, formulas never computed, struck cells."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.compound_files import workbook_stream
from analysis.extents import ERRORS, Budget, Extent, Locked, Marks
from analysis.linked_cells import repeated_in_records
from analysis.rich_texts import partly_struck, texts_of_xls
from analysis.struck_cells import font_strikes
from analysis.values import FORMULA_WITHOUT_VALUE, Cell, Fault

_FORMULA, _BOOL_OR_ERROR, _MANY_NUMBERS, _DIMENSIONS, _PASSWORD, _SHEET = 0x0006, 0x0205, 0x00BD, 0x0200, 0x002F, 0x0085
_BEGIN, _END, _FONT, _FORMAT = 0x0809, 0x000A, 0x0031, 0x00E0
_BOOKS, _SHEETS_OF_FORMULAS, _THIS_BOOK = 0x01AE, 0x0017, 0x0401
_TOKENS, _SIZE_OF_CELL = 22, 7
"""Where the tokens of a formula begin in its record, and bytes of the one for a cell of another sheet."""
_TEXTS, _CONTINUED, _SHARED_TEXT, _RICH_TEXT = 0x00FC, 0x003C, 0x00FD, 0x00D6
_NO_FONT = 4
"""There is no font of this number: the fifth one is number 5."""
_CELLS = frozenset({_FORMULA, _MANY_NUMBERS, 0x00D6, 0x00FD, 0x0203, 0x0204, _BOOL_OR_ERROR, 0x027E})
"""Formula, MulRk, RString, LabelSst, Number, Label, BoolErr, Rk; blank cells do not count."""


def scan_xls(content: bytes) -> list[Marks]:
    """Return what readers do not tell of each sheet, in their order.

    Raises Locked where a password is needed, TooLarge, ValueError, IndexError or struct.error.
    """
    stream = workbook_stream(content)
    budget = Budget()
    sheets = []
    fonts: list[bool] = []
    formats: list[int] = []
    texts: list[bytes] = []
    books: list[bool] = []
    of_formulas: list[tuple[int, int]] = []
    last = 0
    for kind, at, size, _ in _records(stream, 0):
        if kind == _TEXTS or (kind == _CONTINUED and last == _TEXTS):
            texts.append(stream[at : at + size])
        last = last if kind == _CONTINUED else kind
        if kind == _PASSWORD:
            raise Locked
        if kind == _SHEET:
            (position,) = struct.unpack_from("<I", stream, at)
            sheets.append((position, _name_of_xls(stream[at + 6 : at + size])))
        elif kind == _FONT:
            fonts.append(font_strikes(stream[at : at + size]))
        elif kind == _BOOKS:
            books.append(struct.unpack_from("<H", stream, at + 2)[0] == _THIS_BOOK)
        elif kind == _SHEETS_OF_FORMULAS:
            entries = stream[at + 2 : at + 2 + (size - 2) // 6 * 6]
            of_formulas += ((book, sheet) for book, sheet, _ in struct.iter_unpack("<HHH", entries))
        elif kind == _FORMAT:
            formats.append(struct.unpack_from("<H", stream, at)[0])
    fonts[_NO_FONT:_NO_FONT] = [False]
    struck = frozenset(number for number, font in enumerate(formats) if font < len(fonts) and fonts[font])
    names = [name for _, name in sheets]
    linked = [
        names[sheet] if book < len(books) and books[book] and sheet < len(names) else "" for book, sheet in of_formulas
    ]
    writing = _Writing(struck, tuple(fonts), texts_of_xls(texts, fonts) if any(fonts) else {}, linked)
    found = []
    for position, name in sheets:
        extent, marks = _scan(stream, position, name, writing)
        budget.take(extent)
        found.append(marks)
    return found


def _name_of_xls(text: bytes) -> str:
    """The name of a sheet: its length, in Excel 97 and later whether characters take two bytes, the characters."""
    wide = len(text) > 1 and text[1] == 1
    start = 2 if len(text) > 1 and text[1] < 2 else 1
    return text[start:].decode("utf-16-le" if wide else "cp1252", errors="replace")


def _records(stream: bytes, place: int) -> Iterator[tuple[int, int, int, int]]:
    """Kind, place of content, length and depth of each record up to the end of the substream; charts lie deeper."""
    depth = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        depth += kind == _BEGIN
        yield kind, place + 4, size, depth
        depth -= kind == _END
        if kind == _END and depth <= 0:
            return
        place += 4 + size


@dataclass(frozen=True)
class _Writing:
    """Formats and fonts that cross out, shared texts crossed out in part, and the sheets that formulas name."""

    struck: Collection[int]
    fonts: Sequence[bool]
    texts: Mapping[int, Cell]
    sheets: Sequence[str]


def _scan(stream: bytes, position: int, name: str, writing: _Writing) -> tuple[Extent, Marks]:
    extent, marks = Extent(name), Marks()
    computed = 0
    never: list[tuple[int, int]] = []
    for kind, at, size, depth in _records(stream, position):
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", stream, at)
            if kind == _MANY_NUMBERS:
                (column,) = struct.unpack_from("<H", stream, at + size - 2)
            extent.include(row, column)
            if depth != 1:
                continue
            _note(marks, stream[at : at + size], kind, (row, column), writing)
            if kind == _BOOL_OR_ERROR and stream[at + 7]:
                marks.faults[row, column] = Fault(ERRORS.get(stream[at + 6], "#VALUE!"))
            elif kind == _FORMULA:
                result, is_no_number = stream[at + 6], stream[at + 12 : at + 14] == b"\xff\xff"
                if is_no_number and result == 2:
                    marks.faults[row, column] = Fault(ERRORS.get(stream[at + 8], "#VALUE!"))
                elif is_no_number and result == 3:
                    never.append((row, column))
                    continue
                computed += 1
        elif kind == _DIMENSIONS:
            _check_dimensions(stream[at : at + size])
    if not computed:
        # One formula may well give an empty text; where all do, the program that wrote them computed none.
        marks.faults.update(dict.fromkeys(never, FORMULA_WITHOUT_VALUE))
    return extent, marks


def _note(marks: Marks, record: bytes, kind: int, place: tuple[int, int], writing: _Writing) -> None:
    """Note what is crossed out in a cell, and of which sheet it only repeats another one."""
    if writing.struck:
        marks.struck.update(_struck_cells(record, kind == _MANY_NUMBERS, writing.struck))
    if any(writing.fonts) and (text := _parted(record, kind, writing)):
        marks.written[place] = text
    if kind == _FORMULA and (sheet := repeated_in_records(record[_TOKENS:], _SIZE_OF_CELL, writing.sheets)):
        marks.linked[place] = sheet


def _parted(record: bytes, kind: int, writing: _Writing) -> Cell:
    """The text of a cell that is crossed out in part; None for any other."""
    if kind == _SHARED_TEXT:
        return writing.texts.get(struct.unpack_from("<I", record, 6)[0])
    if kind != _RICH_TEXT:
        return None
    length, wide = struct.unpack_from("<HB", record, 6)
    end = 9 + length * (1 + (wide & 1))
    text = record[9:end].decode("utf-16-le" if wide & 1 else "cp1252", errors="replace")
    return partly_struck(text, record[end + 2 :], writing.fonts)


def _struck_cells(record: bytes, many: bool, struck: Collection[int]) -> Iterator[tuple[int, int]]:
    """The cells of a record that are crossed out; many: each of its numbers has a format of its own."""
    row, column = struct.unpack_from("<HH", record)
    places = range(4, len(record) - 2, 6) if many else (4,)
    for number, place in enumerate(places):
        if struct.unpack_from("<H", record, place)[0] in struck:
            yield row, column + number


def _check_dimensions(record: bytes) -> None:
    """Refuse announced dimensions beyond those of the format (65,536 × 256): room is made for all at once."""
    top, bottom, left, right = struct.unpack_from("<IIHH" if len(record) >= 14 else "<HHHH", record)
    left = 0 if left > 255 or right < left else left
    if bottom and right and ((bottom - top) % 2**32) * ((right - left) % 2**32) > 65_536 * 256:
        raise ValueError("impossible dimensions")
