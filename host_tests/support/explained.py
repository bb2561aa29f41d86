"""What `lumbus decode --explain` says, for tests: the parts of telegrams and what is wrong with them."""

from pathlib import Path

from lumbus.explain import explain
from lumbus.explain_parts import HEADING, WRONG
from mbus.frame import encode_long

ROOT = Path(__file__).resolve().parents[2]
TELEGRAMS = ROOT / "host_tests" / "telegrams"
LONG = 0x72
HEADER = bytes.fromhex("40302010 a231 01 02 05 00 0000")
GOOD = TELEGRAMS / "one-phase-import-export.hex"


def read(file: Path) -> bytes:
    return bytes.fromhex("".join(file.read_text().split()))


def telegram(records: str, ci: int = LONG, header: bytes = HEADER) -> bytes:
    return encode_long(0x08, 1, ci, header + bytes.fromhex(records))


def said(raw: bytes, start: int = 0) -> list[tuple]:
    """(bytes, name, what it says) of each part from byte `start` on; headings are left out."""
    parts = [part for part in explain(raw) if part.kind != HEADING and part.offset >= start]
    return [(part.data.hex(), part.name, part.says) for part in parts]


def says(raw: bytes, name: str) -> list[str]:
    return [words for _, named, words in said(raw) if named == name]


def records(data: str) -> list[tuple]:
    """What is said of the records of a telegram of these."""
    return said(telegram(data), 19)[:-2]


def headings(raw: bytes) -> list[str]:
    return [part.says for part in explain(raw) if part.kind == HEADING]


def wrong(raw: bytes) -> list[tuple]:
    """(offset, bytes, what is wrong) of each fault."""
    return [(part.offset, part.data.hex(), part.says) for part in explain(raw) if part.kind == WRONG]
