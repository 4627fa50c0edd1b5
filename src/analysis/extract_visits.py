"""Rows of an extract as visits: dates, card numbers as keys, and which of them are referrals. Ibis expressions only.

The same expressions run on every engine, and what they give stays in the engine's private folder. Each row is looked at
as little as can be: what only referrals or measurements need is kept as text and judged later, for those rows alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis

from analysis.extract_dates import DatePattern
from analysis.extract_engine import Engine, coalesce_dates
from analysis.extract_layouts import Columns, ExtractRole
from analysis.values import EARLIEST_YEAR, LATEST_YEAR

if TYPE_CHECKING:
    import ibis.expr.types as ir

SOUND, BLANK, UNREADABLE, OTHER_ORDER = 0, 1, 2, 3
"""What is the matter with a card number or a date."""
NO_REFERRAL, OUTPATIENT, DOUBTFUL, OTHER_REFERRAL = 0, 1, 2, 3
"""Whether a visit ended in an outpatient referral; DOUBTFUL where the row does not tell."""
REFERRAL_TEXTS: tuple[ExtractRole, ...] = (
    "visit", "diagnosis", "specialist", "nonspecialist", "tacc", "tacc_name", "reason", "clinic", "destination",
    "destination_name", "doctor",
)  # fmt: skip
"""Columns that are kept for referrals only, as text."""
MEASURED_TEXTS: tuple[ExtractRole, ...] = ("systolic", "diastolic", "glucose")
"""Columns that are kept for members of Prolanis only, as text."""
_CODE_LENGTH, _CARD_LENGTH = 8, 13
_FIRST_DAY, _LAST_DAY = dt.date(EARLIEST_YEAR, 1, 1), dt.date(LATEST_YEAR, 12, 31)
_MEMBER = ("YA", "Y", "1", "TRUE", "PROLANIS")


@dataclass(frozen=True)
class Reading:
    """How one extract is read.

    days, births: patterns of its dates. other_days: patterns of the other order; what only they can read is counted.
    """

    days: Sequence[DatePattern]
    other_days: Sequence[DatePattern] = ()
    births: Sequence[DatePattern] = ()


def visits(raw: ir.Table, columns: Columns, reading: Reading, engine: Engine) -> ir.Table:
    """Return one row for each row of the extract.

    raw: text columns by role.
    Columns: home, place (facility codes as they stand), place_name, place_district, day (null where unreadable), month
    (months since the year 0), card (whole number; null where there is none), card_doubt, day_doubt (SOUND, BLANK,
    UNREADABLE, OTHER_ORDER), early (discharged before the visit), referral (NO_REFERRAL …), for referrals
    REFERRAL_TEXTS, for members of Prolanis MEASURED_TEXTS, age (whole years on the day) and disease (as the file names
    it, else the diagnosis of the visit).
    """
    # Cells of the common form are told first, in a projection of their own: in one expression with the others, DuckDB
    # takes the blanks away from every cell.
    first = raw.mutate(whole_day=coalesce_dates(engine, Texts(raw, columns).raw("day"), reading.days))
    text, whole = Texts(first, columns), first["whole_day"]
    judged = first.mutate(
        found_day=ibis.ifelse(whole.notnull(), whole, _beginning(text, "day", reading.days, engine)),
        found_card=_card(text),
        found_place=_place(text),
        found_referral=_referral(text, columns),
        found_member=_member(text, columns),
    )
    text = Texts(judged, columns)
    found, card, referral = judged["found_day"], judged["found_card"], judged["found_referral"]
    day = ibis.ifelse(found.between(_FIRST_DAY, _LAST_DAY), found, ibis.null("date"))
    other = _dates(text, "day", reading.other_days, engine)
    disease: ExtractRole = "prolanis_kind" if columns.has("prolanis_kind") else "diagnosis"

    def only(condition: ir.BooleanValue, value: ir.Value) -> ir.Value:
        return ibis.ifelse(condition, value, ibis.null(value.type()))

    return judged.select(
        home=text.raw("home"),
        place=judged["found_place"],
        place_name=text.raw("place_name"),
        place_district=text.raw("place_district"),
        day=day,
        card=card,
        referral=referral,
        month=(day.year() * 12 + day.month() - 1).cast("int32"),
        card_doubt=ibis.cases((card.notnull(), SOUND), (text["card"].re_search("^0*$"), BLANK), else_=UNREADABLE).cast(
            "int8"
        ),
        day_doubt=ibis.cases(
            (day.notnull(), SOUND), (text["day"] == "", BLANK), (other.notnull(), OTHER_ORDER), else_=UNREADABLE
        ).cast("int8"),
        # Mostly the same text, which need not be read a second time.
        early=ibis.cases(
            (text.raw("out_day") == text.raw("day"), False),
            else_=(_dates(text, "out_day", reading.days, engine) < day).fill_null(False),
        ),
        **{role: only(referral != NO_REFERRAL, text[role]) for role in REFERRAL_TEXTS},
        **{role: only(judged["found_member"], text[role]) for role in MEASURED_TEXTS},
        disease=only(judged["found_member"], text[disease]),
        age=only(judged["found_member"], _age(_dates(text, "birth", reading.births, engine), day)).cast("int16"),
    )


def with_plain_codes(engine: Engine, table: ir.Table) -> ir.Table:
    """Return visits whose facility codes are capitals without blanks and apostrophes; null where there is none.

    The codes of a file are few: how each is spelled is looked at once, not in every row.
    """
    changes = {}
    for column in ("home", "place"):
        spelled = engine.frame(table.select(column).distinct())[column].dropna()
        changed = {str(code): plain_facility(str(code)) for code in spelled if plain_facility(str(code)) != code}
        if changed:
            code = table[column]
            blank = [old for old, new in changed.items() if not new]
            respelled = [(code == old, new) for old, new in sorted(changed.items()) if new]
            changes[column] = ibis.cases((code.isin(blank), ibis.null("string")), *respelled, else_=code)
    return table.mutate(**changes) if changes else table


def plain_facility(code: str) -> str:
    """Return a facility code as it is compared: capitals without blanks, apostrophes and a trailing '.0'."""
    return code.replace("'", "").strip().upper().removesuffix(".0")


class Texts:
    """Text of a role: as it stands, or without blanks around it.

    Taking blanks away costs as much as reading the row; where a cell of a common form is told from all others first,
    only the others are paid for.
    """

    def __init__(self, table: ir.Table, columns: Columns) -> None:
        self._table, self._columns = table, columns

    def raw(self, role: ExtractRole) -> ir.StringValue:
        """The cell as it stands; null where it is empty or the file has no such column."""
        return self._table[role] if self._columns.has(role) else ibis.literal("").nullif("")

    def __getitem__(self, role: ExtractRole) -> ir.StringValue:
        """The cell without blanks around it; empty where it is null or the file has no such column."""
        if not self._columns.has(role):
            return ibis.literal("")
        raw = self.raw(role)
        # Blanks of every kind sort up to " ": a cell that begins and ends above it needs no search for them.
        return ibis.ifelse((raw.left(1) > " ") & (raw.right(1) > " "), raw, raw.fill_null("").strip())


def _dates(text: Texts, role: ExtractRole, patterns: Sequence[DatePattern], engine: Engine) -> ir.DateValue:
    """A date by the first pattern that fits; what stands in front of a time only where the cell as a whole is none."""
    whole = coalesce_dates(engine, text.raw(role), patterns)
    return ibis.coalesce(whole, _beginning(text, role, patterns, engine))


def _beginning(text: Texts, role: ExtractRole, patterns: Sequence[DatePattern], engine: Engine) -> ir.DateValue:
    """The date in front of a time, without blanks around it."""
    plain = text[role]
    end = ibis.coalesce(plain.find(" ").nullif(-1), plain.find("T").nullif(-1), plain.length())
    return coalesce_dates(engine, plain.substr(0, end), patterns)


def _card(text: Texts) -> ir.IntegerValue:
    """A card number as a whole number, so that a lost leading zero does not matter; null for anything but digits."""
    raw, plain = text.raw("card"), text["card"]
    return ibis.cases(
        ((raw.length() == _CARD_LENGTH) & raw.startswith("000"), raw.try_cast("int64")),
        (plain.re_search("^[0-9]{6,16}$"), plain.try_cast("int64")),
        else_=ibis.null("int64"),
    ).nullif(0)


def _place(text: Texts) -> ir.StringValue:
    """Where the visit was: its column, else the first eight characters of the visit's number, else where registered."""
    place, visit = text.raw("place"), text.raw("visit")
    return ibis.cases(
        (place != "", place), (visit.length() > _CODE_LENGTH, visit.left(_CODE_LENGTH)), else_=text.raw("home")
    )


