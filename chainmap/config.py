"""Settings of a workspace: frozen values, read once, each with the place it came from.

The choice: a setting is one dataclass field whose metadata names its unit and its environment
variable; the loader, ``chainmap config show``, the comments of a new ``chainmap.toml`` and the
docs are made from the fields. Order: flag, ``CHAINMAP_*``, ``chainmap.toml``, default.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from chainmap.audience import AUDIENCES, INTERNAL
from chainmap.errors import ConfigError
from chainmap.texts import say

TOML_NAME = "chainmap.toml"
STORE_NAME = "chainmap.sqlite"
OUT_NAME = "out"

Value = str | int | float | bool | tuple[str, ...] | None


def _about(
    env: str, *, unit: str = "", choices: tuple[str, ...] = (), example: str = ""
) -> dict[str, object]:
    """Return a field's metadata: environment variable, unit, closed values, example in TOML.

    The description is the text ``config.<section>.<name>`` in both languages.
    """
    return {"env": env, "unit": unit, "choices": choices, "example": example}


@dataclass(frozen=True, slots=True)
class ZoneConfig:
    """Which zone is ours: local means LOCATED_IN the region or one of the parks."""

    region: str | None = field(
        default=None, metadata=_about("CHAINMAP_ZONE_REGION", example='"630100"', unit="GB/T 2260")
    )
    parks: tuple[str, ...] = field(
        default=(),
        metadata=_about("CHAINMAP_ZONE_PARKS", example='["甘河工业园区", "南川工业园区"]'),
    )


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """Where the graph rests; ``url`` None is the SQLite file of the workspace."""

    url: str | None = field(
        default=None,
        metadata=_about(
            "CHAINMAP_STORE", example='"neo4j://neo4j@localhost:7687/neo4j"', unit="URL"
        ),
    )
    password_env: str = field(
        default="CHAINMAP_STORE_PASSWORD",
        metadata=_about("CHAINMAP_STORE_PASSWORD_ENV", example='"CHAINMAP_STORE_PASSWORD"'),
    )


@dataclass(frozen=True, slots=True)
class IngestConfig:
    """How files are read."""

    mapping: str | None = field(
        default=None,
        metadata=_about("CHAINMAP_INGEST_MAPPING", example='"列对应.toml"', unit="FILE.toml"),
    )
    strict: tuple[str, ...] = field(
        default=(), metadata=_about("CHAINMAP_INGEST_STRICT", example='["V-required"]')
    )


@dataclass(frozen=True, slots=True)
class MatchConfig:
    """What ``chainmap match`` answers when nothing else is asked."""

    top: int = field(default=20, metadata=_about("CHAINMAP_MATCH_TOP", example="20", unit="rows"))
    least_positives: int = field(
        default=200,
        metadata=_about("CHAINMAP_MATCH_LEAST_POSITIVES", example="200", unit="pairs"),
    )
    least_leaders: int = field(
        default=20,
        metadata=_about("CHAINMAP_MATCH_LEAST_LEADERS", example="20", unit="companies"),
    )


@dataclass(frozen=True, slots=True)
class GapConfig:
    """What ``chainmap gaps`` answers when nothing else is asked."""

    include_ok: bool = field(
        default=False, metadata=_about("CHAINMAP_GAPS_INCLUDE_OK", example="false")
    )


@dataclass(frozen=True, slots=True)
class ReportConfig:
    """For whom files are written."""

    audience: str = field(
        default=INTERNAL,
        metadata=_about("CHAINMAP_REPORT_AUDIENCE", example='"内部"', choices=AUDIENCES),
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: ``kind`` is flag, env, file or default; ``place`` says which."""

    kind: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; ``origins`` maps ``section.name`` to where the value came from."""

    zone: ZoneConfig = ZoneConfig()
    store: StoreConfig = StoreConfig()
    ingest: IngestConfig = IngestConfig()
    match: MatchConfig = MatchConfig()
    gaps: GapConfig = GapConfig()
    report: ReportConfig = ReportConfig()
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def describe(self) -> list[dict[str, object]]:
        """Return one row a setting: name, value, unit, origin, place, env and description.

        A password that somebody wrote into an address is not repeated.
        """
        rows: list[dict[str, object]] = []
        for section, declared in SECTIONS.items():
            values = getattr(self, section)
            for item in fields(declared):
                name = f"{section}.{item.name}"
                value = getattr(values, item.name)
                if name == "store.url" and value:
                    value = without_password(value)
                origin = self.origins.get(name, Origin("default"))
                rows.append(
                    {
                        "setting": name,
                        "value": list(value) if isinstance(value, tuple) else value,
                        "unit": item.metadata["unit"] or None,
                        "origin": origin.kind,
                        "place": origin.place or None,
                        "env": item.metadata["env"],
                        "description": say(f"config.{name}"),
                    }
                )
        return rows


def without_password(url: str) -> str:
    """Return a store's address for the screen: what stands between user and host is masked.

    >>> without_password("neo4j://anna:s@cr/et@host/neo4j"), without_password("sqlite:a.db")
    ('neo4j://anna:***@host/neo4j', 'sqlite:a.db')
    """
    return re.sub(r"(?<=://)([^:/@]*):.*@", r"\1:***@", url)


SECTIONS: Mapping[str, Any] = {
    "zone": ZoneConfig,
    "store": StoreConfig,
    "ingest": IngestConfig,
    "match": MatchConfig,
    "gaps": GapConfig,
    "report": ReportConfig,
}


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with ``chainmap.toml``, the SQLite store and ``out/``; none of them must exist."""

    folder: Path

    @property
    def toml_path(self) -> Path:
        """The settings file."""
        return self.folder / TOML_NAME

    @property
    def store_path(self) -> Path:
        """The SQLite store used when no other is named."""
        return self.folder / STORE_NAME

    @property
    def out_folder(self) -> Path:
        """Where files go that no ``-o`` names."""
        return self.folder / OUT_NAME

    @property
    def cache_folder(self) -> Path:
        """Rebuildable snapshots beside the store; safe to delete."""
        return self.folder / f"{STORE_NAME}.cache"

    @property
    def exists(self) -> bool:
        """Whether the folder was set up or holds a store."""
        return self.toml_path.is_file() or self.store_path.is_file()

    def store_url(self, settings: Settings) -> str:
        """Return the store's URL: the one set, else the SQLite file of this folder.

        A relative SQLite path in ``chainmap.toml`` is read from the workspace, not from the
        folder the command happens to run in.
        """
        url = settings.store.url
        if not url:
            return f"sqlite:{self.store_path}"
        scheme, _, path = url.partition(":")
        from_file = settings.origins.get("store.url", Origin("default")).kind == "file"
        if scheme == "sqlite" and from_file and not Path(path).is_absolute():
            return f"sqlite:{self.folder / path}"
        return url


