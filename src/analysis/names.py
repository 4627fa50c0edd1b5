"""When two spellings are the name of one facility: which parts of a name tell facilities apart, and which do not.

'UPTD Puskesmas Sangasanga', 'PKM SANGA-SANGA' and 'Puskesmas DTP Sanga Sanga Kec. Sanga-Sanga' are one name;
'Sebulu' and 'Sebulu I', 'Tambak I' and 'Tambak II', 'Klinik Melati' and 'Puskesmas Melati' are two.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from analysis.plain_words import words
from analysis.values import ARABIC

_KINDS = (
    ("pustu", r"puskesmas pembantu|pustu"),
    ("drg", r"dokter gigi|drg"),
    ("puskesmas", r"pusat kesehatan masyarakat|puskesmas|puskes|pusk|pkm"),
    ("klinik", r"klinik"),
    ("rs", r"rumah sakit|rsud|rsu|rs"),
    ("dokter", r"dokter|dr|dpp"),
)
"""Kind of facility and the words that name it. The first word in a name decides; of two at one place the first here."""
_KIND = re.compile("|".join(rf"(?P<{kind}>\b(?:{pattern})\b)" for kind, pattern in _KINDS))
_BESIDE_KIND = {
    "klinik": r"\bpratama\b",
    "rs": r"\b(?:kelas d|d)? ?pratama\b",
    "dokter": r"\b(?:prakti[ke]k?|praktek|mandiri|perorangan|umum)\b",
    "drg": r"\b(?:prakti[ke]k?|praktek|mandiri|perorangan)\b",
}
"""Words that add nothing where the kind is known."""
_OFFICE = re.compile(r"\b(?:u p t(?: d)?|upt[dbp]?|blud|dinas kesehatan|dinkes|(?:mampu )?poned)\b")
_WITHOUT_BEDS = re.compile(r"\b(?:non|tanpa) (?:rawat inap|ranap|perawatan)\b|\brawat jalan\b|\bttp\b")
_WITH_BEDS = re.compile(r"\b(?:dengan )?(?:rawat inap|ranap|perawatan)\b|\bdtp\b")
_CITY = re.compile(r"\(\s*kota\b\.?([^)]*)\)", re.IGNORECASE)
_IN_A_LIST = re.compile(r"^\s*\d{1,3}\s*[.)]\s*(?=[^\W\d])")
"""Number of a line in a list, "1. PUSKESMAS MELIAU": it is another in the next file. "5 ULU" is a name."""


@dataclass(frozen=True, slots=True)
class FacilityName:
    """A facility's name as it is compared.

    kind: puskesmas, pustu, klinik, rs, dokter, drg; empty where the name does not say.
    base: letters of the name proper, without blanks and hyphens.
    numbers: numbers before and behind it, Roman ones as Arabic ('II TAMBAK' and 'Tambak 2' both have 2).
    beds: 'dengan' or 'tanpa' where the name says whether there are beds. subdistrict, district: behind 'Kec.', 'Kab.'.
    words: what ``base`` was made of; does not count in a comparison of two names.
    """

    kind: str = ""
    base: str = ""
    numbers: tuple[str, ...] = ()
    beds: str = ""
    subdistrict: str = ""
    district: str = ""
    words: tuple[str, ...] = field(default=(), compare=False)

    def same(self, other: FacilityName) -> bool:
        """True when nothing tells the two apart; what only one of them says does not."""
        return (self.base, self.numbers) == (other.base, other.numbers) and all(
            a == b or not a or not b
            for a, b in (
                (self.kind, other.kind),
                (self.beds, other.beds),
                (self.subdistrict, other.subdistrict),
                (self.district, other.district),
            )
        )

    def contradicts(self, other: FacilityName) -> bool:
        """True for two numbers of one name: Tambak I is never Tambak II."""
        return self.numbers != other.numbers and bool(self.numbers) and bool(other.numbers)


@lru_cache(maxsize=65536)
def facility_name(text: str) -> FacilityName:
    """Return a name as it is compared; of a text without letters or digits all parts are empty."""
    text = _IN_A_LIST.sub("", text)
    plain = _OFFICE.sub(" ", words(_CITY.sub(r" kabkota kota \1", text)))
    kind, plain = _kind(plain)
    plain, without = _WITHOUT_BEDS.subn(" ", plain)
    plain, with_beds = _WITH_BEDS.subn(" ", plain)
    own, places = _places(plain.split())
    numbers, own = _numbers(own)
    if not own and not numbers:
        own = words(text).split()
    return FacilityName(
        kind,
        "".join(own),
        numbers,
        "tanpa" if without else "dengan" if with_beds else "",
        places.get("kec", ""),
        places.get("kab", ""),
        tuple(own),
    )


def _kind(plain: str) -> tuple[str, str]:
    """Return the kind that a name tells, and the name with a mark in place of the words for it."""
    match = _KIND.search(plain)
    if match is None or match.lastgroup is None:
        return "", plain
    kind = match.lastgroup
    return kind, re.sub(_BESIDE_KIND.get(kind, "$^"), " ", re.sub(rf"\b(?:{dict(_KINDS)[kind]})\b", " | ", plain))


def _places(parts: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the words of the name proper, and what stands behind 'Kec.' and 'Kab.'.

    Nothing stands before them in 'Puskesmas Kecamatan Cakung': there the word belongs to the name.
    """
    own: list[str] = []
    places: defaultdict[str, str] = defaultdict(str)
    at = ""
    for index, part in enumerate(parts):
        if part == "|":
            at = ""
        elif part in ("kab", "kabupaten", "kabkota") and (index or "|" in parts):
            at = "kab"
            places[at] = ""
        elif part in ("kec", "kecamatan") and own:
            at = "kec"
            places[at] = ""
        elif at:
            places[at] += part
        else:
            own.append({"kec": "kecamatan", "kel": "kelurahan"}.get(part, part))
    return own, places


def _numbers(own: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the numbers at both ends of a name, and the words between them, numbers in them as Arabic."""
    parts = [_arabic(part) for word in own for part in re.findall(r"\d+|[a-z]+", word)]
    first, last = 0, len(parts)
    while first < last and parts[first].isdecimal():
        first += 1
    while last > first and parts[last - 1].isdecimal():
        last -= 1
    return tuple(parts[:first] + parts[last:]), parts[first:last]


def _arabic(part: str) -> str:
    return part.lstrip("0") or "0" if part.isdecimal() else ARABIC.get(part, part)


def names_something(text: str) -> bool:
    """Return whether a text holds more than words that any facility may bear: not "PUSKESMAS DTP" or "PONED"."""
    name = facility_name(text)
    if name.words != tuple(words(text).split()):
        return bool(name.words or name.numbers)
    return bool(name.words) and not (name.kind or name.beds or _OFFICE.search(words(text)))


class NameIndex:
    """Which codes bear a name."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        """Take pairs of name and code; blank ones are passed over."""
        self._entries: defaultdict[tuple[str, tuple[str, ...]], set[tuple[FacilityName, str]]] = defaultdict(set)
        for text, code in known:
            if text and code:
                name = facility_name(text)
                self._entries[name.base, name.numbers].add((name, code))

    def codes(self, text: str) -> set[str]:
        """Return the codes of all facilities whose name may be this one."""
        name = facility_name(text)
        return {code for other, code in self._entries[name.base, name.numbers] if name.same(other)}

    def only(self, text: str) -> str:
        """Return the code of the one facility whose name this is; empty where there is none or more than one."""
        codes = self.codes(text) if text else set()
        return next(iter(codes)) if len(codes) == 1 else ""