def _referral(text: Texts, columns: Columns) -> ir.IntegerValue:
    status, name = text["status"], text["status_name"].lower()
    kind, kind_name = text["kind"], text["kind_name"].upper()
    if columns.only_referrals:
        referred: ir.BooleanValue = ibis.literal(True)
        unclear: ir.BooleanValue = ibis.literal(False)
    else:
        by_name = name.contains("rujuk") & ~name.contains("internal")
        referred = status.isin(["4", "04", "4.0"]) | ((status == "") & by_name)
        goals: tuple[ExtractRole, ...] = ("clinic", "destination", "destination_name")
        unclear = (status == "") & (name == "") & reduce(or_, [text[role] != "" for role in goals])
    if columns.tells_kind:
        outpatient = kind.isin(["10", "10.0"]) | ((kind == "") & (kind_name == "RJTP"))
        unknown = (kind == "") & (kind_name == "")
    else:
        outpatient, unknown = ibis.literal(True), ibis.literal(False)
    return ibis.cases(
        (text.raw("status").isin(["3", "5"]), NO_REFERRAL),
        ((text.raw("status") == "4") & (text.raw("kind") == "10"), OUTPATIENT),
        (unclear | (referred & unknown), DOUBTFUL),
        (referred & outpatient, OUTPATIENT),
        (referred, OTHER_REFERRAL),
        else_=NO_REFERRAL,
    ).cast("int8")


def _member(text: Texts, columns: Columns) -> ir.BooleanValue:
    """Members of Prolanis: by the name of their disease, else by membership with the diagnosis of the visit."""
    if columns.has("prolanis_kind"):
        return text.raw("prolanis_kind") != ""
    if columns.tells_prolanis:
        return text["prolanis"].upper().isin(_MEMBER)
    return ibis.literal(False)


def _age(birth: ir.DateValue, day: ir.DateValue) -> ir.IntegerValue:
    """Whole years on the day of the visit."""
    before = (day.month() < birth.month()) | ((day.month() == birth.month()) & (day.day() < birth.day()))
    return day.year() - birth.year() - ibis.ifelse(before, 1, 0)
