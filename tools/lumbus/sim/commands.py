"""What a slave does with SND_UD (EN 13757-3, 5 and 11): the commands of a master.

* CI 50h: application reset, with a subcode or without: a read-out begins again
  with its first telegram.
* CI 51h (55h: most significant byte first): data.  Taken are the primary
  address (01 7A), the identification (0C 79), the whole secondary address
  (07 79) and the clock (04 6D); records that say nothing to a meter it ignores,
  and acknowledges the telegram all the same.
* CI B8h...BFh: baud rate 300...38400; acknowledged at the old rate.

Anything else is not understood, and gets no answer.
"""

from mbus.errors import RecordError
from mbus.record import records
from mbus.timing import BAUD_RATES

from .forms import turned

_RESET = 0x50
_DATA = 0x51
_DATA_MSB_FIRST = 0x55
_FIRST_BAUD = 0xB8
_LAST_ADDRESS = 250


def obey(slave, ci, data):
    """Whether the command is understood; what it says is done then, unless the slave is `locked`."""
    if ci == _RESET:
        slave.restart(data[0] if data else None)
        return True
    if ci in (_DATA, _DATA_MSB_FIRST):
        return _take(slave, data, ci == _DATA_MSB_FIRST)
    rate = ci - _FIRST_BAUD
    if not 0 <= rate < len(BAUD_RATES) or BAUD_RATES[rate] not in slave.rates:
        return False
    if not slave.locked:
        slave.baud = BAUD_RATES[rate]
    return True


def _take(slave, data, msb_first):
    try:
        for record in records(turned(data) if msb_first else data):
            if not slave.locked:
                _set(slave, record.dib + record.vib, record.data)
    except RecordError:
        return False
    return True


def _set(slave, what, data):
    if what == b"\x01\x7a":
        if data[0] <= _LAST_ADDRESS:
            slave.address = data[0]
    elif what == b"\x0c\x79":
        slave.secondary = data + slave.secondary[4:]
    elif what == b"\x07\x79":
        slave.secondary = data
    elif what == b"\x04\x6d" and slave.clock is not None:
        slave.clock.set(data)
