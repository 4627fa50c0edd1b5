"""Dirt around the table and in the files: other rows, columns, sheets, names, encodings, archives, further files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

from corpus import writers
from corpus.compose import INDICATORS, Plan, dirt
from corpus.folder import Folder
from corpus.sheets import Cell, Line, Merge, Row, Sheet, dotted, line
from corpus.truth import COUNTS, MONTH_WORDS, SHORT_WORDS, first_day, in_words

Rows = Sequence[Sequence[Cell]]


# Columns and headings


@dirt("table")
def headings_written_otherwise(plan: Plan) -> None:
    """Headings in capitals, with dots, breaks and spaces."""
    ways: list[Callable[[str], str]] = [
        str.upper, str.lower, lambda w: w.replace(" ", "."), lambda w: w.replace(" ", "\n"), lambda w: f"  {w} ",
            lambda w: w.replace(" ", "_"), lambda w: w.replace(" ", "\u00a0")]  # fmt: skip
    for file in plan.files:
        for table in file.tables:
            table.headings = {role: plan.rng.choice(ways)(word) for role, word in table.headings.items()}


@dirt("table")
def synonyms(plan: Plan) -> None:
    """Headings that other exports use for the same."""
    other = {"district": ["Kabupaten", "nmdati2", "Dati2"], "name": ["nmppk", "Nama Faskes", "NAMA FKTP"],
             "code": ["kdppk", "Kode FKTP"], "type": ["Jenis Fktp", "nmtypeppk"], "dm_registered": ["Peserta Diagnosa DM"],
             "ht_registered": ["Peserta Diagnosa HT"], "contacts": ["JUMLAH KONTAK", "Jumlah.Kontak"]}  # fmt: skip
    for file in plan.files:
        for table in file.tables:
            for role, words in other.items():
                if role in table.headings and plan.rng.random() < 0.6:
                    table.headings[role] = plan.rng.choice(words)


@dirt("table")
def shuffled_columns(plan: Plan) -> None:
    """Columns in any order."""
    for file in plan.files:
        for table in file.tables:
            roles = list(table.headings)
            plan.rng.shuffle(roles)
            table.headings = {role: table.headings[role] for role in roles}


@dirt("table")
def further_columns(plan: Plan) -> None:
    """Columns that nobody knows, in between."""
    for file in plan.files:
        for table in file.tables:
            items = list(table.headings.items())
            items.insert(
                plan.rng.randrange(len(items) + 1), ("further", plan.rng.choice(["Kuota", "Biaya", "Zona KBK"]))
            )
            table.headings = dict(items)
            for one in table.lines:
                one.written["further"] = plan.rng.choice([None, 17, "baik", 1234.5])


@dirt("table")
def a_column_absent(plan: Plan) -> None:
    """A needed column is not there in one file."""
    file = plan.rng.choice(plan.files)
    count = plan.rng.choice(COUNTS)
    for table in file.tables:
        del table.headings[count]
    plan.refused[file.name] = ("sheet_columns_missing", "file_without_table")


@dirt("sheet")
def a_column_twice(plan: Plan) -> None:
    """A needed column stands twice with other figures."""
    file = plan.rng.choice(plan.files)
    count = plan.rng.choice(COUNTS)
    for table, sheet in zip(file.tables, file.sheets, strict=True):
        if count not in table.headings:
            return
        for row in sheet.rows:
            row.cells.append(table.headings[count] if row.true is None else row.true[count] + 1)
    plan.refused.setdefault(file.name, ("sheet_columns_double", "sheet_columns_ambiguous"))


# Rows


def _anywhere(plan: Plan, sheet: Sheet, *rows: Row) -> None:
    """Put rows somewhere below the headings, but not into a merged cell."""
    first = next(n for n, row in enumerate(sheet.rows) if row.key is not None)
    for row in rows:
        sheet.rows.insert(len(sheet.rows) if sheet.merges else plan.rng.randint(first, len(sheet.rows)), row)


def _like(plan: Plan, sheet: Sheet, **changed: Cell) -> Row:
    """A row in the columns of a sheet: texts and counts of one of its lines, changed by role; no facility-month."""
    for file in plan.files:
        for table, own in zip(file.tables, file.sheets, strict=True):
            if own is sheet:
                one = plan.rng.choice(table.lines)
                clean = line(one.facility, one.month, one.true, **changed)
                cells = [table.cell(clean, role) for role in table.headings]
                beside = next(row.cells for row in sheet.rows if row.key is not None)
                gap = len(beside) - len(cells)
                return Row([*[None] * gap, *cells] if gap > 0 and beside[0] is None else cells)
    raise AssertionError("the sheet is of no file")


@dirt("sheet")
def totals(plan: Plan) -> None:
    """Rows of totals, means and targets among the rows."""
    for word in plan.rng.sample(["TOTAL", "Jumlah", "Sub Total", "Rata-rata", "Target", "GRAND TOTAL"], 2):
        sheet = plan.sheet()
        sums = {count: sum(row.true[count] for row in sheet.rows if row.true) for count in COUNTS}
        cells = {count: dotted(n) for count, n in sums.items()}
        blank = dict.fromkeys(("month", "code", "district", "type"))
        _anywhere(plan, sheet, _like(plan, sheet, **blank, **cells, name=word))


@dirt("sheet")
def column_numbers(plan: Plan) -> None:
    """A row of column numbers below the headings."""
    sheet = plan.sheet()
    first = next(n for n, row in enumerate(sheet.rows) if row.key is not None)
    numbers = iter(range(1, 100))
    sheet.rows.insert(first, Row([next(numbers) if head else None for head in sheet.rows[first - 1].cells]))


@dirt("sheet")
def empty_rows(plan: Plan) -> None:
    """Empty rows anywhere."""
    sheet = plan.sheet()
    for _ in range(plan.rng.randint(1, 4)):
        sheet.rows.insert(plan.rng.randint(0, len(sheet.rows)), Row([None] * len(sheet.rows[-1].cells)))


@dirt("sheet")
def headings_again(plan: Plan) -> None:
    """The headings once more."""
    sheet = plan.sheet()
    first = next(n for n, row in enumerate(sheet.rows) if row.key is not None)
    heads = [
        row
        for row in sheet.rows[:first]
        if sum(isinstance(cell, str) and bool(cell.strip()) for cell in row.cells) > 10
    ]
    if heads:
        _anywhere(plan, sheet, Row(list(heads[0].cells)))


@dirt("sheet")
def another_district(plan: Plan) -> None:
    """Rows of another district."""
    sheet = plan.sheet()
    _anywhere(plan, sheet, _like(plan, sheet, district="KAB. SEKADAU", code="0199A001", name="PUSKESMAS SEKADAU"))


@dirt("sheet")
def equal_double(plan: Plan) -> None:
    """A row once more."""
    sheet = plan.sheet()
    # A whole row that other dirt claimed, such as the name of another facility, would gain weight by standing twice.
    free = [row for row in sheet.rows if row.key and not all((row.key, name) in plan.touched for name in INDICATORS)]
    if not free:
        return
    row = plan.rng.choice(free)
    _anywhere(plan, sheet, Row(list(row.cells), row.key, row.true, name=row.name))


def _differ(plan: Plan, one: Line, count: str) -> None:
    """Expect one count of a facility-month to be unsure; a printed ratio may tell which of two is right."""
    plan.later.append(lambda folder: folder.expect("either", one.key))
    if plan.layout == "kbk_wb":
        plan.later.append(lambda folder: folder.expect("missing", one.key, count))


@dirt("sheet")
def other_double(plan: Plan) -> None:
    """A row once more with another count."""
    chosen = plan.claim_line()
    if not chosen:
        return
    for file in plan.files:
        for table, sheet in zip(file.tables, file.sheets, strict=True):
            row = next((row for row in sheet.rows if row.key == chosen.key), None)
            if row is None or row.true is None:
                continue
            count = plan.rng.choice(COUNTS)
            if count not in table.headings:
                return
            where = list(table.headings).index(count) + len(row.cells) - len(table.headings)
            if row.cells[where] != table.cell(chosen, count):
                where = list(table.headings).index(count)
            other = Row(list(row.cells), row.key, row.true, name=row.name)
            other.cells[where] = table.number(row.true[count] + plan.rng.randint(1, 9))
            _anywhere(plan, sheet, other)
            _differ(plan, chosen, count)
            return


@dirt("sheet", "kbk_wb", "kbk_tabel")
def hidden_rows(plan: Plan) -> None:
    """Rows hidden by a filter."""
    for row in plan.sheet().rows[2:]:
        row.hidden = plan.rng.random() < 0.5


# Around the table


@dirt("sheet")
def titles(plan: Plan) -> None:
    """Titles and a block of notes above the table, with a date of printing."""
    blocks: list[Rows] = [
        [["CAPAIAN KBK KABUPATEN SANGGAU"], []],
        [["LAPORAN"], ["Nama", None, None, ": PUSKESMAS KOTA BARU"], ["Dicetak 3 Juli 2025"], []],
        [[], ["Sumber", ": BPJS Kesehatan"], ["Dicetak", ":  03 Juli 2025, Pukul 10:24 WIB"]],
    ]
    plan.sheet().above(*plan.rng.choice(blocks))


@dirt("sheet")
def notes(plan: Plan) -> None:
    """Notes and a signature below."""
    wide: list[Cell] = [None] * 5
    plan.sheet().below(
        [], ["Keterangan: AK = angka kontak"], ["* data sementara"], [*wide, "Sanggau, 5 Juli 2025"],
        [*wide, "Kepala Dinas Kesehatan"], [*wide, "NIP 19700101 199003 1 001"],
    )  # fmt: skip


@dirt("sheet", "kbk_wb", "kbk_tabel")
def empty_columns_before(plan: Plan) -> None:
    """Empty columns at the left."""
    plan.sheet().shift(plan.rng.randint(1, 4))


@dirt("sheet", "kbk_wb", "kbk_tabel")
def hidden_sheet(plan: Plan) -> None:
    """A hidden sheet with other figures."""
    file = plan.rng.choice(plan.files)
    copy = [Row([n + 5 if type(n) is int else n for n in row.cells]) for row in file.sheets[0].rows]
    file.sheets.insert(0, Sheet("Lama", copy, hidden=True))
    file.tables.insert(0, file.tables[0])


@dirt("sheet", "kbk_wb", "kbk_tabel")
def sheets_without_table(plan: Plan) -> None:
    """A sheet of notes and an empty one."""
    file = plan.rng.choice(plan.files)
    meta = [Row(["Judul", ": CAPAIAN KBK"]), Row(["Satuan", ": orang"]), Row(["Dicetak", ": 3 Juli 2025"])]
    for sheet in (Sheet("Metadata", meta), Sheet("Kosong", [])):
        file.sheets.append(sheet)
        file.tables.append(file.tables[0])


@dirt("sheet", "kbk_tabel")
def merged_district(plan: Plan) -> None:
    """The district in one merged cell."""
    file = plan.rng.choice(plan.files)
    for table, sheet in zip(file.tables, file.sheets, strict=True):
        rows = [row for row in sheet.rows if row.key is not None]
        if not rows:
            continue
        together = sheet.rows[sheet.rows.index(rows[0]) : sheet.rows.index(rows[-1]) + 1]
        if sheet.hidden or together != rows or "district" not in table.headings or len(rows) < 2 or sheet.merges:
            continue
        column = next((n for n, cell in enumerate(rows[0].cells) if cell == "KAB. SANGGAU"), None)
        if column is None:
            continue
        for row in rows[1:]:
            row.cells[column] = None
        sheet.merges.append(Merge(rows[0], rows[-1], column, column))


# Months of files


@dirt("file", "kbk_tabel", "kbk_csv")
def file_named_otherwise(plan: Plan) -> None:
    """The month of the file name in other words."""
    if not plan.claim_month():
        return
    for file in plan.files:
        day = first_day(file.month)
        ending = file.name.rpartition(".")[2]
        word, short = MONTH_WORDS[day.month - 1], SHORT_WORDS[day.month - 1]
        stems = [
            f"KBK_{word}_{day.year}",
            f"kbk {short.upper()}-{day.year}",
            f"Tabel {day:%Y-%m}",
            f"{word} {day:%y} KBK",
        ]
        _rename(plan, file.name, f"{plan.rng.choice(stems)}.{ending}")


@dirt("file", "kbk_tabel", "kbk_csv")
def month_in_the_title(plan: Plan) -> None:
    """No month in the file name; it stands above the table."""
    if not plan.claim_month():
        return
    for number, file in enumerate(plan.files):
        _rename(plan, file.name, f"Tabel {'abcdef'[number]}.{file.name.rpartition('.')[2]}")
        for sheet in file.sheets:
            if not sheet.hidden and any(row.key for row in sheet.rows):
                sheet.above([f"BULAN : {in_words(file.month).upper()}"], [])


@dirt("file", "kbk_tabel", "kbk_csv")
def month_nowhere(plan: Plan) -> None:
    """A file without any month."""
    if not plan.claim_month():
        return
    _rename(plan, plan.files[0].name, f"Capaian.{plan.files[0].name.rpartition('.')[2]}")
    plan.refused.setdefault(plan.files[0].name, ("sheet_month_unknown",))


@dirt("file", "kbk_tabel", "kbk_csv")
def title_against_file_name(plan: Plan) -> None:
    """A title of another month."""
    if not plan.claim_month():
        return
    file = plan.files[-1]
    for sheet in file.sheets:
        if not sheet.hidden and any(row.key for row in sheet.rows):
            sheet.above([f"BULAN : {in_words('2022-02').upper()}"], [])
    plan.refused.setdefault(file.name, ("sheet_month_clash",))


def _rename(plan: Plan, old: str, new: str) -> None:
    for file in plan.files:
        if file.name == old:
            file.name = new
    if old in plan.refused:
        plan.refused[new] = plan.refused.pop(old)


# Files


@dirt("file", "kbk_csv")
def text_files_of_other_programs(plan: Plan) -> None:
    """Encodings, separators, quotes and ends of lines."""
    for file in plan.files:
        encoding = plan.rng.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
        delimiter = plan.rng.choice([";", ",", "\t"])
        ends, quoted = plan.rng.choice(["\n", "\r\n", "\r"]), plan.rng.random() < 0.5
        quoted = quoted or ends == "\r"  # else a break within a cell would end the row
        file.write = lambda sheets, e=encoding, d=delimiter, n=ends, q=quoted: _text_file(  # type: ignore[misc]
            sheets[0], d, e, ends=n, quoted=q
        )


def _text_file(sheet: Sheet, delimiter: str, encoding: str, *, ends: str, quoted: bool) -> bytes:
    """A text file; digits of other scripts, which Windows' own letters do not have, make a program take UTF-8."""
    try:
        return writers.csv_bytes(sheet, delimiter, encoding, ends=ends, quoted=quoted)
    except UnicodeEncodeError:
        return writers.csv_bytes(sheet, delimiter, "utf-8", ends=ends, quoted=quoted)


