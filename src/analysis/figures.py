"""Figures of the report as SVG text: one look, safe for the colour-blind, with the simulated mark where due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch

from analysis import formats as fmt
from analysis.figure_style import (
    BLUE,
    FAR_FROM_ZERO,
    GREY,
    INK,
    LEGEND_SIZE,
    MUTED,
    ORANGE,
    TARGET_DASH,
    Floats,
    align_left,
    canvas,
    decimal_axis,
    decimals_of,
    empty_figure,
    name_panel,
    numbers,
    part_label,
    split_rows,
    svg_text,
)

STATES = {
    "lengkap": ("#cfe3ef", ""),
    "sebagian": ("#f2c57c", "s"),
    "kosong": ("#d98d5f", "k"),
    "tidak ada": ("#ffffff", "×"),
    "di luar masa": ("#f0f0f0", "·"),
}
SCORE_STEPS = ((10, "#b35806"), (20, "#f1a340"), (30, "#d8daeb"), (40, "#4d7fb8"))
"""Lowest score in tenths and its colour; the number in the cell carries the meaning."""
MONTHS_WITH_PERCENT = 6
"""Most columns of the score map whose cells have room for the payment percent."""
MOST_SCORE_ROWS = 30
"""Most facilities in one score map, whose rows are higher than those of the other figures."""


def facilities(
    rows: pd.DataFrame, *, target: float, target_label: str, unit: str, labels: dict[str, str], simulated: bool = False
) -> list[str]:
    """Return all facilities: comparison value (open), value of the period (filled), interval if any.

    rows: columns name, before, after, lower, upper, on_target; drawn in their order from the top.
    labels: 'pembanding' and 'ini' to the names of the periods.
    One figure for each 35 facilities at most, all with the same scale.
    """
    known = [float(v) for c in ("before", "after", "upper") for v in rows[c].dropna()]
    if not known:
        return [empty_figure("tidak ada FKTP dengan nilai", simulated)]
    known.append(target)
    low = min(known)
    # a scale from zero would crowd points that are all far from it
    ends = (0 if low < max(known) * FAR_FROM_ZERO else low * 0.96, max(known) * 1.04)
    decimals = decimals_of(known)
    parts = split_rows(len(rows))
    figures = []
    for number, part in enumerate(parts, 1):
        own = rows.iloc[part]
        with canvas(0.95 + 0.17 * max(len(own), 3), simulated, mark_pad=14) as (figure, axes):
            name_panel(axes, part_label(number, len(parts)), pad=14)
            _facility_rows(axes, own, labels)
            axes.axvline(target, color=ORANGE, lw=1.5, ls=TARGET_DASH, zorder=1.6)
            axes.annotate(
                target_label, (target, -0.6), xytext=(3, 2), textcoords="offset points", color=ORANGE, fontsize=8.5,
                va="bottom", annotation_clip=False,
            )  # fmt: skip
            axes.set_xlim(*ends)
            axes.set_xlabel(unit)
            decimal_axis(axes, "x", decimals)
            figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=LEGEND_SIZE, handletextpad=0.3)
            align_left(figure, own["name"], rows["name"])
            figures.append(svg_text(figure))
    return figures


def _facility_rows(axes: Axes, rows: pd.DataFrame, labels: dict[str, str]) -> None:
    y = np.arange(len(rows))
    before, after, lower, upper = (numbers(rows[c]) for c in ("before", "after", "lower", "upper"))
    axes.hlines(y, before, after, color=GREY, lw=0.8, zorder=2)
    axes.hlines(y, lower, upper, color=BLUE, lw=3.2, alpha=0.25, zorder=2)
    axes.scatter(
        before, y, s=20, facecolor="white", edgecolor=MUTED, lw=0.9, zorder=3, label=labels["pembanding"],
        gid="pembanding",
    )  # fmt: skip
    reached = rows["on_target"].fillna(False).astype(bool).to_numpy()
    for chosen, colour, marker, words, gid in (
        (reached, BLUE, "o", "memenuhi target", "memenuhi"),
        (~reached, ORANGE, "D", "belum memenuhi", "belum"),
    ):
        axes.scatter(
            after[chosen], y[chosen], s=26, color=colour, marker=marker, zorder=4, label=f"{labels['ini']}, {words}",
            gid=gid,
        )  # fmt: skip
    axes.set_yticks(y, list(rows["name"]))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
    axes.grid(axis="x")


def _grid(axes: Axes, months: Sequence[pd.Period], rows: Sequence[str]) -> None:
    columns = [fmt.month_short(m) for m in months]
    axes.set_xticks(np.arange(len(columns)), columns, rotation=0 if len(columns) <= 8 else 90)
    axes.set_yticks(np.arange(len(rows)), list(rows))
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", lw=1.4)
    axes.tick_params(which="minor", length=0)


def completeness_map(states: pd.DataFrame, *, simulated: bool = False) -> list[str]:
    """Return facilities × months with the state of the data; a mark repeats what the colour says.

    states: rows facilities (index: names in order), columns months (Period), cells of STATES.
    One figure for each 35 facilities at most.
    """
    keys = list(STATES)
    codes = states.apply(lambda column: column.map({k: i for i, k in enumerate(keys)})).to_numpy(dtype=float)
    colours = ListedColormap([STATES[k][0] for k in keys])
    scale = BoundaryNorm(np.arange(len(keys) + 1) - 0.5, len(keys))
    handles = [
        Patch(facecolor=STATES[k][0], edgecolor=MUTED, lw=0.5, label=f"{k} ({STATES[k][1]})" if STATES[k][1] else k)
        for k in keys
    ]
    parts = split_rows(len(states))
    figures = []
    for number, part in enumerate(parts, 1):
        own = codes[part]
        with canvas(1.2 + 0.15 * len(own), simulated) as (figure, axes):
            name_panel(axes, part_label(number, len(parts)), pad=3)
            axes.imshow(np.ma.masked_invalid(own), cmap=colours, norm=scale, aspect="auto")
            _grid(axes, states.columns, states.index[part])
            for (i, j), code in np.ndenumerate(own):
                mark = "" if np.isnan(code) else STATES[keys[int(code)]][1]
                if mark:
                    axes.text(j, i, mark, ha="center", va="center", fontsize=8, in_layout=_on_edge(i, j, own))
            figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False, fontsize=LEGEND_SIZE)
            align_left(figure, states.index[part], states.index)
            figures.append(svg_text(figure))
    return figures


def score_map(scores: pd.DataFrame, percents: pd.DataFrame, *, simulated: bool = False) -> list[str]:
    """Return facilities × months with the score (1,0 to 4,0) in each cell and its payment percent below it.

    scores, percents: rows facilities (index: names), columns months, cells in tenths or missing.
    One figure for each 30 facilities at most.
    """
    values = scores.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    shares = percents.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    colours = ListedColormap([colour for _, colour in SCORE_STEPS]).with_extremes(bad="#f4f4f4")
    scale = BoundaryNorm([step for step, _ in SCORE_STEPS] + [41], colours.N)
    names = ("1,0–1,9", "2,0–2,9", "3,0–3,9", "4,0")
    handles = [Patch(facecolor=c, label=f"nilai {n}") for (_, c), n in zip(SCORE_STEPS, names, strict=True)]
    parts = split_rows(len(scores), MOST_SCORE_ROWS)
    figures = []
    for number, part in enumerate(parts, 1):
        with canvas(1.2 + 0.24 * len(values[part]), simulated) as (figure, axes):
            name_panel(axes, part_label(number, len(parts)), pad=3)
            axes.imshow(np.ma.masked_invalid(values[part]), cmap=colours, norm=scale, aspect="auto")
            _grid(axes, scores.columns, scores.index[part])
            _score_cells(axes, values[part], shares[part])
            figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=LEGEND_SIZE)
            align_left(figure, scores.index[part], scores.index)
            figures.append(svg_text(figure))
    return figures


def _on_edge(row: int, column: int, cells: Floats) -> bool:
    """Whether a cell lies at the edge of a map: only the words in such a one can stick out and need room beside it."""
    rows, columns = cells.shape
    return row in {0, rows - 1} or column in {0, columns - 1}


def _score_cells(axes: Axes, values: Floats, shares: Floats) -> None:
    for (i, j), value in np.ndenumerate(values):
        shown: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8, "in_layout": _on_edge(i, j, values)}
        if np.isnan(value):
            axes.text(j, i, fmt.MISSING, color=MUTED, **shown)
            continue
        text = fmt.number(value / 10, 1)
        if not np.isnan(shares[i, j]) and values.shape[1] <= MONTHS_WITH_PERCENT:
            text += f"  ({fmt.plain(float(shares[i, j]) / 10)} %)"
        dark = value < 20 or value >= 40
        axes.text(j, i, text, color="white" if dark else INK, **shown)


def zones(table: pd.DataFrame, *, order: Sequence[str], names: dict[str, str], simulated: bool = False) -> str:
    """Return stacked shares of facilities by zone, one bar per month, with the counts written in.

    table: rows months (index), columns zones, cells counts.
    """
    colours = {"TIDAK AMAN": "#b35806", "AMAN": "#d8daeb", "PRESTASI": "#4d7fb8"}
    with canvas(0.9 + 0.5 * len(table), simulated) as (figure, axes):
        total = table.sum(axis=1)
        left = np.zeros(len(table))
        y = np.arange(len(table))
        for zone in order:
            width = (table[zone] / total * 100).to_numpy(dtype=float)
            axes.barh(y, width, left=left, color=colours[zone], height=0.66, label=names[zone])
            for i, w in enumerate(width):
                text = f"{fmt.number(int(table[zone].iloc[i]))} ({fmt.number(w, 1)} %)"
                axes.text(
                    left[i] + w / 2,
                    i,
                    text,
                    ha="center",
                    va="center",
                    fontsize=8.5,
                    color=INK if zone == "AMAN" else "white",
                )
            left += width
        axes.set_yticks(y, [fmt.month(m) for m in table.index])
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.set_xlabel("persen FKTP")
        axes.tick_params(axis="y", length=0)
        figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=LEGEND_SIZE)
        return svg_text(figure)
