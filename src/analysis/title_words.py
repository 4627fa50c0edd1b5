"""What titles, notes and the names of sheets and files say: months, sums, parts, plans; by words that are data."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Sequence
from functools import cached_property

from analysis.plain_words import any_of, heading_key, holds, without_numbering, words
from analysis.reference import Strict
from analysis.values import ARABIC, Cell, NamedMonth, clean_text, months_in, years_in

_SHORTEST_MONTH, _MONTHS, _SUNDAY = 28, 12, 7
_VALUE = re.compile(r"=|\d[.,]\d")
"""A figure in a title, which tells a value, "Rata-rata AK kabupaten 151,20", and not what the table holds."""
_ROMAN_MONTHS = sorted((number for number, arabic in ARABIC.items() if int(arabic) <= _MONTHS), key=len, reverse=True)
_YEAR_BEHIND = r"(?:tahun |thn |th )?(?P<year>20\d\d)"
_NO_LETTERS = re.compile(r"[\W\d_]+")


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


def _months_of_part(found: re.Match[str]) -> range:
    """The months of a half-year or quarter; found: see ``TitleWords._part_of_year``."""
    length, number = (6, found["half"]) if found["half"] else (3, found["quarter"])
    first = length * (int(ARABIC.get(number, number)) - 1) + 1
    return range(first, first + length)


class TitleWords(Strict):
    """The words by which titles, notes and names are understood.

    month_words: beside the month in a heading; this_month: below a heading whose column is of the table's month;
    half_years, quarters: before the number of one, in a heading above its months;
    numbered_months: before the number of a month; period_words: of a line about a time;
    sheet_month_marks: what stands before the number of a month in the name of a sheet; before_month_numbers: words
    in a name before the number of a month and its year, "kbk 03 2024";
    several_words: words of a line about several months or an earlier one; sum_words: of figures added up;
    negations: words before one of these that take it away;
    other_figures_words: of weeks, forecasts; thousands_words: of thousands; mean_words: how a title of means begins;
    part_titles: how one of some participants or contacts, or of differences, begins; segment_words: kinds of
    participants, of which one alone makes a part; joining_words, all_words: that join kinds, and of all of them;
    harmless_phrases: that hold one of these words without its meaning; sundays: names of that day, a week too;
    before_initials: titles before the letters of a name, "dr. S.D. Wijaya", in which "s.d." means nothing;
    rough_words: of rounded figures and of visits; revised_words: of a group of figures that replace those beside it;
    noted_figures: words of a note that is about the figures above it;
    provisional_words: of a note that they are not final or not complete; provisional_names: in the name of a sheet or
    file of such figures; told_figures: what such a note is about.
    old_words: in the name of a sheet or file that another one has taken the place of; copy_words: of a copy.
    using_words, earlier_words: of a remark that the figures of a row are those of an earlier month;
    part_columns: headings of columns that part participants or months; named_part_columns: those that do so where
    words stand in them; area_columns: those that part the area of one facility; whole_words: what stands in them for
    all;
    day_columns: headings of columns that tell the day up to which figures reach;
    multiples: lines that tell by what the figures are multiplied;
    payment_words: of a line about a payment; capitation_words: of one whose month is called that of capitation;
    until_words: words before the day up to which figures reach, with day_words between;
    closing_words: of them, those before the last day of the month of the figures; download_words: before the day on
    which a file was downloaded or printed;
    facility_words: words behind the number of facilities, which is no year: "Mei 15 puskesmas";
    areas_of_facilities: words behind those, where other words are the name of one facility: "mar 24 pkm meliau".
    recaps: words in the name of a sheet that only sums up others.
    plans: words in the name of a sheet or file of figures that nobody counted; counted_words: those that say otherwise;
    exercises: more words of plans, for sheets alone.
    """

    period_words: frozenset[str]
    this_month: frozenset[str]
    numbered_months: list[str]
    month_words: frozenset[str]
    half_years: list[str]
    quarters: list[str]
    sheet_month_marks: list[str]
    before_month_numbers: list[str]
    several_words: list[str]
    other_figures_words: list[str]
    part_titles: list[str]
    joining_words: frozenset[str]
    all_words: frozenset[str]
    harmless_phrases: list[str]
    before_initials: list[str]
    sundays: list[str]
    rough_words: list[str]
    revised_words: frozenset[str]
    thousands_words: list[str]
    noted_figures: frozenset[str]
    provisional_words: list[str]
    provisional_names: list[str]
    told_figures: frozenset[str]
    old_words: list[str]
    copy_words: list[str]
    using_words: frozenset[str]
    earlier_words: frozenset[str]
    part_columns: list[str]
    named_part_columns: list[str]
    area_columns: list[str]
    whole_words: frozenset[str]
    day_columns: list[str]
    mean_words: list[str]
    multiples: frozenset[str]
    segment_words: frozenset[str]
    sum_words: frozenset[str]
    negations: frozenset[str]
    payment_words: frozenset[str]
    capitation_words: list[str]
    until_words: list[str]
    day_words: list[str]
    closing_words: list[str]
    download_words: list[str]
    areas_of_facilities: list[str]
    facility_words: list[str]
    recaps: list[str]
    plans: frozenset[str]
    exercises: frozenset[str]
    counted_words: frozenset[str]

    @cached_property
    def _recap_words(self) -> set[str]:
        return {words(w) for w in self.recaps}

    def other_figures(self, text: str) -> bool:
        """True for a title or the name of a sheet of figures that are not those of everyone in a whole month."""
        plain = f"{words(self._without_harmless(text))} "
        said = plain.split()
        mean = plain.startswith(tuple(f"{word} " for word in self.mean_words)) and not _VALUE.search(text)
        whole = not self.all_words.isdisjoint(said)
        joined = whole or not self.joining_words.isdisjoint(said)
        part = words(without_numbering(plain)) + " "
        begins = part.startswith(tuple(f"{title} " for title in self.part_titles)) and not _VALUE.search(text)
        segments = sum(word in self.segment_words for word in said)
        other = holds(plain, self.other_figures_words) or holds(text, self.rough_words) or self._counts_thousands(text)
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
        return re.compile(rf"\b{any_of(self.harmless_phrases)}\b")

    @cached_property
    def _sundays(self) -> re.Pattern[str]:
        return re.compile(rf"\b{any_of(self.sundays)} ?, ?(\d{{1,2}})[ -]([a-z]+)[ -](20\d\d)\b")

    def _counts_thousands(self, text: str) -> bool:
        """True where thousands are the unit of the figures, and not that of a number: "484,8 ribu jiwa"."""
        return re.search(rf"(?<!\d) {any_of(self.thousands_words)} ", f" {words(text)} ") is not None

    @cached_property
    def _part_keys(self) -> frozenset[str]:
        return frozenset(map(heading_key, self.part_columns))

    @cached_property
    def _named_part_keys(self) -> frozenset[str]:
        return frozenset(map(heading_key, self.named_part_columns))

    @cached_property
    def _area_keys(self) -> frozenset[str]:
        return frozenset(map(heading_key, self.area_columns))

    def is_part(self, heading: str, cell: Cell, *, of_one: bool = False) -> bool:
        """True where a column says that its row is of some participants or a part of a month: "Segmen", "PBI".

        of_one: whether the table is that of one facility, which its villages part; default False: they tell where a
        facility stands.
        """
        said = words(clean_text(cell))
        if not said or said in self.whole_words or not self.all_words.isdisjoint(said.split()):
            return False
        key = heading_key(heading)
        named = key in self._named_part_keys and any(map(str.isalpha, said))
        return named or key in self._part_keys or said in self.plans or (of_one and key in self._area_keys)

    @cached_property
    def _day_keys(self) -> frozenset[str]:
        return frozenset(map(heading_key, self.day_columns))

    def is_day(self, heading: str) -> bool:
        """True for the heading of a column of days up to which figures reach: "Tanggal", not "Tanggal Kirim"."""
        return heading_key(heading) in self._day_keys

    def tells_thousands(self, note: str) -> bool:
        """True for a note, without figures of its own, that the figures of its table are thousands."""
        return holds(note, self.thousands_words) and not any(map(str.isdigit, note))

    def tells_revised(self, group: str) -> bool:
        """True for a group heading of figures that take the place of others: "DATA REVISI", "SETELAH VERIFIKASI"."""
        return not self.revised_words.isdisjoint(words(group).split())

    def tells_rough(self, note: str) -> bool:
        """True for a note that the figures of its table are rounded, or count visits and not participants."""
        return holds(note, self.rough_words)

    @cached_property
    def _provisional(self) -> re.Pattern[str]:
        no = any_of(self.negations)
        return re.compile(
            rf"(?<!\S)(?P<no>{no} (?:lagi |ada (?:yang )?)?)?(?P<said>{any_of(self.provisional_words)})(?!\S)"
        )

    def provisional(self, note: str) -> str:
        """Return the words by which a note tells that figures are not final or not complete; empty for none.

        Nothing else of a note may be quoted: it may name a person.
        """
        found = (one for one in self._provisional.finditer(words(note)) if not one["no"])
        return next((one["said"] for one in found), "")

    def provisional_name(self, name: str) -> str:
        """Return the word by which the name of a sheet or file tells so; empty for none."""
        return next((word for word in self.provisional_names if holds(name, [word])), "")

    @cached_property
    def _copy(self) -> re.Pattern[str]:
        return re.compile(rf"\(\s*[2-9]\s*\)\s*$|\b{any_of(self.copy_words)}\b", re.IGNORECASE)

    def is_old_version(self, name: str) -> bool:
        """True for the name of a sheet or file whose place another one has taken: "Maret lama", "Maret backup"."""
        return holds(name, self.old_words)

    def is_copy(self, name: str) -> bool:
        """True for the name of a copy: "Maret (2)", "Salinan Maret"."""
        return self._copy.search(name) is not None

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

    @cached_property
    def _borrowing(self) -> re.Pattern[str]:
        using, figures, period = (any_of(said) for said in (self.using_words, self.noted_figures, self.period_words))
        return re.compile(rf"\b{using} {figures} (?:{period} )?(?P<when>[a-z]+(?: (?:tahun )?20\d\d)?)\b")

    def borrowed_from(self, note: str, month: int) -> str:
        """Return the words by which a note tells that figures are those of another month; empty for none.

        month: number of the month of the figures. "Data PKM Meliau menggunakan data bulan Februari".
        """
        for found in self._borrowing.finditer(words(note)):
            named = self.month_alone(found["when"])
            if found["when"] in self.earlier_words or (named is not None and named.month != month):
                return found[0]
        return ""

    def notes_several(self, note: str) -> bool:
        """True for a note that the figures of its table are those of half a year or a quarter."""
        return not self.noted_figures.isdisjoint(words(note).split()) and bool(self.parts_of_year_in(note))

    def tells_several(self, text: str) -> bool:
        """True for a title or the name of a sheet that speaks of several months, or of an earlier one."""
        plain = self._harmless.sub(" ", self._initials.sub(" ", words(text)))
        return holds(plain, self.several_words) or bool(self.parts_of_year_in(text))

    @cached_property
    def _initials(self) -> re.Pattern[str]:
        return re.compile(rf"\b{any_of(self.before_initials)}(?: [a-z])+\b")

    def tells_sums(self, text: str) -> bool:
        """True for a title or the name of a sheet of figures added up over months."""
        said = words(text).split()
        places = (place for place, word in enumerate(said) if word in self.sum_words)
        return any(self.negations.isdisjoint(said[max(0, place - 2) : place]) for place in places)

    def tells_capitation(self, text: str) -> bool:
        """True for a title whose month is called that of capitation, as the column Bulan Kapitasi is."""
        return holds(text, self.capitation_words)

    @cached_property
    def _days(self) -> re.Pattern[str]:
        until, day = (any_of(accepted) for accepted in (self.until_words, self.day_words))
        return re.compile(rf"\b{day} (\d{{1,2}}) (?:{until} )?(?:{day} )?(\d{{1,2}})\b")

    @cached_property
    def _days_of_month(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\d)(\d{{1,2}}) (?:{any_of(self.until_words)} )?(\d{{1,2}}) (?=[a-z])")

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
        until, day = (any_of(accepted) for accepted in (self.until_words, self.day_words))
        month = r"[a-z]+|\d{1,2}"
        first = rf"\b0?1(?: (?P<first>(?!{until}\b){month}))?(?: (?P<year_of_first>20\d\d))?"
        # A dash stands for the word between two months: "1 MARET - 31 MARET 2024".
        return re.compile(
            rf"{first}(?: {until}|(?<=[a-z]))(?: {day})? (?P<day>\d{{1,2}}) (?P<month>{month}) (?P<year>20\d\d)\b"
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
        until, day = (any_of(accepted) for accepted in (self.until_words, self.day_words))
        return re.compile(rf"\b{until}(?: {day})? (\d{{1,2}}) ([a-z]+|\d{{1,2}}) (20\d\d)\b")

    def told_until(self, text: str) -> tuple[str, str, str] | None:
        """Return day, month and year, as written, up to which a title tells that its figures reach; else None."""
        found = self._until.search(words(text))
        return None if found is None else (found[1], found[2], found[3])

    @cached_property
    def _number_of_facilities(self) -> re.Pattern[str]:
        of_one = rf"[ ._]+(?!{any_of(self.areas_of_facilities)})[a-z]{{3}}"
        facilities = rf"{any_of(self.facility_words)}(?![a-z])"
        return re.compile(rf"(?<!\d)(?<!\d[-_./ ])[1-4]\d(?=[ ._,/-]*{facilities}(?!{of_one}))")

    def months_in(self, text: str, dates: bool = True) -> tuple[NamedMonth, ...]:
        """Return the months that a name or title names, as ``values.months_in``; how many facilities is no year."""
        return months_in(self._number_of_facilities.sub(" ; ", clean_text(text).casefold()), dates)

    def month_alone(self, text: str) -> NamedMonth | None:
        """Return the month of a text that is nothing else, "JAN", "Januari 2024" or "Bulan Mei"; else None."""
        if self.part_of_month(text) or len(years_in(text)) > 1:
            return None
        if found := self._numbered_month.fullmatch(words(text)):
            return self.numbered_month(found[0])
        said = [word for word in _NO_LETTERS.sub(" ", text.casefold()).split() if word not in self.month_words]
        months = months_in(text) if len(said) <= 1 else ()
        return months[0] if len(months) == 1 else None

    @cached_property
    def _numbered_month(self) -> re.Pattern[str]:
        date = r"(?P<of_date>20\d\d) (?P<in_date>\d\d) \d\d(?: 00 00 00)?"
        return re.compile(rf"{any_of(self.numbered_months)} (?:{self._month_number}(?: {_YEAR_BEHIND})?|{date})")

    @cached_property
    def _numbered_month_within(self) -> re.Pattern[str]:
        return re.compile(rf"\b{any_of(self.numbered_months)} {self._month_number} {_YEAR_BEHIND}\b")

    @cached_property
    def _month_number(self) -> str:
        return rf"(?:ke )?(?P<month>0?[1-9]|1[0-2]|{'|'.join(_ROMAN_MONTHS)})"

    def numbered_month(self, line: str) -> NamedMonth | None:
        """Return the month of a line above a table that tells its number, "BULAN : III TAHUN 2024"; else None.

        A date behind the word is that of a cell that shows its month only. Among other words the year must follow:
        "CAPAIAN KBK BULAN III TAHUN 2024".
        """
        text = words(line)
        if found := self._numbered_month.fullmatch(text):
            month, year = found["month"] or found["in_date"], found["year"] or found["of_date"]
            return NamedMonth(int(ARABIC.get(month, month)), int(year) if year else None)
        within = {(one["month"], one["year"]) for one in self._numbered_month_within.finditer(text)}
        if len(within) != 1:
            return None
        ((month, year),) = within
        return NamedMonth(int(ARABIC.get(month, month)), int(year))

    @cached_property
    def _printed(self) -> re.Pattern[str]:
        day, said = any_of(self.day_words), any_of(self.download_words)
        date = r"(?:\d{8}|\d{1,4}[-_./ ]\d{1,2}[-_./ ]\d{2,4}|\d{1,2}[ ._-]*[a-z]{3,9}[ ._-]*(?:20)?\d\d)"
        return re.compile(rf"(?<![a-z]){said}(?:[ ._:-]+(?:{day}|pada|per))*[ ._:-]*{date}(?!\d)", re.IGNORECASE)

    def without_printing(self, name: str) -> str:
        """Return the name of a file without the day on which it was downloaded or printed: "diunduh 12-05-2025"."""
        return self._printed.sub(" ; ", name)

    def months_of_file(self, name: str) -> tuple[NamedMonth, ...]:
        """Return the months that the name of a file names, but that of its printing."""
        return self.months_of_name(self.without_printing(name))

    @cached_property
    def _month_and_year(self) -> re.Pattern[str]:
        return re.compile(rf"(?:^|\b{any_of(self.before_month_numbers)} )(0[1-9]|1[0-2]) (20[1-4]\d)\b(?! \d)")

    def months_of_name(self, name: str) -> tuple[NamedMonth, ...]:
        """Return the months that the name of a sheet or file names, by its number too: "kbk 03 2024", "Bln 3 2024".

        A number of two figures is a month at the beginning, or behind a word such as "kbk": "REVISI 02 2024" is none.
        """
        if found := self.months_in(name):
            return found
        if (numbered := self.numbered_month(name)) is not None:
            return (numbered,)
        pairs = set(self._month_and_year.findall(words(name)))
        return tuple(NamedMonth(int(month), int(year)) for month, year in pairs) if len(pairs) == 1 else ()

    def closing_month(self, line: str) -> NamedMonth | None:
        """Return the month of a title by whose last day its figures are told, "DATA PER 31 MARET 2024"; else None."""
        found = self._closing.search(words(line))
        if found is None:
            return None
        month, year = _month_number(found["month"]), int(found["year"])
        return NamedMonth(month, year) if month and int(found["day"]) == monthrange(year, month)[1] else None

    @cached_property
    def _closing(self) -> re.Pattern[str]:
        at, day = any_of(self.closing_words), any_of(self.day_words)
        return re.compile(rf"\b{at}(?: {day})? (?P<day>\d{{1,2}}) (?P<month>[a-z]+|\d{{1,2}}) (?P<year>20\d\d)\b")

    @cached_property
    def _part_of_year(self) -> re.Pattern[str]:
        half, quarter = any_of(self.half_years), any_of(self.quarters)
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
        return re.compile(rf"({any_of(self.sheet_month_marks)})[ ._-]?(0?[1-9]|1[0-2])")

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
