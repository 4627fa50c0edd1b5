"""Where the table is: titles, empty rows and columns, merged headings, totals, notes, hidden and other sheets."""

from __future__ import annotations

from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.folder import Folder
from corpus.sheets import Cell, Merge, Row, line, of_r, tabel, workbook
from corpus.truth import BELANGIN, COUNTS, KARANGAN, MELIAU, SANGGAU

BOOK = "Capaian KBK.xlsx"


@case("Judul kolom di baris 7, di bawah judul dan blok keterangan dengan titik dua di dalam sel")
def header_in_row_seven(folder: Folder) -> None:
    meta: list[list[Cell]] = [
        ["LAPORAN CAPAIAN KBK"], [], ["Nama", None, None, ": PUSKESMAS KOTA BARU"],
        ["Penanggung jawab", None, None, ": ADMIN"], ["Dicetak", None, None, ": 3 Juli 2024"], [],
    ]  # fmt: skip
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet("Januari 24").above(*meta))


@case("Tiga kolom kosong di kiri dan baris kosong di atas, di antara, dan di bawah baris data")
def empty_rows_and_columns(folder: Folder) -> None:
    sheet = workbook(*three(JAN), line(BELANGIN, JAN)).sheet().after(2, [], []).above([], []).shift(3)
    folder.xlsx(BOOK, sheet.below([], [], []))


