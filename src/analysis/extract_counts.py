"""Visits → counts: participants with a contact, referrals and controlled participants by facility and month.

Only what these functions return leaves the engine: counts by facility, month, diagnosis, clinic and reason, and for the
district's own workbook by doctor.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from analysis.extract_diagnoses import Diagnoses
from analysis.extract_engine import Engine
from analysis.extract_judged import Disease, controlled, referral_columns
from analysis.extract_shapes import Doubts, Referrals, no_cases, no_doctors
from analysis.extract_tacc import NO_TACC, UNKNOWN_TACC, Tacc
from analysis.extract_visits import BLANK, DOUBTFUL, NO_REFERRAL, OTHER_ORDER, OUTPATIENT, SOUND, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from analysis.rules import Rule

_FACTS = ("place", "month", "referral", "diagnosis", "flag", "tacc")
"""What two rows of one visit may not contradict each other in."""
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


def contacts(engine: Engine, table: ir.Table, rules: Sequence[Rule]) -> pd.DataFrame:
    """Return participants by the facility where they are registered, and month.

    rules: KBK rules, for what controlled means.
    Columns: facility_code, month, contacts (distinct card numbers with a visit of any kind, wherever), elsewhere (those
    of them with visits at other facilities only), ht_controlled, dm_controlled, ht_measured, dm_measured (members of
    Prolanis with a measurement; the last day with one decides, and on it the value that is not controlled),
    unreadable (visits whose card number cannot be read).
    """
    known = table.filter(table["day_doubt"] == SOUND, table["home"].notnull())
    day, member = known["day"].delta(ibis.date("2000-01-01"), unit="day"), known["disease"].notnull()

    def last(disease: Disease) -> ir.IntegerValue:
        """Day and verdict in one number, small because there is one for each person and month."""
        return ibis.ifelse(member, day * 2 + controlled(known, disease, rules), ibis.null("int64")).cast("int32")

    persons = (
        known.filter(known["card_doubt"] == SOUND)
        .mutate(
            elsewhere=(known["place"] != known["home"]).fill_null(False).cast("int8"),
            ht_last=last("HT"),
            dm_last=last("DM"),
        )
        .group_by(["home", "month", "card"])
        .aggregate(
            elsewhere=lambda t: t["elsewhere"].min(),
            ht_last=lambda t: t["ht_last"].max(),
            dm_last=lambda t: t["dm_last"].max(),
        )
    )
    counts = persons.group_by(["home", "month"]).aggregate(
        contacts=lambda t: t.count(),
        elsewhere=lambda t: _number(t["elsewhere"] == 1),
        ht_controlled=lambda t: _number(t["ht_last"] % 2 == 0),
        dm_controlled=lambda t: _number(t["dm_last"] % 2 == 0),
        ht_measured=lambda t: t["ht_last"].count(),
        dm_measured=lambda t: t["dm_last"].count(),
    )
    unreadable = known.filter(known["card_doubt"] == UNREADABLE).group_by(["home", "month"])
    frame = _with_months(engine.frame(counts)).merge(
        _with_months(engine.frame(unreadable.aggregate(unreadable=lambda t: t.count()))),
        on=["home", "month"],
        how="outer",
    )
    return _whole(frame.rename(columns={"home": "facility_code"}), ["facility_code", "month"])


def referrals(engine: Engine, table: ir.Table, diagnoses: Diagnoses, tacc: Tacc) -> Referrals:
    """Return the referrals in a table of visits."""
    known = table.filter(table["referral"] != NO_REFERRAL, table["day_doubt"] == SOUND, table["place"].notnull())
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
    visits = engine.keep("referral_visits", single.union(merged))
    verdict = diagnoses.verdict(visits["diagnosis"], visits["flag"])
    judged = visits.mutate(
        nonspecialist=verdict.nonspecialist, basis=verdict.basis,
        sure=(visits["referral"] == OUTPATIENT) & ~visits["conflict"],
    )  # fmt: skip
    free, excused = judged["tacc"] == NO_TACC, judged["tacc"].isin(list(tacc.names))
    sure, own = judged["sure"], judged["nonspecialist"] == 1
    judged = judged.mutate(
        counted=(sure & own & free).fill_null(False),
        excused=(sure & own & excused).fill_null(False),
        undecided=sure
        & ((judged["nonspecialist"].isnull() & ~excused) | (own.fill_null(False) & (judged["tacc"] == UNKNOWN_TACC))),
    )
    sums = {
        "referrals": lambda t: _number(t["sure"]),
        "nonspecialist": lambda t: _number(t["counted"]),
        "excused": lambda t: _number(t["excused"]),
    }
    monthly = judged.group_by(["place", "month"]).aggregate(
        **sums,
        undecided=lambda t: _number(t["undecided"]),
        doubtful=lambda t: _number(t["conflict"] | (t["referral"] == DOUBTFUL)),
    )
    sure_ones = judged.filter(judged["sure"])
    keys = [
        "place", "month", "diagnosis", "nonspecialist", "basis", "tacc", "reason", "clinic", "destination",
        "destination_name",
    ]  # fmt: skip
    cases = sure_ones.group_by(keys).aggregate(referrals=lambda t: t.count())
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
    return condition.cast("int64").sum().fill_null(0)


def _whole(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The table with counts as nullable whole numbers, in the order of its keys; no row is 0."""
    counts = {column: "Int64" for column in frame.columns if column not in keys}
    return frame.fillna(dict.fromkeys(counts, 0)).astype(counts).sort_values(keys, ignore_index=True)


def _with_months(frame: pd.DataFrame) -> pd.DataFrame:
    since_1970 = frame["month"].astype("int64") - 12 * 1970
    return frame.assign(month=pd.PeriodIndex.from_ordinals(since_1970.to_numpy(), freq="M"))
