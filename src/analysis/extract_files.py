"""Files of visits and referrals: recognised by their headings, whatever their name, and made readable for an engine.

They hold names, card numbers and diagnoses. Nothing of a row leaves this module but into the run's private folder.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from analysis.errors import DataError
from analysis.extents import MOST_MEMBERS, OLE
from analysis.extract_cards import CardForm, card_form
from analysis.extract_dates import VISIT_NUMBER, Dates, dates_in
from analysis.extract_layouts import Columns, ExtractLayouts, ExtractRole, ExtractWords, Molar
from analysis.extract_lines import rejoin
from analysis.extract_messages import LARGEST_MESSAGES, Messages
from analysis.extract_text import cell_text, plain_facility, sheet_texts
from analysis.layouts import OtherReport
from analysis.ledger import Finding
from analysis.plain_words import heading_key
from analysis.private_folders import private_folder
from analysis.raw_folder import file_sha256
from analysis.sheets import MESSAGES, Sheet, ending
from analysis.sources import SourceFile
from analysis.text_files import utf16_without_mark
from analysis.values import Cell, is_blank, visible

PRIVATE = ".kunjungan-"
"""How the private folders of this step begin, under data/processed."""
LARGEST_MEMBER = 60_000_000_000
"""Bytes of a CSV in a zip that are unpacked."""
_HEAD_LINES = 60
"""Lines and rows among which headings are looked for: titles and what was asked for stand above them."""
_FIRST_ROWS = 20
"""Rows of a sheet without headings that are looked at for visits."""
_HEAD_BYTES = 262_144
_BLOCKS, _BLOCK_BYTES = 48, 16_384
_DELIMITERS = (",", ";", "\t", "|", "^", "~")
_SQL = re.compile(
    r"^\s*(?:(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?(?:INTO\s+\S+|\[\S+)\s*(?:\(|VALUES|SELECT)"
    r"|COPY\s+\S+\s*\(.*FROM\s+stdin|CREATE\s+TABLE\s)",
    re.IGNORECASE | re.MULTILINE,
)
"""How a copy of a database begins its rows."""
_LINE_END = ord("\n")
_PERSON = re.compile(r"\d{6}")
"""What the number of a card and that of a visit have."""
_ERRORS_TOLD: tuple[ExtractRole, ...] = (
    "card", "day", "attendance", "any_state", "kind", "status", "tacc", "tacc_name", "systolic", "diastolic",
    "pressure", "glucose",
)  # fmt: skip
"""Columns in which a blank cell says something, and one with an error of a formula does not say it."""
_FEWEST = 3
"""Known headings that make a row the heading row of an extract."""


@dataclass(frozen=True)
class _Headings:
    """A row of headings: where it stands, what parts its cells (empty on sheets), its columns and how many it has."""

    position: int
    delimiter: str
    columns: Columns
    width: int


@dataclass(frozen=True)
class Extract:
    """One file of visits, ready for an engine.

    name: as the analyst knows it, with the sheet of a workbook of several. sheet: its name; empty for none.
    path: UTF-8 CSV with its headings in the first line. width: its columns.
    days, births: what its dates look like, in a sample from all parts of the file. encoding: 'utf-8', or 'cp1252' where
    that is certain from the sample; then ``path`` is a private copy. words: what its cells may hold.
    places: facility codes in that sample, those with which numbers of visits begin among them. skipped: lines above
    the headings, which ``path`` does not have. joined: lines within its rows, which it does not have either.
    molar: where it says that glucose is in mmol/L. cards: how participants are told apart.
    """

    name: str
    path: Path
    columns: Columns
    delimiter: str
    width: int
    days: Dates
    births: Dates
    source: SourceFile
    words: ExtractWords
    places: frozenset[str]
    skipped: int = 0
    sheet: str = ""
    joined: int = 0
    molar: Molar = ""
    cards: CardForm = ""

    @property
    def not_used(self) -> str:
        """What is done with one that cannot be relied on, in Indonesian."""
        return _not_used(self.sheet)


@dataclass
class ExtractFiles:
    """Collects the files of a district that are about persons, so that no other reader looks into them.

    layouts: known headings. parent: folder for the private copies.
    other_report: tells an export that is known to be something else by its headings; default none.
    met: keys of the headings of all files about persons.
    """

    layouts: ExtractLayouts
    parent: Path
    other_report: Callable[[Sequence[Cell]], OtherReport | None] = lambda _: None
    extracts: list[Extract] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    messages: Messages = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)
    _private: Path | None = None
    _seen: list[SourceFile] = field(default_factory=list)
    _sums: dict[str, Future[tuple[str, int]]] = field(default_factory=dict)
    _hashing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def __post_init__(self) -> None:
        self.messages = Messages(lambda headings: self._columns_of(headings).personal)

    def __enter__(self) -> ExtractFiles:
        return self

    def __exit__(self, *error: object) -> None:
        self._hashing.shutdown(cancel_futures=True)
        self._stack.close()

    @property
    def private(self) -> Path:
        """Folder that only this run can read, gone when it ends; made when it is first needed."""
        if self._private is None:
            self.parent.mkdir(parents=True, exist_ok=True)
            self._private = self._stack.enter_context(private_folder(self.parent, PRIVATE))
        return self._private

    def take_file(self, folder: Path, path: Path) -> bool:
        """Take a file, or the members of a zip, that is about persons; return True when nothing else is left in it."""
        name = visible(path.relative_to(folder).as_posix())
        try:
            if ending(path.name) in MESSAGES:
                with path.open("rb") as stream:
                    self._take_messages(name, stream, path.stat().st_size)
                return True
            return self._take_members(name, path) if zipfile.is_zipfile(path) else self._take_text(name, path)
        except (
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            csv.Error,
        ):
            return False  # the ordinary reader says why it cannot be read

    def take_sheets(self, name: str, sheets: Sequence[Sheet], source: SourceFile) -> bool:
        """Take a workbook that is about persons; return True when it is one."""
        heads = [(sheet, self._sheet_headings(sheet)) for sheet in sheets]
        found = [(sheet, head) for sheet, head in heads if head is not None and head.columns.personal]
        if not found:
            return False
        self.taken.add(name)
        if self._known(source):
            return True
        others = [sheet for sheet in sheets if not any(sheet is taken for taken, _ in found)]
        for sheet in others:
            if any(_continues(sheet, head.columns) for _, head in found):
                why = "lembar tanpa baris judul memuat baris kunjungan"
                self._refuse(source, "extract_columns", why, sheet.name)
                return True
        self.findings += [
            Finding("sheet_beside_visits", name, sheet.name, done="lembar tidak dibaca")
            for sheet in others
            if any(not is_blank(cell) for row in sheet.rows for cell in row)
        ]
        for sheet, head in found:
            path = self.private / f"{len(self.extracts)}.csv"
            body, columns = sheet.rows[head.position :], head.columns
            told = [columns.places[role] for role in columns.of(_ERRORS_TOLD)]
            _write(path, sheet_texts(body, told, columns.places.get("card"), self.layouts.words.notes))
            of_several = sheet.name if len(sheets) > 1 else ""
            self._add(source, path, columns, delimiter=",", width=len(body[0]), sheet=of_several)
        return True

    def finish(self) -> None:
        """Put the messages of P-Care that were met into extracts; call once, after the last file."""
        for name, rows in self.messages.tables():
            path = self.private / f"{len(self.extracts)}.csv"
            _write(path, rows)
            columns = self.layouts.columns_of(rows[0])
            self._add(self.messages.sources[name], path, columns, delimiter=",", width=len(rows[0]))
        self.findings += self.messages.findings

    # Text -----------------------------------------------------------------------------------------------------------

    def _take_text(self, name: str, path: Path) -> bool:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
        text, encoding = _decoded(head)
        found = None if head.startswith((OLE, b"PK")) else self._text_headings(text)
        if _is_sql(head, found):
            self.taken.add(name)
            why = "perintah SQL (salinan basis data), bukan tabel; minta datanya sebagai CSV atau Excel"
            self._refuse(SourceFile(name, file_sha256(path), path.stat().st_size), "file_unreadable", why)
            return True
        if found is None:
            return False
        if not found.columns.personal:
            return False
        self.taken.add(name)
        self._sums[name] = self._hashing.submit(_sum_and_lines, path)
        source = SourceFile(name, "", path.stat().st_size)
        if self._known(source):
            return True
        skipped = found.position
        if skipped or encoding != "utf-8":
            copy = self.private / f"{len(self.extracts)}.csv"
            rewrite(path, copy, encoding, skipped)
            path = copy
        self._add(source, path, found.columns, delimiter=found.delimiter, width=found.width, skipped=skipped)
        return True

    def _text_headings(self, text: str) -> _Headings | None:
        lines = text.splitlines()[:_HEAD_LINES]
        return self._headings({delimiter: _cells(line, delimiter) for delimiter in _DELIMITERS} for line in lines)

    def _sheet_headings(self, sheet: Sheet) -> _Headings | None:
        return self._headings({"": row} for row in sheet.rows[:_HEAD_LINES])

    def _headings(self, rows: Iterable[Mapping[str, Sequence[Cell]]]) -> _Headings | None:
        """The row of headings; rows: the first ones, each in all ways of parting its cells, by delimiter."""
        best: _Headings | None = None
        below = False
        for position, ways in enumerate(rows):
            for delimiter, cells in ways.items():
                columns = self._columns_of(cells)
                if len(columns.places) <= (len(best.columns.places) if best else 0):
                    continue
                if best is not None and below and _is_table(best.columns):
                    return best
                best, below = _Headings(position, delimiter, columns, len(cells)), False
            if best is not None and best.position < position:
                below = below or any(not is_blank(cell) for cell in ways.get(best.delimiter, ()))
        if best is None or (len(best.columns.places) < _FEWEST and not best.columns.personal):
            return None
        return best

    def _columns_of(self, headings: Sequence[Cell]) -> Columns:
        """The columns of visits or referrals; none in an export that is something else and could not be counted."""
        columns = self.layouts.columns_of(headings)
        if columns.personal:
            self.met.update(map(heading_key, columns.headings))
        return Columns({}) if columns.missing() and self.other_report(headings) else columns

    # Archives and messages --------------------------------------------------------------------------------------------

    def _take_members(self, name: str, path: Path) -> bool:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()][:MOST_MEMBERS]
            if any(info.filename == "[Content_Types].xml" for info in members):
                return False  # a workbook: its sheets are looked at when they are opened
            for info in members:
                member = _member_name(name, info)
                if info.flag_bits & 1:
                    continue
                if ending(info.filename) in MESSAGES:
                    with archive.open(info) as stream:
                        self._take_messages(member, stream, info.file_size)
                    continue
                with archive.open(info) as stream:
                    head = stream.read(_HEAD_BYTES)
                found = None if head.startswith((OLE, b"PK")) else self._text_headings(_decoded(head)[0])
                if not (_is_sql(head, found) or (found is not None and found.columns.personal)):
                    continue
                if info.file_size > min(LARGEST_MEMBER, shutil.disk_usage(self.parent_or_root()).free // 2):
                    self.taken.add(member)
                    why = "terlalu besar untuk dibuka dari arsip; ekstrak ke folder ini"
                    self.findings.append(Finding("file_unreadable", member, read=why, done="berkas tidak dipakai"))
                    continue
                copy = self.private / f"anggota-{len(self.taken)}.csv"
                with archive.open(info) as stream, copy.open("wb") as target:
                    _copy_at_most(stream, target, info.file_size)
                self._take_text(member, copy)
            return bool(members) and all(_member_name(name, info) in self.taken for info in members)

    def parent_or_root(self) -> Path:
        """The nearest folder above the private copies that exists."""
        return next(p for p in (self.parent, *self.parent.parents) if p.exists())

    def _take_messages(self, name: str, stream: IO[bytes], size: int) -> None:
        self.taken.add(name)
        if size > LARGEST_MESSAGES:
            sha256 = hashlib.sha256()
            for block in iter(lambda: stream.read(1 << 20), b""):
                sha256.update(block)
            source = SourceFile(name, sha256.hexdigest(), size)
            self._refuse(source, "file_unreadable", "lebih dari 400 MB; bagi menjadi beberapa berkas")
            return
        source = self.messages.read(name, stream.read(size))  # what an archive promised and no more
        if source.rows:
            self._known(source)
        else:
            self.files.append(source)

    # What every file shares -------------------------------------------------------------------------------------------

    def _refuse(self, source: SourceFile, kind: str, why: str, sheet: str = "", done: str = "") -> None:
        self.findings.append(Finding(kind, source.name, sheet, read=why, done=done or _not_used()))
        self.files.append(source)

    def _known(self, source: SourceFile) -> bool:
        alike = (one for one in self._seen if one.size == source.size)
        other = next((one for one in alike if self.completed(one).sha256 == self.completed(source).sha256), source)
        if other.name == source.name:
            self._seen.append(source)
            return False
        read = f"isi sama dengan {other.name}"
        self.findings.append(Finding("file_duplicate", source.name, read=read, done="dibaca satu kali"))
        self.files.append(source)
        return True

    def completed(self, source: SourceFile) -> SourceFile:
        """Return a file with its checksum, which is made while other work goes on and waited for here.

        Raises DataError where the file went away meanwhile.
        """
        if source.sha256:
            return source
        try:
            return replace(source, sha256=self._sums[source.name].result()[0])
        except OSError as error:
            why = f"{source.name}: {error.strerror}"
            raise DataError("Berkas hilang atau tertutup selagi dibaca; ulangi.", [why]) from None

    def lines_below(self, extract: Extract) -> int | None:
        """Return how many lines a text file has below its headings; None for what was no text file."""
        if extract.source.name not in self._sums:
            return None
        return self._sums[extract.source.name].result()[1] - extract.skipped - extract.joined - 1

    def rejoined(self, extract: Extract, ends: bool = False) -> Extract:
        """Return an extract whose rows that stand on several lines are whole again; the same where there are none.

        ends: also where rows only end in different ways; default False.
        """
        copy = self.private / f"{len(list(self.private.iterdir()))}-utuh.csv"
        joined = rejoin(extract, copy)
        return replace(extract, path=copy, joined=extract.joined + joined) if joined or ends else extract

    def _add(
        self,
        source: SourceFile,
        path: Path,
        columns: Columns,
        *,
        delimiter: str,
        width: int,
        sheet: str = "",
        skipped: int = 0,
    ) -> None:
        name = f"{source.name} lembar “{sheet}”" if sheet else source.name
        labels = self.layouts.labels
        if missing := columns.missing():
            problem = f"kolom tidak ada: {', '.join(labels[role] for role in missing)}"
            kind = "extract_of_persons" if {"day", "card", "home"} <= set(missing) else "extract_columns"
            self._refuse(source, kind, problem, sheet, _not_used(sheet))
            return
        words = self.layouts.words
        extract = Extract(
            name, path, columns, delimiter, width, Dates(), Dates(), source, words, frozenset(), skipped, sheet
        )
        rows = list(_sample(path, delimiter))
        width = _without_ends(rows, columns, width)
        extract = replace(extract, width=width)
        sample = [row for row in rows if len(row) == width]
        if rows and not sample:
            extract = self.rejoined(extract)
            sample = [row for row in _sample(extract.path, delimiter) if len(row) == width]
        if rows and not sample:
            problem = f"judulnya {width} kolom, baris di bawahnya {len(rows[0])} kolom"
            self._refuse(source, "extract_columns", problem, sheet, _not_used(sheet))
            return

        def column(role: ExtractRole) -> list[str]:
            place = columns.places.get(role)
            return [] if place is None else [row[place] for row in sample]

        visits = column("visit")
        days, births = dates_in(column("day"), visits), dates_in(column("birth"))
        numbers = (number[1] for visit in visits if (number := VISIT_NUMBER.fullmatch(visit.strip())))
        places = frozenset(plain_facility(code) for code in {*numbers, *column("home"), *column("place")})
        molar = _molar(columns, column("glucose"))
        cards = card_form(column("card"))
        extract = replace(extract, days=days, births=births, places=places, molar=molar, cards=cards)
        self.extracts.append(extract)


def _not_used(sheet: str = "") -> str:
    return f"{'lembar' if sheet else 'berkas'} tidak dipakai"


def _is_table(columns: Columns) -> bool:
    """Whether a row is the headings of visits that can be counted, below which other headings begin another table."""
    return columns.personal and not columns.missing()


def _continues(sheet: Sheet, columns: Columns) -> bool:
    """Whether a sheet without headings holds visits in the columns of another sheet."""
    day, card = columns.places.get("day"), columns.places.get("card", columns.places.get("visit"))
    if day is None or card is None:
        return False
    rows = [row for row in sheet.rows[:_FIRST_ROWS] if max(day, card) < len(row)]
    return any(_PERSON.search(cell_text(row[card])) and dates_in([cell_text(row[day])]).readable for row in rows)


def _without_ends(rows: Sequence[Sequence[str]], columns: Columns, width: int) -> int:
    """How many cells rows have where every one ends in a delimiter too many, or only the headings do; else width."""
    usual = max(Counter(map(len, rows)).items(), key=lambda found: found[1], default=(width, 0))[0]
    if usual == width or usual <= max(columns.places.values()):
        return width
    beyond = (columns.headings[usual:],) if usual < width else (row[width:] for row in rows if len(row) == usual)
    return width if any(cell.strip() for cells in beyond for cell in cells) else usual


def _molar(columns: Columns, cells: Iterable[str]) -> Molar:
    """Where a file says that glucose is in mmol/L; cells: some of those with glucose."""
    if (place := columns.places.get("glucose")) is not None and "mmol" in columns.headings[place].casefold():
        return "column"
    return "cells" if any("mmol" in cell.casefold() for cell in cells) else ""


def _is_sql(head: bytes, headings: _Headings | None) -> bool:
    """Whether a file is a copy of a database; headings: the line that looks like them, below which are cells."""
    if head.startswith((OLE, b"PK")):
        return False
    text = _decoded(head)[0]
    before = text if headings is None else "\n".join(text.splitlines()[: headings.position + 1])
    return _SQL.search(before) is not None


def _cells(line: str, delimiter: str) -> list[str]:
    """A line as cells; none where it has no end."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _member_name(name: str, info: zipfile.ZipInfo) -> str:
    return visible(f"{name}/{info.filename}".replace("\\", "/"))


