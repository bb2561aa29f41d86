"""The schema and the documentation say what the check takes: both are made from its fields."""

import json
import re
from pathlib import Path

import pytest
from ptybus import Run

from lumbus.config.schema import path_of, schema, tables
from lumbus.config.words import SECTIONS, WORDS
from uplink.config import FORM, ConfigError, check

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}


def fits(value, rule: dict) -> bool:
    """Whether a value is as the schema says, by the words of JSON Schema that it uses."""
    if "enum" in rule:
        return any(type(one) is type(value) and one == value for one in rule["enum"])
    kinds = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    if not any(type(value) is _TYPES[kind] for kind in kinds):
        return False
    if isinstance(value, dict):
        rules = rule["properties"]
        needed = set(rule.get("required", ())).union(*(rule.get("dependentRequired", {}).get(key, ()) for key in value))
        return needed <= value.keys() <= rules.keys() and all(fits(value[key], rules[key]) for key in value)
    if isinstance(value, list):
        return rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", 1e9) and all(
            fits(one, rule["items"]) for one in value
        )
    if isinstance(value, str):
        fine = rule.get("minLength", 0) <= len(value) <= rule.get("maxLength", 1e9)
        return fine and re.search(rule.get("pattern", ""), value) is not None
    return value is None or (_within(value, rule) and any(_within(value, one) for one in rule.get("anyOf", [{}])))


def _within(value: int, rule: dict) -> bool:
    return rule.get("minimum", value) <= value <= rule.get("maximum", value) and value == rule.get("const", value)


def changed(*path) -> dict:
    """A good configuration with the last of `path` where the others lead; ... takes it out."""
    data = {
        "version": 2,
        "gateway": "cellar",
        "ntp": ["a", "b"],
        "wifi": [{"ssid": "home"}],
        "mqtt": {"host": "broker", "port": 1884, "tls": False, "client_cert": "a.der", "client_key": "b.der"},
        "bus": {"baud": 9600},
        "meters": [{"profile": "m1pro40", "address": 250, "light": 0, "light_width_ms": [2, 9], "secondary": "0" * 16}],
    }
    place = data
    for key in path[:-2]:
        place = place[key]
    if path and path[-1] is ...:
        del place[path[-2]]
    elif path:
        place[path[-2]] = path[-1]
    return data


GOOD = [
    (),
    ("gateway", None),
    ("gateway", ...),
    ("wifi", []),
    ("wifi", None),
    ("bus", None),
    ("bus", ...),
    ("mqtt", "base", "a/b-c_d"),
    ("mqtt", "tls", ...),
    ("mqtt", "ca", "A.der"),
    ("meters", 0, "address", 254),
    ("meters", 0, "energy", None),
    ("meters", 0, "light", None),
]
BAD = [
    ("version", 1),
    ("version", ...),
    ("version", None),
    ("colour", 1),
    ("gateway", "a b"),
    ("gateway", ""),
    ("gateway", "g" * 41),
    ("ntp", []),
    ("ntp", ["a"] * 5),
    ("ntp", [7]),
    ("journal_kb", 15),
    ("journal_kb", True),
    ("journal_kb", "16"),
    ("wifi", {}),
    ("wifi", [{"ssid": str(n)} for n in range(9)]),
    ("wifi", 0, "password", "x" * 8),
    ("wifi", 0, "ssid", None),
    ("mqtt", ...),
    ("mqtt", "host", ...),
    ("mqtt", "tls", 1),
    ("mqtt", "port", 65536),
    ("mqtt", "ca", "../ca.der"),
    ("mqtt", "client_key", ...),
    ("mqtt", "password", "x"),
    ("bus", "baud", 2401),
    ("bus", []),
    ("meters", []),
    ("meters", ...),
    ("meters", 0, "address", ...),
    ("meters", 0, "address", 251),
    ("meters", 0, "address", 255),
    ("meters", 0, "secondary", "0" * 15),
    ("meters", 0, "energy", "heat"),
    ("meters", 0, "light_width_ms", [2]),
    ("meters", 0, "light_width_ms", [0, 2]),
]


@pytest.mark.parametrize("path", GOOD, ids=str)
def test_what_the_check_takes_the_schema_takes(path):
    check(changed(*path))
    assert fits(changed(*path), schema())


@pytest.mark.parametrize("path", BAD, ids=str)
def test_what_the_check_refuses_the_schema_refuses(path):
    with pytest.raises(ConfigError):
        check(changed(*path))
    assert not fits(changed(*path), schema())


def test_every_key_has_words_and_no_words_are_left():
    paths = {path_of(section, key) for section, fields in FORM.items() for key in fields}
    assert set(WORDS) == paths | set(SECTIONS) - {""}
    assert list(SECTIONS) == list(FORM)


def test_the_schema_in_the_documentation_is_up_to_date(capsys):
    run = Run(capsys, "config", "schema")
    assert run.code == 0
    assert (DOCS / "config.schema.json").read_text(encoding="utf-8") == run.out, (
        "make it anew: lumbus config schema > docs/config.schema.json"
    )


def test_the_tables_in_the_documentation_are_up_to_date(capsys):
    run = Run(capsys, "config", "schema", "--table")
    assert run.out == "\n".join(tables()) + "\n"
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert f"\n\n{run.out}\n<!-- To here -->" in text, "put in anew what lumbus config schema --table gives"


def test_the_examples_in_the_documentation_are_good():
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    (config,) = [block for block in blocks if "meters" in block]
    (secrets,) = [block for block in blocks if "mqtt_password" in block]
    ssids = {network["ssid"] for network in config["wifi"]}
    assert secrets["wifi"].keys() == ssids
    secrets["wifi"] = dict.fromkeys(ssids, "swordfish")
    check(config, secrets)
    assert fits(config, schema())
