"""CircuitPython's port as a whole, and its small parts."""

import json
import os
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from checks import raises
from cp_fakes import Dog, Led, Named, fakes, load
from memfiles import MemFiles

from uplink.boots import count_boot
from uplink.lightlimits import make_filter
from uplink.preparing import prepare
from uplink.wiring import build

cp_board = load("cp_board")
cp_clock = load("cp_clock")
cp_counter = load("cp_counter")
cp_nvm = load("cp_nvm")
cp_pins = load("cp_pins")
cp_storage = load("cp_storage")
cp_watchdog = load("cp_watchdog")

CONFIG = {
    "version": 2,
    "wifi": [{"ssid": "home"}],
    "mqtt": {"host": "broker.example", "tls": False},
    "meters": [{"profile": "m1pro40", "address": 1, "light": 1}],
}


class Texts:
    """A storage in memory."""

    def __init__(self, config=None):
        self._texts = {} if config is None else {"config.json": json.dumps(config)}

    def read(self, name):
        return self._texts.get(name)

    def write(self, name, text):
        self._texts[name] = text


class Time:
    """`mono_ms` since the start, `utc_s` of the chip's clock; localtime() gives what it was asked."""

    def __init__(self, utc_s):
        self.mono_ms, self.utc_s = 5000, utc_s

    def monotonic_ns(self):
        return self.mono_ms * 1000000

    def time(self):
        if self.utc_s is None:
            raise RuntimeError("RTC is not supported on this board")
        return self.utc_s

    def localtime(self, seconds):
        return seconds


def port_of(config=None, board_id=None, **others):
    made = fakes()
    made.update(others)
    cp_clock.rtc, cp_clock.time = made["rtc"], Time(None)
    cp_board.board = cp_pins.board = made["board"]
    if board_id:
        made["board"].board_id = board_id
    cp_board.microcontroller = cp_pins.microcontroller = cp_watchdog.microcontroller = made["microcontroller"]
    return cp_board.Port(Texts(config))


def test_the_application_is_put_together_on_this_port():
    port = port_of(CONFIG)
    before = dict(sys.modules)
    sys.modules["countio"] = cp_counter.countio
    sys.modules["cp_counter"] = cp_counter
    try:
        ready = prepare(port)
    finally:
        sys.modules.pop("countio")
        if "cp_counter" not in before:
            sys.modules.pop("cp_counter")
    assert ready is not None
    port.folder = lambda name: MemFiles()
    app = build(port, count_boot(port, port.console), *ready)
    assert port.storage.read("boot") == "1" and port.second.read("boot") == b"1"
    assert {"wifi", "time", "light", "bus"} <= {task.name for task in app._supervisor.tasks}
    assert cp_counter.countio.Counter.made[-1].pin == "GPIO5"


def test_the_port_has_its_names_and_no_button():
    port = port_of()
    assert port.identity() == "240ac4ecab1c" and port.reset_cause() == "watchdog"
    assert port.button is None and not port.is_over() and port.read_console() == b""
    assert all(0 <= port.random_below(3) < 3 for _ in range(20))


def test_pins_are_the_board_s_or_the_configuration_s():
    assert port_of({}).serial(2400)._tx == "GPIO17"
    other = port_of({"pins": {"tx": 5, "rx": 4, "lights": [7], "lamp": -1}}, "unknown_board")
    assert (other.serial(9600, "none")._tx, other.serial(9600)._rx) == ("GPIO5", "GPIO4")
    assert other.lamp is None
    assert port_of({}, "unknown_board").serial(2400)._rx == "RX"
    for config in (None, [], 7, {"pins": 3}):
        assert port_of(config).serial(2400)._rx == "GPIO18"


def test_what_the_board_has_not_is_said_in_plain_words():
    judge = make_filter(5000, 13250)[0]
    error = raises(ValueError, port_of({}).pulses, 4, judge)
    assert str(error) == "light 4: espressif_esp32s3_devkitc_1_n8r8 has lights 0...3"
    error = raises(ValueError, port_of({}, "unknown_board").pulses, 0, judge)
    assert str(error) == "light 0: unknown_board has no lights: name their pins in pins.lights"
    # Nobody put a countio here, as on the C3.
    error = raises(ValueError, port_of({}).pulses, 0, judge)
    assert "no countio" in str(error) and "leave light out" in str(error)
    error = raises(ValueError, port_of({"pins": {"tx": 99}}).serial, 2400)
    assert str(error) == "pins: espressif_esp32s3_devkitc_1_n8r8 has no pin 99"
    error = raises(ValueError, port_of({"pins": {"invert_rx": True}}).serial, 2400)
    assert "cannot invert" in str(error)


def test_a_lamp_is_switched_where_there_is_one():
    made = []

    def led(pin):
        made.append(Led(pin))
        return made[-1]

    cp_board.digitalio.DigitalInOut = led
    lamp = port_of({}, "unknown_board").lamp
    assert made[0].pin == "LED" and made[0].value is False
    lamp(1)
    assert made[0].value is True


def test_the_watchdog_starts_with_the_first_feed():
    port = port_of()
    dog = cp_watchdog.microcontroller.watchdog
    assert dog.mode is None
    port.watchdog.feed()
    port.watchdog.feed()
    assert (dog.timeout, dog.mode, dog.fed) == (60, "reset", 2)


