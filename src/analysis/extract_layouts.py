"""Columns of files that hold visits of single participants, described as data, and what a file's columns allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from analysis.layouts import NOT_READ, require_one_role_each
from analysis.plain_words import bare_headings, heading_key
from analysis.reference import Strict, load_record
from analysis.values import Cell

EXTRACTS_FILE = "extracts.yml"
ExtractRole: TypeAlias = Literal[
    "card", "name", "identity", "birth", "age", "prolanis", "prolanis_kind",
    "home", "home_name", "place", "place_name", "place_district",
    "visit", "day", "out_day", "attendance", "any_state", "revoked", "kind", "kind_name", "status", "status_name",
    "doctor",
    "diagnosis", "specialist", "nonspecialist", "tacc", "tacc_name", "reason",
    "clinic", "destination", "destination_name", "referral_state", "referral_revoked",
    "systolic", "diastolic", "pressure", "glucose",
]  # fmt: skip
Molar: TypeAlias = Literal["", "cells", "column"]
"""Where a file says that glucose is in mmol/L: nowhere, beside some numbers, or in the heading for all of them."""
PERSONAL: tuple[ExtractRole, ...] = ("card", "name", "identity")
"""Columns that name a person."""
_NOT_COUNTED: tuple[ExtractRole, ...] = ("name", "identity", "doctor", "clinic", "revoked", "referral_revoked")
"""Columns that decide no count: a file may have several, such as NIK and telephone number, or a code and its name.

