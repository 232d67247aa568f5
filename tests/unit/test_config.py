"""Settings: order of the four places, and what is refused with line and nearest name."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from chainmap.config import SECTIONS, Workspace, load_settings, toml_template
from chainmap.errors import ConfigError
from chainmap.texts import say


def workspace(folder: Path, text: str | None = None) -> Workspace:
    if text is not None:
        (folder / "chainmap.toml").write_text(text, encoding="utf-8")
    return Workspace(folder)


def test_without_file_and_environment_all_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(workspace(tmp_path), {})

    assert settings.match.top == 20
    assert {row["origin"] for row in settings.describe()} == {"default"}


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    place = workspace(tmp_path, "[store]\nurl = 'sqlite:a'\n[match]\ntop = 5\n")
    environ = {"CHAINMAP_STORE": "sqlite:b"}

    by_file = load_settings(place, {})
    by_env = load_settings(place, environ)
    by_flag = load_settings(place, environ, flags={"store.url": "sqlite:c"})

    assert [s.store.url for s in (by_file, by_env, by_flag)] == ["sqlite:a", "sqlite:b", "sqlite:c"]
    assert [s.origins["store.url"].kind for s in (by_file, by_env, by_flag)] == [
        "file",
        "env",
        "flag",
    ]
    assert by_flag.match.top == 5
    assert by_flag.origins["match.top"].place.endswith("chainmap.toml:4")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("[zone]\nregoin = '630100'\n", 2, "zone.region"),
        ("\n[zonne]\nregion = '630100'\n", 2, "zone"),
        ("[match]\n\ntop = 'many'\n", 3, "many"),
        ("[match]\ntop = 0\n", 2, "0"),
        ("[match]\ntop = true\n", 2, "True"),
        ("[gaps]\ninclude_ok = 'yes'\n", 2, "yes"),
        ("[zone]\nparks = '甘河'\n", 2, "甘河"),
        ("[zone]\nparks = [1]\n", 2, "1"),
        ("[zone]\nregion = 630100\n", 2, "630100"),
        ("zone = '630100'\n", 1, "[zone]"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, told: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_settings(workspace(tmp_path, text), {})

    assert f"chainmap.toml:{line}" in str(refused.value)
    assert told in str(refused.value)


def test_a_closed_value_is_checked_wherever_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="内部、外发"):
        load_settings(workspace(tmp_path), {"CHAINMAP_REPORT_AUDIENCE": "公开"})


def test_a_file_from_notepad_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "chainmap.toml").write_bytes("\ufeff[zone]\nregion = '西宁市'\n".encode())

    assert load_settings(Workspace(tmp_path), {}).zone.region == "西宁市"


@pytest.mark.parametrize(
    ("raw", "told"), [(b"[zone\n", "TOML"), ("# 园区\n".encode("gbk"), "UTF-8")]
)
def test_an_unreadable_file_is_refused_with_the_way_out(
    tmp_path: Path, raw: bytes, told: str
) -> None:
    (tmp_path / "chainmap.toml").write_bytes(raw)

    with pytest.raises(ConfigError, match=told):
        load_settings(Workspace(tmp_path), {})


@pytest.mark.parametrize(
    ("env", "text", "value"),
    [
        ("CHAINMAP_MATCH_TOP", "7", 7),
        ("CHAINMAP_GAPS_INCLUDE_OK", "true", True),
        ("CHAINMAP_GAPS_INCLUDE_OK", "0", False),
        ("CHAINMAP_ZONE_PARKS", "甘河工业园区；南川工业园区", ("甘河工业园区", "南川工业园区")),
        ("CHAINMAP_ZONE_REGION", "630100", "630100"),
    ],
)
def test_environment_text_becomes_the_type_of_the_setting(
    tmp_path: Path, env: str, text: str, value: object
) -> None:
    settings = load_settings(workspace(tmp_path), {env: text})

    found = {name: getattr(getattr(settings, name.split(".")[0]), name.split(".")[1])
             for name in settings.origins}  # fmt: skip
    assert list(found.values()) == [value]


@pytest.mark.parametrize("env", ["CHAINMAP_MATCH_TOP", "CHAINMAP_GAPS_INCLUDE_OK"])
def test_a_wrong_environment_value_names_its_variable(tmp_path: Path, env: str) -> None:
    with pytest.raises(ConfigError, match=env):
        load_settings(workspace(tmp_path), {env: "viele"})


def test_a_relative_store_of_the_file_is_read_from_the_workspace(tmp_path: Path) -> None:
    place = workspace(tmp_path, "[store]\nurl = 'sqlite:data/g.sqlite'\n")

    stated = load_settings(place, {})
    flagged = load_settings(place, {}, flags={"store.url": "sqlite:data/g.sqlite"})

    assert place.store_url(stated) == f"sqlite:{tmp_path / 'data/g.sqlite'}"
    assert place.store_url(flagged) == "sqlite:data/g.sqlite"


def test_the_template_is_toml_and_every_example_is_accepted(tmp_path: Path) -> None:
    text = toml_template(region="630100", parks=('甲"园"区',))
    uncommented = re.sub(r"(?m)^# (\w+ = )", r"\1", text)

    stated = load_settings(workspace(tmp_path, text), {})
    everything = load_settings(workspace(tmp_path, uncommented), {})

    assert stated.zone.region == "630100"
    assert stated.zone.parks == ('甲"园"区',)
    assert set(tomllib.loads(text)) == set(SECTIONS)
    assert len(everything.origins) == len(everything.describe())


def test_every_setting_has_a_unique_variable_and_a_description_in_two_languages() -> None:
    items = [(s, f) for s, declared in SECTIONS.items() for f in dataclasses.fields(declared)]
    variables = [item.metadata["env"] for _, item in items]

    assert len(set(variables)) == len(variables)
    assert all(name.startswith("CHAINMAP_") for name in variables)
    for section, item in items:
        zh, en = (say(f"config.{section}.{item.name}", lang) for lang in ("zh", "en"))
        assert zh != en
