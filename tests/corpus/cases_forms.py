"""Layouts of the forms of health offices: headings merged over many rows, quarters beside months, villages as rows."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.clean import Cleaned
from corpus.cases import case
from corpus.cases_look_sound import WORD_OF, remember
from corpus.cases_months import FEB, JAN, MAR, three
from corpus.cases_recaps import THREE, figures, names_listed, stands
from corpus.folder import Folder
from corpus.sheets import Cell, Merge, Row, Sheet, line, workbook
from corpus.truth import COUNTS, KLINIK, MELIAU, Facility

MONTHS = [JAN, FEB, MAR]
WIDTH = len(COUNTS)
WORDS: list[Cell] = [WORD_OF[count] for count in COUNTS]
FORM = "formulir.xlsx"


def _spans(row: Row, until: Row, *spans: tuple[int, int]) -> list[Merge]:
    return [Merge(row, until, left, right) for left, right in spans]


def _quarter(total: str, *, merged: bool = True) -> Sheet:
    """Five rows of headings: the indicators, the quarter beside its total, the months, and names merged over two rows."""
    end = 1 + 3 * WIDTH
    blank: list[Cell] = [None] * (WIDTH - 1)
    top = Row(["Kode FKTP", "Nama FKTP", "CAPAIAN KBK"])
    quarter = Row([None, None, "TRIWULAN I", *[None] * (3 * WIDTH - 1), total])
    months = Row([None, None, "JANUARI", *blank, "FEBRUARI", *blank, "MARET"])
    names, below = Row([None, None, *WORDS * 4]), Row([])
    sheet = Sheet("Rekap", [top, quarter, months, names, below])
    for facility in THREE:
        values = [*(n for month in MONTHS for n in figures(facility, month)), *figures(facility, *MONTHS)]
        sheet.rows.append(Row([facility.code, facility.name, *values], name=facility.name))
    sheet.rows.append(
        Row(["TOTAL", None, *(sum(row.cells[n] for row in sheet.rows[5:]) for n in range(2, 2 + 4 * WIDTH))])
    )
    if merged:
        sheet.merges += _spans(top, below, (0, 0), (1, 1))
        sheet.merges += [Merge(top, top, 2, end + WIDTH), Merge(quarter, quarter, 2, end)]
        sheet.merges += _spans(quarter, months, (end + 1, end + WIDTH))
        sheet.merges += _spans(months, months, *((2 + n * WIDTH, 1 + (n + 1) * WIDTH) for n in range(3)))
        sheet.merges += _spans(names, below, *((n, n) for n in range(2, 2 + 4 * WIDTH)))
    return sheet.above(["REKAPITULASI CAPAIAN KBK TAHUN 2024"], ["KABUPATEN SANGGAU"], [])


@case(
    "Judul kolom lima baris: “CAPAIAN KBK” di atas “TRIWULAN I” di atas bulan, sel judul digabung ke bawah, dan “TOTAL TW I” di samping bulannya"
)
def headings_merged_over_five_rows(folder: Folder) -> None:
    remember(folder, _quarter("TOTAL TW I"), MONTHS)


@case("Sama, dengan “TOTAL” saja di atas jumlah triwulannya")
def a_total_beside_its_months(folder: Folder) -> None:
    remember(folder, _quarter("TOTAL"), MONTHS)
    folder.tell("columns_unknown", "rekap.xlsx")


@case("Sama tanpa sel gabung, seperti CSV-nya: kode dan nama di baris pertama judul, tiga baris di atas nama kolom")
def quarters_without_merged_cells(folder: Folder) -> None:
    remember(folder, _quarter("TOTAL TW I", merged=False), MONTHS)


@case("Triwulan berjajar, tanpa bulannya: “TRIWULAN I” dan “TRIWULAN II” di atas kolom-kolom yang sama")
def quarters_beside_each_other(folder: Folder) -> None:
    top, low = (
        Row([None, None, "TRIWULAN I", *[None] * (WIDTH - 1), "TRIWULAN II"]),
        Row(["Kode FKTP", "Nama FKTP", *WORDS * 2]),
    )
    sheet = Sheet("Rekap", [top, low])
    sheet.merges += _spans(top, top, (2, 1 + WIDTH), (2 + WIDTH, 1 + 2 * WIDTH))
    for facility in THREE:
        sheet.rows.append(Row([facility.code, facility.name, *figures(facility, *MONTHS), *figures(facility, *MONTHS)]))
    folder.xlsx(FORM, sheet.above(["CAPAIAN KBK TAHUN 2024"], []))
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    folder.tell("sheet_of_quarters", FORM)


@case(
    "Sel nama puskesmas digabung melintasi tiga kolom pada judul dan pada tiap baris, dengan baris nomor kolom di bawah judul"
)
def names_merged_over_three_columns(folder: Folder) -> None:
    top = Row(["Kode PPK", "Nama Puskesmas", None, None, *WORDS])
    below = Row([None] * 4)
    numbers = Row([*range(1, 5 + WIDTH)])
    sheet = Sheet("Maret 2024", [top, below, numbers])
    sheet.merges += [Merge(top, below, 1, 3), *_spans(top, below, (0, 0), *((n, n) for n in range(4, 4 + WIDTH)))]
    for one in three(MAR):
        row = Row(
            [one.facility.code, one.facility.name, None, None, *figures(one.facility, MAR)],
            one.key,
            one.true,
            name=one.facility.name,
        )
        sheet.rows.append(row)
        sheet.merges.append(Merge(row, row, 1, 3))
    folder.xlsx(FORM, sheet.below([], [*[None] * 6, "Sanggau, 5 April 2024"], [*[None] * 6, "NIP. 197001011995031001"]))


@case("Setiap jumlah di atas L, P, dan TOTAL; judul kode dan nama digabung ke bawah")
def men_women_and_total_below_each_count(folder: Folder) -> None:
    top, low = Row(["Kode PPK", "Nama Puskesmas"]), Row([None, None])
    sheet = Sheet("Maret 2024", [top, low])
    for place, word in enumerate(WORDS):
        top.cells += [word, None, None]
        low.cells += ["L", "P", "TOTAL"]
        sheet.merges.append(Merge(top, top, 2 + 3 * place, 4 + 3 * place))
    sheet.merges += _spans(top, low, (0, 0), (1, 1))
    for one in three(MAR):
        row = Row([one.facility.code, one.facility.name], one.key, one.true, name=one.facility.name)
        for total in figures(one.facility, MAR):
            row.cells += [2 * total // 5, total - 2 * total // 5, total]
        sheet.rows.append(row)
    folder.xlsx(FORM, sheet)


def _card(rows: Sequence[tuple[str, Sequence[str]]]) -> tuple[Sheet, dict[int, tuple[Facility, str]]]:
    """The card of one puskesmas: a word in the column of months, and the months whose figures stand beside it."""
    sheet = Sheet(
        "Kartu",
        [Row(["KODE PPK", ":", MELIAU.code]), Row(["PUSKESMAS", ":", "MELIAU"]), Row([]), Row(["BULAN", *WORDS])],
    )
    stands_at: dict[int, tuple[Facility, str]] = {}
    for word, months in rows:
        sheet.rows.append(Row([word, *figures(MELIAU, *months)]))
        if len(months) == 1:
            stands_at[len(sheet.rows) + 1] = MELIAU, months[0]
    return sheet.above(["CAPAIAN KBK TAHUN 2024"]), stands_at


@case("Kartu satu puskesmas: baris “TRIWULAN I” di antara bulan-bulannya dan “TOTAL” di bawahnya")
def quarters_in_the_column_of_months(folder: Folder) -> None:
    rows = [("JANUARI", [JAN]), ("FEBRUARI", [FEB]), ("MARET", [MAR]), ("TRIWULAN I", MONTHS), ("TOTAL", MONTHS)]
    names_listed(folder)
    stands(folder, FORM, *_card(rows))
    folder.tell("rows_not_facility", FORM)


@case("Kartu satu puskesmas yang hanya memuat triwulan: tidak satu pun bulan")
def a_card_of_quarters_alone(folder: Folder) -> None:
    names_listed(folder)
    sheet, _ = _card([("TRIWULAN I", MONTHS), ("TRIWULAN II", MONTHS)])
    folder.xlsx(FORM, sheet)
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    folder.tell("month_unreadable", FORM)


def _villages(folder: Folder, *villages: str) -> None:
    """The figures of the villages of a puskesmas that only the lines above the table name."""
    names_listed(folder)
    sheet = Sheet(
        "Maret 2024",
        [Row(["Puskesmas", ": Meliau"]), Row(["Kecamatan", ": Meliau"]), Row([]), Row(["No", "Desa", *WORDS])],
    )
    for number, village in enumerate(villages, start=1):
        sheet.rows.append(Row([number, village, *(7 * number + n // 9 for n in figures(MELIAU, MAR))]))
    folder.xlsx(FORM, sheet)
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    folder.tell("sheet_of_other_figures", FORM)


@case("Angka tiap desa satu puskesmas, yang hanya disebut di atas tabel")
def villages_of_one_facility(folder: Folder) -> None:
    _villages(folder, "Meliau Hilir", "Meliau Hulu", "Kuala Buayan")


@case("Sama, dan baru satu desa yang terisi: angkanya bukan angka puskesmas")
def one_village_alone(folder: Folder) -> None:
    _villages(folder, "Meliau Hilir")


@case("Kolom Desa di samping nama puskesmas: tempat kedudukannya, bukan bagiannya")
def the_village_of_each_facility(folder: Folder) -> None:
    table = workbook(*three(MAR)).sheet("Maret 2024")
    for row, village in zip(table.rows, ("Desa", "Meliau Hilir", "Ilir Kota", "Balai Karangan"), strict=True):
        row.cells.append(village)
    folder.xlsx(FORM, table)


@case("Satu puskesmas yang disebut di atas tabel, di bawahnya tanda tangan: nama dokter, lalu NIP di bawah kolom angka")
def a_civil_servant_below_the_figures(folder: Folder) -> None:
    names_listed(folder)
    sheet = Sheet(
        "Maret 2024", [Row(["Puskesmas", ": Meliau"]), Row([]), Row(["No", *WORDS]), Row([1, *figures(MELIAU, MAR)])]
    )
    stands(
        folder,
        FORM,
        sheet.below([], ["", "dr. Bramantyo Wicaksono"], ["", "NIP. 19700101 199503 1 001"]),
        {4: (MELIAU, MAR)},
    )

    def check(result: Cleaned) -> str:
        kinds = set(result.ledger["kind"]) & {"sheet_without_rows", "rows_not_facility"}
        return f"the signature was taken for a table: {sorted(kinds)}" if kinds else ""

    folder.checks.append(check)
