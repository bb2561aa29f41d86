"""CircuitPython's line: how the UART is made, and that a lost one is opened again."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from checks import raises
from cp_fakes import Uart, load

cp_serial = load("cp_serial")


def line(parity="even", baud=2400):
    return cp_serial.SerialLine("TX", "RX", baud, parity, "on TX and RX")


def test_the_uart_is_8_bits_with_the_parity_asked_for_and_room_for_a_frame():
    for parity, wanted in (("even", "even"), ("odd", "odd"), ("none", None)):
        line(parity)
        uart = Uart.made[-1]
        assert (uart.tx, uart.rx) == ("TX", "RX")
        options = uart.options
        assert (options["bits"], options["parity"], options["stop"]) == (8, wanted, 1)
        assert options["baudrate"] == 2400 and options["timeout"] == 0
        assert options["receiver_buffer_size"] >= 512


def test_nothing_waits_and_bytes_pass():
    ours = line()
    uart = Uart.made[-1]
    buffer = bytearray(4)
    assert ours.readinto(memoryview(buffer)) == 0
    ours.write(b"\x10\x5b")
    assert uart.sent == b"\x10\x5b"
    uart.inbox = b"\xe5\x11\x12\x13\x14"
    assert ours.readinto(memoryview(buffer)) == 4 and buffer == b"\xe5\x11\x12\x13"
    ours.discard()
    assert ours.readinto(memoryview(buffer)) == 0


def test_the_baud_rate_changes_in_place():
    ours = line()
    count = len(Uart.made)
    ours.set_baud(9600)
    assert ours.baud == 9600 and Uart.made[-1].baudrate == 9600 and len(Uart.made) == count


def test_another_parity_takes_another_uart():
    ours = line()
    before = Uart.made[-1]
    ours.set_baud(9600, "odd")
    made = Uart.made[-1]
    assert made is not before and not before.is_open
    assert (made.options["parity"], made.options["baudrate"], ours.parity) == ("odd", 9600, "odd")
    ours.set_baud(2400, "odd")
    assert Uart.made[-1] is made and made.baudrate == 2400


def test_what_is_lost_is_opened_again_by_the_next_write():
    ours = line()
    lost = Uart.made[-1]
    for action in (lambda: ours.write(b"x"), lambda: ours.readinto(bytearray(1)), ours.discard):
        lost = Uart.made[-1]
        lost.error = RuntimeError("device reports nothing")
        error = raises(OSError, action)
        assert "the serial line on TX and RX is gone" in str(error)
        assert not lost.is_open
        # Until somebody writes nothing is there, and nothing fails.
        assert ours.readinto(bytearray(1)) == 0
        ours.discard()
        ours.set_baud(4800)
        ours.write(b"again")
        assert Uart.made[-1] is not lost and Uart.made[-1].sent == b"again" and Uart.made[-1].baudrate == 4800


def test_a_line_that_cannot_be_opened_says_which():
    for error in (RuntimeError("no such device"), ValueError("pin in use"), OSError("busy")):
        Uart.refuses = error
        try:
            told = raises(OSError, line)
        finally:
            Uart.refuses = None
        assert str(told) == "cannot open the serial line on TX and RX (%s)" % error


def test_a_pseudo_terminal_goes_without_parity_where_it_refuses_it():
    class Refusing(Uart):
        def __init__(self, tx, rx, **options):
            if options["parity"]:
                raise TypeError("Invalid argument")
            Uart.__init__(self, tx, rx, **options)

    Refusing.made = Uart.made
    before = cp_serial.busio.UART
    cp_serial.busio.UART = Refusing
    try:
        cp_serial.SerialLine("TX", "RX", 2400, "even", "pty", True).write(b"x")
        assert Uart.made[-1].options["parity"] is None and Uart.made[-1].sent == b"x"
        # What is none says that it cannot.
        assert "cannot open" in str(raises(OSError, cp_serial.SerialLine, "TX", "RX", 2400, "even", "line"))
    finally:
        cp_serial.busio.UART = before
