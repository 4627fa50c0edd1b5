"""The stream of a workbook within a compound file ([MS-CFB]), which is a file system of sectors."""

from __future__ import annotations

import struct
from collections.abc import Iterator


def workbook_stream(content: bytes) -> bytes:
    """Return the stream of the workbook; raises ValueError, IndexError, KeyError or struct.error where damaged."""
    return _Sectors(content).workbook()


class _Sectors:
    """Streams of a compound file; a chain that runs in circles or out of the file raises ValueError or IndexError."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        (shift,) = struct.unpack_from("<H", content, 30)
        self._size = {9: 512, 12: 4096}[shift]
        fat_sectors, first_directory = struct.unpack_from("<II", content, 44)
        first_small, small_sectors, table, _ = struct.unpack_from("<IIII", content, 60)
        (reserved,) = struct.unpack_from("<I", content, 62)
        # The reader makes room for so many numbers, from a field that it reads two bytes too early.
        if max(fat_sectors, small_sectors) > len(content) // self._size + 1 or reserved > 100_000_000:
            raise ValueError("impossible number of sectors")
        places = list(struct.unpack_from("<109I", content, 76))
        seen: set[int] = set()
        while table < 0xFFFFFFFA:
            if table in seen:
                raise ValueError("circle of sectors")
            seen.add(table)
            *more, table = self._numbers(self._sector(table))
            places += more
        self._next = [n for place in places if place < 0xFFFFFFFC for n in self._numbers(self._sector(place))]
        directory = self._chain(first_directory)
        self._entries = [directory[i : i + 128] for i in range(0, len(directory) - 127, 128)]
        self._small, self._small_next = b"", list[int]()
        if small_sectors:
            self._small = self._chain(struct.unpack_from("<I", self._entries[0], 116)[0])
            self._small_next = list(self._numbers(self._chain(first_small)))

    def workbook(self) -> bytes:
        """Return the stream of the workbook, which older versions called Book."""
        names = [entry[:64].decode("utf-16-le", errors="replace").partition("\0")[0] for entry in self._entries]
        name = next(name for name in ("Workbook", "Book", "WORKBOOK", "BOOK", "") if name in names or not name)
        if not name:
            raise ValueError("no workbook")
        first, length = struct.unpack_from("<II", self._entries[names.index(name)], 116)
        if length >= 4096:
            return self._chain(first)[:length]
        found = [self._small[64 * i : 64 * i + 64] for i in _followed(first, self._small_next)]
        return b"".join(found)[:length]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start > len(self._content):
            raise ValueError("sector beyond the end")
        return self._content[start : start + self._size]

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, _followed(first, self._next)))

    @staticmethod
    def _numbers(sector: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])


def _followed(first: int, following: list[int]) -> Iterator[int]:
    seen: set[int] = set()
    while first != 0xFFFFFFFE:
        if first in seen:
            raise ValueError("circle of sectors")
        seen.add(first)
        yield first
        first = following[first]
