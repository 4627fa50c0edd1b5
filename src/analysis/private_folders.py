"""Private folders of one run, swapped in as a whole, and cleared away when the run that made them is gone."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from analysis.errors import PublishError

WORK = ".work-"
"""How the names of private folders begin; what begins with a dot is no district, period or version."""
SOCKET_NAME_LIMIT = 100
"""Sockets with longer names are refused by some systems (104 bytes on macOS, 108 on Linux)."""
KERNEL_FOLDER = "kbk-kernel-"
"""How the names of the kernels' folders begin, among the temporary files of the system; short, for the sockets."""
_LOCK = ".lock"
_TRIES = 40
_PAUSE_SECONDS = 0.05
DISK_FULL = "Disk penuh: kosongkan ruang lalu jalankan lagi."
_DISK_FULL = ("ENOSPC", "EDQUOT")
_REFUSED = ("EACCES", "EPERM", "EROFS")


@contextmanager
def private_folder(parent: Path, prefix: str = WORK) -> Iterator[Path]:
    """Give a new folder in ``parent`` that only its maker can read, and remove it whatever happens.

    parent: existing folder. prefix: how its name begins; default '.work-'.
    A lock file of the same name beside it is held as long as the folder is in use; the end of a process, whatever the
    end, frees it. What ended runs left in ``parent`` goes first.
    Raises OSError where disk or permissions refuse.
    """
    clear_leftovers(parent, prefix)
    folder, lock = _made(parent, prefix)
    try:
        yield folder
    finally:
        _removed(folder, lock)


def clear_leftovers(parent: Path, prefix: str = WORK) -> None:
    """Remove the private folders in ``parent`` whose makers are gone; those of the living stay, and nothing is raised.

    A maker is gone when its lock can be had. Where the disk knows no locks nobody can tell, and all of them stay.
    """
    try:
        names = [p for p in parent.iterdir() if p.name.startswith(prefix) and p.name.endswith(_LOCK)]
    except OSError:
        return
    for path in names:
        with suppress(OSError):
            lock = path.open("r+b")
            try:
                ours = _locked(lock) and _same_file(lock, path)
            except OSError:
                ours = False
            if ours:
                _removed(path.with_name(path.name.removesuffix(_LOCK)), lock)
            else:
                lock.close()


def replace_folder(new: Path, target: Path, aside: Path) -> None:
    """Put the folder ``new`` in the place of ``target``, which goes to ``aside``; never is ``target`` half of each.

    new, aside: in a private folder on the same disk as ``target``; ``aside`` must not exist.
    Simultaneous replacements all succeed, and the last one stays. Raises OSError where disk or permissions refuse, or a
    file in ``target`` is open (Windows); then ``target`` is as it was.
    """
    aside.mkdir()
    for attempt in range(_TRIES):
        old = aside / str(attempt)
        try:
            with suppress(FileNotFoundError):
                os.rename(target, old)  # noqa: PTH104  (one step each)
            os.rename(new, target)  # noqa: PTH104
        except BaseException as error:
            if old.exists() and not target.exists():
                with suppress(OSError):
                    os.rename(old, target)  # noqa: PTH104
            if not _passing(error, target) or attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


@contextmanager
def told(what: str, place: str, after: str = "") -> Iterator[None]:
    """Turn what disk and permissions refuse into a PublishError with the next step.

    what: the thing that cannot be written. place: its folder, as the analyst knows it. after: sentence at the end.
    """
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            step = DISK_FULL
        elif error.errno in _codes(_REFUSED):
            step = f"Tidak ada izin menulis: tutup berkas di {place} yang sedang terbuka dan periksa izin folder itu."
        elif error.errno == errno.EXDEV:
            step = f"Folder kerja harus berada di disk yang sama dengan folder {place}."
        else:
            step = f"{error.strerror or error}."
        raise PublishError(" ".join([f"{what} tidak dapat ditulis.", step, after]).strip()) from None


def is_disk_full(error: OSError) -> bool:
    """Whether the disk, or the user's share of it, is full."""
    return error.errno in _codes(_DISK_FULL)


def _codes(names: tuple[str, ...]) -> set[int]:
    # Windows does not know every one of these names.
    return {getattr(errno, name) for name in names if hasattr(errno, name)}


def _passing(error: BaseException, target: Path) -> bool:
    """Whether another run was quicker (the place is taken again), or a reader on Windows may soon be done."""
    if not isinstance(error, OSError):
        return False
    if error.errno in {errno.EEXIST, errno.ENOTEMPTY}:
        return True
    return sys.platform == "win32" and isinstance(error, PermissionError) and target.exists()


def _made(parent: Path, prefix: str) -> tuple[Path, IO[bytes]]:
    while True:
        folder = parent / f"{prefix}{secrets.token_hex(4)}"
        path = folder.with_name(folder.name + _LOCK)
        lock = path.open("a+b")
        try:
            # Someone who cleared up just now may have had the lock, or taken the file away, before it was ours.
            if not (_locked_where_possible(lock) and _same_file(lock, path)):
                lock.close()
                continue
            folder.mkdir(mode=0o700)
        except FileExistsError:
            lock.close()
            continue
        except BaseException:
            lock.close()
            path.unlink(missing_ok=True)
            raise
        return folder, lock


def _removed(folder: Path, lock: IO[bytes]) -> None:
    """Remove a private folder, then its lock file: a folder that cannot go yet keeps its lock file and goes later."""
    shutil.rmtree(folder, ignore_errors=True)
    gone = not folder.exists()
    path = Path(lock.name)
    with suppress(OSError):
        if gone and sys.platform != "win32":
            path.unlink()
    lock.close()
    with suppress(OSError):
        # Windows removes no open file; a second run may hold it by now, and then it stays with that one.
        if gone and sys.platform == "win32":
            path.unlink()


def _locked_where_possible(lock: IO[bytes]) -> bool:
    try:
        return _locked(lock)
    except OSError:
        return True


def _locked(lock: IO[bytes]) -> bool:
    """Lock the file unless another process has; raise OSError where the disk knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK}:
            return False
        raise
    return True


def _same_file(lock: IO[bytes], path: Path) -> bool:
    """Whether ``path`` still names the opened file."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), path.stat())
    except FileNotFoundError:
        return False
