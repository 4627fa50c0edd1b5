"""Files of every kind: encodings, other formats under a wrong name, archives, broken files, litter."""

from __future__ import annotations

import io
import zipfile

from workbook_files import xlsx as hand_made

from corpus import writers
from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.cases_tables import BOOK
from corpus.folder import Folder
from corpus.sheets import Row, Sheet, line, of_r, tabel, workbook
from corpus.truth import MELIAU, SANGGAU

CSV_FILE = "kbk_mar24.csv"


def _accented() -> Sheet:
    lines = three(MAR)
    lines[0].written["name"] = "PUSKESMAS MELIAU “É”"
    return of_r(*lines).sheet()


@case("CSV UTF-8 dengan tanda urutan bita (BOM)")
def csv_with_bom(folder: Folder) -> None:
    folder.csv(CSV_FILE, _accented(), encoding="utf-8-sig")


@case("CSV Windows-1252 (huruf beraksen dan kutip tipografis)")
def csv_of_windows(folder: Folder) -> None:
    folder.csv(CSV_FILE, _accented(), encoding="cp1252", ends="\r\n")


@case("CSV UTF-16, sebagaimana “Unicode Text” dari Excel, berpemisah tab")
def csv_in_utf_16(folder: Folder) -> None:
    folder.csv(CSV_FILE, _accented(), "\t", "utf-16")


@case("CSV dengan baris petunjuk “sep=;” di atas")
def csv_with_hint(folder: Folder) -> None:
    # Excel takes the line as an instruction and shows the headings in row 1.
    sheet = of_r(*three(MAR)).sheet("")
    folder.written(CSV_FILE, b"sep=;\n" + writers.csv_bytes(sheet), sheet)


@case("CSV berujung baris CR saja (Macintosh lama)")
def csv_with_carriage_returns(folder: Folder) -> None:
    folder.csv(CSV_FILE, of_r(*three(MAR)).sheet(), ends="\r")


@case("CSV berpemisah koma dan berkutip, angka bertitik ribuan")
def csv_with_commas(folder: Folder) -> None:
    folder.csv(CSV_FILE, of_r(*three(MAR)).sheet(), ",")


@case("CSV berpemisah garis tegak")
def csv_with_bars(folder: Folder) -> None:
    folder.csv(CSV_FILE, of_r(*three(MAR)).sheet(), "|")
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in three(MAR):
        folder.expect("either", one.key, kinds=["file_without_table", "file_unreadable"])


@case("CSV dengan judul dan baris kosong di atas, baris jumlah di bawah")
def csv_with_title(folder: Folder) -> None:
    sheet = of_r(*three(MAR)).sheet().above(["CAPAIAN KBK"], ["Bulan: Maret 2024"], [])
    folder.csv("kbk.csv", sheet.below(["", "", "TOTAL", "", "9.999", "99", "9"]), raw=True)


@case("Tabel HTML disimpan sebagai .xls")
def html_as_xls(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("")
    folder.written("Tabel Capaian_kbk mar 24.xls", writers.html_table(sheet), sheet)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())


@case("XML Excel 2003 disimpan sebagai .xls")
def xml_2003_as_xls(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet("Januari 24")
    folder.written("Capaian KBK.xls", writers.xml_2003(sheet), sheet)
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))


@case("Teks berpemisah tab disimpan sebagai .xls")
def tabs_as_xls(folder: Folder) -> None:
    sheet = of_r(*three(MAR)).sheet("")
    folder.written("kbk_mar24.xls", writers.tabs(sheet), sheet)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())


@case("Buku kerja .xlsx bernama .xls, dan buku kerja bernama .csv")
def workbook_under_another_name(folder: Folder) -> None:
    one, other = workbook(*three(JAN)).sheet(), workbook(*three(FEB)).sheet()
    folder.written("Capaian KBK.xls", writers.xlsx(one), one)
    folder.written("Capaian KBK.csv", writers.xlsx(other), other)


