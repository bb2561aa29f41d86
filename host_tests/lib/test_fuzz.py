# CPython only: hypothesis and tracemalloc
"""Damaged and made-up telegrams, a few thousand: nothing but the library's own errors, and all within bounds.

What the rules are stands in lumbus.examine; `python -m lumbus.fuzz` tries as many as one likes.
"""

import gc
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lumbus.examine
from lumbus.examine import Fault, examine, examine_deframer, examine_layout, layout_of
from lumbus.fuzz import Broken, Fuzz, main
from lumbus.mutate import FOLDERS, Mutator, telegrams
from mbus.deframer import Deframer
from mbus.errors import MBusError
from mbus.fixed import CI_FIXED, CI_FIXED_MSB, FixedTelegram
from mbus.frame import encode_long
from mbus.layout import Layout
from mbus.parse import parse_frame
from mbus.record import Record
from mbus.telegram import Telegram
from mbus.value import text
from mbus_service.encode import encode_record

BOUNDED = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
# Of the memory that decoding takes on 64-bit CPython: record by record, and with all of them kept.
ONE_BY_ONE = 8 * 1024
KEPT_A_BYTE = 340

MADE = telegrams(FOLDERS[:1])
# The most records, with the shortest and the longest chains.
CROWDED = [
    b"\x00\x03" * 120,
    b"\x40\x83\x3b" * 80,
    b"\x00\xff\x00" * 80,
    (b"\x80" * 10 + b"\x00\xfd" + b"\xd0" * 9 + b"\x01") * 11,
    b"\x2f" * 239 + b"\x0f",
    b"\x0d\x7c" * 60,
]

chain = st.builds(
    lambda linked, last: bytes(b | 0x80 for b in linked) + bytes((last & 0x7F,)),
    st.lists(st.integers(0, 255), max_size=12),
    st.integers(0, 255),
)
part = st.one_of(chain, st.binary(max_size=12), st.sampled_from([b"\x2f", b"\x0f", b"\x7c\x02ab"]))


@BOUNDED
@given(
    st.sampled_from([0x72, 0x72, 0x73, 0x76, 0x77, 0x78, 0x7A, 0x70]),
    st.binary(max_size=12),
    st.lists(part, max_size=40),
)
def test_any_user_data_breaks_no_rule(ci, header, parts):
    raw = encode_long(0x08, 1, ci, (header + b"".join(parts))[:252])
    examine(raw)
    known = layout_of(raw) if ci in (0x72, 0x78, 0x7A) else None
    assert known is None or examine_layout(known, raw)


@BOUNDED
@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from(MADE), st.sampled_from(MADE).map(lambda r: r[:-3]))))
def test_any_stream_breaks_no_rule_of_the_deframer(pieces):
    examine_deframer(b"".join(pieces), pieces)


def test_damaged_telegrams_break_no_rule():
    counts = Fuzz(telegrams(), 3).run(6000)
    # Each way that a telegram can go is gone by some.
    for outcome in ("CI 72, whole", "CI 72, RecordError", "CI 76, whole", "CI 78, whole", "CI 7a, whole", "fixed data"):
        assert counts[outcome] >= 10, counts
    for outcome in ("FrameError", "ChecksumError", "TelegramError", "UnsupportedCI", "ApplicationError"):
        assert counts[outcome] >= 10, counts
    assert counts["CI 72, EncryptedError"] >= 10
    # Most of them reach the records, and layouts both take and refuse.
    assert counts["records with a value or a reason"] > 10000
    assert counts["of its original's layout"] >= 100
    assert 100 <= counts["twins of the same layout"] <= counts["twins"] - 100


def test_the_same_seed_gives_the_same_telegrams():
    made = [[Mutator(MADE, seed).next() for _ in range(3)] for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def decode(raw: bytes, keep: list | None) -> None:
    try:
        frame = parse_frame(raw)
        if frame.ci in (CI_FIXED, CI_FIXED_MSB):
            FixedTelegram(frame).counters()
            return
        for record in Telegram(frame):
            said = record.meaning, text(record)
            if keep is not None:
                keep.append((record, said))
    except MBusError:
        pass


def peak(call, *args) -> int:
    """Bytes that `call` held at once; the library's own tables are there before."""
    call(*args)
    # What CPython keeps of freed objects would be used again uncounted, now more of it and now less.
    gc.collect()
    tracemalloc.start()
    try:
        call(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def some(count: int) -> list[bytes]:
    mutator = Mutator(telegrams(), 4)
    crowded = [encode_long(0x08, 1, 0x72, bytes(12) + data[:240]) for data in CROWDED]
    return crowded + [mutator.next()[0] for _ in range(count)]


def test_decoding_record_by_record_takes_8_kib_whatever_comes():
    assert max(peak(decode, raw, None) for raw in some(300)) <= ONE_BY_ONE


def test_a_whole_telegram_kept_takes_340_bytes_a_byte():
    assert max(peak(decode, raw, []) - KEPT_A_BYTE * len(raw) for raw in some(300)) <= 4096


def test_a_deframer_holds_two_frames_whatever_comes():
    noise = bytes([0x68, 0xFF, 0xFF, 0x68]) + bytes(range(200)) * 500

    def feed():
        deframer = Deframer()
        for frame in deframer.feed(noise):
            assert frame.raw

    assert peak(feed) <= ONE_BY_ONE


def broken(outcome: str):
    """What makes the decoder break a rule, by what the rule is called."""

    def both(record):
        return "1", "no valid value"

    def neither(record):
        return None, None

    def endless(self):
        while True:
            yield Record(b"\x00", b"\x03", b"")

    def long(record):
        return "9" * 600, None

    def raises(*_):
        raise IndexError("bytes index out of range")

    return {
        "both": (lumbus.examine, "text", both),
        "neither": (lumbus.examine, "text", neither),
        "endless": (Telegram, "__iter__", endless),
        "long": (lumbus.examine, "text", long),
        "raises": (Record, "number", raises),
        "frame": (lumbus.examine, "parse_frame", raises),
        "deframer": (Deframer, "missing", lambda self: 300),
        "layout": (Layout, "read", lambda self, raw: True),
    }[outcome]


@pytest.mark.parametrize("outcome", ["both", "neither", "endless", "long", "raises", "frame", "deframer", "layout"])
def test_a_rule_that_is_broken_is_noticed(outcome, monkeypatch):
    fuzz = Fuzz(telegrams(FOLDERS[:1]), 1)
    monkeypatch.setattr(*broken(outcome))
    with pytest.raises(Broken) as caught:
        fuzz.run(200)
    assert bytes.fromhex(caught.value.raw) and caught.value.why


def test_a_wrong_layout_is_a_fault():
    raw = encode_long(0x08, 1, 0x78, encode_record(b"\x02", b"\x03", 7))
    known = layout_of(raw)
    assert known is not None and examine_layout(known, raw)
    known[1][:] = [(b"\x02", b"\x03")]
    known[0].read = lambda raw: True
    known[0].values[0] = 8
    with pytest.raises(Fault):
        examine_layout(known, raw)


def test_by_hand_it_counts(capsys):
    assert main(["--count", "300", "--jobs", "1", "--seed", "9"]) == 0
    out = capsys.readouterr().out
    assert "300 telegrams from" in out and "no rule broken" in out and "CI 72, whole" in out
