"""The manifest of a release: lines of text at the front of the file, read one by one from where they lie.

    LUMBUS RELEASE 1 00009123           bytes of the manifest, this line and all before "signature"
    version 0.2.0
    kind application                    or: micropython
    boards *                            or the names of pin maps
    micropython 1.23                    application: the oldest that will do
    mpy 6                               application: the version of its .mpy files
    chip esp32s3                        micropython: the chip that the image is for
    downgrade-from 0.3.0                where it is one: for boards that run just that version
    size 189469                         bytes of all files
    file 2427 <SHA-256> slot/uplink/commands.mpy
    signature <base64>                  of the manifest: RSA-3072, PKCS#1 v1.5, SHA-256

Behind that line lie the files, one behind the other in the order of their lines, which is that of their paths, folder
by folder.  "slot/" is what lies in a slot, "root/" what lies in the board's root; of micropython there is one file,
"image".  Nothing else is a manifest: each line has its place, and whatever is not as told here is refused.

Loaded when there is an update, and forgotten afterwards.
"""

from mbus._const import const

from .refused import Refused

_MOST_LINE = const(240)
_MOST_DIGITS = const(8)
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"


def to_version(text: bytes, parts: int = 3) -> tuple:
    """The numbers of a version; so many, or one more.  Refused."""
    words = text.split(b".")
    if not parts <= len(words) <= 3 or any(len(word) > 4 for word in words):
        raise broken("a version is three numbers with points between them")
    return tuple([to_number(word) for word in words])


def broken(what: str) -> Refused:
    return Refused("the manifest is not valid: " + what)


def next_line(f, told: dict) -> bytes:
    line = f.readline(_MOST_LINE)
    told["left"] -= len(line)
    if told["left"] < 0 or line[-1:] != b"\n":
        raise broken("a line is too long, or the last one has no end")
    return line[:-1]


def after(f, told: dict, name: bytes) -> bytes:
    line = next_line(f, told)
    if not line.startswith(name + b" "):
        raise broken("%s is missing" % name.decode())
    return line[len(name) + 1 :]


def to_number(word: bytes) -> int:
    if not word.isdigit() or len(word) > _MOST_DIGITS or (word[:1] == b"0" and len(word) > 1):
        raise broken("a number has at most %d digits" % _MOST_DIGITS)
    return int(word)


def to_name(word: bytes) -> str:
    if not word or any(c not in _LETTERS for c in word):
        raise broken("a name has letters, digits, points and dashes")
    return word.decode()
