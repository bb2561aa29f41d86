"""The host's line: opened, opened again, and lost."""
# CPython only: it makes pseudo-terminals.

import os
import pty
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
