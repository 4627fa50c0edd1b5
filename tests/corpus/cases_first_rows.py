"""Months and facilities that stand on the first row of their group alone, and rows of figures with months beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.cases import case
from corpus.cases_months import FEB, MAR, three
from corpus.cases_turned import FACILITIES, FILE, MONTHS, SHORT, WORDS, long, remember
from corpus.folder import Folder
from corpus.sheets import Cell, Line, Merge, Row, Sheet, line, workbook
from corpus.truth import KLINIK, MELIAU, SANGGAU, Facility, counts, in_words

KEYS = [(one, month) for one in FACILITIES for month in MONTHS]


def another_file(folder: Folder) -> None:
    """A file that is read, beside one that is refused."""
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, "2023-12")).sheet())


# Long tables


def _long(named: Sequence[Facility], month_on_each: bool = True) -> Sheet:
    """A long table that names each facility, and at will its month, on the first of its rows alone."""
    rows: list[list[Cell]] = []
    for one in FACILITIES:
        for month in (FEB, MAR):
            for role, word in WORDS.items():
                first = one in named and month == FEB and role == "registered"
                who: list[Cell] = [one.code, one.name] if first else [None, None]
                told = in_words(month) if month_on_each or role == "registered" else None
                rows.append([*who, told, word, counts(one, month)[role]])
    return long(["Indikator", "Nilai"], rows)


LONG = [(one, month) for one in FACILITIES for month in (FEB, MAR)]


@case("Tabel panjang yang hanya menulis fasilitas pada baris pertamanya")
def names_on_the_first_row_of_each(folder: Folder) -> None:
    remember(folder, _long(FACILITIES), LONG, above=1)
    folder.tell("facility_from_above", FILE)
    folder.tell("table_turned", FILE)


@case("Tabel panjang yang hanya menulis fasilitas dan bulan pada baris pertama kelompoknya")
def names_and_months_on_first_rows(folder: Folder) -> None:
    remember(folder, _long(FACILITIES, month_on_each=False), LONG, above=1)
    folder.tell("facility_from_above", FILE)
    folder.tell("table_turned", FILE)


@case(
    "Tabel panjang seperti itu, tetapi nama satu fasilitas terhapus: angkanya akan menjadi milik fasilitas di atasnya"
)
def a_name_lost_on_a_first_row(folder: Folder) -> None:
    another_file(folder)
    remember(folder, _long((MELIAU, FACILITIES[2])), LONG, above=1)
    folder.refuse(FILE, kinds=["sheet_turned"])


@case("Tabel panjang; kode hanya pada fasilitas pertama, nama di setiap fasilitas: kode itu bukan milik yang lain")
def a_code_of_the_first_facility_alone(folder: Folder) -> None:
    sheet = _long(FACILITIES)
    for number, row in enumerate(sheet.rows[1:]):
        if number >= 2 * len(WORDS):
            row.cells[1] = None
    folder.facilities(*(f"{one.code},{one.name},puskesmas" for one in FACILITIES))
    remember(folder, sheet, LONG, above=1)
    folder.tell("facility_from_above", FILE)
    folder.tell("table_turned", FILE)


# Tables of rows


def _monthly(*lines: Line, name: str = "Data") -> Sheet:
    return workbook(*lines).sheet(name)


@case("Bulan Kapitasi hanya pada baris pertama tiap bulan, dengan baris jumlah di antaranya")
def months_on_first_rows(folder: Folder) -> None:
    sheet = _monthly(*(one for month in MONTHS for one in three(month)))
    for number, row in enumerate(sheet.rows[1:]):
        if number % 3:
            row.cells[0] = None
    width = len(sheet.rows[0].cells)
    for place in (9, 6, 3):
        sheet.after(place, ["JUMLAH", *[None] * 4, *[9000] * (width - 5)])
    folder.xlsx("rekap.xlsx", sheet)
    folder.tell("month_from_above", "rekap.xlsx")
    folder.tell("rows_not_facility", "rekap.xlsx")


@case("Bulan Kapitasi hanya pada baris pertama tiap bulan; yang pertama untuk Maret terhapus")
def a_month_lost_on_a_first_row(folder: Folder) -> None:
    sheet = _monthly(*(one for month in MONTHS for one in three(month)))
    for number, row in enumerate(sheet.rows[1:]):
        if number % 3 or number == 6:
            row.cells[0] = None
    folder.xlsx("rekap.xlsx", sheet)
    for month in MONTHS:
        for one in three(month)[0 if month == MAR else 1 :]:
            folder.expect("missing", one.key, kinds=["row_without_month"])


@case("Lembar dengan dua fasilitas, Bulan Kapitasi kedua kosong: terhapus, atau hanya ditulis di baris pertama")
def one_month_cell_of_two(folder: Folder) -> None:
    sheet = _monthly(*three(FEB)[:2], name="Februari 2024")
    sheet.rows[2].cells[0] = None
    folder.xlsx("rekap.xlsx", sheet)
    folder.expect("missing", three(FEB)[1].key, kinds=["row_without_month"])


@case("Satu sel Bulan Kapitasi kosong dalam kolom yang terisi: bulan di atasnya tidak dipakai")
def one_month_cell_lost(folder: Folder) -> None:
    sheet = _monthly(*(one for month in MONTHS for one in three(month)))
    sheet.rows[4].cells[0] = None
    folder.xlsx("rekap.xlsx", sheet)
    folder.expect("missing", three(FEB)[0].key, kinds=["row_without_month"])


def _by_facility(named: Sequence[Facility]) -> Sheet:
    """Months below each other, each facility named on the first of its rows alone, with a subtotal below."""
    sheet = _monthly(*(line(one, month) for one in FACILITIES for month in MONTHS))
    for number, row in enumerate(sheet.rows[1:]):
        if number % 3 or FACILITIES[number // 3] not in named:
            row.cells[2:5] = [None] * 3
    width = len(sheet.rows[0].cells)
    for place in (9, 6, 3):
        sheet.after(place, ["Sub Total", *[None] * 4, *[9000] * (width - 5)])
    return sheet


@case("Fasilitas hanya pada baris pertamanya, bulan-bulannya ke bawah, dengan baris subtotal")
def facilities_on_first_rows(folder: Folder) -> None:
    folder.xlsx("rekap.xlsx", _by_facility(FACILITIES))
    folder.tell("facility_from_above", "rekap.xlsx")
    folder.tell("rows_not_facility", "rekap.xlsx")
    for key, places in folder.places.items():
        folder.places[key] = [place._replace(name="") for place in places]


@case("Fasilitas hanya pada baris pertamanya; nama satu di antaranya terhapus")
def a_facility_lost_on_its_first_row(folder: Folder) -> None:
    folder.xlsx("rekap.xlsx", _by_facility((MELIAU, FACILITIES[2])))
    folder.tolerated |= {"rows_not_facility"}
    for one in FACILITIES:
        for month in MONTHS[0 if one == SANGGAU else 1 :]:
            folder.expect("missing", (one.code, month), kinds=["row_without_facility"])


# Rows of figures, months beside each other


def _rows_of_figures(
    months: Sequence[Cell], *, on_each: bool = False, more: Sequence[Cell] = (), merged: bool = False
) -> Sheet:
    """A table with a row for each figure of each facility, and its months side by side."""
    rows = [Row(["No", "Kode PPK", "NAMA FKTP", "Indikator", *months, *more])]
    merges = []
    for number, one in enumerate(FACILITIES, start=1):
        for role, word in WORDS.items():
            first = on_each or role == "registered"
            who: list[Cell] = [number, one.code, one.name] if first else [None] * 3
            rows.append(Row([*who, word, *(counts(one, month)[role] for month in MONTHS), *[9000 for _ in more]]))
        if merged:
            merges += [Merge(rows[-len(WORDS)], rows[-1], place, place) for place in range(3)]
    return Sheet("Capaian", rows, merges=merges)


@case("Satu baris tiap indikator di bawah nama fasilitas, bulan berjajar ke samping, dengan kolom JUMLAH")
def rows_of_figures_with_months_beside(folder: Folder) -> None:
    sheet = _rows_of_figures(SHORT, more=["JUMLAH"]).above(["CAPAIAN KBK TAHUN 2024"], [])
    remember(folder, sheet, KEYS, above=3)
    folder.tell("facility_from_above", FILE)
    folder.tell("table_turned", FILE)


@case(
    "Satu baris tiap indikator, bulan Januari dan kolom JUMLAH berjajar: jumlahnya bukan angka bulan pada nama berkas"
)
def one_month_and_a_sum_beside(folder: Folder) -> None:
    another_file(folder)
    sheet = _rows_of_figures(SHORT, on_each=True, more=["JUMLAH"])
    for row in sheet.rows:
        del row.cells[5:7]
    folder.xlsx("kbk maret 2024.xlsx", sheet)
    folder.tell("sheet_turned", "kbk maret 2024.xlsx")


@case("Satu baris tiap indikator, nama fasilitas digabung ke bawah, bulan “Jan 24” berjajar, tanpa judul")
def rows_of_figures_merged(folder: Folder) -> None:
    remember(folder, _rows_of_figures(["Jan 24", "Feb 24", "Mar 24"], merged=True), KEYS, above=1)
    folder.tell("table_turned", FILE)


@case("Satu baris tiap indikator dengan nama fasilitas di setiap baris, bulan berjajar ke samping")
def rows_of_figures_named_on_each(folder: Folder) -> None:
    sheet = _rows_of_figures(SHORT, on_each=True).above(["CAPAIAN KBK TAHUN 2024"], [])
    remember(folder, sheet, KEYS, above=3)
    folder.tell("table_turned", FILE)


@case("Satu baris tiap indikator, bulan berjajar, di sampingnya kolom angka tahun lalu: ditolak")
def rows_of_figures_beside_others(folder: Folder) -> None:
    another_file(folder)
    remember(folder, _rows_of_figures(SHORT, more=["Realisasi tahun lalu"]).above(["TAHUN 2024"], []), KEYS, above=3)
    folder.refuse(FILE, kinds=["sheet_turned"])


@case("Satu baris tiap indikator, bulan berjajar, di bawah judul “CAPAIAN KUMULATIF”: ditolak")
def rows_of_figures_added_up(folder: Folder) -> None:
    another_file(folder)
    sheet = _rows_of_figures(SHORT).above(["CAPAIAN KUMULATIF KBK TAHUN 2024"], [])
    remember(folder, sheet, KEYS, above=3)
    folder.refuse(FILE, kinds=["sheet_month_unknown"])


# Years that slip in while months are typed


def _typed(lines: Sequence[Line]) -> Sheet:
    return _monthly(*lines)


@case("“Mar 2023” sesudah “Feb 2024” pada semua baris Maret: tahun lama terketik")
def an_old_year_typed_for_a_month(folder: Folder) -> None:
    lines = [line(one.facility, month, month=in_words(month)) for month in MONTHS for one in three(month)]
    for one in lines:
        if one.month == MAR:
            one.written["month"] = "Maret 2023"
    folder.xlsx("rekap.xlsx", _typed(lines))
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=["row_month_year"])


@case("“Mar 2023” pada satu baris Maret 2024: fasilitas itu tidak mempunyai baris Maret 2024")
def an_old_year_typed_on_a_row(folder: Folder) -> None:
    lines = [line(one.facility, month, month=in_words(month)) for month in MONTHS for one in three(month)]
    lines += [line(one, month, month=in_words(month)) for month in MONTHS for one in (KLINIK,)]
    lines[7].written["month"] = "Maret 2023"
    folder.xlsx("rekap.xlsx", _typed(lines))
    folder.expect("missing", lines[7].key, kinds=["row_month_year"])


@case("Maret 2023 dan Maret 2024 berselang pada satu tabel perbandingan, nama berkas “maret 2023 2024”")
def a_month_of_two_years(folder: Folder) -> None:
    lines = [line(one.facility, month) for month in ("2023-03", MAR) for one in three(month)]
    folder.xlsx("perbandingan maret 2023 2024.xlsx", _monthly(*lines, name="Sheet 1"))


@case("Nama berkas “kbk maret 2023 dan 2024”, tanpa bulan di dalamnya: tahunnya tidak pasti")
def a_file_named_by_two_years(folder: Folder) -> None:
    another_file(folder)
    table = workbook(*three(MAR))
    del table.headings["month"]
    folder.xlsx("kbk maret 2023 dan 2024.xlsx", table.sheet("Sheet 1"))
    folder.refuse("kbk maret 2023 dan 2024.xlsx", kinds=["sheet_month_unknown"])
