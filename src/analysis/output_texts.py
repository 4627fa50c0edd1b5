"""The texts of a finished file, whatever its format: what a reader, a program or a search would find in it."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from ctypes import c_ushort
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from analysis.parquet import arrow_of
from analysis.payment import AMOUNTS

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_DRAWN = frozenset({"d", "points", "transform", "style", "viewbox", "class", "id"})
"""Attributes of markup that hold shapes and looks, not words."""
_NO_WORDS = frozenset({"style"})
_LINES_KEPT = frozenset({"pre", "script", "textarea"})
"""Elements whose lines stay apart."""
_WITHIN_TEXT = frozenset(
    {"a", "abbr", "b", "br", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup"}
    | {"tspan", "u", "wbr"}
)
"""Elements that a name may run across."""
_DATA = re.compile(r"data:([\w/+.-]*)(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=\s]+)")
_AMOUNT = re.compile(r"[1-9]\d{0,14}")
"""A whole number of rupiah below a quadrillion; numbers of cards begin with 0, identity numbers are longer."""
_MARKUP, _NESTED = frozenset({"html", "htm", "svg", "xml", "rels", "vml"}), frozenset({"xlsx", "docx", "pptx", "zip"})


def texts_of(name: str, content: bytes) -> Iterator[str]:
    """Give the texts of a file one by one: cells, text nodes, attributes, values, lines, and names of files within.

    name: tells the format by its ending; a file of an unknown format is taken as lines of text.
    """
    kind = PurePosixPath(name).suffix.lower().lstrip(".")
    if kind in _MARKUP:
        yield from _markup(content.decode("utf-8", errors="replace"))
    elif kind == "csv":
        yield from _cells(content.decode("utf-8-sig", errors="replace"))
    elif kind in {"json", "ipynb"}:
        yield from _values(json.loads(content))
    elif kind == "parquet":
        yield from texts_of_table(arrow_of(content))
    elif kind == "pdf":
        yield from _pages(content)
    elif kind in _NESTED:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                yield info.filename
                yield from texts_of(info.filename, archive.read(info))
    else:
        yield from content.decode("utf-8", errors="replace").splitlines()


def texts_of_table(table: pa.Table) -> Iterator[str]:
    """Give the headings and the different values of a table that are neither fractions nor amounts of money."""
    yield from table.column_names
    for heading, column in zip(table.column_names, table.columns, strict=True):
        if not pa.types.is_floating(column.type):
            found = map(str, column.drop_null().unique().to_pylist())
            yield from (text for text in found if not _is_amount(heading, text))


def _cells(text: str) -> Iterator[str]:
    delimiter = max(";,\t", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    headings = next(rows, [])
    yield from headings
    for row in rows:
        under = [*headings, *[""] * (len(row) - len(headings))]
        yield from (cell for heading, cell in zip(under, row, strict=False) if not _is_amount(heading, cell))


def _is_amount(heading: str, text: str) -> bool:
    """Whether a value is rupiah: the sum of a province has as many digits as the number of a card."""
    return heading in AMOUNTS and _AMOUNT.fullmatch(text) is not None


def _values(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for key, value in node.items():
                yield str(key)
                yield from _values(value)
        case list():
            if (
                len(node) > 1
                and all(isinstance(line, str) for line in node)
                and all(n.endswith("\n") for n in node[:-1])
            ):
                yield from _values("".join(node))  # a text as a notebook keeps it, line by line
            for value in node:
                yield from _values(value)
        case str():
            yield from _markup(node) if "<" in node else _lines(node)
        case int() if not isinstance(node, bool):
            yield str(node)


def _pages(content: bytes) -> Iterator[str]:
    """The words about a PDF, its lines, each run of letters in one, such as a cell of a table, and runs that go on."""
    import pypdfium2  # noqa: PLC0415  (only reports hold PDF)

    with pypdfium2.PdfDocument(content) as document:
        yield from document.get_metadata_dict().values()
        for page in document:
            text = page.get_textpage()
            yield from text.get_text_bounded().splitlines()
            runs = list(_runs(text))
            yield from (run.text for run in runs)
            yield from _going_on(runs)


def _lines(text: str) -> Iterator[str]:
    """The lines of a text, and each of its paragraphs, in which a line goes on in the next one."""
    yield from text.splitlines()
    for paragraph in text.split("\n\n"):
        if len(lines := paragraph.splitlines()) > 1:
            yield _run_on(lines)


def _run_on(lines: Sequence[str]) -> str:
    """Lines as one, for the names in it: numbers, which part the cells of tables, are left out."""
    return re.sub(r"\d(?:[\d.,]*\d)?", "|", " ".join(lines))


class _Run(NamedTuple):
    """Letters that stand in a row on a page, and where, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float
    text: str


