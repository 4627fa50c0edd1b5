"""Visits → counts: participants with a contact, referrals and controlled participants by facility and month.

Only what these functions return leaves the engine: counts by facility, month, diagnosis, clinic and reason, and for the
district's own workbook by doctor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd

from analysis.extract_diagnoses import Diagnoses
from analysis.extract_engine import LARGEST_LOSS, Engine
from analysis.extract_judged import IMPLAUSIBLE, judged_referrals
from analysis.extract_layouts import ExtractWords
from analysis.extract_rows import ATTENDANCE, CANCELLED, NO_VISIT, OTHER_HEADING, SWAPPED, is_number
from analysis.extract_shapes import Doubts, Referrals, no_cases, no_doctors
from analysis.extract_tacc import NO_TACC, UNKNOWN_TACC, Tacc
from analysis.extract_visits import (
    BLANK,
    DOUBTFUL,
    IDENTITY,
    KNOWN_CARDS,
    NO_REFERRAL,
    OTHER_ORDER,
    OUTPATIENT,
    PSEUDONYM,
    SMALLEST_IDENTITY,
    SOUND,
    UNREADABLE,
    VISIT_KEYS,
    known_card,
    short_number,
)
from analysis.values import is_full_code

if TYPE_CHECKING:
    import ibis.expr.types as ir

_FACTS = ("place", "month", "card", "referral", "diagnosis", "flag", "tacc")
"""What two rows of one visit may not contradict each other in."""
_NOTHING = {"diagnosis": "", "card": 0}
"""What stands in rows that do not tell one of them, and contradicts nothing."""
_LETTER_AT = 12
"""Where the letter of a number of a visit stands, which tells visits from referrals."""
_DAYS = range(1, 32)
_VERDICTS = IMPLAUSIBLE + 1
"""How many verdicts on a measurement there are."""
_CASE = (
    "place", "month", "diagnosis", "nonspecialist", "basis", "tacc", "reason", "clinic", "destination",
    "destination_name",
)  # fmt: skip
"""What the rows of ``Referrals.cases`` differ in."""
_DETAILS = ("reason", "clinic", "destination", "destination_name", "doctor")


def kinds_of_rows(engine: Engine, table: ir.Table) -> pd.DataFrame:
    """Return how many rows of each kind one file's visits have: one look for all that is asked of them as a whole.

    Columns: home, place, month, card_doubt, day_doubt, early (see ``extract_visits.visits``), rows, name, area (name
    and district of the facility of the visit as the file has them, the largest).
    """
    kinds = table.group_by(["home", "place", "month", "card_doubt", "day_doubt", "early"])
    names = {"name": "place_name", "area": "place_district"}
    largest = {name: table[column].max() for name, column in names.items() if column in table.columns}
    frame = engine.frame(kinds.aggregate(rows=table.count(), **largest))
    return frame.assign(**{name: None for name in names if name not in largest})


def doubts(kinds: pd.DataFrame) -> Doubts:
    """Return the counts of doubtful rows; kinds: see ``kinds_of_rows``."""
    none = kinds["day_doubt"].isin([NO_VISIT, OTHER_HEADING])

    def rows(condition: pd.Series) -> int:
        return int(kinds.loc[condition & ~none, "rows"].sum())

    return Doubts(
        rows=rows(~none),
        no_visit=int(kinds.loc[kinds["day_doubt"] == NO_VISIT, "rows"].sum()),
        other_heading=int(kinds.loc[kinds["day_doubt"] == OTHER_HEADING, "rows"].sum()),
        cancelled=rows(kinds["day_doubt"] == CANCELLED),
        attendance_unknown=rows(kinds["day_doubt"] == ATTENDANCE),
        day_swapped=rows(kinds["day_doubt"] == SWAPPED),
        card_blank=rows(kinds["card_doubt"] == BLANK),
        card_unreadable=rows(kinds["card_doubt"] == UNREADABLE),
        card_identity=rows(kinds["card_doubt"] == IDENTITY),
        card_pseudonym=rows(kinds["card_doubt"] == PSEUDONYM),
        day_blank=rows(kinds["day_doubt"] == BLANK),
        day_unreadable=rows(kinds["day_doubt"] == UNREADABLE),
        day_other_order=rows(kinds["day_doubt"] == OTHER_ORDER),
        early=rows(kinds["early"].astype(bool)),
        home_blank=rows(kinds["home"].isna()),
        place_blank=rows(kinds["place"].isna()),
    )


def days(engine: Engine, table: ir.Table) -> set[dt.date]:
    """Return the days that a file holds visits of; the day of a signature below the table is none."""
    somewhere = table["place"].notnull() | table["home"].notnull()
    found = engine.frame(table.filter(somewhere).select("day").distinct())["day"]
    return set(pd.to_datetime(found).dropna().dt.date)


def presence(kinds: pd.DataFrame) -> pd.DataFrame:
    """Return which facilities a file holds visits of in which month; kinds: see ``kinds_of_rows``.

    Columns: place, month, name, area.
    """
    known = kinds.loc[(kinds["day_doubt"] == SOUND) & kinds["place"].notna(), ["place", "month", "name", "area"]]
    keys = ["place", "month"]
    largest = [
        known[[*keys, column]].sort_values(column, na_position="first").drop_duplicates(keys, keep="last")
        for column in ("name", "area")
    ]
    return with_months(largest[0].merge(largest[1], on=keys)).sort_values(keys, ignore_index=True)


@dataclass(frozen=True)
class Participants:
    """Participants with a contact, by the facility where they are registered.

    counts: facility_code, month, contacts (distinct card numbers with a visit of any kind, wherever), elsewhere (those
    of them with visits at other facilities only), ht_controlled, dm_controlled, ht_measured, dm_measured,
    ht_implausible, dm_implausible (members of Prolanis with a measurement; the last day with one decides, and on it
    first the implausible, then the value that is not controlled; the implausible are among the measured), unreadable
    (visits whose card number cannot be read, or is not there in more than LARGEST_LOSS), identities (visits with a NIK
    beside others with a card number), unhoused (visits at the facility of participants whose home is no code, or is not
    there in more than LARGEST_LOSS, and may be the facility).
    several: month → participants who are registered at several facilities in it, and counted at each.
    days: facility_code, month, day (of the month, from 1), visits (participants who came to their own facility).
    """

    counts: pd.DataFrame
    several: pd.Series
    days: pd.DataFrame


def contacts(engine: Engine, table: ir.Table, members: ir.Table, kinds: pd.DataFrame) -> Participants:
    """Return the participants in a table of visits.

    members: those of them that members of Prolanis made, see ``extract_visits.measurements``. kinds: the rows of the
    table, see ``kinds_of_rows``.
    """
    keys = ["home", "month"]
    readable = table.filter(table["day_doubt"] == SOUND, table["home"].notnull(), known_card(table))
    # One bit for each day of the month with a visit at home: persons are many, and grouped once for all that is asked.
    bit = ibis.literal(1, "int32") << (readable["day"].day() - 1).cast("int32")
    days_at_home = readable.select(*keys, "card", bit=ibis.ifelse(at_home(readable), bit, 0).cast("int32"))
    # Numbers are compared in less time than the codes of homes, which are few.
    homes = _short_homes(engine, kinds["home"])
    numbered = days_at_home if homes.empty else days_at_home.mutate(home=short_number(days_at_home["home"]))
    monthly = _monthly(engine, numbered, ["card", "month"])
    several = monthly.groupby("month")["several"].sum()
    several = several[several > 0]
    if len(several):
        monthly = _monthly(engine, days_at_home, ["card", "month", "home"])
    elif not homes.empty:
        monthly = monthly.assign(home=monthly["home"].map(homes))
    judged = members.filter(members["home"].notnull(), members["ht"].notnull() | members["dm"].notnull())
    # Day and verdict in one number: the last day with a verdict decides, and on it the greatest verdict.
    days_of = judged["day"].day() * _VERDICTS
    lasts = (
        judged.select(*keys, "card", ht_last=days_of + judged["ht"], dm_last=days_of + judged["dm"])
        .group_by([*keys, "card"])
        .aggregate(ht_last=lambda t: t["ht_last"].max(), dm_last=lambda t: t["dm_last"].max())
    )
    control = lasts.group_by(keys).aggregate(
        ht_controlled=lambda t: _number(t["ht_last"] % _VERDICTS == 0),
        dm_controlled=lambda t: _number(t["dm_last"] % _VERDICTS == 0),
        ht_measured=lambda t: t["ht_last"].count(),
        dm_measured=lambda t: t["dm_last"].count(),
        ht_implausible=lambda t: _number(t["ht_last"] % _VERDICTS == IMPLAUSIBLE),
        dm_implausible=lambda t: _number(t["dm_last"] % _VERDICTS == IMPLAUSIBLE),
    )
    counts = monthly[[*keys, "contacts", "elsewhere"]]
    for part in (engine.frame(control), _unreadable(kinds), _identities(kinds), _unhoused(kinds)):
        counts = counts.merge(part, on=keys, how="outer")
    visits = monthly[[str(day) for day in _DAYS]].to_numpy()
    rows, places = np.nonzero(visits)
    days = monthly[keys].iloc[rows].assign(day=places + _DAYS[0], visits=visits[rows, places])
    return Participants(
        _whole(_by_home(counts), ["facility_code", "month"]),
        with_months(several.reset_index()).set_index("month")["several"],
        _by_home(days),
    )


def _short_homes(engine: Engine, homes: pd.Series) -> pd.Series:
    """Return the codes of homes by their short numbers; none where two have the same number."""
    codes = sorted(homes.dropna().unique())
    if not codes:
        return pd.Series(dtype="string")
    listed = ibis.memtable({"home": codes}, schema={"home": "string"})
    found = engine.frame(listed.mutate(number=short_number(listed["home"]))).set_index("number")["home"]
    return found if found.index.is_unique else found.iloc[:0]


def _monthly(engine: Engine, days_at_home: ir.Table, person: list[str]) -> pd.DataFrame:
    """Return participants by home and month: contacts, elsewhere, several (whose rows name several homes), and by day.

    days_at_home: month, home, card and the bit of the day of each visit. person: what tells a participant of a month
    apart; without the home, one whose rows name several is counted at one of them.
    """
    homes = {} if "home" in person else {"home": lambda t: t["home"].min()}
    persons = days_at_home.group_by(person).aggregate(
        **homes, last_home=lambda t: t["home"].max(), bits=lambda t: bit_or(t["bit"])
    )
    return engine.frame(
        persons.group_by(["home", "month"]).aggregate(
            contacts=lambda t: t.count(),
            elsewhere=lambda t: _number(t["bits"] == 0),
            several=lambda t: _number(t["home"] != t["last_home"]),
            **{str(day): _on_day(day) for day in _DAYS},
        )
    )


def _identities(kinds: pd.DataFrame) -> pd.DataFrame:
    """Return home, month and identities: visits with a NIK or pseudonym where others there have something else.

    A person may stand there under both. Where all have a NIK, it tells persons apart as well as a card number does; so
    does a pseudonym.
    """
    keys = ["home", "month"]
    known = kinds[(kinds["day_doubt"] == SOUND) & kinds["home"].notna() & kinds["card_doubt"].isin(KNOWN_CARDS)]
    several = known.groupby(keys)["card_doubt"].nunique()
    identities = known[known["card_doubt"] != SOUND].groupby(keys)["rows"].sum()
    return identities[identities.index.isin(several[several > 1].index)].rename("identities").reset_index()


def _unreadable(kinds: pd.DataFrame) -> pd.DataFrame:
    """Return home, month and unreadable: visits of participants whose card number is none, or is not there in many.

    A few without any are told, and counted without; a puskesmas writes down those who are not insured as well.
    """
    known = kinds[(kinds["day_doubt"] == SOUND) & kinds["home"].notna()]
    lost = _many(known, known["card_doubt"] == BLANK, "home") | (known["card_doubt"] == UNREADABLE)
    return known[lost].groupby(["home", "month"], as_index=False)["rows"].sum().rename(columns={"rows": "unreadable"})


def _many(kinds: pd.DataFrame, lost: pd.Series, at: str) -> pd.Series:
    """Return which of the lost rows are of a facility and month that lost more than may be; at: its column."""
    keys = [kinds[at], kinds["month"]]
    share = kinds["rows"].where(lost, 0).groupby(keys).transform("sum") / kinds["rows"].groupby(keys).transform("sum")
    return lost & (share > LARGEST_LOSS)


def _unhoused(kinds: pd.DataFrame) -> pd.DataFrame:
    """Return home, month and unhoused: visits at a facility of participants whose home is no code, or is not there.

    As with card numbers, a few without any home are told only.
    """
    known = kinds[(kinds["day_doubt"] == SOUND) & kinds["place"].notna() & kinds["card_doubt"].isin(KNOWN_CARDS)]
    no_codes = [home for home in known["home"].dropna().unique() if not is_full_code(str(home))]
    places = [place for place in known["place"].unique() if is_full_code(str(place))]
    blank = _many(known, known["home"].isna(), "place")
    known = known[(known["home"].isin(no_codes) | blank) & known["place"].isin(places)]
    counts = known.groupby(["place", "month"], as_index=False)["rows"].sum()
    return counts.rename(columns={"place": "home", "rows": "unhoused"})


@ibis.udf.agg.builtin(signature=(("int32",), "int32"))
def bit_or(bits):  # type: ignore[no-untyped-def]
    """The engines' own function, which Ibis does not know of Spark."""


