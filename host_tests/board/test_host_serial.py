"""The host's line: opened, opened again, and lost."""
# CPython only: it makes pseudo-terminals.

import os
import pty
import termios
import tty

import pytest

from host_serial import SerialLine


@pytest.fixture
def ends():
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


def test_bytes_pass_both_ways_and_nothing_waits(ends):
    master, path = ends
    line = SerialLine(path, 2400)
    buffer = bytearray(16)
    assert line.readinto(buffer) == 0
    line.write(b"\x10\x5b\x01\x5c\x16")
    assert os.read(master, 16) == b"\x10\x5b\x01\x5c\x16"
    os.write(master, b"\xe5\x11\x13\x03")
    assert line.readinto(buffer) == 4
    assert buffer[:4] == b"\xe5\x11\x13\x03"
    os.write(master, b"old")
    line.discard()
    assert line.readinto(buffer) == 0


def test_a_line_can_be_opened_again(ends):
    # A pseudo-terminal drops the parity bit and then refuses to be set up the same way again.
    _, path = ends
    for baud in (2400, 2400, 300, 300):
        assert SerialLine(path, baud).baud == baud


def test_the_baud_rate_changes_on_the_open_line(ends):
    master, path = ends
    line = SerialLine(path, 2400)
    for baud, speed in ((300, termios.B300), (300, termios.B300), (9600, termios.B9600), (38400, termios.B38400)):
        line.set_baud(baud)
        assert line.baud == baud
        assert termios.tcgetattr(master)[4:6] == [speed, speed]
        line.write(b"\xe5")
        assert os.read(master, 4) == b"\xe5"
        os.write(master, b"\x16")
        buffer = bytearray(4)
        assert line.readinto(buffer) == 1


def test_a_pseudo_terminal_keeps_whether_the_parity_would_be_odd(ends):
    master, path = ends
    line = SerialLine(path, 2400)
    for parity, is_odd in (("odd", True), ("even", False), ("odd", True), ("none", False)):
        line.set_baud(2400, parity)
        assert bool(termios.tcgetattr(master)[2] & termios.PARODD) == is_odd and line.parity == parity
    assert SerialLine(path, 2400, "odd").parity == "odd"
    assert termios.tcgetattr(master)[2] & termios.PARODD


def test_a_baud_rate_that_no_m_bus_has_is_refused_and_nothing_changes(ends):
    _, path = ends
    line = SerialLine(path, 2400)
    with pytest.raises(ValueError, match="1234"):
        line.set_baud(1234)
    assert line.baud == 2400


def test_a_baud_rate_set_while_the_line_is_gone_is_the_one_it_comes_back_with(tmp_path):
    link = tmp_path / "line"
    master, slave = pty.openpty()
    link.symlink_to(os.ttyname(slave))
    line = SerialLine(str(link), 2400)
    os.close(slave)
    os.close(master)
    with pytest.raises(OSError):
        line.write(b"lost")
    line.set_baud(300)
    master, slave = pty.openpty()
    tty.setraw(slave)
    link.unlink()
    link.symlink_to(os.ttyname(slave))
    line.write(b"back")
    assert termios.tcgetattr(master)[4] == termios.B300


def test_a_line_that_goes_while_its_baud_rate_is_set_is_an_error(tmp_path):
    master, slave = pty.openpty()
    line = SerialLine(os.ttyname(slave), 2400)
    os.close(slave)
    os.close(master)
    with pytest.raises(OSError):
        line.set_baud(300)
    assert line.readinto(bytearray(4)) == 0


def test_what_is_no_line_is_said_by_its_name(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    for path in (str(file), str(tmp_path / "nothing")):
        with pytest.raises(OSError, match=path):
            SerialLine(path, 2400)


def test_a_line_that_is_gone_is_an_error_and_comes_back_by_itself(tmp_path):
    link = tmp_path / "line"
    master, slave = pty.openpty()
    link.symlink_to(os.ttyname(slave))
    line = SerialLine(str(link), 2400)
    os.close(slave)
    os.close(master)
    with pytest.raises(OSError):
        line.write(b"lost")
    with pytest.raises(OSError):
        line.write(b"still lost")
    master, slave = pty.openpty()
    tty.setraw(slave)
    link.unlink()
    link.symlink_to(os.ttyname(slave))
    line.write(b"back")
    assert os.read(master, 16) == b"back"
