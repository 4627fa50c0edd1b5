"""Rows of an extract that give no date that counts: none of the table, cancelled, exchanged. Ibis only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add, and_
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from analysis.extract_layouts import Columns, ExtractRole, ExtractWords
    from analysis.extract_visits import Texts

SWAPPED, CANCELLED, ATTENDANCE, NO_VISIT, OTHER_HEADING = 5, 6, 7, 8, 9
"""Why a row has no date that counts, beside what ``extract_visits`` tells of dates.

SWAPPED: by the number of the visit its day and month are exchanged. CANCELLED: it did not take place; ATTENDANCE:
nobody knows. NO_VISIT: a heading, sum or blank. OTHER_HEADING: headings of other columns, or in another order.
"""
_DRAWN = r"^[ +|-]+$|^ *[(][0-9]+ (ROWS?|BARIS)[)]|^\x00+$"
"""Lines that a database draws around a table, and what a broken disk leaves."""
_NO_DATE = "^0000-00-00|^00/00/0000"
"""What databases keep as the date of what has not happened."""
_NUMBER_OF_VISIT = "^[0-9A-Za-z]{8}[0-9]{4}[A-Za-z][0-9]+$"
"""The facility, month and year, a letter, digits."""
_NUMBER_BELOW = "\n[^\n]*[0-9]{6}"
"""Every row has the number of a card or visit, which long complaints have not."""
_MONTH_AT, _YEAR_AT, _MONTHS = 8, 10, 12


def goal(cell: ir.StringValue, words: ExtractWords) -> ir.BooleanValue:
    """Return whether a cell names where a participant was referred to; cell: without blanks around it."""
    return ~cell.upper().isin(["", *(word.upper() for word in words.nothing)])


def no_visit(text: Texts, columns: Columns, roles: Sequence[ExtractRole]) -> ir.IntegerValue:
    """Return whether a row without a date is none of the table: NO_VISIT, OTHER_HEADING, else null.

    roles: columns in which a row of headings must repeat those of the file.
    """
    headings = {role: columns.headings[place] for role, place in columns.places.items() if role in roles}
    # Where files were joined, the mark of UTF-8 stands in front of the headings of the second.
    same = reduce(and_, (text.raw(role).re_replace("^\ufeff", "") == heading for role, heading in headings.items()))
    # Sums and notes stand under a heading like a number of a card or visit, and are too short for one.
    no_number = ~text.raw("visit").fill_null("").re_search("[0-9A-Za-z]{8}")
    nobody = ~text["card"].re_search("[0-9]{5}")
    nowhere = reduce(
        and_, (text.raw(role).fill_null("").strip() == "" for role in columns.of(("home", "place"))), ibis.literal(True)
    )
    return ibis.cases(
        (nobody & nowhere & no_number & (text["day"] == ""), NO_VISIT),
        (same.fill_null(False), NO_VISIT),
        (text["day"].re_replace("[ ._/]", "").lower().isin(columns.heading_keys), OTHER_HEADING),
        else_=ibis.null("int8"),
    ).cast("int8")


def is_note(line: ir.StringValue, words: ExtractWords) -> ir.BooleanValue:
    """Return whether a line with too few cells is none of the table: a sum or note below it, or drawn around it."""
    note = rf"^[\s\"']*({_any(words.notes)})([^A-Z]|$)"
    return line.upper().re_search(f"{note}|{_DRAWN}").fill_null(False)


def away(state: ir.StringValue, words: ExtractWords, of_participant: bool) -> ir.IntegerValue:
    """Return whether a visit did not take place: CANCELLED, ATTENDANCE where nobody knows, else null.

    of_participant: whether the state may be the participant's, which tells nothing of the visit.
    """
    said = state.upper()
    silent = ["", *words.nothing, *(words.of_participant if of_participant else [])]
    return ibis.cases(
        (said.isin([one.upper() for one in silent]), ibis.null("int8")),
        (said.re_search(f"{_any(words.cancelled)}|({_any(words.negations)})[ .]*({_any(words.acts)})"), CANCELLED),
        # Who only registered, or was called and did not answer, may have gone home unseen.
        (said.re_search(rf"\b({_any(words.negations)}|TANPA)\b|{_any(words.waiting)}"), ATTENDANCE),
        (said.re_search(rf"^({_any(words.came)})"), ibis.null("int8")),
        else_=ATTENDANCE,
    ).cast("int8")


def says_cancelled(state: ir.StringValue, words: ExtractWords) -> ir.BooleanValue:
    """Return whether the state of a referral says that it was cancelled."""
    said = state.upper()
    return said.re_search(_any(words.cancelled)) & ~said.re_search(rf"^({_any(words.negations)})\b")


def revoked(mark: ir.StringValue, words: ExtractWords) -> ir.IntegerValue:
    """Return whether a column that says whether a visit was revoked says so; see ``away``.

    A mark, a date, a name or a reason says so; what denies it, and the state of a visit that took place, do not.
    """
    said = mark.upper()
    silent = ["", *words.nothing, *words.stands, *words.of_participant]
    return ibis.cases(
        (said.isin([one.upper() for one in silent]) | said.re_search(_NO_DATE), ibis.null("int8")),
        (said.isin([one.upper() for one in words.either]), ATTENDANCE),
        (said.re_search(rf"^({_any(words.negations)})\b|^({_any(words.came)})"), ibis.null("int8")),
        else_=CANCELLED,
    ).cast("int8")


def line_breaks(raw: ir.Table, delimiter: str) -> dict[str, ir.IntegerScalar]:
    """Return how many ends of lines stand in cells: breaks in all of them, and rows in cells that look like rows.

    raw: all columns of a file as text.
    """
    most = f"\n([^\n{delimiter}]*[{delimiter}]){{{max(3, len(raw.columns) // 2)}}}"
    breaks, rows = [], []
    for name in raw.columns:
        cell = raw[name].fill_null("")
        number = cell.length() - cell.replace("\n", "").length()
        breaks.append(number)
        swallowed = cell.re_search(most) & cell.re_search(_NUMBER_BELOW)
        rows.append(ibis.ifelse(number > 0, ibis.ifelse(swallowed, number, 0), 0))
    return {"breaks": reduce(add, breaks).sum(), "rows": reduce(add, rows).sum()}


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word.upper()) for word in words)


def is_number(visit: ir.StringValue) -> ir.BooleanValue:
    """Return whether a text has the form of a number of a visit, which begins with the code of its facility."""
    return visit.re_search(_NUMBER_OF_VISIT).fill_null(False)


def swapped(visit: ir.StringValue, day: ir.DateValue) -> ir.BooleanValue:
    """Return whether the number of a visit names the day of its date as its month, and not the month."""
    # Most dates cannot be meant: only for the others is the number looked at, and only for few of them as a whole.
    month, day_of_month = day.month(), day.day()
    doubtful = (day_of_month <= _MONTHS) & (day_of_month != month)
    named = ibis.ifelse(doubtful, visit.substr(_MONTH_AT, 2).try_cast("int8"), ibis.null("int8"))
    year = visit.substr(_YEAR_AT, 2).try_cast("int8")
    fits = is_number(visit) & (year == day.year() % 100)
    return ibis.ifelse(named == day_of_month, fits, ibis.literal(False)).fill_null(False)
