"""DNS on the access point: every name leads to the board, and garbage to nothing."""

import struct

from uplink.captive import Captive, address_bytes, answer

HERE = bytes([192, 168, 4, 1])
NAME = b"\x05apple\x03com\x00"


def question(name=NAME, kind=1, family=1, flags=0x0100, counts=(1, 0, 0, 0), number=0x1234):
    return struct.pack(">HHHHHH", number, flags, *counts) + name + struct.pack(">HH", kind, family)


def test_every_name_leads_here():
    for name in (NAME, b"\x01a\x00", b"\x00", b"\x3f" + b"x" * 63 + b"\x00"):
        told = answer(question(name), HERE)
        assert told[:12] == struct.pack(">HHHHHH", 0x1234, 0x8180, 1, 1, 0, 0)
        assert told[12 : 12 + len(name)] == name
        assert told[-16:] == struct.pack(">HHHIH", 0xC00C, 1, 1, 10, 4) + HERE


def test_what_is_no_address_has_no_record():
    for kind, family in ((28, 1), (65, 1), (255, 1), (1, 3)):
        told = answer(question(kind=kind, family=family), HERE)
        assert told[:12] == struct.pack(">HHHHHH", 0x1234, 0x8180, 1, 0, 0, 0) and HERE not in told


def test_what_resolvers_add_behind_the_question_is_not_repeated():
    edns = b"\x00\x00\x29\x10\x00\x00\x00\x00\x00\x00\x00"
    told = answer(question(counts=(1, 0, 0, 1)) + edns, HERE)
    assert told.endswith(HERE) and edns not in told


def test_garbage_gets_nothing():
    good = question()
    for data in (
        b"",
        b"x",
        good[:12],
        good[:-1],
        good[:-5],
        question(flags=0x8180),
        question(flags=0x2800),
        question(counts=(0, 0, 0, 0)),
        question(counts=(2, 0, 0, 0)),
        question(counts=(1, 1, 0, 0)),
        question(name=b"\xc0\x0c"),
        question(name=b"\x40" + b"x" * 64 + b"\x00"),
        question(name=b"\x3f" + b"x" * 20),
        good + b"x" * 400,
    ):
        assert answer(data, HERE) is None, data


def test_any_bytes_are_survived():
    for at in range(len(question())):
        for value in (0, 1, 63, 64, 192, 255):
            data = bytearray(question())
            data[at] = value
            told = answer(bytes(data), HERE)
            assert told is None or told[2] & 0x80


class Udp:
    def __init__(self, *got):
        self.got = list(got)
        self.sent = []

    def receive(self):
        one = self.got.pop(0) if self.got else None
        if isinstance(one, OSError):
            raise one
        return one

    def send(self, data, to):
        self.sent.append(to)


def test_each_look_answers_a_few():
    udp = Udp(*[(question(number=n), n) for n in range(20)])
    captive = Captive(udp, "192.168.4.1")
    captive.look()
    assert udp.sent == list(range(8))
    udp.got = [(b"garbage", 1), OSError(5), (question(), 2)]
    udp.sent.clear()
    captive.look()
    assert udp.sent == []
    captive.look()
    assert udp.sent == [2]


def test_addresses():
    assert address_bytes("192.168.4.1") == HERE
    for text in ("", "1.2.3", "a.b.c.d", "1.2.3.256", "none"):
        try:
            address_bytes(text)
        except ValueError:
            continue
        raise AssertionError(text)
