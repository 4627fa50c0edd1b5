"""Referrals and measurements of visits, judged: P-Care's own mark, TACC, controlled or not. Ibis expressions only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Literal

import ibis

from analysis.bands import Band
from analysis.extract_layouts import Molar
from analysis.extract_shapes import OTHER_REASON
from analysis.extract_tacc import NO_TACC, UNKNOWN_TACC

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from analysis.extract_layouts import ExtractWords
    from analysis.extract_tacc import Tacc
    from analysis.rules import ControlledDM, ControlledHT, Rule

Disease = Literal["HT", "DM"]
_DISEASES: dict[Disease, tuple[tuple[str, ...], str]] = {
    "HT": (("HT", "HIPERTEN", "HYPERTEN", "DARAH TINGGI"), "I10"),
    "DM": (("DM", "DIABET", "KENCING MANIS"), "E11"),
}
IMPLAUSIBLE, NO_NUMBER = 2, -1.0
"""Verdict on a measurement that cannot be one, and what stands for a cell that holds no number."""
# What a person who comes to a clinic can have; mmol/L, kPa and slipped digits fall outside. mmHg, mg/dL, years.
_SYSTOLIC, _DIASTOLIC, _FASTING_GLUCOSE, _AGES = (50, 300), (20, 200), (35, 1000), (0, 120)
PRESSURE_UNIT, GLUCOSE_UNIT, MOLAR_UNIT = "MM *HG", "MG */? *DL|MG *%", "MMOL *[/ ] *L"
_PRESSURES = rf"^ *(?:(?:TD|TENSI)[ :.=]*)?([0-9]{{2,3}}) *(?:[/\\|-]|PER) *([0-9]{{2,3}}) *(?:{PRESSURE_UNIT})?[.]? *$"
MG_OF_MMOL = 18.0156
"""mg/dL of glucose in a mmol/L (180.156 g/mol)."""
_ROUNDED = 0.1
"""What rounding to two decimals of mmol/L may have added, in mg/dL."""
_ICD10 = "^[A-Z][0-9]{2}[0-9A-Z]{0,3}$"
_CODE = "[A-Z][0-9]{2}([.]?[0-9A-Z]{1,3})?"
_CODE_AND_NAME = rf"^[\[(]?({_CODE})[\])]?[ :_(-]+[A-Z]"
_NAME_AND_CODE = rf"^[A-Z].*(?:[(\[]| - )({_CODE})[)\]]?$"
_SEVERAL_CODES = (
    rf"^[\[(]?{_CODE}[^A-Z0-9.]+{_CODE}([^A-Z0-9]|$)|[,;/&+|] *{_CODE}([^A-Z0-9]|$)"
    rf"|^[\[(]?{_CODE}.*[(\[]{_CODE}[)\]]|(?:[(\[]| - ){_CODE}.+(?:[(\[]| - ){_CODE}[)\]]?$"
)
"""Codes of which nobody tells which is the first: programs join them in any order."""
_YES, _NO = ["YA", "Y", "TRUE", "1", "BENAR"], ["TIDAK", "T", "N", "FALSE", "0", "SALAH"]


def judged_referrals(table: ir.Table, listed: Tacc, words: ExtractWords) -> ir.Table:
    """Return the referrals of a table with what comes out of their texts.

    table: see ``extract_visits.with_referral_texts``. listed: TACC as P-Care lists it.
    words: what cells may hold.
    Columns: those of the table but for its texts, visit (in capitals), diagnosis (plain ICD-10 code, empty for anything
    else), flag (1 non-specialist, 0 specialist, null unknown), tacc, reason, clinic (code, empty for anything else),
    destination, destination_name, doctor.
    """
    # In steps: DuckDB works out again what stands several times in the cases of one expression.
    capitals = (
        "visit", "diagnosis", "specialist", "nonspecialist", "tacc_name", "clinic", "destination", "destination_name",
    )  # fmt: skip
    upper = table.mutate(**{role: table[role].upper() for role in capitals})
    told = upper.mutate(
        usual=upper["diagnosis"].replace(".", ""),
        code=_coded(upper["tacc"], listed, words),
        named=_named(upper["tacc_name"], listed, words),
    )
    written, usual = told["diagnosis"], told["usual"]
    plain, reason = written.re_replace("[^A-Z0-9]", ""), told["reason"]
    found = told.mutate(
        diagnosis=ibis.cases(
            # Most codes have no other mark than the point, and need no second search.
            (usual.re_search(_ICD10), usual),
            (written.re_search(_SEVERAL_CODES), ""),
            (plain.re_search(_ICD10), plain),
            (written.re_search(_CODE_AND_NAME), written.re_extract(_CODE_AND_NAME, 1).replace(".", "")),
            (written.re_search(_NAME_AND_CODE), written.re_extract(_NAME_AND_CODE, 1).replace(".", "")),
            else_="",
        ),
        flag=_flag(told),
        tacc=_tacc(told["code"], told["named"]),
        reason=ibis.ifelse(reason.isin([*listed.reasons, ""]), reason, OTHER_REASON),
        clinic=ibis.ifelse(told["clinic"].re_search("^[A-Z0-9-]{1,5}$"), told["clinic"], ""),
    )
    return found.drop("usual", "code", "named", "specialist", "nonspecialist", "tacc_name")


def _flag(table: ir.Table) -> ir.IntegerValue:
    """P-Care's own mark; the column spesialistik says the opposite of nonSpesialis where both hold yes or no."""
    written = table["specialist"]
    plain = written.re_replace("[^A-Z0-9]", "")
    own = table["nonspecialist"].re_replace("[^A-Z0-9]", "")
    return ibis.cases(
        (written.startswith("NON"), 1),  # the usual words first, which need no search
        (written.startswith("SPESIALIS"), 0),
        (plain.startswith("NON") | plain.isin(_NO), 1),
        (plain.startswith("SPESIALIS") | plain.isin(_YES), 0),
        (own.startswith("NON") | own.isin(_YES), 1),
        (own.startswith("SPESIALIS") | own.isin(_NO), 0),
        else_=ibis.null("int64"),
    ).cast("int8")


