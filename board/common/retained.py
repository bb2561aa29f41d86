"""Small texts that live through a reset but not without power, and wear nothing out.

What is there after the power comes on is anything: so it is framed and checked.

    "LR1" · CRC-32 (4 bytes) of the rest · JSON object {name: text}
"""

import binascii
import json

_MAGIC = b"LR1"
_MOST = 2000


class Retained:
    """`memory()` gives the bytes, `memory(data)` sets them: at most 2000.  Not for interrupt handlers."""

    def __init__(self, memory) -> None:
        self._memory = memory
        self._texts = _read(memory())

    def read(self, name: str):
        """The text of that name; None where there is none."""
        return self._texts.get(name)

    def write(self, name: str, text: str) -> bool:
        """Whether there was room for it; where there was none, nothing of that name is kept."""
        self._texts[name] = text
        data = json.dumps(self._texts).encode()
        fits = len(data) + 7 <= _MOST
        if not fits:
            del self._texts[name]
            data = json.dumps(self._texts).encode()
        self._memory(_MAGIC + binascii.crc32(data).to_bytes(4, "little") + data)
        return fits

    def clear(self) -> None:
        """Forget all of it."""
        self._texts = {}
        self._memory(b"")


def _read(data) -> dict:
    data = bytes(data)
    body = data[7:]
    if data[:3] != _MAGIC or int.from_bytes(data[3:7], "little") != binascii.crc32(body):
        return {}
    try:
        texts = json.loads(body)
    except ValueError:
        return {}
    return texts if isinstance(texts, dict) else {}