def at_home(table: ir.Table) -> ir.BooleanValue:
    """Return whether a visit was at the facility where the participant is registered; false where one is not known."""
    return (table["place"] == table["home"]).fill_null(False)


def _or_nobody(table: ir.Table) -> ir.IntegerValue:
    """The card number of a visit, and a number that no card has where there is none."""
    return table["card"].fill_null(0)


def _on_day(day: int) -> Callable[[ir.Table], ir.IntegerScalar]:
    return lambda persons: ((persons["bits"] >> (day - 1)) & 1).sum()


def _by_home(frame: pd.DataFrame) -> pd.DataFrame:
    return with_months(frame).rename(columns={"home": "facility_code"})


def referrals(
    engine: Engine,
    known: ir.Table,
    others: ir.Table,
    diagnoses: Diagnoses,
    tacc: Tacc,
    *,
    words: ExtractWords,
    shared: bool = False,
) -> Referrals:
    """Return the counts of referrals.

    known: see ``extract_visits.with_referral_texts``. others: visits without one, see ``extract_visits.not_referred``.
    words: what cells may hold. shared: whether several files hold the same facility and month; default False.
    """
    known = judged_referrals(known, tacc, words)
    known = known.select(
        *VISIT_KEYS, "day", "file", "referral", "diagnosis", "flag", *_DETAILS,
        # What stands for no number ('-', '0', 'NULL') has no other digit than 0.
        written=ibis.ifelse(known["visit"].re_search("[1-9]"), known["visit"], ""),
        # Where no row tells TACC there is none; a file that has no column of it contradicts no other.
        tacc=ibis.ifelse(known["tells_tacc"], known["tacc"], ibis.null("int8")),
    )  # fmt: skip
    # Without a number of its own a visit is the same when person, day, place and diagnosis are.
    stand_in = ibis.literal("?").concat(
        known["card"].cast("string").fill_null(""), "|", known["day"].cast("string"), "|", known["place"], "|",
        known["diagnosis"],
    )  # fmt: skip
    unnumbered = known["written"] == ""
    rows = engine.keep(
        "referral_rows",
        known.mutate(
            visit=ibis.ifelse(unnumbered, stand_in, known["written"]), unnumbered=unnumbered, card=_or_nobody(known)
        ).select(*_FACTS, *_DETAILS, "visit", "unnumbered", "number", "day", "file"),
    )
    marks = engine.frame(
        rows.group_by(["diagnosis", "flag"]).aggregate(
            rows=lambda t: t.count(), unnumbered=lambda t: _number(t["unnumbered"])
        )
    )
    contradicted = _contradicted(engine, rows.filter(~rows["unnumbered"]), others)
    denied = [] if contradicted is None else [contradicted]
    denied += [_renumbered(rows), _unnamed(rows)] if shared else []
    rows = ibis.union(rows, *denied) if denied else rows
    times = rows.group_by("visit").aggregate(times=lambda t: t.count())
    several = engine.keep("referral_repeated", times.filter(times["times"] > 1))
    single = rows.anti_join(several, "visit").select(*_FACTS, *_DETAILS, conflict=ibis.literal(False))
    extremes = (
        rows.semi_join(several, "visit")
        .group_by("visit")
        .aggregate(
            **{f"{c}_low": rows[c].nullif(_NOTHING[c]).min() if c in _NOTHING else rows[c].min() for c in _FACTS},
            **{c: rows[c].max() for c in (*_FACTS, *_DETAILS, "unnumbered")},
        )
    )
    unequal = [(extremes[f"{c}_low"] != extremes[c]).fill_null(False) for c in _FACTS]
    # Neither number nor card: nobody knows whether it is one participant or several.
    anybody = extremes["unnumbered"] & (extremes["card"] == 0)
    merged = extremes.select(*_FACTS, *_DETAILS, conflict=reduce(or_, unequal, anybody))
    visits = single.union(merged)
    visits = visits.mutate(tacc=visits["tacc"].fill_null(NO_TACC))
    verdict = diagnoses.verdict(visits["diagnosis"], visits["flag"], marks.loc[marks["flag"].isna(), "diagnosis"])
    judged = visits.mutate(
        nonspecialist=verdict.nonspecialist, basis=verdict.basis,
        sure=(visits["referral"] == OUTPATIENT) & ~visits["conflict"],
        doubtful=visits["conflict"] | (visits["referral"] == DOUBTFUL),
    )  # fmt: skip
    free, excused = judged["tacc"] == NO_TACC, judged["tacc"].isin(list(tacc.names))
    sure, own = judged["sure"], judged["nonspecialist"] == 1
    # Not kept: each of the two tables below needs few of the columns, and looking twice takes less than writing once.
    judged = judged.select(
        *_CASE, "doctor", "sure", "doubtful",
        counted=(sure & own & free).fill_null(False),
        excused=(sure & own & excused).fill_null(False),
        undecided=sure
        & (
            (judged["nonspecialist"].isnull() & ~excused)
            | (own.fill_null(False) & (judged["tacc"] == UNKNOWN_TACC))
        ),
    )  # fmt: skip
    sums = {
        "referrals": lambda t: _number(t["sure"]),
        "nonspecialist": lambda t: _number(t["counted"]),
        "excused": lambda t: _number(t["excused"]),
    }
    by_doctor = engine.frame(
        judged.group_by(["place", "month", "doctor"]).aggregate(
            **sums,
            undecided=lambda t: _number(t["undecided"]),
            doubtful=lambda t: _number(t["doubtful"]),
            visits=lambda t: t.count(),
        )
    )
    cases = judged.filter(judged["sure"]).group_by(_CASE).aggregate(referrals=lambda t: t.count())
    monthly = by_doctor.drop(columns="doctor").groupby(["place", "month"], as_index=False).sum()
    return Referrals(
        _whole(by_facility(monthly.drop(columns="visits")), ["facility_code", "month"]),
        leaving(engine.frame(cases), no_cases()),
        leaving(by_doctor[(by_doctor["doctor"] != "") & (by_doctor["referrals"] > 0)], no_doctors()),
        int(marks["rows"].sum() - monthly["visits"].sum()),
        int(marks["unnumbered"].sum()),
    )


