"""The form of config.json as JSON Schema (draft 2020-12) and as tables, from the fields that check it.

The firmware takes null for what is not given, and checks more than a schema can
say: what two values have to do with each other, profiles, lights, certificates.
"""

import json
import re

from uplink.config import FORM
from uplink.fields import Choice, Field, Names, Number, Numbers, Pair, Text

from ..trouble import OK
from .words import SECTIONS, WORDS

_MOST_NETWORKS = 8
# What the check says beyond the field.
_NEEDED = {"": ("mqtt", "meters"), "meters": ("address",)}
_CLOSER = {
    "meters[].address": {"anyOf": [{"minimum": 0, "maximum": 250}, {"const": 254}]},
    "meters[].secondary": {"pattern": "^[0-9a-fA-F]{16}$"},
}


def run(options) -> int:
    print("\n".join(tables()) if options.table else json.dumps(schema(), indent=2))
    return OK


def schema() -> dict:
    top = _object("")
    for name in ("mqtt", "bus", "wifi", "pins", "update", "meters"):
        inner = _object(name)
        if name in ("wifi", "meters"):
            inner = {"type": "array", "items": inner}
        if name in ("wifi", "bus", "pins", "update"):
            inner["type"] = [inner["type"], "null"]
        top["properties"][name] = {"description": WORDS[name], **inner}
    top["properties"]["wifi"]["maxItems"] = _MOST_NETWORKS
    top["properties"]["meters"]["minItems"] = 1
    pair = {"client_cert": ["client_key"], "client_key": ["client_cert"]}
    top["properties"]["mqtt"]["dependentRequired"] = pair
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "config.json of Lumbus",
        "description": "Made by lumbus config schema; what each is for stands in docs/configuration.md.",
        **top,
    }


def path_of(section: str, key: str) -> str:
    """As in WORDS and in messages: "meters[].light"."""
    return {"": key, "wifi": f"wifi[].{key}", "meters": f"meters[].{key}"}.get(section, f"{section}.{key}")


def _object(section: str) -> dict:
    fields = FORM[section]
    needed = [key for key, field in fields.items() if field.required] + list(_NEEDED.get(section, ()))
    result: dict = {"type": "object", "properties": {}, "additionalProperties": False}
    if needed:
        result["required"] = needed
    for key, field in fields.items():
        path = path_of(section, key)
        closer = _CLOSER.get(path, {})
        result["properties"][key] = {"description": WORDS[path], **_value(field, key not in needed), **closer}
    return result


def _value(field: Field, may_be_null: bool) -> dict:
    found = _kind(field)
    if may_be_null:
        if "enum" in found:
            found["enum"].append(None)
        else:
            found["type"] = [found["type"], "null"]
    if field.default is not None:
        found["default"] = field.default
    return found


def _kind(field: Field) -> dict:
    if isinstance(field, Number):
        return {"type": "integer", "minimum": field.low, "maximum": field.high}
    if isinstance(field, Choice):
        return {"enum": list(field.values)}
    if isinstance(field, Pair):
        number = {"type": "integer", "minimum": field.low, "maximum": field.high}
        return {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    if isinstance(field, Numbers):
        number = {"type": "integer", "minimum": field.low, "maximum": field.high}
        return {"type": "array", "items": number, "minItems": field.least, "maxItems": field.most}
    if isinstance(field, Names):
        name = {"type": "string", "minLength": 1, "maxLength": 120}
        return {"type": "array", "items": name, "minItems": field.least, "maxItems": field.most}
    if isinstance(field, Text):
        found: dict = {"type": "string", "minLength": 1, "maxLength": field.most}
        if field.letters:
            found["pattern"] = f"^[A-Za-z0-9{re.escape(field.letters)}]*$"
        return found
    raise TypeError(f"no schema for {type(field).__name__}")


def tables():
    """Lines of Markdown: a table for each part."""
    for section, title in SECTIONS.items():
        yield from ("", f"### {title}") if section else (f"### {title}",)
        yield from ("", "| key | allowed | default | what |", "|---|---|---|---|")
        for key, field in FORM[section].items():
            yield f"| `{key}` | {_allowed(field)} | {_default(section, key, field)} | {WORDS[path_of(section, key)]} |"


def _allowed(field: Field) -> str:
    return field.allowed().removeprefix("one of ").replace("|", "\\|")


def _default(section: str, key: str, field: Field) -> str:
    if field.required or key in _NEEDED.get(section, ()):
        return "needed"
    return "null" if field.default is None else f"`{json.dumps(field.default)}`"
