"""The first part of an update: the front of a release file to the flash, and its signature checked.

What comes is not believed before that.  Nothing is changed but one file in the root.

Loaded when there is an update, and forgotten afterwards.
"""

import binascii
import hashlib

from mbus._const import const

from .refused import Refused
from .signature import check

# In the root, as long as nobody knows whether it is to be.
NEW = "/release.new"
_PIECE = const(1024)
# The first line, and the whole line of the signature.
HEAD = b"LUMBUS RELEASE 1 "
HEAD_BYTES = const(26)
SIGNATURE_BYTES = const(523)
_MOST_BYTES = const(65536)


async def fetch_front(source, place, key: bytes, pause) -> dict:
    """{"release": its id in hex, "length": bytes of the manifest, "at": where the files begin}.  Refused, OSError.

    The manifest and its signature lie in NEW then.
    """
    length = await _fetch(source, place, pause)
    with place.open(NEW, "rb") as f:
        digest = await _digest(f, length, pause)
        await check(key, digest, _signature(f.readline(SIGNATURE_BYTES + 1)), pause)
    return {"release": binascii.hexlify(digest).decode(), "length": length, "at": length + SIGNATURE_BYTES}


def length_of(line: bytes) -> int:
    """Bytes of the manifest, of its first line.  Refused."""
    told = line[17:25]
    length = int(told) if line.startswith(HEAD) and told.isdigit() and line[25:] == b"\n" else 0
    if not HEAD_BYTES < length <= _MOST_BYTES:
        raise Refused("this is no release file of version 1: take one that lumbus release has made")
    return length


async def _fetch(source, place, pause) -> int:
    """Bytes of the manifest, which lies in NEW with its signature then."""
    first = await source.read(0, HEAD_BYTES)
    while len(first) < HEAD_BYTES:
        more = await source.read(len(first), HEAD_BYTES - len(first))
        if not more:
            break
        first += more
    length = length_of(first)
    at = HEAD_BYTES
    with place.open(NEW, "wb") as f:
        f.write(first)
        while at < length + SIGNATURE_BYTES:
            piece = await source.read(at, min(_PIECE, length + SIGNATURE_BYTES - at))
            if not piece:
                raise Refused("the release file ends after %d bytes, within its manifest: it is not whole" % at)
            f.write(piece)
            at += len(piece)
            await pause()
    return length


async def _digest(f, length: int, pause) -> bytes:
    """SHA-256 of the first `length` bytes."""
    hashed = hashlib.sha256()  # pyright: ignore[reportAttributeAccessIssue]  # CircuitPython has no slots
    while length:
        piece = f.read(min(_PIECE, length))
        if not piece:
            raise OSError("%s cannot be read back" % NEW)
        hashed.update(piece)
        length -= len(piece)
        await pause()
    return hashed.digest()


def _signature(line: bytes) -> bytes:
    """Of no line but the one that is written: base64 with anything else between is read as well, only it is longer."""
    if len(line) != SIGNATURE_BYTES or not line.startswith(b"signature ") or line[-1:] != b"\n":
        return b""
    try:
        return binascii.a2b_base64(line[10:])
    except ValueError:
        return b""
