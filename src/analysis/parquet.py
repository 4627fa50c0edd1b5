"""Tables as the content of Parquet files, and back: a month is the text 2024-07 there and a Period here."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pandas as pd
import pyarrow as pa


def month_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns that hold months."""
    return [name for name, kind in table.dtypes.items() if isinstance(kind, pd.PeriodDtype)]


def as_parquet(table: pd.DataFrame) -> bytes:
    """Return a table as the content of a Parquet file, without its index and with its months as text."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - commands that read and write no table do without

    texts = {column: _texts(table[column]) for column in month_columns(table)}
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table.assign(**texts), preserve_index=False, nthreads=1), content)
    return content.getvalue()


def arrow_of(content: bytes) -> pa.Table:
    """Return the table in a Parquet file as it is stored; raises what ``store.UNREADABLE`` names where there is none.

    Without the search for further files and partitions that reading by a path begins with.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415

    return pq.ParquetFile(pa.BufferReader(content)).read(use_threads=False)


def from_parquet(content: bytes, months: Iterable[str] = ()) -> pd.DataFrame:
    """Return the table in a Parquet file, the columns ``months`` as Periods; raises as ``arrow_of``."""
    table = arrow_of(content).to_pandas(use_threads=False)
    return table.assign(**{column: _months(table[column]) for column in months})


def _texts(months: pd.Series) -> pd.Series:
    """Months as text, each different one made once."""
    places, different = pd.factorize(months)
    texts = different.astype("string").array.take(places, allow_fill=True)
    return pd.Series(texts, index=months.index)


def _months(texts: pd.Series) -> pd.PeriodIndex:
    places, different = pd.factorize(texts)
    return pd.PeriodIndex(different, freq="M").take(places, allow_fill=True, fill_value=pd.NaT)
