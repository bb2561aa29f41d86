"""`lumbus decode`: telegrams from files, as hex or from standard input, as records."""

import json
import sys
from collections.abc import Iterator

from mbus.errors import (
    ApplicationError,
    ChecksumError,
    EncryptedError,
    FrameError,
    MBusError,
    RecordError,
    TelegramError,
    UnsupportedCI,
)
from mbus.fixed import CI_FIXED, CI_FIXED_MSB, Counter, FixedTelegram
from mbus.frame import Frame
from mbus.integers import LVAR
from mbus.parse import parse_frame
from mbus.record import FUNCTIONS, Record
from mbus.telegram import Telegram
from mbus.value import text as value_text

from .decode_table import show, show_error, title
from .inputs import is_file, read, to_bytes
from .log import Log, find, plural
from .words import in_words, why_no_value

# The first class that fits names the error for a program.
_KINDS = (
    (ChecksumError, "checksum"),
    (FrameError, "frame"),
    (UnsupportedCI, "unsupported"),
    (ApplicationError, "application"),
    (EncryptedError, "encrypted"),
    (RecordError, "record"),
    (TelegramError, "telegram"),
)
NO_VALUE = "no valid value"
_FIRST_BCD, _MANUFACTURER = 9, 15


def decode(raw: bytes) -> dict:
    """The JSON object of one telegram; never raises for bad input."""
    try:
        return telegram_json(parse_frame(raw))
    except MBusError as e:
        return failed(e)


def failed(error: MBusError) -> dict:
    """The JSON object of what is no frame."""
    return _result(error_json(error))


def telegram_json(frame: Frame) -> dict:
    """The JSON object of a frame; what cannot be decoded is in its "error"."""
    result = _result(None)
    if frame.control is not None:
        result["control"] = f"{frame.control:02x}"
        result["address"] = frame.address
    if frame.ci is not None:
        result["ci"] = f"{frame.ci:02x}"
    try:
        if frame.ci in (CI_FIXED, CI_FIXED_MSB):
            _decode_fixed(FixedTelegram(frame), result)
        else:
            _decode_variable(Telegram(frame), result)
    except MBusError as e:
        result["error"] = error_json(e)
    return result


def _result(error: dict | None) -> dict:
    return {
        "file": None,
        "error": error,
        "control": None,
        "address": None,
        "ci": None,
        "header": None,
        "records": [],
        "more_records_follow": False,
    }


def error_json(error: MBusError) -> dict:
    kind = next((name for cls, name in _KINDS if isinstance(error, cls)), "mbus")
    return {"kind": kind, "message": in_words(error)}


def _decode_variable(telegram: Telegram, result: dict) -> None:
    # CI 78h has no header, and that of CI 7Ah no identification.
    if telegram.header:
        result["header"] = _header(telegram, telegram.manufacturer, telegram.version, telegram.configuration)
    for record in telegram:
        result["records"].append(record_json(record))
        result["more_records_follow"] = record.more_follow


def _header(telegram, manufacturer: str | None, version: int | None, configuration: int | None) -> dict:
    return {
        "identification": telegram.identification,
        "manufacturer": manufacturer,
        "version": version,
        "medium": telegram.medium,
        "access_number": telegram.access_number,
        "status": f"{telegram.status:02x}",
        "configuration": None if configuration is None else f"{configuration:04x}",
    }


def _decode_fixed(telegram: FixedTelegram, result: dict) -> None:
    result["header"] = _header(telegram, None, None, None)
    for counter in telegram.counters():
        result["records"].append(_counter_json(counter, telegram.status))


def _counter_json(counter: Counter, status: int) -> dict:
    return {
        "function": "instantaneous",
        "storage": 0,
        "tariff": 0,
        "subunit": 0,
        "quantity": counter.quantity,
        "unit": counter.unit,
        "value": counter.value,
        "qualifiers": counter.qualifiers,
        "dib": None,
        "vib": None,
        "data": counter.data.hex(),
        "error": counter_error(counter, status),
    }


