"""Numbers: thousands points and decimal commas, lost thousands, signs without value, errors, formulas, ratios."""

from __future__ import annotations

from corpus import writers
from corpus.cases import case
from corpus.cases_months import FEB, JAN, MAR, MONTHLY, three
from corpus.cases_tables import BOOK
from corpus.folder import Folder
from corpus.sheets import Crossed, Formula, Pieces, Shown, dotted, line, of_r, tabel, workbook
from corpus.truth import BELANGIN, COUNTS, KARANGAN, KLINIK, MELIAU, SANGGAU, SEKAYAM, counts

AK = ("contacts", "registered")
RRNS = ("nonspecialist_referrals", "referrals")
ALL = (MELIAU, SANGGAU, BELANGIN, KARANGAN, SEKAYAM, KLINIK)


@case("Semua angka sebagai teks dengan titik ribuan, tanpa rasio tercetak")
def thousands_points_as_text(folder: Folder) -> None:
    lines = [line(f, JAN) for f in ALL]
    folder.xlsx(BOOK, workbook(*lines, number=lambda n: f"{n:,}".replace(",", ".")).sheet())


@case("Angka sebagai teks tanpa pemisah, dengan spasi di tepi")
def texts_with_blanks(folder: Folder) -> None:
    folder.xlsx(BOOK, workbook(*[line(f, JAN) for f in ALL], number=lambda n: f"  {n} ").sheet())


@case("Spasi tanpa putus (NBSP) sebagai pemisah ribuan dan di tepi angka")
def no_break_spaces(folder: Folder) -> None:
    nbsp = "\u00a0"
    lines = [line(f, MAR, name=f.name.replace(" ", nbsp)) for f in ALL]
    table = tabel(*lines, number=lambda n: f"{n:,}".replace(",", nbsp) + nbsp)
    table.headings = {role: word.replace(" ", nbsp) for role, word in table.headings.items()}
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))


@case("Koma ribuan gaya Inggris pada semua jumlah (12,350), rasio tercetak berdesimal titik (145.67)")
def english_numbers(folder: Folder) -> None:
    lines = [line(f, MAR) for f in ALL]
    table = tabel(*lines, number=lambda n: f"{n:,}")
    for one in lines:
        ratios = {role: str(table.cell(one, role)) for role in ("ak", "rrns", "rppt_dm", "rppt_ht", "rppt")}
        one.written |= {role: text.replace(",", ".") for role, text in ratios.items()}
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    for one in lines:
        thousands = [count for count in COUNTS if one.true[count] > 999]
        folder.expect("either", one.key, *thousands)


@case("Rasio berdesimal titik gaya Inggris (154.65), jumlah tetap bertitik ribuan (12.350)")
def english_ratios(folder: Folder) -> None:
    lines = [line(f, MAR) for f in ALL]
    table = tabel(*lines)
    for one in lines:
        ratios = {role: str(table.cell(one, role)) for role in ("ak", "rrns", "rppt_dm", "rppt_ht", "rppt")}
        one.written |= {role: text.replace(",", ".") for role, text in ratios.items()}
    folder.xlsx(MONTHLY, table.sheet("Sheet 1"))
    for one in lines:
        folder.expect("either", one.key)


@case("Titik ribuan menjadi desimal (12.470 tersimpan 12,47; nol akhir hilang); rasio tercetak membuktikan bacaannya")
def lost_thousands_proved_by_the_ratio(folder: Folder) -> None:
    lines = [line(f, MAR) for f in ALL]
    for one in lines:
        one.written |= {count: one.true[count] / 1000 if one.true[count] > 999 else one.true[count] for count in COUNTS}
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    # The true ratio alone proves a reading only where no other reading of both counts gives the same ratio.
    for one in lines:
        folder.expect("either", one.key)


@case("Titik ribuan hilang pada satu sel saja (peserta 12.470 → 12,47); rasio tercetak membuktikannya")
def one_lost_thousand_proved_by_the_ratio(folder: Folder) -> None:
    lines = three(MAR)
    lines[0].written["registered"] = lines[0].true["registered"] / 1000
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))


@case("Titik ribuan menjadi desimal tanpa rasio tercetak: tidak dapat dibuktikan")
def lost_thousands_without_proof(folder: Folder) -> None:
    lines = three(JAN)
    for one in lines:
        one.written |= {count: one.true[count] / 1000 for count in AK}
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("either", one.key, *AK, kinds=["not_whole", "thousands_restored", "numerator_above_denominator"])


