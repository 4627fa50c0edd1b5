"""Tables in Parquet: what is written and read is what pandas itself writes and reads, and months come back as months."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from analysis.parquet import as_parquet, from_parquet, month_columns

MONTHS = {
    "none": [],
    "one": ["2024-07"],
    "repeated, unordered, missing": ["2024-07", None, "2023-12", "2024-07"],
    "missing throughout": [None, None],
}


@pytest.mark.parametrize("months", MONTHS.values(), ids=MONTHS)
def test_a_table_is_written_and_read_as_pandas_does_it(months: list[str | None]) -> None:
    frame = pd.DataFrame(
        {
            "month": pd.PeriodIndex(months, freq="M"),
            "code": pd.array(["0101" if m else None for m in months], dtype="string"),
            "count": pd.array([7 if m else None for m in months], dtype="Int64"),
            "share": pd.array([0.5 if m else None for m in months], dtype="Float64"),
            "reached": pd.array([True if m else None for m in months], dtype="boolean"),
            "label": ["teks"] * len(months),
        },
        index=range(5, 5 + len(months)),
    )
    content = as_parquet(frame)
    assert content == frame.astype({"month": "string"}).to_parquet(index=False)
    pd.testing.assert_frame_equal(from_parquet(content), pd.read_parquet(io.BytesIO(content)))
    pd.testing.assert_frame_equal(from_parquet(content, ["month"]), frame.reset_index(drop=True))


def test_only_columns_of_months_are_told_as_such() -> None:
    frame = pd.DataFrame({"month": pd.PeriodIndex(["2024-07"], freq="M"), "text": ["2024-07"], "number": [7]})
    assert month_columns(frame) == ["month"]
