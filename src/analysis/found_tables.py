"""The tables of a sheet that can be read: where each stands, which columns it has, and what stands above it.

A table whose columns are not all known, each once, is refused with a finding for everything that is doubtful.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from analysis.blocks import FEWEST_HEADINGS, Block, Heading, blocks, figures_down, has_rows, months_across
from analysis.extents import cell_name
from analysis.headings import Headings, Reading
from analysis.layouts import IDENTITY, MEASURED, NEEDED, NOT_READ, Layout, Layouts, Role, is_part, whole_shares
from analysis.ledger import Finding
from analysis.long_tables import Spread, spread
from analysis.meta_block import Meta, meta_of, within_a_month
from analysis.month_bands import facility_bands, month_bands
from analysis.months import years_over_new_year
from analysis.names import FacilityName, facility_name, names_something
from analysis.part_tables import COLUMNS_MISSING, is_broken, parted
from analysis.periods import MONTH_NAMES
from analysis.plain_words import heading_key
from analysis.roman_months import with_month_names
from analysis.row_months import ADDED_UP
from analysis.rows import Head, cell_at, numbers_columns
from analysis.sheets import SHEET_NOT_USED, Document, Sheet
from analysis.titled_facilities import titled_facility
from analysis.turned_tables import upright
from analysis.untitled_codes import untitled_codes
from analysis.values import Cell, NamedMonth, clean_text, is_blank, is_full_code, read_code
from analysis.workspace import SETTINGS_FILE

_NUMBERED = re.compile(r"[ ._]\d{1,2}$")
_UNTITLED = "(tanpa judul)"
_FEWEST_MOVED = 2
"""Rows in which a second column of facilities names another one than the first."""
_STRANGER = "di bawah judul kelompok yang tidak dikenal"


@dataclass(frozen=True)
class Found:
    """A table that can be read: where it stands, its columns, and what stands above it.

    across: True for one of several months beside each other, of which title and sheet name may tell the span.
    turned: True where those months are of two years, NOV, DES, JAN; year: of this one, where another names its own.
    first: first row of the headings of the first table of its sheet.
    """

    sheet: Sheet
    block: Block
    head: Head
    meta: Meta
    across: bool = False
    turned: bool = False
    year: int | None = None
    first: int = 0

    @property
    def has_month(self) -> bool:
        """True where a column names the month of each row."""
        return self.head.month_role is not None

    @property
    def month_cells(self) -> list[Cell]:
        """What the column of months says of each row; empty where there is no such column."""
        return self.head.month_cells(self.sheet.rows)

    @property
    def unknown_headings(self) -> tuple[str, ...]:
        """The headings that no layout knows."""
        return tuple(dict.fromkeys(_named(h) for h in self.block.headings if h.reading.role is None and h.text))


def tables_of(
    document: Document,
    sheet: Sheet,
    headings: Headings,
    codes: Collection[str] = (),
    names: Collection[FacilityName] = (),
    *,
    parts: bool = False,
) -> tuple[list[Found], list[Finding]]:
    """Return the tables of a sheet from top to bottom, and why others, or the whole sheet, cannot be read.

    codes: of facilities that are known, by which a column of codes without a heading is told; default none.
    names: of facilities that are known, of which a sheet may bear one alone; default none.
    parts: whether a table is returned too that lacks needed columns but holds an indicator as a whole; default False.
    """
    found, problems = _tables_of(document, sheet, headings, codes, names, parts=parts)
    if found or not any(problem.kind == "sheet_turned" for problem in problems):
        return found, problems
    turned = upright(sheet, headings)
    spread_out = spread(sheet, headings) if turned is None else Spread(*turned)
    if spread_out is None:
        return found, problems
    set_up, left_out = spread_out.sheet, spread_out.left_out
    found, more = _tables_of(document, set_up, headings, codes, names, parts=parts)
    if not found:
        return found, problems
    if any(one.has_month and (one.meta.sums or headings.layouts.tells_sums(sheet.name)) for one in found):
        # of months side by side each column may hold the sum since the first of them
        place = (document.name, sheet.name, found[0].head.position + 1)
        return [], [Finding("sheet_month_unknown", *place, read=ADDED_UP, done=SHEET_NOT_USED)]
    without = f", tanpa kolom {', '.join(left_out)}" if left_out else ""
    done = f"dibaca sesudah disusun ulang{without}"
    if spread_out.from_above:
        read, told = ", ".join(spread_out.from_above), "dianggap sama dengan baris terisi di atasnya"
        more = [*more, Finding("facility_from_above", document.name, sheet.name, column=read, done=told)]
    return found, [*more, Finding("table_turned", document.name, sheet.name, done=done)]


def _tables_of(
    document: Document,
    sheet: Sheet,
    headings: Headings,
    codes: Collection[str],
    names: Collection[FacilityName],
    *,
    parts: bool,
) -> tuple[list[Found], list[Finding]]:
    found: list[Found] = []
    problems: list[Finding] = []
    sheet, pivot = _without_summed(with_month_names(sheet, headings.layouts), headings.layouts)
    here = _blocks(sheet, headings, codes, parts=parts)
    for block in here:
        beside = (other.span[1] + 1 for other in here if other.title == block.title and other.span[1] < block.span[0])
        titles = max(beside, default=0), block.span[1]  # a title may stand left of the table that it is about
        meta = meta_of(sheet.rows[block.title : block.top], titles, headings.layouts)
        meta = _noted(sheet, block, meta, headings.layouts)
        meta = _titled(sheet, block, meta, titles, (headings.layouts, names))
        before = next((i for i in reversed(range(len(found))) if block.same_columns(found[i].block)), None)
        if before is not None and not (meta and (meta.months or has_rows(sheet, block))):
            # The headings stand again, as at the top of a printed page; or below a signature, with nothing under them.
            one = found[before]
            passed = one.head.passed | set(range(one.head.end, block.bottom + 1))
            found[before] = replace(one, head=replace(one.head, end=block.end, passed=passed))
            continue
        if not meta.tells_time and len({one.meta.months for one in found}) == 1:
            # "B. KLINIK PRATAMA" stands above it: the title of the sheet holds for it too.
            first = found[0].meta
            who = meta.district or first.district, meta.facility, meta.facility_code
            meta = replace(first, district=who[0], facility=who[1], facility_code=who[2], plan=meta.plan)
        if block.clash:
            place = (document.name, sheet.name, block.top + 1)
            problems.append(Finding("sheet_month_clash", *place, read=block.clash, done=SHEET_NOT_USED))
            continue
        problems += _told_of(document, sheet, block, pivot)
        if not (meta.facility or meta.facility_code) and _names_facility(sheet.name, headings.layouts, names):
            meta = replace(meta, facility=sheet.name)
        if block.roles.isdisjoint(IDENTITY) and _names_another(sheet.name, meta.facility, names):
            read = f"nama lembar menyebut {sheet.name}, judul menyebut {meta.facility}"
            problems.append(Finding("sheet_facility_clash", document.name, sheet.name, read=read, done=SHEET_NOT_USED))
            continue
        head, faults = _head(document, sheet, block, meta, (headings, parts))
        if len(here) > 1:
            faults = [replace(f, done=f.done.replace(SHEET_NOT_USED, "tabel ini tidak dipakai")) for f in faults]
        problems += faults
        if head is not None:
            months = list(dict.fromkeys(b.month for b in here if b.top == block.top and b.month is not None))
            across = block.month is not None and len(months) > 1
            if read := _other_part_of_year(document, sheet, meta, months, headings.layouts):
                problems.append(Finding("sheet_month_clash", document.name, sheet.name, read=read, done=SHEET_NOT_USED))
                continue
            sums = meta.sums or headings.layouts.tells_sums(sheet.name)
            years = dict(zip(months, years_over_new_year(months), strict=False)) if across else {}
            year = None if block.month is None else years.get(block.month)
            found.append(Found(sheet, block, head, meta, across and not sums, bool(years), year, here[0].top))
    if not here and (problem := _no_table(document, sheet, headings)) is not None:
        problems.append(problem)
    double = [(one, _double_below(document, one)) for one in found]
    problems += [problem for _, more in double for problem in more]
    found = [one for one, more in double if not more]
    under = [part for one in found for part in _by_facility(one, headings.layouts)]
    return _of_two_years([part for one in under for part in _by_band(one, headings.layouts)]), problems


def _blocks(sheet: Sheet, headings: Headings, codes: Collection[str], *, parts: bool) -> list[Block]:
    """The tables of a sheet; those of single indicators beside each other one by one, where parts are wanted."""
    found = [_with_codes(sheet, block, codes) for block in blocks(sheet, headings, parts=parts)]
    if not parts:
        return found
    return [one for block in found for one in parted(block, _double_roles(sheet, block))]


def _titled(
    sheet: Sheet,
    block: Block,
    meta: Meta,
    span: tuple[int, int],
    known: tuple[Layouts, Collection[FacilityName]],
) -> Meta:
    """What stands above a table, with the facility of its title where neither a column nor a label tells one.

    span: columns of its titles. known: words, and names of facilities.
    """
    named = meta.facility or meta.facility_code or not block.roles.isdisjoint(IDENTITY)
    if named or _of_others(sheet, block, known[0]):
        return meta
    code, name = titled_facility(sheet.rows[block.title : block.top], span, *known)
    return replace(meta, facility=name, facility_code=code)


def _of_others(sheet: Sheet, block: Block, layouts: Layouts) -> bool:
    """Whether a column left of the figures, under an unknown heading, tells by words of whom its rows are."""
    first = min((h.position for h in block.headings if h.reading.role in MEASURED), default=0)
    places = [h.position for h in block.headings if h.position < first and h.reading.role is None]
    cells = (cell_at(cells, place) for cells in sheet.rows[block.bottom + 1 : block.end] for place in places)
    texts = (clean_text(cell) for cell in cells if isinstance(cell, str))
    return any(any(map(str.isalpha, text)) and layouts.month_alone(text) is None for text in texts)


def _names_facility(sheet: str, layouts: Layouts, names: Collection[FacilityName]) -> bool:
    """Whether a sheet is named as one facility: "PKM Meliau", or by a name that is known, "Meliau"."""
    kind = layouts.type_from_name(sheet)
    if kind in {"puskesmas", "klinik_pratama"}:
        return names_something(sheet) and not layouts.names_two(sheet)
    return any(facility_name(sheet).same(name) for name in names)


def _names_another(sheet: str, titled: str, names: Collection[FacilityName]) -> bool:
    """Whether a sheet bears the name of a known facility, and its title another one."""
    own = facility_name(sheet)
    return bool(titled) and any(own.same(name) for name in names) and not own.same(facility_name(titled))


def _other_part_of_year(
    document: Document, sheet: Sheet, meta: Meta, months: Sequence[NamedMonth], layouts: Layouts
) -> str:
    """Say which half-year or quarter is named of which no month stands above the columns; empty where none is."""
    named = (
        ("judul", meta.parts),
        ("nama lembar", layouts.parts_of_year_in(sheet.name)),
        ("nama berkas", layouts.parts_of_year_in(document.stem)),
    )
    for place, parts in named:
        if len(parts) == 1 and months and not any(month.month in parts[0] for month in months):
            told = f"{MONTH_NAMES[parts[0][0] - 1]} sampai {MONTH_NAMES[parts[0][-1] - 1]}"
            return f"{place} menyebut {told}, kolomnya {', '.join(MONTH_NAMES[m.month - 1] for m in months)}"
    return ""


def _of_two_years(found: list[Found]) -> list[Found]:
    """The tables below each other, with what the order of their months tells of the years: NOV, DES, JAN."""
    months = list(dict.fromkeys(one.meta.months[0] for one in found if len(one.meta.months) == 1))
    years = dict(zip(months, years_over_new_year(months), strict=False))
    if not years:
        return found
    return [
        replace(one, turned=True, year=years[one.meta.months[0]]) if len(one.meta.months) == 1 else one for one in found
    ]


def _noted(sheet: Sheet, block: Block, meta: Meta, layouts: Layouts) -> Meta:
    """What stands above a table, with what notes below it tell of its figures: "*) data kumulatif", "dalam ribuan"."""
    measured = [h.position for h in block.headings if h.reading.role in MEASURED]
    if not has_rows(sheet, block):
        return meta
    for cells in sheet.rows[block.bottom + 1 : block.end]:
        if all(is_blank(cell_at(cells, place)) for place in measured):
            for cell in cells:
                if isinstance(cell, str) and (text := clean_text(cell)):
                    meta = _with_note(meta, text, layouts)
    return meta


def _with_note(meta: Meta, text: str, layouts: Layouts) -> Meta:
    if layouts.tells_sums(text):
        return replace(meta, sums=True, several=True)
    if layouts.notes_several(text):
        return replace(meta, several=True)
    if layouts.tells_thousands(text) or layouts.tells_rough(text):
        return replace(meta, other=True)
    return replace(meta, until=meta.until or within_a_month(text, layouts))


def _by_facility(one: Found, layouts: Layouts) -> list[Found]:
    """The parts of a table without a column of facilities, each under the row that names its facility alone."""
    head = one.head
    if not one.block.roles.isdisjoint(IDENTITY):
        return [one]
    parts = [one]
    for index, name in facility_bands(one.sheet.rows, range(head.position + 1, head.end), _measured(head), layouts):
        parts[-1] = replace(parts[-1], head=replace(parts[-1].head, end=index))
        passed = head.passed | set(range(head.position + 1, index + 1))
        parts.append(replace(one, head=replace(head, facility=name, facility_code="", passed=passed)))
    return parts


def _measured(head: Head) -> list[int]:
    """The positions of its figures."""
    return [position for role, position in head.column.items() if role in MEASURED]


def _by_band(one: Found, layouts: Layouts) -> list[Found]:
    """The parts of a table inside which rows name the month of those below; the table itself where none does."""
    head, rows = one.head, one.head.rows
    measured = _measured(head)
    bands = [] if one.has_month else month_bands(one.sheet.rows, rows, measured, layouts)
    if not bands:
        return [one]
    starts = [index for index, _ in bands]
    years = dict.fromkeys([*one.meta.years, *(named.year for named in one.meta.months if named.year is not None)])
    parts = []
    if any(not is_blank(cell_at(one.sheet.rows[i], p)) for i in rows if i < starts[0] for p in measured):
        parts.append(replace(one, head=replace(head, end=starts[0])))
    for (start, named), end in zip(bands, [*starts[1:], head.end], strict=True):
        own = replace(head, end=end, passed=head.passed | set(range(head.position + 1, start + 1)))
        months = () if named is None else (named,)
        meta = replace(one.meta, months=months, years=tuple(years), several=named is None)
        parts.append(replace(one, head=own, meta=meta))
    return parts


def _no_table(document: Document, sheet: Sheet, headings: Headings) -> Finding | None:
    """Say why a sheet has no table that can be read; None for an empty sheet."""
    if all(is_blank(cell) for cells in sheet.rows for cell in cells):
        return None
    place = (document.name, sheet.name)
    for index, cells in enumerate(sheet.rows):
        if report := headings.layouts.other_report(cells):
            read = f"{report.title}, bukan capaian KBK; kegunaan: {report.gives}"
            return Finding("sheet_other_report", *place, index + 1, read=read, done=SHEET_NOT_USED)
    if (turned := _turned(document, sheet, headings)) is not None:
        return turned
    if (row := months_across(sheet, headings)) is not None:
        return Finding("sheet_months_across", *place, row + 1, done=SHEET_NOT_USED)
    most = max((headings.roles(cells) for cells in sheet.rows), key=len, default={})
    labels = headings.layouts.labels
    known = ", ".join(dict.fromkeys(labels[role] for role in most.values() if role != "ignored"))
    return Finding(
        "sheet_without_table", *place, read=f"judul yang dikenal: {known or 'tidak ada'}", done=SHEET_NOT_USED
    )


def _turned(document: Document, sheet: Sheet, headings: Headings, below: int = -1) -> Finding | None:
    """Say that a column holds the names of the figures; None where none does. below: row of headings above it."""
    down = figures_down(sheet, headings)
    if down is None or down[0] <= below:
        return None
    read = f"nama indikator di dalam kolom: {', '.join(down[1])}"
    return Finding("sheet_turned", document.name, sheet.name, down[0] + 1, read=read, done=SHEET_NOT_USED)


def _with_codes(sheet: Sheet, block: Block, codes: Collection[str]) -> Block:
    """The block with a column of codes that has no heading, where no other column holds them."""
    if not block.roles.isdisjoint({"facility_code", "code_and_name"}):
        return block
    if (place := untitled_codes(sheet, block, codes)) is None:
        return block
    untitled = Heading(place, (_UNTITLED,), None, Reading("facility_code", exact=True))
    return replace(block, headings=tuple(sorted([*block.headings, untitled], key=lambda h: h.position)))


def _without_summed(sheet: Sheet, layouts: Layouts) -> tuple[Sheet, dict[int, str]]:
    """The sheet with the headings of pivot tables as their sources write them, and row → one as it stood there.

    One column of sums beside others is another column; in a pivot table all figures are such.
    """
    rows, told = list(sheet.rows), {}
    for index, cells in enumerate(rows):
        summed = [cell for cell in cells if isinstance(cell, str) and layouts.without_summed(cell) != cell]
        if len(set(summed)) >= FEWEST_HEADINGS:
            told[index] = clean_text(summed[0])
            rows[index] = [layouts.without_summed(cell) if isinstance(cell, str) else cell for cell in cells]
    return (replace(sheet, rows=rows), told) if told else (sheet, told)


def _told_of(document: Document, sheet: Sheet, block: Block, pivot: Mapping[int, str]) -> list[Finding]:
    """Tell of a column of codes without a heading, and of a pivot table: its filters decide which rows it adds up."""
    place = (document.name, sheet.name, block.bottom + 1)
    findings = [
        Finding(
            "code_column_untitled", *place, heading.text, done="kolom dibaca sebagai Kode PPK",
            cell=cell_name(block.bottom, heading.position),
        )
        for heading in block.headings
        if heading.parts == (_UNTITLED,)
    ]  # fmt: skip
    read = next((text for row, text in pivot.items() if block.top <= row <= block.bottom), "")
    return [*findings, Finding("table_of_pivot", *place, read=read, done="angkanya dibaca")] if read else findings


def _head(
    document: Document, sheet: Sheet, block: Block, meta: Meta, known: tuple[Headings, bool]
) -> tuple[Head | None, list[Finding]]:
    """Return the columns of a table, each known and standing once; else a finding for everything that is doubtful.

    known: what headings mean, and whether a table that lacks needed columns may be a part.
    """
    headings, parts = known
    layouts = headings.layouts
    place = (document.name, sheet.name, block.bottom + 1)
    heading_row = [cell for row in sheet.rows[block.top : block.bottom + 1] for cell in row]
    if report := layouts.other_report(heading_row):
        read = f"{report.title}, bukan capaian KBK; kegunaan: {report.gives}"
        return None, [Finding("sheet_other_report", *place, read=read, done=SHEET_NOT_USED)]
    if len(quarters := _parts_of_year_above(sheet, block, layouts)) > 1:
        return None, [Finding("sheet_of_quarters", *place, read=", ".join(quarters), done=SHEET_NOT_USED)]
    roles = set(block.roles)
    if (meta.facility or meta.facility_code) and roles.isdisjoint(IDENTITY):
        roles.add("facility_name")
    layout = layouts.match(roles, document.kind)
    if layout is None:
        faults = _missing(document, sheet, block, roles, headings)
        missing = all(fault.kind == COLUMNS_MISSING for fault in faults)
        if not (parts and missing and is_part(roles)) or is_broken(block, headings):
            turned = _turned(document, sheet, headings, block.bottom)
            return None, [turned] if turned else faults
        layout = layouts.part
    columns, double = _unique(sheet, block)
    if double:
        return None, _told_double(document, sheet, block, double)
    head = _as_head(block, columns, layout, meta)
    if (other := _other_order(sheet, head)) is not None:
        read = f"{', '.join(head.headings[role] for role in IDENTITY if role in head.headings)}, {other[1]}"
        cell = cell_name(block.bottom, other[0])
        return None, [Finding("sheet_of_two_orders", *place, read=read, done=SHEET_NOT_USED, cell=cell)]
    return head, []


def _parts_of_year_above(sheet: Sheet, block: Block, layouts: Layouts) -> list[str]:
    """The half-years or quarters that stand beside each other above columns of figures without months."""
    if block.month is not None:
        return []
    first, last = block.span
    texts = (clean_text(cell) for row in sheet.rows[block.top : block.bottom + 1] for cell in row[first : last + 1])
    return list(dict.fromkeys(text for text in texts if text and layouts.part_of_year(text)))


def _other_order(sheet: Sheet, head: Head) -> tuple[int, str] | None:
    """Return position and heading of a column that names the same facilities in another order; None for none.

    Tables of single indicators, each sorted by its own figures, were put beside each other: a row is of two facilities.
    """
    rows = [sheet.rows[index] for index in head.rows]
    for role in IDENTITY:
        if role not in head.column:
            continue
        own = [_who_at(cells, head.column[role]) for cells in rows]
        names = {text for text in own if text}
        for place in range(head.span[0], head.span[1] + 1):
            if place in head.roles:
                continue
            if next((text for cells in rows if (text := _who_at(cells, place))), "") not in names:
                continue
            named = [(text, mine) for cells, mine in zip(rows, own, strict=True) if (text := _who_at(cells, place))]
            moved = sum(text != mine for text, mine in named)
            each = {text for text, _ in named}
            if moved >= _FEWEST_MOVED and each <= names and len(each) == len(named):
                heading = clean_text(cell_at(sheet.rows[head.position], place))
                return place, heading or _UNTITLED
    return None


def _who_at(cells: Sequence[Cell], place: int) -> str:
    """A facility's code, or its name without what spellings differ in: "PKM MELIAU", "Meliau"; empty for none."""
    cell = cells[place] if place < len(cells) else None
    return _who(cell) if isinstance(cell, str) else ""


