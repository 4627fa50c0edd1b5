"""Sheets written as files of each kind that arrives."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import struct
from typing import Literal

import openpyxl
import xlsxwriter
from workbook_files import compound, ods

from corpus.sheets import Cell, Commented, Crossed, Formula, Pieces, Sheet, Shown

DATE_FORMAT = "dd/mm/yyyy"


def xlsx(*sheets: Sheet) -> bytes:
    """A workbook as Excel writes it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        formats = {DATE_FORMAT: book.add_format({"num_format": DATE_FORMAT})}
        for one in sheets:
            sheet = book.add_worksheet(one.name)
            for number, row in enumerate(one.rows):
                if row.hidden:
                    sheet.set_row(number, None, None, {"hidden": True})
                for column, cell in enumerate(row.cells):
                    _write(book, sheet, (number, column), cell, formats)
            places = {id(row): number for number, row in enumerate(one.rows)}
            for merge in one.merges:
                top, bottom = places[id(merge.first)], places[id(merge.last)]
                text = merge.first.cells[merge.left]
                sheet.merge_range(top, merge.left, bottom, merge.right, text)
            if one.hidden:
                sheet.hide()
        if all(sheet.hidden for sheet in sheets):
            raise ValueError("a workbook needs a sheet that is seen")
        next(s for s in book.worksheets() if not s.hidden).activate()
    return buffer.getvalue()


def _write(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    cell: Cell,
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    number_format = cell.number_format if isinstance(cell, Shown) else None
    value = cell.value if isinstance(cell, Shown) else cell
    if number_format and number_format not in formats:
        formats[number_format] = book.add_format({"num_format": number_format})
    if isinstance(value, Commented):
        sheet.write(*place, value.value)
        sheet.write_comment(*place, value.text)
    elif isinstance(value, Crossed | Pieces):
        _marked(book, sheet, place, value)
    elif isinstance(value, Formula):
        sheet.write_formula(*place, value.text, None, value.value)
    elif isinstance(value, dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        sheet.write_datetime(*place, moment, formats[number_format or DATE_FORMAT])
    elif isinstance(value, str):
        sheet.write_string(*place, value)
    elif value is not None:
        sheet.write(*place, value, formats.get(number_format or ""))


def _marked(
    book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, place: tuple[int, int], cell: Crossed | Pieces
) -> None:
    if isinstance(cell, Crossed):
        sheet.write(*place, cell.value, book.add_format({"font_strikeout": True}))
    else:
        sheet.write_rich_string(*place, cell.before, book.add_format({cell.how: 1}), cell.piece, cell.after or " ")


def without_values(*sheets: Sheet) -> bytes:
    """A workbook as other programs write it: formulas without their results."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for one in sheets:
        sheet = book.create_sheet(one.name)
        for row in one.rows:
            sheet.append([cell.text if isinstance(cell, Formula) else cell for cell in row.cells])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _text(cell: Cell) -> str:
    value = cell.value if isinstance(cell, Formula | Shown) else cell
    return "" if value is None else f"{value:{'%d/%m/%Y'}}" if isinstance(value, dt.date) else str(value)


def csv_bytes(
    sheet: Sheet,
    delimiter: str = ";",
    encoding: str = "utf-8",
    *,
    ends: str = "\n",
    quoted: bool = False,
    raw: bool = False,
) -> bytes:
    """A text file. raw: cells joined as they are, without quotes, as careless programs do."""
    if raw:
        text = "".join(delimiter.join(map(_text, row.cells)) + ends for row in sheet.rows)
    else:
        buffer = io.StringIO()
        quoting: Literal[0, 1] = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(buffer, delimiter=delimiter, lineterminator=ends, quoting=quoting)
        writer.writerows([_text(cell) for cell in row.cells] for row in sheet.rows)
        text = buffer.getvalue()
    return text.encode(encoding)


def html_table(sheet: Sheet) -> bytes:
    """A web page with one table, as web applications save “Excel”."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_text(cell))}</td>" for cell in row.cells) + "</tr>\n" for row in sheet.rows
    )
    return f'<html><head><meta charset="utf-8"></head><body><table border="1">\n{rows}</table></body></html>'.encode()


def xml_2003(*sheets: Sheet) -> bytes:
    """An XML spreadsheet of Excel 2003."""

    def cell(value: Cell) -> str:
        if isinstance(value, dt.date):
            return f'<Cell><Data ss:Type="DateTime">{value:%Y-%m-%d}T00:00:00.000</Data></Cell>'
        kind = "Number" if isinstance(value, int | float) else "String"
        return f'<Cell><Data ss:Type="{kind}">{html.escape(_text(value))}</Data></Cell>'

    tables = "".join(
        f'<Worksheet ss:Name="{html.escape(one.name)}"><Table>'
        + "".join(f"<Row>{''.join(map(cell, row.cells))}</Row>" for row in one.rows)
        + "</Table></Worksheet>"
        for one in sheets
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}">{tables}</Workbook>'
    ).encode()


def opendocument(sheet: Sheet) -> bytes:
    """A spreadsheet of LibreOffice."""

    def cell(value: Cell) -> str:
        text = f"<text:p>{html.escape(_text(value))}</text:p>"
        if isinstance(value, dt.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value:%Y-%m-%d}">{text}</table:table-cell>'
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}">{text}</table:table-cell>'
        return (
            f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
            if value
            else "<table:table-cell/>"
        )

    rows = "".join(f"<table:table-row>{''.join(map(cell, row.cells))}</table:table-row>" for row in sheet.rows)
    return ods(rows, sheet.name)


def xls(sheet: Sheet) -> bytes:
    """A workbook of Excel 97–2003, [MS-XLS]: LABEL for texts, NUMBER for numbers; dates become texts."""

    def record(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    end = record(0x000A)
    name = sheet.name.encode("latin-1")

    def bound(position: int) -> bytes:
        return record(0x0085, struct.pack("<IBBBB", position, 0, 0, len(name), 0) + name)

    width = max(len(row.cells) for row in sheet.rows)
    body = begin + record(0x0200, struct.pack("<IIHHH", 0, len(sheet.rows), 0, width, 0))
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row.cells):
            if isinstance(value, int | float):
                body += record(0x0203, struct.pack("<HHHd", number, column, 0, value))
            elif value is not None and _text(value):
                text = _text(value).encode("utf-16-le")
                body += record(0x0204, struct.pack("<HHHHB", number, column, 0, len(text) // 2, 1) + text)
    top = begin + bound(0) + end
    return compound(begin + bound(len(top)) + end + body + end)


def tabs(sheet: Sheet) -> bytes:
    """Tab-separated text, as old programs save “.xls”."""
    return csv_bytes(sheet, "\t", "cp1252", ends="\r\n")
