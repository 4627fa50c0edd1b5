"""Texts as they are compared: headings, names, titles; and whether words stand in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from analysis.values import Cell, clean_text, is_blank

_UNIT = re.compile(r"[(\[](?:%|‰|persen|per ?mil|mmHg|mg ?/ ?dL|mmol ?/ ?L)[)\]]", re.IGNORECASE)
_FILLING = re.compile(r"[\W_]+")
_OF_TABLE = (
    re.compile(r"[^\[\]]*\[([^\[\]]+)\]"),
    re.compile(r"[`\"\[]?[A-Za-z]\w*[`\"\]]?\.([^.]*[^\W\d][^.]*)"),
    re.compile(r"(\S.*) \([^()]+\)"),
)
"""Headings with the table that they are from: "FactKunjungan[nokapst]", "k.nokapst", "nokapst (Custom SQL Query)"."""
_FEWEST_OF_TABLE = 3
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}|[A-Za-z]|[IVX]{1,4})[.)]\s*")
"""What numbers the parts of a sheet: "B. TARGET", "II. KABUPATEN SEKADAU"."""


@lru_cache(maxsize=8192, typed=True)
def heading_key(cell: Cell) -> str:
    """Return a heading as it is compared: case, dots (as R writes blanks), blanks and slashes do not count."""
    return _FILLING.sub("", _UNIT.sub("", clean_text(cell)).casefold())


def bare_headings(headings: Sequence[Cell]) -> Sequence[Cell]:
    """Return a row of headings without the names of tables, where every heading has one; else the row as it is."""
    texts = [heading for heading in headings if not is_blank(heading)]
    if len(texts) < _FEWEST_OF_TABLE or not all(isinstance(text, str) for text in texts):
        return headings
    for form in _OF_TABLE:
        if all(form.fullmatch(str(text).strip()) for text in texts):
            return [cell if is_blank(cell) else form.sub(r"\1", str(cell).strip()) for cell in headings]
    return headings


def words(text: str) -> str:
    """Return a name or label as it is compared: plain letters and digits in small case, single blanks between words."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(_FILLING.sub(" ", plain).casefold().split())


def without_numbering(text: str) -> str:
    """Return a title without the number or letter before it: "B. TARGET"."""
    return _NUMBERING.sub("", text)


def holds(text: str, phrases: Iterable[str]) -> bool:
    """Return whether one of some words, or of words in a row, stands in a text."""
    said = f" {words(text)} "
    return any(f" {phrase} " in said for phrase in phrases)


def any_of(phrases: Iterable[str]) -> str:
    """Return a group of a regular expression that matches each of some phrases, the longest first."""
    return f"(?:{'|'.join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))})"
