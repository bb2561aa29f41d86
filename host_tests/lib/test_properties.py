# CPython only: hypothesis does not run under MicroPython
"""Properties of the library, on thousands of made-up inputs."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbus.deframer import Deframer
from mbus.errors import MBusError
from mbus.exact import to_text
from mbus.frame import ACK, START_LONG, START_SHORT, encode_long, encode_short
from mbus.integers import SIZES
from mbus.parse import parse_frame
from mbus.record import FUNCTIONS, records
from mbus.telegram import Telegram
from mbus_service.encode import encode_record, encode_telegram
from uplink.decimals import parse, rescale

BOUNDED = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

BINARY = {kind: SIZES[kind] for kind in (1, 2, 3, 4, 6, 7)}
BCD = {kind: SIZES[kind] for kind in (9, 10, 11, 12, 14)}
VIBS = ("03", "13", "2b", "833b", "833c", "fd48", "fdd9ff01", "fb2c", "fdba73", "8375", "83f4f53b")

byte = st.integers(0, 255)
frames = st.one_of(
    st.builds(encode_short, byte, byte),
    st.builds(encode_long, byte, byte, byte, st.binary(max_size=252)),
)


@st.composite
def numbers(draw):
    """(kind, a value that fits it)."""
    kind = draw(st.sampled_from([*BINARY, *BCD]))
    if kind in BINARY:
        top = (1 << (8 * BINARY[kind] - 1)) - 1
        return kind, draw(st.integers(-top, top))
    digits = 2 * BCD[kind]
    return kind, draw(st.integers(-(10 ** (digits - 1)) + 1, 10**digits - 1))


@st.composite
def chains(draw):
    """(DIB without its kind, function, storage, tariff, subunit) with 0...10 DIFEs."""
    count = draw(st.integers(0, 10))
    function = draw(st.integers(0, 3))
    storage = draw(st.integers(0, 2 ** (4 * count + 1) - 1))
    tariff = draw(st.integers(0, 2 ** (2 * count) - 1))
    subunit = draw(st.integers(0, 2**count - 1))
    dib = [function << 4 | (storage & 1) << 6]
    for i in range(count):
        dib.append(storage >> (4 * i + 1) & 15 | (tariff >> 2 * i & 3) << 4 | (subunit >> i & 1) << 6)
    for i in range(count):
        dib[i] |= 0x80
    return bytes(dib), function, storage, tariff, subunit


def scan(stream: bytes) -> list[bytes]:
    """The deframer's rule in its plainest form: all bytes at hand, one frame or one byte at a time."""
    found, at = [], 0
    while at < len(stream):
        size = 0
        if stream[at] == ACK:
            size = 1
        elif stream[at] == START_SHORT:
            size = 5
        elif stream[at] == START_LONG and at + 1 < len(stream):
            size = stream[at + 1] + 6
        try:
            parse_frame(stream[at : at + size])
        except MBusError:
            at += 1
        else:
            found.append(stream[at : at + size])
            at += size
    return found


def deframed(pieces) -> tuple[list[bytes], Deframer]:
    deframer = Deframer()
    out = [frame.raw for piece in pieces for frame in deframer.feed(piece)]
    return out + [frame.raw for frame in deframer.rest()], deframer


def split(stream: bytes, cuts) -> list[bytes]:
    ends = sorted({min(c, len(stream)) for c in cuts} | {0, len(stream)})
    return [stream[a:b] for a, b in zip(ends, ends[1:], strict=False)]


@BOUNDED
@given(st.lists(st.tuples(numbers(), chains(), st.sampled_from(VIBS)), max_size=8))
def test_what_is_encoded_is_decoded_to_the_same(made):
    body = b""
    for (kind, value), (dib, *_), vib in made:
        body += encode_record(bytes((dib[0] | kind,)) + dib[1:], bytes.fromhex(vib), value)
    got = list(records(body))
    assert len(got) == len(made)
    for record, ((_, value), (_, function, storage, tariff, subunit), vib) in zip(got, made, strict=True):
        assert record.vib.hex() == vib
        assert (record.storage, record.tariff, record.subunit) == (storage, tariff, subunit)
        assert FUNCTIONS[record.function] == FUNCTIONS[function]
        mantissa, exponent = record.number()
        assert (mantissa, exponent) == (value, record.meaning.exponent)


@BOUNDED
@given(byte, byte, byte, st.binary(max_size=252))
def test_a_frame_encoded_is_parsed_to_the_same(control, address, ci, data):
    frame = parse_frame(encode_long(control, address, ci, data))
    assert (frame.control, frame.address, frame.ci, frame.data) == (control, address, ci, data)
    short = parse_frame(encode_short(control, address))
    assert (short.control, short.address, short.ci, short.data) == (control, address, None, b"")


@BOUNDED
@given(frames, st.data())
def test_one_damaged_byte_is_always_noticed(raw, data):
    at = data.draw(st.integers(0, len(raw) - 1))
    damaged = bytearray(raw)
    damaged[at] ^= data.draw(st.integers(1, 255))
    try:
        parse_frame(damaged)
    except MBusError:
        return
    raise AssertionError(damaged.hex())


