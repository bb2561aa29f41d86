"""A file for the configuration: a certificate or key in DER, or a profile."""

import json

from .web_http import Refused

_DER = ("ca.der", "client.der", "key.der", "update.der", "update-ca.der")
_KEY = "update.der"
# What the board itself keeps under names that a profile could have.
_OTHERS = ("config", "secrets", "slot", "host", "update", "image", "starts")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_"


def upload(door, query: str, body: bytes) -> dict:
    """Keep `body` under the name that the query tells; Refused for other names and for what is no such file."""
    name = ""
    for part in (query or "").split("&"):
        key, _, value = part.partition("=")
        if key == "name":
            name = value
    if name in _DER:
        if door.mode != "setup" and name in (_KEY, (door.app.config["update"] or {}).get("key")):
            # The page's password may be read on the network: it must not be enough to put any program on the board.
            raise Refused(422, "%s is put on the board in set-up mode, by the board's button, or by cable" % name)
        if body[:1] != b"\x30":
            raise Refused(422, "%s must be in DER; openssl makes it so from PEM with -outform der" % name)
    elif _is_profile_name(name):
        _check_profile(name, body)
    else:
        raise Refused(422, "only %s and a profile's name with .json are taken" % ", ".join(_DER))
    door.port.storage.write_bytes(name, body)
    door.app.log("page: %s was put on the board, %d bytes" % (name, len(body)))
    return {"name": name, "bytes": len(body)}


def _is_profile_name(name: str) -> bool:
    stem = name[:-5]
    if not name.endswith(".json") or not 0 < len(stem) <= 40 or stem in _OTHERS or stem[:6] == "check-":
        return False
    return all(c in _LETTERS for c in stem)


def _check_profile(name: str, body: bytes) -> None:
    from .forget import forget
    from .profile_form import ProfileError, profile_of

    try:
        profile_of(json.loads(body))
    except ProfileError as e:
        text = "%s: %s" % (name, e)
    except (ValueError, RuntimeError):
        text = "%s is not valid JSON" % name
    else:
        text = None
    forget(("profile_form",))
    if text is not None:
        raise Refused(422, text)
