"""The user data of a long frame, explained: headers, fixed data, error reports, selections; see `explain_record`."""

from mbus.errors import ApplicationError, EncryptedError, RecordError, UnsupportedCI
from mbus.fixed import CI_FIXED, CI_FIXED_MSB, FixedTelegram
from mbus.forms import records_turned
from mbus.frame import FIRST_DATA, STOP, Frame
from mbus.record import records
from mbus.telegram import CI_ERROR, CI_MSB, CI_VARIABLE, HEADER, Telegram, header_size

from . import words
from .decode import counter_error
from .explain_parts import WRONG, Walk
from .explain_record import bad_record, good_record

_SEND, _SEND_MSB = 0x51, 0x55
_SELECT, _SELECT_MSB = 0x52, 0x56
_SELECTION = 8
_FIXED = 16


def user_data(walk: Walk, frame: Frame, whole: bool) -> None:
    """All of a frame's user data; `whole`: nothing of it is missing."""
    ci = frame.ci
    if ci == CI_ERROR:
        _error_report(walk)
    elif ci in (CI_FIXED, CI_FIXED_MSB):
        _fixed(walk, frame)
    elif ci in (_SELECT, _SELECT_MSB):
        _selection(walk, frame)
    elif ci in (_SEND, _SEND_MSB):
        walk_records(walk, records_turned(frame.data) if ci == _SEND_MSB else records(frame.data))
    else:
        try:
            _variable(walk, frame, header_size(ci))
        except UnsupportedCI as e:
            # A command without data says all that it has to say by its CI field.
            if walk.left or ci not in words.CI_FIELDS:
                walk.wrong(str(e), walk.left, "user data")
    if walk.left and whole:
        walk.rest()


def _padded(frame: Frame, size: int) -> Frame:
    """The frame with as much user data as its header needs, so that what is there can be told."""
    return Frame(frame.raw[:FIRST_DATA] + frame.data[:size].ljust(size, b"\0") + bytes((0, STOP)))


def _fields(walk: Walk, fields) -> bool:
    """Take (size, name, says) one behind the other; False where one is not whole."""
    for size, name, says in fields:
        if walk.left < size:
            walk.wrong(f"{name}: {walk.left} of {size} bytes", walk.left)
            return False
        walk.take(size, name, says)
    return True


def _error_report(walk: Walk) -> None:
    walk.heading("report of an error")
    code = walk.raw[walk.at] if walk.left else 0
    if walk.left:
        walk.take(1, "error code", words.in_words(ApplicationError(code)), WRONG)
        walk.take(walk.left, "more data", "the manufacturer's own")
    else:
        walk.wrong("no code: " + words.application_error(0))


def _identity(telegram: Telegram) -> tuple:
    return (
        (4, "identification", f"{telegram.identification}"),
        (2, "manufacturer", f"{telegram.manufacturer}"),
        (1, "version", f"{telegram.version}"),
        (1, "medium", f"{telegram.medium}".replace("_", " ")),
    )


def _variable(walk: Walk, frame: Frame, size: int) -> None:
    telegram = Telegram(_padded(frame, size))
    fields = _identity(telegram) if size == HEADER else ()
    if size:
        walk.heading("header")
        fields += (
            (1, "access number", str(telegram.access_number)),
            (1, "status", f"{telegram.status or 0:08b}b: {words.status(telegram.status or 0)}"),
            (2, "configuration", words.configuration(telegram.configuration or 0)),
        )
    if not _fields(walk, fields):
        return
    try:
        found = iter(Telegram(frame))
    except EncryptedError as e:
        walk.heading("records")
        walk.wrong(words.in_words(e), walk.left, "encrypted")
        return
    walk_records(walk, found)


def walk_records(walk: Walk, found) -> None:
    """Each Record of the iterator, and the fillers between them."""
    first = walk.at
    number = 0
    try:
        for record in found:
            number += 1
            walk.take(first + record.offset - walk.at, "filler", "")
            good_record(walk, record, number)
    except RecordError as e:
        walk.take(first + e.offset - walk.at, "filler", "")
        bad_record(walk, e, number + 1)
    walk.take(walk.left, "filler", "")


def _selection(walk: Walk, frame: Frame) -> None:
    walk.heading("selection: F stands for any digit, ff for any byte")
    header = frame.data[:_SELECTION].ljust(HEADER, b"\xff")
    ci = CI_MSB if frame.ci == _SELECT_MSB else CI_VARIABLE
    telegram = Telegram(Frame(frame.raw[:6] + bytes((ci,)) + header + bytes((0, STOP))))
    fields = []
    for size, name, says in _identity(telegram):
        data = frame.data[sum(field[0] for field in fields) :][:size]
        fields.append((size, name, "any" if data == b"\xff" * size else says.upper() if size == 4 else says))
    if _fields(walk, fields) and walk.left:
        walk.heading("more to select by")
        behind = frame.data[_SELECTION:]
        walk_records(walk, records_turned(behind) if ci == CI_MSB else records(behind))


def _fixed(walk: Walk, frame: Frame) -> None:
    walk.heading("fixed data")
    telegram = FixedTelegram(_padded(frame, _FIXED))
    msb = frame.ci == CI_FIXED_MSB
    status = telegram.status
    counters = telegram.counters()
    units = [(1, f"unit of counter {n}", _unit(counter)) for n, counter in enumerate(counters, 1)]
    units[0] = (1, units[0][1], f"{units[0][2]}; of both units' bytes, the medium: {telegram.medium.replace('_', ' ')}")
    fields = [
        (4, "identification", telegram.identification),
        (1, "access number", str(telegram.access_number)),
        (1, "status", f"{status:08b}b: {words.fixed_status(status)}"),
        *(units[::-1] if msb else units),
    ]
    for number, counter in enumerate(counters, 1):
        error = counter_error(counter, status)
        says = error or f"{counter.value} {counter.unit or ''}".strip()
        fields.append((4, f"counter {number}", says))
    if _fields(walk, fields) and walk.left:
        walk.take(walk.left, "more data", "behind the fixed data; not read")


def _unit(counter) -> str:
    if "historic" in counter.qualifiers:
        return "as counter 1, but historic"
    said = counter.quantity.replace("_", " ")
    return f"{said} in {counter.unit}" if counter.unit else said
