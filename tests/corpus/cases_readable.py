"""Files that any person reads without doubt: Roman months, years over months, names of sheets, aligned texts, days of a download."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.cases import case
from corpus.cases_disguised import FILE, FIVE, beside_another, of_five, plain
from corpus.cases_months import APR, FEB, JAN, MAR
from corpus.folder import Expected, Folder, Place
from corpus.sheets import Cell, Merge, Row, Sheet, line, workbook
from corpus.truth import COUNTS, KLINIK, MELIAU, SANGGAU, counts

SIX = (JAN, FEB, MAR, APR, "2024-05", "2024-06")


def beside_each_other(
    folder: Folder, file: str, months: Sequence[str], groups: Sequence[str], above: Sequence[Cell] = ()
) -> None:
    """Five facilities with the counts of several months beside each other.

    groups: heading above the counts of each month. above: headings above those, each over as many months.
    """
    headings = {role: words for role, words in plain().headings.items() if role in ("code", "name", *COUNTS)}
    roles = [role for role in headings if role in COUNTS]
    low = Row([headings["code"], headings["name"], *(headings[role] for role in roles) ] + [
        headings[role] for _ in months[1:] for role in roles])  # fmt: skip
    sheet = Sheet("Sheet1", [low])
    for texts in (groups, above):
        if texts:
            each = len(months) // len(texts) * len(roles)
            row = Row([None, None, *(cell for text in texts for cell in [text, *[None] * (each - 1)])])
            sheet.rows.insert(0, row)
            sheet.merges += [Merge(row, row, 2 + n * each, 1 + (n + 1) * each) for n in range(len(texts))]
    heads = len(sheet.rows)
    for number, facility in enumerate(FIVE, start=heads + 1):
        cells = [counts(facility, month)[role] for month in months for role in roles]
        sheet.rows.append(Row([facility.code, facility.name, *cells]))
        for month in months:
            folder.places[facility.code, month] = [Place(file, "Sheet1", number, facility.name)]
            for role in roles:
                folder.expected[(facility.code, month), role] = Expected(counts(facility, month)[role])
    folder.xlsx(file, sheet)


@case("Bulan berjajar dengan nomor Romawi I sampai VI; tahunnya pada nama berkas")
def roman_months_beside_each_other(folder: Folder) -> None:
    beside_each_other(folder, "kbk 2024.xlsx", SIX, ("I", "II", "III", "IV", "V", "VI"))


@case("“BULAN” di atas I, II, III")
def roman_months_under_their_word(folder: Folder) -> None:
    beside_each_other(folder, "kbk 2024.xlsx", (JAN, FEB, MAR), ("I", "II", "III"), ("BULAN",))


@case("I, II, III, IV berjajar tanpa kata bulan: mungkin triwulan, ditolak")
def roman_numbers_that_may_be_quarters(folder: Folder) -> None:
    beside_another(folder)
    beside_each_other(folder, "kbk 2024.xlsx", SIX[:4], ("I", "II", "III", "IV"))
    for facility in FIVE:
        for month in SIX[:4]:
            folder.expect("missing", (facility.code, month))


@case("Kelompok 2023 dan 2024 di atas bulan-bulan yang sama")
def years_above_the_same_months(folder: Folder) -> None:
    beside_each_other(
        folder, "kbk.xlsx", ("2023-01", "2023-02", JAN, FEB), ("JAN", "FEB", "JAN", "FEB"), ("TAHUN 2023", 2024)
    )


@case("JAN 2024, FEB, MAR berjajar: hanya yang pertama menyebut tahunnya")
def a_year_beside_the_first_month_alone(folder: Folder) -> None:
    beside_each_other(folder, "kbk.xlsx", (JAN, FEB, MAR), ("JAN 2024", "FEB", "MAR"))


@case(
    "Judul “CAPAIAN KBK BULAN III TAHUN 2024”, “BULAN KE-3 TAHUN 2024”, “DATA PER 31 MARET 2024”; nama berkas tanpa bulan"
)
def titles_with_the_number_or_the_end_of_a_month(folder: Folder) -> None:
    said = (
        "CAPAIAN KBK BULAN III TAHUN 2024",
        "BULAN KE-3 TAHUN 2024",
        "DATA PER 31 MARET 2024",
        "PERIODE 1 MARET - 31 MARET 2024",
    )
    for number, text in enumerate(said):
        sheet = plain(*of_five()).sheet(f"S{number}").above([text], [])
        folder.xlsx(f"kbk {'abcd'[number]}.xlsx", sheet)


@case("Judul “DATA PER 30 MARET 2024”: bulannya belum berakhir")
def a_title_with_the_day_before_the_last(folder: Folder) -> None:
    beside_another(folder)
    folder.xlsx("kbk.xlsx", plain(*of_five()).sheet().above(["DATA PER 30 MARET 2024"], []))
    folder.refuse("kbk.xlsx", kinds=["sheet_month_unknown", "month_not_over"])


@case("Nama berkas dengan tanggal unduh atau cetak di samping bulannya, dan “mar 24 pkm sanggau.xlsx”")
def names_with_the_day_of_a_download(folder: Folder) -> None:
    names = (
        "kbk mar 24 diunduh 12 Mei 2025.xlsx",
        "kbk maret 2024 download 12-05-2025.xlsx",
        "kbk mar 24 tgl tarik 5 apr 24.xlsx",
        "mar 24 pkm sanggau.xlsx",
    )
    for number, name in enumerate(names):
        folder.xlsx(name, plain(*of_five()).sheet(f"S{number}"))


@case(
    "Satu lembar tiap puskesmas, yang hanya namanya menyebut puskesmasnya (“Pkm Meliau”), juga tanpa “Pkm” bila dikenal"
)
def sheets_named_as_facilities(folder: Folder) -> None:
    folder.facilities(*(f"{facility.code},{facility.name},puskesmas" for facility in FIVE))
    sheets = []
    for number, facility in enumerate(FIVE):
        table = workbook(*(line(facility, month) for month in (JAN, FEB, MAR)))
        del table.headings["code"], table.headings["name"]
        bare = facility.name.removeprefix("PUSKESMAS ").title()
        sheets.append(table.sheet(bare if number == 0 else f"Pkm {bare}"))
    folder.xlsx("kbk 2024.xlsx", *sheets)


@case("Lembar “Pkm Meliau” berjudul “PUSKESMAS : SANGGAU”, tanpa kolom fasilitas: ditolak")
def a_sheet_named_as_another_facility(folder: Folder) -> None:
    beside_another(folder)
    folder.facilities(
        *(f"{one.code},{one.name},puskesmas" for one in FIVE), f"{KLINIK.code},{KLINIK.name},klinik_pratama"
    )
    table = workbook(*(line(SANGGAU, month) for month in (JAN, FEB)))
    del table.headings["code"], table.headings["name"]
    folder.xlsx("kbk 2024.xlsx", table.sheet("Pkm Meliau").above(["PUSKESMAS", ": SANGGAU"], []))
    folder.refuse("kbk 2024.xlsx", kinds=["sheet_facility_clash"])


@case("Nomor kolom Romawi di bawah judul yang berpasangan dengan “%” bukan bulan")
def roman_numbers_of_columns(folder: Folder) -> None:
    headings = {role: words for role, words in plain().headings.items() if role in ("code", "name", *COUNTS)}
    roles = [role for role in headings if role in COUNTS]
    top = Row([headings["code"], headings["name"], *(cell for role in roles for cell in (headings[role], None))])
    low = Row([None, None, *["n", "%"] * len(roles)])
    numbers = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
    of_columns = Row([None, None, *(cell for number in numbers for cell in (number, None))])
    sheet = Sheet("Sheet1", [top, low, of_columns])
    sheet.merges += [Merge(top, top, 2 + 2 * n, 3 + 2 * n) for n in range(len(roles))]
    for facility in FIVE:
        true = counts(facility, MAR)
        cells = [facility.code, facility.name, *(cell for role in roles for cell in (true[role], 12.5))]
        sheet.rows.append(Row(cells, (facility.code, MAR), true, name=facility.name))
    folder.xlsx(FILE, sheet)


def aligned(sheet: Sheet, gap: str) -> bytes:
    """A table as a text whose columns are aligned by blanks: texts to the left, numbers to the right."""
    texts = [["" if cell is None else str(cell) for cell in row.cells] for row in sheet.rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = (
        gap.join(
            text.rjust(width) if text.isdecimal() else text.ljust(width)
            for text, width in zip(row, widths, strict=True)
        )
        for row in texts
    )
    return "\n".join(map(str.rstrip, lines)).encode()


@case("Teks dengan kolom yang disejajarkan spasi (.txt, .prn), dengan judul di atasnya dan satu sel kosong")
def texts_aligned_by_blanks(folder: Folder) -> None:
    lines = of_five()
    lines[1].written["contacts"] = None
    sheet = plain(*lines).sheet("")
    folder.written("kbk mar 24.txt", aligned(sheet, "   "), sheet)
    folder.expect("blank", lines[1].key, "contacts")
    sheet = plain(*of_five(FEB)).sheet("")
    content = b"LAPORAN KBK\nFEBRUARI 2024\n\n" + aligned(sheet, "  ")
    sheet.above(["LAPORAN KBK"], ["FEBRUARI 2024"], [])
    folder.written("kbk.prn", content, sheet)


@case("Teks yang kolomnya hanya berjarak satu spasi: ditolak")
def texts_aligned_too_closely(folder: Folder) -> None:
    beside_another(folder)
    sheet = plain(*of_five()).sheet("")
    folder.written("kbk mar 24.txt", aligned(sheet, " "), sheet)
    for one in of_five():
        folder.places[one.key] = [Place("kbk mar 24.txt", "", 0, "")]
        folder.expect("missing", one.key, kinds=["file_not_data", "file_without_table", "sheet_columns_missing"])


@case("“PUSKESMAS DTP & PONED MELIAU” adalah satu puskesmas, “PUSKESMAS MELIAU & SANGGAU” dua")
def one_puskesmas_with_an_ampersand(folder: Folder) -> None:
    lines = of_five()
    lines[0].written["name"] = "PUSKESMAS DTP & PONED MELIAU"
    lines[1].written["name"] = "PUSKESMAS SANGGAU & MELIAU"
    folder.xlsx(FILE, plain(*lines).sheet())
    folder.expect("missing", lines[1].key, kinds=["row_of_two_facilities"])
    folder.checks.append(lambda result: "" if MELIAU.code in set(result.table["facility_code"]) else "not read")
