"""The port on a board with CircuitPython 9 or newer and Wi-Fi."""

import binascii
import json
import random
import sys

import board
import digitalio
import microcontroller
import supervisor

import cp_storage
from cp_clock import Clock
from cp_network import Network
from cp_nvm import Second
from cp_pins import pin, pins_of
from cp_radio import Radio
from cp_serial import SerialLine
from cp_watchdog import Watchdog

_CAUSES = {
    "POWER_ON": "power",
    "BROWNOUT": "power",
    "SOFTWARE": "software",
    "WATCHDOG": "watchdog",
    "DEEP_SLEEP_ALARM": "sleep",
    "RESET_PIN": "reset pin",
}


class Port:
    """What the application asks of the board.  There are no interrupts for Python here."""

    name = "circuitpython"
    # The button of the board is looked at before the application runs: see cp_boot.
    button = None

    def __init__(self, storage) -> None:
        self.storage = storage
        self._pins = pins_of(_config(storage))
        self.clock = Clock()
        self.watchdog = Watchdog(print)
        self.second = None if microcontroller.nvm is None else Second(microcontroller.nvm)
        self.radio = Radio("lumbus-" + self.identity()[-6:])
        self.network = Network(self.radio)
        self.lamp = _lamp(self._pins["lamp"])

    def serial(self, baud: int, parity: str = "even") -> SerialLine:
        """The line to the meters; ValueError, in words, for pins that cannot be, OSError where it cannot be opened."""
        pins = self._pins
        if pins.get("invert_tx") or pins.get("invert_rx"):
            raise ValueError("pins: CircuitPython cannot invert a line; use a level converter that does not")
        where = "on %s and %s" % (pins["tx"], pins["rx"])
        return SerialLine(pin(pins["tx"]), pin(pins["rx"]), baud, parity, where)

    def pulses(self, number: int, qualify):
        """Light `number` of the board.  ValueError, in words, when the board has no such light or cannot count."""
        pins = self._pins
        lights = pins["lights"]
        if number >= len(lights):
            known = "lights 0...%d" % (len(lights) - 1) if lights else "no lights: name their pins in pins.lights"
            raise ValueError("light %d: %s has %s" % (number, board.board_id, known))
        try:
            import countio

            from cp_counter import CounterInput
        except ImportError:
            raise ValueError("light %d: CircuitPython on this chip has no countio: leave light out" % number)
        pull = {"up": digitalio.Pull.UP, "down": digitalio.Pull.DOWN}.get(pins["pull"])
        edge = countio.Edge.FALL if pins["edge"] == "falling" else countio.Edge.RISE
        return CounterInput(pin(lights[number]), edge, pull, qualify, self.clock)

    def folder(self, name: str):
        """A folder for the journal; OSError where the drive cannot be written."""
        return cp_storage.folder(name)

    def tls(self, ca, server_name: str, cert=None, key=None):
        """For network.open(); see cp_tls. Who asks for no TLS does not load it."""
        from cp_tls import Tls

        return Tls(ca, server_name, cert, key)

    def identity(self) -> str:
        """The chip's own number, 12 hex digits: on an ESP32 the station's MAC address."""
        return binascii.hexlify(microcontroller.cpu.uid).decode()[-12:]

    def random_below(self, limit: int) -> int:
        return random.randrange(limit)

    def console(self, line: str) -> None:
        print(line)

    def read_console(self) -> bytes:
        """What has come on the console; never waits."""
        there = supervisor.runtime.serial_bytes_available
        return sys.stdin.read(int(there)).encode() if there else b""

    def is_over(self) -> bool:
        return False

    def reset(self) -> None:
        microcontroller.reset()

    def reset_cause(self) -> str:
        """Why the board started."""
        reason = microcontroller.cpu.reset_reason
        for name, cause in _CAUSES.items():
            if reason == getattr(microcontroller.ResetReason, name, None):
                return cause
        return "unknown"

    def end(self, code: int) -> None:
        """The application has ended: return, so that the REPL is there."""


def _config(storage):
    """config.json as it is.  Its faults are told by who checks it: here they count as not there."""
    try:
        return json.loads(storage.read("config.json") or "{}")
    except (OSError, ValueError):
        return {}


def _lamp(name):
    """lamp(is_on) for a plain LED; None where there is none."""
    if name in (None, -1) or (type(name) is str and not hasattr(board, name)):
        return None
    try:
        led = digitalio.DigitalInOut(pin(name))
        led.switch_to_output(False)
    except (ValueError, RuntimeError):
        # Somebody else's already, or no pin: metering goes on without it.
        return None

    def lamp(is_on) -> None:
        led.value = bool(is_on)

    return lamp


def open_port() -> Port:
    """The board, with its texts in the root."""
    # What the application writes must not start it anew.
    supervisor.runtime.autoreload = False
    if not cp_storage.is_writable():
        print("storage: the drive is the computer's, code may not write to it: what waits is kept in RAM alone,")
        print("storage: and the next start knows nothing of this one. boot.py gives it to the code: see the docs")
    storage = cp_storage.Storage()
    port = Port(storage)
    _restore(port)
    return port


def _restore(port) -> None:
    """A FAT drive may be lost in a power cut; the configuration comes back from the second place, where it is there."""
    second = port.second
    try:
        if second is None or not cp_storage.is_writable() or port.storage.read("config.json") is not None:
            return
        if second.read("names") is not None:
            from restore import restore

            second.write("restoring", b"config.json was not there")
            restore("/", second, print)
            port._pins = pins_of(_config(port.storage))
    except (OSError, ValueError) as e:
        print("storage: %s" % e)
