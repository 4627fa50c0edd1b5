"""Make the project's environment, and run a command in it, with nothing but the standard library.

Used by the Makefile, and by hand where there is no make::

    python src/setup_env.py                          make or mend the environment
    python src/setup_env.py --quarto                 the same, and try once more to get Quarto
    python src/setup_env.py --spark                  the same, with Spark from then on
    python src/setup_env.py --dask                   the same, with Dask from then on
    python src/setup_env.py -- kbk report sanggau    the same, then run a command of the environment
    python src/setup_env.py --clean                  remove the environment and caches

In a command to run, ``@NAME`` stands for the value of the environment variable NAME and ``--option=@NAME``
disappears when that variable is empty: what the analyst types after ``make report DISTRICT=`` reaches the program as
one plain argument and no shell ever reads it.

Environment variables: KBK_QUARTO=tidak leaves Quarto alone; KBK_QUARTO_TIMEOUT is the time limit of that attempt in
seconds. The module must be readable by Pythons too old for the project, so that they can say so.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PROJECT = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = (3, 11), (3, 13)
WINDOWS = os.name == "nt"
UNFINISHED = "kbk-belum-selesai"
STAMP = "kbk-siap.json"
QUARTO_STAMP = "kbk-quarto.json"
LOG = "kbk-pemasangan.log"
QUARTO_LOG = "kbk-quarto.log"
QUARTO_SECONDS = 120.0
HEARTBEAT_SECONDS = 20.0
CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis")
CACHE_PARENTS = ("src", "tests", "notebooks")
INTERRUPTED = 130

WRONG_PYTHON = (
    "Python {found} tidak dapat dipakai: proyek ini memerlukan Python 3.11, 3.12, atau 3.13 (64-bit).\n"
    "Langkah berikut: pasang Python 3.13 dari https://www.python.org/downloads/ lalu ulangi perintah ini, atau tunjuk\n"
    "Python yang sudah ada, misalnya: make setup PYTHON=python3.12. Dengan conda: conda env create -f environment.yml"
)
NO_NETWORK = (
    "Paket tidak dapat diunduh: tidak ada jaringan, atau jaringan kantor memerlukan proxy.\n"
    "Langkah berikut:\n"
    "  1. periksa sambungan internet, lalu ulangi perintah yang sama; unduhan yang sudah selesai tidak diulang;\n"
    "  2. bila kantor memakai proxy, setel dahulu, misalnya HTTPS_PROXY=http://proxy.kantor:8080\n"
    "     (cmd: set HTTPS_PROXY=…; PowerShell: $env:HTTPS_PROXY='…'; Linux dan macOS: export HTTPS_PROXY=…);\n"
    "     bila kantor punya server paket sendiri, setel PIP_INDEX_URL;\n"
    "  3. atau pakai conda: conda env create -f environment.yml"
)
WRONG_HASH = (
    "Paket yang diterima berbeda dari yang tercatat di requirements.lock, jadi tidak dipasang.\n"
    "Biasanya unduhan terpotong atau server paket kantor mengubah berkas. Ulangi sekali lagi; bila tetap gagal,\n"
    "tunjukkan catatan di bawah kepada pengelola jaringan."
)
NO_SPACE = "Ruang disk habis. Kosongkan sedikitnya 2 GB, lalu ulangi perintah yang sama."
LOCKED_FILE = (
    "Berkas di dalam lingkungan tidak dapat diganti: tidak ada izin, atau berkas sedang dipakai program lain.\n"
    "Tutup JupyterLab dan terminal lain yang memakai proyek ini, lalu ulangi perintah yang sama."
)
NO_WHEEL = (
    "Salah satu paket tidak tersedia untuk komputer ini (sistem operasi atau prosesor ini).\n"
    "Langkah berikut: pakai Python 3.12 64-bit dari python.org, atau conda: conda env create -f environment.yml"
)
UNKNOWN_FAILURE = (
    "Pemasangan gagal. Ulangi sekali lagi; bila tetap gagal, pakai conda: conda env create -f environment.yml"
)
QUARTO_ATTEMPT = (
    "Mencoba mengunduh Quarto {version} (paling lama {limit:g} detik; boleh gagal; lewati dengan KBK_QUARTO=tidak) …"
)
NO_JAVA = (
    "Java tidak ditemukan. Spark memerlukan Java 17 atau lebih baru; di Debian atau Ubuntu:\n"
    "sudo apt install default-jre-headless"
)
NOT_FOR_CONDA = (
    "{name}=1 hanya untuk lingkungan .venv. Dengan conda, pasang ke lingkungan yang aktif:\n"
    "pip install {package}=={version}"
)
NO_QUARTO = "Quarto tidak dapat diunduh; laporan dibuat dengan pembuat bawaan (pandoc dan Typst)."

# Tried in this order: a proxy that breaks files is seen as a wrong hash although the text also speaks of fetching.
FAILURES = (
    (r"hash(es)?\b.*\b(mismatch|not match)|do not match the hashes|hash mismatch", WRONG_HASH),
    (r"no space left|not enough space|disk quota|os error 112\b", NO_SPACE),
    (r"permission denied|access is denied|being used by another process|os error (5|32)\b", LOCKED_FILE),
    (
        r"failed to (fetch|download)|error sending request|connect|time[d ]?-?out|proxy|name resolution|dns|certificate"
        r"|tls|ssl|network|unreachable|could not find a version|not found in the package registry|offline",
        NO_NETWORK,
    ),
    (r"no (usable )?wheels|no matching distribution|has no wheel", NO_WHEEL),
)


class SetupError(Exception):
    """The environment cannot be made; the message is Indonesian and says what to do next."""


class Extra(NamedTuple):
    """Packages that are installed only where they are asked for, and kept from then on.

    name: as make knows it, in small letters. title: as people know it. package: the one that the others come with.
    size: how much is fetched, in words. source: whether ``package`` comes as source only, which the others build.
    """

    name: str
    title: str
    package: str
    size: str
    source: bool = False

    @property
    def option(self) -> str:
        """Word of the command line that asks for it."""
        return f"--{self.name}"

    @property
    def lock(self) -> str:
        """Name of the file with its versions and hashes."""
        return f"requirements-{self.name}.lock"

    @property
    def stamp(self) -> str:
        """Name of the file that says that it is wanted, and from which lock it was installed."""
        return f"kbk-{self.name}.json"


SPARK = Extra("spark", "Spark", "pyspark", "sekitar 450 MB; beberapa menit", source=True)
DASK = Extra("dask", "Dask", "distributed", "sekitar 5 MB")
EXTRAS = (SPARK, DASK)
KNOWN_OPTIONS = frozenset({"--quarto", "--clean", *(extra.option for extra in EXTRAS)})


def say(text: str) -> None:
    """Write one line of progress; to standard error, so that the output of a command stays clean."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