Of those that say whether, when and by whom something was revoked the first one tells as much as all.
"""
_OF_ONE: tuple[ExtractRole, ...] = ("birth", "visit", "day", "diagnosis", "home", "place")
"""Columns that only rows about one person or visit have; beside them PERSONAL makes a file one about persons."""
_REFERRED: tuple[ExtractRole, ...] = ("clinic", "destination", "destination_name")
_SEEN: tuple[ExtractRole, ...] = ("kind", "kind_name", "status", "status_name")


class ExtractColumn(Strict):
    """A column: its role and every heading under which it was seen or may be expected."""

    role: ExtractRole
    label: str
    headings: list[str] = Field(min_length=1)


class ExtractWords(Strict):
    """What cells hold, in any case of letters.

    revoking: parts of headings of columns that say whether a visit was revoked; one with a part of of_referral says it
    of a referral. stands: cells of such a column that deny it; either: those that may mean both.
    came: how the state of a visit begins that took place. cancelled: words in that of one that did not; so are one of
    negations before one of acts. waiting: words in that of one that may not have taken place. of_participant: whole
    states that are of the participant. nothing: what cells hold that hold nothing. notes: how lines below a table
    begin. no_tacc: cells of TACC that mean none. tacc_names: name in P-Care's list → others for it.
    """

    revoking: list[str] = Field(min_length=1)
    of_referral: list[str] = Field(min_length=1)
    stands: list[str] = Field(min_length=1)
    either: list[str]
    came: list[str] = Field(min_length=1)
    cancelled: list[str] = Field(min_length=1)
    negations: list[str] = Field(min_length=1)
    acts: list[str] = Field(min_length=1)
    waiting: list[str] = Field(min_length=1)
    of_participant: list[str]
    nothing: list[str] = Field(min_length=1)
    notes: list[str] = Field(min_length=1)
    no_tacc: list[str] = Field(min_length=1)
    tacc_names: dict[str, list[str]]


@dataclass(frozen=True)
class Columns:
    """The columns of one file by role, as positions from 0.

    again: columns of roles that are counted and have one already, as role and position. headings: of all columns.
    known: keys of all headings that there may be in another file.
    """

    places: dict[ExtractRole, int]
    again: tuple[tuple[ExtractRole, int], ...] = ()
    headings: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def heading_keys(self) -> list[str]:
        """Keys by which a row of headings is told, those of other files among them; see ``heading_key``."""
        return sorted({key for heading in self.headings if (key := heading_key(heading))} | set(self.known))

    def has(self, *roles: ExtractRole) -> bool:
        """True when every role has a column."""
        return all(role in self.places for role in roles)

    def any(self, roles: Sequence[ExtractRole]) -> bool:
        """True when one of the roles has a column."""
        return any(role in self.places for role in roles)

    def of(self, roles: Iterable[ExtractRole]) -> list[ExtractRole]:
        """Return those of the roles that have a column, each once, in the order of ``roles``."""
        return [role for role in dict.fromkeys(roles) if role in self.places]

    @property
    def personal(self) -> bool:
        """True for a file about persons: no ordinary reader may look into it. A recap may name an officer."""
        return self.any(PERSONAL) and self.any(_OF_ONE)

    @property
    def only_referrals(self) -> bool:
        """True for a file in which every row is a referral: it says where to, and has no state of discharge."""
        return self.any(_REFERRED) and not self.any(("status", "status_name"))

    @property
    def layout(self) -> str:
        """Id of the layout, for the list of files: 'rujukan' or 'kunjungan'."""
        return "rujukan" if self.only_referrals else "kunjungan"

    @property
    def gives_contacts(self) -> bool:
        """True when participants with a contact can be counted at the facility where they are registered."""
        return self.has("card", "home", "day") and not self.only_referrals

    @property
    def gives_referrals(self) -> bool:
        """True when referrals can be told from other visits and their facility is known."""
        return self.has("day") and self.located and self.tells_referrals

    @property
    def tells_referrals(self) -> bool:
        """True when referrals can be told from other visits, wherever they were made."""
        return self.only_referrals or self.any(("status", "status_name"))

    @property
    def located(self) -> bool:
        """True when the facility of a visit is known; one that is only named need not be the home."""
        return self.any(("place", "visit")) or (self.has("home") and not self.has("place_name"))

    @property
    def tells_kind(self) -> bool:
        """True when outpatient visits can be told from others."""
        return self.any(("kind", "kind_name"))

    @property
    def tells_prolanis(self) -> bool:
        """True when members of Prolanis can be told, by their disease or with the diagnosis."""
        return self.has("prolanis_kind") or self.has("prolanis", "diagnosis")

    @property
    def gives_pressure(self) -> bool:
        """True when blood pressure can be judged: both pressures, in two columns or in one, and the age."""
        return self.any(("birth", "age")) and (self.has("systolic", "diastolic") or self.has("pressure"))

    @property
    def tells_pressure(self) -> bool:
        """True when blood pressures of members of Prolanis can be counted, judged or not."""
        return self.has("card") and self.any(("systolic", "pressure")) and self.tells_prolanis

    def missing(self) -> list[ExtractRole]:
        """Return the roles without which nothing can be counted."""
        absent: list[ExtractRole] = [] if self.has("day") else ["day"]
        if not (self.gives_contacts or self.gives_referrals):
            wanted: tuple[ExtractRole, ...] = ("card", "home") if not self.any(_SEEN) else ("status", "place")
            absent += [role for role in wanted if not self.has(role)]
        return absent


class ExtractLayouts(Strict):
    """Content of extracts.yml.

    days_off: holidays that fall on other working days every year, those of all offices among them.
    not_read: keys of headings that a district declares to be of no use; default none.
    """

    columns: list[ExtractColumn]
    words: ExtractWords
    days_off: frozenset[dt.date]
    not_read: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _one_role_each(self) -> ExtractLayouts:
        require_one_role_each((column.role, column.headings) for column in self.columns)
        return self

    @cached_property
    def role_of_heading(self) -> dict[str, ExtractRole]:
        """Normalised heading → role."""
        return {heading_key(heading): column.role for column in self.columns for heading in column.headings}

    def _role(self, key: str) -> ExtractRole | None:
        """The role of a heading; of one that is not listed, by the words in it that say that something was revoked."""
        role, revoking = self.role_of_heading.get(key), any(part in key for part in self.words.revoking)
        if role or not revoking or key in self.not_read:
            return role
        return "referral_revoked" if any(part in key for part in self.words.of_referral) else "revoked"

    @cached_property
    def labels(self) -> dict[ExtractRole, str]:
        """Role → the heading that messages name."""
        return {column.role: column.label for column in self.columns}

    def declared_roles(self, declared: Mapping[str, str]) -> dict[str, ExtractRole | None]:
        """Return those of a district's headings that mean a column of visits, with its role; None: not to be read.

        declared: heading → a heading that is known, or 'abaikan'; what means a column of recaps is left out.
        """
        roles = {
            heading: None if meaning.casefold() == NOT_READ else self.role_of_heading.get(heading_key(meaning))
            for heading, meaning in declared.items()
        }
        return {h: role for h, role in roles.items() if role is not None or declared[h].casefold() == NOT_READ}

    def with_headings(self, roles: Mapping[str, ExtractRole | None]) -> ExtractLayouts:
        """Return the layouts in which these headings have these roles, whatever they mean elsewhere; None: none."""
        if not roles:
            return self
        keys = set(map(heading_key, roles))
        columns = [
            column.model_copy(
                update={
                    "headings": [
                        *(heading for heading in column.headings if heading_key(heading) not in keys),
                        *(heading for heading, role in roles.items() if role == column.role),
                    ]
                }
            )
            for column in self.columns
        ]
        not_read = frozenset(heading_key(heading) for heading, role in roles.items() if role is None)
        return ExtractLayouts(columns=columns, words=self.words, days_off=self.days_off, not_read=not_read)

    def columns_of(self, headings: Sequence[Cell]) -> Columns:
        """Return the columns of a row of headings; a row that is none gives no places."""
        places: dict[ExtractRole, int] = {}
        again = []
        for position, heading in enumerate(bare_headings(headings)):
            if isinstance(heading, str) and (role := self._role(heading_key(heading))):
                if role in places and role not in _NOT_COUNTED:
                    again.append((role, position))
                places.setdefault(role, position)
        texts = tuple(heading if isinstance(heading, str) else "" for heading in headings)
        return Columns(places, tuple(again), texts, tuple(self.role_of_heading))


def load_extract_layouts(folder: Path) -> ExtractLayouts:
    """Return the columns of ``folder``/extracts.yml; raise ConfigurationError when the file is missing or wrong."""
    return load_record(folder / EXTRACTS_FILE, ExtractLayouts)
