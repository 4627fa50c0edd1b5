"""Facilities that a title alone names, and columns of the last month, or of sums, beside those of this month."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.cases import case
from corpus.cases_first_rows import another_file
from corpus.cases_months import FEB, JAN, MAR, three
from corpus.cases_turned import FACILITIES, FILE, MONTHS, SHORT, WORDS, down, remember
from corpus.folder import Expected, Folder, Place
from corpus.sheets import Cell, Merge, Row, Sheet, line, tabel, workbook
from corpus.truth import COUNTS, KARANGAN, MELIAU, Facility, counts, in_words

HEADINGS = ["Bulan", *WORDS.values()]


def rows_of(facility: Facility, dated: bool = True) -> list[list[Cell]]:
    """Headings, and a row for each month of a facility that none of them names."""
    told = [in_words(month) if dated else in_words(month).split()[0] for month in MONTHS]
    body = [
        [name, *(counts(facility, month)[role] for role in WORDS)] for name, month in zip(told, MONTHS, strict=True)
    ]
    return [HEADINGS, *body]


def stands(folder: Folder, facility: Facility, first: int, sheet: str, file: str = FILE) -> None:
    """Remember the months of a facility, from a row on."""
    for number, month in enumerate(MONTHS, start=first):
        key, true = (facility.code, month), counts(facility, month)
        folder.places.setdefault(key, []).append(Place(file, sheet, number, facility.name))
        folder.expected |= {(key, count): Expected(true[count]) for count in COUNTS}


def listed(folder: Folder, *facilities: Facility) -> None:
    folder.facilities(*(f"{one.code},{one.name},puskesmas" for one in facilities))


def of_meliau(folder: Folder, *titles: str) -> None:
    """A sheet of Meliau's months under titles."""
    rows = [[title] for title in titles] + rows_of(MELIAU)
    folder.xlsx(FILE, Sheet("Sheet1", [Row(list(cells)) for cells in rows]))
    stands(folder, MELIAU, len(titles) + 2, "Sheet1")


@case("Nama puskesmas hanya pada judul, sendirian dalam barisnya; bulan-bulannya ke bawah")
def a_title_that_is_a_name(folder: Folder) -> None:
    listed(folder, MELIAU)
    of_meliau(folder, "CAPAIAN KBK", MELIAU.name)


@case("Nama puskesmas di tengah judul: “CAPAIAN KBK PUSKESMAS MELIAU TAHUN 2024”")
def a_title_that_holds_a_name(folder: Folder) -> None:
    listed(folder, MELIAU)
    of_meliau(folder, "CAPAIAN KBK PUSKESMAS MELIAU TAHUN 2024")


@case("Kode dan nama puskesmas pada judul: “0114A026 - PUSKESMAS MELIAU”")
def a_title_with_code_and_name(folder: Folder) -> None:
    of_meliau(folder, "CAPAIAN KBK 2024", f"{MELIAU.code} - {MELIAU.name}")


@case("Judul menyebut dua puskesmas, puskesmas induk suatu jejaring, atau semua puskesmas: tabelnya ditolak")
def titles_of_no_one_facility(folder: Folder) -> None:
    another_file(folder)
    listed(folder, MELIAU, KARANGAN)
    titles = (
        "CAPAIAN KBK PUSKESMAS MELIAU DAN PUSKESMAS BALAI KARANGAN", "PUSTU DI WILAYAH PUSKESMAS MELIAU",
        "JEJARING PUSKESMAS MELIAU TAHUN 2024", "CAPAIAN KBK PUSKESMAS SE-KABUPATEN SANGGAU",
    )  # fmt: skip
    for number, title in enumerate(titles):
        file = f"kbk {number}.xlsx"
        folder.xlsx(file, Sheet("Sheet1", [Row([title]), *(Row(list(cells)) for cells in rows_of(MELIAU))]))
        folder.tell("sheet_columns_missing", file)
    folder.tolerated |= {"facility_never_seen", "facility_without_rows"}


@case("Judul menyebut satu puskesmas, kolom “Unit Kerja” di kiri menyebut yang lain: judulnya bukan pemilik baris itu")
def a_title_above_rows_of_others(folder: Folder) -> None:
    another_file(folder)
    listed(folder, MELIAU)
    table = tabel(line(KARANGAN, MAR))
    table.headings = {"name": "Unit Kerja", **{role: word for role, word in table.headings.items() if role in COUNTS}}
    folder.xlsx("kbk maret 2024.xlsx", table.sheet("Sheet1").above([MELIAU.name], []))
    folder.refuse("kbk maret 2024.xlsx", kinds=["sheet_columns_missing"])
    folder.tolerated |= {"facility_never_seen", "facility_without_rows"}


