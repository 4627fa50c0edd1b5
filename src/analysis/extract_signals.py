"""How visits are recorded: their blood pressures, and the days of the month they fall on. Ibis expressions only.

What the checks of the figures look at. Only counts by facility and month leave the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from analysis.extract_counts import at_home, by_facility, shaped
from analysis.extract_shapes import Recorded, no_days, no_pressures
from analysis.extract_visits import SOUND, month_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from analysis.extract_engine import Engine


def recorded(
    engine: Engine,
    measured: Sequence[ir.Table],
    complete: Sequence[ir.Table],
    own: pd.DataFrame,
    covered: pd.MultiIndex,
) -> Recorded:
    """Return how visits are recorded.

    measured: visits of the files that hold blood pressures of members of Prolanis. complete: visits of the files that
    hold all visits, not referrals alone. own: ``Participants.days`` of them. covered: the facility-months that
    these cover from the first to the last day.
    """
    parts = [own, *([_days_away(engine, ibis.union(*complete))] if complete else [])]
    keys = ["facility_code", "month", "day"]
    days = shaped(pd.concat(parts).groupby(keys, as_index=False)["visits"].sum(), no_days())
    whole = pd.MultiIndex.from_frame(days[["facility_code", "month"]]).isin(covered)
    return Recorded(
        _pressures(engine, ibis.union(*measured)) if measured else no_pressures(),
        days[whole].reset_index(drop=True),
    )


def _days_away(engine: Engine, table: ir.Table) -> pd.DataFrame:
    """``Recorded.days`` of participants at other facilities than their own, in all months."""
    known = _known(table)
    visits = known.filter(~at_home(known)).select("place", "day", "card").distinct()
    counts = visits.group_by(["place", "day"]).aggregate(visits=lambda t: t.count())
    counts = counts.mutate(month=month_number(counts["day"]), day=counts["day"].day())
    return shaped(by_facility(engine.frame(counts)), no_days())


def _pressures(engine: Engine, table: ir.Table) -> pd.DataFrame:
    """``Recorded.pressures``; pairs that are not whole numbers, or too large for one, are counted together."""
    known = _known(table)
    measured = known.filter(known["systolic"] > 0, known["diastolic"] > 0).rename(upper="systolic", lower="diastolic")
    systolic, diastolic = (measured[name].try_cast("int16") for name in ("upper", "lower"))
    whole = ((systolic == measured["upper"]) & (diastolic == measured["lower"])).fill_null(False)
    nothing = ibis.null("int16")
    visits = measured.select(
        "place", "month", "day", "card", "upper", "lower",
        systolic=ibis.ifelse(whole, systolic, nothing), diastolic=ibis.ifelse(whole, diastolic, nothing),
    ).distinct()  # fmt: skip
    counts = visits.group_by(["place", "month", "systolic", "diastolic"]).aggregate(visits=lambda t: t.count())
    return shaped(by_facility(engine.frame(counts)), no_pressures())


def _known(table: ir.Table) -> ir.Table:
    """Visits of participants on a known day at a known facility; a row that stands twice has the same card and day."""
    return table.filter(table["day_doubt"] == SOUND, table["card_doubt"] == SOUND, table["place"].notnull())
