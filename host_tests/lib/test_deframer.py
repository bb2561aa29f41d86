"""The deframer: valid frames come out of any stream, and one bad byte costs one frame at the most."""

from mbus.deframer import Deframer
from mbus.frame import RSP_UD, encode_long, encode_short

SHORT = encode_short(0x7B, 1)
LONG = encode_long(RSP_UD, 1, 0x72, bytes(range(30)))
LONGEST = encode_long(RSP_UD, 2, 0x72, bytes([i * 5 & 0xFF for i in range(252)]))
CONTROL = encode_long(0x53, 1, 0x50)
ROOM = 2 * 261


def found(*pieces):
    """(the frames' bytes, the deframer) after feeding `pieces`."""
    deframer = Deframer()
    out = []
    for piece in pieces:
        out += [frame.raw for frame in deframer.feed(piece)]
    return out, deframer


def one_by_one(data):
    return [data[i : i + 1] for i in range(len(data))]


def noise(seed):
    """Endless pseudo-random bytes."""
    while True:
        seed = (seed * 75 + 74) % 65537
        yield seed >> 4 & 0xFF


def test_every_kind_of_frame_is_found():
    for raw in (SHORT, CONTROL, LONG, LONGEST, b"\xe5"):
        frames, deframer = found(raw)
        assert frames == [raw]
        assert (deframer.skipped, deframer.damaged, deframer.missing()) == (0, 0, 0)


def test_frames_back_to_back_are_all_found():
    assert found(SHORT + LONG + b"\xe5" + CONTROL + LONGEST)[0] == [SHORT, LONG, b"\xe5", CONTROL, LONGEST]


def test_a_frame_split_at_every_position_is_found():
    for raw in (SHORT, CONTROL, LONG):
        for cut in range(len(raw) + 1):
            frames, deframer = found(raw[:cut], raw[cut:])
            assert frames == [raw]
            assert deframer.skipped == 0


def test_byte_by_byte_equals_all_at_once():
    stream = b"\x00\x68\x10\xff" + LONG + LONG[:20] + b"\xe5\x16" + LONGEST + SHORT[:3] + SHORT + CONTROL + LONG
    frames, together = found(stream)
    split, apart = found(*one_by_one(stream))
    assert split == frames
    assert (apart.skipped, apart.damaged) == (together.skipped, together.damaged)
    assert LONGEST in frames and SHORT in frames and frames[-1] == LONG


def test_garbage_before_between_and_after_is_skipped_and_counted():
    frames, deframer = found(b"\x00\xff\x16" + LONG + b"\x55\xaa" + SHORT + b"\x01")
    assert frames == [LONG, SHORT]
    assert (deframer.skipped, deframer.damaged) == (6, 0)


def test_one_bad_byte_never_costs_the_next_frame():
    for at in range(len(LONG)):
        for flip in (0x01, 0x80, 0xFF):
            bad = bytearray(LONG)
            bad[at] ^= flip
            frames, deframer = found(bytes(bad) + LONGEST + SHORT)
            assert frames[-2:] == [LONGEST, SHORT], (at, flip)
            assert LONG not in frames
            assert deframer.skipped + sum([len(f) for f in frames]) == len(LONG) + len(LONGEST) + len(SHORT)


def test_one_byte_lost_or_doubled_never_costs_the_next_frame():
    for at in range(len(LONG)):
        for bad in (LONG[:at] + LONG[at + 1 :], LONG[: at + 1] + LONG[at:]):
            frames = found(bad + LONGEST + SHORT)[0]
            assert frames[-2:] == [LONGEST, SHORT], at


def test_a_frame_with_one_wrong_byte_is_not_given():
    for raw in (SHORT, CONTROL, LONG):
        for at in range(len(raw)):
            bad = bytearray(raw)
            bad[at] ^= 0x01
            frames, deframer = found(bad)
            frames += [frame.raw for frame in deframer.rest()]
            assert frames == [], (raw, at)


def test_a_start_is_given_up_as_soon_as_it_cannot_be_one():
    for head in (b"\x68\x02", b"\x68\x05\x06", b"\x68\x05\x05\x67"):
        deframer = Deframer()
        list(deframer.feed(head[:-1]))
        assert deframer.missing() > 0
        list(deframer.feed(head[-1:]))
        assert (deframer.missing(), deframer.skipped) == (0, len(head))


def test_a_truncated_frame_does_not_cost_the_whole_one_behind_it():
    for size in range(1, len(LONG)):
        assert found(LONG[:size] + LONGEST)[0] == [LONGEST], size


def test_a_truncated_frame_longer_than_what_follows_waits_for_rest():
    for size in range(1, len(LONGEST)):
        frames, deframer = found(LONGEST[:size] + SHORT)
        frames += [frame.raw for frame in deframer.rest()]
        assert SHORT in frames, size
        assert deframer.missing() == 0
        assert deframer.skipped + sum([len(f) for f in frames]) == size + len(SHORT)


def test_rest_of_nothing_and_of_a_whole_frame_gives_nothing():
    deframer = found(LONG)[1]
    assert list(deframer.rest()) == []
    assert (deframer.skipped, deframer.damaged) == (0, 0)


