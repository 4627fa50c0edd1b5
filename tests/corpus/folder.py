"""A district's folder of one case: its files, what is true in them, and what the reader must say.

Every count of every facility-month that stands in a written file is expected exactly, unless the case says otherwise:
``missing`` (no number, and a finding that names the place), ``either`` (the true number, or missing with a finding) or
``blank`` (missing; nothing need be said). A number that is not the true one is never right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd

from analysis.clean import Cleaned, clean_district
from analysis.errors import DataError
from analysis.findings import load_kinds
from analysis.workspace import PROJECT, Workspace
from corpus import writers
from corpus.sheets import Row, Sheet
from corpus.truth import COUNTS, Key

KINDS = load_kinds(PROJECT / "data" / "reference")
SERIOUS = ("galat", "peringatan")
TODAY = dt.date(2026, 11, 27)
"""The day on which the corpus is read: later than every true month in it."""
Policy = Literal["exact", "either", "missing", "blank"]


class Place(NamedTuple):
    """Where a facility-month stands; name as it is written there."""

    file: str
    sheet: str
    row: int
    name: str


@dataclass
class Expected:
    """What is expected of one count: its value, how sure it must be read, and the kinds of finding of which one must stand there."""

    value: int | None
    policy: Policy = "exact"
    kinds: frozenset[str] = frozenset()


@dataclass
class Folder:
    """A district's folder under ``root``. told: kinds of finding that some place must have; tolerated: kinds that may be there."""

    root: Path
    expected: dict[tuple[Key, str], Expected] = field(default_factory=dict)
    places: dict[Key, list[Place]] = field(default_factory=dict)
    told: list[tuple[str, str, str]] = field(default_factory=list)
    tolerated: set[str] = field(default_factory=set)
    unsettled: dict[tuple[Key, str], set[int]] = field(default_factory=dict)
    checks: list[Callable[[Cleaned], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path.mkdir(parents=True)
        self.settings()

    @property
    def path(self) -> Path:
        return self.root / "data" / "raw" / "sanggau"

    # Writing

    def settings(self, more: str = "", name: str = "Kabupaten Sanggau") -> None:
        """Write district.yml."""
        (self.path / "district.yml").write_text(f"name: {name}\nlevel: kabupaten\n{more}", encoding="utf-8")

    def facilities(self, *lines: str, head: str = "code,name,type") -> None:
        """Write facilities.csv."""
        (self.path / "facilities.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")

    def put(self, name: str, content: bytes) -> None:
        """Write a file whose content the case itself makes."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def xlsx(self, name: str, *sheets: Sheet) -> None:
        """Write a workbook of Excel and remember what stands in it."""
        self.written(name, writers.xlsx(*sheets), *sheets)

    def csv(self, name: str, sheet: Sheet, *args: str, **options: str | bool) -> None:
        """Write a text file and remember what stands in it; arguments as ``writers.csv_bytes``."""
        sheet.name = ""
        self.written(name, writers.csv_bytes(sheet, *args, **options), sheet)  # type: ignore[arg-type]

    def written(self, name: str, content: bytes, *sheets: Sheet) -> None:
        """Write a file of any kind and remember what stands in it."""
        self.put(name, content)
        self.remember(name, *sheets)

    def remember(self, name: str, *sheets: Sheet) -> None:
        """Remember what stands in the sheets of a file; hidden ones do not count."""
        for sheet in sheets:
            for number, row in sheet.numbered():
                if row.key is not None and not sheet.hidden:
                    self._stands(row, Place(name, sheet.name, number, row.name))

    def _stands(self, row: Row, place: Place) -> None:
        if row.key is None or row.true is None:
            return
        self.places.setdefault(row.key, []).append(place)
        for count in COUNTS:
            known = self.expected.setdefault((row.key, count), Expected(row.true[count]))
            if known.value != row.true[count]:
                self.unsettled.setdefault((row.key, count), set()).add(row.true[count])

    def move(self, names: Mapping[str, str]) -> None:
        """Remember that files stand under other names now."""
        for key, places in self.places.items():
            self.places[key] = [place._replace(file=names.get(place.file, place.file)) for place in places]

    # Expecting

    def expect(self, policy: Policy, key: Key, *counts: str, kinds: Iterable[str] = ()) -> None:
        """Expect counts of a facility-month (all without names) not to be read exactly."""
        for count in counts or COUNTS:
            one = self.expected[key, count]
            one.policy, one.kinds = policy, frozenset(kinds)
            self.unsettled.pop((key, count), None)

    def value(self, key: Key, **counts: int) -> None:
        """Expect these values where files differ."""
        for count, value in counts.items():
            self.expected[key, count] = Expected(value)
            self.unsettled.pop((key, count), None)

    def one_of(self, key: Key, other: str, **counts: int) -> None:
        """Expect a count as it is written, or missing with a finding; missing wherever the other one is read."""
        self.value(key, **counts)
        self.expect("either", key, *counts)

        def check(result: Cleaned) -> str:
            here = result.table[
                (result.table["facility_code"] == key[0]) & (result.table["month"].astype(str) == key[1])
            ]
            both = here[[other, *counts]].notna().all(axis=1).any()
            return f"{key}: {other} and {', '.join(counts)} were both read" if both else ""

        self.checks.append(check)

    def refuse(self, file: str, sheet: str | None = None, *, kinds: Iterable[str]) -> None:
        """Expect a file, or one of its sheets, to be refused by a finding of one of these kinds."""
        for key, places in self.places.items():
            if all(place.file == file and sheet in (None, place.sheet) for place in places):
                self.expect("missing", key, kinds=kinds)

    def tell(self, kind: str, file: str, sheet: str = "") -> None:
        """Expect a finding of this kind (or of one of several, parted by “|”) about a file or sheet."""
        self.told.append((kind, file, sheet))

    # Judging

    def read(self) -> Cleaned | DataError:
        """Run the reader."""
        try:
            return clean_district(Workspace(self.root), "sanggau", today=TODAY)
        except DataError as fault:
            return fault

    def problems(self) -> list[str]:
        """Run the reader; return every way in which it differs from what is expected."""
        if self.unsettled:
            raise AssertionError(f"the case does not say what is true: {self.unsettled}")
        result = self.read()
        if isinstance(result, DataError):
            return self._problems_of_refusal(result)
        problems = [*self._problems_of_counts(result), *self._problems_of_findings(result)]
        return problems + [fault for check in self.checks if (fault := check(result))]

    def _problems_of_refusal(self, fault: DataError) -> list[str]:
        problems = []
        text = str(fault)
        for (key, count), one in self.expected.items():
            if one.policy == "exact":
                problems.append(f"{key} {count}: {one.value} expected, nothing was read: {text}")
            elif one.policy == "missing":
                titles = [KINDS[kind].title for kind in one.kinds if kind in KINDS]
                named = all(place.file in text for place in self.places[key])
                if not named or (titles and not any(title in text for title in titles)):
                    problems.append(f"{key} {count}: refused without the place or the reason {titles}: {text}")
        return problems[:3]

    def _problems_of_counts(self, result: Cleaned) -> list[str]:
        table, ledger = result.table, result.ledger
        read = {(row.facility_code, str(row.month)): row for row in table.itertuples()}
        problems = [f"{key}: a facility-month that is not true" for key in read if key not in self.places]
        if len(read) != len(table):
            problems.append("a facility-month stands twice in the table")
        for (key, count), one in self.expected.items():
            row = read.get(key)
            found = None if row is None or pd.isna(getattr(row, count)) else int(getattr(row, count))
            where = f"{key} {count}"
            if found is not None:
                if one.policy in ("missing", "blank"):
                    problems.append(f"{where}: {found} was read where no number is certain (true: {one.value})")
                elif found != one.value:
                    problems.append(f"{where}: {found} was read, {one.value} is true")
            elif one.policy == "exact":
                problems.append(f"{where}: {one.value} was not read; said there: {self._said(ledger, key)}")
            elif one.policy != "blank" and not self._named(ledger, key, one.kinds):
                wanted = sorted(one.kinds) or "any"
                problems.append(f"{where}: missing without a finding ({wanted}); said there: {self._said(ledger, key)}")
        for key, row in read.items():
            source = (row.source_file, row.source_sheet, row.source_row)
            if key in self.places and source not in [place[:3] for place in self.places[key]]:
                problems.append(f"{key}: source {source}, stands at {self.places[key]}")
        return problems

    def _problems_of_findings(self, result: Cleaned) -> list[str]:
        ledger = result.ledger
        problems = []
        for kind, file, sheet in self.told:
            names = kind.split("|")
            here = (ledger["file"] == file) & ledger["sheet"].isin(["", sheet] if sheet else ["", *ledger["sheet"]])
            if not ledger[here]["kind"].isin(names).any():
                problems.append(f"{file} {sheet}: no finding {kind}; said: {sorted(set(ledger['kind']))}")
        allowed = self.tolerated | {k for kind, _, _ in self.told for k in kind.split("|")}
        doubtful = [self.places[key] for (key, _), one in self.expected.items() if one.policy != "exact"]
        for row in ledger.itertuples():
            if row.kind not in KINDS:
                problems.append(f"a finding of an unknown kind: {row.kind}")
            elif KINDS[row.kind].level != "galat" or row.kind in allowed:
                continue
            elif not any(_at(row, place) for places in doubtful for place in places):
                problems.append(f"a false alarm: {row.kind} at {row.file}, {row.sheet}, {row.row}: {row.read}")
        return problems

    def _findings(self, ledger: pd.DataFrame, key: Key) -> list[str]:
        found = []
        for row in ledger.itertuples():
            own = (row.facility_code, row.month) == key and row.file in {place.file for place in self.places[key]}
            if own or any(_at(row, place) for place in self.places[key]):
                found.append(str(row.kind))
        return found

    def _named(self, ledger: pd.DataFrame, key: Key, kinds: Collection[str]) -> bool:
        found = self._findings(ledger, key)
        return any(kind in kinds if kinds else KINDS[kind].level in SERIOUS for kind in found)

    def _said(self, ledger: pd.DataFrame, key: Key) -> list[str]:
        return sorted(set(self._findings(ledger, key)))


def _at(finding: Any, place: Place) -> bool:
    """Whether a finding names a place: its row, its sheet, its file, or the facility by its name as it stands there."""
    file, sheet, row = (getattr(finding, name) for name in ("file", "sheet", "row"))
    if file != place.file or sheet not in ("", place.sheet):
        return False
    of_whole = str(finding.kind).startswith(("sheet_", "file_"))
    told = f"{finding.read} {finding.done}"
    return bool(
        pd.isna(row)
        or of_whole
        or row == place.row
        or f"baris {place.row}" in told
        or finding.facility_name == place.name
    )
