"""An ESP32's flash with two partitions for firmware, its bootloader, and esp32.Partition over them.

Flash as it is: erased in blocks of 4 KiB to FFh, and what is written must have been erased.  The bootloader starts what
was chosen; a start that was not confirmed is followed by the partition before.  The power fails after so many steps
(`left`), in the middle of what is being written.
"""

import hashlib

BLOCK = 4096
ESP32, ESP32_S3 = 0, 9


class PowerCut(Exception):
    pass


def image_of(chip, body):
    """An image as ESP-IDF checks it: its header, what it is, and a SHA-256 of all at its end."""
    header = bytearray(b"\xe9" + bytes(23) + bytes(8) + b"\x32\x54\xcd\xab")
    header[12] = chip
    data = bytes(header) + body
    return data + hashlib.sha256(data).digest()


def is_valid(data):
    """Whether an image lies at the beginning of a partition."""
    end = len(data)
    while end and data[end - 1] == 0xFF:
        end -= 1
    # The SHA-256 may end in FFh itself; what is written is a multiple of 16.
    for size in range(end, end + 17):
        if data[:1] == b"\xe9" and size > 68 and hashlib.sha256(data[: size - 32]).digest() == data[size - 32 : size]:
            return True
    return False


class Chip:
    """`flash`: {name: content}; `boot`: the name that was chosen; `states`: "new", "pending", "valid" or "aborted"."""

    def __init__(self, old, blocks=8, names=("ota_0", "ota_1")):
        self.flash = {name: bytearray(b"\xff" * blocks * BLOCK) for name in names}
        self.flash[names[0]][: len(old)] = old
        self.states = {names[0]: "valid"}
        self.boot = self.running = names[0]
        self.left = None
        self.steps = 0
        self.erased = []

    def start(self):
        """The bootloader's work; the name of what runs now."""
        if self.states.get(self.boot) == "pending":
            self.states[self.boot] = "aborted"
            self.boot = self.other(self.boot)
        elif self.states.get(self.boot) == "new":
            self.states[self.boot] = "pending"
        self.running = self.boot
        assert is_valid(self.flash[self.running])
        return self.running

    def other(self, name):
        names = sorted(self.flash)
        return names[1 - names.index(name)] if len(names) > 1 else name

    def step(self):
        """Whether the power lasts for it."""
        self.steps += 1
        if self.left is not None:
            self.left -= 1
            return self.left >= 0
        return True

    def put(self, name, at, data):
        size = len(data) if self.step() else len(data) // 2
        flash = self.flash[name]
        assert flash[at : at + size] == b"\xff" * size, "written where nothing was erased"
        assert name != self.running, "written where it runs"
        flash[at : at + size] = bytes(data[:size])
        if size < len(data):
            raise PowerCut()

    def erase(self, name, block):
        assert name != self.running
        self.erased.append(block)
        if not self.step():
            self.flash[name][block * BLOCK : block * BLOCK + BLOCK // 2] = bytes(BLOCK // 2)
            raise PowerCut()
        self.flash[name][block * BLOCK : (block + 1) * BLOCK] = b"\xff" * BLOCK

    def choose(self, name):
        if not is_valid(self.flash[name]):
            raise OSError(-0x1503)
        if not self.step():
            raise PowerCut()
        self.boot = name
        self.states[name] = "new"

    def confirm(self):
        if not self.step():
            raise PowerCut()
        if self.states[self.running] == "pending":
            self.states[self.running] = "valid"


def partitions(chip):
    """The class esp32.Partition of this chip."""

    class Partition:
        BOOT, RUNNING = 0, 1

        def __init__(self, which):
            self._name = which if isinstance(which, str) else (chip.boot, chip.running)[which]

        def info(self):
            return (0, 16, 0x10000, len(chip.flash[self._name]), self._name, False)

        def get_next_update(self):
            if len(chip.flash) == 1 and self._name == "factory":
                raise OSError(2)
            return Partition(chip.other(self._name))

        def readblocks(self, block, buffer, offset=0):
            at = block * BLOCK + offset
            assert at + len(buffer) <= len(chip.flash[self._name])
            buffer[:] = chip.flash[self._name][at : at + len(buffer)]

        def writeblocks(self, block, data, offset=None):
            if offset is None:
                self.ioctl(6, block)
            assert block * BLOCK + (offset or 0) + len(data) <= len(chip.flash[self._name])
            chip.put(self._name, block * BLOCK + (offset or 0), data)

        def ioctl(self, command, block):
            assert command == 6
            chip.erase(self._name, block)

        def set_boot(self):
            chip.choose(self._name)

        @staticmethod
        def mark_app_valid_cancel_rollback():
            chip.confirm()

    return Partition
