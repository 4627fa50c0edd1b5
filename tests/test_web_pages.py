import quopri
from pathlib import Path

import pytest

import analysis.web_pages
from analysis.sheets import Document, Sheet
from analysis.sources import data_files, open_document
from analysis.values import FORMULA_WITHOUT_VALUE, Fault
from analysis.web_pages import tokens

HEAD = "<tr><th>Kode PPK</th><th>Faskes</th><th>Jumlah Kontak</th><th>Peserta Terdaftar</th></tr>"
TITLES = ["Kode PPK", "Faskes", "Jumlah Kontak", "Peserta Terdaftar"]


def opened(page: str, name: str = "kbk.xls") -> list[Sheet]:
    sheets, findings = open_document(Document(name, page.encode()))
    assert findings == []
    return sheets


def rows(page: str) -> list[list[object]]:
    (sheet,) = opened(page)
    return [list(row) for row in sheet.rows]


def problem(page: str | bytes) -> str:
    content = page if isinstance(page, bytes) else page.encode()
    sheets, findings = open_document(Document("kbk.xls", content))
    assert sheets == []
    assert [f.kind for f in findings] == ["file_unreadable"]
    return findings[0].read


def test_a_page_of_a_php_program_is_read_as_text_with_its_title_above_the_table() -> None:
    page = (
        "\ufeff<html><head><title>Cetak</title><style>td {mso-number-format:'\\@'; content: '<td>9</td>'}</style>"
        "<script>document.write('<table><tr><td>9</td></tr></table>')</script></head><body><h3>Capaian KBK<br>Maret 2024"
        f"</h3><table border=1><thead>{HEAD}</thead><tbody><tr><td>0114A018</td><td>PUSKESMAS &ldquo;A&rdquo; &amp; B</td>"
        "<td>1.234</td><td align=right>&nbsp;12.345 </td></tr></tbody></table><p>Dicetak 3 April</p></body></html>"
    )
    assert rows(page) == [
        ["Capaian KBK"], ["Maret 2024"], TITLES, ["0114A018", "PUSKESMAS “A” & B", "1.234", "12.345"], ["Dicetak 3 April"],
    ]  # fmt: skip


def test_cells_and_rows_whose_end_is_not_written_stand_side_by_side() -> None:
    page = "<table><tr><th>Kode PPK<th>Faskes<th>Jumlah<br>Kontak<th>Peserta Terdaftar<tr><td>0114A018<td>A<td>5<td>7</table>"
    assert rows(page) == [["Kode PPK", "Faskes", "Jumlah Kontak", "Peserta Terdaftar"], ["0114A018", "A", "5", "7"]]


def test_cells_over_several_rows_and_columns_are_filled_and_remembered_as_merged_ones() -> None:
    # Row 1: A over two rows, B over three columns; row 2: A, then 1, 2, 3; rows 3 and 4: "Sanggau" over both.
    page = (
        "<table><tr><th rowspan=2>A</th><th colspan=3>B</th></tr><tr><th>1</th><th>2</th><th>3</th></tr>"
        "<tr><td rowspan=2>Sanggau</td><td>4</td><td>5</td><td>6</td></tr><tr><td>7</td><td>8</td><td>9</td></tr></table>"
    )
    (sheet,) = opened(page)
    assert sheet.rows == [
        ["A", "B", "B", "B"], ["A", "1", "2", "3"], ["Sanggau", "4", "5", "6"], ["Sanggau", "7", "8", "9"],
    ]  # fmt: skip
    assert sheet.merged == {(0, 0), (1, 0), (0, 1), (0, 2), (0, 3), (2, 0), (3, 0)}


def test_a_cell_that_reaches_down_at_the_right_end_keeps_its_column() -> None:
    page = (
        "<table><tr><td>1</td><td>2</td><td>3</td><td rowspan=0>x</td></tr><tr><td>4</td></tr>"
        "<tbody><tr><td>5</td></tr></tbody></table>"
    )
    assert rows(page) == [["1", "2", "3", "x"], ["4", "", "", "x"], ["5"]]


def test_cells_that_cover_each_other_are_refused() -> None:
    page = "<table><tr><td>1<td rowspan=2>2<td>3<td>4</tr><tr><td colspan=3>5</tr></table>"
    assert "menindih" in problem(page)