@case("Kolom kosong di antara kolom-kolom tabel (sel gabungan ekspor Tableau)")
def empty_columns_between(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    for row in sheet.rows:
        row.cells[3:3] = [None]
        row.cells[7:7] = [None, None]
    folder.xlsx(MONTHLY, sheet)


@case("Judul kolom dua baris: kelompok digabung di atas (PROLANIS DM: Terkendali, Terdiagnosa)")
def two_row_heading(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    roles = list(tabel().headings)
    top: list[object] = list(sheet.rows[0].cells)
    bottom: list[object] = [None] * len(top)
    groups = {
        "ANGKA KONTAK": ("contacts", "Jumlah Kontak", "registered", "Peserta Terdaftar", "ak", "Angka Kontak"),
        "RUJUKAN": ("nonspecialist_referrals", "Kasus Non Spesialistik", "referrals", "Jumlah Rujukan", "rrns", "RRNS"),
        "PROLANIS": ("dm_controlled", "Prolanis DM Terkendali", "dm_registered", "Peserta Diangnosa DM", "rppt_dm",
                     "RPPT DM", "ht_controlled", "Prolanis HT Terkendali", "ht_registered", "Peserta Diangnosa HT",
                     "rppt_ht", "RPPT HT", "rppt", "RPPT"),
    }  # fmt: skip
    heads = [Row(top), Row(bottom)]
    for group, pairs in groups.items():
        positions = [roles.index(role) for role in pairs[::2]]
        for position, word in zip(positions, pairs[1::2], strict=True):
            top[position], bottom[position] = None, word
        top[positions[0]] = group
        sheet.merges.append(Merge(heads[0], heads[0], positions[0], positions[-1]))
    for position in range(3):
        sheet.merges.append(Merge(heads[0], heads[1], position, position))
    sheet.rows[:1] = heads
    folder.xlsx(MONTHLY, sheet)


@case("Judul kolom dua baris yang baru lengkap bila digabung: “Prolanis DM” di atas, “Terkendali” di bawah")
def two_row_heading_of_parts(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet()
    head = sheet.rows[0].cells
    roles = list(workbook().headings)
    top, bottom = Row(list(head)), Row([None] * len(head))
    sheet.rows[:1] = [top, bottom]
    parts = {"dm_controlled": ("Prolanis DM", "Terkendali"), "dm_registered": (None, "Peserta Diangnosa"),
             "ht_controlled": ("Prolanis HT", "Terkendali"), "ht_registered": (None, "Peserta Diangnosa")}  # fmt: skip
    for role, (above, below) in parts.items():
        top.cells[roles.index(role)], bottom.cells[roles.index(role)] = above, below
    for role in ("dm_controlled", "ht_controlled"):
        sheet.merges.append(Merge(top, top, roles.index(role), roles.index(role) + 1))
    folder.xlsx(BOOK, sheet)


@case("Judul kolom dengan ganti baris di dalam sel, spasi berlebih, dan huruf besar")
def headings_with_breaks(folder: Folder) -> None:
    table = workbook(*three(JAN))
    table.headings = {role: f" {word.upper()} ".replace(" ", "\n", 2) for role, word in table.headings.items()}
    folder.xlsx(BOOK, table.sheet())


@case("Baris jumlah, subjumlah, rata-rata, target, dan nomor kolom di antara dan di bawah data")
def totals_and_targets(folder: Folder) -> None:
    lines = [*three(JAN), line(BELANGIN, JAN)]
    totals = [sum(one.true[count] for one in lines) for count in COUNTS]
    wide = [None, None, None]
    sheet = workbook(*lines).sheet()
    sheet.after(2, [*wide, "Sub Total", None, *totals])
    sheet.after(0, list(range(1, 19)))
    sheet.below(
        [*wide, "TOTAL", None, *totals], [*wide, "RATA-RATA", None, *[t / 4 for t in totals]],
        [*wide, "Target", None, 150, None, 2], ["JUMLAH", None, None, None, None, *totals],
    )  # fmt: skip
    folder.xlsx(BOOK, sheet)


@case("Baris jumlah dengan nama kabupaten pada kolom nama dan tanpa kode")
def total_named_after_the_district(folder: Folder) -> None:
    lines = three(MAR)
    totals = {count: sum(one.true[count] for one in lines) for count in COUNTS}
    sheet = tabel(*lines).sheet("Sheet 1")
    total = tabel(line(MELIAU, MAR, totals, code=None, name="KABUPATEN SANGGAU"), of_truth=False).sheet().rows[1]
    sheet.rows.append(total)
    folder.xlsx(MONTHLY, sheet)


@case("Catatan kaki dan tanda tangan di bawah tabel, di kolom angka juga")
def notes_and_signature(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet().below(
        [], ["Keterangan: AK = angka kontak"], ["* data sementara"], [None] * 6 + ["Sanggau, 5 Februari 2024"],
        [None] * 6 + ["Kepala Bidang Pelayanan"], [], [], [None] * 6 + ["NIP. 19700101 199003 1 001"],
    )  # fmt: skip
    folder.xlsx(BOOK, sheet)


@case("Lembar tersembunyi berisi angka lama")
def hidden_sheet(folder: Folder) -> None:
    old = workbook(*[line(f, JAN, {"contacts": 99}) for f in (MELIAU, SANGGAU)]).sheet("Januari 24 (lama)")
    old.hidden = True
    folder.xlsx(BOOK, old, workbook(*three(JAN)).sheet("Januari 24"))
    folder.tell("sheet_hidden", BOOK)


@case("Baris yang disembunyikan saringan tetap dihitung")
def rows_hidden_by_a_filter(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet()
    sheet.rows[2].hidden = True
    folder.xlsx(BOOK, sheet)


@case("Lembar rekapitulasi, metadata, dan pivot beserta lembar bulanan")
def recap_metadata_and_pivot_sheets(folder: Folder) -> None:
    lines = [*three(JAN), *three(FEB)]
    recap = workbook(*[line(f, JAN, {"contacts": 9999}) for f in (MELIAU, SANGGAU)], of_truth=False)
    del recap.headings["month"]
    meta = workbook(of_truth=False).sheet("Metadata")
    meta.rows = [Row(["Judul", ":  CAPAIAN KBK"]), Row(["Sumber", ":  BPJS KESEHATAN/074"]),
                 Row(["Dicetak", ":  03 Juli 2024, Pukul 10:24 WIB"])]  # fmt: skip
    pivot = workbook(of_truth=False).sheet("Pivot")
    pivot.rows = [Row(["Row Labels", "Sum of JUMLAH KONTAK", "Sum of PESERTA TERDAFTAR"]),
                  Row([MELIAU.name, 3509, 24710]), Row(["Grand Total", 3509, 24710])]  # fmt: skip
    folder.xlsx(BOOK, meta, recap.sheet("REKAP"), workbook(*lines).sheet("Data"), pivot)


@case("Dua tabel bertumpuk pada satu lembar, masing-masing dengan judul kolom dan judul bulannya")
def two_tables_stacked(folder: Folder) -> None:
    sheet = tabel(*three(FEB)).sheet("Sheet 1").above(["BULAN : FEBRUARI 2024"])
    second = tabel(*three(MAR)).sheet().above([], ["BULAN : MARET 2024"])
    sheet.rows += second.rows
    folder.xlsx("Tabel KBK.xlsx", sheet)


@case("Dua tabel bersebelahan pada satu lembar")
def two_tables_side_by_side(folder: Folder) -> None:
    left, right = tabel(*three(FEB)).sheet("Sheet 1"), tabel(*three(MAR)).sheet("Sheet 1")
    for row, other in zip(left.rows, right.rows, strict=True):
        row.cells += [None, *other.cells]
    folder.xlsx("Tabel KBK.xlsx", left.above(["FEBRUARI 2024", *[None] * 16, "MARET 2024"]))
    folder.remember("Tabel KBK.xlsx", right.above([]))
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in [*three(FEB), *three(MAR)]:
        folder.expect("either", one.key, kinds=["sheet_columns_double", "sheet_month_clash", "sheet_second_table"])


@case("Judul kolom diulang di tengah tabel (batas halaman)")
def repeated_header(folder: Folder) -> None:
    sheet = workbook(*three(JAN), line(BELANGIN, JAN)).sheet()
    folder.xlsx(BOOK, sheet.after(2, sheet.rows[0].cells))


@case("Kolom diacak dan ada kolom tambahan yang tidak dikenal")
def shuffled_and_extra_columns(folder: Folder) -> None:
    table = workbook(*three(JAN))
    table.headings = dict(sorted(table.headings.items(), key=lambda item: item[1][::-1])) | {"extra": "Kuota Rujukan"}
    folder.xlsx(BOOK, table.sheet())


@case("Judul kolom dengan titik sebagai ganti spasi, seperti ditulis R")
def headings_of_r(folder: Folder) -> None:
    folder.csv("kbk_mar24.csv", of_r(*three(MAR), dots=True).sheet())


@case("Judul kolom salah ketik: Peserta Diagnosa DM, Jumlah Kontakk, Jml Rujukan, Pesera Terdaftar")
def misspelt_headings(folder: Folder) -> None:
    table = workbook(*three(JAN))
    table.headings |= {"dm_registered": "Peserta Diagnosa DM", "contacts": "Jumlah Kontakk", "referrals": "Jml Rujukan",
                       "registered": "Pesera Terdaftar"}  # fmt: skip
    folder.xlsx(BOOK, table.sheet())
    folder.xlsx("lama.xlsx", workbook(*three("2023-12")).sheet())
    for one in three(JAN):
        folder.expect("either", one.key, kinds=["sheet_columns_missing", "sheet_columns_ambiguous"])


@case("Kolom “Jumlah Peserta” di samping “Peserta Terdaftar” dengan angka lain: yang mana penyebutnya tidak pasti")
def two_columns_of_participants(folder: Folder) -> None:
    table = workbook(*three(JAN))
    table.headings = {**table.headings, "extra": "Jumlah Peserta"}
    for one in table.lines:
        one.written["extra"] = one.true["registered"] + 517
    folder.xlsx(BOOK, table.sheet("Januari 24"))
    folder.xlsx("lama.xlsx", workbook(*three("2023-12")).sheet())
    for one in three(JAN):
        folder.expect("missing", one.key, "registered", kinds=["sheet_columns_double", "sheet_columns_ambiguous"])
        others = [count for count in COUNTS if count != "registered"]
        folder.expect("either", one.key, *others, kinds=["sheet_columns_double", "sheet_columns_ambiguous"])


@case("Judul “Kontak” saja: dapat berarti jumlah atau angka kontak")
def ambiguous_contacts(folder: Folder) -> None:
    table = workbook(*three(JAN))
    table.headings["contacts"] = "Kontak"
    folder.xlsx(BOOK, table.sheet("Januari 24"))
    folder.xlsx("lama.xlsx", workbook(*three("2023-12")).sheet())
    for one in three(JAN):
        folder.expect("either", one.key, kinds=["sheet_columns_missing", "sheet_columns_ambiguous"])


@case("Dua kolom berjudul sama di bawah judul yang diulang dari halaman pertama yang kosong: isinya berbeda")
def doubled_columns_below_headings_again(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet("Januari 24")
    for row in sheet.rows:
        row.cells.append("JUMLAH KONTAK" if row.true is None else row.true["contacts"] + 7)
    folder.xlsx(BOOK, sheet.above(list(sheet.rows[0].cells), []))
    folder.xlsx("lama.xlsx", workbook(*three(FEB)).sheet())
    folder.refuse(BOOK, kinds=["sheet_columns_double"])


@case("Dua kolom berjudul sama: sama isinya (Februari) dan berbeda isinya (Januari)")
def doubled_columns(folder: Folder) -> None:
    same, other = workbook(*three(FEB)).sheet("Februari 24"), workbook(*three(JAN)).sheet("Januari 24")
    for sheet, change in ((same, 0), (other, 7)):
        for row in sheet.rows:
            row.cells.append("JUMLAH KONTAK" if row.true is None else row.true["contacts"] + change)
    folder.xlsx(BOOK, same, other)
    for one in three(JAN):
        folder.expect("missing", one.key, "contacts", kinds=["sheet_columns_double"])
        others = [count for count in COUNTS if count != "contacts"]
        folder.expect("either", one.key, *others, kinds=["sheet_columns_double"])


@case("Kolom yang diperlukan tidak ada (Peserta Terdaftar) pada satu lembar")
def needed_column_absent(folder: Folder) -> None:
    table = workbook(*three(JAN))
    del table.headings["registered"]
    folder.xlsx(BOOK, table.sheet("Januari 24"), workbook(*three(FEB)).sheet("Februari 24"))
    for one in three(JAN):
        folder.expect("missing", one.key, "registered", kinds=["sheet_columns_missing"])
        others = [count for count in COUNTS if count != "registered"]
        folder.expect("either", one.key, *others, kinds=["sheet_columns_missing"])


@case("Sel kabupaten digabung melintasi baris, seperti ekspor Tableau")
def merged_district(folder: Folder) -> None:
    lines = three(MAR)
    for one in lines[1:]:
        one.written["district"] = None
    sheet = tabel(*lines).sheet("Sheet 1")
    sheet.merges.append(Merge(sheet.rows[1], sheet.rows[3], 0, 0))
    folder.xlsx(MONTHLY, sheet)


@case("Sel jumlah kontak digabung melintasi dua fasilitas")
def merged_count(folder: Folder) -> None:
    lines = three(MAR)
    lines[1].written["contacts"] = None
    sheet = tabel(*lines).sheet("Sheet 1")
    sheet.merges.append(Merge(sheet.rows[1], sheet.rows[2], 3, 3))
    folder.xlsx(MONTHLY, sheet)
    for facility in (MELIAU, SANGGAU):
        folder.expect("missing", (facility.code, MAR), "contacts", kinds=["merged_count"])


@case("Tata letak lain dari buku kerja pada lembar kedua: kolom tertukar letak, judul tetap")
def sheets_of_other_order(folder: Folder) -> None:
    second = workbook(*three(FEB))
    second.headings = dict(reversed(second.headings.items()))
    folder.xlsx(BOOK, workbook(*three(JAN)).sheet("Januari 24"), second.sheet("Februari 24"))


@case("Nama fasilitas dan judul berisi angka besar dan kata “Total”: fasilitas berkode tetap fasilitas")
def facility_named_like_a_total(folder: Folder) -> None:
    lines = [
        line(MELIAU, JAN),
        line(SANGGAU, JAN, name="KLINIK TOTAL SEHAT"),
        line(KARANGAN, JAN, name="Target Medika"),
    ]
    folder.xlsx(BOOK, workbook(*lines).sheet())


@case("Satu baris data, lalu judul kolom lagi: baris di antara dua judul tidak hilang")
def one_row_between_two_headings(folder: Folder) -> None:
    lines = three(MAR)
    lines[0].written |= {"rppt_dm": "-", "rppt_ht": "n/a", "rppt": "-"}
    sheet = tabel(*lines).sheet("Sheet 1")
    head = sheet.rows[0].cells
    sheet.after(1, head).after(0, list(range(1, len(head) + 1)))
    folder.xlsx(MONTHLY, sheet)


@case("Judul “BULAN : MARET 2024” di kolom A, tabel mulai di kolom D; nama berkas tanpa bulan")
def title_left_of_the_table(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1").shift(3).above(["CAPAIAN KBK"], ["BULAN : MARET 2024"], [])
    folder.xlsx("Tabel Capaian_kbk.xlsx", sheet)


@case("Judul bulan lain di kolom A, tabel mulai di kolom D: nama berkas dan judul bertentangan")
def other_title_left_of_the_table(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1").shift(3).above(["BULAN : FEBRUARI 2024"], [])
    folder.xlsx(MONTHLY, sheet)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    folder.refuse(MONTHLY, kinds=["sheet_month_clash"])
