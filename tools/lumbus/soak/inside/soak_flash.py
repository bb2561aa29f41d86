"""A board's flash in a file, whose power can be cut in the middle of a step; small, for it lives in its heap."""

_BLOCK = 4096
_PIECE = 256


class SoakFlash:
    """`blocks` of 4 KiB in the file `path`, made anew where it is not there.

    cut_in: so many program and erase steps until the power fails, None for not at all; `on_cut()` does not return.
    tear: 0...255, how much of that step is done by then.
    """

    def __init__(self, path, blocks, cut_in, tear, on_cut):
        self.blocks = blocks
        self.cut_in = cut_in
        self.tear = tear
        self.on_cut = on_cut
        self.erases = 0
        self.erased = b"\xff" * _PIECE
        self.is_new = False
        try:
            self.file = open(path, "r+b")
        except OSError:
            with open(path, "wb") as f:
                for _ in range(blocks * _BLOCK // _PIECE):
                    f.write(self.erased)
            self.file = open(path, "r+b")
            self.is_new = True

    def readblocks(self, n, buf, offset=0):
        self.file.seek(n * _BLOCK + offset)
        self.file.readinto(buf)

    def writeblocks(self, n, buf, offset=0):
        part = self.due(len(buf))
        self.file.seek(n * _BLOCK + offset)
        self.file.write(memoryview(buf)[:part])
        if part < len(buf):
            self.on_cut()

    def ioctl(self, op, arg):
        if op == 4:
            return self.blocks
        if op == 5:
            return _BLOCK
        if op == 6:
            part = self.due(_BLOCK)
            self.file.seek(arg * _BLOCK)
            for _ in range(part // _PIECE):
                self.file.write(self.erased)
            self.erases += 1
            if part < _BLOCK:
                # What is being erased is neither one nor the other.
                self.file.write(b"\xf3")
                self.on_cut()
        return 0

    def due(self, size):
        """How much of a step is done before the power fails."""
        if self.cut_in is None:
            return size
        self.cut_in -= 1
        return size if self.cut_in >= 0 else size * self.tear // 256
