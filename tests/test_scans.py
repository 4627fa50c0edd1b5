"""What is told of sheets in .xls, .xlsb and .ods beyond the values that readers give."""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Iterable

import pytest
import xlsxwriter
from workbook_files import ods, xls, xls_record, xlsb, xlsb_record, zipped

from analysis.ledger import Finding
from analysis.sheets import Document, Sheet
from analysis.sources import open_document
from analysis.values import FORMULA_WITHOUT_VALUE, Fault, Struck


def opened(content: bytes, name: str = "kbk") -> Sheet:
    sheets, findings = open_document(Document(name, content))
    assert findings == []
    return sheets[0]


def told(content: bytes) -> list[Finding]:
    sheets, findings = open_document(Document("kbk", content))
    assert sheets == []
    return findings


# Numbers of the errors: [MS-XLS] 2.5.10 Bes, [MS-XLSB] 2.5.97.2
NUMBERS = [
    (0x00, "#NULL!"),
    (0x07, "#DIV/0!"),
    (0x0F, "#VALUE!"),
    (0x17, "#REF!"),
    (0x1D, "#NAME?"),
    (0x24, "#NUM!"),
    (0x2A, "#N/A"),
]


def xls_formula(row: int, column: int, result: bytes) -> bytes:
    return xls_record(0x0006, struct.pack("<HHH", row, column, 0) + result + bytes(8))


@pytest.mark.parametrize(("number", "error"), NUMBERS)
def test_errors_of_xls_are_told_from_blanks_typed_or_computed(number: int, error: str) -> None:
    typed = xls_record(0x0205, struct.pack("<HHHBB", 1, 0, 0, number, 1))
    false = xls_record(0x0205, struct.pack("<HHHBB", 1, 1, 0, 0, 0))
    computed = xls_formula(2, 1, struct.pack("<BBBBBBH", 2, 0, number, 0, 0, 0, 0xFFFF))
    rows = opened(xls([(0, 0, 5.0)], (0, 3, 0, 2), more=typed + false + computed)).rows
    assert rows == [[5, ""], [error, False], ["", error]]
    assert isinstance(rows[1][0], Fault)
    assert isinstance(rows[2][1], Fault)


def test_a_number_of_a_formula_whose_bytes_look_like_an_error_is_a_number() -> None:
    computed = xls_formula(0, 0, struct.pack("<d", 1234.0))
    assert opened(xls([], more=computed)).rows == [[1234]]


def test_formulas_of_xls_that_no_program_computed_are_told_and_an_empty_text_is_blank() -> None:
    empty = struct.pack("<BBBBBBH", 3, 0, 0, 0, 0, 0, 0xFFFF)
    never = xls_formula(0, 1, empty) + xls_formula(1, 1, empty)
    assert [row[1] for row in opened(xls([(0, 0, 5.0), (1, 0, 6.0)], (0, 2, 0, 2), more=never)).rows] == [
        FORMULA_WITHOUT_VALUE
    ] * 2
    computed = never + xls_formula(2, 1, struct.pack("<d", 7.0))
    rows = opened(xls([(0, 0, 5.0), (1, 0, 6.0)], (0, 3, 0, 2), more=computed)).rows
    assert [row[1] for row in rows] == ["", "", 7]


def test_an_error_in_a_chart_of_a_sheet_is_none_of_the_sheet() -> None:
    chart = (
        xls_record(0x0809, bytes(16)) + xls_record(0x0205, struct.pack("<HHHBB", 0, 0, 0, 7, 1)) + xls_record(0x000A)
    )
    assert opened(xls([(1, 0, 5.0)], (0, 2, 0, 1), more=chart)).rows == [[""], [5]]


@pytest.mark.parametrize(("number", "error"), NUMBERS)
def test_errors_of_xlsb_are_told_from_blanks_typed_or_computed(number: int, error: str) -> None:
    more = (
        xlsb_record(0, struct.pack("<I", 1) + bytes(13)) + xlsb_record(3, struct.pack("<IIB", 0, 0, number))
        + xlsb_record(11, struct.pack("<IIB", 1, 0, number) + bytes(10))
    )  # fmt: skip
    rows = opened(xlsb([(0, 0, 5.0)], more=more)).rows
    assert rows == [[5], [error, error]]
    assert isinstance(rows[1][0], Fault)


