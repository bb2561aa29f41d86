"""A data record, explained byte by byte: DIB, VIB and data (EN 13757-3, 6)."""

from mbus.errors import RecordError
from mbus.integers import LVAR
from mbus.record import FUNCTIONS, PLAIN_TEXT, Record, records, text_at
from mbus.vib import UNKNOWN, Meaning
from mbus.vib import explain as meaning_of

from . import words
from .decode import value_and_reason
from .explain_parts import Walk

_KINDS = (
    "no data",
    "8 bit integer",
    "16 bit integer",
    "24 bit integer",
    "32 bit integer",
    "32 bit REAL",
    "48 bit integer",
    "64 bit integer",
    "selection for a read-out",
    "2 digit BCD",
    "4 digit BCD",
    "6 digit BCD",
    "8 digit BCD",
    "variable length",
    "12 digit BCD",
)
_MANUFACTURER = 15
_MOST_CHAIN = 11
# Longer than any data whose length is told.
_PADDING = bytes(300)
# Energy in Wh: what a VIFE does to it is what that VIFE says.
_PLAIN_VIF = 0x83
_FROM_HERE = 0x7F
_GOES_ON = 0x7C
_TIMES_ONE = 0x76


def good_record(walk: Walk, record: Record, number: int) -> None:
    """The Parts of a record that stands where `walk` is."""
    walk.heading(_summary(record, number))
    _dib(walk, record.dib)
    _vib(walk, record.vib)
    data = record.data
    if record.is_manufacturer:
        walk.take(len(data), "manufacturer data", "the manufacturer's own")
        return
    if record.dib[0] & 15 == LVAR:
        walk.take(1, "length", _variable(data[0]))
        data = data[1:]
    walk.take(len(data), "data", _value(record))


def bad_record(walk: Walk, error: RecordError, number: int) -> None:
    """The bytes of a record as far as they can be read, and what is wrong behind them."""
    walk.heading(f"record {number}, which is not whole")
    data = walk.ahead()
    whole = _as_if_whole(data)
    if whole:
        _dib(walk, whole.dib)
        _vib(walk, whole.vib)
    elif data[0] & 15 != _MANUFACTURER:
        size = _chain(data)
        _dib(walk, data[:size])
        if data[size - 1] < 0x80:
            _vib(walk, data[size : size + _chain(data[size:])])
    # The offset that the message has counts from the end of the header.
    walk.wrong(str(error).partition(" (")[0], walk.left, "data" if whole else "")


def _as_if_whole(data: bytes) -> Record | None:
    """The record that `data` begins, had it all of its value; None where not even DIB and VIB are whole."""
    try:
        record = next(records(data + _PADDING), None)
    except RecordError:
        return None
    return record if record and not record.offset and len(record.dib) + len(record.vib) <= len(data) else None


def _chain(data: bytes) -> int:
    """How many bytes bit 7 links."""
    size = 0
    while size < min(len(data), _MOST_CHAIN):
        size += 1
        if data[size - 1] < 0x80:
            break
    return size


def _summary(record: Record, number: int) -> str:
    if record.is_manufacturer:
        return f"record {number}: manufacturer data" if record.data else f"record {number}"
    said = [f"record {number}: {_in_words(record.meaning.quantity)}"]
    if record.function:
        said.append(FUNCTIONS[record.function])
    for name in ("storage", "tariff", "subunit"):
        if getattr(record, name):
            said.append(f"{name} {getattr(record, name)}")
    return ", ".join(said)


def _dib(walk: Walk, dib: bytes) -> None:
    if dib:
        walk.take(1, "DIF", _dif(dib[0]))
    for at in range(1, len(dib)):
        dife = dib[at]
        adds = (
            ("storage", (dife & 15) << (4 * at - 3)),
            ("tariff", (dife >> 4 & 3) << (2 * at - 2)),
            ("subunit", (dife >> 6 & 1) << (at - 1)),
        )
        said = [f"{name} +{value}" for name, value in adds if value]
        walk.take(1, "DIFE", _followed(", ".join(said) or "adds nothing", dife, "DIFE"))


def _dif(dif: int) -> str:
    if dif & 15 == _MANUFACTURER:
        more = "more records follow in the next telegram; " if dif & 0x10 else ""
        return more + "manufacturer data to the end"
    storage = ", storage +1" if dif & 0x40 else ""
    return _followed(f"{_KINDS[dif & 15]}, {FUNCTIONS[dif >> 4 & 3]}{storage}", dif, "DIFE")


def _followed(says: str, byte: int, by: str) -> str:
    return f"{says}; a {by} follows" if byte & 0x80 else says


