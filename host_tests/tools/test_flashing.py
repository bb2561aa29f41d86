"""lumbus flash: the real esptool against a chip's ROM bootloader; what it refuses, and what it asks."""

import json
import os
import pty
import tty

import pytest
from ptybus import Run, Terminal
from rombootloader import Bootloader

# (the chip, its number in an image, where its bootloader lies in the flash, the image to take)
CHIPS = [("esp32", 0, 0x1000, "ESP32_GENERIC "), ("esp32s3", 9, 0, "ESP32_GENERIC_S3"), ("esp32c3", 5, 0, "_C3")]


def an_image(number, at, size=150_000):
    data = bytearray(bytes(range(251)) * (size // 251))
    data[0] = 0xE9
    data[12:14] = number.to_bytes(2, "little")
    data[0x8000 - at : 0x8002 - at] = b"\xaa\x50"
    return bytes(data)


@pytest.fixture
def image(tmp_path):
    def make(data):
        path = tmp_path / "firmware.bin"
        path.write_bytes(data)
        return path

    return make


def flash(capsys, chip, *arguments):
    return Run(capsys, "flash", chip.path, *arguments)


def is_erased(chip):
    return not chip.flash.data.strip(b"\xff")


@pytest.mark.parametrize("name, number, at, board", CHIPS)
def test_without_an_image_it_says_which_one_fits(capsys, name, number, at, board):
    with Bootloader(name) as chip:
        run = flash(capsys, chip)
        assert run.code == 2 and board in run.complaint and "1.26 or newer" in run.complaint
        assert is_erased(chip)


def test_an_image_is_written_where_it_belongs_and_micropython_answers(capsys, image, tmp_path):
    data = an_image(9, 0)
    with Bootloader("esp32s3", tmp_path) as chip:
        chip.flash.data[3_000_000:3_000_003] = b"old"
        run = flash(capsys, chip, "--image", image(data), "--yes", "--json", "--chip", "ESP32-S3")
        assert run.code == 0, run.err
        said = json.loads(run.out)
        assert (said["chip"], said["bytes"], said["micropython"]) == ("ESP32-S3", len(data), "1.28.0")
        assert bytes(chip.flash.data[: len(data)]) == data
        # All else was erased.
        assert not chip.flash.data[len(data) :].strip(b"\xff")


def test_the_older_chip_has_its_bootloader_elsewhere(capsys, image, tmp_path):
    data = an_image(0, 0x1000)
    with Bootloader("esp32", tmp_path) as chip:
        run = flash(capsys, chip, "--image", image(data), "--yes")
        assert run.code == 0 and "Next: lumbus deploy" in run.out
        assert bytes(chip.flash.data[0x1000 : 0x1000 + len(data)]) == data


@pytest.mark.parametrize(
    "data, says",
    [
        (an_image(0, 0x1000), "is for the ESP32, and the board has an ESP32-S3"),
        (an_image(9, 0)[:0x7000], "has no table of partitions"),
        (an_image(9, 0x10), "has no table of partitions"),
        (an_image(9, 0, 5_000_000), "and the board's flash 4096 KiB"),
        (b"\x7fELF" + bytes(5000), "does not begin with E9h"),
        (b"", "does not begin with E9h"),
    ],
)
def test_an_image_that_does_not_fit_is_refused_before_anything_is_erased(capsys, image, data, says):
    with Bootloader("esp32s3") as chip:
        chip.flash.data[0:3] = b"old"
        run = flash(capsys, chip, "--image", image(data), "--yes")
        assert run.code == 1 and says in run.complaint
        assert chip.flash.data[0:3] == b"old"


def test_the_chip_that_is_named_must_be_there(capsys, image):
    with Bootloader("esp32c3") as chip:
        run = flash(capsys, chip, "--image", image(an_image(9, 0)), "--yes", "--chip", "esp32s3")
        assert run.code == 1 and "has an ESP32-C3, not the esp32s3" in run.complaint


def test_it_asks_and_no_is_no(image):
    with Bootloader("esp32s3") as chip:
        chip.flash.data[0:3] = b"old"
        terminal = Terminal("flash", chip.path, "--image", image(an_image(9, 0)))
        shown = terminal.expect("[y/N]")
        assert chip.path in shown and "ESP32-S3, MAC" in shown and "configuration, passwords and certificates" in shown
        terminal.send("\n")
        assert terminal.end() == 1 and chip.flash.data[0:3] == b"old"


def test_without_a_terminal_nothing_is_erased_unasked(capsys, image):
    with Bootloader("esp32s3") as chip:
        run = flash(capsys, chip, "--image", image(an_image(9, 0)))
        assert run.code == 2 and "add --yes" in run.complaint


def test_no_file_no_port_no_chip(capsys, image, tmp_path):
    assert Run(capsys, "flash", "/dev/ttyUSB99", "--image", tmp_path / "none.bin", "--yes").code == 2
    assert Run(capsys, "flash", "/dev/ttyUSB99", "--image", image(an_image(9, 0)), "--yes").code == 4
    mine, end = pty.openpty()
    tty.setraw(end)
    run = Run(capsys, "flash", os.ttyname(end), "--image", image(an_image(9, 0)), "--yes")
    assert run.code == 3 and "Hold its BOOT button" in run.complaint
    os.close(mine)
    os.close(end)


@pytest.mark.parametrize("command", ["flash", "deploy", "setup"])
def test_the_help_has_examples_and_exit_codes(capsys, command):
    run = Run(capsys, command, "--help")
    assert run.code == 0 and f"examples:\n  lumbus {command} /dev/tty" in run.out and "exit codes:" in run.out
