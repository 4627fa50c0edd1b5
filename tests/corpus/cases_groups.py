"""What stands above months and indicators, and cells that hold two things or are written as a program writes them."""

from __future__ import annotations

import html

from corpus.cases import case
from corpus.cases_look_sound import months_beside, remember
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.cases_offices import other_month
from corpus.cases_tables import BOOK
from corpus.folder import Folder
from corpus.sheets import Cell, Merge, Row, Sheet, line, of_r, tabel, workbook
from corpus.truth import COUNTS, KLINIK, MELIAU, SANGGAU

WIDTH = len(COUNTS)
QUARTER = ["JANUARI", "FEBRUARI", "MARET"]
INDICATORS = ("Angka Kontak", "RRNS", "RPPT DM", "RPPT HT")


def under(sheet: Sheet, *groups: tuple[str, int, int]) -> Sheet:
    """A sheet of months beside each other under merged groups: text, first and last month from 0."""
    cells: list[Cell] = [None] * (2 + WIDTH * (1 + max(last for _, _, last in groups)))
    for text, first, _ in groups:
        cells[2 + WIDTH * first] = text
    top = Row(cells)
    sheet.rows.insert(0, top)
    sheet.merges += [Merge(top, top, 2 + WIDTH * first, 1 + WIDTH * (last + 1)) for _, first, last in groups]
    return sheet


@case("Bulan berjajar di bawah kelompok “SEMESTER I 2024”; tahunnya hanya di sana")
def months_under_a_half_year(folder: Folder) -> None:
    months = [JAN, FEB, MAR]
    remember(folder, under(months_beside(months, QUARTER), ("SEMESTER I 2024", 0, 2)), months)


@case("Bulan berjajar di bawah kelompok “TRIWULAN IV 2023” dan “TRIWULAN I 2024”")
def months_under_two_quarters(folder: Folder) -> None:
    months = ["2023-12", JAN, FEB]
    sheet = months_beside(months, ["DES", "JAN", "FEB"])
    remember(folder, under(sheet, ("TRIWULAN IV 2023", 0, 0), ("TRIWULAN I 2024", 1, 2)), months)


@case("Bulan Januari sampai Maret di bawah kelompok “SEMESTER II 2024”: kelompok dan bulannya bertentangan")
def months_under_another_half_year(folder: Folder) -> None:
    months = [JAN, FEB, MAR]
    remember(folder, under(months_beside(months, QUARTER), ("SEMESTER II 2024", 0, 2)), months)
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    folder.refuse("rekap.xlsx", kinds=["sheet_month_clash"])


@case("Bulan Januari sampai Maret berjajar di bawah judul “CAPAIAN KBK SEMESTER II TAHUN 2024”: bertentangan")
def months_under_the_title_of_another_half_year(folder: Folder) -> None:
    months = [JAN, FEB, MAR]
    sheet = months_beside(months, QUARTER).above(["CAPAIAN KBK SEMESTER II TAHUN 2024"], [])
    remember(folder, sheet, months)
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    folder.refuse("rekap.xlsx", kinds=["sheet_month_clash"])


@case("Bulan berjajar dengan kata di sampingnya: “Realisasi Jan 2024”, “Capaian Feb 2024”, “Data Maret 2024”")
def months_with_a_word(folder: Folder) -> None:
    months = [JAN, FEB, MAR]
    remember(folder, months_beside(months, ["Realisasi Jan 2024", "Capaian Feb 2024", "Data Maret 2024"]), months)


@case("Bulan berjajar “Realisasi Jan 2024” di samping “Target Feb 2024” dan “Realisasi s.d. Mar 2024”")
def months_with_a_word_of_other_figures(folder: Folder) -> None:
    labels = ["Realisasi Jan 2024", "Target Feb 2024", "Realisasi s.d. Mar 2024"]
    remember(folder, months_beside([JAN, FEB, MAR], labels), [JAN, FEB, MAR])
    folder.xlsx("lama.xlsx", workbook(line(KLINIK, JAN)).sheet())
    folder.refuse("rekap.xlsx", kinds=["sheet_month_unknown"])


