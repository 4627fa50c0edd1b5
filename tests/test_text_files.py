import csv
import io
from pathlib import Path

import pytest
import xlsxwriter

from analysis.ledger import Finding
from analysis.sheets import Document
from analysis.sources import data_files, open_document
from analysis.text_files import repaired
from analysis.values import Cell

HEAD = ["Kode PPK", "Faskes", "Jumlah Kontak", "Angka Kontak"]
ROWS = [HEAD, ["0114A018", "KLINIK É", "1.234", "145,67"], ["0114A019", "PUSKESMAS B", "500", "12,5"]]


def written(rows: list[list[str]], delimiter: str = ";", end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def opened(content: str | bytes, name: str = "kbk.csv") -> tuple[list[list[Cell]], list[Finding]]:
    sheets, findings = open_document(Document(name, content if isinstance(content, bytes) else content.encode()))
    return (sheets[0].rows if sheets else []), findings


def read(content: str | bytes, name: str = "kbk.csv") -> list[list[Cell]]:
    rows, findings = opened(content, name)
    assert findings == []
    return rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["kbk.csv", "kbk.xls", "kbk.xlsx", "kbk.txt", "kbk"])
def test_text_is_read_under_every_ending_and_encoding(name: str, encoding: str) -> None:
    assert read(written(ROWS, "\t").encode(encoding), name) == ROWS


def test_utf_16_of_excel_with_its_mark_in_either_order_is_read() -> None:
    assert read(b"\xfe\xff" + written(ROWS, "\t").encode("utf-16-be")) == ROWS


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_delimiter_and_end_of_line_is_read(delimiter: str, end: str) -> None:
    assert read(written(ROWS, delimiter, end)) == ROWS


@pytest.mark.parametrize("hint", ["sep=;\n", "sep=;\r", "SEP=;\r\n", "\ufeffsep=;\n"])
def test_the_hint_for_the_delimiter_decides_and_is_no_row(hint: str) -> None:
    assert read(hint + "a,b;c,d;e,f\n") == [["a,b", "c,d", "e,f"]]


def test_a_tab_may_be_the_hint_too() -> None:
    assert read("sep=\t\na;b\tc;d\n") == [["a;b", "c;d"]]


def test_lines_above_the_table_do_not_decide_the_delimiter() -> None:
    above = [
        f"Laporan KBK, Kabupaten Sanggau, Kalimantan Barat, {word}, 2024, Indonesia" for word in ("a", "b", "c", "d")
    ]
    rows = read("\n".join(above) + "\n" + written(ROWS))
    assert rows[4:] == ROWS
    assert rows[0] == [above[0]]


def test_more_decimal_commas_than_columns_do_not_decide_the_delimiter() -> None:
    rows = [["Kode PPK", "Angka Kontak", "RRNS"], *[["0114A018", "145,67", "1,5"]] * 9]
    assert read(written([[*row, "1,5"] for row in rows])) == [[*row, "1,5"] for row in rows]
    assert read("1,5;2,5\n3,5;4,5\n") == [["1,5", "2,5"], ["3,5", "4,5"]]
    assert read("1,2,3,4\n5,6,7,8\n") == [["1", "2", "3", "4"], ["5", "6", "7", "8"]]


def test_unquoted_decimal_commas_between_commas_leave_rows_of_another_width() -> None:
    rows = read("Kode PPK,Faskes,Angka Kontak,RRNS\n0114A018,A,145,67,1,5\n0114A019,B,150,2\n")
    assert [len(row) for row in rows] == [4, 6, 4]


def test_text_that_was_read_in_the_wrong_encoding_before_is_mended_and_told() -> None:
    wrong = written([HEAD, ["0114A018", "KLINIK É", "1", "145,67 ‰"]]).encode("utf-8").decode("cp1252")
    rows, findings = opened(wrong)
    assert rows[1] == ["0114A018", "KLINIK É", "1", "145,67 ‰"]
    # KLINIK É, 145,67 ‰: “É” and “‰” are the words.
    assert [(f.kind, f.read) for f in findings] == [("text_repaired", "2 kata")]


@pytest.mark.parametrize("text", ["KLINIK É", "145 ‰", "É‰", "“A”", "Ã", "abc", "10 °C", "Â", "naïve – ½"])
def test_sound_text_is_not_mended(text: str) -> None:
    assert repaired(text) == text


def test_a_broken_letter_in_utf_8_is_told_and_spoils_no_other_letter() -> None:
    rows, findings = opened(written(ROWS).encode().replace(b"PUSKESMAS", "Ö".encode() + b"\xff"))
    assert [row[1] for row in rows[1:]] == ["KLINIK É", "Ö� B"]
    assert [(f.kind, f.read) for f in findings] == [("characters_unreadable", "1 karakter")]


