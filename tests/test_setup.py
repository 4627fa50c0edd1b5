"""The three lists of packages agree, the Makefile explains itself, and the set-up script decides rightly."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from analysis.workspace import PROJECT

MAKE = shutil.which("make")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
EXTRA_LOCKS = {name: (PROJECT / f"requirements-{name}.lock").read_text(encoding="utf-8") for name in ("spark", "dask")}
LOCKS = {"requirements.lock": LOCK, **{f"requirements-{name}.lock": lock for name, lock in EXTRA_LOCKS.items()}}
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
FEWEST_FILES = 4
"""Of a package with compiled parts: Linux, Windows, and macOS with either processor."""
TARGETS = re.findall(r"(?m)^([a-z][a-z-]*):(?!=| export )(.*)$", MAKEFILE)
DISTRICT_TARGETS = ("report", "check", "names", "new")
# conda-forge has other names where one is taken by a C library, or where a package's extras are packages of their own.
CONDA_NAMES = {
    "brotli": "brotli-python",
    "duckdb": "python-duckdb",
    "ibis-framework": "ibis-duckdb",
    "ruamel-yaml": "ruamel.yaml",
}

needs_make = pytest.mark.skipif(MAKE is None, reason="make is not installed")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_env", PROJECT / "src" / "setup_env.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


setup_env: Any = _load()


def _requirements(groups: list[str]) -> list[Requirement]:
    """The project's requirements, with those of the named dependency groups."""
    lines = list(PYPROJECT["project"]["dependencies"])
    for group in groups:
        lines += PYPROJECT["dependency-groups"][group]
    return [Requirement(line) for line in lines]


def _lock_lines(lock: str = LOCK) -> list[Requirement]:
    return [Requirement(line.rstrip("\\ ")) for line in lock.splitlines() if line and not line[0].isspace()]


def _conda() -> tuple[dict[str, str], dict[str, str]]:
    """Bounds in environment.yml: of conda's packages, of pip's packages."""
    lines = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(line["pip"] for line in lines if isinstance(line, dict))
    wanted = [Requirement(line) for line in lines if isinstance(line, str)]
    by_pip = [Requirement(line) for line in pip if not line.startswith("-")]
    return {r.name: str(r.specifier) for r in wanted}, {r.name: str(r.specifier) for r in by_pip}


def _make(*arguments: str, folder: Path = PROJECT, **variables: str) -> subprocess.CompletedProcess[str]:
    assert MAKE is not None
    # The tests themselves may have been started by make.
    env = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"}}
    for name in ("DISTRICT", "PERIOD", "COMPARE", "RENDERER", "NAME", "LEVEL", "YEAR", "CONDA_PREFIX"):
        env.pop(name, None)
    command = [MAKE, f"PYTHON={sys.executable}", *arguments]
    return subprocess.run(
        command, cwd=folder, env={**env, **variables}, capture_output=True, text=True, encoding="utf-8", check=False
    )


# --- Packages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("requirement", _requirements(["dev"]), ids=lambda r: r.name)
def test_every_dependency_is_in_environment_yml_with_the_same_bound(requirement: Requirement) -> None:
    conda, pip = _conda()
    name = CONDA_NAMES.get(requirement.name, requirement.name)
    found = [bounds[name] for bounds in (conda, pip) if name in bounds]
    assert found == [str(requirement.specifier)]


def test_environment_yml_holds_nothing_that_pyproject_does_not() -> None:
    conda, pip = _conda()
    known = {CONDA_NAMES.get(r.name, r.name) for r in _requirements(["dev"])}
    assert set(conda) | set(pip) == known | {"python", "pip", "make", "quarto"}


def test_environment_yml_has_the_pythons_of_pyproject_and_the_project_itself() -> None:
    lines = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    python = next(Requirement(line) for line in lines if isinstance(line, str) and line.startswith("python "))
    assert python.specifier == Requirement(f"python{PYPROJECT['project']['requires-python']}").specifier
    assert next(line["pip"] for line in lines if isinstance(line, dict))[-1] == "-e ."