def test_merged_cells_of_xlsb_are_filled() -> None:
    more = xlsb_record(176, struct.pack("<4I", 0, 1, 0, 0))
    sheet = opened(xlsb([(0, 0, 5.0), (1, 1, 6.0)], more=more))
    assert sheet.rows == [[5, ""], [5, 6]]
    assert sheet.merged == {(0, 0), (1, 0)}


def ods_row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def ods_cell(text: str, attributes: str = 'office:value-type="string"') -> str:
    return f"<table:table-cell {attributes}>{text and f'<text:p>{text}</text:p>'}</table:table-cell>"


# As LibreOffice 7.4 writes an error and a formula that was never computed.
ERROR = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'


def test_errors_and_formulas_without_value_of_ods_are_told_from_blanks() -> None:
    rows = opened(
        ods(
            ods_row(
                ods_cell("#DIV/0!", ERROR),
                ods_cell("Err:502", ERROR),
                ods_cell("", 'table:formula="of:=1+1"'),
                ods_cell("a"),
            )
        )
    ).rows
    assert rows == [["#DIV/0!", "Err:502", FORMULA_WITHOUT_VALUE, "a"]]
    assert all(isinstance(cell, Fault) for cell in rows[0][:3])


def test_errors_of_ods_are_repeated_with_their_rows_and_columns() -> None:
    twice = ods_cell("#N/A", f'{ERROR} table:number-columns-repeated="2"')
    row = f'<table:table-row table:number-rows-repeated="2">{twice}'
    rows = opened(ods(ods_row(ods_cell("a")) + row + ods_cell("b") + "</table:table-row>")).rows
    assert rows == [["a", "", ""], ["#N/A", "#N/A", "b"], ["#N/A", "#N/A", "b"]]


def test_errors_without_end_are_refused() -> None:
    rows = ods_row(ods_cell("#N/A", f"{ERROR} table:number-columns-repeated='15000'")).replace(
        "<table:table-row>", '<table:table-row table:number-rows-repeated="100">'
    )
    (finding,) = told(ods(rows))
    assert finding.kind == "file_unreadable"


def test_merged_cells_of_ods_are_filled() -> None:
    wide = ods_cell(
        "Sanggau", 'office:value-type="string" table:number-columns-spanned="2" table:number-rows-spanned="2"'
    )
    covered = "<table:covered-table-cell/>"
    sheet = opened(ods(ods_row(wide, covered, ods_cell("a")) + ods_row(covered, covered, ods_cell("b"))))
    assert sheet.rows == [["Sanggau", "Sanggau", "a"], ["Sanggau", "Sanggau", "b"]]
    assert sheet.merged == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_values_of_ods_are_those_and_not_how_they_are_shown() -> None:
    row = ods_row(
        ods_cell("14,57%", 'office:value-type="percentage" office:value="0.1457"'), ods_cell("-", 'office:value-type="float" office:value="0"'),
        ods_cell("Mar 24", 'office:value-type="date" office:date-value="2024-03-01"'), ods_cell("0001"),
        ods_cell("1.234", 'office:value-type="float" office:value="1234"'),
    )  # fmt: skip
    assert opened(ods(row)).rows == [[0.1457, 0, dt.date(2024, 3, 1), "0001", 1234]]


def test_a_note_at_a_cell_of_ods_is_no_part_of_it() -> None:
    note = "<office:annotation><text:p>9</text:p></office:annotation><text:p>5</text:p>"
    cell = f'<table:table-cell office:value-type="string">{note}</table:table-cell>'
    assert opened(ods(ods_row(cell, ods_cell("a")))).rows == [["5", "a"]]


def test_a_hidden_sheet_of_ods_is_named() -> None:
    style = '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>'
    (finding,) = told(ods(ods_row(ods_cell("a")), styles=style, of_table='table:style-name="ta1"'))
    assert (finding.kind, finding.read) == ("sheet_hidden", "“Mei”")


