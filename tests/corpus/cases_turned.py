"""Tables whose indicators stand below each other, with months or facilities side by side."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR
from corpus.folder import Expected, Folder, Place
from corpus.sheets import Cell, Row, Sheet, line, workbook
from corpus.truth import COUNTS, KARANGAN, KLINIK, MELIAU, SANGGAU, Facility, counts, in_words

WORDS = {
    "registered": "Jumlah Peserta Terdaftar", "contacts": "Jumlah Kontak", "referrals": "Jumlah Rujukan",
    "nonspecialist_referrals": "Jumlah Rujukan Non Spesialistik", "dm_registered": "Peserta DM Terdaftar",
    "dm_controlled": "Peserta DM Terkendali", "ht_registered": "Peserta HT Terdaftar",
    "ht_controlled": "Peserta HT Terkendali",
}  # fmt: skip
FILE = "kbk.xlsx"
MONTHS = (JAN, FEB, MAR)
SHORT = ("Jan", "Feb", "Mar")
FACILITIES = (MELIAU, SANGGAU, KARANGAN)


def down(title: Sequence[Cell], keys: Sequence[tuple[Facility, str]]) -> Sheet:
    """A sheet with a row for each indicator and a column for each facility and month, numbered at the left."""
    true = [counts(facility, month) for facility, month in keys]
    rows = [[number, word, *(one[role] for one in true)] for number, (role, word) in enumerate(WORDS.items(), start=1)]
    return Sheet("Capaian", [Row(cells) for cells in (["No", "Indikator", *title], *rows)])


def remember(folder: Folder, sheet: Sheet, keys: Sequence[tuple[Facility, str]], above: int) -> None:
    """Write a workbook and remember the facilities and months that stand side by side in its sheet.

    above: rows over the first of them once the table is turned by Excel's Transpose.
    """
    folder.xlsx(FILE, sheet)
    for row, (facility, month) in enumerate(keys, start=above + 1):
        key, true = (facility.code, month), counts(facility, month)
        folder.places.setdefault(key, []).append(Place(FILE, sheet.name, row, facility.name))
        folder.expected |= {(key, count): Expected(true[count]) for count in COUNTS}


def months_of_meliau() -> tuple[Sheet, list[tuple[Facility, str]]]:
    """The card of one puskesmas, with its months side by side."""
    keys = [(MELIAU, month) for month in MONTHS]
    meta: list[list[Cell]] = [
        ["CAPAIAN KBK TAHUN 2024"],
        ["Nama FKTP", ":", MELIAU.name],
        ["Kode FKTP", ":", MELIAU.code],
    ]
    return down(SHORT, keys).above(*meta, []), keys


@case("Indikator ke bawah, bulan ke samping, satu puskesmas yang disebut di atas tabel")
def months_beside_indicators_below(folder: Folder) -> None:
    remember(folder, *months_of_meliau(), above=5)
    folder.tell("table_turned", FILE)


@case(
    "Indikator ke bawah, bulan ke samping di bawah judul “CAPAIAN KUMULATIF”: setiap kolom mungkin jumlah sejak Januari"
)
def added_up_months_beside(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    sheet, keys = months_of_meliau()
    sheet.rows[0].cells[0] = "CAPAIAN KUMULATIF KBK TAHUN 2024"
    remember(folder, sheet, keys, above=5)
    folder.refuse(FILE, kinds=["sheet_month_unknown"])


@case("Indikator ke bawah, bulan ke samping, dengan kolom Total dan Rata-rata di kanan dan tanda tangan di bawah")
def months_beside_with_totals(folder: Folder) -> None:
    sheet, keys = months_of_meliau()
    for row in sheet.rows:
        if isinstance(row.cells[-1] if row.cells else None, int):
            row.cells += [sum(row.cells[2:]), sum(row.cells[2:]) / len(MONTHS)]
        elif row.cells[:1] == ["No"]:
            row.cells += ["Total", "Rata-rata"]
    remember(folder, sheet.below([], [None, "Meliau, 5 April 2024"], [None, "Kepala Puskesmas"]), keys, above=5)


@case(
    "Indikator ke bawah, bulan ke samping, dengan kolom Satuan, Target, dan Keterangan, serta baris rasio yang dicetak"
)
def months_beside_with_units_and_targets(folder: Folder) -> None:
    sheet, keys = months_of_meliau()
    true = [counts(*key) for key in keys]
    for row in sheet.rows:
        cells = row.cells
        if cells[:1] == ["No"]:
            row.cells = [*cells[:2], "Satuan", "Target", *cells[2:], "Keterangan"]
        elif isinstance(cells[0] if cells else None, int):
            row.cells = [*cells[:2], "orang", None, *cells[2:], "laporan puskesmas"]
    contacts = [round(1000 * one["contacts"] / one["registered"], 2) for one in true]
    sheet.rows.append(Row([9, "Angka Kontak", "‰", 150, *contacts]))
    remember(folder, sheet, keys, above=5)


@case("Indikator ke bawah, dengan indikator lain yang tidak dikenal di bawah dan di antaranya")
def other_indicators_below(folder: Folder) -> None:
    sheet, keys = months_of_meliau()
    sheet.rows.insert(7, Row([3, "Waktu tunggu rata-rata", 31, 32, 33]))
    sheet.rows += [Row([9, "Jumlah penyuluhan", 4, 5, 6]), Row([10, "Jumlah kunjungan rumah", 7, 8, 9])]
    remember(folder, sheet, keys, above=5)


@case("Indikator ke bawah, dan tabel lain di bawahnya sesudah baris kosong")
def other_figures_below(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    sheet, keys = months_of_meliau()
    remember(folder, sheet.below([], [9, "Jumlah penyuluhan", 4, 5, 6]), keys, above=5)
    folder.refuse(FILE, kinds=["sheet_turned"])


@case("Indikator ke bawah, fasilitas ke samping dengan kodenya, satu bulan di judul")
def facilities_beside_indicators_below(folder: Folder) -> None:
    keys = [(one, MAR) for one in FACILITIES]
    sheet = down([one.name for one in FACILITIES], keys)
    sheet.rows.insert(1, Row([None, "Kode FKTP", *(one.code for one in FACILITIES)]))
    remember(folder, sheet.above([f"CAPAIAN KBK BULAN {in_words(MAR).upper()}"], []), keys, above=3)
    folder.tell("table_turned", FILE)


@case("Indikator ke bawah di bawah kelompok di kiri, fasilitas ke samping menurut nama saja")
def groups_beside_indicators_below(folder: Folder) -> None:
    keys = [(one, MAR) for one in FACILITIES]
    sheet = down([one.name for one in FACILITIES], keys)
    groups = ["Angka Kontak", None, "Rujukan", None, "Prolanis", None, None, None]
    for row, group in zip(sheet.rows, ["Kelompok", *groups], strict=True):
        row.cells[0] = group
    folder.facilities(*(f"{one.code},{one.name},puskesmas" for one in FACILITIES))
    remember(folder, sheet.above(["CAPAIAN KBK MARET 2024"], []), keys, above=4)


@case("Indikator ke bawah, fasilitas ke samping, bulan tidak disebut di mana pun")
def facilities_beside_without_a_month(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    keys = [(one, MAR) for one in FACILITIES]
    remember(folder, down([one.name for one in FACILITIES], keys), keys, above=1)
    folder.refuse(FILE, kinds=["sheet_month_unknown"])


@case("Indikator ke bawah dua kali pada satu lembar: tabel “Target” di atas tabel “Capaian”")
def two_turned_tables(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    sheet, keys = months_of_meliau()
    again, _ = months_of_meliau()
    sheet.rows += again.rows
    remember(folder, sheet, keys, above=5)
    folder.refuse(FILE, kinds=["sheet_turned"])


RATIOS = {
    "Angka Kontak": ("contacts", "registered"), "RRNS": ("nonspecialist_referrals", "referrals"),
    "RPPT DM": ("dm_controlled", "dm_registered"), "RPPT HT": ("ht_controlled", "ht_registered"),
}  # fmt: skip


def long(title: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> Sheet:
    """A long table of March, its rows numbered."""
    numbered = [[number, *cells] for number, cells in enumerate(rows, start=1)]
    return Sheet("Data", [Row(["No", "Kode PPK", "NAMA FKTP", "Bulan", *title]), *map(Row, numbered)])


@case("Tabel panjang: satu baris tiap indikator, dengan kolom Indikator dan Nilai")
def one_row_each_figure(folder: Folder) -> None:
    rows = [
        [one.code, one.name, in_words(month), word, counts(one, month)[role]]
        for month in (FEB, MAR)
        for one in FACILITIES
        for role, word in WORDS.items()
    ]
    keys = [(one, month) for month in (FEB, MAR) for one in FACILITIES]
    remember(folder, long(["Indikator", "Nilai"], rows), keys, above=1)
    folder.tell("table_turned", FILE)


@case("Tabel panjang: satu baris tiap rasio, dengan Pembilang, Penyebut, Capaian, dan Target")
def one_row_each_ratio(folder: Folder) -> None:
    rows: list[list[Cell]] = []
    for one in FACILITIES:
        true = counts(one, MAR)
        for word, (top, bottom) in RATIOS.items():
            scale = 1000 if word == "Angka Kontak" else 100
            ratio = round(scale * true[top] / true[bottom], 2)
            rows.append([one.code, one.name, in_words(MAR), word, true[top], true[bottom], ratio, "150"])
    sheet = long(["Indikator", "Pembilang", "Penyebut", "Capaian", "Target"], rows)
    remember(folder, sheet, [(one, MAR) for one in FACILITIES], above=2)


@case("Tabel panjang dengan indikator lain yang tidak dikenal di antara yang dikenal")
def other_rows_between(folder: Folder) -> None:
    rows: list[list[Cell]] = []
    for one in FACILITIES:
        for role, word in WORDS.items():
            rows.append([one.code, one.name, in_words(MAR), word, counts(one, MAR)[role]])
            rows.append([one.code, one.name, in_words(MAR), f"Sasaran lain {role}", 3])
    remember(folder, long(["Indikator", "Nilai"], rows), [(one, MAR) for one in FACILITIES], above=1)


@case("Tabel panjang dengan kolom Segmen: tiap indikator tertulis dua kali, PBI dan non PBI")
def one_row_each_segment(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    rows = [
        [one.code, one.name, in_words(MAR), segment, word, counts(one, MAR)[role]]
        for one in FACILITIES
        for role, word in WORDS.items()
        for segment in ("PBI", "Non PBI")
    ]
    remember(folder, long(["Segmen", "Indikator", "Nilai"], rows), [(one, MAR) for one in FACILITIES], above=1)
    folder.refuse(FILE, kinds=["sheet_turned"])


@case("Tabel panjang dengan kolom Segmen berisi PBI di semua baris: hanya sebagian peserta")
def one_segment_alone(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    rows = [
        [one.code, one.name, in_words(MAR), "PBI", word, counts(one, MAR)[role]]
        for one in FACILITIES
        for role, word in WORDS.items()
    ]
    remember(folder, long(["Segmen", "Indikator", "Nilai"], rows), [(one, MAR) for one in FACILITIES], above=1)
    folder.refuse(FILE, kinds=[])