def test_quotes_over_two_lines_are_one_cell() -> None:
    text = 'Kode PPK;"Jumlah\nKontak";"Laporan, \nbulan; Maret";X\n1;2;3;4\n'
    assert read(text)[0] == ["Kode PPK", "Jumlah\nKontak", "Laporan, \nbulan; Maret", "X"]


def test_a_quoted_title_of_two_lines_swallows_nothing() -> None:
    text = '"Laporan KBK;\nKabupaten Sanggau"\n' + written(ROWS)
    assert read(text)[1:] == ROWS


@pytest.mark.parametrize("name", ['"KLINIK A', 'KLINIK "A', '"KLINIK "A" B"', 'KLINIK "A" B', '"A" B'])
def test_quotes_that_do_not_pair_lose_no_row(name: str) -> None:
    rows = [HEAD, ["1", "A", "2", "3"], ["4", name, "5", "6"], ["7", "C", "8", "9"]]
    found, findings = opened("\n".join(";".join(row) for row in rows))
    bare = name[1:-1] if name == '"KLINIK "A" B"' else name
    assert found == [[cell if cell != name else bare for cell in row] for row in rows]
    assert {f.kind for f in findings} <= {"quotes_unpaired"}


def test_two_stray_quotes_that_pair_over_rows_lose_no_row() -> None:
    text = 'a;b;c;d\n1;"A;2;3\n4;B;5;6\n7;C";8;9\n'
    found, findings = opened(text)
    assert found == [["a", "b", "c", "d"], ["1", '"A', "2", "3"], ["4", "B", "5", "6"], ["7", 'C"', "8", "9"]]
    assert [(f.kind, f.read) for f in findings] == [("quotes_unpaired", "mulai baris 2")]


def test_quotes_whose_row_cannot_be_told_refuse_the_file_with_the_row() -> None:
    found, findings = opened('a;b;c;d\n1;"A;2;3;4;5\n6;B;7;8\n')
    assert found == []
    assert "tidak berpasangan (baris 2)" in findings[0].read


def test_zero_bytes_are_no_text() -> None:
    found, findings = opened(written(ROWS).encode() + bytes(3))
    assert found == []
    assert "byte nol" in findings[0].read


def test_codes_and_digits_of_a_text_stay_as_they_are() -> None:
    rows = [HEAD, ["0001", "1E5", "000123456789012345678", "01/03/2024"]]
    assert read(written(rows)) == rows


def test_texts_are_data_only_where_they_hold_a_table(tmp_path: Path) -> None:
    contents = {
        "a.txt": written(ROWS, "\t"), "b.txt": "Kepada Yth. Kepala Dinas,\n\nbersama ini kami kirim data, terlampir.\n",
        "kbk mar. 24": written(ROWS), "LICENSE": "bebas", "kbk.mar24": written(ROWS, "|"), "c.bak": written(ROWS),
        "d.dat": "\0" * 9, "e.xml": "<?xml version='1.0'?><a/>",
    }  # fmt: skip
    for name, text in contents.items():
        (tmp_path / name).write_text(text)
    files, findings = data_files(tmp_path)
    assert [file.name for file in files] == ["a.txt", "kbk mar. 24", "kbk.mar24"]
    assert {(f.kind, f.file) for f in findings} == {
        ("file_not_data", name) for name in ("LICENSE", "b.txt", "c.bak", "d.dat", "e.xml")
    }
    assert [Document(file.name, b"").stem for file in files] == ["a", "kbk mar. 24", "kbk.mar24"]


@pytest.mark.parametrize("name", ["kbk.csv", "kbk.xlsx"])
def test_rows_that_stand_in_one_cell_each_are_parted_and_told(name: str) -> None:
    lines = ["Laporan KBK", *(";".join(row) for row in ROWS)]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Mei")
        for number, line in enumerate(lines):
            sheet.write_string(number, 0, line)
    content = buffer.getvalue() if name == "kbk.xlsx" else "\n".join(f'"{line}"' for line in lines).encode()
    found, findings = opened(content, name)
    assert found == [["Laporan KBK"], *ROWS]
    assert [(f.kind, f.read) for f in findings] == [
        ("column_parted", "setiap baris berada dalam satu sel, dengan pemisah “;”")
    ]


def test_a_column_of_sentences_is_not_parted() -> None:
    assert read("a\n1\n2\n") == [["a"], ["1"], ["2"]]
    assert read("satu; dua\ntiga; empat\n") == [["satu", " dua"], ["tiga", " empat"]]