def test_a_locked_ods_is_told() -> None:
    locked = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    (finding,) = told(ods("", manifest=locked))
    assert "kata sandi" in finding.read


def test_a_locked_xls_is_told() -> None:
    (finding,) = told(xls([(0, 0, 1.0)], of_book=xls_record(0x002F, bytes(6))))
    assert "kata sandi" in finding.read


@pytest.mark.parametrize("state", [1, 2])
def test_hidden_and_very_hidden_sheets_of_xls_are_named(state: int) -> None:
    (finding,) = told(xls([(0, 0, 1.0)], kind=state))
    assert (finding.kind, finding.read) == ("sheet_hidden", "“Mei”")


def test_a_sheet_of_macros_is_told_and_a_chart_is_not() -> None:
    (finding,) = told(xls([(0, 0, 1.0)], kind=0x0100))
    assert (finding.kind, finding.read) == ("sheet_of_macros", "“Mei”")
    (finding,) = told(xls([(0, 0, 1.0)], kind=0x0200))
    assert "tidak berisi lembar kerja" in finding.read


@pytest.mark.parametrize("kind", [0, 2, 3, 5, 7, 11])
def test_a_record_of_xlsb_that_is_too_short_is_refused(kind: int) -> None:
    # Readers take the missing bytes from the record before: with 0xFFFFFFFF for a column they ask for 80 GB.
    more = xlsb_record(90, b"\xff" * 64) + xlsb_record(kind)
    (finding,) = told(xlsb([(0, 0, 5.0)], more=more))
    assert "rusak" in finding.read


