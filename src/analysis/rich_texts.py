"""Texts of .xls and .xlsb of which a part is crossed out: their letters and the fonts that run over them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from analysis.struck_cells import PARTLY
from analysis.values import Cell, Struck

_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08
"""Flags of a text of .xls: two bytes for each character, phonetic letters, runs of fonts ([MS-XLS] 2.5.293)."""
_RUN = struct.Struct("<HH")
"""First character of a run, and the number of its font."""


class PartedBytes:
    """The content of a record of .xls and of those that continue it."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        """Take the parts in their order."""
        self._parts, self._part, self._place = parts, 0, 0

    def take(self, size: int) -> bytes:
        """Return the next bytes; raises ValueError beyond the end."""
        taken = b""
        while len(taken) < size:
            if self._part >= len(self._parts):
                raise ValueError("a text is cut off")
            piece = self._parts[self._part][self._place : self._place + size - len(taken)]
            taken += piece
            self._place += len(piece)
            if self._place >= len(self._parts[self._part]):
                self._part, self._place = self._part + 1, 0
        return taken

    def letters(self, number: int, wide: bool) -> str:
        """Return the next characters; where a record ends within them, the next one tells their width anew."""
        text = ""
        while len(text) < number:
            width = 2 if wide else 1
            if self._part >= len(self._parts):
                raise ValueError("a text is cut off")
            left = (len(self._parts[self._part]) - self._place) // width
            here = min(number - len(text), left)
            text += self.take(here * width).decode("utf-16-le" if wide else "latin-1", errors="replace")
            if len(text) < number:
                if here == 0 and left == 0 and self._place:
                    self._part, self._place = self._part + 1, 0
                wide = bool(self.take(1)[0] & _WIDE)
        return text

    def rich_text(self) -> tuple[str, bytes]:
        """Return the next text of a table of texts and its runs."""
        length, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & _RICH else 0
        more = struct.unpack("<I", self.take(4))[0] if flags & _EXTENDED else 0
        text = self.letters(length, bool(flags & _WIDE))
        told = self.take(_RUN.size * runs)
        self.take(more)
        return text, told


def texts_of_xls(parts: Sequence[bytes], fonts: Sequence[bool]) -> dict[int, Cell]:
    """Return number → text of the shared texts of .xls that are crossed out in part.

    parts: the record of shared texts and those that continue it. fonts: whether each font crosses out.
    """
    found: dict[int, Cell] = {}
    try:
        content = PartedBytes(parts)
        _, number = struct.unpack("<II", content.take(8))
        for place in range(number):
            text, runs = content.rich_text()
            if crossed := partly_struck(text, runs, fonts):
                found[place] = crossed
    except (ValueError, struct.error):
        pass  # a damaged table of texts, which the reader of values judges
    return found


def texts_of_xlsb(items: Iterable[bytes], fonts: Sequence[bool]) -> dict[int, Cell]:
    """Return number → text of the shared texts of .xlsb that are crossed out in part; items: their records."""
    found: dict[int, Cell] = {}
    for place, item in enumerate(items):
        (length,) = struct.unpack_from("<I", item, 1)
        end = 5 + 2 * length
        if item[0] & 1 and len(item) >= end + 4:
            (runs,) = struct.unpack_from("<I", item, end)
            text = item[5:end].decode("utf-16-le", errors="replace")
            if crossed := partly_struck(text, item[end + 4 : end + 4 + _RUN.size * runs], fonts):
                found[place] = crossed
    return found


def partly_struck(text: str, runs: bytes, fonts: Sequence[bool]) -> Struck | None:
    """Return a text as one that is crossed out in part; None where no run with letters is.

    runs: as they stand in the file, each up to the first letter of the next one. fonts: whether each font crosses out.
    """
    told = list(_RUN.iter_unpack(runs[: len(runs) - len(runs) % _RUN.size]))
    ends = [first for first, _ in [*told, (len(text), 0)]][1:]
    pieces = (
        text[first:end] for (first, font), end in zip(told, ends, strict=True) if font < len(fonts) and fonts[font]
    )
    crossed = any(piece.strip() for piece in pieces)
    return Struck(f"{text} ({PARTLY})") if crossed else None