@lru_cache(maxsize=65536)
def _who(text: str) -> str:
    code = read_code(text).value
    if is_full_code(code):
        return code
    name = facility_name(text)
    return " ".join((name.base, *name.numbers)) if name.base else ""


def _as_head(block: Block, columns: Sequence[Heading], layout: Layout, meta: Meta) -> Head:
    roles: dict[int, Role] = {h.position: h.reading.role for h in columns if h.reading.role is not None}
    return Head(
        block.bottom, roles, layout, {h.reading.role: h.text for h in columns if h.reading.role is not None},
        block.end, block.span, meta.facility, meta.district, facility_code=meta.facility_code,
        part=len(whole_shares(set(roles.values()))) < len(NEEDED),
    )  # fmt: skip


def _missing(document: Document, sheet: Sheet, block: Block, roles: set[Role], headings: Headings) -> list[Finding]:
    """A finding for each column that may be one of those that are missing, else one that names what is missing."""
    layouts = headings.layouts
    lacking = set(layouts.lacking(roles))
    findings = []
    for heading in block.headings:
        if lacking.isdisjoint(heading.reading.candidates):
            continue
        labels = [layouts.labels[role] for role in heading.reading.candidates]
        lines = " atau ".join(_line(heading.text, label) for label in (*labels, NOT_READ))
        findings.append(
            Finding(
                "sheet_columns_ambiguous", document.name, sheet.name, block.bottom + 1, heading.text,
                read=_may_mean(heading, labels), done=f"{SHEET_NOT_USED}; tulis di {SETTINGS_FILE}: {lines}",
                cell=cell_name(block.bottom, heading.position),
            )
        )  # fmt: skip
    if findings:
        return findings
    missing = ", ".join(layouts.missing(roles))
    present = ", ".join(dict.fromkeys(_as_declared(h, headings) for h in block.headings if h.text))
    return [
        Finding(
            COLUMNS_MISSING, document.name, sheet.name, block.bottom + 1,
            read=f"tidak ada: {missing}; ada: {present}", done=SHEET_NOT_USED,
        )
    ]  # fmt: skip


