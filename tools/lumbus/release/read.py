"""A release file read, checked and verified on a computer: by the board's own reader of the manifest."""

import base64
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from uplink.refused import Refused
from uplink.release_fits import head
from uplink.release_front import HEAD_BYTES, SIGNATURE_BYTES, length_of
from uplink.release_room import files

_MOST_BYTES = 32 << 20
_SIGNATURE = b"signature "


class Broken(ValueError):
    """The file is none, or is not what it says; the text says what is wrong."""


@dataclass(frozen=True)
class File:
    """Of a release: `at` is where it lies in the release file."""

    path: str
    size: int
    sha256: str
    at: int


@dataclass(frozen=True)
class Release:
    """What a release file says, and the file itself.

    kind: application or micropython.  boards: names of pin maps, () for all.  micropython, mpy: the oldest that an
    application will do with, and the version of its .mpy files; chip: what an image is for.  downgrade_from: the only
    version that may take it, or None.  release: its id, 64 hex digits.
    """

    data: bytes
    manifest: bytes
    signature: bytes
    version: str
    kind: str
    boards: tuple[str, ...]
    micropython: str | None
    mpy: int | None
    chip: str | None
    downgrade_from: str | None
    files: tuple[File, ...]

    @property
    def release(self) -> str:
        return hashlib.sha256(self.manifest).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return len(self.data)

    def content(self, file: File) -> bytes:
        return self.data[file.at : file.at + file.size]


def read(path: Path | str) -> Release:
    """Broken where it is no whole release file; OSError where it cannot be read.  Its signature is not looked at."""
    with open(path, "rb") as f:
        data = f.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise Broken(f"it has more than {_MOST_BYTES >> 20} MiB: this is no release file")
    return parse(data)


def parse(data: bytes) -> Release:
    """As read()."""
    try:
        length = length_of(data[:HEAD_BYTES])
        lines = io.BytesIO(data[:length])
        told = head(lines, length)
        begin = length + SIGNATURE_BYTES
        found = tuple(File(path, size, digest.decode(), begin + at) for path, size, digest, at in files(lines, told))
    except Refused as e:
        raise Broken(str(e))
    if len(data) != begin + told["size"]:
        raise Broken(
            f"it has {len(data)} bytes and says {begin + told['size']}: a part is missing, or too much is there"
        )
    release = Release(
        data=data,
        manifest=data[:length],
        signature=_signature(data[length:begin]),
        version=dotted(told["version"]),
        kind=told["kind"],
        boards=tuple(told["boards"] or ()),
        micropython=dotted(told["micropython"]) if "micropython" in told else None,
        mpy=told.get("mpy"),
        chip=told.get("chip"),
        downgrade_from=None if told["from"] is None else dotted(told["from"]),
        files=found,
    )
    for file in release.files:
        if hashlib.sha256(release.content(file)).hexdigest() != file.sha256:
            raise Broken(f"{file.path} in it is not what the manifest says: the file is damaged")
    return release


def _signature(line: bytes) -> bytes:
    try:
        signature = base64.b64decode(line[len(_SIGNATURE) : -1], validate=True)
    except ValueError:
        signature = b""
    if not line.startswith(_SIGNATURE) or line[-1:] != b"\n" or len(signature) != 384:
        raise Broken("the line of its signature is not valid")
    return signature


def dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def is_signed(release: Release, public: bytes) -> bool:
    """Whether the holder of this key has signed it; public: the DER of update.der.  Broken: no such key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    from .keys import public_key

    try:
        public_key(public).verify(release.signature, release.manifest, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