def indicators(low: tuple[str, str, str]) -> Sheet:
    """A table of March with the parts of each ratio under its indicator."""
    table = tabel(*three(MAR))
    roles = [
        *("contacts", "registered", "ak", "nonspecialist_referrals", "referrals", "rrns"),
        *("dm_controlled", "dm_registered", "rppt_dm", "ht_controlled", "ht_registered", "rppt_ht"),
    ]
    table.headings = {"district": "", "code": "", "name": "", **dict(zip(roles, low * 4, strict=True))}
    sheet = table.sheet("Sheet 1")
    top = Row(["Dati2", "Kode PPK", "Faskes", *(cell for name in INDICATORS for cell in (name, None, None))])
    sheet.rows.insert(0, top)
    sheet.merges += [Merge(top, top, 3 + 3 * n, 5 + 3 * n) for n in range(4)]
    return sheet


@case("“N”, “D”, dan “%” di bawah nama indikator: pembilang, penyebut, rasio")
def letters_under_indicators(folder: Folder) -> None:
    folder.xlsx(MONTHLY, indicators(("N", "D", "%")))


@case("“D”, “N”, dan “%” di bawah nama indikator dengan isi yang tertukar: rasio tercetak membantahnya")
def letters_under_indicators_exchanged(folder: Folder) -> None:
    folder.xlsx(MONTHLY, indicators(("D", "N", "%")))
    other_month(folder)
    for one in three(MAR):
        folder.expect("missing", one.key)


@case(
    "Kode dan nama melekat dalam satu kolom: “0114A026PUSKESMAS MELIAU”, “0114A027-PUSKESMAS …”, “01140103/PUSKESMAS …”"
)
def code_glued_to_the_name(folder: Folder) -> None:
    table = workbook(*three(JAN))
    del table.headings["code"]
    table.headings["name"] = "Kode dan Nama FKTP"
    for one, mark in zip(table.lines, ("", "-", "/"), strict=True):
        one.written["name"] = f"{one.facility.code}{mark}{one.facility.name}"
    folder.xlsx(BOOK, table.sheet())


@case("CSV dari R: 100000 peserta tertulis 1e+05")
def powers_of_ten_of_r(folder: Folder) -> None:
    big = line(SANGGAU, MAR, {"registered": 100000, "contacts": 20000}, registered="1e+05")
    folder.csv("kbk_mar24.csv", of_r(line(MELIAU, MAR), big, line(KLINIK, MAR), dots=True).sheet())


@case("CSV yang disimpan ulang dari Excel: 112.350 peserta tampak 1E+05, dibulatkan")
def powers_of_ten_of_excel(folder: Folder) -> None:
    big = line(SANGGAU, MAR, {"registered": 112350, "contacts": 20000}, registered="1E+05")
    folder.csv("kbk_mar24.csv", of_r(line(MELIAU, MAR), big, line(KLINIK, MAR), dots=True).sheet())
    folder.expect("missing", big.key, "registered", kinds=["not_a_number"])


@case("Halaman web dari Google Sheets: huruf kolom di atas dan nomor baris di kiri")
def page_of_google_sheets(folder: Folder) -> None:
    sheet = tabel(*three(MAR)).sheet("")
    width = len(sheet.rows[0].cells)
    head = "".join(f'<th id="0C{n}" class="column-headers-background">{chr(65 + n)}</th>' for n in range(width))
    rows = "".join(
        f'<tr style="height: 20px"><th id="0R{n}" class="row-headers-background"><div class="row-header-wrapper" '
        f'style="line-height: 20px">{n + 1}</div></th>'
        + "".join(f'<td class="s0" dir="ltr">{html.escape("" if c is None else str(c))}</td>' for c in row.cells)
        + "</tr>"
        for n, row in enumerate(sheet.rows)
    )
    folder.remember("kbk mar 24.html", sheet.above(["A", "B"]))
    folder.put(
        "kbk mar 24.html",
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><div class="ritz grid-container" dir="ltr">'
        '<table class="waffle" cellspacing="0" cellpadding="0"><thead><tr><th class="row-header freezebar-origin-ltr">'
        f"</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>".encode(),
    )
