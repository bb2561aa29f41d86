"""What must hold of whatever bytes the decoder is given, on each interpreter.

Nothing but the library's own errors comes out, every loop ends, and all that is
given is bounded:

* from n bytes of user data at most (n + 1) / 2 records, which hold its bytes
  once and in their order;
* storage below 2**41, tariff below 2**20, subunit below 2**10;
* a value or the reason why there is none, never both; a number's text of at
  most LONGEST_NUMBER characters, any other of at most two a byte of its record;
* the deframer gives the same frames in any pieces, and counts every other byte;
* a layout that says yes has read what decoding the telegram gives.
"""

from mbus.deframer import Deframer
from mbus.errors import MBusError
from mbus.fixed import CI_FIXED, CI_FIXED_MSB, FixedTelegram
from mbus.frame import START_LONG
from mbus.integers import SIZES
from mbus.layout import Layout
from mbus.parse import parse_frame
from mbus.record import integer, records
from mbus.telegram import CI_MSB, Telegram
from mbus.value import text

# 46 decimals of the smallest REAL, 9 of the VIF, 60 of ten VIFEs, "-0.".
LONGEST_NUMBER = 120
# The longest, such as "begin_of_first_lower_limit_exceed", and room for a text or hex of the VIB's own.
_LONGEST_NAME = 40


class Fault(Exception):
    """The decoder broke a rule."""


def _must(holds, rule: str) -> None:
    if not holds:
        raise Fault(rule)


def examine(raw: bytes) -> tuple:
    """(outcome, all that the decoder says as text); Fault where a rule is broken.

    The outcome is the name of the error, or the CI field and what became of the records.
    """
    try:
        frame = parse_frame(raw)
    except MBusError as e:
        return type(e).__name__, _said(e)
    try:
        if frame.ci in (CI_FIXED, CI_FIXED_MSB):
            return _fixed(frame)
        return _variable(frame)
    except MBusError as e:
        return type(e).__name__, _said(e)


def _said(error) -> str:
    said = str(error)
    _must(0 < len(said) <= 100, "an error says what it is, briefly")
    return said


def _fixed(frame) -> tuple:
    telegram = FixedTelegram(frame)
    out = [telegram.identification, str(telegram.access_number), str(telegram.status), telegram.medium]
    counters = telegram.counters()
    _must(len(counters) == 2, "two counters")
    for counter in counters:
        _must((counter.value is None) != (counter.error is None), "a value or a reason")
        _must(counter.value is None or len(counter.value) <= LONGEST_NUMBER, "a bounded number")
        out.append("%s %s %s %s" % (counter.quantity, counter.unit, counter.value or counter.error, counter.qualifiers))
    return "fixed data", "\n".join(out)


def _variable(frame) -> tuple:
    telegram = Telegram(frame)
    data = frame.data[len(telegram.header) :]
    out = ["%s %s %s" % (telegram.secondary_address, telegram.manufacturer, telegram.medium)]
    outcome = "whole"
    try:
        _records(telegram, data, frame.ci != CI_MSB, out)
    except MBusError as e:
        outcome = type(e).__name__
        out.append(_said(e))
    return "CI %02x, %s" % (frame.ci, outcome), "\n".join(out)


