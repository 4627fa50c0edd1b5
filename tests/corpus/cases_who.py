"""Which facility: codes that Excel changed, names in many spellings, rows of other districts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.cases_tables import BOOK
from corpus.folder import Folder
from corpus.sheets import Line, line, of_r, tabel, workbook
from corpus.truth import BELANGIN, KARANGAN, MELIAU, SANGGAU, SEKAYAM

UNMATCHED = ["facility_unmatched", "code_power_of_ten", "code_unreadable"]


@case("Kode dengan apostrof, spasi, huruf kecil, dan akhiran .0")
def codes_written_otherwise(folder: Folder) -> None:
    lines = [
        line(MELIAU, JAN, code="'0114A026"), line(SANGGAU, JAN, code=" 0114a027 "), line(SEKAYAM, JAN, code=14010201.0),
        line(SEKAYAM, FEB, code="14010201.0"), line(MELIAU, FEB), line(SANGGAU, FEB, code="0114 A027"),
    ]  # fmt: skip
    folder.xlsx(BOOK, workbook(*lines).sheet())


@case("Nol di depan kode hilang (1140103); berkas lain menunjukkan kode lengkapnya")
def lost_zero_that_another_file_shows(folder: Folder) -> None:
    folder.csv("kbk_mar24.csv", of_r(*three(MAR)).sheet())
    folder.xlsx(BOOK, workbook(line(MELIAU, JAN), line(KARANGAN, JAN, code=1140103)).sheet())


@case("Nol di depan kode hilang; facilities.csv menunjukkan kode lengkapnya")
def lost_zero_that_the_list_shows(folder: Folder) -> None:
    folder.facilities("01140103,PUSKESMAS BALAI KARANGAN,puskesmas")
    folder.xlsx(BOOK, workbook(line(MELIAU, JAN), line(KARANGAN, JAN, code=1140103.0)).sheet())


@case("Kode 0114E005 diubah Excel menjadi 1,14E+07 tanpa pemetaan nama")
def code_as_power_of_ten(folder: Folder) -> None:
    lines = [line(MELIAU, JAN), line(BELANGIN, JAN, code="1.14E+07"), line(BELANGIN, FEB, code=11400000.0)]
    folder.xlsx(BOOK, workbook(*lines, line(MELIAU, FEB)).sheet())
    for month in (JAN, FEB):
        folder.expect("missing", (BELANGIN.code, month), kinds=UNMATCHED)


@case("Kode 1,14E+07 dengan pemetaan nama yang sudah ditinjau")
def code_as_power_of_ten_with_a_mapping(folder: Folder) -> None:
    folder.settings(f'names:\n  "{BELANGIN.name}": "{BELANGIN.code}"\n')
    lines = [line(MELIAU, JAN), line(BELANGIN, JAN, code="1,14E+07"), line(BELANGIN, FEB, code=1.14e7)]
    folder.xlsx(BOOK, workbook(*lines, line(MELIAU, FEB)).sheet())


@case("Kode dan nama dalam satu kolom: “0114A026 - PUSKESMAS MELIAU”")
def code_and_name_in_one_column(folder: Folder) -> None:
    table = workbook(*three(JAN))
    del table.headings["code"]
    table.headings["name"] = "Kode dan Nama FKTP"
    for one in table.lines:
        one.written["name"] = f"{one.facility.code} - {one.facility.name}"
    folder.xlsx(BOOK, table.sheet())


@case("Kode dan nama dalam satu kolom; nama sendiri memuat tanda hubung (SANGA - SANGA)")
def code_and_hyphenated_name_in_one_column(folder: Folder) -> None:
    table = workbook(*three(JAN))
    del table.headings["code"]
    table.headings["name"] = "Kode dan Nama FKTP"
    for one in table.lines:
        one.written["name"] = f"{one.facility.code} - {one.facility.name.replace(' ', ' - ')}"
    folder.xlsx(BOOK, table.sheet())


@case("Nama dieja berlain-lain dengan kode yang sama: UPTD, UPT, PKM, BLUD, angka Romawi dan Arab")
def names_spelt_otherwise_with_code(folder: Folder) -> None:
    spelt = {JAN: ("UPTD PUSKESMAS MELIAU", "PKM Sanggau", "UPT Puskesmas Belangin III"),
             FEB: ("Puskesmas Meliau (BLUD)", "UPT. PUSKESMAS SANGGAU", "PUSKESMAS BELANGIN 3"),
             MAR: ("UPTD. BLUD PUSKESMAS MELIAU", "Pusk. Sanggau", "BELANGIN III")}  # fmt: skip
    lines = [
        line(facility, month, name=name)
        for month, names in spelt.items()
        for facility, name in zip((MELIAU, SANGGAU, BELANGIN), names, strict=True)
    ]
    folder.xlsx(BOOK, workbook(*lines).sheet())


@case("Tanpa kolom kode; nama sesuai facilities.csv dalam ejaan lain (UPTD, Romawi, tanda hubung)")
def names_alone_with_the_list(folder: Folder) -> None:
    folder.facilities(*(f"{f.code},{f.name},puskesmas" for f in (MELIAU, SANGGAU, BELANGIN)))
    names = ("PUSKESMAS MELIAU", "UPTD Puskesmas SANG-GAU", "PKM BELANGIN III")
    table = tabel(*[line(f, MAR, name=n) for f, n in zip((MELIAU, SANGGAU, BELANGIN), names, strict=True)])
    del table.headings["code"]
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    for facility in (SANGGAU, BELANGIN):
        folder.expect("either", (facility.code, MAR), kinds=UNMATCHED)


@case("Tanpa kolom kode dan tanpa daftar: tidak seorang pun tahu kodenya")
def names_alone(folder: Folder) -> None:
    table = tabel(*three(MAR))
    del table.headings["code"]
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    folder.xlsx("lama.xlsx", workbook(line(SEKAYAM, JAN)).sheet())
    folder.refuse(MONTHLY, kinds=UNMATCHED)


@case("Tanpa kolom kode, dengan pemetaan nama yang sudah ditinjau di district.yml")
def names_alone_with_a_mapping(folder: Folder) -> None:
    names = {f.name: f.code for f in (MELIAU, SANGGAU, KARANGAN)}
    folder.settings("names:\n" + "".join(f'  "{name}": "{code}"\n' for name, code in names.items()))
    table = tabel(*three(MAR))
    del table.headings["code"]
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))


@case("Kode dan nama menunjuk fasilitas yang berbeda")
def code_against_name(folder: Folder) -> None:
    wrong = line(MELIAU, MAR, name=SANGGAU.name)
    lines = [*three(JAN), *three(FEB), wrong, line(KARANGAN, MAR)]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("missing", wrong.key, kinds=["code_name_clash"])


@case("Baris kabupaten lain di antara baris sendiri")
def rows_of_another_district(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet()
    other = workbook(
        line(SEKAYAM, JAN, code="0115A001", name="PUSKESMAS SEKADAU", district="KAB. SEKADAU"), of_truth=False
    )
    sheet.rows[2:2] = other.sheet().rows[1:]
    folder.xlsx(BOOK, sheet)
    folder.tell("rows_other_district", BOOK)


@case("Seluruh berkas dari kabupaten lain di folder yang salah")
def file_of_another_district(folder: Folder) -> None:
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    table = tabel(*[line(f, MAR, district="KAB. LAMPUNG SELATAN") for f in (MELIAU, SANGGAU)], of_truth=False)
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    folder.tell("rows_other_district", MONTHLY)


@case("Nama kabupaten dieja berlain-lain: Kab Sanggau, KABUPATEN SANGGAU, Sanggau, KAB.SANGGAU")
def district_spelt_otherwise(folder: Folder) -> None:
    spelt = ("Kab Sanggau", "KABUPATEN  SANGGAU", "Sanggau", "KAB.SANGGAU", "kab. sanggau ")
    facilities = (MELIAU, SANGGAU, BELANGIN, KARANGAN, SEKAYAM)
    lines = [line(f, JAN, district=word) for f, word in zip(facilities, spelt, strict=True)]
    folder.xlsx(BOOK, workbook(*lines).sheet())


@case("Kota dan kabupaten bernama sama: baris KOTA SANGGAU bukan KABUPATEN SANGGAU")
def city_of_the_same_name(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet()
    other = workbook(line(SEKAYAM, JAN, code="0115A009", district="KOTA SANGGAU"), of_truth=False)
    sheet.rows += other.sheet().rows[1:]
    folder.xlsx(BOOK, sheet)
    folder.tell("rows_other_district", BOOK)


@case("Kode menjadi bilangan desimal berkoma (14010201,0) dan teks dengan spasi NBSP")
def codes_with_comma_and_nbsp(folder: Folder) -> None:
    lines = [line(SEKAYAM, JAN, code="14010201,0"), line(MELIAU, JAN, code="0114A026\u00a0")]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("either", lines[0].key, kinds=UNMATCHED)


@case("Kode dengan huruf O sebagai nol (O114A026): bukan fasilitas baru")
def letter_o_in_code(folder: Folder) -> None:
    typo = line(MELIAU, FEB, code="O114A026")
    folder.xlsx(BOOK, workbook(*three(JAN), typo, line(SANGGAU, FEB)).sheet())
    for month in (JAN, FEB):  # one row each: nobody knows which of the two is right
        folder.expect("either", (MELIAU.code, month), kinds=["code_lookalike", "facility_unmatched"])


def _under(*, change: Callable[[str], str]) -> list[Line]:
    """Rows whose codes stand in another form, under which they are counted."""
    lines = [(one, line(one, JAN)) for one in (MELIAU, SANGGAU, KARANGAN)]
    return [replace(row, facility=replace(one, code=change(one.code))) for one, row in lines]


@case("Semua kode sebuah berkas kehilangan nol di depannya (114A026), dan tidak ada yang menunjukkan kode lengkapnya")
def every_zero_lost(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*_under(change=lambda code: code.removeprefix("0"))).sheet())
    folder.tell("codes_unusual", BOOK)


@case("Semua kode sebuah berkas diketik dengan huruf O sebagai nol (O114A026)")
def letter_o_in_every_code(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*_under(change=lambda code: f"O{code[1:]}")).sheet())
    folder.tell("codes_unusual", BOOK)


@case("Baris berangka tanpa kode dan tanpa nama")
def row_without_code_and_name(folder: Folder) -> None:
    lost = line(BELANGIN, JAN, code=None, name=None)
    folder.xlsx(BOOK, workbook(*three(JAN), lost).sheet())
    folder.expect("missing", lost.key, kinds=["row_without_facility"])


@case("Dua puskesmas bernama sama dengan kode berbeda tetap dua fasilitas")
def one_name_of_two_codes(folder: Folder) -> None:
    lines = [line(MELIAU, JAN, name="PUSKESMAS SUKAMAJU"), line(SANGGAU, JAN, name="PUSKESMAS SUKAMAJU")]
    folder.xlsx(BOOK, workbook(*lines, line(KARANGAN, JAN)).sheet())
    for one in lines:
        folder.expect("either", one.key, kinds=["code_name_clash"])


@case("Nama berisi <script>, =cmd, kutip, markdown, Typst, dan Lua: dibaca sebagai teks")
def names_with_code_of_programs(folder: Folder) -> None:
    names = ('<script>alert("x")</script>', "=cmd|' /C calc'!A1", "**tebal** [tautan](http://x) `x` $x$ #let x = 1")
    lines = [line(f, JAN, name=name) for f, name in zip((MELIAU, SANGGAU, KARANGAN), names, strict=True)]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.checks.append(
        lambda cleaned: "" if set(cleaned.table["facility_name"]) == set(names) else "names were changed"
    )


@case("Karakter kendali, penanda arah tulisan, dan teks sepanjang 30.000 huruf")
def control_characters_and_long_texts(folder: Folder) -> None:
    lines = [line(MELIAU, MAR, name="PUS\x07KESMAS \u202eMELIAU"), line(SANGGAU, MAR), line(KARANGAN, MAR)]
    lines[2].written["name"] = "PUSKESMAS " + "A" * 30_000
    folder.csv("kbk_mar24.csv", of_r(*lines).sheet())
    folder.tell("characters_dropped", "kbk_mar24.csv")
