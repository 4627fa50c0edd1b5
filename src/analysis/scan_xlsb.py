"""What the records of .xlsb ([MS-XLSB]) tell of its sheets: how far they reach, errors, merged cells."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Mapping

from analysis.extents import ERRORS, Budget, Extent, Marks
from analysis.values import Fault
from analysis.zip_parts import elements

_ROW, _ERROR, _LAST_CELL, _FORMULA_ERROR, _SHEET, _MERGED = 0, 3, 11, 11, 156, 176


def scan_xlsb(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> list[Marks] | None:
    """Return what readers do not tell of each sheet, in their order; None where there is no such workbook.

    Raises TooLarge, ValueError, KeyError or struct.error.
    """
    budget = Budget()
    found: dict[str, Marks] = {}
    for name, member in parts.items():
        if name.startswith("xl/worksheets/") and name.endswith(".bin"):
            extent, found[name] = _scan(archive.read(member), posixpath.basename(name))
            budget.take(extent)
    if "xl/workbook.bin" not in parts:
        return None
    relations = elements(archive, parts["xl/_rels/workbook.bin.rels"], "Relationship")
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    paths = [targets.get(relation, "") for relation in _relations(archive.read(parts["xl/workbook.bin"]))]
    absolute = [path[1:].lower() if path.startswith("/") else f"xl/{path}".lower() for path in paths]
    return [found.get(path, Marks()) for path in absolute]


def _relations(content: bytes) -> list[str]:
    """The relations by which a workbook names its sheets, in their order."""
    found, place = [], 0
    while place < len(content):
        kind, size, place = _record(content, place)
        if kind == _SHEET:
            (length,) = struct.unpack_from("<I", content, place + 8)
            found.append(content[place + 12 : place + 12 + 2 * min(length, 255)].decode("utf-16-le", errors="replace"))
        place += size
    return found


def _scan(content: bytes, name: str) -> tuple[Extent, Marks]:
    extent, marks, row, place = Extent(name), Marks(), 0, 0
    try:
        while place < len(content):
            kind, size, place = _record(content, place)
            if kind == _ROW:
                (row,) = struct.unpack_from("<I", content, place)
            elif 2 <= kind <= _LAST_CELL:
                (column,) = struct.unpack_from("<I", content, place)
                extent.include(row, column)
                if kind in {_ERROR, _FORMULA_ERROR}:
                    marks.faults[row, column] = Fault(ERRORS.get(content[place + 8], "#VALUE!"))
            elif kind == _MERGED:
                top, bottom, left, right = struct.unpack_from("<4I", content, place)
                marks.merged.append((top, left, bottom, right))
            place += size
    except (IndexError, struct.error):
        pass  # a truncated sheet, which the reader refuses
    return extent, marks


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