@case("Satu lembar: nama setiap puskesmas, bernomor, di atas judul kolom dan bulan-bulannya")
def numbered_names_above_each_table(folder: Folder) -> None:
    rows: list[list[Cell]] = [["CAPAIAN KBK TAHUN 2024"], []]
    for number, one in enumerate(FACILITIES, start=1):
        rows += [[f"{number}. {one.name}"], *rows_of(one, dated=False), []]
        stands(folder, one, len(rows) - len(MONTHS), "Rekap")
    folder.xlsx(FILE, Sheet("Rekap", [Row(list(cells)) for cells in rows]))
    listed(folder, *FACILITIES)
    folder.tell("month_year_from_names", FILE)


@case("Kartu capaian: nama puskesmas sendirian pada judul, indikator ke bawah, bulan ke samping")
def a_card_titled_by_its_name(folder: Folder) -> None:
    listed(folder, MELIAU)
    keys = [(MELIAU, month) for month in MONTHS]
    remember(folder, down(SHORT, keys).above(["KARTU CAPAIAN KBK"], [MELIAU.name], ["TAHUN 2024"], []), keys, above=5)
    folder.tell("table_turned", FILE)


# Columns of other times beside those of the month


def _beside(first: str, second: str, of_first: Sequence[str], of_second: Sequence[str]) -> Sheet:
    """March, with two columns under each merged heading, of these months added up; the facilities' headings merged down."""
    top = Row(["Kode PPK", "NAMA FKTP"])
    below: list[Cell] = [None, None]
    for word in WORDS.values():
        top.cells += [word, None]
        below += [first, second]
    low = Row(below)
    rows = [top, low]
    for one in FACILITIES:
        cells: list[Cell] = [one.code, one.name]
        for role in WORDS:
            cells += [sum(counts(one, month)[role] for month in months) for months in (of_first, of_second)]
        rows.append(Row(cells, (one.code, MAR), counts(one, MAR), name=one.name))
    merges = [Merge(top, low, place, place) for place in (0, 1)]
    merges += [Merge(top, top, place, place + 1) for place in range(2, len(top.cells), 2)]
    return Sheet("Maret 2024", rows, merges=merges)


@case("Di bawah setiap judul kolom dua kolom, “Bulan Lalu” dan “Bulan Ini”: bulan ini yang dibaca")
def last_month_beside_this_month(folder: Folder) -> None:
    folder.xlsx("kbk.xlsx", _beside("Bulan Lalu", "Bulan Ini", [FEB], [MAR]))
    folder.tell("columns_unknown", "kbk.xlsx")


@case("Di bawah setiap judul kolom dua kolom, “Bln Ini” dan “s/d Bulan Ini”: bulan ini yang dibaca")
def sums_beside_this_month(folder: Folder) -> None:
    folder.xlsx("kbk.xlsx", _beside("Bln Ini", "s/d Bulan Ini", [MAR], [JAN, FEB, MAR]))
    folder.tell("columns_unknown", "kbk.xlsx")


@case("Di bawah setiap judul kolom “s/d Bulan Lalu” dan “s/d Bulan Ini”, keduanya kumulatif: ditolak")
def sums_alone(folder: Folder) -> None:
    another_file(folder)
    folder.xlsx("kbk.xlsx", _beside("s/d Bulan Lalu", "s/d Bulan Ini", [JAN, FEB], [JAN, FEB, MAR]))
    folder.refuse("kbk.xlsx", kinds=[])


@case("Judul kolom menurut definisi indikator: “Jumlah peserta yang melakukan kontak”, dan bulan pada kolom “Bln”")
def headings_by_definition(folder: Folder) -> None:
    table = tabel(*three(MAR))
    table.headings["contacts"] = "Jumlah peserta yang melakukan kontak"
    folder.xlsx("kbk maret 2024.xlsx", table.sheet("Sheet1"))
    months = workbook(*(line(one.facility, FEB, month=in_words(FEB)) for one in three(FEB)))
    months.headings["month"] = "Bln"
    folder.xlsx("rekap.xlsx", months.sheet())
