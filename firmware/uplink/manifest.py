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

HEAD = b"LUMBUS RELEASE 1 "
# The first line, and the whole line of the signature.
HEAD_BYTES = const(26)
SIGNATURE_BYTES = const(523)
_MOST_BYTES = const(65536)
_MOST_LINE = const(240)
_MOST_PATH = const(120)
_MOST_DIGITS = const(8)
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
_HEX = b"0123456789abcdef"


def length_of(line: bytes) -> int:
    """Bytes of the manifest, of its first line.  Refused."""
    told = line[17:25]
    length = int(told) if line.startswith(HEAD) and told.isdigit() and line[25:] == b"\n" else 0
    if not HEAD_BYTES < length <= _MOST_BYTES:
        raise Refused("this is no release file of version 1: take one that lumbus release has made")
    return length


def head(f, length: int) -> dict:
    """What stands before the files; `f` is open at the first line.  Refused.

    {"version", "kind", "boards": list or None for all, "micropython": tuple, "mpy", "chip", "from": the version that it
    goes down from or None, "size", and "left": bytes of the manifest not read yet}.
    """
    told: dict = {"left": length}
    if length_of(_line(f, told) + b"\n") != length:
        raise _broken("its first line is another")
    told["version"] = version(_after(f, told, b"version"))
    kind = told["kind"] = _after(f, told, b"kind").decode()
    boards = _after(f, told, b"boards")
    told["boards"] = None if boards == b"*" else [_name(word) for word in boards.split(b" ")]
    if kind == "application":
        told["micropython"] = version(_after(f, told, b"micropython"), 2)
        told["mpy"] = _number(_after(f, told, b"mpy"))
    elif kind == "micropython":
        told["chip"] = _name(_after(f, told, b"chip"))
    else:
        raise _broken("kind is application or micropython")
    line = _line(f, told)
    told["from"] = None
    if line.startswith(b"downgrade-from "):
        told["from"] = version(line[15:])
        line = _line(f, told)
    if not line.startswith(b"size "):
        raise _broken("size is missing")
    told["size"] = _number(line[5:])
    return told


def files(f, told: dict):
    """(path, bytes, SHA-256 in hex, where it lies behind the signature) of each file; `f` and `told` from head().

    Refused, also when all are there and do not make up what was told.
    """
    at = 0
    before = ""
    while told["left"]:
        words = _after(f, told, b"file").split(b" ")
        if len(words) != 3 or len(words[1]) != 64 or any(c not in _HEX for c in words[1]):
            raise _broken("a file has a size, a SHA-256 and a path")
        path = _path(words[2], told["kind"])
        # In this order a folder is followed by what is in it: no path twice, none that is a file and a folder.
        if path.replace("/", "\t") <= before.replace("/", "\t") or path.startswith(before + "/"):
            raise _broken("%s is twice or at the wrong place" % path)
        before = path
        size = _number(words[0])
        yield path, size, words[1], at
        at += size
    if not before or at != told["size"]:
        raise _broken("its files have %d bytes, size says %d" % (at, told["size"]))


def version(text: bytes, parts: int = 3) -> tuple:
    """The numbers of a version; so many, or one more.  Refused."""
    words = text.split(b".")
    if not parts <= len(words) <= 3 or any(len(word) > 4 for word in words):
        raise _broken("a version is three numbers with points between them")
    return tuple([_number(word) for word in words])


def _broken(what: str) -> Refused:
    return Refused("the manifest is not valid: " + what)


def _line(f, told: dict) -> bytes:
    line = f.readline(_MOST_LINE)
    told["left"] -= len(line)
    if told["left"] < 0 or line[-1:] != b"\n":
        raise _broken("a line is too long, or the last one has no end")
    return line[:-1]


def _after(f, told: dict, name: bytes) -> bytes:
    line = _line(f, told)
    if not line.startswith(name + b" "):
        raise _broken("%s is missing" % name.decode())
    return line[len(name) + 1 :]


def _number(word: bytes) -> int:
    if not word.isdigit() or len(word) > _MOST_DIGITS or (word[:1] == b"0" and len(word) > 1):
        raise _broken("a number has at most %d digits" % _MOST_DIGITS)
    return int(word)


def _name(word: bytes) -> str:
    if not word or any(c not in _LETTERS for c in word):
        raise _broken("a name has letters, digits, points and dashes")
    return word.decode()


def _path(word: bytes, kind: str) -> str:
    """None that leads out of its folder or hides."""
    parts = word.split(b"/")
    if len(word) > _MOST_PATH or any(part[:1] == b"." for part in parts):
        raise _broken("a path leads elsewhere, or is too long")
    names = [_name(part) for part in parts]
    if kind == "micropython":
        is_right = names == ["image"]
    elif names[0] == "root":
        # Of the root no more than modules: neither settings nor what says how the board starts.
        is_right = len(names) == 2 and names[1] != "boot.py" and names[1].endswith((".py", ".mpy"))
    else:
        # `release` is the manifest itself.
        is_right = names[0] == "slot" and len(names) > 1 and names[1] != "release"
    if not is_right:
        raise _broken("%s is no place for a file" % word.decode())
    return word.decode()