@BOUNDED
@given(
    st.lists(st.tuples(st.binary(max_size=40), frames), max_size=12),
    st.lists(st.integers(0, 3500), max_size=30),
)
def test_frames_in_garbage_without_start_bytes_are_all_found(made, cuts):
    quiet = bytes(0x33 if b in (ACK, START_SHORT, START_LONG) else b for b in range(256))
    stream = b"".join(garbage.translate(quiet) + raw for garbage, raw in made)
    found, deframer = deframed(split(stream, cuts))
    assert found == [raw for _, raw in made]
    assert deframer.skipped == sum(len(garbage) for garbage, _ in made)


@BOUNDED
@given(
    st.lists(st.one_of(st.binary(max_size=40), frames, frames.map(lambda raw: raw[: len(raw) // 2])), max_size=12),
    st.lists(st.integers(0, 3500), max_size=30),
)
def test_any_stream_in_any_pieces_gives_what_the_plain_rule_gives(made, cuts):
    stream = b"".join(made)
    found, deframer = deframed(split(stream, cuts))
    assert found == scan(stream)
    assert deframer.skipped + sum(map(len, found)) == len(stream)
    assert deframer.missing() == 0


@BOUNDED
@given(
    st.lists(st.sampled_from([0x68, 0x10, 0xE5, 0x16, 0x03, 0x04, 0x08, 0x00]), max_size=600).map(bytes),
    st.integers(1, 50),
)
def test_streams_full_of_starts_give_what_the_plain_rule_gives(stream, step):
    found, _ = deframed(stream[at : at + step] for at in range(0, len(stream), step))
    assert found == scan(stream)


@BOUNDED
@given(st.binary(max_size=300))
def test_random_bytes_are_a_frame_or_an_mbus_error(raw):
    try:
        parse_frame(raw)
    except MBusError:
        pass


def read_all(source) -> None:
    """Every value of every record; only MBusError may come out."""
    try:
        for record in source:
            meaning = record.meaning
            assert isinstance(meaning.qualifiers, list)
            if record.is_manufacturer:
                continue
            try:
                number = record.number()
            except ValueError as e:
                assert str(e)
            else:
                assert number is None or to_text(*number)
    except MBusError as e:
        assert str(e)


@BOUNDED
@given(st.binary(max_size=252), st.sampled_from([0x72, 0x72, 0x72, 0x70, 0x73, 0x00, 0xFF]))
def test_random_user_data_is_a_telegram_or_an_mbus_error(data, ci):
    try:
        telegram = Telegram(parse_frame(encode_long(0x08, 1, ci, data)))
    except MBusError:
        return
    texts = (telegram.identification, telegram.manufacturer, telegram.medium, telegram.secondary_address)
    assert all(texts)
    read_all(telegram)


@BOUNDED
@given(st.binary(max_size=200))
def test_random_records_never_raise_anything_but_an_mbus_error(data):
    read_all(records(data))


@BOUNDED
@given(st.lists(st.tuples(numbers(), chains(), st.binary(min_size=1, max_size=12)), min_size=1, max_size=6), st.data())
def test_records_with_random_vibs_and_cut_ends_never_raise_anything_but_an_mbus_error(made, data):
    body = b""
    for (kind, value), (dib, *_), vib in made:
        linked = bytes(b | 0x80 for b in vib[:-1]) + bytes((vib[-1] & 0x7F,))
        body += encode_record(bytes((dib[0] | kind,)) + dib[1:], linked, value)
    read_all(records(body[: data.draw(st.integers(0, len(body)))]))


@BOUNDED
@given(st.integers(-(10**25), 10**25), st.integers(-30, 0))
def test_text_of_an_exact_decimal_is_parsed_to_the_same(mantissa, exponent):
    assert parse(to_text(mantissa, exponent)) == (mantissa, exponent)


@BOUNDED
@given(st.integers(-(10**12), 10**12), st.integers(0, 20))
def test_text_of_a_positive_exponent_is_the_whole_number(mantissa, exponent):
    assert int(to_text(mantissa, exponent)) == mantissa * 10**exponent


@BOUNDED
@given(st.integers(-(10**15), 10**15), st.integers(-12, 12), st.integers(-12, 12))
def test_rescale_is_the_floor(mantissa, exponent, wanted):
    # Both sides times 10 ** 24, so that all is whole.
    scaled = mantissa * 10 ** (exponent + 24)
    unit = 10 ** (wanted + 24)
    got = rescale(mantissa, exponent, wanted)
    assert got * unit <= scaled < (got + 1) * unit


@BOUNDED
@given(st.text(max_size=12))
def test_any_text_is_a_plain_decimal_or_a_value_error(text):
    try:
        mantissa, exponent = parse(text)
    except ValueError:
        return
    assert exponent <= 0 and isinstance(mantissa, int)


@BOUNDED
@given(byte, st.binary(min_size=12, max_size=12), st.binary(max_size=240))
def test_a_telegram_encoded_keeps_its_header_and_body(address, header, body):
    telegram = Telegram(parse_frame(encode_telegram(address, header, body)))
    assert telegram.header == header
    assert telegram.frame.data == header + body
    assert telegram.frame.address == address