@case("Buku kerja Excel 97–2003 (.xls)")
def old_excel(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    folder.written("Tabel Capaian_kbk mar 24.xls", writers.xls(sheet), sheet)


@case("Lembar kerja LibreOffice (.ods)")
def libreoffice(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet("Januari 24")
    folder.written("Capaian KBK.ods", writers.opendocument(sheet), sheet)


@case("CSV bulanan di dalam .zip, dan folder di dalam folder")
def zip_and_folders(folder: Folder) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for month, name in ((JAN, "kbk_jan24.csv"), (FEB, "2024/kbk_feb24.csv")):
            sheet = of_r(*three(month)).sheet("")
            archive.writestr(name, writers.csv_bytes(sheet))
            folder.remember(f"kiriman.zip/{name}", sheet)
        archive.writestr("__MACOSX/._kbk_jan24.csv", b"\x00\x05\x16\x07")
    folder.put("kiriman.zip", buffer.getvalue())
    folder.xlsx(f"2024/triwulan 1/{MONTHLY}", tabel(*three(MAR)).sheet("Sheet 1"))


@case("Berkas kunci ~$, Thumbs.db, .DS_Store, dan berkas sementara di samping data")
def litter(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet())
    for name in ("~$Capaian KBK.xlsx", "Thumbs.db", ".DS_Store", "desktop.ini"):
        folder.put(name, b"\x05ADMIN")


@case("Berkas kosong, terpotong, PDF bernama .xlsx, dan teks bernama .xlsx di samping berkas yang baik")
def broken_files(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet())
    whole = (folder.path / BOOK).read_bytes()
    broken = {"kosong.xlsx": b"", "terpotong.xlsx": whole[: len(whole) // 2], "surat.xlsx": b"%PDF-1.7\n" + bytes(500),
              "teks.xlsx": b"bukan buku kerja"}  # fmt: skip
    for name, content in broken.items():
        folder.put(name, content)
        folder.tell("file_unreadable|file_without_table", name)


@case("Buku kerja terkunci kata sandi")
def password(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet())
    sealed = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    folder.put("Capaian KBK feb 24.xlsx", sealed)
    folder.tell("file_unreadable", "Capaian KBK feb 24.xlsx")


@case("Sejuta baris kosong berformat di bawah tabel")
def a_million_empty_rows(folder: Folder) -> None:
    table = tabel(*three(MAR)).sheet("Lembar 1")

    def row(number: int, cells: list[object]) -> str:
        texts = "".join(
            f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' for n, cell in enumerate(cells)
        )
        return f'<row r="{number}">{texts}</row>'

    rows = "".join(row(number, one.cells) for number, one in table.numbered())
    rows += "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(5, 1_000_001))
    folder.written(MONTHLY, hand_made(rows), table)


@case("Ekspor kunjungan per orang dan tabel kapitasi di samping tabel KBK: tidak satu nama pun ikut terbaca")
def other_exports_beside(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet())
    visits = Sheet("", [
        Row(["nokapst", "nmpst", "tgllhrpst", "tgl_kunjungan", "kdppkkunjungan", "nmppkkunjungan", "kd_diagnosa"]),
        Row(["0001234567891", "SITI AMINAH", "1/31/1980", "2/1/2024", MELIAU.code, MELIAU.name, "I10"]),
    ])  # fmt: skip
    capitation = Sheet("Sheet 1", [
        Row(["No", "Kode FKTP", "Nama FKTP", "Jenis Fktp", "Total Peserta Terdaftar", "Jumlah Dokter", "Capaian KBK"]),
        Row([1, MELIAU.code, MELIAU.name, "Puskesmas", 99999, 2, "100%"]),
    ])  # fmt: skip
    folder.csv("Sheet 1_Full Data_rujukan 2024.csv", visits, ",")
    folder.xlsx("Lampiran Kapitasi_mar24.xlsx", capitation)
    folder.tolerated |= {"file_without_table", "sheet_columns_missing", "extract_columns"}
    folder.checks.append(
        lambda cleaned: "a person was read" if "AMINAH" in cleaned.ledger.to_csv() + cleaned.table.to_csv() else ""
    )


@case("Kolom nama peserta di dalam tabel KBK: tidak dibaca dan tidak ditulis ke mana pun")
def column_of_persons(folder: Folder) -> None:
    table = workbook(*three(JAN))
    table.headings |= {"person": "Nama Peserta", "card": "No Kartu"}
    for one in table.lines:
        one.written |= {"person": "SITI AMINAH", "card": "0001234567891"}
    folder.xlsx(BOOK, table.sheet())

    def none(cleaned: object) -> str:
        written = cleaned.ledger.to_csv() + cleaned.table.to_csv()  # type: ignore[attr-defined]
        return "a person was read" if "AMINAH" in written or "0001234567891" in written else ""

    folder.checks.append(none)


@case("Judul dan nama lembar berisi <script>, markdown, dan tanda kutip")
def headings_with_code_of_programs(folder: Folder) -> None:
    table = workbook(line(MELIAU, JAN), line(SANGGAU, JAN))
    table.headings["extra"] = '<script>alert(1)</script> **x** =cmd|"x" #let'
    folder.xlsx(BOOK, table.sheet("<b>Januari 24"))


@case("CSV dengan satu sel sepanjang 200.000 huruf di baris pertama data")
def a_cell_beyond_all_limits(folder: Folder) -> None:
    lines = three(MAR)
    lines[0].written["name"] = "A" * 200_000
    folder.csv(CSV_FILE, of_r(*lines).sheet())
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in three(MAR):
        folder.expect("either", one.key, kinds=["file_unreadable", "row_misaligned", "text_too_long"])
