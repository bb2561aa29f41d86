"""The port on a Linux computer through adafruit-blinka: a Raspberry Pi or a PC with a USB M-Bus converter.

Blinka has busio.UART, but no countio: pulses come from the package gpiod, which is optional.  What Blinka takes the
computer for is of no matter here, for none of its pins is used; it is told what it need not guess.
"""

import contextlib
import os
import random
import sys

from cp_linux_clock import Clock
from file_store import Files
from host_socket import Network
from text_storage import Storage

os.environ.setdefault("BLINKA_FORCECHIP", "GENERIC_X86")
os.environ.setdefault("BLINKA_FORCEBOARD", "GENERIC_LINUX_PC")


class Watchdog:
    """Nobody is reset here; whoever started this process may start it again."""

    def feed(self) -> None:
        pass


class Port:
    """settings: `serial` (a device), `folder`, `identity` (12 hex digits), `lights` [LightSpec].

    `over`, once True, ends the application in good order.
    """

    name = "linux-blinka"
    button = None
    lamp = None

    def __init__(self, settings: dict) -> None:
        self._settings = settings
        self.clock = Clock()
        self.network = Network()
        self.storage = Storage(settings["folder"])
        self.watchdog = Watchdog()
        self.over = False

    def serial(self, baud: int, parity: str = "even"):
        """The line to the meters; OSError where it cannot be opened."""
        import microcontroller.pin

        from cp_serial import SerialLine

        path = self._settings["serial"]
        # Where Blinka looks for the UART of a pair of pins.
        microcontroller.pin.uartPorts = ((path, "TX", "RX"),)  # pyright: ignore[reportAttributeAccessIssue]
        return SerialLine("TX", "RX", baud, parity, path, os.path.realpath(path).startswith("/dev/pts/"))

    def pulses(self, number: int, qualify):
        """Light `number` of `lights`; ValueError, in words, where there is none, OSError where it cannot be had."""
        lights = self._settings["lights"]
        if number >= len(lights):
            known = "lights 0...%d" % (len(lights) - 1) if lights else "no light"
            raise ValueError("light %d: this gateway was given %s; name it with --light CHIP:LINE" % (number, known))
        from cp_gpiod import LineInput

        return LineInput(lights[number], qualify, self.clock)

    def folder(self, name: str) -> Files:
        """A folder for the journal; it is made when it is not there."""
        return Files(self._settings["folder"] + "/" + name, True)

    def tls(self, ca, server_name: str, cert=None, key=None):
        """For network.open(); see tls_client. Who asks for no TLS does not load it."""
        from host_tls import HostTls

        return HostTls(ca, server_name, cert, key)

    def identity(self) -> str:
        return self._settings["identity"]

    def random_below(self, limit: int) -> int:
        return random.randrange(limit)

    def console(self, line: str) -> None:
        print(line, flush=True)

    def read_console(self) -> bytes:
        """Nothing: a service has nobody at its console; commands come from the broker."""
        return b""

    def is_over(self) -> bool:
        return self.over

    def reset(self) -> None:
        """Ends the process; a service manager starts it again."""
        self.console("ended, to be started again")
        sys.exit(1)

    def end(self, code: int) -> None:
        """The application has ended with this exit code."""
        sys.exit(code)


def lights_line(settings: dict) -> str:
    """What there is to count lights with, in one line."""
    lights = settings["lights"]
    if lights:
        return "lights: " + ", ".join("%s line %d" % (spec.chip, spec.line) for spec in lights)
    return (
        "lights: none. Blinka counts no pulses: without --light CHIP:LINE and the package gpiod the register alone "
        "is read, and nothing is cross-checked"
    )


def open_port(settings: dict) -> Port:
    # Blinka warns on the standard output of what is not used here.
    with contextlib.redirect_stdout(None):
        import busio  # noqa: F401
        import microcontroller.pin  # noqa: F401
    port = Port(settings)
    port.console(lights_line(settings))
    return port
