"""Reading of published figures: published.csv beside district.yml, its schema, and the periods that it holds."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from analysis.errors import DataError, UserError, nearest
from analysis.periods import Period, parse_period
from analysis.reference import Strict

PUBLISHED_FILE = "published.csv"
PublishedKind = Literal["published_shares", "published_zones"]
Zone = Literal["TIDAK AMAN", "AMAN", "PRESTASI"]
ZONES: tuple[Zone, ...] = ("TIDAK AMAN", "AMAN", "PRESTASI")
"""Zones of the rule of 2016, worst first, as the source prints them."""

_FAULTS = {
    "int_parsing": "harus bilangan bulat",
    "int_from_float": "harus bilangan bulat",
    "string_too_short": "wajib diisi",
    "string_pattern_mismatch": "bukan bulan; tulis seperti 2017-03",
    "greater_than_equal": "di luar rentang yang mungkin",
    "less_than_equal": "di luar rentang yang mungkin",
}
_PRINTED = re.compile(r"(\d+)(?:[.,](\d+))?\s*%?")


def printed_number(text: str | Decimal) -> Decimal:
    """Return a printed percent ('71,5', '53%') as a Decimal that keeps its decimals; ValueError where it is none."""
    if isinstance(text, Decimal):
        return text
    match = _PRINTED.fullmatch(text.strip())
    if match is None:
        raise ValueError("bukan bilangan; tulis seperti tercetak, misalnya 71,5")
    whole, decimals = match.groups()
    return Decimal(f"{whole}.{decimals}" if decimals else whole)


def _percent(text: str) -> str:
    if not 0 <= printed_number(text) <= 100:
        raise ValueError("di luar 0 sampai 100 persen")
    return text


def _period(text: str) -> str:
    try:
        return parse_period(text).code
    except UserError:
        raise ValueError("bukan periode; tulis seperti 2021, 2022-S1, 2017-T1, atau 2017-03") from None


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


Text = Annotated[str, Field(min_length=1)]
PeriodCode = Annotated[str, AfterValidator(_period)]
Month = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
PrintedPercent = Annotated[str, AfterValidator(_percent)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
IndicatorName = Literal["AK", "RRNS", "RPPT", "RPPB"]


class ShareRow(Strict):
    """One row of published shares.

    measure: share_on_target, the share of facilities on target in percent; invited_off_target, how many were invited
        because they were not.
    value: as printed, with its decimals. target: as the source prints it, which need not be the target of the rule.
    n: number of facilities, blank unless the source says it. wording: what the source calls the number.
    """

    period: PeriodCode
    indicator: IndicatorName
    measure: Literal["share_on_target", "invited_off_target"]
    value: Text
    unit: Literal["%", "orang"]
    decimals: Annotated[int, Field(ge=0, le=4)]
    target: str
    unit_of_analysis: Text
    n: Annotated[Positive | None, BeforeValidator(_blank_is_none)]
    wording: Text
    source: Text
    note: str

    @model_validator(mode="after")
    def _consistent(self) -> ShareRow:
        number = printed_number(self.value)
        if (self.measure == "share_on_target") != (self.unit == "%"):
            raise ValueError(
                "unit tidak sesuai dengan measure: share_on_target dalam %, invited_off_target dalam orang"
            )
        if -int(number.as_tuple().exponent) != self.decimals:
            raise ValueError(f"value “{self.value}” tidak mempunyai {self.decimals} desimal seperti kolom decimals")
        if self.unit == "%" and number > 100:
            raise ValueError(f"value “{self.value}” lebih dari 100 persen")
        return self


class ZoneRow(Strict):
    """One row of published counts: facilities of one zone in one month, with the percent as printed."""

    month: Month
    indicator: IndicatorName
    zone: Zone
    count: Count
    percent: PrintedPercent
    total: Positive
    unit_of_analysis: Text
    source: Text

    @model_validator(mode="after")
    def _within_total(self) -> ZoneRow:
        if self.count > self.total:
            raise ValueError(f"count {self.count} lebih besar daripada total {self.total}")
        return self


def read_published(folder: Path, kind: PublishedKind) -> pd.DataFrame:
    """Return published.csv of a district folder, one row per published number, in the order of the file.

    kind: published_shares (columns of ShareRow) or published_zones (columns of ZoneRow, month as a pandas Period).
    Raises DataError that lists every fault with row, column and value.
    """
    shape = ShareRow if kind == "published_shares" else ZoneRow
    lines = _lines(folder / PUBLISHED_FILE, list(shape.model_fields))
    rows: list[Any] = []
    numbers: list[int] = []
    problems: list[str] = []
    for number, line in lines:
        try:
            rows.append(shape.model_validate(line))
            numbers.append(number)
        except ValidationError as error:
            problems += [_sentence(number, line, e) for e in error.errors()]
    whole = _share_problems if kind == "published_shares" else _zone_problems
    problems += whole(rows, numbers)
    if not problems and not rows:
        problems = ["belum ada satu baris pun di bawah judul kolom"]
    if problems:
        raise DataError(
            f"Berkas {PUBLISHED_FILE} di {folder.name}/ perlu diperbaiki. Cocokkan baris berikut dengan sumbernya, "
            "betulkan, simpan, lalu jalankan lagi:",
            problems,
        )
    table = pd.DataFrame([r.model_dump() for r in rows], columns=list(shape.model_fields))
    if kind == "published_zones":
        return table.assign(month=pd.PeriodIndex(table["month"], freq="M"))
    return table.assign(n=table["n"].astype("Int64"))


def periods_present(table: pd.DataFrame) -> list[Period]:
    """Return the periods that a report can be asked for, oldest first.

    Published shares: every period with a share. Published zones: every quarter of which all months are published.
    """
    if "month" in table:
        months = set(table["month"])
        quarters = {Period(m.year, 3 * ((m.month - 1) // 3) + 1, 3) for m in months}
        return sorted(q for q in quarters if months.issuperset(q.months))
    shares = table.loc[table["measure"] == "share_on_target", "period"].unique()
    return sorted((parse_period(p) for p in shares), key=lambda p: (p.months[-1], p.months[0]))


def _lines(path: Path, columns: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with the number of the line on which each ends; comma or semicolon, as Excel wrote it."""
    if not path.is_file():
        raise DataError(
            f"Berkas {PUBLISHED_FILE} belum ada di {path.parent.name}/. Buat berkas itu dengan kolom "
            f"{', '.join(columns)}."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"Berkas {PUBLISHED_FILE} tidak dapat dibaca. Simpan sebagai CSV UTF-8.") from None
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    header = [cell.strip() for cell in next(reader, [])]
    problems = [f"baris 1: kolom “{c}” tidak dikenal.{nearest(c, columns)}" for c in header if c not in columns]
    problems += [f"baris 1: kolom “{c}” tidak ada" for c in columns if c not in header]
    problems += [f"baris 1: kolom “{c}” tertulis {n} kali" for c, n in Counter(header).items() if n > 1]
    lines = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.append(f"baris {reader.line_num}: {len(cells)} sel, seharusnya {len(header)}")
        else:
            lines.append((reader.line_num, dict(zip(header, (c.strip() for c in cells), strict=True))))
    if problems:
        raise DataError(
            f"Susunan berkas {PUBLISHED_FILE} di {path.parent.name}/ tidak sesuai. Kolomnya harus "
            f"{', '.join(columns)}; angka berkoma desimal diapit tanda kutip:",
            problems,
        )
    return lines


