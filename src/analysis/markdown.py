"""Markdown that pandoc and Quarto read alike: escaped text, tables, boxes and the two display objects of the report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

BoxKind = Literal["temuan", "peringatan", "catatan", "simulasi"]
StatusClass = Literal["baik", "sedang", "buruk", "netral"]
Align = Literal["left", "right", "center"]

BOX_KINDS: tuple[BoxKind, ...] = ("temuan", "peringatan", "catatan", "simulasi")
STATUS_CLASSES: tuple[StatusClass, ...] = ("baik", "sedang", "buruk", "netral")
MAX_COLUMNS = 7
FIGURE_METADATA = "kbk"
PAGE_BREAK = "::: {.halaman-baru}\n:::"
"""A page break for print and PDF; the stylesheet and the Lua filter know it."""

_LABEL = re.compile(r"(?P<kind>fig|tbl)-[a-z0-9]+(?:-[a-z0-9]+)*")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# pandoc takes the relative widths from the dashes only where a line is longer than its 72 columns.
_DASHES = 120
# An upright page holds about this many letters in the size of tables; each cell has some room at its sides.
_PAGE_LETTERS = 100
_PADDING = 4
_FEWEST_DASHES = 3


def escape(text: object) -> str:
    """Return ``text`` as markdown that shows exactly this text, whatever a file put into it.

    Every ASCII punctuation mark gets a backslash; line ends and control characters become a blank; marks that turn the
    direction of writing are left out, so that a name cannot rearrange the words around it.
    """
    words = str(text)
    if not words.isprintable():
        words = "".join(map(_readable, words))
    return _PUNCTUATION.sub(r"\\\1", re.sub(" +", " ", words).strip())


def _readable(character: str) -> str:
    """Return a character, a blank for a control character, and nothing for one that is not to be seen."""
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else character


def check_label(label: str, kind: Literal["fig", "tbl"]) -> str:
    """Return ``label`` if it is a cross reference label of its kind; else raise ValueError."""
    match = _LABEL.fullmatch(label)
    if match is None or match["kind"] != kind:
        raise ValueError(f"label {label!r} is not {kind}- followed by small letters, digits and single hyphens")
    return label


def table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    align: Sequence[Align] | None = None,
    widths: Sequence[float] | None = None,
    label: str | None = None,
    caption: str | None = None,
) -> str:
    """Return a pipe table.

    headers, rows: cells, already markdown (``escape`` what comes from a file); line ends become blanks.
    align: one per column; default the first left, the others right.
    widths: relative widths of the columns; default by the longest words and contents.
    label: 'tbl-…' for cross references; needs a caption. caption: markdown.

    Raises ValueError for more than 7 columns (wider ones are cut at the edge of an upright page) or ragged rows.
    """
    columns = len(headers)
    if not 1 <= columns <= MAX_COLUMNS:
        raise ValueError(f"a table has 1 to {MAX_COLUMNS} columns, not {columns}")
    ragged = [n for n, row in enumerate(rows) if len(row) != columns]
    if ragged:
        raise ValueError(f"rows {ragged[:5]} do not have {columns} cells")
    if label and not caption:
        raise ValueError(f"table {label} needs a caption")
    aligns = list(align) if align is not None else ["left", *["right"] * (columns - 1)]
    shares = list(widths) if widths is not None else _natural_widths(headers, rows)
    if len(aligns) != columns or len(shares) != columns or min(shares) <= 0:
        raise ValueError(f"align and widths need {columns} values, the widths above zero")
    lines = [
        _line(headers),
        _line([_rule(a, share / sum(shares)) for a, share in zip(aligns, shares, strict=True)]),
        *(_line(row) for row in rows),
    ]
    if caption:
        mark = f" {{#{check_label(label, 'tbl')}}}" if label else ""
        lines += ["", f": {_one_line(caption)}{mark}"]
    return "\n".join(lines)


def box(kind: BoxKind, markdown: str) -> str:
    """Return ``markdown`` inside a box; the first words should say what kind of message it is."""
    if kind not in BOX_KINDS:
        raise ValueError(f"box {kind!r} is none of {', '.join(BOX_KINDS)}")
    fence = ":" * (2 + max((len(run) for run in re.findall(r"^:{3,}", markdown, re.M)), default=1))
    return f"{fence} {{.{kind}}}\n{markdown.strip()}\n{fence}"


def status(text: str, cls: StatusClass) -> str:
    """Return ``text`` (plain) in the colour of a status; the word itself must carry the meaning."""
    if cls not in STATUS_CLASSES:
        raise ValueError(f"status {cls!r} is none of {', '.join(STATUS_CLASSES)}")
    return f"[{escape(text)}]{{.{cls}}}"


def figure(path: str, label: str, caption: str, alt: str) -> str:
    """Return the markdown of one figure: ``caption`` is markdown, ``alt`` plain text."""
    return f'![{_one_line(caption)}]({path}){{#{check_label(label, "fig")} fig-alt="{escape(alt)}"}}'


@dataclass(frozen=True)
class Block:
    """A piece of the report to be the last line of a notebook cell; JupyterLab shows it rendered."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown


