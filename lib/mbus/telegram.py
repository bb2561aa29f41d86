"""The header of a variable data telegram (EN 13757-3, 5 and 6.2).

CI 72h and, most significant byte first, 76h: a long header.

    identification 4 bytes BCD, manufacturer 2, version 1, medium 1,
    access number 1, status 1, configuration 2; then the records.

CI 7Ah: a short header, without the first four fields.  CI 78h: none at all.
All least significant byte first, but with 76h.

A configuration other than 0 is no proof that the records are encrypted: meters
send all sorts there.  What cannot be read as records says so (see `forms`).
"""

from ._const import const
from .errors import ApplicationError, TelegramError, UnsupportedCI

CI_VARIABLE = const(0x72)
CI_ERROR = const(0x70)
HEADER = const(12)
CI_MSB = const(0x76)
_HEADERS = {CI_VARIABLE: HEADER, CI_MSB: HEADER, 0x7A: 4, 0x78: 0}
# The five low bits of the configuration's upper byte say how the records are encrypted; no mode from here on does.
_RESERVED = const(16)

MEDIA = (
    "other,oil,electricity,gas,heat_outlet,steam,warm_water,water,heat_cost_allocator,"
    "compressed_air,cooling_outlet,cooling_inlet,heat_inlet,heat_cooling,bus_system,unknown"
)


def header_size(ci) -> int:
    """Bytes of header behind a CI field: 12, 4 or 0; UnsupportedCI for another one's."""
    if ci not in _HEADERS:
        raise TelegramError("a frame without user data") if ci is None else UnsupportedCI(ci)
    return _HEADERS[ci]


class Telegram:
    """A variable data telegram: header fields as attributes, records by iteration.

    identification: 8 digits; a real meter may show A to E among them.
    manufacturer: three letters (EN 62056-21 flag).  secondary_address: 16 hex
    digits, identification, then manufacturer, version and medium as on the wire
    with CI 72h.  access_number, status, configuration: integers.  A field that
    the header does not have is None.  Raises ApplicationError for
    the meter's own error report, UnsupportedCI and TelegramError for what is no
    variable data telegram; iterating raises EncryptedError and RecordError.
    """

    def __init__(self, frame):
        if frame.ci == CI_ERROR:
            raise ApplicationError(frame.data[0] if frame.data else 0)
        size = header_size(frame.ci)
        if len(frame.data) < size:
            raise TelegramError("header has %d of %d bytes" % (len(frame.data), size))
        self.frame = frame
        header = frame.data[:size]
        if frame.ci == CI_MSB:
            from .forms import LONG_HEADER, fields_turned

            header = fields_turned(header, LONG_HEADER)
        # The whole header, least significant byte first.
        self.header = header
        self.identification = self.manufacturer = self.version = None
        self.access_number = self.status = self.configuration = None
        if size == HEADER:
            self.identification = bytes(reversed(header[:4])).hex()
            code = header[4] | header[5] << 8
            self.manufacturer = chr(64 + (code >> 10 & 31)) + chr(64 + (code >> 5 & 31)) + chr(64 + (code & 31))
            self.version = header[6]
        if size:
            self.access_number = header[-4]
            self.status = header[-3]
            self.configuration = header[-2] | header[-1] << 8

    @property
    def medium(self):
        return medium_name(self.header[7]) if self.identification else None

    @property
    def secondary_address(self):
        return self.identification and self.identification + self.header[4:8].hex()

    def __iter__(self):
        data = self.frame.data[len(self.header) :]
        if self.configuration and 0 < self.configuration >> 8 & 31 < _RESERVED:
            from .forms import refuse_encrypted

            refuse_encrypted(data, self.configuration)
        if self.frame.ci == CI_MSB:
            from .forms import records_turned

            return records_turned(data)
        from .record import records  # a known layout is read without

        return records(data)


def medium_name(code: int) -> str:
    names = MEDIA.split(",")
    return names[code] if code < len(names) else "medium_%02x" % code
