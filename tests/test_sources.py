import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sources import Document, data_files, documents, open_document
from analysis.values import FORMULA_WITHOUT_VALUE, Fault


def workbook(*, hidden: bool = False) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Januari 23")
        sheet.write_row(1, 0, ["Kode PPK", "Jumlah Kontak"])
        sheet.write_row(2, 0, ["0114A018", 0])
        sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(4, 1, "=1+1", None, "")
        sheet.write_formula(5, 1, "=1+1", None, 2)
        sheet.write_blank(6, 1, None, book.add_format({"bold": True}))
        sheet.merge_range("D2:D4", "SANGGAU")
        if hidden:
            other = book.add_worksheet("Lama")
            other.write(0, 0, "x")
            other.hide()
    return buffer.getvalue()


SOUND = workbook()


def problem(document: Document) -> str:
    sheets, findings = open_document(document)
    assert sheets == []
    assert [f.kind for f in findings] == ["file_unreadable"]
    assert findings[0].file == document.name
    return findings[0].read


def test_only_data_files_are_found_and_in_a_stable_order(tmp_path: Path) -> None:
    for name in (
        "b/kbk_mar24.csv", "a.XLSX", "district.yml", "facilities.csv", "SIMULASI.sha256", "README.txt", "catatan.txt",
        ".hidden.xlsx", "~$a.xlsx", "Thumbs.db", ".git/x.csv", "desktop.ini", "foto.pdf", "arsip.zip",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    files, findings = data_files(tmp_path)
    assert [f.relative_to(tmp_path).as_posix() for f in files] == ["a.XLSX", "arsip.zip", "b/kbk_mar24.csv"]
    assert [(f.kind, f.file) for f in findings] == [("file_not_data", "foto.pdf")]


def test_row_numbers_errors_formulas_and_blanks_are_kept_apart() -> None:
    sheets, findings = open_document(Document("a.xlsx", workbook()))
    assert findings == []
    rows = sheets[0].rows
    assert rows[1][:2] == ["Kode PPK", "Jumlah Kontak"]
    assert [row[1] for row in rows[2:6]] == [0, "#DIV/0!", FORMULA_WITHOUT_VALUE, 2]
    assert isinstance(rows[3][1], Fault)
    assert isinstance(rows[4][1], Fault)
    assert not isinstance(rows[2][2], Fault)


def test_merged_cells_are_filled_and_remembered() -> None:
    sheets, _ = open_document(Document("a.xlsx", workbook()))
    assert [row[3] for row in sheets[0].rows[1:4]] == ["SANGGAU"] * 3
    assert sheets[0].merged == {(1, 3), (2, 3), (3, 3)}


def test_an_error_typed_without_a_formula_is_seen() -> None:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["#N/A", 5])
    book.save(buffer)
    sheets, _ = open_document(Document("a.xlsx", buffer.getvalue()))
    assert sheets[0].rows[0] == ["#N/A", 5]


def test_a_chart_sheet_is_no_table() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Mei")
        sheet.write_row(0, 0, [1, 2, 3])
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Mei!$A$1:$C$1"})
        book.add_chartsheet("Grafik").set_chart(chart)
    sheets, findings = open_document(Document("a.xlsx", buffer.getvalue()))
    assert [s.name for s in sheets] == ["Mei"]
    assert findings == []


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_workbook_never_stops_the_run(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    open_document(Document("a.xlsx", bytes(content)))
    open_document(Document("a.xlsx", bytes(content[:cut])))


def test_hidden_sheets_are_left_out_and_named() -> None:
    sheets, findings = open_document(Document("a.xlsx", workbook(hidden=True)))
    assert [s.name for s in sheets] == ["Januari 23"]
    assert [(f.kind, f.read) for f in findings] == [("sheet_hidden", "“Lama”")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"), (b"\0" * 100, "kosong"), (b"bukan buku kerja", "bukan buku kerja"),
        (workbook()[:3000], "rusak"), (b"PK\x03\x04 rusak", "rusak"), (b"%PDF-1.7", "PDF"),
        (b"<html><table></table></html>", "halaman web"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "kata sandi"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "rusak"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_named_with_the_reason(content: bytes, words: str) -> None:
    assert words in problem(Document("Capaian.xlsx", content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_in_every_usual_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    rows = [["Kode PPK", "Faskes", "Angka Kontak"], ["0114A018", "KLINIK “É”", "145,67"], ["0114A019", "B", "12,5"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    sheets, findings = open_document(Document("kbk.csv", text.getvalue().encode(encoding)))
    assert findings == []
    assert sheets[0].rows == rows


def test_the_hint_of_excel_for_the_delimiter_is_no_row() -> None:
    sheets, _ = open_document(Document("kbk.csv", b"sep=;\nKode PPK;Faskes\n1;a\n"))
    assert sheets[0].rows[0] == ["Kode PPK", "Faskes"]


def test_a_workbook_named_csv_is_still_opened() -> None:
    sheets, _ = open_document(Document("kbk.csv", workbook()))
    assert sheets[0].name == "Januari 23"


def test_files_in_a_zip_are_read_and_litter_in_it_is_not(tmp_path: Path) -> None:
    path = tmp_path / "kiriman.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2024/kbk_mar24.csv", "a;b\n")
        archive.writestr("__MACOSX/2024/._kbk_mar24.csv", "x")
        archive.writestr("baca.pdf", "x")
    found, findings = documents(tmp_path, path)
    assert [(d.name, d.stem) for d in found] == [("kiriman.zip/2024/kbk_mar24.csv", "kbk_mar24")]
    assert [(f.kind, f.file) for f in findings] == [("file_not_data", "kiriman.zip/baca.pdf")]


def test_a_broken_zip_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "kiriman.zip"
    path.write_bytes(b"PK\x03\x04 rusak")
    found, findings = documents(tmp_path, path)
    assert found == []
    assert findings[0].kind == "file_unreadable"


def test_the_checksum_is_of_the_content() -> None:
    # printf abc | sha256sum
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert Document("a.csv", b"abc").sha256 == expected


def test_a_spreadsheet_of_libreoffice_is_read_and_its_blind_spot_is_said() -> None:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in ("Kode PPK", "Faskes")
    )
    content = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Mei"><table:table-row>{cells}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"/>',
        )
    sheets, findings = open_document(Document("kbk.ods", buffer.getvalue()))
    assert [(s.name, s.rows) for s in sheets] == [("Mei", [["Kode PPK", "Faskes"]])]
    assert [f.kind for f in findings] == ["error_cells_unseen"]
