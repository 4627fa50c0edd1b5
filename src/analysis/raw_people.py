"""Whether names and numbers that stand in a text are those of persons in a district's files, however large these are.

The files are read again as a stream, and nothing of them is kept or written: only which of the texts asked about occur.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

import duckdb
import pandas as pd

from analysis.layouts import heading_key
from analysis.people import HEAD_ROWS, Personal, Seen, name_key, number_key
from analysis.sheets import MESSAGES, TEXTS, ending
from analysis.sources import data_files, documents, open_document
from analysis.values import Cell, visible

_HEAD_BYTES = 1_000_000
_DELIMITERS = (";", ",", "\t", "|")


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
        if kind in TEXTS and (head := _head(path)) is not None:
            if head.encoding == "utf-8":
                found += _in_text(path, head, asked, file)
            else:
                with path.open("rb") as stream:
                    found += _in_stream(stream, head, asked, file)
            continue
        if kind == "zip":
            found += _in_members(path, asked, file)
        seen = Seen(asked.personal)
        for rows in _tables(folder, path):
            seen.add(rows)
        found += _among(seen, asked, file)
    return found


def _among(seen: Seen, asked: Asked, file: str) -> set[Match]:
    names = seen.keys & asked.names if seen.keys else ()
    numbers = seen.numbers & asked.numbers if seen.numbers else ()
    return {*(Match(key, True, file) for key in names), *(Match(key, False, file) for key in numbers)}


def _tables(folder: Path, path: Path) -> Iterator[list[list[Cell]]]:
    if ending(path.name) in MESSAGES:
        with suppress(OSError):
            yield from _messages(path.read_bytes())
        return
    for document in documents(folder, path)[0]:
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


def _head(path: Path) -> _Head | None:
    try:
        with path.open("rb") as stream:
            return _head_of(stream.read(_HEAD_BYTES))
    except OSError:
        return None


def _head_of(start: bytes) -> _Head | None:
    """Where the headings of a text file stand; None when none of its first lines looks like headings."""
    if b"\0" in start:
        return None
    encoding, text = "utf-8", start.decode("utf-8-sig", errors="ignore")
    try:
        start[: max(len(start) - 4, 0)].decode("utf-8")
    except UnicodeDecodeError:
        encoding, text = "latin-1", start.decode("latin-1")
    best: _Head | None = None
    for skip, line in enumerate(text.splitlines()[:HEAD_ROWS]):
        delimiter = max(_DELIMITERS, key=line.count)
        headings = next(csv.reader([line], delimiter=delimiter), [])
        if best is None or len(headings) > len(best.headings):
            best = _Head(skip, headings, delimiter, encoding)
    return best if best is not None and len(best.headings) > 1 else None


_NAME = """
array_to_string(list_filter(string_split(trim(regexp_replace(regexp_replace(lower(strip_accents(
    split_part(value, ',', 1))), '[''’`]', '', 'g'), '[^a-z]+', ' ', 'g')), ' '),
    lambda word: NOT list_contains($titles, word)), ' ')
"""
"""``people.name_key`` in SQL, but for the texts that it leaves out."""
_NUMBER = "regexp_replace(value, '[^0-9]', '', 'g')"


def _in_members(path: Path, asked: Asked, file: str) -> list[Match]:
    """The texts in an archive, however large: a row at a time, without unpacking them."""
    found: set[Match] = set()
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                kind = ending(info.filename)
                if info.flag_bits & 1 or kind not in TEXTS | MESSAGES:
                    continue
                if kind in MESSAGES:
                    seen = Seen(asked.personal)
                    for rows in _messages(archive.read(info)):
                        seen.add(rows)
                    found |= _among(seen, asked, file)
                    continue
                with archive.open(info) as stream:
                    head = _head_of(stream.read(_HEAD_BYTES))
                if head is not None:
                    with archive.open(info) as stream:
                        found |= _in_stream(stream, head, asked, file)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        pass  # what cannot be unpacked was not read before either
    return sorted(found)


def _in_stream(stream: IO[bytes], head: _Head, asked: Asked, file: str) -> set[Match]:
    """The slow way, for texts that DuckDB cannot read where they lie."""
    found: set[Match] = set()
    name_places, number_places = _places(head, asked.personal)
    titles = asked.personal.title_words
    text = io.TextIOWrapper(stream, encoding=head.encoding, errors="replace", newline="")
    try:
        for row in csv.reader((line.replace("\0", "") for line in text), delimiter=head.delimiter):
            cells = [row[i] for i in name_places if i < len(row)]
            found |= {Match(key, True, file) for cell in cells if (key := name_key(cell, titles)) in asked.names}
            cells = [row[i] for i in number_places if i < len(row)]
            found |= {Match(key, False, file) for cell in cells if (key := number_key(cell)) in asked.numbers}
    except csv.Error:
        pass  # a quotation mark that never closes
    return found


def _places(head: _Head, personal: Personal) -> tuple[list[int], list[int]]:
    keys = [heading_key(heading) for heading in head.headings]
    return (
        [i for i, key in enumerate(keys) if key in personal.name_keys],
        [i for i, key in enumerate(keys) if key in personal.number_keys],
    )


def _in_text(path: Path, head: _Head, asked: Asked, file: str) -> list[Match]:
    found: list[Match] = []
    name_places, number_places = _places(head, asked.personal)
    looked_for = [
        (is_name, columns, wanted)
        for is_name, columns in ((True, name_places), (False, number_places))
        if columns and (wanted := asked.names if is_name else asked.numbers)
    ]
    if not looked_for:
        return found
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
        for is_name, columns, wanted in looked_for:
            connection.register("asked", pd.DataFrame({"key": sorted(wanted)}))
            table = connection.read_csv(
                str(path), skiprows=head.skip + 1, header=False, delimiter=head.delimiter, all_varchar=True,
                ignore_errors=True, null_padding=True, strict_mode=False, quotechar='"',
                columns={f"c{i}": "VARCHAR" for i in range(len(head.headings))}, auto_detect=False,
            )  # fmt: skip
            connection.register("read", table)
            values = " UNION ALL ".join(f"SELECT c{i} AS value FROM read" for i in columns)  # noqa: S608 - numbers
            form = _NAME if is_name else _NUMBER
            # what is asked for stands on the side that is kept in memory, the file streams past it
            big = f"SELECT {form} AS key FROM ({values})"  # noqa: S608
            query = f"SELECT DISTINCT key FROM ({big}) WHERE key IN (SELECT key FROM asked)"  # noqa: S608
            titles = {"titles": sorted(asked.personal.title_words)} if is_name else {}
            found += [Match(str(key), is_name, file) for (key,) in connection.execute(query, titles).fetchall()]
    return found
