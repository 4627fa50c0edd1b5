"""Visits → counts: participants with a contact, referrals and controlled participants by facility and month.

Only what these functions return leaves the engine: counts by facility, month, diagnosis, clinic and reason, and for the
district's own workbook by doctor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd

from analysis.extract_diagnoses import Diagnoses
from analysis.extract_engine import Engine
from analysis.extract_judged import referral_columns
from analysis.extract_shapes import Doubts, Referrals, no_cases, no_days, no_doctors
from analysis.extract_tacc import NO_TACC, UNKNOWN_TACC, Tacc
from analysis.extract_visits import (
    BLANK,
    DOUBTFUL,
    NO_REFERRAL,
    OTHER_ORDER,
    OUTPATIENT,
    SOUND,
    UNREADABLE,
    with_referral_texts,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

_FACTS = ("place", "month", "referral", "diagnosis", "flag", "tacc")
"""What two rows of one visit may not contradict each other in."""
_DAYS = range(1, 32)
_CASE = (
    "place", "month", "diagnosis", "nonspecialist", "basis", "tacc", "reason", "clinic", "destination",
    "destination_name",
)  # fmt: skip
"""What the rows of ``Referrals.cases`` differ in."""
_DETAILS = ("reason", "clinic", "destination", "destination_name", "doctor")


def doubts(engine: Engine, table: ir.Table) -> Doubts:
    """Return the counts of doubtful rows of one file's visits."""
    row = engine.frame(
        table.aggregate(
            rows=table.count(),
            card_blank=_number(table["card_doubt"] == BLANK),
            card_unreadable=_number(table["card_doubt"] == UNREADABLE),
            day_blank=_number(table["day_doubt"] == BLANK),
            day_unreadable=_number(table["day_doubt"] == UNREADABLE),
            day_other_order=_number(table["day_doubt"] == OTHER_ORDER),
            early=_number(table["early"]),
            home_blank=_number(table["home"].isnull()),
            place_blank=_number(table["place"].isnull()),
        )
    ).iloc[0]
    return Doubts(**{str(name): int(value) for name, value in row.items()})


def days(engine: Engine, table: ir.Table) -> pd.DataFrame:
    """Return the days that a file holds: day, rows."""
    grouped = table.filter(table["day"].notnull()).group_by("day").aggregate(rows=lambda t: t.count())
    frame = engine.frame(grouped)
    return frame.assign(day=pd.to_datetime(frame["day"])).sort_values("day", ignore_index=True)


def presence(engine: Engine, table: ir.Table) -> pd.DataFrame:
    """Return which facilities a file holds visits of.

    Columns: place, month, rows, name, area (name and district of the facility as the file has them).
    """
    known = table.filter(table["day_doubt"] == SOUND, table["place"].notnull())
    grouped = known.group_by(["place", "month"]).aggregate(
        rows=lambda t: t.count(), name=lambda t: t["place_name"].max(), area=lambda t: t["place_district"].max()
    )
    return _with_months(engine.frame(grouped)).sort_values(["place", "month"], ignore_index=True)


@dataclass(frozen=True)
class Participants:
    """Participants with a contact, by the facility where they are registered.

    counts: facility_code, month, contacts (distinct card numbers with a visit of any kind, wherever), elsewhere (those
    of them with visits at other facilities only), ht_controlled, dm_controlled, ht_measured, dm_measured (members of
    Prolanis with a measurement; the last day with one decides, and on it the value that is not controlled),
    unreadable (visits whose card number cannot be read).
    days: facility_code, month, day (of the month, from 1), visits (participants who came to their own facility).
    """

    counts: pd.DataFrame
    days: pd.DataFrame


