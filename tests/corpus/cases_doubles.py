"""Several rows or files for one facility-month."""

from __future__ import annotations

from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.cases_tables import BOOK
from corpus.folder import Folder
from corpus.sheets import line, of_r, tabel, workbook
from corpus.truth import BELANGIN, MELIAU, SANGGAU, counts


@case("Baris kembar yang sama")
def equal_rows(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*three(JAN), line(MELIAU, JAN)).sheet())
    folder.tell("rows_equal", BOOK)


@case("Dua baris satu fasilitas-bulan dengan angka kontak berbeda")
def different_rows(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*three(JAN), line(MELIAU, JAN, {"contacts": 1800})).sheet())
    folder.expect("missing", (MELIAU.code, JAN), "contacts", kinds=["rows_differ"])


@case("Berkas REVISI mengganti angka terdahulu dan menyebut setiap perubahan")
def revision(folder: Folder) -> None:
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))
    new = counts(MELIAU, MAR)["contacts"] + 50
    folder.xlsx("Tabel Capaian_kbk mar 24 REVISI.xlsx", tabel(line(MELIAU, MAR, {"contacts": new})).sheet("Sheet 1"))
    folder.value((MELIAU.code, MAR), contacts=new)
    folder.tell("figures_replaced", MONTHLY)


@case("Buku kerja kumulatif yang lebih baru mengubah bulan terdahulu")
def later_cumulative_workbook(folder: Folder) -> None:
    folder.xlsx("Capaian KBK (JAN 24).xlsx", workbook(*three(JAN)).sheet("Januari 24"))
    new = counts(SANGGAU, JAN)["referrals"] + 9
    later = [line(MELIAU, JAN), line(SANGGAU, JAN, {"referrals": new})]
    folder.xlsx(
        "Capaian KBK (JAN 24 - FEB 24).xlsx",
        workbook(*later).sheet("Januari 24"),
        workbook(*three(FEB)).sheet("Februari 24"),
    )
    folder.value((SANGGAU.code, JAN), referrals=new)
    folder.tell("figures_replaced", "Capaian KBK (JAN 24).xlsx")


@case("Dua berkas satu bulan yang berbeda angka, tanpa REVISI")
def two_files_of_one_month(folder: Folder) -> None:
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))
    other = three(MAR)
    other[1].true["dm_controlled"] += 4
    folder.csv("kbk_mar24.csv", of_r(*other).sheet())
    folder.expect("missing", (SANGGAU.code, MAR), "dm_controlled", kinds=["rows_differ"])


@case("Dua berkas satu bulan, tata letak berbeda, angka sama")
def two_files_that_agree(folder: Folder) -> None:
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))
    folder.csv("kbk_mar24.csv", of_r(*three(MAR)).sheet())
    folder.xlsx(BOOK, workbook(*three(MAR)).sheet("Maret 24"))


@case("Berkas yang sama disalin ke subfolder dengan nama “(1)”")
def same_file_twice(folder: Folder) -> None:
    sheet = workbook(*three(JAN)).sheet()
    folder.xlsx(BOOK, sheet)
    folder.put("salinan/Capaian KBK (1).xlsx", (folder.path / BOOK).read_bytes())
    folder.tell("file_duplicate", "salinan/Capaian KBK (1).xlsx")


@case("Dua berkas REVISI yang urutannya tidak diketahui dan berbeda angka")
def two_revisions(folder: Folder) -> None:
    folder.xlsx(MONTHLY, tabel(*three(MAR)).sheet("Sheet 1"))
    for name, more in (("kbk mar 24 REVISI.xlsx", 50), ("REVISI kbk mar 24 cabang.xlsx", 60)):
        new = counts(MELIAU, MAR)["contacts"] + more
        folder.xlsx(name, tabel(line(MELIAU, MAR, {"contacts": new})).sheet("Sheet 1"))
    folder.expect("missing", (MELIAU.code, MAR), "contacts", kinds=["rows_differ"])


@case("Baris kembar berbeda, salah satunya memuat tanda tanpa nilai: angka yang ada tidak dipilih diam-diam")
def double_with_a_sign(folder: Folder) -> None:
    lines = [*three(JAN), line(BELANGIN, JAN), line(BELANGIN, JAN, contacts="-")]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("either", (BELANGIN.code, JAN), "contacts")


@case("Baris kembar berbeda pada dua lembar satu buku kerja (Maret dan “Maret (2)”)")
def sheet_copied(folder: Folder) -> None:
    other = three(MAR)
    other[0].true["ht_controlled"] += 3
    folder.xlsx(BOOK, workbook(*three(MAR)).sheet("Maret 24"), workbook(*other).sheet("Maret 24 (2)"))
    folder.expect("missing", (MELIAU.code, MAR), "ht_controlled", kinds=["rows_differ"])
