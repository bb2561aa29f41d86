"""A folder of binary files, in memory: what board/common/file_store.py is on flash."""


class MemFiles:
    """The journal's folder, in memory."""

    def __init__(self):
        self.held = {}

    def names(self):
        return list(self.held)

    def size(self, name):
        return len(self._of(name))

    def read(self, name, at, size):
        return self._of(name)[at : at + size]

    def write(self, name, data):
        self.held[name] = bytes(data)

    def append(self, name, parts):
        self.held[name] = self.held.get(name, b"") + b"".join([bytes(part) for part in parts])

    def remove(self, name):
        del self.held[name]

    def _of(self, name):
        if name not in self.held:
            raise OSError(2, "ENOENT")
        return self.held[name]


class MemSecond:
    """The second place, which holds bytes by name in `held`."""

    def __init__(self):
        self.held = {}

    def read(self, name):
        return self.held.get(name)

    def write(self, name, data):
        self.held[name] = data