def _vib(walk: Walk, vib: bytes) -> None:
    """VIF, VIFEs and a plain text unit, wherever it stands."""
    if not vib:
        return
    text = text_at(vib, 0) if vib[0] & 0x7F == PLAIN_TEXT else 0
    own = vib[0] & 0x7F == _FROM_HERE
    at = _vif(walk, vib)
    while at < len(vib):
        if text and at == text:
            size = vib[at]
            walk.take(1, "text length", f"{size} characters")
            at += 1 + size
            characters = vib[at - size : at][::-1].decode("latin-1")
            walk.take(size, "text", f"'{words.printable(characters)}'")
            continue
        size = 1 if own or vib[at] & 0x7F != _GOES_ON else 2
        for code, says in _vife(vib[at : at + size], own):
            walk.take(1, "VIFE", _followed(says, code, "VIFE"))
        own = own or vib[at] & 0x7F == _FROM_HERE
        at += size


def _vif(walk: Walk, vib: bytes) -> int:
    """The VIF, with the VIFE that tables FD and FB are of; how many bytes."""
    table = vib[0] in (0xFD, 0xFB) and len(vib) > 1
    if table:
        walk.take(1, "VIF", f"table {vib[0]:02X}h goes on in the VIFE")
        said = f"table {vib[0]:02X}h: {_meaning(meaning_of(bytes((vib[0], vib[1] & 0x7F))))}"
        walk.take(1, "VIFE", _followed(said, vib[1], "VIFE"))
        return 2
    code = vib[0] & 0x7F
    if code == PLAIN_TEXT:
        says = "the unit is a text"
    elif code == _FROM_HERE:
        says = "manufacturer's own"
    else:
        says = "primary table: " + _meaning(meaning_of(bytes((code,))))
    walk.take(1, "VIF", _followed(says, vib[0], "VIFE"))
    return 1


def _vife(codes: bytes, own: bool):
    """Yield (code, what it says) of one VIFE, or of two where the table goes on."""
    code = codes[0] & 0x7F
    if own:
        yield codes[0], "manufacturer's own"
    elif code == _FROM_HERE:
        yield codes[0], "what comes is the manufacturer's own"
    elif code == _GOES_ON:
        yield codes[0], "the table goes on in the next"
        if len(codes) > 1:
            yield codes[1], _correction(bytes((_PLAIN_VIF, 0x80 | _GOES_ON, codes[1] & 0x7F)))
    else:
        yield codes[0], _correction(bytes((_PLAIN_VIF, code)))


def _correction(vib: bytes) -> str:
    """What the VIFEs of a VIB of energy in Wh make of it."""
    changed = meaning_of(vib)
    if changed.error:
        return words.why_no_value(changed.error, None)
    said = [_in_words(q) for q in changed.qualifiers]
    if changed.exponent or vib[-1] == _TIMES_ONE:
        said.append(f"times 10^{changed.exponent}")
    if changed.is_date:
        said.append("the data is a date")
    elif changed.unit == "s":
        said.append("in " + _scale(changed))
    elif changed.unit is None:
        said.append("a number of times")
    return ", ".join(said) or "says nothing"


def _meaning(meaning: Meaning) -> str:
    if meaning.quantity == UNKNOWN:
        return "reserved"
    said = [_in_words(meaning.quantity)]
    if meaning.is_date:
        # The kind of data says whether there is a time too.
        return said[0]
    if meaning.unit or meaning.exponent:
        said.append("in " + _scale(meaning))
    return " ".join(said + [_in_words(q) for q in meaning.qualifiers])


def _scale(meaning: Meaning) -> str:
    unit = meaning.unit or ""
    if meaning.multiplier != 1:
        return f"{meaning.multiplier} {unit}".strip()
    return f"10^{meaning.exponent} {unit}".strip() if meaning.exponent else unit


def _in_words(name: str) -> str:
    kind, colon, rest = name.partition(":")
    return kind.replace("_", " ") + colon + rest


def _variable(kind: int) -> str:
    """The first byte of data of variable length (EN 13757-3, 6.3.4)."""
    if kind < 0xC0:
        return f"text of {kind} characters, last one first"
    if kind < 0xE0:
        return f"{'negative' if kind >= 0xD0 else 'positive'} BCD of {2 * (kind & 15)} digits"
    return "bytes" if kind >= 0xF0 else f"{kind & 15} bytes"


def _value(record: Record) -> str:
    value, error = value_and_reason(record)
    if value is None:
        return error or ""
    return f"{words.printable(value)} {record.meaning.unit or ''}".strip()