def test_a_sheet_of_xlsb_without_its_part_makes_no_reader_complain(capfd: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsb([(0, 0, 5.0)]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    relations = "xl/_rels/workbook.bin.rels"
    (finding,) = told(zipped({**parts, relations: parts[relations].replace(b'Id="r1"', b'Id="r2"')}))
    assert "rusak" in finding.read
    assert capfd.readouterr().err == ""


def test_more_strings_than_bytes_are_refused_in_xlsb_too() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsb([(0, 0, 5.0)]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strings = xlsb_record(159, struct.pack("<II", 1, 0x7FFFFFFF)) + xlsb_record(160)
    (finding,) = told(zipped({**parts, "xl/sharedStrings.bin": strings}))
    assert "rusak" in finding.read


@pytest.mark.parametrize(("system", "day"), [(0, dt.date(2024, 3, 1)), (1, dt.date(2028, 3, 2))])
def test_dates_of_xls_follow_the_date_system_of_the_workbook(system: int, day: dt.date) -> None:
    # 45,352 days since 30 December 1899 is 1 March 2024; the system of 1904 counts from 1 January 1904, 1,462 days later.
    of_book = xls_record(0x0022, struct.pack("<H", system)) + xls_record(0x00E0, struct.pack("<HH", 0, 14) + bytes(16))
    assert opened(xls([(0, 0, 45352.0)], of_book=of_book)).rows == [[day]]


@pytest.mark.parametrize("system_of_1904", [False, True])
def test_values_of_xlsx_are_those_and_not_how_they_are_shown(system_of_1904: bool) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": system_of_1904}) as book:
        sheet = book.add_worksheet()

        def write(column: int, value: object, shown: str) -> None:
            sheet.write(0, column, value, book.add_format({"num_format": shown}))

        write(0, dt.datetime(2024, 3, 1), "mmm yy")
        write(1, dt.datetime(2024, 3, 1), "[$-421]mmmm yyyy")
        write(2, 0.1457, "0.00%")
        write(3, 0, '#,##0;-#,##0;"-"')
        write(4, 45352, '#,##0 "hari"')
        write(5, 1500, '0 "‰"')
        sheet.write_string(0, 6, "000123456789012345")
        sheet.write_string(0, 7, "0114E005")
        write(8, dt.datetime(2024, 3, 1, 13, 5), "d/m/yyyy hh:mm")
    assert opened(buffer.getvalue()).rows == [
        [dt.date(2024, 3, 1), dt.date(2024, 3, 1), 0.1457, 0, 45352, 1500, "000123456789012345", "0114E005",
         dt.datetime(2024, 3, 1, 13, 5)],
    ]  # fmt: skip


def test_rows_hidden_by_a_filter_count() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(4):
            sheet.write_row(row, 0, [row, "a"])
        sheet.autofilter("A1:B4")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})
    assert opened(buffer.getvalue()).rows == [[0, "a"], [1, "a"], [2, "a"], [3, "a"]]


def test_crossed_out_cells_of_ods_are_told_whole_or_in_part() -> None:
    styles = (
        '<style:style style:name="ce1" style:family="table-cell">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
        '<style:style style:name="ce2" style:family="table-cell">'
        '<style:text-properties style:text-line-through-style="none"/></style:style>'
    )
    rows = (
        '<table:table-row><table:table-cell table:style-name="ce1" office:value-type="float" office:value="1111"/>'
        '<table:table-cell table:style-name="ce2" office:value-type="float" office:value="12"/>'
        '<table:table-cell office:value-type="string"><text:p><text:span text:style-name="ce1">9</text:span>15</text:p>'
        '</table:table-cell><table:table-cell table:style-name="ce1"/></table:table-row>'
    )
    cells = opened(ods(rows, styles=styles)).rows[0]
    assert cells[:3] == ["1111 (dicoret)", 12, "915 (dicoret)"]
    assert [isinstance(cell, Struck) for cell in cells[:3]] == [True, False, True]
    assert not any(cells[3:])


def test_crossed_out_cells_of_xls_are_told() -> None:
    """Fonts as Excel numbers them: the fifth one is number 5. Formats 0 and 1 with font 0, 2 with 3, 3 with 5."""
    fonts = b"".join(xls_record(0x0031, struct.pack("<HH", 200, 8 * (n in {3, 4})) + bytes(11)) for n in range(5))
    formats = b"".join(xls_record(0x00E0, struct.pack("<H", font) + bytes(18)) for font in (0, 0, 3, 5))
    numbers = b"".join(
        xls_record(0x0203, struct.pack("<HHHd", 0, n, format_, 1111.0 + n)) for n, format_ in enumerate((0, 2, 3, 1))
    )
    # Several numbers of one row in one record, of the formats 0, 3 and 2.
    several = [struct.pack("<HI", format_, (12 + n) << 2 | 2) for n, format_ in enumerate((0, 3, 2))]
    many = xls_record(0x00BD, struct.pack("<HH", 1, 0) + b"".join(several) + struct.pack("<H", 2))
    rows = opened(xls([], (0, 2, 0, 4), more=numbers + many, of_book=fonts + formats)).rows
    assert rows == [[1111, "1112 (dicoret)", "1113 (dicoret)", 1114], [12, "13 (dicoret)", "14 (dicoret)", ""]]
    assert isinstance(rows[0][1], Struck)


def test_crossed_out_cells_of_xlsb_are_told() -> None:
    """Formats of named styles, before those of the cells, are other ones."""
    fonts = b"".join(xlsb_record(43, struct.pack("<HH", 220, flags) + bytes(17)) for flags in (0, 8))
    named = xlsb_record(626) + xlsb_record(47, struct.pack("<HHH", 0, 0, 1) + bytes(10)) + xlsb_record(627)
    formats = (xlsb_record(47, struct.pack("<HHH", 0, 0, font) + bytes(10)) for font in (0, 1))
    styles = fonts + named + xlsb_record(617, struct.pack("<I", 2)) + b"".join(formats) + xlsb_record(618)
    more = xlsb_record(0, struct.pack("<I", 1) + bytes(13)) + b"".join(
        xlsb_record(5, struct.pack("<IId", n, format_, 20.0 + n)) for n, format_ in enumerate((0, 1))
    )
    book = xlsb([(0, 0, 5.0)], more=more)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert opened(zipped({**parts, "xl/styles.bin": styles})).rows == [[5, ""], [20, "21 (dicoret)"]]


def shared_text_of_xls(text: str, runs: Iterable[tuple[int, int]] = ()) -> bytes:
    """A text of the table of .xls, one byte for each letter, with the first letter and the font of each run."""
    told = b"".join(struct.pack("<HH", *run) for run in runs)
    flags = 8 if told else 0
    return (
        struct.pack("<HB", len(text), flags)
        + (struct.pack("<H", len(told) // 4) if told else b"")
        + text.encode()
        + told
    )


def test_partly_crossed_out_texts_of_xls_are_told() -> None:
    """Font number 5 crosses out; the table of texts is continued within the third one, as Excel cuts it at 8,224 bytes."""
    fonts = b"".join(xls_record(0x0031, struct.pack("<HH", 200, 8 * (n == 4)) + bytes(11)) for n in range(5))
    formats = xls_record(0x00E0, struct.pack("<H", 0) + bytes(18))
    table = struct.pack("<II", 4, 4) + shared_text_of_xls("1244") + shared_text_of_xls("129244", [(2, 5), (3, 0)])
    third = shared_text_of_xls("77915", [(0, 0), (1, 5)])
    # Where a record ends within letters, the next one says anew how wide they are.
    texts = xls_record(0x00FC, table + third[:8]) + xls_record(
        0x003C, b"\0" + third[8:] + shared_text_of_xls("88", [(1, 0)])
    )
    cells = b"".join(xls_record(0x00FD, struct.pack("<HHHI", 0, n, 0, n)) for n in range(4))
    inside = xls_record(0x00D6, struct.pack("<HHHHB", 1, 0, 0, 3, 0) + b"412" + struct.pack("<HHH", 1, 1, 5))
    rows = opened(xls([], (0, 2, 0, 4), more=cells + inside, of_book=fonts + formats + texts)).rows
    assert rows[0] == ["1244", "129244 (sebagian dicoret)", "77915 (sebagian dicoret)", "88"]
    assert isinstance(rows[0][1], Struck)
    assert rows[1][0] == "412 (sebagian dicoret)"


def test_partly_crossed_out_texts_of_xlsb_are_told() -> None:
    fonts = b"".join(xlsb_record(43, struct.pack("<HH", 220, flags) + bytes(17)) for flags in (0, 8))
    styles = fonts + xlsb_record(617, struct.pack("<I", 1)) + xlsb_record(47, bytes(16)) + xlsb_record(618)

    def item(text: str, *runs: tuple[int, int]) -> bytes:
        told = b"".join(struct.pack("<HH", *run) for run in runs)
        letters = struct.pack("<BI", bool(runs), len(text)) + text.encode("utf-16-le")
        return xlsb_record(19, letters + (struct.pack("<I", len(runs)) + told if runs else b""))

    texts = (item("1244"), item("129244", (2, 1), (3, 0)), item("88", (1, 0)))
    strings = xlsb_record(159, struct.pack("<II", 3, 3)) + b"".join(texts) + xlsb_record(160)
    more = b"".join(xlsb_record(7, struct.pack("<III", n, 0, n - 1)) for n in (1, 2, 3))
    book = xlsb([(0, 0, 5.0)], more=more)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts |= {"xl/styles.bin": styles, "xl/sharedStrings.bin": strings}
    assert opened(zipped(parts)).rows == [[5, "1244", "129244 (sebagian dicoret)", "88"]]


def test_comments_of_xlsx_are_read_with_their_cells_and_damaged_ones_do_no_harm() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Mei")
        sheet.write(0, 0, 5)
        sheet.write_comment(0, 0, "belum lengkap")
        sheet.write_comment(3, 2, "di samping tabel")
        book.add_worksheet("Juni").write(0, 0, 6)
    sheets, findings = open_document(Document("mei.xlsx", buffer.getvalue()))
    assert findings == []
    assert [dict(one.comments) for one in sheets] == [{(0, 0): "belum lengkap", (3, 2): "di samping tabel"}, {}]
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/comments1.xml"] = b"<comments><comment"
    sheets, findings = open_document(Document("mei.xlsx", zipped(parts)))
    assert ([dict(one.comments) for one in sheets], findings) == ([{}, {}], [])
    assert sheets[0].rows[0][0] == 5
