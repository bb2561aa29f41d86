"""`lumbus decode`: telegrams from files, as hex or from standard input, as records."""

import json
import sys
from pathlib import Path
from string import hexdigits

from rich.console import Console
from rich.table import Table

from mbus.errors import ChecksumError, FrameError, MBusError, RecordError, TelegramError, UnsupportedCI
from mbus.fixed import CI_FIXED, FixedTelegram
from mbus.frame import Frame, parse_frame
from mbus.record import FUNCTIONS, Record
from mbus.telegram import Telegram
from mbus.value import text as value_text

# The first class that fits names the error for a program.
_KINDS = (
    (ChecksumError, "checksum"),
    (FrameError, "frame"),
    (UnsupportedCI, "unsupported"),
    (RecordError, "record"),
    (TelegramError, "telegram"),
)
_WIDE = 2000


def is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except OSError:
        # More hex digits than a file name may have characters.
        return False


def read(given: str) -> bytes:
    """The telegram of an argument: a file, hex digits, or `-`; FrameError or OSError else."""
    if given == "-":
        return to_bytes(sys.stdin.buffer.read().decode(errors="replace"))
    if is_file(given):
        return to_bytes(Path(given).read_text(errors="replace"))
    return to_bytes(given, "neither a file nor hex digits")


def to_bytes(text: str, otherwise: str = "not hex digits") -> bytes:
    """Bytes of hex digits with white space among them; FrameError else."""
    digits = "".join(text.split())
    try:
        return bytes.fromhex(digits)
    except ValueError:
        what = "an odd number of hex digits" if set(digits) <= set(hexdigits) else otherwise
        raise FrameError(f"{what}: {text.strip()[:40]!r}") from None


def decode(raw: bytes) -> dict:
    """The JSON object of one telegram; never raises for bad input."""
    result = {
        "file": None,
        "error": None,
        "control": None,
        "address": None,
        "ci": None,
        "header": None,
        "records": [],
        "more_records_follow": False,
    }
    try:
        _decode_frame(parse_frame(raw), result)
    except MBusError as e:
        result["error"] = error_json(e)
    return result


def error_json(error: MBusError) -> dict:
    kind = next((name for cls, name in _KINDS if isinstance(error, cls)), "mbus")
    if type(error).__name__ == "ApplicationError":
        kind = "application"
    return {"kind": kind, "message": str(error)}


def _decode_frame(frame: Frame, result: dict) -> None:
    if frame.control is not None:
        result["control"] = f"{frame.control:02x}"
        result["address"] = frame.address
    if frame.ci is not None:
        result["ci"] = f"{frame.ci:02x}"
    if frame.ci == CI_FIXED:
        _decode_fixed(FixedTelegram(frame), result)
        return
    telegram = Telegram(frame)
    result["header"] = {
        "identification": telegram.identification,
        "manufacturer": telegram.manufacturer,
        "version": telegram.version,
        "medium": telegram.medium,
        "access_number": telegram.access_number,
        "status": f"{telegram.status:02x}",
        "configuration": f"{telegram.configuration:04x}",
    }
    for record in telegram:
        result["records"].append(record_json(record))
        result["more_records_follow"] = record.more_follow


def _decode_fixed(telegram: FixedTelegram, result: dict) -> None:
    result["header"] = {
        "identification": telegram.identification,
        "manufacturer": None,
        "version": None,
        "medium": telegram.medium,
        "access_number": telegram.access_number,
        "status": f"{telegram.status:02x}",
        "configuration": None,
    }
    for counter in telegram.counters():
        result["records"].append(
            {
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
                "error": counter.error,
            }
        )


def record_json(record: Record) -> dict:
    value, error = value_text(record)
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


def run(options) -> int:
    """0 when every telegram was decoded, 1 when one was not."""
    failed = False
    for given in options.telegrams:
        name = given if given != "-" and is_file(given) else None
        try:
            result = decode(read(given))
        except MBusError as e:
            result = decode(b"") | {"error": error_json(e)}
        except OSError as e:
            result = decode(b"") | {"error": {"kind": "file", "message": e.strerror}}
        result["file"] = name
        failed = failed or result["error"] is not None
        if options.json:
            print(json.dumps(result))
        else:
            show(result)
    return 1 if failed else 0


def show(result: dict) -> None:
    """A table for people."""
    # To a pipe the table is as wide as its values; on a screen they are folded, never cut off.
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDE)
    header = result["header"]
    title = result["file"] or "telegram"
    if header:
        title += f": {header['manufacturer'] or ''} {header['identification']}, {header['medium']}"
    if result["records"]:
        table = Table(title=title, title_justify="left")
        for column in ("quantity", "value", "unit", "function", "storage", "tariff", "subunit", "also"):
            table.add_column(column, justify="right" if column == "value" else "left", overflow="fold")
        for r in result["records"]:
            value = r["value"] if r["error"] is None else f"– ({r['error']})"
            cells = (r["quantity"], value, r["unit"] or "", r["function"], r["storage"], r["tariff"], r["subunit"])
            table.add_row(*map(str, cells), " ".join(r["qualifiers"]))
        console.print(table)
    if result["error"]:
        where = result["file"] or "telegram"
        print(f"{where}: {result['error']['kind']}: {result['error']['message']}", file=sys.stderr)
