"""As Telegraf's mqtt_consumer and json_v2 parser make points of messages, as far as our configuration uses them.

Facts from its documentation and source (plugins/inputs/mqtt_consumer/topic_parser.go, plugins/parsers/json_v2):

* A time path that is absent or null is an error, and the message is lost to it.  `unix` takes decimals as they stand.
* A path of a field that is absent is an error unless it is `optional`; null makes no field.
* Of an object every key becomes a field; null none; an array as many points as it has elements: ours leave them out.
* Fields of a table and its object become one point.  Numbers are 64-bit floats where no type is given.
* A topic's tags: as many parts as the topic has, `_` for none.
"""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

_INPUT = {
    "alias", "servers", "username", "password", "topics", "topic_tag", "qos", "persistent_session", "client_id",
    "max_undelivered_messages", "data_format", "topic_parsing", "json_v2",
}  # fmt: skip
_TOPIC = {"topic", "tags", "measurement", "fields", "types"}
_TABLE = {"measurement_name", "timestamp_path", "timestamp_format", "object", "field", "tag"}
_OBJECT = {"path", "optional", "excluded_keys", "included_keys", "tags", "fields", "renames", "disable_prepend_keys"}
_FIELD = {"path", "rename", "type", "optional"}
_TYPES = {"int": int, "float": float, "string": str, "bool": bool}


class Refused(Exception):
    """Telegraf logs an error, and the message makes no point."""


@dataclass
class Point:
    name: str
    tags: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    # ns since 1970; None: when it came.
    time: int | None = None

    def line(self) -> str:
        """InfluxDB's line protocol."""
        tags = "".join(f",{key}={_escaped(value)}" for key, value in sorted(self.tags.items()))
        fields = ",".join(f"{key}={_value(value)}" for key, value in self.fields.items())
        return f"{self.name}{tags} {fields}" + ("" if self.time is None else f" {self.time}")


def _escaped(text: str) -> str:
    return text.replace(" ", "\\ ").replace(",", "\\,").replace("=", "\\=")


def _value(value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value}i"
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) else repr(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def faults(settings: dict) -> list[str]:
    """Options of one input that Telegraf does not know, in words."""
    found = [f"unknown option {key}" for key in settings if key not in _INPUT]
    if settings.get("persistent_session") and not (settings.get("client_id") and settings.get("qos")):
        found.append("a persistent session needs client_id and qos")
    for each in settings["topic_parsing"]:
        found += [f"topic_parsing: unknown {key}" for key in each if key not in _TOPIC]
        if len(each["tags"].split("/")) != len(each["topic"].split("/")):
            found.append("topic_parsing: tags have not as many parts as the topic")
    for table in settings["json_v2"]:
        found += [f"json_v2: unknown {key}" for key in table if key not in _TABLE]
        found += [f"object: unknown {key}" for each in table.get("object", ()) for key in each if key not in _OBJECT]
        found += [f"field: unknown {key}" for each in table.get("field", ()) for key in each if key not in _FIELD]
        found += [
            f"field: type {each['type']}" for each in table.get("field", ()) if each.get("type", "int") not in _TYPES
        ]
        if ("timestamp_path" in table) != ("timestamp_format" in table):
            found.append("timestamp_path and timestamp_format belong together")
    return found


def matches(pattern: str, topic: str) -> bool:
    wanted, given = pattern.split("/"), topic.split("/")
    return len(wanted) == len(given) and all(a in ("+", b) for a, b in zip(wanted, given, strict=True))


def points(settings: dict, topic: str, payload: str) -> list[Point]:
    """What one input makes of a message to which it has subscribed."""
    data = json.loads(payload, parse_float=Decimal)
    found = [_point(table, data) for table in settings["json_v2"]]
    for point in found:
        for each in settings["topic_parsing"]:
            if matches(each["topic"], topic):
                names = zip(each["tags"].split("/"), topic.split("/"), strict=True)
                point.tags |= {name: part for name, part in names if name != "_"}
    return found


def _point(table: dict, data: dict) -> Point:
    point = Point(table["measurement_name"])
    if "timestamp_path" in table:
        moment = _at(data, table["timestamp_path"])
        if moment in (_ABSENT, None):
            raise Refused(f"the timestamp path {table['timestamp_path']} returned NULL")
        assert table["timestamp_format"] == "unix"
        point.time = int(Decimal(moment) * 1_000_000_000)
    for each in table.get("object", ()):
        assert each["path"] == "@this"
        _object(point, each, data)
    for each in table.get("field", ()):
        value = _at(data, each["path"])
        if value is _ABSENT:
            if not each.get("optional"):
                raise Refused(f"the path {each['path']} doesn't exist")
            continue
        if isinstance(value, list | dict):
            raise AssertionError(f"{each['path']} is no single value")
        _add(point, each.get("rename") or each["path"].split(".")[-1], value, each.get("type"))
    return point


def _object(point: Point, each: dict, data: dict) -> None:
    for key, value in data.items():
        if key in each.get("excluded_keys", ()):
            continue
        if isinstance(value, list | dict):
            raise AssertionError(f"{key} would make more points than one")
        if key in each.get("tags", ()):
            if value is not None:
                point.tags[key] = str(value)
            continue
        _add(point, key, value, each.get("fields", {}).get(key))


def _add(point: Point, name: str, value, kind: str | None) -> None:
    if value is None:
        return
    if kind is not None:
        value = _TYPES[kind](value)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = float(value)
    point.fields[name] = value


_ABSENT = object()


def _at(data, path: str) -> Any:
    """The part of gjson's paths that we use: keys, places in an array, and # for how many there are."""
    for part in path.split("."):
        if part == "#" and isinstance(data, list):
            return len(data)
        if isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        elif isinstance(data, dict) and part in data:
            data = data[part]
        else:
            return _ABSENT
    return data