def _may_mean(heading: Heading, labels: Sequence[str]) -> str:
    told = f"dapat berarti {' atau '.join(labels)}"
    return f"{told}, tetapi {_STRANGER}" if heading.stranger else told


def _named(heading: Heading) -> str:
    return f"{heading.text} ({_STRANGER})" if heading.stranger else heading.text


def _as_declared(heading: Heading, headings: Headings) -> str:
    """A heading, with what the district declares it to mean."""
    role = heading.reading.role
    if not headings.declares((heading.text,)):
        return _named(heading)
    label = NOT_READ if role in {None, "ignored"} else headings.layouts.labels[role]
    return f"{heading.text} ({label} menurut {SETTINGS_FILE})"


def _line(heading: str, label: str) -> str:
    """The line of district.yml that declares a column."""
    return f"columns: {{{json.dumps(heading, ensure_ascii=False)}: {label}}}"


def _declare(same: Sequence[Heading]) -> str:
    """What to write for two columns of one meaning: which of them is not read."""
    if len({heading_key(h.text) for h in same}) < len(same):
        return SHEET_NOT_USED
    return f"{SHEET_NOT_USED}; tulis di {SETTINGS_FILE}: {' atau '.join(_line(h.text, NOT_READ) for h in same)}"


def _told_double(document: Document, sheet: Sheet, block: Block, double: Sequence[Sequence[Heading]]) -> list[Finding]:
    place = (document.name, sheet.name, block.bottom + 1)
    return [
        Finding("sheet_columns_double", *place, read=", ".join(h.text for h in same), done=_declare(same))
        for same in double
    ]


