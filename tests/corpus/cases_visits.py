"""Visits of single participants as programs hand them out, beside a recap that lacks what is counted from them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence

from visit_files import HEADINGS, card, referral, visit, whole_month

from corpus.cases import case
from corpus.cases_months import MAR
from corpus.folder import Expected, Folder, Place
from corpus.truth import COUNTS, MELIAU

TRUE = dict(zip(COUNTS, (5, 1000, 1, 2, 1, 50, 1, 60), strict=True))
"""Five participants, of whom two were referred, one of these with TACC; one with DM and one with HT, both controlled."""
FILE = "kunjungan mar 24"
RECAP = (
    "Dati2;Kode PPK;Faskes;Bulan;Jumlah Kontak;Peserta Terdaftar;Kasus Non Spesialistik;Jumlah Rujukan;"
    "Prolanis DM Terkendali;Peserta Diangnosa DM;Prolanis HT Terkendali;Peserta Diangnosa HT\n"
    f"KAB. SANGGAU;{MELIAU.code};{MELIAU.name};{MAR};;1000;;;;50;;60\n"
)
Rows = list[dict[str, str]]


def visits(**cells: str) -> Rows:
    """The visits of the five; cells: of each of them, instead."""
    home = {"ppkpeserta": MELIAU.code, "kdppkkunjungan": MELIAU.code, "nmppkkunjungan": MELIAU.name}
    rows = [
        *whole_month(facilities=(MELIAU.code,)),
        visit(nokapst=card(2), nmjenisprolanis="HT", sistole="125", diastole="75"),
        visit(nokapst=card(3), nmjenisprolanis="DM", gdp="110"),
        referral(nokapst=card(4)),
        referral(nokapst=card(5), kdtacc="1"),
    ]
    return [
        {**row, **home, "no_kunjungan": f"{MELIAU.code}0324Y{number:06d}", **cells} for number, row in enumerate(rows)
    ]


def text(rows: Sequence[Mapping[str, str]], headings: Sequence[str] = HEADINGS, called: Sequence[str] = ()) -> str:
    """Visits as CSV; called: what the headings are called in it, where not as they are."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(called or headings)
    writer.writerows([[row.get(heading, "") for heading in headings] for row in rows])
    return stream.getvalue()


def district(folder: Folder, name: str, content: str | bytes) -> None:
    """A folder with the recap and a file of visits."""
    folder.put("rekap.csv", RECAP.encode())
    folder.put(name, content.encode() if isinstance(content, str) else content)
    key = MELIAU.code, MAR
    folder.places[key] = [Place("rekap.csv", "", 2, MELIAU.name)]
    for count, value in TRUE.items():
        folder.expected[key, count] = Expected(value)


@case("Kunjungan: setiap baris diakhiri satu pemisah lebih banyak daripada judulnya")
def visits_with_a_delimiter_too_many(folder: Folder) -> None:
    head, *lines = text(visits()).splitlines()
    district(folder, f"{FILE}.csv", "\n".join([head, *(f"{line}," for line in lines)]) + "\n")


@case("Kunjungan: hasil SSMS berkolom tetap (.rpt) dengan garis di bawah judul, NULL, dan banyaknya baris di bawahnya")
def visits_of_fixed_width_under_a_rule(folder: Folder) -> None:
    rows = [[row.get(heading) or "NULL" for heading in HEADINGS] for row in visits()]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    lines = [HEADINGS, ["-" * width for width in widths], *rows]
    drawn = [" ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    below = f"\n({len(rows)} rows affected)\n\nCompletion time: 2024-04-03T09:10:11.1234567+07:00\n"
    district(folder, f"{FILE}.rpt", "\ufeff" + "\n".join(drawn) + "\n" + below)


@case("Kunjungan: judul kolom dengan nama tabelnya, “FactKunjungan[nokapst]”")
def visits_with_names_of_tables_in_headings(folder: Folder) -> None:
    district(folder, f"{FILE}.csv", text(visits(), called=[f"FactKunjungan[{heading}]" for heading in HEADINGS]))


@case("Kunjungan: kolom is_deleted dan isbatal menandai kunjungan yang dibatalkan")
def visits_that_were_revoked(folder: Folder) -> None:
    gone = [{**row, "nokapst": card(90 + number), "is_deleted": "1"} for number, row in enumerate(visits())]
    rows = [{**row, "is_deleted": "0"} for row in visits()] + gone
    district(folder, f"{FILE}.csv", text(rows, [*HEADINGS, "is_deleted"]))
    folder.tell("visits_cancelled", f"{FILE}.csv")


@case("Kunjungan: nomor kartu diganti sandi SHA-256, huruf besar dan kecil bercampur")
def visits_with_pseudonyms(folder: Folder) -> None:
    rows = visits()
    for number, row in enumerate(rows):
        sign = hashlib.sha256(row["nokapst"].encode()).hexdigest()
        row |= {"nokapst": sign.upper() if number % 2 else sign, "nmpst": ""}
    district(folder, f"{FILE}.csv", text(rows))
    folder.tell("visits_card_pseudonym", f"{FILE}.csv")


@case("Kunjungan: gula darah puasa dalam mmol/L menurut judul kolomnya")
def visits_with_glucose_in_mmol(folder: Folder) -> None:
    rows = [{**row, "gdp": "6,1" if row.get("gdp") else ""} for row in visits()]
    called = ["GDP (mmol/L)" if heading == "gdp" else heading for heading in HEADINGS]
    district(folder, f"{FILE}.csv", text(rows, called=called))
    folder.tell("glucose_converted", f"{FILE}.csv")


@case("Kunjungan: NIK yang angka ke-16-nya menjadi 0 di Excel; kontaknya tidak dihitung")
def visits_with_numbers_cut_by_a_spreadsheet(folder: Folder) -> None:
    rows = [{**row, "nokapst": f"61030812{number:07d}0"} for number, row in enumerate(visits())]
    district(folder, f"{FILE}.csv", text(rows))
    for count in ("contacts", "dm_controlled", "ht_controlled"):
        folder.expect("blank", (MELIAU.code, MAR), count)
    folder.tell("visits_card_unreadable", f"{FILE}.csv")
    folder.tolerated |= {"contacts_not_counted", "visits_card_unreadable"}
