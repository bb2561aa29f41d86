"""What damage looks like: made-up lines, one sign each, and what the simulated bus makes of real collisions."""

from busline import Counter, slave
from checks import raises
from masterbus import BAUDS, Bus, cut, damaged, lost, noisy
from simtime import run

from lumbus.sim.superposition import Speech
from mbus.damage import kind
from mbus.errors import DamagedReply
from mbus.frame import FCB, REQ_UD2, RSP_UD, SND_NKE, SND_UD, encode_long, encode_short

ASK = encode_short(REQ_UD2 | FCB, 1)
RESET = encode_short(SND_NKE, 1)
SEND = encode_long(SND_UD, 253, 0x52, bytes.fromhex("78563412ffffffff"))
TELEGRAM = encode_long(RSP_UD, 1, 0x72, bytes.fromhex("7804251632ad010255000000040400123456"))


def wrong(at, bits=4):
    return TELEGRAM[:at] + bytes((TELEGRAM[at] ^ bits,)) + TELEGRAM[at + 1 :]


def with_parity_bit(data):
    """As a line with 7 data bits and even parity says it, read with 8 data bits."""
    out = bytearray()
    for byte in data:
        ones = sum(byte >> bit & 1 for bit in range(7))
        out.append(byte & 0x7F | (ones & 1) << 7)
    return bytes(out)


def read_faster(data, times):
    """As a receiver that is `times` as fast samples it."""
    levels = []
    for byte in data:
        ones = sum(byte >> bit & 1 for bit in range(8))
        bits = [0] + [byte >> bit & 1 for bit in range(8)] + [ones & 1, 1]
        levels += [level for level in bits for _ in range(times)]
    out = bytearray()
    at = 0
    while at + 10 < len(levels):
        if levels[at]:
            at += 1
            continue
        out.append(sum(levels[at + 1 + bit] << bit for bit in range(8)))
        at += 10
        while at < len(levels) and not levels[at]:
            at += 1
    return bytes(out)


def test_pieces_of_the_request_are_an_echo():
    for request in (ASK, RESET, SEND):
        for raw in (request, request[1:], request[:-1], request[:2], request[-3:], request[:2] + request[3:]):
            assert kind(raw, request) == "echo", raw
        for at in range(len(request)):
            hurt = request[:at] + bytes((request[at] ^ 2,)) + request[at + 1 :]
            assert kind(hurt, request) == "echo", hurt
        assert kind(request + b"\x00", request) == "echo"
        # It came when the request was on the line: no slave spoke.
        assert kind(request[1:], request, len(request) - 1) == "echo"


def test_an_echo_and_an_answer_are_no_echo():
    assert kind(ASK[1:] + wrong(9), ASK, 4) == "noise"
    assert kind(wrong(9), ASK) == "noise"


def test_several_acknowledges_are_a_collision():
    for request in (ASK, RESET, SEND):
        for count in (2, 3, 7):
            assert kind(b"\xe5" * count, request) == "collision"


def test_acknowledges_that_do_not_quite_coincide_are_a_collision():
    for raw in (b"\xc5", b"\xe5\xff", b"\x85\xf9\xe5", b"\x00", b"\xe5\x68\x10\xe5"):
        assert kind(raw, SEND) == "collision"
        assert kind(raw, RESET) == "collision"


def test_telegrams_on_top_of_one_another_are_a_collision():
    other = encode_long(RSP_UD, 2, 0x72, bytes.fromhex("7904251632ad010257000000040400123456aabb"))
    added = bytes([TELEGRAM[i] & other[i] for i in range(len(TELEGRAM))]) + other[len(TELEGRAM) :]
    assert kind(added, ASK) == "collision"
    assert kind(TELEGRAM[:12] + other, ASK) == "collision"
    # The second start is gone, or the lengths are not the same.
    for raw in (wrong(3), wrong(1), b"\x20" + TELEGRAM[:8] + b"\x68\x05\x12\x99" + TELEGRAM):
        assert kind(raw, ASK) == "collision", raw


def test_the_same_damage_twice_is_a_collision_and_once_is_noise():
    same_length = bytes([b & 0xFB for b in TELEGRAM[7:-2]])
    added = TELEGRAM[:7] + same_length + TELEGRAM[-2:]
    for raw in (added, wrong(9), TELEGRAM[:-5]):
        assert kind(raw, ASK) == "noise"
        assert kind(raw, ASK, 0, True) == "collision"


def test_few_bytes_are_noise():
    for raw in (b"", b"\x00", b"\xff\x00", b"\x10", b"\x55\x12\x80\x03\x77", bytes(7)):
        assert kind(raw, ASK) == "noise", raw
    assert kind(b"") == "noise"
    assert kind(b"\x01\x80\x35\x44\x70", SEND) == "noise"


