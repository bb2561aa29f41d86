"""The port on an ESP32 with MicroPython 1.23 or newer: everything that the application asks of the board.

The files of this folder lie in the root of the board's filesystem, or are
frozen, beside main.py; config.json and profiles lie in the root as well.
"""

import binascii
import gc
import os
import random
import select
import sys

import machine

from esp32_clock import Clock
from esp32_counter import CounterInput
from esp32_edges import EdgeInput
from esp32_network import Network
from esp32_nvs import second
from esp32_radio import Radio
from esp32_serial import SerialLine
from esp32_settings import pins_of
from esp32_watchdog import Watchdog
from file_store import Files
from retained import Retained
from text_storage import Storage

_MOST_TYPED = 64
# By the numbers of machine.reset_cause().
_MOST_TYPED = 64
_CAUSES = {1: "power", 2: "software", 3: "watchdog", 4: "sleep", 5: "soft"}


class Port:
    """See the module.  Only `pulses` has anything to do with interrupts; nothing here is for their handlers."""

    name = "esp32-micropython"

    def __init__(self, storage) -> None:
        self.storage = storage
        # What is wrong with `board` and `pins`, a line each: then nothing but lamp and button is to be opened.
        self.board, self._pins, self.faults = pins_of(storage)
        self.clock = Clock()
        self.watchdog = Watchdog()
        self.lamp = _lamp(self._pins)
        self.button = _button(self._pins)
        self.retained = Retained(machine.RTC().memory)
        self.second = second()
        name = "lumbus-" + self.identity()[-6:]
        self.radio = Radio(name)
        link = self.radio
        if "lan" in self._pins:
            from esp32_lan import Lan

            link = Lan(self._pins["lan"], name, link, print)
        self.network = Network(link)
        self._keys = None

    def serial(self, baud: int, parity: str = "even") -> SerialLine:
        """The line to the meters; ValueError where the board is not known."""
        if "tx" not in self._pins:
            raise ValueError(self.faults[0])
        return SerialLine(self._pins, baud, parity)

    def pulses(self, number: int, qualify) -> CounterInput | EdgeInput:
        """Light `number` of the board; `qualify` is its PulseFilter.

        ValueError, in words for the installer, when the board has no such light.
        """
        board = self._pins
        lights = board["lights"]
        if number >= len(lights):
            raise ValueError("%s has lights 0...%d, no light %d" % (self.board, len(lights) - 1, number))
        pull = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}.get(board["pull"])
        pin = machine.Pin(lights[number], machine.Pin.IN, pull)  # pyright: ignore[reportArgumentType]  # None: no pull
        falling = board["edge"] == "falling"
        # A chip without counting units has none, whatever its firmware has names for.
        if board["units"] and hasattr(machine, "Counter"):
            return CounterInput(number, pin, pull, falling, qualify, self.clock)
        return EdgeInput(pin, falling, qualify, self.clock)

    def folder(self, name: str) -> Files:
        """A folder for the journal; it is made when it is not there."""
        return Files("/" + name)

    def tls(self, ca, server_name: str, cert=None, key=None):
        """For network.open(); see tls_client. Who asks for no TLS does not load it."""
        from tls_client import Tls

        return Tls(ca, server_name, cert, key)

    def listen(self):
        """For the local page, at every address of the board.  OSError."""
        from listener import Listener

        return Listener("0.0.0.0", 80, self.radio.hosts)

    def listen_udp(self, number: int):
        """Datagrams that come in at that port.  OSError."""
        from questions import Questions

        return Questions("0.0.0.0", number)

    def slots(self):
        """The filesystem with the two places for the application, for an update; whoever has it forgets it."""
        from slot_store import SlotStore

        sys.modules.pop("slot_store", None)
        return SlotStore()

    def image(self):
        """The second partition for MicroPython itself, for an update; None where there is none."""
        from esp32_image import image

        sys.modules.pop("esp32_image", None)
        return image()

    def light_count(self) -> int:
        return len(self._pins.get("lights", ()))

    def boards(self) -> list:
        """The names of the pin maps."""
        from pins import BOARDS

        sys.modules.pop("pins", None)
        return sorted(BOARDS)

    def random_bytes(self, count: int) -> bytes:
        """Of the chip's own generator, which the radio feeds; nobody can guess them."""
        return os.urandom(count)

    def identity(self) -> str:
        """The station's MAC address, 12 hex digits."""
        return binascii.hexlify(machine.unique_id()).decode()

    def random_below(self, limit: int) -> int:
        return random.randrange(limit)

    def console(self, line: str) -> None:
        print(line)

    def read_console(self) -> bytes:
        """What has been typed and not been read, at most 64 characters of it; never waits."""
        if self._keys is None:
            self._keys = select.poll()
            self._keys.register(sys.stdin, select.POLLIN)
        typed = b""
        while len(typed) < _MOST_TYPED and self._keys.poll(0):
            typed += sys.stdin.buffer.read(1)
        return typed

    def is_over(self) -> bool:
        return False

    def reset(self) -> None:
        machine.reset()

    def reset_cause(self) -> str:
        """Why the board started; a brown-out counts as power, a panic as software: this chip's port tells no more."""
        return _CAUSES.get(machine.reset_cause(), "unknown")

    def end(self, code: int) -> None:
        """The application has ended: return, so that the REPL is there."""


def _lamp(board: dict):
    """lamp(is_on), None where there is none."""
    number = board["lamp"]
    if number is None:
        return None
    lit = not board["invert_lamp"]
    pin = machine.Pin(number, machine.Pin.OUT, value=not lit)
    return pin if lit else lambda is_on: pin(not is_on)


def _button(board: dict):
    """button() is True while it is pressed; None where there is none."""
    number = board["button"]
    if number is None:
        return None
    # Where the pin has no pull to switch on the board has a resistor.
    pull = machine.Pin.PULL_UP if board["button_pull"] else None
    pin = machine.Pin(number, machine.Pin.IN, pull)  # pyright: ignore[reportArgumentType]  # None: no pull
    return lambda: not pin()


def port() -> Port:
    """The board, with its texts in the root.  To be called when everything has been imported."""
    # What importing leaves lies between what stays: the application's long-lived arrays need the room in one piece.
    gc.collect()
    storage = Storage()
    _finish_restoring(storage)
    return Port(storage)


def _finish_restoring(storage) -> None:
    """The power may have failed between formatting and bringing the configuration back; see restore."""
    try:
        if storage.read("config.json") is not None:
            return
        from restore import restore

        restore("/", second(), print)
        del sys.modules["restore"]
    except (OSError, ValueError) as e:
        print("filesystem: %s" % e)
