"""Numbers that belong to a person, told by their form: found and counted in texts, or hidden before a text is quoted.

Numbers without such a form (populations, facility codes, checksums, decimals) are left alone: a run of digits counts
only where no letter, digit or decimal sign touches it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

HIDDEN = "[nomor disembunyikan]"
"""What stands in a text in the place of a hidden number."""
CARD, NIK, NIP, PHONE, VISIT = "nomor kartu BPJS", "NIK", "NIP", "nomor telepon", "nomor kunjungan"

_ALONE, _END = r"(?<!\d)(?<!\d[.,])", r"(?!\d)(?![.,]\d)"
_NO_LETTER_BEFORE, _NO_LETTER_BEHIND = r"(?<![A-Za-z])", r"(?![A-Za-z])"
_MOBILE = r"8(?:1[1-9]|2[1-38]|3[1-38]|5[1-9]|7[7-9]|8[1-9]|9[5-9])"
_PROVINCE = r"(?:1[1-9]|2[01]|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7])"
_BIRTH = r"(?:0[1-9]|[12]\d|3[01]|4[1-9]|[56]\d|7[01])(?:0[1-9]|1[0-2])\d\d"
"""Day (40 more for women), month and year."""
_FORMS = {
    NIP: rf"{_ALONE}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ .]?(?:19|20)\d\d(?:0[1-9]|1[0-2])[ .]?[12]"
    rf"[ .]?\d{{3}}{_END}",
    NIK: rf"{_ALONE}{_PROVINCE}(?:\d{{4}}[ -]?|[.]\d\d[.]\d\d[.]){_BIRTH}[ .-]?\d{{4}}{_END}",
    CARD: rf"{_ALONE}(?:\d{{13}}|000\d(?P<cut>[ .-])\d{{4}}(?P=cut)(?:\d{{5}}|\d{{4}}(?P=cut)\d)){_END}",
    PHONE: rf"{_ALONE}(?:0{_MOBILE}(?:\d{{6,9}}|[ .-]\d{{6,9}}|(?P<gap>[ .-])\d{{3,4}}(?P=gap)\d{{3,5}}"
    rf"|\d(?P<gap2>[ .-])\d{{3,4}}(?P=gap2)\d{{3,4}})"
    rf"|[+]62[ .-]?{_MOBILE}(?:[ .-]?\d){{6,9}}|62{_MOBILE}\d{{7,9}}|62[ -]{_MOBILE}(?:[ -]?\d){{6,9}}"
    rf"|\(0\d{{2,3}}\)[ -]?\d{{3,4}}[ -]?\d{{2,5}}){_END}",
    VISIT: rf"{_ALONE}\d{{4}}[0-9A-Z]\d{{3}}(?:0[1-9]|1[0-2])\d\d[A-Z]\d{{6}}{_END}",
}
_FOUND = {kind: re.compile(_NO_LETTER_BEFORE + form + _NO_LETTER_BEHIND) for kind, form in _FORMS.items()}
_ANYWHERE = {kind: re.compile(form) for kind, form in _FORMS.items()}
_MAYBE = re.compile(r"(?:\d[ .A-Z-]?){9}\d|\(0\d")
"""Every form holds ten digits with no more than one other sign between two of them, or an area code in brackets: most
texts, and all codes of facilities, hold neither."""
_LONG = re.compile(r"(?<!\d)(?<!\d[.,])(?!20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[0-2]\d[0-5]\d[0-5]\d(?!\d))\d{13,}")
"""Any run of 13 digits or more but a time (20240131235959)."""
_REFERENCE = re.compile(r"\b10\.\d{4,}/\S+|\bISBN[ :]*97[89][\d -]{10,14}", re.IGNORECASE)
"""Numbers of books and articles."""


def identifiers(text: str) -> Counter[str]:
    """Return how many numbers of persons of each kind a text holds; the numbers themselves are not given.

    text: one cell, one text node or one value; numbers in two of them never run together.
    """
    if not _MAYBE.search(text):
        return Counter()
    return Counter(kind for kind, _ in _matches(_REFERENCE.sub(" ", text), _FOUND))


def _matches(text: str, forms: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[str, re.Match[str]]]:
    """Matches of the longest form first; no digit counts twice."""
    taken: set[int] = set()
    for kind, pattern in forms.items():
        for match in pattern.finditer(text):
            span = range(*match.span())
            if taken.isdisjoint(span):
                taken.update(span)
                yield kind, match


def hidden(text: str) -> str:
    """Return a text with every number that may belong to a person replaced, and otherwise unchanged.

    Stricter than ``identifiers``: any run of 13 digits or more is taken for one, whatever stands around it.
    """
    if not _MAYBE.search(text):
        return text
    for match in sorted((m for _, m in _matches(text, _ANYWHERE)), key=lambda m: -m.start()):
        text = text[: match.start()] + HIDDEN + text[match.end() :]
    return _LONG.sub(HIDDEN, text)