def test_each_wide_table_is_a_sheet_named_by_its_caption_with_what_stands_above_it() -> None:
    table = "<table>{}" + HEAD + "<tr><td>1<td>A<td>2<td>3</table>"
    page = (
        f"<table><tr><td>KANTOR CABANG</table><p>Maret 2024</p>{table.format('')}<p>April 2024</p>"
        f"{table.format('<caption>Kota</caption>')}{table.format('<caption>Kota</caption>')}"
    )
    sheets = opened(page)
    assert [(sheet.name, sheet.rows[:3]) for sheet in sheets] == [
        ("Tabel 1", [["KANTOR CABANG"], ["Maret 2024"], TITLES]),
        ("Kota", [["April 2024"], ["Kota"], TITLES]),
        ("Kota (3)", [["Kota"], TITLES, ["1", "A", "2", "3"]]),
    ]


def test_a_table_broken_off_at_the_end_of_a_page_goes_on_in_the_same_sheet() -> None:
    page = f"<table>{HEAD}<tr><td>1<td>A<td>2<td>3</table><br><table><tr><td>4<td>B<td>5<td>6</table>"
    assert rows(page) == [TITLES, ["1", "A", "2", "3"], ["4", "B", "5", "6"]]


def test_a_table_that_only_arranges_the_page_gives_lines_in_their_order() -> None:
    page = f"<table><tr><td><b>Maret</b> 2024</td></tr><tr><td><table>{HEAD}</table></td></tr><tr><td>Catatan</table>"
    assert rows(page) == [["Maret 2024"], TITLES, ["Catatan"]]


def test_a_table_of_figures_that_holds_a_table_is_refused() -> None:
    page = f"<table>{HEAD}<tr><td>1<td>A<td>2<td>3</tr><tr><td><table><tr><td>4</table></td><td>B<td>5<td>6</table>"
    assert "bersarang" in problem(page)


def test_what_the_page_does_not_show_is_no_part_of_a_cell_and_a_hidden_table_is_told() -> None:
    page = (
        f"<table>{HEAD}<tr style='display:none'><td>1<td><span style='DISPLAY: none'>x<b>y</b></span>A<td>2<td>3</tr></table>"
        f"<div hidden><div>a</div><table><tr><td>9</table></div><table style='display:none'>{HEAD}</table><p>akhir"
    )
    sheets, findings = open_document(Document("kbk.xls", page.encode()))
    assert [sheet.rows for sheet in sheets] == [[TITLES, ["1", "A", "2", "3"], ["akhir"]]]
    assert [(f.kind, f.read.count("tabel")) for f in findings] == [("sheet_hidden", 2)]


def test_a_hidden_piece_without_end_hides_no_other_cell() -> None:
    page = f"<table>{HEAD}<tr><td><span style='display:none'>x<td>A<td>2<td>3</table>"
    assert rows(page)[1] == ["", "A", "2", "3"]


def test_numbers_and_errors_that_office_programs_write_beside_the_text_are_taken() -> None:
    page = (
        '<table><tr><td x:num="1234.5">1.234,50<td x:num>1.234<td sdval="167228" sdnum="1057;">167.228'
        '<td x:err="#DIV/0!" align=center>#DIV/0!<td x:num="0.1457">14,57%<td x:fmla="=A1"></td><td x:str>007</table>'
    )
    (row,) = rows(page)
    assert row == [1234.5, "1.234", 167228.0, "#DIV/0!", 0.1457, FORMULA_WITHOUT_VALUE, "007"]
    assert isinstance(row[3], Fault)


def test_a_number_in_a_field_to_fill_in_is_the_content_of_its_cell() -> None:
    page = f'<table>{HEAD}<tr><td>1<td>A<td><input type=hidden value=9><input value="12"><td><input type=checkbox value=1></table>'
    assert rows(page)[1] == ["1", "A", "12", ""]


def test_the_sheet_has_the_name_that_excel_gave_it() -> None:
    page = (
        "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><!--[if gte mso 9]><xml><x:ExcelWorkbook>"
        "<x:ExcelWorksheets><x:ExcelWorksheet><x:Name>Maret &amp; 24</x:Name></x:ExcelWorksheet></x:ExcelWorksheets>"
        f"</x:ExcelWorkbook></xml><![endif]--></head><body><table>{HEAD}</table></body></html>"
    )
    assert [sheet.name for sheet in opened(page)] == ["Maret & 24"]


