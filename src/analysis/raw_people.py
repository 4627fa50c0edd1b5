"""Whether names and numbers that stand in a text are those of persons in a district's files, however large these are.

The files are read again as a stream, and nothing of them is kept or written: only which of the texts asked about occur.
"""

from __future__ import annotations

import codecs
import csv
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from analysis.extents import OLE
from analysis.people import HEAD_ROWS, Personal, Seen, name_key, number_key
from analysis.plain_words import bare_headings, heading_key
from analysis.sheets import MESSAGES, TEXTS, ending
from analysis.sources import data_files, documents, open_document
from analysis.text_files import utf16_without_mark
from analysis.values import Cell, visible

_HEAD_BYTES = 1_000_000
_BLOCK_BYTES = 4_000_000
_LARGEST_BLOCK = 64_000_000
_DELIMITERS = (";", ",", "\t", "|", "^", "~")
_MOST_KNOWN = 3_000_000
"""Different texts of columns of names that are remembered (100 bytes each), so that each is compared once."""


class Match(NamedTuple):
    """One text that is a person's.

    key: as ``people.name_key`` or ``people.number_key`` writes it; is_name: which of the two. file: where it was read.
    """

    key: str
    is_name: bool
    file: str


class Asked(Protocol):
    """What is asked for: keys as ``people.name_key`` and ``people.number_key`` write them.

    They are looked at only where a file holds names or numbers of persons.
    """

    @property
    def names(self) -> Set[str]:
        """Keys of names."""

    @property
    def numbers(self) -> Set[str]:
        """Keys of numbers."""

    @property
    def personal(self) -> Personal:
        """What tells names and numbers."""


def people_among(folder: Path, asked: Asked) -> list[Match]:
    """Return which of the names and numbers asked for belong to persons in the data files of a district's folder."""
    found: list[Match] = []
    for path in data_files(folder)[0]:
        file, kind = visible(path.relative_to(folder).as_posix()), ending(path.name)
        streamed: set[str] = set()
        if kind == "zip":
            more, streamed = _in_members(path, asked, file)
            found += more
        elif kind not in MESSAGES and (head := _head(path, asked.personal)) is not None:
            found += _in_text(partial(_opened, path), head, asked, file)
            if kind in TEXTS:
                continue
        seen = Seen(asked.personal)
        for rows in _tables(folder, path, streamed):
            seen.add(rows)
        found += _among(seen, asked, file)
    return found


def _among(seen: Seen, asked: Asked, file: str) -> set[Match]:
    names = seen.keys & asked.names if seen.keys else ()
    numbers = seen.numbers & asked.numbers if seen.numbers else ()
    return {*(Match(key, True, file) for key in names), *(Match(key, False, file) for key in numbers)}


def _tables(folder: Path, path: Path, streamed: Set[str]) -> Iterator[list[list[Cell]]]:
    """The tables of a file that is small enough for the ordinary reading; streamed: names of members to leave out."""
    if ending(path.name) in MESSAGES:
        with suppress(OSError):
            yield from _messages(path.read_bytes())
        return
    for document in documents(folder, path)[0]:
        if document.name in streamed:
            continue
        for sheet in open_document(document)[0]:
            yield sheet.rows


def _messages(content: bytes) -> Iterator[list[list[Cell]]]:
    """The objects of a JSON text, or of one with an object a line; none where it is neither."""
    with suppress(ValueError, RecursionError):
        yield from _objects(json.loads(content))
        return
    for line in content.splitlines():
        with suppress(ValueError, RecursionError):
            yield from _objects(json.loads(line))


def _objects(node: Any) -> Iterator[list[list[Cell]]]:
    """Every object in a JSON text as a table of one row."""
    if isinstance(node, dict):
        plain = {key: value for key, value in node.items() if isinstance(value, str | int | float)}
        yield [list(plain), list(plain.values())]
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


class _Head(NamedTuple):
    """How a text file is laid out: lines before the headings, the headings, delimiter and encoding."""

    skip: int
    headings: list[str]
    delimiter: str
    encoding: str

    def under(self, keys: frozenset[str]) -> list[int]:
        """Places of the columns with headings of these keys."""
        return [i for i, heading in enumerate(bare_headings(self.headings)) if heading_key(heading) in keys]


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _head(path: Path, personal: Personal) -> _Head | None:
    try:
        with path.open("rb") as stream:
            return _head_of(stream.read(_HEAD_BYTES), personal)
    except OSError:
        return None


def _head_of(start: bytes, personal: Personal) -> _Head | None:
    """Where the headings of a text file stand; None when none of its first lines looks like headings.

    Of all lines and delimiters those with the most columns about persons are taken, then those with the most columns.
    """
    if start.startswith((OLE, b"PK")):
        return None
    encoding = "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    encoding = utf16_without_mark(start) or encoding
    if not encoding.startswith("utf-16"):
        if b"\0" in start:
            return None
        try:
            start[: max(len(start) - 4, 0)].decode("utf-8")
        except UnicodeDecodeError:
            encoding = "latin-1"
    best: _Head | None = None
    most = (0, 1)
    for skip, line in enumerate(start.decode(encoding, errors="ignore").splitlines()[:HEAD_ROWS]):
        for delimiter in _DELIMITERS:
            head = _Head(skip, _cells(line, delimiter), delimiter, encoding)
            known = len(head.under(personal.name_keys | personal.number_keys))
            if (known, len(head.headings)) > most:
                most, best = (known, len(head.headings)), head
    return best


