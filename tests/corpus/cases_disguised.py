"""Files, rows and columns of something else in the place of a month's figures; and words that only look so."""

from __future__ import annotations

from collections.abc import Iterable

from corpus import writers
from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, three
from corpus.cases_recaps import OTHER, UNSURE, of_march
from corpus.folder import Folder
from corpus.sheets import Line, Merge, Row, Sheet, Table, line, of_r, workbook
from corpus.truth import BELANGIN, COUNTS, KARANGAN, KLINIK, MELIAU, SANGGAU, SEKAYAM, Facility, counts

FILE = "kbk mar 24.xlsx"
FIVE = (MELIAU, SANGGAU, BELANGIN, KARANGAN, SEKAYAM)
SMALL = dict(zip(COUNTS, (13, 40, 1, 6, 1, 3, 2, 5), strict=True))


def of_five(month: str = MAR) -> list[Line]:
    """Five facilities of a month."""
    return [line(facility, month) for facility in FIVE]


def plain(*lines: Line) -> Table:
    """A table without printed ratios and without a column of months."""
    table = workbook(*lines)
    del table.headings["month"]
    return table


def with_column(table: Table, heading: str, *cells: str | int | None) -> Table:
    """A table with a column more; its last cell stands in all rows below too."""
    table.headings["more"] = heading
    for number, one in enumerate(table.lines):
        one.written["more"] = cells[min(number, len(cells) - 1)]
    return table


def beside_another(folder: Folder) -> None:
    """A second, clean file, so that something is left to read."""
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())


# Files


@case(
    "Berkas lama di samping yang baru: “kbk mar 24 sebelum revisi.xlsx”, “… belum revisi”, “… (sudah ada rev)”, “… perlu revisi”"
)
def files_from_before_a_revision(folder: Folder) -> None:
    lines = three(MAR)
    folder.xlsx(FILE, plain(*lines).sheet())
    for words in ("sebelum revisi", "belum revisi", "(sudah ada rev)", "perlu revisi", "revisi batal"):
        old = [line(one.facility, MAR, {"contacts": one.true["contacts"] - 9}) for one in three(MAR)]
        folder.xlsx(f"kbk mar 24 {words}.xlsx", plain(*old).sheet())
    for one in lines:
        folder.expect("missing", one.key, "contacts", kinds=["rows_differ"])


@case("Berkas Februari tersimpan di atas berkas Maret: “kbk feb 24.xlsx” dan “kbk mar 24.xlsx” sama persis")
def a_file_saved_over_by_the_next_month(folder: Folder) -> None:
    beside_another(folder)
    sheet = plain(*three(MAR)).sheet()
    content = writers.xlsx(sheet)
    folder.written(FILE, content, sheet)
    folder.put("kbk feb 24.xlsx", content)
    folder.refuse(FILE, kinds=["sheet_month_clash"])
    folder.tell("sheet_month_clash", "kbk feb 24.xlsx")


@case("Berkas yang sama dengan nama dua bulan, tetapi judulnya menyebut Maret: “kbk feb 24.xlsx” ditolak, Maret dibaca")
def a_copy_under_the_name_of_another_month(folder: Folder) -> None:
    sheet = plain(*three(MAR)).sheet().above(["BULAN : MARET 2024"], [])
    content = writers.xlsx(sheet)
    folder.written(FILE, content, sheet)
    folder.put("kbk sesudahnya apr 24.xlsx", content)
    folder.tell("file_duplicate", "kbk sesudahnya apr 24.xlsx")


# Titles


@case(
    "Judul sebagian: “KHUSUS LANSIA”, “POLI UMUM”, “PESERTA LAKI-LAKI”, “KONTAK DI LUAR GEDUNG”, “SELISIH …”, “CHECKLIST …”, “(dalam persen)”"
)
def titles_of_parts(folder: Folder) -> None:
    said = ("KHUSUS LANSIA", "POLI UMUM", "PESERTA LAKI-LAKI", "USIA 60 TAHUN KE ATAS", "PESERTA NON AKTIF",
            "KONTAK DI LUAR GEDUNG", "SELISIH FEBRUARI DAN MARET 2024", "KEKURANGAN UNTUK MENCAPAI TARGET",
            "CHECKLIST KELENGKAPAN DATA", "(dalam persen)", "(angka per 1.000 peserta)")  # fmt: skip
    files = {f"kbk mar 24 {n}a.xlsx": [["KBK MARET 2024"], [text], []] for n, text in enumerate(said)}
    of_march(folder, files, [*OTHER, *UNSURE])


