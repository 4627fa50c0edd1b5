"""Shape of data/reference/simulations/<name>.yml: the facilities, courses, effects and dirt of simulated workbooks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from analysis.district import District
from analysis.reference import Strict

Month = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
LayoutName = Literal["kbk_wb", "kbk_csv", "kbk_tabel"]
Positive = Annotated[float, Field(gt=0)]
Percent = Annotated[float, Field(ge=0, le=100)]
Course = dict[Month, Positive]


class Printed(Strict):
    """How the files write the district and the facility types (facility type: text in TIPE FKTP)."""

    district: str
    types: dict[str, str]


class Layout(Strict):
    """The layout of the files of a span of months.

    file: file name; ``{mon}`` is the three-letter Indonesian month, ``{yy}`` the year; without them one workbook
        holds the whole span.
    sheets: names of the sheets of such a workbook, one a month.
    dotted: months of which the CSV headings have R's dots for spaces.
    """

    layout: LayoutName
    first: Month
    last: Month
    file: str
    sheets: list[str] = Field(default_factory=list)
    dotted: list[Month] = Field(default_factory=list)

    @property
    def months(self) -> pd.PeriodIndex:
        """The months of the span, in order."""
        return pd.period_range(self.first, self.last, freq="M")


class Facility(Strict):
    """One facility; its rates hold in the anchor month and follow the common courses from there.

    code: invented Kode PPK.
    ministry_code: code in puskesmas.csv, from which name and coordinates come; else ``name`` is given.
    registered: participants in the anchor month; None for a facility outside KBK (dental practice).
    growth: of participants a year, share; default that of the simulation.
    AK: contacts per 1,000 participants a month. referrals: referrals per 1,000 participants a month.
    RRNS: percent of referrals. DM, HT: percent of diagnosed participants who are controlled.
    dm_share, ht_share: percent of participants with the diagnosis.
    doctors, dentists: None when unknown.
    special_tariff: rupiah per participant a month.
    since: first day of cooperation. first, last: first and last service month; default those of the simulation.
    """

    code: str
    type: Literal["puskesmas", "klinik_pratama", "rs_d_pratama", "dokter_mandiri", "dokter_gigi"]
    ministry_code: str = ""
    name: str = ""
    registered: int | None = Field(default=None, gt=0)
    growth: float | None = None
    AK: Annotated[float, Field(ge=0, le=900)] = 0
    referrals: Annotated[float, Field(ge=0, le=900)] = 0
    RRNS: Percent = 0
    DM: Percent = 0
    HT: Percent = 0
    dm_share: Percent = 0
    ht_share: Percent = 0
    doctors: int | None = None
    dentists: int | None = None
    special_tariff: int | None = None
    network_exempt: bool = False
    since: dt.date
    first: Month | None = None
    last: Month | None = None

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if bool(self.ministry_code) == bool(self.name):
            raise ValueError(f"faskes {self.code}: isi salah satu dari ministry_code dan name")
        return self


class Courses(Strict):
    """Common course of each rate: factor on the facility's value by month, a straight line between two months."""

    AK: Course
    referrals: Course
    RRNS: Course
    RPPT: Course
    chronic: Course


class Noise(Strict):
    """Variation between months beyond the binomial or Poisson draw, as a coefficient of variation."""

    AK: Positive
    referrals: Positive
    RRNS: Positive
    RPPT: Positive


class Effect(Strict):
    """A change that is planted in the truth, from the month ``first`` to the end.

    indicator: AK (contacts) or RRNS (probability that a referral is non-specialist).
    factor: multiplies the rate (RRNS or AK). added: per mille of participants added to AK.
    """

    id: str
    label: str
    indicator: Literal["AK", "RRNS"]
    first: Month
    factor: Positive = 1
    added: float = 0
    facilities: list[str]

    @model_validator(mode="after")
    def _addition_in_per_mille(self) -> Self:
        if self.added and self.indicator != "AK":
            raise ValueError(f"efek {self.id}: added hanya untuk AK")
        return self


