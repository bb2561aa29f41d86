"""What a value information block says (EN 13757-3, 6.4 and tables 10 to 15).

A VIB is a VIF and a chain of at most 10 VIFEs, linked by bit 7.  FDh and FBh
move the meaning to the first VIFE.

VIFEs after that correct the meaning, a chain read to its end (table 15).  Some
only scale (70h...77h, 7Dh), some say of what the value is (3Bh, 3Ch, 20h and
up), some turn the data into something else: a duration (50h...), or the date of
a limit or maximum, whatever the VIF was.  01h...1Fh say that the record is in
error.  After FFh (or a closing 7Fh) everything is the manufacturer's own.

A kind is an index into the names.  Its scale is an exponent of ten plus 16, or
a unit of time, or says that the data is a date; it rises by one from code to
code within a run, so the tables have runs: their first codes, kinds and scales.
"""

from ._const import const

# What stands under a VIF that is reserved: real meters send bare numbers there.
UNKNOWN = "unknown"
POSITIVE = "positive_only"
NEGATIVE = "negative_only"

# quantity:unit, by kind.  Units are base units.
_KINDS = (
    "unknown,energy:Wh,energy:J,volume:m3,mass:kg,on_time:s,operating_time:s,power:W,power:J/h,volume_flow:m3/h,"
    "volume_flow:m3/min,volume_flow:m3/s,mass_flow:kg/h,flow_temperature:°C,return_temperature:°C,"
    "temperature_difference:K,external_temperature:°C,pressure:bar,averaging_duration:s,actuality_duration:s,"
    "date,date_time,heat_cost_allocation:HCA,credit,debit,fabrication_number,enhanced_identification,bus_address,"
    "access_number,medium,manufacturer,parameter_set,model_version,hardware_version,firmware_version,"
    "software_version,customer_location,customer,access_code,password,error_flags,error_mask,digital_output,"
    "digital_input,baud_rate,response_delay,retry,remote_control,first_cyclic_storage,last_cyclic_storage,"
    "storage_block_size,subunit_descriptor,storage_interval:s,operator_data,second_of_minute:s,"
    "since_last_readout:s,tariff_start,tariff_duration:s,tariff_period:s,dimensionless,wireless_container,"
    "transmission_period:s,voltage:V,current:A,reset_counter,cumulation_counter,control_signal,day_of_week,"
    "week_number,day_change,parameter_activation,special_supplier_information,since_last_cumulation:s,"
    "battery_operating_time:s,battery_change,reception_level:dBm,daylight_saving,listening_window,"
    "battery_remaining:s,stop_counter,manufacturer_container,reactive_energy:varh,apparent_energy:VAh,energy:cal,"
    "reactive_power:var,relative_humidity:%,volume:ft3,phase_voltage_voltage:°,phase_voltage_current:°,"
    "frequency:Hz,apparent_power:VA,flow_temperature:°F,return_temperature:°F,temperature_difference:°F,"
    "external_temperature:°F,temperature_limit:°F,coefficient_of_performance,temperature_limit:°C,"
    "maximum_power:W,manufacturer_specific"
)
# {kind: what _KINDS says of it} of those that were met: all of them split would take 7 KB.
_met = {}

_MANUFACTURER = const(99)
# Kinds from here to there are numbers, flags and codes of which none is negative (data types C and D).
_FIRST_UNSIGNED = const(25)
_LAST_UNSIGNED = const(51)
_NONE = const(255)
# Scales that are no exponent: seconds to days, then months and years (which are no number of seconds), dates.
_SECONDS = const(32)
_MONTHS = const(36)
_DATE = const(48)