def load_settings(
    workspace: Workspace,
    environ: Mapping[str, str],
    *,
    flags: Mapping[str, Value] | None = None,
) -> Settings:
    """Read the settings of a workspace.

    Parameters
    ----------
    workspace
        Its ``chainmap.toml`` may be absent: then environment and defaults hold.
    environ
        The process environment; only ``CHAINMAP_*`` names declared by a field are read.
    flags
        ``section.name`` -> value given on the command line; None and ``()`` mean not given.

    Raises
    ------
    ConfigError
        Unreadable file, unknown section or key (with line and the nearest name), wrong type.
    """
    given = {name: value for name, value in (flags or {}).items() if value not in (None, ())}
    stated = _read_toml(workspace.toml_path)
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for section, declared in SECTIONS.items():
        chosen: dict[str, Value] = {}
        for item in fields(declared):
            name = f"{section}.{item.name}"
            env, default = item.metadata["env"], _default(item)
            if name in given:
                chosen[item.name], origins[name] = given[name], Origin("flag")
            elif environ.get(env):
                place = env
                chosen[item.name] = _from_text(environ[env], default, place)
                origins[name] = Origin("env", place)
            elif name in stated:
                value, place = stated[name]
                chosen[item.name] = _typed(value, default, f"{place}：{name}")
                origins[name] = Origin("file", place)
            else:
                continue
            _check_choice(chosen[item.name], item.metadata["choices"], name)
        values[section] = declared(**chosen)
    return Settings(**values, origins=origins)


def _default(item: Field[Value]) -> Value:
    """Return a field's default; every setting has one."""
    return None if item.default is MISSING else item.default


