"""Layouts of the files that BPJS branches hand out, described as data, and the match of a heading row with them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator

from analysis.contract import COUNTS
from analysis.number_cells import NumberStyle
from analysis.reference import Strict, load_record
from analysis.values import ARABIC, Cell, NamedMonth, clean_text, months_in, years_in

LAYOUTS_FILE = "layouts.yml"
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
RPPT: Role = "rppt_printed"
"""The column of the mean of the shares of DM and HT."""
RatioPart = Literal["numerator", "denominator", "ratio"]

_UNIT = re.compile(r"\((?:%|‰|persen|per ?mil)\)", re.IGNORECASE)
_SHORTEST_MONTH, _MONTHS, _SUNDAY = 28, 12, 7
_JOINT = re.compile(r"[&+/]")
_VALUE = re.compile(r"=|\d[.,]\d")
"""A figure in a title, which tells a value, "Rata-rata AK kabupaten 151,20", and not what the table holds."""
_FILLING = re.compile(r"[\W_]+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}|[A-Za-z]|[IVX]{1,4})[.)]\s*")
"""What numbers the parts of a sheet: "B. TARGET", "II. KABUPATEN SEKADAU"."""


@lru_cache(maxsize=8192, typed=True)
def heading_key(cell: Cell) -> str:
    """Return a heading as it is compared: case, dots (as R writes blanks), blanks and slashes do not count."""
    return _FILLING.sub("", _UNIT.sub("", clean_text(cell)).casefold())


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


def words(text: str) -> str:
    """Return a name or label as it is compared: plain letters and digits in small case, single blanks between words."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(_FILLING.sub(" ", plain).casefold().split())


def without_numbering(text: str) -> str:
    """Return a title without the number or letter before it: "B. TARGET"."""
    return _NUMBERING.sub("", text)


def _holds(text: str, phrases: Iterable[str]) -> bool:
    """True where one of some words, or of words in a row, stands in a text."""
    said = f" {words(text)} "
    return any(f" {phrase} " in said for phrase in phrases)


def _month_number(text: str) -> int:
    """The number of a month in words or digits; 0 for anything else."""
    named = months_in(text)
    number = int(text) if text.isdecimal() else named[0].month if len(named) == 1 else 0
    return number if number <= _MONTHS else 0


def _is_sunday(day: str, month: str, year: str) -> bool:
    """Whether a date in words is a Sunday."""
    try:
        return dt.date(int(year), _month_number(month), int(day)).isoweekday() == _SUNDAY
    except ValueError:
        return False


def _any_of(phrases: Iterable[str]) -> str:
    """A group of a regular expression that matches each of some phrases, the longest first."""
    return f"(?:{'|'.join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))})"


def _months_of_part(found: re.Match[str]) -> range:
    """The months of a half-year or quarter; found: see ``Layouts._part_of_year``."""
    length, number = (6, found["half"]) if found["half"] else (3, found["quarter"])
    first = length * (int(ARABIC.get(number, number)) - 1) + 1
    return range(first, first + length)


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