def _cells(line: str, delimiter: str) -> list[str]:
    with suppress(csv.Error):  # longer than any row
        return next(csv.reader([line], delimiter=delimiter), [])
    return []


def _in_members(path: Path, asked: Asked, file: str) -> tuple[set[Match], set[str]]:
    """What is found in the texts of an archive, however large, without unpacking them; and the names of the texts."""
    found: set[Match] = set()
    streamed: set[str] = set()
    with suppress(*_NOT_UNPACKED), zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1 or info.is_dir():
                continue
            with suppress(*_NOT_UNPACKED):
                if ending(info.filename) in MESSAGES:
                    seen = Seen(asked.personal)
                    for rows in _messages(archive.read(info)):
                        seen.add(rows)
                    found |= _among(seen, asked, file)
                    continue
                with archive.open(info) as stream:
                    head = _head_of(stream.read(_HEAD_BYTES), asked.personal)
                if head is not None:
                    found |= _in_text(partial(archive.open, info), head, asked, file)
                    if ending(info.filename) in TEXTS:
                        streamed.add(visible(f"{file}/{info.filename}".replace("\\", "/")))
    return found, streamed


_NOT_UNPACKED = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What cannot be unpacked was not read before either."""


def _in_text(opened: Callable[[], IO[bytes]], head: _Head, asked: Asked, file: str) -> set[Match]:
    """The columns about persons in a text, block by block: of one of any size only a block is held in memory."""
    # the headings first: what is asked for takes long to work out, and most texts hold nothing of persons
    named, numbered = head.under(asked.personal.name_keys), head.under(asked.personal.number_keys)
    named, numbered = named if named and asked.names else [], numbered if numbered and asked.numbers else []
    if not named and not numbered:
        return set()
    # A quotation mark that never closes: each line is taken for a row; one that is too long asks for larger blocks.
    for quote, block in (('"', _BLOCK_BYTES), (False, _BLOCK_BYTES), (False, _LARGEST_BLOCK)):
        with suppress(pa.ArrowInvalid):  # its words quote the row
            return _in_columns(opened, head, named, numbered, asked=asked, file=file, quote=quote, block=block)
    return set()  # nothing below the headings, or a line that no reader takes


def _in_columns(
    opened: Callable[[], IO[bytes]],
    head: _Head,
    named: list[int],
    numbered: list[int],
    *,
    asked: Asked,
    file: str,
    quote: str | bool,
    block: int,
) -> set[Match]:
    """What is asked for among the columns named (of names) and numbered (of numbers), by their places from 0."""
    found: set[Match] = set()
    known: set[str] = set()
    titles, numbers = asked.personal.title_words, pa.array(sorted(asked.numbers), pa.string())

    def look(names: Set[str]) -> None:
        new = names - known
        found.update(Match(key, True, file) for text in new if (key := name_key(text, titles)) in asked.names)
        if len(known) > _MOST_KNOWN:
            known.clear()
        known.update(new)

    def look_at_row(row: arrow_csv.InvalidRow) -> str:
        """A row with too few or too many cells, which the reader leaves out."""
        cells = dict(enumerate(_cells(row.text or "", head.delimiter)))
        look({cells[place] for place in named if place in cells})
        keys = {number_key(cells[place]) for place in numbered if place in cells}
        found.update(Match(key, False, file) for key in keys & asked.numbers)
        return "skip"

    columns = [str(place) for place in range(len(head.headings))]
    used = [columns[place] for place in dict.fromkeys((*named, *numbered))]
    with opened() as raw:
        # Characters that are none become others, instead of an end of the reading.
        stream = codecs.EncodedFile(raw, "utf-8", head.encoding, errors="replace")
        batches = arrow_csv.open_csv(
            stream,
            arrow_csv.ReadOptions(column_names=columns, skip_rows=head.skip + 1, block_size=block),
            arrow_csv.ParseOptions(
                delimiter=head.delimiter, quote_char=quote, newlines_in_values=bool(quote),
                invalid_row_handler=look_at_row,
            ),
            arrow_csv.ConvertOptions(
                include_columns=used, column_types=dict.fromkeys(used, pa.string()), strings_can_be_null=False
            ),
        )  # fmt: skip
        for batch in batches:
            for place in named:
                look(set(batch[columns[place]].unique().to_pylist()))
            for place in numbered:
                digits = pc.replace_substring_regex(batch[columns[place]], r"\D+", "")
                keys = digits.filter(pc.is_in(digits, value_set=numbers)).unique().to_pylist()
                found.update(Match(key, False, file) for key in keys)
    return found