def _coded(written: ir.StringValue, listed: Tacc, words: ExtractWords) -> ir.IntegerValue:
    """The TACC that a cell of its code tells; null where it tells none, UNKNOWN_TACC for what is in no list."""
    named_by = {number: _names(word, words) for number, word in listed.names.items()}
    code = written.re_replace(r"\.0+$", "").upper()
    by_code = [(code.isin([str(number), f"0{number}"]), number) for number in listed.names]
    # Some exports hold the name, or code and name, in the column of codes.
    by_words = [(code.re_search(rf"^(0?{number} *[-–.:=(]? *)?{names}"), number) for number, names in named_by.items()]
    return ibis.cases(
        (written.isin(["-1", "0"]), NO_TACC),  # the usual codes first, which need no search
        *by_code,
        (code == "", ibis.null("int64")),
        (code.isin(_none(words)) | code.contains("TANPA"), NO_TACC),
        *by_words,
        else_=UNKNOWN_TACC,
    )


def _named(name: ir.StringValue, listed: Tacc, words: ExtractWords) -> ir.IntegerValue:
    """The TACC that a cell of its name tells, in capitals; see ``_coded``."""
    named_by = {number: _names(word, words) for number, word in listed.names.items()}
    return ibis.cases(
        (name.isin(["", *_none(words)]), ibis.null("int64")),
        (name.contains("TANPA"), NO_TACC),
        *((name.isin([str(number), f"0{number}"]), number) for number in named_by),
        *((name.re_search(f"^{names}"), number) for number, names in named_by.items()),
        else_=UNKNOWN_TACC,
    )


def _none(words: ExtractWords) -> list[str]:
    return [word.upper() for word in words.no_tacc]


def _tacc(coded: ir.IntegerValue, named: ir.IntegerValue) -> ir.IntegerValue:
    """The TACC of a referral by its code, else by its name; what is in no list or contradicts itself is unknown."""
    return ibis.cases(
        (coded.isnull(), ibis.coalesce(named, NO_TACC)),
        (named.isnull() | (named == coded) | (named == UNKNOWN_TACC), coded),
        else_=UNKNOWN_TACC,
    ).cast("int8")


