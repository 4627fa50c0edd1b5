"""Layouts of the files that BPJS branches hand out, described as data, and the match of a heading row with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator

from analysis.contract import COUNTS
from analysis.names import names_something
from analysis.number_cells import NumberStyle
from analysis.plain_words import any_of, heading_key, words
from analysis.reference import Strict, load_record
from analysis.title_words import TitleWords
from analysis.values import Cell

LAYOUTS_FILE = "layouts.yml"
NOT_READ = "abaikan"
"""What a district declares for a column that is not to be read."""
Role = Literal[
    "facility_code", "facility_name", "code_and_name", "facility_type", "district", "month", "service_month", "year",
    "registered", "contacts", "referrals", "nonspecialist_referrals",
    "dm_registered", "dm_controlled", "ht_registered", "ht_controlled",
    "prolanis_registered", "prolanis_visited",
    "ak_printed", "rrns_printed", "rppt_dm_printed", "rppt_ht_printed", "rppt_printed", "rppb_printed",
    "ignored",
]  # fmt: skip
FacilityType = Literal["puskesmas", "klinik_pratama", "rs_d_pratama", "dokter_mandiri", "dokter_gigi"]
MetaKind = Literal["month", "district", "facility", "facility_code"]
Kind = Literal["xlsx", "xlsm", "xls", "xlsb", "ods", "csv"]
IDENTITY: tuple[Role, ...] = ("facility_code", "facility_name", "code_and_name")
COUNT_ROLES: tuple[Role, ...] = tuple(role for role in get_args(Role) if role in COUNTS)
PRINTED: tuple[Role, ...] = (
    "ak_printed", "rrns_printed", "rppt_dm_printed", "rppt_ht_printed", "rppt_printed", "rppb_printed",
)  # fmt: skip
MEASURED: tuple[Role, ...] = (*COUNT_ROLES, *PRINTED)
"""Columns of figures."""


@dataclass(frozen=True)
class Share:
    """An indicator as two counts and the column that prints their ratio (numerator / denominator × per)."""

    numerator: Role
    denominator: Role
    printed: Role
    per: int


SHARES = (
    Share("contacts", "registered", "ak_printed", 1000),
    Share("nonspecialist_referrals", "referrals", "rrns_printed", 100),
    Share("dm_controlled", "dm_registered", "rppt_dm_printed", 100),
    Share("ht_controlled", "ht_registered", "rppt_ht_printed", 100),
    Share("prolanis_visited", "prolanis_registered", "rppb_printed", 100),
)
NEEDED = tuple(share for share in SHARES if share.printed != "rppb_printed")
"""The indicators without which there is no composite."""
RPPT: Role = "rppt_printed"
"""The column of the mean of the shares of DM and HT."""
RatioPart = Literal["numerator", "denominator", "ratio"]

_JOINT = re.compile(r"[&+/]")


def whole_shares(roles: Container[str]) -> tuple[Share, ...]:
    """Return the needed indicators of which both counts are among some columns."""
    return tuple(share for share in NEEDED if share.numerator in roles and share.denominator in roles)


def is_part(roles: Collection[str]) -> bool:
    """Return whether columns name facilities and hold both counts of an indicator."""
    return not set(IDENTITY).isdisjoint(roles) and bool(whole_shares(roles))


def require_one_role_each(columns: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Raise ValueError where a heading, as it is compared, stands under two roles.

    columns: role and its headings.
    """
    seen: dict[str, str] = {}
    for role, headings in columns:
        for heading in headings:
            other = seen.setdefault(heading_key(heading), role)
            if other != role:
                raise ValueError(f"judul “{heading}” dipakai untuk {other} dan {role}.")


class Meaning(Strict):
    """Words that make a heading mean a column; a word that stands in none of the lists makes it another column.

    need: words that must all be there, with blanks between; may: words that may be there too.
    above: words that may stand in a group heading above only.
    """

    need: str
    may: str = ""
    above: str = ""


class OtherReport(Strict):
    """Another export of BPJS that is no KBK table, known by its headings.

    title: what it is, for the analyst. marks: headings of which ``least`` tell it. gives: what it could serve for.
    """

    id: str
    title: str
    marks: list[str] = Field(min_length=2)
    least: int = Field(ge=2)
    gives: str


class Column(Strict):
    """A column: its role and every heading under which it was seen or may be expected.

    label: heading that messages name when the column is missing.
    meanings: sets of words that mean it too, for headings that nobody has listed; default none.
    """

    role: Role
    label: str
    headings: list[str] = Field(min_length=1)
    meanings: list[Meaning] = Field(default_factory=list)


