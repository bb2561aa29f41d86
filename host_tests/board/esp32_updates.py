"""A board with two partitions for MicroPython over its starts, for test_esp32_image: fetched, tried, healthy or not."""

import json

from esp32_fakes import load
from esp32_partitions import ESP32, Chip, PowerCut, image_of, partitions
from memslots import MemSlots, Source, done, no_pause

from lumbus.release import form
from uplink.image_trial import attend_image, try_image
from uplink.install_image import install_image

esp32_image = load("esp32_image")

OLD = image_of(ESP32, b"old" * 3000)
NEW = image_of(ESP32, bytes(range(251)) * 70 + b"new")
RELEASE = "0123456789abcdef" * 4


class Module:
    """esp32, as far as it is used."""

    def __init__(self, partition):
        self.Partition = partition


class Storage:
    """The texts in the root; the power can fail before one is written."""

    def __init__(self, chip):
        self._chip = chip
        self.texts = {}
        self.place = MemSlots()

    def read(self, name):
        return self.texts.get(name)

    def write(self, name, text):
        if not self._chip.step():
            raise PowerCut()
        self.texts[name] = text

    def remove(self, name):
        if not self._chip.step():
            raise PowerCut()
        self.texts.pop(name, None)
        # It is the same root.
        self.place.files.pop("/" + name, None)


class Place(MemSlots):
    """The filesystem; the power can fail before a file is put in place."""

    def __init__(self, chip):
        super().__init__()
        self._chip = chip

    def rename(self, path, target):
        if not self._chip.step():
            raise PowerCut()
        super().rename(path, target)


class Board:
    """A board over its starts: it fetches, tries, and is healthy or not, as update.py has it done."""

    def __init__(self, image=NEW, fails=None, blocks=8, names=("ota_0", "ota_1"), old=OLD):
        self.chip = Chip(old, blocks, names)
        self.storage = Storage(self.chip)
        self.place = self.storage.place = Place(self.chip)
        self.fails = fails
        manifest = form.manifest(
            [("version", "1.29.0"), ("kind", "micropython"), ("boards", "*"), ("chip", "esp32")], {"image": image}
        )
        self.place.files["/release.new"] = manifest
        self.head = len(manifest) + 523
        self.source = Source(bytes(self.head) + image, 700)
        self.told = {"version": (1, 29, 0), "release": RELEASE, "at": self.head, "length": len(manifest)}
        self.told["size"] = len(image)
        self.order = {"state": "fetching", "release": RELEASE, "size": len(image)}
        self.said = []
        self.restarts = []
        self.app = self.port = self
        self.progress = []

    # What the application and the update are for image_trial.

    def image(self):
        esp32_image.esp32 = Module(partitions(self.chip))
        return esp32_image.image()

    def restart(self, text):
        self.restarts.append(text)

    def say(self, state, text=None, done=0):
        self.said.append((state, text))

    def end(self, state, text=None):
        self.storage.remove("update.json")
        self.storage.remove("trial")
        self.said.append((state, text))
        self.order = {}

    # Its starts.

    def install(self):
        tell = lambda done, total: self.progress.append((done, total))  # noqa: E731
        return done(install_image(self.source, self.image(), self.place, "/release.new", self.told, tell, no_pause))

    def run_once(self):
        """A start, and all that it does until it ends or rests."""
        kept = self.storage.read("update.json")
        self.order = self.order if kept is None else json.loads(kept)
        if self.order.get("state") == "fetching":
            told = self.install()
            self.order["state"] = "trial"
            self.order["version"] = told["version"]
            self.order["slot"] = told["slot"]
            try_image(self)
        elif self.order:
            done(attend_image(self, self.failure))

    async def failure(self, update):
        assert update is self and self.chip.states[self.chip.running] == "pending"
        return self.fails

    def run(self, most=20):
        """From start to start until nothing is left to do; what was said last."""
        for _ in range(most):
            before = len(self.restarts)
            self.run_once()
            if len(self.restarts) == before:
                return self.said[-1] if self.said else None
            self.chip.start()
        raise AssertionError("it restarts for ever")


def content(chip, name, size):
    return bytes(chip.flash[name][:size])