def _read_toml(path: Path) -> dict[str, tuple[object, str]]:
    """Return ``section.name`` -> (value, ``file:line``); an absent file states nothing."""
    if not path.is_file():
        return {}
    try:
        # Notepad writes a byte order mark, which tomllib refuses.
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as exc:
        raise ConfigError(say("config.not_utf8", path=path)) from exc
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(say("config.not_toml", path=path, reason=exc)) from exc
    except OSError as exc:
        raise ConfigError(say("config.unreadable", path=path, reason=exc.strerror)) from exc
    stated: dict[str, tuple[object, str]] = {}
    for section, table in document.items():
        place = f"{path}:{_line_of(text, section, None)}"
        if section not in SECTIONS:
            _refuse_unknown(section, list(SECTIONS), place)
        if not isinstance(table, dict):
            raise ConfigError(say("config.not_a_section", place=place, name=section))
        known = [item.name for item in fields(SECTIONS[section])]
        for name, value in table.items():
            place = f"{path}:{_line_of(text, section, name)}"
            if name not in known:
                _refuse_unknown(f"{section}.{name}", [f"{section}.{k}" for k in known], place)
            stated[f"{section}.{name}"] = (value, place)
    return stated


def _line_of(text: str, section: str, name: str | None) -> int:
    """Return the 1-based line where a key stands; tomllib does not say it (0: not found)."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\s*\"?([^\]\"]+?)\"?\s*\]", line)
        current = header.group(1) if header else current
        if name is None and (current == section or re.match(rf"\s*{re.escape(section)}\b", line)):
            return number
        if name is not None and current == section:
            key = re.match(r"\s*\"?([^\s=\"]+)\"?\s*=", line)
            if key and key.group(1) == name:
                return number
    return 0


def _refuse_unknown(name: str, known: list[str], place: str) -> None:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = (
        say("config.did_you_mean", name=near[0])
        if near
        else say("config.known", names="、".join(known))
    )
    raise ConfigError(say("config.unknown", place=place, name=name, hint=hint))


def _typed(value: object, default: Value, where: str) -> Value:
    """Return a TOML value as the field's type, or refuse it; text is what an unset field takes."""
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        raise ConfigError(say("config.want_flag", where=where, value=value))
    if isinstance(default, int):
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        raise ConfigError(say("config.want_count", where=where, value=value))
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise ConfigError(say("config.want_list", where=where, value=value))
    if isinstance(value, str):
        return value or default
    raise ConfigError(say("config.want_text", where=where, value=value))


def _from_text(text: str, default: Value, env: str) -> Value:
    """Return the text of an environment variable as the field's type."""
    if isinstance(default, bool):
        lowered = text.strip().lower()
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        return _typed(words.get(lowered, text), default, env)
    if isinstance(default, int):
        return _typed(int(text) if text.strip().isdecimal() else text, default, env)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in re.split(r"[,，;；]", text) if part.strip())
    return text


def _check_choice(value: Value, choices: tuple[str, ...], name: str) -> None:
    if choices and value not in choices:
        raise ConfigError(
            say("config.want_choice", name=name, value=value, names="、".join(choices))
        )


def toml_template(*, region: str | None = None, parks: tuple[str, ...] = ()) -> str:
    """Return a commented ``chainmap.toml``: every setting, its meaning and an example.

    Parameters
    ----------
    region, parks
        The zone, when known: then these lines are in force, not comments.
    """
    given = {
        "zone.region": _toml_text(region) if region else "",
        "zone.parks": f"[{', '.join(map(_toml_text, parks))}]" if parks else "",
    }
    lines = [f"# {line}" for line in say("config.head").split("\n")]
    for section, declared in SECTIONS.items():
        lines += ["", f"[{section}]"]
        for item in fields(declared):
            name = f"{section}.{item.name}"
            about = say("config.about", text=say(f"config.{name}"), env=item.metadata["env"])
            stated = given.get(name)
            value = stated or item.metadata["example"]
            lines += [f"# {about}", f"{'' if stated else '# '}{item.name} = {value}"]
    return "\n".join(lines) + "\n"


def _toml_text(text: str) -> str:
    """Return a text as a TOML basic string (whose escapes are those of JSON)."""
    return json.dumps(text, ensure_ascii=False)
