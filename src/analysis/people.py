"""Names of persons in the files: which columns and labels hold them, and a set that finds them in other texts.

The names are kept in memory alone, never written; a text that holds one is shown without it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from pydantic import Field

from analysis.identifiers import hidden
from analysis.plain_words import bare_headings, heading_key
from analysis.reference import Strict, load_record
from analysis.values import Cell, clean_text

PRIVACY_FILE = "privacy.yml"
NAME_HIDDEN = "[nama disembunyikan]"
"""What stands in a text in the place of a hidden name."""
LONGEST = 6
"""Words of the longest name that is looked for."""
SHORTEST_NUMBER = 10
"""Digits of the shortest number that tells a person."""
HEAD_ROWS = 60
"""Rows of a sheet among which a heading row is looked for."""
_WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*")
_NIP = re.compile(r"\bNIP\b|(?<!\d)(?:19|20)\d{6} ?(?:19|20)\d{4} ?[12] ?\d{3}(?!\d)", re.IGNORECASE)
_TITLE = re.compile(r"([^\W\d_]+)(?:\.|(?=\s))(?=\s*[^\W\d_])")
_ABOVE = 4
"""Rows above a NIP in which its owner's name may stand."""


class Personal(Strict):
    """Content of privacy.yml: what its comments say; every list holds headings, labels or words."""

    names: list[str] = Field(min_length=1)
    numbers: list[str] = Field(min_length=1)
    labels: list[str]
    not_names: list[str]
    titles: list[str]
    titles_before: list[str]
    degrees: list[str]

    @cached_property
    def name_keys(self) -> frozenset[str]:
        """Headings of columns of names, as ``layouts.heading_key`` writes them."""
        return frozenset(map(heading_key, self.names))

    @cached_property
    def number_keys(self) -> frozenset[str]:
        """Headings of columns of numbers, as ``layouts.heading_key`` writes them."""
        return frozenset(map(heading_key, self.numbers))

    @cached_property
    def label_keys(self) -> frozenset[str]:
        """Labels that a name follows."""
        return frozenset(map(heading_key, self.labels))

    @cached_property
    def no_name_words(self) -> frozenset[str]:
        """Words that stand in no name of a person."""
        return frozenset(self.not_names)

    @cached_property
    def title_words(self) -> frozenset[str]:
        """Words around a name that are no part of it."""
        return frozenset(self.titles)

    def is_titled(self, text: str) -> bool:
        """True for a text that is a person by its title or degree, "dr. NAMA CONTOH" or "NAMA CONTOH, S.Kep"."""
        if not self.no_name_words.isdisjoint(words_of(text)):
            return False
        if (title := _TITLE.match(text)) and not {title[1].casefold(), title[0].casefold()}.isdisjoint(
            self.titles_before
        ):
            return True
        name, *behind = text.split(",")
        with_dots = [word for word in name.split()[1:] if "." in word]
        return any(_letters(part) in self.degrees for part in (*behind, *with_dots))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.casefold())


def load_personal(folder: Path) -> Personal:
    """Return the content of ``folder``/privacy.yml; raise ConfigurationError when it is missing or wrong."""
    return load_record(folder / PRIVACY_FILE, Personal)


def words_of(text: str) -> list[str]:
    """Return the words of a text as names are compared: plain small letters; digits and signs part words."""
    if text.isascii() and "'" not in text and "`" not in text:
        # most texts: nothing to write otherwise and nothing to leave out of a word
        return _WORD.findall(text.lower())
    return [re.sub(r"[^a-z]", "", word) for word in _WORD.findall(_plain(text))]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()


def name_key(text: str, titles: frozenset[str]) -> str:
    """Return a name as it is compared: words without titles, one blank between; empty when it can be no name.

    'dr. NAMA CONTOH, M.Kes' and 'Nama  Contoh' are one. A text with digits or more than LONGEST words is no name.
    """
    before_degrees, _, _ = text.partition(",")
    if any(map(str.isdigit, before_degrees)):
        return ""
    words = [word for word in words_of(before_degrees) if word not in titles]
    key = " ".join(words)
    return key if len(words) <= LONGEST and len(key) >= 3 else ""


