"""What can go wrong on an M-Bus, as one small hierarchy.

Every error carries its data as attributes, so that nobody parses a message.
"""

_APPLICATION = (
    "unspecified,CI field not implemented,buffer too long,too many records,premature end of record,"
    "more than 10 DIFEs,more than 10 VIFEs,reserved,busy,too many readouts"
)


class MBusError(Exception):
    """The root: anything that this library raises for what came off a bus."""


class FrameError(MBusError):
    """The bytes are no frame of EN 13757-2, 5.  `offset` is where it fails."""

    def __init__(self, message: str, offset: int = 0):
        super().__init__(message)
        self.offset = offset


class ChecksumError(FrameError):
    """The checksum byte is `actual`; the bytes before it sum to `expected`."""

    def __init__(self, expected: int, actual: int, offset: int):
        super().__init__("checksum is %02x, the bytes sum to %02x" % (actual, expected), offset)
        self.expected = expected
        self.actual = actual


class TelegramError(MBusError):
    """A valid frame whose contents are no telegram that can be decoded."""


class UnsupportedCI(TelegramError):
    """The CI field (EN 13757-3, 5) `ci` names a telegram not decoded here."""

    def __init__(self, ci: int):
        super().__init__("CI field %02x is not decoded by this version" % ci)
        self.ci = ci


class EncryptedError(TelegramError):
    """The records are encrypted, says the configuration, in `mode` 1...31; nothing is invented from them."""

    def __init__(self, mode: int):
        super().__init__("the records are encrypted (mode %d)" % mode)
        self.mode = mode


class ApplicationError(TelegramError):
    """The meter reports an error of its own (CI 70h, EN 13757-3, 8.3) with `code` 0...255."""

    def __init__(self, code: int):
        names = _APPLICATION.split(",")
        name = names[code] if code < len(names) else "unknown"
        super().__init__("the meter reports application error %d: %s" % (code, name))
        self.code = code


class RecordError(TelegramError):
    """The record that starts at `offset` of the user data has no whole DIB, VIB or data."""

    def __init__(self, message: str, offset: int):
        super().__init__("%s (record at byte %d)" % (message, offset))
        self.offset = offset


class BusError(MBusError):
    """An exchange with the meter at `address` failed."""

    def __init__(self, message: str, address: int):
        super().__init__(message)
        self.address = address


class NoReply(BusError):
    """Nothing that could be a reply came within `waited_ms`."""

    def __init__(self, address: int, waited_ms: int):
        super().__init__("no reply from address %d within %d ms" % (address, waited_ms), address)
        self.waited_ms = waited_ms


class DamagedReply(BusError):
    """`received` bytes came, but no valid frame from the meter among them."""

    def __init__(self, address: int, received: int):
        super().__init__(
            "%d bytes from the bus, but no valid reply from address %d" % (received, address),
            address,
        )
        self.received = received
