"""What the XML of .xlsx and .xlsm (ECMA-376) tells of its sheets: how far they reach, and cells that look blank."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache

from analysis.extents import Budget, Extent, Marks
from analysis.linked_cells import repeated
from analysis.struck_cells import Writing
from analysis.values import FORMULA_WITHOUT_VALUE, Fault
from analysis.zip_parts import Stop, elements, new_parser, parse, parts_of


def sheet_parts(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo | None] | None:
    """Return the part of each sheet in the order of the workbook, None for one that is absent; None for no .xlsx."""
    parts = parts_of(archive)
    if "_rels/.rels" not in parts:
        return None
    roots = elements(archive, parts["_rels/.rels"], "Relationship")
    book = next((r["Target"] for r in reversed(roots) if r.get("Type", "").endswith("/officeDocument")), "")
    folder = posixpath.dirname(book).strip("/")
    prefix = f"{folder}/".lower() if folder else ""
    if f"{prefix}workbook.xml" not in parts:
        return None
    relations = elements(archive, parts[f"{prefix}_rels/workbook.xml.rels"], "Relationship")
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    paths = []
    for sheet in elements(archive, parts[f"{prefix}workbook.xml"], "sheet"):
        target = targets[sheet.get("id")]
        paths.append(target[1:].lower() if target.startswith("/") else f"{prefix}{target}".lower())
    return [parts.get(path) if path.endswith(".xml") else None for path in paths]


def scan_sheet(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, sheet: str, budget: Budget, writing: Writing
) -> Marks:
    """Return what a reader of values does not tell of the cells of a sheet of .xlsx.

    Error values and formulas without a stored value look blank to it; what is crossed out or has a raised mark looks
    like any other. Cells that carry only a format do not count. writing: of the workbook.
    Raises TooLarge, naming the cell, when the sheet has too many cells; ValueError or expat.ExpatError when damaged.
    """
    scan = _WritingScan(sheet, writing) if writing else _SheetScan(sheet)
    parse(scan.parser, archive, member)
    budget.take(scan.extent)
    return scan.marks


_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.IGNORECASE | re.ASCII)


class _SheetScan:
    """Handlers of the parser of one sheet; they run for every cell, so they do as little as they can."""

    def __init__(self, sheet: str) -> None:
        self.extent = Extent(sheet)
        self.marks = Marks()
        self.faults = self.marks.faults
        self._row = -1
        self._column = -1
        self._reference: str | None = None
        self._kind = ""
        self._formula = False
        self._value: list[str] | None = None
        self._text: list[str] | None = None
        self._shared = ""
        self._links: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self.parser = new_parser()
        self.parser.StartElementHandler = self._before

    def _before(self, tag: str, _: Mapping[str, str]) -> None:
        prefix, colon, name = tag.rpartition(":")
        if name == "sheetData":
            self._names = {f"{prefix}{colon}{name}": name for name in ("c", "v", "row", "f", "is")}
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = self._names.get(tag)
        if name == "c":
            self._close()
            if "r" not in attributes and self._reference is not None:
                self._column = position(self._reference)[1]
            self._column += 1
            self._reference = attributes.get("r")
            self._kind = attributes.get("t", "")
        elif name == "row":
            self._close()
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column, self._reference = -1, None
        elif name is not None:
            self.extent.include(*self._at())
            self._formula = self._formula or name == "f"
            if name == "f":
                self._shared = attributes.get("si", "")
                self._text = []
                self.parser.CharacterDataHandler = self._text.append
            if name == "v" and (self._formula or self._kind == "e"):
                self._value = []
                self.parser.CharacterDataHandler = self._value.append

    def _at(self) -> tuple[int, int]:
        return (self._row, self._column) if self._reference is None else position(self._reference)

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "sheetData":
            self._close()
            raise Stop
        if self._value is not None or self._text is not None:
            self.parser.CharacterDataHandler = None

    def _close(self) -> None:
        """Judge the cell that ends here."""
        if self._formula or self._kind == "e":
            text = "".join(self._value or ())
            if self._kind == "e" and text:
                self.faults[self._at()] = Fault(text)
            # A formula may well give an empty text, which is then stored as such.
            elif self._formula and not text and not (self._kind == "str" and self._value is not None):
                self.faults[self._at()] = FORMULA_WITHOUT_VALUE
        if self._text is not None:
            self._link("".join(self._text).strip())
        self._kind, self._formula, self._value, self._text = "", False, None, None

    def _link(self, formula: str) -> None:
        """Note a formula that only repeats a cell of another sheet; one that was filled down stands once."""
        sheet = repeated(formula)
        if self._shared and sheet:
            self._links[self._shared] = sheet
        if sheet := sheet or ("" if formula else self._links.get(self._shared, "")):
            self.marks.linked[self._at()] = sheet


class _WritingScan(_SheetScan):
    """The same, with the formats and the shared texts of the cells."""

    def __init__(self, sheet: str, writing: Writing) -> None:
        super().__init__(sheet)
        self._writing = writing
        self._style = ""

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        super()._start(tag, attributes)
        name = self._names.get(tag)
        if name == "c":
            self._style = attributes.get("s", "0")
        elif name == "v" and self._kind == "s":
            self._value = []
            self.parser.CharacterDataHandler = self._value.append

    def _close(self) -> None:
        if self._kind == "s" and self._value and (text := self._writing.texts.get(int("".join(self._value)))):
            self.marks.written[self._at()] = text
        if self._style in self._writing.styles:
            self.marks.struck.add(self._at())
        super()._close()
        self._style = ""


@lru_cache(maxsize=20_000)
def _column_of(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


def position(reference: str) -> tuple[int, int]:
    """Return row and column, from 0, of a cell by its name; raises ValueError where it is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"no cell: {reference}")
    return int(match[2]) - 1, _column_of(match[1])