def _sentence(number: int, line: dict[str, str], error: Any) -> str:
    column = ".".join(str(part) for part in error["loc"])
    place = f"baris {number}" + (f", kolom {column}: “{line.get(column, '')}”" if column else ":")
    context = error.get("ctx", {})
    if error["type"] == "literal_error":
        return f"{place} harus salah satu dari {context['expected'].replace(' or ', ' atau ')}"
    if error["type"] == "value_error":
        return f"{place} {context['error']}"
    return f"{place} {_FAULTS.get(error['type'], 'tidak sesuai')}"


def _share_problems(rows: list[ShareRow], numbers: list[int]) -> list[str]:
    keys = [(r.period, r.indicator, r.measure) for r in rows]
    problems = _doubles(keys, numbers, "periode, indikator, dan ukuran")
    indicators = sorted({r.indicator for r in rows})
    if len(indicators) > 1:
        problems.append(
            f"kolom indicator: satu berkas memuat satu indikator, di sini {', '.join(indicators)}; "
            "pisahkan ke folder lain"
        )
    return problems


def _zone_problems(rows: list[ZoneRow], numbers: list[int]) -> list[str]:
    problems = _doubles([(r.month, r.indicator, r.zone) for r in rows], numbers, "bulan, indikator, dan zona")
    indicators = sorted({r.indicator for r in rows})
    if len(indicators) > 1:
        problems.append(
            f"kolom indicator: satu berkas memuat satu indikator, di sini {', '.join(indicators)}; "
            "pisahkan ke folder lain"
        )
    months: dict[str, list[ZoneRow]] = defaultdict(list)
    for row in rows:
        months[row.month].append(row)
    for month, of_month in sorted(months.items()):
        missing = [z for z in ZONES if z not in {r.zone for r in of_month}]
        totals = sorted({r.total for r in of_month})
        if missing:
            problems.append(f"bulan {month}: zona {', '.join(missing)} tidak ada")
        if len(totals) > 1:
            problems.append(f"bulan {month}, kolom total: berbeda-beda ({', '.join(map(str, totals))})")
        elif not missing and len(of_month) == len(ZONES) and (found := sum(r.count for r in of_month)) != totals[0]:
            problems.append(
                f"bulan {month}, kolom count: jumlah ketiga zona {found}, tidak sama dengan total {totals[0]}"
            )
    return problems


def _doubles(keys: Sequence[tuple[str, ...]], numbers: list[int], what: str) -> list[str]:
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for key, number in zip(keys, numbers, strict=True):
        places[key].append(number)
    return [
        f"baris {', '.join(map(str, at))}: {what} yang sama ({', '.join(key)}) tertulis {len(at)} kali"
        for key, at in places.items()
        if len(at) > 1
    ]
