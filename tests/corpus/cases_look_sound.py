"""Rows and sheets that look like those of facilities: sums, codes of areas, one facility under two codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.cases_tables import BOOK
from corpus.folder import Expected, Folder, Place
from corpus.sheets import ROLES, Cell, Line, Merge, Row, Sheet, line, of_r, tabel, workbook
from corpus.truth import COUNTS, KARANGAN, KLINIK, MELIAU, SANGGAU, SEKAYAM, Facility, counts, ratios

WORD_OF = {role: word for word, role in ROLES.items()}


def sum_of(*lines: Line, code: str | None, name: str) -> Line:
    """A line of no facility that holds the sums, and the ratios of the sums."""
    total = {count: sum(one.true[count] for one in lines) for count in COUNTS}
    return Line(lines[0].facility, lines[0].month, total, {"code": code, "name": name, **ratios(total)})


def with_sums(month: str, *names: tuple[str | None, str]) -> tuple[list[Line], list[list[Cell]]]:
    """Three facilities of a month, and rows with their sums under each code and name."""
    lines = three(month)
    table = workbook(*lines)
    return lines, [table.row(sum_of(*lines, code=code, name=name)).cells for code, name in names]


# Sums


@case("Baris jumlah berkode wilayah: “1412 KAB. SANGGAU” dan “6103 KABUPATEN SANGGAU”")
def total_with_the_code_of_an_area(folder: Folder) -> None:
    lines, sums = with_sums(JAN, ("1412", "KAB. SANGGAU"), (6103, "KABUPATEN SANGGAU"))  # type: ignore[arg-type]
    folder.xlsx(BOOK, workbook(*lines).sheet().below(*sums))
    folder.tell("rows_not_facility", BOOK, "Sheet1")


@case("Baris jumlah dengan kode fasilitas (kode puskesmas terakhir ikut tersalin), dan bernama “SE-KABUPATEN”")
def total_with_the_code_of_a_facility(folder: Folder) -> None:
    lines, sums = with_sums(JAN, (KARANGAN.code, "SE-KABUPATEN"))
    folder.xlsx(BOOK, workbook(*lines).sheet().below(*sums))
    folder.tell("row_is_sum", BOOK, "Sheet1")


@case("Jumlah tiap kelompok di atas kelompoknya dan jumlah seluruhnya di akhir, semuanya berkode 8 angka")
def sums_above_their_groups(folder: Folder) -> None:
    first, second = three(JAN), [line(SEKAYAM, JAN), line(KLINIK, JAN)]
    table = workbook(*first, *second)
    one, two, everything = (
        table.row(sum_of(*lines, code=f"1412990{n}", name=f"WILAYAH {n}")).cells
        for n, lines in enumerate((first, second, first + second))
    )
    folder.xlsx(BOOK, table.sheet().after(3, two).after(0, one).below(everything))
    folder.tell("row_is_sum", BOOK, "Sheet1")


@case(
    "Tiga fasilitas dengan angka yang sama persis, dan satu yang pesertanya sama dengan jumlah dua yang lain: semua fasilitas"
)
def facilities_that_are_no_sum(folder: Folder) -> None:
    same = {"contacts": 1500, "registered": 10_000, "nonspecialist_referrals": 1, "referrals": 50}
    lines = [line(MELIAU, JAN, same), line(SANGGAU, JAN, same), line(KARANGAN, JAN, same)]
    lines.append(line(SEKAYAM, JAN, {"registered": 20_000}))
    folder.xlsx(BOOK, workbook(*lines).sheet())


# Codes


@case(
    "Berkas kedua untuk bulan yang sama memakai kode Kemenkes, angkanya sama: terhitung dua kali bila keduanya dipakai"
)
def two_systems_of_codes(folder: Folder) -> None:
    lines = three(MAR)
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    others = [line(one.facility, MAR, code=f"10600{70 + n}") for n, one in enumerate(lines)]
    folder.xlsx("dinkes mar 24.xlsx", tabel(*others, of_truth=False).sheet("Sheet 1"))
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in lines:
        folder.expect("missing", one.key, kinds=["name_with_two_codes"])
    folder.tell("name_with_two_codes", "dinkes mar 24.xlsx")


@case("Berkas kedua memakai kode Kemenkes dan angkanya lain; facilities.csv menyebut kode BPJS-nya")
def two_systems_of_codes_with_a_list(folder: Folder) -> None:
    lines = three(MAR)
    folder.facilities(*(f"{one.facility.code},{one.facility.name},puskesmas" for one in lines))
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    others = [line(one.facility, MAR, {"contacts": 99}, code=f"10600{70 + n}") for n, one in enumerate(lines)]
    folder.xlsx("dinkes mar 24.xlsx", tabel(*others, of_truth=False).sheet("Sheet 1"))
    folder.tell("code_name_clash", "dinkes mar 24.xlsx")


@case("Satu angka kode salah ketik pada satu bulan: nama puskesmas yang sama tampak sebagai fasilitas kedua")
def one_digit_of_a_code_wrong(folder: Folder) -> None:
    typed = Facility("0114A062", MELIAU.name)
    folder.xlsx("kbk jan.xlsx", workbook(*three(JAN)).sheet())
    wrong = line(MELIAU, FEB, code=typed.code)
    folder.xlsx("kbk feb.xlsx", workbook(wrong, line(SANGGAU, FEB), line(KARANGAN, FEB)).sheet())
    folder.places[typed.code, FEB] = folder.places.pop(wrong.key)
    for count in COUNTS:
        folder.expected[(typed.code, FEB), count] = folder.expected.pop((wrong.key, count))
    folder.tell("facility_code_changes", "kbk feb.xlsx")


@case("Dua berkas; pada berkas kedua kode tergeser satu baris terhadap nama, tanpa facilities.csv")
def codes_moved_by_one_row(folder: Folder) -> None:
    facilities = [MELIAU, SANGGAU, KARANGAN]
    folder.xlsx("kbk jan.xlsx", workbook(*three(JAN)).sheet())
    moved = [
        line(f, FEB, code=other.code) for f, other in zip(facilities, facilities[1:] + facilities[:1], strict=True)
    ]
    folder.xlsx("kbk feb.xlsx", workbook(*moved, line(KLINIK, FEB)).sheet())
    for facility in facilities:
        folder.expect("missing", (facility.code, JAN), kinds=["code_name_clash"])
        folder.expect("missing", (facility.code, FEB), kinds=["code_name_clash"])


# Zeros


@case("Buku kerja setahun: lembar bulan yang belum berjalan sudah berisi 0 di semua sel")
def months_to_come_hold_zeros(folder: Folder) -> None:
    zeros = dict.fromkeys(COUNTS, 0)
    coming = workbook(*(line(one.facility, FEB, zeros) for one in three(FEB)), of_truth=False)
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet("Januari 24"), coming.sheet("Februari 24"))
    folder.tell("month_of_zeros", BOOK, "Februari 24")


@case(
    "Lembar bulan yang belum berjalan: peserta dan penyandang terisi, kontak, rujukan, dan peserta terkendali 0 pada semua fasilitas"
)
def months_to_come_hold_participants(folder: Folder) -> None:
    idle = dict.fromkeys(("contacts", "referrals", "nonspecialist_referrals", "dm_controlled", "ht_controlled"), 0)
    coming = workbook(*(line(one.facility, FEB, idle) for one in three(FEB)), of_truth=False)
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet("Januari 24"), coming.sheet("Februari 24"))
    folder.tell("month_of_zeros", BOOK, "Februari 24")


@case("Satu fasilitas yang kegiatannya 0 di antara fasilitas yang terisi: nol tetap nol, dengan peringatan")
def a_row_without_activity(folder: Folder) -> None:
    idle = dict.fromkeys(("contacts", "referrals", "nonspecialist_referrals", "dm_controlled", "ht_controlled"), 0)
    folder.xlsx(BOOK, workbook(*three(JAN), line(SEKAYAM, JAN, idle)).sheet())
    folder.tell("row_without_activity", BOOK)


# Cells under another heading


@case("Judul kolom kelebihan satu (“Tipe FKTP”), isinya tidak: setiap angka berada di bawah judul sebelahnya")
def headings_longer_than_the_rows(folder: Folder) -> None:
    lines = three(MAR)
    sheet = tabel(*lines).sheet("Sheet 1")
    sheet.rows[0].cells.insert(3, "Tipe FKTP")
    folder.xlsx(MONTHLY, sheet)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in lines:
        folder.expect("missing", one.key)
    folder.tolerated |= {"not_whole", "row_shifted"}


@case(
    "Sel kosong tersisip pada satu baris: angka baris itu tergeser satu kolom ke kanan (dengan dan tanpa rasio tercetak)"
)
def one_row_moved_to_the_right(folder: Folder) -> None:
    for name, table, month in ((MONTHLY, tabel, MAR), (BOOK, workbook, JAN)):
        lines = three(month)
        made = table(*lines)
        sheet = made.sheet("Sheet 1")
        sheet.rows[2].cells.insert(list(made.headings).index("contacts"), None)
        sheet.rows[2].cells.pop()
        folder.xlsx(name, sheet)
        folder.expect("missing", lines[1].key)


# What a program adds to a number or a text


@case(
    "Rasio sebagai pecahan dari pembagian, yang menyisakan galat biner: 0,08736100000000001 di sel, 0,087361 di layar"
)
def ratios_with_the_rest_of_a_division(folder: Folder) -> None:
    lines: list[Line] = []
    for controlled, of_all in ((47, 538), (90, 1161), (37, 564)):
        true = {"dm_controlled": controlled, "dm_registered": of_all}
        # 8.7361 / 100 is 0.08736100000000001 in the arithmetic of every spreadsheet.
        printed = round(controlled / of_all * 100, 4) / 100
        lines.append(line((MELIAU, SANGGAU, KARANGAN)[len(lines)], MAR, true, rppt_dm=printed))
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))


@case('CSV dengan kode sebagai rumus teks, ="0114A026", supaya Excel tidak mengubahnya')
def codes_as_formulas_of_text(folder: Folder) -> None:
    lines = [line(f, MAR, code=f'="{f.code}"') for f in (MELIAU, SANGGAU, KARANGAN)]
    folder.csv("kbk_mar24.csv", of_r(*lines).sheet())


# Months that are not over, or of no month


@case("Judul “s.d. tanggal 15 Maret 2024” di bawah “Bulan Maret 2024”: angka setengah bulan")
def figures_of_half_a_month(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    folder.xlsx(MONTHLY, sheet.above(["CAPAIAN KBK BULAN MARET 2024"], ["(s.d. tanggal 15 Maret 2024)"], []))
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    folder.refuse(MONTHLY, kinds=["month_not_over"])


@case("Judul “Data per 31 Maret 2024”, dan “Peserta terdaftar per 1 Maret 2024”: bulan penuh")
def figures_of_a_whole_month(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    folder.xlsx(MONTHLY, sheet.above(["Data per 31 Maret 2024"], ["Peserta terdaftar per 1 Maret 2024"], []))


@case("Tahun salah ketik pada seluruh kolom bulan: Januari 2045")
def a_year_to_come_in_every_row(folder: Folder) -> None:
    lines = [line(one.facility, JAN, month=dt.date(2045, 1, 1)) for one in three(JAN)]
    folder.xlsx("kbk.xlsx", workbook(*lines).sheet())
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))
    folder.refuse("kbk.xlsx", kinds=["month_to_come"])


@case(
    "Lembar “Target Februari 24” dan “Simulasi Januari” di samping lembar hasil, dan berkas “rencana kbk mar 24.xlsx”"
)
def targets_and_exercises(folder: Folder) -> None:
    plan = {"contacts": 2000}
    target = workbook(*(line(one.facility, FEB, plan) for one in three(FEB)), of_truth=False)
    exercise = workbook(*(line(one.facility, JAN, plan) for one in three(JAN)), of_truth=False)
    folder.xlsx(
        BOOK,
        workbook(*three(JAN)).sheet("Januari 24"),
        target.sheet("Target Februari 24"),
        exercise.sheet("Simulasi Januari"),
    )
    folder.xlsx("rencana kbk mar 24.xlsx", tabel(*three(MAR), of_truth=False).sheet("Sheet 1"))
    for file, sheet in (
        (BOOK, "Target Februari 24"),
        (BOOK, "Simulasi Januari"),
        ("rencana kbk mar 24.xlsx", "Sheet 1"),
    ):
        folder.tell("sheet_of_plans", file, sheet)


@case("Lembar “Target dan Capaian Januari 24” berisi hasil")
def a_sheet_of_targets_and_results(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet("Target dan Capaian Januari 24"))


@case(
    "Lembar “Kumulatif” dengan satu bulan di kolom bulan: angka sejak Januari; lembar “Data Kumulatif” berisi banyak bulan: tumpukan"
)
def cumulative_sheets(folder: Folder) -> None:
    added = workbook(*(line(one.facility, MAR, {"referrals": 5000}) for one in three(MAR)), of_truth=False)
    folder.xlsx("kbk maret.xlsx", added.sheet("Kumulatif"))
    folder.xlsx(BOOK, workbook(*three(JAN), *three(FEB)).sheet("Data Kumulatif"))
    folder.tell("sheet_month_unknown", "kbk maret.xlsx", "Kumulatif")
    folder.tolerated.add("file_without_table")


@case("Excel memberi tahun berjalan pada “1 Mei”: kolom bulan 2025, nama berkas dan judul menyebut 2024")
def a_year_that_a_spreadsheet_gave(folder: Folder) -> None:
    typed = [line(one.facility, JAN, month=dt.date(2025, 1, 1)) for one in three(JAN)]
    folder.xlsx("KBK Sanggau 2024.xlsx", workbook(*typed).sheet())
    again = [line(one.facility, FEB, month=dt.date(2025, 2, 1)) for one in three(FEB)]
    folder.xlsx("kbk.xlsx", workbook(*again).sheet().above(["CAPAIAN KBK TAHUN 2024"], []))
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))
    folder.refuse("KBK Sanggau 2024.xlsx", kinds=["sheet_month_clash"])
    folder.refuse("kbk.xlsx", kinds=["sheet_month_clash"])


@case("Desember 2023 di kolom bulan berkas “KBK 2024.xlsx”, dan tahun peraturan di judul: tidak bertentangan")
def a_december_in_the_file_of_the_next_year(folder: Folder) -> None:
    law = ["Berdasarkan Peraturan BPJS Kesehatan Nomor 7 Tahun 2019"]
    folder.xlsx("KBK 2024.xlsx", workbook(*three("2023-12")).sheet().above(law, []))


@case("Lembar “Januari” tanpa tahun; satu-satunya tahun di judul ialah tahun peraturan (Nomor 7 Tahun 2019)")
def the_year_of_a_regulation(folder: Folder) -> None:
    table = workbook(*three(JAN))
    del table.headings["month"]
    folder.xlsx("kbk.xlsx", table.sheet("Januari").above(["Peraturan BPJS Kesehatan Nomor 7 Tahun 2019"], []))
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))
    folder.refuse("kbk.xlsx", kinds=["sheet_month_unknown"])


@case(
    "Bulan di nama berkas, judul, atau keterangan ialah bulan pembayaran: “Pembayaran Kapitasi April 2024”, “Bulan Kapitasi : April 2024”"
)
def months_of_payments(folder: Folder) -> None:
    folder.settings("bulan_kapitasi: pembayaran\n")
    names = ("KBK Pembayaran Kapitasi April 2024.xlsx", "a.xlsx", "b.xlsx")
    above: tuple[list[list[Cell]], ...] = (
        [],
        [["CAPAIAN KBK UNTUK PEMBAYARAN KAPITASI BULAN APRIL 2024"], []],
        [["Bulan Kapitasi :", "April 2024"], []],
    )
    for name, lines in zip(names, above, strict=True):
        folder.xlsx(name, tabel(*three(MAR), of_truth=name == names[0]).sheet("Sheet 1").above(*lines))
        folder.tell("sheet_month_unknown", name)
    folder.xlsx("lama.xlsx", workbook(*three(JAN), payment=True).sheet())
    folder.refuse(names[0], kinds=["sheet_month_unknown"])
    folder.tolerated.add("sheet_month_unknown")


@case(
    "Berkas “Template KBK mar 24.xlsx” yang terisi, dan judul “CAPAIAN KBK MARET 2024 (DASAR PEMBAYARAN)”: angka bulan itu"
)
def words_that_say_nothing_of_the_month(folder: Folder) -> None:
    above: list[list[Cell]] = [["CAPAIAN KBK MARET 2024 (DASAR PEMBAYARAN)"], []]
    folder.xlsx("Template KBK mar 24.xlsx", tabel(*three(MAR)).sheet("Sheet 1").above(*above))


@case(
    "Tanggal unduh atau banyaknya fasilitas di belakang bulan pada nama berkas: “desember 2025-01-15”, “Maret 19 Puskesmas 2024”"
)
def numbers_behind_a_month_of_a_file_name(folder: Folder) -> None:
    dated, sent = "kbk desember 2025-01-15.xlsx", "kbk jan, 12 Februari 2024.xlsx"
    folder.xlsx(dated, tabel(*three("2024-12")).sheet("Sheet 1"))
    folder.xlsx(sent, tabel(*three(JAN)).sheet("Sheet 1"))
    folder.xlsx("KBK Maret 19 Puskesmas 2024.xlsx", tabel(*three(MAR)).sheet("Sheet 1"))
    folder.refuse(dated, kinds=["sheet_month_unknown"])
    folder.refuse(sent, kinds=["sheet_month_unknown"])


@case(
    "Satu baris bertanggal Februari di antara baris Januari semua fasilitas lain, dan fasilitas itu tidak mempunyai baris Januari"
)
def one_row_of_another_month(folder: Folder) -> None:
    lines = [line(f, JAN) for f in (MELIAU, SANGGAU, KARANGAN, SEKAYAM)]
    lines.append(line(KLINIK, JAN, month=dt.date(2024, 2, 1)))
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("missing", (KLINIK.code, JAN), kinds=["row_month_stray"])


@case(
    "Rincian menurut segmen: tiga baris satu fasilitas (PBI, bukan PBI, seluruhnya); baris seluruhnya tidak dipilih diam-diam"
)
def rows_by_kind_of_participant(folder: Folder) -> None:
    one = line(MELIAU, JAN)
    first = {count: value // 2 - 1 for count, value in one.true.items()}
    second = {count: value - first[count] for count, value in one.true.items()}
    parts = workbook(line(MELIAU, JAN, first), line(MELIAU, JAN, second), of_truth=False).sheet().rows[1:]
    folder.xlsx(BOOK, workbook(one, line(SANGGAU, JAN)).sheet().after(1, *(row.cells for row in parts)))
    folder.expect("missing", one.key, kinds=["rows_differ"])


# Months below each other in one table


@case(
    "Satu tabel; baris “BULAN : JANUARI 2024” dan “FEBRUARI” di antara barisnya, lalu “JANUARI S.D. FEBRUARI 2024” berisi jumlahnya"
)
def months_as_rows_of_a_table(folder: Folder) -> None:
    sheet = tabel(*three(JAN)).sheet().above(["CAPAIAN KBK TAHUN 2024"], [])
    sheet.after(2, ["BULAN : JANUARI 2024"]).below(["FEBRUARI"])
    sheet.rows += tabel(*three(FEB)).sheet().rows[1:]
    sheet.below(["JANUARI S.D. FEBRUARI 2024"])
    both = [line(one.facility, FEB, {"contacts": 9000, "registered": 60_000}) for one in three(FEB)]
    sheet.rows += tabel(*both, of_truth=False).sheet().rows[1:]
    folder.xlsx("rekap.xlsx", sheet)
    folder.tell("sheet_month_unknown", "rekap.xlsx", "Sheet1")


@case(
    "Bulan kedua di bawah bulan pertama dengan judul bulannya sendiri, tetapi tanpa mengulang judul kolom; “Maret 2024” di tanda tangan"
)
def a_month_below_without_headings(folder: Folder) -> None:
    sheet = tabel(*three(JAN)).sheet().above(["BULAN JANUARI 2024"]).below([], ["BULAN FEBRUARI 2024"])
    sheet.rows += tabel(*three(FEB)).sheet().rows[1:]
    folder.xlsx("rekap.xlsx", sheet.below([], [None] * 9 + ["Maret 2024"], [None] * 9 + ["Kepala Dinas"]))


@case("Tabel klinik di bawah tabel puskesmas dengan urutan kolom lain; bulannya hanya di judul lembar")
def a_second_table_under_the_title_of_the_sheet(folder: Folder) -> None:
    first = tabel(*three(MAR)).sheet().above(["CAPAIAN KBK BULAN MARET 2024"], ["A. PUSKESMAS"])
    second = tabel(line(KLINIK, MAR), line(SEKAYAM, MAR)).sheet()
    for row in second.rows:
        row.cells = row.cells[:3] + row.cells[6:] + row.cells[3:6]
    first.below([], ["B. KLINIK PRATAMA"]).rows.extend(second.rows)
    folder.xlsx("rekap.xlsx", first)


# Months beside each other


def months_beside(months: Sequence[str], labels: Sequence[str], over: int = 0, merged: bool = True) -> Sheet:
    """A sheet whose months stand beside each other, each name over its columns from the one at ``over`` on."""
    names = [WORD_OF[count] for count in COUNTS]
    top: list[Cell] = [None, None]
    low: list[Cell] = ["Kode FKTP", "Nama FKTP"]
    for label in labels:
        top += [None] * over + [label] + [None] * (len(names) - over - 1)
        low += names
    sheet = Sheet("Rekap", [Row(top), Row(low)])
    for facility in (MELIAU, SANGGAU, KARANGAN):
        values = [counts(facility, month)[count] for month in months for count in COUNTS]
        sheet.rows.append(Row([facility.code, facility.name, *values], name=facility.name))
    if merged:
        width = len(names)
        spans = [(2 + n * width, 1 + (n + 1) * width) for n in range(len(labels))]
        sheet.merges += [Merge(sheet.rows[0], sheet.rows[0], left, right) for left, right in spans]
    return sheet


def remember(folder: Folder, sheet: Sheet, months: Sequence[str], file: str = "rekap.xlsx") -> None:
    """Write a sheet of months beside each other and remember that each of its rows holds all of them."""
    folder.xlsx(file, sheet)
    for number, row in sheet.numbered():
        for facility in (MELIAU, SANGGAU, KARANGAN):
            if row.name == facility.name:
                for month in months:
                    key, true = (facility.code, month), counts(facility, month)
                    folder.places.setdefault(key, []).append(Place(file, sheet.name, number, row.name))
                    folder.expected |= {(key, count): Expected(true[count]) for count in COUNTS}


@case(
    "Rekap semester: bulan berjajar di atas jumlahnya, judul “SEMESTER I TAHUN 2024”, dan blok “TRIWULAN I” di ujung kanan"
)
def months_beside_each_other_of_a_semester(folder: Folder) -> None:
    months = [JAN, FEB, MAR]
    sheet = months_beside([*months, MAR], ["JANUARI", "FEBRUARI", "MARET", "TRIWULAN I"])
    remember(folder, sheet.above(["CAPAIAN KBK SEMESTER I TAHUN 2024"], []), months)


@case("Bulan berjajar di bawah judul “JANUARI S.D. MARET 2024”")
def months_beside_each_other_of_a_span(folder: Folder) -> None:
    months = [JAN, FEB, MAR]
    sheet = months_beside(months, ["Januari", "Februari", "Maret"])
    remember(folder, sheet.above(["CAPAIAN KBK JANUARI S.D. MARET 2024"], []), months)


@case("Bulan berjajar di bawah judul “KUMULATIF JANUARI S.D. MARET 2024”: setiap kolom mungkin jumlah sejak Januari")
def months_beside_each_other_added_up(folder: Folder) -> None:
    months = [JAN, FEB, MAR]
    sheet = months_beside(months, ["Januari", "Februari", "Maret"])
    remember(folder, sheet.above(["CAPAIAN KBK KUMULATIF JANUARI S.D. MARET 2024"], []), months)
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    folder.refuse("rekap.xlsx", kinds=["sheet_month_unknown"])


@case(
    "Bulan berjajar tanpa sel gabung; nama bulan berada di atas kolom kedua, sehingga kolom pertama tampak milik bulan sebelumnya"
)
def months_over_the_second_of_their_columns(folder: Folder) -> None:
    months = [JAN, FEB, MAR]
    sheet = months_beside(months, ["Januari", "Februari", "Maret"], over=1, merged=False)
    remember(folder, sheet.above(["CAPAIAN KBK TAHUN 2024"], []), months)
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    folder.refuse("rekap.xlsx", kinds=["sheet_columns_missing"])


@case("Kolom dua bulan digabung program: “Jumlah Kontak” dan “Jumlah Kontak.1”, bulannya hanya satu di nama berkas")
def headings_numbered_by_a_program(folder: Folder) -> None:
    first, second = tabel(*three(FEB), of_truth=False).sheet(), tabel(*three(MAR)).sheet("Sheet 1")
    for row, other in zip(second.rows, first.rows, strict=True):
        row.cells[3:] = other.cells[3:] + row.cells[3:]
    width = len(first.rows[0].cells) - 3
    second.rows[0].cells[-width:] = [f"{heading}.1" for heading in first.rows[0].cells[3:]]
    folder.xlsx(MONTHLY, second)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    folder.refuse(MONTHLY, kinds=["sheet_columns_double"])
