"""Figures that a reader can take and yet must ask about: rounded, provisional, of an old version, beside another total."""

from __future__ import annotations

from collections import Counter

from analysis.clean import Cleaned
from corpus.cases import case
from corpus.cases_disguised import FILE, beside_another, of_five, plain, with_column
from corpus.cases_months import FEB, JAN, MAR
from corpus.folder import Folder, Place
from corpus.sheets import Cell, Commented, Formula, Line, Sheet, line
from corpus.truth import COUNTS, KLINIK, MELIAU, counts


def quiet(folder: Folder, *kinds: str) -> None:
    """Expect no finding of these kinds anywhere."""

    def check(result: Cleaned) -> str:
        said = set(kinds) & set(result.ledger["kind"])
        return f"a false alarm: {said}" if said else ""

    folder.checks.append(check)


# Rounded


def rounded(lines: list[Line], digits: int) -> list[Line]:
    """The facilities whose true counts nobody knows any more: all that is sent is rounded."""
    for one in lines:
        for count in COUNTS:
            one.true[count] = round(one.true[count], -digits if one.true[count] > 150 else -1)
    return lines


@case("Semua angka dibulatkan ke puluhan atau ratusan, tanpa catatan")
def figures_rounded(folder: Folder) -> None:
    folder.xlsx("kbk feb 24.xlsx", plain(*rounded(of_five(FEB), 1)).sheet())
    folder.xlsx(FILE, plain(*rounded(of_five(), 2)).sheet())
    folder.tell("figures_rounded", "kbk feb 24.xlsx")
    folder.tell("figures_rounded", FILE)


@case("Hanya kolom Jumlah Kontak yang dibulatkan ke puluhan")
def one_column_rounded(folder: Folder) -> None:
    lines = [*of_five(), line(KLINIK, MAR)]
    for one in lines:
        one.true["contacts"] = round(one.true["contacts"], -1)
    folder.xlsx(FILE, plain(*lines).sheet())
    folder.tell("figures_rounded", FILE)


# Provisional

NOTES = (
    "*) data Pkm Meliau bulan Maret belum lengkap", "*) Data sementara", "Ket: angka sangat sementara",
    "*) angka Puskesmas Sanggau masih estimasi", "*) Puskesmas Belangin 3 baru melapor sampai minggu ketiga",
    "data belum final", "* kontak Pkm Meliau masih perkiraan", "Data belum termasuk Pustu", "Data hanya sampai tanggal 25",
)  # fmt: skip


@case(
    "Catatan di bawah tabel: “data Pkm X bulan Maret belum lengkap”, “Data sementara”, “angka … masih estimasi”, “baru melapor sampai minggu ketiga”"
)
def notes_of_provisional_figures(folder: Folder) -> None:
    for number, note in enumerate(NOTES):
        folder.xlsx(f"kbk mar 24 {number}a.xlsx", plain(*of_five()).sheet().below([], [note]))
        folder.tell("figures_provisional", f"kbk mar 24 {number}a.xlsx")


@case("“(DATA SEMENTARA)” di atas tabel, “data belum lengkap” pada kolom Keterangan, dan nama “… sementara.xlsx”")
def provisional_figures_elsewhere(folder: Folder) -> None:
    folder.xlsx(FILE, plain(*of_five()).sheet().above(["CAPAIAN KBK MARET 2024"], ["(DATA SEMENTARA)"], []))
    lines = of_five(FEB)
    lines[0].written["note_ak"] = "data belum lengkap"
    for one in lines[1:]:
        one.written["note_ak"] = "Tercapai"
    table = plain(*lines)
    table.headings["note_ak"] = "Keterangan"
    folder.xlsx("kbk feb 24.xlsx", table.sheet())
    folder.xlsx("kbk jan 24 sementara.xlsx", plain(*of_five("2024-01")).sheet())
    for file in (FILE, "kbk feb 24.xlsx", "kbk jan 24 sementara.xlsx"):
        folder.tell("figures_provisional", file)


