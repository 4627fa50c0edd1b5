"""One sheet, one table on a sheet, or one file for each indicator: read where they complete each other."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, three
from corpus.folder import Expected, Folder, Place
from corpus.sheets import Cell, Line, Row, Sheet, Table, line, tabel
from corpus.truth import KARANGAN, MELIAU, SANGGAU, Facility, counts, in_words, short

BOOK = "KBK Januari 2024.xlsx"
WHO = {"code": "Kode PPK", "name": "Nama FKTP"}
HEADINGS = {
    "AK": {"contacts": "Jumlah Kontak", "registered": "Peserta Terdaftar"},
    "RRNS": {"nonspecialist_referrals": "Rujukan Non Spesialistik", "referrals": "Jumlah Rujukan"},
    "DM": {"dm_controlled": "DM Terkendali", "dm_registered": "Peserta DM"},
    "HT": {"ht_controlled": "HT Terkendali", "ht_registered": "Peserta HT"},
}
HEADINGS["RPPT"] = {**HEADINGS["DM"], **HEADINGS["HT"]}
RATIOS = {"AK": "ak", "RRNS": "rrns", "DM": "rppt_dm", "HT": "rppt_ht"}
TITLES = {
    "AK": "ANGKA KONTAK", "RRNS": "RASIO RUJUKAN NON SPESIALISTIK", "DM": "PROLANIS DM", "HT": "PROLANIS HT",
    "RPPT": "RASIO PESERTA PROLANIS TERKENDALI",
}  # fmt: skip
THREE, FOUR = ("AK", "RRNS", "RPPT"), ("AK", "RRNS", "DM", "HT")
THEY = (MELIAU, SANGGAU, KARANGAN)


def bare(of: str, *lines: Line, name: str = "", who: dict[str, str] = WHO, **changed: object) -> Sheet:
    """The table of an indicator under its headings alone."""
    return Table({**who, **HEADINGS[of]}, list(lines), **changed).sheet(name or of)  # type: ignore[arg-type]


def titled(of: str, month: str, sheet: Sheet, word: str = "") -> Sheet:
    """The table under its title, which names the month."""
    return sheet.above([f"{word}{TITLES[of]} KABUPATEN SANGGAU"], [f"BULAN {in_words(month).upper()}"], [])


def sheets(month: str = JAN, indicators: Sequence[str] = FOUR, **changed: object) -> dict[str, Sheet]:
    """A sheet for each indicator of a month."""
    return {of: titled(of, month, bare(of, *three(month), **changed)) for of in indicators}  # type: ignore[arg-type]


def without(folder: Folder, month: str, of: str, *facilities: Facility, kinds: Sequence[str] = ()) -> None:
    """Expect the counts of an indicator to be missing."""
    for one in facilities or THEY:
        folder.expect("missing", (one.code, month), *HEADINGS[of], kinds=kinds)


def listed(folder: Folder) -> None:
    """Write the names and codes of the facilities into facilities.csv."""
    folder.facilities(*(f"{one.code},{one.name},puskesmas" for one in THEY))


def refused(folder: Folder, *kinds: str) -> None:
    """Expect that nothing is read."""
    for key in folder.places:
        folder.expect("missing", key, kinds=kinds or ["sheet_columns_missing"])


def stands(folder: Folder, file: str, sheet: Sheet, months: Sequence[str]) -> None:
    """Remember rows that name a facility whose counts of several months, or in another order, stand in them."""
    for number, row in sheet.numbered():
        for one in THEY:
            if row.name == one.name:
                for month in months:
                    folder.places.setdefault((one.code, month), []).append(Place(file, sheet.name, number, one.name))
                    for count, value in counts(one, month).items():
                        folder.expected.setdefault(((one.code, month), count), Expected(value))


# Read


@case("Lembar AK, RRNS, DM, dan HT; fasilitasnya di tiap lembar dalam urutan lain, dengan baris jumlah")
def sheet_of_each_indicator(folder: Folder) -> None:
    book = []
    for turn, of in enumerate(FOUR):
        lines = three(JAN)[turn % 3 :] + three(JAN)[: turn % 3]
        sums: list[Cell] = [sum(one.true[count] for one in lines) for count in HEADINGS[of]]
        book.append(titled(of, JAN, bare(of, *lines)).below([None, "JUMLAH", *sums]))
    folder.xlsx(BOOK, *book)
    folder.tell("tables_joined", BOOK, "AK")


@case(
    "Lembar tiap indikator tanpa kode; nama dicocokkan dengan facilities.csv; hanya tiga kolom, di bawahnya nomor kolom"
)
def sheets_of_names_alone(folder: Folder) -> None:
    listed(folder)
    book = [bare(of, *three(JAN), who={"name": "Puskesmas"}).after(0, ["(1)", "(2)", "(3)"]) for of in FOUR]
    folder.xlsx(BOOK, *book)
    folder.checks.append(lambda result: "unmatched" if "facility_unmatched" in set(result.ledger["kind"]) else "")


@case("Berkas tiap indikator: “AK jan 24.xlsx”, “RRNS jan 24.csv”, …, tiga bulan; angka bertitik ribuan")
def file_of_each_indicator(folder: Folder) -> None:
    for month in (JAN, FEB, MAR):
        folder.xlsx(f"AK {short(month)}.xlsx", bare("AK", *three(month), name="Sheet1"))
        folder.csv(f"RRNS {short(month)}.csv", bare("RRNS", *three(month)))
        folder.xlsx(f"RPPT {short(month)}.xlsx", bare("RPPT", *three(month), name="Sheet1"))
        folder.tell("tables_joined", f"AK {short(month)}.xlsx")


@case("Berkas tiap indikator dengan kolom Bulan; AK dan RRNS dalam satu tabel, RPPT dalam tabel lain")
def files_with_a_column_of_months(folder: Folder) -> None:
    lines = [one for month in (JAN, FEB) for one in three(month)]
    both = Table({"month": "Bulan", **WHO, **HEADINGS["AK"], **HEADINGS["RRNS"]}, lines)
    folder.xlsx("AK dan RRNS.xlsx", both.sheet())
    folder.xlsx("Prolanis.xlsx", Table({"month": "Bulan", **WHO, **HEADINGS["RPPT"]}, lines).sheet())


@case("Tabel A. AK, B. RRNS, C. DM, D. HT di bawah satu sama lain pada satu lembar; bulannya pada judul lembar")
def tables_below_each_other(folder: Folder) -> None:
    rows = [Row([f"CAPAIAN KBK BULAN {in_words(JAN).upper()}"]), Row([])]
    for letter, of in zip("ABCD", FOUR, strict=True):
        rows += [Row([f"{letter}. {TITLES[of]}"]), *bare(of, *three(JAN)).rows, Row([])]
    folder.xlsx("KBK Sanggau.xlsx", Sheet("KBK", rows))


@case(
    "Tabel tiap indikator bersebelahan, masing-masing dengan kode dan nama, dalam urutan lain: satu baris memuat dua fasilitas"
)
def tables_beside_each_other_in_other_orders(folder: Folder) -> None:
    lines = three(JAN)
    tables = [bare(of, *lines[turn:], *lines[:turn]) for turn, of in enumerate(THREE)]
    cells = [[*a.cells, None, *b.cells, None, *c.cells] for a, b, c in zip(*(t.rows for t in tables), strict=True)]
    sheet = Sheet("KBK", [Row([f"CAPAIAN KBK {in_words(JAN).upper()}"]), *map(Row, cells)])
    for row in sheet.rows[2:]:
        row.name = str(row.cells[1])
    folder.xlsx("KBK Sanggau.xlsx", sheet)
    stands(folder, "KBK Sanggau.xlsx", sheet, [JAN])
    for one in THEY:
        place = folder.places[one.code, JAN][0]
        folder.places[one.code, JAN] = [place._replace(row=number) for number in (3, 4, 5)]


@case("Lembar tiap indikator dengan bulan bersebelahan, “Januari 2024 | Februari 2024”; lembar HT hanya Januari")
def months_beside_each_other_by_indicator(folder: Folder) -> None:
    book = []
    for of in FOUR:
        months = (JAN,) if of == "HT" else (JAN, FEB)
        roles = HEADINGS[of]
        above = [cell for month in months for cell in (in_words(month), *[None] * (len(roles) - 1))]
        rows = [Row([None, None, *above]), Row([*WHO.values(), *[*roles.values()] * len(months)])]
        for one in THEY:
            figures = [counts(one, month)[count] for month in months for count in roles]
            rows.append(Row([one.code, one.name, *figures], name=one.name))
        sheet = Sheet(of, rows)
        stands(folder, "Rekap KBK.xlsx", sheet, months)
        book.append(sheet)
    folder.xlsx("Rekap KBK.xlsx", *book)
    without(folder, FEB, "HT", kinds=["indicator_without_table"])


@case("Satu fasilitas tidak ada pada lembar HT: indikator lainnya dipakai, HT tidak tersedia, bukan nol")
def facility_not_on_one_sheet(folder: Folder) -> None:
    book = sheets()
    book["HT"] = titled("HT", JAN, bare("HT", *three(JAN)[:2]))
    folder.xlsx(BOOK, *book.values())
    without(folder, JAN, "HT", KARANGAN, kinds=["facility_not_in_table"])


@case("Peserta terdaftar diulang pada lembar RRNS; di satu fasilitas berbeda dari lembar AK")
def participants_on_each_sheet(folder: Folder) -> None:
    lines = three(JAN)
    lines[1].written["registered"] = 30_555
    again = Table({**WHO, "registered": "Peserta Terdaftar", **HEADINGS["RRNS"]}, lines)
    book = sheets() | {"RRNS": titled("RRNS", JAN, again.sheet("RRNS"))}
    folder.xlsx(BOOK, *book.values())
    folder.expect("missing", (SANGGAU.code, JAN), "registered", kinds=["rows_differ"])


@case("Dua lembar AK, “AK” dan “AK baru”, dengan kontak satu fasilitas yang berbeda")
def two_sheets_of_one_indicator(folder: Folder) -> None:
    lines = three(JAN)
    lines[0].written["contacts"] = 1999
    folder.xlsx(BOOK, *sheets().values(), titled("AK", JAN, bare("AK", *lines, name="AK baru")))
    folder.expect("missing", (MELIAU.code, JAN), "contacts", kinds=["rows_differ"])


@case("“AK jan 24 REVISI.xlsx” memuat satu fasilitas yang direvisi, di samping berkas tiap indikator")
def revision_of_one_indicator(folder: Folder) -> None:
    old = three(JAN)
    old[0].written["contacts"] = 99
    folder.xlsx("AK jan 24.xlsx", bare("AK", *old))
    folder.xlsx("AK jan 24 REVISI.xlsx", bare("AK", three(JAN)[0]))
    for of in ("RRNS", "RPPT"):
        folder.xlsx(f"{of} jan 24.xlsx", bare(of, *three(JAN)))
    folder.tell("figures_replaced", "AK jan 24.xlsx")


@case("Rasio tercetak pada lembar RRNS bertentangan di satu fasilitas; kolom RPPT pada lembar DM ialah rasio DM")
def printed_ratios_on_each_sheet(folder: Folder) -> None:
    book = sheets()
    for of, role in RATIOS.items():
        table = Table({**WHO, **HEADINGS[of], role: "RPPT" if of in {"DM", "HT"} else TITLES[of].title()}, three(JAN))
        if of == "RRNS":
            table.headings[role] = "RRNS"
            table.lines[1].written[role] = "7,77"
        book[of] = titled(of, JAN, table.sheet(of))
    folder.xlsx(BOOK, *book.values())
    without(folder, JAN, "RRNS", SANGGAU, kinds=["ratio_contradicts"])


@case("Tabel lengkap Januari di samping lembar tiap indikator untuk Februari")
def indicators_of_another_month_than_the_whole(folder: Folder) -> None:
    folder.xlsx("KBK jan 24.xlsx", tabel(*three(JAN)).sheet("Rekap"))
    folder.xlsx("KBK feb 24.xlsx", *sheets(FEB).values())


@case("Lembar RRNS berjudul bulan lain daripada AK dan RPPT: kedua bulan terbaca sebagian")
def sheet_of_another_month(folder: Folder) -> None:
    book = sheets() | {"RRNS": titled("RRNS", FEB, bare("RRNS", *three(FEB)))}
    folder.xlsx("KBK 2024.xlsx", *book.values())
    told = ["indicator_without_table"]
    without(folder, JAN, "RRNS", kinds=told)
    for of in ("AK", "RPPT"):
        without(folder, FEB, of, kinds=told)


@case("Baris jumlah berkode dan bernama lain di tiap lembar: hanya semua indikator bersama yang membuktikannya")
def sum_as_a_facility_on_each_sheet(folder: Folder) -> None:
    book = sheets()
    for of, sheet in book.items():
        sums: list[Cell] = [sum(one.true[count] for one in three(JAN)) for count in HEADINGS[of]]
        sheet.below(["01149999", "WILAYAH KERJA", *sums])
    folder.xlsx(BOOK, *book.values())
    folder.tell("row_is_sum", BOOK, "AK")


@case("Baris jumlah berkode dan bernama lain hanya di lembar AK dan DM: jumlah di setiap tabel tempatnya berdiri")
def sum_as_a_facility_on_some_sheets(folder: Folder) -> None:
    book = sheets()
    for of in ("AK", "DM"):
        sums: list[Cell] = [sum(one.true[count] for one in three(JAN)) for count in HEADINGS[of]]
        book[of].below(["01149999", "WILAYAH KERJA", *sums])
    folder.xlsx(BOOK, *book.values())
    folder.tell("row_is_sum", BOOK, "AK")


@case("“AK feb 24.xlsx” berisi salinan berkas AK Januari, tersimpan dengan nama lain: AK kedua bulan tidak dipakai")
def file_of_one_indicator_saved_over(folder: Folder) -> None:
    content = bare("AK", *three(JAN))
    folder.xlsx("AK jan 24.xlsx", content)
    folder.put("AK feb 24.xlsx", (folder.path / "AK jan 24.xlsx").read_bytes())
    for month in (JAN, FEB, MAR):
        for of in ("RRNS", "RPPT"):
            folder.xlsx(f"{of} {short(month)}.xlsx", bare(of, *three(month)))
    folder.xlsx("AK mar 24.xlsx", bare("AK", *three(MAR)))
    for file in ("AK jan 24.xlsx", "AK feb 24.xlsx"):
        folder.tell("sheet_month_clash", file)
    for month in (JAN, FEB):
        without(folder, month, "AK", kinds=["sheet_month_clash", "indicator_without_table"])


@case("Kode satu puskesmas salah ketik di lembar RRNS: bukan dua fasilitas yang masing-masing kurang indikatornya")
def code_misspelt_on_one_sheet(folder: Folder) -> None:
    lines = three(JAN)
    lines[2].written["code"] = "01140104"
    folder.xlsx(BOOK, *(sheets() | {"RRNS": titled("RRNS", JAN, bare("RRNS", *lines))}).values())
    folder.expect("missing", (KARANGAN.code, JAN), kinds=["name_with_two_codes"])


# Refused


@case("Satu berkas AK di samping tabel lengkap bulan yang sama, angkanya lain: tabel lengkap yang dipakai")
def lone_indicator_beside_a_whole_table(folder: Folder) -> None:
    folder.xlsx("KBK jan 24.xlsx", tabel(*three(JAN)).sheet("Rekap"))
    others = [line(one.facility, JAN, {"contacts": one.true["contacts"] + 9}) for one in three(JAN)]
    folder.xlsx("AK jan 24.xlsx", bare("AK", *others, of_truth=False))
    folder.xlsx("AK feb 24.xlsx", bare("AK", *three(FEB), of_truth=False))
    for month in ("jan", "feb"):
        folder.tell("sheet_columns_missing", f"AK {month} 24.xlsx")


@case("Lembar tiap indikator di samping rekap lengkap bulan yang sama: rekap yang dipakai, lembar itu ditolak")
def indicators_beside_a_whole_table(folder: Folder) -> None:
    parts = sheets(of_truth=False)
    folder.xlsx(BOOK, tabel(*three(JAN)).sheet("Rekap Januari"), *parts.values())
    for of in parts:
        folder.tell("sheet_columns_missing", BOOK, of)


@case(
    "Lembar DM dan HT berjudul kolom sama, “Terkendali” dan “Peserta”: artinya hanya dari nama lembar, jadi ditanyakan"
)
def meaning_by_the_name_of_the_sheet_alone(folder: Folder) -> None:
    book = sheets()
    for of in ("DM", "HT"):
        headings = dict(zip(HEADINGS[of], ("Terkendali", "Peserta"), strict=True))
        book[of] = titled(of, JAN, Table({**WHO, **headings}, three(JAN)).sheet(of))
    folder.xlsx(BOOK, *book.values())
    refused(folder, "sheet_columns_missing", "sheet_columns_ambiguous")


@case("Lembar AK hanya berisi persentase capaian, lembar lainnya jumlah")
def percentages_alone_on_one_sheet(folder: Folder) -> None:
    book = sheets() | {"AK": titled("AK", JAN, Table({**WHO, "ak": "Angka Kontak"}, three(JAN)).sheet("AK"))}
    folder.xlsx(BOOK, *book.values())
    refused(folder)


@case("Lembar AK berjudul “TARGET ANGKA KONTAK”, lembar lainnya hasil")
def targets_on_one_sheet(folder: Folder) -> None:
    folder.xlsx(BOOK, *(sheets() | {"AK": titled("AK", JAN, bare("AK", *three(JAN)), "TARGET ")}).values())
    refused(folder)


@case("Lembar AK berjudul “JANUARI S.D. MARET 2024”, lembar lainnya Maret")
def sums_on_one_sheet(folder: Folder) -> None:
    sums = bare("AK", *three(MAR)).above(["ANGKA KONTAK JANUARI S.D. MARET 2024"], [])
    folder.xlsx("KBK 2024.xlsx", *(sheets(MAR) | {"AK": sums}).values())
    refused(folder)


@case("Lembar RRNS ialah daftar rujukan menurut poli, beberapa baris tiap fasilitas")
def list_on_one_sheet(folder: Folder) -> None:
    rows = [Row([*WHO.values(), "Poli Tujuan", *HEADINGS["RRNS"].values()])]
    for one in THEY:
        rows += [Row([one.code, one.name, name, n, 20 + 7 * n]) for n, name in enumerate(("Mata", "Paru", "Saraf"), 1)]
    folder.xlsx(BOOK, *(sheets() | {"RRNS": titled("RRNS", JAN, Sheet("RRNS", rows))}).values())
    refused(folder, "part_of_lists")


@case(
    "Berkas RPPT tidak menyebut bulan, berkas AK dan RRNS menyebutnya: semuanya ditolak, dan bulan itulah yang disebut"
)
def file_of_one_indicator_without_month(folder: Folder) -> None:
    for of in ("AK", "RRNS"):
        folder.xlsx(f"{of} jan 24.xlsx", bare(of, *three(JAN)))
    folder.xlsx("RPPT.xlsx", bare("RPPT", *three(JAN)))
    refused(folder, "sheet_month_unknown")


@case("Tiga tabel lengkap satu bulan yang masing-masing cacat satu judul (“Target …”): bukan tabel tiap indikator")
def whole_tables_that_lack_a_column_each(folder: Folder) -> None:
    for number, count in enumerate(("contacts", "dm_controlled", "ht_registered")):
        table = tabel(*three(JAN))
        table.headings[count] = f"Target {table.headings[count]}"
        folder.xlsx(f"kbk jan 24 {number}a.xlsx", table.sheet())
    refused(folder)
