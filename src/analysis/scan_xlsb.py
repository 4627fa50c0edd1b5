"""What the records of .xlsb ([MS-XLSB]) tell of its sheets: how far they reach, errors, merged and struck cells."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Collection, Iterator, Mapping

from analysis.extents import ERRORS, Budget, Extent, Marks
from analysis.rich_texts import texts_of_xlsb
from analysis.struck_cells import font_strikes
from analysis.values import Cell, Fault
from analysis.zip_parts import elements

_ROW, _ERROR, _LAST_CELL, _FORMULA_ERROR, _SHEET, _STRINGS, _MERGED = 0, 3, 11, 11, 156, 159, 176


_SHORTEST = {_ROW: 4, **dict.fromkeys(range(2, _LAST_CELL + 1), 9), 2: 12, 5: 16, 9: 16, 7: 12, _MERGED: 16}
"""Bytes of the records that are read."""
_SHARED_TEXT, _TEXT = 7, 19
_SHORTEST_TEXT = 5
_NOTHING = 0xFFFFFFFF
_FONT, _FORMAT, _FORMATS, _END_OF_FORMATS = 43, 47, 617, 618


def scan_xlsb(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> list[Marks] | None:
    """Return what readers do not tell of each sheet, in their order; None where there is no such workbook.

    Raises TooLarge, ValueError, KeyError or struct.error.
    """
    budget = Budget()
    found: dict[str, Marks] = {}
    styles = parts.get("xl/styles.bin")
    fonts, struck = ([], frozenset[int]()) if styles is None else _struck_formats(archive.read(styles))
    strings = parts.get("xl/sharedstrings.bin")
    if strings is not None:
        _check_strings(archive.read(strings))
    texts = texts_of_xlsb(_texts(archive.read(strings)), fonts) if strings is not None and any(fonts) else {}
    for name, member in parts.items():
        if name.startswith("xl/worksheets/") and name.endswith(".bin"):
            extent, found[name] = _scan(archive.read(member), posixpath.basename(name), struck, texts)
            budget.take(extent)
    if "xl/workbook.bin" not in parts:
        return None
    relations = elements(archive, parts["xl/_rels/workbook.bin.rels"], "Relationship")
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    paths = [targets[relation] for relation in _relations(archive.read(parts["xl/workbook.bin"]))]
    absolute = [path[1:].lower() if path.startswith("/") else f"xl/{path}".lower() for path in paths]
    return [found.get(path, Marks()) for path in absolute]


def _check_strings(content: bytes) -> None:
    """Refuse a table of strings that announces more of them than its bytes can hold: room is made for all at once."""
    kind, size, place = _record(content, 0)
    if kind == _STRINGS and (size < 8 or struct.unpack_from("<I", content, place + 4)[0] > len(content)):
        raise ValueError("impossible number of strings")


def _relations(content: bytes) -> list[str]:
    """The relations by which a workbook names its sheets, in their order."""
    found, place = [], 0
    while place < len(content):
        kind, size, place = _record(content, place)
        if kind == _SHEET:
            (length,) = struct.unpack_from("<I", content, place + 8)
            if size < 16 or (length != _NOTHING and 16 + 2 * length > size):
                raise ValueError("impossible record")
            if length != _NOTHING:
                found.append(content[place + 12 : place + 12 + 2 * length].decode("utf-16-le"))
        place += size
    return found


def _scan(content: bytes, name: str, struck: Collection[int], texts: Mapping[int, Cell]) -> tuple[Extent, Marks]:
    extent, marks, row, place = Extent(name), Marks(), 0, 0
    try:
        while place < len(content):
            kind, size, place = _record(content, place)
            # A reader takes what is missing from the record before.
            if size < _SHORTEST.get(kind, 0):
                raise ValueError("impossible record")
            if kind == _ROW:
                (row,) = struct.unpack_from("<I", content, place)
            elif 2 <= kind <= _LAST_CELL:
                (column,) = struct.unpack_from("<I", content, place)
                extent.include(row, column)
                if struck and int.from_bytes(content[place + 4 : place + 7], "little") in struck:
                    marks.struck.add((row, column))
                if kind == _SHARED_TEXT and (
                    text := texts.get(int.from_bytes(content[place + 8 : place + 12], "little"))
                ):
                    marks.written[row, column] = text
                if kind in {_ERROR, _FORMULA_ERROR}:
                    marks.faults[row, column] = Fault(ERRORS.get(content[place + 8], "#VALUE!"))
            elif kind == _MERGED:
                top, bottom, left, right = struct.unpack_from("<4I", content, place)
                marks.merged.append((top, left, bottom, right))
            place += size
    except (IndexError, struct.error):
        pass  # a truncated sheet, which the reader refuses
    return extent, marks


def _texts(content: bytes) -> Iterator[bytes]:
    """The records of the shared texts, up to one that is cut off."""
    place = 0
    while place < len(content):
        kind, size, place = _record(content, place)
        if kind == _TEXT:
            if size < _SHORTEST_TEXT or place + size > len(content):
                return
            yield content[place : place + size]
        place += size


def _struck_formats(content: bytes) -> tuple[list[bool], frozenset[int]]:
    """Whether each font crosses out, and the numbers of the formats of cells whose font does."""
    fonts: list[bool] = []
    formats: list[int] = []
    inside, place = False, 0
    try:
        while place < len(content):
            kind, size, place = _record(content, place)
            if kind == _FONT:
                fonts.append(font_strikes(content[place : place + size]))
            elif kind in {_FORMATS, _END_OF_FORMATS}:
                inside = kind == _FORMATS
            elif kind == _FORMAT and inside:
                formats.append(struct.unpack_from("<H", content, place + 4)[0])
            place += size
    except (IndexError, struct.error):
        return [], frozenset()  # truncated styles: what a reader makes of the values does not depend on them
    return fonts, frozenset(number for number, font in enumerate(formats) if font < len(fonts) and fonts[font])


def _record(content: bytes, place: int) -> tuple[int, int, int]:
    """Kind and length of the record at a place, and the place of its content."""
    kind, place = _varying(content, place, 2)
    size, place = _varying(content, place, 4)
    return kind, size, place


def _varying(content: bytes, place: int, longest: int) -> tuple[int, int]:
    """A number of up to ``longest`` bytes with seven bits each, and the place behind it."""
    number = 0
    for i in range(longest):
        byte = content[place]
        place += 1
        number |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            break
    return number, place
