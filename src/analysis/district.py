"""Settings of one district: district.yml and facilities.csv beside its files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field

from analysis.contract import FACILITY_TYPES
from analysis.errors import ConfigurationError
from analysis.reference import Strict, load_record
from analysis.workspace import Workspace

SETTINGS_FILE = "district.yml"
FACILITIES_FILE = "facilities.csv"


class Codes(Strict):
    """Codes of the district. They differ between ministries: Sanggau is 61.03 (Kemendagri) and 6105 (BPS)."""

    kemendagri: str = ""
    bps: str = ""


class Event(Strict):
    """Something that happened on a date and is marked on trends, such as a pembinaan meeting."""

    date: dt.date
    label: str
    indicator: Literal["AK", "RRNS", "RPPT", ""] = ""


class District(Strict):
    """Content of district.yml.

    name: full name as readers see it, 'Kabupaten Sanggau'.
    kind: what the folder holds: monthly KBK exports (kbk), published shares of facilities on target, or published
        counts of facilities by zone.
    simulated: True puts a banner on every page and figure.
    bulan_kapitasi: what the column of that name means in this district's files.
    aliases: other spellings of the district in the column KAB/KOTA.
    names: reviewed mapping from a facility name as it stands in a file to its code.
    """

    name: str
    level: Literal["kabupaten", "kota", "provinsi"]
    kind: Literal["kbk", "published_shares", "published_zones"] = "kbk"
    codes: Codes = Codes()
    simulated: bool = False
    bulan_kapitasi: Literal["pelayanan", "pembayaran"] = "pelayanan"
    aliases: list[str] = Field(default_factory=list)
    names: dict[str, str] = Field(default_factory=dict)
    events: list[Event] = Field(default_factory=list)


FACILITY_COLUMNS = {
    "code": "string",
    "name": "string",
    "type": "string",
    "doctors": "Int64",
    "dentists": "Int64",
    "special_tariff": "Int64",
    "network_exempt": "boolean",
    "cooperating_since": "datetime64[s]",
    "latitude": "Float64",
    "longitude": "Float64",
}
"""Columns of facilities.csv; only code is required, any other may be absent or blank (missing, never guessed)."""


def load_district(workspace: Workspace, slug: str) -> District:
    """Return the settings of a district; raise ConfigurationError when they are missing or wrong."""
    path = workspace.raw_of(slug) / SETTINGS_FILE
    if not path.is_file():
        raise ConfigurationError(
            f"Berkas data/raw/{slug}/{SETTINGS_FILE} belum ada. Buat berkas teks itu dengan isi sekurang-kurangnya:",
            [
                "name: Kabupaten … (nama lengkap)",
                "level: kabupaten (atau kota, provinsi)",
                "bulan_kapitasi: pelayanan (atau pembayaran, bila kolom Bulan Kapitasi berarti bulan bayar)",
            ],
        )
    return load_record(path, District)


def load_facilities(folder: Path) -> pd.DataFrame:
    """Return facilities.csv as a table with the columns of FACILITY_COLUMNS, one row per code; empty when absent.

    Raises ConfigurationError that lists every fault with its row.
    """
    path = folder / FACILITIES_FILE
    empty = pd.DataFrame({c: pd.Series(dtype=t) for c, t in FACILITY_COLUMNS.items()})
    if not path.is_file():
        return empty
    try:
        text = pd.read_csv(path, dtype="string", sep=None, engine="python", encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise ConfigurationError(
            f"Berkas {FACILITIES_FILE} tidak dapat dibaca. Simpan sebagai CSV UTF-8 dengan judul kolom "
            "di baris pertama."
        ) from None
    problems = [f"kolom “{c}” tidak dikenal" for c in text.columns if c not in FACILITY_COLUMNS]
    if "code" not in text.columns:
        problems.append("kolom “code” (Kode PPK) wajib ada")
    if problems:
        raise ConfigurationError(
            f"Berkas {FACILITIES_FILE}: kolom yang dikenal ialah {', '.join(FACILITY_COLUMNS)}.", problems
        )
    table = empty.reindex(range(len(text)))
    for column in text.columns:
        table[column], faults = _converted(text[column].str.strip(), column)
        problems += faults
    table["code"] = table["code"].str.upper()
    problems += [f"baris {i + 2}: kode kosong" for i in table.index[table["code"].isna()]]
    double = table["code"].notna() & table["code"].duplicated(keep=False)
    problems += [f"baris {i + 2}: kode {table.at[i, 'code']} tertulis lebih dari sekali" for i in table.index[double]]
    if problems:
        raise ConfigurationError(f"Berkas {FACILITIES_FILE} perlu diperbaiki:", problems)
    return table


_TRUE, _FALSE = {"ya", "true", "1", "y"}, {"tidak", "false", "0", "t", "n"}


def _converted(text: pd.Series, column: str) -> tuple[pd.Series, list[str]]:
    kind = FACILITY_COLUMNS[column]
    text = text.replace("", pd.NA)
    if column == "type":
        result = text.str.lower().str.replace(" ", "_")
        bad = result.notna() & ~result.isin(FACILITY_TYPES)
    elif kind == "boolean":
        lower = text.str.lower()
        result = lower.map({**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}).astype("boolean")
        bad = text.notna() & result.isna()
    elif kind == "datetime64[s]":
        result = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").astype(kind)
        bad = text.notna() & result.isna()
    elif kind in {"Int64", "Float64"}:
        number = pd.to_numeric(text, errors="coerce")
        bad = text.notna() & number.isna()
        if kind == "Int64":
            bad |= number.notna() & ((number % 1 != 0) | (number < 0))
        result = number.mask(bad).astype(kind)
    else:
        result, bad = text, pd.Series(False, index=text.index)
    faults = [f"baris {i + 2}, kolom {column}: “{text[i]}” tidak dapat dipakai" for i in text.index[bad.fillna(False)]]
    return result, faults
