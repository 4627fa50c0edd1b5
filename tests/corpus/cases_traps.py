"""Traps: files that look sound and would be misread without a word."""

from __future__ import annotations

import io

import xlsxwriter

from corpus import writers
from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.cases_tables import BOOK
from corpus.folder import Folder
from corpus.sheets import Cell, Row, Sheet, Shown, dotted, line, of_r, tabel, workbook
from corpus.truth import BELANGIN, COUNTS, KARANGAN, KLINIK, MELIAU, SANGGAU, SEKAYAM, counts, first_day, ratios

AK = ("contacts", "registered")
MONTH_UNSURE = ["sheet_month_unknown", "sheet_month_clash"]


# Months


@case("Nama berkas memuat “mar” dan “des” di dalam kata lain: “kbk marangkayu desa 2024.xlsx”")
def month_within_a_word(folder: Folder) -> None:
    name = "kbk marangkayu desa 2024.xlsx"
    folder.xlsx(name, tabel(*three(MAR)).sheet("Sheet 1"))
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    folder.refuse(name, kinds=["sheet_month_unknown"])


@case("Nama berkas memuat bulan data dan tanggal unduh: “kbk mar 24 (diunduh 2 Mei 2024).xlsx”")
def date_of_download_in_file_name(folder: Folder) -> None:
    folder.xlsx("kbk mar 24 (diunduh 2 Mei 2024).xlsx", tabel(*three(MAR)).sheet("Sheet 1"))
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in three(MAR):
        folder.expect("either", one.key, kinds=MONTH_UNSURE)


