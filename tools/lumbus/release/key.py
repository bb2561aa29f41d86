"""`lumbus key`: the pair of keys that releases are signed with."""

import json
import os
from pathlib import Path

from ..asking import hidden, is_interactive
from ..trouble import BAD, OK, USAGE, Trouble, guarded
from . import keys
from .installed import want
from .read import Broken


def run(options) -> int:
    return guarded("key", lambda: _key(options))


def _key(options) -> int:
    want()
    if options.show is not None:
        print_fingerprint(options, public_key(Path(options.show)))
        return OK
    private, public = Path(options.key), Path(options.public)
    # Before anybody types a password for nothing.
    keys.refuse_overwriting(private, public)
    der = keys.make(private, public, _new_password())
    print_fingerprint(options, der)
    return OK


def print_fingerprint(options, der: bytes) -> None:
    text = keys.fingerprint(der)
    if options.json:
        made = {} if options.show else {"key": options.key, "public": options.public}
        print(json.dumps({**made, "fingerprint": text.replace(" ", "")}))
        return
    if not options.show:
        print(f"{options.key} signs releases: keep it, and its password, where nobody else has them.")
        print(f"{options.public} is for the boards: lumbus setup puts it there.")
    print(f"fingerprint {text}")


def public_key(path: Path) -> bytes:
    """The DER of a public key that boards take.  Trouble."""
    try:
        der = path.read_bytes()
        keys.public_key(der)
    except OSError as e:
        raise Trouble(f"{path} cannot be read ({e.strerror})", USAGE)
    except Broken as e:
        raise Trouble(f"{path}: {e}", BAD)
    return der


def _new_password() -> str:
    given = os.environ.get(keys.VARIABLE)
    if given is not None:
        return keys.check_password(given)
    if not is_interactive():
        raise Trouble(f"no terminal to ask for the key's password at: set {keys.VARIABLE}", USAGE)
    return hidden("password for the private key", _checked)


def _checked(answer: str) -> str:
    if len(answer) < keys.LEAST_LETTERS:
        raise ValueError(f"{keys.LEAST_LETTERS} characters or more")
    return answer


def password_of(private: Path) -> str | None:
    """Of a key that is there; None where it has none.  Trouble."""
    if not keys.is_encrypted(private):
        return None
    given = os.environ.get(keys.VARIABLE)
    if given is not None:
        return given
    if not is_interactive():
        raise Trouble(f"no terminal to ask for the password of {private} at: set {keys.VARIABLE}", USAGE)
    from getpass import getpass

    try:
        return getpass(f"password of {private}: ")
    except EOFError:
        raise Trouble("no answer: nothing was written", BAD)
