"""The configuration's copy in the port's second place, from which a formatted filesystem gets it back.

"names" is a JSON list of files, "f0", "f1" ... are their contents: a name there may have 15 characters only.
The number of the start is there as well, as digits under "boot".

Loaded when something is to be copied, and forgotten afterwards.
"""

import json


def copy(storage, second, config: dict, log) -> None:
    """Copy what somebody has put there by hand, where it differs; what cannot be copied gets a line."""
    try:
        _copy(storage, second, config)
    except OSError as e:
        log("second place: the configuration cannot be copied (%s)" % e)


def _copy(storage, second, config: dict) -> None:
    names = []
    for name in _files(config):
        data = storage.read_bytes(name)
        if data is not None:
            _write(second, "f%d" % len(names), data)
            names.append(name)
    _write(second, "names", json.dumps(names).encode())
    # The filesystem could be mounted: what did not let it is over.
    if second.read("mounts") is not None:
        _write(second, "mounts", b"0")


def _files(config: dict) -> list:
    """config.json is the last: where it is, all is."""
    names = ["secrets.json"]
    mqtt = config["mqtt"]
    if mqtt["tls"]:
        names += [mqtt[key] for key in ("ca", "client_cert", "client_key") if mqtt[key] is not None]
    update = config.get("update")
    if update is not None:
        names += [update[key] for key in ("key", "ca") if update[key] is not None]
    for meter in config["meters"]:
        name = meter["profile"] + ".json"
        if name not in names:
            names.append(name)
    return names + ["config.json"]


def _write(second, name: str, data: bytes) -> None:
    # What is the same is not written: no wear.
    if second.read(name) != data:
        second.write(name, data)
