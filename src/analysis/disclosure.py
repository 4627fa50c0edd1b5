"""Whether counts that are not shown can be worked out from what is: each ratio, the ratio of the sums, and the others.

An attacker who knows every published number looks for all counts that fit them. A count is safe when more than one is
left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_COMBINATIONS = 500_000
"""Beyond so many combinations of counts the ratio of the sums no longer tells them apart."""


@dataclass(frozen=True)
class Withheld:
    """A facility whose counts are not shown.

    ratio: as it is shown. lowest, highest: between which its numerator is known to lie.
    """

    ratio: float
    lowest: int
    highest: int


def candidates(one: Withheld, scale: int, decimals: int) -> list[tuple[int, int]]:
    """Return the numerators and denominators that give the ratio as it is shown; scale: 100 for percent."""
    return [(above, below) for above, fitting in _fitting(one, scale, decimals) for below in fitting]


def _fitting(one: Withheld, scale: int, decimals: int) -> list[tuple[int, range]]:
    """Every numerator with the denominators that give the ratio as it is shown."""
    half = 0.5 * 10.0**-decimals
    if one.ratio - half <= 0:
        return []
    return [
        (
            above,
            range(
                max(math.ceil(scale * above / (one.ratio + half) - 1e-9), above),
                math.floor(scale * above / (one.ratio - half) + 1e-9) + 1,
            ),
        )
        for above in range(one.lowest, one.highest + 1)
    ]


def left_open(
    withheld: Sequence[Withheld], shown: tuple[int, int], total: float, *, scale: int, decimals: int
) -> list[bool]:
    """Return for each facility whether more than one numerator fits everything that is published.

    shown: sums of the numerators and denominators that are shown. total: the ratio of all sums, as it is shown.
    scale: 100 for percent. decimals: those of the ratios.
    """
    # counted before they are listed: a ratio of nearly zero fits millions of denominators
    counted = (sum(max(r.stop - r.start, 0) for _, r in _fitting(one, scale, decimals)) for one in withheld)
    combinations = math.prod(counted)
    if not 0 < combinations <= MOST_COMBINATIONS:
        return [combinations > 0] * len(withheld)
    lists = [candidates(one, scale, decimals) for one in withheld]
    half = 0.5 * 10.0**-decimals
    above, below = np.array([float(shown[0])]), np.array([float(shown[1])])
    numerators = np.zeros((1, 0), dtype=int)
    for pairs in lists:
        own = np.array(pairs, dtype=int).reshape(-1, 2)
        above = np.add.outer(above, own[:, 0]).ravel()
        below = np.add.outer(below, own[:, 1]).ravel()
        repeated = np.repeat(numerators, len(own), axis=0)
        numerators = np.column_stack([repeated, np.tile(own[:, 0], len(numerators))])
    fits = np.abs(scale * above / np.maximum(below, 1) - total) <= half + 1e-9
    return [len(np.unique(numerators[fits, i])) > 1 for i in range(len(lists))]


def can_differ(left_out: np.ndarray, inside: np.ndarray, row: int, column: int) -> bool:
    """Return whether one cell of a table of known totals may hold another count than it does.

    left_out: which cells are not shown; the counts of the others are known, and so are the sums of rows and columns.
    inside: which of them hold somebody. row, column: of a cell that is not shown and holds somebody.
    Another table with the same totals exists exactly when people can be moved round a cycle of cells not shown.
    """
    others = inside.copy()
    others[row, column] = False
    columns = np.zeros(left_out.shape[1], dtype=bool)
    columns[column] = True
    while True:  # one more in the cell: one less in its column, one more in that row …
        rows = np.asarray(others[:, columns].any(axis=1))
        if rows[row]:
            return True
        wider = columns | left_out[rows].any(axis=0)
        if (wider == columns).all():
            break
        columns = wider
    others = left_out.copy()
    others[row, column] = False
    rows = np.zeros_like(left_out[:, 0])
    rows[row] = True
    while True:  # one less in the cell: one more in its row, one less in that column …
        columns = np.asarray(others[rows].any(axis=0))
        if columns[column]:
            return True
        wider = np.logical_or(rows, inside[:, columns].any(axis=1))
        if (wider == rows).all():
            return False
        rows = wider