# Primary VIF 00h...77h in groups of four (table 10): kind and scale.
_PRIMARY = (
    b"\x01\x0d\x01\x11\x02\x10\x02\x14\x03\x0a\x03\x0e\x04\x0d\x04\x11\x05\x20\x06\x20\x07\x0d\x07\x11"
    b"\x08\x10\x08\x14\x09\x0a\x09\x0e\x0a\x09\x0a\x0d\x0b\x07\x0b\x0b\x0c\x0d\x0c\x11\x0d\x0d\x0e\x0d"
    b"\x0f\x0d\x10\x0d\x11\x0d\x00\x00\x12\x20\x13\x20"
)
# First codes of the runs, their kinds, their scales; kind 255 is reserved.  Primary VIFs from 6Ch on,
# FD (table 12), FB (table 11).
_TABLES = (
    b"\x6c\x6d\x6e\x6f\x78\x79\x7a\x7b\x7c\x14\x15\x16\x00\x19\x1a\x1b\x00\xff\x30\x30\x10\x10\x10\x10\x10\x10\x00",
    b"\x00\x04\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d"
    b"\x1e\x1f\x20\x21\x22\x23\x24\x2a\x2b\x2c\x30\x31\x34\x3a\x3b\x3c\x40\x44\x48\x4c\x50\x54\x58\x5c"
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x6c\x70\x71\x72\x73\x74\x75\x76\x77\x17\x18\x1c\x1d\x1e\x1f"
    b"\x20\x21\x22\x23\x24\x25\x26\x26\x26\x26\x27\x28\x29\xff\x2a\x2b\x2c\x2d\x2e\x2f\x30\x31\x32\x33"
    b"\x34\x35\x36\x37\x38\x39\x3a\x3b\x3c\x3d\x3e\x3e\x3e\x3e\x3f\x3f\x3f\x3f\x40\x41\x42\x43\x44\x45"
    b"\x46\x47\x48\x49\x4a\x4b\x4c\x4d\x4e\x4f\x50\xff\x0d\x0d\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10"
    b"\x10\x10\x10\x10\x10\x10\x10\x00\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x20\x10\x20\x20\x30\x21"
    b"\x20\x10\x10\x20\x07\x0b\x0f\x13\x04\x08\x0c\x10\x10\x10\x10\x10\x10\x10\x10\x10\x22\x22\x30\x10"
    b"\x10\x10\x23\x10\x10\x00",
    b"\x00\x02\x04\x06\x07\x08\x0a\x0c\x10\x12\x14\x18\x1a\x1c\x20\x21\x22\x28\x2a\x2b\x2c\x30\x32\x34"
    b"\x38\x58\x5c\x60\x64\x68\x70\x74\x78\x7c\x01\x51\x52\x60\xff\x02\xff\x53\x03\xff\x54\x04\x55\xff"
    b"\x56\x56\xff\x07\x57\x58\x59\x08\xff\x5a\xff\x5b\x5c\x5d\x5e\xff\x5f\x61\x62\x62\x15\x13\x13\x0f"
    b"\x00\x18\x00\x15\x12\x00\x10\x15\x0f\x00\x10\x0f\x00\x15\x0f\x0f\x0d\x18\x00\x10\x00\x0d\x0d\x0d"
    b"\x0d\x00\x0d\x0d\x0d\x11",
)

# Seconds in the unit that the two low bits of a duration choose.
_DURATION = (1, 60, 3600, 86400)
# What VIFEs 20h...3Fh say, in order, and then those of _MORE.
_SAYS = (
    "per_second,per_minute,per_hour,per_day,per_week,per_month,per_year,per_revolution,"
    "per_input_pulse_0,per_input_pulse_1,per_output_pulse_0,per_output_pulse_1,per_litre,per_m3,per_kg,per_K,"
    "per_kWh,per_GJ,per_kW,per_K_litre,per_V,per_A,times_s,times_s_per_V,times_s_per_A,start_date,uncorrected,"
    "positive_only,negative_only,non_metric,at_base_conditions,obis_declaration,"
    "lower_limit,lower_limit_count,upper_limit,upper_limit_count,during_lower_limit_exceed,leakage,"
    "during_upper_limit_exceed,overflow,future"
)
_MORE = b"\x40\x41\x48\x49\x68\x69\x6c\x6d\x7e"
_says: list = []
_START_DATE = const(0x39)
# Behind VIFE 7Ch: the phases, what is between them, and the quadrants (table 16).
_WHERE = ",L1,L2,L3,N,L1_L2,L2_L3,L3_L1,Q1,Q2,Q3,Q4"


class Meaning:
    """`quantity`, `unit` (None where there is none), a factor and what else the VIFEs say.

    A number of the data is worth `number * multiplier * 10 ** exponent` units,
    but where `is_date` says that the data is a date.  With `is_unsigned` binary
    data has no sign (numbers of meters, versions, flags).  `error` is a text where
    the VIB says that there is no value, or is no VIB.
    """

    multiplier = 1
    is_date = False
    is_unsigned = False
    error: str | None = None

    def __init__(self, quantity: str, unit=None, exponent: int = 0):
        self.quantity = quantity
        self.unit = unit
        self.exponent = exponent
        self.qualifiers = []


def explain(vib: bytes) -> Meaning:
    """The Meaning of a whole VIB (as it stands on the wire; none for manufacturer data)."""
    if not vib:
        return _meaning(_MANUFACTURER, 16)
    vif = vib[0] & 0x7F
    if vif < 0x78 and _PRIMARY[vif >> 2 << 1]:
        at = vif >> 2 << 1
        meaning = _meaning(_PRIMARY[at], _PRIMARY[at + 1] + (vif & 3))
    elif vif == 0x7F:
        return _meaning(_MANUFACTURER, 16)
    elif vif == 0x7C:
        return _plain_text(vib)
    elif vib[0] == 0xFD or vib[0] == 0xFB:
        meaning = _find(1 if vif == 0x7D else 2, vib[1] & 0x7F)
        if len(vib) > 2:
            _correct(meaning, vib, 2)
        return meaning
    else:
        meaning = _find(0, vif)
    if len(vib) > 1:
        _correct(meaning, vib, 1)
    return meaning