def _names(word: str, words: ExtractWords) -> str:
    """A pattern for a name of TACC in P-Care's list and the others that it has."""
    return f"({'|'.join(re.escape(name.upper()) for name in (word, *words.tacc_names.get(word.upper(), [])))})"


@dataclass(frozen=True)
class Measurements:
    """What a visit of a member of Prolanis tells; null where it tells nothing.

    disease: its name or ICD-10 code, in capitals without blanks around it. age: whole years. month: since the year 0.
    systolic, diastolic: mmHg. glucose: fasting, mg/dL.
    """

    disease: ir.StringValue
    age: ir.IntegerValue
    month: ir.IntegerValue
    systolic: ir.FloatingValue
    diastolic: ir.FloatingValue
    glucose: ir.FloatingValue


def controlled(of: Measurements, disease: Disease, rules: Sequence[Rule]) -> ir.IntegerValue:
    """Return whether a member's disease is controlled by the visit's measurement.

    rules: the one in force in the month says what controlled means.
    0 yes, 1 no, IMPLAUSIBLE where the measurement is none that a living person has, is half of one or no number, or the
    age that judges it is none; null where nothing was measured or nobody judges it. Half a pressure, or two that stand
    the other way round, are judged where they cannot be controlled whatever was meant.
    """
    words, code = _DISEASES[disease]
    member = reduce(or_, (of.disease.contains(word) for word in words)) | of.disease.startswith(code)
    measured, credible, judged = _pressure(of, rules) if disease == "HT" else _glucose(of, rules)
    if not judged:
        return ibis.null("int8")
    current = reduce(or_, (_in_force(of.month, rule) for rule in rules if rule.controlled))
    nothing = ibis.null("int8")
    verdict = ibis.cases(
        *((applies, ibis.ifelse(good, 0, 1).cast("int8")) for applies, good in judged),
        else_=nothing,
    )
    sure = ibis.cases(*((one, verdict) for one in credible), else_=ibis.literal(IMPLAUSIBLE, "int8"))
    return ibis.ifelse(member & measured & current, sure, nothing)


_Judged = tuple["ir.BooleanValue", list["ir.BooleanValue"], list[tuple["ir.BooleanValue", "ir.BooleanValue"]]]
"""Whether there is a measurement; when it can be one, the usual case first, for few rows need another look; and what
it is judged by: for whom, and whether it is good."""


def pressure_cell(cell: ir.StringValue) -> tuple[ir.StringValue, ir.StringValue]:
    """Return a cell of both pressures as one of each: 'TD: 120/80 mmHg', '120 per 80', '120-80'."""
    both = cell.upper()
    upper, lower = pressure_cells(cell, ibis.null("string"))
    found = both.re_search(_PRESSURES)
    return (
        ibis.ifelse(found, both.re_extract(_PRESSURES, 1), upper),
        ibis.ifelse(found, both.re_extract(_PRESSURES, 2), lower),
    )


def pressure_cells(upper: ir.StringValue, lower: ir.StringValue) -> tuple[ir.StringValue, ir.StringValue]:
    """Return two cells as those of systolic and diastolic pressure: '120/80' in one cell, or in each, is both."""
    both = upper.find("/")
    one = (lower.fill_null("").strip() == "") | (lower == upper)
    return (
        ibis.ifelse(both > 0, upper.substr(0, both), upper),
        ibis.ifelse((both > 0) & one, upper.substr(both + 1), lower),
    )


