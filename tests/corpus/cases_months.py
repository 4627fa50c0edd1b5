"""Which month: sheet names without a year, months in file names and titles, dates of two kinds, payment months."""

from __future__ import annotations

from corpus.cases import case
from corpus.folder import Folder
from corpus.sheets import Line, Merge, line, of_r, tabel, workbook
from corpus.truth import BELANGIN, KARANGAN, MELIAU, SANGGAU, first_day, in_words, short

JAN, FEB, MAR, APR = "2024-01", "2024-02", "2024-03", "2024-04"
YEAR_AND_MORE = [f"2023-{n:02d}" for n in range(1, 13)] + [JAN, FEB, MAR, APR]
NAMES = [
    "Januari 23", "Februari 23", "Maret 23", "April 23", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
    "November", "Desember", "Januari", "Februari", "Maret 24", "April 24",
]  # fmt: skip
CUMULATIVE = "Capaian KBK (JAN 23 - APR 24).xlsx"
MONTHLY = "Tabel Capaian_kbk mar 24.xlsx"


def three(month: str) -> list[Line]:
    """Three facilities of a month."""
    return [line(facility, month) for facility in (MELIAU, SANGGAU, KARANGAN)]


@case("Buku kerja kumulatif dengan 16 lembar; sebagian nama lembar tanpa tahun, dua bernama bulan yang sama tahun lain")
def sheet_names_without_year(folder: Folder) -> None:
    sheets = [workbook(*three(m)).sheet(name) for m, name in zip(YEAR_AND_MORE, NAMES, strict=True)]
    folder.xlsx(CUMULATIVE, *sheets)


@case("Buku kerja tanpa kolom bulan; lembar bernama bulan tanpa tahun, dan nama berkas menyebut rentang dua tahun")
def sheet_names_without_year_and_no_column(folder: Folder) -> None:
    sheets = []
    for month, name in zip(YEAR_AND_MORE, NAMES, strict=True):
        table = workbook(*three(month))
        del table.headings["month"]
        sheets.append(table.sheet(name))
    folder.xlsx(CUMULATIVE, *sheets)
    for month, name in zip(YEAR_AND_MORE, NAMES, strict=True):
        # May to December stand once in the range January 2023 to April 2024, January and February twice.
        if not name[-1].isdigit():
            for one in three(month):
                folder.expect("either", one.key, kinds=["sheet_month_unknown", "sheet_month_clash"])


@case("Ekspor Tableau; bulan hanya di nama berkas: “mar 24”")
def month_in_file_name(folder: Folder) -> None:
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))


@case("CSV; bulan hanya di nama berkas, singkatan Indonesia: des22, mei23, agu23, okt23")
def month_words_of_file_names(folder: Folder) -> None:
    for month in ("2023-05", "2023-08", "2023-10", "2023-12"):
        folder.csv(f"kbk_{short(month, '')}.csv", of_r(*three(month)).sheet())


@case("Nama berkas dieja berlain-lain: Agustus_2023, OKT-2023, 2023-11, 122023")
def month_of_file_name_spelt_otherwise(folder: Folder) -> None:
    names = {"2023-08": "KBK_Agustus_2023", "2023-10": "kbk OKT-2023", "2023-11": "kbk 2023-11"}
    for month, name in names.items():
        folder.csv(f"{name}.csv", of_r(*three(month)).sheet())
    folder.csv("kbk_122023.csv", of_r(*three("2023-12")).sheet())
    for one in three("2023-12"):
        folder.expect("either", one.key, kinds=["sheet_month_unknown"])


