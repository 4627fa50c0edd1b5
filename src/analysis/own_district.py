"""Whether the column KAB/KOTA of a row names the district itself."""

from __future__ import annotations

import re

from analysis.district import District
from analysis.plain_words import words

_LEVEL = re.compile(r"(kabupaten|kab|kota)\b ?")


class OwnDistrict:
    """Tells whether the column KAB/KOTA names the district; a province takes all of them."""

    def __init__(self, district: District) -> None:
        self._any = district.level == "provinsi"
        self._own = [self._parts(text) for text in (district.name, *district.aliases)]
        self._known: dict[str, bool] = {}

    @staticmethod
    def _parts(text: str) -> tuple[str, str, str]:
        plain = words(text)
        match = _LEVEL.match(plain)
        level = "" if match is None else "kota" if match[1] == "kota" else "kabupaten"
        return level, plain[match.end() if match else 0 :].replace(" ", ""), plain.replace(" ", "")

    def __contains__(self, text: str) -> bool:
        if text not in self._known:
            level, base, whole = self._parts(text)
            self._known[text] = (
                self._any
                or not whole
                or any(
                    whole == own_whole or (base == own_base and (not level or not own_level or level == own_level))
                    for own_level, own_base, own_whole in self._own
                )
            )
        return self._known[text]
