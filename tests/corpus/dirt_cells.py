"""Dirt in cells: what stands in the place of a count, a ratio, a month, a code or a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corpus.compose import INDICATORS, PRINTED, Plan, dirt
from corpus.folder import Folder
from corpus.sheets import Formula, Line, Shown, dotted
from corpus.truth import COUNTS, MONTH_WORDS, SHORT_WORDS, first_day, ratio

NUMERATORS = {"AK": "contacts", "RRNS": "nonspecialist_referrals"}


def _expect(plan: Plan, policy: Any, one: Line, *counts: str, kinds: Sequence[str] = ()) -> None:
    plan.later.append(lambda folder: folder.expect(policy, one.key, *counts, kinds=kinds))


def _replace(plan: Plan, cells: Sequence[Any], policy: Any) -> None:
    chosen = plan.claim()
    if chosen:
        one, indicator = chosen
        count = plan.count(indicator)
        one.written[count] = plan.rng.choice(cells)
        _expect(plan, policy, one, count)


def _unsure_column(plan: Plan, count: str) -> None:
    """Let no whole number of a column be sure: thousands points may have been lost in it."""

    def doubt(folder: Folder) -> None:
        for _, one in plan.lines:
            if folder.expected[one.key, count].policy == "exact":
                folder.expect("either", one.key, count)

    plan.later.append(doubt)


@dirt("table")
def sign(plan: Plan) -> None:
    """A sign without a value."""
    _replace(plan, ["-", "–", "N/A", "n/a", "?", "belum lapor", "tidak ada data", "tad", "..", "NULL"], "missing")


@dirt("table")
def blank(plan: Plan) -> None:
    """Nothing."""
    _replace(plan, [None, "", "   ", "\u00a0"], "blank")


@dirt("table")
def error(plan: Plan) -> None:
    """An error of Excel, as value or as text."""
    errors = [Formula("=1/0", "#DIV/0!"), Formula("=NA()", "#N/A"), "#####", "########", "#REF!", "#VALUE!", "#NAME?"]
    _replace(plan, errors, "missing")


@dirt("table")
def no_number(plan: Plan) -> None:
    """What is no count."""
    _replace(
        plan, ["seratus", "-5", "1,5,7", "12:30", "1/2", "0x1F", "5%", "12 345 678 901", "1e99", "٣٤٥x", "O"], "missing"
    )


@dirt("table", "kbk_wb", "kbk_tabel")
def no_number_of_excel(plan: Plan) -> None:
    """A number, date or truth value that is no count."""
    _replace(plan, [-3, 1e9, 1.5e15, True, first_day("2024-01")], "missing")


@dirt("table", "kbk_wb", "kbk_tabel")
def fraction(plan: Plan) -> None:
    """A count that is not whole: the points of its column may have been lost, so that no whole number there is sure."""
    chosen = plan.claim()
    if chosen:
        one, indicator = chosen
        count = plan.count(indicator)
        one.written[count] = plan.rng.choice([0.5, 17.25, Shown(0.1567, "0.00%")])
        _unsure_column(plan, count)
        _expect(plan, "either", one, *INDICATORS[indicator])
        _expect(plan, "missing", one, count)


@dirt("table")
def written_otherwise(plan: Plan) -> None:
    """The true count in another writing."""
    chosen = plan.claim()
    if chosen:
        one, indicator = chosen
        count = plan.count(indicator)
        true = one.true[count]
        texts = [
            f" {true} ",
            f"{true}\u00a0",
            dotted(true),
            f"\u00a0{dotted(true)}\t",
            f"{true},00",
            f"{dotted(true)},0",
        ]
        one.written[count] = plan.rng.choice(texts)


@dirt("table", "kbk_wb", "kbk_tabel")
def number_of_excel(plan: Plan) -> None:
    """The true count as a number, with a format, or as the value of a formula."""
    chosen = plan.claim()
    if chosen:
        one, indicator = chosen
        count = plan.count(indicator)
        true = one.true[count]
        cells = [true, float(true), Formula(f"={true}+0", true), Shown(true, "#,##0"), Shown(true, "0.00E+00")]
        one.written[count] = plan.rng.choice(cells)


@dirt("table")
def lost_thousands(plan: Plan) -> None:
    """A thousands point read as a decimal point, trailing zeros lost; whole results would need the column."""

    def has(one: Line, indicator: str) -> list[str]:
        return [count for count in INDICATORS[indicator] if one.true[count] > 999 and one.true[count] % 1000]

    indicator = plan.rng.choice(list(INDICATORS))
    chosen = plan.claim(indicator, lambda one: bool(has(one, indicator)))
    if chosen:
        one, _ = chosen
        count = plan.rng.choice(has(one, indicator))
        lost = one.true[count] / 1000
        one.written[count] = str(lost).replace(".", ",") if plan.layout == "kbk_csv" else lost
        _unsure_column(plan, count)
        if plan.layout == "kbk_wb":
            _expect(plan, "missing", one, count)
        else:
            _expect(plan, "either", one, *INDICATORS[indicator])


@dirt("table")
def above_the_whole(plan: Plan) -> None:
    """A numerator above its denominator."""
    chosen = plan.claim(plan.rng.choice(list(NUMERATORS)))
    if chosen:
        one, indicator = chosen
        numerator, denominator = INDICATORS[indicator]
        above = one.true[denominator] + plan.rng.randint(1, 50)
        one.written[numerator] = dotted(above)
        # In a file of another style one of the two may be doubted for its marks first; then the other stands.
        _expect(plan, "either", one, denominator)
        plan.later.append(lambda folder: folder.one_of(one.key, denominator, **{numerator: above}))


def _damaged(plan: Plan, true: int) -> int | None:
    """A count with a digit lost, doubled, or two exchanged."""
    text = str(true)
    place = plan.rng.randrange(len(text))
    other = plan.rng.randrange(len(text))
    swapped = list(text)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    results = {text[:place] + text[place + 1 :], text[:place] + text[place] + text[place:], "".join(swapped)}
    values = [int(result) for result in sorted(results) if result and result != text and result[0] != "0"]
    return plan.rng.choice(values) if values else None


@dirt("table", "kbk_tabel")
def damaged_digit(plan: Plan) -> None:
    """A lost, doubled or exchanged digit that the printed ratio betrays."""
    chosen = plan.claim(plan.rng.choice(list(NUMERATORS)))
    if not chosen:
        return
    one, indicator = chosen
    count = plan.count(indicator)
    wrong = _damaged(plan, one.true[count])
    numerator, denominator = INDICATORS[indicator]
    if wrong is None:
        return
    part, whole = ({**one.true, count: wrong}[name] for name in (numerator, denominator))
    scale = 1000 if indicator == "AK" else 100
    shown = ratio(part, whole, scale)
    true = ratio(one.true[numerator], one.true[denominator], scale)
    if part <= whole and shown == true:
        return  # nobody can see it
    plan.damaged = True
    one.written[count] = dotted(wrong)
    _expect(plan, "missing", one, count)
    _expect(plan, "either", one, *({numerator, denominator} - {count}))


@dirt("table", "kbk_tabel", "kbk_csv")
def unreadable_ratio(plan: Plan) -> None:
    """A printed ratio that says nothing: the counts stay."""
    chosen = plan.claim()
    if chosen:
        one, indicator = chosen
        for role in PRINTED[indicator]:
            one.written[role] = plan.rng.choice(["-", "#DIV/0!", "", "n/a", None])


@dirt("table", "kbk_tabel", "kbk_csv")
def contradicting_ratio(plan: Plan) -> None:
    """A printed ratio far from the counts."""
    chosen = plan.claim("AK", lambda one: one.true["contacts"] > 0)
    if chosen:
        one, _ = chosen
        exact = 1000 * one.true["contacts"] / one.true["registered"]
        one.written["ak"] = f"{exact * plan.rng.choice([1.07, 0.93, 3.3]) + 0.05:.2f}".replace(".", ",")
        _expect(plan, "missing", one, "contacts", "registered")


@dirt("table", "kbk_tabel", "kbk_csv")
def ratio_with_its_unit(plan: Plan) -> None:
    """A printed ratio with its sign, or with fewer decimals."""
    chosen = plan.claim("AK", lambda one: one.true["contacts"] > 0)
    if chosen:
        one, _ = chosen
        exact = 1000 * one.true["contacts"] / one.true["registered"]
        written = plan.rng.choice(
            [f"{exact:.2f} ‰", f"{exact:.2f}‰", f"{exact:.1f}", f"{exact:.0f}", f"{exact / 10:.2f}%"]
        )
        one.written["ak"] = written.replace(".", ",")


@dirt("table", "kbk_wb")
def month_in_words(plan: Plan) -> None:
    """The month of one row as words or numbers."""
    one = plan.claim_line()
    if one:
        day = first_day(one.month)
        word, short = MONTH_WORDS[day.month - 1], SHORT_WORDS[day.month - 1]
        texts = [
            f"{word} {day.year}", f"{short.upper()} {day:%y}", f"{short.title()}-{day:%y}", f"{word.lower()} {day:%y}",
            f"{day:%Y-%m}", f"{day:%m/%Y}", f"{day:%Y-%m-%d}", f" {word}\u00a0{day.year} ", f"{day:%Y-%m-%d} 00:00:00",
        ]  # fmt: skip
        one.written["month"] = plan.rng.choice(texts)


@dirt("table", "kbk_wb")
def no_month(plan: Plan) -> None:
    """A row whose month is blank or no month."""
    one = plan.claim_line()
    if one:
        one.written["month"] = plan.rng.choice([None, "-", "bulan ini", "13/2024", "2024", "Januari - Maret 2024"])
        _expect(plan, "missing", one)


@dirt("table")
def code_written_otherwise(plan: Plan) -> None:
    """The same code in other writings."""
    for _, one in plan.lines:
        if plan.rng.random() < 0.5:
            code = one.facility.code
            texts: list[Any] = [f" {code}", f"'{code}", code.lower(), f"{code}\u00a0"]
            if code.isdigit():
                texts.append(f"{code}.0")
            if code.isdigit() and code[0] != "0" and plan.layout != "kbk_csv":
                texts += [int(code), float(code)]
            one.written["code"] = plan.rng.choice(texts)


@dirt("table")
def name_written_otherwise(plan: Plan) -> None:
    """The same facility under other spellings, with its code."""
    for _, one in plan.lines if plan.claim_names() else []:
        if plan.rng.random() < 0.5:
            name = one.facility.name
            rest = name.removeprefix("PUSKESMAS ")
            spelt = [f"UPTD {name}", f"UPT. {name}", f"PKM {rest}", name.title(), f"{name} (BLUD)", f"  {name} ", rest]
            one.written["name"] = plan.rng.choice(spelt) if rest != name else name.lower()


@dirt("table")
def another_name(plan: Plan) -> None:
    """One row whose code has the name of another facility of the same month, while the rest says otherwise."""
    months: dict[str, list[Line]] = {}
    for _, one in plan.lines:
        months.setdefault(one.month, []).append(one)
    if len(months) < 3 or not plan.claim_names():
        return  # nobody knows which of two is right
    chosen = plan.claim_line()
    if chosen:
        one = chosen
        other = next(o for o in months[one.month] if o.facility != one.facility)
        one.written["name"] = other.facility.name
        # Where a file is refused, too few rows may be left that show whose code it is.
        plan.later.append(
            lambda folder: folder.expect("either" if plan.refused else "missing", one.key, kinds=["code_name_clash"])
        )


@dirt("table")
def hostile_names(plan: Plan) -> None:
    """Code of programs in names."""
    names = ["<script>alert(1)</script>", "=1+1", "**x**", '"; DROP TABLE x', "#let x = 1", "[[ok]]", "${x}", "{{ x }}"]
    if not plan.claim_names():
        return
    facilities = {one.facility for _, one in plan.lines}
    chosen = {facility: plan.rng.choice(names) + f" {facility.code}" for facility in facilities}
    for _, one in plan.lines:
        one.written["name"] = chosen[one.facility]


RATIOS = ("ak", "rrns", "rppt_dm", "rppt_ht", "rppt")
_ENGLISH = str.maketrans(",.", ".,")


def _in_english(plan: Plan, roles: Sequence[str]) -> None:
    """Exchange points and commas in all texts of some columns, those of other dirt included; once for a file."""
    if plan.english or plan.damaged:
        return  # a damaged digit beside a doubted denominator is a case of its own
    plan.english = True
    # Cells that hold the true count: it is doubted for its marks, or stands though its ratio or its part is wrong.
    true = [(one.key, count) for _, one in plan.lines for count in COUNTS if count not in one.written]
    for table, one in plan.lines:
        for role in roles:
            cell = table.cell(one, role) if role in table.headings else None
            if isinstance(cell, str):
                one.written[role] = cell.translate(_ENGLISH)

    def doubt(folder: Folder) -> None:
        for key, count in true:
            folder.expect("either", key, count)

    plan.later.append(doubt)
    for count in COUNTS:
        _unsure_column(plan, count)


@dirt("table", "kbk_tabel", "kbk_csv")
def in_english_ratios(plan: Plan) -> None:
    """All ratios with a decimal point, the counts as before: where no ratio proves a count, its points may be doubted."""
    _in_english(plan, RATIOS)


@dirt("table", "kbk_tabel")
def in_english_throughout(plan: Plan) -> None:
    """A whole file in English: thousands by commas, ratios with a decimal point."""
    _in_english(plan, (*RATIOS, *COUNTS))
