"""What a heading means: by its exact text, by its words, by the headings above it, or by what the district declares.

A heading that could mean two columns is never guessed: it comes back with its candidates. Words that nobody knows
(target, sehat, lalu) make a heading another column, however much the rest resembles one that is needed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import OSA

from analysis.errors import ConfigurationError, nearest
from analysis.layouts import COUNT_ROLES, NEEDED, NOT_READ, PRINTED, SHARES, Layouts, Meaning, Role, Share
from analysis.plain_words import heading_key, words
from analysis.values import Cell, clean_text, months_in
from analysis.workspace import SETTINGS_FILE

_RATIO = re.compile(r"[%‰]|\b0 ?/ ?00\b|\bper ?mil\w*|\bpermill?e?\b|\bpersen(?:tase)?\b|\bpercent\w*", re.IGNORECASE)
_COUNTED = re.compile(r"n|jumlah|jml|abs(?:olut)?|orang|jiwa|kasus|peserta", re.IGNORECASE)
_FORMULA = re.compile(r"(?<=\w)[\s)\]]*=.*$", re.DOTALL)
# "(A)", "[B]", "(12)", "(A/B x 1000)", "(8=6/7)": letters of a formula and numbers of columns, no words.
_MARK = re.compile(r"[(\[]\s*(?:[a-z]|\d{1,4})(?:\s*[-+/:x×*=]\s*(?:[a-z]|\d{1,4})\s*%?)*\s*[)\]]", re.IGNORECASE)
# "1. Kode PPK", "b) Jumlah Kontak", and the mark of a note, "Jumlah Kontak 1)".
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}|[a-z])[.)]\s+|\s+\d\)$", re.IGNORECASE)
_NUMBER_OF_COLUMN = re.compile(r"[(\[]?\s*\d{1,2}\s*[)\].]?(?:\s*=.*)?")
_SHORTEST_MISSPELT, _LONG = 5, 9
"""Letters of a word in which one slip, and in which two slips are forgiven."""


@dataclass(frozen=True)
class Reading:
    """What a heading means.

    role: the column; None when unknown or doubtful. exact: True where the text itself is listed or declared.
    candidates: roles among which it cannot be decided; empty when it means one thing or nothing known.
    """

    role: Role | None = None
    exact: bool = False
    candidates: tuple[Role, ...] = ()


_UNKNOWN = Reading()


class Headings:
    """Reads headings by a list of layouts and by what a district declares about its own columns."""

    def __init__(
        self, layouts: Layouts, declared: Mapping[str, str] | None = None, other_labels: Iterable[str] = ()
    ) -> None:
        """Raise ConfigurationError where ``declared`` (heading → label of a column, or 'abaikan') names no column.

        other_labels: of columns that only other files have, which may be meant too; default none.
        """
        self.layouts = layouts
        self._declared = _roles_declared(layouts, declared or {}, other_labels)
        self._unmet = {heading_key(heading): heading for heading in declared or {}}
        self._canonical = {other: word for word, others in layouts.vocabulary.items() for other in (word, *others)}
        self._long = tuple(word for word in self._canonical if len(word) >= _SHORTEST_MISSPELT)
        self._fillers = frozenset(layouts.fillers)
        self._groups = frozenset(layouts.groups.split())
        self._meanings = [(column.role, _sets(meaning)) for column in layouts.columns for meaning in column.meanings]
        self._numbers = frozenset(filter(str.isdecimal, {*self._declared, *layouts.role_of_heading}))
        self.read = lru_cache(maxsize=4096)(self._read)
        self.speaks = lru_cache(maxsize=65536)(self._speaks)
        self._words = lru_cache(maxsize=4096)(self._words_of)

    def roles(self, cells: Sequence[Cell]) -> dict[int, Role]:
        """Return position → role for the headings of one row whose meaning is certain, 'ignored' included."""
        texts = {i: clean_text(cell) for i, cell in enumerate(cells) if isinstance(cell, str)}
        readings = {i: self.read((text,)).role for i, text in texts.items() if not self._is_figure(text)}
        return {position: role for position, role in readings.items() if role is not None}

    def _is_figure(self, text: str) -> bool:
        """True for a number, "4.512": no column is told by a number alone, unless it is listed or declared so."""
        digits = text.replace(".", "").replace(",", "")
        return digits.isdecimal() and digits not in self._numbers

    def is_title(self, text: str) -> bool:
        """True for a text above a table that is a title or a note, no heading of a group of columns."""
        layouts = self.layouts
        told = layouts.title_words | layouts.printing_words
        return bool(months_in(text)) or any(word.isdigit() or word in told for word in words(text).split())

    def declares(self, parts: Sequence[str]) -> bool:
        """True where the district says what this heading means."""
        return heading_key(" ".join(parts)) in self._declared

    def hints(self, text: str) -> set[Share]:
        """Return the needed indicators of which a heading holds a word that no other has, whatever else it says."""
        return {share for word in self._words(text) for share in self._own_words.get(word or "", ())}

    @cached_property
    def _own_words(self) -> dict[str, list[Share]]:
        """Word → the one indicator whose counts need it in their headings: "kontak", "rujukan", "dm"."""
        needed: defaultdict[str, list[Share]] = defaultdict(list)
        for share in NEEDED:
            roles = (share.numerator, share.denominator)
            for word in {word for role, (need, _, _) in self._meanings if role in roles for word in need}:
                needed[word].append(share)
        return {word: shares for word, shares in needed.items() if len(shares) == 1}

    def unmet(self) -> list[str]:
        """The declared headings that stood in no table so far, as they are declared."""
        return list(self._unmet.values())

    def _speaks(self, text: str) -> bool:
        """True for a text that is a heading, or a part of one: listed, declared, or all its words those of headings."""
        if not text or len(text) > 120:
            return False
        key = heading_key(text)
        if key in self._declared or (len(key) > 1 and any(_is_end(key, whole) for whole in self._declared)):
            return True
        if self._exact(text) is not None or is_unit(text) or _COUNTED.fullmatch(text) or self.layouts.month_alone(text):
            return True
        if words(text) in self.layouts.part_of_ratio:
            return True
        return bool(words(text)) and None not in self._words(text)

    def _read(self, parts: tuple[str, ...]) -> Reading:
        """Return the meaning of a heading given from the topmost group heading down to the lowest cell."""
        declared = self._declared.get(heading_key(" ".join(parts)))
        if declared is not None:
            self._unmet.pop(heading_key(" ".join(parts)), None)
            return Reading(declared, exact=True)
        *above, last = parts = tuple(dict.fromkeys(parts)) or ("",)
        if (role := self._of_ratio(tuple(above), last)) is not None:
            return Reading(role)
        if above and (is_unit(last) or _COUNTED.fullmatch(last)):
            reading = self._of_unit(self.read(tuple(above)), last)
            if is_unit(last) or reading.role in COUNT_ROLES:
                return reading
        found = {}
        for split in range(len(parts)):
            group, own = " ".join(parts[:split]), " ".join(parts[split:])
            reading = self._below(group, own) if group else self._joined(parts)
            if reading.role is not None:
                found[reading.role] = reading
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            return Reading(candidates=tuple(found))
        return Reading(candidates=self._candidates(parts))

    def _of_ratio(self, above: tuple[str, ...], last: str) -> Role | None:
        """The column that says which part of an indicator's ratio it is: "Pembilang" under or beside its name."""
        said = words(_plain(last)[0]).split()
        parts = self.layouts.part_of_ratio
        named = [word for word in said if word in parts and (parts[word] != "ratio" or len(said) == 1)]
        if len(named) != 1:
            return None
        part = parts[named[0]]
        rest = " ".join(other for other in said if other != named[0])
        indicator = (*above, rest) if rest else above
        role = self.read(indicator).role if indicator else None
        if part == "ratio":
            return role if role in PRINTED else None
        share = next((share for share in SHARES if share.printed == role), None)
        return None if share is None else share.numerator if part == "numerator" else share.denominator

    @staticmethod
    def _of_unit(reading: Reading, unit: str) -> Reading:
        """A heading over its unit: a count has no '%' below it, a ratio no 'jumlah'."""
        ratio = _RATIO.search(unit) is not None
        wrong = COUNT_ROLES if ratio else PRINTED if _COUNTED.fullmatch(unit.strip("() ")) else ()
        return _UNKNOWN if reading.role in wrong else reading

    def _exact(self, text: str) -> Role | None:
        plain, ratio = _plain(text)
        role = self.layouts.role_of_heading.get(heading_key(plain)) or self.layouts.role_of_heading.get(
            heading_key(text)
        )
        return None if ratio and role not in PRINTED else role

    def _alone(self, text: str) -> Reading:
        if role := self._exact(text):
            return Reading(role, exact=True)
        found = self._by_words(frozenset(), text)
        if len(found) == 1:
            return Reading(found.pop())
        return Reading(candidates=tuple(sorted(found)))

    def _joined(self, parts: Sequence[str]) -> Reading:
        """The meaning of cells above each other as one heading, "Jumlah" over "Kontak".

        Where the upper ones mean that column already, they are the name of a group: "ANGKA KONTAK" over "Kontak".
        """
        reading = self._alone(" ".join(parts))
        above = {self._alone(" ".join(parts[:end])).role for end in range(1, len(parts))}
        return _UNKNOWN if reading.role in above and reading.role is not None else reading

    def _below(self, group: str, own: str) -> Reading:
        """The meaning of a heading under a group heading, where it is the lower one that decides."""
        above = self._words(group)
        if None in above or _RATIO.search(group):
            return _UNKNOWN
        alone = self._alone(own)
        if alone.role is not None and self._allows(alone.role, above):
            return alone
        found = self._by_words(frozenset(filter(None, above)), own) - {self._alone(group).role}
        return Reading(found.pop()) if len(found) == 1 else _UNKNOWN

    def _allows(self, role: Role, above: Iterable[str | None]) -> bool:
        """True where a group heading of these words leaves ``role`` the column that it is."""
        foreign = set(above) - self._groups
        return not foreign or any(foreign <= need | may | more for r, (need, may, more) in self._meanings if r == role)

    def _by_words(self, above: frozenset[str], own: str) -> set[Role]:
        found = self._words(own)
        if not found or None in found:
            return set()
        here = frozenset(filter(None, found))
        ratio = _RATIO.search(own) is not None
        return {
            role
            for role, (need, may, more) in self._meanings
            if need <= here | above
            and here & need
            and here <= need | may
            and above <= need | may | more | self._groups
            and not (ratio and role not in PRINTED)
        }

    def _candidates(self, parts: Sequence[str]) -> tuple[Role, ...]:
        """The columns of which a heading says too little, "Kontak" or "Terkendali": several, or one not proven."""
        found = [word for part in parts for word in self._words(part)]
        if not found or None in found or any(_RATIO.search(part) for part in parts):
            return ()
        above = {word for part in parts[:-1] for word in self._words(part)} - self._groups
        here = frozenset(filter(None, above | set(self._words(parts[-1]))))
        return tuple(
            dict.fromkeys(
                role for role, (need, may, more) in self._meanings if here & need and here <= need | may | more
            )
        )

    def _words_of(self, text: str) -> tuple[str | None, ...]:
        """The words of a heading in their standard writing, fillers left out; None for a word that nobody knows."""
        plain, _ = _plain(text)
        found: list[str | None] = []
        for word in words(plain).split():
            if word in self._fillers:
                continue
            known = self._canonical.get(word) or self._misspelt(word)
            if found and found[-1] == "non" and f"non{known}" in self._canonical:
                found[-1] = f"non{known}"
            else:
                found.append(known)
        return tuple(found)

    def _misspelt(self, word: str) -> str | None:
        """The one known word that ``word`` was meant to be; its first letter is right."""
        if len(word) < _SHORTEST_MISSPELT:
            return None
        slips = 2 if len(word) >= _LONG else 1
        near: dict[str, int] = {}
        for other in self._long:
            distance = OSA.distance(word, other, score_cutoff=slips)
            if distance <= slips and word[0] == other[0]:
                meant = self._canonical[other]
                near[meant] = min(distance, near.get(meant, slips))
        best = [meant for meant, distance in near.items() if distance == min(near.values())]
        return best[0] if len(best) == 1 else None


