"""Captured logs: which telegrams are found, at which line or offset, and what is passed over."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbus.log import find
from mbus.frame import encode_long, encode_short

ROOT = Path(__file__).resolve().parents[2]
TELEGRAMS = ROOT / "host_tests" / "telegrams"
NAMES = ("one-phase-import-export", "longest-frame", "bcd", "no-records")


def telegram(name: str) -> bytes:
    return bytes.fromhex("".join((TELEGRAMS / f"{name}.hex").read_text().split()))


GOOD = telegram("one-phase-import-export")
BCD = telegram("bcd")
BAD = telegram("bad/wrong-checksum")
ACK = b"\xe5"
REQUEST = encode_short(0x7B, 1)
SELECTION = encode_long(0x53, 253, 0x52, bytes.fromhex("78563412ffffffff"))

STYLES = {
    "spaced": lambda raw: raw.hex(" ").upper(),
    "close": bytes.hex,
    "c": lambda raw: "{ " + ", ".join(f"0x{b:02x}" for b in raw) + " };",
    "short c": lambda raw: ",".join(f"0x{b:x}" for b in raw),
    "escapes": lambda raw: '"' + "".join(f"\\x{b:02x}" for b in raw) + '"',
    "colons": lambda raw: raw.hex(":"),
    "dashes": lambda raw: raw.hex("-").upper(),
    "assembler": lambda raw: " ".join(f"{b:02X}h" for b in raw),
    "dollars": lambda raw: " ".join(f"${b:02X}" for b in raw),
}
AROUND = (
    ("", ""),
    ("2026-01-01 12:00:00 RX: ", ""),
    ("2026-01-01T12:00:00.123456Z [debug] <- ", " ok, 60 bytes"),
    ("1767268800.5 ", " |h..h.r|"),
    ("\x1b[32m", "\x1b[0m"),
    ("Jan  1 12:00:00 box meterd[812]: received ", " (good)"),
    ("RX", "."),
)


def found(content) -> list[tuple]:
    """(line or offset, bytes, whether valid) of each telegram."""
    log = find(content if isinstance(content, bytes) else content.encode())
    assert log is not None
    return [(one.line if one.offset is None else one.offset, one.raw, one.valid) for one in log.telegrams]


def over(text: str) -> str:
    log = find(text.encode())
    assert log is not None
    return log.passed_over()


# Texts.


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("around", AROUND, ids=[a[0].strip() for a in AROUND])
def test_bytes_are_found_however_they_are_written(style, around):
    lines = [around[0] + STYLES[style](raw) + around[1] for raw in (GOOD, BCD)]
    assert found("\n".join(lines) + "\n") == [(1, GOOD, True), (2, BCD, True)]
    assert found("\r\n".join(["start of the log", "", *lines])) == [(3, GOOD, True), (4, BCD, True)]


def test_one_telegram_in_digits_is_no_log_however_it_is_wrapped():
    digits = GOOD.hex(" ")
    for text in (digits, digits + "\n\n", "\n" + digits.replace(" ", "\n"), digits[:60] + "\n" + digits[60:]):
        assert find(text.encode()) is None
    for damaged in (digits[:-9], digits + " 00", digits.replace("68", "67", 1), digits[:5] + "9" + digits[6:]):
        assert find(damaged.encode()) is None
        assert find((damaged[:60] + "\n" + damaged[60:]).encode()) is None


@pytest.mark.parametrize(
    "text", ["", " \n", "this is no telegram\n", "68xy", "line 5\nbaud e5a\nline5e5\n", "12:00:00 bus idle\n"]
)
def test_a_text_without_telegrams_is_no_log(text):
    assert find(text.encode()) is None


def test_a_telegram_of_a_log_may_be_wrapped():
    digits = GOOD.hex(" ")
    wrapped = digits[:60] + "\n" + digits[60:]
    assert found(f"{wrapped}\n{wrapped}\n") == [(1, GOOD, True), (3, GOOD, True)]
    listing = ",\n".join(STYLES["short c"](GOOD[at : at + 16]) for at in range(0, len(GOOD), 16))
    assert found("const char t[] = {\n" + listing + "};\n") == [(2, GOOD, True)]


def test_what_is_no_telegram_is_passed_over_and_counted():
    log = f"""
        > {REQUEST.hex(" ")}
        < {GOOD.hex(" ")}
        > {encode_short(0x40, 1).hex()}   < e5
        > {SELECTION.hex(" ")}
        E5
    """
    assert found(log) == [(3, GOOD, True)]
    assert over(log) == "2 acknowledges, 2 short frames, 1 command of the master"


def test_several_frames_on_a_line_are_all_found():
    line = f"TX {REQUEST.hex(' ')} RX {GOOD.hex(' ')} TX {REQUEST.hex()} RX {BCD.hex()}"
    assert found(line) == [(1, GOOD, True), (1, BCD, True)]
    assert over(line) == "2 short frames"


@pytest.mark.parametrize("prefix", ["", "2026-01-01 12:00:00 RX: "])
def test_a_bad_telegram_is_told_with_its_bytes_and_does_not_stop_the_others(prefix):
    wrong_length = GOOD[:2] + b"\x37" + GOOD[3:]
    wrong_start = b"\x67" + GOOD[1:]
    missing = GOOD[:30] + GOOD[31:]
    lines = (BAD, GOOD, GOOD[:27], ACK, wrong_length, BCD, wrong_start, missing, BCD)
    log = "".join(prefix + raw.hex(" ") + "\n" for raw in lines)
    good = {2: GOOD, 6: BCD, 9: BCD}
    want = [(at, raw, at in good) for at, raw in enumerate(lines, 1) if raw != ACK]
    assert found(log) == want
    assert over(log) == "1 acknowledge"


def test_odd_digits_are_cut_and_the_next_line_is_read():
    log = f"RX {GOOD.hex()[:-1]}\nRX {GOOD.hex()}\n"
    assert found(log) == [(1, GOOD[:-1], False), (2, GOOD, True)]


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig"])
def test_texts_of_other_systems_are_read(codec):
    assert found(f"RX {GOOD.hex()}\r\nempfangen für später: {BCD.hex()}\r\n".encode(codec)) == [
        (1, GOOD, True),
        (2, BCD, True),
    ]


def test_a_text_of_an_old_code_page_is_read():
    assert found(f"RX 21°C {GOOD.hex()}\n".encode("latin-1")) == [(1, GOOD, True)]


LINES = st.lists(
    st.tuples(
        st.sampled_from([GOOD, BCD, BAD, ACK, REQUEST, GOOD[:20], telegram("longest-frame")]),
        st.sampled_from(sorted(STYLES)),
        # An E5 that touches a letter is part of a word.
        st.sampled_from(AROUND[:-1]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_every_telegram_of_any_log_is_found_at_its_line(lines):
    text = "a log\n" + "".join(around[0] + STYLES[style](raw) + around[1] + "\n" for raw, style, around in lines)
    want = [(at, raw) for at, (raw, _, _) in enumerate(lines, 2) if raw not in (ACK, REQUEST)]
    log = find(text.encode())
    assert log is not None
    assert [(one.line, one.raw) for one in log.telegrams] == want
    assert log.whole == sum(raw not in (BAD, GOOD[:20]) for _, raw in want)
    assert (log.acknowledges, log.short) == (sum(r == ACK for r, _, _ in lines), sum(r == REQUEST for r, _, _ in lines))


# Bytes.


def test_a_raw_capture_is_told_by_offsets():
    assert found(GOOD) == [(0, GOOD, True)]
    capture = b"\x00\xff" + REQUEST + GOOD + ACK + BAD + GOOD[:20] + BCD
    at = 2 + len(REQUEST)
    after = at + len(GOOD) + 1
    cut = after + len(BAD)
    want = [(at, GOOD, True), (after, BAD, False), (cut, GOOD[:20], False), (cut + 20, BCD, True)]
    assert found(capture) == want
    log = find(capture)
    assert log is not None and log.passed_over() == "1 acknowledge, 1 short frame"


def test_bytes_without_a_frame_are_no_log():
    assert find(bytes(range(256)) * 4) is None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([GOOD, BCD, ACK, REQUEST, GOOD[:9]])), max_size=6))
def test_any_bytes_are_taken_and_nothing_is_found_twice(pieces):
    content = b"".join(pieces)
    log = find(content)
    if log and all(one.offset is not None for one in log.telegrams):
        at = 0
        for one in log.telegrams:
            assert one.offset is not None and one.offset >= at
            assert content[one.offset : one.offset + len(one.raw)] == one.raw
            at = one.offset + len(one.raw)


# The command.


def lumbus(*arguments, stdin: bytes = b""):
    command = [sys.executable, "-m", "lumbus", "decode", *map(str, arguments)]
    run = subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, timeout=60, env=dict(os.environ))
    assert b"Traceback" not in run.stderr, run.stderr
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def test_the_command_gives_an_object_with_its_line_for_each_telegram(tmp_path):
    file = tmp_path / "bus.log"
    file.write_text(f"10:00 {GOOD.hex(' ')}\n10:01 e5\n10:02 {BAD.hex(' ')}\n10:03 {BCD.hex()}\n")
    code, out, err = lumbus("--json", file)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [(a["file"], a["line"]) for a in answers] == [(str(file), line) for line in (1, 3, 4)]
    assert [a["error"] and a["error"]["kind"] for a in answers] == [None, "checksum", None]
    want = json.loads((TELEGRAMS / "one-phase-import-export.json").read_text(encoding="utf-8"))
    assert {key: answers[0][key] for key in want} == want
    assert err == f"{file}: 3 telegrams, 1 not decoded; passed over: 1 acknowledge\n"


def test_the_command_shows_a_table_for_each_and_names_the_bad_one_by_its_line(tmp_path):
    file = tmp_path / "bus.log"
    file.write_text(f"a {GOOD.hex()}\nb {BAD.hex()}\nc {BCD.hex()}\n")
    code, out, err = lumbus(file)
    assert code == 1
    assert f"{file}, line 1: LMB 10203040, electricity" in out and f"{file}, line 3: " in out
    assert err.splitlines()[0] == f"{file}, line 2: checksum: checksum is 78, the bytes sum to 79"


def test_the_command_takes_a_raw_capture_from_standard_input():
    code, out, err = lumbus("--json", "-", stdin=b"\x00" + GOOD + BCD)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(a["file"], a["offset"], a["error"]) for a in answers] == [(None, 1, None), (None, 1 + len(GOOD), None)]
    assert err == "telegram: 2 telegrams\n"


def test_a_log_without_a_telegram_is_an_error():
    code, out, err = lumbus("-", stdin=b"12:00 > 10 40 01 41 16\n12:00 < E5\n")
    assert (code, out) == (1, "")
    assert err == "telegram: frame: no telegram, only 1 acknowledge, 1 short frame\n"
