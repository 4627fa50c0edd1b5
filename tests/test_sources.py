import csv
import hashlib
import io
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from workbook_files import HEAD, compound, ods, xls, xlsb, xlsx, zipped

import analysis.archives
import analysis.extents
import analysis.sources
import analysis.text_files
import analysis.workbooks
import analysis.zip_parts
from analysis.extents import cell_name
from analysis.file_names import MANIFEST
from analysis.sheets import Document
from analysis.sources import data_files, documents, open_document, unopened
from analysis.values import FORMULA_WITHOUT_VALUE, Fault
from analysis.workspace import PROJECT


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


def found_in(folder: Path, *names: str) -> tuple[list[str], dict[str, str]]:
    """Names of the data files among ``names``, and name → kind of finding."""
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(b"x")
    files, findings = data_files(folder)
    return [f.relative_to(folder).as_posix() for f in files], {f.file: f.kind for f in findings}


def test_data_files_are_found_in_a_stable_order_and_litter_is_passed_over_in_silence(tmp_path: Path) -> None:
    files, findings = found_in(
        tmp_path, "b/kbk_mar24.csv", "a.XLSX", "arsip.zip",
        "district.yml", "facilities.csv", MANIFEST, "README.txt", "b/readme.MD", "~$a.xlsx", ".~lock.a.xlsx#",
        "._a.xlsx", "Thumbs.db", "desktop.ini", ".DS_Store", ".gitignore", "__MACOSX/a.xlsx",
    )  # fmt: skip
    assert files == ["a.XLSX", "arsip.zip", "b/kbk_mar24.csv"]
    assert findings == {}


def test_a_data_file_whose_name_begins_like_litter_is_read(tmp_path: Path) -> None:
    names = ["README kbk.xlsx", "Simulasi.xlsx", "readme.csv", "simulasi.maret 24.csv"]
    assert found_in(tmp_path, *names) == (names, {})


def test_whatever_else_is_passed_over_is_told(tmp_path: Path) -> None:
    files, findings = found_in(
        tmp_path, "foto.pdf", "kbk maret.txt", "a.xlsx.bak", "district.yaml", "catatan.md", ".kbk.xlsx", ".lama/kbk.csv",
        "2024/facilities.csv", "2024/district.yml", f"2024/{MANIFEST}", "daftar.sha256", "a.tmp", "tanpa-akhiran",
    )  # fmt: skip
    assert files == []
    hidden = [".kbk.xlsx", ".lama/kbk.csv", "2024/SIMULASI.sha256", "2024/district.yml", "2024/facilities.csv"]
    other = ["a.tmp", "a.xlsx.bak", "catatan.md", "daftar.sha256", "district.yaml", "foto.pdf", "kbk maret.txt"]
    assert sorted(name for name, kind in findings.items() if kind == "file_passed_over") == hidden
    assert sorted(name for name, kind in findings.items() if kind == "file_not_data") == [*other, "tanpa-akhiran"]


def test_settings_spelt_otherwise_are_told_unless_the_system_takes_them_for_the_same(tmp_path: Path) -> None:
    files, findings = found_in(tmp_path, "Facilities.csv")
    same = (tmp_path / "facilities.csv").is_file()
    assert files == []
    assert findings == ({} if same else {"Facilities.csv": "file_passed_over"})


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_file_name_that_cannot_be_printed_is_shown_by_its_codes(tmp_path: Path) -> None:
    for name in (b"a\xff.csv", b"b\x07\n.csv", "c\u202e.pdf".encode()):
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).write_bytes(b"x;y\n")
    files, findings = data_files(tmp_path)
    shown = [document.name for file in files for document in documents(tmp_path, file)[0]]
    assert shown == [r"a\udcff.csv", r"b\x07\n.csv"]
    assert [f.file for f in findings] == [r"c\u202e.pdf"]
    "".join(shown).encode("utf-8")


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
@settings(max_examples=150)
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


def test_a_spreadsheet_of_libreoffice_is_read() -> None:
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
    assert findings == []


# Links, folders and what else is no ordinary file