def _records(source, data: bytes, in_order: bool, out: list) -> None:
    at = 0
    for count, record in enumerate(source):
        _must(count < (len(data) + 1) // 2, "at most (n + 1) / 2 records")
        _must(record.offset >= at, "one record behind the other")
        at = record.offset
        held = record.dib + record.vib + record.data if in_order else record.dib + record.vib
        _must(data[at : at + len(held)] == held, "a record's bytes are those at its offset")
        at += len(record.dib) + len(record.vib) + len(record.data)
        _must(at <= len(data), "no byte from behind the end")
        out.append(record_line(record))


def record_line(record) -> str:
    """All that is said of a record, and that it is within its bounds."""
    _must(0 <= record.storage < 1 << 41, "storage of 41 bits")
    _must(0 <= record.tariff < 1 << 20 and 0 <= record.subunit < 1 << 10, "tariff of 20 bits, subunit of 10")
    meaning = record.meaning
    _must(len(meaning.qualifiers) <= len(record.vib), "at most a qualifier a byte of the VIB")
    for qualifier in meaning.qualifiers:
        _must(len(qualifier) <= _LONGEST_NAME + 2 * len(record.vib), "a bounded qualifier")
    value, error = text(record)
    _must((value is None) != (error is None), "a value or a reason, never both")
    _must(isinstance(value or "", str) and isinstance(error or "", str), "text")
    number = _number(record)
    size = len(record.dib) + len(record.vib) + len(record.data)
    _must(len(value or error or "") <= max(LONGEST_NUMBER, 2 * size), "a bounded value")
    _must(number is None or len(value or "") <= LONGEST_NUMBER, "a bounded number")
    return "%s %d %d %d %s %s %s %s %s" % (
        record.function,
        record.storage,
        record.tariff,
        record.subunit,
        meaning.quantity,
        meaning.unit,
        plain(value),
        plain(error),
        plain(" ".join(meaning.qualifiers)),
    )


def plain(said) -> str:
    """In ASCII on one line, the same on every interpreter."""
    if said is None:
        return "-"
    return "'%s'" % "".join([c if " " <= c <= "~" else "\\u%04x" % ord(c) for c in said])


def _number(record):
    """(mantissa, exponent), or None; ValueError is all that may be raised."""
    try:
        number = record.number()
    except ValueError as e:
        _must(str(e), "a reason")
        return None
    if number is not None:
        _must(abs(number[1]) <= LONGEST_NUMBER, "a bounded exponent")
    return number


def examine_deframer(stream: bytes, pieces) -> int:
    """Feed the `pieces` that `stream` is cut into, and the whole; how many frames it has."""
    deframer = Deframer()
    found = []
    for piece in pieces:
        for frame in deframer.feed(piece):
            found.append(frame.raw)
        _must(deframer.missing() <= 261, "never waits for more than the longest frame")
    for frame in deframer.rest():
        found.append(frame.raw)
    _must(deframer.skipped + sum([len(raw) for raw in found]) == len(stream), "every byte is in a frame or counted")
    at = 0
    for raw in found:
        at = stream.find(raw, at) + len(raw)
        _must(at >= len(raw), "a frame is what came")
        _must(parse_frame(raw).raw == raw, "a frame is valid")
    whole = Deframer()
    again = [frame.raw for frame in whole.feed(stream)]
    again.extend([frame.raw for frame in whole.rest()])
    _must(again == found and whole.skipped == deframer.skipped, "the pieces make no difference")
    return len(found)


def layout_of(raw: bytes):
    """(Layout, its (dib, vib) pairs) of every integer of a telegram, or None where it can have none."""
    try:
        pairs = list(_integers(raw))
        layout = Layout(raw, pairs)
    except MBusError:
        return None
    _must(layout.read(raw), "a layout reads the telegram that it was made from")
    return layout, pairs


def _integers(raw: bytes) -> dict:
    """The integers of a telegram by (dib, vib), the first of each; what is none is left out."""
    frame = parse_frame(raw)
    telegram = Telegram(frame)
    found = {}
    # As the layout does, without asking whether the records are encrypted.
    for record in records(frame.data[len(telegram.header) :]):
        kind = record.dib[0] & 15
        if kind not in (0, 5, 8, 13, 15) and len(record.data) == SIZES[kind]:
            found.setdefault((record.dib, record.vib), integer(record.dib[0], record.data))
    return found


def examine_layout(known, raw: bytes) -> bool:
    """Whether a layout takes `raw`; then its values are those of the telegram decoded."""
    layout, pairs = known
    if not layout.read(raw):
        return False
    _must(raw[0] == START_LONG, "only a frame is of a layout")
    integers = _integers(raw)
    _must(layout.values == [integers[pair] for pair in pairs], "a layout reads what decoding gives")
    return True