# --- What is wanted -------------------------------------------------------------------------------------------------


def unfit(version: Sequence[int], bits: int) -> str:
    """Return why a Python cannot be used, or an empty text.

    version: version of the interpreter; at least major and minor.
    bits: width of a pointer; the packages come for 64 only.
    """
    if OLDEST <= tuple(version[:2]) <= NEWEST and bits == 64:
        return ""
    found = ".".join(str(part) for part in version[:3]) + ("" if bits == 64 else f" ({bits}-bit)")
    return WRONG_PYTHON.format(found=found)


def lock_entry(lock: str, package: str, name: str = "requirements.lock") -> str:
    """Return the lines of one package in the lock, with its hashes.

    name: file of the lock, for the message.
    Raises SetupError if the package does not stand there exactly once.
    """
    found = re.findall(rf"(?m)^{re.escape(package)}==[^\n]*(?:\n[ \t]+[^\n]*)*", lock)
    if len(found) != 1:
        raise SetupError(
            f"{name} rusak: paket {package} tercatat {len(found)} kali. Ambil kembali berkas itu dari git."
        )
    return str(found[0]) + "\n"


def pinned_version(entry: str) -> str:
    """Return the version in ``name==version …``."""
    return re.split(r"[\s;\\]", entry.split("==", 1)[1], maxsplit=1)[0]


def package_count(lock: str) -> int:
    """Number of packages in the lock, each counted once."""
    return len(set(re.findall(r"(?m)^([a-z0-9][a-z0-9._-]*)==", lock)))


def quarto_version(pyproject: str) -> str:
    """Version of the package quarto-cli that pyproject.toml names; empty if it names none."""
    found = re.search(r'"quarto-cli==([^"\s]+)"', pyproject)
    return found.group(1) if found else ""