def _contradicted(engine: Engine, rows: ir.Table, others: ir.Table) -> ir.Table | None:
    """Return rows that say of the same visits that they ended in no referral; None without any.

    rows: referrals with a number of the visit. others: see ``referrals``.
    """
    # Other visits are many, and hardly ever has one the short number and the card of a referral: all that tells a visit
    # is looked at only where one has.
    others, short = others.mutate(card=_or_nobody(others)), ["number", "card"]
    if not _some(engine, others.select(short).semi_join(rows.select(short), short)):
        return None
    found = engine.keep("contradicted", rows.semi_join(others, VISIT_KEYS))
    if not _some(engine, found):
        return None
    return found.mutate(referral=ibis.literal(NO_REFERRAL, found["referral"].type()))


def _renumbered(rows: ir.Table) -> ir.Table:
    """Return rows that deny referrals of a person, day and place that another file has under another number only.

    rows: see ``referrals``. One of the two may be the other under the number of the letter of referral, and the place
    where the participant is registered for that of the visit.
    """
    person = ["card", "day"]
    known = rows.filter(rows["card"] != 0)
    days = known.group_by(person).aggregate(there=lambda t: t["file"].nunique(), visits=lambda t: t["visit"].nunique())
    visits = known.group_by([*person, "visit"]).aggregate(files=lambda t: t["file"].nunique())
    told = visits.join(days.filter(days["there"] > 1, days["visits"] > 1), person)
    lone = told.filter(told["files"] < told["there"]).select("visit").distinct()
    return rows.semi_join(lone, "visit").mutate(referral=ibis.literal(NO_REFERRAL, rows["referral"].type()))


