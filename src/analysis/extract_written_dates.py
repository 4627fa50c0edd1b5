"""Cells of an extract as dates, by the patterns that its column has. Ibis expressions only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from analysis.extract_dates import EPOCH, FIRST_SERIAL, HOURS_AHEAD, SERIAL, WORDS, DatePattern
from analysis.values import MONTH_OF_WORD

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from analysis.extract_engine import Engine


_SECONDS, _EPOCH_BEGINS = 86_400, dt.date(1970, 1, 1)
"""Seconds of a day, and the day that a program calls 0."""


def coalesce_dates(engine: Engine, text: ir.StringValue, patterns: Sequence[DatePattern]) -> ir.DateValue:
    """Return text as a date by the first pattern that fits; null where none does or there is none."""
    dates = [_date(engine, text, pattern) for pattern in patterns]
    if len(dates) == 1:
        return dates[0]
    return ibis.coalesce(*dates) if dates else ibis.null("date")


def _date(engine: Engine, text: ir.StringValue, pattern: DatePattern) -> ir.DateValue:
    if pattern.form == "serial":
        days = text.re_extract(SERIAL, 1).nullif("").cast("int32")
        return (ibis.literal(FIRST_SERIAL) + days.as_interval("D")).cast("date")
    if pattern.form == "epoch":
        seconds = text.re_extract(EPOCH, 1).nullif("").cast("int64")
        days = ((seconds + HOURS_AHEAD * 3600) // _SECONDS).cast("int32")
        return (ibis.literal(_EPOCH_BEGINS) + days.as_interval("D")).cast("date")
    return engine.date(_in_numbers(text, pattern) if pattern.form == "words" else text, pattern)


def _in_numbers(text: ir.StringValue, pattern: DatePattern) -> ir.StringValue:
    """A date with the name of its month as numbers in the same order; null where it has no such name."""
    parts = [text.re_extract(WORDS[pattern.order or "dmy"], place) for place in (1, 2, 3)]
    month = 0 if pattern.order == "mdy" else 1
    written = parts[month].lower()
    names: dict[int, list[str]] = {}
    for word, number in MONTH_OF_WORD.items():
        names.setdefault(number, []).append(word)
    named = ((written.isin(words), str(number)) for number, words in names.items())
    parts[month] = ibis.cases(*named, else_=ibis.null("string"))
    return parts[0].concat("-", parts[1], "-", parts[2])