@case("Catatan “data belum lengkap (konfirmasi Budi Hartanto)”: nama orang tidak dikutip")
def a_person_in_a_note(folder: Folder) -> None:
    folder.xlsx(
        FILE, plain(*of_five()).sheet().below([], ["*) data Pkm Meliau belum lengkap (konfirmasi Budi Hartanto)"])
    )
    folder.tell("figures_provisional", FILE)
    folder.checks.append(lambda result: "a person is named" if "Hartanto" in result.ledger.to_csv() else "")


@case(
    "Komentar sel Excel: “data belum lengkap” pada satu angka, “seharusnya 1.850” (oleh Budi Hartanto) pada angka lain"
)
def comments_on_cells(folder: Folder) -> None:
    lines = of_five()
    lines[0].written["contacts"] = Commented(lines[0].true["contacts"], "Budi Hartanto:\ndata belum lengkap")
    lines[1].written["contacts"] = Commented(lines[1].true["contacts"], "Budi Hartanto:\nseharusnya 1.850")
    folder.xlsx(FILE, plain(*lines).sheet())
    folder.tell("figures_provisional", FILE)
    folder.tell("cell_commented", FILE)
    folder.checks.append(lambda result: "a person is named" if "Hartanto" in result.ledger.to_csv() else "")


@case(
    "Catatan yang hanya mirip: “Data sudah lengkap dan final”, “Pendaftaran sementara ditutup”, “Data sudah diverifikasi”"
)
def notes_that_figures_are_final(folder: Folder) -> None:
    said = ("*) Data sudah lengkap dan final", "Pendaftaran sementara ditutup", "Data sudah diverifikasi")
    folder.xlsx(FILE, plain(*of_five()).sheet().below([], *([text] for text in said)))
    quiet(folder, "figures_provisional")


# Totals


def with_total(table_lines: list[Line]) -> tuple[Sheet, list[str]]:
    """Five facilities with the row of their total, and the roles of the columns."""
    table = plain(*table_lines)
    roles = list(table.headings)
    total: list[Cell] = [sum(o.true[role] for o in table_lines) if role in COUNTS else None for role in roles]
    total[roles.index("name")] = "JUMLAH"
    return table.sheet().below(total), roles


@case("Satu kolom tertempel satu baris lebih tinggi atau lebih rendah hingga menimpa baris jumlah")
def columns_pasted_over_the_total(folder: Folder) -> None:
    for number, (month, role) in enumerate(((FEB, "contacts"), (MAR, "registered"))):
        lines = of_five(month)
        sheet, roles = with_total(lines)
        place = roles.index(role)
        cells = [row.cells[place] for row in sheet.rows[1:]]
        moved = [*cells[1:], None] if number else [None, *cells[:-1]]
        for row, cell in zip(sheet.rows[1:], moved, strict=True):
            row.cells[place] = cell
        folder.xlsx(f"kbk {month}.xlsx", sheet)
        for one in lines:
            folder.expect("missing", one.key, role, kinds=["column_moved"])


@case("Satu kolom tertempel dua baris lebih rendah hingga menimpa baris jumlah")
def a_column_pasted_two_rows_lower(folder: Folder) -> None:
    lines = of_five()
    sheet, roles = with_total(lines)
    place = roles.index("contacts")
    cells = [row.cells[place] for row in sheet.rows[1:]]
    for row, cell in zip(sheet.rows[1:], [None, None, *cells[:-2]], strict=True):
        row.cells[place] = cell
    folder.xlsx(FILE, sheet)
    for one in lines:
        folder.expect("missing", one.key, "contacts", kinds=["column_moved"])


@case("Baris “Tertinggi”, “Min”, “Rata2”, “Selisih”, “s.d. bulan lalu” di bawah tabel bukan fasilitas")
def other_labels_below_a_table(folder: Folder) -> None:
    sheet, _ = with_total(of_five())
    for label in ("Tertinggi", "Min", "Rata2", "Selisih", "s.d. bulan lalu"):
        cells = list(sheet.rows[3].cells)
        cells[list(plain().headings).index("name")] = label
        cells[list(plain().headings).index("code")] = None
        sheet.below(cells)
    folder.xlsx(FILE, sheet)