@dirt("file")
def in_folders(plan: Plan) -> None:
    """Files in folders of folders."""
    for file in plan.files:
        _rename(plan, file.name, f"2024/{plan.rng.choice(['kiriman', 'dari cabang'])}/{file.name}")


@dirt("file", "kbk_wb")
def workbook_named_otherwise(plan: Plan) -> None:
    """A workbook under the ending of another kind."""
    _rename(plan, plan.files[0].name, f"Capaian KBK.{plan.rng.choice(['xls', 'csv', 'xlsm', 'XLSX'])}")


@dirt("folder")
def litter(plan: Plan) -> None:
    """Lock files and litter beside the data."""
    plan.later.append(lambda folder: folder.put("~$Capaian KBK.xlsx", b"\x05ADMIN"))
    plan.later.append(lambda folder: folder.put("Thumbs.db", b"\x00\x01"))


@dirt("folder")
def broken_neighbour(plan: Plan) -> None:
    """A broken file beside the others."""
    name, content = plan.rng.choice(
        [
            ("rusak.xlsx", b"PK\x03\x04 rusak"),
            ("kosong.csv", b""),
            ("surat.xlsx", b"%PDF-1.7"),
            ("acak.csv", bytes(range(256))),
        ]
    )

    def add(folder: Folder) -> None:
        folder.put(name, content)
        folder.tell("file_unreadable|file_without_table", name)

    plan.later.append(add)


