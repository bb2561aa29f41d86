"""The header of a variable data telegram (EN 13757-3, 5 and 6.2; CI 72h).

    identification 4 bytes BCD, manufacturer 2, version 1, medium 1,
    access number 1, status 1, configuration 2; then the records.

All least significant byte first.
"""

from ._const import const
from .errors import ApplicationError, TelegramError, UnsupportedCI
from .frame import Frame
from .record import records

CI_VARIABLE = const(0x72)
CI_ERROR = const(0x70)
HEADER = const(12)

MEDIA = (
    "other,oil,electricity,gas,heat_outlet,steam,warm_water,water,heat_cost_allocator,"
    "compressed_air,cooling_outlet,cooling_inlet,heat_inlet,heat_cooling,bus_system,unknown"
)


class Telegram:
    """A variable data telegram: header fields as attributes, records by iteration.

    Raises ApplicationError for the meter's own error report, UnsupportedCI and
    TelegramError for what is no variable data telegram.
    """

    def __init__(self, frame: Frame):
        if frame.ci == CI_ERROR:
            raise ApplicationError(frame.data[0] if frame.data else 0)
        if frame.ci != CI_VARIABLE:
            if frame.ci is None:
                raise TelegramError("a frame without user data is no telegram")
            raise UnsupportedCI(frame.ci)
        if len(frame.data) < HEADER:
            raise TelegramError("header has %d of 12 bytes" % len(frame.data))
        self.frame = frame
        self.header = frame.data[:HEADER]

    @property
    def identification(self) -> str:
        """8 digits; a real meter may show A to E among them."""
        return "".join(["%02x" % self.header[i] for i in (3, 2, 1, 0)])

    @property
    def manufacturer(self) -> str:
        """Three letters (EN 62056-21 flag)."""
        code = self.header[4] | self.header[5] << 8
        return "".join([chr(64 + (code >> shift & 31)) for shift in (10, 5, 0)])

    @property
    def version(self) -> int:
        return self.header[6]

    @property
    def medium(self) -> str:
        code = self.header[7]
        names = MEDIA.split(",")
        return names[code] if code < len(names) else "medium_%02x" % code

    @property
    def access_number(self) -> int:
        return self.header[8]

    @property
    def status(self) -> int:
        return self.header[9]

    @property
    def configuration(self) -> int:
        return self.header[10] | self.header[11] << 8

    @property
    def secondary_address(self) -> str:
        """16 hex digits: identification, then manufacturer, version and medium as on the wire."""
        return self.identification + "".join(["%02x" % b for b in self.header[4:8]])

    def __iter__(self):
        return records(self.frame.data[HEADER:])
