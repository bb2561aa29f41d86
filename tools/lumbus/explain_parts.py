"""The pieces of an explanation, and a walk over the bytes that makes them."""

NOT_READ = "not read"
WRONG = "wrong"
# No bytes, but what the parts behind it are of.
HEADING = "heading"


class Part:
    """Bytes at `offset`: the standard's `name` for them, and what they say.

    `kind` is None, WRONG (what `says` is wrong there; maybe there are no bytes),
    NOT_READ or HEADING.
    """

    def __init__(self, offset: int, data: bytes, name: str, says: str, kind: str | None = None):
        self.offset = offset
        self.data = data
        self.name = name
        self.says = says
        self.kind = kind

    def json(self) -> dict:
        return {"offset": self.offset, "bytes": self.data.hex(), "name": self.name, "says": self.says}


class Walk:
    """Goes through `raw`, each byte once; `end` is where the fields of now end."""

    def __init__(self, raw: bytes):
        self.raw = raw
        self.at = 0
        self.end = len(raw)
        self.parts: list[Part] = []

    @property
    def left(self) -> int:
        return self.end - self.at

    def ahead(self) -> bytes:
        """All bytes left."""
        return self.raw[self.at : self.end]

    def heading(self, says: str) -> None:
        self.parts.append(Part(self.at, b"", "", says, HEADING))

    def take(self, count: int, name: str, says: str, kind: str | None = None) -> bytes:
        """The next `count` bytes, or as many as are left, as a Part; none makes none."""
        data = self.raw[self.at : min(self.at + count, self.end)]
        if data:
            self.parts.append(Part(self.at, data, name, says, kind))
        self.at += len(data)
        return data

    def wrong(self, says: str, count: int = 0, name: str = "") -> None:
        """What is wrong with the next `count` bytes; what is left behind them is not read."""
        data = self.raw[self.at : min(self.at + count, self.end)]
        self.parts.append(Part(self.at, data, name or WRONG, says, WRONG))
        self.at += len(data)
        self.rest()

    def rest(self) -> None:
        self.take(self.left, NOT_READ, "", NOT_READ)