@dirt("folder")
def same_file_twice(plan: Plan) -> None:
    """A copy of a file."""
    file = plan.rng.choice(plan.files)

    def copy(folder: Folder) -> None:
        if (folder.path / file.name).exists():  # not packed into an archive meanwhile
            content = (folder.path / file.name).read_bytes()
            folder.put(f"zz salinan/{file.month} (1).{file.name.rpartition('.')[2]}", content)

    plan.later.append(copy)


@dirt("folder", "kbk_csv")
def zipped(plan: Plan) -> None:
    """All files in one archive."""

    def pack(folder: Folder) -> None:
        if (folder.path / "zz salinan").exists():
            return
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in plan.files:
                archive.write(folder.path / file.name, file.name)
                (folder.path / file.name).unlink()
        folder.put("kiriman.zip", buffer.getvalue())
        folder.move({file.name: f"kiriman.zip/{file.name}" for file in plan.files})
        plan.refused = {f"kiriman.zip/{name}": kinds for name, kinds in plan.refused.items()}

    plan.later.append(pack)


@dirt("folder", "kbk_tabel", "kbk_csv")
def revised(plan: Plan) -> None:
    """A REVISI of one facility replaces its figures."""
    chosen = plan.claim_line()
    file = next((f for f in plan.files if chosen and f.month == chosen.month and f.name not in plan.refused), None)
    if chosen is None or file is None:
        return
    table = file.tables[-1]
    new = {**chosen.true, "contacts": plan.rng.randint(0, chosen.true["registered"])}
    revision = type(table)(
        {r: w for r, w in table.headings.items() if r != "further"},
        [line(chosen.facility, chosen.month, new)],
        table.number,
    )
    sheet = revision.sheet("" if plan.layout == "kbk_csv" else "Sheet 1")
    name = f"REVISI {in_words(chosen.month)}.{file.name.rpartition('.')[2]}"
    content = writers.csv_bytes(sheet) if plan.layout == "kbk_csv" else writers.xlsx(sheet)

    def add(folder: Folder) -> None:
        folder.written(name, content, sheet)
        folder.value(chosen.key, contacts=new["contacts"])

    plan.later.append(add)
