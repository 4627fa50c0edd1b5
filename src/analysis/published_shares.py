"""What published shares allow when the number of facilities is not said: which numbers fit, and what each implies.

Pure functions on plain numbers. A share printed as '71,5' fits k of n facilities when 100·k/n rounds to it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from analysis.independent import independent_interval
from analysis.paired import mcnemar_exact
from analysis.published import printed_number

N_MAX = 400
"""Largest number of facilities that is tried: the 345 puskesmas of Sumatera Selatan in the Ministry's list of September
2022, and a margin for puskesmas that were opened later or that the list lacks."""
ALPHA = 0.05
ALWAYS, NEVER, DEPENDS = "selalu bermakna", "tidak pernah", "bergantung pada yang naik dan turun"


@dataclass(frozen=True)
class PairedRange:
    """Exact McNemar p values over every pairing that two totals of the same facilities allow.

    change: net change (after − before), equal to rose − fell whatever the pairing.
    most_against: most facilities that can have moved against the net change (none is the fewest).
    smallest: p when nobody moved against it. largest: p when as many as possible did.
    """

    change: int
    most_against: int
    smallest: float
    largest: float


def possible_counts(percent: str | Decimal, n: int) -> list[int]:
    """Return every k from 0 to n for which 100·k/n rounds to the printed percent.

    percent: as printed; its decimals say how it was rounded ('71,5' has one). n: number of facilities.
    A value exactly between two printed numbers is accepted when rounding half up or half to even gives this one: the
    lower end always (half up), the upper end when the last printed digit is even (half to even).
    """
    if n < 1:
        return []
    printed = printed_number(percent)
    unit = Fraction(Decimal(1).scaleb(int(printed.as_tuple().exponent)))
    value = Fraction(printed)
    low, high = (value - unit / 2) * n / 100, (value + unit / 2) * n / 100
    first = max(0, -(-low.numerator // low.denominator))
    last = high.numerator // high.denominator
    if high == last and (value / unit) % 2 == 1:
        last -= 1
    return list(range(first, min(last, n) + 1))


def fitting_denominators(percents: Sequence[str | Decimal], n_max: int = N_MAX) -> list[int]:
    """Return every n from 1 to ``n_max`` for which each of the printed percents is possible."""
    return [n for n in range(1, n_max + 1) if all(possible_counts(p, n) for p in percents)]


def paired_range(n: int, k_before: int, k_after: int) -> PairedRange:
    """Return the smallest and the largest exact McNemar p over all numbers that can have risen and fallen.

    n: facilities, the same ones in both periods; k_before, k_after: how many of them were on target.
    With d = |k_after − k_before| fixed and m moving the other way, p is that of m against m + d in a fair toss. One
    more in each direction never lowers it (the walk of 2m + d steps spreads while d stays), so the ends of m suffice.
    Raises ValueError for counts outside 0..n.
    """
    if not (0 <= k_before <= n and 0 <= k_after <= n):
        raise ValueError(f"counts {k_before} and {k_after} do not lie in 0..{n}")
    change = k_after - k_before
    most = min(k_before, n - k_after) if change >= 0 else min(n - k_before, k_after)
    return PairedRange(change, most, _p(change, 0), _p(change, most))


def most_against_significant(n: int, k_before: int, k_after: int, alpha: float = ALPHA) -> int | None:
    """Return the most facilities that can have moved against the net change with p below alpha; None if not even 0."""
    limits = paired_range(n, k_before, k_after)
    passing = bisect_left(range(limits.most_against + 1), alpha, key=lambda m: _p(limits.change, m))
    return passing - 1 if passing else None


def _p(change: int, against: int) -> float:
    return mcnemar_exact(against + abs(change), against)


def conclusion(smallest: float, largest: float, alpha: float = ALPHA) -> str:
    """Return what holds over all pairings: always below alpha, never, or depending on who rose and who fell."""
    if largest < alpha:
        return ALWAYS
    return NEVER if smallest >= alpha else DEPENDS


def implications(
    percents: tuple[str | Decimal, str | Decimal], n_max: int = N_MAX, candidates: Sequence[int] | None = None
) -> pd.DataFrame:
    """Return what would follow from each number of facilities that fits two printed shares of the same facilities.

    percents: (before, after) as printed. n_max: largest number tried. candidates: the only numbers tried, when the
    source says them.
    Columns: n, k_before, k_after, change, most_against, p_smallest, p_largest, limit_against (most that can have moved
    against the change with p below 0.05; missing if none), newcombe_lower, newcombe_upper (as if two independent
    samples), conclusion. One row per n; more where shares are printed so coarsely that several counts fit.
    """
    numbers = candidates if candidates is not None else range(1, n_max + 1)
    records = []
    for n in numbers:
        for before in possible_counts(percents[0], n):
            for after in possible_counts(percents[1], n):
                limits = paired_range(n, before, after)
                lower, upper = independent_interval(before, n, after, n)
                records.append(
                    {
                        "n": n,
                        "k_before": before,
                        "k_after": after,
                        "change": limits.change,
                        "most_against": limits.most_against,
                        "p_smallest": limits.smallest,
                        "p_largest": limits.largest,
                        "limit_against": most_against_significant(n, before, after),
                        "newcombe_lower": lower,
                        "newcombe_upper": upper,
                        "conclusion": conclusion(limits.smallest, limits.largest),
                    }
                )
    columns = [
        "n", "k_before", "k_after", "change", "most_against", "p_smallest", "p_largest", "limit_against",
        "newcombe_lower", "newcombe_upper", "conclusion",
    ]  # fmt: skip
    frame = pd.DataFrame(records, columns=columns)
    return frame.assign(limit_against=frame["limit_against"].astype("Int64"))


def separate_denominators(percents: tuple[str | Decimal, str | Decimal], n_max: int = N_MAX) -> pd.DataFrame:
    """Return for every n from 1 to ``n_max`` the counts that fit each share alone, for unequal numbers of facilities.

    Columns: n, before, after (smallest fitting count; missing where none fits).
    """
    rows = [
        {"n": n, "before": min(possible_counts(percents[0], n), default=None),
         "after": min(possible_counts(percents[1], n), default=None)}
        for n in range(1, n_max + 1)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["n", "before", "after"])
    return frame.astype({"before": "Int64", "after": "Int64"})


def denominators_with_remainder(percent: str | Decimal, remainder: int, n_max: int = N_MAX) -> list[int]:
    """Return every n for which the printed percent leaves exactly ``remainder`` facilities off target."""
    return [n for n in range(max(remainder, 1), n_max + 1) if n - remainder in possible_counts(percent, n)]