@dataclass(frozen=True)
class FigureBlock:
    """A figure of the report: SVG text with its label ('fig-…'), caption (markdown) and alternative text (plain)."""

    svg: str
    label: str
    caption: str
    alt: str

    def __post_init__(self) -> None:
        check_label(self.label, "fig")
        if not self.caption.strip() or not self.alt.strip():
            raise ValueError(f"figure {self.label} needs a caption and an alternative text")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        described = {"label": self.label, "caption": self.caption, "alt": self.alt}
        return {"image/svg+xml": self.svg, "text/plain": self.alt}, {FIGURE_METADATA: described}


@dataclass(frozen=True)
class FigureBlocks:
    """A figure in several panels, each with its own label, shown one below the other."""

    panels: tuple[FigureBlock, ...]

    def _ipython_display_(self) -> None:
        # Imported here: only a notebook shows figures.
        from IPython.display import display  # noqa: PLC0415

        for panel in self.panels:
            display(panel)  # type: ignore[no-untyped-call]


def panels(svgs: Sequence[str], label: str, caption: str, alt: str) -> FigureBlock | FigureBlocks:
    """Return a figure of one or several panels; the first keeps the label, so that references to it hold.

    svgs: one per panel. label, caption, alt: as in FigureBlock; with several panels each says which part it is.
    """
    if len(svgs) == 1:
        return FigureBlock(svgs[0], label, caption, alt)
    return FigureBlocks(
        tuple(
            FigureBlock(
                svg,
                label if i == 0 else f"{label}-{i + 1}",
                f"{caption} Bagian {i + 1} dari {len(svgs)}.",
                f"{alt} Bagian {i + 1} dari {len(svgs)}.",
            )
            for i, svg in enumerate(svgs)
        )
    )


def _natural_widths(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Widths in letters: no word is cut, and what is left of the page goes to the columns with long texts."""
    least, wanted = [], []
    for n, header in enumerate(headers):
        title = _shown(header)
        cells = [_shown(row[n]) for row in rows]
        longest_word = max((len(word) for text in [title, *cells] for word in text.split()), default=1)
        longest_cell = max((len(cell) for cell in cells), default=1)
        least.append(float(longest_word + _PADDING))
        wanted.append(float(max(longest_word, min(len(title), 14), min(longest_cell, 40)) + _PADDING))
    missing = sum(wanted) - _PAGE_LETTERS
    room = sum(wanted) - sum(least)
    if missing <= 0 or room <= 0:
        return wanted
    kept = max(0.0, 1 - missing / room)
    return [low + (high - low) * kept for low, high in zip(least, wanted, strict=True)]


def _shown(cell: str) -> str:
    return re.sub(r"\]\{[^}]*\}|\\|[*\[]", "", cell)


def _rule(align: str, share: float) -> str:
    dashes = "-" * max(_FEWEST_DASHES, round(share * _DASHES))
    match align:
        case "left":
            return f":{dashes}-"
        case "right":
            return f"{dashes}-:"
        case "center":
            return f":{dashes}:"
        case _:
            raise ValueError(f"align {align!r} is none of left, right, center")


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_one_line(cell) for cell in cells) + " |"


def _one_line(markdown: str) -> str:
    return " ".join(markdown.split("\n")).strip()