def counter_error(counter: Counter, status: int) -> str | None:
    """Why a counter of fixed data has no value, with the digits of what is no BCD number."""
    if counter.error != NO_VALUE:
        return counter.error
    return why_no_value(NO_VALUE, None if status & 1 else digits(counter.data))


def record_json(record: Record) -> dict:
    value, error = value_and_reason(record)
    meaning = record.meaning
    return {
        "function": "manufacturer" if record.function is None else FUNCTIONS[record.function],
        "storage": record.storage,
        "tariff": record.tariff,
        "subunit": record.subunit,
        "quantity": meaning.quantity,
        "unit": meaning.unit,
        "value": value,
        "qualifiers": meaning.qualifiers,
        "dib": record.dib.hex(),
        "vib": record.vib.hex(),
        "data": record.data.hex(),
        "error": error,
    }


def value_and_reason(record: Record) -> tuple[str | None, str | None]:
    """(value, None), or (None, why there is none) in the words of `words`."""
    value, error = value_text(record)
    return value, error and why_no_value(error, _bcd_digits(record) if error == NO_VALUE else None)


def _bcd_digits(record: Record) -> str | None:
    """The digits of BCD data, hexadecimal ones too; None for data of another kind."""
    kind = record.dib[0] & 15
    if kind == LVAR:
        return digits(record.data[1:]) if 0xC0 <= record.data[0] < 0xE0 and len(record.data) > 1 else None
    return digits(record.data) if kind >= _FIRST_BCD and kind != _MANUFACTURER else None


def digits(data: bytes) -> str:
    """The digits of a number, the first one first."""
    return data[::-1].hex()


def run(options) -> int:
    """0 when every telegram was decoded, 1 when one was not."""
    # They explain what is decoded here.
    from .explain import explain
    from .explain_screen import show_parts

    good = True
    for given in options.telegrams:
        for raw, result in _results(given):
            good = good and result["error"] is None
            parts = explain(raw) if options.explain and raw else []
            if options.json:
                said = {"explain": [part.json() for part in parts]} if options.explain else {}
                print(json.dumps({**result, **said}))
            elif parts:
                show_parts(title(result), parts)
                show_error(result)
            else:
                show(result)
    return 0 if good else 1


def _results(given: str) -> Iterator[tuple[bytes, dict]]:
    """(bytes, JSON object) of each telegram of an argument."""
    try:
        name, content = read(given)
    except OSError as e:
        yield b"", {**_result({"kind": "file", "message": e.strerror}), "file": given if is_file(given) else None}
        return
    log = find(content)
    if log:
        yield from _logged(name, log)
        return
    raw = b""
    try:
        is_argument = name is None and given != "-"
        text = content.decode(errors="replace")
        raw = to_bytes(text, "neither a file nor hex digits") if is_argument else to_bytes(text)
        result = decode(raw)
    except FrameError as e:
        result = failed(e)
    yield raw, {**result, "file": name}


def _logged(name: str | None, log: Log) -> Iterator[tuple[bytes, dict]]:
    """The telegrams of a log, each with its place; the counts of all go to standard error."""
    bad = 0
    for found in log.telegrams:
        result = decode(found.raw)
        bad += result["error"] is not None
        place = {"line": found.line} if found.offset is None else {"offset": found.offset}
        yield found.raw, {"file": name, **place, **{key: result[key] for key in result if key != "file"}}
    passed = log.passed_over()
    if not log.telegrams:
        yield b"", {**failed(FrameError(f"no telegram, only {passed}")), "file": name}
    elif passed or len(log.telegrams) > 1:
        said = plural(len(log.telegrams), "telegram") + (f", {bad} not decoded" if bad else "")
        print(f"{name or 'telegram'}: {said}{passed and '; passed over: ' + passed}", file=sys.stderr)
