"""Files put on a board, each verified by the SHA-256 that the board itself computes of it."""

import base64
from collections.abc import Callable

from ..trouble import BAD, Trouble
from .application import told
from .session import Session
from .steps import FOLDER

Told = dict[str, tuple[int, str]]
# Bytes in one go: 1 KiB of base64 takes 90 ms at 115 200 baud.
_PIECE = 768
_TRIES = 2


class Placing:
    """advance: gets how many bytes of a file the board has now got."""

    def __init__(self, session: Session, advance: Callable[[int], None] = lambda count: None):
        self._session = session
        self._advance = advance

    def there(self, *paths: str) -> Told:
        """Files and folders, with all that is in them."""
        lines = [line for path in paths for line in self._session.call("tell", path).splitlines()]
        parts = [line.split(" ", 2) for line in lines]
        return {path: (int(size), digest) for size, digest, path in parts}

    def send(self, path: str, data: bytes) -> None:
        """Trouble where it is not there as it was sent, twice."""
        for _ in range(_TRIES):
            self._session.call("begin", path)
            for at in range(0, len(data), _PIECE):
                piece = data[at : at + _PIECE]
                self._session.call("add", base64.b64encode(piece).decode())
                self._advance(len(piece))
            self._session.call("end")
            if self.there(path).get(path) == told(data):
                return
            self._advance(-len(data))
        raise Trouble(f"{path} arrives damaged, {_TRIES} times: check the cable; what was there before goes on", BAD)

    def copy(self, source: str, path: str, data: bytes) -> None:
        self._session.call("copy", source, path)
        if self.there(path).get(path) != told(data):
            # What was copied may have been damaged where it lay.
            self.send(path, data)

    def replace(self, path: str, data: bytes) -> bool:
        """Put it in place of what is there, whole or not at all; False where it is the same already."""
        if self.there(path).get(path) == told(data):
            return False
        self.send(path + ".new", data)
        self._session.call("put_in_place", path)
        return True

    def read(self, path: str) -> bytes | None:
        """A small file; None where there is none."""
        if self.there(path).get(path, (0, FOLDER))[1] == FOLDER:
            return None
        return self._session.value("read", path)