@pytest.fixture
def district(tmp_path: Path) -> Path:
    folder = tmp_path / "sanggau"
    folder.mkdir()
    (folder / "kbk.csv").write_text("a;b")
    outside = tmp_path / "pontianak"
    outside.mkdir()
    (outside / "rahasia.csv").write_text("a;b")
    try:
        (folder / "coba").symlink_to(folder / "kbk.csv")
    except OSError:
        pytest.skip("links cannot be made here")
    (folder / "coba").unlink()
    return folder


def listed(folder: Path) -> tuple[list[str], list[tuple[str, str, str]]]:
    files, findings = data_files(folder)
    return [f.relative_to(folder).as_posix() for f in files], [(f.kind, f.file, f.read) for f in findings]


@pytest.mark.parametrize("target", ["pontianak/rahasia.csv", "pontianak", "/", "."])
def test_a_link_out_of_the_folder_is_told_and_not_followed(district: Path, target: str) -> None:
    (district / "lain.csv").symlink_to(district.parent / target)
    files, findings = listed(district)
    assert files == ["kbk.csv"]
    assert findings == [("link_not_followed", "lain.csv", "menunjuk ke luar folder daerah")]


def test_a_link_within_the_folder_is_judged_once_in_its_own_place(district: Path) -> None:
    (district / "2024").mkdir()
    (district / "2024" / "feb.csv").write_text("c;d")
    (district / "dua.csv").symlink_to(district / "kbk.csv")
    (district / "tahun").symlink_to(district / "2024")
    (district / "2024" / "putar").symlink_to(district)
    files, findings = listed(district)
    assert files == ["2024/feb.csv", "kbk.csv"]
    assert sorted(findings) == [
        ("file_duplicate", "2024/putar", "tautan ke ."), ("file_duplicate", "dua.csv", "tautan ke kbk.csv"),
        ("file_duplicate", "tahun", "tautan ke 2024"),
    ]  # fmt: skip


@pytest.mark.parametrize("target", ["tiada.csv", "lain.csv"])
def test_a_link_to_nothing_or_to_itself_is_told(district: Path, target: str) -> None:
    (district / "lain.csv").symlink_to(district / target)
    files, findings = listed(district)
    assert files == ["kbk.csv"]
    assert findings == [("link_not_followed", "lain.csv", "tujuannya tidak ada")]


def test_a_district_folder_may_itself_be_a_link(district: Path) -> None:
    (district.parent / "lewat").symlink_to(district)
    assert listed(district.parent / "lewat") == (["kbk.csv"], [])


def test_the_lock_link_of_an_editor_is_litter(district: Path) -> None:
    (district / ".#kbk.csv").symlink_to("orang@komputer.1:2")
    assert listed(district) == (["kbk.csv"], [])


def test_a_folder_named_like_a_workbook_is_told_and_its_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "kbk.xlsx").mkdir()
    (tmp_path / "kbk.xlsx" / "a.csv").write_text("a;b")
    files, findings = listed(tmp_path)
    assert files == ["kbk.xlsx/a.csv"]
    assert [(kind, name) for kind, name, _ in findings] == [("file_passed_over", "kbk.xlsx")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_named_pipe_is_told_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "kbk.csv")
    files, findings = listed(tmp_path)
    assert files == []
    assert findings == [("file_unreadable", "kbk.csv", "bukan berkas biasa; ganti dengan berkasnya sendiri")]