@case("Lembar “Poli Gigi”, “Lansia”, “Pustu”, “Kontak Sehat”, “Selisih” di berkas mar 24")
def sheets_of_parts(folder: Folder) -> None:
    beside_another(folder)
    for name in ("Poli Gigi", "Lansia", "Pustu", "Kontak Sehat", "Selisih"):
        folder.xlsx(f"kbk mar 24 {name}.xlsx", plain(*three(MAR)).sheet(name))
        folder.tell("sheet_of_other_figures", f"kbk mar 24 {name}.xlsx")
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=OTHER)


HARMLESS = (
    "SESUAI RENSTRA 2020-2024", "TAHUN ANGGARAN 2024", "Minggu, 5 Mei 2024", "CAPAIAN KBK PUSKESMAS PASAR MINGGU I",
    "CAPAIAN KBK MARET 2024 (TERMASUK PBI APBD)", "Rata-rata AK kabupaten : 151,20 per mil",
    "Jumlah penduduk: 484,8 ribu jiwa", "Sumber penduduk: Proyeksi BPS 2024", "Laki-laki dan perempuan",
    "Kunjungan sehat dan sakit", "PESERTA JKN", "(angka mutlak)", "Penanggung jawab: dr. S.D. Wijaya", "Telp. (0564) 2023",
    "Hari kerja: Senin s.d. Sabtu", "Berlaku sejak Januari 2023", "Menindaklanjuti surat kami sebelumnya",
)  # fmt: skip


@case(
    "Judul yang tidak membantah: RENSTRA 2020-2024, TAHUN ANGGARAN, hari Minggu, Pasar Minggu, “TERMASUK PBI APBD”, nilai rata-rata, “484,8 ribu jiwa”"
)
def titles_that_are_harmless(folder: Folder) -> None:
    for number, text in enumerate(HARMLESS):
        sheet = plain(*three(MAR)).sheet(f"Sheet{number}").above(["CAPAIAN KBK BULAN MARET 2024"], [text], [])
        folder.xlsx(f"kbk mar 24 {number}a.xlsx", sheet)
    folder.tell("rows_equal", "kbk mar 24 1a.xlsx")


def each_of_other_figures(folder: Folder, sheets: Iterable[Sheet]) -> None:
    """A file of March for each sheet, all of which are refused, beside one that is read."""
    beside_another(folder)
    for number, sheet in enumerate(sheets):
        folder.xlsx(f"kbk mar 24 {number}a.xlsx", sheet)
        folder.tell("sheet_of_other_figures", f"kbk mar 24 {number}a.xlsx")
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=OTHER)


@case(
    "Catatan “angka dibulatkan ke puluhan terdekat” dan “kontak dihitung per kunjungan, bukan per peserta” di bawah tabel"
)
def notes_of_rough_figures(folder: Folder) -> None:
    said = ("*) angka dibulatkan ke puluhan terdekat", "*) kontak dihitung per kunjungan, bukan per peserta")
    each_of_other_figures(folder, (plain(*three(MAR)).sheet().below([], [text]) for text in said))


# Columns


@case(
    "Kolom “Poli”, “Gender”, “Usia”, “Kategori Peserta”, “Jejaring”, atau “Jenis Data” yang menyebut sebagian di semua baris"
)
def columns_of_parts_by_words(folder: Folder) -> None:
    said = (("Poli", "Poli Gigi"), ("Gender", "L"), ("Usia", ">= 60 th"), ("Kategori Peserta", "PBI APBN"),
            ("Jejaring", "BPM Siti"), ("Jenis Data", "Target"))  # fmt: skip
    columns = (with_column(plain(*three(MAR)), heading, cell) for heading, cell in said)
    each_of_other_figures(folder, (table.sheet() for table in columns))


@case(
    "Kolom “Segmen” berisi “Semua Segmen”, “JK” berisi “L dan P”, “Jenis Peserta” berisi “JKN”, “Pustu” berisi banyaknya: seluruhnya"
)
def columns_of_everyone(folder: Folder) -> None:
    said: tuple[tuple[str, str | int], ...] = (
            ("Segmen", "Semua Segmen"), ("Segmen", "PBI + NON PBI"), ("JK", "L dan P"), ("Jenis Peserta", "JKN"),
            ("Kelompok Umur", "Semua Umur"), ("Pustu", 4), ("Status Peserta", "Aktif"))  # fmt: skip
    for number, (heading, cell) in enumerate(said):
        folder.xlsx(f"kbk mar 24 {number}a.xlsx", with_column(plain(*three(MAR)), heading, cell).sheet(f"S{number}"))
    folder.tell("rows_equal", "kbk mar 24 1a.xlsx")


