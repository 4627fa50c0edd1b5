"""What an operator of a district office does with these files in a spreadsheet before they are passed on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from corpus.cases import case
from corpus.cases_look_sound import sum_of
from corpus.cases_months import APR, FEB, JAN, MAR, MONTHLY, three
from corpus.cases_tables import BOOK
from corpus.folder import Expected, Folder, Place
from corpus.sheets import Cell, Formula, Line, Merge, Row, Sheet, Shown, Table, dotted, line, tabel, workbook
from corpus.truth import BELANGIN, COUNTS, KLINIK, MELIAU, SANGGAU, SEKAYAM, Facility, counts, ratio

UNSURE = ["sheet_month_unknown", "sheet_month_clash"]
OTHER = ["sheet_of_other_figures"]
PERSON = "dr. Bramantyo Wicaksono"


def four(month: str) -> list[Line]:
    return [*three(month), line(BELANGIN, month)]


def march(*lines: Line) -> Sheet:
    return tabel(*(lines or three(MAR))).sheet("Sheet 1")


def at(folder: Folder, month: str, *lines: Line) -> None:
    """Lines that are read as those of another month, for no other file says that it is wrong."""
    for one in lines:
        folder.places[one.facility.code, month] = folder.places.pop(one.key)
        for count in COUNTS:
            folder.expected[(one.facility.code, month), count] = folder.expected.pop((one.key, count))


def no_facility(folder: Folder, code: str, true: Mapping[str, int], place: Place) -> None:
    """A row that is read as a facility, with a word at its place: only a person can tell that it is none."""
    folder.places[code, MAR] = [place]
    for count in COUNTS:
        folder.expected[(code, MAR), count] = Expected(true[count])


def other_month(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())


# 1 Marks and words within cells


@case("Tanda catatan “*)” di belakang angka dan di belakang nama")
def marks_of_notes(folder: Folder) -> None:
    one = line(MELIAU, MAR, contacts="1.930 *)", name="PUSKESMAS MELIAU *)")
    folder.xlsx(MONTHLY, march(one, *three(MAR)[1:]).below(["*) data sementara"]))
    folder.expect("either", one.key)


@case("Rasio bertanda “154,09‰” dan “1,86%” sebagai teks")
def signs_behind_ratios(folder: Folder) -> None:
    lines = [
        line(
            o.facility,
            MAR,
            ak=ratio(o.true["contacts"], o.true["registered"], 1000) + "‰",
            rrns=ratio(o.true["nonspecialist_referrals"], o.true["referrals"], 100) + " %",
        )
        for o in three(MAR)
    ]
    folder.xlsx(MONTHLY, march(*lines))


@case("Pembilang dan penyebut dalam satu sel: “12/150” pada kolom Jumlah Rujukan")
def fraction_in_a_count(folder: Folder) -> None:
    one = line(MELIAU, MAR, referrals="16/244")
    folder.xlsx(MONTHLY, march(one, *three(MAR)[1:]))
    folder.expect("missing", one.key, "referrals")
    folder.expect("either", one.key, "nonspecialist_referrals")


@case("Pembilang dan penyebut dalam satu sel “1.930/12.490” pada Jumlah Kontak, semua baris")
def fractions_in_the_contacts(folder: Folder) -> None:
    lines = [
        line(o.facility, MAR, contacts=f"{dotted(o.true['contacts'])}/{dotted(o.true['registered'])}")
        for o in three(MAR)
    ]
    folder.xlsx(MONTHLY, march(*lines))
    for one in lines:
        folder.expect("missing", one.key, "contacts")


@case("Keterangan di belakang angka: “1.930 (revisi)”, “sementara 1.930”")
def revised_within_a_cell(folder: Folder) -> None:
    one, two = line(MELIAU, MAR, contacts="1.930 (revisi)"), line(SANGGAU, MAR, contacts="semula 4.000 menjadi 4.694")
    folder.xlsx(MONTHLY, march(one, two, three(MAR)[2]))
    folder.expect("either", one.key, "contacts")
    folder.expect("missing", two.key, "contacts")


# 2 Months


@case("Tahun salah ketik di nama berkas: “kbk maret 2032.xlsx”")
def year_of_the_file_name_wrong(folder: Folder) -> None:
    folder.xlsx("kbk maret 2032.xlsx", march())
    other_month(folder)
    folder.refuse("kbk maret 2032.xlsx", kinds=["month_to_come"])


@case("Tahun salah ketik ke belakang di nama berkas: “kbk maret 2014.xlsx”, berkas lain 2024")
def year_of_the_file_name_long_ago(folder: Folder) -> None:
    folder.xlsx("kbk maret 2014.xlsx", march())
    folder.xlsx("a.xlsx", workbook(*three(JAN)).sheet())
    folder.xlsx("b.xlsx", workbook(*three(FEB)).sheet())
    at(folder, "2014-03", *three(MAR))
    folder.tell("file_of_a_far_time", "kbk maret 2014.xlsx")


@case("Bulan pada pita tergabung di dalam tabel (“JANUARI 2024” di atas tiap kelompok baris)")
def merged_bands_of_months(folder: Folder) -> None:
    table = workbook(*three(JAN), *three(FEB))
    del table.headings["month"]
    sheet = table.sheet("Rekap KBK")
    for position, text in ((3, "FEBRUARI 2024"), (0, "JANUARI 2024")):
        sheet.after(position, [text])
        band = sheet.rows[position + 1]
        band.cells += [None] * (len(table.headings) - 1)
        sheet.merges.append(Merge(band, band, 0, len(table.headings) - 1))
    folder.xlsx("Capaian KBK.xlsx", sheet)


@case("Nama bulan hanya pada baris pertama tiap kelompok, di bawahnya kosong")
def month_in_the_first_row_of_a_group(folder: Folder) -> None:
    lines = [*three(JAN), *three(FEB)]
    for position, one in enumerate(lines):
        if position % 3:
            one.written["month"] = None
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.tell("month_from_above", BOOK)


@case("Judul diganti menjadi Maret, nama lembar tetap Februari")
def sheet_name_left_behind(folder: Folder) -> None:
    folder.xlsx("Capaian KBK.xlsx", tabel(*three(MAR)).sheet("Februari 2024").above(["BULAN MARET 2024"], []))
    other_month(folder)
    folder.refuse("Capaian KBK.xlsx", kinds=UNSURE)


@case("Lembar B01 dan B02, tahun di judul")
def sheets_b01(folder: Folder) -> None:
    books = [
        tabel(*three(month)).sheet(name).above(["CAPAIAN KBK TAHUN 2024"], [])
        for month, name in ((JAN, "B01"), (FEB, "B02"))
    ]
    folder.xlsx("Capaian KBK.xlsx", *books)


@case("Kolom “Bulan” berisi nomor minggu “M1”, “M2”: laporan mingguan")
def weeks(folder: Folder) -> None:
    table = tabel(line(MELIAU, MAR, service_month="M1"), line(SANGGAU, MAR, service_month="M2"))
    table.headings = {"service_month": "Bulan", **table.headings}
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    other_month(folder)
    folder.refuse(MONTHLY, kinds=["month_unreadable"])


@case("Judul “MINGGU KE-2 MARET 2024”: belum sebulan penuh")
def title_of_a_week(folder: Folder) -> None:
    folder.xlsx("kbk mar 24.xlsx", march().above(["CAPAIAN KBK MINGGU KE-2 MARET 2024"], []))
    other_month(folder)
    folder.refuse("kbk mar 24.xlsx", kinds=OTHER)


@case("Nama lembar “Mar 24 mgg 2” dan “Maret 24 (s.d. tgl 20)”")
def sheet_of_a_part_of_a_month(folder: Folder) -> None:
    folder.xlsx("kbk.xlsx", tabel(*three(MAR)).sheet("Maret 24 (s.d. tgl 20)"))
    other_month(folder)
    folder.refuse("kbk.xlsx", kinds=["month_not_over", *UNSURE])


@case("Bulan pada kolom berupa tanggal terakhir bulan dan tanggal unduh hari itu di judul")
def last_days_of_months(folder: Folder) -> None:
    lines = [line(o.facility, MAR, month=dt.date(2024, 3, 31)) for o in three(MAR)]
    folder.xlsx(BOOK, workbook(*lines).sheet().above(["Tanggal unduh: 03/04/2024"], []))


# 3 Shape


@case("Dua tabel berdampingan di satu lembar: Februari di kiri, Maret di kanan, bulan hanya di judulnya")
def two_months_beside_each_other(folder: Folder) -> None:
    left, right = tabel(*three(FEB)), tabel(*three(MAR))
    width = len(left.headings)
    sheet = left.sheet("Sheet 1")
    rows = [
        Row([*a.cells, None, *b.cells], a.key, a.true, name=a.name)
        for a, b in zip(sheet.rows, right.sheet().rows, strict=True)
    ]
    page = Sheet("Sheet 1", [Row(["FEBRUARI 2024", *[None] * width, "MARET 2024"]), *rows])
    folder.xlsx("Capaian KBK.xlsx", page)
    folder.remember("Capaian KBK.xlsx", Sheet("Sheet 1", [Row([]), *right.sheet().rows]))
    other_month(folder)


@case("Subjumlah tiap kecamatan berkode kecamatan, nama “KEC. …”")
def subtotals_of_subdistricts(folder: Folder) -> None:
    first, second = three(MAR), [line(SEKAYAM, MAR), line(KLINIK, MAR)]
    table = tabel(*first, *second)
    one = table.row(sum_of(*first, code="610301", name="KEC. MELIAU")).cells
    two = table.row(sum_of(*second, code="610302", name="KEC. SEKAYAM")).cells
    folder.xlsx(MONTHLY, table.sheet("Sheet 1").after(3, one).below(two))


@case("Subjumlah kecamatan dari satu puskesmas saja: angkanya sama dengan puskesmas itu")
def subtotal_of_one(folder: Folder) -> None:
    table = tabel(*three(MAR), line(SEKAYAM, MAR))
    one = table.row(sum_of(line(SEKAYAM, MAR), code="61030200", name="SEKAYAM JUMLAH")).cells
    folder.xlsx(MONTHLY, table.sheet("Sheet 1").below(one))
    no_facility(folder, "61030200", counts(SEKAYAM, MAR), Place(MONTHLY, "Sheet 1", 6, "SEKAYAM JUMLAH"))
    folder.tell("row_of_other_rows", MONTHLY, "Sheet 1")


@case("Baris rata-rata dengan kode lengkap yang dikarang dan nama “KABUPATEN SANGGAU (RERATA)”")
def mean_with_a_code(folder: Folder) -> None:
    lines = four(MAR)
    mean = {count: round(sum(o.true[count] for o in lines) / len(lines)) for count in COUNTS}
    table = workbook(*lines)
    folder.xlsx(
        BOOK,
        table.sheet().below(table.row(Line(MELIAU, MAR, mean, {"code": "61030000", "name": "RERATA SANGGAU"})).cells),
    )
    folder.tell("row_is_mean", BOOK, "Sheet1")


@case("Baris median dan nilai tertinggi dengan kode lengkap yang dikarang")
def median_with_a_code(folder: Folder) -> None:
    lines = four(MAR)
    table = workbook(*lines)
    most = {count: max(o.true[count] for o in lines) for count in COUNTS}
    folder.xlsx(
        BOOK, table.sheet().below(table.row(Line(MELIAU, MAR, most, {"code": "61030001", "name": "TERTINGGI"})).cells)
    )
    no_facility(folder, "61030001", most, Place(BOOK, "Sheet1", 6, "TERTINGGI"))
    folder.tell("row_of_other_rows", BOOK, "Sheet1")


@case("Baris judul diulang di tiap halaman cetak, didahului “Halaman 2 dari 3” dan tanda tangan di akhir")
def page_breaks(folder: Folder) -> None:
    table = tabel(*four(MAR))
    sheet = table.sheet("Sheet 1").after(2, ["Halaman 1 dari 2"], [], list(table.headings.values()))
    signature = [
        [],
        ["", "", "Sanggau, 5 April 2024"],
        ["", "", "Kepala Dinas Kesehatan"],
        [],
        ["", "", PERSON],
        ["", "", "NIP. 19700101 199903 1 002"],
    ]
    folder.xlsx(MONTHLY, sheet.below(*signature))


@case("Kolom peringkat “Peringkat” dan kolom target di antara kolom-kolom yang dibaca")
def ranks_and_targets(folder: Folder) -> None:
    table = tabel(*(line(o.facility, MAR, rank=n, target=150, target2="≤ 2") for n, o in enumerate(three(MAR), 1)))
    head = list(table.headings.items())
    table.headings = dict(
        [
            *head[:3],
            ("rank", "Peringkat AK"),
            *head[3:5],
            ("target", "Target AK"),
            *head[5:8],
            ("target2", "Target RRNS"),
            *head[8:],
        ]
    )
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))


@case("Judul kelompok TARGET dan REALISASI di atas kolom bernama sama")
def targets_beside_results(folder: Folder) -> None:
    table = tabel(*(line(o.facility, MAR, t_contacts=2000, t_referrals=1) for o in three(MAR)))
    head = list(table.headings.items())
    at = [role for role, _ in head].index("contacts")
    table.headings = dict([*head[:at], ("t_contacts", "Jumlah Kontak"), ("t_referrals", "Jumlah Rujukan"), *head[at:]])
    sheet = table.sheet("Sheet 1")
    top = Row([None] * at + ["TARGET", None, "REALISASI"] + [None] * (len(head) - at - 1))
    sheet.rows.insert(0, top)
    sheet.merges += [Merge(top, top, at, at + 1), Merge(top, top, at + 2, len(head) + 1)]
    folder.xlsx(MONTHLY, sheet)


@case("Pustu di bawah puskesmas induknya, tanpa kode, angkanya bagian dari puskesmas")
def auxiliary_posts(folder: Folder) -> None:
    lines = three(MAR)
    table = tabel(*lines)
    parts = [
        table.row(
            Line(MELIAU, MAR, {c: v // 2 for c, v in lines[0].true.items()}, {"code": None, "name": f"- PUSTU {n}"})
        ).cells
        for n in ("KUNYIL", "BALAI TINGGI")
    ]
    folder.xlsx(MONTHLY, table.sheet("Sheet 1").after(1, *parts))
    folder.tell("facility_unmatched", MONTHLY)
    folder.tolerated.add("facility_unmatched")


@case("Pustu memakai kode puskesmas induknya: dua baris berbeda untuk satu kode")
def auxiliary_posts_with_the_code(folder: Folder) -> None:
    lines = three(MAR)
    table = tabel(*lines)
    part = table.row(Line(MELIAU, MAR, {c: v // 3 for c, v in lines[0].true.items()}, {"name": "PUSTU KUNYIL"})).cells
    folder.xlsx(MONTHLY, table.sheet("Sheet 1").after(1, part))
    folder.expect("missing", lines[0].key)


@case("Baris direvisi ditambahkan di bawah dengan nama “… (REVISI)”, baris lama tetap ada")
def revised_row_below(folder: Folder) -> None:
    lines = three(MAR)
    table = tabel(*lines)
    revised = table.row(
        Line(MELIAU, MAR, {**lines[0].true, "contacts": 2000}, {"name": "PUSKESMAS MELIAU (REVISI)"})
    ).cells
    folder.xlsx(MONTHLY, table.sheet("Sheet 1").below(revised))
    folder.expect("missing", lines[0].key, "contacts")
    for count in COUNTS[1:]:
        folder.expect("either", lines[0].key, count)


@case("Puskesmas kabupaten tetangga ikut tertulis tanpa kolom KAB/KOTA, di bawah baris “KABUPATEN SEKADAU”")
def facilities_of_the_neighbour(folder: Folder) -> None:
    table = tabel(*three(MAR))
    del table.headings["district"]
    other = Facility("01150101", "PUSKESMAS SEKADAU")
    cells = [other.code, other.name, *table.row(three(MAR)[0]).cells[2:]]
    folder.xlsx(MONTHLY, table.sheet("Sheet 1").below(["KABUPATEN SEKADAU"], cells))
    folder.tell("rows_other_district", MONTHLY)


@case("Lembar grafik dan lembar “Data Grafik” dengan angka yang dikutip untuk grafik")
def sheets_of_charts(folder: Folder) -> None:
    chart = Sheet("Data Grafik", [Row(["Puskesmas", "AK", "RRNS"]), Row(["MELIAU", "154,5", "1,9"])])
    folder.xlsx(MONTHLY, march(), chart)


@case("Data lama di kolom tersembunyi di kanan tabel, dengan judul yang sama")
def old_data_at_the_right(folder: Folder) -> None:
    table = tabel(*(line(o.facility, MAR, old=dotted(o.true["contacts"] - 100)) for o in three(MAR)))
    table.headings["old"] = "Jumlah Kontak"
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    for one in three(MAR):
        folder.expect("missing", one.key)
    other_month(folder)


@case("Kolom “Jumlah Kontak (lalu)” dan “Jumlah Kontak Feb” di samping Jumlah Kontak")
def last_month_beside(folder: Folder) -> None:
    table = tabel(*(line(o.facility, MAR, old=dotted(o.true["contacts"] - 100)) for o in three(MAR)))
    head = list(table.headings.items())
    table.headings = dict([*head[:3], ("old", "Jumlah Kontak Feb"), *head[3:]])
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))


# 4 Values of columns


@case("AK dicetak dalam persen (15,45) pada kolom Angka Kontak, dan RRNS dalam per mil")
def percent_and_per_mille_changed(folder: Folder) -> None:
    lines = [
        line(
            o.facility,
            MAR,
            ak=ratio(o.true["contacts"], o.true["registered"], 100),
            rrns=ratio(o.true["nonspecialist_referrals"], o.true["referrals"], 1000),
        )
        for o in four(MAR)
    ]
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))


@case("Kolom Jumlah Kontak berisi angka kontak (per mil) karena salah tempel, rasio tidak dicetak")
def ratios_pasted_over_contacts(folder: Folder) -> None:
    lines = [
        line(o.facility, MAR, contacts=float(ratio(o.true["contacts"], o.true["registered"], 1000).replace(",", ".")))
        for o in four(MAR)
    ]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("missing", one.key, "contacts")


@case("Peserta terdaftar dalam ribuan: judul “Peserta Terdaftar (ribu)”")
def registered_in_thousands(folder: Folder) -> None:
    lines = [line(o.facility, MAR, registered=o.true["registered"] // 1000) for o in three(MAR)]
    table = workbook(*lines)
    table.headings["registered"] = "Peserta Terdaftar (ribu)"
    folder.xlsx(BOOK, table.sheet())
    folder.refuse(BOOK, kinds=["sheet_columns_missing", "sheet_columns_ambiguous"])
    other_month(folder)


@case("Catatan di atas tabel: “dalam ribuan”")
def table_in_thousands(folder: Folder) -> None:
    lines = [
        line(o.facility, MAR, registered=o.true["registered"] // 1000, contacts=o.true["contacts"] // 1000)
        for o in three(MAR)
    ]
    folder.xlsx(BOOK, workbook(*lines).sheet().above(["CAPAIAN KBK"], ["(dalam ribuan)"], []))
    for one in lines:
        folder.expect("missing", one.key)
    other_month(folder)


@case("Nol diisi pada semua sel RPPT karena belum ditarik: terkendali 0 di semua puskesmas")
def controlled_all_zero(folder: Folder) -> None:
    lines = [line(o.facility, MAR, {"dm_controlled": 0, "ht_controlled": 0}) for o in four(MAR)]
    folder.xlsx(BOOK, workbook(*lines).sheet())


@case(
    "Angka satu kolom tersalin dari kolom sebelahnya: Kasus Non Spesialistik sama dengan Jumlah Rujukan di semua baris"
)
def one_column_copied(folder: Folder) -> None:
    lines = [line(o.facility, MAR, nonspecialist_referrals=o.true["referrals"]) for o in four(MAR)]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("missing", one.key, "nonspecialist_referrals")
        folder.expect("either", one.key, "referrals")


@case("DM dan HT: penyebut HT tersalin ke penyebut DM di semua baris, rasio tidak dicetak")
def denominator_copied(folder: Folder) -> None:
    lines = [line(o.facility, MAR, dm_registered=o.true["ht_registered"]) for o in four(MAR)]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("missing", one.key, "dm_registered")
        folder.expect("either", one.key, "dm_controlled", "ht_registered", "ht_controlled")


@case("Peserta Terdaftar sama di semua puskesmas (angka kabupaten ditarik ke bawah)")
def registered_dragged_down(folder: Folder) -> None:
    lines = [line(o.facility, MAR, registered=72000) for o in four(MAR)]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("missing", one.key, "registered")
        folder.expect("either", one.key, "contacts")


@case("Angka menaik 1, 2, 3 … karena ditarik dengan tetikus (isi seri)")
def series_dragged_down(folder: Folder) -> None:
    lines = [
        line(o.facility, MAR, contacts=1904 + n)
        for n, o in enumerate([*four(MAR), line(SEKAYAM, MAR), line(KLINIK, MAR)])
    ]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("missing", one.key, "contacts")
        folder.expect("either", one.key, "registered")


@case("Kolom nomor urut berjudul “Kode” berisi 1, 2, 3")
def codes_are_numbers_of_rows(folder: Folder) -> None:
    lines = [line(o.facility, MAR, code=n) for n, o in enumerate(three(MAR), 1)]
    folder.facilities(*(f"{o.facility.code},{o.facility.name},puskesmas" for o in lines))
    folder.xlsx(MONTHLY, march(*lines))
    for one in lines:
        folder.expect("either", one.key)


# 5 Who


@case("Nama kepala puskesmas bergelar di kolom nama fasilitas, kodenya benar")
def head_in_the_place_of_the_name(folder: Folder) -> None:
    folder.xlsx(MONTHLY, march(line(MELIAU, MAR, name=PERSON), *three(MAR)[1:]))
    folder.tell("person_for_facility", MONTHLY, "Sheet 1")
    folder.checks.append(
        lambda result: "the name is shown" if "Wicaksono" in f"{result.table}{result.ledger.to_csv()}" else ""
    )


@case("Kolom dokter penanggung jawab bergelar di samping nama fasilitas")
def column_of_heads(folder: Folder) -> None:
    table = tabel(*(line(o.facility, MAR, head=PERSON) for o in three(MAR)))
    table.headings = {**table.headings, "head": "Kepala Puskesmas"}
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    folder.checks.append(
        lambda result: "the name is shown" if "Wicaksono" in f"{result.table}{result.ledger.to_csv()}" else ""
    )


@case("Kolom kode tanpa judul; kodenya dikenal dari facilities.csv")
def codes_without_a_heading(folder: Folder) -> None:
    folder.facilities(*(f"{o.facility.code},{o.facility.name},puskesmas" for o in three(MAR)))
    table = tabel(*three(MAR))
    table.headings["code"] = ""
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))


@case("Pembilang dan penyebut di bawah nama indikator")
def numerators_under_indicators(folder: Folder) -> None:
    table = tabel(*three(MAR))
    order = {
        "district": "",
        "code": "",
        "name": "",
        "contacts": "Pembilang",
        "registered": "Penyebut",
        "ak": "Capaian",
        "nonspecialist_referrals": "Pembilang",
        "referrals": "Penyebut",
        "rrns": "Capaian",
        "dm_controlled": "Pembilang",
        "dm_registered": "Penyebut",
        "rppt_dm": "Capaian",
        "ht_controlled": "Pembilang",
        "ht_registered": "Penyebut",
        "rppt_ht": "Capaian",
    }
    table.headings = order
    sheet = table.sheet("Sheet 1")
    top = Row(
        [
            "Dati2",
            "Kode PPK",
            "Faskes",
            "Angka Kontak",
            None,
            None,
            "RRNS",
            None,
            None,
            "RPPT DM",
            None,
            None,
            "RPPT HT",
            None,
            None,
        ]
    )
    sheet.rows.insert(0, top)
    sheet.merges += [Merge(top, top, 3 + 3 * n, 5 + 3 * n) for n in range(4)]
    folder.xlsx(MONTHLY, sheet)


@case("Tabel pivot “Sum of …” dengan saringan bulan yang terbuka “(All)”, nama berkas satu bulan")
def pivot_of_all_months(folder: Folder) -> None:
    lines = [line(o.facility, MAR, **{c: o.true[c] * 3 for c in COUNTS}) for o in three(MAR)]
    table = Table(
        {
            "code": "Row Labels",
            **{
                c: f"Sum of {h}"
                for c, h in zip(
                    COUNTS,
                    (
                        "Jumlah Kontak",
                        "Peserta Terdaftar",
                        "Kasus Non Spesialistik",
                        "Jumlah Rujukan",
                        "Prolanis DM Terkendali",
                        "Peserta Diagnosa DM",
                        "Prolanis HT Terkendali",
                        "Peserta Diagnosa HT",
                    ),
                    strict=True,
                )
            },
        },
        lines,
    )
    folder.xlsx("kbk mar 24.xlsx", table.sheet("Sheet 1").above(["Bulan Kapitasi", "(All)"], []))
    folder.refuse("kbk mar 24.xlsx", kinds=UNSURE)
    other_month(folder)


@case("Judul “gabungan 3 bulan” dan “Jan, Feb, Mar 2024” di berkas mar 24")
def title_of_three_months(folder: Folder) -> None:
    folder.xlsx(MONTHLY, march().above(["CAPAIAN KBK JAN, FEB, MAR 2024"], []))
    other_month(folder)
    folder.refuse(MONTHLY, kinds=UNSURE)


@case("Judul “RATA-RATA CAPAIAN PER BULAN TAHUN 2024” di berkas mar 24")
def title_of_means(folder: Folder) -> None:
    folder.xlsx(MONTHLY, march().above(["RATA-RATA PER BULAN JANUARI 2024 S/D MARET 2024"], []))
    other_month(folder)
    folder.refuse(MONTHLY, kinds=OTHER)


@case("Judul “RATA-RATA CAPAIAN KBK” tanpa rentang di berkas mar 24")
def title_of_means_without_months(folder: Folder) -> None:
    folder.xlsx(MONTHLY, march().above(["RATA-RATA CAPAIAN KBK TAHUN 2024"], []))
    other_month(folder)
    folder.refuse(MONTHLY, kinds=OTHER)


@case("Judul “PROGNOSA MARET 2024” di berkas bernama mar 24")
def title_of_a_forecast(folder: Folder) -> None:
    folder.xlsx(MONTHLY, march().above(["PROGNOSA CAPAIAN KBK MARET 2024"], []))
    other_month(folder)
    folder.refuse(MONTHLY, kinds=OTHER)


@case("Judul “DATA SEMENTARA MARET 2024”")
def title_of_a_draft(folder: Folder) -> None:
    folder.xlsx(MONTHLY, march().above(["DATA SEMENTARA CAPAIAN KBK MARET 2024 (BELUM FINAL)"], []))
    for one in three(MAR):
        folder.expect("either", one.key)


@case("Judul kelompok “PESERTA PBI” dan “NON PBI”: angka hanya sebagian peserta")
def title_of_some_participants(folder: Folder) -> None:
    folder.xlsx(MONTHLY, march().above(["CAPAIAN KBK PESERTA PBI MARET 2024"], []))
    other_month(folder)
    folder.refuse(MONTHLY, kinds=OTHER)


@case("Rumus =SUM pada baris jumlah yang bernama puskesmas, dengan nilai tersimpan")
def formulas_of_sums(folder: Folder) -> None:
    table = workbook(*three(MAR))
    total = sum_of(*three(MAR), code="01149999", name="PUSKESMAS SE-SANGGAU")
    cells: list[Cell] = [Formula("=1*1", v) if isinstance(v, int) else v for v in table.row(total).cells]
    folder.xlsx(BOOK, table.sheet().below(cells))
    folder.tell("row_is_sum", BOOK, "Sheet1")


@case("Sel angka berformat “0,0” yang memuat 1929,6 tampil 1.930: jumlah hasil rata-rata")
def counts_that_are_means(folder: Folder) -> None:
    lines = [line(o.facility, MAR, contacts=Shown(o.true["contacts"] - 0.4, "#,##0")) for o in four(MAR)]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("missing", one.key, "contacts")


@case("Bulan hanya di nama berkas, dan nama itu menyebut jumlah berjalan: “kbk s.d. mar 24”, “kbk kumulatif apr 24”")
def file_names_of_sums(folder: Folder) -> None:
    folder.xlsx("kbk s.d. mar 24.xlsx", march())
    folder.xlsx("kbk kumulatif apr 24.xlsx", march(*three(APR)))
    other_month(folder)
    for name in ("kbk s.d. mar 24.xlsx", "kbk kumulatif apr 24.xlsx"):
        folder.refuse(name, kinds=UNSURE)


@case("Bulan hanya di nama berkas, dan nama itu menyebut minggu: “kbk mar 24 minggu 2”, “rata-rata kbk apr 24”")
def file_names_of_other_figures(folder: Folder) -> None:
    folder.xlsx("kbk mar 24 minggu 2.xlsx", march())
    folder.xlsx("rata-rata kbk apr 24.xlsx", march(*three(APR)))
    other_month(folder)
    for name in ("kbk mar 24 minggu 2.xlsx", "rata-rata kbk apr 24.xlsx"):
        folder.refuse(name, kinds=UNSURE)


@case("Nama berkas menyebut rentangnya, tiap lembar menyebut bulannya sendiri: “kbk kumulatif s.d. mar 24”")
def file_name_of_a_span_of_sheets(folder: Folder) -> None:
    sheets = [tabel(*three(month)).sheet(name) for month, name in ((FEB, "Februari 2024"), (MAR, "Maret 2024"))]
    folder.xlsx("kbk kumulatif s.d. mar 24.xlsx", *sheets)
    for one in three(FEB):
        folder.expect("either", one.key, kinds=UNSURE)
