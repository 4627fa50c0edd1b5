"""Facilities beside each other as tables: funnel limits for the indicators that are one share of counted cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.funnel import PROPORTION, Funnel, Limits, funnel, limits_at
from analysis.results_parts import Scope, records_table

CURVE_POINTS = 160
"""Points of each limit in the figure."""
POINT_COLUMNS = (
    "indicator", "facility_code", "facility_name", "numerator", "denominator", "value", "position",
    "position_adjusted", "side", "reason",
)  # fmt: skip

_LIMITS = tuple(Limits.__dataclass_fields__)
CURVE_COLUMNS = ("indicator", "denominator", *_LIMITS, *(f"{c}_adjusted" for c in _LIMITS))
"""Plain limits of chance alone, and those with the variance between facilities."""


def funnel_tables(scope: Scope, facility: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the funnels of the leading group over the period, for indicators of one part (AK, RRNS, RPPB).

    facility: the table of facility_indicators.
    funnel: one row per indicator: overall, n, phi, tau2, spread, method, note, reason.
    funnel_points: POINT_COLUMNS, in the order of names: no ranking. position: against the limits of chance alone;
    position_adjusted: with the variance between facilities.
    funnel_curves: CURVE_COLUMNS; the adjusted limits are missing where facilities differ no more than by chance.
    """
    heads, points, curves = [], [], []
    for name in scope.names:
        indicator = scope.indicators[name]
        if len(indicator.parts) != 1:
            continue
        part = indicator.parts[0]
        rows = facility[
            (facility["indicator"] == name) & (facility["span"] == "ini") & (facility["group"] == "utama")
        ].sort_values(["facility_name", "facility_code"])
        made = funnel(
            rows[part.numerator].tolist(), rows[part.denominator].tolist(), rows["facility_code"].tolist(),
            PROPORTION, scale=indicator.scale,
        )  # fmt: skip
        heads.append({"indicator": name, **_head(made)})
        for point, label in zip(made.points, rows["facility_name"], strict=True):
            points.append(
                {"indicator": name, "facility_code": point.name, "facility_name": label, "numerator": point.numerator,
                 "denominator": point.denominator, "value": point.value, "position": point.position,
                 "position_adjusted": point.position_adjusted, "side": point.side, "reason": point.reason}
            )  # fmt: skip
        curves += [{"indicator": name, **row} for row in _curves(made)]
    return {
        "funnel": records_table(
            heads, ("indicator", "overall", "n", "phi", "tau2", "spread", "method", "note", "reason")
        ),
        "funnel_points": records_table(points, POINT_COLUMNS),
        "funnel_curves": records_table(curves, CURVE_COLUMNS),
    }


def _head(made: Funnel) -> dict[str, Any]:
    return {
        "overall": made.overall, "n": made.n, "phi": made.phi, "tau2": made.tau2, "spread": made.spread,
        "method": made.method, "note": made.note, "reason": made.reason,
    }  # fmt: skip


def _curves(made: Funnel) -> list[dict[str, float]]:
    sizes = [p.denominator for p in made.points if p.denominator is not None and not p.reason]
    if made.reason or made.overall is None or not sizes:
        return []
    # on a root scale, because the limits bend most where facilities are small
    grid = np.unique(np.ceil(np.linspace(np.sqrt(min(sizes) * 0.6), np.sqrt(max(sizes) * 1.05), CURVE_POINTS) ** 2))
    centre = made.overall / made.scale
    plain = limits_at(grid, centre, made.kind, scale=made.scale)
    rows = [{"denominator": float(n), **vars(p)} for n, p in zip(grid, plain, strict=True)]
    if not made.tau2:
        return rows
    wide = limits_at(grid, centre, made.kind, tau2=made.tau2, scale=made.scale)
    return [row | {f"{k}_adjusted": v for k, v in vars(w).items()} for row, w in zip(rows, wide, strict=True)]