def test_folders_within_folders_without_end_are_walked(tmp_path: Path) -> None:
    here = tmp_path
    for _ in range(400):
        here /= "a"
        here.mkdir()
    (here / "kbk.csv").write_text("a;b")
    assert [file.name for file in data_files(tmp_path)[0]] == ["kbk.csv"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "tutup di Excel bila sedang dibuka"),
        (FileNotFoundError(2, "No such file"), "baru saja dihapus"), (OSError(5, "Input/output error"), "kode galat 5"),
        (OSError("?"), "tidak dapat dibuka;"),
    ],
)  # fmt: skip
def test_a_file_that_the_system_does_not_give_is_named_in_indonesian(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    (tmp_path / "kbk.csv").write_text("a;b")

    def refuse(*_: object, **__: object) -> bytes:
        raise error

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found, findings = documents(tmp_path, tmp_path / "kbk.csv")
    assert found == []
    assert words in findings[0].read
    assert not any(word in findings[0].read for word in ("denied", "No such", "Input"))
    monkeypatch.setattr(Path, "open", refuse)
    assert unopened(tmp_path, tmp_path / "kbk.csv").sha256 == ""


def test_a_file_open_in_another_program_on_windows_is_named_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kbk.csv").write_text("a;b")

    class SharingViolation(PermissionError):
        winerror = 32

    def refuse(_: Path) -> bytes:
        raise SharingViolation(13, "used by another process")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert documents(tmp_path, tmp_path / "kbk.csv")[1][0].read.startswith("sedang dibuka di Excel")


def test_a_folder_that_may_not_be_seen_is_told_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tertutup").mkdir()
    (tmp_path / "kbk.csv").write_text("a;b")
    scandir = os.scandir

    def scan(path: Path) -> object:
        if path.name == "tertutup":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    files, findings = listed(tmp_path)
    assert files == ["kbk.csv"]
    assert [(kind, name) for kind, name, _ in findings] == [("file_unreadable", "tertutup")]
    assert "izin folder" in findings[0][2]


# Archives


def packed(tmp_path: Path, content: bytes, name: str = "kiriman.zip") -> tuple[list[str], list[tuple[str, str, str]]]:
    path = tmp_path / name
    path.write_bytes(content)
    found, findings = documents(tmp_path, path)
    return [document.name for document in found], [(f.kind, f.file, f.read) for f in findings]


def test_a_zip_in_a_zip_is_opened_to_a_depth(tmp_path: Path) -> None:
    content = zipped({"kbk.csv": "a;b"})
    for _ in range(2):
        content = zipped({"dalam/a.zip": content})
    assert packed(tmp_path, content) == (["kiriman.zip/dalam/a.zip/dalam/a.zip/kbk.csv"], [])
    found, findings = packed(tmp_path, zipped({"b.zip": content}))
    assert found == []
    assert [kind for kind, _, _ in findings] == ["file_unreadable"]
    assert "terlalu dalam" in findings[0][2]


def test_what_is_unpacked_counts_over_all_depths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis.archives, "LARGEST_UNPACKED", 1_000_000)
    inner = zipped({"a.csv": b" " * 600_000})
    found, findings = packed(tmp_path, zipped({"1.zip": inner, "2.zip": inner}))
    assert found == []
    assert "lebih dari 1 MB setelah dibuka" in findings[0][2]


def test_a_damaged_member_of_a_zip_is_refused_alone(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "rusak;1")
        archive.writestr("b.csv", "utuh;2")
    content = buffer.getvalue().replace(b"rusak;1", b"rusak;9")
    found, findings = packed(tmp_path, content)
    assert found == ["kiriman.zip/b.csv"]
    assert [(kind, name) for kind, name, _ in findings] == [("file_unreadable", "kiriman.zip/a.csv")]


def test_names_in_a_zip_that_lead_elsewhere_are_text(tmp_path: Path) -> None:
    found, findings = packed(tmp_path, zipped({"../../kbk.csv": "a;b", "/etc/b.csv": "a;b", "C:\\x\\c.csv": "a;b"}))
    assert sorted(found) == ["kiriman.zip/../../kbk.csv", "kiriman.zip//etc/b.csv", "kiriman.zip/C:/x/c.csv"]
    assert findings == []
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["kiriman.zip"]


def test_a_locked_member_is_told(tmp_path: Path) -> None:
    content = bytearray(zipped({"kbk.csv": "a;b"}))
    for place in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[place] |= 1
    found, findings = packed(tmp_path, bytes(content))
    assert found == []
    assert "terkunci kata sandi" in findings[0][2]


@pytest.mark.parametrize("name", ["kbk.zip", "kbk.xlsx", "kbk"])
def test_a_workbook_and_an_archive_are_told_apart_whatever_their_name(tmp_path: Path, name: str) -> None:
    assert packed(tmp_path, SOUND, name) == ([name], [])
    assert packed(tmp_path, zipped({"a.csv": "a;b"}), name) == ([f"{name}/a.csv"], [])