def test_what_comes_before_a_slave_may_speak_is_noise():
    raw = bytes.fromhex("681515680801727804a7")
    assert kind(raw, ASK) == "noise"
    assert kind(b"\xe5\xe5", SEND, 2) == "noise"
    assert kind(b"\x12\x34" + b"\xe5\xe5", SEND, 2) == "collision"
    assert kind(wrong(1), ASK, len(TELEGRAM)) == "noise"


def test_seven_data_bits_and_a_parity_bit_are_parity():
    raw = with_parity_bit(TELEGRAM)
    assert raw != TELEGRAM
    assert kind(raw, ASK) == "parity"
    # Odd parity.
    assert kind(bytes([b ^ 0x80 for b in raw]), ASK) == "parity"
    assert kind(raw[:7], ASK) != "parity"


def test_another_baud_rate_is_parity():
    for times in (2, 4, 8, 16):
        raw = read_faster(TELEGRAM, times)
        assert len(raw) > 10
        assert kind(raw, ASK) == "parity", (times, raw)
    # A start character that is too late is one by chance.
    assert kind(bytes.fromhex("31323437680201681112"), ASK) == "parity"


# What an error of the master says.


def test_the_error_has_the_bytes_without_the_echo_and_what_they_look_like():
    for echo in (False, True):
        for fault, looks in ((damaged, "noise"), (cut, "noise"), (lambda reply: b"\x31\x32\x33\x34\x35", "noise")):
            bus = Bus()
            bus.line.echo = echo
            seen = []
            bus.line.faults = [
                None,
                lost,
                lost,
                lambda reply, fault=fault, seen=seen: seen.append(fault(reply)) or seen[0],
            ]
            error = bus.fails(DamagedReply)
            assert (error.raw, error.received, error.kind) == (seen[0], len(seen[0]), looks)


def test_what_was_heard_before_a_meter_may_speak_is_no_collision():
    bus = Bus([])
    write = bus.line.write

    def early(data):
        write(data)
        bus.line.speak(b"\xe5\xe5\xe5", bus.clock.ms() * 1000)

    bus.line.write = early
    error = bus.fails(DamagedReply)
    assert (error.kind, error.early, len(error.raw)) == ("noise", 3, 3)


def test_the_same_damage_to_every_repeat_is_told_as_a_collision():
    bus = Bus()
    bus.line.faults = [None, damaged, damaged, damaged]
    assert bus.fails(DamagedReply).kind == "collision"


def test_no_more_than_300_bytes_are_kept():
    bus = Bus()
    heard = bytes(40) + b"\x68\xff\xff\x68" + bytes(range(256)) * 2
    bus.line.faults = [None, lambda reply: heard] + [lost] * 2
    error = bus.fails(DamagedReply)
    assert error.received > 300
    assert error.raw == heard[:300]


def test_a_damaged_echo_alone_is_told_as_an_echo():
    bus = Bus([])
    bus.line.echo = True
    speak = bus.line.speak
    bus.line.speak = lambda data, start_us: speak(data[:3] + b"\x00" + data[4:], start_us)
    error = bus.fails(DamagedReply)
    assert (error.kind, len(error.raw)) == ("echo", 5)


def test_meters_at_the_same_address_are_told_as_a_collision():
    for baud in BAUDS:
        for apart_us in (0, 300, 1000, 5000):
            for echo in (False, True):
                two = [slave(1, Counter(5)), slave(1, Counter(255))]
                two[1].secondary = bytes.fromhex("1234567890123456")
                two[1].think_us = 20000 + apart_us
                bus = Bus(two, baud)
                bus.line.echo = echo
                error = bus.fails(DamagedReply)
                assert error.kind in ("collision", "parity"), (baud, apart_us, error.kind, error.raw)
                if not apart_us:
                    assert error.kind == "collision"


def test_a_meter_at_another_rate_is_never_told_as_a_collision():
    for baud, own in ((2400, 300), (9600, 2400), (9600, 300), (1200, 300)):
        bus = Bus(baud=own)
        heard_at = bus.line.bus
        answers = heard_at.answers
        # It hears the request all the same, and answers at its own rate.
        heard_at.answers = lambda frame, rate, done_us, own=own, answers=answers: answers(frame, own, done_us)
        bus.line.speak = lambda data, start_us, own=own, baud=baud, heard_at=heard_at: heard_at.speak(
            Speech(start_us, data, own), baud
        )
        bus.line.baud = baud
        error = raises(DamagedReply, run, bus.clock, bus.master.request(ASK, 1, 2, 0))
        assert error.kind == "parity", (baud, own, error.raw)


def test_noise_before_a_good_answer_is_kept_for_who_wants_to_know():
    bus = Bus()
    bus.read()
    assert bus.master.odd == b""
    bus.line.faults = [noisy]
    reply = bus.read()
    assert bus.master.odd == noisy(reply.telegram.frame.raw)