@case("Kolom yang titik ribuannya hilang, satu sel menjadi bilangan bulat (2.000 → 2)")
def lost_thousands_that_look_whole(folder: Folder) -> None:
    lines = [line(MELIAU, JAN), line(SANGGAU, JAN, {"contacts": 2000}), line(KARANGAN, JAN)]
    for one in lines:
        one.written |= {"contacts": one.true["contacts"] / 1000}
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("either", one.key, "contacts")


@case("Peserta 12.000 menjadi 12 tanpa rasio tercetak")
def registered_lost_its_zeros(folder: Folder) -> None:
    lines = [line(MELIAU, JAN, {"registered": 12000}, registered=12), line(SANGGAU, JAN)]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("missing", lines[0].key, "registered", kinds=["numerator_above_denominator"])
    folder.expect("either", lines[0].key, "contacts", kinds=["numerator_above_denominator"])


@case("Angka yang kehilangan satu digit (12.470 tertulis 1.247); rasio tercetak bertentangan")
def lost_digit(folder: Folder) -> None:
    lines = three(MAR)
    lines[0].written["registered"] = "1.247"
    lines[1].written["contacts"] = "466"
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    for one, wrong, other in ((lines[0], "registered", "contacts"), (lines[1], "contacts", "registered")):
        folder.expect("missing", one.key, wrong, kinds=["ratio_contradicts", "numerator_above_denominator"])
        folder.expect("either", one.key, other, kinds=["ratio_contradicts", "numerator_above_denominator"])


@case("Rasio tercetak bertentangan dengan jumlahnya (RRNS 6,21 seharusnya 6,03)")
def printed_ratio_contradicts(folder: Folder) -> None:
    lines = three(MAR)
    lines[0].written["rrns"] = "9,21"
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    folder.expect("missing", lines[0].key, *RRNS, kinds=["ratio_contradicts"])


@case("Angka kontak tercetak dalam persen, per mil dengan tanda, dan pecahan (14,57%; 145,67 ‰; 0,14567)")
def percent_per_mille_and_fraction(folder: Folder) -> None:
    lines = [line(f, MAR) for f in (MELIAU, SANGGAU, KARANGAN)]
    exact = [one.true["contacts"] / one.true["registered"] for one in lines]
    lines[0].written["ak"] = f"{exact[0] * 100:.2f}%".replace(".", ",")
    lines[1].written["ak"] = f"{exact[1] * 1000:.2f} ‰".replace(".", ",")
    lines[2].written["ak"] = exact[2]
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    for one in lines:
        folder.expect("either", one.key, *AK, kinds=["ratio_contradicts"])


@case("Rasio sebagai angka persen Excel (0,0603 berformat 0,00%)")
def ratios_as_excel_percent(folder: Folder) -> None:
    lines = three(MAR)
    for one in lines:
        one.written["rrns"] = Shown(one.true["nonspecialist_referrals"] / one.true["referrals"], "0.00%")
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))


@case("Per mil yang kehilangan spasi: “1500/00”, “192.6 0/00” pada kolom angka kontak")
def per_mille_written_in_pieces(folder: Folder) -> None:
    lines = [line(MELIAU, MAR, {"contacts": 1950, "registered": 13000}, ak="1500/00"), line(SANGGAU, MAR)]
    lines[1].written["ak"] = f"{1000 * lines[1].true['contacts'] / lines[1].true['registered']:.1f} 0/00"
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    for one in lines:
        folder.expect("either", one.key, *AK)


@case("Tanda tanpa nilai pada sel jumlah: “-”, “N/A”, “?”, “belum lapor”, “#####”, “tidak ada data”, “x”")
def signs_without_value(folder: Folder) -> None:
    signs = {"contacts": "-", "registered": "N/A", "nonspecialist_referrals": "?", "referrals": "belum lapor",
             "dm_controlled": "#####", "dm_registered": "–", "ht_controlled": "tidak ada data", "ht_registered": "n.a."}  # fmt: skip
    folder.xlsx(BOOK, workbook(line(MELIAU, JAN, **signs), line(SANGGAU, JAN)).sheet())
    folder.expect("missing", (MELIAU.code, JAN))


@case("Sel kosong: hilang tanpa temuan, bukan nol")
def blank_cells(folder: Folder) -> None:
    blank = line(MELIAU, JAN, contacts=None, referrals="", dm_controlled="  ", ht_registered="\u00a0")
    folder.xlsx(BOOK, workbook(blank, line(SANGGAU, JAN)).sheet())
    folder.expect("blank", blank.key, "contacts", "referrals", "dm_controlled", "ht_registered")


