"""The examples of the library's README, run as they stand against a simulated meter.

CPython and MicroPython run all of them; only the platform's own modules are stood in for.
"""

import sys

from busline import Counter, slave

from mbus.deframer import Deframer

README = "lib/mbus/README.md"


def examples():
    """The Python examples, in order."""
    with open(README) as f:
        parts = f.read().split("```python\n")[1:]
    return [part.split("```")[0] for part in parts]


class Uart:
    """machine.UART, busio.UART and serial.Serial in one, on a wire with one meter at address 1."""

    class Parity:
        EVEN = 0

    def __init__(self, *arguments, **named):
        settings = list(arguments) + list(named.values())
        assert 2400 in settings, settings
        self._meter = slave(1, Counter(123456))
        self._hears = Deframer()
        self._says = b""

    def write(self, data):
        for frame in self._hears.feed(data):
            # The level converter echoes.
            self._says += frame.raw + self._meter.answer(frame)

    def read(self, count):
        out = self._says[:count]
        self._says = self._says[count:]
        return out or None

    def readinto(self, view):
        out = self.read(len(view)) or b""
        view[: len(out)] = out
        return len(out) or None


class Module:
    def __init__(self, **names):
        for name in names:
            setattr(self, name, names[name])


def run(text, **modules):
    """What an example prints, with `modules` in place of the platform's."""
    before = {name: sys.modules.get(name) for name in modules}
    printed = []
    try:
        for name in modules:
            sys.modules[name] = modules[name]  # pyright: ignore[reportArgumentType]
        exec(text, {"__name__": "example", "print": lambda *parts: printed.append(parts)})
    finally:
        for name in modules:
            if before[name] is None:
                del sys.modules[name]
            else:
                sys.modules[name] = before[name]
    return printed


WANTED = [("energy", "1234560", "Wh")]


def test_there_are_the_examples_that_are_run_here():
    assert len(examples()) == 4


def test_ten_lines_of_micropython():
    assert run(examples()[0], machine=Module(UART=Uart)) == WANTED


def test_ten_lines_of_circuitpython():
    assert run(examples()[1], board=Module(TX=1, RX=2), busio=Module(UART=Uart)) == WANTED


def test_ten_lines_of_cpython():
    assert run(examples()[2], serial=Module(Serial=Uart)) == WANTED


def test_the_master_in_asyncio():  # not in WebAssembly: it has no asyncio
    # By its secondary address, as the README has it.
    text = examples()[3].replace("12345678", "16250478")
    assert run(text, machine=Module(UART=Uart)) == WANTED
