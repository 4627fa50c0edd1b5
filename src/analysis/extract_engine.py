"""Engines behind the reading of visits: DuckDB in this process, or Spark; both run the same Ibis expressions.

An engine reads an extract as text columns named by role, turns dates, and keeps tables in the run's private folder.
What an engine says of a broken row quotes the row, so its messages never leave this module.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from analysis.errors import DataError, ParameterError
from analysis.extract_dates import DatePattern

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from analysis.extract_files import Extract

EngineName = Literal["duckdb", "spark"]
MEMORY = "1GB"
"""What DuckDB may hold before it writes to the private folder; with Python and the buffers under 2 GB in all."""
MASTER_VARIABLE = "SPARK_MASTER"
"""Environment variable with the address of a Spark cluster; without it Spark runs in this computer."""
LARGEST_LOSS = 0.01
"""Share of the rows of a file that may be broken or without a date; above it the file is not used."""
MOST_REJECTS = 100_000
"""Broken rows of one file that are counted; a file with so many is of no use."""


def known_engine(name: str) -> EngineName:
    """Return the engine of a name, the usual one for an empty name; raise ParameterError for an unknown one."""
    for known in get_args(EngineName):
        if name in {known, ""}:
            engine: EngineName = known
            return engine
    raise ParameterError(f"Mesin “{name}” tidak dikenal. Yang ada: {', '.join(get_args(EngineName))}.")


class ExtractUnreadable(Exception):
    """An engine cannot read a file; says nothing of what stands in it."""


@dataclass(frozen=True)
class Broken:
    """Rows of a file that have too few or too many cells, or an open quote.

    encoding: rows that are not UTF-8. notes: short rows that are none of the table, see ``extract_rows.is_note``.
    swallowed: those of the rows that became a part of another one, because of a quote that is not closed there.
    """

    rows: int = 0
    encoding: int = 0
    notes: int = 0
    swallowed: int = 0


class Engine(Protocol):
    """What the reading of visits asks of an engine."""

    name: EngineName

    def read(self, extract: Extract) -> ir.Table:
        """Return the rows of an extract: its columns as text, those of known roles under the name of the role."""

    def date(self, text: ir.StringValue, pattern: DatePattern) -> ir.DateValue:
        """Return text as a date; null where it does not fit the pattern."""

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table now and keep it in the private folder; raise ExtractUnreadable where that fails."""

    def broken(self, extract: Extract) -> Broken:
        """Return the broken rows met while an extract was kept."""

    def frame(self, table: ir.Expr) -> Any:
        """Return a small result as a pandas table."""


@contextmanager
def engine_in(private: Path, name: EngineName = "duckdb") -> Iterator[Engine]:
    """Give an engine that writes only into ``private``.

    Raises ParameterError where Spark is asked for and not installed.
    """
    if name == "spark":
        with _spark(private) as engine:
            yield engine
        return
    import ibis  # noqa: PLC0415 - slow to import, and only visits need it

    # In memory: compressing a table in a file costs as much as reading the CSV. What does not fit spills to the folder.
    connection = ibis.duckdb.connect(
        memory_limit=MEMORY,
        temp_directory=str(private / "spill"),
        preserve_insertion_order=False,
        threads=min(os.cpu_count() or 1, 8),
        extension_directory=str(private),
        autoinstall_known_extensions=False,
    )
    fused = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False  # DuckDB merges projections itself, and quicker
    try:
        yield _DuckDB(connection)
    finally:
        ibis.options.sql.fuse_selects = fused
        connection.disconnect()


