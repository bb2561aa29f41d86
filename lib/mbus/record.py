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
n bytes give at most (n + 1) / 2 records, which hold them once: 340 bytes of
memory for each byte and 4 KiB at the most (64-bit CPython), 8 KiB in all when
they are not kept.
"""

from ._const import const
from .errors import RecordError
from .integers import SIZES, bcd, binary

FUNCTIONS = ("instantaneous", "maximum", "minimum", "error")

_MAX_EXTENSIONS = const(10)
_FILLER = const(0x2F)
_MANUFACTURER = const(0x0F)
_MORE_FOLLOW = const(0x1F)
# The VIF whose VIB holds a text.
PLAIN_TEXT = const(0x7C)

REAL = const(5)
_NO_INTEGER = b"\x05\x0d\x0f"
_explain = None


class Record:
    """One record: `dib`, `vib` and `data` as on the wire (bytes), and what they say.

    `offset` is where its DIF stands in the user data behind the header.
    `function` is an index into FUNCTIONS, or None for manufacturer data.
    """

    storage = tariff = subunit = 0
    _meaning = None

    def __init__(self, dib: bytes, vib: bytes, data: bytes, offset: int = 0):
        self.dib = dib
        self.vib = vib
        self.data = data
        self.offset = offset
        dif = dib[0]
        self.function = dif >> 4 & 3 if dif & 15 != _MANUFACTURER else None
        if dif & 0xC0:
            self._unfold(dif)

    def _unfold(self, dif: int) -> None:
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
        meaning = self._meaning
        if meaning is None:
            meaning = self._meaning = (_explain or _with_tables())(self.vib)
        return meaning

    def number(self):
        """(mantissa, exponent) in the unit of `meaning`, exact; None for no valid value.

        Raises ValueError with a reason where the data is not a number that can be told.
        """
        meaning = self.meaning
        if meaning.error:
            raise ValueError(meaning.error)
        if meaning.is_date:
            raise ValueError("the data is a date")
        dif = self.dib[0]
        if dif & 15 == REAL:
            from .real import decimal  # few meters send any

            exact = decimal(self.data)
            return None if exact is None else (exact[0] * meaning.multiplier, exact[1] + meaning.exponent)
        raw = integer(dif, self.data, meaning.is_unsigned)
        return None if raw is None else (raw * meaning.multiplier, meaning.exponent)


def _with_tables():
    """A board that reads a known meter by its layout does without the tables of `vib`."""
    global _explain
    from .vib import explain

    _explain = explain
    return explain


def integer(dif: int, data, unsigned: bool = False):
    """The integer in `data` of the kind that `dif` says, or None for no valid value.

    ValueError when the kind is no integer.
    """
    kind = dif & 15
    if not data or kind in _NO_INTEGER:
        raise ValueError("there is no integer in data field %x" % kind)
    if unsigned and kind < 8:
        return int.from_bytes(data, "little")
    return bcd(data, 0, len(data) - 1) if kind > 8 else binary(data, 0, len(data) - 1)


def records(data):
    """Yield each Record of the user data after a telegram's header.

    Raises RecordError at the first record whose length cannot be told; those
    before it have been given.
    """
    if type(data) is not bytes:
        data = bytes(data)
    at = 0
    end = len(data)
    while at < end:
        start = at
        dif = data[at]
        if dif & 15 == _MANUFACTURER:
            at += 1
            if dif == _FILLER:
                continue
            if dif > _MORE_FOLLOW:
                raise RecordError("DIF %02x is reserved" % dif, start)
            yield Record(data[start:at], b"", data[at:], start)
            return
        at = vib = _chain(data, at, start) if dif & 0x80 else at + 1
        if at < end and data[at] & 0x7F != PLAIN_TEXT and data[at] < 0x80:
            at += 1
        else:
            at = _vib_end(data, at, start)
        body = at
        size = SIZES[dif & 15]
        at += size if size != 255 else _variable_size(data, at, start)
        if at > end:
            raise RecordError("%d bytes of data missing" % (at - end), start)
        yield Record(data[start:vib], data[vib:body], data[body:at], start)


def _chain(data, at: int, record: int) -> int:
    """The end of the chain of bytes linked by bit 7 that starts at `at`: a DIB or a VIB."""
    name = "DIB" if at == record else "VIB"
    stop = at + _MAX_EXTENSIONS + 1
    while at < len(data):
        if at == stop:
            raise RecordError("more than 10 extensions in the " + name, record)
        at += 1
        if data[at - 1] < 0x80:
            return at
    raise RecordError(name + " has no end", record)


def _vib_end(data, vib: int, record: int) -> int:
    """Where the VIB ends; one whose VIF has a text has it behind the VIFEs in the standard, before them at Elvaco's."""
    end = _chain(data, vib, record)
    if data[vib] & 0x7F != PLAIN_TEXT:
        return end
    text = text_at(data, vib)
    if not text:
        raise RecordError("text missing", record)
    after = text + 1 + data[text]
    return after if text >= end or data[vib] < 0x80 else _chain(data, after, record)


def text_at(data, vib: int) -> int:
    """Where the text's length stands whose VIF is at `vib`; 0 where there is none."""
    at = vib + 1
    if data[vib] & 0x80 and not _is_text(data, at):
        while at < len(data) and data[at] & 0x80:
            at += 1
        at += 1
    return at if _is_text(data, at) else 0


def _is_text(data, at: int) -> bool:
    """Whether a length and as many printable characters stand at `at`."""
    if at >= len(data) or not data[at] or at + 1 + data[at] > len(data):
        return False
    for byte in data[at + 1 : at + 1 + data[at]]:
        if byte < 0x20 or 0x7F <= byte <= 0xA0:
            return False
    return True


def _variable_size(data, at: int, record: int) -> int:
    """The bytes of data of variable length (EN 13757-3, 6.3.4), with the one that says how many."""
    kind = data[at] if at < len(data) else 0
    if kind < 0xC0:
        return 1 + kind
    if kind < 0xF0:
        return 1 + (kind & 15)
    if kind <= 0xF4:
        return 1 + 4 * (kind - 0xEC)
    if kind <= 0xF6:
        return 1 + (48 if kind == 0xF5 else 64)
    raise RecordError("length %02x is reserved" % kind, record)