@case("Angka 0 yang hanya tampak “-” karena format sel tetap nol")
def zero_shown_as_a_dash(folder: Folder) -> None:
    zero = line(BELANGIN, JAN, {"nonspecialist_referrals": 0})
    zero.written["nonspecialist_referrals"] = Shown(0, '#,##0;-#,##0;"-"')
    folder.xlsx(BOOK, workbook(zero, line(SANGGAU, JAN)).sheet())


@case("Sel galat Excel: #DIV/0!, #REF!, #N/A, #VALUE! pada jumlah dan rasio")
def error_cells(folder: Folder) -> None:
    lines = [
        line(MELIAU, MAR, contacts=Formula("=1/0", "#DIV/0!"), rrns=Formula("=1/0", "#DIV/0!")),
        line(SANGGAU, MAR, dm_registered=Formula("=A9", "#REF!"), ht_controlled=Formula("=NA()", "#N/A")),
        line(KARANGAN, MAR, referrals="#VALUE!"),
    ]
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    folder.expect("missing", lines[0].key, "contacts", kinds=["excel_error"])
    folder.expect("missing", lines[1].key, "dm_registered", "ht_controlled", kinds=["excel_error"])
    folder.expect("missing", lines[2].key, "referrals", kinds=["excel_error"])


@case("Rumus dengan hasil tersimpan dibaca seperti angka")
def formulas_with_values(folder: Folder) -> None:
    lines = three(JAN)
    for one in lines:
        one.written |= {count: Formula(f"={one.true[count]}+0", one.true[count]) for count in COUNTS}
    folder.xlsx(BOOK, workbook(*lines).sheet())


@case("Rumus tanpa hasil tersimpan")
def formulas_without_values(folder: Folder) -> None:
    lines = three(JAN)
    lines[0].written |= {count: Formula(f"={lines[0].true[count]}+0") for count in AK}
    sheet = workbook(*lines).sheet()
    folder.written(BOOK, writers.without_values(sheet), sheet)
    folder.expect("missing", lines[0].key, *AK, kinds=["formula_without_value"])


@case("Pembilang melebihi penyebut (kontak lebih banyak daripada peserta)")
def numerator_above_denominator(folder: Folder) -> None:
    lines = three(JAN)
    lines[0].written["contacts"] = lines[0].true["registered"] + 1
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("missing", lines[0].key, *AK, kinds=["numerator_above_denominator"])


@case("Isi kolom tertukar: Jumlah Kontak dan Peserta Terdaftar")
def swapped_columns(folder: Folder) -> None:
    lines = three(JAN)
    for one in lines:
        one.written |= {"contacts": one.true["registered"], "registered": one.true["contacts"]}
    folder.xlsx(BOOK, workbook(*lines).sheet("Januari 24"), workbook(*three(FEB)).sheet("Februari 24"))
    for one in lines:
        folder.expect("missing", one.key, *AK, kinds=["numerator_above_denominator"])


@case("Isi kolom DM dan HT tertukar; rasio tercetak membantahnya")
def swapped_diseases(folder: Folder) -> None:
    lines = three(MAR)
    swap = {"dm_controlled": "ht_controlled", "ht_controlled": "dm_controlled"}
    for one in lines:
        one.written |= {to: tabel().number(one.true[source]) for to, source in swap.items()}
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    for one in lines:
        folder.expect("missing", one.key, *swap, kinds=["columns_swapped"])
        folder.expect("either", one.key, "dm_registered", "ht_registered", kinds=["columns_swapped"])


@case("Jumlah pecahan, negatif, teks, tanggal, dan benar/salah pada sel jumlah")
def no_counts(folder: Folder) -> None:
    from corpus.truth import first_day

    bad = line(
        MELIAU, JAN, contacts=1748.5, registered=-12350, nonspecialist_referrals="dua", referrals=first_day(JAN),
        dm_controlled=True, dm_registered="200 orang", ht_controlled="12/300", ht_registered="3e2",
    )  # fmt: skip
    folder.xlsx(BOOK, workbook(bad, line(SANGGAU, JAN)).sheet())
    folder.expect("missing", bad.key)
    folder.expect("either", bad.key, "dm_registered", kinds=["not_a_number"])
    folder.expect("either", (SANGGAU.code, JAN), "contacts", kinds=["among_fractions"])  # one of two is a fraction
    folder.expected[bad.key, "dm_registered"].value = 200
    folder.expected[bad.key, "ht_registered"].value = 300


@case("Angka berupa bilangan dengan nol desimal (1748.0) dan teks “1748,00”")
def whole_numbers_with_decimals(folder: Folder) -> None:
    lines = three(JAN)
    lines[0].written["contacts"] = float(lines[0].true["contacts"])
    lines[1].written["contacts"] = f"{lines[1].true['contacts']},00"
    lines[2].written["contacts"] = f"{lines[2].true['contacts']:,}".replace(",", ".") + ",0"
    folder.xlsx(BOOK, workbook(*lines).sheet())