def fingerprint(lock: bytes, pyproject: bytes, project: str) -> str:
    """Return what a finished environment was made from: lock, pyproject, Python and place, as one hash.

    The place is part of it because scripts and the editable installation hold absolute paths.
    """
    bits = struct.calcsize("P") * 8
    parts = [lock, pyproject, f"{sys.implementation.cache_tag}-{sys.platform}-{bits}".encode(), project.encode()]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


# --- Environment ----------------------------------------------------------------------------------------------------


def programs(environment: Path) -> Path:
    """Folder of an environment's programs."""
    return environment / ("Scripts" if WINDOWS else "bin")


def python_of(environment: Path) -> Path:
    """The Python of an environment; conda keeps it outside Scripts on Windows."""
    if not WINDOWS:
        return programs(environment) / "python"
    conda = environment / "python.exe"
    return conda if conda.exists() else programs(environment) / "python.exe"


def conda_environment(environ: Mapping[str, str], project: Path) -> Path | None:
    """The active conda environment, if this very copy of the project is installed in it; else None."""
    prefix = environ.get("CONDA_PREFIX", "")
    if not prefix:
        return None
    root = Path(prefix)
    kbk = programs(root) / ("kbk.exe" if WINDOWS else "kbk")
    if not kbk.exists():
        return None
    source = (project / "src").resolve()
    for folder in (root / "Lib", *root.glob("lib/python3*")):
        for link in folder.glob("site-packages/*kbk_analysis*.pth"):
            lines = link.read_text(encoding="utf-8", errors="replace").splitlines()
            if any(line.strip() and Path(line.strip()).resolve() == source for line in lines):
                return root
    return None


