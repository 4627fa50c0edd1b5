"""How far the cells of a workbook reach, told from the file itself before a reader makes a grid of them.

A reader of workbooks fills the whole rectangle from A1 to the last cell with a value; one stray value in XFD1048576
makes 17 billion empty cells of it, and a small zip may unpack to any size. Everything here reads in a stream and stops
at the first cell too far away. The formats: Excel .xlsx/.xlsm (ECMA-376), .xlsb ([MS-XLSB]), .xls ([MS-CFB], [MS-XLS])
and OpenDocument .ods.
"""

from __future__ import annotations

import copy
import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from xml.parsers import expat

from analysis.values import FORMULA_WITHOUT_VALUE, Fault

LARGEST_SHEET = 2_000_000
"""Cells from A1 to the last value that are still opened: a hundred thousand rows of twenty columns."""
LARGEST_BOOK = 5_000_000
"""Cells of all sheets of a file together."""
LARGEST_UNPACKED = 200_000_000
"""Bytes of all parts of a zip or workbook after unpacking."""
MOST_MEMBERS = 10_000
"""Parts of a zip or workbook."""
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of .xls, and of workbooks with a password."""

_CHUNK = 1 << 20
_LONGEST_TEXT = 32_767
"""Characters of a cell of Excel."""

Faults = dict[tuple[int, int], Fault]


class TooLarge(Exception):
    """A sheet or a file that is too large to be opened.

    why: what is too large, where and how large; Indonesian, for the ledger. sheet: its name, where known.
    """

    def __init__(self, why: str, sheet: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.sheet = sheet


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell as Excel shows it, 'B7' for row 6 and column 1 (from 0)."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


class Locked(Exception):
    """A workbook that needs a password."""


class Extent:
    """The rectangle from A1 to the furthest values of one sheet; raises TooLarge as soon as it has too many cells."""

    def __init__(self, sheet: str = "") -> None:
        self.sheet = sheet
        self.rows = 0
        self.columns = 0

    @property
    def cells(self) -> int:
        """Cells of the rectangle."""
        return self.rows * self.columns

    def include(self, row: int, column: int) -> None:
        """Stretch the rectangle to a cell with a value, at ``row`` and ``column`` from 0."""
        if row < self.rows and column < self.columns:
            return
        before = (self.rows, self.columns)
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)
        if self.cells > LARGEST_SHEET:
            size = f"{grouped(self.rows)} baris × {grouped(self.columns)} kolom"
            rest = f"isi sebelumnya sampai sel {cell_name(before[0] - 1, before[1] - 1)}" if all(before) else ""
            where = f"sel {cell_name(row, column)} berisi, sehingga lembar sekurang-kurangnya {size}"
            raise TooLarge("; ".join(filter(None, (where, rest))), self.sheet)


class Budget:
    """Cells that the sheets of one file may still take."""

    def __init__(self) -> None:
        self.left = LARGEST_BOOK

    def take(self, extent: Extent) -> None:
        """Count a sheet; raises TooLarge where all sheets together have too many cells."""
        if extent.cells > self.left:
            most = grouped(LARGEST_BOOK)
            raise TooLarge(f"bersama lembar sebelumnya lebih dari {most} sel", extent.sheet)
        self.left -= extent.cells


def grouped(number: int) -> str:
    """Return a whole number as '1.048.576'."""
    return f"{number:,}".replace(",", ".")


def check_content(content: bytes) -> None:
    """Raise TooLarge where opening a workbook would need too much memory; sheets of .xlsx are left to ``scan_sheet``.

    Raises Locked where a password is needed, else ValueError or an error of zipfile, expat or struct where damaged.
    """
    if content.startswith(OLE):
        _check_xls(content)
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _parts(archive)
        check_sizes(archive)
        for name, member in parts.items():
            if posixpath.basename(name) == "sharedstrings.xml":
                _check_strings(archive, member)
        _check_xlsb(archive, parts)
        if "content.xml" in parts:
            _check_ods(archive, parts["content.xml"])


def check_sizes(archive: zipfile.ZipFile) -> None:
    """Raise TooLarge where the parts of a workbook unpack to too much, BadZipFile where one is larger than it says."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise TooLarge(f"terdiri atas lebih dari {grouped(MOST_MEMBERS)} bagian")
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise TooLarge(f"lebih dari {LARGEST_UNPACKED // 1_000_000} MB setelah dibuka")
    for member in members:
        if member.filename.lower().endswith((".xml", ".rels", ".bin")):
            claimed = copy.copy(member)
            # Python stops reading at the size that the directory tells; other readers do not.
            claimed.file_size = member.file_size + 1
            if sum(map(len, _chunks(archive, claimed))) != member.file_size:
                raise zipfile.BadZipFile(member.filename)