@case("Angka bercampur satu kolom: bilangan, teks bertitik, teks polos, apostrof di depan")
def mixed_numbers_and_texts(folder: Folder) -> None:
    lines = [line(f, JAN) for f in ALL]
    for position, one in enumerate(lines):
        true = one.true["registered"]
        one.written["registered"] = [
            true,
            str(true),
            f"{true:,}".replace(",", "."),
            f"'{true}",
            f"{true} ",
            float(true),
        ][position]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("either", lines[3].key, "registered")


@case("Dua angka tertulis menyambung (1235012470) dan angka sebesar penduduk provinsi")
def impossible_sizes(folder: Folder) -> None:
    lines = [line(MELIAU, JAN, registered=1235012470), line(SANGGAU, JAN, registered="30.128.30.248")]
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("missing", lines[0].key, "registered", kinds=["too_large"])
    folder.expect("missing", lines[1].key, "registered")


@case("Titik ribuan salah letak (1.23.50, 12.3500) dan koma ganda")
def misplaced_points(folder: Folder) -> None:
    lines = [line(MELIAU, MAR, registered="1.24.70"), line(SANGGAU, MAR, registered="30.3100"), line(KARANGAN, MAR)]
    lines[2].written["contacts"] = "3,,386"
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))
    for one, count in zip(lines, ("registered", "registered", "contacts"), strict=True):
        folder.expect("either", one.key, count)
    # Without its points 303.100 stands against the printed ratio; which of both counts is wrong, the file does not say.
    folder.expect("either", lines[1].key, "contacts")


@case("CSV bertitik koma dan desimal koma, semua sel berkutip")
def quoted_csv(folder: Folder) -> None:
    folder.csv("kbk_mar24.csv", of_r(*[line(f, MAR) for f in ALL]).sheet(), quoted=True)


@case("CSV berpemisah koma tanpa kutip, sehingga rasio berdesimal koma menggeser kolom")
def commas_shift_the_row(folder: Folder) -> None:
    sheet = of_r(*three(MAR), number=int).sheet()
    folder.csv("kbk_mar24.csv", sheet, ",", raw=True)
    folder.xlsx("lama.xlsx", workbook(*three(JAN)).sheet())
    folder.refuse("kbk_mar24.csv", kinds=["row_misaligned", "file_without_table", "file_unreadable"])


@case("Satu baris CSV bergeser karena titik koma di dalam nama tanpa kutip; satu baris terpotong")
def one_shifted_row(folder: Folder) -> None:
    lines = [line(MELIAU, MAR), line(SANGGAU, MAR, name="PUSKESMAS;SANGGAU"), line(KARANGAN, MAR), line(BELANGIN, MAR)]
    sheet = of_r(*lines).sheet()
    sheet.rows[4].cells = sheet.rows[4].cells[:9]
    folder.csv("kbk_mar24.csv", sheet, raw=True)
    for one in (lines[1], lines[3]):
        folder.expect("missing", one.key, kinds=["row_misaligned"])


@case("Angka menjadi teks berbilah satuan: “1.748 jiwa”, “Rp 12.350”, “12.350*”")
def numbers_with_units(folder: Folder) -> None:
    lines = [line(MELIAU, JAN), line(SANGGAU, JAN), line(KARANGAN, JAN)]
    for one, text in zip(lines, ("{} jiwa", "Rp {}", "{}*"), strict=True):
        one.written["registered"] = text.format(f"{one.true['registered']:,}".replace(",", "."))
    folder.xlsx(BOOK, workbook(*lines).sheet())
    for one in lines:
        folder.expect("either", one.key, "registered")


@case("Digit Arab-Timur, digit lebar penuh, dan huruf O sebagai nol")
def other_digits(folder: Folder) -> None:
    lines = three(JAN)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    lines[0].written["registered"] = str(lines[0].true["registered"]).translate(wide)
    lines[1].written["registered"] = str(lines[1].true["registered"]).replace("0", "O")
    folder.xlsx(BOOK, workbook(*lines).sheet())
    folder.expect("either", lines[0].key, "registered")
    folder.expect("missing", lines[1].key, "registered", kinds=["not_a_number"])


