"""FT1.2 frames: encoding, parsing, and an error that says where."""

from checks import raises

from mbus.errors import ChecksumError, FrameError, MBusError
from mbus.frame import FCB, REQ_UD2, RSP_UD, SND_NKE, checksum, encode_long, encode_short
from mbus.parse import parse_frame


def test_short_frames_are_the_standards_own():
    assert encode_short(SND_NKE, 1) == b"\x10\x40\x01\x41\x16"
    assert encode_short(REQ_UD2 | FCB, 254) == b"\x10\x7b\xfe\x79\x16"


def test_a_short_frame_has_control_and_address_only():
    frame = parse_frame(encode_short(REQ_UD2, 250))
    assert (frame.control, frame.address, frame.ci, frame.data) == (0x5B, 250, None, b"")
    assert not frame.is_ack and not frame.is_response


def test_an_acknowledge_has_no_field():
    frame = parse_frame(b"\xe5")
    assert frame.is_ack and not frame.is_response
    assert (frame.control, frame.address, frame.ci, frame.data) == (None, None, None, b"")


def test_a_control_frame_has_no_data():
    raw = encode_long(0x53, 1, 0x50)
    assert raw == b"\x68\x03\x03\x68\x53\x01\x50\xa4\x16"
    frame = parse_frame(raw)
    assert (frame.control, frame.address, frame.ci, frame.data) == (0x53, 1, 0x50, b"")


def test_a_long_frame_comes_back_with_its_fields_at_every_size():
    for size in (1, 2, 12, 100, 251, 252):
        data = bytes([(7 * i + size) & 0xFF for i in range(size)])
        raw = encode_long(RSP_UD, 49, 0x72, data)
        assert len(raw) == size + 9
        frame = parse_frame(raw)
        assert (frame.control, frame.address, frame.ci, frame.data) == (8, 49, 0x72, data)
        assert frame.raw == raw


def test_the_longest_frame_has_261_bytes_and_more_is_refused():
    assert len(encode_long(RSP_UD, 1, 0x72, bytes(252))) == 261
    assert "253" in str(raises(FrameError, encode_long, RSP_UD, 1, 0x72, bytes(253)))


def test_a_response_is_one_whatever_acd_and_dfc_say():
    for control in (0x08, 0x18, 0x28, 0x38):
        assert parse_frame(encode_long(control, 1, 0x72)).is_response
    for control in (0x00, 0x53, 0x73, 0x48, 0x09, 0x88):
        assert not parse_frame(encode_long(control, 1, 0x72)).is_response


def test_the_checksum_is_a_sum_modulo_256():
    assert checksum(b"\xff\xff\x02", 0, 3) == 0
    assert checksum(b"\x01\x02\x04\x08", 1, 3) == 6
    assert checksum(b"", 0, 0) == 0


def test_any_kind_of_buffer_is_parsed():
    raw = encode_long(RSP_UD, 1, 0x72, b"abc")
    for given in (raw, bytearray(raw), memoryview(raw)):
        assert parse_frame(given).data == b"abc"


def test_a_wrong_checksum_is_told_with_both_values():
    error = raises(ChecksumError, parse_frame, b"\x10\x40\x01\x42\x16")
    assert (error.expected, error.actual, error.offset) == (0x41, 0x42, 3)
    assert isinstance(error, FrameError) and isinstance(error, MBusError)


def test_every_error_says_where():
    for raw, offset in (
        (b"", 0),
        (b"\x00", 0),
        (b"\xe5\xe5", 1),
        (b"\x10\x40\x01", 3),
        (b"\x10\x40\x01\x41\x17", 4),
        (b"\x10\x40\x01\x41\x16\x16", 5),
        (b"\x68", 1),
        (b"\x68\x03\x03", 3),
        (b"\x68\x03\x04\x68\x08\x01\x72\x7b\x16", 2),
        (b"\x68\x02\x02\x68\x08\x01\x09\x16", 1),
        (b"\x68\x03\x03\x67\x08\x01\x72\x7b\x16", 3),
        (b"\x68\x03\x03\x68\x08\x01\x72\x7b\x17", 8),
        (b"\x68\x03\x03\x68\x08\x01\x72\x7b", 8),
        (b"\x68\x03\x03\x68\x08\x01\x72\x7b\x16\x00", 9),
    ):
        error = raises(FrameError, parse_frame, raw)
        assert not isinstance(error, ChecksumError)
        assert error.offset == offset, (raw, error)


def test_every_single_bit_flipped_is_noticed():
    raw = encode_long(RSP_UD, 1, 0x72, b"\x00\x5a\xff")
    for bit in range(8 * len(raw)):
        damaged = bytearray(raw)
        damaged[bit >> 3] ^= 1 << (bit & 7)
        raises(FrameError, parse_frame, damaged)


def test_every_truncation_is_noticed():
    raw = encode_long(RSP_UD, 1, 0x72, bytes(20))
    for size in range(len(raw)):
        raises(FrameError, parse_frame, raw[:size])
