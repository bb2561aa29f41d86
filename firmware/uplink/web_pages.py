"""The page's own files: static, compressed where they were laid out for a board, sent in small pieces."""

import binascii

from mbus._const import const

_PIECE = const(512)
# One text: each name by itself would take room for good.
_TYPES = const(".html=text/html .js=text/javascript .css=text/css .svg=image/svg+xml .png=image/png ")


def _folder() -> str:
    """Beside the package, wherever that lies; a frozen one has its pages in the root."""
    parts = __file__.split("/")
    return "/".join(parts[:-2] + ["pages", ""])


def opened(name: str):
    """(file, its type, whether it is compressed, its ETag); None where there is none of that name."""
    _, dot, ending = name.rpartition(".")
    _, _, kind = _TYPES.partition(dot + ending + "=")
    kind = kind.split(" ")[0]
    if not dot or not kind or "/" in name or name.startswith("."):
        return None
    for end in (".gz", ""):
        try:
            file = open(_folder() + name + end, "rb")
        except OSError:
            continue
        return file, kind + "; charset=utf-8", bool(end), _etag(file, bool(end))
    return None


def _etag(file, compressed: bool) -> str:
    """A compressed file ends in its CRC and its length: they are a tag already."""
    if compressed:
        file.seek(-8, 2)
        tag = binascii.hexlify(file.read(8)).decode()
    else:
        crc = 0
        for piece in pieces(file, False):
            crc = binascii.crc32(piece, crc)
        tag = "%x" % crc
    file.seek(0)
    return '"%s"' % tag


def pieces(file, ends: bool = True):
    """The file, piece by piece; closed behind the last."""
    try:
        while True:
            piece = file.read(_PIECE)
            if not piece:
                return
            yield piece
    finally:
        if ends:
            file.close()