def _pressure(of: Measurements, rules: Sequence[Rule]) -> _Judged:
    def good(entry: ControlledHT) -> ir.BooleanValue:
        return _within(of.systolic, entry.systolic) & _within(of.diastolic, entry.diastolic)

    judged = [
        (_in_force(of.month, rule) & _within(of.age, entry.ages), good(entry))
        for rule in rules
        for entry in (rule.controlled.HT if rule.controlled else [])
    ]
    upper, lower = of.systolic.fill_null(0), of.diastolic.fill_null(0)

    def may(value: ir.NumericValue, band: str) -> ir.BooleanValue:
        return _within(value, band) | (value <= 0)

    possible = [
        _in_force(of.month, rule)
        & _within(of.age, entry.ages)
        & reduce(or_, (may(a, entry.systolic) & may(b, entry.diastolic) for a, b in ((upper, lower), (lower, upper))))
        for rule in rules
        for entry in (rule.controlled.HT if rule.controlled else [])
    ]
    whole = upper.between(*_SYSTOLIC) & lower.between(*_DIASTOLIC) & (upper > lower)
    half = ((lower <= 0) & upper.between(*_SYSTOLIC)) | ((upper <= 0) & lower.between(*_DIASTOLIC))
    exchanged = upper.between(*_DIASTOLIC) & lower.between(*_SYSTOLIC) & (upper < lower)
    never = (half | exchanged) & ~reduce(or_, possible, ibis.literal(False))
    age = of.age.between(*_AGES)
    return (upper != 0) | (lower != 0), [whole & age, never & age], judged


def _glucose(of: Measurements, rules: Sequence[Rule]) -> _Judged:
    def applies(entry: ControlledDM) -> ir.BooleanValue:
        whole_life = Band.parse(entry.ages) == Band.parse(">= 0")
        return ibis.literal(True) if whole_life else _within(of.age, entry.ages)

    judged = [
        (_in_force(of.month, rule) & applies(entry), _within(of.glucose, entry.glucose))
        for rule in rules
        for entry in (rule.controlled.DM if rule.controlled else [])
    ]
    glucose = of.glucose.fill_null(0)
    return glucose != 0, [glucose.between(*_FASTING_GLUCOSE)], judged


def decimal(text: ir.StringValue, unit: str) -> ir.FloatingValue:
    """Return a measurement; null for an empty cell, and NO_NUMBER for one that holds anything else.

    unit: pattern of the one that may stand behind the number.
    """
    plain = text.strip().upper().re_replace(f" *({unit})[.]?$", "").replace(",", ".")
    number = ibis.ifelse(plain.re_search(r"^[0-9]+(\.[0-9]+)?$"), plain, ibis.null("string")).try_cast("float64")
    empty = plain.fill_null("").upper().isin(["", "-", "NULL"])
    return _small_or(text, ibis.ifelse(empty, ibis.null("float64"), number.fill_null(NO_NUMBER)))


def glucose(text: ir.StringValue, molar: Molar) -> ir.FloatingValue:
    """Return fasting glucose in mg/dL; see ``decimal``.

    molar: where mmol/L stands. Such a value is that of the next whole mg/dL: 4.4 and 7.2 are 80 and 130, as guidelines
    write them side by side.
    """
    if not molar:
        return decimal(text, GLUCOSE_UNIT)
    number, unit = decimal(text, f"{GLUCOSE_UNIT}|{MOLAR_UNIT}"), text.upper()
    in_mmol = unit.contains("MMOL") if molar == "cells" else ~unit.contains("MG")
    return ibis.ifelse(in_mmol & (number > 0), (number * MG_OF_MMOL - _ROUNDED).ceil().cast("float64"), number)


def _small_or(text: ir.StringValue, other: ir.FloatingValue) -> ir.FloatingValue:
    """The number of a cell that holds a small whole one, as most do; what it is else, where the search is dear."""
    whole = text.try_cast("int16")
    return ibis.ifelse((whole >= 0) & (whole.cast("string") == text), whole.cast("float64"), other)


def _within(value: ir.NumericValue, text: str) -> ir.BooleanValue:
    band = Band.parse(text)
    parts: list[ir.BooleanValue] = []
    if band.lower is not None:
        end = float(band.lower)
        parts.append(value >= end if band.lower_closed else value > end)
    if band.upper is not None:
        end = float(band.upper)
        parts.append(value <= end if band.upper_closed else value < end)
    return reduce(lambda a, b: a & b, parts)


def _in_force(month: ir.IntegerValue, rule: Rule) -> ir.BooleanValue:
    """Whether a rule is in force in a month."""
    first, last = rule.first_month.value, rule.last_month.value
    parts = [month >= _months(first)] if first else []
    parts += [month <= _months(last)] if last else []
    return reduce(lambda a, b: a & b, parts, ibis.literal(True))


def _months(text: str) -> int:
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1