def _unnamed(rows: ir.Table) -> ir.Table:
    """Return rows that deny referrals without a card of a day and place of which another file has some.

    rows: see ``referrals``. They may be the same where they have no number, or one of another numbering than others of
    the day and in one file only. A NIK is no card where the others have one.
    """
    kind = ibis.cases((rows["card"] == 0, 0), (rows["card"] >= SMALLEST_IDENTITY, 2), else_=1)
    # P-Care numbers all visits of a facility in one way; what any other program numbers is its own.
    numbering = ibis.cases(
        (rows["unnumbered"], ibis.null("string")),
        (is_number(rows["visit"]), rows["visit"].substr(_LETTER_AT, 1)),
        else_=rows["file"].cast("string"),
    )
    where, rows = ["place", "day"], rows.mutate(kind=kind, numbering=numbering)
    days = rows.group_by(where).aggregate(
        there=lambda t: t["file"].nunique(), low=lambda t: t["kind"].min(), kinds=lambda t: t["kind"].nunique(),
        numberings=lambda t: t["numbering"].nunique(),
    )  # fmt: skip
    doubtful = days.filter(days["there"] > 1, (days["kinds"] > 1) | (days["low"] == 0))
    files = rows.group_by("visit").aggregate(files=lambda t: t["file"].nunique())
    lone = files.filter(files["files"] == 1)
    nobody = rows.filter(rows["kind"] != 1)
    denied = ibis.union(
        nobody.filter(nobody["unnumbered"]).semi_join(doubtful, where),
        nobody.filter(~nobody["unnumbered"])
        .semi_join(doubtful.filter(doubtful["numberings"] > 1), where)
        .semi_join(lone, "visit"),
    )
    return denied.mutate(referral=ibis.literal(NO_REFERRAL, rows["referral"].type())).drop("kind", "numbering")