def contacts(engine: Engine, table: ir.Table) -> Participants:
    """Return the participants in a table of visits."""
    known = table.filter(table["day_doubt"] == SOUND, table["home"].notnull())
    readable = known.filter(known["card_doubt"] == SOUND)
    # One bit for each day of the month with a visit at home: persons are many, and grouped once for all that is asked.
    bit = ibis.literal(1, "int32") << (readable["day"].day() - 1).cast("int32")
    persons = (
        readable.mutate(bit=ibis.ifelse(at_home(readable), bit, 0).cast("int32"))
        .group_by(["home", "month", "card"])
        .aggregate(bits=lambda t: bit_or(t["bit"]))
    )
    monthly = engine.frame(
        persons.group_by(["home", "month"]).aggregate(
            contacts=lambda t: t.count(),
            elsewhere=lambda t: _number(t["bits"] == 0),
            **{str(day): _on_day(day) for day in _DAYS},
        )
    )
    judged = readable.filter(readable["ht"].notnull() | readable["dm"].notnull())
    # Day and verdict in one number: the last day with a verdict decides, and on it the one that is not controlled.
    twice = judged["day"].day() * 2
    members = (
        judged.mutate(ht_last=twice + judged["ht"], dm_last=twice + judged["dm"])
        .group_by(["home", "month", "card"])
        .aggregate(ht_last=lambda t: t["ht_last"].max(), dm_last=lambda t: t["dm_last"].max())
    )
    control = members.group_by(["home", "month"]).aggregate(
        ht_controlled=lambda t: _number(t["ht_last"] % 2 == 0),
        dm_controlled=lambda t: _number(t["dm_last"] % 2 == 0),
        ht_measured=lambda t: t["ht_last"].count(),
        dm_measured=lambda t: t["dm_last"].count(),
    )
    unreadable = known.filter(known["card_doubt"] == UNREADABLE).group_by(["home", "month"])
    unread = unreadable.aggregate(unreadable=lambda t: t.count())
    keys = ["home", "month"]
    counts = monthly[[*keys, "contacts", "elsewhere"]]
    for part in (engine.frame(control), engine.frame(unread)):
        counts = counts.merge(part, on=keys, how="outer")
    visits = monthly[[str(day) for day in _DAYS]].to_numpy()
    rows, places = np.nonzero(visits)
    days = monthly[keys].iloc[rows].assign(day=places + _DAYS[0], visits=visits[rows, places])
    return Participants(_whole(_by_home(counts), ["facility_code", "month"]), shaped(_by_home(days), no_days()))


@ibis.udf.agg.builtin(signature=(("int32",), "int32"))
def bit_or(bits):  # type: ignore[no-untyped-def]
    """The engines' own function, which Ibis does not know of Spark."""


def at_home(table: ir.Table) -> ir.BooleanValue:
    """Return whether a visit was at the facility where the participant is registered; false where one is not known."""
    return (table["place"] == table["home"]).fill_null(False)


def _on_day(day: int) -> Callable[[ir.Table], ir.IntegerScalar]:
    return lambda persons: (persons["bits"] & (1 << (day - 1))).nullif(0).count()


def _by_home(frame: pd.DataFrame) -> pd.DataFrame:
    return _with_months(frame).rename(columns={"home": "facility_code"})