def in_two_parts(order: tuple[Facility, ...], heading: str | None) -> Sheet:
    """Contacts of five facilities, and the other counts beside them under names of their own, "PKM Meliau"."""
    words = plain().headings
    head = [words["code"], words["name"], *(words[c] for c in COUNTS[:2]), heading, *(words[c] for c in COUNTS[2:])]
    sheet = Sheet("Sheet1", [Row(list(head))])
    for facility, other in zip(FIVE, order, strict=True):
        own, true = counts(facility, MAR), counts(other, MAR)
        short = f"PKM {other.name.removeprefix('PUSKESMAS ').title()}"
        cells = [facility.code, facility.name, *(own[c] for c in COUNTS[:2]), short, *(true[c] for c in COUNTS[2:])]
        sheet.rows.append(Row(cells, (facility.code, MAR), own, name=facility.name))
    return sheet


@case("Bagian kanan tabel berurutan lain, dengan nama yang disingkat “PKM Meliau” di kolom “Unit” atau tanpa judul")
def short_names_in_another_order(folder: Folder) -> None:
    beside_another(folder)
    order = (BELANGIN, MELIAU, SANGGAU, SEKAYAM, KARANGAN)
    for number, heading in enumerate(("Unit", None)):
        folder.xlsx(f"kbk mar 24 {number}a.xlsx", in_two_parts(order, heading))
        folder.tell("sheet_of_two_orders", f"kbk mar 24 {number}a.xlsx")
    for facility in FIVE:
        folder.expect("missing", (facility.code, MAR), kinds=["sheet_of_two_orders"])


@case("Bagian kanan tabel dengan nama yang disingkat dalam urutan yang sama: tabelnya utuh")
def short_names_in_the_same_order(folder: Folder) -> None:
    folder.xlsx(FILE, in_two_parts(FIVE, "Unit"))


@case("Kolom Jumlah Kontak tertempel satu baris lebih rendah; rasio tidak dicetak")
def a_column_pasted_lower(folder: Folder) -> None:
    table = plain(*of_five())
    sheet = table.sheet().below([None] * len(table.headings))
    place = list(table.headings).index("contacts")
    moved = [None, *(row.cells[place] for row in sheet.rows[1:-1])]
    for row, cell in zip(sheet.rows[1:], moved, strict=True):
        row.cells[place] = cell
    folder.xlsx(FILE, sheet)
    for one in table.lines:
        folder.expect("missing", one.key, "contacts", kinds=["column_moved"])


@case("Kolom Kode PPK tertempel satu baris lebih rendah, tanpa facilities.csv")
def codes_pasted_lower(folder: Folder) -> None:
    beside_another(folder)
    table = plain(*of_five())
    sheet = table.sheet().below([None] * len(table.headings))
    place = list(table.headings).index("code")
    for row, code in zip(sheet.rows[1:], [None, *(one.facility.code for one in table.lines)], strict=True):
        row.cells[place] = code
    folder.xlsx(FILE, sheet)
    folder.refuse(FILE, kinds=["column_moved"])


# Figures


@case("Setiap kolom berisi peringkat, skor 1 sampai 4, atau tanda 1 (ada) dan 0 (tidak ada)")
def ranks_and_marks(folder: Folder) -> None:
    beside_another(folder)
    for number, most in enumerate((5, 4, 1)):
        table = plain(*of_five())
        for place, one in enumerate(table.lines):
            one.written |= {c: min(most, place + 1) if c in ("registered", "referrals") else 1 for c in COUNTS}
        folder.xlsx(f"kbk mar 24 {number}a.xlsx", table.sheet())
        folder.tell("figures_not_counts", f"kbk mar 24 {number}a.xlsx")
    for facility in FIVE:
        folder.expect("missing", (facility.code, MAR), kinds=["figures_not_counts"])


