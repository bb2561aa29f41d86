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
from .frame import Frame
from .integer import bcd, binary
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

    def __init__(self, quantity: str, unit, value, error, qualifiers: list, data: bytes):
        self.quantity = quantity
        self.unit = unit
        self.value = value
        self.error = error
        self.qualifiers = qualifiers
        self.data = data


class FixedTelegram:
    """Raises UnsupportedCI or TelegramError for what is no fixed data telegram."""

    def __init__(self, frame: Frame):
        if frame.ci is None:
            raise TelegramError("a frame without user data is no telegram")
        if frame.ci != CI_FIXED and frame.ci != CI_FIXED_MSB:
            raise UnsupportedCI(frame.ci)
        if len(frame.data) < _SIZE:
            raise TelegramError("fixed data has %d of 16 bytes" % len(frame.data))
        self.frame = frame
        self._data = frame.data
        if frame.ci == CI_FIXED_MSB:
            from .msb import FIXED, fields_turned

            self._data = fields_turned(frame.data, FIXED)

    @property
    def identification(self) -> str:
        return "".join(["%02x" % self._data[i] for i in (3, 2, 1, 0)])

    @property
    def access_number(self) -> int:
        return self._data[4]

    @property
    def status(self) -> int:
        return self._data[5]

    @property
    def medium(self) -> str:
        return medium_name(self._data[6] >> 6 | self._data[7] >> 4 & 12)

    def counters(self) -> list:
        """The two Counters."""
        first = self._data[6] & 0x3F
        second = self._data[7] & 0x3F
        historic = second == _HISTORIC
        return [
            self._counter(first, 8, []),
            self._counter(first if historic else second, 12, ["historic"] if historic else []),
        ]

    def _counter(self, code: int, at: int, qualifiers: list) -> Counter:
        data = bytes(self._data[at : at + 4])
        if self.status & _STORED:
            qualifiers.append("at_fixed_date")
        quantity, unit, exponent = _unit(code)
        if exponent is None:
            return Counter("unknown", None, None, "unit code %02x is not decoded" % code, qualifiers, data)
        number = (binary if self.status & _BINARY else bcd)(data, 0, 3)
        if number is None:
            return Counter(quantity, unit, None, "no valid value", qualifiers, data)
        return Counter(quantity, unit, to_text(number, exponent), None, qualifiers, data)


def _unit(code: int):
    """(quantity, unit or None, exponent or None where the code is no plain number)."""
    if code == _BARE:
        return "unknown", None, 0
    if not _FIRST <= code <= _HEAT_COST:
        return "unknown", None, None
    quantity, unit = _UNITS.split(",")[-1 if code == _HEAT_COST else (code - _FIRST) // 3].split(":")
    return quantity, unit, -3 if code == _MILLIDEGREE else (code - _FIRST) % 3 if code < _MILLIDEGREE else 0
