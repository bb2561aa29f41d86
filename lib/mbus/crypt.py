"""Whether records are encrypted: by what decodes, because the configuration alone proves nothing.

Random bytes seldom pass for records: a length runs over the end, a BCD number
has digits above 9, a VIF is reserved, a date is none.  A telegram whose
configuration names a mode is taken as encrypted when a quarter of it is in
error (of random data 16...128 bytes long, fewer than 1 in 100 passes).
"""

from ._const import const
from .errors import EncryptedError, RecordError
from .record import records
from .value import text
from .vib import UNKNOWN

# What decryption of mode 5 must begin with: two fillers.
_PLAIN = b"\x2f\x2f"
_MODE_5 = const(5)
_SHARE = const(4)
_LONGEST_DIB = const(4)


def refuse_encrypted(data: bytes, configuration: int) -> None:
    """EncryptedError when `data` does not read as records."""
    mode = configuration >> 8 & 31
    # In mode 5 the configuration says how many blocks are encrypted: maybe none.
    if not data or data[:2] == _PLAIN or (mode == _MODE_5 and not configuration & 0xF0):
        return
    count = 0
    bad = 0
    try:
        for record in records(data):
            count += 1
            # Manufacturer data proves nothing, unless there was something before it.
            bad += (
                text(record)[1] is not None
                or record.meaning.quantity == UNKNOWN
                or len(record.dib) > _LONGEST_DIB
                or (count == 1 and not record.vib)
            )
    except RecordError:
        bad += 1
    if _SHARE * bad >= count:
        raise EncryptedError(mode)
