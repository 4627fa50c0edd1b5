"""Settings of one district: district.yml and facilities.csv beside its files."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import Field, field_serializer, field_validator, model_validator

from analysis.errors import ConfigurationError, ParameterError, nearest, why_not_opened
from analysis.periods import parse_period
from analysis.reference import Strict, choices, load_record
from analysis.values import clean_text, read_code
from analysis.workspace import FACILITIES_FILE, SETTINGS_FILE, Workspace

if TYPE_CHECKING:
    import pandas as pd


class Codes(Strict):
    """Codes of the district. They differ between ministries: Sanggau is 61.03 (Kemendagri) and 6105 (BPS)."""

    kemendagri: str = ""
    bps: str = ""


class Event(Strict):
    """Something that happened on a date, such as a pembinaan meeting: marked on charts, and its effect estimated.

    indicator: the one it was meant for; empty for all.
    facilities: codes of the facilities that took part; empty when all did, or when it is not known.
    selection: period by whose results the facilities were chosen, '2025-S1'; empty when not known.
    rebase: True starts new limits of the district's chart in the month after it: for a change that is known to last.
    """

    date: dt.date
    label: str
    indicator: Literal["AK", "RRNS", "RPPT", ""] = ""
    facilities: list[str] = Field(default_factory=list)
    selection: str = ""
    rebase: bool = False

    @field_validator("selection")
    @classmethod
    def _period(cls, value: str) -> str:
        if value:
            try:
                return parse_period(value).code
            except ParameterError as fault:
                raise ValueError(str(fault)) from None
        return value


_MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"
_SLACK = 12
"""Months after the day of reading that are still taken for possible: a computer's clock may be a year behind."""


def _code(value: str) -> str:
    """Return a Kode PPK as it is compared; raise ValueError for what is none."""
    code = read_code(value).value
    if not code:
        raise ValueError("harus Kode PPK, misalnya 01140201")
    return code


class DatedCode(Strict):
    """The code that a name stands for, and from which to which service month ('2024-01'); no month means no end.

    first: called ``from`` in the file. until: the last month, included.
    """

    code: str
    first: str = Field(default="", alias="from", pattern=_MONTH)
    until: str = Field(default="", pattern=_MONTH)

    _known = field_validator("code")(_code)

    @model_validator(mode="after")
    def _forward(self) -> DatedCode:
        if self.first and self.until and self.until < self.first:
            raise ValueError(f"until ({self.until}) lebih awal daripada from ({self.first})")
        return self

    def covers(self, month: str) -> bool:
        """True when the name stands for this code in a month, '2024-03'."""
        return (self.first or month) <= month <= (self.until or month)


class CodeChange(Strict):
    """A facility got another code: since that service month ('2024-03') it goes by the new one.

    why: reason or document, for the reader of the findings.
    """

    old: str
    new: str
    since: str = Field(pattern=_MONTH)
    why: str = Field(min_length=3)

    _known = field_validator("old", "new")(_code)


class Correction(Strict):
    """One cell of a file that is read otherwise than it stands there, and who says so.

    file: as in the list of files; sheet: where the file has several. row: as Excel counts it; else facility (code or
    name) and month (service month, '2024-03'). column: heading in the file, or the project's label for it.
    old: called ``from`` in the file; what stands there now; None for a blank cell. new: called ``to``; None for blank.
    why: reason. by: office or function that decided; it is published.
    """

    file: str = Field(min_length=1)
    sheet: str = ""
    row: int | None = Field(default=None, ge=1)
    facility: str = ""
    month: str = Field(default="", pattern=_MONTH)
    column: str = Field(min_length=1)
    old: str | None = Field(alias="from")
    new: str | None = Field(alias="to")
    why: str = Field(min_length=3)
    by: str = Field(min_length=3)

    @field_validator("old", "new")
    @classmethod
    def _blank(cls, value: str | None) -> str | None:
        return None if value is None or clean_text(value).casefold() in ("", "kosong") else clean_text(value)

    @model_validator(mode="after")
    def _placed(self) -> Correction:
        if (self.row is None) == (not self.facility) or bool(self.facility) != bool(self.month):
            raise ValueError("sebut row saja, atau facility beserta month")
        if self.old == self.new:
            raise ValueError("from dan to sama")
        return self