@pytest.mark.parametrize("requirement", _requirements(["dev"]), ids=lambda r: r.name)
@pytest.mark.parametrize("python", ["3.11.9", "3.12.4", "3.13.0"])
def test_the_lock_satisfies_every_dependency_on_every_python(requirement: Requirement, python: str) -> None:
    environment = {
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    name = canonicalize_name(requirement.name)
    pins = [
        next(iter(line.specifier)).version
        for line in _lock_lines()
        if canonicalize_name(line.name) == name and (line.marker is None or line.marker.evaluate(environment))
    ]
    assert len(pins) == 1
    assert requirement.specifier.contains(pins[0], prereleases=True)


def test_the_build_backend_comes_from_the_lock() -> None:
    locked = {canonicalize_name(line.name) for line in _lock_lines()}
    assert {canonicalize_name(Requirement(line).name) for line in PYPROJECT["build-system"]["requires"]} <= locked


@pytest.mark.parametrize(
    ("name", "wanted", "brought"),
    [
        ("spark", {"pyspark", "setuptools"}, {"py4j"}),
        (
            "dask",
            {"distributed"},
            {
                "click", "cloudpickle", "dask", "fsspec", "importlib-metadata", "jinja2", "lazy-importer", "locket",
                "markupsafe", "msgpack", "packaging", "partd", "psutil", "pyyaml", "sortedcontainers", "tblib", "toolz",
                "tornado", "zict", "zipp",
            },
        ),
    ],
)  # fmt: skip
def test_the_lock_of_an_extra_satisfies_its_group_and_agrees_with_the_other_lock(
    name: str, wanted: set[str], brought: set[str]
) -> None:
    pins = {str(canonicalize_name(line.name)): str(line.specifier) for line in _lock_lines(EXTRA_LOCKS[name])}
    group = [Requirement(line) for line in PYPROJECT["dependency-groups"][name]]
    assert {r.name for r in group} == wanted
    assert all(r.specifier.contains(pins[r.name].removeprefix("==")) for r in group)
    assert set(pins) == wanted | brought
    assert [
        str(line) for line in _lock_lines() if pins.get(canonicalize_name(line.name), line.specifier) != line.specifier
    ] == []


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)
def test_every_package_of_the_lock_has_hashes(lock: str) -> None:
    packages = re.split(r"(?m)^(?=\S)", lock)[1:]
    assert packages
    assert [package.splitlines()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_a_package_with_a_file_for_each_system_has_the_hashes_of_all_of_them() -> None:
    """The lock is made anew on one computer and has to hold on every other: Windows, macOS, each Python."""
    packages = {entry.partition("==")[0]: entry for entry in re.split(r"(?m)^(?=\S)", LOCK)[1:]}
    built = []
    for package in distributions():
        tags = re.findall(r"(?m)^Tag: (\S+)$", package.read_text("WHEEL") or "")
        name = str(canonicalize_name(package.metadata["Name"]))
        if name in packages and tags and not any(tag.endswith("-none-any") for tag in tags):
            built.append(name)
    assert {"pandas", "rapidfuzz", "typst"} <= set(built)
    assert [name for name in built if packages[name].count("--hash=") < FEWEST_FILES] == []


@pytest.mark.parametrize("name", [*LOCKS, "environment.yml", "pyproject.toml", "Makefile"])
def test_no_file_names_an_index_or_its_host(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert not re.search(r"--(extra-)?index-url|--find-links|pypi[.]org|python[h]osted|/simple", text)


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)
def test_the_lock_holds_only_packages_and_hashes(lock: str) -> None:
    line = re.compile(r"[a-z0-9._-]+==\S+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [text for text in lock.splitlines() if not line.fullmatch(text)] == []


# --- Makefile -------------------------------------------------------------------------------------------------------


def test_every_target_is_documented_and_phony() -> None:
    phony = re.search(r"(?m)^\.PHONY: (.+)$", MAKEFILE)
    assert phony is not None
    assert [name for name, rest in TARGETS if not re.search(r"## \S", rest)] == []
    assert sorted(phony.group(1).split()) == sorted(name for name, _ in TARGETS)


def test_the_makefile_avoids_what_make_3_81_lacks() -> None:
    assert not re.search(r"\$\(file |\.ONESHELL|\$\(guile |!=|::?:=|\$\(let |\$\(intcmp ", MAKEFILE)


@needs_make
def test_make_alone_prints_the_help() -> None:
    done = _make()
    assert done.returncode == 0
    assert all(re.search(rf"(?m)^  make {name} +\S", done.stdout) for name, _ in TARGETS)
    assert "make report DISTRICT=sanggau" in done.stdout


@needs_make
@pytest.mark.parametrize("target", DISTRICT_TARGETS)
@pytest.mark.parametrize("value", ["", "   "])
def test_a_target_for_one_district_asks_for_it_even_with_dry_run(target: str, value: str) -> None:
    done = _make("-n", target, f"DISTRICT={value}")
    assert done.returncode != 0
    assert "make report DISTRICT=" in done.stderr
    assert "make list" in done.stderr
    # The folder of the project may itself be called kbk.
    assert "-- kbk" not in done.stdout


@needs_make
def test_reports_takes_all_districts_or_those_named_past_the_shell() -> None:
    done = _make("-n", "-j", "reports", "DISTRICTS=sanggau bantul", "JOBS=3")
    assert done.returncode == 0
    assert "sanggau" not in done.stdout
    options = "--period=@PERIOD --compare=@COMPARE --renderer=@RENDERER --engine=@ENGINE --jobs=@JOBS --limit=@LIMIT --scheduler=@SCHEDULER"
    assert f"kbk reports {options} -- @DISTRICTS @DISTRICT" in done.stdout


@needs_make
@pytest.mark.parametrize("target", ["report", "reports"])
def test_again_is_one_word_whatever_its_value(target: str) -> None:
    for value, again in (("1", True), ("ya; rm -r x", True), ("", False)):
        done = _make("-n", target, "DISTRICT=sanggau", f"AGAIN={value}")
        assert ("--again" in done.stdout) == again
        assert "rm -r" not in done.stdout


@needs_make
def test_report_gives_every_value_past_the_shell() -> None:
    done = _make("-n", "report", "DISTRICT=sanggau", "PERIOD=2025-S1")
    assert done.returncode == 0
    assert "sanggau" not in done.stdout
    assert (
        "kbk report --period=@PERIOD --compare=@COMPARE --renderer=@RENDERER --engine=@ENGINE -- @DISTRICT"
        in done.stdout
    )


@needs_make
@pytest.mark.skipif(os.name == "nt", reason="the stand-in for the environment is a shell script")
@pytest.mark.parametrize(
    "value",
    [
        "$(touch x)",
        "$(shell touch x)",
        "$$(touch x)",
        "`touch x`",
        "; touch x",
        '"; touch x #',
        "'; touch x '",
        "--help",
    ],
)
@pytest.mark.parametrize("way", ["argument", "environment"])
def test_odd_values_reach_the_program_as_they_were_typed(tmp_path: Path, value: str, way: str) -> None:
    folder = _stand_in(tmp_path)
    done = (
        _make("report", f"DISTRICT={value}", folder=folder)
        if way == "argument"
        else _make("report", folder=folder, DISTRICT=value)
    )
    assert done.stdout.splitlines() == ["report", "--", value]
    assert not (folder / "x").exists()


@needs_make
@pytest.mark.skipif(os.name == "nt", reason="the stand-in for the environment is a shell script")
def test_what_the_program_says_stays_when_it_fails(tmp_path: Path) -> None:
    folder = _stand_in(tmp_path, code=4)
    done = _make("report", "DISTRICT=sanggau", folder=folder)
    assert done.returncode != 0
    assert "Error 4" in done.stderr
    assert "report" in done.stdout


def _stand_in(tmp_path: Path, code: int = 0) -> Path:
    """A copy of the project with a finished environment whose kbk prints its arguments."""
    folder = tmp_path / "proyek kami"
    (folder / "src").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "src/setup_env.py"):
        shutil.copy(PROJECT / name, folder / name)
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    kbk = programs / "kbk"
    kbk.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@"\nexit {code}\n', encoding="utf-8")
    kbk.chmod(0o755)
    builder = setup_env.Builder(folder)
    setup_env.write_json(folder / ".venv" / setup_env.STAMP, {"sidik": builder.wanted, "tempat": str(folder)})
    quarto = {"versi": builder.quarto, "hasil": "gagal"}
    setup_env.write_json(folder / ".venv" / setup_env.QUARTO_STAMP, quarto)
    return folder


# --- Set-up script --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_pythons_of_pyproject_are_accepted(version: tuple[int, ...]) -> None:
    assert setup_env.unfit(version, 64) == ""


@pytest.mark.parametrize(("version", "bits"), [((3, 10, 13), 64), ((3, 14, 0), 64), ((2, 7, 18), 64), ((3, 12, 0), 32)])
def test_other_pythons_are_refused_with_a_next_step(version: tuple[int, ...], bits: int) -> None:
    text = setup_env.unfit(version, bits)
    assert ".".join(map(str, version)) in text
    assert "Langkah berikut" in text


def test_the_script_has_the_pythons_of_pyproject() -> None:
    specifier = Requirement(f"python{PYPROJECT['project']['requires-python']}").specifier
    inside = [minor for minor in range(8, 20) if specifier.contains(f"3.{minor}.0")]
    assert ((3, inside[0]), (3, inside[-1])) == (setup_env.OLDEST, setup_env.NEWEST)


def test_the_lock_entry_of_uv_is_whole_and_stands_alone() -> None:
    entry = setup_env.lock_entry(LOCK, "uv")
    lines = entry.splitlines()
    assert re.fullmatch(r"uv==[\d.]+ \\", lines[0])
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    assert not lines[-1].endswith("\\")
    assert f"uv=={setup_env.pinned_version(entry)}" in PYPROJECT["dependency-groups"]["dev"]


def test_a_lock_without_the_package_is_refused() -> None:
    with pytest.raises(setup_env.SetupError, match=r"requirements\.lock"):
        setup_env.lock_entry("pandas==3.1.1 \\\n    --hash=sha256:00\n", "uv")


def test_the_version_of_quarto_is_that_of_the_extra() -> None:
    extra = Requirement(PYPROJECT["project"]["optional-dependencies"]["quarto"][0])
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    assert setup_env.quarto_version(text) == next(iter(extra.specifier)).version
    assert setup_env.quarto_version("") == ""


def test_the_fingerprint_tells_lock_project_and_place_apart() -> None:
    prints = {
        setup_env.fingerprint(b"a", b"b", "c"),
        setup_env.fingerprint(b"a2", b"b", "c"),
        setup_env.fingerprint(b"a", b"b2", "c"),
        setup_env.fingerprint(b"a", b"b", "c2"),
        setup_env.fingerprint(b"ab", b"", "c"),
    }
    assert len(prints) == 5
    assert setup_env.fingerprint(b"a", b"b", "c") in prints


QUARTO_LIMITS = pytest.mark.parametrize(
    ("typed", "seconds"), [("", 120), ("60", 60), ("0,5", 120), ("-1", 120), ("nan", 120), ("inf", 120), ("2.5", 2.5)]
)


@pytest.mark.parametrize(("typed", "seconds"), [("", 120), ("60", 60)])
def test_the_attempt_at_quarto_says_how_long_it_lasts_and_how_to_skip_it(
    typed: str,
    seconds: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    builder = _project(tmp_path)
    _finish(builder)
    limits = []

    def refused(_command: object, _env: object, _log: object, limit: float | None = None) -> bool:
        limits.append(limit)
        return False

    monkeypatch.setenv("KBK_QUARTO_TIMEOUT", typed)
    monkeypatch.setattr(setup_env, "run_logged", refused)
    monkeypatch.setattr(setup_env, "pip_settings", lambda _python: {})
    builder.get_quarto()
    assert limits[0] == seconds
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Mencoba")]
    assert f"paling lama {seconds:g} detik" in line
    assert "lewati dengan KBK_QUARTO=tidak" in line


@QUARTO_LIMITS
def test_the_time_limit_of_quarto(typed: str, seconds: float) -> None:
    assert setup_env.quarto_seconds({"KBK_QUARTO_TIMEOUT": typed}) == seconds


@pytest.mark.parametrize(
    ("log", "message"),
    [
        ("error: Failed to fetch: `https://…`: operation timed out", "NO_NETWORK"),
        (
            "ERROR: Could not find a version that satisfies the requirement uv==0.13.9 (from versions: none)",
            "NO_NETWORK",
        ),
        ("Cannot connect to proxy. Connection refused", "NO_NETWORK"),
        ("invalid peer certificate: UnknownIssuer", "NO_NETWORK"),
        ("Failed to download numpy\n  cause: Hash mismatch for `numpy==2.5.5`", "WRONG_HASH"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "WRONG_HASH"),
        ("failed to copy file: No space left on device (os error 28)", "NO_SPACE"),
        ("failed to remove file python.exe: Access is denied. (os error 5)", "LOCKED_FILE"),
        ("numpy==2.5.5 has no wheels with a matching platform tag", "NO_WHEEL"),
        ("something else", "UNKNOWN_FAILURE"),
    ],
)
def test_a_failure_is_explained(log: str, message: str) -> None:
    assert setup_env.explain(log) == getattr(setup_env, message)


def test_network_settings_of_pip_reach_uv(tmp_path: Path) -> None:
    settings = setup_env.parse_pip_settings(
        "global.index-url='https://satu.example/simple'\n"
        "install.index-url='https://dua.example/simple'\n"
        ":env:.extra-index-url='\\nhttps://tiga.example/simple\\nhttps://empat.example/simple'\n"
        "global.proxy='http://proxy.example:8080'\nglobal.trusted-host='satu.example dua.example'\n"
        f"global.find-links='{tmp_path.as_posix()} /tidak/ada'\nglobal.cert='/c.pem'\nfreeze.timeout='9'\nbaris lain\n"
    )
    env = setup_env.tool_environment(settings, {"PYTHONPATH": "x", "PIP_X": "1"})
    assert env["UV_DEFAULT_INDEX"] == "https://dua.example/simple"
    assert env["UV_INDEX"] == "https://tiga.example/simple https://empat.example/simple"
    assert env["UV_INSECURE_HOST"] == "satu.example dua.example"
    assert env["UV_FIND_LINKS"] == tmp_path.as_posix()
    assert env["HTTPS_PROXY"] == env["HTTP_PROXY"] == "http://proxy.example:8080"
    assert env["SSL_CERT_FILE"] == "/c.pem"
    assert env["PIP_X"] == "1"
    assert "PYTHONPATH" not in env


def test_settings_made_for_uv_win_over_those_of_pip() -> None:
    settings = {
        "index-url": "https://pip.example/simple",
        "extra-index-url": "https://lagi.example/simple",
        "proxy": "p",
    }
    own = {"UV_INDEX_URL": "https://uv.example/simple", "UV_INDEX": "u", "https_proxy": "q"}
    env = setup_env.tool_environment(settings, own)
    assert "UV_DEFAULT_INDEX" not in env
    assert env["UV_INDEX"] == "u"
    assert "HTTPS_PROXY" not in env


def test_a_command_is_filled_from_variables_and_empty_ones_vanish() -> None:
    words = ["kbk", "report", "--period=@PERIOD", "--compare=@COMPARE", "--", "@DISTRICT"]
    environ = {"DISTRICT": " a b;$(c) ", "PERIOD": "2025-S1", "COMPARE": " "}
    assert setup_env.filled(words, environ) == ["kbk", "report", "--period=2025-S1", "--", "a b;$(c)"]


def test_a_missing_district_shows_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "data" / "raw" / "landak").mkdir(parents=True)
    text = setup_env.missing("DISTRICT", tmp_path, {})
    assert "DISTRICT=landak" in text
    assert setup_env.missing("DISTRICT", tmp_path, {"DISTRICT": "x"}) == ""


def _project(tmp_path: Path) -> Any:
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return setup_env.Builder(tmp_path)


def _finish(builder: Any, **changes: str) -> None:
    python = setup_env.python_of(builder.environment)
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    stamp = {"sidik": builder.wanted, "tempat": str(builder.project), **changes}
    setup_env.write_json(builder.environment / setup_env.STAMP, stamp)


def test_only_a_finished_environment_is_ready(tmp_path: Path) -> None:
    builder = _project(tmp_path)
    assert not builder.ready
    _finish(builder)
    assert builder.ready
    (tmp_path / "requirements.lock").write_text("uv==1 \\\n    --hash=sha256:0\n", encoding="utf-8")
    assert not setup_env.Builder(tmp_path).ready


@pytest.mark.parametrize("content", ["", "{", "[]", '{"sidik": "lain"}'])
def test_a_broken_stamp_is_not_ready(tmp_path: Path, content: str) -> None:
    builder = _project(tmp_path)
    _finish(builder)
    (builder.environment / setup_env.STAMP).write_text(content, encoding="utf-8")
    assert not builder.ready


def test_an_interrupted_or_moved_environment_is_made_anew(tmp_path: Path) -> None:
    builder = _project(tmp_path)
    _finish(builder, tempat="/tempat/lain")
    assert not builder.usable()
    (builder.environment / setup_env.STAMP).unlink()
    (builder.environment / setup_env.UNFINISHED).touch()
    assert not builder.usable()


def test_a_folder_that_is_no_environment_is_never_removed(tmp_path: Path) -> None:
    builder = _project(tmp_path)
    builder.environment.mkdir()
    (builder.environment / "naskah.txt").write_text("penting", encoding="utf-8")
    with pytest.raises(setup_env.SetupError, match="tidak dihapus"):
        builder.clean()
    assert (builder.environment / "naskah.txt").exists()


def test_cleaning_leaves_data_and_reports(tmp_path: Path) -> None:
    builder = _project(tmp_path)
    _finish(builder)
    kept = [
        tmp_path / "data" / "raw" / "sanggau" / "a.xlsx",
        tmp_path / "reports" / "sanggau" / "__pycache__" / "r.html",
    ]
    gone = [tmp_path / ".ruff_cache" / "c", tmp_path / "src" / "analysis" / "__pycache__" / "m.pyc"]
    for file in (*kept, *gone):
        file.parent.mkdir(parents=True)
        file.touch()
    builder.clean()
    assert all(file.exists() for file in kept)
    assert not any(file.parent.exists() for file in gone)
    assert not builder.environment.exists()


@pytest.mark.parametrize(
    ("stamp", "settled"),
    [(None, False), ("gagal", True), ("ada", True), ("mulai", False)],
)
def test_quarto_is_tried_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stamp: str | None, settled: bool
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KBK_QUARTO", raising=False)
    builder = _project(tmp_path)
    _finish(builder)
    if stamp:
        setup_env.write_json(builder.environment / setup_env.QUARTO_STAMP, {"versi": builder.quarto, "hasil": stamp})
    assert builder.quarto_settled is settled
    monkeypatch.setenv("KBK_QUARTO", "tidak")
    assert builder.quarto_settled


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, list[tuple[list[str], str]]]:
    """A finished project, and what its builder has installed: options and content of the file, as uv would get them."""
    builder = _project(tmp_path)
    _finish(builder)
    for name in EXTRA_LOCKS:
        shutil.copy(PROJECT / f"requirements-{name}.lock", tmp_path)
    calls: list[tuple[list[str], str]] = []

    def installs(command: list[str], _env: object, _log: object) -> None:
        calls.append((command, Path(command[-1]).read_text(encoding="utf-8")))

    monkeypatch.setenv("KBK_QUARTO", "tidak")
    monkeypatch.setattr(setup_env, "must", installs)
    monkeypatch.setattr(setup_env, "pip_settings", lambda _python: {})
    return builder, calls