@pytest.mark.parametrize("name", ["kbk.rar", "kbk.7z", "kbk.tar", "kbk.csv.gz"])
def test_other_archives_are_to_be_unpacked_by_the_analyst(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    files, findings = listed(tmp_path)
    assert files == []
    assert [kind for kind, _, _ in findings] == ["file_unreadable"]
    assert "ekstrak isinya" in findings[0][2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Rar!\x1a\x07\x01\0", "ekstrak"), (b"7z\xbc\xaf\x27\x1c", "ekstrak"), (b"\x1f\x8b\x08", "ekstrak"),
        (b"\x89PNG\r\n", "gambar"), (b"{\\rtf1", "Word"), (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "Word"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "WordDocument".encode("utf-16-le"), "Word"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "Excel 4"), (zipped({"Index/Document.iwa": ""}), "Numbers"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_named_by_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    for name in ("kbk.xlsx", "kbk.csv"):
        (tmp_path / name).write_bytes(content)
        (document,), _ = documents(tmp_path, tmp_path / name)
        assert words in problem(document)


# Cells far away, bombs and other files that would take all memory


STRAY = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("row", "column", "name"), [(0, 0, "A1"), (6, 25, "Z7"), (0, 26, "AA1"), (1048575, 16383, "XFD1048576")]
)
def test_cells_are_named_as_in_excel(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name


def test_a_stray_value_refuses_its_sheet_alone_and_names_the_cell() -> None:
    sheets, findings = open_document(Document("a.xlsx", xlsx(HEAD, HEAD + STRAY)))
    assert [(s.name, s.rows) for s in sheets] == [("Lembar 1", [["Kode PPK", 5]])]
    assert [(f.kind, f.sheet, f.done) for f in findings] == [("sheet_too_large", "Lembar 2", "lembar tidak dipakai")]
    assert findings[0].read == (
        "sel XFD1048576 berisi, sehingga lembar sekurang-kurangnya 1.048.576 baris × 16.384 kolom; "
        "isi sebelumnya sampai sel B1"
    )


def test_a_stray_value_in_the_only_sheet_refuses_the_file_with_the_next_step() -> None:
    sheets, findings = open_document(Document("a.xlsx", xlsx(HEAD + STRAY)))
    assert sheets == []
    assert [(f.kind, f.sheet) for f in findings] == [("file_unreadable", "Lembar 1")]
    assert "sel XFD1048576" in findings[0].read
    assert findings[0].read.endswith("hapus baris dan kolom kosong di bawah dan di kanan tabel, lalu simpan ulang")


@pytest.mark.parametrize(
    "stray", [STRAY.replace("<v>1</v>", ""), '<row r="1048576" s="3" customFormat="1"/>',
              '<row r="1048576"><c r="XFD1048576" s="3"></c></row>'],
)  # fmt: skip
def test_a_stray_format_without_a_value_is_no_hindrance(stray: str) -> None:
    sheets, findings = open_document(Document("a.xlsx", xlsx(HEAD + stray)))
    assert [s.rows for s in sheets] == [[["Kode PPK", 5]]]
    assert findings == []


def test_all_sheets_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis.extents, "LARGEST_BOOK", 5)
    sheets, findings = open_document(Document("a.xlsx", xlsx(HEAD, HEAD, HEAD)))
    assert [s.name for s in sheets] == ["Lembar 1", "Lembar 2"]
    assert [(f.kind, f.sheet) for f in findings] == [("sheet_too_large", "Lembar 3")]


def test_positions_left_out_are_counted_as_readers_count_them() -> None:
    # Row 1: A1, C1, D1, E1; row 2 without a number: A2, of which only the fault is seen, and B2.
    rows = (
        '<row><c><v>1</v></c><c r="C1" t="e"><v>#N/A</v></c><c t="e"><v>#REF!</v></c><c r="E1"><v>9</v></c></row>'
        "<row><c><f>1+1</f></c><c><v>3</v></c></row>"
    )
    sheets, _ = open_document(Document("a.xlsx", xlsx(rows)))
    assert sheets[0].rows == [[1, "", "#N/A", "#REF!", 9], [FORMULA_WITHOUT_VALUE, 3, "", "", ""]]


def test_a_formula_that_gave_an_empty_text_is_blank_and_one_never_computed_is_a_fault() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><f>IF(1,"","")</f><v></v></c><c r="B1"><f>1+1</f><v/></c>'
        '<c r="C1"><f>1+1</f></c><c r="D1" t="str"><f>A1</f></c><c r="E1"><f>1+1</f><v>2</v></c></row>'
    )
    sheets, _ = open_document(Document("a.xlsx", xlsx(rows)))
    assert sheets[0].rows == [["", *[FORMULA_WITHOUT_VALUE] * 3, 2]]
    assert not isinstance(sheets[0].rows[0][0], Fault)


def test_formulas_without_value_beyond_the_last_value_are_still_seen() -> None:
    rows = HEAD + '<row r="3"><c r="D3"><f>1+1</f></c></row>'
    sheets, _ = open_document(Document("a.xlsx", xlsx(rows)))
    assert sheets[0].rows == [["Kode PPK", 5], [], ["", "", "", FORMULA_WITHOUT_VALUE]]


@pytest.mark.parametrize("folder", ["", "xl/", "buku/"])
def test_parts_are_found_wherever_the_workbook_lies(folder: str) -> None:
    sheets, _ = open_document(
        Document("a.xlsx", xlsx(HEAD + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>', folder=folder))
    )
    assert sheets[0].rows[1][0] == Fault("#N/A")


def test_a_document_type_is_refused_even_a_harmless_one() -> None:
    sheet = f"<!DOCTYPE worksheet><worksheet><sheetData>{HEAD}</sheetData></worksheet>"
    assert "rusak" in problem(Document("a.xlsx", xlsx(HEAD, more={"xl/worksheets/sheet1.xml": sheet})))


def test_entities_that_grow_without_end_are_refused() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    sheet = (
        f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{levels}]><worksheet><sheetData><row r="1"><c r="A1" t="str">'
        "<v>&a9;</v></c></row></sheetData></worksheet>"
    )
    assert "rusak" in problem(Document("a.xlsx", xlsx(HEAD, more={"xl/worksheets/sheet1.xml": sheet})))


def test_more_strings_than_bytes_are_refused() -> None:
    more = {"xl/sharedStrings.xml": '<sst uniqueCount="99999999999999"></sst>'}
    assert "rusak" in problem(Document("a.xlsx", xlsx(HEAD, more=more)))


def bomb(size: int, *, says: int | None = None, name: str = "xl/media/a.xml") -> bytes:
    """A workbook with a part of ``size`` blanks; ``says``: the size that the directory tells instead."""
    content = xlsx(HEAD, more={name: b" " * size})
    if says is not None:
        place = content.rindex(name.encode()) - 46
        assert content[place : place + 4] == b"PK\x01\x02"
        # Checksum and size, as if the part ended there.
        told = struct.pack("<I", zlib.crc32(b" " * says)), struct.pack("<I", says)
        content = content[: place + 16] + told[0] + content[place + 20 : place + 24] + told[1] + content[place + 28 :]
    return content


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis.zip_parts, "LARGEST_UNPACKED", 1_000_000)
    assert open_document(Document("a.xlsx", bomb(900_000)))[1] == []
    assert "lebih dari 1 MB setelah dibuka" in problem(Document("a.xlsx", bomb(1_000_000)))


@pytest.mark.parametrize("says", [10, 99_999, 100_001])
def test_a_part_that_is_not_as_large_as_it_says_is_refused(says: int) -> None:
    assert "rusak" in problem(Document("a.xlsx", bomb(100_000, says=says)))


def test_two_parts_of_one_name_are_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(HEAD))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert "rusak" in problem(Document("a.xlsx", xlsx(HEAD, more={"XL/worksheets/sheet1.xml": sheet})))


