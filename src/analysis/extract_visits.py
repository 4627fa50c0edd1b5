"""Rows of an extract as visits: dates, card numbers as keys, and which of them are referrals. Ibis expressions only.

The same expressions run on every engine, and what they give stays in the engine's private folder. Each row is looked at
as little as can be: what only referrals, or only members of Prolanis, need is kept as text and judged later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis

from analysis.extract_cards import CardForm
from analysis.extract_dates import DatePattern
from analysis.extract_engine import Engine
from analysis.extract_judged import (
    PRESSURE_UNIT,
    Measurements,
    controlled,
    decimal,
    glucose,
    pressure_cell,
    pressure_cells,
)
from analysis.extract_layouts import Columns, ExtractRole, ExtractWords, Molar
from analysis.extract_rows import SWAPPED, away, goal, is_number, no_visit, revoked, says_cancelled, swapped
from analysis.extract_text import plain_facility
from analysis.extract_written_dates import coalesce_dates
from analysis.values import EARLIEST_YEAR, LATEST_YEAR

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from analysis.rules import Rule

SOUND, BLANK, UNREADABLE, OTHER_ORDER, IDENTITY, PSEUDONYM = 0, 1, 2, 3, 4, 5
"""What is the matter with a card number or a date; IDENTITY: a NIK where a card number belongs; PSEUDONYM: a sign."""
KNOWN_CARDS = (SOUND, IDENTITY, PSEUDONYM)
"""What of a card number tells participants apart."""
NO_REFERRAL, OUTPATIENT, DOUBTFUL, OTHER_REFERRAL = 0, 1, 2, 3
"""Whether a visit ended in an outpatient referral; DOUBTFUL where the row does not tell."""
REFERRAL_TEXTS: tuple[ExtractRole, ...] = (
    "visit", "diagnosis", "specialist", "nonspecialist", "tacc", "tacc_name", "reason", "clinic", "destination",
    "destination_name", "doctor",
)  # fmt: skip
"""Columns that are kept for referrals only, as text; see ``with_referral_texts``."""
VISIT_KEYS = ("place", "month", "card", "number")
"""Columns that together tell a visit with a number, whose short number alone two visits may share."""
_NAMES: tuple[ExtractRole, ...] = ("place_name", "place_district")
_GOALS: tuple[ExtractRole, ...] = ("clinic", "destination", "destination_name")
_PRESSURES: tuple[ExtractRole, ...] = ("systolic", "diastolic", "pressure")
_STATE: tuple[ExtractRole, ...] = ("status", "status_name", "kind", "kind_name", *_GOALS)
_TAKEN_PLACE: tuple[ExtractRole, ...] = ("attendance", "any_state", "revoked")
_OF_REFERRAL: tuple[ExtractRole, ...] = ("referral_state", "referral_revoked")
_DAYS: tuple[ExtractRole, ...] = ("day", "out_day")
_MEASURED: tuple[ExtractRole, ...] = ("birth", "age", *_PRESSURES, "glucose")
_ALWAYS: tuple[ExtractRole, ...] = ("home", *_NAMES, "card", *_DAYS)
_CELLS: tuple[ExtractRole, ...] = (
    *_ALWAYS, *_MEASURED, "place", "prolanis", "prolanis_kind", *_TAKEN_PLACE, *_OF_REFERRAL, *_STATE[:4],
    *REFERRAL_TEXTS,
)  # fmt: skip
_REST = "rest_"
"""How the columns begin that hold the cells that need a second look."""
_REST_STATE = "rest_state"
"""Those of ``_STATE``, as one value: few rows need any of them, and then all."""
_CODE_LENGTH, _CARD_LENGTH = 8, 13
_LARGEST_CARD, SMALLEST_IDENTITY = 10**13, 10**15
"""Numbers that a card has less than, and a NIK (16 digits, none that begins with 0) at least."""
_HASHES = 2**31 - 1
"""How many short numbers stand for texts."""
_FIRST_DAY, _LAST_DAY = dt.date(EARLIEST_YEAR, 1, 1), dt.date(LATEST_YEAR, 12, 31)
_NOT_REFERRED = "(TIDAK|TDK|BELUM|BUKAN|TANPA|BATAL|NON)[ A-Z]*RUJUK"
_OTHER_CODES = ["20", "20.0", "50", "50.0"]
_OTHER_KINDS = "RITP|INAP|PROMOTIF|PREVENTIF|SEHAT"
_REFERRED_ELSEWHERE = "RUJUK[A-Z]* *(BALIK|HORI[SZ]ONTAL|PAR[ST]IAL)"
"""Back from a hospital, or to another clinic of the first level: no referral to a specialist."""
_USUAL_STATES = {
    "3": ("Berobat Jalan", "BEROBAT JALAN"),
    "4": ("Rujuk Lanjut", "RUJUK LANJUT", "Rujuk Vertikal", "RUJUK VERTIKAL"),
    "5": ("Rujuk Internal", "RUJUK INTERNAL"),
}
"""Codes of discharge that most rows have, and their names in P-Care."""
_OUTPATIENT_NAMES = ("RJTP", "Rawat Jalan Tingkat Pertama", "RAWAT JALAN TINGKAT PERTAMA")
_MEMBER = ("YA", "Y", "1", "TRUE", "PROLANIS")
_MEMBER_AND_MORE, _LONGEST_WORD = "^(YA|PROLANIS)([^A-Z]|$)", 5
_NOBODY = ["9" * digits for digits in range(6, 17)]
"""Card numbers that are written where there is none."""
_NONE_RENEWED: Mapping[str, str] = {}
_AGE = r"^([0-9]{1,3})(?:[.,]0+)? *(?:(?:TH|THN|TAHUN)[ .,]*(?:[0-9].*)?)?$"
_SIGN = "^[0-9A-Za-z][0-9A-Za-z+/=_-]{3,129}$"
_MARKS, _MARKS_BEFORE = ("'", "’", "`", '"', "=", "\u00a0"), "^[='’`\"\u00a0]+"
"""What spreadsheets and programs write before a number that is to stay a text."""
_AROUND_DIGITS = r"""^[=]?["'`’]+|["'`’]+$|[.]0+$|[\s\x{00a0}\x{feff}-]"""


@dataclass(frozen=True)
class Reading:
    """How one extract is read.

    words: what its cells may hold. days, births: patterns of its dates. other_days: patterns of the other order; what
    only they can read is counted. no_places: what its column of the place holds that is no code of BPJS, instead of
    which the number of the visit tells the place. molar: where it says that glucose is in mmol/L. cards: how it tells
    participants apart.
    """

    words: ExtractWords
    days: Sequence[DatePattern]
    other_days: Sequence[DatePattern] = ()
    births: Sequence[DatePattern] = ()
    no_places: Collection[str] = ()
    molar: Molar = ""
    cards: CardForm = ""


def visits(raw: ir.Table, columns: Columns, reading: Reading, engine: Engine) -> ir.Table:
    """Return one row for each row of the extract.

    raw: text columns by role.
    Columns: home, place (facility codes as they stand), place_name, place_district (where the file has them), day (null
    where unreadable), month (months since the year 0), card (whole number; null where there is none), card_doubt
    (SOUND, BLANK, UNREADABLE, IDENTITY, PSEUDONYM), day_doubt (SOUND, BLANK, UNREADABLE, OTHER_ORDER, and those of
    ``extract_rows``), number (short number for that of the visit, the same for the same text;
    null for none), early (discharged before the visit), referral
    (NO_REFERRAL …), referred (for referrals only: those of ``REFERRAL_TEXTS`` that the file has), measured (for
    members of Prolanis only: cells that ``measurements`` judges).
    The rows are many and stay in memory: what only few of them need takes next to no place in the others.
    """
    # In steps, each a projection of its own with what later ones need: what a cell of the common form tells is known
    # without a second look, and the others are few. DuckDB looks at every cell where both stand in one expression.
    text = Texts(raw, columns)
    first = raw.select(
        *columns.of(_CELLS),
        whole_day=coalesce_dates(engine, text.raw("day"), reading.days),
        usual_card=((text.raw("card").length() == _CARD_LENGTH) & text.raw("card").startswith("000")).fill_null(False),
        usual_state=_usual_state(text, columns),
        same_day=(text.raw("out_day") == text.raw("day")).fill_null(False),
    )
    second = first.mutate(**_rest(first, columns))
    second = second.mutate(line=_only(second["whole_day"].isnull(), no_visit(Texts(second, columns), columns, _CELLS)))
    text, whole = Texts(second, columns), second["whole_day"]
    number = columns.has("visit") and columns.gives_referrals
    pseudonyms = reading.cards in {"folded", "exact"}
    found = second.select(
        *columns.of((*_ALWAYS, *REFERRAL_TEXTS, *_MEASURED, "prolanis_kind")),
        *(f"{_REST}{role}" for role in columns.of(("card", *_DAYS))),
        same_day=second["same_day"],
        found_day=ibis.ifelse(whole.notnull(), whole, _beginning(text["day"], reading.days, engine)),
        found_card=_pseudonym(text, reading.cards) if pseudonyms else _card(text, second["usual_card"]),
        away=_away(text, columns, reading.words),
        line=second["line"],
        number=short_number(text.raw("visit")) if number else ibis.null("int32"),
        found_place=_place(text, reading.no_places),
        found_referral=_referral(text, columns, second["usual_state"], reading.words),
        found_member=_member(text, columns),
    )
    text = Texts(found, columns)
    found = found.mutate(swapped=swapped(text.raw("visit"), found["found_day"]) if columns.has("visit") else False)
    text, day, card = Texts(found, columns), found["found_day"], found["found_card"]
    referral = found["found_referral"]
    sound = found.select(
        *columns.of(("home", *_NAMES, "day", "out_day")),
        *(f"{_REST}{role}" for role in columns.of(_DAYS)),
        same_day=found["same_day"],
        found_place=found["found_place"],
        found_card=card,
        number=found["number"],
        card_doubt=ibis.cases(
            (card < _LARGEST_CARD, PSEUDONYM if pseudonyms else SOUND),
            (card >= SMALLEST_IDENTITY, UNREADABLE if reading.cards == "cut" else IDENTITY),
            (card.notnull(), UNREADABLE),
            (_is_no_card(ibis.coalesce(text["card"], text.raw("card"))), BLANK),
            else_=UNREADABLE,
        ).cast("int8"),
        sound_day=_only(day.between(_FIRST_DAY, _LAST_DAY) & found["away"].isnull() & ~found["swapped"], day),
        fault=ibis.coalesce(found["line"], found["away"], _only(found["swapped"], ibis.literal(SWAPPED, "int8"))),
        found_referral=referral,
        referred=_only(referral != NO_REFERRAL, _together(text, columns.of(REFERRAL_TEXTS))),
        measured=_only(found["found_member"], _together(text, _of_measurements(columns))),
    )
    text, day = Texts(sound, columns), sound["sound_day"]
    return sound.select(
        home=text.raw("home"),
        place=sound["found_place"],
        **{role: text.raw(role) for role in columns.of(_NAMES)},
        day=day,
        month=month_number(day),
        card=sound["found_card"],
        number=sound["number"],
        card_doubt=sound["card_doubt"],
        day_doubt=ibis.cases(
            (day.notnull(), SOUND),
            (sound["fault"].notnull(), sound["fault"]),
            (text["day"] == "", BLANK),
            (_date(text, "day", reading.other_days, engine).notnull(), OTHER_ORDER),
            else_=UNREADABLE,
        ).cast("int8"),
        early=_early(text, sound["same_day"], day, reading, engine) if columns.has("out_day") else ibis.literal(False),
        referral=sound["found_referral"],
        referred=sound["referred"],
        measured=sound["measured"],
    )


def measurements(
    table: ir.Table, columns: Columns, reading: Reading, engine: Engine, rules: Sequence[Rule]
) -> ir.Table:
    """Return the visits of members of Prolanis on a known day by a known participant, judged.

    table: see ``visits``. columns, reading: those of its file. rules: KBK rules, for what controlled means.
    Columns: home, place, month, day, card, systolic, diastolic (mmHg), ht, dm (see ``extract_judged.controlled``; by
    the disease that the file names, else by the diagnosis of the visit).
    """
    where = ("home", "place", "month", "day", "card")
    known = table.filter(table["measured"].notnull(), table["day_doubt"] == SOUND, known_card(table))
    roles = _of_measurements(columns)
    cells = known.select(*where, **{role: known["measured"][place] for place, role in enumerate(roles)})
    # In steps: DuckDB works out again what stands several times in the cases of one expression.
    text = Texts(cells, columns)
    upper, lower = (
        pressure_cells(text.raw("systolic"), text.raw("diastolic"))
        if columns.has("systolic")
        else pressure_cell(text.raw("pressure"))
    )
    told = cells.select(
        *where,
        disease=_plain(text.raw(roles[0])).upper(),
        birth=_date(text, "birth", reading.births, engine),
        written_age=_written_age(text),
        upper=upper,
        lower=lower,
        glucose=glucose(text.raw("glucose"), reading.molar),
    )
    measured = told.select(
        *where, "disease", "glucose",
        age=ibis.coalesce(_age(told["birth"], told["day"], reading), told["written_age"]).cast("int16"),
        systolic=decimal(told["upper"], PRESSURE_UNIT).cast("float32"),
        diastolic=decimal(told["lower"], PRESSURE_UNIT).cast("float32"),
    )  # fmt: skip
    of = Measurements(*(measured[name] for name in ("disease", "age", "month", "systolic", "diastolic", "glucose")))
    verdicts = {"ht": controlled(of, "HT", rules), "dm": controlled(of, "DM", rules)}
    return measured.select(*where, "systolic", "diastolic", **verdicts)


def _of_measurements(columns: Columns) -> list[ExtractRole]:
    """The columns of a file that are kept for members of Prolanis: first what tells the disease."""
    disease: ExtractRole = "prolanis_kind" if columns.has("prolanis_kind") else "diagnosis"
    return [disease, *columns.of(_MEASURED)]


def with_referral_texts(table: ir.Table, columns: Columns, file: int = 0) -> ir.Table:
    """Return the referrals among visits with a column for each of ``REFERRAL_TEXTS``, plain; empty for none.

    table: see ``visits``. columns: those of its file. file: its number, which is a column; default 0.
    Other columns: place, month, day, card, number, referral, tells_tacc (whether the file has a column of TACC).
    """
    kept = ("place", "month", "day", "card", "number", "referral")
    known = table.filter(table["referral"] != NO_REFERRAL, table["day_doubt"] == SOUND, table["place"].notnull())
    texts = known.select(*kept, texts=known["referred"].map(_plain))
    places = {role: place for place, role in enumerate(columns.of(REFERRAL_TEXTS))}
    return texts.select(
        *kept,
        file=ibis.literal(file, "int32"),
        tells_tacc=ibis.literal(columns.any(("tacc", "tacc_name"))),
        **{role: texts["texts"][places[role]] if role in places else ibis.literal("") for role in REFERRAL_TEXTS},
    )


def not_referred(table: ir.Table) -> ir.Table:
    """Return the visits that ended in no referral and have a number, by which a referral may contradict them.

    table: see ``visits``. Columns: place, month, card, number.
    """
    return table.filter(table["referral"] == NO_REFERRAL, table["number"].notnull()).select(*VISIT_KEYS)


def short_number(text: ir.StringValue) -> ir.IntegerValue:
    """Return a number that is the same for the same text, and seldom for another one."""
    return (_hash(text) % _HASHES).cast("int32")


@ibis.udf.scalar.builtin(name="hash", signature=(("string",), "int64"))
def _hash(text):  # type: ignore[no-untyped-def]
    """The engines' own function; Ibis' way to DuckDB's takes ten times as long."""


def _together(text: Texts, roles: Sequence[ExtractRole]) -> ir.ArrayValue:
    """Several cells as one value; null for none."""
    return ibis.array([text.raw(role) for role in roles]) if roles else ibis.null("array<string>")


def month_number(day: ir.DateValue) -> ir.IntegerValue:
    """Return the months since the year 0."""
    return (day.year() * 12 + day.month() - 1).cast("int32")


def _only(condition: ir.BooleanValue, value: ir.Value) -> ir.Value:
    """The value of the rows that fulfil a condition, which alone are looked at for it; null in all others."""
    return ibis.ifelse(condition, value, ibis.null(value.type()))


def known_card(table: ir.Table) -> ir.BooleanValue:
    """Return whether a visit tells who came, by a card number or by what stands in its place."""
    return table["card_doubt"].isin(KNOWN_CARDS)


def without_names(table: ir.Table) -> ir.Table:
    """Return visits without the names of the facility, which not every file has."""
    return table.drop(*(role for role in _NAMES if role in table.columns))


def with_plain_codes(
    table: ir.Table,
    kinds: pd.DataFrame,
    known: Collection[str] = (),
    renewed: Mapping[str, str] = _NONE_RENEWED,
    nothing: Collection[str] = (),
) -> tuple[ir.Table, pd.DataFrame]:
    """Return visits and their counts with facility codes as capitals without blanks and apostrophes; null for none.

    kinds: see ``extract_counts.kinds_of_rows``. The codes of a file are few: how each is spelled is looked at once
    there, not in every row. A leading zero that a column has lost is restored where the file shows the whole code, in
    another column or among those that numbers of visits begin with. known: the latter; default none.
    renewed: former code of a facility → present one, under which all its visits are counted; default none.
    nothing: what cells hold that hold nothing; default none.
    """
    none = {word.upper() for word in nothing}
    changes = {}
    written = {column: list(map(str, kinds[column].dropna().unique())) for column in ("home", "place")}
    whole = {plain_facility(code) for codes in written.values() for code in codes} | {*known, *renewed}
    for column, codes in written.items():
        short = {code: "" if (new := plain_facility(code)) in none else new for code in codes}
        full = {code: f"0{new}" if new and f"0{new}" in whole else new for code, new in short.items()}
        plain = {code: renewed.get(new, new) for code, new in full.items()}
        changed = {code: new for code, new in plain.items() if new != code}
        if changed:
            code = table[column]
            blank = [old for old, new in changed.items() if not new]
            respelled = [(code == old, new) for old, new in sorted(changed.items()) if new]
            changes[column] = ibis.cases((code.isin(blank), ibis.null("string")), *respelled, else_=code)
            spelled = kinds[column].map({code: new or None for code, new in plain.items()}).astype("string")
            kinds = kinds.assign(**{column: spelled})
    return (table.mutate(**changes) if changes else table), kinds


class Texts:
    """Text of a role: as it stands, or without blanks around it.

    Taking blanks away costs as much as reading the row, so it is done in columns of their own for the roles and rows
    that need it (``_rest``), and nothing may ask for the plain text of another row.
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
        rest = f"{_REST}{role}"
        if rest in self._table.columns:
            return self._table[rest]
        if role in _STATE and _REST_STATE in self._table.columns:
            return self._table[_REST_STATE][self._columns.of(_STATE).index(role)]
        return _plain(self.raw(role))


def _plain(raw: ir.StringValue) -> ir.StringValue:
    """A cell without blanks around it; empty for null."""
    # Blanks of every kind sort below "!": a cell that begins and ends above them needs no search for them.
    return ibis.ifelse((raw >= "!") & (raw.right(1) >= "!"), raw, raw.strip()).fill_null("")


def _rest(first: ir.Table, columns: Columns) -> dict[str, ir.Value]:
    """The cells that need a second look, without blanks around them; null in the rows that need none."""
    text = Texts(first, columns)
    rows: dict[ExtractRole, ir.BooleanValue] = {
        "day": first["whole_day"].isnull(),
        "out_day": ~first["same_day"],
        "card": ~first["usual_card"],
    }
    rest = {f"{_REST}{role}": _only(rows[role], text[role]) for role in columns.of(rows)}
    if state := columns.of(_STATE):
        rest[_REST_STATE] = _only(~first["usual_state"], _together(text, state).map(_plain))
    return rest


def _date(text: Texts, role: ExtractRole, patterns: Sequence[DatePattern], engine: Engine) -> ir.DateValue:
    """A date by the first pattern that fits; what stands in front of a time only where the cell as a whole is none."""
    return ibis.coalesce(coalesce_dates(engine, text.raw(role), patterns), _beginning(text[role], patterns, engine))


def _beginning(plain: ir.StringValue, patterns: Sequence[DatePattern], engine: Engine) -> ir.DateValue:
    """The date in front of a time; plain: without blanks around it."""
    whole = [pattern for pattern in patterns if pattern.form != "numbers"]
    numbers = [pattern for pattern in patterns if pattern.form == "numbers"]
    beginning = coalesce_dates(engine, plain.re_extract("^[^ ,T]*", 0), numbers)
    return ibis.coalesce(beginning, coalesce_dates(engine, plain, whole)) if whole else beginning


def _early(
    text: Texts, same_day: ir.BooleanValue, day: ir.DateValue, reading: Reading, engine: Engine
) -> ir.BooleanValue:
    """Whether the discharge is before the visit; mostly it is the same text, which need not be read again."""
    return ibis.cases(
        (same_day, False),
        else_=(_date(text, "out_day", reading.days, engine) < day).fill_null(False),
    )


def _away(text: Texts, columns: Columns, words: ExtractWords) -> ir.IntegerValue:
    """Whether a visit did not take place, by any column that tells; see ``extract_rows.away``."""
    told = [
        revoked(text[role], words) if role == "revoked" else away(text[role], words, of_participant=role == "any_state")
        for role in columns.of(_TAKEN_PLACE)
    ]
    return ibis.coalesce(*told) if told else ibis.null("int8")


def _card(text: Texts, usual: ir.BooleanValue) -> ir.IntegerValue:
    """A card number as a whole number, so that a lost leading zero does not matter; null for anything but digits."""
    plain = _card_digits(text["card"])
    return ibis.cases(
        (usual, text.raw("card").try_cast("int64")),
        (plain.isin(_NOBODY), ibis.null("int64")),
        (plain.re_search("^[0-9]{6,16}$"), plain.try_cast("int64")),
        else_=ibis.null("int64"),
    ).nullif(0)


def _pseudonym(text: Texts, form: CardForm) -> ir.IntegerValue:
    """What stands in the place of a card number as a number below 0, the same for the same sign; null for none."""
    plain = _plain(text.raw("card"))
    plain = plain.upper() if form == "folded" else plain
    # Two short numbers of one text, forwards and backwards: both engines have no longer one in common.
    first, second = (short_number(one).cast("int64").abs() for one in (plain, plain.reverse()))
    return ibis.ifelse(plain.re_search(_SIGN), -(first * 2**31 + second + 1), ibis.null("int64"))


def _is_no_card(cell: ir.StringValue) -> ir.BooleanValue:
    """Whether a cell holds no number, or one that is written for nobody's: zeros or nines throughout."""
    plain = _card_digits(cell)
    return plain.re_search("^0*$") | plain.isin(_NOBODY)


def _card_digits(cell: ir.StringValue) -> ir.StringValue:
    """A card number without what spreadsheets and programs write around and between its digits.

    An apostrophe, ="…", a decimal of a number, blanks, hyphens, and points between groups of three digits or more.
    """
    bare = cell.re_replace(_AROUND_DIGITS, "")
    grouped = bare.re_search(r"^[0-9]{1,4}([.][0-9]{3,4})+$")
    return ibis.ifelse(grouped, bare.replace(".", ""), bare)


def _place(text: Texts, no_places: Collection[str]) -> ir.StringValue:
    """Where the visit was: its column, else the first eight characters of the visit's number, else where registered."""
    place, visit = text.raw("place"), _plain(text.raw("visit"))
    visit = ibis.ifelse(visit.left(1).isin(_MARKS), visit.re_replace(_MARKS_BEFORE, ""), visit)
    unknown = [(place.isin(sorted(no_places)) & is_number(visit), visit.left(_CODE_LENGTH))] if no_places else []
    return ibis.cases(
        *unknown, (place != "", place), (visit.length() > _CODE_LENGTH, visit.left(_CODE_LENGTH)),
        else_=text.raw("home"),
    )  # fmt: skip


def _usual_state(text: Texts, columns: Columns) -> ir.BooleanValue:
    """Whether the codes of discharge and kind are those of most rows, which need no second look."""
    if columns.only_referrals:
        return ibis.literal(False)
    status, kind = text.raw("status"), text.raw("kind")
    said = [(status == code) & _named(text, columns, "status_name", names) for code, names in _USUAL_STATES.items()]
    outpatient = (kind == "10") & _named(text, columns, "kind_name", _OUTPATIENT_NAMES)
    return (reduce(or_, said) & ((status != "4") | outpatient)).fill_null(False)


def _named(text: Texts, columns: Columns, role: ExtractRole, names: Sequence[str]) -> ir.BooleanValue:
    """Whether the name beside a code is one of those that it usually has, or none."""
    return text.raw(role).isnull() | text.raw(role).isin(names) if columns.has(role) else ibis.literal(True)


def _referral(text: Texts, columns: Columns, usual: ir.BooleanValue, known: ExtractWords) -> ir.IntegerValue:
    """Whether a visit is a referral: by code, else by its words; in doubt where nobody knows them or the two differ.

    known: what cells may hold.
    """
    aimed = reduce(or_, (goal(text[role], known) for role in columns.of(_GOALS)), ibis.literal(False))
    if columns.only_referrals:
        referred, unclear = ibis.literal(True), ~aimed
    else:
        status, words = _code_or_words(text, "status", "status_name")
        other = words.contains("INTERNAL") | words.re_search(_NOT_REFERRED)
        back = words.re_search(_REFERRED_ELSEWHERE)
        coded = status.isin(["4", "04", "4.0"])
        referred = coded | _says_referral(words)
        unclear = (~referred & ~other & aimed & ((status == "") | (words != ""))) | (~referred & back)
        beside = text["status_name"].upper()
        if columns.has("status", "status_name"):
            unclear |= goal(beside, known) & status.re_search("^[0-9]") & (coded ^ _says_referral(beside))
    outpatient, unknown = ibis.literal(True), ibis.literal(False)
    if columns.tells_kind:
        kind, words = _code_or_words(text, "kind", "kind_name")
        # A column of names may hold codes where there is none of codes.
        outpatient = kind.isin(["10", "10.0"]) | words.isin(["10", "10.0"]) | _says_outpatient(words)
        other = kind.isin(_OTHER_CODES) | words.isin(_OTHER_CODES) | words.re_search(_OTHER_KINDS)
        unknown = ~outpatient & ~other
        if columns.has("kind", "kind_name"):
            beside = text["kind_name"].upper()
            unknown |= (outpatient & beside.re_search(_OTHER_KINDS)) | (other & _says_outpatient(beside))
    withdrawn = []
    if columns.has("referral_state"):
        withdrawn.append(says_cancelled(text["referral_state"], known))
    if columns.has("referral_revoked"):
        withdrawn.append(revoked(text["referral_revoked"], known).notnull())
    return ibis.cases(
        # Nobody tells whether one that was withdrawn counts.
        *(((usual & (text.raw("status") == "4") | referred) & gone, DOUBTFUL) for gone in withdrawn),
        (usual & (text.raw("status") == "4"), OUTPATIENT),
        (usual, NO_REFERRAL),
        (unclear | (referred & unknown), DOUBTFUL),
        (referred & outpatient, OUTPATIENT),
        (referred, OTHER_REFERRAL),
        else_=NO_REFERRAL,
    ).cast("int8")


def _says_referral(words: ir.StringValue) -> ir.BooleanValue:
    denied = words.contains("INTERNAL") | words.re_search(_NOT_REFERRED) | words.re_search(_REFERRED_ELSEWHERE)
    return words.contains("RUJUK") & ~denied


def _says_outpatient(words: ir.StringValue) -> ir.BooleanValue:
    return words.startswith("RJTP") | words.contains("RAWAT JALAN")


def _code_or_words(text: Texts, code: ExtractRole, name: ExtractRole) -> tuple[ir.StringValue, ir.StringValue]:
    """What a column of codes holds, and the words that count where it holds none: its own, else those beside it."""
    written = text[code]
    own, beside = written.upper(), text[name].upper()
    return written, ibis.cases((written == "", beside), (own.re_search("[A-Z]"), own), else_="")


def _member(text: Texts, columns: Columns) -> ir.BooleanValue:
    """Members of Prolanis: by the name of their disease, else by membership with the diagnosis of the visit."""
    if columns.has("prolanis_kind"):
        return text.raw("prolanis_kind") != ""
    if columns.tells_prolanis:
        said = text["prolanis"].upper()
        # Few hold more than a word: "Ya - HT".
        return ibis.ifelse(said.length() > _LONGEST_WORD, said.re_search(_MEMBER_AND_MORE), said.isin(_MEMBER))
    return ibis.literal(False)


def _age(birth: ir.DateValue, day: ir.DateValue, reading: Reading) -> ir.IntegerValue:
    """Whole years on the day of the visit; a birth whose year has two digits was in the century before the visit."""
    before = (day.month() < birth.month()) | ((day.month() == birth.month()) & (day.day() < birth.day()))
    age = day.year() - birth.year() - ibis.ifelse(before, 1, 0)
    return ibis.ifelse(age < 0, age + 100, age) if any(pattern.short for pattern in reading.births) else age


def _written_age(text: Texts) -> ir.IntegerValue:
    """Whole years as an export tells them: '63', '63 Th', '63 Tahun 4 Bulan'; null for anything else."""
    return text["age"].upper().re_extract(_AGE, 1).nullif("").cast("int32")
