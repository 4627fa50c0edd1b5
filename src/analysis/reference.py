"""Reading of YAML settings with a schema: unknown keys are refused and every problem of a file is told at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, ValidationInfo, field_validator

from analysis.errors import ConfigurationError, nearest, why_not_opened
from analysis.workspace import PROJECT


class Strict(BaseModel):
    """Base of all records read from settings: frozen, and unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _whole(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse 7.000 where a whole number is asked for: it would be read as 7."""
        wanted = cls.model_fields[info.field_name or ""].annotation
        if wanted in {int, int | None} and isinstance(value, str) and not re.fullmatch(r"[+-]?\d+", value.strip()):
            raise ValueError("harus bilangan bulat tanpa titik ribuan, misalnya 5000")
        return value


T = TypeVar("T")


def _loader(parser: type[Any]) -> type[Any]:
    """YAML in which only null, true and false are not text: 61.10, 01140201 and 2025-09-18 keep what was written.

    The schema turns text into a number or date where it asks for one.
    """

    class Loader(parser):  # type: ignore[misc]
        def __init__(self, stream: str) -> None:
            super().__init__(stream)
            self.doubles: list[str] = []

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
            """Return the mapping, and note the keys that it holds twice."""
            first: dict[Any, int] = {}
            for key, _ in node.value:
                line = key.start_mark.line + 1
                if isinstance(key, yaml.ScalarNode) and first.setdefault(key.value, line) != line:
                    text = f"baris {line}: kunci “{key.value}” sudah tertulis di baris {first[key.value]}"
                    self.doubles.append(text)
            return super().construct_mapping(node, deep)

    Loader.yaml_implicit_resolvers = {}
    Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile(r"(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$"), list("tTfF")
    )
    return Loader


_LOADER = _loader(yaml.SafeLoader)
_FAST_LOADER = _loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader))
"""libyaml, six times as fast, where PyYAML has it; it tells the places of errors less exactly, takes tabs where others
refuse them, and deep nesting ends the process: for the project's own files alone."""


def load_yaml(path: Path) -> Any:
    """Return the content of a YAML file, of which all scalars but null, true and false are text.

    Raises ConfigurationError with line and column where it is not YAML, or with every key that stands twice.
    """
    text = _text(path)
    return _content(path.name, text, _FAST_LOADER if _is_own(path, text) else _LOADER)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(f"Berkas pengaturan {path.name} tidak ditemukan di {path.parent.name}/.") from None
    except OSError as error:
        raise ConfigurationError(f"Berkas {path.name}: {why_not_opened(error)}.") from None
    except UnicodeDecodeError:
        raise _no_yaml(path.name) from None


def _content(name: str, text: str, loader_of: type[Any]) -> Any:
    try:
        loader = loader_of(text)
        try:
            content = loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _no_yaml(name, f", baris {mark.line + 1} kolom {mark.column + 1}" if mark else "") from None
    if loader.doubles:
        raise ConfigurationError(f"Berkas {name}: setiap kunci hanya boleh tertulis sekali.", loader.doubles)
    return content


def _no_yaml(name: str, place: str = "") -> ConfigurationError:
    return ConfigurationError(
        f"Berkas {name}{place} bukan YAML yang benar. Periksa lekukan (spasi, bukan tab), tanda titik dua, "
        "dan tanda kutip."
    )


def _is_own(path: Path, text: str) -> bool:
    """Whether a file is one of the project's reference data, in its place or as it is under another root."""
    own = PROJECT / "data" / "reference"
    if path.is_relative_to(own):
        return True
    _, found, inside = path.as_posix().rpartition("/data/reference/")
    with suppress(OSError, UnicodeDecodeError):
        return bool(found) and (own / inside).read_text(encoding="utf-8-sig") == text
    return False


def load_record(path: Path, shape: type[T]) -> T:
    """Return the content of a YAML file as ``shape`` (a Strict record or a container of them).

    Raises ConfigurationError that lists every wrong, missing or unknown key.
    """
    text = _text(path)
    if _is_own(path, text):
        record: T = _own_record(path.name, text, cast("Any", shape))
        # the records are frozen, but a container of them is its caller's own
        return copy(record) if isinstance(record, dict | list) else record
    return cast("T", _record(path.name, load_yaml(path), shape))


@lru_cache(maxsize=64)
def _own_record(name: str, text: str, shape: Any) -> Any:
    """The project's own reference data, for which the same text is read once in a process and those forked from it."""
    return _record(name, _content(name, text, _FAST_LOADER), shape)


def _record(name: str, content: Any, shape: Any) -> Any:
    try:
        return TypeAdapter(shape).validate_python(content)
    except ValidationError as error:
        raise ConfigurationError(
            f"Berkas {name} tidak sesuai dengan bentuk yang diminta:",
            list(dict.fromkeys(_sentence(e, shape) for e in error.errors())),
        ) from None


def choices(words: Sequence[str]) -> str:
    """Return words to choose from: 'a', 'a atau b', 'a, b, atau c'; an empty word is told as 'kosong'."""
    named = [word or "kosong" for word in words]
    if len(named) <= 2:
        return " atau ".join(named)
    return f"{', '.join(named[:-1])}, atau {named[-1]}"


_TEXT = "tulis teks pada baris itu juga, bila perlu dalam tanda kutip"
_NUMBER = "tulis angka dengan titik desimal, misalnya 0.12"
_WHOLE = "harus bilangan bulat tanpa titik ribuan, misalnya 5000"
_MAPPING = "tulis pasangan kunci: isi, satu pada tiap baris dengan lekukan yang sama"
_LIST = "tulis daftar, satu butir pada tiap baris yang diawali tanda hubung"
_ADVICE = {
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_unicode": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": "tulis true atau false",
    "bool_parsing": "tulis true atau false",
    "list_type": _LIST,
    "dict_type": _MAPPING,
    "invalid_key": "kunci harus teks",
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
}
_LIMITS = {
    "greater_than": ("gt", "harus lebih besar dari {}"),
    "greater_than_equal": ("ge", "harus {} atau lebih"),
    "less_than": ("lt", "harus lebih kecil dari {}"),
    "less_than_equal": ("le", "harus {} atau kurang"),
    "string_too_long": ("max_length", "paling banyak {} huruf"),
    "too_long": ("max_length", "paling banyak {} butir"),
}


def _sentence(error: Any, shape: Any) -> str:
    kind, context, given = error["type"], error.get("ctx", {}), error.get("input")
    place = _place(error["loc"])
    if kind == "extra_forbidden":
        return f"{place}: kunci tidak dikenal.{nearest(str(error['loc'][-1]), _known(shape, error['loc'][:-1]))}"
    if kind == "missing":
        return f"{place}: wajib diisi."
    if kind == "value_error":
        advice = str(context["error"]).rstrip(".")
    elif kind in {"literal_error", "enum"}:
        advice = "isi harus " + choices(re.findall(r"'([^']*)'", context["expected"]))
    elif kind in {"string_too_short", "too_short"}:
        least, unit = context["min_length"], "huruf" if kind == "string_too_short" else "butir"
        advice = "tidak boleh kosong" if least == 1 else f"sekurang-kurangnya {least} {unit}"
    elif kind.startswith("date"):
        advice = "tulis tahun-bulan-tanggal, misalnya 2025-09-18"
    elif kind == "string_pattern_mismatch":
        month = "(0[1-9]|1[0-2])" in context["pattern"]
        advice = "tulis tahun-bulan, misalnya 2025-09" if month else "bentuk tulisannya salah"
    elif kind in _LIMITS:
        key, text = _LIMITS[kind]
        advice = text.format(str(context[key]))
    else:
        advice = _ADVICE.get(kind, "isi tidak dapat dipakai")
    return f"{place}: {advice}{_quoted(given)}."


def _place(location: Sequence[str | int]) -> str:
    """'events, butir 2, date': positions in a list count from 1, as people do."""
    parts = [f"butir {part + 1}" if isinstance(part, int) else str(part) for part in location if part != "[key]"]
    return ", ".join(parts) or "(seluruh berkas)"


def _quoted(given: Any) -> str:
    if isinstance(given, dict | list):
        return ""
    shown = str(given).lower() if isinstance(given, bool) else given
    return " (kosong)" if given is None or given == "" else f" (tertulis: “{shown}”)"


def _known(shape: Any, location: Sequence[str | int]) -> list[str]:
    """Keys that the record at ``location`` inside ``shape`` knows; none where it cannot be told."""
    records = list(_records(shape))
    for part in location:
        inner = [r.model_fields[part].annotation for r in records if part in r.model_fields]
        # A position in a list or a key of a dictionary leads to the records that are already known.
        records = [found for annotation in inner for found in _records(annotation)] or records
    return [field.alias or name for record in records for name, field in record.model_fields.items()]


def _records(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _records(argument)
