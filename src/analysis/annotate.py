"""Copies of the sheets that were read, in which each doubtful cell is coloured and carries its note.

A copy holds what was read and nothing else: the headings and the cells of known columns, at the same addresses as in
the source. Whatever else stands in a source (notes, signatures, columns that are not read) stays there, for it may name
persons. The source itself is never written to; the analyst mends it there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

import pandas as pd
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from analysis import formats as fmt
from analysis import texts
from analysis.findings import LEVEL_NAMES, FindingKind
from analysis.ledger import LEVELS, Level
from analysis.paper import fit_to_paper
from analysis.private_folders import private_folder, replace_folder, told
from analysis.rows import Row
from analysis.values import Cell

FOLDER = "periksa"
"""Folder of the copies in the district's folder under data/processed; made anew by every check."""
LIST_SHEET = "Temuan"
_FILLS: dict[Level, str] = {"galat": "#f4b6a6", "peringatan": "#ffe28a", "catatan": "#cfe3f5"}
_LONGEST_NAME, _LONGEST_NOTE = 80, 2000
_LINE = 15
"""Height of a line of text, in points."""
_WIDTH, _WIDTHS = 14, {"facility_name": 40, "code_and_name": 46, "facility_type": 24, "district": 20}
"""Width of the columns of a copied sheet in characters, and of those of long words, by role."""
_BOLD = 0.9
"""Characters of a heading that fit into a column, for each that it is wide."""
_MOST_FROZEN = 10
"""Rows that may stay in sight above a table: more would leave no room for the table on a small screen."""
_NOT_IN_A_FILE_NAME = re.compile(r"[^\w .()+-]+")
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


class _Note(NamedTuple):
    """What is said at one cell: the worst level, and a text for each finding."""

    level: Level
    texts: list[str]


def write_annotated(
    rows: Sequence[Row], ledger: pd.DataFrame, kinds: Mapping[str, FindingKind], folder: Path, banner: str = ""
) -> list[Path]:
    """Write one workbook for each file with an error or a warning, and return them in the order of the files.

    rows: all rows as read. ledger: table of ``ledger.ledger_table``. folder: the district's under data/processed.
    banner: words on every sheet; default none.
    Copies of an earlier check are replaced as a whole. Raises PublishError where disk or permissions refuse.
    """
    level_of = {key: kind.level for key, kind in kinds.items()}
    serious = ledger.loc[ledger["kind"].map(level_of).isin(LEVELS[:2]) & (ledger["file"] != ""), "file"].unique()
    by_file: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_file[row.file].append(row)
    written: list[Path] = []
    with told("Salinan beranotasi", "data/processed"):
        folder.mkdir(parents=True, exist_ok=True)
        with private_folder(folder) as private:
            new = private / FOLDER
            new.mkdir()
            for file in serious:
                name = _file_name(str(file), {path.name.casefold() for path in written})
                findings = ledger[ledger["file"] == file]
                _write_book(new / name, by_file[str(file)], findings, kinds, file=str(file), banner=banner)
                written.append(folder / FOLDER / name)
            replace_folder(new, folder / FOLDER, private / "lama")
    return written


def _file_name(source: str, taken: set[str]) -> str:
    """Return 'kbk mar 24.csv' as 'kbk mar 24 csv.xlsx', another one where that is taken: never a path."""
    # A long run of digits may be the number of somebody's card.
    plain = re.sub(r"\d{9,}", "", _NOT_IN_A_FILE_NAME.sub(" ", source.replace(".", " ")))
    stem = " ".join(plain.split())[:_LONGEST_NAME].strip() or "berkas"
    name, number = f"{stem}.xlsx", 2
    while name.casefold() in taken:
        name, number = f"{stem} ({number}).xlsx", number + 1
    return name


_AS_TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
"""Options of a workbook in which whatever a file says stays text."""