def test_a_watchdog_that_cannot_wait_so_long_is_left_alone_and_said():
    told = []
    cp_watchdog.microcontroller = Named(watchdog=Dog(most=8))
    ours = cp_watchdog.Watchdog(told.append)
    ours.feed()
    ours.feed()
    assert len(told) == 1 and "cannot wait 60 s" in told[0]
    assert cp_watchdog.microcontroller.watchdog.fed == 0


def test_utc_is_kept_over_a_restart_or_told():
    chip = Named(datetime=None)
    cp_clock.rtc = Named(RTC=lambda: chip)
    for utc_s, quality in ((1800000000, "kept"), (946684800, None), (None, None)):
        cp_clock.time = time = Time(utc_s)
        clock = cp_clock.Clock()
        assert clock.quality == quality
        assert clock.utc_ms() == (1800000000000 if quality else None)
        time.mono_ms += 1500
        assert clock.ms() == 6500 and clock.utc_ms() == (1800000001500 if quality else None)
    clock.set_utc_ms(1799999999250)
    time.mono_ms += 1000
    assert clock.quality == "synced" and clock.utc_ms() == 1800000000250 and chip.datetime == 1799999999


def test_the_second_place_keeps_what_was_written_and_tells_damage():
    nvm = bytearray(b"\xff" * 300)
    second = cp_nvm.Second(nvm)
    assert second.read("boot") is None
    second.write("boot", b"1")
    second.write("f0", bytes(range(100)))
    second.write("boot", b"2")
    second.write("empty", b"")
    assert cp_nvm.Second(nvm).read("boot") == b"2"
    assert cp_nvm.Second(nvm).read("f0") == bytes(range(100)) and second.read("empty") == b""
    raises(OSError, second.write, "f1", bytes(300))
    assert second.read("boot") == b"2"
    nvm[20] ^= 1
    assert second.read("boot") is None
    second.write("boot", b"3")
    assert second.read("boot") == b"3" and second.read("f0") is None


def test_a_text_that_a_power_cut_left_under_its_other_name_is_found():
    name = "cp-storage-test-%d.tmp" % (id(object()) & 0xFFFFFF)
    storage = cp_storage.Storage()
    storage._folder = "/tmp"
    try:
        assert storage.read(name) is None and storage.read_bytes(name) is None
        storage.write(name, "old")
        assert storage.read(name) == "old"
        # rename() on FAT removes the old one first.
        os.rename("/tmp/" + name, "/tmp/" + name + ".new")
        assert storage.read(name) == "old" and storage.read_bytes(name) == b"old"
    finally:
        os.remove("/tmp/" + name + ".new")


def test_a_drive_of_the_computer_s_has_no_journal():
    cp_storage.storage = Named(getmount=lambda path: Named(readonly=True))
    try:
        assert "computer's" in str(raises(OSError, cp_storage.folder, "journal"))
    finally:
        cp_storage.storage = fakes()["storage"]


def test_the_start_says_that_the_drive_is_the_computer_s():
    port_of({})
    said = []
    cp_board.print = said.append
    cp_board.supervisor.runtime.autoreload = True
    try:
        for readonly in (True, False):
            cp_board.cp_storage.storage = Named(getmount=lambda path, readonly=readonly: Named(readonly=readonly))
            cp_board.open_port()
            assert bool(said) == readonly and not cp_board.supervisor.runtime.autoreload
            if readonly:
                assert "the drive is the computer's" in said[0] and "RAM alone" in said[0]
            said.clear()
    finally:
        cp_board.cp_storage.storage = fakes()["storage"]
        del cp_board.print


def test_a_configuration_that_a_lost_drive_had_comes_back():
    restored = []
    sys.modules["restore"] = Named(restore=lambda point, second, tell: restored.append(second.read("restoring")))
    try:
        for config, kept, wanted in ((None, True, 1), (None, False, 0), ({}, True, 0)):
            restored.clear()
            port = port_of(config)
            if kept:
                port.second.write("names", b'["config.json"]')
            cp_board._restore(port)
            assert len(restored) == wanted
        # Where the drive cannot be written nothing is tried.
        cp_board.cp_storage.storage = Named(getmount=lambda path: Named(readonly=True))
        port = port_of()
        port.second.write("names", b'["config.json"]')
        cp_board._restore(port)
        assert not restored
    finally:
        sys.modules.pop("restore")
        cp_board.cp_storage.storage = fakes()["storage"]


def test_the_drive_is_the_code_s_unless_the_button_is_held():
    held, free = Named(held=True), Named(held=False)
    s3 = "espressif_esp32s3_devkitc_1_n8r8"
    for board, chip, is_held in (
        (Named(board_id="a_feather", BOOT0=free), Named(), False),
        (Named(board_id="a_feather", BOOT0=held), Named(), True),
        (Named(board_id=s3), Named(GPIO0=held), True),
        (Named(board_id=s3), Named(GPIO0=free), False),
        # On the C3 GPIO0 is a pin like others.
        (Named(board_id="espressif_esp32c3_devkitm_1_n4"), Named(GPIO0=held), False),
    ):
        done = []
        storage = Named(remount=lambda path, readonly, done=done: done.append((path, readonly)))
        sys.modules.pop("cp_boot", None)
        load("cp_boot", board=board, microcontroller=Named(pin=chip), storage=storage)
        assert done == ([] if is_held else [("/", False)])
        sys.modules.pop("cp_boot", None)
