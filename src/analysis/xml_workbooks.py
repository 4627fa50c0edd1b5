"""Workbooks in the XML of Excel 2003 (SpreadsheetML), which programs also save under the ending .xls → sheets."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass, field
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from analysis.extents import LARGEST_SHEET, Budget, Extent, TooLarge
from analysis.ledger import Finding
from analysis.sheets import DAMAGED, LARGEST_TEXT, NO_SHEET, TRIM, Document, Sheet, hidden_sheets, megabytes, unreadable
from analysis.values import FORMULA_WITHOUT_VALUE, Cell, Fault, is_blank, visible

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_EXCEL = "urn:schemas-microsoft-com:office:excel"
_WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_DEEPEST = 100
_LAST = 1_048_576
"""Rows of the largest sheet of Excel; no position or span goes beyond."""


@dataclass
class _Worksheet:
    name: str
    extent: Extent
    hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


class _Reader(ContentHandler):
    """Handlers of the parser; cells are told from comments by what encloses them."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[_Worksheet] = []
        self._budget = Budget()
        self._path: list[str] = []
        self._row = self._column = 0
        self._next_row = self._next_column = 0
        self._kind = ""
        self._formula = False
        self._text: list[str] | None = None

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl) -> None:
        space, local = name
        self._path.append(local if space in {NAMESPACE, _EXCEL} else "")
        if len(self._path) > _DEEPEST:
            raise ValueError("elements too deep")
        if space == NAMESPACE and (handler := self._HANDLERS.get((self._path[-2] if self._path[1:] else "", local))):
            handler(self, {key: value for (at, key), value in attrs.items() if at == NAMESPACE})
        elif local == "Visible" and self._path[-2:-1] == ["WorksheetOptions"]:
            self._text = []

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        local = self._path.pop()
        parent = self._path[-1] if self._path else ""
        if (parent, local) == ("WorksheetOptions", "Visible"):
            self.sheets[-1].hidden = "".join(self._text or ()).strip() in {"SheetHidden", "SheetVeryHidden"}
            self._text = None
        elif (parent, local) == ("Cell", "Data"):
            self._put(_value(self._kind, "".join(self._text or ())))
            self._text = None
        elif (parent, local) == ("Row", "Cell") and self._formula:
            if (self._row, self._column) not in self.sheets[-1].cells:
                self._put(FORMULA_WITHOUT_VALUE)
        elif (parent, local) == ("Worksheet", "Table"):
            self._budget.take(self.sheets[-1].extent)

    def characters(self, content: str) -> None:
        if self._text is not None:
            self._text.append(content)

    def _open_sheet(self, attributes: dict[str, str]) -> None:
        name = attributes.get("Name", "")
        self.sheets.append(_Worksheet(name, Extent(name)))
        self._next_row = 0

    def _open_row(self, attributes: dict[str, str]) -> None:
        self._row = _number(attributes, "Index", self._next_row + 1) - 1
        if self._row < self._next_row:
            raise ValueError("rows out of order")
        # A span repeats the format of the row for as many rows below it, which hold nothing.
        self._next_row = self._row + 1 + _number(attributes, "Span", 0)
        self._next_column = 0

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._column = _number(attributes, "Index", self._next_column + 1) - 1
        if self._column < self._next_column:
            raise ValueError("cells out of order")
        across, down = _number(attributes, "MergeAcross", 0), _number(attributes, "MergeDown", 0)
        self._next_column = self._column + across + 1
        self._formula = "Formula" in attributes
        if across or down:
            self.sheets[-1].merged.append((self._row, self._column, self._row + down, self._column + across))

    def _open_data(self, attributes: dict[str, str]) -> None:
        self._kind = attributes.get("Type", "String")
        self._text = []

    def _put(self, value: Cell) -> None:
        if value != "":
            sheet = self.sheets[-1]
            sheet.extent.include(self._row, self._column)
            sheet.cells[self._row, self._column] = value

    _HANDLERS = {  # noqa: RUF012 - a table of methods
        ("Workbook", "Worksheet"): _open_sheet,
        ("Table", "Row"): _open_row,
        ("Row", "Cell"): _open_cell,
        ("Cell", "Data"): _open_data,
    }


def _number(attributes: dict[str, str], name: str, default: int) -> int:
    number = int(attributes.get(name, default))
    if not 0 <= number <= _LAST or (name == "Index" and number == 0):
        raise ValueError(f"impossible {name}")
    return number


def _value(kind: str, text: str) -> Cell:
    """The content of a cell by its type; raises ValueError where it is not of that type."""
    if kind == "Number" and text.strip():
        return int(text) if _WHOLE.fullmatch(text.strip()) else float(text)
    if kind == "DateTime" and text.strip():
        moment = dt.datetime.fromisoformat(text.strip().removesuffix("Z"))
        return moment if moment.time() != dt.time() else moment.date()
    if kind == "Boolean":
        return text.strip() == "1"
    return Fault(text) if kind == "Error" else text


def open_xml_workbook(document: Document) -> tuple[list[Sheet], list[Finding]]:
    """Return the visible sheets of an XML workbook, and findings; a document type with its entities is refused."""
    if len(document.content) > LARGEST_TEXT:
        why = f"lebih dari {megabytes(LARGEST_TEXT)}; minta berkas berisi tabel KBK saja"
        return [], [unreadable(document.name, why)]
    reader = _Reader()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    try:
        parser.parse(io.BytesIO(document.content.lstrip(b" \t\r\n")))
        sheets = [_sheet(sheet) for sheet in reader.sheets if not sheet.hidden]
    except TooLarge as error:
        read = f"{error.why}; {TRIM}"
        finding = Finding(
            "file_unreadable", document.name, visible(error.sheet), read=read, done="berkas tidak dipakai"
        )
        return [], [finding]
    except (SAXException, DefusedXmlException, ValueError, LookupError, OverflowError):
        return [], [unreadable(document.name, DAMAGED)]
    if not reader.sheets:
        return [], [unreadable(document.name, NO_SHEET)]
    if len({sheet.name for sheet in reader.sheets}) != len(reader.sheets):
        return [], [unreadable(document.name, DAMAGED)]
    return sheets, hidden_sheets(document.name, [sheet.name for sheet in reader.sheets if sheet.hidden])


def _sheet(sheet: _Worksheet) -> Sheet:
    rows: list[list[Cell]] = [[""] * sheet.extent.columns for _ in range(sheet.extent.rows)]
    for (row, column), value in sheet.cells.items():
        rows[row][column] = value
    merged: set[tuple[int, int]] = set()
    area = 0
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or left >= sheet.extent.columns:
            continue
        for row in range(top, min(bottom + 1, len(rows))):
            columns = range(left, min(right + 1, sheet.extent.columns))
            area += 1 + len(columns)
            if area > LARGEST_SHEET:
                raise ValueError("merged ranges cover each other")
            for column in columns:
                if (row, column) != (top, left) and not is_blank(rows[row][column]):
                    raise ValueError("a cell below another")
                rows[row][column] = rows[top][left]
                merged.add((row, column))
    return Sheet(visible(sheet.name), rows, frozenset(merged))
