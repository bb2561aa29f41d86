"""A LittleFS that does not mount: nothing is formatted without a word, and the configuration comes back."""

import json
import os
import sys

import vfs  # pyright: ignore  # MicroPython's
from esp32_fakes import Nvs, load

from lumbus.flash.device import Flash

mount = load("mount").mount
restore = load("restore").restore
Second = load("esp32_nvs").Second

POINT = "/flash"
FILES = {"secrets.json": b'{"version": 1}', "ca.der": bytes(range(256)) * 7, "config.json": b'{"version": 2}'}
# As they lie in the second place: config.json last, and MicroPython's dicts have no order.
NAMES = ["secrets.json", "ca.der", "config.json"]


class Reset(Exception):
    pass


class Board:
    def __init__(self, blocks=32):
        Nvs.flash = {}
        self.flash = Flash(blocks, 512)
        self.second = Second()
        self.lines = []

    def copy_configuration(self):
        self.second.write("names", json.dumps(NAMES).encode())
        for at, name in enumerate(NAMES):
            self.second.write("f%d" % at, FILES[name])

    def start(self, second=True, reset=None):
        """As the board does it, with what the port does behind it."""
        unmount()
        mount(self.flash, POINT, self.lines.append, self.second if second else None, reset)
        if second and "config.json" not in os.listdir(POINT):
            restore(POINT, self.second, self.lines.append)

    def fill(self):
        self.start()
        for name in FILES:
            with open(POINT + "/" + name, "wb") as f:
                f.write(FILES[name])
        with open(POINT + "/more", "wb") as f:
            f.write(b"anything")
        unmount()
        self.lines.clear()

    def damage(self):
        """Both places where a filesystem says that it is one."""
        for block in (0, 1):
            self.flash.ioctl(6, block)
            self.flash.writeblocks(block, b"no filesystem", 0)


def unmount():
    try:
        vfs.umount(POINT)
    except OSError:
        pass


def contents():
    found = {}
    for name in os.listdir(POINT):
        with open(POINT + "/" + name, "rb") as f:
            found[name] = f.read()
    return found


def test_a_sound_one_is_mounted_without_a_word():
    board = Board()
    board.fill()
    board.start()
    assert contents()["more"] == b"anything" and board.lines == []


def test_flash_that_was_never_used_is_new():
    board = Board()
    board.start()
    assert contents() == {} and board.lines == ["filesystem: the flash is new, it is formatted"]


def test_a_damaged_one_is_formatted_after_saying_so_and_the_configuration_is_back():
    board = Board()
    board.fill()
    board.copy_configuration()
    board.damage()
    board.start(reset=board.lines.clear)
    found = contents()
    told = found.pop("formatted").decode()
    assert found == FILES
    assert told.startswith("it could not be mounted (") and told.endswith("for the 1. time")
    assert "trying once more" in board.lines[0]
    assert "formatted now, and what it held is lost" in board.lines[1]
    assert board.lines[2] == "filesystem: from the second place came back: secrets.json, ca.der, config.json"
    # The next start is one like any other.
    board.lines.clear()
    board.start()
    assert board.lines == [] and contents()["config.json"] == FILES["config.json"]
    unmount()
    board.damage()
    board.start()
    assert contents()["formatted"].endswith(b"for the 2. time")


def test_blank_flash_that_the_second_place_knows_is_not_new():
    board = Board()
    board.copy_configuration()
    board.start()
    assert contents()["config.json"] == FILES["config.json"]
    assert "what it held is lost" in board.lines[1]


def test_without_a_second_place_it_is_said_and_formatted():
    board = Board()
    board.fill()
    board.damage()
    board.start(second=False)
    assert list(contents()) == ["formatted"] and len(board.lines) == 2


def test_what_cannot_be_read_may_pass():
    board = Board()
    board.fill()
    board.copy_configuration()
    board.flash.bad = (0, 1)
    resets = 0
    for _ in range(3):
        try:
            board.start(reset=raising)
        except Reset:
            resets += 1
    assert resets == 3 and "time 3 of 3" in board.lines[-1]
    board.flash.bad = ()
    board.start(reset=raising)
    assert contents()["more"] == b"anything"


def test_what_can_never_be_read_is_formatted_at_the_fourth_time():
    board = Board()
    board.fill()
    board.copy_configuration()
    board.second.write("mounts", b"3")
    board.flash.bad = (0, 1)
    try:
        board.start(reset=raising)
        raise AssertionError("mounted what cannot be read")
    except OSError:
        pass
    assert "what it held is lost" in board.lines[-1]
    # The flash can be read again, and it is told what was begun.
    board.flash.bad = ()
    board.damage()
    board.start(reset=raising)
    found = contents()
    assert found["config.json"] == FILES["config.json"] and found["formatted"].endswith(b"for the 2. time")


def raising():
    raise Reset


def test_the_power_fails_at_every_step_of_formatting_and_bringing_back():
    cuts = 0
    while True:
        board = Board()
        board.copy_configuration()
        board.damage()
        board.flash.cut_in = cuts
        board.flash.tear = cuts * 53 % 256
        try:
            board.start(reset=board.flash.restore)
            break
        except OSError:
            pass
        cuts += 1
        # What is still open there never writes again.
        dead = board.flash
        board.flash = Flash(dead.blocks, dead.size)
        board.flash.copy_from(dead)
        board.start(reset=board.flash.restore)
        found = contents()
        assert "formatted" in found, cuts
        for name in FILES:
            assert found[name] == FILES[name], (cuts, name)
    print(cuts, "power cuts while formatting, all recovered")
    assert cuts > 20


def test_a_copy_of_one_file_that_is_lost_keeps_nothing_else_back():
    board = Board()
    board.copy_configuration()
    del Nvs.flash["lumbus"]["f1"]
    board.damage()
    board.start()
    assert sorted(contents()) == ["config.json", "formatted", "secrets.json"]
    board.second.write("names", b"[")
    unmount()
    board.damage()
    board.start()
    assert "nothing, it has no copy" in board.lines[-1], board.lines


class Flashbdev:
    bdev = "the flash"


def test_the_image_s_set_up_hands_over_flash_console_second_place_and_reset():
    sys.modules["flashbdev"] = Flashbdev
    inisetup = load("inisetup")
    calls = []
    inisetup.mount = lambda *given: calls.append(given)
    Nvs.flash = {}
    inisetup.setup()
    device, point, tell, second, reset = calls[0]
    assert (device, point, tell) == ("the flash", "/", print) and second.read("names") is None
    reset()
    assert inisetup.machine.resets == 1