@case("Judul menyebut rentang “Januari - Maret 2024”, nama berkas tanpa bulan: angka triwulan, bukan bulanan")
def title_of_a_quarter(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1").above(["CAPAIAN KBK JANUARI - MARET 2024"], [])
    folder.xlsx("Tabel Capaian_kbk.xlsx", sheet)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    folder.refuse("Tabel Capaian_kbk.xlsx", kinds=MONTH_UNSURE)


@case("Judul menyebut rentang “s.d. Maret 2024” (kumulatif) di berkas bernama mar 24")
def title_of_a_sum_to_date(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1").above(["CAPAIAN KBK JANUARI S.D. MARET 2024"], [])
    folder.xlsx(MONTHLY, sheet)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    folder.refuse(MONTHLY, kinds=MONTH_UNSURE)


@case("Lembar “Triwulan I 2024” dan “Semester 1” di samping lembar bulanan, tanpa kolom bulan")
def sheets_of_quarters(folder: Folder) -> None:
    def bare(month: str, name: str, of_truth: bool) -> Sheet:
        table = workbook(*three(month), of_truth=of_truth)
        del table.headings["month"]
        return table.sheet(name)

    folder.xlsx(
        BOOK,
        bare(JAN, "Januari 2024", True),
        bare(FEB, "Februari 2024", True),
        bare(MAR, "Triwulan I 2024", False),
        bare(MAR, "Semester 1", False),
    )
    for name in ("Triwulan I 2024", "Semester 1"):
        folder.tell("sheet_month_unknown|sheet_recap|sheet_month_clash", BOOK, name)
        folder.tolerated |= set(MONTH_UNSURE)


@case("Buku kerja dengan hitungan tanggal 1904 (Macintosh)")
def dates_of_the_macintosh(folder: Folder) -> None:
    table = workbook(*three(JAN))
    sheet = table.sheet()
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": True}) as book:
        page = book.add_worksheet(sheet.name)
        date = book.add_format({"num_format": writers.DATE_FORMAT})
        for number, row in enumerate(sheet.rows):
            for column, cell in enumerate(row.cells):
                if number and not column:
                    page.write_datetime(number, column, cell, date)
                else:
                    page.write(number, column, cell)
    folder.written(BOOK, buffer.getvalue(), sheet)


@case("Bulan sebagai bilangan 202401, dan tanggal bertahun dua angka “01/03/24”")
def months_as_plain_numbers(folder: Folder) -> None:
    lines = [line(MELIAU, JAN, month=202401), line(SANGGAU, MAR, month="01/03/24"), line(KARANGAN, FEB, month=2)]
    folder.xlsx(BOOK, workbook(*lines, line(MELIAU, MAR)).sheet())
    for one in lines:
        folder.expect("either", one.key, kinds=["month_unreadable"])


@case("Kolom Bulan (3) dan kolom Tahun (2024) terpisah")
def month_and_year_in_two_columns(folder: Folder) -> None:
    table = tabel(*three(MAR))
    table.headings = {"service_month": "Bulan", "year": "Tahun", **table.headings}
    for one in table.lines:
        one.written |= {"service_month": 3, "year": 2024}
    folder.xlsx("Tabel Capaian_kbk.xlsx", table.sheet("Sheet 1"))
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in table.lines:
        folder.expect("either", one.key, kinds=["month_unreadable", *MONTH_UNSURE])


@case("Kolom “Bulan Pelayanan” di samping “Bulan Kapitasi” (bulan pembayaran menurut pengaturan), keduanya cocok")
def service_month_beside_payment_month(folder: Folder) -> None:
    folder.settings("bulan_kapitasi: pembayaran\n")
    table = workbook(*three(JAN), payment=True)
    table.headings["service_month"] = "Bulan Pelayanan"
    for one in table.lines:
        one.written["service_month"] = first_day(one.month)
    folder.xlsx(BOOK, table.sheet())
    for one in table.lines:
        folder.expect("either", one.key, kinds=["sheet_columns_double", "sheet_month_clash", "sheet_columns_ambiguous"])


@case("Kolom “Bulan Pelayanan” dan “Bulan Kapitasi” berbeda tanpa pengaturan bulan pembayaran")
def service_month_against_payment_month(folder: Folder) -> None:
    table = workbook(*three(JAN), payment=True)
    table.headings["service_month"] = "Bulan Pelayanan"
    for one in table.lines:
        one.written["service_month"] = first_day(one.month)
    folder.xlsx(BOOK, table.sheet())
    folder.xlsx("lama.xlsx", workbook(*three("2023-12")).sheet())
    for one in table.lines:
        kinds = ["sheet_columns_double", "sheet_month_clash", "row_month_clash", "sheet_columns_ambiguous"]
        folder.expect("either", one.key, kinds=kinds)


# Rows and totals


@case("Kabupaten hanya di baris pertama tiap kelompok, di bawahnya kosong tanpa digabung; ada kelompok kabupaten lain")
def district_in_the_first_row_of_each_group(folder: Folder) -> None:
    lines = [line(MELIAU, MAR), line(SANGGAU, MAR, district=None), line(KARANGAN, MAR, district=None)]
    sheet = tabel(*lines).sheet("Sheet 1")
    other = [
        line(SEKAYAM, MAR, district="KAB. SEKADAU", code="0199A001", name="PUSKESMAS RAWAK"),
        line(KLINIK, MAR, district=None, code="0199A002", name="PUSKESMAS SEKADAU"),
    ]
    sheet.rows += tabel(*other, of_truth=False).sheet().rows[1:]
    folder.xlsx(MONTHLY, sheet)
    for facility in (SANGGAU, KARANGAN):
        folder.expect("either", (facility.code, MAR))


@case("Baris jumlah bernama seperti kabupaten (“SANGGAU”), padahal ada Puskesmas Sanggau dan tidak ada kolom kode")
def total_named_like_a_facility(folder: Folder) -> None:
    folder.facilities(*(f"{f.code},{f.name},puskesmas" for f in (MELIAU, SANGGAU, KARANGAN)))
    lines = three(MAR)
    table = tabel(*lines)
    del table.headings["code"]
    sheet = table.sheet("Sheet 1")
    totals = {count: sum(one.true[count] for one in lines) for count in COUNTS}
    total = tabel(line(SANGGAU, MAR, totals, name="SANGGAU"), of_truth=False)
    del total.headings["code"]
    sheet.rows += total.sheet().rows[1:]
    folder.xlsx(MONTHLY, sheet)
    folder.expect("either", (SANGGAU.code, MAR), kinds=["rows_differ", "facility_unmatched", "name_ambiguous"])


@case("Baris jumlah dengan kata TOTAL atau kode kabupaten (61.03) pada kolom kode")
def total_in_the_column_of_codes(folder: Folder) -> None:
    lines = three(MAR)
    totals = {count: sum(one.true[count] for one in lines) for count in COUNTS}
    sheet = tabel(*lines).sheet("Sheet 1")
    for code, name in (("TOTAL", None), ("Jumlah", ""), ("61.03", "KABUPATEN SANGGAU")):
        sheet.rows += tabel(line(MELIAU, MAR, totals, code=code, name=name), of_truth=False).sheet().rows[1:]
    folder.xlsx(MONTHLY, sheet)


@case("Angka kabupaten yang sama namanya sebagian: KAB. SANGGAU HULU bukan KAB. SANGGAU")
def district_whose_name_begins_alike(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet()
    other = workbook(line(SEKAYAM, JAN, code="0199A001", district="KAB. SANGGAU HULU"), of_truth=False)
    sheet.rows += other.sheet().rows[1:]
    folder.xlsx(BOOK, sheet)
    folder.tell("rows_other_district", BOOK)


@case("Nama berkas “supervisi” bukan REVISI: dua berkas berbeda angka tetap meragukan")
def supervision_is_no_revision(folder: Folder) -> None:
    folder.xlsx("kbk mar 24.xlsx", tabel(*three(MAR)).sheet("Sheet 1"))
    other = three(MAR)
    other[0].true["referrals"] += 11
    folder.xlsx("kbk mar 24 supervisi.xlsx", tabel(*other).sheet("Sheet 1"))
    folder.expect("missing", (MELIAU.code, MAR), "referrals", kinds=["rows_differ"])


@case("Berkas REVISI yang selnya kosong tidak menghapus angka terdahulu diam-diam")
def revision_with_a_blank(folder: Folder) -> None:
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))
    blank = tabel(line(MELIAU, MAR, contacts=None, ak=None)).sheet("Sheet 1")
    folder.xlsx("Tabel Capaian_kbk mar 24 REVISI.xlsx", blank)
    folder.expect("either", (MELIAU.code, MAR), "contacts")


@case("Dua buku kerja kumulatif dengan bulan yang sama tetapi angka berbeda: tidak ada yang lebih baru")
def two_cumulative_workbooks(folder: Folder) -> None:
    lines = [*three(JAN), *three(FEB)]
    folder.xlsx("a.xlsx", workbook(*lines).sheet())
    other = [*three(JAN), *three(FEB)]
    other[0].true["contacts"] += 70
    folder.xlsx("b.xlsx", workbook(*other).sheet())
    folder.expect("missing", (MELIAU.code, JAN), "contacts", kinds=["rows_differ"])


# Columns


@case(
    "Judul kolom dengan satuan dan tanda bintang: “Jumlah Kontak (orang)”, “Angka Kontak (‰)”, “Peserta Terdaftar \\*)”"
)
def headings_with_units(folder: Folder) -> None:
    table = tabel(*three(MAR))
    table.headings |= {"contacts": "Jumlah Kontak (orang)", "ak": "Angka Kontak (‰)", "registered": "Peserta Terdaftar *)",
                       "rrns": "RRNS (%)"}  # fmt: skip
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in table.lines:
        folder.expect("either", one.key, kinds=["sheet_columns_missing"])


@case("Kolom “Jumlah Kontak Sehat” dan “Jumlah Kontak Sakit” di samping “Jumlah Kontak”")
def parts_of_contacts_beside_them(folder: Folder) -> None:
    table = workbook(*three(JAN))
    items = list(table.headings.items())
    place = list(table.headings).index("contacts")
    items[place:place] = [("well", "Jumlah Kontak Sehat"), ("ill", "Jumlah Kontak Sakit")]
    table.headings = dict(items)
    for one in table.lines:
        one.written |= {"well": one.true["contacts"] - 300, "ill": 300}
    folder.xlsx(BOOK, table.sheet())


@case("Hanya “Jumlah Kontak Sehat” dan “Jumlah Kontak Sakit”; jumlahnya tidak tertulis")
def parts_of_contacts_alone(folder: Folder) -> None:
    table = workbook(*three(JAN))
    table.headings = {role: word for role, word in table.headings.items() if role != "contacts"}
    table.headings |= {"well": "Jumlah Kontak Sehat", "ill": "Jumlah Kontak Sakit"}
    for one in table.lines:
        one.written |= {"well": one.true["contacts"] - 300, "ill": 300}
    folder.xlsx(BOOK, table.sheet())
    folder.xlsx("lama.xlsx", workbook(*three("2023-12")).sheet())
    for one in table.lines:
        folder.expect("missing", one.key, "contacts", kinds=["sheet_columns_missing", "sheet_columns_ambiguous"])
        rest = [count for count in COUNTS if count != "contacts"]
        folder.expect("either", one.key, *rest, kinds=["sheet_columns_missing", "sheet_columns_ambiguous"])


@case("Kolom “Rujukan Non Spesialistik” di samping “Kasus Non Spesialistik” dengan angka lain")
def two_columns_of_nonspecialist(folder: Folder) -> None:
    table = workbook(*three(JAN))
    table.headings["other"] = "Rujukan Non Spesialistik"
    for one in table.lines:
        one.written["other"] = one.true["nonspecialist_referrals"] + 4
    folder.xlsx(BOOK, table.sheet())
    folder.xlsx("lama.xlsx", workbook(*three("2023-12")).sheet())
    for one in table.lines:
        kinds = ["sheet_columns_double", "sheet_columns_ambiguous"]
        folder.expect("missing", one.key, "nonspecialist_referrals", kinds=kinds)
        folder.expect("either", one.key, *[c for c in COUNTS if c != "nonspecialist_referrals"], kinds=kinds)


@case("Isi kolom Angka Kontak dan Jumlah Kontak tertukar")
def ratio_in_the_place_of_the_count(folder: Folder) -> None:
    lines = three(MAR)
    for one in lines:
        one.written |= {"contacts": ratios(one.true)["ak"], "ak": dotted(one.true["contacts"])}
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    for one in lines:
        folder.expect("missing", one.key, "contacts")
        folder.expect("either", one.key, "registered")


@case("CSV dari R dengan nama baris: judul satu kolom lebih sedikit daripada isinya")
def header_one_short(folder: Folder) -> None:
    sheet = of_r(*three(MAR)).sheet()
    for number, row in enumerate(sheet.rows[1:], start=1):
        row.cells.insert(0, str(number))
    folder.csv("kbk_mar24.csv", sheet)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in three(MAR):
        folder.expect("either", one.key, kinds=["row_misaligned", "file_without_table", "sheet_columns_missing"])


@case("CSV dari R dengan kolom pertama tanpa judul berisi nomor baris")
def unnamed_first_column(folder: Folder) -> None:
    sheet = of_r(*three(MAR), dots=True).sheet()
    for number, row in enumerate(sheet.rows):
        row.cells.insert(0, str(number) if number else "")
    folder.csv("kbk_mar24.csv", sheet, quoted=True)


@case("Tabel lebar: bulan sebagai kolom (JAN, FEB, MAR) untuk satu indikator")
def months_as_columns(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    rows: list[list[Cell]] = [
        ["ANGKA KONTAK 2024"], ["KAB/KOTA", "Kode PPK", "NAMA FKTP", "JAN", "FEB", "MAR", "Rata-rata"],
        ["Target", None, None, 150, 150, 150, 150], ["KAB. SANGGAU", MELIAU.code, MELIAU.name, "98,5", "88,2", "101,3", "96,0"],
    ]  # fmt: skip
    folder.xlsx("Rekap AK 2024.xlsx", Sheet("Sheet1", [Row(cells) for cells in rows]))
    folder.tell("sheet_months_across|file_without_table|sheet_columns_missing", "Rekap AK 2024.xlsx")


@case("Tabel panjang: nama ukuran di dalam baris (Indikator, Nilai)")
def measures_as_rows(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    rows: list[list[Cell]] = [["Kode PPK", "NAMA FKTP", "Bulan", "Indikator", "Nilai"]]
    counted = ("Jumlah Kontak", "Peserta Terdaftar", "Jumlah Rujukan")
    rows += [[one.code, one.name, "Maret 2024", word, 2000] for one in (MELIAU, SANGGAU) for word in counted]
    folder.xlsx("kbk panjang mar 24.xlsx", Sheet("Series Row", [Row(cells) for cells in rows]))
    folder.tell("sheet_turned", "kbk panjang mar 24.xlsx")


# Numbers


@case("Ribuan gaya Inggris yang tampak bulat bila koma dianggap desimal: “2,000”, “3,000” pada Jumlah Kontak")
def english_thousands_that_look_whole(folder: Folder) -> None:
    lines = [
        line(MELIAU, JAN, {"contacts": 2000}, contacts="2,000"),
        line(SANGGAU, JAN, {"contacts": 3000}, contacts="3,000"),
    ]
    folder.xlsx(BOOK, workbook(*lines, line(KARANGAN, JAN)).sheet())
    for one in lines:
        folder.expect("either", one.key, "contacts")


@case("Satu sel bergaya Inggris “1,000” di antara angka bergaya Indonesia")
def one_english_thousand(folder: Folder) -> None:
    lines = [line(MELIAU, JAN), line(SANGGAU, JAN, {"contacts": 1000}, contacts="1,000"), line(KARANGAN, JAN)]
    folder.xlsx(BOOK, workbook(*lines, number=dotted).sheet())
    folder.expect("either", lines[1].key, "contacts")


@case("Bilangan 2 yang tampak “2.000” karena format sel 0.000 (ribuan hilang lalu diformat)")
def two_shown_as_two_thousand(folder: Folder) -> None:
    lines = [line(MELIAU, JAN, {"contacts": 2000}), line(SANGGAU, JAN), line(KARANGAN, JAN)]
    for one in lines:
        one.written["contacts"] = Shown(one.true["contacts"] / 1000, "0.000")
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("either", one.key, "contacts")


@case("Jumlah 1748 yang tampak sebagai tanggal karena format sel tanggal")
def count_shown_as_a_date(folder: Folder) -> None:
    lines = three(JAN)
    lines[0].written["contacts"] = Shown(lines[0].true["contacts"], "dd/mm/yyyy")
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("either", lines[0].key, "contacts", kinds=["not_a_number", "date_for_number"])


@case("Pemisah ribuan lain: spasi biasa, spasi tipis, spasi tipis tanpa putus, apostrof")
def other_separators(folder: Folder) -> None:
    lines = [line(f, JAN) for f in (MELIAU, SANGGAU, KARANGAN, BELANGIN)]
    for one, sign in zip(lines, (" ", "\u2009", "\u202f", "'"), strict=True):
        one.written["registered"] = f"{one.true['registered']:,}".replace(",", sign)
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("either", one.key, "registered")


@case("Tulisan bilangan lain: “+1904”, “(1904)”, “1,904E3”, “1904.”, “=1904”, “1904 0”")
def other_writings(folder: Folder) -> None:
    lines = [line(f, JAN) for f in (MELIAU, SANGGAU, KARANGAN, BELANGIN, SEKAYAM, KLINIK)]
    ways = ("+{0}", "({0})", "{1}E3", "{0}.", "={0}", "{0} 0")
    for one, way in zip(lines, ways, strict=True):
        true = one.true["registered"]
        one.written["registered"] = way.format(true, f"{true / 1000}".replace(".", ","))
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("either", one.key, "registered")
    folder.expect("missing", lines[1].key, "registered")
    folder.expect("missing", lines[5].key, "registered")


@case("Bilangan dengan galat titik mengambang (1904,0000000001) dan setengah (1904,5)")
def floating_noise(folder: Folder) -> None:
    lines = three(JAN)
    lines[0].written["contacts"] = lines[0].true["contacts"] + 1e-10
    lines[1].written["contacts"] = lines[1].true["contacts"] + 0.5
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("either", lines[0].key, "contacts")
    folder.expect("missing", lines[1].key, "contacts", kinds=["not_whole"])
    folder.expect("either", lines[2].key, "contacts", kinds=["thousands_unsure", "among_fractions"])


@case("Dua nilai dalam satu sel: “12;15”, “1904/1900”, “1904 (rev. 1950)”")
def two_values_in_a_cell(folder: Folder) -> None:
    lines = three(JAN)
    for one, text in zip(lines, ("12;15", "1904/1900", "1904 (rev. 1950)"), strict=True):
        one.written["contacts"] = text
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("missing", one.key, "contacts", kinds=["not_a_number"])


@case("Angka dengan ganti baris di dalam sel dan spasi di antara digit (“1 9 0 4”)")
def broken_digits(folder: Folder) -> None:
    lines = three(JAN)
    lines[0].written["contacts"] = f"{lines[0].true['contacts']}\n"
    lines[1].written["contacts"] = " ".join(str(lines[1].true["contacts"]))
    lines[2].written["contacts"] = "33\n86"
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("either", one.key, "contacts")
    folder.expect("missing", lines[2].key, "contacts")


@case("Huruf l dan I sebagai angka satu, S sebagai lima (hasil OCR): “l904”, “S040”")
def digits_of_a_scanner(folder: Folder) -> None:
    lines = three(JAN)
    for one, text in zip(lines, ("l904", "I904", "S040"), strict=True):
        one.written["contacts"] = text
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("missing", one.key, "contacts", kinds=["not_a_number"])


@case("Semua jumlah nol pada satu baris: nol tetap nol")
def all_zero(folder: Folder) -> None:
    zeros = dict.fromkeys(COUNTS, 0)
    folder.xlsx(BOOK, workbook(*three(JAN), line(BELANGIN, JAN, zeros)).sheet())


@case("Fasilitas sangat kecil: 4 peserta, 1 kontak; tidak satu pun angka dikira ribuan yang hilang")
def a_very_small_facility(folder: Folder) -> None:
    small = dict(zip(COUNTS, (1, 4, 0, 1, 0, 1, 1, 2), strict=True))
    folder.xlsx(MONTHLY, tabel(*three(MAR), line(BELANGIN, MAR, small)).sheet("Sheet 1"))
    folder.xlsx(BOOK, workbook(*three(JAN), line(BELANGIN, JAN, small)).sheet())


@case("Ribuan hilang pada pembilang dan penyebut sekaligus: rasionya tetap, hanya satu pembacaan yang mungkin")
def both_lost_their_thousands(folder: Folder) -> None:
    lines = three(MAR)
    lines[0].written |= {count: lines[0].true[count] / 1000 for count in AK}
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    folder.expect("either", lines[0].key, *AK)


@case("Kontak 2 dari 13 peserta, padahal 2.000 dari 13.000: rasio yang sama tidak membuktikan apa pun")
def lost_thousands_with_the_same_ratio(folder: Folder) -> None:
    true = {"contacts": 2000, "registered": 13000}
    one = line(MELIAU, MAR, true, contacts="2", registered="13")
    folder.xlsx(MONTHLY, tabel(one, line(SANGGAU, MAR), line(KARANGAN, MAR)).sheet("Sheet 1"))
    folder.expect("either", one.key)  # 13 participants cannot have 242 with diabetes
    folder.expect("missing", one.key, *AK)


# Files


@case("Kutip pembuka tanpa penutup pada nama di CSV: dua baris di antaranya tidak hilang diam-diam")
def unclosed_quote(folder: Folder) -> None:
    lines = [line(f, MAR) for f in (MELIAU, SANGGAU, KARANGAN, BELANGIN, SEKAYAM)]
    lines[1].written["name"] = '"PUSKESMAS SANGGAU'
    lines[3].written["name"] = '"PUSKESMAS BELANGIN 3'
    folder.csv("kbk_mar24.csv", of_r(*lines).sheet(), raw=True)
    for one in lines[1:4]:
        folder.expect("either", one.key, kinds=["row_misaligned", "file_unreadable", "csv_quotes"])


@case("Ganti baris di dalam nama berkutip, baris kosong di antara, dan titik koma berlebih di ujung baris CSV")
def breaks_and_blank_lines_in_csv(folder: Folder) -> None:
    lines = three(MAR)
    lines[0].written["name"] = "PUSKESMAS\nMELIAU"
    sheet = of_r(*lines).sheet().after(1, [])
    for row in sheet.rows:
        row.cells += ["", ""] if row.cells else []
    folder.csv("kbk_mar24.csv", sheet)


@case("Bita nol di dalam CSV dan tanda akhir berkas DOS (Ctrl+Z) di ujungnya")
def null_bytes_and_end_of_file(folder: Folder) -> None:
    sheet = of_r(*three(MAR)).sheet("")
    folder.written("kbk_mar24.csv", writers.csv_bytes(sheet) + b"\x1a", sheet)
    other = of_r(*three(FEB)).sheet("")
    content = writers.csv_bytes(other).replace(b"MELIAU", b"MEL\0IAU")
    folder.written("kbk_feb24.csv", content, other)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in [*three(FEB), *three(MAR)]:
        folder.expect("either", one.key)


@case("Lembar “sangat tersembunyi” (very hidden) dan kolom tersembunyi")
def very_hidden_sheet(folder: Folder) -> None:
    visible, hidden = (
        workbook(*three(JAN)).sheet("Januari 24"),
        workbook(*three(FEB), of_truth=False).sheet("Februari 24"),
    )
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        date = book.add_format({"num_format": writers.DATE_FORMAT})
        for sheet in (visible, hidden):
            page = book.add_worksheet(sheet.name)
            for number, row in enumerate(sheet.rows):
                for column, cell in enumerate(row.cells):
                    if number and not column:
                        page.write_datetime(number, column, cell, date)
                    else:
                        page.write(number, column, cell)
            page.set_column(6, 6, None, None, {"hidden": True})
            if sheet is hidden:
                page.very_hidden()
    folder.written(BOOK, buffer.getvalue(), visible)
    folder.tell("sheet_hidden", BOOK)


@case("Teks kaya (sebagian tebal) pada nama dan angka, dan sel berkomentar")
def rich_text(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        page = book.add_worksheet(sheet.name)
        for number, row in enumerate(sheet.rows):
            for column, cell in enumerate(row.cells):
                if len(cell) > 2:
                    page.write_rich_string(number, column, bold, cell[:1], cell[1:])
                else:
                    page.write_string(number, column, cell)
        page.write_comment(1, 3, "angka sementara 9.999")
    folder.written(MONTHLY, buffer.getvalue(), sheet)


@case("Ekspor lain dari kantor cabang dengan judul kolom aslinya: kapitasi, lampiran, riwayat rujukan, nonkapitasi")
def all_other_exports(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet())
    capitation = [
        "Kode dan Nama FKTP", "Jenis Kapitasi", "KBK Konsekuensi", "Jarkomdat", "Kapitasi Khusus", "Koefisien RAC",
        "Usia 0 5 L", "Besaran Tarif Kapitasi Awal", "Biaya Kapitasi Awal", "Capaian KBK", "Biaya Kapitasi Bayar",
    ]  # fmt: skip
    row: list[Cell] = [
        f"{MELIAU.code} - {MELIAU.name}",
        "Regular",
        "Ya",
        "Ya",
        "Tidak",
        1,
        120,
        6000,
        74_100_000,
        95,
        70_395_000,
    ]
    folder.xlsx("Kapitasi All_mar24.xlsx", Sheet("Sheet 1", [Row(list(capitation)), Row(row)]))
    fact = ["tglpelayanan", "nmdati2", "nmjnsppk", "nmtypeppk", "kdppk", "nmppk", "jmlpstkap", "kapbpj", "bykapitasi"]
    cells: list[Cell] = [
        "3/1/2024",
        "KAB. SANGGAU",
        "PUSKESMAS",
        "PUSKESMAS",
        MELIAU.code,
        MELIAU.name,
        12490,
        6000,
        74_940_000,
    ]
    folder.csv("Sheet 1_Full Data_kapitasi.csv", Sheet("", [Row(list(fact)), Row(cells)]), ",")
    claims = ["nosjp", "nokapst", "nmdati2layan", "kdppklayan", "nmppklayan", "kddiagnosa", "tglpelayanan", "biaya"]
    cells = [
        "0114A0260324P000001",
        "0001234567891",
        "KAB. SANGGAU",
        MELIAU.code,
        MELIAU.name,
        "O80",
        "3/4/2024",
        700_000,
    ]
    folder.csv("nonkapitasi.csv", Sheet("", [Row(list(claims)), Row(cells)]), ",")
    folder.tolerated |= {"file_without_table", "sheet_columns_missing", "extract_columns"}


@case("Berkas kumulatif yang bulan terakhirnya belum terisi (judul dan nama saja)")
def last_month_still_empty(folder: Folder) -> None:
    empty = [line(one.facility, MAR, **dict.fromkeys(COUNTS)) for one in three(MAR)]
    folder.xlsx(BOOK, workbook(*three(FEB)).sheet("Februari 24"), workbook(*empty).sheet("Maret 24"))
    for one in empty:
        folder.expect("blank", one.key)


@case("Nama puskesmas yang sama di dua kabupaten; hanya kode dan kabupaten membedakannya")
def same_name_in_two_districts(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet()
    other = workbook(line(MELIAU, JAN, code="0199A026", district="KAB. SEKADAU"), of_truth=False)
    sheet.rows[1:1] = other.sheet().rows[1:]
    folder.xlsx(BOOK, sheet)
    folder.tell("rows_other_district", BOOK)


@case("Kode yang sama di dua baris dengan nama berbeda pada bulan yang sama")
def one_code_of_two_names(folder: Folder) -> None:
    typo = line(MELIAU, JAN, counts(BELANGIN, JAN), name=BELANGIN.name)
    folder.xlsx(BOOK, workbook(*three(JAN), typo, *three(FEB), line(BELANGIN, FEB)).sheet())
    folder.expect("either", (MELIAU.code, JAN), kinds=["code_name_clash", "rows_differ"])


# Marks of numbers decided by the column: the ratios of a file must not turn the points of its counts into decimal points


@case("CSV: rasio berdesimal titik (154.52), jumlah bertitik ribuan; rujukan 2.000 dan 1.288 tanpa RRNS tercetak")
def english_ratios_beside_indonesian_counts(folder: Folder) -> None:
    lines = [line(MELIAU, MAR, {"referrals": 2000}), line(SANGGAU, MAR), line(KARANGAN, MAR), line(SEKAYAM, MAR)]
    table = of_r(*lines)
    for one in lines:
        texts = {role: str(table.cell(one, role)) for role in ("ak", "rppt_dm", "rppt_ht", "rppt")}
        one.written |= {role: text.replace(",", ".") for role, text in texts.items()}
    folder.csv("kbk_mar24.csv", table.sheet())
    for one in lines:
        folder.expect("either", one.key)


@case("Satu rasio saja bertitik desimal (“154.5 0/00”) di antara rasio berkoma; rujukan 2.000 tanpa rasio")
def one_english_ratio(folder: Folder) -> None:
    lines = [
        line(MELIAU, MAR, {"referrals": 2000}, rrns=None),
        line(SANGGAU, MAR, rrns=None),
        line(KARANGAN, MAR, rrns=None),
    ]
    lines[1].written["ak"] = f"{1000 * lines[1].true['contacts'] / lines[1].true['registered']:.1f} 0/00"
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    folder.expect("either", lines[1].key, *AK)


@case("Kolom “Capaian KBK BI” berdesimal titik (3.5) di buku kerja berteks titik ribuan")
def a_decimal_point_in_another_column(folder: Folder) -> None:
    lines = [line(MELIAU, JAN, {"referrals": 2000, "contacts": 3000}), line(SANGGAU, JAN), line(KARANGAN, JAN)]
    for one in lines:
        one.written["achieved"] = "3.5"
    folder.xlsx(BOOK, workbook(*lines, number=dotted).sheet())


@case("Bilangan pecahan Excel di kolom lain (3,5; 98,25) di buku kerja berteks titik ribuan")
def fractions_in_another_column(folder: Folder) -> None:
    table = workbook(line(MELIAU, JAN, {"contacts": 3000}), line(SANGGAU, JAN), line(KARANGAN, JAN), number=dotted)
    table.headings["cover"] = "Cakupan"
    for one in table.lines:
        one.written["cover"] = 98.25
    folder.xlsx(BOOK, table.sheet())


@case("Semua jumlah kelipatan seribu bertitik (2.000, 12.000), satu fasilitas di bawah seribu")
def round_thousands_only(folder: Folder) -> None:
    round_ = dict(zip(COUNTS, (2000, 12000, 1, 1000, 0, 1000, 0, 1000), strict=True))
    lines = [line(MELIAU, JAN, round_), line(SANGGAU, JAN, round_ | {"contacts": 3000}), line(KARANGAN, JAN, round_)]
    folder.xlsx(BOOK, workbook(*lines, number=dotted).sheet())
    for one in lines:  # “2.000” throughout could also be 2 with three decimals
        folder.expect("either", one.key, kinds=["separator_unclear"])


@case("Kolom yang memuat “1.930” dan “12,5”: titik ribuan di satu sel, koma desimal di sel lain")
def points_and_commas_in_one_column(folder: Folder) -> None:
    lines = [line(MELIAU, JAN), line(SANGGAU, JAN, contacts="12,5"), line(KARANGAN, JAN)]
    folder.xlsx(BOOK, workbook(*lines, number=dotted).sheet())
    folder.expect("missing", lines[1].key, "contacts", kinds=["not_whole"])


@case("Kolom yang memuat “1.930”, “4,694”, dan “980”: pemisah ribuan dua gaya")
def two_styles_in_one_column(folder: Folder) -> None:
    lines = [line(MELIAU, JAN), line(SANGGAU, JAN, contacts="4,668"), line(KARANGAN, JAN), line(SEKAYAM, JAN)]
    folder.xlsx(BOOK, workbook(*lines, number=dotted).sheet())
    for one in lines:
        folder.expect("either", one.key, "contacts")


@case("Digit tertukar (17 menjadi 71) di samping penyebut yang titiknya meragukan: rasio membantah setiap bacaan")
def damaged_digit_beside_a_doubted_denominator(folder: Folder) -> None:
    true = {"contacts": 17, "registered": 1190}
    lines = [line(MELIAU, MAR), line(BELANGIN, MAR, true, contacts="71"), line(SANGGAU, MAR)]
    table = tabel(*lines)
    for one in lines:
        texts = {role: str(table.cell(one, role)) for role in ("ak", "rrns", "rppt_dm", "rppt_ht", "rppt")}
        one.written |= {role: text.replace(",", ".") for role, text in texts.items()}
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    for one in lines:
        folder.expect("either", one.key)
    folder.expect("missing", (BELANGIN.code, MAR), "contacts")
