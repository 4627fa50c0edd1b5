"""Figures of the report as SVG text: one look, safe for the colour-blind, with the simulated mark where due."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch

from analysis import formats as fmt
from analysis.figure_style import (
    BLUE,
    EDGE,
    FAR_FROM_ZERO,
    GREY,
    INK,
    LEGEND_SIZE,
    LINE_HEIGHT,
    MUTED,
    ORANGE,
    POINTS_PER_INCH,
    SIZE,
    SMALL,
    TARGET_DASH,
    TICK_LENGTH,
    TICK_PAD,
    TITLE_PAD,
    WIDTH,
    Floats,
    canvas,
    decimals_of,
    empty_figure,
    legend_room,
    name_panel,
    name_rows,
    number_ticks,
    numbers,
    part_label,
    place,
    row_names,
    size_of,
    split_rows,
    svg_text,
    text_width,
    title_room,
    widest,
    write_many,
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
SCORE_SPANS = ("1,0–1,9", "2,0–2,9", "3,0–3,9", "4,0")
UNSCORED = "#f4f4f4"
PALE = ("#f1a340", "#d8daeb", UNSCORED)
"""Colours on which words are dark."""
MONTHS_WITH_PERCENT = 6
"""Most columns of the score map whose cells have room for the payment percent."""
MOST_UPRIGHT = 8
"""Most columns of a map whose names have room side by side."""
LABEL_GAP = 3.0
"""Distance in points of the label of a line from it."""
GAP = 3.0
"""Distance in points of a payment percent from its score."""
MOST_SCORE_ROWS = 30
"""Most facilities in one score map, whose rows are higher than those of the other figures."""
MOST_NAMED = 200
"""Most facilities that stand in figures with their names; of more the figures show how they are spread."""
UNNAMED_HEIGHT = 6.0
"""Height of their figure in inches, however many there are."""
UNNAMED_MARK = 0.15
"""Area of the marks of facilities without names, as a share of those with names."""


def facilities(
    rows: pd.DataFrame, *, target: float, target_label: str, unit: str, labels: dict[str, str], simulated: bool = False
) -> list[str]:
    """Return all facilities: comparison value (open), value of the period (filled), interval if any.

    rows: columns name, before, after, lower, upper, on_target; drawn in their order from the top.
    labels: 'pembanding' and 'ini' to the names of the periods.
    One figure for each 35 facilities at most, all with the same scale; more than 200 in one figure without names.
    """
    known = [float(v) for c in ("before", "after", "upper") for v in rows[c].dropna()]
    if not known:
        return [empty_figure("tidak ada FKTP dengan nilai", simulated)]
    known.append(target)
    low = min(known)
    # a scale from zero would crowd points that are all far from it
    ends = (0 if low < max(known) * FAR_FROM_ZERO else low * 0.96, max(known) * 1.04)
    named = len(rows) <= MOST_NAMED
    names = row_names(rows["name"]) if named else []
    left = widest(names, SIZE) + TICK_PAD
    label_room = _room_beside(target_label, (target - ends[0]) / (ends[1] - ends[0]), left)
    parts = split_rows(len(rows)) if named else [slice(None)]
    figures = []
    for number, part in enumerate(parts, 1):
        own = rows.iloc[part]
        height = 0.95 + 0.17 * max(len(own), 3) if named else UNNAMED_HEIGHT
        with canvas(height, simulated, mark_pad=14) as (figure, axes):
            name_panel(axes, part_label(number, len(parts)), pad=14)
            _facility_rows(axes, own, labels, named=named)
            axes.axvline(target, color=ORANGE, lw=1.5, ls=TARGET_DASH, zorder=1.6)
            axes.annotate(
                target_label, (target, -0.6), xytext=(LABEL_GAP, 2), textcoords="offset points", color=ORANGE,
                fontsize=LEGEND_SIZE, va="bottom", annotation_clip=False,
            )  # fmt: skip
            axes.set(xlabel=unit, ylabel="" if named else f"{fmt.number(len(rows))} FKTP menurut urutan nilai")
            axes.set_yticks([])
            written = number_ticks(axes, "x", ends, decimals=decimals_of(known))
            # half of the last number may stand beyond the axes
            right = max(label_room, widest(written[-1:], SIZE) / 2)
            figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=LEGEND_SIZE, handletextpad=0.3)
            place(
                axes, left=left, below=TICK_LENGTH + TICK_PAD + SIZE, legend=legend_room(3, 3), right=right,
                above=max(title_room(axes, 14), 2 + LEGEND_SIZE * LINE_HEIGHT),
            )  # fmt: skip
            name_rows(axes, names[part])
            figures.append(svg_text(figure))
    return figures


def _room_beside(label: str, share: float, left: float) -> float:
    """Return the points to the right of the axes for a label that begins inside them.

    share: where it begins, of the width of the axes. left: points of the figure to the left of the axes.
    """
    inside = WIDTH * POINTS_PER_INCH - 2 * EDGE - left
    wide = text_width(label, LEGEND_SIZE) + LABEL_GAP
    return max(0.0, (wide - (1 - share) * inside) / share) if share > 0 else 0.0


def _facility_rows(axes: Axes, rows: pd.DataFrame, labels: dict[str, str], *, named: bool) -> None:
    y = np.arange(len(rows))
    before, after, lower, upper = (numbers(rows[c]) for c in ("before", "after", "lower", "upper"))
    if named:
        axes.hlines(y, before, after, color=GREY, lw=0.8, zorder=2)
        axes.hlines(y, lower, upper, color=BLUE, lw=3.2, alpha=0.25, zorder=2)
    else:
        axes.fill_betweenx(y, lower, upper, color=BLUE, lw=0, alpha=0.25, zorder=2, step="mid")
    area = 1.0 if named else UNNAMED_MARK
    axes.scatter(
        before, y, s=20 * area, facecolor="white", edgecolor=MUTED, lw=0.9 if named else 0.4, zorder=3,
        label=labels["pembanding"], gid="pembanding",
    )  # fmt: skip
    reached = rows["on_target"].fillna(False).astype(bool).to_numpy()
    for chosen, colour, marker, words, gid in (
        (reached, BLUE, "o", "memenuhi target", "memenuhi"),
        (~reached, ORANGE, "D", "belum memenuhi", "belum"),
    ):
        axes.scatter(
            after[chosen], y[chosen], s=26 * area, color=colour, marker=marker, zorder=4,
            label=f"{labels['ini']}, {words}", gid=gid,
        )  # fmt: skip
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_axisbelow(True)
    axes.grid(axis="x")


def _grid(axes: Axes, months: Sequence[pd.Period], rows: int) -> None:
    """Name the columns of a map, and part its cells by white lines."""
    columns = [fmt.month_short(m) for m in months]
    axes.set_xticks(np.arange(len(columns)), columns, rotation=90 if _turned(months) else 0)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, top=False)
    axes.spines[:].set_visible(False)
    width, height = len(columns) - 0.5, rows - 0.5
    axes.vlines(np.arange(1, len(columns)) - 0.5, -0.5, height, color="white", lw=1.4)
    axes.hlines(np.arange(1, rows) - 0.5, -0.5, width, color="white", lw=1.4)


def _turned(months: Sequence[pd.Period]) -> bool:
    return len(months) > MOST_UPRIGHT


def _head(months: Sequence[pd.Period]) -> float:
    """Height in points of the names of the columns above a map."""
    return TICK_PAD + (widest(map(fmt.month_short, months), SIZE) if _turned(months) else SIZE)


def _place_map(axes: Axes, months: Sequence[pd.Period], names: Sequence[str], legend: float) -> None:
    """Place a map; names: those of the rows of all panels, so that all panels have columns of one width."""
    head = _head(months)
    above = max(title_room(axes, head + TITLE_PAD), head)
    place(axes, left=widest(names, SIZE) + TICK_PAD, below=0, above=above, legend=legend)


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
    names = row_names(states.index)
    parts = split_rows(len(states))
    figures = []
    for number, part in enumerate(parts, 1):
        own = codes[part]
        pad = _head(states.columns) + TITLE_PAD
        with canvas(1.2 + 0.15 * len(own), simulated, pad) as (figure, axes):
            name_panel(axes, part_label(number, len(parts)), pad)
            axes.imshow(np.ma.masked_invalid(own), cmap=colours, norm=scale, aspect="auto")
            _grid(axes, states.columns, len(own))
            for code, (state, (_, mark)) in enumerate(STATES.items()):
                y, x = np.nonzero(own == code)
                if mark and len(x):
                    write_many(axes, mark, x, y, gid=state.replace(" ", "-"))
            figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False, fontsize=LEGEND_SIZE)
            _place_map(axes, states.columns, names, legend_room(len(handles), 5))
            name_rows(axes, names[part])
            figures.append(svg_text(figure))
    return figures


def score_map(scores: pd.DataFrame, percents: pd.DataFrame, *, simulated: bool = False) -> list[str]:
    """Return facilities × months with the score (1,0 to 4,0) in each cell and its payment percent beside it.

    scores, percents: rows facilities (index: names), columns months, cells in tenths or missing.
    One figure for each 30 facilities at most.
    """
    values = scores.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    shares = percents.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    colours = ListedColormap([colour for _, colour in SCORE_STEPS]).with_extremes(bad=UNSCORED)
    scale = BoundaryNorm([step for step, _ in SCORE_STEPS] + [41], colours.N)
    handles = [Patch(facecolor=c, label=f"nilai {n}") for (_, c), n in zip(SCORE_STEPS, SCORE_SPANS, strict=True)]
    names = row_names(scores.index)
    parts = split_rows(len(scores), MOST_SCORE_ROWS)
    figures = []
    for number, part in enumerate(parts, 1):
        pad = _head(scores.columns) + TITLE_PAD
        with canvas(1.2 + 0.24 * len(values[part]), simulated, pad) as (figure, axes):
            name_panel(axes, part_label(number, len(parts)), pad)
            axes.imshow(np.ma.masked_invalid(values[part]), cmap=colours, norm=scale, aspect="auto")
            _grid(axes, scores.columns, len(values[part]))
            figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=LEGEND_SIZE)
            _place_map(axes, scores.columns, names, legend_room(len(handles), 4))
            _score_cells(axes, values[part], shares[part])
            name_rows(axes, names[part])
            figures.append(svg_text(figure))
    return figures


def _score_cells(axes: Axes, values: Floats, shares: Floats) -> None:
    """Write score and payment percent side by side into the cells of a placed map, each number into all its cells."""
    known = ~np.isnan(values)
    priced = known & ~np.isnan(shares) & (values.shape[1] <= MONTHS_WITH_PERCENT)
    scores = {value: fmt.number(value / 10, 1) for value in np.unique(values[known])}
    percents = {share: f"({fmt.plain(float(share) / 10)} %)" for share in np.unique(shares[priced])}
    wide = [widest(words.values(), SMALL) for words in (scores, percents)]
    cell = size_of(axes)[0] / values.shape[1]
    to_left, to_right = ((wide[1] + GAP) / 2 / cell, (wide[0] + GAP) / 2 / cell) if percents else (0.0, 0.0)
    dark = (values < 20) | (values >= 40)
    for colour, chosen in (("white", dark), (INK, ~dark)):
        for name, cells, words, move in (("nilai", values, scores, -to_left), ("persen", shares, percents, to_right)):
            for number, text in words.items():
                y, x = np.nonzero((cells == number) & chosen & (known if name == "nilai" else priced))
                if len(x):
                    write_many(axes, text, x + move, y, colour=colour, gid=f"{name}-{number:.0f}")
    y, x = np.nonzero(~known)
    if len(x):
        write_many(axes, fmt.MISSING, x, y, colour=MUTED, gid="tanpa-nilai")


def score_shares(scores: pd.DataFrame, *, simulated: bool = False) -> str:
    """Return stacked shares of facilities by their score, one bar per month, with the counts written in.

    scores: as in ``score_map``, for more facilities than a map has room for.
    """
    ends = [*(step for step, _ in SCORE_STEPS), 41]
    values = scores.astype("Float64")
    parts = {
        f"nilai {words}": (((values >= low) & (values < high)).fillna(False).sum(), colour)
        for words, low, high, (_, colour) in zip(SCORE_SPANS, ends, ends[1:], SCORE_STEPS, strict=False)
    }
    if values.isna().any(axis=None):
        parts["tidak dinilai"] = (values.isna().sum(), UNSCORED)
    counts = pd.DataFrame({name: column for name, (column, _) in parts.items()})
    return _stacked(counts, {name: colour for name, (_, colour) in parts.items()}, simulated)


def zones(table: pd.DataFrame, *, order: Sequence[str], names: dict[str, str], simulated: bool = False) -> str:
    """Return stacked shares of facilities by zone, one bar per month, with the counts written in.

    table: rows months (index), columns zones, cells counts.
    """
    colours = {"TIDAK AMAN": "#b35806", "AMAN": "#d8daeb", "PRESTASI": "#4d7fb8"}
    counts = table[list(order)].rename(columns=names)
    return _stacked(counts, {names[zone]: colours[zone] for zone in order}, simulated)


def _stacked(counts: pd.DataFrame, colours: dict[str, str], simulated: bool) -> str:
    """Return stacked shares of facilities; counts: rows months (index), columns their kinds, each with its colour."""
    months = [fmt.month(m) for m in counts.index]
    with canvas(0.9 + 0.5 * len(counts), simulated) as (figure, axes):
        y = np.arange(len(counts))
        axes.set(xlabel="persen FKTP", ylim=(len(counts) - 0.4, -0.6))
        number_ticks(axes, "x", (0, 100))
        figure.legend(
            handles=[Patch(facecolor=colour, label=name) for name, colour in colours.items()], ncols=3, frameon=False,
            loc="outside lower center", fontsize=LEGEND_SIZE,
        )  # fmt: skip
        place(
            axes, left=widest(months, SIZE) + TICK_PAD, below=TICK_LENGTH + TICK_PAD + SIZE, right=SIZE,
            above=title_room(axes), legend=legend_room(len(colours), 3),
        )  # fmt: skip
        name_rows(axes, months)
        shares = counts.div(counts.sum(axis=1), axis=0) * 100
        left = np.zeros(len(counts))
        for name, colour in colours.items():
            width = shares[name].to_numpy(dtype=float)
            axes.barh(y, width, left=left, color=colour, height=0.66)
            ink = INK if colour in PALE else "white"
            for row, (share, count) in enumerate(zip(width, counts[name], strict=True)):
                text = _fitting(int(count), share, share / 100 * size_of(axes)[0])
                axes.text(left[row] + share / 2, row, text, ha="center", va="center", fontsize=LEGEND_SIZE, color=ink)
            left += width
        return svg_text(figure)


def _fitting(count: int, share: float, room: float) -> str:
    """Return a count with its percent, or alone, or nothing, as fits into the room in points."""
    words = (f"{fmt.number(count)} ({fmt.number(share, 1)} %)", fmt.number(count))
    return next((text for text in words if count and text_width(text, LEGEND_SIZE) <= room - LABEL_GAP), "")