Kind = Literal[
    "dash", "not_reported", "error_value", "nonbreaking_space", "thousands_lost", "numerator_above",
    "ratio_contradicts", "code_without_zero", "code_missing", "name_variant", "row_absent", "double_row",
    "differing_rows", "unmatched_row", "foreign_row", "total_row", "mean_row", "title_block", "hidden_sheet",
    "lock_file",
]  # fmt: skip
_CELL = ("code", "column")
NEEDS: dict[Kind, tuple[str, ...]] = {
    "dash": _CELL,
    "not_reported": _CELL,
    "error_value": _CELL,
    "nonbreaking_space": _CELL,
    "thousands_lost": _CELL,
    "numerator_above": (*_CELL, "value"),
    "ratio_contradicts": (*_CELL, "value"),
    "code_without_zero": ("code",),
    "code_missing": ("code", "value"),
    "name_variant": ("code", "value"),
    "row_absent": ("code",),
    "double_row": ("code",),
    "differing_rows": (*_CELL, "value"),
    "unmatched_row": ("value",),
    "foreign_row": ("code", "value", "district"),
    "total_row": (),
    "mean_row": (),
    "title_block": (),
    "hidden_sheet": ("value",),
    "lock_file": (),
}
"""What an act of dirt of each kind has to say beside kind and month."""


class Act(Strict):
    """One act of dirt.

    kind: see docs/data-simulasi.md. month: service month whose table it hits. code: facility.
    column: field of the contract, or a printed ratio (AK, RRNS, RPPT). value: what is written, or by how much the
    count is off. district: of a foreign row.
    """

    kind: Kind
    month: Month
    code: str = ""
    column: str = ""
    value: int | str = Field(default="", union_mode="left_to_right")
    district: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = {key for key in ("code", "column", "value", "district") if getattr(self, key) != ""}
        if given != set(NEEDS[self.kind]):
            raise ValueError(f"kotoran {self.kind} {self.month} harus menyebut: {', '.join(NEEDS[self.kind]) or '-'}")
        counts = {"numerator_above", "differing_rows"}
        if "value" in given and isinstance(self.value, int) != (self.kind in counts):
            wanted = "bilangan bulat" if self.kind in counts else "teks"
            raise ValueError(f"kotoran {self.kind} {self.month}: value harus {wanted}")
        return self


class Simulation(Strict):
    """Content of a simulation file.

    seed: of every draw. first, last: service months. district: content of the district.yml that is written.
    anchor: month in which the facilities' values hold. growth: of participants a year, share.
    jitter: largest random departure of a month's participants, persons.
    season: factor on AK by calendar month. holidays: further factor on AK in single months.
    """

    seed: Annotated[int, Field(ge=0)]
    first: Month
    last: Month
    district: District
    printed: Printed
    layouts: list[Layout]
    anchor: Month
    growth: float
    jitter: Annotated[int, Field(ge=0)]
    course: Courses
    season: dict[Annotated[int, Field(ge=1, le=12)], Positive]
    holidays: Course
    noise: Noise
    facilities: list[Facility]
    effects: list[Effect]
    dirt: list[Act]

    @property
    def months(self) -> pd.PeriodIndex:
        """The service months, in order."""
        return pd.period_range(self.first, self.last, freq="M")

    @property
    def scored(self) -> list[Facility]:
        """The facilities that stand in the KBK files, by code."""
        return sorted((f for f in self.facilities if f.registered is not None), key=lambda f: f.code)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        problems = list(self._problems())
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _mapped(self) -> list[str]:
        return [entry.code for entries in self.district.names.values() for entry in entries]

    def _problems(self) -> Iterator[str]:
        if not self.district.simulated:
            yield "district.simulated harus true"
        if list(self.season) != list(range(1, 13)):
            yield "season harus menyebut bulan 1 sampai 12"
        if [m for span in self.layouts for m in span.months] != list(self.months):
            yield "rentang layouts harus berurutan dan menutup first sampai last"
        for span in self.layouts:
            if "{mon}" not in span.file and len(set(span.sheets)) != len(span.months):
                yield f"{span.file}: jumlah nama lembar harus {len(span.months)}, semua berbeda"
        codes = Counter(f.code for f in self.facilities)
        yield from (f"kode {code} tertulis {n} kali" for code, n in codes.items() if n > 1)
        yield from (f"district.names: kode {c} tidak ada" for c in self._mapped() if c not in codes)
        for effect in self.effects:
            yield from (f"efek {effect.id}: kode {c} tidak ada" for c in effect.facilities if c not in codes)
        for act in self.dirt:
            if act.code and act.kind != "foreign_row" and act.code not in codes:
                yield f"kotoran {act.kind} {act.month}: kode {act.code} tidak ada"
