"""Figures of the reports on published figures, in the style of all figures."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis import formats as fmt
from analysis.figure_style import BLUE, GREEN, GREY, GRID, INK, ORANGE, canvas, svg_text
from analysis.published_shares import ALPHA, ALWAYS, DEPENDS, NEVER

_LOOK = {ALWAYS: (GREEN, "s"), DEPENDS: (BLUE, "o"), NEVER: (GREY, "^")}
_TICK_LABELS = {
    1.0: "1",
    ALPHA: "0,05",
    1e-3: "0,001",
    1e-5: "0,00001",
    1e-7: "0,0000001",
    1e-9: "0,000000001",
}
_MOST_TICKS = 20


def p_ranges(implied: pd.DataFrame, *, listed: int | None, listed_label: str, simulated: bool = False) -> str:
    """Return the range of p values for each number of facilities that fits, on a logarithmic scale.

    implied: columns n, p_smallest, p_largest, conclusion. listed: number of facilities to mark; None for no mark.
    """
    with canvas(3.1, simulated) as (figure, axes):
        axes.grid(axis="y", color=GRID, lw=0.5)
        axes.set_axisbelow(True)
        for verdict, rows in implied.groupby("conclusion", sort=False):
            colour, marker = _LOOK[str(verdict)]
            axes.vlines(rows["n"], rows["p_smallest"], rows["p_largest"], color=colour, lw=2.2)
            axes.scatter(rows["n"], rows["p_largest"], color=colour, marker=marker, s=22, zorder=3)
            axes.scatter(
                rows["n"], rows["p_smallest"], facecolor="white", edgecolor=colour, marker=marker, s=22, zorder=3
            )
        axes.axhline(ALPHA, color=ORANGE, lw=1, ls=(0, (5, 3)))
        axes.set_yscale("log")
        lowest = float(implied["p_smallest"].min())
        axes.set_ylim(lowest / 4, 2)
        axes.yaxis.set_major_locator(FixedLocator([t for t in _TICK_LABELS if t >= lowest / 4]))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
        axes.set_ylabel("nilai p McNemar eksak")
        axes.set_xlabel("jumlah puskesmas yang cocok dengan kedua persen")
        if listed is not None:
            axes.axvline(listed, color=INK, lw=0.9, ls=(0, (1, 2)))
            axes.annotate(
                listed_label, (listed, lowest / 3), xytext=(-5, 0), textcoords="offset points", fontsize=8.5,
                ha="right", va="bottom",
            )  # fmt: skip
        if len(implied) <= _MOST_TICKS:
            axes.set_xticks(implied["n"], [fmt.number(n) for n in implied["n"]], fontsize=8)
        handles = [
            axes.scatter([], [], color=INK, marker="o", s=22, label="yang berubah berlawanan arah paling banyak"),
            axes.scatter(
                [], [], facecolor="white", edgecolor=INK, marker="o", s=22, label="tidak ada yang berlawanan arah"
            ),
            axes.plot([], [], color=ORANGE, lw=1, ls=(0, (5, 3)), label="batas 0,05")[0],
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=8.5)
        return svg_text(figure)


def _tick(value: float) -> str:
    return next((label for tick, label in _TICK_LABELS.items() if abs(tick / value - 1) < 1e-6), "")
