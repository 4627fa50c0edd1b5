"""How a file tells its participants apart: by card numbers, or by what an office puts in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, TypeAlias

CardForm: TypeAlias = Literal["", "folded", "exact", "cut"]
"""Numbers of cards or NIK; pseudonyms in which capitals do not matter, or do; NIK that have lost their last digit."""
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{16,128}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})")
_BASE64 = re.compile(r"[0-9A-Za-z+/_-]{16,128}={0,2}")
_NUMBERED = re.compile(r"([A-Za-z]{1,8}[_-]?)\d{3,12}")
"""Letters of a pseudonym that has a number: "P00017"."""
_MASK = re.compile(r"x+[_-]?", re.IGNORECASE)
_IDENTITY = re.compile(r"\d{16}")
_FEWEST = 5
"""Cells that are enough to tell what a column holds."""


def card_form(cells: Iterable[str]) -> CardForm:
    """Return what the cells of the column of cards hold; cells: a sample of them."""
    texts = {cell.strip() for cell in cells} - {""}
    if len(texts) < _FEWEST:
        return ""
    identities = [text for text in texts if _IDENTITY.fullmatch(text)]
    # A spreadsheet keeps 15 digits of a number: nobody's NIK alone ends in 0.
    if len(identities) >= _FEWEST and all(text.endswith("0") for text in identities):
        return "cut"
    if all(text.isdigit() for text in texts):
        return ""
    if all(map(_HEXADECIMAL.fullmatch, texts)) and _of_one_length(texts):
        return "folded"
    beginnings = {found[1].casefold() if (found := _NUMBERED.fullmatch(text)) else "" for text in texts}
    if len(beginnings) == 1 and (beginning := beginnings.pop()) and not _MASK.fullmatch(beginning):
        return "folded"
    lettered = all(any(map(str.isalpha, text)) for text in texts)
    return "exact" if lettered and all(map(_BASE64.fullmatch, texts)) and _of_one_length(texts) else ""


def _of_one_length(texts: set[str]) -> bool:
    return len(set(map(len, texts))) == 1
