"""The second place: small data in microcontroller.nvm, which is there when the drive is not, or may not be written.

    "LN1" · length of the rest (2 bytes) · CRC-32 of the rest (4) · records: name's length (1), name,
    data's length (2), data

All numbers least significant byte first.  Each write is one assignment, which the port carries out with one erase:
when the power fails in it all is lost, which the CRC tells.
"""

import binascii

_MAGIC = b"LN1"
_HEAD = 9
# Not in every errno module.
_ENOSPC = 28


class Second:
    """nvm: microcontroller.nvm.  All of it raises OSError."""

    def __init__(self, nvm) -> None:
        self._nvm = nvm

    def read(self, name: str) -> bytes | None:
        """What is there, None for nothing."""
        return self._all().get(name)

    def write(self, name: str, data: bytes) -> None:
        """OSError when there is no room; what was there stays then."""
        kept = self._all()
        kept[name] = data
        body = b""
        for key, value in kept.items():
            letters = key.encode()
            body += bytes((len(letters),)) + letters + len(value).to_bytes(2, "little") + value
        if _HEAD + len(body) > len(self._nvm):
            raise OSError(_ENOSPC, "%d bytes have no room" % len(data))
        head = _MAGIC + len(body).to_bytes(2, "little") + binascii.crc32(body).to_bytes(4, "little")
        self._nvm[: _HEAD + len(body)] = head + body

    def _all(self) -> dict:
        head = bytes(self._nvm[:_HEAD])
        size = int.from_bytes(head[3:5], "little")
        body = bytes(self._nvm[_HEAD : _HEAD + size])
        if head[:3] != _MAGIC or binascii.crc32(body) != int.from_bytes(head[5:], "little"):
            return {}
        found = {}
        at = 0
        while at < len(body):
            name_end = at + 1 + body[at]
            size = int.from_bytes(body[name_end : name_end + 2], "little")
            found[body[at + 1 : name_end].decode()] = body[name_end + 2 : name_end + 2 + size]
            at = name_end + 2 + size
        return found
