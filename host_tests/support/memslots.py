"""What an update needs beside the board's filesystem: a source of a release file, and a way to run it to its end."""


class Source:
    """Gives at most `most` bytes at a time; interrupted after `breaks` reads, or when asked for what is at `until`."""

    def __init__(self, data, most=1024, breaks=None, until=None):
        self.data = data
        self.most = most
        self.breaks = breaks
        self.until = until
        self.reads = []

    async def read(self, at, size):
        if self.breaks is not None and len(self.reads) >= self.breaks:
            raise OSError(104)
        if self.until is not None and at >= self.until:
            raise OSError(104)
        assert 0 < size <= 1024
        self.reads.append((at, size))
        return self.data[at : at + min(size, self.most)]


class MemFile:
    def __init__(self, place, path, mode):
        self.place = place
        self.path = path
        self.mode = mode
        self.at = 0
        if mode == "wb" or (mode == "ab" and path not in place.files):
            place.put(path, b"")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def _take(self, end):
        data = self.place.files[self.path][self.at : end]
        self.at += len(data)
        return data

    def read(self, size):
        return self._take(self.at + size)

    def readinto(self, buf):
        data = self._take(self.at + len(buf))
        buf[: len(data)] = data
        return len(data)

    def readline(self, most=1 << 20):
        data = self.place.files[self.path]
        end = data.find(b"\n", self.at)
        return self._take(min(len(data) if end < 0 else end + 1, self.at + most))

    def __iter__(self):
        while True:
            line = self.readline()
            if not line:
                return
            yield line

    def seek(self, at):
        self.at = at

    def write(self, data):
        self.place.put(self.path, self.place.files[self.path] + bytes(data))

    def flush(self):
        self.place.flushes += 1


class MemSlots:
    """A board's filesystem as SlotStore gives it: {path: content}, and folders; `blocks` of 4096 bytes in all."""

    def __init__(self, blocks=512):
        self.files = {}
        self.folders = set()
        self.blocks = blocks
        self.flushes = 0

    def put(self, path, data):
        grown = -(-len(data) // 4096) + -(-len(self.files.get(path, b"")) // -4096)
        if grown > self.room()[1]:
            raise OSError(28)
        self.files[path] = data

    def everything(self):
        return dict(self.files), set(self.folders)

    def open(self, path, mode):
        folder = path[: path.rfind("/")]
        if (folder and folder not in self.folders) or (mode == "rb" and path not in self.files):
            raise OSError(2)
        return MemFile(self, path, mode)

    def size(self, path):
        return -1 if path in self.folders else len(self.files[path]) if path in self.files else None

    def names(self, path):
        for one in sorted(list(self.files) + list(self.folders)):
            if one.startswith(path + "/") and "/" not in one[len(path) + 1 :]:
                yield one[len(path) + 1 :]

    def make_folder(self, path):
        if path in self.folders or path in self.files:
            raise OSError(17)
        self.folders.add(path)

    def remove(self, path):
        if path in self.folders:
            if list(self.names(path)):
                raise OSError(39)
            self.folders.remove(path)
        elif path in self.files:
            del self.files[path]
        else:
            raise OSError(2)

    def rename(self, path, target):
        self.files[target] = self.files.pop(path)

    def room(self):
        taken = sum([-(-len(data) // 4096) for data in self.files.values()]) + 2 * len(self.folders)
        return 4096, self.blocks - taken


async def no_pause():
    pass


def done(coroutine):
    """What it returns; nothing in it really waits."""
    try:
        coroutine.send(None)
    except StopIteration as e:
        return e.value
    raise AssertionError("it waits for something")
