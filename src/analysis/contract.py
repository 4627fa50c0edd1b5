"""The facility-month table: the one shape that cleaning hands to everything after it."""

from __future__ import annotations

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
    table = rows.copy()
    for column in COLUMNS:
        if column not in table:
            table[column] = pd.NA
    for column in TEXTS:
        table[column] = table[column].astype("string")
    for column in (*COUNTS, "source_row"):
        table[column] = table[column].astype("Int64")
    table["month"] = table["month"].astype("period[M]")
    table = table[list(COLUMNS)].sort_values(["facility_code", "month"], kind="stable").reset_index(drop=True)
    return FACILITY_MONTHS.validate(table, lazy=True)