def test_a_zip_has_a_limit_for_all_its_members_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis.archives, "LARGEST_UNPACKED", 1_000_000)
    path = tmp_path / "kiriman.zip"
    path.write_bytes(zipped({"a.csv": b" " * 600_000, "b.csv": b" " * 300_000, "foto.jpg": b" " * 900_000}))
    assert [d.name for d in documents(tmp_path, path)[0]] == ["kiriman.zip/a.csv", "kiriman.zip/b.csv"]
    path.write_bytes(zipped({"a.csv": b" " * 600_000, "b.csv": b" " * 600_000}))
    found, findings = documents(tmp_path, path)
    assert found == []
    assert [(f.kind, f.file) for f in findings] == [("file_unreadable", "kiriman.zip")]
    assert "lebih dari 1 MB setelah dibuka" in findings[0].read
    path.write_bytes(zipped({"a.csv": b" " * 2_000_000, "b.csv": b" " * 300_000}))
    found, findings = documents(tmp_path, path)
    assert [d.name for d in found] == ["kiriman.zip/b.csv"]
    assert [(f.kind, f.file) for f in findings] == [("file_unreadable", "kiriman.zip/a.csv")]


def test_a_zip_of_too_many_members_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis.archives, "MOST_MEMBERS", 3)
    path = tmp_path / "kiriman.zip"
    path.write_bytes(zipped({f"{n}.csv": "a;b" for n in range(4)}))
    found, findings = documents(tmp_path, path)
    assert found == []
    assert "lebih dari 3 berkas" in findings[0].read


