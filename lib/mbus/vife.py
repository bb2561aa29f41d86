"""VIFEs that correct a VIF's meaning (EN 13757-3, 6.5 and table 15), a chain read to its end.

Some only scale (70h...77h, 7Dh), some say of what the value is (3Bh, 3Ch, 20h
and up), some turn the data into something else: a duration (50h...), or the
date of a limit or maximum, whatever the VIF was.  01h...1Fh say that the
record is in error.  After FFh everything is the manufacturer's own.
"""

# Seconds in the unit that the two low bits of a duration choose.
DURATION = (1, 60, 3600, 86400)

POSITIVE = "positive_only"
NEGATIVE = "negative_only"

# 20h...3Fh, in order; "-" is reserved.
_SAYS = (
    "per_second,per_minute,per_hour,per_day,per_week,per_month,per_year,per_revolution,"
    "per_input_pulse_0,per_input_pulse_1,per_output_pulse_0,per_output_pulse_1,per_litre,per_m3,per_kg,per_K,"
    "per_kWh,per_GJ,per_kW,per_K_litre,per_V,per_A,times_s,times_s_per_V,times_s_per_A,start_date,uncorrected,"
    "positive_only,negative_only,non_metric,at_base_conditions,-"
)
_says = None
_START_DATE = 0x39
# Behind VIFE 7Ch: the phases, what is between them, and the quadrants.
_WHERE = "extension_00,L1,L2,L3,N,L1_L2,L2_L3,L3_L1,Q1,Q2,Q3,Q4"
# 01h...1Fh (table 17).
_ERRORS = (
    ",too many DIFEs,storage number not implemented,unit number not implemented,tariff number not implemented,"
    "function not implemented,data class not implemented,data size not implemented,,,,too many VIFEs,"
    "illegal VIF group,illegal VIF exponent,VIF and DIF do not match,action not implemented,,,,,,no data available,"
    "data overflow,data underflow,data error,,,,premature end of record,,,"
)


def correct(meaning, vib, at: int) -> None:
    """Apply the chain of VIFEs in `vib` from `at` on to a vib.Meaning."""
    while at < len(vib):
        vife = vib[at] & 0x7F
        at += 1
        if vife == 0x7F:
            meaning.qualifiers.append("manufacturer:" + vib[at:].hex())
            return
        if vife < 0x20:
            if vife:
                meaning.error = "the meter says: " + (_ERRORS.split(",")[vife] or "record error %02x" % vife)
        elif vife < 0x40:
            _say(meaning, vife)
        elif vife < 0x70:
            _limit(meaning, vife)
        elif vife < 0x78:
            meaning.exponent += vife - 0x76
        elif vife < 0x7C:
            meaning.qualifiers.append("plus_10e%d" % (vife - 0x7B))
        elif vife == 0x7D:
            meaning.exponent += 3
        elif vife == 0x7E:
            meaning.qualifiers.append("future")
        else:
            # 7Ch: the table goes on in the next VIFE (table 16).
            more = vib[at] & 0x7F if at < len(vib) else 0
            at += 1
            names = _WHERE.split(",")
            meaning.qualifiers.append(names[more] if more < len(names) else "extension_%02x" % more)


def _say(meaning, vife: int) -> None:
    global _says
    if _says is None:
        _says = _SAYS.split(",")
    text = _says[vife - 0x20]
    if text == "-":
        meaning.error = "VIFE %02x is reserved" % vife
        return
    meaning.qualifiers.append(text)
    meaning.is_date = meaning.is_date or vife == _START_DATE


def _limit(meaning, vife: int) -> None:
    """40h...6Fh: limits, how often, how long and when they were passed, and maxima."""
    if vife < 0x60:
        side = "upper" if vife & 8 else "lower"
        if vife & 0x16 == 0 and vife < 0x50:
            # 40/48 the limit itself, 41/49 how often it was passed.
            meaning.qualifiers.append(side + ("_limit_count" if vife & 1 else "_limit"))
            if vife & 1:
                _number_of(meaning, None, 1)
            return
        which = "%s_%s_limit_exceed" % ("last" if vife & 4 else "first", side)
    else:
        which = "last" if vife & 4 else "first"
    if vife >= 0x50 and (vife < 0x60 or not vife & 8):
        meaning.qualifiers.append("duration_of_" + which)
        _number_of(meaning, "s", DURATION[vife & 3])
    elif vife & 2:
        meaning.qualifiers.append("%s_of_%s" % ("end" if vife & 1 else "begin", which))
        meaning.unit = None
        meaning.is_date = True
    elif vife >= 0x68:
        name = "leakage,overflow" if vife & 1 else "during_lower_limit_exceed,during_upper_limit_exceed"
        meaning.qualifiers.append(name.split(",")[vife >> 2 & 1])
    else:
        meaning.error = "VIFE %02x is reserved" % vife


def _number_of(meaning, unit, multiplier: int) -> None:
    """The data is this now, whatever the VIF said."""
    meaning.unit = unit
    meaning.multiplier = multiplier
    meaning.exponent = 0
    meaning.is_date = False