def rewrite(path: Path, copy: Path, encoding: str, skip: int = 0) -> None:
    """Copy a text file as UTF-8, without its first lines; characters that are none are replaced.

    skip: lines above the headings; default 0.
    """
    with (
        path.open(encoding=encoding, errors="replace", newline="") as stream,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        for _ in range(skip):
            stream.readline()
        shutil.copyfileobj(stream, target, 1 << 20)


def _write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def _copy_at_most(stream: object, target: object, size: int) -> None:
    """Copy what the archive promised and no more."""
    left = size
    while left > 0 and (block := stream.read(min(left, 1 << 20))):  # type: ignore[attr-defined]
        target.write(block)  # type: ignore[attr-defined]
        left -= len(block)


def _decoded(content: bytes) -> tuple[str, str]:
    """Text of the beginning of a file, and its encoding."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "utf-16"
    if encoding := utf16_without_mark(content):
        return content.decode(encoding, errors="replace"), encoding
    try:
        # A character cut in two at the end of the block is no fault.
        return content.decode("utf-8-sig"), "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3 and len(content) >= _HEAD_BYTES:
            return content[: error.start].decode("utf-8-sig"), "utf-8"
        return content.decode("cp1252", errors="replace"), "cp1252"


def _sum_and_lines(path: Path) -> tuple[str, int]:
    """The checksum of a file and how many ends of lines it has."""
    import numpy as np  # noqa: PLC0415 - counts in a fifth of the time of bytes; only visits need it

    sha256, lines = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            sha256.update(block)
            lines += int(np.count_nonzero(np.frombuffer(block, np.uint8) == _LINE_END))
    return sha256.hexdigest(), lines


def _sample(path: Path, delimiter: str) -> Iterator[list[str]]:
    """Rows from all parts of a file: evidence that the reading of the whole file is checked against."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        yield from _rows(stream.read(_HEAD_BYTES), delimiter)
        if size > _HEAD_BYTES:
            for number in range(1, _BLOCKS + 1):
                stream.seek(_HEAD_BYTES + (size - _HEAD_BYTES) * number // (_BLOCKS + 1))
                yield from _rows(stream.read(_BLOCK_BYTES), delimiter)


def _rows(block: bytes, delimiter: str) -> Iterator[list[str]]:
    """The rows of a block; the first line may be cut, and is left out."""
    lines = block.decode("utf-8", errors="replace").splitlines()
    try:
        yield from (row for row in csv.reader(io.StringIO("\n".join(lines[1:])), delimiter=delimiter) if row)
    except csv.Error:
        return