def test_an_acknowledge_in_garbage_is_found():
    assert found(b"\x00\xe5\x55")[0] == [b"\xe5"]
    assert found(b"\x00\xe5\xe5" + LONG)[0] == [b"\xe5", b"\xe5", LONG]


def test_an_acknowledge_inside_a_frame_is_data():
    raw = encode_long(RSP_UD, 1, 0x72, b"\xe5\xe5")
    assert found(raw)[0] == [raw]


def test_a_frame_inside_a_frame_is_data():
    raw = encode_long(RSP_UD, 1, 0x72, SHORT + CONTROL)
    assert found(raw)[0] == [raw]
    damaged = raw[:-2] + b"\x00\x16"
    frames, deframer = found(damaged)
    assert frames == [SHORT, CONTROL]
    assert deframer.damaged == 1


def test_a_start_byte_as_length_is_no_obstacle():
    raw = encode_long(RSP_UD, 1, 0x72, bytes(0x68 - 3))
    assert raw[:4] == b"hhhh"
    for garbage in (b"h", b"hh", b"hhh", b"hhhh", b"\x10", b"h\x10h"):
        frames, deframer = found(garbage + raw)
        frames += [frame.raw for frame in deframer.rest()]
        assert frames == [raw], garbage


def test_lengths_below_three_start_no_frame():
    for length in (0, 1, 2):
        head = bytes((0x68, length, length, 0x68))
        assert found(head + SHORT)[0] == [SHORT]


def test_missing_says_what_a_frame_lacks():
    deframer = Deframer()
    assert deframer.missing() == 0
    for count in range(1, len(LONG)):
        assert list(deframer.feed(LONG[count - 1 : count])) == []
        assert deframer.missing() == (len(LONG) - count if count >= 4 else 9 - count)
    assert [frame.raw for frame in deframer.feed(LONG[-1:])] == [LONG]
    assert deframer.missing() == 0


def test_missing_of_short_frames():
    deframer = Deframer()
    list(deframer.feed(SHORT[:2]))
    assert deframer.missing() == 3


def test_reset_forgets_and_counts():
    deframer = found(LONG[:10])[1]
    deframer.reset()
    assert (deframer.skipped, deframer.missing()) == (10, 0)
    assert [frame.raw for frame in deframer.feed(LONG)] == [LONG]


def test_a_feed_of_more_than_the_buffer_loses_nothing():
    stream = (LONGEST + b"\x00" + SHORT + LONG) * 20
    frames, deframer = found(stream)
    assert frames == [LONGEST, SHORT, LONG] * 20
    assert deframer.skipped == 20


def test_nothing_fed_is_nothing_found():
    assert found(b"", LONG[:5], b"", LONG[5:], b"")[0] == [LONG]


def test_any_kind_of_buffer_may_be_fed():
    assert found(bytearray(LONG), memoryview(LONG))[0] == [LONG, LONG]


def test_what_was_given_does_not_change_when_the_buffer_is_used_again():
    buffer = bytearray(LONG)
    deframer = Deframer()
    frame = list(deframer.feed(buffer))[0]  # noqa: RUF015 (MicroPython's generators too)
    for i in range(len(buffer)):
        buffer[i] = 0
    list(deframer.feed(LONGEST + LONGEST))
    assert frame.raw == LONG and frame.data == bytes(range(30))


def test_all_frames_in_100_kb_of_noise_are_found_in_bounded_memory():
    # No byte of this noise can start a long or short frame, so every frame must come out.
    source = noise(1)
    deframer = Deframer()
    kinds = (LONG, SHORT, CONTROL, LONGEST)
    sent = []
    given = 0
    got = []
    total = 0
    turn = 0
    while total < 100000:
        turn += 1
        piece = bytearray()
        for _ in range(next(source) + 1):
            byte = next(source)
            piece.append(byte if byte not in (0x10, 0x68, 0xE5) else 0x33)
        sent.append(kinds[turn % 4])
        stream = bytes(piece) + sent[-1]
        total += len(stream)
        step = next(source) % 97 + 1
        for at in range(0, len(stream), step):
            got += [frame.raw for frame in deframer.feed(stream[at : at + step])]
            assert len(deframer._buf) == ROOM and 0 <= deframer._start <= deframer._end <= ROOM
        while given < len(got):
            assert got[given] == sent[given]
            given += 1
        assert given == turn
    assert deframer.skipped == total - sum([len(f) for f in sent])
    assert deframer.damaged == 0


def test_frames_in_noise_full_of_false_starts_are_found():
    # Every start byte is in here; a frame of the noise itself needs a right checksum and a 16.
    source = noise(7)
    starts = b"\x68\x10\x68\x68\x03\x08"
    deframer = Deframer()
    turns = 300
    got = []
    for _ in range(turns):
        piece = bytearray()
        for _ in range(next(source) % 40):
            byte = next(source)
            piece.append(starts[byte % 6] if byte & 0x40 else byte & 0x0F)
        got += [frame.raw for frame in deframer.feed(bytes(piece) + LONG)]
    got += [frame.raw for frame in deframer.rest()]
    assert got.count(LONG) == turns
    assert deframer.damaged > 0
