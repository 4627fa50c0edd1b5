"""Rows, columns, and tables that are only a part of a facility's figures, or none of them, and look like all of them."""

from __future__ import annotations

from corpus.cases import case
from corpus.cases_look_sound import months_beside, remember, sum_of
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.folder import Folder
from corpus.sheets import Row, Sheet, of_r, tabel, workbook
from corpus.truth import COUNTS, MONTH_WORDS, counts

OTHER = "lama.xlsx"
NOVEMBER, DECEMBER = "2023-11", "2023-12"


def with_another(folder: Folder) -> None:
    """A second, clean file, so that something is left to read."""
    folder.xlsx(OTHER, workbook(*three(JAN)).sheet())


# Targets


@case("Judul “TARGET KBK MARET 2024” dan “SIMULASI PERHITUNGAN KBK APRIL 2024” di berkas bernama mar 24 dan apr 24")
def titles_of_plans(folder: Folder) -> None:
    with_another(folder)
    for name, title in (("mar 24", "TARGET KBK MARET 2024"), ("apr 24", "SIMULASI PERHITUNGAN KBK APRIL 2024")):
        sheet = tabel(*three(MAR), of_truth=False).sheet("Sheet 1").above([title])
        folder.xlsx(f"kbk {name}.xlsx", sheet)
        folder.tell("sheet_of_plans", f"kbk {name}.xlsx", "Sheet 1")


@case("Tabel “B. TARGET” dengan judul kolom yang sama di bawah tabel “A. CAPAIAN”; baris “Target AK: 150” bukan judul")
def a_table_of_targets_below(folder: Folder) -> None:
    results = tabel(*three(MAR)).sheet("Sheet 1")
    results.above(["CAPAIAN KBK MARET 2024"], ["Target AK: 150 per mil, RRNS 2 %, RPPT 5 %"], ["A. CAPAIAN"])
    targets = tabel(*three(FEB), of_truth=False).sheet()
    folder.xlsx("kbk.xlsx", results.below([], ["B. TARGET"], *(row.cells for row in targets.rows)))
    folder.tell("sheet_of_plans", "kbk.xlsx", "Sheet 1")


# Rows


def _parted(of: tuple[str, ...]) -> Sheet:
    """Each facility in several rows, of which the first alone bears code and name; none of them is the truth."""
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    sheet.rows[0].cells.insert(3, "Uraian")
    rows = [sheet.rows[0]]
    for row in sheet.rows[1:]:
        figures = row.cells[3:]
        rows.append(Row([*row.cells[:3], of[0], *figures], row.key, row.true, name=row.name))
        rows += [Row([None, None, None, word, *figures]) for word in of[1:]]
    sheet.rows = rows
    return sheet


@case("Tiap fasilitas tiga baris: Target, Realisasi, Selisih; kode dan nama hanya di baris pertama")
def targets_and_results_as_rows(folder: Folder) -> None:
    folder.xlsx(MONTHLY, _parted(("Target", "Realisasi", "Selisih")))
    with_another(folder)
    folder.refuse(MONTHLY, kinds=["row_parted"])
    folder.tell("row_without_facility", MONTHLY)


@case("Tiap fasilitas dua baris: laki-laki dan perempuan; kode dan nama hanya di baris pertama")
def men_and_women_as_rows(folder: Folder) -> None:
    folder.xlsx(MONTHLY, _parted(("L", "P")))
    with_another(folder)
    folder.refuse(MONTHLY, kinds=["row_parted"])


@case("Baris jumlah berkode 3 (banyaknya puskesmas) dan 6105 (kode BPS), dengan satu fasilitas belum lapor")
def totals_with_short_codes(folder: Folder) -> None:
    silent, *lines = three(MAR)
    silent.written |= dict.fromkeys(COUNTS)
    table = workbook(silent, *lines)
    cells = (3, "SELURUH PUSKESMAS"), (6105, "SANGGAU")
    totals = [table.row(sum_of(silent, *lines, code=code, name=name)).cells for code, name in cells]  # type: ignore[arg-type]
    folder.xlsx("kbk.xlsx", table.sheet().below(*totals))
    folder.expect("blank", silent.key)
    folder.tell("code_of_no_facility", "kbk.xlsx", "Sheet1")


# Columns