@case("Setiap kolom berisi selisih dengan bulan lalu, sebagian negatif, tanpa judul")
def differences_between_months(folder: Folder) -> None:
    beside_another(folder)
    table = plain(*of_five())
    for place, one in enumerate(table.lines):
        one.written |= {c: (SMALL[c] + place) * (-1) ** place for c in COUNTS}
    folder.xlsx(FILE, table.sheet())
    folder.refuse(FILE, kinds=["figures_not_counts"])


@case("Baris jumlah berkode lengkap yang dikarang, satu kolomnya belum diperbarui sehingga bukan jumlahnya lagi")
def a_total_with_a_stale_column(folder: Folder) -> None:
    table = plain(*of_five())
    total = {count: sum(one.true[count] for one in table.lines) for count in COUNTS}
    total["dm_controlled"] -= 1
    who = {"code": "61030000", "name": "SANGGAU", "district": "KAB. SANGGAU"}
    folder.xlsx(FILE, table.sheet().below([{**who, **total}.get(role) for role in table.headings]))
    folder.tell("row_is_sum", FILE)


# Rows


@case(
    "Satu baris dua fasilitas: “PUSKESMAS MELIAU & SANGGAU”, “PUSKESMAS SANGGAU (termasuk KLINIK …)”, “… DAN PUSKESMAS …”"
)
def two_facilities_under_one_name(folder: Folder) -> None:
    names = (
        "PUSKESMAS MELIAU & BONTI",
        "PUSKESMAS SANGGAU (termasuk KLINIK BHAYANGKARA)",
        "PUSKESMAS BALAI DAN PUSKESMAS BONTI",
    )
    lines = three(MAR)
    for one, name in zip(lines, names, strict=True):
        one.written |= {"name": name, **{count: one.true[count] * 2 for count in COUNTS}}
    folder.xlsx(FILE, plain(*lines, line(SEKAYAM, MAR)).sheet())
    for one in lines:
        folder.expect("missing", one.key, kinds=["row_of_two_facilities"])


@case("Nama satu fasilitas yang memuat “dan” atau “+”: “PUSKESMAS MELIAU + PUSTU”, “KLINIK DAN APOTEK …”")
def names_with_and(folder: Folder) -> None:
    names = ("PUSKESMAS MELIAU + PUSTU", "PUSKESMAS RAWAT INAP DAN PONED SANGGAU", "KLINIK DAN APOTEK KARANGAN")
    lines = three(MAR)
    for one, name in zip(lines, names, strict=True):
        one.written["name"] = name
    folder.xlsx(FILE, plain(*lines).sheet())


@case("Catatan pada baris: “data bulan Februari”, “pakai data bulan lalu”; “naik dari bulan lalu” tidak berarti begitu")
def remarks_of_another_month(folder: Folder) -> None:
    lines = of_five()
    for one in lines[:2]:
        one.written |= counts(one.facility, FEB)
    remarks = ("data bulan Februari", "pakai data bulan lalu", "naik dari bulan lalu", "data Maret 2024", None)
    folder.xlsx(FILE, with_column(plain(*lines), "Keterangan", *remarks).sheet())
    for one in lines[:2]:
        folder.expect("missing", one.key, kinds=["row_month_clash"])


# Headings and lines


@case(
    "Baris satuan di bawah judul: “%” di bawah DM Terkendali, “KK” di bawah Peserta Terdaftar; “orang” dan “kasus” tidak mengubah arti"
)
def units_below_headings(folder: Folder) -> None:
    beside_another(folder)
    people = dict(zip(COUNTS, ("orang", "jiwa", "kasus", "kasus", "orang", "orang", "orang", "orang"), strict=True))
    changed = ({"dm_controlled": "%"}, {"registered": "KK"}, {"contacts": "‰"})
    for number, other in enumerate(changed):
        table = plain(*three(MAR))
        units = people | other
        sheet = table.sheet().after(0, [units.get(role) for role in table.headings])
        folder.xlsx(f"kbk mar 24 {number}a.xlsx", sheet)
        folder.tell("sheet_columns_missing", f"kbk mar 24 {number}a.xlsx")
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=["sheet_columns_missing"])
    of_february = plain(*three(FEB))
    folder.xlsx("kbk feb 24.xlsx", of_february.sheet().after(0, [people.get(role) for role in of_february.headings]))