@case("Tidak ada rujukan: penyebut nol, rasio tercetak kosong, “-”, atau #DIV/0!")
def nothing_to_divide_by(folder: Folder) -> None:
    none = {"nonspecialist_referrals": 0, "referrals": 0}
    lines = [line(f, MAR, none, rrns=cell) for f, cell in ((MELIAU, ""), (SANGGAU, "-"), (KARANGAN, "#DIV/0!"))]
    lines.append(line(BELANGIN, MAR, none, rrns="0,00"))
    folder.xlsx(MONTHLY, tabel(*lines).sheet("Sheet 1"))


@case("Satu baris seluruh angkanya kosong: fasilitas belum melapor")
def a_row_without_figures(folder: Folder) -> None:
    empty = line(BELANGIN, JAN, **dict.fromkeys(COUNTS, None))
    folder.xlsx(BOOK, workbook(*three(JAN), empty).sheet())
    folder.expect("blank", empty.key)


@case("Angka satu fasilitas sama persis dengan bulan lalu (salin-tempel): tetap dibaca")
def repeated_month(folder: Folder) -> None:
    same = counts(BELANGIN, JAN)
    folder.xlsx(BOOK, workbook(*three(JAN), *three(FEB), line(BELANGIN, JAN), line(BELANGIN, FEB, same)).sheet())


# What the writing says


@case(
    "Angka, nama, dan sebagian angka yang dicoret di Excel: “1111” seluruhnya, “9” di depan “244”, dan satu baris lama"
)
def crossed_out(folder: Folder) -> None:
    meliau, sanggau, karangan = three(JAN)
    meliau.written["contacts"] = Crossed(1111)
    sanggau.written["referrals"] = Pieces("1", "9", "font_strikeout", "288")
    sheet = workbook(meliau, sanggau, karangan).sheet()
    old = [Crossed(cell) if isinstance(cell, str | int) else cell for cell in sheet.rows[3].cells]
    folder.xlsx(BOOK, sheet.after(2, [*old[:5], Crossed(3000), *old[6:]]))
    folder.expect("missing", meliau.key, "contacts", kinds=["struck_out"])
    folder.expect("missing", sanggau.key, "referrals", kinds=["struck_out"])
    folder.tell("row_struck", BOOK, "Sheet1")


@case(
    "Tanda catatan yang diangkat di belakang angka: 83¹ sebagai huruf kecil Excel dan sebagai karakter, di judul juga"
)
def raised_marks(folder: Folder) -> None:
    meliau, sanggau, karangan = three(JAN)
    meliau.written["ht_controlled"] = Pieces(str(meliau.true["ht_controlled"]), "1", "font_script")
    sanggau.written["ht_controlled"] = f"{sanggau.true['ht_controlled']}²"
    sheet = workbook(meliau, sanggau, karangan).sheet()
    place = sheet.rows[0].cells.index("JUMLAH KONTAK")
    sheet.rows[0].cells[place] = Pieces("JUMLAH KONTAK", "1)", "font_script")
    folder.xlsx(BOOK, sheet)
    for one in (meliau, sanggau):
        folder.expect("missing", one.key, "ht_controlled", kinds=["not_a_number"])


@case("Halaman web: angka dicoret (<s>), tanda catatan (<sup>), dan kunci pengurut yang disembunyikan lembar gaya")
def web_page_with_marks(folder: Folder) -> None:
    meliau, sanggau, karangan = three(MAR)
    sheet = tabel(meliau, sanggau, karangan).sheet("")
    folder.remember("kbk mar 24.xls", sheet)
    page = writers.html_table(sheet).decode()
    first, second = (dotted(one.true["contacts"]) for one in (meliau, sanggau))
    page = page.replace(f">{first}<", f"><s>{first}</s><").replace(f">{second}<", f">{second}<sup>1</sup><")
    third = dotted(karangan.true["registered"])
    page = page.replace(f">{third}<", f'><span class="urut">0{third}</span>{third}<')
    page = page.replace("<head>", "<head><style>@media print {.cetak {display: none}} td, .urut {display:none}</style>")
    folder.put("kbk mar 24.xls", page.encode())
    folder.expect("missing", meliau.key, "contacts", kinds=["struck_out"])
    folder.expect("missing", sanggau.key, "contacts", kinds=["not_a_number"])


@case("PDF menjadi Excel: dua fasilitas dalam satu baris, “100 139” yang tampak bilangan ribuan di samping “859 1360”")
def two_facilities_in_one_row(folder: Folder) -> None:
    meliau, sanggau, karangan = three(JAN)
    both = {count: f"{meliau.true[count]} {sanggau.true[count]}" for count in COUNTS}
    meliau.written |= {**both, "referrals": "160 139"}
    folder.xlsx(BOOK, workbook(meliau, karangan).sheet())
    folder.expect("missing", meliau.key, kinds=["two_in_one"])