@case("Kolom “Jumlah Kontak (L)” di samping “Jumlah Kontak Perempuan”: separuh peserta")
def contacts_of_men(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    place = sheet.rows[0].cells.index("Jumlah Kontak")
    sheet.rows[0].cells[place] = "Jumlah Kontak (L)"
    for row in sheet.rows:
        row.cells.append("Jumlah Kontak Perempuan" if row.key is None else "900")
    folder.xlsx(MONTHLY, sheet)
    with_another(folder)
    folder.refuse(MONTHLY, kinds=["sheet_columns_missing"])


@case("Judul kolom berhuruf (A), (B), … (L), (M): (L) nomor kolom, bukan laki-laki")
def lettered_headings(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    sheet.rows[0].cells = [f"{text} ({letter})" for text, letter in zip(sheet.rows[0].cells, letters, strict=False)]
    folder.xlsx(MONTHLY, sheet)


@case("Bagian RPPT diurutkan sendiri; kolom “Urutan RPPT” di depannya menyebut fasilitas lain daripada kolom pertama")
def parts_in_two_orders(folder: Folder) -> None:
    lines = three(MAR)
    sheet = workbook(*lines).sheet()
    for row in sheet.rows:
        del row.cells[0]
    place = sheet.rows[0].cells.index("Prolanis DM Terkendali")
    sheet.rows[0].cells.insert(place, "Urutan RPPT")
    moved = [*lines[1:], lines[0]]
    for row, other in zip(sheet.rows[1:], moved, strict=True):
        row.cells[place:] = [other.facility.name, *(counts(other.facility, MAR)[count] for count in COUNTS[4:])]
    folder.xlsx(MONTHLY, sheet)
    with_another(folder)
    folder.refuse(MONTHLY, kinds=["sheet_of_two_orders"])


# Months of two years


@case("Bulan berjajar NOV, DES, JAN di bawah judul “TAHUN 2024”: November dan Desember dari tahun sebelumnya")
def months_beside_each_other_of_two_years(folder: Folder) -> None:
    months = [NOVEMBER, DECEMBER, JAN]
    sheet = months_beside(months, ["NOV", "DES", "JAN"])
    remember(folder, sheet.above(["CAPAIAN KBK TAHUN 2024"], []), months)
    folder.xlsx("kbk mar 24.xlsx", tabel(*three(MAR)).sheet())
    folder.refuse("rekap.xlsx", kinds=["sheet_month_unknown"])


def _sheets(**months: str) -> list[Sheet]:
    """Sheets of a workbook without a column of months. months: name of each sheet, its blanks as "_" → its month."""
    tables = {name.replace("_", " "): workbook(*three(month)) for name, month in months.items()}
    for table in tables.values():
        del table.headings["month"]
    return [table.sheet(name) for name, table in tables.items()]


@case("Lembar NOV, DES, JAN tanpa tahun di berkas “KBK 2024.xlsx”: November dan Desember dari tahun sebelumnya")
def sheets_of_two_years(folder: Folder) -> None:
    folder.xlsx("KBK 2024.xlsx", *_sheets(NOV=NOVEMBER, DES=DECEMBER, JAN=JAN))
    folder.xlsx("kbk mar 24.xlsx", tabel(*three(MAR)).sheet())
    folder.refuse("KBK 2024.xlsx", kinds=["sheet_month_unknown"])


@case("Lembar DES 2023, JAN, FEB di berkas “KBK 2024.xlsx”: tahun yang tertulis cocok dengan pergantian tahunnya")
def sheets_of_two_years_of_which_one_is_told(folder: Folder) -> None:
    folder.xlsx("KBK 2024.xlsx", *_sheets(DES_2023=DECEMBER, JAN=JAN, FEB=FEB))


@case("Lembar NOV 2023, DES, JAN di berkas “KBK 2023.xlsx”: Januari dari tahun berikutnya")
def a_sheet_of_the_next_year(folder: Folder) -> None:
    folder.xlsx("KBK 2023.xlsx", *_sheets(NOV_2023=NOVEMBER, DES=DECEMBER, JAN=JAN))
    folder.refuse("KBK 2023.xlsx", "JAN", kinds=["sheet_month_unknown"])


@case(
    "Kolom bulan berisi “Oktober” sampai “September” tanpa tahun di berkas “KBK 2024.xlsx”: tiga bulan pertama dari 2023"
)
def months_of_two_years_in_a_column(folder: Folder) -> None:
    months = [f"2023-{n}" for n in (10, 11, 12)] + [f"2024-{n:02d}" for n in range(1, 10)]
    table = workbook(*(one for month in months for one in three(month)), date=lambda day: MONTH_WORDS[day.month - 1])
    folder.xlsx("KBK 2024.xlsx", table.sheet())
    for month in months:
        for one in three(month):
            folder.expect("missing", one.key, kinds=["month_unreadable"])
    folder.xlsx("kbk okt 24.xlsx", tabel(*three("2024-10")).sheet())


@case("Baris NOVEMBER, DESEMBER, JANUARI di antara barisnya, dan tabel bertumpuk berjudul bulan, di bawah “TAHUN 2024”")
def months_of_two_years_below_each_other(folder: Folder) -> None:
    with_another(folder)
    months = {"NOVEMBER": NOVEMBER, "DESEMBER": DECEMBER, "JANUARI": "2024-01"}
    tables = {name: tabel(*three(month), of_truth=False).sheet() for name, month in months.items()}
    head = tables["JANUARI"].rows[0]
    bands = [row for name, sheet in tables.items() for row in (Row([name]), *sheet.rows[1:])]
    folder.xlsx("pita.xlsx", Sheet("Sheet1", [Row(["CAPAIAN KBK TAHUN 2024"]), head, *bands]))
    stacked = [row for name, sheet in tables.items() for row in (Row([f"BULAN {name}"]), *sheet.rows, Row([]))]
    folder.xlsx("tumpuk 2024.xlsx", Sheet("Sheet1", stacked))
    for file in ("pita.xlsx", "tumpuk 2024.xlsx"):
        folder.tell("sheet_month_unknown", file)


# A part of a month, several months, thousands


@case(
    "Sebutan lain jumlah berjalan di berkas satu bulan: “kbk kum …”, lembar “(akum)”, judul “(YTD)”, Q1, dan kuartal, catatan kaki"
)
def other_words_for_sums(folder: Folder) -> None:
    with_another(folder)
    folder.xlsx("kbk kum mar 24.xlsx", tabel(*three(MAR), of_truth=False).sheet())
    folder.xlsx("akum.xlsx", tabel(*three(MAR), of_truth=False).sheet("Mar 24 (akum)"))
    files = ["kbk kum mar 24.xlsx", "akum.xlsx"]
    for number, words in enumerate(("MARET 2024 (YTD)", "Q1 2024", "KUARTAL I TAHUN 2024", "3 BULAN TERAKHIR")):
        files.append(f"kbk {number} mar 24.xlsx")
        folder.xlsx(files[-1], tabel(*three(MAR), of_truth=False).sheet().above([f"CAPAIAN KBK {words}"]))
    noted = tabel(*three(MAR), of_truth=False).sheet().below([], ["*) data kumulatif Januari s.d. Maret 2024"])
    folder.xlsx("kbk catatan mar 24.xlsx", noted)
    for file in (*files, "kbk catatan mar 24.xlsx"):
        folder.tell("sheet_month_unknown", file)


@case(
    "Sebagian bulan dan ribuan: judul “TANGGAL 1 - 15 MARET 2024”, berkas “(tgl 1-15)”, baris “Satuan : ribu jiwa”, “(x 1.000)”"
)
def other_words_for_parts(folder: Folder) -> None:
    with_another(folder)
    lines = ("CAPAIAN KBK TANGGAL 1 - 15 MARET 2024", "Satuan : ribu jiwa", "(x 1.000)")
    for number, text in enumerate(lines):
        folder.xlsx(f"kbk {number} mar 24.xlsx", tabel(*three(MAR), of_truth=False).sheet().above([text]))
        folder.tell("sheet_of_other_figures", f"kbk {number} mar 24.xlsx")
    folder.xlsx("kbk mar 24 (tgl 1-15).xlsx", tabel(*three(MAR), of_truth=False).sheet())
    folder.tell("sheet_month_unknown", "kbk mar 24 (tgl 1-15).xlsx")


@case("Judul “TANGGAL 1 - 31 MARET 2024” dan catatan “Sumber: P-Care s.d. 31 Maret 2024”: sebulan penuh")
def words_of_a_whole_month(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet().above(["CAPAIAN KBK TANGGAL 1 - 31 MARET 2024"])
    folder.xlsx(
        "kbk mar 24.xlsx",
        sheet.below([], ["Sumber: P-Care s.d. 31 Maret 2024, diunduh 5 April 2024"], ["bukan angka kumulatif"]),
    )


@case(
    "CSV: satu isian hilang di tengah satu baris, sedangkan dua kolom catatan di belakang membuat barisnya tetap cukup panjang"
)
def one_field_lost(folder: Folder) -> None:
    sheet = of_r(*three(MAR)).sheet()
    for row in sheet.rows:
        row.cells += ["Keterangan", "Catatan"] if row.key is None else ["", ""]
    lost = sheet.rows[2]
    del lost.cells[5]
    folder.csv("kbk_mar24.csv", sheet)
    assert lost.key is not None
    folder.expect("missing", lost.key, kinds=["row_misaligned"])


@case("Judul “Periode : 01-03-2024 s/d 31-03-2024” dan “Periode 1 s.d. 31 Maret 2024” tanpa bulan di nama berkas")
def titles_of_the_days_of_a_month(folder: Folder) -> None:
    for number, title in enumerate(("Periode : 01-03-2024 s/d 31-03-2024", "Periode 1 s.d. 31 Maret 2024")):
        folder.xlsx(f"ekspor {number}.xlsx", tabel(*three(MAR)).sheet().above(["CAPAIAN KBK"], [title]))
    other = "Periode : 01-01-2024 s/d 31-03-2024"
    folder.xlsx("triwulan.xlsx", tabel(*three(MAR), of_truth=False).sheet().above([other]))
    folder.tell("sheet_month_unknown", "triwulan.xlsx")


@case("Subjumlah kecamatan tanpa nama di bawah fasilitas terakhir tiap kecamatan: fasilitasnya tetap satu baris")
def sums_without_a_name(folder: Folder) -> None:
    lines = three(MAR)
    table = tabel(*lines)
    first, second = (table.row(sum_of(*part, code=None, name="")).cells for part in (lines[:2], lines[2:]))
    folder.xlsx(MONTHLY, table.sheet("Sheet 1").after(2, first).below(second))
    folder.tell("row_without_facility", MONTHLY)
