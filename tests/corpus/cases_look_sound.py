"""Rows and sheets that look like those of facilities: sums, codes of areas, one facility under two codes."""

from __future__ import annotations

from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.cases_tables import BOOK
from corpus.folder import Folder
from corpus.sheets import Cell, Line, line, of_r, tabel, workbook
from corpus.truth import COUNTS, KARANGAN, KLINIK, MELIAU, SANGGAU, SEKAYAM, Facility, ratios


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
