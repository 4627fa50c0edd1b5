"""Figures of the report as SVG text: one look, safe for the colour-blind, with the simulated mark where due."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from analysis import formats as fmt
from analysis.fonts import register_matplotlib

INK, MUTED, GRID = "#222222", "#6b6b6b", "#d9d9d9"
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#007a5e", "#9a9a9a"
SPAN_FILL = {"pembanding": "#efefef", "ini": "#dcebf5"}
STATES = {
    "lengkap": ("#cfe3ef", ""),
    "sebagian": ("#f2c57c", "s"),
    "kosong": ("#d98d5f", "k"),
    "tidak ada": ("#ffffff", "×"),
    "di luar masa": ("#f0f0f0", "·"),
}
SCORE_STEPS = ((10, "#b35806"), (20, "#f1a340"), (30, "#d8daeb"), (40, "#4d7fb8"))
"""Lowest score in tenths and its colour; the number in the cell carries the meaning."""
WIDTH = 7.0
"""Width of every figure in inches: the text width of an upright A4 page."""
SIMULATED = "DATA SIMULASI"
MONTHS_WITH_PERCENT = 6
"""Most columns of the score map whose cells have room for the payment percent."""
FAR_FROM_ZERO = 0.4
"""Share of the largest value below which the smallest is close enough to zero for an axis from zero."""
LABEL_GAP = 0.075
"""Least distance between the names of two lines, as a share of the axis."""


@dataclass(frozen=True)
class Event:
    """A dated event to mark on a trend."""

    month: pd.Period
    label: str


@contextmanager
def canvas(height: float, simulated: bool, mark_pad: float = 3) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure of the report's width with the style of all figures; height in inches."""
    family = register_matplotlib()
    style: dict[Any, Any] = {
        "font.family": family,
        "font.size": 9,
        "svg.fonttype": "path",
        "svg.hashsalt": "kbk",
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "grid.color": GRID,
        "grid.linewidth": 0.5,
        "axes.unicode_minus": True,
        # a name such as "$x$" is text, not a formula
        "text.parse_math": False,
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.subplots()
        if simulated:
            axes.set_title(SIMULATED, loc="right", fontsize=7, color=MUTED, pad=mark_pad)
        yield figure, axes


def svg_text(figure: Figure) -> str:
    """Return a figure as SVG text without date and maker."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return buffer.getvalue()


def _decimal_axis(axes: Axes, which: str, decimals: int = 0) -> None:
    formatter = FuncFormatter(lambda value, _: fmt.number(value, decimals))
    getattr(axes, f"{which}axis").set_major_formatter(formatter)


def _decimals_of(values: Sequence[float]) -> int:
    return 0 if max(values, default=0) >= 20 else 1


def trend(
    monthly: pd.DataFrame,
    *,
    target: float,
    target_label: str,
    unit: str,
    spans: dict[str, tuple[pd.Period, pd.Period]],
    events: Sequence[Event] = (),
    groups: dict[str, str],
    simulated: bool = False,
) -> str:
    """Return the monthly line of each group with the target, both periods shaded and events marked.

    monthly: columns group, month, value; missing months break the line. groups: key of the group to its name; the
    first is drawn strong. spans: 'ini' and 'pembanding' to their first and last month.
    """
    months = pd.period_range(monthly["month"].min(), monthly["month"].max(), freq="M")
    position = {m: i for i, m in enumerate(months)}
    with canvas(2.7, simulated) as (figure, axes):
        for span, (first, last) in spans.items():
            left, right = position.get(first, 0), position.get(last, len(months) - 1)
            axes.axvspan(left - 0.5, right + 0.5, color=SPAN_FILL[span], lw=0, zorder=0)
        colours = [BLUE, GREY, GREEN]
        ends: list[tuple[float, int, str, str]] = []
        for (group, name), colour in zip(groups.items(), colours, strict=False):
            series = monthly[monthly["group"] == group].set_index("month")["value"].reindex(months).astype(float)
            strong = group == next(iter(groups))
            sns.lineplot(
                x=np.arange(len(months)), y=series.to_numpy(), ax=axes, color=colour, lw=1.8 if strong else 1.1,
                marker="o" if strong else None, markersize=3, markeredgewidth=0, legend=False, errorbar=None,
            )  # fmt: skip
            known = series.dropna()
            if len(known):
                ends.append((float(known.iloc[-1]), position[known.index[-1]], name, colour))
        axes.axhline(target, color=ORANGE, lw=1.5, ls=(0, (5, 3)))
        axes.annotate(
            target_label, (-0.4, target), xytext=(0, 3), textcoords="offset points", color=ORANGE, fontsize=8.5,
            va="bottom", zorder=6, bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1},
        )  # fmt: skip
        values = monthly["value"].dropna().astype(float)
        top = max([*values, target]) * 1.15
        axes.set_ylim(0, top)
        height = -math.inf
        for value, at, name, colour in sorted(ends):
            height = max(value, height + top * LABEL_GAP)
            axes.annotate(
                name, (at, height), xytext=(5, 0), textcoords="offset points", va="center", color=colour,
                fontsize=8.5, annotation_clip=False,
            )  # fmt: skip
        for event in events:
            if event.month in position:
                axes.axvline(position[event.month], color=INK, lw=0.8, ls=":")
                axes.annotate(
                    event.label, (position[event.month], top), xytext=(-3, -2), textcoords="offset points", fontsize=8,
                    ha="right", va="top",
                )  # fmt: skip
        axes.set_xlim(-0.5, len(months) - 0.5 + len(months) * 0.10)
        step = 1 if len(months) <= 12 else 3 if len(months) <= 36 else 6
        ticks = [i for i, m in enumerate(months) if (m.month - 1) % step == 0]
        axes.set_xticks(ticks, [fmt.month_short(months[i]) for i in ticks])
        axes.set(xlabel="", ylabel=unit)
        _decimal_axis(axes, "y", _decimals_of([float(v) for v in [*values, target]]))
        axes.set_axisbelow(True)
        axes.grid(axis="y")
        return svg_text(figure)


def facilities(
    rows: pd.DataFrame, *, target: float, target_label: str, unit: str, labels: dict[str, str], simulated: bool = False
) -> str:
    """Return all facilities in one figure: comparison value (open), value of the period (filled), interval if any.

    rows: columns name, before, after, lower, upper, on_target; drawn in their order from the top.
    labels: 'pembanding' and 'ini' to the names of the periods.
    """
    with canvas(0.95 + 0.17 * max(len(rows), 3), simulated, mark_pad=14) as (figure, axes):
        y = np.arange(len(rows))
        before, after = rows["before"].astype(float).to_numpy(), rows["after"].astype(float).to_numpy()
        lower, upper = rows["lower"].astype(float).to_numpy(), rows["upper"].astype(float).to_numpy()
        axes.axvline(target, color=ORANGE, lw=1.5, ls=(0, (5, 3)), zorder=1.6)
        axes.hlines(y, before, after, color=GREY, lw=0.8, zorder=2)
        axes.hlines(y, lower, upper, color=BLUE, lw=3.2, alpha=0.25, zorder=2)
        axes.scatter(before, y, s=20, facecolor="white", edgecolor=MUTED, lw=0.9, zorder=3, label=labels["pembanding"])
        reached = rows["on_target"].fillna(False).astype(bool).to_numpy()
        axes.scatter(
            after[reached],
            y[reached],
            s=26,
            color=BLUE,
            marker="o",
            zorder=4,
            label=f"{labels['ini']}, memenuhi target",
        )
        axes.scatter(
            after[~reached],
            y[~reached],
            s=26,
            color=ORANGE,
            marker="D",
            zorder=4,
            label=f"{labels['ini']}, belum memenuhi",
        )
        axes.set_yticks(y, list(rows["name"]))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        known = [v for v in [*before, *after, *upper, target] if not np.isnan(v)]
        low = min(known)
        # a scale from zero would crowd points that are all far from it
        axes.set_xlim(0 if low < max(known) * FAR_FROM_ZERO else low * 0.96, max(known) * 1.04)
        axes.annotate(
            target_label, (target, -0.6), xytext=(3, 2), textcoords="offset points", color=ORANGE, fontsize=8.5,
            va="bottom", annotation_clip=False,
        )  # fmt: skip
        axes.set_xlabel(unit)
        axes.tick_params(axis="y", length=0)
        _decimal_axis(axes, "x", _decimals_of(known))
        axes.set_axisbelow(True)
        axes.grid(axis="x")
        figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=8.5, handletextpad=0.3)
        return svg_text(figure)


def _grid(axes: Axes, columns: Sequence[str], rows: Sequence[str]) -> None:
    axes.set_xticks(np.arange(len(columns)), list(columns), rotation=0 if len(columns) <= 8 else 90)
    axes.set_yticks(np.arange(len(rows)), list(rows))
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", lw=1.4)
    axes.tick_params(which="minor", length=0)


def completeness_map(states: pd.DataFrame, *, simulated: bool = False) -> str:
    """Return facilities × months with the state of the data; a mark repeats what the colour says.

    states: rows facilities (index: names in order), columns months (Period), cells of STATES.
    """
    keys = list(STATES)
    codes = states.apply(lambda column: column.map({k: i for i, k in enumerate(keys)})).to_numpy(dtype=float)
    with canvas(1.2 + 0.15 * len(states), simulated) as (figure, axes):
        colours = ListedColormap([STATES[k][0] for k in keys])
        axes.imshow(codes, cmap=colours, norm=BoundaryNorm(np.arange(len(keys) + 1) - 0.5, len(keys)), aspect="auto")
        _grid(axes, [fmt.month_short(m) for m in states.columns], list(states.index))
        for (i, j), code in np.ndenumerate(codes):
            mark = STATES[keys[int(code)]][1]
            if mark:
                axes.text(j, i, mark, ha="center", va="center", fontsize=8)
        handles = [
            Patch(facecolor=STATES[k][0], edgecolor=MUTED, lw=0.5, label=f"{k} ({STATES[k][1]})" if STATES[k][1] else k)
            for k in keys
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False, fontsize=8.5)
        return svg_text(figure)


def score_map(scores: pd.DataFrame, percents: pd.DataFrame, *, simulated: bool = False) -> str:
    """Return facilities × months with the score (1,0 to 4,0) in each cell and its payment percent below it.

    scores, percents: rows facilities (index: names), columns months, cells in tenths or missing.
    """
    values = scores.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    shares = percents.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    with canvas(1.2 + 0.24 * len(scores), simulated) as (figure, axes):
        bounds = [step for step, _ in SCORE_STEPS] + [41]
        colours = ListedColormap([colour for _, colour in SCORE_STEPS]).with_extremes(bad="#f4f4f4")
        axes.imshow(np.ma.masked_invalid(values), cmap=colours, norm=BoundaryNorm(bounds, colours.N), aspect="auto")
        _grid(axes, [fmt.month_short(m) for m in scores.columns], list(scores.index))
        for (i, j), value in np.ndenumerate(values):
            if np.isnan(value):
                axes.text(j, i, fmt.MISSING, ha="center", va="center", color=MUTED, fontsize=8)
                continue
            text = fmt.number(value / 10, 1)
            if not np.isnan(shares[i, j]) and values.shape[1] <= MONTHS_WITH_PERCENT:
                text += f"  ({_percent(shares[i, j])} %)"
            dark = value < 20 or value >= 40
            axes.text(j, i, text, ha="center", va="center", color="white" if dark else INK, fontsize=8)
        names = ("1,0–1,9", "2,0–2,9", "3,0–3,9", "4,0")
        handles = [Patch(facecolor=c, label=f"nilai {n}") for (_, c), n in zip(SCORE_STEPS, names, strict=True)]
        figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=8.5)
        return svg_text(figure)


def _percent(tenths: float) -> str:
    return fmt.number(tenths / 10, 0 if tenths % 10 == 0 else 1)


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
        figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=8.5)
        return svg_text(figure)