class _DuckDB:
    name: EngineName = "duckdb"

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._reads = 0
        self._numbers: dict[str, int] = {}
        self._forms: dict[tuple[str, ...], str] = {}
        self._compiled: dict[object, str] = {}
        self._kept = 0
        self._strptime = _time_function("try_strptime")

    def read(self, extract: Extract) -> ir.Table:
        self._reads += 1
        number = self._numbers[extract.name] = self._reads
        columns = dict.fromkeys(_names(extract), "VARCHAR")
        # Files with the same columns stand under one name, one after the other: what is asked of all is said once.
        form = self._forms.setdefault(tuple(columns), f"raw_{number}")
        with _silent():
            return self._connection.read_csv(
                str(extract.path), table_name=form, auto_detect=False, header=True,
                delim=extract.delimiter, quote='"', escape='"', columns=columns, ignore_errors=True,
                store_rejects=True, rejects_table=f"rejects_{number}", rejects_scan=f"scans_{number}",
                rejects_limit=MOST_REJECTS,
            )  # fmt: skip

    def date(self, text: ir.StringValue, pattern: DatePattern) -> ir.DateValue:
        return self._strptime(text, pattern.strptime).date()

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        import ibis  # noqa: PLC0415

        with _silent():
            self._kept += 1  # each name once: a table that is made again stands beside the first
            name, schema = f"{name}_{self._kept}", table.schema()
            columns = ", ".join(column.sql("duckdb") for column in schema.to_sqlglot_column_defs("duckdb"))
            # Ibis' own way asks the engine several times for what is known here, and copies the query.
            self._connection.raw_sql(f'CREATE TEMP TABLE "{name}" ({columns})')  # half the work of other tables
            if table.op() not in self._compiled:
                self._compiled[table.op()] = self._connection.compile(table)
            self._connection.raw_sql(f'INSERT INTO "{name}" {self._compiled[table.op()]}')
            return ibis.table(schema, name=name)

    def broken(self, extract: Extract) -> Broken:
        import ibis  # noqa: PLC0415

        from analysis.extract_rows import is_note  # noqa: PLC0415 - brings Ibis

        number = self._numbers[extract.name]
        columns = {"line": "int64", "error_type": "string", "csv_line": "string"}
        rejects = ibis.table(columns, name=f"rejects_{number}")
        is_encoding = rejects["error_type"] == "INVALID ENCODING"
        no_row = is_note(rejects["csv_line"], extract.words)
        counts = self.frame(
            rejects.aggregate(
                rows=rejects["line"].nunique(where=~is_encoding & ~no_row),
                encoding=rejects["line"].nunique(where=is_encoding),
                notes=rejects["line"].nunique(where=~is_encoding & no_row),
            )
        ).iloc[0]
        return Broken(int(counts["rows"]), int(counts["encoding"]), int(counts["notes"]))

    def frame(self, table: ir.Expr) -> Any:
        import pandas as pd  # noqa: PLC0415 - slow to import, and a report that has nothing to do needs it not

        with _silent():
            # By way of Arrow: texts need not become Python objects, nor be looked at to know that they are texts.
            # In one piece: pandas is slow with texts in many.
            found = self._connection.to_pyarrow(table).combine_chunks().to_pandas(date_as_object=False)
        # Nothing comes in no piece at all, and pandas cannot join the texts of two such tables.
        return found if len(found) else pd.DataFrame({name: pd.array([], kind) for name, kind in found.dtypes.items()})


def _names(extract: Extract) -> list[str]:
    """Names for the columns of an extract: roles, and their place for those that nobody asks for."""
    roles = {place: role for role, place in extract.columns.places.items()}
    return [roles.get(place, f"c{place}") for place in range(extract.width)]


def _time_function(name: str) -> Any:
    """An engine's own function of a text and a pattern that gives a time, or null."""
    import ibis  # noqa: PLC0415

    def function(text, pattern):  # type: ignore[no-untyped-def]
        """Ibis takes name and signature only."""

    return ibis.udf.scalar.builtin(function, name=name, signature=(("string", "string"), "timestamp"))