def is_unit(text: str) -> bool:
    """True for a cell of a heading that only tells a unit, a formula or the number of the column: "(‰)", "(3)"."""
    plain, ratio = _plain(text)
    bare = not words(plain)
    counted = text.startswith("(") and _COUNTED.fullmatch(text.strip("() ")) is not None
    return (ratio and bare) or counted or _NUMBER_OF_COLUMN.fullmatch(text) is not None


def _plain(text: str) -> tuple[str, bool]:
    """Return a heading without units, marks and formula, and whether it says that it is a ratio."""
    text = _MARK.sub(" ", _NUMBERING.sub("", _FORMULA.sub("", text)))
    ratio = _RATIO.search(text) is not None
    return _RATIO.sub(" ", text), ratio


def _is_end(part: str, whole: str) -> bool:
    """Whether a heading begins with a part, as with that of its group, or ends with it."""
    return whole.startswith(part) or whole.endswith(part)


def _sets(meaning: Meaning) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    return frozenset(meaning.need.split()), frozenset(meaning.may.split()), frozenset(meaning.above.split())


def _roles_declared(layouts: Layouts, declared: Mapping[str, str], other_labels: Iterable[str]) -> dict[str, Role]:
    roles: dict[str, Role] = {}
    problems = []
    for heading, label in declared.items():
        role = "ignored" if label.casefold() == NOT_READ else layouts.role_of_heading.get(heading_key(label))
        if role is None:
            own = (label for role, label in layouts.labels.items() if role != "ignored")
            known = [*own, *other_labels, NOT_READ]
            problems.append(f"columns, “{heading}”: “{label}” bukan kolom yang dikenal.{nearest(label, known)}")
        else:
            roles[heading_key(heading)] = role
    if problems:
        raise ConfigurationError(f"Berkas {SETTINGS_FILE} perlu diperbaiki:", problems)
    return roles
