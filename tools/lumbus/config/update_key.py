"""The key with which releases are checked, and the CA of who serves them: files beside config.json."""

import base64
import ssl
from pathlib import Path

from uplink.refused import Refused
from uplink.signature import modulus

from ..trouble import USAGE, Trouble
from .place import Place

NAME = "update.der"
_PEM = "-----BEGIN PUBLIC KEY-----"


def with_key(config: dict, source: str | None) -> dict:
    """The configuration, which names the key where one was given; what else it says of updates stays."""
    if source is None:
        return config
    given = config.get("update")
    return {**config, "update": {**(given if isinstance(given, dict) else {}), "key": NAME}}


def key_of(source: str) -> bytes:
    """A public key's file, PEM or DER, in DER. Trouble where it is none."""
    try:
        data = Path(source).read_bytes()
    except OSError as e:
        raise Trouble(f"--update-key {source}: {e.strerror}", USAGE)
    try:
        if data.lstrip().startswith(b"-----"):
            data = _from_pem(data.decode())
    except ValueError as e:
        raise Trouble(f"--update-key {source}: {e}", USAGE)
    fault = fault_of(data)
    if fault is not None:
        raise Trouble(f"--update-key {source}: {fault}", USAGE)
    return data


def _from_pem(text: str) -> bytes:
    if not text.lstrip().startswith(_PEM):
        raise ValueError("is no public key; the other half of the pair never leaves your computer")
    body = text.split(_PEM, 1)[1].split("-----END", 1)[0]
    return base64.b64decode("".join(body.split()))


def fault_of(data: bytes) -> str | None:
    """What is wrong with a key in DER; None for nothing: the firmware's own word."""
    try:
        modulus(data)
    except Refused as e:
        return str(e)
    return None


def faults(place: Place, config: dict) -> list[str]:
    """A line for each file that `update` names and that is not fit."""
    update = config["update"]
    if update is None:
        return []
    found = []
    key, ca = _read(place, "key", update, found), _read(place, "ca", update, found)
    if key is not None:
        fault = fault_of(key)
        found += [] if fault is None else [f"update.key: {update['key']}: {fault}"]
    if ca is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=ca)
        except (OSError, ValueError) as e:
            found.append(f"update.ca: {update['ca']} is no certificate in DER ({e})")
    return found


def _read(place: Place, key: str, update: dict, found: list[str]) -> bytes | None:
    name = update[key]
    if name is None:
        return None
    try:
        data = place.read_bytes(name)
    except OSError as e:
        found.append(f"update.{key}: {name} cannot be read ({e})")
        return None
    if data is None:
        found.append(f"update.{key}: there is no file {name}; put it beside config.json")
    return data