def referrals(engine: Engine, table: ir.Table, diagnoses: Diagnoses, tacc: Tacc) -> Referrals:
    """Return the referrals in a table of visits."""
    known = with_referral_texts(
        table.filter(table["referral"] != NO_REFERRAL, table["day_doubt"] == SOUND, table["place"].notnull()),
        "place", "month", "day", "card", "referral",
    )  # fmt: skip
    known = known.select(
        "place", "month", "day", "card", "referral", number=known["visit"].upper(), **referral_columns(known, tacc)
    )
    # Without a number of its own a visit is the same when person, day, place and diagnosis are.
    stand_in = ibis.literal("?").concat(
        known["card"].cast("string").fill_null(""), "|", known["day"].cast("string"), "|", known["place"], "|",
        known["diagnosis"],
    )  # fmt: skip
    unnumbered = known["number"] == ""
    rows = engine.keep(
        "referral_rows",
        known.select(
            *_FACTS,
            *_DETAILS,
            visit=ibis.ifelse(unnumbered, stand_in, known["number"]),
            unnumbered=unnumbered.cast("int8"),
        ),
    )
    times = rows.group_by("visit").aggregate(times=lambda t: t.count())
    several = engine.keep("referral_repeated", times.filter(times["times"] > 1))
    single = rows.anti_join(several, "visit").select(*_FACTS, *_DETAILS, conflict=ibis.literal(False))
    extremes = (
        rows.semi_join(several, "visit")
        .group_by("visit")
        .aggregate(
            **{f"{c}_low": rows[c].nullif("").min() if c in {"diagnosis"} else rows[c].min() for c in _FACTS},
            **{c: rows[c].max() for c in (*_FACTS, *_DETAILS)},
        )
    )
    unequal = [(extremes[f"{c}_low"] != extremes[c]).fill_null(False) for c in _FACTS]
    merged = extremes.select(*_FACTS, *_DETAILS, conflict=reduce(or_, unequal))
    visits = single.union(merged)
    verdict = diagnoses.verdict(visits["diagnosis"], visits["flag"])
    judged = visits.mutate(
        nonspecialist=verdict.nonspecialist, basis=verdict.basis,
        sure=(visits["referral"] == OUTPATIENT) & ~visits["conflict"],
        doubtful=visits["conflict"] | (visits["referral"] == DOUBTFUL),
    )  # fmt: skip
    free, excused = judged["tacc"] == NO_TACC, judged["tacc"].isin(list(tacc.names))
    sure, own = judged["sure"], judged["nonspecialist"] == 1
    judged = engine.keep(
        "referral_visits",
        judged.select(
            *_CASE, "doctor", "sure", "doubtful",
            counted=(sure & own & free).fill_null(False),
            excused=(sure & own & excused).fill_null(False),
            undecided=sure
            & (
                (judged["nonspecialist"].isnull() & ~excused)
                | (own.fill_null(False) & (judged["tacc"] == UNKNOWN_TACC))
            ),
        ),
    )  # fmt: skip
    sums = {
        "referrals": lambda t: _number(t["sure"]),
        "nonspecialist": lambda t: _number(t["counted"]),
        "excused": lambda t: _number(t["excused"]),
    }
    monthly = judged.group_by(["place", "month"]).aggregate(
        **sums, undecided=lambda t: _number(t["undecided"]), doubtful=lambda t: _number(t["doubtful"])
    )
    sure_ones = judged.filter(judged["sure"])
    cases = sure_ones.group_by(_CASE).aggregate(referrals=lambda t: t.count())
    doctors = sure_ones.filter(sure_ones["doctor"] != "").group_by(["place", "month", "doctor"]).aggregate(**sums)
    repeated = engine.frame(several.aggregate(n=(several["times"] - 1).sum().fill_null(0)))
    without = engine.frame(rows.aggregate(n=rows["unnumbered"].sum().fill_null(0)))
    return Referrals(
        _whole(by_facility(engine.frame(monthly)), ["facility_code", "month"]),
        shaped(by_facility(engine.frame(cases)), no_cases()),
        shaped(by_facility(engine.frame(doctors)), no_doctors()),
        int(repeated["n"].iloc[0]),
        int(without["n"].iloc[0]),
    )


def shaped(frame: pd.DataFrame, shape: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the columns and types of ``shape``, in an order that does not depend on the engine."""
    typed = frame[list(shape.columns)].astype(
        {column: kind for column, kind in shape.dtypes.items() if column != "month"}
    )
    return typed.sort_values([column for column in shape if column != "referrals"], ignore_index=True)


def by_facility(frame: pd.DataFrame) -> pd.DataFrame:
    """Return counts by place and month as they leave the engine: with facility_code and months."""
    return _with_months(frame).rename(columns={"place": "facility_code"})


def _number(condition: ir.BooleanValue) -> ir.IntegerScalar:
    """How often a condition holds."""
    return condition.nullif(False).count()


def _whole(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The table with counts as nullable whole numbers, in the order of its keys; no row is 0."""
    counts = {column: "Int64" for column in frame.columns if column not in keys}
    return frame.fillna(dict.fromkeys(counts, 0)).astype(counts).sort_values(keys, ignore_index=True)


def _with_months(frame: pd.DataFrame) -> pd.DataFrame:
    since_1970 = frame["month"].astype("int64") - 12 * 1970
    return frame.assign(month=pd.PeriodIndex.from_ordinals(since_1970.to_numpy(), freq="M"))
