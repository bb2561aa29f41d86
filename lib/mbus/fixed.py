"""The fixed data telegram of old meters (EN 13757-3, annex on fixed data; CI 73h and 77h).

    identification 4 bytes BCD, access number 1, status 1, medium and units 2,
    counter 1 and counter 2, 4 bytes each.

All least significant byte first, with CI 77h most.  Status bit 0: the counters are binary, else
BCD; bit 1: they were stored at a fixed date.  Each unit is 6 bits; 3Eh is "as
counter 1, but historic".  The medium's 4 bits are the two top bits of each
unit's byte.
"""

from ._const import const
from .errors import TelegramError, UnsupportedCI
from .exact import to_text
from .integers import bcd, binary
from .telegram import medium_name

CI_FIXED = const(0x73)
CI_FIXED_MSB = const(0x77)
_SIZE = const(16)
_HISTORIC = const(0x3E)
_BARE = const(0x3F)
_BINARY = const(1)
_STORED = const(2)

# From code 02h on in runs of three that grow tenfold, the last two single ones.
# Named as the telegram names them: a historic counter is a bare count of the first one's unit.
_UNITS = (
    "energy:Wh,energy:kWh,energy:MWh,energy:kJ,energy:MJ,energy:GJ,power:W,power:kW,power:MW,power:kJ/h,"
    "power:MJ/h,power:GJ/h,volume:ml,volume:l,volume:m3,volume_flow:ml/h,volume_flow:l/h,volume_flow:m3/h,"
    "temperature:°C,heat_cost_allocation:HCA"
)
_FIRST = const(0x02)
_MILLIDEGREE = const(0x38)
_HEAT_COST = const(0x39)


class Counter:
    """`value` as exact decimal text or None, and then `error`; `unit` as in the telegram (kWh, l ...) or None."""

    error = None

    def __init__(self, code: int, data: bytes, status: int, historic: bool):
        self.data = data
        self.qualifiers = ["historic"] if historic else []
        if status & _STORED:
            self.qualifiers.append("at_fixed_date")
        self.value = self.unit = None
        self.quantity = "unknown"
        exponent = 0
        if _FIRST <= code <= _HEAT_COST:
            names = _UNITS.split(",")
            self.quantity, self.unit = names[-1 if code == _HEAT_COST else (code - _FIRST) // 3].split(":")
            if code < _HEAT_COST:
                exponent = -3 if code == _MILLIDEGREE else (code - _FIRST) % 3
        elif code != _BARE:
            self.error = "unit code %02x is reserved" % code
            return
        number = (binary if status & _BINARY else bcd)(data, 0, 3)
        if number is None:
            self.error = "no valid value"
        else:
            self.value = to_text(number, exponent)


class FixedTelegram:
    """identification (8 digits), access_number, status and medium as attributes.

    Raises UnsupportedCI or TelegramError for what is no fixed data telegram.
    """

    def __init__(self, frame):
        if frame.ci != CI_FIXED and frame.ci != CI_FIXED_MSB:
            raise UnsupportedCI(frame.ci or 0)
        data = frame.data
        if len(data) < _SIZE:
            raise TelegramError("fixed data has %d of 16 bytes" % len(data))
        if frame.ci == CI_FIXED_MSB:
            from .forms import FIXED, fields_turned

            data = fields_turned(data, FIXED)
        self.frame = frame
        self._data = data
        self.identification = bytes(reversed(data[:4])).hex()
        self.access_number = data[4]
        self.status = data[5]
        self.medium = medium_name(data[6] >> 6 | data[7] >> 4 & 12)

    def counters(self) -> list:
        """The two Counters."""
        data = self._data
        first = data[6] & 0x3F
        second = data[7] & 0x3F
        historic = second == _HISTORIC
        return [
            Counter(first, data[8:12], self.status, False),
            Counter(first if historic else second, data[12:16], self.status, historic),
        ]
