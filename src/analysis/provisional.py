"""Notes, remarks and names by which figures are not final or not complete: told at their place, and never quoted whole.

A note may name a person; only the words of ``layouts.yml`` and the names of facilities of the table are repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.blocks import Block
from analysis.layouts import COUNT_ROLES, PRINTED, Layouts
from analysis.ledger import Finding
from analysis.names import facility_name
from analysis.plain_words import words
from analysis.rows import Row, cell_at
from analysis.sheets import Document, Sheet
from analysis.values import Cell, clean_text, is_blank

_DONE = "angkanya tetap dipakai"
_KIND = r"(?:puskesmas|pkm|pusk|klinik|faskes|fktp|dan|serta) "


def provisional(document: Document, sheet: Sheet, block: Block, rows: Sequence[Row], layouts: Layouts) -> list[Finding]:
    """Return a finding for each note that tells so of a table, or of each of its facilities that the note names.

    rows: of the table at ``block``.
    """
    if not rows:
        return []
    findings = [*_remarks(sheet, block, rows, layouts)]
    for index, note in _notes(sheet, block):
        said = layouts.provisional(note)
        if not said:
            continue
        named = _named(note, rows, layouts)
        read = f"“{said}” pada catatan baris {index + 1}"
        if named:
            findings += [row.finding("figures_provisional", "facility_name", read=read, done=_DONE) for row in named]
        elif _is_about_figures(note, layouts) and _of_month(note, rows, layouts):
            place = (document.name, sheet.name, index + 1)
            findings.append(Finding("figures_provisional", *place, read=read, done=_DONE))
    for label, name, of_sheet in (("nama lembar", sheet.name, sheet.name), ("nama berkas", document.stem, "")):
        if said := layouts.provisional_name(name):
            read = f"“{said}” pada {label}"
            findings.append(Finding("figures_provisional", document.name, of_sheet, read=read, done=_DONE))
    return findings


def _notes(sheet: Sheet, block: Block) -> Iterator[tuple[int, str]]:
    """The lines of text above a table and below it, with their rows from 0."""
    measured = [h.position for h in block.headings if h.reading.role in {*COUNT_ROLES, *PRINTED}]
    for index in (*range(block.title, block.top), *range(block.bottom + 1, block.end)):
        cells = sheet.rows[index]
        texts = list(dict.fromkeys(clean_text(cell) for cell in cells if isinstance(cell, str) and not is_blank(cell)))
        if texts and all(_is_no_figure(cell_at(cells, place)) for place in measured):
            yield index, " ".join(texts)


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


def _named(note: str, rows: Sequence[Row], layouts: Layouts) -> list[Row]:
    """The rows whose facility a note names behind its kind, "Pkm Meliau", of the months that it names, if any."""
    said = words(note)
    months = {month.month for month in layouts.months_in(note, dates=False)}
    found = []
    for row in rows:
        own = facility_name(row.name)
        name = " ".join((*own.words, *own.numbers))
        if name and re.search(rf"\b{_KIND}(?:[a-z]+ )?{re.escape(name)}\b", said):
            found.append(row)
    return [row for row in found if not months or row.month.month in months]


def _remarks(sheet: Sheet, block: Block, rows: Sequence[Row], layouts: Layouts) -> Iterator[Finding]:
    """Findings for rows whose own remark tells so: "data belum lengkap" in a column of remarks."""
    remarks = [heading for heading in block.headings if heading.reading.role in {None, "ignored"}]
    for row in rows:
        for heading in remarks:
            remark = clean_text(cell_at(sheet.rows[row.row - 1], heading.position))
            said = layouts.provisional(remark)
            if said and (words(remark) == said or _is_about_figures(remark, layouts)):
                yield row.finding("figures_provisional", read=f"“{said}” pada kolom “{heading.text}”", done=_DONE)
