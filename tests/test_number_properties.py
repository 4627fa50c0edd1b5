"""Whatever the writing, a count is read as it was meant or is doubtful: never another number."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from number_writing import FOREIGN, SOUND, grouped, judged, lost, misread, table

from analysis.column_numbers import FEWEST_OPEN
from analysis.number_cells import read_count
from analysis.printed import settle

QUICK, THOROUGH = (settings(max_examples=number, suppress_health_check=list(HealthCheck)) for number in (150, 1500))
PAIRS = (("contacts", "registered", "ak_printed", 1000), ("nonspecialist_referrals", "referrals", "rrns_printed", 100))
ROLES = [role for pair in PAIRS for role in pair[:2]]


@st.composite
def facilities(draw: st.DrawFn, fewest: int = 1, most: int = 8) -> list[dict[str, int]]:
    """True counts of some facilities: a dentist with hundreds of participants beside a puskesmas with many thousands."""
    rows = []
    for _ in range(draw(st.integers(fewest, most))):
        registered = draw(st.integers(300, 2_000) | st.integers(2_000, 150_000))
        contacts = draw(st.integers(0, registered))
        referrals = draw(st.integers(0, 400) | st.integers(400, max(401, registered // 10)))
        bad = draw(st.integers(0, referrals))
        rows.append(dict(zip(ROLES, (contacts, registered, bad, referrals), strict=True)))
    return rows


def ratio(top: int, bottom: int, per: int, decimals: int, cut: bool = False) -> str | None:
    """The ratio as an Indonesian program prints it, rounded or cut off; None where there is nothing to divide by."""
    if not bottom:
        return None
    exact = Fraction(top * per, bottom)
    step = Decimal(1).scaleb(-decimals)
    number = (Decimal(exact.numerator) / exact.denominator).quantize(step, ROUND_DOWN if cut else ROUND_HALF_UP)
    return str(number).replace(".", ",")


def with_ratios(rows: list[dict[str, int]], columns: dict[str, list[Any]], decimals: int, mark: str) -> None:
    for top, bottom, printed, per in PAIRS:
        texts = [ratio(row[top], row[bottom], per, decimals) for row in rows]
        columns[printed] = [None if text is None else text.replace(",", mark) for text in texts]


def both(test: Callable[..., None]) -> Callable[..., None]:
    """Run a property in some hundred cases each time, and in thousands with the long tests."""
    decorated: Callable[..., None] = pytest.mark.parametrize(
        "run", [QUICK, pytest.param(THOROUGH, marks=pytest.mark.slow)], ids=["quick", "many"]
    )(test)
    return decorated


@both
def test_every_usual_writing_alone_or_mixed_in_a_column_gives_the_true_counts(run: settings) -> None:
    @run
    @given(facilities(), st.data())
    def check(rows: list[dict[str, int]], data: st.DataObject) -> None:
        columns = {
            role: [SOUND[data.draw(st.sampled_from(sorted(SOUND)))](row[role]) for row in rows] for role in ROLES
        }
        if data.draw(st.booleans()):
            with_ratios(rows, columns, data.draw(st.integers(0, 4)), ",")
        read = table(**columns)
        judged(read)
        assert misread(read, rows) == []
        if not any(all_round(columns[role], [row[role] for row in rows]) for role in ROLES):
            assert [settle(row)[0] for row in read] == rows

    def all_round(column: list[Any], counts: list[int]) -> bool:
        """Whether three counts or more are written with a point, all like 1.000 and 2.000: these may be decimals."""
        pointed = [n for cell, n in zip(column, counts, strict=True) if isinstance(cell, str) and "." in cell]
        return len(pointed) >= FEWEST_OPEN and all(n % 1000 == 0 for n in pointed)

    check()


@both
def test_a_file_in_one_foreign_writing_is_read_rightly_or_doubted(run: settings) -> None:
    @run
    @given(facilities(), st.sampled_from(sorted(FOREIGN)), st.sampled_from(",."), st.integers(0, 3), st.booleans())
    def check(rows: list[dict[str, int]], style: str, mark: str, decimals: int, printed: bool) -> None:
        columns: dict[str, list[Any]] = {role: [FOREIGN[style](row[role]) for row in rows] for role in ROLES}
        if printed:
            with_ratios(rows, columns, decimals, mark)
        read = table(**columns)
        judged(read)
        if certain(rows, style):
            assert misread(read, rows) == []

    def certain(rows: list[dict[str, int]], style: str) -> bool:
        """Whether the writing leaves a trace: 2.000 or 12 alone cannot be told from two thousand and twelve."""
        for role in ROLES:
            numbers = [row[role] for row in rows if row[role]]
            if style.startswith("three") and not any(row[r] >= 1000 for row in rows for r in ROLES):
                return False
            whole = [n for n in numbers if n >= 1000 and n % 1000 == 0]
            seen = [n for n in numbers if n >= 1000 and n % 1000 and (style == "lost thousands" or n % 10 == 0)]
            if style.startswith("lost") and whole and len(seen) * 5 < len(numbers):
                return False
        return True

    check()


@both
def test_columns_of_different_writing_in_one_file_are_read_rightly_or_doubted(run: settings) -> None:
    styles = SOUND | {name: FOREIGN[name] for name in ("commas", "decimal point", "commas and decimals")}

    @run
    @given(
        facilities(),
        st.lists(st.sampled_from(sorted(styles)), min_size=4, max_size=4),
        st.sampled_from([None, ",", "."]),
    )
    def check(rows: list[dict[str, int]], chosen: list[str], mark: str | None) -> None:
        columns: dict[str, list[Any]] = {
            role: [styles[style](row[role]) for row in rows] for role, style in zip(ROLES, chosen, strict=True)
        }
        if mark is not None:
            with_ratios(rows, columns, 2, mark)
        read = table(**columns)
        judged(read)
        assert misread(read, rows) == []

    check()


@both
def test_lost_thousands_in_one_column_among_sound_ones_are_restored_rightly_or_doubted(run: settings) -> None:
    @run
    @given(facilities(), st.sampled_from(ROLES), st.booleans(), st.data())
    def check(rows: list[dict[str, int]], role: str, printed: bool, data: st.DataObject) -> None:
        which = [data.draw(st.booleans()) and row[role] % 1000 != 0 for row in rows]
        columns: dict[str, list[Any]] = {r: [row[r] for row in rows] for r in ROLES}
        columns[role] = [lost(row[role]) if one else row[role] for row, one in zip(rows, which, strict=True)]
        if printed:
            with_ratios(rows, columns, 2, ",")
        read = table(**columns)
        judged(read)
        assert misread(read, rows) == []

    check()


@both
def test_a_ratio_printed_in_any_way_never_costs_true_counts(run: settings) -> None:
    signs = {1000: ["", " ‰", " 0/00", "0/00", " per mil", " permil"], 100: ["%", " %", " persen"]}

    @run
    @given(facilities(), st.integers(0, 6), st.booleans(), st.sampled_from([1000, 100]), st.data())
    def check(rows: list[dict[str, int]], decimals: int, cut: bool, per: int, data: st.DataObject) -> None:
        columns: dict[str, list[Any]] = {role: [row[role] for row in rows] for role in ROLES}
        texts = [ratio(row["contacts"], row["registered"], per, decimals, cut) for row in rows]
        columns["ak_printed"] = [f"{text}{data.draw(st.sampled_from(signs[per]))}" for text in texts]
        read = table(**columns)
        judged(read)
        assert [settle(row)[0] for row in read] == rows

    check()


@both
def test_a_count_that_lost_gained_or_changed_a_digit_is_never_used_where_the_ratio_is_printed(run: settings) -> None:
    @run
    @given(facilities(most=1), st.sampled_from(ROLES), st.data())
    def check(rows: list[dict[str, int]], role: str, data: st.DataObject) -> None:
        (row,) = rows
        digits = str(row[role])
        place = data.draw(st.integers(0, len(digits) - 1))
        digit = data.draw(st.sampled_from("0123456789"))
        slip = data.draw(
            st.sampled_from(
                [digits[:place] + digits[place + 1 :], digits + "0", digits[:place] + digit + digits[place + 1 :]]
            )
        )
        wrong = int(slip or 0)
        top, bottom, printed, per = next(pair for pair in PAIRS if role in pair)
        shown = ratio(row[top], row[bottom], per, 2)
        false = {**row, role: wrong}
        # What is printed the same, or nearly, cannot be told apart; 0 and very small ratios tell little.
        same = shown is None or not row[top] or not false[bottom] or false[top] > false[bottom]
        if same or abs(Fraction(false[top] * per, false[bottom]) - Fraction(row[top] * per, row[bottom])) < Fraction(
            1, 50
        ):
            return
        columns = {r: [number] for r, number in false.items()} | {printed: [shown]}
        (read,) = rows_read = table(**columns)
        judged(rows_read)
        counts, findings = settle(read)
        assert counts[role] in {None, row[role]}
        assert {finding.kind for finding in findings} & {"ratio_contradicts", "thousands_restored"}

    check()


@both
def test_a_foreign_character_in_a_number_never_makes_another_number(run: settings) -> None:
    junk = "*?±≥≤~#/\\:;=_|eExXOolI²³¹₂①⑫½١٢०\n\t§°ª†‡()<>[]{}!$&@^`\u00ad\u0336"

    @run
    @given(st.integers(0, 200_000), st.sampled_from(["", ".", ",", " "]), st.sampled_from(junk), st.data())
    def check(number: int, mark: str, character: str, data: st.DataObject) -> None:
        text = grouped(number, mark) if mark else str(number)
        place = data.draw(st.integers(0, len(text)))
        dirty = text[:place] + character + text[place:]
        if (character.isspace() and place in {0, len(text)}) or (character == "`" and place == 0):
            return
        assert read_count(dirty).value is None

    check()