class District(Strict):
    """Content of district.yml.

    name: full name as readers see it, 'Kabupaten Sanggau'.
    kind: what the folder holds: monthly KBK exports (kbk), published shares of facilities on target, or published
        counts of facilities by zone.
    simulated: True puts a banner on every page and figure.
    bulan_kapitasi: what the column of that name means in this district's files.
    data_until: the last service month that the files can hold, '2025-06'; empty where the calendar tells it.
    aliases: other spellings of the district in the column KAB/KOTA.
    small_numbers: counts of people from 1 to below it are not published; 0 publishes all, for use inside the office.
    names: reviewed mapping from a facility name as it stands in a file to its code; written as one code, or as a list
        of codes with months where the name stood for several.
    code_changes: facilities that got another code; their history is one series under the newest.
    corrections: cells that are read otherwise than they stand in the files; ``analysis.corrections`` applies them.
    columns: heading as it stands in a file → the column that it means ('Peserta Terdaftar'; in files of visits
        'tgl_kunjungan'), or 'abaikan'.
    """

    name: str
    level: Literal["kabupaten", "kota", "provinsi"]
    kind: Literal["kbk", "published_shares", "published_zones"] = "kbk"
    codes: Codes = Codes()
    simulated: bool = False
    bulan_kapitasi: Literal["pelayanan", "pembayaran"] = "pelayanan"
    data_until: str = Field(default="", pattern=rf"^$|{_MONTH}")
    aliases: list[str] = Field(default_factory=list)
    small_numbers: int = Field(default=5, ge=0)
    names: dict[str, list[DatedCode]] = Field(default_factory=dict)
    code_changes: list[CodeChange] = Field(default_factory=list)
    corrections: list[Correction] = Field(default_factory=list)
    columns: dict[str, str] = Field(default_factory=dict)
    events: list[Event] = Field(default_factory=list)

    @field_validator("names", mode="before")
    @classmethod
    def _dated(cls, value: Any) -> Any:
        """Take one code without months as a list of one."""
        if not isinstance(value, dict):
            return value
        return {name: [{"code": entry}] if isinstance(entry, str) else entry for name, entry in value.items()}

    @field_serializer("names")
    def _short(self, value: dict[str, list[DatedCode]]) -> dict[str, Any]:
        """Write one code without months as it is read."""
        return {
            name: entries[0].code
            if entries == [DatedCode(code=entries[0].code)]
            else [entry.model_dump(by_alias=True, exclude_defaults=True) for entry in entries]
            for name, entries in value.items()
            if entries
        }

    @field_validator("names")
    @classmethod
    def _one_code_a_month(cls, value: dict[str, list[DatedCode]]) -> dict[str, list[DatedCode]]:
        for name, entries in value.items():
            ordered = sorted(entries, key=lambda entry: entry.first)
            if any(later.first <= (earlier.until or later.first) for earlier, later in pairwise(ordered)):
                raise ValueError(f"“{name}” mempunyai dua kode pada bulan yang sama; betulkan from dan until")
        return value

    @property
    def renewed(self) -> dict[str, str]:
        """Former code of a facility → the one under which it goes now."""
        return {change.old: newest_code(change.old, self.code_changes) for change in self.code_changes}

    @field_validator("code_changes")
    @classmethod
    def _chains(cls, value: list[CodeChange]) -> list[CodeChange]:
        since = {change.new: change.since for change in value}
        for role, codes in (("old", [c.old for c in value]), ("new", [c.new for c in value])):
            if double := [code for code, times in Counter(codes).items() if times > 1]:
                raise ValueError(
                    f"kode {double[0]} tertulis dua kali sebagai {role}; penggabungan atau pemecahan fasilitas bukan "
                    "pergantian kode"
                )
        for change in value:
            if since.get(change.old, "") >= change.since:
                raise ValueError(
                    f"{change.old} menjadi {change.new} sejak {change.since}, padahal {change.old} sendiri baru "
                    f"berlaku sejak {since[change.old]}"
                )
        return value


FACILITY_COLUMNS = {
    "code": "string",
    "name": "string",
    "type": "string",
    "doctors": "Int64",
    "dentists": "Int64",
    "special_tariff": "Int64",
    "network_exempt": "boolean",
    "cooperating_since": "datetime64[s]",
    "closed_since": "datetime64[s]",
    "latitude": "Float64",
    "longitude": "Float64",
}
"""Columns of facilities.csv; only code is required, any other may be absent or blank (missing, never guessed)."""


def load_district(workspace: Workspace, slug: str) -> District:
    """Return the settings of a district; raise ConfigurationError when they are missing or wrong."""
    path = workspace.raw_of(slug) / SETTINGS_FILE
    if not path.is_file():
        raise ConfigurationError(
            f"Berkas data/raw/{slug}/{SETTINGS_FILE} belum ada. Jalankan make new DISTRICT={slug}, yang membuatnya "
            "tanpa mengubah berkas lain di folder itu, atau buat sendiri berkas teks dengan isi sekurang-kurangnya:",
            [
                "name: Kabupaten … (nama lengkap)",
                "level: kabupaten (atau kota, provinsi)",
                "bulan_kapitasi: pelayanan (atau pembayaran, bila kolom Bulan Kapitasi berarti bulan bayar)",
            ],
        )
    return load_record(path, District)


