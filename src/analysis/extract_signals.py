"""How visits are recorded: their blood pressures, and the days of the month they fall on. Ibis expressions only.

What the checks of the figures look at. Only counts by facility and month leave the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from analysis.extract_counts import at_home, by_facility, leaving
from analysis.extract_shapes import Recorded, no_days, no_pressures
from analysis.extract_visits import SOUND, known_card, month_number

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from analysis.extract_engine import Engine


def recorded(
    engine: Engine,
    measured: ir.Table | None,
    complete: ir.Table | None,
    own: pd.DataFrame,
    covered: pd.MultiIndex,
) -> Recorded:
    """Return how visits are recorded.

    measured: visits of members of Prolanis, see ``extract_visits.measurements``, of the files that hold their blood
    pressures; None without any. complete: visits of the files that hold all visits, not referrals alone; None without
    any. own: ``Participants.days`` of them. covered: the facility-months that these cover from the first to the last
    day.
    """
    parts = [own] if complete is None else [own, _days_away(engine, complete)]
    keys = ["facility_code", "month", "day"]
    days = pd.concat(parts).groupby(keys)["visits"].sum()
    days = days[days.index.droplevel("day").isin(covered)].reset_index()
    return Recorded(
        no_pressures() if measured is None else _pressures(engine, measured),
        days.astype(dict(no_days().dtypes)),
    )


def _days_away(engine: Engine, table: ir.Table) -> pd.DataFrame:
    """``Recorded.days`` of participants at other facilities than their own, in all months."""
    known = _known(table)
    visits = known.filter(~at_home(known)).select("place", "day", "card").distinct()
    counts = visits.group_by(["place", "day"]).aggregate(visits=lambda t: t.count())
    counts = counts.mutate(month=month_number(counts["day"]), day=counts["day"].day())
    return by_facility(engine.frame(counts))


def _pressures(engine: Engine, table: ir.Table) -> pd.DataFrame:
    """``Recorded.pressures``; pairs that are not whole numbers, or too large for one, are counted together."""
    there = (table["place"].notnull(), table["systolic"] > 0, table["diastolic"] > 0)
    measured = table.filter(*there).rename(upper="systolic", lower="diastolic")
    systolic, diastolic = (measured[name].try_cast("int16") for name in ("upper", "lower"))
    whole = ((systolic == measured["upper"]) & (diastolic == measured["lower"])).fill_null(False)
    nothing = ibis.null("int16")
    visits = measured.select(
        "place", "month", "day", "card", "upper", "lower",
        systolic=ibis.ifelse(whole, systolic, nothing), diastolic=ibis.ifelse(whole, diastolic, nothing),
    ).distinct()  # fmt: skip
    counts = visits.group_by(["place", "month", "systolic", "diastolic"]).aggregate(visits=lambda t: t.count())
    return leaving(engine.frame(counts), no_pressures())


def _known(table: ir.Table) -> ir.Table:
    """Visits of participants on a known day at a known facility; a row that stands twice has the same card and day."""
    return table.filter(table["day_doubt"] == SOUND, known_card(table), table["place"].notnull())
