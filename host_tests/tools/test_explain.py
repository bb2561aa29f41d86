"""`lumbus decode --explain`: every byte exactly once, where a telegram fails, and the command itself."""

import json
import subprocess
import sys

import pytest
from explained import GOOD, HEADER, LONG, ROOT, TELEGRAMS, read, wrong
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import on_a_terminal

from lumbus.decode import decode
from lumbus.explain import explain
from lumbus.explain_parts import HEADING, NOT_READ
from lumbus.explain_screen import lines
from mbus.frame import encode_long

FILES = sorted(TELEGRAMS.rglob("*.hex"))


def check_every_byte_once(raw: bytes) -> None:
    parts = explain(raw)
    at = 0
    for part in parts:
        assert part.offset == at
        assert part.name or part.kind == HEADING
        at += len(part.data)
    assert b"".join(part.data for part in parts) == raw
    for width in (60, 80, 100):
        assert max(len(line.plain) for line in lines(parts, width)) <= width


# Every byte exactly once.


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_byte_of_a_telegram_is_told_once_and_what_is_wrong_with_a_bad_one(file):
    raw = read(file)
    check_every_byte_once(raw)
    error = decode(raw)["error"]
    # Of a request or an acknowledge nothing is wrong, but it has no records.
    has_fault = error is not None and error["message"] != "a frame without user data"
    assert bool(wrong(raw)) == has_fault


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=40).map(lambda data: b"\x68" + data)))
def test_every_byte_of_anything_is_told_once(raw):
    check_every_byte_once(raw)


MUTATIONS = st.lists(st.tuples(st.sampled_from("=+-|"), st.integers(0, 260), st.integers(0, 255)), max_size=3)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FILES), MUTATIONS, st.booleans())
def test_every_byte_of_a_damaged_telegram_is_told_once(file, mutations, mend):
    raw = bytearray(read(file))
    for what, at, byte in mutations:
        at = min(at, len(raw))
        raw[at : at + (what in "=-")] = b"" if what in "-|" else bytes((byte,))
        if what == "|":
            del raw[at:]
    if mend and 9 <= len(raw) <= 261:
        raw[:] = encode_long(raw[4], raw[5], raw[6], bytes(raw[7:-2]))
    check_every_byte_once(bytes(raw))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([0x51, 0x52, 0x55, 0x56, 0x70, 0x72, 0x73, 0x76, 0x77, 0x78, 0x7A, 0xB8, 0x00]), st.binary())
def test_every_byte_of_any_user_data_is_told_once(ci, data):
    check_every_byte_once(encode_long(0x08, 1, ci, data[:252]))


# What is wrong.


def test_a_fault_is_told_where_it_is_and_nothing_behind_it_is_read():
    raw = read(GOOD)
    end = len(raw) - 2
    for damaged, want in (
        (raw[:2] + b"\x37" + raw[3:], (2, "37", "second length byte is 37, not 36")),
        (raw[:3] + b"\x69" + raw[4:], (3, "69", "second start byte is 69, not 68")),
        (raw[:-2] + b"\xbe\x16", (end, "be", f"the bytes 4 to {end - 1} sum to bf: any of them may be damaged")),
        (raw[:-1] + b"\x17", (end + 1, "17", "stop byte is 17, not 16")),
        (b"\x67" + raw[1:], (0, "67", "67 starts no frame")),
    ):
        parts = explain(damaged)
        assert wrong(damaged) == [want]
        behind = [part for part in parts if part.offset > want[0]]
        assert [part.kind for part in behind] == [NOT_READ] * (want[0] < len(damaged) - 1)


def test_a_truncated_telegram_is_explained_as_far_as_it_goes():
    raw = read(GOOD)
    assert wrong(raw[:24]) == [(22, "7856", "2 bytes of data missing"), (24, "", "truncated: 24 of 60 bytes")]
    assert wrong(raw[:22])[-1] == (22, "", "truncated: 22 of 60 bytes")
    assert wrong(raw[:9]) == [(7, "4030", "identification: 2 of 4 bytes"), (9, "", "truncated: 9 of 60 bytes")]
    assert wrong(raw[:-1]) == [(59, "", "truncated: 59 of 60 bytes")]
    assert wrong(b"\x68\x36")[0][2] == "truncated: 2 of 9 bytes"
    assert wrong(b"") == [(0, "", "no bytes")]
    assert wrong(raw + b"\x00\x01") == [(60, "0001", "bytes behind the end of the frame, which has 60")]


def test_what_the_meter_reports_and_what_is_encrypted():
    assert wrong(encode_long(8, 1, 0x70, b"\x08"))[0][1:] == (
        "08",
        "the meter reports application error 8: application busy",
    )
    secret = bytes((i * 37 + 11) % 256 for i in range(32))
    raw = encode_long(8, 1, LONG, HEADER[:-2] + b"\x20\x05" + secret)
    assert wrong(raw) == [(19, secret.hex(), "the records are encrypted (mode 5): AES-128, CBC")]
    assert wrong(encode_long(8, 1, 0x60, b"abc")) == [(7, "616263", "CI field 60 is not decoded")]


# The command.


def lumbus(*arguments):
    command = [sys.executable, "-m", "lumbus", "decode", "--explain", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, cwd=ROOT, timeout=60)


def test_the_command_prints_aligned_lines_of_at_most_100_characters_without_colours():
    run = lumbus(GOOD)
    assert run.returncode == 0 and run.stderr == b""
    out = run.stdout.decode()
    assert "\x1b" not in out
    assert " 11  a2 31" in out and "manufacturer    LMB" in out
    rows = out.splitlines()
    assert rows[0] == f"{GOOD}: LMB 10203040, electricity"
    assert max(map(len, rows[1:])) <= 100
    starts = {row.index("VIF ") for row in rows if "VIF " in row and "primary table" in row}
    assert len(starts) == 1
    told = b"".join(bytes.fromhex(row[5:16]) for row in rows[1:] if row[:3].strip().isdigit())
    assert told == read(GOOD)


def test_the_command_explains_a_bad_telegram_and_fails():
    run = lumbus(TELEGRAMS / "bad" / "wrong-checksum.hex")
    assert run.returncode == 1
    assert b"any of them may be damaged" in run.stdout and b"not read" in run.stdout
    assert run.stderr.decode().endswith("checksum: checksum is 78, the bytes sum to 79\n")


def test_with_json_the_parts_are_in_the_object():
    run = lumbus("--json", GOOD)
    answer = json.loads(run.stdout)
    assert answer["records"][0]["value"] == "123456780"
    assert "".join(part["bytes"] for part in answer["explain"]) == read(GOOD).hex()
    assert answer["explain"][1] == {"offset": 0, "bytes": "68", "name": "start", "says": "of a long frame"}


def test_a_terminal_gets_colours_and_no_line_too_long_for_it():
    seen = on_a_terminal(80, "decode", "--explain", TELEGRAMS / "bad" / "data-missing.hex")
    assert seen.code == 1
    assert "\x1b[1;31m  data" in seen.raw
    assert max(map(len, seen.plain.splitlines()[1:])) <= 80