@case("Jumlah Kontak pada baris jumlah tidak sama dengan hasil penjumlahan; jumlah kolom lain cocok")
def a_total_that_differs(folder: Folder) -> None:
    lines = of_five()
    sheet, roles = with_total(lines)
    place = roles.index("contacts")
    sheet.rows[-1].cells[place] -= 77
    folder.xlsx(FILE, sheet)
    folder.tell("total_differs", FILE)


@case("Baris jumlah yang cocok, juga bila fasilitas pertama belum melapor kontaknya")
def a_total_without_the_first_facility(folder: Folder) -> None:
    lines = of_five()
    sheet, roles = with_total(lines)
    place = roles.index("contacts")
    sheet.rows[-1].cells[place] -= lines[0].true["contacts"]
    sheet.rows[1].cells[place] = None
    folder.xlsx(FILE, sheet)
    folder.expect("blank", lines[0].key, "contacts")
    quiet(folder, "total_differs", "column_moved")


# Versions


@case(
    "Lembar “Maret lama”, “Maret backup”, “Maret salah” di samping “Maret” memuat dua fasilitas yang tidak ada di lembar lain"
)
def facilities_on_old_sheets_alone(folder: Folder) -> None:
    lines = of_five()
    old = [plain(*of_five()).sheet(f"Maret {word}") for word in ("lama", "backup", "salah")]
    folder.xlsx("kbk 2024.xlsx", plain(*lines[:3]).sheet("Maret"), *old)
    for one in lines[3:]:
        folder.expect("missing", one.key, kinds=["old_version_alone"])


@case("Lembar “Maret (2)” memuat dua fasilitas yang tidak ada di “Maret”: dipakai, dengan peringatan")
def facilities_on_a_second_sheet_alone(folder: Folder) -> None:
    folder.xlsx("kbk 2024.xlsx", plain(*of_five()[:3]).sheet("Maret"), plain(*of_five()[3:]).sheet("Maret (2)"))
    folder.tell("old_version_used", "kbk 2024.xlsx", "Maret (2)")


# Codes


@case(
    "Satu puskesmas dengan dua kode dalam satu bulan dan satu berkas, angkanya terbagi: dua fasilitas, dengan peringatan"
)
def one_puskesmas_under_two_codes(folder: Folder) -> None:
    lines = of_five()
    sheet = plain(*lines).sheet()
    other = plain(line(MELIAU, MAR, code="0114E099", contacts=None, registered=None)).sheet().rows[1]
    sheet.below(other.cells)
    for place, role in enumerate(plain().headings):
        if role in COUNTS[2:]:
            sheet.rows[1].cells[place] = None
    folder.xlsx(FILE, sheet)
    folder.expect("blank", lines[0].key, *COUNTS[2:])
    folder.places["0114E099", MAR] = [Place(FILE, "Sheet1", len(sheet.rows), MELIAU.name)]
    folder.tell("name_shared", FILE)


# Carried from elsewhere


@case("Hanya Jumlah Kontak yang dijumlahkan sejak Januari pada tiga lembar bulan, kolom lain angka sebulan")
def contacts_added_up_alone(folder: Folder) -> None:
    sheets = []
    sums: Counter[str] = Counter()
    for month, name in ((JAN, "Januari"), (FEB, "Februari"), (MAR, "Maret")):
        lines = of_five(month)
        for one in lines:
            sums[one.facility.code] += one.true["contacts"]
            one.true["contacts"] = sums[one.facility.code]
        sheets.append(plain(*lines).sheet(name))
    folder.xlsx("kbk 2024.xlsx", *sheets)
    folder.tell("months_added_up", "kbk 2024.xlsx", "Maret")


@case("Kolom Jumlah Kontak lembar Maret tersalin dari Februari, kolom lain angka Maret")
def contacts_copied_from_the_month_before(folder: Folder) -> None:
    lines = of_five()
    for one in lines:
        one.true["contacts"] = counts(one.facility, FEB)["contacts"]
    folder.xlsx("kbk 2024.xlsx", plain(*of_five(FEB)).sheet("Februari"), plain(*lines).sheet("Maret"))
    folder.tell("columns_of_two_months", "kbk 2024.xlsx", "Maret")