EXTRAS = pytest.mark.parametrize("extra", setup_env.EXTRAS, ids=lambda extra: extra.name)


@EXTRAS
def test_an_extra_is_installed_when_asked_for_and_kept_from_then_on(
    installed: tuple[Any, list[Any]], extra: Any
) -> None:
    builder, calls = installed
    steps = 2 if extra.source else 1
    builder.ensure()
    assert calls == []
    builder.ensure(extras=[extra])
    assert len(calls) == steps
    builder.ensure()
    builder.ensure(extras=[extra])
    assert len(calls) == steps
    lock = builder.project / extra.lock
    lock.write_text(re.sub(rf"(?m)^({extra.package}==)[0-9.]+", r"\g<1>9.9.9", lock.read_text()), encoding="utf-8")
    builder.ensure()
    assert f"{extra.package}==9.9.9" in calls[-1][1]


def test_extras_are_asked_for_one_after_the_other_and_all_are_kept(installed: tuple[Any, list[Any]]) -> None:
    builder, _ = installed
    builder.ensure(extras=[setup_env.SPARK])
    builder.ensure(extras=[setup_env.DASK])
    assert builder.wants(setup_env.SPARK)
    assert builder.lacking(setup_env.EXTRAS) == []


def test_an_attempt_at_spark_that_failed_is_made_again(
    installed: tuple[Any, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    builder, calls = installed

    def fails(*_arguments: object) -> None:
        raise setup_env.SetupError("tidak ada jaringan")

    with monkeypatch.context() as patch:
        patch.setattr(setup_env, "must", fails)
        with pytest.raises(setup_env.SetupError):
            builder.ensure(extras=[setup_env.SPARK])
    builder.ensure()
    assert len(calls) == 2


@EXTRAS
def test_all_of_an_extra_comes_from_its_lock_with_hashes(installed: tuple[Any, list[Any]], extra: Any) -> None:
    builder, calls = installed
    builder.ensure(extras=[extra])
    assert all({"--require-hashes", "--no-deps", "--compile-bytecode"} <= set(command) for command, _ in calls)
    assert all("--only-binary" in command or "--no-build-isolation" in command for command, _ in calls)
    assert ("--no-build-isolation" in calls[-1][0]) == extra.source
    lock = EXTRA_LOCKS[extra.name].splitlines()
    assert sorted("".join(content for _, content in calls).splitlines()) == sorted(lock)


def test_a_conda_environment_counts_only_with_this_copy_of_the_project(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "python3.12" / "site-packages"
    packages.mkdir(parents=True)
    environ = {"CONDA_PREFIX": str(tmp_path)}
    assert setup_env.conda_environment({}, PROJECT) is None
    assert setup_env.conda_environment(environ, PROJECT) is None
    folder = setup_env.programs(tmp_path)
    folder.mkdir(exist_ok=True)
    (folder / ("kbk.exe" if os.name == "nt" else "kbk")).touch()
    link = packages / "_editable_impl_kbk_analysis.pth"
    link.write_text("/salinan/lain/src", encoding="utf-8")
    assert setup_env.conda_environment(environ, PROJECT) is None
    link.write_text(str(PROJECT / "src"), encoding="utf-8")
    assert setup_env.conda_environment(environ, PROJECT) == tmp_path


@pytest.mark.skipif(os.name == "nt", reason="uses POSIX programs")
def test_a_tool_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    script = (
        'import subprocess; p = subprocess.Popen(["sleep", "60"]); '
        f'open({str(child)!r}, "w").write(str(p.pid)); p.wait()'
    )
    log = tmp_path / "log"
    assert not setup_env.run_logged([sys.executable, "-c", script], os.environ, log, limit=2)
    assert "melewati batas" in log.read_text(encoding="utf-8")
    state = Path(f"/proc/{child.read_text()}/stat")
    # The signal is sent at once; the system takes a moment to carry it out.
    for _ in range(50):
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the child is still running")


def test_a_stamp_is_written_in_one_step(tmp_path: Path) -> None:
    stamp = tmp_path / "kbk-siap.json"
    setup_env.write_json(stamp, {"sidik": "a"})
    assert json.loads(stamp.read_text(encoding="utf-8")) == {"sidik": "a"}
    assert list(tmp_path.iterdir()) == [stamp]