def _going_on(runs: Sequence[_Run]) -> Iterator[str]:
    """Runs that are read on: beside the one before without a gap, or below its piece without an empty line."""
    piece: list[_Run] = []
    for run in runs:
        if piece:
            last, height = piece[-1], max(run.top - run.bottom, piece[-1].top - piece[-1].bottom)
            beside = abs(run.bottom - last.bottom) < height / 2 and abs(run.left - last.right) < height / 2
            below = abs(run.left - piece[0].left) < height / 2 and 0 <= last.bottom - run.top < height
            if not (beside or below):
                if len(piece) > 1:
                    yield _run_on([one.text for one in piece])
                piece = []
        piece.append(run)
    if len(piece) > 1:
        yield _run_on([one.text for one in piece])


def _runs(text: PdfTextPage) -> Iterator[_Run]:
    """Each run of letters on a page, as ``get_text_bounded`` gives it.

    That asks PDFium twice for each of thousands of runs, first for the length: here one room holds any of them.
    """
    from pypdfium2.raw import FPDFText_GetBoundedText  # noqa: PLC0415

    room = (c_ushort * (2 * text.count_chars() + 1))()
    for number in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(number)
        length = FPDFText_GetBoundedText(text, left, top, right, bottom, room, len(room))
        found = bytes(memoryview(room)[:length]).decode("utf-16-le", errors="ignore").rstrip("\0")
        yield _Run(left, bottom, right, top, found)


class _Reader(HTMLParser):
    """Collects attributes, comments and pieces of text; each piece both as a reader sees it and as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._piece: list[str] = []
        self._silent = 0
        self._kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)
        self._silent += tag in _NO_WORDS
        self._kept += tag in _LINES_KEPT
        self.texts += [value for name, value in attrs if value and name.lower() not in _DRAWN]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)
        self.texts += [value for name, value in attrs if value and name.lower() not in _DRAWN]

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        self._silent -= tag in _NO_WORDS and self._silent > 0
        self._kept -= tag in _LINES_KEPT and self._kept > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)
            self._piece.append(data)

    def handle_comment(self, data: str) -> None:
        self.texts.append(data)

    def close(self) -> None:
        super().close()
        self._part("")

    def _part(self, tag: str) -> None:
        """End a piece of text at a tag, unless text runs on across it."""
        if tag in _WITHIN_TEXT:
            self._piece += [" "] if tag == "br" else []
            return
        piece = "".join(self._piece)
        if not self._kept and (shown := " ".join(piece.split())) not in self._piece:
            self.texts.append(shown)
        self._piece.clear()


def _markup(text: str) -> tuple[str, ...]:
    # each figure stands in the page and in the notebook that drew it, and takes longer to read than all around it
    return _figure(text) if text.startswith("<svg") else _read(text)


@lru_cache(maxsize=32)
def _figure(text: str) -> tuple[str, ...]:
    return _read(text)


def _read(text: str) -> tuple[str, ...]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    texts: list[str] = []
    for found in reader.texts:
        for embedded in _DATA.finditer(found):
            texts += _embedded(embedded[1], embedded[2])
        texts += _DATA.sub(" ", found).splitlines()
    return tuple(texts)


def _embedded(kind: str, code: str) -> tuple[str, ...]:
    """The texts of a file written into a page; pictures and fonts have none."""
    if not ("svg" in kind or "json" in kind or kind.startswith("text/")) or kind == "text/css":
        return ()
    try:
        content = base64.b64decode(code)
    except (binascii.Error, ValueError):
        return ()
    return _markup(content.decode("utf-8", errors="replace"))
