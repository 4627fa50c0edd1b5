"""p values adjusted for the number of tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values after Holm: any false finding in the family has at most the level's probability.

    p_values: of the tests of one family, in any order; none missing.
    Written out because statsmodels' multipletests runs a whole garbage collection at each call, which costs more than
    everything else of a small family; the values are the same.
    Reference: Holm (1979), Scand J Stat 6:65-70; R p.adjust(method='holm').
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return [float(v) for v in adjusted]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return p values after Benjamini and Hochberg: of all findings below a level at most that share is false.

    p_values: of the tests of one family, in any order; none missing.
    Reference: Benjamini and Hochberg (1995), J R Stat Soc B 57:289-300; R p.adjust(method='BH').
    """
    from scipy import stats  # noqa: PLC0415 - slow to import, and Holm's method does without

    if len(p_values) == 0:
        return []
    return [
        min(1.0, float(v)) for v in stats.false_discovery_control(np.asarray(p_values, dtype=np.float64), method="bh")
    ]
