"""What a value information block says (EN 13757-3, 6.4 and tables 10 to 15).

A VIB is a VIF and a chain of at most 10 VIFEs, linked by bit 7.  FDh and FBh
move the meaning to the first VIFE.  VIFEs after that correct the meaning: see
`vife`.  After FFh (or a closing 7Fh) everything is the manufacturer's own.

The tables are `bytes`, two for each group of four codes: the kind (an index
into the names) and the exponent of ten at the group's first code, plus 16.
"""

from ._const import const
from .vife import DURATION, PLAIN_TEXT, correct, is_text

# quantity:unit, by kind.  Units are base units; a "-" is none.
_KINDS = (
    "none:-,energy:Wh,energy:J,volume:m3,mass:kg,on_time:s,operating_time:s,power:W,power:J/h,"
    "volume_flow:m3/h,volume_flow:m3/min,volume_flow:m3/s,mass_flow:kg/h,flow_temperature:°C,"
    "return_temperature:°C,temperature_difference:K,external_temperature:°C,pressure:bar,"
    "averaging_duration:s,actuality_duration:s,fabrication_number:-,enhanced_identification:-,"
    "bus_address:-,heat_cost_allocation:HCA,manufacturer_specific:-,voltage:V,current:A,"
    "frequency:Hz,dimensionless:-,error_flags:-,model_version:-,hardware_version:-,"
    "firmware_version:-,software_version:-,date:-,date_time:-,access_number:-,medium:-,"
    "manufacturer:-,parameter_set:-,customer_location:-,customer:-,error_mask:-,"
    "digital_output:-,digital_input:-,baud_rate:-,reset_counter:-,cumulation_counter:-,"
    "special_supplier_information:-,reactive_energy:varh,apparent_energy:VAh,reactive_power:var,"
    "apparent_power:VA,relative_humidity:%,phase_voltage_voltage:°,phase_voltage_current:°,"
    "storage_interval:s,since_last_readout:s,tariff_duration:s,tariff_period:s,retry:-,"
    "remote_control:-,week_number:-,day_of_week:-"
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
# Primary codes that the standard keeps in reserve; real meters send bare numbers under them.
_RESERVED = b"\x6f\x7b"
# Groups of four durations in the FD table (table 12): first code, kind.
_FD_DURATIONS = b"\x24\x38\x2c\x39\x30\x3a\x34\x3b"
# Single codes: (table, code, kind, exponent + 16).  Tables: 0 primary, 1 FD, 2 FB.
_SINGLE = (
    b"\x00\x6c\x22\x10\x00\x6d\x23\x10"
    b"\x00\x6e\x17\x10\x00\x78\x14\x10\x00\x79\x15\x10\x00\x7a\x16\x10"
    b"\x01\x08\x24\x10\x01\x09\x25\x10\x01\x0a\x26\x10\x01\x0b\x27\x10"
    b"\x01\x0c\x1e\x10\x01\x0d\x1f\x10\x01\x0e\x20\x10\x01\x0f\x21\x10"
    b"\x01\x10\x28\x10\x01\x11\x29\x10\x01\x17\x1d\x10\x01\x18\x2a\x10"
    b"\x01\x1a\x2b\x10\x01\x1b\x2c\x10\x01\x1c\x2d\x10\x01\x1e\x3c\x10"
    b"\x01\x1f\x3d\x10\x01\x3a\x1c\x10"
    b"\x01\x60\x2e\x10\x01\x61\x2f\x10\x01\x63\x3f\x10\x01\x64\x3e\x10\x01\x67\x30\x10"
    b"\x02\x00\x01\x15\x02\x01\x01\x16\x02\x02\x31\x13\x02\x03\x31\x14"
    b"\x02\x04\x32\x13\x02\x05\x32\x14\x02\x08\x02\x18\x02\x09\x02\x19"
    b"\x02\x10\x03\x12\x02\x11\x03\x13\x02\x14\x33\x10\x02\x15\x33\x11"
    b"\x02\x16\x33\x12\x02\x17\x33\x13\x02\x18\x04\x15\x02\x19\x04\x16"
    b"\x02\x1a\x35\x0f\x02\x1b\x35\x10\x02\x28\x07\x15\x02\x29\x07\x16"
    b"\x02\x2a\x36\x0f\x02\x2b\x37\x0f"
    b"\x02\x2c\x1b\x0d\x02\x2d\x1b\x0e\x02\x2e\x1b\x0f\x02\x2f\x1b\x10"
    b"\x02\x30\x08\x18\x02\x31\x08\x19\x02\x34\x34\x10\x02\x35\x34\x11"
    b"\x02\x36\x34\x12\x02\x37\x34\x13"
)
_VOLTAGE = const(25)
_CURRENT = const(26)


class Meaning:
    """`quantity`, `unit` (None where there is none), a factor and what else the VIFEs say.

    A number of the data is worth `number * multiplier * 10 ** exponent` units,
    but where `is_date` says that the data is a date.  `error` is a text where
    the VIB is not known here or says that there is no value.
    """

    def __init__(self, quantity="unknown", unit=None, multiplier=1, exponent=0, error=None):
        self.quantity = quantity
        self.unit = unit
        self.multiplier = multiplier
        self.exponent = exponent
        self.qualifiers = []
        self.is_date = False
        self.error = error


def explain(vib) -> Meaning:
    """The Meaning of a whole VIB (as it stands on the wire; none for manufacturer data)."""
    if not vib:
        return _meaning(_MANUFACTURER, 0, 0)
    vif = vib[0]
    table = 0
    at = 1
    if vif in (0xFD, 0xFB):
        table = 1 if vif == 0xFD else 2
        vif = vib[1]
        at = 2
    if vif & 0x7F == 0x7F and not table:
        return _meaning(_MANUFACTURER, 0, 0)
    if vif & 0x7F == PLAIN_TEXT and not table:
        return _plain_text(vib)
    meaning = _main(table, vif & 0x7F)
    if meaning.error is None:
        meaning.is_date = meaning.quantity in ("date", "date_time")
        correct(meaning, vib, at)
    return meaning


def _main(table: int, code: int) -> Meaning:
    if table == 0 and code < 0x78:
        kind = _PRIMARY[code >> 2 << 1]
        if kind in (_ON_TIME, _OPERATING_TIME, _AVERAGING, _ACTUALITY):
            return _duration(kind, code)
        if kind:
            return _meaning(kind, _PRIMARY[(code >> 2 << 1) + 1] - 16, code & 3)
    elif table == 1 and 0x40 <= code <= 0x5F:
        voltage = code < 0x50
        return _meaning(_VOLTAGE if voltage else _CURRENT, -9 if voltage else -12, code & 15)
    for i in range(0, len(_SINGLE), 4):
        if _SINGLE[i] == table and _SINGLE[i + 1] == code:
            return _meaning(_SINGLE[i + 2], _SINGLE[i + 3] - 16, 0)
    if table == 1:
        for i in range(0, len(_FD_DURATIONS), 2):
            if code & 0x7C == _FD_DURATIONS[i]:
                return _duration(_FD_DURATIONS[i + 1], code)
    if table == 0 and code in _RESERVED:
        return Meaning()
    return Meaning(error="VIF %s%02x is not known to this version" % (("", "fd ", "fb ")[table], code))


def _plain_text(vib) -> Meaning:
    """VIF 7Ch: what the meter calls it, in a qualifier; it is no unit that anybody could count on.

    Behind the VIFEs stands the text in the standard, before them at Elvaco's.
    """
    meaning = Meaning("plain_text")
    at = 1
    if vib[0] & 0x80 and not is_text(vib, 1):
        while at < len(vib) and vib[at] & 0x80:
            at += 1
        at += 1
    if not is_text(vib, at):
        return Meaning(error="VIF 7c without its text")
    end = at + 1 + vib[at]
    chain = bytes(vib[:at]) + bytes(vib[end:])
    name = "".join([chr(b) for b in reversed(vib[at + 1 : end])])
    meaning.qualifiers.append("text:" + name)
    correct(meaning, chain, 1)
    return meaning


def _duration(kind: int, code: int) -> Meaning:
    meaning = _meaning(kind, 0, 0)
    meaning.multiplier = DURATION[code & 3]
    return meaning


def _meaning(kind: int, exponent: int, step: int) -> Meaning:
    global _names
    if _names is None:
        _names = _KINDS.split(",")
    quantity, unit = _names[kind].split(":")
    return Meaning(quantity, None if unit == "-" else unit, 1, exponent + step)