def read_json(path: Path) -> dict[str, str]:
    """Content of a stamp; empty when it is missing or broken."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(path: Path, content: Mapping[str, str]) -> None:
    """Write a stamp in one step, so that it is never half there."""
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def tool_environment(pip_settings: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for pip and uv that carry the office's network settings over to uv.

    uv reads neither pip.conf nor PIP_* variables, so their index, links, proxy and certificates are handed over under
    uv's own names. A setting the user made for uv itself wins.

    pip_settings: long option name without dashes -> value, as pip itself resolved it.
    """
    # Slow to import, and of no use to an environment that is ready.
    from urllib.request import getproxies  # noqa: PLC0415

    env = {k: v for k, v in environ.items() if k not in {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX"}}

    def offer(name: str, value: str, *unless: str) -> None:
        if value and not any(env.get(other) for other in (name, *unless)):
            env[name] = value

    extra = " ".join(pip_settings.get("extra-index-url", "").split())
    offer("UV_DEFAULT_INDEX", pip_settings.get("index-url", ""), "UV_INDEX_URL")
    if extra and not (env.get("UV_INDEX") or env.get("UV_EXTRA_INDEX_URL")):
        env["UV_INDEX"] = extra
        # pip looks through all servers; the hashes of the lock make that safe.
        offer("UV_INDEX_STRATEGY", "unsafe-best-match")
    links = [link for link in pip_settings.get("find-links", "").split() if "://" in link or Path(link).exists()]
    offer("UV_FIND_LINKS", ",".join(links))
    offer("UV_INSECURE_HOST", " ".join(pip_settings.get("trusted-host", "").split()))
    offer("SSL_CERT_FILE", pip_settings.get("cert", ""))
    system = getproxies()
    for scheme in ("http", "https"):
        name = f"{scheme}_proxy"
        proxy = pip_settings.get("proxy", "") or system.get(scheme, "")
        offer(name.upper(), proxy, name, "ALL_PROXY", "all_proxy")
    if sys.platform in {"win32", "darwin"}:
        # A firewall that opens encrypted traffic has its certificate in the system's store, as pip also expects.
        offer("UV_SYSTEM_CERTS", "true", "UV_NATIVE_TLS", "SSL_CERT_FILE")
    offer("UV_HTTP_TIMEOUT", pip_settings.get("timeout", "") or pip_settings.get("default-timeout", "") or "120")
    env.update(UV_NO_PROGRESS="1", NO_COLOR="1", PIP_USER="0", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    return env


def parse_pip_settings(listing: str) -> dict[str, str]:
    """Return pip's settings from ``pip config list``; variables win over [install], that over [global]."""
    ranks = {"global": 0, "install": 1, ":env:": 2}
    found: dict[str, tuple[int, str]] = {}
    for line in listing.splitlines():
        key, equals, raw = line.partition("=")
        section, _, option = key.strip().rpartition(".")
        if not equals or section not in ranks:
            continue
        text = raw.strip()
        value = text[1:-1].replace("\\n", " ") if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
        if ranks[section] >= found.get(option, (-1, ""))[0]:
            found[option] = (ranks[section], value)
    return {option: value for option, (_, value) in found.items()}


def pip_settings(python: Path) -> dict[str, str]:
    """Ask pip for its settings; none when there is no pip."""
    done = subprocess.run(
        [str(python), "-m", "pip", "config", "list"], capture_output=True, text=True, errors="replace", check=False
    )
    return parse_pip_settings(done.stdout) if done.returncode == 0 else {}


def explain(log: str) -> str:
    """Return the Indonesian message for what a tool wrote before it failed."""
    for pattern, message in FAILURES:
        if re.search(pattern, log, re.IGNORECASE):
            return message
    return UNKNOWN_FAILURE


# --- Running tools --------------------------------------------------------------------------------------------------


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a tool and everything it started."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    process.wait()


def run_logged(command: Sequence[str], env: Mapping[str, str], log: Path, limit: float | None = None) -> bool:
    """Run a tool with its output in ``log``; return whether it succeeded within ``limit`` seconds."""
    begin = time.monotonic()
    with log.open("ab") as output:
        output.write(("$ " + " ".join(command) + "\n").encode())
        output.flush()
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=PROJECT,
            # A group of its own, so that what the tool starts can be ended with it.
            creationflags=0x200 if WINDOWS else 0,
            start_new_session=not WINDOWS,
        )
        try:
            while True:
                spent = time.monotonic() - begin
                wait = HEARTBEAT_SECONDS if limit is None else max(0.0, min(HEARTBEAT_SECONDS, limit - spent))
                try:
                    return bool(process.wait(timeout=wait) == 0)
                except subprocess.TimeoutExpired:
                    spent = time.monotonic() - begin
                    if limit is not None and spent >= limit:
                        output.write(f"\nmelewati batas {limit:g} detik\n".encode())
                        return False
                    say(f"      … masih berjalan ({spent:.0f} detik)")
        finally:
            stop(process)


def must(command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
    """Run a tool; raise SetupError with an explanation if it fails."""
    start = log.stat().st_size if log.exists() else 0
    if run_logged(command, env, log):
        return
    text = log.read_bytes()[start:].decode("utf-8", errors="replace")
    raise SetupError(f"{explain(text)}\nCatatan lengkap: {log}")


def take(lock: int) -> bool:
    """Take a lock on an open file; return whether nobody else holds it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def alone(project: Path) -> Iterator[None]:
    """Let only one process at a time work on a project's environment; the system ends the lock with the process."""
    name = hashlib.sha256(str(project).encode()).hexdigest()[:16]
    try:
        # Outside the project: inside .venv it would be removed with it, beside it it would be in the way.
        lock = os.open(Path(tempfile.gettempdir()) / f"kbk-{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    try:
        if not take(lock):
            say("Menunggu pemasangan lain yang sedang berjalan …")
            while not take(lock):
                time.sleep(0.5)
        yield
    finally:
        os.close(lock)


# --- Steps ----------------------------------------------------------------------------------------------------------


class Builder:
    """Makes one project's environment.

    project: folder of pyproject.toml and requirements.lock; the environment is ``.venv`` in it.
    """

    def __init__(self, project: Path = PROJECT) -> None:
        self.project = project
        self.environment = project / ".venv"
        try:
            self.lock = (project / "requirements.lock").read_bytes()
            self.pyproject = (project / "pyproject.toml").read_bytes()
        except OSError as error:
            raise SetupError(
                f"Berkas {error.filename} tidak dapat dibaca. Salin ulang seluruh folder proyek, lalu ulangi."
            ) from error
        self.wanted = fingerprint(self.lock, self.pyproject, str(project))
        self.quarto = quarto_version(self.pyproject.decode("utf-8"))

    @property
    def ready(self) -> bool:
        """Whether the environment was finished from exactly what stands here now."""
        stamp = read_json(self.environment / STAMP)
        return stamp.get("sidik") == self.wanted and python_of(self.environment).exists()

    def wants(self, extra: Extra) -> bool:
        """Whether an extra was once asked for in this environment."""
        return (self.environment / extra.stamp).exists()

    def settled(self, extra: Extra) -> bool:
        """Whether an extra is not asked for, or there as its lock has it."""
        return not self.wants(extra) or read_json(self.environment / extra.stamp).get("sidik") == self.made_from(extra)

    def made_from(self, extra: Extra) -> str:
        """What an installed extra was made from: its lock, as a hash."""
        return hashlib.sha256(self.lock_of(extra).encode()).hexdigest()

    def lock_of(self, extra: Extra) -> str:
        """Return the packages that an extra needs beside those of the project.

        Raises SetupError where the file cannot be read.
        """
        try:
            return (self.project / extra.lock).read_text(encoding="utf-8")
        except OSError as error:
            raise SetupError(f"Berkas {extra.lock} tidak dapat dibaca. Ambil kembali berkas itu dari git.") from error

    @property
    def quarto_settled(self) -> bool:
        """Whether nothing is to be done about Quarto."""
        if os.environ.get("KBK_QUARTO", "").strip().casefold() == "tidak" or not self.quarto:
            return True
        stamp = read_json(self.environment / QUARTO_STAMP)
        if stamp.get("versi") == self.quarto and stamp.get("hasil") != "mulai":
            return True
        return shutil.which("quarto") is not None

    def usable(self) -> bool:
        """Whether an environment that stands there can be brought up to date instead of being made anew."""
        if (self.environment / UNFINISHED).exists():
            return False
        stamp = read_json(self.environment / STAMP)
        if stamp and stamp.get("tempat") != str(self.project):
            return False
        python = python_of(self.environment)
        if not python.exists():
            return False
        code = "import sys, pip; sys.stdout.write('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
        return done.stdout == f"{sys.version_info[0]}.{sys.version_info[1]}"

    def remove(self) -> None:
        """Remove the environment; refuse a folder that is no Python environment.

        Raises SetupError where that cannot be done.
        """
        if not self.environment.exists() and not self.environment.is_symlink():
            return
        marks = (UNFINISHED, STAMP, "pyvenv.cfg")
        ours = any((self.environment / mark).exists() for mark in marks)
        if self.environment.is_symlink() or not (ours or not any(self.environment.iterdir())):
            raise SetupError(
                f"Folder {self.environment} bukan lingkungan Python buatan proyek ini, jadi tidak dihapus. "
                "Pindahkan folder itu, lalu ulangi perintah yang sama."
            )
        # Marked first: what an interrupted removal leaves behind must not pass for an environment.
        (self.environment / UNFINISHED).touch()
        mark = self.environment / UNFINISHED
        try:
            for entry in self.environment.iterdir():
                if entry == mark:
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
            mark.unlink()
            self.environment.rmdir()
        except OSError as error:
            raise SetupError(f"{LOCKED_FILE}\n({error})") from error

    def build(self) -> None:
        """Make or update the environment; raise SetupError if it fails."""
        begin = time.monotonic()
        text = self.lock.decode("utf-8")
        uv_entry = lock_entry(text, "uv")
        running = sys.version.split()[0]
        fresh = not self.usable()
        if fresh and self.environment.exists():
            say("Lingkungan .venv belum selesai atau tidak cocok lagi; dibuat ulang.")
        if fresh:
            self.remove()
        log = self.environment / LOG
        python = python_of(self.environment)
        try:
            self.environment.mkdir(exist_ok=True)
            (self.environment / UNFINISHED).touch()
            (self.environment / STAMP).unlink(missing_ok=True)
            log.unlink(missing_ok=True)
        except OSError as error:
            raise SetupError(f"{LOCKED_FILE}\n({error})") from error
        if fresh:
            say(f"[1/4] Membuat lingkungan .venv dengan Python {running} (sekitar 10 detik) …")
            base = getattr(sys, "_base_executable", "") or sys.executable
            plain = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "PYTHONPATH"}}
            if not run_logged([base, "-m", "venv", str(self.environment)], plain, log):
                raise SetupError(
                    "Lingkungan Python tidak dapat dibuat. Di Debian atau Ubuntu, pasang dahulu: "
                    f"sudo apt install python3-venv\nCatatan lengkap: {log}"
                )
        else:
            say("[1/4] Memperbarui lingkungan .venv yang sudah ada …")
        env = tool_environment(pip_settings(python), os.environ)
        uv = programs(self.environment) / ("uv.exe" if WINDOWS else "uv")
        version = pinned_version(uv_entry)
        if not uv.exists() or not self.is_uv(uv, version):
            say(f"[2/4] Memasang alat pemasang uv {version} (sekitar 10 detik) …")
            entry = self.environment / "kbk-uv.txt"
            entry.write_text(uv_entry, encoding="utf-8")
            options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--retries", "2"]
            must([str(python), "-m", "pip", "install", *options, "-r", str(entry)], env, log)
        else:
            say(f"[2/4] Alat pemasang uv {version} sudah ada.")
        say(f"[3/4] Mengunduh dan memasang hingga {package_count(text)} paket (pertama kali: beberapa menit) …")
        install = self.uv_install(uv, python, env)
        lock = str(self.project / "requirements.lock")
        must([*install, "--require-hashes", "--only-binary", ":all:", "-r", lock], env, log)
        say("[4/4] Memasang proyek ini (beberapa detik) …")
        offline = {**env, "UV_OFFLINE": "1"}
        # Built with the lock's own build backend: nothing may come from outside the lock.
        must([*install, "--no-deps", "--no-build-isolation", "-e", str(self.project)], offline, log)
        run_logged([str(python), "-m", "compileall", "-q", str(self.project / "src" / "analysis")], env, log)
        write_json(self.environment / STAMP, {"sidik": self.wanted, "python": running, "tempat": str(self.project)})
        (self.environment / UNFINISHED).unlink()
        say(f"Lingkungan siap dalam {time.monotonic() - begin:.0f} detik.")

    @staticmethod
    def is_uv(uv: Path, version: str) -> bool:
        """Whether this uv runs and has the version of the lock."""
        try:
            done = subprocess.run([str(uv), "--version"], capture_output=True, text=True, check=False, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.stdout.split()[1:2] == [version]

    @staticmethod
    def uv_install(uv: Path, python: Path, env: Mapping[str, str]) -> list[str]:
        """Beginning of an installation with uv; settings files are read only where the user names one.

        Everything is compiled at once: where Python may not write bytecode, or not in this folder, each start of the
        program would compile thousands of files again, which takes three times as long as importing them.
        """
        config = [] if env.get("UV_CONFIG_FILE") else ["--no-config"]
        return [str(uv), "pip", "install", *config, "--compile-bytecode", "--python", str(python)]

    def get_quarto(self) -> None:
        """Try once to get Quarto; whatever happens, the project works without it."""
        stamp, log = self.environment / QUARTO_STAMP, self.environment / QUARTO_LOG
        uv = programs(self.environment) / ("uv.exe" if WINDOWS else "uv")
        python = python_of(self.environment)
        env = tool_environment(pip_settings(python), os.environ)
        limit = quarto_seconds(os.environ)
        log.unlink(missing_ok=True)
        write_json(stamp, {"versi": self.quarto, "hasil": "mulai"})
        got = False
        try:
            say(QUARTO_ATTEMPT.format(version=self.quarto, limit=limit))
            install = self.uv_install(uv, python, env)
            begin = time.monotonic()
            # Without its dependencies: they would come in versions that stand in no lock, and the program needs none.
            got = run_logged([*install, "--no-deps", f"quarto-cli=={self.quarto}"], env, log, limit)
            if got:
                # Its first start may fetch the program as well.
                rest = max(30.0, limit - (time.monotonic() - begin))
                program = programs(self.environment) / ("quarto.exe" if WINDOWS else "quarto")
                got = run_logged([str(program), "--version"], env, log, rest)
        except OSError:
            got = False
        finally:
            if not got:
                run_logged([str(uv), "pip", "uninstall", "--python", str(python), "quarto-cli"], env, log, 30)
            write_json(stamp, {"versi": self.quarto, "hasil": "ada" if got else "gagal"})
        say(f"Quarto {self.quarto} siap." if got else NO_QUARTO)

    def get(self, extra: Extra) -> None:
        """Install an extra as its lock has it; raise SetupError if that fails."""
        lock = self.lock_of(extra)
        entry = lock_entry(lock, extra.package, extra.lock)
        wanted, stamp = self.made_from(extra), self.environment / extra.stamp
        # The wish is written down first: it outlives an attempt that fails.
        write_json(stamp, {"sidik": ""})
        say(f"Memasang {extra.title} {pinned_version(entry)} ({extra.size}) …")
        log, python = self.environment / LOG, python_of(self.environment)
        env = tool_environment(pip_settings(python), os.environ)
        uv = programs(self.environment) / ("uv.exe" if WINDOWS else "uv")
        install = [*self.uv_install(uv, python, env), "--require-hashes", "--no-deps"]
        steps = [(f"kbk-{extra.name}.txt", lock, ["--only-binary", ":all:"])]
        if extra.source:
            # What builds the source is installed first, so that nothing comes from outside the lock.
            steps = [
                (f"kbk-{extra.name}-alat.txt", lock.replace(entry, ""), ["--only-binary", ":all:"]),
                (f"kbk-{extra.name}.txt", entry, ["--no-build-isolation"]),
            ]
        for name, entries, options in steps:
            file = self.environment / name
            file.write_text(entries, encoding="utf-8")
            must([*install, *options, "-r", str(file)], env, log)
        write_json(stamp, {"sidik": wanted})
        java = extra is not SPARK or shutil.which("java") or os.environ.get("JAVA_HOME")
        say(f"{extra.title} siap." if java else NO_JAVA)

    def ensure(self, *, again: bool = False, extras: Iterable[Extra] = ()) -> None:
        """Bring the environment, extras and the attempt at Quarto up to date; silent when nothing is to be done.

        again: whether Quarto is tried once more. extras: asked for now; those of earlier times are kept.
        """
        asked = set(extras)
        if self.ready and self.quarto_settled and not again and not self.lacking(asked):
            return
        with alone(self.project):
            if not self.ready:
                self.build()
            for extra in self.lacking(asked):
                self.get(extra)
            if again or not self.quarto_settled:
                self.get_quarto()

    def lacking(self, asked: Iterable[Extra]) -> list[Extra]:
        """Extras that are wanted, now or since earlier, and are not there as their lock has them."""
        return [extra for extra in EXTRAS if not self.settled(extra) or (extra in asked and not self.wants(extra))]

    def clean(self) -> None:
        """Remove the environment and caches; data and reports are never touched."""
        self.remove()
        for name in CACHES:
            shutil.rmtree(self.project / name, ignore_errors=True)
        for parent in CACHE_PARENTS:
            for pattern in ("__pycache__", ".ipynb_checkpoints"):
                for cache in list((self.project / parent).rglob(pattern)):
                    shutil.rmtree(cache, ignore_errors=True)
        say("Lingkungan .venv dan berkas sementara dihapus; data dan laporan tidak disentuh.")


def quarto_seconds(environ: Mapping[str, str]) -> float:
    """Time limit of the attempt at Quarto; the default where the variable holds no positive number."""
    try:
        seconds = float(environ.get("KBK_QUARTO_TIMEOUT", ""))
    except ValueError:
        return QUARTO_SECONDS
    return seconds if 0 < seconds < float("inf") else QUARTO_SECONDS


# --- Command line ---------------------------------------------------------------------------------------------------


def filled(words: Iterable[str], environ: Mapping[str, str]) -> list[str]:
    """Return a command with ``@NAME`` and ``--option=@NAME`` filled from variables; empty ones are left out."""
    command = []
    for word in words:
        option, equals, name = word.partition("=@") if word.startswith("--") else ("", "", word[1:])
        if not equals and not word.startswith("@"):
            command.append(word)
            continue
        value = environ.get(name, "").strip()
        if value:
            command.append(option + "=" + value if equals else value)
    return command


def missing(name: str, project: Path, environ: Mapping[str, str]) -> str:
    """Return what to say when the variable ``name`` is empty, with what is there to choose from; else nothing."""
    if environ.get(name, "").strip():
        return ""
    raw = project / "data" / "raw"
    there = sorted(p.name for p in raw.iterdir() if p.is_dir() and p.name[:1] != ".") if raw.is_dir() else []
    example = "sanggau" if "sanggau" in there or not there else there[0]
    listing = ", ".join(there) if there else "belum ada; “make simulate” membuat data contoh"
    return (
        f"Sebutkan kabupaten atau kota dengan {name}=…, misalnya: make report {name}={example} PERIOD=2025-S1\n"
        f"Yang tersedia di data/raw: {listing}\n"
        "Keterangan tiap daerah: make list"
    )


def help_text(makefile: str) -> str:
    """Return the help of the Makefile: each target with the text after its ``##``."""
    rows = re.findall(r"(?m)^([a-z][a-z-]*):[^#\n]*##\s*(.+)$", makefile)
    width = max((len(name) for name, _ in rows), default=0)
    notes = re.findall(r"(?m)^#>[ ]?(.*)$", makefile)
    return "\n".join(["Perintah:", *(f"  make {name:<{width}}  {text.strip()}" for name, text in rows), *notes]) + "\n"


def run(command: Sequence[str], environment: Path, builder: Builder) -> int:
    """Run a command of the environment in place of this process and return its exit code."""
    folder = programs(environment)
    env = dict(os.environ)
    env["PATH"] = os.pathsep.join([str(folder), env.get("PATH", "")])
    env.pop("PYTHONHOME", None)
    if environment == builder.environment:
        env["VIRTUAL_ENV"] = str(environment)
    if command[0] == "uv":
        env = {**tool_environment(pip_settings(python_of(environment)), env), "PATH": env["PATH"]}
    found = shutil.which(command[0], path=str(folder))
    if found is None:
        raise SetupError(f"Program {command[0]} tidak ada di lingkungan {environment}. Jalankan: make clean setup")
    if WINDOWS:
        return subprocess.run([found, *command[1:]], env=env, check=False).returncode
    os.execve(found, [found, *command[1:]], env)  # noqa: S606


def outside(environment: Path) -> str:
    """The interpreter to go on with when this one runs inside the environment that is to be replaced; else nothing."""
    if Path(sys.prefix).resolve() != environment.resolve():
        return ""
    base = str(getattr(sys, "_base_executable", "") or "")
    return base if base and Path(base).exists() and Path(base) != Path(sys.executable) else ""


def interrupted(_signal: int, _frame: object) -> None:
    """Turn a polite request to end into an interrupt, so that tools are ended too."""
    raise KeyboardInterrupt


def asked(options: Sequence[str]) -> int | None:
    """Answer what needs no environment; return the exit code, or None when there is more to do."""
    if "--help-make" in options:
        sys.stdout.write(help_text((PROJECT / "Makefile").read_text(encoding="utf-8")))
        return 0
    needs = [option[len("--need=") :] for option in options if option.startswith("--need=")]
    wrong = [option for option in options if option not in KNOWN_OPTIONS and not option.startswith("--need=")]
    lacking = [text for text in (missing(name, PROJECT, os.environ) for name in needs) if text]
    if wrong or lacking:
        say("\n".join(lacking) or f"Pilihan tidak dikenal: {' '.join(wrong)}\n{__doc__}")
        return 2
    return 0 if needs else None


def work(argv: Sequence[str]) -> int:
    """Do what the command line asks for; raise SetupError for what the user can mend."""
    cut = list(argv).index("--") if "--" in argv else len(argv)
    options, command = argv[:cut], argv[cut + 1 :]
    code = asked(options)
    if code is not None:
        return code
    reason = unfit(sys.version_info[:3], struct.calcsize("P") * 8)
    if reason:
        raise SetupError(reason)
    builder = Builder()
    cleaning = "--clean" in options
    extras = [extra for extra in EXTRAS if extra.option in options]
    conda = None if cleaning else conda_environment(os.environ, PROJECT)
    if conda is None and (cleaning or not builder.ready):
        base = outside(builder.environment)
        if base:
            return subprocess.run([base, str(Path(__file__).resolve()), *argv], check=False).returncode
    if cleaning:
        with alone(PROJECT):
            builder.clean()
    elif conda is None:
        builder.ensure(again="--quarto" in options, extras=extras)
    elif extras:
        entries = [(extra, lock_entry(builder.lock_of(extra), extra.package, extra.lock)) for extra in extras]
        raise SetupError(
            "\n".join(
                NOT_FOR_CONDA.format(name=extra.name.upper(), package=extra.package, version=pinned_version(entry))
                for extra, entry in entries
            )
        )
    return run(filled(command, os.environ), conda or builder.environment, builder) if command else 0


def main(argv: Sequence[str]) -> int:
    """Return the exit code; faults the user can mend are shown as sentences, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None, errors="replace")
    signal.signal(signal.SIGTERM, interrupted)
    try:
        return work(argv)
    except SetupError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"{explain(str(error))}\n({error})")
        return 1
    except KeyboardInterrupt:
        say("\nDihentikan. Jalankan lagi perintah yang sama; pemasangan dilanjutkan dengan unduhan yang sudah ada.")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
