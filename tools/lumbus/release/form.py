"""The text of a release file's manifest, and the file put together; firmware/uplink/manifest.py says what it is.

Runs under MicroPython as well, for the tests.
"""

import binascii
import hashlib

SIGNED_BYTES = 384


def manifest(told: list, files: dict) -> bytes:
    """told: [(name, value)] of the lines before the files, in their order, without size.  files: {path: content}."""
    lines = ["%s %s" % pair for pair in told]
    lines.append("size %d" % sum([len(files[path]) for path in files]))
    for path in ordered(files):
        digest = binascii.hexlify(hashlib.sha256(files[path]).digest()).decode()
        lines.append("file %d %s %s" % (len(files[path]), digest, path))
    text = "\n".join(lines) + "\n"
    first = "LUMBUS RELEASE 1 %08d\n"
    return (first % (len(first % 0) + len(text)) + text).encode()


def ordered(files) -> list:
    """Paths folder by folder."""
    return sorted(files, key=lambda path: path.split("/"))


def put_together(text: bytes, signature: bytes, files: dict) -> bytes:
    """The whole file; signature: SIGNED_BYTES of them."""
    line = b"signature " + binascii.b2a_base64(signature).strip() + b"\n"
    return text + line + b"".join([files[path] for path in ordered(files)])