def newest_month(district: District, today: dt.date | None) -> pd.Period | None:
    """Return the latest service month that can have happened: no file can rightly hold a later one.

    What district.yml declares decides for good, so that a report can be made again years later just as it was. Where it
    declares nothing, the day of reading does. The dates of files are no help: they change with every copy. Nor is the
    period of a report: it is chosen from the months that were read. today: day of reading; None tells nothing.
    """
    import pandas as pd  # noqa: PLC0415

    if district.data_until:
        return pd.Period(district.data_until, "M")
    return None if today is None else pd.Period(today, "M") + _SLACK


def newest_code(code: str, changes: Sequence[CodeChange]) -> str:
    """Return the code under which a facility goes after all declared changes."""
    new = {change.old: change.new for change in changes}
    while code in new:
        code = new[code]
    return code


def current_facilities(facilities: pd.DataFrame, changes: Sequence[CodeChange]) -> pd.DataFrame:
    """Return facilities.csv with every facility once, under its newest code.

    Where the newest one is listed too, the row of the old code is left out.
    """
    newest = facilities["code"].map(lambda code: newest_code(str(code), changes), na_action="ignore").astype("string")
    replaced = newest != facilities["code"]
    again = replaced & newest.isin(facilities["code"])
    return facilities.assign(code=newest)[~again].drop_duplicates("code").reset_index(drop=True)


def current_events(district: District) -> list[Event]:
    """Return the events of a district with its facilities under their newest codes."""
    return [
        event.model_copy(update={"facilities": [newest_code(c, district.code_changes) for c in event.facilities]})
        for event in district.events
    ]


