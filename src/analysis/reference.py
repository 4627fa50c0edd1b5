"""Reading of YAML settings with a schema: unknown keys are refused and every problem of a file is told at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from analysis.errors import ConfigurationError, nearest


class Strict(BaseModel):
    """Base of all records read from settings: frozen, and unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


T = TypeVar("T")


def load_yaml(path: Path) -> Any:
    """Return the content of a YAML file; raise ConfigurationError with line and column where it is not YAML."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigurationError(f"Berkas pengaturan {path.name} tidak ditemukan di {path.parent.name}/.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", baris {mark.line + 1} kolom {mark.column + 1}" if mark else ""
        raise ConfigurationError(
            f"Berkas {path.name}{place} bukan YAML yang benar. Periksa lekukan (spasi, bukan tab), tanda titik dua, "
            "dan tanda kutip."
        ) from None


def load_record(path: Path, shape: type[T]) -> T:
    """Return the content of a YAML file as ``shape`` (a Strict record or a container of them).

    Raises ConfigurationError that lists every wrong, missing or unknown key.
    """
    content = load_yaml(path)
    try:
        return TypeAdapter(shape).validate_python(content)
    except ValidationError as error:
        raise ConfigurationError(
            f"Berkas {path.name} tidak sesuai dengan bentuk yang diminta:",
            [_sentence(e, shape) for e in error.errors()],
        ) from None


def _sentence(error: Any, shape: Any) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "(seluruh berkas)"
    shown = "" if isinstance(error.get("input"), dict | list) else f" (tertulis: {error.get('input')!r})"
    match error["type"]:
        case "extra_forbidden":
            known = list(getattr(shape, "model_fields", {}))
            return f"{place}: kunci tidak dikenal.{nearest(str(error['loc'][-1]), known)}"
        case "missing":
            return f"{place}: wajib diisi."
        case "literal_error" | "enum":
            return f"{place}: isi harus salah satu dari {error['ctx']['expected']}{shown}."
        case "value_error":
            return f"{place}: {error['ctx']['error']}{shown}"
        case _:
            return f"{place}: isi tidak sesuai{shown} [{error['type']}]."