def _some(engine: Engine, table: ir.Table) -> bool:
    return bool(engine.frame(table.aggregate(rows=table.count()))["rows"].iloc[0])


def leaving(frame: pd.DataFrame, shape: pd.DataFrame) -> pd.DataFrame:
    """Return counts by place and month as they leave the engine, in an order that does not depend on it.

    shape: an empty table with the columns and types; its numbers that are no counts are keys, like its texts.
    """
    # Sorted as the engine gave it: months and numbers that may be missing take longer.
    ordered = frame.rename(columns={"place": "facility_code"}).sort_values(
        [column for column in shape if column not in {"referrals", "visits"}], ignore_index=True
    )
    return with_months(ordered)[list(shape)].astype(dict(shape.dtypes))


def by_facility(frame: pd.DataFrame) -> pd.DataFrame:
    """Return counts by place and month as they leave the engine: with facility_code and months."""
    return with_months(frame).rename(columns={"place": "facility_code"})


def _number(condition: ir.BooleanValue) -> ir.IntegerScalar:
    """How often a condition holds."""
    return condition.nullif(False).count()


def _whole(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The table with counts as nullable whole numbers, in the order of its keys; no row is 0."""
    counts = {column: "Int64" for column in frame.columns if column not in keys}
    return frame.fillna(dict.fromkeys(counts, 0)).astype(counts).sort_values(keys, ignore_index=True)


def with_months(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with months in the place of their numbers as the engine counts them, since the year 0."""
    since_1970 = frame["month"].astype("int64") - 12 * 1970
    return frame.assign(month=pd.PeriodIndex.from_ordinals(since_1970.to_numpy(), freq="M"))