def mhtml(*pages: str) -> bytes:
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_b"\r\n\r\n'
    parts = "".join(
        "--=_b\r\nContent-Location: file:///C:/a.htm\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f'Content-Type: text/html; charset="utf-8"\r\n\r\n{quopri.encodestring(page.encode()).decode()}\r\n'
        for page in pages
    )
    return f"{head}{parts}--=_b--\r\n".encode()


def test_a_page_saved_as_a_single_file_gives_its_visible_worksheets() -> None:
    names = "".join(
        f"<x:ExcelWorksheet><x:Name>{name}</x:Name>{more}</x:ExcelWorksheet>"
        for name, more in (("Mei", ""), ("Lama", "<x:Visible>SheetHidden</x:Visible>"))
    )
    table = "<html><table><tr><td>{}<td>Ä<td>2<td>3</table></html>"
    content = mhtml(f"<html><!--[if gte mso 9]><xml>{names}</xml><![endif]--></html>", table.format(1), table.format(4))
    sheets, findings = open_document(Document("kbk.xls", content))
    assert [(s.name, s.rows) for s in sheets] == [("Mei", [["1", "Ä", "2", "3"]])]
    assert [(f.kind, f.read) for f in findings] == [("sheet_hidden", "“Lama”")]


@pytest.mark.parametrize(
    "page", ["<html><body>Sesi Anda telah berakhir</body></html>", "<table></table>", "<!DOCTYPE html>"]
)
def test_a_page_without_a_table_is_named_as_one(page: str) -> None:
    assert "halaman web tanpa tabel" in problem(page)


def test_a_warning_of_the_program_above_the_page_does_not_hide_it() -> None:
    page = f"Notice: Undefined index in cetak.php on line 7\n<table>{HEAD}</table>"
    assert rows(page) == [["Notice: Undefined index in cetak.php on line 7"], TITLES]


def test_markup_in_text_stays_text() -> None:
    page = "<table><tr><td>&lt;script&gt;alert(1)&lt;/script&gt;<td>=1+1<td>3 < 5<td>a</table>"
    assert rows(page) == [["<script>alert(1)</script>", "=1+1", "3 < 5", "a"]]


def test_pages_are_data_whatever_their_ending_where_they_hold_a_table(tmp_path: Path) -> None:
    for name, content in {
        "a.html": f"<table>{HEAD}</table>", "b.htm": "<p>Bantuan</p>", "c": f"<table>{HEAD}</table>", "d.mht": mhtml("<p>").decode(),
    }.items():  # fmt: skip
        (tmp_path / name).write_text(content)
    files, findings = data_files(tmp_path)
    assert [file.name for file in files] == ["a.html", "c", "d.mht"]
    assert [(f.kind, f.file) for f in findings] == [("file_not_data", "b.htm")]


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<!--", "<![CDATA[", "<script>", "</scrip", "<!d", "<?", '<a x="', "<a x='\"'", "&", "&#", "</a", "<td>", "<table>",
     "<title>", "<a =", "<a x=", "<tr><td rowspan=65534 colspan=1000>", "<span hidden>", "<table hidden>", "<caption>", "< ", "<div>"],
)  # fmt: skip
def test_no_repetition_of_a_piece_takes_long_or_stops_the_run(piece: str) -> None:
    # Time that grew with the square of the length would take hours for a million characters.
    open_document(Document("kbk.xls", f"<table>{HEAD}{piece * (1_000_000 // len(piece))}".encode()))


def test_a_page_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"<table>{HEAD}</table>"
    monkeypatch.setattr(analysis.web_pages, "LARGEST_SHEET", 3)
    assert "lebih dari 3 sel" in problem(page)
    monkeypatch.undo()
    assert "lebih dari 20.000 tabel dan baris" in problem(page + "<p>a" * 20_000)
    monkeypatch.setattr(analysis.web_pages, "LARGEST_PAGE", 10)
    assert "minta berkas" in problem(page)


def test_tokens_are_those_of_a_browser() -> None:
    found = [
        (t.kind, t.name, dict(t.attributes), t.text)
        for t in tokens("<TD Class=a b='c>d' e>x &lt; y</td ><!-- <p> -->< z")
    ]
    assert found == [
        ("start", "td", {"class": "a", "b": "c>d", "e": ""}, ""), ("text", "", {}, "x < y"), ("end", "td", {}, ""),
        ("comment", "", {}, "<!-- <p> "), ("text", "", {}, "<"), ("text", "", {}, " z"),
    ]  # fmt: skip