@case("Kelompok “DATA” di samping “DATA REVISI” dengan kolom yang sama: yang lama tidak dibaca diam-diam")
def figures_beside_their_revision(folder: Folder) -> None:
    beside_another(folder)
    words = [plain().headings[count] for count in COUNTS]
    for number, group in enumerate(("DATA", "CAPAIAN")):
        width = len(COUNTS)
        head = Row(["Kode PPK", "Nama FKTP", group, *[None] * (width - 1), f"{group} REVISI", *[None] * (width - 1)])
        sheet = Sheet("Sheet1", [head, Row([None, None, *words, *words])])
        sheet.merges = [Merge(head, head, 2, width + 1), Merge(head, head, width + 2, 2 * width + 1)]
        for one in three(MAR):
            new = [one.true[count] for count in COUNTS]
            cells = [one.facility.code, one.facility.name, *(max(0, n - 1) for n in new), *new]
            sheet.rows.append(Row(cells, one.key, one.true, name=one.facility.name))
        folder.xlsx(f"kbk mar 24 {number}a.xlsx", sheet)
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=["sheet_columns_missing", "sheet_columns_ambiguous"])


@case(
    "Bulan hanya di nama berkas, di belakang satu hari: “kbk 5 april 2024.xlsx” mungkin hari unduhnya; “kbk 31 maret 2024.xlsx” tidak"
)
def a_day_in_the_file_name(folder: Folder) -> None:
    folder.xlsx("kbk 31 maret 2024.xlsx", plain(*three(MAR)).sheet())
    april = plain(*three("2024-04"))
    folder.xlsx("kbk 5 april 2024.xlsx", april.sheet())
    for one in april.lines:
        folder.expect("missing", one.key, kinds=["sheet_month_unknown"])


@case("CSV berpemisah titik koma, dua barisnya berpemisah koma")
def lines_by_other_marks(folder: Folder) -> None:
    sheet = of_r(*three(MAR)).sheet("")
    lines = writers.csv_bytes(sheet).decode().splitlines(keepends=True)
    content = "".join(text.replace(";", ",") if number == 2 else text for number, text in enumerate(lines))
    folder.written("kbk_mar24.csv", content.encode(), sheet)
    folder.expect("missing", (SANGGAU.code, MAR), kinds=["row_misaligned"])


# Months


@case(
    "Lembar Januari, Februari, Maret berisi jumlah sejak Januari tanpa menyebutnya: diberi peringatan, angkanya tetap dibaca"
)
def running_sums_without_a_word(folder: Folder) -> None:
    sheets, so_far = [], {facility: dict.fromkeys(COUNTS, 0) for facility in FIVE}
    for month, name in zip((JAN, FEB, MAR), ("Januari", "Februari", "Maret"), strict=True):
        lines = []
        for facility in FIVE:
            true = counts(facility, month)
            added = ("contacts", "nonspecialist_referrals", "referrals")
            so_far[facility] = {c: true[c] + (so_far[facility][c] if c in added else 0) for c in COUNTS}
            lines.append(line(facility, month, so_far[facility]))
        sheets.append(workbook(*lines).sheet(name))
    folder.xlsx("kbk 2024.xlsx", *sheets)
    folder.tell("months_added_up", "kbk 2024.xlsx", "Maret")


@case("Lembar Februari dan Maret berisi angka yang sama di semua fasilitas: diberi peringatan, angkanya tetap dibaca")
def a_month_pasted_again(folder: Folder) -> None:
    again = [line(facility, MAR, counts(facility, FEB)) for facility in FIVE]
    sheets = [workbook(*of_five(FEB)).sheet("Februari"), workbook(*again).sheet("Maret")]
    folder.xlsx("kbk 2024.xlsx", *sheets)
    folder.tell("months_equal", "kbk 2024.xlsx", "Maret")


@case("Kolom Jumlah Kontak lembar Maret tertempel satu baris lebih rendah, tanpa rasio dan tanpa baris jumlah")
def contacts_pasted_a_row_lower(folder: Folder) -> None:
    lines = of_five()
    for one, above in zip(lines[1:], lines, strict=False):
        one.written["contacts"] = above.true["contacts"]
    lines[0].written["contacts"] = None
    sheets = [plain(*of_five(month)).sheet(name) for month, name in ((JAN, "Januari"), (FEB, "Februari"))]
    folder.xlsx("kbk 2024.xlsx", *sheets, plain(*lines).sheet("Maret"))
    for one in lines:
        folder.expect("missing", one.key, "contacts", kinds=["column_moved", "numerator_above_denominator"])