def test_an_archive_in_an_archive_and_hidden_members_are_told(tmp_path: Path) -> None:
    path = tmp_path / "kiriman.zip"
    path.write_bytes(
        zipped({"dalam.zip": "x", ".a.csv": "x", "facilities.csv": "x", "README.txt": "x", "simulasi.csv": "x"})
    )
    found, findings = documents(tmp_path, path)
    assert [d.name for d in found] == ["kiriman.zip/simulasi.csv"]
    assert [(f.kind, f.file) for f in findings] == [
        ("file_passed_over", "kiriman.zip/.a.csv"), ("file_unreadable", "kiriman.zip/dalam.zip"),
        ("file_passed_over", "kiriman.zip/facilities.csv"),
    ]  # fmt: skip


def test_a_file_too_large_is_not_even_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis.sources, "LARGEST_FILE", 3)
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"abcd")
    assert documents(tmp_path, path)[1][0].kind == "file_unreadable"
    source = unopened(tmp_path, path)
    assert (source.name, source.size, source.sha256) == ("a.xlsx", 4, hashlib.sha256(b"abcd").hexdigest())


def test_csv_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis.text_files, "LARGEST_SHEET", 5)
    assert open_document(Document("a.csv", b"a;b\n1;2\n"))[1] == []
    assert "lebih dari 5 sel" in problem(Document("a.csv", b"a;b\n1;2\n3;4\n"))
    monkeypatch.setattr(analysis.text_files, "LARGEST_TEXT", 5)
    assert "minta berkas" in problem(Document("a.csv", b"a;b\n1;2\n"))


def test_too_little_memory_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(analysis.workbooks, "_scan", fail)
    problem(Document("a.xlsx", SOUND))


# .xls, .xlsb and .ods


def test_xls_and_xlsb_are_read_where_they_are_sound() -> None:
    for content in (xls([(0, 0, 1.0), (2, 1, 7.0)]), xlsb([(0, 0, 1.0), (2, 1, 7.0)])):
        sheets, _ = open_document(Document("a", content))
        assert [(s.name, s.rows) for s in sheets] == [("Mei", [[1, ""], ["", ""], ["", 7]])]


@pytest.mark.parametrize(
    ("content", "cell"),
    [
        (xls([(0, 0, 1.0), (65535, 255, 7.0)]), "IV65536"), (xls([(0, 0, 1.0), (9, 65535, 7.0), (65535, 0, 1.0)]), "A65536"),
        (xlsb([(0, 0, 1.0), (1048575, 16383, 7.0)]), "XFD1048576"),
        (ods('<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row>'
             '<table:table-cell table:number-columns-repeated="16383"/><table:table-cell office:value-type="float" '
             'office:value="1"/></table:table-row>'), "XFD1048576"),
        (ods('<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" '
             'office:value="1" table:number-columns-repeated="16384"/></table:table-row>'), "XFD1048576"),
    ],
)  # fmt: skip
def test_stray_values_in_other_formats_are_named(content: bytes, cell: str) -> None:
    read = problem(Document("a.xlsx", content))
    assert read.startswith(f"sel {cell} berisi")
    assert read.endswith("lalu simpan ulang")