@case("Bulan hanya di judul di atas tabel: “BULAN : MARET 2024”")
def month_in_title(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1").above(["CAPAIAN KBK KABUPATEN SANGGAU"], ["BULAN : MARET 2024"], [])
    folder.xlsx("Tabel Capaian_kbk.xlsx", sheet)


@case("Bulan hanya di nama lembar: “Mar-24”, “Feb 2024”")
def month_in_sheet_name(folder: Folder) -> None:
    folder.xlsx("Tabel Capaian_kbk.xlsx", tabel(*three(FEB)).sheet("Feb 2024"), tabel(*three(MAR)).sheet("Mar-24"))


@case("Bulan tidak tertulis di mana pun")
def no_month_anywhere(folder: Folder) -> None:
    folder.xlsx("Tabel Capaian_kbk.xlsx", tabel(*three(MAR)).sheet("Sheet 1"))
    folder.xlsx("kbk.xlsx", workbook(*three(JAN)).sheet())
    folder.refuse("Tabel Capaian_kbk.xlsx", kinds=["sheet_month_unknown"])


@case("Tanggal cetak “Dicetak 3 Juli 2024” di bawah tabel Maret tidak menentukan bulan")
def date_of_printing(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1").above(["CAPAIAN KBK BULAN MARET 2024"], ["Dicetak 3 Juli 2024"], [])
    sheet.below([], ["Sumber: BPJS Kesehatan, 03 Juli 2024, Pukul 10:24 WIB"])
    folder.xlsx("Tabel Capaian_kbk.xlsx", sheet)


@case("Nama berkas menyebut Maret, judul menyebut Februari")
def file_name_against_title(folder: Folder) -> None:
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1").above(["BULAN: FEBRUARI 2024"], []))
    folder.xlsx("kbk.xlsx", workbook(*three(JAN)).sheet())
    folder.refuse(MONTHLY, kinds=["sheet_month_clash"])


@case("Kolom Bulan Kapitasi berisi Maret pada lembar bernama Januari 24")
def column_against_sheet_name(folder: Folder) -> None:
    folder.xlsx("kbk.xlsx", workbook(*three(MAR)).sheet("Januari 24"), workbook(*three(FEB)).sheet("Februari 24"))
    folder.refuse("kbk.xlsx", "Januari 24", kinds=["sheet_month_clash"])


@case("Bulan Kapitasi berarti bulan pembayaran (pengaturan daerah): satu bulan sesudah pelayanan")
def payment_month(folder: Folder) -> None:
    folder.settings("bulan_kapitasi: pembayaran\n")
    tables = [workbook(*three(m), payment=True).sheet(f"Lembar {m}") for m in ("2023-12", JAN)]
    folder.xlsx("Capaian KBK.xlsx", *tables)


@case("Bulan pembayaran dalam kolom, sedangkan berkas bulanan lain bernama menurut bulan pelayanan")
def payment_month_beside_service_month(folder: Folder) -> None:
    folder.settings("bulan_kapitasi: pembayaran\n")
    folder.xlsx("Capaian KBK.xlsx", workbook(*three(FEB), payment=True).sheet("Sheet1"))
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))


@case("Tanggal sebagai teks m/d/Y; hari terakhir bulan membuktikan urutannya (1/31/2024)")
def month_first_dates_proved_by_the_day(folder: Folder) -> None:
    ends = {JAN: "1/31/2024", FEB: "2/29/2024", MAR: "3/31/2024"}
    lines = [line(f, m, month=text) for m, text in ends.items() for f in (MELIAU, SANGGAU, KARANGAN)]
    folder.xlsx("Capaian KBK.xlsx", workbook(*lines).sheet())


@case("Tanggal sebagai teks d/m/Y; hari terakhir bulan membuktikan urutannya (31/01/2024)")
def day_first_dates_proved_by_the_day(folder: Folder) -> None:
    ends = {JAN: "31/01/2024", FEB: "29/02/2024", MAR: "31/03/2024"}
    lines = [line(f, m, month=text) for m, text in ends.items() for f in (MELIAU, SANGGAU, KARANGAN)]
    folder.xlsx("Capaian KBK.xlsx", workbook(*lines).sheet())


@case("Tanggal sebagai teks “2/1/2024” dan “3/1/2024” tanpa bukti urutan hari dan bulan")
def dates_of_unknown_order(folder: Folder) -> None:
    lines = [line(f, m, month=f"{int(m[5:])}/1/2024") for m in (FEB, MAR) for f in (MELIAU, SANGGAU)]
    folder.xlsx("Capaian KBK.xlsx", workbook(*lines).sheet())
    folder.xlsx("lama.xlsx", workbook(*three("2023-12")).sheet())
    for one in lines:
        folder.expect("either", one.key, kinds=["month_unreadable", "month_order_unknown"])


@case("Tanggal m/d/Y (2/1/2024) pada lembar bernama Februari: hanya satu bacaan yang cocok")
def dates_whose_order_the_sheet_names_tell(folder: Folder) -> None:
    sheets = []
    for month in (FEB, MAR):
        lines = [line(f, month, month=f"{int(month[5:])}/1/2024") for f in (MELIAU, SANGGAU)]
        sheets.append(workbook(*lines).sheet(in_words(month)))
    folder.xlsx("Capaian KBK.xlsx", *sheets)
    folder.xlsx("lama.xlsx", workbook(*three("2023-12")).sheet())
    for month in (FEB, MAR):
        for facility in (MELIAU, SANGGAU):
            folder.expect("either", (facility.code, month), kinds=["month_unreadable", "sheet_month_clash"])


@case("Bulan sebagai kata: “Januari 2024”, “Agu 23”, “agustus 23”, “Mar-24”, “03/2024”, “2024-02”, “202404”")
def months_in_words(folder: Folder) -> None:
    words = {JAN: "Januari 2024", "2023-08": "Agu 23", "2023-09": "september 23", MAR: "Mar-24", FEB: "2024-02",
             "2023-12": "12/2023", "2023-10": "OKT 2023", "2023-05": " Mei  2023 "}  # fmt: skip
    lines = [line(f, m, month=text) for m, text in words.items() for f in (MELIAU, SANGGAU)]
    folder.xlsx("Capaian KBK.xlsx", workbook(*lines).sheet())


