"""Clean files with random true counts, and what makes them dirty: the plan that the kinds of dirt work on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from corpus import writers
from corpus.folder import Folder
from corpus.sheets import Line, Sheet, Table, line, of_r, tabel, workbook
from corpus.truth import COUNTS, FACILITIES, MONTH_WORDS, SHORT_WORDS, Facility, Key, first_day, in_words

Layout = Literal["kbk_wb", "kbk_tabel", "kbk_csv"]
LAYOUTS: tuple[Layout, ...] = ("kbk_wb", "kbk_tabel", "kbk_csv")
Stage = Literal["table", "sheet", "file", "folder"]
STAGES: tuple[Stage, ...] = ("table", "sheet", "file", "folder")
INDICATORS = {"AK": COUNTS[:2], "RRNS": COUNTS[2:4], "RPPT": COUNTS[4:]}
PRINTED = {"AK": ("ak",), "RRNS": ("rrns",), "RPPT": ("rppt_dm", "rppt_ht", "rppt")}


@dataclass
class File:
    """A file before it is written: its tables, then its sheets. month: the one month of a monthly file."""

    name: str
    tables: list[Table]
    sheet_names: list[str]
    month: str = ""
    sheets: list[Sheet] = field(default_factory=list)
    write: Callable[[Sequence[Sheet]], bytes] = lambda sheets: writers.xlsx(*sheets)


@dataclass
class Plan:
    """Files of one layout, and what is to be expected once they are written.

    touched: facility-months with the indicator whose cells some dirt already changed; one dirt for each.
    refused: files that cannot be read, with the kinds of finding that say why.
    """

    layout: Layout
    rng: Random
    files: list[File]
    touched: set[tuple[Key, str]] = field(default_factory=set)
    refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    later: list[Callable[[Folder], None]] = field(default_factory=list)
    settings: str = ""
    names_changed: bool = False
    month_changed: bool = False
    english: bool = False
    damaged: bool = False

    def claim_names(self) -> bool:
        """Whether no dirt has changed names yet."""
        free, self.names_changed = not self.names_changed, True
        return free

    def claim_month(self) -> bool:
        """Whether no dirt has changed yet where the month of a file stands."""
        free, self.month_changed = not self.month_changed, True
        return free

    @property
    def lines(self) -> list[tuple[Table, Line]]:
        """All lines with their tables."""
        return [(table, one) for file in self.files for table in file.tables for one in table.lines]

    def claim(self, indicator: str = "", suits: Callable[[Line], bool] = lambda _: True) -> tuple[Line, str] | None:
        """Choose a line and an indicator of it that no dirt has changed yet; None where there is none."""
        free = [
            (one, name)
            for _, one in self.lines
            for name in INDICATORS
            if indicator in ("", name) and (one.key, name) not in self.touched and suits(one)
        ]
        if not free:
            return None
        one, name = self.rng.choice(free)
        self.touched.add((one.key, name))
        return one, name

    def claim_line(self) -> Line | None:
        """Choose a whole line that no dirt has changed yet."""
        free = [one for _, one in self.lines if not any((one.key, name) in self.touched for name in INDICATORS)]
        if not free:
            return None
        one = self.rng.choice(free)
        self.touched |= {(one.key, name) for name in INDICATORS}
        return one

    def count(self, indicator: str) -> str:
        """One of the counts of an indicator."""
        return self.rng.choice(INDICATORS[indicator])

    def sheet(self) -> Sheet:
        """One of the sheets with facility-months that count."""
        full = [s for file in self.files for s in file.sheets if not s.hidden and any(row.key for row in s.rows)]
        return self.rng.choice(full)


@dataclass(frozen=True)
class Dirt:
    """One kind of dirt: when it is put on, for which layouts, and how."""

    name: str
    stage: Stage
    layouts: tuple[Layout, ...]
    make: Callable[[Plan], None]


DIRT: dict[str, Dirt] = {}


def dirt(stage: Stage, *layouts: Layout) -> Callable[[Callable[[Plan], None]], Callable[[Plan], None]]:
    """Add a function to the kinds of dirt; for all layouts unless some are named."""

    def add(make: Callable[[Plan], None]) -> Callable[[Plan], None]:
        DIRT[make.__name__] = Dirt(make.__name__, stage, layouts or LAYOUTS, make)
        return make

    return add


def true_counts(rng: Random, *, everyone: bool = False) -> dict[str, int]:
    """Possible counts of a facility: of a few people to a large town, round and not, zeros among the numerators.

    everyone: whether a numerator may be as large as its denominator.
    """

    def whole(low: int, high: int) -> int:
        number = rng.randint(low, rng.choice([high, max(low, high // 10)]))
        return max(low, number // 10 * 10) if rng.random() < 0.3 else number

    def part(number: int, most: float) -> int:
        return rng.choice([0, number if everyone else 0, *[rng.randint(0, max(1, int(number * most)))] * 8])

    registered = whole(200, 60_000)
    referrals, dm, ht = whole(3, registered // 20), whole(5, registered // 12), whole(5, registered // 8)
    return dict(
        zip(
            COUNTS,
            (part(registered, 0.3), registered, part(referrals, 0.1), referrals, part(dm, 0.2), dm, part(ht, 0.2), ht),
            strict=True,
        )
    )


def plan(layout: Layout, rng: Random) -> Plan:
    """Clean files of a layout: two to five facilities, one to three months."""
    facilities = rng.sample(FACILITIES, rng.randint(2, 5))
    first = rng.randint(0, 20)
    months = [f"{first_day('2023-01', later=n):%Y-%m}" for n in range(first, first + rng.randint(1, 3))]

    def lines(*wanted: str) -> list[Line]:
        # Numerators as large as their denominators at every facility would be a copied column, which is doubted.
        return [
            line(facility, month, true_counts(rng, everyone=facility is facilities[0]))
            for month in wanted
            for facility in facilities
        ]

    if layout == "kbk_wb":
        if rng.random() < 0.5:
            return Plan(layout, rng, [File("Capaian KBK.xlsx", [workbook(*lines(*months))], ["Data"])])
        tables = [workbook(*lines(month)) for month in months]
        bare = rng.random() < 0.5
        names = [MONTH_WORDS[first_day(m).month - 1] if bare else in_words(m) for m in months]
        return Plan(layout, rng, [File("Capaian KBK.xlsx", tables, names)])
    files = []
    for month in months:
        short = f"{SHORT_WORDS[first_day(month).month - 1]}{first_day(month):%y}"
        if layout == "kbk_tabel":
            files.append(File(f"Tabel Capaian_kbk {short}.xlsx", [tabel(*lines(month))], ["Sheet 1"], month))
        else:
            csv = File(f"kbk_{short}.csv", [of_r(*lines(month))], [""], month)
            csv.write = lambda sheets: writers.csv_bytes(sheets[0])
            files.append(csv)
    return Plan(layout, rng, files)


def compose(root: Folder, layout: Layout, names: Sequence[str], seed: int) -> None:
    """Write clean files of a layout into a folder, made dirty by the kinds of dirt named, and say what is expected."""
    made = plan(layout, Random(seed))  # noqa: S311
    for stage in STAGES:
        if stage == "sheet":
            for file in made.files:
                file.sheets = [t.sheet(name) for t, name in zip(file.tables, file.sheet_names, strict=True)]
        if stage == "folder":
            root.settings(made.settings)
            for file in made.files:
                root.written(file.name, file.write(file.sheets), *file.sheets)
        # A file is English as a whole, whatever else was written into it.
        for name in sorted(names, key=lambda name: name.startswith("in_english")):
            chosen = DIRT[name]
            if chosen.stage == stage and layout in chosen.layouts:
                chosen.make(made)
    for expect in made.later:
        expect(root)
    for file_name, kinds in made.refused.items():
        root.refuse(file_name, kinds=kinds)


def other_facility(plan_: Plan) -> Facility | None:
    """A facility that has no line."""
    used = {one.facility for _, one in plan_.lines}
    return next((facility for facility in FACILITIES if facility not in used), None)