def test_repeated_empty_cells_of_an_ods_are_no_hindrance() -> None:
    rows = (
        '<table:table-row><table:table-cell office:value-type="float" office:value="3"/><table:table-cell '
        'table:number-columns-repeated="16383"/></table:table-row><table:table-row table:number-rows-repeated="1048575">'
        '<table:table-cell table:style-name="ce1" table:number-columns-repeated="16384"/></table:table-row>'
    )
    sheets, _ = open_document(Document("a.ods", ods(rows)))
    assert [s.rows for s in sheets] == [[[3]]]


@pytest.mark.parametrize(
    "content",
    [
        compound(b"x" * 5000, circle=True), xls([(0, 0, 1.0)], (5, 2, 0, 3)), xls([(0, 0, 1.0)], (0, 2**31, 0, 255)),
        ods('<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/></text:p>'
            "</table:table-cell></table:table-row>"),
    ],
)  # fmt: skip
def test_files_that_would_never_end_are_refused(content: bytes) -> None:
    assert "rusak" in problem(Document("a.xls", content))


@pytest.mark.parametrize("content", [xls([(0, 0, 1.0), (2, 1, 7.0)]), xlsb([(0, 0, 1.0), (2, 1, 7.0)])])
@given(data=st.data())
@settings(max_examples=100)
def test_damaged_old_and_binary_workbooks_never_stop_the_run(content: bytes, data: st.DataObject) -> None:
    # The stream of .xls begins behind header, allocation table and directory.
    first = 1536 if content.startswith(b"\xd0") else 0
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 10))):
        damaged[data.draw(st.integers(data.draw(st.sampled_from([0, first])), len(damaged) - 1))] = data.draw(
            st.integers(0, 255)
        )
    open_document(Document("a.xls", bytes(damaged)))


_MEASURE = """
import pathlib, resource, sys
from analysis.sheets import Document
from analysis.sources import open_document
sheets, findings = open_document(Document("a.xlsx", open(sys.argv[1], "rb").read()))
# on Linux getrusage counts what the parent held when it forked, which VmHWM of the new program does not
status = pathlib.Path("/proc/self/status")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if status.exists():
    peak = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
print([len(s.rows) for s in sheets], [f.kind for f in findings], peak)
"""


def measured(path: Path) -> tuple[str, float]:
    """What a process that opens the file says, and the most memory it took, in MB."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)],
        env={**os.environ, "PYTHONPATH": str(PROJECT / "src")}, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    said, _, memory = done.stdout.strip().rpartition(" ")
    return said, int(memory) / (1_000_000 if sys.platform == "darwin" else 1_000)


@pytest.mark.skipif(sys.platform == "win32", reason="no resource usage there")
def test_a_stray_value_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(HEAD + STRAY))
    said, memory = measured(path)
    assert said == "[] ['file_unreadable']"
    assert memory < 200


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no resource usage there")
@pytest.mark.parametrize(("cells", "said"), [("", "[1] []"), ("ABCDEFGHIJKLMNOPQR", "[] ['file_unreadable']")])
def test_a_million_empty_formatted_rows_take_little_memory(tmp_path: Path, cells: str, said: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(HEAD))
    formatted = (
        f'<row r="{r}" s="1" customFormat="1">' + "".join(f'<c r="{c}{r}" s="1"/>' for c in cells) + "</row>"
        for r in range(2, 1_048_577)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(xlsx(HEAD))) as sound:
            for name in sound.namelist():
                if "sheet1" not in name:
                    archive.writestr(name, sound.read(name))
            start, end = sound.read("xl/worksheets/sheet1.xml").decode().split("</sheetData>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(start.encode())
            for row in formatted:
                sheet.write(row.encode())
            sheet.write(f"</sheetData>{end}".encode())
    found, memory = measured(path)
    assert found == said
    assert memory < 500
