"""`lumbus config show`: every value that is in force, and whether it is a default."""

import json

from uplink.config import ConfigError
from uplink.config_file import load_config
from uplink.config_public import public

from ..trouble import BAD, OK, complain
from .place import Place, clean, told


def show(options) -> int:
    place = Place(options.place)
    try:
        shown = public(load_config(place, lambda line: complain("config show", line)))
    except ConfigError as e:
        for line in told(e):
            complain("config show", line)
        return BAD
    if options.json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
        return OK
    given = dict(_flat(place.migrated()[0]))
    rows = [(path, _text(value), "" if _is_given(path, given) else "default") for path, value in _flat(shown)]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for path, text, mark in rows:
        print(f"{path:<{wide[0]}}  {text:<{wide[1]}}  {mark}".rstrip())
    return OK


def _flat(value, path: str = ""):
    """(path, value) of what is no object; a list of objects is taken apart as well."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{index}]")
    else:
        yield path, value


def _is_given(path: str, given: dict) -> bool:
    # A password is in a file of its own, and has no default.
    return given.get(path) is not None or path.endswith(".password")


def _text(value) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "(none)"
    return clean(value if isinstance(value, str) else json.dumps(value))