class Names:
    """Names of persons, as ``name_key`` writes them.

    A name of several words is found wherever it stands; one of a single word only where the whole text is that name.
    """

    def __init__(self, keys: Iterable[str] = (), titles: frozenset[str] = frozenset()) -> None:
        self._keys, self._titles = frozenset(key for key in keys if key), titles

    def stand_in(self, text: str) -> bool:
        """Whether a text holds one of the names."""
        return name_key(text, self._titles) in self._keys or any(True for _ in self._places(text))

    def hidden(self, text: str) -> str:
        """Return a text with every name and every number of a person replaced."""
        text = hidden(text)
        if not self._keys or not text:
            return text
        if name_key(text, self._titles) in self._keys:
            return NAME_HIDDEN
        for start, end in reversed(list(self._places(text))):
            text = text[:start] + NAME_HIDDEN + text[end:]
        return text

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        found = list(_WORD.finditer(text))
        words = ["".join(words_of(match[0])) for match in found]
        position = 0
        while position < len(words):
            for length in range(min(LONGEST, len(words) - position), 1, -1):
                if " ".join(words[position : position + length]) in self._keys:
                    yield found[position].start(), found[position + length - 1].end()
                    position += length - 1
                    break
            position += 1


def number_key(text: str) -> str:
    """Return a number of a person as it is compared: its digits; empty when they are too few to tell anybody."""
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= SHORTEST_NUMBER else ""


class Seen:
    """Collects the names and numbers of persons from one sheet after another.

    personal: what tells them. keys: names, as ``name_key`` writes them. numbers: under headings of numbers, as
    ``number_key`` writes them.
    """

    def __init__(self, personal: Personal) -> None:
        self.personal = personal
        self.keys: set[str] = set()
        self.numbers: set[str] = set()

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Take the names in the rows of a sheet: under headings of names, beside labels, above a NIP; and numbers."""
        self.numbers.update(map(number_key, _under_headings(rows, self.personal.number_keys)))
        self.numbers.discard("")
        texts = (*_under_headings(rows, self.personal.name_keys), *_beside(rows, self.personal))
        keys = (name_key(text, self.personal.title_words) for text in texts)
        self.keys.update(key for key in keys if not self.personal.no_name_words.intersection(key.split()))

    def names(self, known: Iterable[str] = ()) -> Names:
        """Return the names but those that stand in something else that is known, such as the name of a facility."""
        other = "".join(f" {' '.join(words_of(text))} |" for text in set(known))
        return Names((key for key in self.keys if f" {key} " not in other), self.personal.title_words)


def _under_headings(rows: Sequence[Sequence[Cell]], headings: frozenset[str]) -> Iterator[str]:
    for position, cells in enumerate(rows[:HEAD_ROWS]):
        bare = bare_headings(cells)
        places = [i for i, cell in enumerate(bare) if isinstance(cell, str) and heading_key(cell) in headings]
        if places and sum(isinstance(cell, str) and cell != "" for cell in cells) > 1:
            for below in rows[position + 1 :]:
                yield from (clean_text(below[i]) for i in places if i < len(below))
            return


def _beside(rows: Sequence[Sequence[Cell]], personal: Personal) -> Iterator[str]:
    for position, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if not isinstance(cell, str | int | float) or isinstance(cell, bool):
                continue
            text = str(cell)
            label, colon, rest = text.partition(":")
            if heading_key(label) in personal.label_keys:
                yield clean_text(rest) if colon and rest.strip() else _next(cells, place)
            if match := _NIP.search(text):
                before = text[: match.start()].strip(" \n()/")
                if before and words_of(before)[:1] != ["nip"]:
                    yield clean_text(before.splitlines()[-1])
                else:
                    yield _above(rows, position, place)


def _next(cells: Sequence[Cell], place: int) -> str:
    texts = (clean_text(cell).lstrip(": ") for cell in cells[place + 1 :])
    return next((text for text in texts if text), "")


def _above(rows: Sequence[Sequence[Cell]], position: int, place: int) -> str:
    for cells in reversed(rows[max(position - _ABOVE, 0) : position]):
        if place < len(cells) and (text := clean_text(cells[place])):
            return text
    return ""
