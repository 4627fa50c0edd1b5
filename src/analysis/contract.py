"""The facility-month table: the one shape that cleaning hands to everything after it, and the rows it should hold."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pandera.pandas as pa

FACILITY_TYPES = ("puskesmas", "klinik_pratama", "rs_d_pratama", "dokter_mandiri", "dokter_gigi")
COUNTS = (
    "registered", "contacts", "referrals", "nonspecialist_referrals",
    "dm_registered", "dm_controlled", "ht_registered", "ht_controlled",
    "prolanis_registered", "prolanis_visited",
)  # fmt: skip
"""Nullable integers: missing is not zero. The last two only serve the rules of 2016 and 2017."""
TEXTS = ("district", "facility_code", "facility_name", "facility_type", "source_file", "source_sheet")
COLUMNS = (
    "district", "facility_code", "facility_name", "facility_type", "month", *COUNTS,
    "source_file", "source_sheet", "source_row",
)  # fmt: skip
PLACES = ("district", "source_file", "source_sheet", "source_row")
"""Columns that say where a row stood; no figure is computed from them."""
PARTS = (
    ("contacts", "registered"),
    ("nonspecialist_referrals", "referrals"),
    ("dm_controlled", "dm_registered"),
    ("ht_controlled", "ht_registered"),
    ("prolanis_visited", "prolanis_registered"),
)
"""Numerators and their denominators: no numerator may exceed its denominator."""

_checks = [
    pa.Check(
        lambda df, n=n, d=d: ~(df[n].notna() & df[d].notna() & (df[n] > df[d])).fillna(False),
        name=f"{n} <= {d}",
    )
    for n, d in PARTS
]

FACILITY_MONTHS = pa.DataFrameSchema(
    {
        "district": pa.Column("string"),
        "facility_code": pa.Column("string", pa.Check.str_length(min_value=1)),
        "facility_name": pa.Column("string"),
        "facility_type": pa.Column("string", pa.Check.isin(FACILITY_TYPES), nullable=True),
        "month": pa.Column("period[M]"),
        **{c: pa.Column("Int64", pa.Check.ge(0), nullable=True) for c in COUNTS},
        "source_file": pa.Column("string"),
        "source_sheet": pa.Column("string"),
        "source_row": pa.Column("Int64", nullable=True),
    },
    checks=_checks,
    unique=["facility_code", "month"],
    strict=True,
    ordered=True,
)


def facility_months(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` as a valid facility-month table, ordered by facility and month.

    rows: any table with at least facility_code, facility_name and month; missing columns are added as missing.
    Raises pandera.errors.SchemaErrors when the contract is broken (a bug in the reading, not a fault of the analyst).
    """
    missing = dict.fromkeys((column for column in COLUMNS if column not in rows), pd.NA)
    kinds = dict.fromkeys(TEXTS, "string") | dict.fromkeys((*COUNTS, "source_row"), "Int64") | {"month": "period[M]"}
    table = rows.assign(**missing)[list(COLUMNS)].astype(kinds)
    table = table.sort_values(["facility_code", "month"], kind="stable").reset_index(drop=True)
    return FACILITY_MONTHS.validate(table, lazy=True)


def without_idle_rows(table: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """Return a facility-month table without the rows that hold no count, of months in which the facility was not open.

    facilities: table of facilities.csv. Workbooks that list every facility in every month, the project's own among
    them, hold such rows; they say nothing against cooperating_since and closed_since.
    """
    opened = table["facility_code"].map(opening_months(facilities)).astype("period[M]")
    closed = table["facility_code"].map(closing_months(facilities)).astype("period[M]")
    shut = (table["month"] < opened) | (table["month"] >= closed)
    return table[~(shut & table[list(COUNTS)].isna().all(axis=1))]


def expected_months(
    table: pd.DataFrame, facilities: pd.DataFrame, months: Iterable[pd.Period]
) -> list[tuple[str, pd.Period]]:
    """Return the (facility_code, month) pairs of ``months`` in which a row is expected, by facility and month.

    table: facility-month table; facilities: table of facilities.csv.
    A row is expected from the facility's first row in all the data on, or from cooperating_since where that is earlier,
    but not before the data begin. It ends only with the month of closed_since: rows that stay away are missing, because
    a facility that is late looks the same as one that closed. A facility of facilities.csv without a single row is
    expected too, but for dentists, who are in no file of KBK figures.
    """
    begin = table["month"].min()
    first = {str(code): month for code, month in table.groupby("facility_code")["month"].min().items()}
    listed = facilities.loc[(facilities["type"] != "dokter_gigi").fillna(True), "code"].dropna()
    opened, closed = opening_months(facilities), closing_months(facilities)
    start_of = {code: max(begin, opened.get(code, begin)) for code in map(str, listed) if code not in first}
    start_of |= {code: min(month, max(begin, opened.get(code, month))) for code, month in first.items()}
    wanted = sorted(set(months))
    return [
        (code, month)
        for code, start in sorted(start_of.items())
        for month in wanted
        if start <= month and not (code in closed and month >= closed[code])
    ]


def opening_months(facilities: pd.DataFrame) -> dict[str, pd.Period]:
    """Return code → first whole month since cooperating_since of facilities.csv; those without it are absent."""
    listed = facilities.dropna(subset=["code", "cooperating_since"])
    return {
        str(code): pd.Period(day, freq="M") + int(day.day > 1)
        for code, day in zip(listed["code"], listed["cooperating_since"], strict=True)
    }


def closing_months(facilities: pd.DataFrame) -> dict[str, pd.Period]:
    """Return code → month since which facilities.csv says that the facility is closed; the open ones are absent."""
    listed = facilities.dropna(subset=["code", "closed_since"])
    return {
        str(code): pd.Period(day, freq="M") for code, day in zip(listed["code"], listed["closed_since"], strict=True)
    }