def _write_book(
    path: Path,
    rows: Sequence[Row],
    findings: pd.DataFrame,
    kinds: Mapping[str, FindingKind],
    *,
    file: str,
    banner: str,
) -> None:
    with Workbook(str(path), _AS_TEXT) as book:
        # The same findings give the same bytes.
        book.set_properties({"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC), "title": file})
        sheets: dict[str, list[Row]] = {}
        for row in rows:
            sheets.setdefault(row.sheet, []).append(row)
        listing = book.add_worksheet(LIST_SHEET)
        names = _sheet_names(sheets)
        _write_list(book, listing, findings, kinds, names, file=file, banner=banner)
        for sheet, of_sheet in sheets.items():
            notes = _notes(findings[findings["sheet"] == sheet], of_sheet, kinds)
            _write_sheet(book, book.add_worksheet(names[sheet]), of_sheet, notes, banner)


def _sheet_names(sheets: Iterable[str]) -> dict[str, str]:
    """Return source name → name in the copy: as it is where Excel allows it, else as near as it allows."""
    names: dict[str, str] = {}
    taken = {LIST_SHEET.casefold(), "history"}
    for sheet in sheets:
        stem = _NOT_IN_A_SHEET_NAME.sub(" ", sheet).strip("' ")[:31] or "Data"
        name, number = stem, 2
        while name.casefold() in taken:
            name, number = f"{stem[:26]} ({number})", number + 1
        taken.add(name.casefold())
        names[sheet] = name
    return names


def _notes(
    findings: pd.DataFrame, rows: Sequence[Row], kinds: Mapping[str, FindingKind]
) -> dict[tuple[int, int], _Note]:
    """Return (row, column) from 0 → what is said there; a finding without a cell is said at its row's first cell."""
    first = min((min(row.columns.values()) for row in rows if row.columns), default=0)
    notes: dict[tuple[int, int], _Note] = {}
    for finding in findings.itertuples():
        kind = kinds[str(finding.kind)]
        places = [xl_cell_to_rowcol(cell) for cell in str(finding.cell).split(", ") if cell]
        if not places and not pd.isna(finding.row):
            places = [(int(finding.row) - 1, first)]
        read = f"\nTerbaca: {finding.read}" if finding.read else ""
        done = f"\nYang dilakukan: {finding.done}" if finding.done else ""
        text = f"{LEVEL_NAMES[kind.level]}: {kind.title}{read}{done}\nYang dapat dilakukan: {kind.advice}"
        for place in places:
            before = notes.get(place, _Note(kind.level, []))
            worst = min(before.level, kind.level, key=LEVELS.index)
            notes[place] = _Note(worst, [*before.texts, text])
    return notes


def _write_sheet(
    book: Workbook, sheet: Worksheet, rows: Sequence[Row], notes: Mapping[tuple[int, int], _Note], banner: str
) -> None:
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    cells: dict[tuple[int, int], Cell] = {}
    for row in rows:
        for role, column in row.columns.items():
            if row.head:
                cells.setdefault((row.head - 1, column), row.headings.get(role, ""))
                sheet.write_string(row.head - 1, column, row.headings.get(role, ""), heading)
            cells[row.row - 1, column] = _cell(row, role)
    heads = {row.head - 1 for row in rows if row.head}
    for place in sorted({*cells, *notes}):
        note = notes.get(place)
        if place[0] in heads and note is None:
            continue
        style = {} if note is None else {"bg_color": _FILLS[note.level], "border": 1, "border_color": "#888888"}
        _write(book, sheet, place, cells.get(place), style)
        if note is not None:
            text = "\n\n".join(note.texts)[:_LONGEST_NOTE]
            size = {"width": 320, "height": min(90 + 16 * text.count("\n") + len(text) // 3, 460)}
            sheet.write_comment(*place, text, {"author": "kbk check", "font_size": 9, **size})
    last = max((column for _, column in cells), default=0)
    widths = dict.fromkeys(range(last + 1), _WIDTH)
    widths |= {row.columns[role]: width for role, width in _WIDTHS.items() for row in rows if role in row.columns}
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    for head in heads:
        words = [wrap(str(cells.get((head, column)) or ""), int(width * _BOLD)) for column, width in widths.items()]
        sheet.set_row(head, _LINE * max(1, *map(len, words)))
    if len(heads) == 1 and head < _MOST_FROZEN:
        sheet.freeze_panes(head + 1, 0)
        sheet.repeat_rows(head)
    fit_to_paper(sheet)
    if notes:
        worst = min((note.level for note in notes.values()), key=LEVELS.index)
        sheet.set_tab_color(_FILLS[worst])
    if banner:
        sheet.write_string(0, last + 2, banner, book.add_format({"bold": True, "font_color": "#a33b00"}))
        sheet.set_header(f"&C&B{banner}")


def _cell(row: Row, role: str) -> Cell:
    """What stood in the column of a role; what identifies the row as it was understood."""
    if role in row.cells:
        return row.cells[role]
    known: dict[str, Cell] = {
        "district": row.district,
        "facility_code": row.code_text,
        "code_and_name": row.code_text,
        "facility_name": row.name,
        "facility_type": row.type_word,
        "month": fmt.month(row.raw_month),
        "service_month": fmt.month(row.raw_month),
    }
    return known.get(role)


def _write(book: Workbook, sheet: Worksheet, place: tuple[int, int], cell: Cell, style: Mapping[str, Any]) -> None:
    made = book.add_format({**style, **({"num_format": "dd-mm-yyyy"} if isinstance(cell, dt.date) else {})})
    if cell is None or cell == "":
        sheet.write_blank(*place, None, made)
    elif isinstance(cell, bool):
        sheet.write_boolean(*place, cell, made)
    elif isinstance(cell, int | float):
        sheet.write_number(*place, cell, made)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(*place, cell, made)
    else:
        sheet.write_string(*place, str(cell), made)


def _write_list(
    book: Workbook,
    sheet: Worksheet,
    findings: pd.DataFrame,
    kinds: Mapping[str, FindingKind],
    names: Mapping[str, str],
    *,
    file: str,
    banner: str,
) -> None:
    title = book.add_format({"bold": True, "font_size": 14})
    alert = book.add_format({"bold": True, "font_color": "#a33b00"})
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#e3e7eb"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    link = book.add_format({"font_color": "#0a4f8a", "underline": 1, "valign": "top"})
    sheet.write_string(0, 0, texts.ANNOTATED_TITLE.format(file=file), title)
    sheet.write_string(1, 0, banner or texts.ANNOTATED_NOTE, alert if banner else None)
    if banner:
        sheet.write_string(2, 0, texts.ANNOTATED_NOTE)
        sheet.set_header(f"&C&B{banner}")
    top = 4
    for column, (words, width) in enumerate(texts.ANNOTATED_COLUMNS):
        sheet.write_string(top, column, words, heading)
        sheet.set_column(column, column, width)
    order = findings.assign(level=findings["kind"].map(lambda key: LEVELS.index(kinds[str(key)].level)))
    order = order.sort_values(["level", "sheet", "row", "column"], kind="stable")
    for number, finding in enumerate(order.itertuples(), start=1):
        kind = kinds[str(finding.kind)]
        line, lines = top + number, 1
        level = book.add_format({"bg_color": _FILLS[kind.level], "valign": "top"})
        sheet.write_number(line, 0, number, wrapped)
        sheet.write_string(line, 1, LEVEL_NAMES[kind.level], level)
        sheet.write_string(line, 2, str(finding.sheet), wrapped)
        where = str(finding.cell) or ("" if pd.isna(finding.row) else f"baris {int(finding.row)}")
        target = str(finding.cell).split(", ")[0] or ("" if pd.isna(finding.row) else f"A{int(finding.row)}")
        if target and finding.sheet in names:
            quoted = names[str(finding.sheet)].replace("'", "''")
            sheet.write_url(line, 3, f"internal:'{quoted}'!{target}", link, where)
        else:
            sheet.write_string(line, 3, where, wrapped)
        month = "" if not finding.month else fmt.month(pd.Period(str(finding.month), "M"))
        who = fmt.facility(str(finding.facility_name or finding.facility_code))
        for column, text in enumerate(
            (who, month, kind.title, str(finding.read), str(finding.done), kind.advice), start=4
        ):
            sheet.write_string(line, column, text, wrapped)
            lines = max(lines, len(wrap(text, int(1.1 * texts.ANNOTATED_COLUMNS[column][1]))))
        # LibreOffice does not make a row of a new workbook as high as its text, and writes over the rows below.
        sheet.set_row(line, _LINE * lines)
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, top + max(1, len(order)), len(texts.ANNOTATED_COLUMNS) - 1)
    fit_to_paper(sheet)
    sheet.repeat_rows(top)