@case("Bulan sebagai nomor tanggal Excel (45292), tanggal dengan jam, dan tanggal hari terakhir")
def months_as_numbers_and_moments(folder: Folder) -> None:
    serial = (first_day(JAN) - first_day("2023-01")).days + 44927  # 1 January 2023 is 44927 in Excel
    lines = [
        line(MELIAU, JAN, month=serial), line(SANGGAU, JAN, month=first_day(JAN).replace(day=31)),
        line(MELIAU, FEB, month="2024-02-01 00:00:00"), line(SANGGAU, FEB, month=first_day(FEB)),
    ]  # fmt: skip
    folder.xlsx("Capaian KBK.xlsx", workbook(*lines).sheet())
    folder.expect("either", (MELIAU.code, JAN), kinds=["month_unreadable"])


@case("Sel bulan kosong pada satu baris, dan bulan tanpa tahun (“Mei”) pada satu baris")
def row_without_month(folder: Folder) -> None:
    bare = line(BELANGIN, JAN, month="Januari")
    folder.xlsx("Capaian KBK.xlsx", workbook(*three(JAN), line(BELANGIN, FEB, month=None), bare).sheet())
    folder.expect("missing", (BELANGIN.code, FEB), kinds=["row_without_month"])
    folder.expect("missing", (BELANGIN.code, JAN), kinds=["month_unreadable"])


@case("Kolom bulan hanya berisi “Januari”, “Februari”, “Maret”; tahunnya di nama berkas")
def months_without_year(folder: Folder) -> None:
    words = {JAN: "Januari", FEB: "FEBRUARI", MAR: "Mar"}
    lines = [line(place, month, month=words[month]) for month in words for place in (MELIAU, SANGGAU, KARANGAN)]
    folder.xlsx("Capaian KBK 2024.xlsx", workbook(*lines).sheet())
    folder.tell("month_year_from_names", "Capaian KBK 2024.xlsx")


@case("Satu baris bulan Februari tersesat di lembar Januari 24")
def stray_row_of_another_month(folder: Folder) -> None:
    folder.xlsx("Capaian KBK.xlsx", workbook(*three(JAN), line(BELANGIN, FEB)).sheet("Januari 24"))
    folder.expect("missing", (BELANGIN.code, FEB), kinds=["row_month_clash"])


@case("Bulan di masa depan yang mustahil (2042) karena salah ketik tahun")
def month_of_a_far_year(folder: Folder) -> None:
    typo = line(BELANGIN, JAN, month="Januari 2204")
    folder.xlsx("Capaian KBK.xlsx", workbook(*three(JAN), typo).sheet())
    folder.expect("missing", typo.key, kinds=["month_unreadable", "row_month_clash", "month_out_of_range"])


@case("Sel bulan digabung melintasi semua baris")
def merged_month(folder: Folder) -> None:
    lines = [line(MELIAU, JAN), line(SANGGAU, JAN, month=None), line(KARANGAN, JAN, month=None)]
    sheet = workbook(*lines).sheet()
    sheet.merges.append(Merge(sheet.rows[1], sheet.rows[3], 0, 0))
    folder.xlsx("Capaian KBK.xlsx", sheet)


@case("Bulan dengan nomornya di depan tahun: berkas “kbk 03 2024”, lembar “kbk 01 2024” dan “Bln 2 2024”")
def month_numbers_in_names(folder: Folder) -> None:
    folder.xlsx("kbk 03 2024.xlsx", tabel(*three(MAR)).sheet("Sheet 1"))
    folder.xlsx("kbk.xlsx", tabel(*three(JAN)).sheet("kbk 01 2024"), tabel(*three(FEB)).sheet("Bln 2 2024"))


@case("Nomor di depan tahun yang bukan bulan: berkas “kbk REVISI 02 2024”, “kbk tahap 03 2024”, “kbk 15 03 2024”")
def numbers_in_names_that_are_no_months(folder: Folder) -> None:
    folder.xlsx("kbk jan 24.xlsx", tabel(*three(JAN)).sheet("Sheet 1"))
    names = ("kbk REVISI 02 2024.xlsx", "kbk tahap 03 2024.xlsx", "kbk 15 03 2024.xlsx")
    for name, facility in zip(names, (MELIAU, SANGGAU, KARANGAN), strict=True):
        folder.xlsx(name, tabel(line(facility, MAR)).sheet("Sheet 1"))
        folder.refuse(name, kinds=["sheet_month_unknown"])
