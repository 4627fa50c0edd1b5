"""The files of a district that hold facility-months, and again those with tables of single indicators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from analysis.corrections import Corrections
from analysis.district import District
from analysis.extract_files import ExtractFiles
from analysis.found_tables import tables_of
from analysis.headings import Headings
from analysis.joined_parts import place_of, usable
from analysis.layouts import NEEDED, whole_shares
from analysis.ledger import Finding
from analysis.named_districts import NamedDistricts
from analysis.names import FacilityName
from analysis.own_district import OwnDistrict
from analysis.part_tables import COLUMNS_MISSING, refusals
from analysis.people import Seen
from analysis.rows import Row
from analysis.sheets import Document, Sheet
from analysis.sources import SourceFile, documents, open_document, unopened
from analysis.tables import read_tables
from analysis.values import visible

FILE_NOT_USED = "berkas tidak dipakai"


@dataclass(frozen=True)
class Recaps:
    """Reads the files of a district that hold facility-months.

    seen: collects the names of persons beside the tables. newest: the latest month that can have happened; None where
    every month is possible. codes, names: of facilities, as far as they are known. places: tells a table's district.
    """

    headings: Headings
    district: District
    corrections: Corrections
    seen: Seen
    newest: pd.Period | None
    codes: frozenset[str]
    names: frozenset[FacilityName]
    places: NamedDistricts

    def read(
        self, document: Document, sheets: Sequence[Sheet], *, parts: bool = False
    ) -> tuple[list[Row], list[Finding]]:
        """Return the rows of the district's own facilities in the sheets of a file.

        parts: whether those of tables alone that lack needed columns; default False, which refuses these.
        """
        if not sheets:
            return [], []
        for sheet in sheets:
            self.seen.add(sheet.rows)
        paid_later = self.district.bulan_kapitasi == "pembayaran"
        tables, findings = read_tables(
            document, sheets, self.headings, paid_later, self.corrections, newest=self.newest, codes=self.codes,
            names=self.names, districts=self.places, parts=parts,
        )  # fmt: skip
        rows = [row for table in tables for row in table.rows]
        own = OwnDistrict(self.district)
        foreign = Counter(row.district for row in rows if row.district not in own)
        if foreign:
            read = ", ".join(f"{name} ({number} baris)" for name, number in foreign.items())
            done = f"{foreign.total()} baris kabupaten/kota lain tidak dihitung"
            findings.append(Finding("rows_other_district", document.name, read=read, done=done))
        return [row for row in rows if row.district in own], findings


@dataclass(frozen=True)
class _Apart:
    """A file with tables that lack needed columns, and what was found in it.

    refused: what was said of these tables.
    """

    document: Document
    sheets: list[Sheet]
    findings: list[Finding]
    refused: set[Finding]


@dataclass
class Read:
    """What stands in the files.

    apart: those with tables that may be parts. copies: files with the content of another one, and its name.
    """

    rows: list[Row] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    apart: list[_Apart] = field(default_factory=list)
    copies: list[tuple[Document, str]] = field(default_factory=list)

    def take(
        self,
        document: Document,
        sheets: list[Sheet],
        source: SourceFile,
        found: tuple[list[Row], list[Finding]],
        headings: Headings,
    ) -> None:
        """Add what was found in a file."""
        rows, findings = found
        self.rows += rows
        self.findings += findings
        self.files.append(_completed(source, rows))
        if refused := refusals(findings, sheets, headings):
            self.apart.append(_Apart(document, sheets, findings, refused))


def read_all(
    folder: Path,
    paths: Sequence[Path],
    recaps: Recaps,
    extracts: ExtractFiles,
    progress: Callable[[str], None] | None,
) -> Read:
    """Return what stands in the files at ``paths``; those about single participants go to ``extracts``.

    progress: called with one Indonesian line before each file; None for none.
    """
    read = Read()
    first_with: dict[str, str] = {}
    waiting: list[tuple[Document, list[Sheet], SourceFile]] = []

    for path in paths:
        if progress is not None:
            progress(f"Membaca {visible(path.relative_to(folder).as_posix())}")
        if extracts.take_file(folder, path):
            continue
        found, more = documents(folder, path)
        read.findings += [finding for finding in more if finding.file not in extracts.taken]
        if not found:
            read.files.append(unopened(folder, path))
        for document in found:
            if document.name in extracts.taken:
                continue
            source = SourceFile(document.name, document.sha256, len(document.content))
            other = first_with.setdefault(source.sha256, document.name)
            if other != document.name and document.content:
                if more := _of_another_month(document, other, [row for row in read.rows if row.file == other], recaps):
                    read.findings += more
                    read.rows = [row for row in read.rows if row.file != other]
                    read.files = [replace(f, months=(), rows=0) if f.name == other else f for f in read.files]
                    read.files.append(source)
                    continue
                read.findings.append(_copy_of(document, other))
                read.copies.append((document, other))
                read.files.append(source)
                continue
            sheets, more = open_document(document)
            read.findings += more
            if extracts.take_sheets(document.name, sheets, source):
                continue
            rows, more = recaps.read(document, sheets)
            if not rows and any(finding.kind == COLUMNS_MISSING for finding in more):
                # A column of codes without a heading is told by the codes of the other files.
                waiting.append((document, sheets, source))
                continue
            read.take(document, sheets, source, (rows, more), recaps.headings)
    recaps = replace(recaps, codes=recaps.codes | {row.code.value for row in read.rows})
    for document, sheets, source in waiting:
        read.take(document, sheets, source, recaps.read(document, sheets), recaps.headings)
    return read


def with_parts(
    read: Read, recaps: Recaps, certain: Callable[[Sequence[Row]], Sequence[Row]]
) -> tuple[Read, Corrections]:
    """Return what was read with the tables of single indicators, where they complete each other; and all corrections.

    certain: rows → those whose facility is certain. A file of which a row with all counts holds every facility-month
    already stays refused.
    """
    if not read.apart:
        return read, recaps.corrections
    codes = recaps.codes | {row.code.value for row in read.rows}
    recaps, before = replace(recaps, codes=codes, corrections=deepcopy(recaps.corrections)), recaps.corrections
    found = [(apart, *recaps.read(apart.document, apart.sheets, parts=True)) for apart in read.apart]
    if not any(rows for _, rows, _ in found):
        return read, before
    read, found = _without_copies(read, found, recaps)
    every = [*read.rows, *(row for _, rows, _ in found for row in rows)]
    places = usable(every, certain(every))
    if not places:
        return _explained(read, found, recaps), before
    for apart, rows, findings in found:
        if not rows or any(place_of(row) in places for row in rows):
            read = _with_file(read, apart, rows, findings)
    return read, recaps.corrections


_Found = list[tuple[_Apart, list[Row], list[Finding]]]


def _explained(read: Read, found: _Found, recaps: Recaps) -> Read:
    """What was read with the reasons why tables that would complete the others are refused: month, plan, list.

    Beside whole tables nobody looks for them.
    """
    tables = (
        one
        for apart, _, _ in found
        for sheet in apart.sheets
        for one in tables_of(apart.document, sheet, recaps.headings, recaps.codes, recaps.names, parts=True)[0]
    )
    held = {share for one in tables for share in whole_shares(one.head.column)}
    if read.rows or not held.issuperset(NEEDED):
        return read
    why = [
        finding
        for apart, _, findings in found
        for finding in findings
        if finding.kind.startswith(("sheet_", "part_")) and finding not in apart.findings
    ]
    return replace(read, findings=[*read.findings, *why])


def _without_copies(read: Read, found: _Found, recaps: Recaps) -> tuple[Read, _Found]:
    """The files with parts but for those of one content whose names make it that of two months."""
    clashes: dict[str, list[Finding]] = {}
    for document, other in read.copies:
        rows = [row for _, rows, _ in found for row in rows if row.file == other]
        if more := _of_another_month(document, other, rows, recaps, parts=True):
            clashes[other] = [*clashes.get(other, ()), *more]
            read = replace(read, findings=[f for f in read.findings if f != _copy_of(document, other)])
    return read, [
        (apart, [], [*findings, *clashes[apart.document.name]])
        if apart.document.name in clashes
        else (apart, rows, findings)
        for apart, rows, findings in found
    ]


def _with_file(read: Read, apart: _Apart, rows: list[Row], findings: list[Finding]) -> Read:
    """What was read with the parts of a file, in the place of the refusals of their tables."""
    name = apart.document.name
    replaced = apart.refused.difference(findings)
    told = {f.sheet for f in apart.findings if f.kind == "sheet_without_table"}
    # beside tables that are read, a sheet without one is passed over in other words
    again = {f for f in findings if f.kind == "sheet_recap" and f.sheet in told}
    new = [f for f in findings if f not in apart.findings and f not in again]
    every = [*read.rows, *rows]
    own = [row for row in every if row.file == name]
    files = [_completed(file, own) if file.name == name else file for file in read.files]
    return replace(read, rows=every, files=files, findings=[*(f for f in read.findings if f not in replaced), *new])


def _copy_of(document: Document, other: str) -> Finding:
    return Finding("file_duplicate", document.name, read=f"isi sama dengan {other}", done="dibaca satu kali")


def _of_another_month(
    document: Document, other: str, rows: Sequence[Row], recaps: Recaps, *, parts: bool = False
) -> list[Finding]:
    """Findings for two files of one content whose names make it that of two months; none where they do not.

    other, rows: the file that was read, and its rows. parts: as in ``Recaps.read``. One of the two was saved over by
    the other.
    """
    layouts = recaps.headings.layouts
    stems = (replace(document, name=other).stem, document.stem)
    first, second = map(layouts.months_of_file, stems)
    if not rows or not second or set(first) == set(second):
        return []
    again, _ = recaps.read(document, open_document(document)[0], parts=parts)
    if not again or {row.month for row in again} == {row.month for row in rows}:
        return []
    return [
        Finding("sheet_month_clash", name, read=f"isi sama dengan {copy}, yang menyebut bulan lain", done=FILE_NOT_USED)
        for name, copy in ((other, document.name), (document.name, other))
    ]


def _completed(source: SourceFile, rows: Sequence[Row]) -> SourceFile:
    layout = ", ".join(sorted({row.layout for row in rows}))
    return replace(source, layout=layout, months=tuple(sorted({str(row.month) for row in rows})), rows=len(rows))
