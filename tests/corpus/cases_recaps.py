"""What tells, beside the figures of a recap, that they are not those of one facility in one whole month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from corpus.cases import case
from corpus.cases_groups import QUARTER, WIDTH, under
from corpus.cases_look_sound import WORD_OF, months_beside, remember
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.cases_tables import BOOK
from corpus.folder import Expected, Folder, Place
from corpus.sheets import Cell, Merge, Row, Sheet, Shown, line, tabel, workbook
from corpus.truth import COUNTS, KARANGAN, KLINIK, MELIAU, SANGGAU, Facility, counts

THREE = (MELIAU, SANGGAU, KARANGAN)
MONTHS = [JAN, FEB, MAR]
DATED = ["JAN 2024", "FEB 2024", "MAR 2024"]
UNSURE = ["sheet_month_unknown", "sheet_month_clash"]
OTHER = ["sheet_of_other_figures"]
BOTH = "kbk mar 24.xlsx"


def refused(folder: Folder, file: str, kinds: Sequence[str]) -> None:
    """Expect a file to be refused, beside another one that is read."""
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    folder.refuse(file, kinds=kinds)


def beside(file: str, sheet: Sheet, kinds: Sequence[str]) -> Callable[[Folder], None]:
    """A workbook of months beside each other that is refused."""

    def make(folder: Folder) -> None:
        remember(folder, sheet, MONTHS, file)
        refused(folder, file, kinds)

    return make


def monthly(folder: Folder, *above: Sequence[Cell], below: str = "", name: str = "Sheet 1", file: str = BOTH) -> None:
    """A sheet of March with lines above it and a note below."""
    folder.xlsx(file, tabel(*three(MAR)).sheet(name).above(*above).below([], [below]))


def of_march(folder: Folder, files: Mapping[str, Sequence[Sequence[Cell]]], kinds: Sequence[str]) -> None:
    """Files of March, each with its lines above, of which none is read."""
    for file, above in files.items():
        monthly(folder, *above, file=file)
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    for file in files:
        folder.refuse(file, kinds=kinds)
        folder.tell("|".join(kinds), file)
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=kinds)


def stands(folder: Folder, file: str, sheet: Sheet, rows: Mapping[int, tuple[Facility, str]]) -> None:
    """Write a sheet and remember the facility-month of each of its rows."""
    folder.xlsx(file, sheet)
    for number, (facility, month) in rows.items():
        key, true = (facility.code, month), counts(facility, month)
        folder.places.setdefault(key, []).append(Place(file, sheet.name, number, facility.name))
        folder.expected |= {(key, count): Expected(true[count]) for count in COUNTS}


def figures(facility: Facility, *months: str) -> list[int]:
    return [sum(counts(facility, month)[count] for month in months) for count in COUNTS]


def names_listed(folder: Folder) -> None:
    folder.facilities(*(f"{one.code},{one.name},puskesmas" for one in THREE))


# Years and parts of years that contradict each other


@case("Bulan berjajar di bawah kelompok “SEMESTER I 2024”, nama berkas “kbk 2023.xlsx”")
def year_of_a_group_against_the_file(folder: Folder) -> None:
    beside("kbk 2023.xlsx", under(months_beside(MONTHS, QUARTER), ("SEMESTER I 2024", 0, 2)), UNSURE)(folder)


@case("Bulan berjajar di bawah “SEMESTER I 2024”, dan di atasnya “TRIWULAN I 2023” pada baris kelompok kedua")
def years_of_two_rows_of_groups(folder: Folder) -> None:
    sheet = under(months_beside(MONTHS, QUARTER), ("TRIWULAN I 2023", 0, 2))
    top = Row([None, None, "SEMESTER I 2024", *[None] * (3 * WIDTH - 1)])
    sheet.rows.insert(0, top)
    sheet.merges.append(Merge(top, top, 2, 1 + 3 * WIDTH))
    beside("rekap.xlsx", sheet, UNSURE)(folder)


@case("Bulan berjajar “JAN 2024” … di bawah judul “CAPAIAN KBK TAHUN 2023”")
def dated_months_under_another_year(folder: Folder) -> None:
    beside("rekap.xlsx", months_beside(MONTHS, DATED).above(["CAPAIAN KBK TAHUN 2023"], []), UNSURE)(folder)


@case("Bulan berjajar “JAN 2024” … pada lembar bernama “2023”, dan pada lembar “Semester II 2024”")
def dated_months_on_sheets_of_other_times(folder: Folder) -> None:
    for name in ("2023", "Semester II 2024"):
        sheet = months_beside(MONTHS, DATED)
        sheet.name = name
        remember(folder, sheet, MONTHS, f"rekap {len(name)}.xlsx")
        folder.tell("sheet_month_clash", f"rekap {len(name)}.xlsx")
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    for one in THREE:
        for month in MONTHS:
            folder.expect("missing", (one.code, month), kinds=UNSURE)


@case(
    "Judul “CAPAIAN KBK TAHUN 2023” atau lembar “2023” dalam berkas “mar 24”; judul “TAHUN 2023 DAN 2024” tidak membantah"
)
def year_against_the_file(folder: Folder) -> None:
    monthly(folder, ["CAPAIAN KBK TAHUN 2023"], [], file="kbk mar 24.xlsx")
    monthly(folder, name="2023", file="kbk maret 2024 dinkes.xlsx")
    refused(folder, "kbk mar 24.xlsx", UNSURE)
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=UNSURE)
    folder.xlsx("kbk feb 24.xlsx", tabel(*three(FEB)).sheet().above(["EVALUASI KBK TAHUN 2023 DAN 2024"], []))


@case(
    "Desember 2023 dalam berkas berjudul “CAPAIAN KBK TAHUN 2024”: bulan pertama laporan tahun itu, tidak bertentangan"
)
def december_under_the_next_year(folder: Folder) -> None:
    sheet = months_beside(["2023-12", JAN], ["DES 2023", "JAN 2024"]).above(["CAPAIAN KBK TAHUN 2024"], [])
    remember(folder, sheet, ["2023-12", JAN])


@case("Berkas “KBK 2022-2024.xlsx” dengan lembar “Januari 2023” dan “Februari 2023”: tahun di dalam rentangnya")
def year_within_a_span(folder: Folder) -> None:
    sheets = []
    for month, name in (("2023-01", "Januari 2023"), ("2023-02", "Februari 2023")):
        table = workbook(*three(month))
        del table.headings["month"]
        sheets.append(table.sheet(name))
    folder.xlsx("KBK 2022-2024.xlsx", *sheets)


# Several months, and parts of one


@case(
    "Judul “TRIBULAN I”, “KWARTAL I”, “SEM I”, “Q-1”, “TRIMESTER I”, “CATURWULAN I”, “TRW I”, “TAHUN BERJALAN”, “JANUARI-MARET” di berkas mar 24"
)
def other_words_for_several_months(folder: Folder) -> None:
    said = ("TRIBULAN I TAHUN 2024", "KWARTAL I TAHUN 2024", "SEM I TAHUN 2024", "Q-1 2024", "TRIMESTER I 2024",
            "CATURWULAN I 2024", "TRW I 2024", "TAHUN BERJALAN 2024", "JANUARI-MARET")  # fmt: skip
    of_march(folder, {f"kbk mar 24 {n}a.xlsx": [[f"CAPAIAN KBK {text}"], []] for n, text in enumerate(said)}, UNSURE)


@case("Lembar “Sem 1” dan berkas “kbk mar 24 tribulan 1.xlsx”: angka beberapa bulan")
def names_of_several_months(folder: Folder) -> None:
    monthly(folder, name="Sem 1")
    monthly(folder, file="kbk mar 24 tribulan 1.xlsx")
    refused(folder, BOTH, UNSURE)
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=UNSURE)


@case("Bulan berjajar “1-15 Jan 2024”, “1-15 Feb 2024”, “1-15 Mar 2024”: setengah bulan")
def halves_of_months_beside(folder: Folder) -> None:
    labels = [f"1-15 {word.title()}" for word in DATED]
    beside("rekap.xlsx", months_beside(MONTHS, labels), ["sheet_columns_ambiguous"])(folder)


@case(
    "Isi kolom bulan “s.d. Maret 2024”, “Maret 2024 (kumulatif)”, “1-15 Maret 2024”, “Minggu II Maret 2024”, “Mar 2024 - proyeksi”, “Maret 2023/2024”"
)
def cells_of_no_whole_month(folder: Folder) -> None:
    said = ("s.d. Maret 2024", "s/d 03/2024", "Maret 2024 (kumulatif)", "1-15 Maret 2024", "Minggu II Maret 2024",
            "Mar 2024 - proyeksi", "Maret 2023/2024")  # fmt: skip
    for n, text in enumerate(said):
        folder.xlsx(f"kbk {n}a.xlsx", workbook(*(line(one.facility, MAR, month=text) for one in three(MAR))).sheet())
        folder.tell("month_unreadable", f"kbk {n}a.xlsx")
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=["month_unreadable"])


@case(
    "Catatan di bawah tabel: “data s.d. tanggal 20 Maret 2024”, “angka dalam ribuan”, “angka merupakan jumlah triwulan I”"
)
def notes_below_of_other_figures(folder: Folder) -> None:
    notes = {
        "Catatan: data s.d. tanggal 20 Maret 2024": "month_not_over",
        "Keterangan: angka dalam ribuan": "sheet_of_other_figures",
        "*) angka merupakan jumlah triwulan I": "sheet_month_unknown",
    }
    for n, (note, kind) in enumerate(notes.items()):
        monthly(folder, below=note, file=f"kbk mar 24 {n}a.xlsx")
        folder.tell(kind, f"kbk mar 24 {n}a.xlsx")
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=notes.values())


@case(
    "Catatan yang tidak membantah: “Sumber: BPJS s.d. 31 Maret 2024”, “Dicetak 5 April 2024”, “Rapat evaluasi triwulan I”"
)
def notes_below_that_are_harmless(folder: Folder) -> None:
    for n, note in enumerate(
        ("Sumber: BPJS Kesehatan s.d. 31 Maret 2024", "Dicetak 5 April 2024", "Rapat evaluasi triwulan I: 20 April 2024",
         "Penduduk Kabupaten Sanggau 497 ribu jiwa")
    ):  # fmt: skip
        monthly(folder, below=note, file=f"kbk mar 24 {n}a.xlsx")
    folder.tell("rows_equal", "kbk mar 24 1a.xlsx")


# Months in numbers and dates


@case("Keterangan “BULAN : III”, “Bulan : 03”, dan sel tanggal 1-3-2024 yang tampak “Mar-24”; nama berkas tanpa bulan")
def months_in_numbers(folder: Folder) -> None:
    said: list[list[list[Cell]]] = [
        [["BULAN : III"], ["TAHUN : 2024"]], [["Bulan", ": 03", "Tahun 2024"]], [["Bulan", 3], ["Tahun", 2024]],
        [["Bulan", Shown(dt.date(2024, 3, 1), "mmm-yy")]],
    ]  # fmt: skip
    for n, above in enumerate(said):
        monthly(folder, *above, [], file=f"kbk {n}a.xlsx")
    folder.tell("rows_equal", "kbk 1a.xlsx")


@case("Keterangan yang sama dalam berkas “kbk feb 24”: bertentangan")
def months_in_numbers_against_the_file(folder: Folder) -> None:
    said: list[list[list[Cell]]] = [
        [["BULAN : III"], ["TAHUN : 2024"]], [["Bulan : 03"], ["Tahun : 2024"]],
        [["Bulan", Shown(dt.date(2024, 3, 1), "mmm-yy")]],
    ]  # fmt: skip
    of_march(folder, {f"kbk feb 24 {n}a.xlsx": [*above, []] for n, above in enumerate(said)}, ["sheet_month_clash"])


@case("Bulan berjajar diketik “Jan-24”, yang dijadikan Excel 24 Januari tahun pengetikan (2025)")
def months_beside_that_excel_took_for_days(folder: Folder) -> None:
    sheet = months_beside(MONTHS, [dt.date(2025, n, 24) for n in (1, 2, 3)], merged=False)  # type: ignore[misc]
    beside("rekap.xlsx", sheet, ["sheet_columns_double", "sheet_columns_missing"])(folder)


@case("Bulan berjajar sebagai tanggal pertama bulannya (1-1-2024 tampak “Jan-24”)")
def months_beside_as_dates(folder: Folder) -> None:
    sheet = months_beside(MONTHS, [dt.date(2024, n, 1) for n in (1, 2, 3)], merged=False)  # type: ignore[misc]
    remember(folder, sheet, MONTHS)


# Targets beside results


@case("Bulan berjajar: “TARGET” di atas Januari dan Februari, “REALISASI” di atas Maret")
def targets_of_other_months(folder: Folder) -> None:
    sheet = under(months_beside(MONTHS, DATED), ("TARGET", 0, 1), ("REALISASI", 2, 2))
    remember(folder, sheet, MONTHS)
    for one in THREE:
        for month in (JAN, FEB):
            for count in COUNTS:
                del folder.expected[(one.code, month), count]
            del folder.places[one.code, month]


@case("Bulan berjajar tanpa sel gabung: “TARGET” di atas Januari, “REALISASI” di atas Februari dan Maret")
def targets_of_the_first_month(folder: Folder) -> None:
    sheet = months_beside(MONTHS, DATED, merged=False)
    sheet.rows.insert(0, Row([None, None, "TARGET", *[None] * (WIDTH - 1), "REALISASI"]))
    remember(folder, sheet, [FEB, MAR])
    folder.tell("columns_unknown", "rekap.xlsx")


@case("Bulan berjajar “JAN 2024”, “FEB 2024”, dan “MAR 2024 (2023)”: bulan ketiga dari dua tahun")
def month_of_two_years_beside(folder: Folder) -> None:
    remember(folder, months_beside(MONTHS, [*DATED[:2], "MAR 2024 (2023)"]), [JAN, FEB])
    folder.tell("columns_unknown", "rekap.xlsx")


@case("“Target” dan “Realisasi” di bawah tiap judul kolom, tanpa sel gabung: judulnya berada di atas kolom target")
def targets_below_the_names_of_counts(folder: Folder) -> None:
    table = workbook(*three(JAN))
    roles = [*[role for role in table.headings if role not in COUNTS]]
    top: list[Cell] = [table.headings[role] for role in roles]
    low: list[Cell] = [None] * len(roles)
    table.headings = dict.fromkeys(roles, "")
    for count in COUNTS:
        table.headings |= {f"target of {count}": "", count: ""}
        top += [WORD_OF[count], None]
        low += ["Target", "Realisasi"]
        for one in table.lines:
            one.written[f"target of {count}"] = one.true[count] + 100
    sheet = table.sheet()
    sheet.rows[:1] = [Row(top), Row(low)]
    folder.xlsx(BOOK, sheet)
    refused(folder, BOOK, ["sheet_columns_missing"])


def divided(headings: Sequence[Cell], cells: Callable[[int], Sequence[int]]) -> Sheet:
    """A table of March, without ratios, whose contacts stand in several columns under "Jumlah Kontak" over the first.

    cells: what stands in these columns for a count of contacts.
    """
    table = tabel(*three(MAR))
    for role in ("ak", "rrns", "rppt_dm", "rppt_ht", "rppt"):
        del table.headings[role]
    roles = [f"contacts {n}" for n in range(len(headings))]
    named = iter(roles)
    low = [next(named) if role == "contacts" else None for role in table.headings]
    own: dict[str, str] = {}
    for role, heading in table.headings.items():
        own |= dict.fromkeys(roles, "") | {roles[0]: heading} if role == "contacts" else {role: heading}
    place = low.index(roles[0])
    table.headings = own
    for one in table.lines:
        one.written |= {role: table.number(cell) for role, cell in zip(roles, cells(one.true["contacts"]), strict=True)}
    sheet = table.sheet("Sheet 1")
    return sheet.after(0, [*[None] * place, *headings])


WEEKS = ["M1", "M2", "M3", "Total"]


def weeks(count: int) -> list[int]:
    return [count // 3, count // 3, count - 2 * (count // 3), count]


@case("“Jumlah Kontak” tanpa sel gabung di atas M1, M2, M3, dan Total; rasio tidak dicetak: kolom M1 bukan jumlahnya")
def weeks_below_the_name_of_a_count(folder: Folder) -> None:
    folder.xlsx(MONTHLY, divided(WEEKS, weeks))
    refused(folder, MONTHLY, ["sheet_columns_ambiguous"])


@case("Sama, dengan “Jumlah” di samping minggunya, atau di samping Induk dan Pustu")
def sums_of_weeks_below_the_name_of_a_count(folder: Folder) -> None:
    folder.xlsx("kbk mar 24.xlsx", divided([*WEEKS[:3], "Jumlah"], weeks))
    folder.xlsx("kbk maret 2024.xlsx", divided(["Induk", "Pustu", "Jumlah"], lambda n: [n // 3, n - n // 3, n]))
    for file in ("kbk mar 24.xlsx", "kbk maret 2024.xlsx"):
        folder.tell("sheet_columns_ambiguous", file)
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=["sheet_columns_ambiguous"])


@case("Sama, dan district.yml menyebut arti kolom “Jumlah Kontak Total”")
def weeks_below_the_name_of_a_count_declared(folder: Folder) -> None:
    folder.settings('columns: {"Jumlah Kontak Total": Jumlah Kontak}\n')
    folder.xlsx(MONTHLY, divided(WEEKS, weeks))


@case("“Jumlah Kontak” tanpa sel gabung di atas kolom 2023 dan 2024, atau L dan P: kolom pertama bukan jumlahnya")
def years_below_the_name_of_a_count(folder: Folder) -> None:
    labels: tuple[list[Cell], ...] = ([2023, 2024], ["L", "P"])
    for n, headings in enumerate(labels):
        folder.xlsx(f"kbk mar 24 {n}a.xlsx", divided(headings, lambda n: [n // 2, n]))
        folder.tell("sheet_columns_missing", f"kbk mar 24 {n}a.xlsx")
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=["sheet_columns_missing"])


@case("Baris “2023” di bawah semua judul kolom dalam berkas “mar 24”: angka tahun lalu")
def year_below_all_headings(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("Sheet 1")
    folder.xlsx(BOTH, sheet.after(0, [None, None, None, *[2023] * (len(sheet.rows[0].cells) - 3)]))
    refused(folder, BOTH, ["sheet_columns_missing"])


@case("Baris jumlah tanpa nama tepat di bawah judul kolom, dengan catatan di kolom tanpa judul: bukan judul kolom")
def total_right_below_the_headings(folder: Folder) -> None:
    table = workbook(*three(JAN))
    place = list(table.headings).index("ht_registered")
    total = [sum(one.true[role] for one in table.lines) if role in COUNTS else None for role in table.headings]
    sheet = table.sheet()
    folder.xlsx(BOOK, sheet.after(0, [*total[: place + 1], "jumlah sementara"]))
    folder.tell("row_without_facility", BOOK)


# Some participants only


@case("Kolom “Segmen” berisi PBI, “JK” berisi L, atau “Minggu Ke” berisi 1 di semua baris: hanya sebagian")
def columns_of_a_part(folder: Folder) -> None:
    for n, (heading, cell) in enumerate((("Segmen Peserta", "PBI"), ("JK", "L"), ("Minggu Ke", 1))):
        table = tabel(*three(MAR))
        table.headings["part"] = heading
        for one in table.lines:
            one.written["part"] = cell
        folder.xlsx(f"kbk mar 24 {n}a.xlsx", table.sheet("Sheet 1"))
        folder.tell("sheet_of_other_figures", f"kbk mar 24 {n}a.xlsx")
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    for one in three(MAR):
        folder.expect("missing", one.key, kinds=OTHER)


@case("Kolom “Segmen” dengan baris PBI, NON PBI, dan SEMUA tiap fasilitas: baris SEMUA yang dibaca")
def column_of_parts_and_the_whole(folder: Folder) -> None:
    lines = []
    for one in three(MAR):
        half = {count: value // 2 for count, value in one.true.items()}
        parts = [line(one.facility, MAR, half, part=part) for part in ("PBI", "NON PBI")]
        lines += [*parts, line(one.facility, MAR, part="SEMUA")]
    table = tabel(*lines)
    table.headings["part"] = "Segmen"
    sheet = table.sheet("Sheet 1")
    for row in sheet.rows[1:]:
        if row.cells[-1] != "SEMUA":
            row.key = row.true = None
    folder.xlsx(MONTHLY, sheet)
    folder.tell("sheet_of_other_figures", MONTHLY)


# Pivot tables and tables of one facility


def compact(months: Sequence[tuple[str, str]], sums: bool = True) -> tuple[Sheet, dict[int, tuple[Facility, str]]]:
    """A pivot table in compact form: each facility with its sum, and its months below it in the same column."""
    sheet = Sheet("Sheet1", [Row(["Row Labels", *(WORD_OF[count] for count in COUNTS)])])
    rows: dict[int, tuple[Facility, str]] = {}
    for facility in THREE:
        sheet.rows.append(Row([facility.name, *(figures(facility, *(m for m, _ in months)) if sums else [])]))
        for month, word in months:
            sheet.rows.append(Row([word, *figures(facility, month)]))
            rows[len(sheet.rows)] = facility, month
    return sheet, rows


@case("Tabel pivot ringkas di berkas “mar 24”: fasilitas dengan jumlahnya, di bawahnya Januari, Februari, Maret")
def compact_pivot(folder: Folder) -> None:
    names_listed(folder)
    stands(folder, BOTH, *compact([(JAN, "Januari"), (FEB, "Februari"), (MAR, "Maret")]))
    refused(folder, BOTH, UNSURE)


@case("Tabel pivot ringkas di berkas “mar 24” dengan satu bulan saja, Januari, di bawah tiap fasilitas")
def compact_pivot_of_another_month(folder: Folder) -> None:
    names_listed(folder)
    stands(folder, BOTH, *compact([(JAN, "Jan 2024")]))
    refused(folder, BOTH, UNSURE)


@case("Nama puskesmas tanpa angka, di bawahnya baris bulan dalam kolom yang sama, di berkas “mar 24”")
def months_below_a_name(folder: Folder) -> None:
    names_listed(folder)
    stands(folder, BOTH, *compact([(JAN, "Januari"), (FEB, "Februari"), (MAR, "Maret")], sums=False))
    refused(folder, BOTH, UNSURE)


def of_one_facility(again: bool) -> tuple[Sheet, dict[int, tuple[Facility, str]]]:
    """Months below "Puskesmas : MELIAU"; below them "PUSKESMAS SANGGAU" alone and its months, with headings or none."""
    headings = Row(["Bulan", *(WORD_OF[count] for count in COUNTS)])
    sheet = Sheet("Sheet1", [Row(["Puskesmas : MELIAU"]), headings])
    rows: dict[int, tuple[Facility, str]] = {}
    for facility, month, word in (
        (MELIAU, JAN, "Januari 2024"),
        (MELIAU, FEB, "Februari 2024"),
        (SANGGAU, MAR, "Maret 2024"),
    ):
        if month == MAR:
            sheet.rows += [Row([]), Row([SANGGAU.name]), *([Row([*headings.cells])] if again else [])]
        sheet.rows.append(Row([word, *figures(facility, month)]))
        rows[len(sheet.rows)] = facility, month
    return sheet, rows


@case(
    "Satu tabel tiap puskesmas: “Puskesmas : MELIAU” di atas bulannya, lalu “PUSKESMAS SANGGAU” tanpa titik dua dan judul kolom lagi"
)
def tables_of_one_facility_each(folder: Folder) -> None:
    names_listed(folder)
    stands(folder, "kbk.xlsx", *of_one_facility(again=True))


@case("Sama, tetapi judul kolomnya tidak diulang: baris “PUSKESMAS SANGGAU” di antara bulan-bulannya")
def facilities_between_the_months(folder: Folder) -> None:
    names_listed(folder)
    stands(folder, "kbk.xlsx", *of_one_facility(again=False))


@case("Bulan-bulan satu puskesmas, di bawahnya tanda tangan: “Puskesmas Meliau, 5 April 2024” dan nama dokter")
def signature_below_the_months(folder: Folder) -> None:
    names_listed(folder)
    sheet, rows = of_one_facility(again=False)
    del sheet.rows[-3:], rows[max(rows)]
    stands(folder, "kbk.xlsx", sheet.below([], ["Puskesmas Meliau, 5 April 2024"], ["dr. Bramantyo Wicaksono"]), rows)


@case("Judul “LAPORAN KBK MARET 2024” dan baris “Sesuai Perjanjian Kerja Sama 2023”: tahun perjanjian bukan tahun data")
def year_of_an_agreement(folder: Folder) -> None:
    monthly(folder, ["LAPORAN KBK MARET 2024"], ["Sesuai Perjanjian Kerja Sama 2023"], [])


@case("Kode dalam kolom nama: “PUSKESMAS MELIAU (0114A026)”, “0114A027 - PUSKESMAS SANGGAU”, “[…]”; tanpa kolom kode")
def code_within_the_name(folder: Folder) -> None:
    table = workbook(*three(JAN))
    del table.headings["code"]
    for one, form in zip(table.lines, ("{name} ({code})", "{code} - {name}", "{name} [{code}]"), strict=True):
        one.written["name"] = form.format(name=one.facility.name, code=one.facility.code)
    folder.xlsx(BOOK, table.sheet())
