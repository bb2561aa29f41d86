"""The ESP32's UART, storage and watchdog."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

import os

from checks import raises
from esp32_fakes import Machine, Uart, Wdt, load

from mbus.frame import MAX_FRAME

esp32_serial = load("esp32_serial")
text_storage = load("text_storage")
esp32_watchdog = load("esp32_watchdog")
pins = load("pins")


def serial(baud=2400, **changes):
    esp32_serial.machine = Machine()
    line = esp32_serial.SerialLine(dict(pins.BOARDS[pins.DEFAULT], **changes), baud)
    return line, Uart.made[-1]


def test_the_line_is_8_e_1_at_every_baud_rate():
    for baud in (300, 600, 1200, 2400, 4800, 9600):
        line, uart = serial(baud)
        options = uart.options
        assert line.baud == options["baudrate"] == baud
        # parity=0 is even, None would be none.
        assert (options["bits"], options["parity"], options["stop"]) == (8, 0, 1)
        assert options["parity"] is not None


def test_the_baud_rate_changes_and_nothing_else_does():
    line, uart = serial(2400, invert_rx=True)
    before = dict(uart.options)
    made = len(Uart.made)
    for baud in (300, 9600, 2400):
        line.set_baud(baud)
        assert line.baud == baud
        assert uart.options == dict(before, baudrate=baud)
    assert len(Uart.made) == made


def test_the_line_never_waits_and_holds_the_longest_frame():
    _, uart = serial()
    assert uart.options["timeout"] == 0
    assert uart.options["timeout_char"] == 0
    assert uart.options["rxbuf"] >= 512 > MAX_FRAME
    assert uart.options["txbuf"] > MAX_FRAME


def test_the_pins_are_always_given():
    _, uart = serial(tx=1, rx=2, uart=2)
    assert (uart.number, uart.options["tx"], uart.options["rx"]) == (2, 1, 2)


def test_another_parity_is_set_with_the_baud_rate():
    line, uart = serial()
    for parity, number in (("odd", 1), ("none", None), ("even", 0)):
        line.set_baud(300, parity)
        assert (uart.options["parity"], uart.options["baudrate"], line.parity) == (number, 300, parity)
    line.set_baud(2400)
    assert (uart.options["parity"], line.parity) == (0, "even")


def test_each_direction_is_inverted_by_itself():
    for tx, rx, invert in ((False, False, 0), (True, False, 32), (False, True, 4), (True, True, 36)):
        _, uart = serial(invert_tx=tx, invert_rx=rx)
        assert uart.options["invert"] == invert


def test_reading_and_writing():
    line, uart = serial()
    buf = bytearray(8)
    assert line.readinto(memoryview(buf)) == 0
    line.write(b"\x10\x40\x01\x41\x16")
    assert uart.sent == b"\x10\x40\x01\x41\x16"
    uart.inbox = b"\xe5" + bytes(9)
    assert line.readinto(memoryview(buf)) == 8
    assert buf[0] == 0xE5
    uart.inbox = bytes(300)
    line.discard()
    assert line.readinto(memoryview(buf)) == 0


class Folder:
    """An empty folder, gone with all that is in it at the end."""

    def __enter__(self):
        number = 0
        while True:
            self.path = "/tmp/lumbus_esp32_%s_%d" % (sys.implementation.name, number)
            try:
                os.mkdir(self.path)
                return self
            except OSError:
                number += 1

    def __exit__(self, *_):
        for name in os.listdir(self.path):
            os.remove(self.path + "/" + name)
        os.rmdir(self.path)


class Os:
    """The module os with a rename that looks, and fails when told to."""

    def __init__(self, fails):
        self._fails = fails
        self.seen = None

    def rename(self, old, new):
        with open(old) as f:
            self.seen = (f.read(), new)
        if self._fails:
            raise OSError("power cut")
        os.rename(old, new)


def test_texts_are_kept():
    with Folder() as folder:
        storage = text_storage.Storage(folder.path)
        assert storage.read("boot") is None
        storage.write("boot", "1")
        storage.write("boot", "2 °")
        assert storage.read("boot") == "2 °"
        assert os.listdir(folder.path) == ["boot"]
        storage.remove("boot")
        # What is not there need not be removed.
        storage.remove("boot")
        assert storage.read("boot") is None and os.listdir(folder.path) == []
        os.mkdir(folder.path + "/folder")
        try:
            raises(OSError, storage.remove, "folder")
        finally:
            os.rmdir(folder.path + "/folder")


def test_a_write_is_whole_before_it_counts():
    with Folder() as folder:
        storage = text_storage.Storage(folder.path)
        storage.write("boot", "old")
        text_storage.os = look = Os(fails=True)
        try:
            raises(OSError, storage.write, "boot", "new")
            # It was closed by then: another reader saw all of it.
            assert look.seen == ("new", folder.path + "/boot")
            assert storage.read("boot") == "old"
            # What an interrupted write has left does not matter to the next one.
            text_storage.os = Os(fails=False)
            storage.write("boot", "newer")
            assert storage.read("boot") == "newer"
        finally:
            text_storage.os = os
        assert os.listdir(folder.path) == ["boot"]


def test_the_root_is_the_default_folder():
    assert text_storage.Storage().read("no such file of lumbus") is None
    assert text_storage.Storage()._folder == ""


def test_the_watchdog_starts_with_the_first_feed():
    esp32_watchdog.machine = Machine()
    Wdt.made.clear()
    watchdog = esp32_watchdog.Watchdog()
    assert Wdt.made == []
    for _ in range(3):
        watchdog.feed()
    assert len(Wdt.made) == 1
    assert Wdt.made[0].timeout == 60000
    assert Wdt.made[0].fed == 3
