"""Web pages saved as workbooks, as P-Care and many PHP programs export them → one sheet for each table of the page.

The tokens are found here and not by ``html.parser`` (nor by what builds on it): that takes time that grows with the
square of some damaged pages, and knows nothing of cells and rows whose end is not written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.errors import MessageError

from analysis.extents import LARGEST_BOOK, LARGEST_SHEET, TooLarge, grouped
from analysis.fixed_width import FEWEST_FIELDS
from analysis.ledger import Finding
from analysis.sheets import TRIM, Document, Sheet, hidden_sheets, megabytes, unreadable
from analysis.struck_cells import raised_after, struck
from analysis.text_files import read_text
from analysis.values import FORMULA_WITHOUT_VALUE, Cell, Fault, is_blank, visible

LARGEST_PAGE = 20_000_000
"""Bytes of a web page that is still opened."""
NO_TABLE = "isinya halaman web tanpa tabel, misalnya halaman masuk atau pesan galat; unduh ulang dari aplikasinya"

_DEEPEST = 50
_WIDEST_SPAN = 1_000
_LONGEST_SPAN = 65_534
_MOST_MULTIPARTS = 20
_MOST_BLOCKS = 20_000
"""Tables and lines of text beside them on a page."""
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=]+)(?:\s*=\s*)?")
_EQUALS = re.compile(r"=\s*$")
_BARE_VALUE = re.compile(r"[^\s>]*")
_RAW = frozenset({"script", "style", "title", "xmp", "noframes"})
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_INLINE = frozenset(
    {"a", "abbr", "b", "big", "bdo", "code", "em", "font", "i", "label", "mark", "nobr", "s", "small", "span", "strong",
     "strike", "sub", "sup", "tt", "u", "wbr"}
)  # fmt: skip
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_MEDIA = re.compile(r"@media[^{}]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", re.IGNORECASE)
_CLASS = re.compile(r"[a-z]*\.([\w-]+)", re.IGNORECASE)
_NEVER_SHOWN = frozenset({"d-none", "sr-only", "visually-hidden"})
"""Classes of widely used style sheets, which a saved page does not hold."""
_ASIDE = frozenset({"row-header", "row-headers-background", "column-headers-background", "freezebar-cell"})
"""Classes of the cells by which Google Sheets shows letters of columns and numbers of rows beside the sheet."""
_STRUCK = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_STRUCK_TAGS = frozenset({"s", "strike", "del"})
_WORKSHEET = re.compile(r"<x:ExcelWorksheet>\s*<x:Name>([^<]*)</x:Name>(.*?)(?=<x:ExcelWorksheet>|$)", re.DOTALL)
_HIDDEN = "<x:Visible>Sheet"
_STRUCTURE = frozenset({"html", "body", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Token:
    """A piece of a page: kind 'start', 'end', 'text', 'comment' or 'style'; name of a tag; attributes; text."""

    kind: str
    name: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def tokens(page: str) -> Iterator[Token]:
    """Yield the tokens of a page in one pass; what a tag, comment or script without end swallows is left out."""
    place = 0
    while (start := page.find("<", place)) >= 0:
        if start > place:
            yield Token("text", text=html.unescape(page[place:start]))
        closing = page.startswith("/", start + 1)
        name = _NAME.match(page, start + 1 + closing)
        if name is None:
            comment = page.startswith("<!--", start)
            if not comment and page[start + 1 : start + 2] not in {"!", "?", "/"}:
                yield Token("text", text="<")
                place = start + 1
                continue
            end = page.find("-->" if comment else ">", start + 4 if comment else start + 1)
            if end < 0:
                return
            yield Token("comment", text=page[start:end])
            place = end + (3 if comment else 1)
            continue
        attributes, place = _attributes(page, name.end())
        if place < 0:
            return
        tag = name[0].lower()
        yield Token("end" if closing else "start", tag, attributes)
        if tag in _RAW and not closing:
            found = re.compile(f"</{tag}", re.IGNORECASE).search(page, place)
            if found is None:
                return
            if tag == "style":
                yield Token("style", text=page[place : found.start()])
            place = found.start()
    yield Token("text", text=html.unescape(page[place:]))


def _attributes(page: str, place: int) -> tuple[dict[str, str], int]:
    """Attributes of a tag from ``place``, and the place behind its '>'; -1 where the page ends before."""
    found: dict[str, str] = {}
    while match := _ATTRIBUTE.match(page, place):
        place = match.end()
        value = ""
        if _EQUALS.search(match[0]):
            quote = page[place : place + 1]
            if quote in {'"', "'"}:
                end = page.find(quote, place + 1)
                if end < 0:
                    return found, -1
                value, place = page[place + 1 : end], end + 1
            else:
                bare = _BARE_VALUE.match(page, place)
                assert bare is not None  # noqa: S101 - the pattern fits an empty text
                value, place = bare[0], bare.end()
        found.setdefault(match[1].lower(), html.unescape(value))
    end = page.find(">", place)
    return found, end + 1 if end >= 0 else -1


@dataclass
class Grid:
    """The cells of one table of a page, spans filled as merged cells are; or lines of text, each a row of one cell."""

    rows: list[list[Cell]] = field(default_factory=list)
    merged: set[tuple[int, int]] = field(default_factory=set)
    caption: str = ""
    is_line: bool = False
    layout: bool = False
    _spans: dict[int, tuple[int, Cell]] = field(default_factory=dict)
    _new: dict[int, tuple[int, Cell]] = field(default_factory=dict)
    _column: int = 0
    _taken: int = 0
    _open: bool = False

    @property
    def width(self) -> int:
        """Cells of the widest row."""
        return max(map(len, self.rows), default=0)

    def open_row(self) -> None:
        """Begin a row."""
        self.close_row()
        self.rows.append([])
        self._open, self._column = True, 0
        self._take(1)

    def add(self, value: Cell, across: int, down: int) -> None:
        """Put a cell behind the last one of the row; raises ValueError where it covers another."""
        if not self._open:
            self.open_row()
        self._fill_spans()
        row = len(self.rows) - 1
        for column in range(self._column, self._column + across):
            if column in self._spans:
                raise ValueError("cells cover each other")
            self.rows[row].append(value)
            if across > 1 or down > 1:
                self.merged.add((row, column))
        self._take(across)
        if down > 1:
            # The rows count this one, which ``close_row`` takes off.
            self._new.update(dict.fromkeys(range(self._column, self._column + across), (down, value)))
        self._column += across

    def close_row(self) -> None:
        """End the row: cells that reach down from rows above are filled to its end."""
        if not self._open:
            return
        while self._spans and self._column <= max(self._spans):
            if self._column not in self._spans:
                self.rows[-1].append("")
                self._column += 1
                self._take(1)
            self._fill_spans()
        left = {column: (rows - 1, value) for column, (rows, value) in {**self._spans, **self._new}.items()}
        self._spans = {column: span for column, span in left.items() if span[0] > 0}
        self._new = {}
        self._open = False

    def close_group(self) -> None:
        """End a group of rows, beyond which no cell reaches."""
        self.close_row()
        self._spans = {}

    def _fill_spans(self) -> None:
        row = len(self.rows) - 1
        while self._column in self._spans:
            self.rows[row].append(self._spans[self._column][1])
            self.merged.add((row, self._column))
            self._column += 1
            self._take(1)

    def _take(self, cells: int) -> None:
        self._taken += cells
        if self._taken > LARGEST_SHEET:
            raise TooLarge(f"satu tabel berisi lebih dari {grouped(LARGEST_SHEET)} sel")


class _Page:
    """Goes through the tokens of a page and collects its tables and the lines of text between them, in order."""

    def __init__(self, taken: int) -> None:
        self.blocks: list[Grid] = []
        self.taken = taken
        self.hidden = 0
        self.worksheets: list[tuple[str, bool]] = []
        self._stack: list[Grid] = []
        self._cell: Mapping[str, str] | None = None
        self._caption = False
        self._text: list[str] = []
        self._skipped: list[str] = []
        self._classes = set(_NEVER_SHOWN)
        self._struck = self._row_struck = False

    def read(self, page: str) -> None:
        """Take in a page; raises TooLarge or ValueError where it cannot be."""
        for token in tokens(page):
            if token.kind == "comment":
                self.worksheets += [(html.unescape(n), _HIDDEN in rest) for n, rest in _WORKSHEET.findall(token.text)]
            elif token.kind == "style":
                self._classes |= _hidden_classes(token.text)
            elif self._skipped:
                self._skip(token)
            elif token.kind == "text":
                self._text.append(token.text)
            elif token.kind == "start":
                self._start(token.name, token.attributes)
            else:
                self._end(token.name)
        while self._stack:
            self._end("table")
        self._line()

    def _skip(self, token: Token) -> None:
        """Pass over what is not shown, up to the end of the element or of the cell that it stands in."""
        first = self._skipped[0]
        if token.kind == "start" and token.name in {first, "table"}:
            self.hidden += token.name == "table"
            self._skipped.append(token.name)
        elif token.kind == "end" and token.name in self._skipped:
            while self._skipped.pop() != token.name:
                pass
        elif token.name in {"td", "th", "tr", "table"} and "table" not in self._skipped:
            self._skipped = []
            if token.kind == "end":
                self._end(token.name)
            else:
                self._start(token.name, token.attributes)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        struck = tag in _STRUCK_TAGS or _STRUCK.search(attributes.get("style", "")) is not None
        if tag == "tr":
            self._row_struck = struck
        if self._is_hidden(attributes) and tag not in _STRUCTURE | _VOID:
            self._skipped = [tag]
            self.hidden += tag == "table"
        elif tag == "sup" and self._cell is not None:
            self._text.append(raised_after(_plain(self._text)))
        elif tag == "table":
            self._open_table()
        elif tag == "input":
            if attributes.get("type", "text").lower() in {"text", "number"}:
                self._text.append(attributes.get("value", ""))
        elif self._in_table() and tag in {"td", "th", "tr", "thead", "tbody", "tfoot", "caption"}:
            self._close_cell()
            grid = self._stack[-1]
            if tag in {"td", "th"}:
                self._open_cell(tag, attributes, struck)
            elif tag == "tr":
                grid.open_row()
            elif tag == "caption":
                self._caption = True
            else:
                grid.close_group()
        elif tag not in _INLINE:
            self._break()
        self._struck = self._struck or (struck and self._cell is not None)

    def _open_cell(self, tag: str, attributes: Mapping[str, str], struck: bool) -> None:
        if not _ASIDE.isdisjoint(attributes.get("class", "").split()):
            self._skipped = [tag]
            return
        self._cell, self._text = attributes, []
        self._struck = struck or self._row_struck

    def _is_hidden(self, attributes: Mapping[str, str]) -> bool:
        hidden = "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style", "")) is not None
        return hidden or not self._classes.isdisjoint(attributes.get("class", "").split())

    def _end(self, tag: str) -> None:
        if tag == "table" and self._stack:
            if self._in_table():
                self._close_cell()
                self._stack[-1].close_row()
                self._add(self._stack[-1])
            else:
                self._line()
            self._stack.pop()
        elif self._in_table() and tag in {"td", "th", "tr", "thead", "tbody", "tfoot", "caption"}:
            self._close_cell()
            if tag == "tr":
                self._stack[-1].close_row()
            elif tag not in {"td", "th", "caption"}:
                self._stack[-1].close_group()
        elif tag not in _INLINE:
            self._break()

    def _in_table(self) -> bool:
        return bool(self._stack) and not self._stack[-1].layout

    def _open_table(self) -> None:
        if len(self._stack) >= _DEEPEST:
            raise ValueError("tables too deep")
        if self._in_table():
            # A table that holds a table only arranges the page; its texts are lines of the page, in their order.
            outer = self._stack[-1]
            if outer.width >= FEWEST_FIELDS:
                raise ValueError("a table within a table of figures")
            text, self._text, self._cell = self._text, [], None
            self._add(Grid([row for row in outer.rows if row]))
            outer.layout = True
            self._text = text
        self._line()
        self._stack.append(Grid())

    def _break(self) -> None:
        """A new line: within a cell it is a blank, between tables it ends a line of the page."""
        if self._cell is not None or self._caption:
            self._text.append(" ")
        elif not self._in_table():
            self._line()

    def _line(self) -> None:
        text = _plain(self._text)
        self._text = []
        if text:
            self._add(Grid([[text]], is_line=True))

    def _add(self, block: Grid) -> None:
        self.blocks.append(block)
        if len(self.blocks) > _MOST_BLOCKS:
            raise TooLarge(f"lebih dari {grouped(_MOST_BLOCKS)} tabel dan baris tulisan di luar tabel")
        self.taken += sum(map(len, block.rows))
        if self.taken > LARGEST_BOOK:
            raise TooLarge(f"semua tabel bersama lebih dari {grouped(LARGEST_BOOK)} sel")

    def _close_cell(self) -> None:
        grid = self._stack[-1]
        if self._caption:
            grid.caption, self._caption = _plain(self._text), False
        elif self._cell is not None:
            across = min(_span(self._cell.get("colspan")), _WIDEST_SPAN)
            value = _value(self._cell, _plain(self._text))
            if self._struck:
                value = struck(value)
            grid.add(value, across, _span(self._cell.get("rowspan"), longest=True))
        self._cell, self._text, self._struck = None, [], False


def _hidden_classes(style: str) -> set[str]:
    """The classes that a style sheet does not show; what holds for print alone is not looked at."""
    return {
        found[1]
        for selectors, body in _RULE.findall(_MEDIA.sub("", style))
        if _NOT_SHOWN.search(body)
        for selector in selectors.split(",")
        if (found := _CLASS.fullmatch(selector.strip()))
    }


def _span(text: str | None, *, longest: bool = False) -> int:
    """Columns or rows that a cell takes; 0 means all rows to the end."""
    if text is None or not text.strip().isdecimal():
        return 1
    number = int(text.strip()[:9])
    return (_LONGEST_SPAN if longest else 1) if number == 0 else min(number, _LONGEST_SPAN)


def _plain(parts: list[str]) -> str:
    return " ".join("".join(parts).split())


def _value(attributes: Mapping[str, str], text: str) -> Cell:
    """A cell as the office program wrote it beside its text: number, error; else the text."""
    if error := attributes.get("x:err", ""):
        return Fault(error)
    for name in ("x:num", "sdval"):
        if (number := attributes.get(name, "")) and _NUMBER.fullmatch(number):
            return float(number)
    return FORMULA_WITHOUT_VALUE if "x:fmla" in attributes and not text else text


def _sheets_of(blocks: list[Grid]) -> list[Sheet]:
    """One sheet for each table wide enough for figures, with the lines and narrow tables above it as its first rows."""
    found: list[tuple[str, Grid, int]] = []
    above: list[Grid] = []
    for block in blocks:
        if all(is_blank(cell) for row in block.rows for cell in row) and not block.caption:
            continue
        if block.width < FEWEST_FIELDS:
            above.append(block)
        elif found and not above and not block.caption and _continues(found[-1][1], found[-1][2], block):
            _append(found[-1][1], block)
        else:
            sheet = Grid(caption=block.caption)
            for one in (*above, block):
                if one.caption:
                    sheet.rows.append([one.caption])
                _append(sheet, one)
            found.append((block.caption, sheet, block.width))
            above = []
    if found or not all(block.is_line for block in above):
        if not found:
            found.append(("", Grid(), 0))
        for one in above:
            _append(found[-1][1], one)
    names: dict[str, None] = {}
    for number, (caption, _, _) in enumerate(found, start=1):
        name = visible(caption) or (f"Tabel {number}" if len(found) > 1 else "")
        names[f"{name} ({number})" if name in names else name] = None
    return [
        Sheet(name, sheet.rows, frozenset(sheet.merged), ragged=True)
        for name, (_, sheet, _) in zip(names, found, strict=True)
    ]


def _continues(sheet: Grid, width: int, block: Grid) -> bool:
    """True for a table that only goes on where the one before was broken off."""
    return bool(sheet.rows) and block.width == width and not any(row == 0 for row, _ in block.merged)


def _append(sheet: Grid, block: Grid) -> None:
    offset = len(sheet.rows)
    sheet.rows += block.rows
    sheet.merged |= {(row + offset, column) for row, column in block.merged}


def open_page(document: Document) -> tuple[list[Sheet], list[Finding]]:
    """Return the tables of a web page, or of the pages of a single-file web page (MHTML), as sheets, with findings."""
    if len(document.content) > LARGEST_PAGE:
        why = f"halaman web lebih dari {megabytes(LARGEST_PAGE)}; minta berkas berisi tabel KBK saja"
        return [], [unreadable(document.name, why)]
    sheets: list[Sheet] = []
    findings: list[Finding] = []
    worksheets: list[tuple[str, bool]] = []
    hidden: list[str] = []
    taken = 0
    try:
        for content in _pages(document.content):
            text, more = read_text(Document(document.name, content))
            findings += more
            page = _Page(taken)
            page.read(text)
            taken = page.taken
            worksheets += page.worksheets
            sheets += _sheets_of(page.blocks)
            hidden += ["tabel tanpa nama"] * page.hidden
    except TooLarge as error:
        return [], [unreadable(document.name, f"{error.why}; {TRIM}")]
    except (ValueError, RecursionError, MessageError, LookupError):
        why = "halaman web dengan tabel yang saling menindih atau bersarang; buka di Excel lalu simpan sebagai .xlsx"
        return [], [unreadable(document.name, why)]
    if len(worksheets) == len(sheets):
        hidden += [name for name, is_hidden in worksheets if is_hidden]
        sheets = [
            replace(sheet, name=visible(name))
            for sheet, (name, is_hidden) in zip(sheets, worksheets, strict=True)
            if not is_hidden
        ]
    if not sheets and not hidden:
        return [], [*findings, unreadable(document.name, NO_TABLE)]
    return sheets, findings + hidden_sheets(document.name, hidden)


def _pages(content: bytes) -> list[bytes]:
    """The page itself, or the pages within a single-file web page."""
    if not is_archive_of_pages(content):
        return [content]
    if content.lower().count(b"multipart/") > _MOST_MULTIPARTS:
        raise ValueError("too many parts within parts")
    parts = (part for part in message_from_bytes(content).walk() if part.get_content_type() == "text/html")
    payloads = (part.get_payload(decode=True) for part in parts)
    return [payload for payload in payloads if isinstance(payload, bytes)]


_HEADER = re.compile(rb"\s*(?:mime-version|content-type|from|subject|snapshot-content-location)\s*:", re.IGNORECASE)


def is_archive_of_pages(content: bytes) -> bool:
    """True for a web page saved as a single file (MHTML)."""
    head = content[:4096].lower()
    return _HEADER.match(head) is not None and (b"multipart/" in head or b"text/html" in head)
