"""Rows of other districts in tables without a column for it: told by rows between, titles, names of sheets and files."""

from __future__ import annotations

import zipfile
from io import BytesIO

from corpus import writers
from corpus.cases import case
from corpus.cases_look_sound import sum_of
from corpus.cases_months import MAR, MONTHLY, three
from corpus.folder import Folder
from corpus.sheets import Cell, Line, Sheet, Table, of_r, tabel
from corpus.truth import COUNTS, Facility

SEKADAU = (Facility("0115A001", "PUSKESMAS SEKADAU"), Facility("0115A002", "PUSKESMAS NANGA TAMAN"))
WIDTH = 2 + len(COUNTS)


def _table(lines: list[Line], of_truth: bool = True) -> Table:
    table = tabel(*lines, of_truth=of_truth)
    del table.headings["district"]
    return table


def _foreign() -> list[Line]:
    """Facilities of Sekadau with figures of their own."""
    numbers = (1555, 11111, 5, 177, 13, 188, 21, 299)
    return [
        Line(facility, MAR, {count: n + 7 * place for count, n in zip(COUNTS, numbers, strict=True)}, {})
        for place, facility in enumerate(SEKADAU)
    ]


def _other(name: str = "Sheet 1") -> Sheet:
    return _table(_foreign(), of_truth=False).sheet(name)


def _rows() -> list[list[Cell]]:
    return [row.cells for row in _other().rows[1:]]


def _tell(folder: Folder, file: str = MONTHLY) -> None:
    folder.tell("rows_other_district", file)


@case("Lembar bernama SANGGAU dan SEKADAU, tanpa kolom kabupaten")
def sheets_named_by_districts(folder: Folder) -> None:
    folder.xlsx(MONTHLY, _table(three(MAR)).sheet("SANGGAU"), _other("SEKADAU"))
    _tell(folder)


@case(
    "Judul “KABUPATEN SEKADAU” sebaris sendiri, tanpa titik dua, dan “CAPAIAN KBK FKTP KAB. SEKADAU BULAN MARET 2024”"
)
def titles_of_another_district(folder: Folder) -> None:
    own = _table(three(MAR)).sheet().above(["CAPAIAN KBK"], ["KABUPATEN SANGGAU"], ["BULAN MARET 2024"])
    folder.xlsx("kbk.xlsx", own, _other("Sheet2").above(["CAPAIAN KBK"], ["KABUPATEN SEKADAU"], ["BULAN MARET 2024"]))
    _tell(folder, "kbk.xlsx")
    folder.xlsx("lain.xlsx", _other().above(["CAPAIAN KBK FKTP KAB. SEKADAU BULAN MARET 2024"]))
    _tell(folder, "lain.xlsx")


@case(
    "Kabupaten hanya di nama berkas: “kbk sekadau mar 24.csv”; “kc sintang mar 24.csv” ialah kantor cabang, bukan kabupaten"
)
def files_named_by_districts(folder: Folder) -> None:
    folder.csv("kbk kc sintang mar 24.csv", of_r(*three(MAR)).sheet())
    folder.put("kbk sekadau mar 24.csv", writers.csv_bytes(_other()))
    _tell(folder, "kbk sekadau mar 24.csv")


@case("Folder tiap kabupaten di dalam .zip")
def folders_named_by_districts(folder: Folder) -> None:
    buffer = BytesIO()
    own = _table(three(MAR)).sheet("")
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("KAB. SANGGAU/kbk mar 24.csv", writers.csv_bytes(own))
        archive.writestr("KAB. SEKADAU/kbk mar 24.csv", writers.csv_bytes(_other()))
    folder.put("kc sintang.zip", buffer.getvalue())
    folder.remember("kc sintang.zip/KAB. SANGGAU/kbk mar 24.csv", own)
    _tell(folder, "kc sintang.zip/KAB. SEKADAU/kbk mar 24.csv")


@case("Baris “A | KAB. SANGGAU” dan “B | KAB. SEKADAU” di antara baris, huruf kelompok dalam kolom sendiri")
def bands_with_letters(folder: Folder) -> None:
    sheet = _table(three(MAR)).sheet().after(0, ["A", "KAB. SANGGAU"])
    folder.xlsx(MONTHLY, sheet.below(["B", "KAB. SEKADAU"], *_rows()))
    _tell(folder)


@case("Baris “II. KABUPATEN SEKADAU”, “KOTA SINGKAWANG”, dan “SINTANG” saja di antara baris")
def bands_of_other_kinds(folder: Folder) -> None:
    sheet = _table(three(MAR)).sheet().after(0, ["I. KABUPATEN SANGGAU"])
    first, second = _rows()
    folder.xlsx(MONTHLY, sheet.below(["II. KABUPATEN SEKADAU"], first, [None, "KOTA SINGKAWANG"], second))
    _tell(folder)
    folder.xlsx("kbk  mar 24.xlsx", _table(three(MAR)).sheet().below([None, "SINTANG"], *_rows()))
    _tell(folder, "kbk  mar 24.xlsx")


def _sums() -> tuple[list[Cell], list[Cell]]:
    own, other = three(MAR), _foreign()
    table = _table(own)
    cells = [
        table.row(sum_of(*lines, code=None, name=name)).cells
        for lines, name in ((own, "KABUPATEN SANGGAU"), (other, "KABUPATEN SEKADAU"))
    ]
    return cells[0], cells[1]


@case("Jumlah tiap kabupaten di atas fasilitasnya, pada baris bernama kabupaten")
def sums_of_districts_above(folder: Folder) -> None:
    own, other = _sums()
    folder.xlsx(MONTHLY, _table(three(MAR)).sheet().after(0, own).below(other, *_rows()))
    _tell(folder)


@case("Jumlah tiap kabupaten di bawah fasilitasnya, kabupaten lain lebih dahulu")
def sums_of_districts_below(folder: Folder) -> None:
    own, other = _sums()
    folder.xlsx(MONTHLY, _table(three(MAR)).sheet().after(0, *_rows(), other).below(own))
    _tell(folder)


@case("Judul “KAB. SANGAU” (salah ketik) dan nama berkas “kbk puskesmas sekadau”: tetap daerah sendiri")
def names_that_are_of_no_other_district(folder: Folder) -> None:
    folder.xlsx("kbk puskesmas sekadau mar 24.xlsx", _table(three(MAR)).sheet("Sheet 1").above(["KAB. SANGAU"]))


@case("Jumlah kabupaten lain sebagai pembanding di bawah fasilitas sendiri: “6109 KAB. SEKADAU”, “6110 KAB. MELAWI”")
def sums_of_others_for_comparison(folder: Folder) -> None:
    table = _table(three(MAR))
    totals = [
        table.row(sum_of(*_foreign(), code=code, name=name)).cells
        for code, name in (("6109", "KAB. SEKADAU"), ("6110", "KAB. MELAWI"))
    ]
    folder.xlsx(MONTHLY, table.sheet().below(*totals))
