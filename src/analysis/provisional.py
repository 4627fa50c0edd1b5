"""Notes, remarks and names by which figures are not final or not complete: told at their place, and never quoted whole.

A note may name a person; only the words of ``layouts.yml`` and the names of facilities of the table are repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.blocks import Block
from analysis.layouts import MEASURED, Layouts
from analysis.ledger import Finding
from analysis.names import facility_name
from analysis.plain_words import words
from analysis.rows import Row, cell_at
from analysis.sheets import Document, Sheet
from analysis.values import Cell, clean_text, is_blank

_DONE = "angkanya tetap dipakai"
_KIND = r"(?:puskesmas|pkm|pusk|klinik|faskes|fktp|dan|serta) "


def provisional(
    sheet: Sheet, block: Block, rows: Sequence[Row], notes: Sequence[tuple[int, str]], layouts: Layouts
) -> list[Finding]:
    """Return a finding for each note that tells so of a table, or of each of its facilities that the note names.

    rows: of the table at ``block``. notes: ``notes_of`` it.
    """
    findings = [*_remarks(sheet, block, rows, layouts), *_comments(sheet, rows, layouts)]
    for index, note in notes if rows else ():
        said = layouts.provisional(note)
        if not said:
            continue
        named = _named(note, rows, layouts)
        read = f"“{said}” pada catatan baris {index + 1}"
        if named:
            findings += [row.finding("figures_provisional", "facility_name", read=read, done=_DONE) for row in named]
        elif _is_about_figures(note, layouts) and _of_month(note, rows, layouts):
            findings.append(Finding("figures_provisional", rows[0].file, sheet.name, index + 1, read=read, done=_DONE))
    return findings


def provisional_names(document: Document, sheet: Sheet, layouts: Layouts) -> list[Finding]:
    """Return a finding for the name of a sheet, and for that of its file, that tells so."""
    names = (("nama lembar", sheet.name, sheet.name), ("nama berkas", document.stem, ""))
    return [
        Finding("figures_provisional", document.name, place, read=f"“{said}” pada {label}", done=_DONE)
        for label, name, place in names
        if (said := layouts.provisional_name(name))
    ]


def of_their_own_month(
    rows: list[Row], notes: Sequence[tuple[int, str]], layouts: Layouts
) -> tuple[list[Row], list[Finding]]:
    """Leave out the rows of which a note tells that their figures are those of another month.

    rows: of a table. notes: ``notes_of`` it; one that names no facility is about all of them.
    """
    findings = []
    for index, note in notes:
        borrowed = {id(row): said for row in rows if (said := layouts.borrowed_from(note, row.month.month))}
        if not borrowed:
            continue
        meant = [row for row in _named(note, rows, layouts, of_month=False) or rows if id(row) in borrowed]
        for row in meant:
            read = f"“{borrowed[id(row)]}” pada catatan baris {index + 1}"
            findings.append(row.finding("row_month_clash", read=read, done="baris tidak dipakai"))
        left_out = set(map(id, meant))
        rows = [row for row in rows if id(row) not in left_out]
    return rows, findings


def notes_of(sheet: Sheet, block: Block) -> list[tuple[int, str]]:
    """Return the lines of text above a table and below it, with their rows from 0."""
    measured = [h.position for h in block.headings if h.reading.role in MEASURED]
    notes = []
    for index in (*range(block.title, block.top), *range(block.bottom + 1, block.end)):
        cells = sheet.rows[index]
        if not all(_is_no_figure(cell_at(cells, place)) for place in measured):
            continue
        texts = dict.fromkeys(clean_text(cell) for cell in cells if isinstance(cell, str) and not is_blank(cell))
        if texts:
            notes.append((index, " ".join(texts)))
    return notes


def _is_no_figure(cell: Cell) -> bool:
    """True for a blank cell, and for the text of a note that begins or is merged there."""
    return is_blank(cell) or (isinstance(cell, str) and any(map(str.isalpha, cell)))


def _is_about_figures(note: str, layouts: Layouts) -> bool:
    said = words(note).split()
    return not layouts.told_figures.isdisjoint(said)


def _of_month(note: str, rows: Sequence[Row], layouts: Layouts) -> bool:
    """Whether a note names no month, or one of the table."""
    named = {month.month for month in layouts.months_in(note, dates=False)}
    return not named or any(row.month.month in named for row in rows)


def _named(note: str, rows: Sequence[Row], layouts: Layouts, *, of_month: bool = True) -> list[Row]:
    """The rows whose facility a note names behind its kind, "Pkm Meliau".

    of_month: those of the months that it names, if any; default True.
    """
    said = words(note)
    months = {month.month for month in layouts.months_in(note, dates=False)} if of_month else set()
    found = []
    for row in rows:
        own = facility_name(row.name)
        name = " ".join((*own.words, *own.numbers))
        if name and re.search(rf"\b{_KIND}(?:[a-z]+ )?{re.escape(name)}\b", said):
            found.append(row)
    return [row for row in found if not months or row.month.month in months]


def _comments(sheet: Sheet, rows: Sequence[Row], layouts: Layouts) -> Iterator[Finding]:
    """Findings for the cells of facilities on which a comment hangs: what it tells, or that it should be read."""
    for row in rows if sheet.comments else ():
        for role, column in row.columns.items():
            comment = sheet.comments.get((row.row - 1, column))
            if comment is None:
                continue
            if said := layouts.provisional(comment):
                yield row.finding("figures_provisional", role, read=f"“{said}” pada komentar sel", done=_DONE)
            elif role in MEASURED:
                yield row.finding("cell_commented", role, read="komentar sel", done=_DONE)


def _remarks(sheet: Sheet, block: Block, rows: Sequence[Row], layouts: Layouts) -> Iterator[Finding]:
    """Findings for rows whose own remark tells so: "data belum lengkap" in a column of remarks."""
    remarks = [heading for heading in block.headings if heading.reading.role in {None, "ignored"}]
    told: dict[str, str] = {}
    for row in rows:
        for heading in remarks:
            remark = cell_at(sheet.rows[row.row - 1], heading.position)
            if not isinstance(remark, str):
                continue
            if remark not in told:
                said = layouts.provisional(remark)
                about = words(remark) == said or _is_about_figures(remark, layouts)
                told[remark] = said if about else ""
            if said := told[remark]:
                yield row.finding("figures_provisional", read=f"“{said}” pada kolom “{heading.text}”", done=_DONE)