@case("Kolom “Tanggal” berisi 15-03-2024 di berkas bulan Maret: bulannya belum berakhir")
def a_day_within_the_month(folder: Folder) -> None:
    beside_another(folder)
    with_day = with_column(plain(*of_five()), "Tanggal", "15/03/2024")
    folder.xlsx(FILE, with_day.sheet())
    folder.refuse(FILE, kinds=["month_not_over"])


@case("Kolom “Tanggal” berisi hari terakhir bulannya atau tanggal sesudahnya, dan “Tgl Input” tanggal mana pun")
def days_that_say_nothing(folder: Folder) -> None:
    for month, heading, day in (
        ("jan", "Tanggal", "31/01/2024"),
        ("feb", "Tgl", "05/03/2024"),
        ("mar", "Tgl Input", "15/03/2024"),
    ):
        number = {"jan": "2024-01", "feb": FEB, "mar": MAR}[month]
        folder.xlsx(f"kbk {month} 24.xlsx", with_column(plain(*of_five(number)), heading, day).sheet())


def repeating(form: str, names: tuple[str, str]) -> list[Sheet]:
    """Two sheets, of which the contacts of the second are formulas to cells of the first."""
    first, second = plain(*of_five(FEB)).sheet(names[0]), plain(*of_five()).sheet(names[1])
    place = list(plain().headings).index("contacts")
    for number, (other, row) in enumerate(zip(first.rows, second.rows, strict=True), start=1):
        if number > 1:
            formula = form.format(cell=f"{chr(65 + place)}{number}", row=number)
            row.cells[place] = Formula(formula, other.cells[place])
    return [first, second]


@case("Jumlah Kontak lembar Maret berupa rumus ke sel lembar Februari (“=Februari!C5”): angka bulan lalu")
def figures_of_the_month_before_by_formula(folder: Folder) -> None:
    folder.xlsx("kbk 2024.xlsx", *repeating("=+'Februari'!${cell}", ("Februari", "Maret")))
    for one in of_five():
        folder.expect("missing", one.key, "contacts", kinds=["count_carried_over"])


@case("Jumlah Kontak dicari di lembar Februari: “=IFERROR(VLOOKUP(…;Februari!B:T;…);0)”")
def figures_looked_up_in_the_month_before(folder: Folder) -> None:
    form = "=IFERROR(VLOOKUP($B{row},Februari!$B$1:$T$9,4,FALSE),0)"
    folder.xlsx("kbk 2024.xlsx", *repeating(form, ("Februari", "Maret")))
    for one in of_five():
        folder.expect("missing", one.key, "contacts", kinds=["count_carried_over"])


@case("Rumus yang menghitung bulan ini dari jumlah berjalan (“=5000-Februari!C5”): angkanya angka bulan ini")
def figures_reckoned_from_running_sums(folder: Folder) -> None:
    first, second = repeating("=5000-Februari!{cell}", ("Februari", "Maret"))
    place = list(plain().headings).index("contacts")
    for row, one in zip(second.rows[1:], of_five(), strict=True):
        row.cells[place] = Formula(row.cells[place].text, one.true["contacts"])
    folder.xlsx("kbk 2024.xlsx", first, second)


@case("Catatan “Data Puskesmas Meliau menggunakan data bulan Februari” di bawah tabel Maret")
def a_note_of_figures_of_the_month_before(folder: Folder) -> None:
    lines = of_five()
    note = "Data Puskesmas Meliau menggunakan data bulan Februari"
    folder.xlsx(FILE, plain(*lines).sheet().below([], [note]))
    folder.expect("missing", lines[0].key, kinds=["row_month_clash"])


@case("Rumus ke lembar “Data Maret” dari lembar Maret: angka bulan itu")
def figures_of_the_same_month_by_formula(folder: Folder) -> None:
    first, second = repeating("='Data Maret'!{cell}", ("Data Maret", "Maret"))
    place = list(plain().headings).index("contacts")
    for source, row, one in zip(first.rows[1:], second.rows[1:], of_five(), strict=True):
        source.cells = list(plain(one).sheet().rows[1].cells)
        source.key, source.true = one.key, one.true
        row.cells[place] = Formula(row.cells[place].text, one.true["contacts"])
    folder.xlsx("kbk 2024.xlsx", first, second)