def _find(table: int, code: int) -> Meaning:
    """The meaning of a code of the `_TABLES`."""
    runs = _TABLES[table]
    count = len(runs) // 3
    first = code
    at = -1
    while at < 0 <= first:
        at = runs.find(bytes((first,)), 0, count)
        first -= 1
    if at < 0 or runs[count + at] == _NONE:
        return Meaning(UNKNOWN)
    return _meaning(runs[count + at], runs[2 * count + at] + code - runs[at])


def _meaning(kind: int, scale: int) -> Meaning:
    if kind not in _met:
        at = 0
        for _ in range(kind):
            at = _KINDS.index(",", at) + 1
        end = _KINDS.find(",", at)
        _met[kind] = _KINDS[at:] if end < 0 else _KINDS[at:end]
    quantity, _, unit = _met[kind].partition(":")
    meaning = Meaning(quantity, unit or None, scale - 16)
    if scale < _SECONDS:
        if _FIRST_UNSIGNED <= kind <= _LAST_UNSIGNED:
            meaning.is_unsigned = True
        return meaning
    meaning.exponent = 0
    if scale < _MONTHS:
        meaning.multiplier = _DURATION[scale - _SECONDS]
    elif scale < _DATE:
        meaning.unit = None
        meaning.qualifiers.append("in_months" if scale == _MONTHS else "in_years")
    else:
        meaning.is_date = True
    return meaning


def _plain_text(vib: bytes) -> Meaning:
    """VIF 7Ch: what the meter calls it, in a qualifier; it is no unit that anybody could count on."""
    from .record import text_at

    meaning = Meaning("plain_text")
    at = text_at(vib, 0)
    if not at:
        meaning.error = "VIF 7c without its text"
        return meaning
    end = at + 1 + vib[at]
    meaning.qualifiers.append("text:" + "".join([chr(b) for b in reversed(vib[at + 1 : end])]))
    _correct(meaning, vib[:at] + vib[end:], 1)
    return meaning


def _correct(meaning, vib: bytes, at: int) -> None:
    """Apply the chain of VIFEs in `vib` from `at` on."""
    says = meaning.qualifiers.append
    while at < len(vib):
        vife = vib[at] & 0x7F
        at += 1
        if vife == 0x7F:
            says("manufacturer:" + as_hex(vib[at:]))
            return
        if 0x70 <= vife < 0x78:
            meaning.exponent += vife - 0x76
        elif vife == 0x7D:
            meaning.exponent += 3
        elif 0x78 <= vife < 0x7C:
            says("plus_10e%d" % (vife - 0x7B))
        elif vife == 0x7C:
            # The table goes on in the next VIFE.
            more = vib[at] & 0x7F if at < len(vib) else 0
            at += 1
            says(_WHERE.split(",")[more] if 0 < more < 12 else "extension_%02x" % more)
        elif vife >= 0x20:
            _say(meaning, vife)
        elif vife:
            meaning.error = "the meter reports record error %02x" % vife


def _say(meaning, vife: int) -> None:
    if not _says:
        _says.extend(_SAYS.split(","))
    at = vife - 0x20
    if vife >= 0x40:
        at = 0x20 + _MORE.find(bytes((vife,)))
        if at < 0x20:
            _limit(meaning, vife)
            return
    meaning.qualifiers.append(_says[at])
    if vife == _START_DATE:
        meaning.is_date = True
    elif vife & 0x77 == 0x41:
        _number_of(meaning, None, 1)


def _limit(meaning, vife: int) -> None:
    """40h...6Fh: how long and when limits were passed, and maxima lasted."""
    which = "last" if vife & 4 else "first"
    if vife < 0x60:
        which += "_upper_limit_exceed" if vife & 8 else "_lower_limit_exceed"
    if vife & 0x70 == 0x50 or vife & 0x78 == 0x60:
        meaning.qualifiers.append("duration_of_" + which)
        _number_of(meaning, "s", _DURATION[vife & 3])
    elif vife & 2:
        meaning.qualifiers.append(("end_of_" if vife & 1 else "begin_of_") + which)
        meaning.unit = None
        meaning.is_date = True
    else:
        meaning.error = "VIFE %02x is reserved" % vife


def _number_of(meaning, unit, multiplier: int) -> None:
    """The data is this now, whatever the VIF said."""
    meaning.unit = unit
    meaning.multiplier = multiplier
    meaning.exponent = 0
    meaning.is_date = False


def as_hex(data: bytes) -> str:
    """Hexadecimal digits; of nothing, MicroPython before 1.28 makes bytes."""
    return data.hex() if data else ""
