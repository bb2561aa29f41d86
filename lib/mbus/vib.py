"""What a value information block says (EN 13757-3, 6.4 and tables 10 to 15).

A VIB is a VIF and a chain of at most 10 VIFEs, linked by bit 7.  FDh and FBh
move the meaning to the first VIFE.  VIFEs after that correct the meaning: a
factor, only the energy in one direction, and more.  After FFh (or a closing
7Fh) everything is the manufacturer's own and means nothing to us.

The tables are `bytes`, two for each group of four codes: the kind (an index
into the names) and the exponent of ten at the group's first code, plus 16.
"""

from ._const import const

# quantity:unit, by kind.  Units are base units; a "-" is none.
_KINDS = (
    "none:-,energy:Wh,energy:J,volume:m3,mass:kg,on_time:s,operating_time:s,power:W,power:J/h,"
    "volume_flow:m3/h,volume_flow:m3/min,volume_flow:m3/s,mass_flow:kg/h,flow_temperature:°C,"
    "return_temperature:°C,temperature_difference:K,external_temperature:°C,pressure:bar,"
    "averaging_duration:s,actuality_duration:s,fabrication_number:-,enhanced_identification:-,"
    "bus_address:-,heat_cost_allocation:HCA,manufacturer_specific:-,voltage:V,current:A,"
    "frequency:Hz,dimensionless:-,error_flags:-,model_version:-,hardware_version:-,"
    "firmware_version:-,software_version:-"
)
_names = None

_ON_TIME = const(5)
_OPERATING_TIME = const(6)
_AVERAGING = const(18)
_ACTUALITY = const(19)
_MANUFACTURER = const(24)

# Primary VIF 00h...77h in groups of four (table 10).
_PRIMARY = (
    b"\x01\x0d\x01\x11\x02\x10\x02\x14\x03\x0a\x03\x0e\x04\x0d\x04\x11"
    b"\x05\x10\x06\x10\x07\x0d\x07\x11\x08\x10\x08\x14\x09\x0a\x09\x0e"
    b"\x0a\x09\x0a\x0d\x0b\x07\x0b\x0b\x0c\x0d\x0c\x11\x0d\x0d\x0e\x0d"
    b"\x0f\x0d\x10\x0d\x11\x0d\x00\x00\x12\x10\x13\x10"
)
# Seconds in the unit that the two low bits of a duration choose.
_DURATION = (1, 60, 3600, 86400)
# Single codes: (table, code, kind, exponent + 16).  Tables: 0 primary, 1 FD, 2 FB.
_SINGLE = (
    b"\x00\x6e\x17\x10\x00\x78\x14\x10\x00\x79\x15\x10\x00\x7a\x16\x10"
    b"\x01\x0c\x1e\x10\x01\x0d\x1f\x10\x01\x0e\x20\x10\x01\x0f\x21\x10"
    b"\x01\x17\x1d\x10\x01\x3a\x1c\x10"
    b"\x02\x00\x01\x15\x02\x01\x01\x16"
    b"\x02\x2c\x1b\x0d\x02\x2d\x1b\x0e\x02\x2e\x1b\x0f\x02\x2f\x1b\x10"
)
_VOLTAGE = const(25)
_CURRENT = const(26)

POSITIVE = "positive_only"
NEGATIVE = "negative_only"


class Meaning:
    """`quantity`, `unit` (None where there is none), a factor and what else the VIFEs say.

    A number of the data is worth `number * multiplier * 10 ** exponent` units.
    `error` is a text where the VIB is not known here; then nothing else counts.
    """

    def __init__(self, quantity="unknown", unit=None, multiplier=1, exponent=0, error=None):
        self.quantity = quantity
        self.unit = unit
        self.multiplier = multiplier
        self.exponent = exponent
        self.qualifiers = []
        self.error = error


def explain(vib) -> Meaning:
    """The Meaning of a whole VIB (as it stands on the wire; none for manufacturer data)."""
    if not vib:
        return _meaning(_MANUFACTURER, 0, 0)
    vif = vib[0]
    table = 0
    at = 1
    if vif == 0xFD or vif == 0xFB:
        table = 1 if vif == 0xFD else 2
        vif = vib[1]
        at = 2
    if vif & 0x7F == 0x7F and not table:
        return _meaning(_MANUFACTURER, 0, 0)
    meaning = _main(table, vif & 0x7F)
    if meaning.error is None:
        _correct(meaning, vib, at)
    return meaning


def _main(table: int, code: int) -> Meaning:
    if table == 0 and code < 0x78:
        kind = _PRIMARY[code >> 2 << 1]
        if kind in (_ON_TIME, _OPERATING_TIME, _AVERAGING, _ACTUALITY):
            meaning = _meaning(kind, 0, 0)
            meaning.multiplier = _DURATION[code & 3]
            return meaning
        if kind:
            return _meaning(kind, _PRIMARY[(code >> 2 << 1) + 1] - 16, code & 3)
    elif table == 1 and 0x40 <= code <= 0x5F:
        voltage = code < 0x50
        return _meaning(_VOLTAGE if voltage else _CURRENT, -9 if voltage else -12, code & 15)
    for i in range(0, len(_SINGLE), 4):
        if _SINGLE[i] == table and _SINGLE[i + 1] == code:
            return _meaning(_SINGLE[i + 2], _SINGLE[i + 3] - 16, 0)
    return Meaning(error="VIF %s%02x is not known to this version" % (("", "fd ", "fb ")[table], code))


def _meaning(kind: int, exponent: int, step: int) -> Meaning:
    global _names
    if _names is None:
        _names = _KINDS.split(",")
    quantity, unit = _names[kind].split(":")
    return Meaning(quantity, None if unit == "-" else unit, 1, exponent + step)


def _correct(meaning: Meaning, vib, at: int) -> None:
    """Apply the chain of VIFEs from `at` on (table 15)."""
    while at < len(vib):
        vife = vib[at] & 0x7F
        if vife == 0x7F:
            meaning.qualifiers.append("manufacturer:" + _hex(vib[at + 1 :]))
            return
        if 0x70 <= vife <= 0x77:
            meaning.exponent += vife - 0x76
        elif vife == 0x7D:
            meaning.exponent += 3
        elif vife == 0x3B:
            meaning.qualifiers.append(POSITIVE)
        elif vife == 0x3C:
            meaning.qualifiers.append(NEGATIVE)
        else:
            # It may turn an energy into a date: no value rather than a wrong one.
            meaning.error = "VIFE %02x is not known to this version" % vib[at]
            return
        at += 1


def _hex(data) -> str:
    return "".join(["%02x" % b for b in data])
