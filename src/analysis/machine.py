"""What this computer lets the program use: cores and memory, within the limits of the process and of its container."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil

CONTROL_GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
"""Which control groups a process of Linux is in; other systems have no such file."""


def usable_cores(groups: Path = CONTROL_GROUPS, own: Path = OWN_GROUPS) -> int:
    """Return how many cores the program may use: those of the process, and no more than its container grants.

    groups, own: where Linux tells of control groups; default the usual places.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min([cores, *(int(share) for share in _shares(groups, own))]))


def available_memory(groups: Path = CONTROL_GROUPS, own: Path = OWN_GROUPS) -> int:
    """Return the bytes of memory that are free now: of the computer, and no more than the container has left.

    groups, own: as in ``usable_cores``.
    """
    return max(0, min([int(psutil.virtual_memory().available), *_left(groups, own)]))


def _shares(groups: Path, own: Path) -> Iterator[float]:
    """Cores that each control group above the process grants."""
    for folder in _folders(groups, own, "cpu"):
        quota, period = _numbers(folder / "cpu.max")
        if quota is None:
            (quota,), (period,) = _numbers(folder / "cpu.cfs_quota_us", 1), _numbers(folder / "cpu.cfs_period_us", 1)
        if quota is not None and period and quota > 0:
            yield quota / period


def _left(groups: Path, own: Path) -> Iterator[int]:
    """Bytes that each control group above the process has left; what only caches files counts as free."""
    for folder in _folders(groups, own, "memory"):
        for most, used, cache in (
            ("memory.max", "memory.current", "inactive_file"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ):
            (limit,), (taken,) = _numbers(folder / most, 1), _numbers(folder / used, 1)
            if limit is not None and taken is not None:
                yield limit - max(0, taken - _entry(folder / "memory.stat", cache))


def _folders(groups: Path, own: Path, controller: str) -> Iterator[Path]:
    """Folders of the process' control groups that may limit ``controller``, in version 1 and 2, up to the root."""
    for line in _text(own).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        root = groups / controller if controllers else groups
        here = root / path.lstrip("/")
        while True:
            yield here
            if here == root or not here.is_relative_to(root):
                break
            here = here.parent


def _numbers(path: Path, count: int = 2) -> tuple[int | None, ...]:
    """The numbers in a file of a control group; None for 'max' and for what is not there."""
    words = (_text(path).split() + [""] * count)[:count]
    return tuple(int(word) if word.lstrip("-").isdigit() else None for word in words)


def _entry(path: Path, name: str) -> int:
    found = [line.split()[1] for line in _text(path).splitlines() if line.startswith(f"{name} ")]
    return int(found[0]) if found else 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""
