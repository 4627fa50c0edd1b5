"""Cores and memory that the program may use, as Linux tells them in both versions of its control groups."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from analysis import machine

MEGABYTE = 1024**2


def groups(root: Path, own: str, files: dict[str, str]) -> tuple[Path, Path]:
    """Control groups as files under ``root``, and the file that says which ones are our own."""
    for name, text in files.items():
        path = root / "groups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="ascii")
    (root / "own").write_text(own, encoding="ascii")
    return root / "groups", root / "own"


@pytest.fixture(autouse=True)
def _sixteen_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(16)), raising=False)


@pytest.mark.parametrize(
    ("own", "files", "cores"),
    [
        ("0::/\n", {"cpu.max": "250000 100000"}, 2),
        ("0::/\n", {"cpu.max": "50000 100000"}, 1),
        ("0::/\n", {"cpu.max": "max 100000"}, 16),
        ("0::/slice/run\n", {"slice/cpu.max": "300000 100000", "slice/run/cpu.max": "max 100000"}, 3),
        ("4:cpu,cpuacct:/a\n0::/\n", {"cpu/a/cpu.cfs_quota_us": "400000", "cpu/a/cpu.cfs_period_us": "100000"}, 4),
        ("4:cpu,cpuacct:/a\n", {"cpu/a/cpu.cfs_quota_us": "-1", "cpu/a/cpu.cfs_period_us": "100000"}, 16),
        # as a container sees it: its own path stands nowhere, its limit at the root
        ("4:cpu:/docker/x\n", {"cpu/cpu.cfs_quota_us": "200000", "cpu/cpu.cfs_period_us": "100000"}, 2),
        ("", {}, 16),
    ],
)
def test_cores_are_those_of_the_process_and_its_container(
    tmp_path: Path, own: str, files: dict[str, str], cores: int
) -> None:
    assert machine.usable_cores(*groups(tmp_path, own, files)) == cores


def test_cores_of_the_process_count_where_no_container_limits_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {3, 5}, raising=False)
    assert machine.usable_cores(*groups(tmp_path, "0::/\n", {"cpu.max": "800000 100000"})) == 2


@pytest.mark.parametrize(
    ("own", "files", "left"),
    [
        # 300 of 1000 taken, of which 100 only cache files
        (
            "0::/a\n",
            {
                "a/memory.max": str(1000 * MEGABYTE),
                "a/memory.current": str(300 * MEGABYTE),
                "a/memory.stat": f"anon 1\ninactive_file {100 * MEGABYTE}",
            },
            800,
        ),
        ("0::/a\n", {"a/memory.max": "max", "a/memory.current": "5"}, 4000),
        (
            "7:memory:/b\n",
            {
                "memory/b/memory.limit_in_bytes": str(500 * MEGABYTE),
                "memory/b/memory.usage_in_bytes": str(450 * MEGABYTE),
                "memory/b/memory.stat": "cache 9",
            },
            50,
        ),
        ("0::/a\n", {"a/memory.max": str(MEGABYTE), "a/memory.current": str(3 * MEGABYTE)}, 0),
    ],
)
def test_memory_is_what_computer_and_container_have_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, files: dict[str, str], left: int
) -> None:
    class Memory:
        available = 4000 * MEGABYTE

    monkeypatch.setattr(psutil, "virtual_memory", Memory)
    assert machine.available_memory(*groups(tmp_path, own, files)) == left * MEGABYTE


def test_this_computer_has_both() -> None:
    assert machine.usable_cores() >= 1
    assert machine.available_memory() > MEGABYTE