class Layout(Strict):
    """One layout.

    id: key; also in the list of source files.
    kinds: endings of files that use it.
    required: roles without which a sheet is refused (besides a facility code or name, which is always needed).
    optional: further columns of the file as it was seen; they decide between layouts. Any known column is read.
    numbers: separators of text numbers.
    source: where the layout was seen.
    """

    id: str
    title: str
    kinds: list[Kind] = Field(min_length=1)
    required: list[Role]
    optional: list[Role]
    numbers: NumberStyle = "indonesia"
    source: str


class Layouts(TitleWords):
    """Content of layouts.yml.

    facility_types: contract type → words that files use for it.
    name_beginnings: contract type → how the name of such a facility begins.
    between_facilities: words between the names of two; parts_of_facility: behind what is a part of the first.
    not_facilities: beginnings of labels of totals, means and targets.
    areas: beginnings of names of areas; where a facility's name should stand, such a row is a total.
    vocabulary: words of which headings are made → other writings and abbreviations of each.
    fillers: words that change no meaning.
    ratio_parts: words under the name of an indicator → which part of its ratio the column holds.
    number_headings: of the column of numbers where the names of the figures stand in another.
    summed: what a pivot table puts before the heading that it adds up. unfiltered: what it shows where a filter is
    open.
    groups: words of group headings that leave the meaning of the headings below as it is.
    meta: labels in the block above a table → what follows them.
    district_words: before a kabupaten's name;
    before_places: before the name of a place in that of an office or a facility, which is no district;
    any_day_words: of what is counted on any day; law_words: of a line about a regulation, whose year is not of the
    figures; printing_words: of a line about another time than that of the service; title_words: of a title.
    other_reports: exports that are no KBK tables.
    part: a table of one indicator, or of some, which others of the same months complete.
    """

    vocabulary: dict[str, list[str]]
    fillers: list[str]
    groups: str
    ratio_parts: dict[RatioPart, list[str]]
    number_headings: list[str]
    summed: list[str]
    unfiltered: frozenset[str]
    meta: dict[MetaKind, list[str]]
    district_words: frozenset[str]
    before_places: list[str]
    any_day_words: frozenset[str]
    law_words: frozenset[str]
    printing_words: frozenset[str]
    title_words: frozenset[str]
    columns: list[Column]
    other_reports: list[OtherReport]
    facility_types: dict[FacilityType, list[str]]
    name_beginnings: dict[FacilityType, list[str]]
    between_facilities: list[str]
    parts_of_facility: list[str]
    not_facilities: list[str]
    areas: list[str]
    layouts: list[Layout] = Field(min_length=1)
    part: Layout

    @model_validator(mode="after")
    def _coherent(self) -> Layouts:
        require_one_role_each((column.role, column.headings) for column in self.columns)
        unknown_words = {
            word
            for column in self.columns
            for meaning in column.meanings
            for word in f"{meaning.need} {meaning.may} {meaning.above}".split()
        } - set(self.vocabulary)
        if unknown_words:
            raise ValueError(f"kata tanpa entri di vocabulary: {', '.join(sorted(unknown_words))}.")
        described = {column.role for column in self.columns}
        for layout in (*self.layouts, self.part):
            if unknown := {*layout.required, *layout.optional} - described:
                raise ValueError(f"tata letak {layout.id} menyebut peran tanpa judul: {', '.join(sorted(unknown))}.")
        return self

    @cached_property
    def role_of_heading(self) -> dict[str, Role]:
        """Normalised heading → role."""
        return {heading_key(h): column.role for column in self.columns for h in column.headings}

    @cached_property
    def labels(self) -> dict[Role, str]:
        """Role → the heading that messages name."""
        return {column.role: column.label for column in self.columns}

    @cached_property
    def type_of_word(self) -> dict[str, FacilityType]:
        """Normalised type word of a file → facility type."""
        return {words(w): kind for kind, accepted in self.facility_types.items() for w in accepted}

    @cached_property
    def meta_labels(self) -> dict[str, MetaKind]:
        """Normalised label above a table → what follows it."""
        return {words(label): kind for kind, labels in self.meta.items() for label in labels}

    @cached_property
    def _marks(self) -> list[tuple[OtherReport, frozenset[str]]]:
        return [(report, frozenset(heading_key(mark) for mark in report.marks)) for report in self.other_reports]

    def other_report(self, headings: Iterable[Cell]) -> OtherReport | None:
        """Return the export, other than a KBK table, to which a row of headings belongs; None when it is none."""
        keys = {heading_key(cell) for cell in headings if isinstance(cell, str)}
        return next((report for report, marks in self._marks if len(marks & keys) >= report.least), None)

    @cached_property
    def _beginnings(self) -> list[tuple[str, FacilityType]]:
        pairs = [(words(b) + " ", kind) for kind, accepted in self.name_beginnings.items() for b in accepted]
        return sorted(pairs, key=lambda pair: -len(pair[0]))

    @cached_property
    def _totals(self) -> tuple[str, ...]:
        return tuple(words(w) + " " for w in self.not_facilities)

    @cached_property
    def _areas(self) -> tuple[str, ...]:
        return tuple(words(w) + " " for w in self.areas)

    @cached_property
    def part_of_ratio(self) -> dict[str, RatioPart]:
        """Normalised word under the name of an indicator → the part of its ratio."""
        return {word: part for part, accepted in self.ratio_parts.items() for word in accepted}

    @cached_property
    def number_keys(self) -> frozenset[str]:
        """Normalised headings of a column of numbers of all figures."""
        return frozenset(map(heading_key, self.number_headings))

    @cached_property
    def _summed(self) -> re.Pattern[str]:
        return re.compile(rf"{any_of(self.summed)}\s+(?=\S)", re.IGNORECASE)

    def without_summed(self, heading: str) -> str:
        """Return a heading without what a pivot table puts before it: "Sum of Jumlah Kontak"."""
        found = self._summed.match(heading.strip())
        return heading if found is None else heading.strip()[found.end() :]

    def type_from_name(self, name: str) -> FacilityType | None:
        """Return the facility type that the first words of a name tell; None when they tell none."""
        plain = words(name) + " "
        return next((kind for beginning, kind in self._beginnings if plain.startswith(beginning)), None)

    @cached_property
    def _two_names(self) -> re.Pattern[str]:
        puskesmas, clinic = (
            any_of(words(word) for word in self.name_beginnings[kind]) for kind in ("puskesmas", "klinik_pratama")
        )
        joined = any_of(self.between_facilities)
        second = rf" (?!{any_of(self.parts_of_facility)})\w"
        pairs = ((puskesmas, puskesmas), (puskesmas, clinic), (clinic, puskesmas))
        return re.compile("|".join(rf"^{one} .+ {joined} {other}{second}" for one, other in pairs))

    def names_two(self, name: str) -> bool:
        """True for the name of two facilities, "PUSKESMAS A DAN PUSKESMAS B" or "PUSKESMAS A & B"."""
        if self._two_names.search(words(_JOINT.sub(f" {self.between_facilities[0]} ", name))):
            return True
        return "&" in name and self.type_from_name(name) == "puskesmas" and all(map(names_something, name.split("&")))

    def is_summary(self, label: str, area: bool = True) -> bool:
        """True for the label of a total, mean or target.

        area: whether the name of an area is one too; default True.
        """
        return (words(label) + " ").startswith(self._totals + self._areas if area else self._totals)

    def is_district(self, text: str) -> bool:
        """True for the name of a kabupaten alone, "KAB. SEKADAU"."""
        said = words(text).split()
        return len(said) > 1 and said[0] in self.district_words and not any(map(str.isdigit, text))

    def tells_office(self, before: str) -> bool:
        """True where what stands before the name of a place makes it that of an office or a facility.

        before: as ``words`` gives it.
        """
        return f" {before.rstrip()}".endswith(tuple(f" {said}" for said in self.before_places))

    def match(self, roles: set[Role], kind: str) -> Layout | None:
        """Return the layout that fits a set of roles best; None when none has all it requires."""
        if roles.isdisjoint(IDENTITY):
            return None
        fitting = [layout for layout in self.layouts if roles.issuperset(layout.required)]
        return max(fitting, key=lambda layout: self._fit(layout, roles, kind), default=None)

    def lacking(self, roles: set[Role]) -> list[Role]:
        """Return the needed columns that are absent, by the layout that comes nearest; any identity will do."""
        nearest = min(self.layouts, key=lambda la: (len(set(la.required) - roles), -self._fit(la, roles, "")[1]))
        return [
            *(IDENTITY if roles.isdisjoint(IDENTITY) else ()),
            *(role for role in nearest.required if role not in roles),
        ]

    def missing(self, roles: set[Role]) -> list[str]:
        """Return the headings of the needed columns that are absent, as the analyst knows them."""
        lacking = self.lacking(roles)
        either = [f"{self.labels['facility_code']} atau {self.labels['facility_name']}"]
        identity = either if set(IDENTITY) <= set(lacking) else []
        return identity + [self.labels[role] for role in lacking if role not in IDENTITY]

    @staticmethod
    def _fit(layout: Layout, roles: set[Role], kind: str) -> tuple[bool, int]:
        named = {*layout.required, *layout.optional}
        return kind in layout.kinds, len(named & roles) - len(named - roles)


def load_layouts(folder: Path) -> Layouts:
    """Return the layouts of ``folder``/layouts.yml; raise ConfigurationError when the file is missing or wrong."""
    return load_record(folder / LAYOUTS_FILE, Layouts)