def _parts(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Parts by name as readers of workbooks look them up: small letters, forward slashes."""
    parts = {member.filename.replace("\\", "/").lower(): member for member in archive.infolist()}
    if len(parts) != len(archive.infolist()):
        raise zipfile.BadZipFile("two parts of one name")
    return parts


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


# XML: never with a document type, whose entities could grow without end


class _Stop(Exception):
    pass


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise ValueError("document type in a workbook")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _parse(parser: expat.XMLParserType, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    try:
        for chunk in _chunks(archive, member):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _Stop:
        return


def _elements(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> list[dict[str, str]]:
    """Attributes of all elements of a local name, in order; names of attributes without prefix."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    parser = _parser()
    parser.StartElementHandler = start
    _parse(parser, archive, member)
    return found


def _check_strings(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse a table of strings that announces more of them than its bytes can hold: room is made for all at once."""

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.rpartition(":")[2] != "sst":
            return
        if int(attributes.get("uniqueCount", 0)) > member.file_size:
            raise ValueError("impossible number of strings")
        raise _Stop

    parser = _parser()
    parser.StartElementHandler = start
    _parse(parser, archive, member)


# .xlsx and .xlsm


def sheet_parts(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo | None] | None:
    """Return the part of each sheet in the order of the workbook, None for one that is absent; None for no .xlsx."""
    parts = _parts(archive)
    if "_rels/.rels" not in parts:
        return None
    roots = _elements(archive, parts["_rels/.rels"], "Relationship")
    book = next((r["Target"] for r in reversed(roots) if r.get("Type", "").endswith("/officeDocument")), "")
    folder = posixpath.dirname(book).strip("/")
    prefix = f"{folder}/".lower() if folder else ""
    if f"{prefix}workbook.xml" not in parts:
        return None
    relations = _elements(archive, parts[f"{prefix}_rels/workbook.xml.rels"], "Relationship")
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    paths = []
    for sheet in _elements(archive, parts[f"{prefix}workbook.xml"], "sheet"):
        target = targets[sheet.get("id")]
        paths.append(target[1:].lower() if target.startswith("/") else f"{prefix}{target}".lower())
    return [parts.get(path) if path.endswith(".xml") else None for path in paths]


def scan_sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo, sheet: str, budget: Budget) -> Faults:
    """Return error values and formulas without a stored value of a sheet of .xlsx by row and column from 0.

    Such cells look blank to a reader of values. Cells that carry only a format do not count.
    Raises TooLarge, naming the cell, when the sheet has too many cells; ValueError or expat.ExpatError when damaged.
    """
    scan = _SheetScan(sheet)
    _parse(scan.parser, archive, member)
    budget.take(scan.extent)
    return scan.faults


_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.IGNORECASE | re.ASCII)


class _SheetScan:
    """Handlers of the parser of one sheet; they run for every cell, so they do as little as they can."""

    def __init__(self, sheet: str) -> None:
        self.extent = Extent(sheet)
        self.faults: Faults = {}
        self._row = -1
        self._column = -1
        self._reference: str | None = None
        self._kind = ""
        self._formula = False
        self._value: list[str] | None = None
        self._names: dict[str, str] = {}
        self.parser = _parser()
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
                self._column = _position(self._reference)[1]
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
            if name == "v" and (self._formula or self._kind == "e"):
                self._value = []
                self.parser.CharacterDataHandler = self._value.append

    def _at(self) -> tuple[int, int]:
        return (self._row, self._column) if self._reference is None else _position(self._reference)

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "sheetData":
            self._close()
            raise _Stop
        if self._value is not None:
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
        self._kind, self._formula, self._value = "", False, None


@lru_cache(maxsize=20_000)
def _column_of(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


def _position(reference: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"no cell: {reference}")
    return int(match[2]) - 1, _column_of(match[1])


# .ods: cells and rows are written once with the number of their repetitions


def _check_ods(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    scan = _OdsScan()
    _parse(scan.parser, archive, member)


class _OdsScan:
    def __init__(self) -> None:
        self._budget = Budget()
        self._extent = Extent()
        self._rows = self._repeats = self._column = 0
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table:table":
            self._extent, self._rows = Extent(attributes.get("table:name", "")), 0
        elif tag == "table:table-row":
            self._repeats = max(1, int(attributes.get("table:number-rows-repeated", 1)))
            self._column = 0
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            self._column += max(1, int(attributes.get("table:number-columns-repeated", 1)))
            if any(key.startswith("office:") or key == "table:formula" for key in attributes):
                self._extent.include(self._rows + self._repeats - 1, self._column - 1)
        elif tag == "text:s" and int(attributes.get("text:c", 1)) > _LONGEST_TEXT:
            raise ValueError("impossible number of blanks")

    def _end(self, tag: str) -> None:
        if tag == "table:table-row":
            self._rows += self._repeats
        elif tag == "table:table":
            self._budget.take(self._extent)


# .xlsb: records of a type, a length and content


def _check_xlsb(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> None:
    budget = Budget()
    for name, member in parts.items():
        if name.startswith("xl/worksheets/") and name.endswith(".bin"):
            budget.take(_extent_of_xlsb(archive.read(member), posixpath.basename(name)))


def _extent_of_xlsb(content: bytes, name: str) -> Extent:
    extent, row, place = Extent(name), 0, 0
    try:
        while place < len(content):
            kind, place = _varying(content, place, 2)
            size, place = _varying(content, place, 4)
            if kind == 0:
                (row,) = struct.unpack_from("<I", content, place)
            elif 2 <= kind <= 11:
                extent.include(row, struct.unpack_from("<I", content, place)[0])
            place += size
    except (IndexError, struct.error):
        pass  # a truncated sheet, which the reader refuses
    return extent


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


# .xls: a file system of sectors, in it one stream of records


def _check_xls(content: bytes) -> None:
    stream = _Sectors(content).workbook()
    budget = Budget()
    sheets = []
    for kind, at, size in _records(stream, 0):
        if kind == 0x002F:
            raise Locked
        if kind == 0x0085:
            (position,) = struct.unpack_from("<I", stream, at)
            sheets.append((position, _name_of_xls(stream[at + 6 : at + size])))
    for position, name in sheets:
        budget.take(_extent_of_xls(stream, position, name))


def _name_of_xls(text: bytes) -> str:
    """The name of a sheet: its length, in Excel 97 and later whether characters take two bytes, the characters."""
    wide = len(text) > 1 and text[1] == 1
    start = 2 if len(text) > 1 and text[1] < 2 else 1
    return text[start:].decode("utf-16-le" if wide else "cp1252", errors="replace")


def _records(stream: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place of content and length of each record up to the end of the substream."""
    depth = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield kind, place + 4, size
        depth += (kind == 0x0809) - (kind == 0x000A)
        if kind == 0x000A and depth <= 0:
            return
        place += 4 + size


_CELL_RECORDS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
"""Formula, MulRk, RString, LabelSst, Number, Label, BoolErr, Rk; blank cells do not count."""


def _extent_of_xls(stream: bytes, position: int, name: str) -> Extent:
    extent = Extent(name)
    for kind, at, size in _records(stream, position):
        if kind in _CELL_RECORDS:
            row, column = struct.unpack_from("<HH", stream, at)
            if kind == 0x00BD:
                (column,) = struct.unpack_from("<H", stream, at + size - 2)
            extent.include(row, column)
        elif kind == 0x0200:
            _check_dimensions(stream[at : at + size])
    return extent


def _check_dimensions(record: bytes) -> None:
    """Refuse announced dimensions beyond those of the format (65,536 × 256): room is made for all at once."""
    top, bottom, left, right = struct.unpack_from("<IIHH" if len(record) >= 14 else "<HHHH", record)
    left = 0 if left > 255 or right < left else left
    if bottom and right and ((bottom - top) % 2**32) * ((right - left) % 2**32) > 65_536 * 256:
        raise ValueError("impossible dimensions")


class _Sectors:
    """Streams of a compound file; a chain that runs in circles or out of the file raises ValueError or IndexError."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        (shift,) = struct.unpack_from("<H", content, 30)
        self._size = {9: 512, 12: 4096}[shift]
        fat_sectors, first_directory = struct.unpack_from("<II", content, 44)
        first_small, small_sectors, table, _ = struct.unpack_from("<IIII", content, 60)
        (reserved,) = struct.unpack_from("<I", content, 62)
        # The reader makes room for so many numbers, from a field that it reads two bytes too early.
        if max(fat_sectors, small_sectors) > len(content) // self._size + 1 or reserved > 100_000_000:
            raise ValueError("impossible number of sectors")
        places = list(struct.unpack_from("<109I", content, 76))
        seen: set[int] = set()
        while table < 0xFFFFFFFA:
            if table in seen:
                raise ValueError("circle of sectors")
            seen.add(table)
            *more, table = self._numbers(self._sector(table))
            places += more
        self._next = [n for place in places if place < 0xFFFFFFFC for n in self._numbers(self._sector(place))]
        directory = self._chain(first_directory)
        self._entries = [directory[i : i + 128] for i in range(0, len(directory) - 127, 128)]
        self._small, self._small_next = b"", list[int]()
        if small_sectors:
            self._small = self._chain(struct.unpack_from("<I", self._entries[0], 116)[0])
            self._small_next = list(self._numbers(self._chain(first_small)))

    def workbook(self) -> bytes:
        """Return the stream of the workbook, which older versions called Book."""
        names = [entry[:64].decode("utf-16-le", errors="replace").partition("\0")[0] for entry in self._entries]
        name = next(name for name in ("Workbook", "Book", "WORKBOOK", "BOOK", "") if name in names or not name)
        if not name:
            raise ValueError("no workbook")
        first, length = struct.unpack_from("<II", self._entries[names.index(name)], 116)
        if length >= 4096:
            return self._chain(first)[:length]
        found = [self._small[64 * i : 64 * i + 64] for i in _followed(first, self._small_next)]
        return b"".join(found)[:length]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start > len(self._content):
            raise ValueError("sector beyond the end")
        return self._content[start : start + self._size]

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, _followed(first, self._next)))

    @staticmethod
    def _numbers(sector: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])


def _followed(first: int, following: list[int]) -> Iterator[int]:
    seen: set[int] = set()
    while first != 0xFFFFFFFE:
        if first in seen:
            raise ValueError("circle of sectors")
        seen.add(first)
        yield first
        first = following[first]
