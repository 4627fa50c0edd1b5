"""Rows of a text file that stand on several lines, because a text in them has ends of lines and no quotes around it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.extract_dates import dates_in

if TYPE_CHECKING:
    from analysis.extract_files import Extract
    from analysis.extract_layouts import ExtractRole

_PERSON = re.compile(r"\d{6}")
"""What the number of a card and that of a visit have, and no complaint."""
_FREE: tuple[ExtractRole, ...] = ("name", "reason", "doctor", "destination_name", "place_name")
"""Columns in which a text may be broken."""
_LONGEST, _MOST_LINES = 1000, 50
"""Lines that a text within quotes may have, and a row without them."""


def rejoin(extract: Extract, copy: Path) -> int:
    """Write a copy in which rows that were broken are whole again, with a blank where a line ended; return the lines.

    Only pieces that follow each other, have just the cells of one row, and are broken in a column of free text make
    one, and only with a date and the number of a card or visit in their places. All else is copied as it stands, every
    row with the same end.
    """
    joined = 0
    with (
        extract.path.open(encoding="utf-8", errors="replace", newline="") as stream,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target, delimiter=extract.delimiter, lineterminator="\n")
        pieces: list[str] = []
        below = False
        for record in _records(stream):
            cells = _cells(record, extract)
            if below and not any(map(str.strip, pieces)) and _goes_on(cells, extract):
                joined, pieces = joined + len(pieces) + 1, []  # nobody asks for the end of the text
                continue
            pieces.append(record)
            row = _whole(pieces, extract)
            if row is not None:
                writer.writerow(row)
                joined += len(pieces) - 1
            elif len(cells) == extract.width or len(pieces) == _MOST_LINES:
                target.writelines(_ended(pieces))
            else:
                continue
            pieces, below = [], len(row or cells) == extract.width
        target.writelines(_ended(pieces))
    return joined


def _ended(records: Iterable[str]) -> Iterator[str]:
    return (record.rstrip("\r\n") + "\n" for record in records)


def _records(lines: Iterable[str]) -> Iterator[str]:
    """Lines of a file, those within quotes as one."""
    parts: list[str] = []
    for line in lines:
        parts.append(line)
        if sum(part.count('"') for part in parts) % 2 == 0 or len(parts) == _LONGEST:
            yield "".join(parts)
            parts = []
    if parts:
        yield "".join(parts)


def _cells(record: str, extract: Extract) -> list[str]:
    return next(csv.reader(io.StringIO(record, newline=""), delimiter=extract.delimiter), [])


def _goes_on(cells: list[str], extract: Extract) -> bool:
    """Whether a line is the rest of the text in the last column of the row above it."""
    free = extract.width - 1 not in _counted(extract)
    note = bool(cells) and cells[0].strip().casefold().startswith(tuple(extract.words.notes))
    return free and len(cells) == 1 and not note and not _PERSON.search(cells[0])


def _counted(extract: Extract) -> set[int]:
    """The places of columns in which no text can be broken without doubt."""
    return {place for role, place in extract.columns.places.items() if role not in _FREE}


def _whole(pieces: list[str], extract: Extract) -> list[str] | None:
    """Pieces as one row; None where they are none, or not without doubt."""
    if len(pieces) == 1:
        return None
    columns, counted = extract.columns, _counted(extract)
    row: list[str] = []
    for cells in (_cells(record, extract) for record in pieces):
        if row and cells:
            if len(row) - 1 in counted or _PERSON.search(cells[0]):
                return None
            row = [*row[:-1], f"{row[-1]} {cells[0]}", *cells[1:]]
        row = row or cells
    if len(row) != extract.width:
        return None
    numbers = [row[columns.places[role]] for role in columns.of(("card", "visit"))]
    return row if any(map(_PERSON.search, numbers)) and dates_in([row[columns.places["day"]]]).readable else None
