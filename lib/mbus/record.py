"""Data records of EN 13757-3, 6: DIB, VIB and data, one behind the other.

* DIF: bit 7 another byte follows, bit 6 the lowest bit of the storage number,
  bits 5-4 the function, bits 3-0 the kind of data.  Each DIFE (at most 10) adds
  4 bits of storage number, 2 of tariff and 1 of subunit.
* 2Fh is a filler and no record.  0Fh and 1Fh begin manufacturer data to the
  end; 1Fh says that more records follow in the next telegram.
* 0Dh is of variable length, which its first data byte gives.
* VIF 7Ch has its unit as text in the VIB: a length and the characters, last first.
* A number is least significant byte first; its most negative value, and a BCD
  digit above 9 (but for F in the top digit: a minus), mean "no valid value".

A record whose value cannot be told keeps its bytes and a reason, and the
iteration goes on; where a length cannot be told it ends with RecordError.
"""

from ._const import const
from .errors import RecordError
from .vib import explain
from .vife import PLAIN_TEXT, is_text

FUNCTIONS = ("instantaneous", "maximum", "minimum", "error")

_MAX_EXTENSIONS = const(10)
_FILLER = const(0x2F)
_MANUFACTURER = const(0x0F)
_MORE_FOLLOW = const(0x1F)
LVAR = const(0x0D)

# Bytes of data by the DIF's low four bits; 255: not a fixed number.
SIZES = b"\x00\x01\x02\x03\x04\x04\x06\x08\x00\x01\x02\x03\x04\xff\x06\xff"
_REAL = const(5)


class Record:
    """One record: `dib`, `vib` and `data` as on the wire (bytes), and what they say.

    `function` is an index into FUNCTIONS, or None for manufacturer data.
    """

    def __init__(self, dib: bytes, vib: bytes, data: bytes):
        self.dib = dib
        self.vib = vib
        self.data = data
        self._meaning = None
        self.function = None
        self.storage = self.tariff = self.subunit = 0
        if dib[0] & 0x0F != _MANUFACTURER:
            self._unfold()

    def _unfold(self) -> None:
        dif = self.dib[0]
        self.function = dif >> 4 & 3
        self.storage = dif >> 6 & 1
        for i in range(1, len(self.dib)):
            dife = self.dib[i]
            self.storage |= (dife & 15) << (4 * i - 3)
            self.tariff |= (dife >> 4 & 3) << (2 * i - 2)
            self.subunit |= (dife >> 6 & 1) << (i - 1)

    @property
    def is_manufacturer(self) -> bool:
        return self.function is None

    @property
    def more_follow(self) -> bool:
        return self.dib[0] == _MORE_FOLLOW

    @property
    def meaning(self):
        """The vib.Meaning of this record's VIB."""
        if self._meaning is None:
            self._meaning = explain(self.vib)
        return self._meaning

    def number(self):
        """(mantissa, exponent) in the unit of `meaning`, exact; None for no valid value.

        Raises ValueError with a reason where the data is not a number that can be told.
        """
        meaning = self.meaning
        if meaning.error:
            raise ValueError(meaning.error)
        if meaning.is_date:
            raise ValueError("the data is a date")
        if self.dib[0] & 0x0F == _REAL:
            from .real import decimal  # few meters send any

            exact = decimal(self.data)
            return None if exact is None else (exact[0] * meaning.multiplier, exact[1] + meaning.exponent)
        raw = integer(self.dib[0], self.data)
        if raw is None:
            return None
        return raw * meaning.multiplier, meaning.exponent


def integer(dif: int, data):
    """The integer in `data` of the kind that `dif` says, or None for no valid value.

    ValueError when the kind is not an integer.
    """
    kind = dif & 0x0F
    if kind == _REAL or kind == LVAR or not data:
        raise ValueError("data field %x is not decoded as a number by this version" % kind)
    return _bcd(data) if kind > 8 else _binary(data)


def _binary(data):
    value = 0
    for i in range(len(data) - 1, -1, -1):
        value = value << 8 | data[i]
    bits = 8 * len(data)
    if not value >> (bits - 1):
        return value
    value -= 1 << bits
    return None if value == -1 << (bits - 1) else value


def _bcd(data):
    top = data[-1] >> 4
    value = 0 if top == 15 else top
    for i in range(len(data) - 1, -1, -1):
        if i < len(data) - 1:
            if data[i] >> 4 > 9:
                return None
            value = value * 10 + (data[i] >> 4)
        if data[i] & 15 > 9:
            return None
        value = value * 10 + (data[i] & 15)
    if top == 15:
        return -value
    return None if top > 9 else value


def records(data):
    """Yield each Record of the user data after a telegram's header.

    Raises RecordError at the first record whose length cannot be told; those
    before it have been given.
    """
    at = 0
    end = len(data)
    while at < end:
        dif = data[at]
        if dif == _FILLER:
            at += 1
        elif dif & 0x0F == _MANUFACTURER:
            if dif != _MANUFACTURER and dif != _MORE_FOLLOW:
                raise RecordError("DIF %02x is reserved" % dif, at)
            yield Record(bytes(data[at : at + 1]), b"", bytes(data[at + 1 :]))
            return
        else:
            vib = _chain(data, at, at, "DIB")
            body = _chain(data, vib, at, "VIB")
            if data[vib] & 0x7F == PLAIN_TEXT:
                body = _past_text(data, vib, body, at)
            stop = body + _size(data, dif, body, at)
            if stop > end:
                raise RecordError("%d bytes of data missing" % (stop - end), at)
            yield Record(bytes(data[at:vib]), bytes(data[vib:body]), bytes(data[body:stop]))
            at = stop


def _chain(data, at: int, record: int, name: str) -> int:
    """The end of the chain of bytes linked by bit 7 that starts at `at`."""
    stop = at + _MAX_EXTENSIONS + 1
    while at < len(data):
        if at == stop:
            raise RecordError("more than 10 extensions in the " + name, record)
        last = not data[at] & 0x80
        at += 1
        if last:
            return at
    raise RecordError(name + " has no end", record)


def _past_text(data, vib: int, chain_end: int, record: int) -> int:
    """Where the VIB ends whose VIF has a text: behind the VIFEs in the standard, before them at Elvaco's."""
    text = vib + 1
    if data[vib] & 0x80:
        if is_text(data, text):
            return _chain(data, text + 1 + data[text], record, "VIB")
        text = chain_end
    if not is_text(data, text):
        raise RecordError("no text where the VIF says that there is one", record)
    return text + 1 + data[text]


def _size(data, dif: int, at: int, record: int) -> int:
    size = SIZES[dif & 0x0F]
    if size != 255:
        return size
    if at >= len(data):
        raise RecordError("length of variable data missing", record)
    kind = data[at]
    if kind < 0xC0:
        return 1 + kind
    if kind < 0xF0:
        return 1 + (kind & 15)
    if kind <= 0xF4:
        return 1 + 4 * (kind - 0xEC)
    if kind <= 0xF6:
        return 1 + (48 if kind == 0xF5 else 64)
    raise RecordError("variable length %02x is reserved" % kind, record)


def integer_of_variable(kind: int, body):
    """The BCD number of variable data C0h...DFh; None for no valid value."""
    if not body:
        return None
    for b in body:
        if b >> 4 > 9 or b & 15 > 9:
            return None
    value = _bcd(body)
    return None if value is None else (-value if kind >= 0xD0 else value)