def settings_of(folder: Path) -> list[dict[str, str]]:
    """Return name and SHA-256 of the settings, and of published figures, in a district's folder of files."""
    paths = (folder / name for name in (SETTINGS_FILE, FACILITIES_FILE, "published.csv"))
    return [
        {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in paths if path.is_file()
    ]


class _Listing(NamedTuple):
    """facilities.csv as text: headings, records with their row as Excel counts them, and the separator."""

    headings: list[str]
    records: list[tuple[int, dict[str, str]]]
    separator: str


def load_facilities(folder: Path) -> pd.DataFrame:
    """Return facilities.csv as a table with the columns of FACILITY_COLUMNS, one row per code; empty when absent.

    Separated by commas or, as an Indonesian Excel writes it, by semicolons; then coordinates may have a decimal comma.
    Raises ConfigurationError that lists every fault with its row.
    """
    # Imported here: the list of districts, which reads settings only, must not wait for pandas.
    import pandas as pd  # noqa: PLC0415

    empty = pd.DataFrame({c: pd.Series(dtype=t) for c, t in FACILITY_COLUMNS.items()})
    path = folder / FACILITIES_FILE
    if not path.is_file():
        return empty
    listing = _listing(path)
    problems = []
    table = empty.reindex(range(len(listing.records)))
    for column in listing.headings:
        values: list[object] = []
        for row, record in listing.records:
            text = record[column]
            value, advice = _converted(text, column, listing.separator == ";") if text else (None, "")
            values.append(value)
            if advice:
                problems.append((row, f"baris {row}, kolom {column}: “{text}” tidak dapat dipakai; {advice}"))
        table[column] = pd.array([pd.NA if v is None else v for v in values], dtype=FACILITY_COLUMNS[column])
    for place, (row, _) in enumerate(listing.records):
        opened, closed = table["cooperating_since"].iloc[place], table["closed_since"].iloc[place]
        if closed < opened:  # False where one of them is missing
            problems.append((row, f"baris {row}: closed_since lebih awal daripada cooperating_since"))
    codes = Counter(record["code"].upper() for _, record in listing.records)
    for row, record in listing.records:
        code = record["code"].upper()
        if not code:
            problems.append((row, f"baris {row}: kode kosong"))
        elif codes[code] > 1:
            problems.append((row, f"baris {row}: kode {code} tertulis lebih dari sekali"))
    if problems:
        sentences = [text for _, text in sorted(problems, key=lambda problem: problem[0])]
        raise ConfigurationError(f"Berkas {FACILITIES_FILE} perlu diperbaiki:", sentences)
    return table


def _listing(path: Path) -> _Listing:
    try:
        text = path.read_text(encoding="utf-8-sig")
        first = text.partition("\n")[0]
        separator = ";" if first.count(";") > first.count(",") else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [[clean_text(cell) for cell in row] for row in reader]
    except OSError as error:
        raise ConfigurationError(f"Berkas {FACILITIES_FILE}: {why_not_opened(error)}.") from None
    except (UnicodeDecodeError, csv.Error):
        rows = []
    if not rows or not any(rows[0]):
        raise ConfigurationError(
            f"Berkas {FACILITIES_FILE} tidak dapat dibaca. Simpan sebagai CSV UTF-8 dengan judul kolom "
            "di baris pertama."
        )
    headings = [heading.casefold() for heading in rows[0]]
    while headings and not headings[-1]:
        headings.pop()
    problems = [
        f"kolom “{h}” tidak dikenal.{nearest(h, list(FACILITY_COLUMNS))}" for h in headings if h not in FACILITY_COLUMNS
    ]
    problems += [f"kolom “{h}” tertulis lebih dari sekali" for h, times in Counter(headings).items() if times > 1]
    if "code" not in headings:
        problems.append("kolom “code” (Kode PPK) wajib ada")
    if problems:
        raise ConfigurationError(
            f"Berkas {FACILITIES_FILE}: kolom yang dikenal ialah {', '.join(FACILITY_COLUMNS)}.", problems
        )
    numbered = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    width = len(headings)
    long = [
        f"baris {number}: ada {len(row)} sel, padahal {width} kolom; apit teks berisi “{separator}” dengan tanda kutip"
        for number, row in numbered
        if any(row[width:])
    ]
    if long:
        raise ConfigurationError(f"Berkas {FACILITIES_FILE} perlu diperbaiki:", long)
    filled = [(number, (row + [""] * width)[:width]) for number, row in numbered]
    return _Listing(headings, [(number, dict(zip(headings, row, strict=True))) for number, row in filled], separator)


_BOOLEANS = {**dict.fromkeys(("ya", "true", "1", "y"), True), **dict.fromkeys(("tidak", "false", "0", "t", "n"), False)}
_CODE_LENGTH = 8
"""Characters of a Kode PPK; one of digits only that is shorter has lost its leading zero in Excel."""


def _converted(text: str, column: str, decimal_comma: bool) -> tuple[object, str]:
    """Return the value of a cell that is not blank, and what to write instead where it cannot be used."""
    value: object
    match column, FACILITY_COLUMNS[column]:
        case "code", _:
            value, advice = text.upper(), _code_advice(text.upper())
        case "type", _:
            value, advice = _type(text)
        case _, "boolean":
            value = _BOOLEANS.get(text.casefold())
            advice = "tulis ya atau tidak" if value is None else ""
        case _, "Int64":
            value, advice = _whole(text)
        case _, "Float64":
            value, advice = _coordinate(text, decimal_comma)
        case _, "datetime64[s]":
            value, advice = _date(text)
        case _:
            value, advice = text, ""
    return value, advice


def _type(text: str) -> tuple[str | None, str]:
    from analysis.contract import FACILITY_TYPES  # noqa: PLC0415 - brings pandas

    kind = text.casefold().replace(" ", "_")
    return (kind, "") if kind in FACILITY_TYPES else (None, f"tulis {choices(FACILITY_TYPES)}")


def _code_advice(code: str) -> str:
    if code.isascii() and code.isdigit() and len(code) < _CODE_LENGTH:
        return f"kemungkinan nol di depan hilang di Excel; tulis {code.zfill(_CODE_LENGTH)}"
    if re.fullmatch(r"\d+(?:[.,]\d+)?E[+]\d+", code):
        return "Excel mengubahnya menjadi bilangan berpangkat; jadikan kolom ini bertipe Text dan tulis kodenya lagi"
    return ""


def _whole(text: str) -> tuple[int | None, str]:
    if re.fullmatch(r"\d{1,15}(?:\.0)?", text, re.ASCII):
        return int(text.removesuffix(".0")), ""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text, re.ASCII):
        return None, f"tulis {re.sub('[.,]', '', text)} (tanpa tanda ribuan)"
    return None, "tulis bilangan bulat"


def _coordinate(text: str, decimal_comma: bool) -> tuple[float | None, str]:
    if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d+)?", text.replace(",", ".") if decimal_comma else text, re.ASCII):
        return float(text.replace(",", ".")), ""
    return None, "tulis angka dengan titik desimal, misalnya -0.1234"


def _date(text: str) -> tuple[dt.datetime | None, str]:
    if re.fullmatch(r"\d{4}-\d\d?-\d\d?", text, re.ASCII) and (day := _parsed(text, "%Y-%m-%d")):
        return day, ""
    # The day comes first here; only where that is no date may the month have been meant.
    plain = re.sub(r"[/.-]", "/", text)
    patterns = ("%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S")
    meant = next((day for pattern in patterns if (day := _parsed(plain, pattern))), None)
    example = f"{meant:%Y-%m-%d}" if meant else "misalnya 2014-02-01"
    return None, f"tulis {example} (tahun-bulan-tanggal)"


def _parsed(text: str, pattern: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, pattern)
    except ValueError:
        return None
