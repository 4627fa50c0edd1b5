"""Workbooks written byte by byte, with what no program of the office writes: stray cells, bombs, lies about sizes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>Kode PPK</t></is></c><c r="B1"><v>5</v></c></row>'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx(*sheets: str, folder: str = "xl/", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A workbook of sheets “Lembar 1”, “Lembar 2” …, each given as the rows within its sheetData."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="Lembar {n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    linked = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    root = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="{folder}workbook.xml"/>'
    return zipped({
        "_rels/.rels": f"<Relationships {_PACKAGE}>{root}</Relationships>",
        f"{folder}workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        f"{folder}_rels/workbook.xml.rels": f"<Relationships {_PACKAGE}>{linked}</Relationships>",
        **{
            f"{folder}worksheets/sheet{n}.xml": f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>"
            for n, rows in zip(numbers, sheets, strict=True)
        },
        **(more or {}),
    })  # fmt: skip


def ods(rows: str, name: str = "Mei", *, of_table: str = "", styles: str = "", manifest: str = "") -> bytes:
    """An OpenDocument spreadsheet of one table."""
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": (
            f'<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0" '
            f'xmlns:text="{space}text:1.0" xmlns:style="{space}style:1.0" xmlns:calcext="urn:org:documentfoundation:names:'
            f'experimental:calc:xmlns:calcext:1.0"><office:automatic-styles>{styles}</office:automatic-styles><office:body>'
            f'<office:spreadsheet><table:table table:name="{name}" {of_table}>{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>"
        ),
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{space}manifest:1.0">{manifest}</manifest:manifest>',
    })  # fmt: skip


def xls_record(kind: int, content: bytes = b"") -> bytes:
    """A record of .xls."""
    return struct.pack("<HH", kind, len(content)) + content


def xls(
    cells: Iterable[tuple[int, int, float]],
    dimensions: tuple[int, int, int, int] = (0, 1, 0, 1),
    *,
    more: bytes = b"",
    of_book: bytes = b"",
    kind: int = 0,
) -> bytes:
    """A .xls of one sheet “Mei” with numbers at (row, column), [MS-XLS] in [MS-CFB].

    dimensions: as announced. more: further records of the sheet. of_book: further records of the workbook.
    kind: state and type of the sheet, 0 for a visible worksheet.
    """
    begin = xls_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    end = xls_record(0x000A)

    def bound(position: int) -> bytes:
        return xls_record(0x0085, struct.pack("<IHBB", position, kind, 3, 0) + b"Mei")

    top = begin + of_book + bound(0) + end
    sheet = begin + xls_record(0x0200, struct.pack("<IIHHH", *dimensions, 0))
    sheet += b"".join(xls_record(0x0203, struct.pack("<HHHd", row, column, 0, value)) for row, column, value in cells)
    stream = begin + of_book + bound(len(top)) + end + sheet + more + end
    return compound(stream)


def compound(stream: bytes, *, circle: bool = False) -> bytes:
    """A compound file whose sectors are: allocation table, directory, stream “Workbook”."""
    size = max(len(stream), 4096)
    sectors = -(-size // 512)
    following = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 2 if circle else 0xFFFFFFFE]
    assert len(following) <= 128
    table = struct.pack("<128I", *following, *[0xFFFFFFFF] * (128 - len(following)))

    def entry(name: str, kind: int, first: int, length: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        body = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, *[0xFFFFFFFF] * 3)
        return body + bytes(36) + struct.pack("<IQ", first, length)

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry("Workbook", 2, 2, size) + bytes(256)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + table + directory + stream.ljust(sectors * 512, b"\0")


def xlsb_record(kind: int, content: bytes = b"") -> bytes:
    """A record of .xlsb."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(content)]) + content


def xlsb(cells: Iterable[tuple[int, int, float]], *, more: bytes = b"") -> bytes:
    """A .xlsb of one sheet “Mei” with numbers at (row, column), [MS-XLSB]; more: further records behind the cells."""
    record = xlsb_record

    def text(word: str) -> bytes:
        return struct.pack("<I", len(word)) + word.encode("utf-16-le")

    sheet = record(0x81) + record(0x94, bytes(16)) + record(0x91)
    for row, column, value in cells:
        sheet += record(0x00, struct.pack("<I", row) + bytes(13)) + record(5, struct.pack("<IId", column, 0, value))
    sheet += more
    sheet += record(0x92)
    book = record(0x9C, struct.pack("<II", 0, 1) + text("r1") + text("Mei")) + record(0x90) + record(0x9D)
    return zipped({
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": (
            f'<Relationships {_PACKAGE}><Relationship Id="r1" Type="{_OFFICE}/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>'
        ),
        "xl/worksheets/sheet1.bin": sheet,
    })  # fmt: skip
