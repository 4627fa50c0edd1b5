"""Extracts that hold the same facility and month: whether they agree on who came on the days that both hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from analysis.extract_counts import by_facility
from analysis.extract_visits import SOUND, known_card

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from analysis.extract_engine import Engine


def shared_months(presences: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the places and months that more than one extract holds, as the engine has them.

    presences: see ``extract_counts.presence``, one for each extract. Columns: place, month (since the year 0).
    """
    every = pd.concat([presence[["place", "month"]] for presence in presences])
    shared = every[every.duplicated()].drop_duplicates()
    since_0 = pd.PeriodIndex(shared["month"]).asi8 + 12 * 1970
    return pd.DataFrame({"place": shared["place"].astype("object"), "month": since_0.astype("int32")})


def disagreements(engine: Engine, tables: Sequence[ir.Table], shared: pd.DataFrame) -> pd.DataFrame:
    """Return visits that not every extract with visits of that day and place holds, or not for the same participant.

    tables: visits of each extract. shared: see ``shared_months``. Only of places and months of which extracts have some
    visits in common; others were exported by turns.
    Columns: facility_code (where registered), month, lone (such visits), mutual (whether each of two
    extracts lacks what the other holds; otherwise one is merely later). So it is where files give every visit that they
    share another participant: each has pseudonyms of its own, or only one has them.
    """
    where = ibis.memtable(shared, schema={"place": "string", "month": "int32"})
    visits = ibis.union(*(_visits(table, where, number) for number, table in enumerate(tables)), distinct=True)
    persons = visits.group_by(["place", "month", "day", "home", "card", "number"]).aggregate(
        files=lambda t: t.count(), low=lambda t: t["file"].min(), high=lambda t: t["file"].max()
    )
    there = visits.group_by(["place", "day"]).aggregate(there=lambda t: t["file"].nunique())
    told = persons.join(there, ["place", "day"])
    told = told.mutate(lone=(told["files"] < told["there"]).cast("int64"), common=(told["files"] > 1).cast("int64"))
    places = told.group_by(["place", "month"]).aggregate(
        common=lambda t: t["common"].sum(),
        low=lambda t: t["low"].min(where=t["lone"] == 1),
        high=lambda t: t["high"].max(where=t["lone"] == 1),
    )
    mixed = places.filter(places["common"] > 0).select("place", "month", mutual=places["low"] != places["high"])
    lone = told.filter(told["lone"] == 1).select("place", "month", "home").join(mixed, ["place", "month"])
    found = lone.group_by(["home", "month"]).aggregate(
        lone=lambda t: t.count(), mutual=lambda t: t["mutual"].cast("int64").max()
    )
    shown = visits.filter(visits["number"].notnull()).group_by(["place", "month", "day", "number"])
    exchanged = shown.aggregate(
        home=lambda t: t["home"].min(), rows=lambda t: t.count(),
        persons=lambda t: t["card"].nunique(), files=lambda t: t["file"].nunique(),
    )  # fmt: skip
    exchanged = exchanged.filter(exchanged["files"] > 1, exchanged["rows"] == exchanged["persons"])
    others = exchanged.group_by(["home", "month"]).aggregate(lone=lambda t: t.count())
    counts = pd.concat([engine.frame(found), engine.frame(others).assign(mutual=1)])
    return by_facility(counts.groupby(["home", "month"], as_index=False).max().rename(columns={"home": "place"}))


def _visits(table: ir.Table, where: ir.Table, number: int) -> ir.Table:
    known = table.filter(table["day_doubt"] == SOUND, table["home"].notnull(), known_card(table))
    known = known.select("place", "month", "day", "home", "card", "number").semi_join(where, ["place", "month"])
    return known.mutate(file=ibis.literal(number, "int32"))