class Layouts(Strict):
    """Content of layouts.yml.

    facility_types: contract type → words that files use for it.
    name_beginnings: contract type → how the name of such a facility begins.
    between_facilities: words between the names of two.
    not_facilities: beginnings of labels of totals, means and targets.
    areas: beginnings of names of areas; where a facility's name should stand, such a row is a total.
    recaps: words in the name of a sheet that only sums up others.
    plans: words in the name of a sheet or file of figures that nobody counted; counted_words: those that say otherwise;
    exercises: more words of plans, for sheets alone.
    vocabulary: words of which headings are made → other writings and abbreviations of each.
    fillers: words that change no meaning.
    ratio_parts: words under the name of an indicator → which part of its ratio the column holds.
    summed: what a pivot table puts before the heading that it adds up. unfiltered: what it shows where a filter is
    open.
    groups: words of group headings that leave the meaning of the headings below as it is.
    meta: labels in the block above a table → what follows them. period_words: words of a line about a time;
    numbered_months: before the number of a month;
    month_words: beside the month in a heading; half_years, quarters: before the number of one, in a heading above its
    months;
    sheet_month_marks: what stands before the number of a month in the name of a sheet;
    several_words: words of a line about several months or an earlier one; sum_words: of figures added up;
    negations: words before one of these that take it away;
    other_figures_words: of weeks, forecasts; thousands_words: of thousands; mean_words: how a title of means begins;
    part_titles: how one of some participants or contacts, or of differences, begins; joining_words: of a whole;
    harmless_phrases: that hold one of these words without its meaning; sundays: names of that day, a week too;
    before_initials: titles before the letters of a name, "dr. S.D. Wijaya", in which "s.d." means nothing;
    rough_words: of rounded figures and of visits; revised_words: of a group of figures that replace those beside it;
    noted_figures: words of a note that is about the figures above it;
    using_words, earlier_words: of a remark that the figures of a row are those of an earlier month;
    part_columns: headings of columns that part participants or months; named_part_columns: those that do so where
    words stand in them; whole_words: what stands there for all of them;
    multiples: lines that tell by what the figures are multiplied;
    segment_words: kinds of participants, of which one alone makes a part; district_words: before a kabupaten's name;
    before_places: before the name of a place in that of an office or a facility, which is no district;
    payment_words: of a line about a payment; capitation_words: of one whose month is called that of capitation;
    until_words: words before the day up to which figures reach, with day_words between; any_day_words: of what is
    counted on any day; law_words: of a line about a regulation, whose year is not of the figures;
    printing_words: words of a line about another time than that of the service; title_words: words of a title.
    facility_words: words behind the number of facilities, which is no year: "Mei 15 puskesmas".
    other_reports: exports that are no KBK tables.
    """

    vocabulary: dict[str, list[str]]
    fillers: list[str]
    groups: str
    ratio_parts: dict[RatioPart, list[str]]
    summed: list[str]
    unfiltered: frozenset[str]
    meta: dict[MetaKind, list[str]]
    period_words: frozenset[str]
    numbered_months: list[str]
    month_words: frozenset[str]
    half_years: list[str]
    quarters: list[str]
    sheet_month_marks: list[str]
    several_words: list[str]
    other_figures_words: list[str]
    part_titles: list[str]
    joining_words: frozenset[str]
    harmless_phrases: list[str]
    before_initials: list[str]
    sundays: list[str]
    rough_words: list[str]
    revised_words: frozenset[str]
    thousands_words: list[str]
    noted_figures: frozenset[str]
    using_words: frozenset[str]
    earlier_words: frozenset[str]
    part_columns: list[str]
    named_part_columns: list[str]
    whole_words: frozenset[str]
    mean_words: list[str]
    multiples: frozenset[str]
    segment_words: frozenset[str]
    district_words: frozenset[str]
    before_places: list[str]
    sum_words: frozenset[str]
    negations: frozenset[str]
    payment_words: frozenset[str]
    capitation_words: list[str]
    until_words: list[str]
    day_words: list[str]
    any_day_words: frozenset[str]
    facility_words: list[str]
    law_words: frozenset[str]
    printing_words: frozenset[str]
    title_words: frozenset[str]
    columns: list[Column]
    other_reports: list[OtherReport]
    facility_types: dict[FacilityType, list[str]]
    name_beginnings: dict[FacilityType, list[str]]
    between_facilities: list[str]
    not_facilities: list[str]
    areas: list[str]
    recaps: list[str]
    plans: frozenset[str]
    exercises: frozenset[str]
    counted_words: frozenset[str]
    layouts: list[Layout] = Field(min_length=1)

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
        for layout in self.layouts:
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
    def _recap_words(self) -> set[str]:
        return {words(w) for w in self.recaps}

    @cached_property
    def part_of_ratio(self) -> dict[str, RatioPart]:
        """Normalised word under the name of an indicator → the part of its ratio."""
        return {word: part for part, accepted in self.ratio_parts.items() for word in accepted}

    @cached_property
    def _summed(self) -> re.Pattern[str]:
        return re.compile(rf"{_any_of(self.summed)}\s+(?=\S)", re.IGNORECASE)

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
            _any_of(words(word) for word in self.name_beginnings[kind]) for kind in ("puskesmas", "klinik_pratama")
        )
        joined = _any_of(self.between_facilities)
        second = r" (?!pembantu|keliling)\w"
        pairs = ((puskesmas, puskesmas), (puskesmas, clinic), (clinic, puskesmas))
        return re.compile("|".join(rf"^{one} .+ {joined} {other}{second}" for one, other in pairs))

    def names_two(self, name: str) -> bool:
        """True for the name of two facilities, "PUSKESMAS A DAN PUSKESMAS B" or "PUSKESMAS A & B"."""
        if self._two_names.search(words(_JOINT.sub(" dan ", name))):
            return True
        return "&" in name and self.type_from_name(name) == "puskesmas"

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

    def other_figures(self, text: str) -> bool:
        """True for a title or the name of a sheet of figures that are not those of everyone in a whole month."""
        plain = f"{words(self._without_harmless(text))} "
        said = plain.split()
        mean = plain.startswith(tuple(f"{word} " for word in self.mean_words)) and not _VALUE.search(text)
        joined = not self.joining_words.isdisjoint(said)
        whole = not self.joining_words.isdisjoint({*said} - {"dan"})
        part = words(without_numbering(plain)) + " "
        begins = part.startswith(tuple(f"{title} " for title in self.part_titles)) and not _VALUE.search(text)
        segments = sum(word in self.segment_words for word in said)
        other = (
            _holds(plain, self.other_figures_words) or _holds(text, self.rough_words) or self._counts_thousands(text)
        )
        multiple = plain.strip() in self.multiples
        return (
            mean or multiple or other or self._is_part(text) or (begins and not joined) or (segments == 1 and not whole)
        )

    def _without_harmless(self, text: str) -> str:
        """A text without phrases, and Sundays, that hold a word of other figures and not its meaning."""
        plain = self._sundays.sub(lambda day: "" if _is_sunday(*day.groups()) else day[0], text.casefold())
        return self._harmless.sub(" ", words(plain))

    @cached_property
    def _harmless(self) -> re.Pattern[str]:
        return re.compile(rf"\b{_any_of(self.harmless_phrases)}\b")

    @cached_property
    def _sundays(self) -> re.Pattern[str]:
        return re.compile(rf"\b{_any_of(self.sundays)} ?, ?(\d{{1,2}})[ -]([a-z]+)[ -](20\d\d)\b")

    def _counts_thousands(self, text: str) -> bool:
        """True where thousands are the unit of the figures, and not that of a number: "484,8 ribu jiwa"."""
        return re.search(rf"(?<!\d) {_any_of(self.thousands_words)} ", f" {words(text)} ") is not None

    @cached_property
    def _part_keys(self) -> frozenset[str]:
        return frozenset(map(heading_key, self.part_columns))

    @cached_property
    def _named_part_keys(self) -> frozenset[str]:
        return frozenset(map(heading_key, self.named_part_columns))

    def is_part(self, heading: str, cell: Cell) -> bool:
        """True where a column says that its row is of some participants or a part of a month: "Segmen", "PBI"."""
        said = words(clean_text(cell))
        if not said or said in self.whole_words or not self.joining_words.isdisjoint({*said.split()} - {"dan"}):
            return False
        key = heading_key(heading)
        named = key in self._named_part_keys and any(map(str.isalpha, said))
        return named or key in self._part_keys or said in self.plans

    def tells_thousands(self, note: str) -> bool:
        """True for a note, without figures of its own, that the figures of its table are thousands."""
        return _holds(note, self.thousands_words) and not any(map(str.isdigit, note))

    def tells_revised(self, group: str) -> bool:
        """True for a group heading of figures that take the place of others: "DATA REVISI", "SETELAH VERIFIKASI"."""
        return not self.revised_words.isdisjoint(words(group).split())

    def tells_rough(self, note: str) -> bool:
        """True for a note that the figures of its table are rounded, or count visits and not participants."""
        return _holds(note, self.rough_words)

    def tells_other_month(self, remark: Cell, month: int) -> bool:
        """True for a remark that a row has the figures of another month: "pakai data bulan lalu", "data Februari 2024".

        month: number of the row's month.
        """
        if not isinstance(remark, str) or self.noted_figures.isdisjoint(remark.casefold().split()):
            return False
        said = [word for word in words(remark).split() if word not in self.using_words | self.period_words]
        if not said or said[0] not in self.noted_figures:
            return False
        rest = " ".join(said[1:])
        named = self.month_alone(rest)
        return rest in self.earlier_words or (named is not None and named.month != month)

    def notes_several(self, note: str) -> bool:
        """True for a note that the figures of its table are those of half a year or a quarter."""
        return not self.noted_figures.isdisjoint(words(note).split()) and bool(self.parts_of_year_in(note))

    def tells_several(self, text: str) -> bool:
        """True for a title or the name of a sheet that speaks of several months, or of an earlier one."""
        plain = self._harmless.sub(" ", self._initials.sub(" ", words(text)))
        return _holds(plain, self.several_words) or bool(self.parts_of_year_in(text))

    @cached_property
    def _initials(self) -> re.Pattern[str]:
        return re.compile(rf"\b{_any_of(self.before_initials)}(?: [a-z])+\b")

    def tells_sums(self, text: str) -> bool:
        """True for a title or the name of a sheet of figures added up over months."""
        said = words(text).split()
        places = (place for place, word in enumerate(said) if word in self.sum_words)
        return any(self.negations.isdisjoint(said[max(0, place - 2) : place]) for place in places)

    def tells_capitation(self, text: str) -> bool:
        """True for a title whose month is called that of capitation, as the column Bulan Kapitasi is."""
        return _holds(text, self.capitation_words)

    @cached_property
    def _days(self) -> re.Pattern[str]:
        until, day = (_any_of(accepted) for accepted in (self.until_words, self.day_words))
        return re.compile(rf"\b{day} (\d{{1,2}}) (?:{until} )?(?:{day} )?(\d{{1,2}})\b")

    @cached_property
    def _days_of_month(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\d)(\d{{1,2}}) (?:{_any_of(self.until_words)} )?(\d{{1,2}}) (?=[a-z])")

    def part_of_month(self, text: str) -> bool:
        """True for a month that is told with some of its days only, "1-15 Maret 2024"."""
        found = self._days_of_month.search(words(text))
        return found is not None and int(found[1]) < int(found[2]) < _SHORTEST_MONTH and len(months_in(text)) == 1

    def not_whole_month(self, text: str) -> bool:
        """True for what a column of months says of several months, or of figures that are not those of a whole one."""
        plan = not self.plans.isdisjoint(words(text).split())
        return plan or self.tells_several(text) or self.other_figures(text) or self.part_of_month(text)

    def _is_part(self, text: str) -> bool:
        """True for a text that names some days of a month, "tgl 1-15"."""
        found = self._days.search(words(text))
        return found is not None and int(found[1]) < int(found[2]) < _SHORTEST_MONTH

    @cached_property
    def _span(self) -> re.Pattern[str]:
        until, day = (_any_of(accepted) for accepted in (self.until_words, self.day_words))
        month = r"[a-z]+|\d{1,2}"
        return re.compile(
            rf"\b0?1(?: (?P<first>(?!{until}\b){month}))?(?: (?P<year_of_first>20\d\d))? {until}(?: {day})?"
            rf" (?P<day>\d{{1,2}}) (?P<month>{month}) (?P<year>20\d\d)\b"
        )

    def whole_month(self, text: str) -> NamedMonth | None:
        """Return the month of a title that names its first and last day, "01-03-2024 s/d 31-03-2024"; else None."""
        found = self._span.search(words(text))
        if found is None:
            return None
        year = int(found["year"])
        first, last = (_month_number(found[name] or found["month"]) for name in ("first", "month"))
        whole = first == last != 0 and int(found["year_of_first"] or year) == year
        return NamedMonth(last, year) if whole and int(found["day"]) == monthrange(year, last)[1] else None

    @cached_property
    def _until(self) -> re.Pattern[str]:
        until, day = (_any_of(accepted) for accepted in (self.until_words, self.day_words))
        return re.compile(rf"\b{until}(?: {day})? (\d{{1,2}}) ([a-z]+|\d{{1,2}}) (20\d\d)\b")

    def told_until(self, text: str) -> tuple[str, str, str] | None:
        """Return day, month and year, as written, up to which a title tells that its figures reach; else None."""
        found = self._until.search(words(text))
        return None if found is None else (found[1], found[2], found[3])

    @cached_property
    def _number_of_facilities(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\d)(?<!\d[-_./ ])[1-4]\d(?=[ ._,/-]*{_any_of(self.facility_words)}(?![a-z]))")

    def months_in(self, text: str, dates: bool = True) -> tuple[NamedMonth, ...]:
        """Return the months that a name or title names, as ``values.months_in``; how many facilities is no year."""
        return months_in(self._number_of_facilities.sub(" ; ", clean_text(text).casefold()), dates)

    def month_alone(self, text: str) -> NamedMonth | None:
        """Return the month of a text that is nothing else, "JAN", "Januari 2024" or "Bulan Mei"; else None."""
        if self.part_of_month(text) or len(years_in(text)) > 1:
            return None
        said = [word for word in _NO_LETTERS.sub(" ", text.casefold()).split() if word not in self.month_words]
        months = months_in(text) if len(said) <= 1 else ()
        return months[0] if len(months) == 1 else None

    @cached_property
    def _numbered_month(self) -> re.Pattern[str]:
        roman = "|".join(sorted((number for number, arabic in ARABIC.items() if int(arabic) <= _MONTHS), key=len)[::-1])
        year = r"(?: (?:tahun |thn )?(?P<year>20\d\d))?"
        date = r"(?P<of_date>20\d\d) (?P<in_date>\d\d) \d\d(?: 00 00 00)?"
        return re.compile(rf"{_any_of(self.numbered_months)} (?:(?P<month>0?[1-9]|1[0-2]|{roman}){year}|{date})")

    def numbered_month(self, line: str) -> NamedMonth | None:
        """Return the month of a line above a table that tells its number, "BULAN : III TAHUN 2024"; else None.

        A date behind the word is that of a cell that shows its month only.
        """
        found = self._numbered_month.fullmatch(words(line))
        if found is None:
            return None
        month, year = found["month"] or found["in_date"], found["year"] or found["of_date"]
        return NamedMonth(int(ARABIC.get(month, month)), int(year) if year else None)

    @cached_property
    def _part_of_year(self) -> re.Pattern[str]:
        half, quarter = _any_of(self.half_years), _any_of(self.quarters)
        return re.compile(
            rf"\b(?:{half} ?(?P<half>[12]|ii?)|{quarter} ?(?P<quarter>[1-4]|i{{1,3}}|iv))"
            r"(?: (?:tahun |thn )?(?P<year>20\d\d))?\b"
        )

    def part_of_year(self, text: str) -> tuple[range, int | None] | None:
        """Return the months, and the year where it stands there, of "SEMESTER I" or "Triwulan 2 2024"; else None."""
        found = self._part_of_year.fullmatch(words(text))
        return None if found is None else (_months_of_part(found), int(found["year"]) if found["year"] else None)

    def parts_of_year_in(self, text: str) -> list[range]:
        """Return the months of the different half-years and quarters that a title names."""
        return list(dict.fromkeys(map(_months_of_part, self._part_of_year.finditer(words(text)))))

    @cached_property
    def _sheet_month(self) -> re.Pattern[str]:
        return re.compile(rf"({_any_of(self.sheet_month_marks)})[ ._-]?(0?[1-9]|1[0-2])")

    def month_codes(self, sheets: Sequence[str]) -> dict[str, NamedMonth]:
        """Return the months of sheets whose names are a mark and a number: "B01", "B02"; one such sheet tells nothing.

        sheets: names of the sheets of a workbook. "B1" may be anything.
        """
        found: dict[str, tuple[str, int]] = {}
        for name in sheets:
            match = self._sheet_month.fullmatch(clean_text(name).casefold())
            if match is not None and len(match[1] + match[2]) > 2:
                found[name] = match[1], int(match[2])
        marks = {mark for mark, _ in found.values()}
        apart = len(marks) == 1 and len(set(found.values())) == len(found) > 1
        return {name: NamedMonth(number) for name, (_, number) in found.items()} if apart else {}

    def tells_payment(self, text: str) -> bool:
        """True for a title or name whose month is that of a payment: "PEMBAYARAN KAPITASI BULAN JUNI 2024"."""
        paid = False
        for word in words(text).split():
            if paid and (word.isdigit() or months_in(word)):
                return True
            paid = word in self.payment_words or (paid and (word == "kapitasi" or word in self.period_words))
        return False

    def is_plan(self, name: str, of_file: bool = False) -> bool:
        """True for the name of a sheet or file of figures that nobody counted: targets, plans, exercises.

        of_file: a file may be called a template and be filled in; default False, for a sheet.
        """
        said = set(words(name).split())
        told = self.plans if of_file else self.plans | self.exercises
        return not said.isdisjoint(told) and said.isdisjoint(self.counted_words)

    def is_plan_title(self, title: str) -> bool:
        """True for a title that begins with a word of plans: "B. TARGET", "SIMULASI PERHITUNGAN KBK MARET 2024".

        A line that tells the targets of the indicators, "Target AK 150", has figures and is no title.
        """
        said = words(without_numbering(title)).split()
        figures = any(any(map(str.isdigit, word)) and not years_in(word) for word in said)
        return bool(said) and said[0] in self.plans and not figures and self.counted_words.isdisjoint(said)

    def is_recap(self, sheet: str) -> bool:
        """True for the name of a sheet that only sums up others."""
        return not self._recap_words.isdisjoint(words(sheet).split())

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