def _double_roles(sheet: Sheet, block: Block) -> set[Role | None]:
    """The columns that a table has twice with other cells."""
    return {same[0].reading.role for same in _unique(sheet, block)[1]}


def _double_below(document: Document, one: Found) -> list[Finding]:
    """What is double in a table whose headings stand again: columns may differ below the later ones alone."""
    if one.head.end == one.block.end:
        return []
    whole = replace(one.block, end=one.head.end)
    return _told_double(document, one.sheet, whole, _unique(one.sheet, whole)[1])


def _unique(sheet: Sheet, block: Block) -> tuple[list[Heading], list[list[Heading]]]:
    """One column for each role: of columns with the same role and content the first, else they are named as double."""
    columns: dict[Role, list[Heading]] = {}
    roles = {heading_key(h.text): h.reading.role for h in block.headings if h.reading.role not in {None, "ignored"}}
    for heading in block.headings:
        # Programs that hold tables number the second heading of a name: "Jumlah Kontak.1".
        again = roles.get(heading_key(heading.text[: n.start()])) if (n := _NUMBERED.search(heading.text)) else None
        role = again if heading.reading.role is None else heading.reading.role
        if role not in {None, "ignored"}:
            columns.setdefault(role, []).append(heading)
    unique, double = [], []
    below = [row for row in sheet.rows[block.bottom + 1 : block.end] if not numbers_columns(row, block.span)]
    for same in columns.values():
        contents: dict[tuple[str, ...], Heading] = {}
        for heading in same:
            cells = tuple(clean_text(cell_at(row, heading.position)) for row in below)
            if any(cells):
                contents.setdefault(cells, heading)
        if len(contents) > 1:
            double.append(list(contents.values()))
        unique.append(next((h for h in contents.values() if h.reading.role is not None), same[0]))
    return unique, double
