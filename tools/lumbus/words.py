"""What the codes of EN 13757-2 and -3 are called, in words for people; the library gives the numbers only."""

from mbus.errors import ApplicationError, EncryptedError, MBusError

# EN 13757-3, 8.3: what a meter reports by CI 70h.
APPLICATION_ERRORS = {
    0: "unspecified error",
    1: "CI field not implemented",
    2: "buffer too long",
    3: "too many records",
    4: "premature end of record",
    5: "more than 10 DIFEs",
    6: "more than 10 VIFEs",
    8: "application busy",
    9: "too many readouts",
}

# EN 13757-3, table 18: record errors, reported by a VIFE.
RECORD_ERRORS = {
    0x01: "too many DIFEs",
    0x02: "storage number not implemented",
    0x03: "unit number not implemented",
    0x04: "tariff number not implemented",
    0x05: "function not implemented",
    0x06: "data class not implemented",
    0x07: "data size not implemented",
    0x0B: "too many VIFEs",
    0x0C: "illegal VIF group",
    0x0D: "illegal VIF exponent",
    0x0E: "VIF and DIF do not match",
    0x0F: "action not implemented",
    0x15: "no data available",
    0x16: "data overflow",
    0x17: "data underflow",
    0x18: "data error",
    0x1C: "premature end of record",
}
_RECORD_ERROR = "the meter reports record error "

# EN 13757-3, 5: the CI field.
CI_FIELDS = {
    0x50: "application reset",
    0x51: "data for the meter",
    0x52: "selection by secondary address",
    0x53: "the same selection and an application",
    0x54: "synchronise",
    0x55: "data for the meter, most significant byte first",
    0x56: "selection, most significant byte first",
    0x70: "report of an application error",
    0x71: "report of an alarm",
    0x72: "variable data, long header",
    0x73: "fixed data",
    0x76: "variable data, long header, most significant byte first",
    0x77: "fixed data, most significant byte first",
    0x78: "variable data, no header",
    0x7A: "variable data, short header",
    0xB8: "set 300 baud",
    0xB9: "set 600 baud",
    0xBA: "set 1200 baud",
    0xBB: "set 2400 baud",
    0xBC: "set 4800 baud",
    0xBD: "set 9600 baud",
    0xBE: "set 19200 baud",
    0xBF: "set 38400 baud",
}

# EN 13757-2, table 1: the function of a C field, from the master and from the meter.
_FROM_MASTER = {0: "SND_NKE", 3: "SND_UD", 10: "REQ_UD1", 11: "REQ_UD2"}
_FROM_METER = {0: "ACK", 8: "RSP_UD"}
_ADDRESSES = {
    0: "0, as a meter has it that was never given one",
    251: "251, for managing repeaters",
    252: "252, reserved",
    253: "253, whichever is selected by secondary address",
    254: "254, all meters, and they answer",
    255: "255, all meters, and none answers",
}

# EN 13757-3, 6.2.7: the configuration's mode.
_MODES = {
    1: "manufacturer's own encryption",
    2: "DES, CBC",
    3: "DES, CBC",
    4: "AES-128, CBC",
    5: "AES-128, CBC",
    7: "AES-128, CBC, derived key",
    8: "AES-128, CTR",
    9: "AES-128, GCM",
    10: "AES-128, CCM",
    13: "TLS",
}
_APPLICATION = ("no application error", "application busy", "application error", "alarm")
_STATUS = ((2, "power low"), (3, "permanent error"), (4, "temporary error"))


def application_error(code: int) -> str:
    return APPLICATION_ERRORS.get(code, "a reserved code")


def record_error(code: int) -> str:
    return RECORD_ERRORS.get(code, "a reserved code")


def control(code: int) -> str:
    """A C field, with its bits."""
    names = _FROM_MASTER if code & 0x40 else _FROM_METER
    name = names.get(code & 15, f"reserved function {code & 15}")
    sender, five, four = ("master", "FCB", "FCV") if code & 0x40 else ("meter", "ACD", "DFC")
    said = f"{name} from the {sender}, {five} {code >> 5 & 1}, {four} {code >> 4 & 1}"
    return said + ", reserved bit 7 is set" if code & 0x80 else said


def address(code: int) -> str:
    return "address " + _ADDRESSES.get(code, str(code))


def ci_field(code: int) -> str:
    return CI_FIELDS.get(code, "of another protocol")


def status(code: int) -> str:
    """A status byte, bit by bit."""
    said = faults(code)
    return ", ".join([_APPLICATION[code & 3], *said] if code & 3 or not said else said)


def fixed_status(code: int) -> str:
    """A status byte of fixed data, whose two lowest bits are of the counters."""
    kind = "binary" if code & 1 else "BCD"
    return ", ".join([f"counters are {kind}, {'stored at a fixed date' if code & 2 else 'of now'}", *faults(code)])


def faults(code: int) -> list[str]:
    """What bits 2 to 7 of a status byte say."""
    said = [name for bit, name in _STATUS if code >> bit & 1]
    if code >> 5:
        said.append(f"manufacturer's bits {code >> 5:03b}")
    return said


def configuration(code: int) -> str:
    """A configuration word and its mode, which alone does not prove that anything is encrypted."""
    mode = code >> 8 & 31
    if not mode:
        return "mode 0: not encrypted"
    said = f"mode {mode}: {_MODES.get(mode, 'reserved')}"
    return f"{said}, {code >> 4 & 15} blocks of 16 bytes" if mode == 5 else said


def in_words(error: MBusError) -> str:
    """The library's message, with words for its number where there are any."""
    if isinstance(error, ApplicationError):
        return f"{error}: {application_error(error.code)}"
    if isinstance(error, EncryptedError) and error.mode in _MODES:
        return f"{error}: {_MODES[error.mode]}"
    return str(error)


def why_no_value(error: str, digits: str | None) -> str:
    """Why a record has no value: words for a record error's number, the `digits` of what is no BCD number."""
    if error.startswith(_RECORD_ERROR):
        return f"{error}: {record_error(int(error[len(_RECORD_ERROR) :], 16))}"
    return error if digits is None else f"{error} (digits {digits})"


def printable(text: str) -> str:
    """The text on one line, with escapes for what would move a terminal's cursor."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