@contextmanager
def _silent() -> Iterator[None]:
    """Turn an engine's failure into one without its words: they quote rows of the file."""
    kind = ""
    try:
        yield
    except (ParameterError, DataError):
        raise
    except MemoryError:
        kind = "MemoryError"
    except Exception as error:
        kind = type(error).__name__
    if kind:
        # Raised outside the handler: no chain may carry the engine's message along.
        raise ExtractUnreadable(kind)


@contextmanager
def _spark(private: Path) -> Iterator[Engine]:
    try:
        import ibis  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError:
        raise ParameterError(
            "Mesin spark memerlukan paket pyspark, yang belum terpasang. Pasang dengan “make setup SPARK=1”, "
            "atau jalankan tanpa --engine spark."
        ) from None
    builder = (
        SparkSession.builder.appName("kbk-kunjungan")
        .config("spark.sql.warehouse.dir", str(private / "warehouse"))
        .config("spark.local.dir", str(private / "spill"))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.log.level", "OFF")
    )
    master = os.environ.get(MASTER_VARIABLE, "local[*]")
    builder = builder.master(master)
    if master.startswith("local"):
        builder = builder.config("spark.sql.shuffle.partitions", "8")  # 200, the default, is meant for a cluster
    session = None
    with suppress(Exception):  # its own words are a Java traceback
        session = builder.getOrCreate()
    if session is None:
        raise ParameterError(
            "Mesin spark tidak dapat dijalankan. Periksa apakah Java 17 atau lebih baru terpasang (java -version), "
            "atau jalankan tanpa --engine spark."
        )
    try:
        yield _Spark(session, ibis.pyspark.connect(session))
    finally:
        session.stop()


class _Spark:
    name: EngineName = "spark"

    def __init__(self, session: Any, connection: Any) -> None:
        self._session = session
        self._connection = connection
        self._broken: dict[str, str] = {}
        self._kept = 0
        self._timestamp = _time_function("try_to_timestamp")

    def read(self, extract: Extract) -> ir.Table:
        from pyspark.sql.types import StringType, StructField, StructType  # noqa: PLC0415

        view = f"raw_{len(self._broken)}"
        self._broken[extract.name] = view
        names = [*_names(extract), "broken"]
        with _silent():
            schema = StructType([StructField(name, StringType()) for name in names])
            reader = self._session.read.schema(schema).options(
                header=True, sep=extract.delimiter, quote='"', escape='"', multiLine=True, mode="PERMISSIVE",
                columnNameOfCorruptRecord="broken", enforceSchema=True,
            )  # fmt: skip
            # No URI: Spark takes %20 for itself, and marks such as [ for patterns.
            path = re.sub(r"([][{}*?\\])", r"\\\1", extract.path.resolve().as_posix())
            reader.csv(f"file:///{path.lstrip('/')}").createOrReplaceTempView(view)
            table = self._connection.table(view)
        # "broken" is selected with the rest, for Spark notices broken rows only where it is.
        return table.filter(table["broken"].isnull())

    def date(self, text: ir.StringValue, pattern: DatePattern) -> ir.DateValue:
        return self._timestamp(text, pattern.spark).date()

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        with _silent():
            self._kept += 1  # each name once: a table that is made again stands beside the first
            return self._connection.create_table(f"{name}_{self._kept}", table)

    def broken(self, extract: Extract) -> Broken:
        from analysis.extract_rows import is_note  # noqa: PLC0415 - brings Ibis

        with _silent():
            raw = self._connection.table(self._broken[extract.name])
            # A cell of each row is asked for too: Spark parses nothing where only the broken rows are counted.
            broken = raw.filter(raw["broken"].notnull()).aggregate(
                rows=lambda t: t.count(),
                notes=lambda t: t.count(where=is_note(t["broken"], extract.words)),
                cells=lambda t: t[0].count(),
            )
            counts = self._connection.execute(broken).iloc[0].fillna(0)
            return Broken(int(counts["rows"] - counts["notes"]), notes=int(counts["notes"]))

    def frame(self, table: ir.Expr) -> Any:
        with _silent():
            return self._connection.execute(table)
