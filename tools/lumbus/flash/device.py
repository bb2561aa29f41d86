"""A NOR flash as a MicroPython block device, in RAM or in a file, that counts its wear and can fail.

* Programming may only clear bits of what was erased: anything else is a fault of whoever does it.
* `cut_in` = n: power fails in the n-th program or erase step from now; what of
  it was done by then is torn.  After that everything raises, until `restore()`.
* `bad`: blocks whose reading raises.

Nothing here allocates much: finalisers of open files write with the heap locked.
"""

_EIO = 5


class Flash:
    """`blocks` of `size` bytes.  path: a file that holds them, made when it is not there.

    Counters: `steps` (program and erase), `erases` of each block, `programmed` bytes.
    on_step(flash, kind, at, data): called before each step ("program" or "erase"), None for nobody.
    """

    def __init__(self, blocks: int, size: int = 4096, path=None):
        self.blocks = blocks
        self.size = size
        self.erases = [0] * blocks
        self.steps = self.programmed = 0
        self.cut_in = None
        self.tear = 0
        self.is_dead = False
        self.bad = ()
        self.on_step = None
        self._erased = b"\xff" * size
        self._file = None if path is None else _open(path, blocks, self._erased)
        self._memory = memoryview(bytearray(b"" if path else self._erased * blocks))

    def copy_from(self, other) -> None:
        """Take over another flash's contents; both in RAM and of one size."""
        self._memory[:] = other._memory
        self.is_dead = False
        self.cut_in = None

    def restore(self) -> None:
        """The power is back."""
        self.is_dead = False
        self.cut_in = None

    # MicroPython's extended block protocol

    def readblocks(self, n: int, buf, offset: int = 0) -> None:
        if self.is_dead or n in self.bad:
            raise OSError(_EIO)
        at = n * self.size + offset
        if self._file is None:
            memoryview(buf)[:] = self._memory[at : at + len(buf)]
        else:
            self._file.seek(at)
            self._file.readinto(buf)

    def writeblocks(self, n: int, buf, offset: int = 0) -> None:
        self._step("program", n * self.size + offset, buf)
        self.programmed += len(buf)

    def ioctl(self, op: int, arg: int):
        if op == 4:
            return self.blocks
        if op == 5:
            return self.size
        if op == 6:
            self._step("erase", arg * self.size, self._erased)
            self.erases[arg] += 1
        return 0

    def _step(self, kind: str, at: int, data) -> None:
        if self.is_dead:
            raise OSError(_EIO)
        if self.on_step is not None:
            self.on_step(self, kind, at, data)
        self.steps += 1
        if self.cut_in is not None:
            self.cut_in -= 1
            if self.cut_in < 0:
                self.torn(kind, at, data)
                self.is_dead = True
                raise OSError(_EIO)
        if kind == "program" and not self._is_erased(at, len(data)):
            raise AssertionError("programmed without erasing at %d" % at)
        self._put(at, memoryview(data))

    def torn(self, kind: str, at: int, data) -> None:
        """Do a step in part, as `tear` (0...255) says how much."""
        part = len(data) * self.tear // 256
        self._put(at, memoryview(data)[:part])
        if kind == "erase" and part < len(data):
            # What is being erased is neither one nor the other.
            self._put(at + part, b"\xf3")

    def _is_erased(self, at: int, size: int) -> bool:
        if self._file is None:
            return self._memory[at : at + size] == self._erased[:size]
        self._file.seek(at)
        return self._file.read(size) == self._erased[:size]

    def _put(self, at: int, data) -> None:
        if self._file is None:
            self._memory[at : at + len(data)] = data
        else:
            self._file.seek(at)
            self._file.write(data)


def _open(path: str, blocks: int, erased: bytes):
    try:
        return open(path, "r+b")
    except OSError:
        with open(path, "wb") as f:
            for _ in range(blocks):
                f.write(erased)
        return open(path, "r+b")
