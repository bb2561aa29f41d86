"""MicroPython itself replaced by the application's own update: told, fetched from the broker, tried over its starts."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

import hashlib
import json

from esp32_updates import NEW, OLD, Board, content
from memslots import done
from signing import der, of_manifest

from lumbus.release import form
from uplink.update import Update

TOLD = [("version", "9.0.0"), ("kind", "micropython"), ("boards", "*"), ("chip", "esp32")]


class Meter:
    def __init__(self, reading):
        self.reading = reading


class App:
    """A start of the application on the board, as far as an update sees it; the broker answers at once."""

    def __init__(self, board, file, is_well):
        self.board = "esp32-devkitc"
        self.file = file
        self.chip_board = board
        self.port = self.clock = self.publisher = self.topics = self.outbox = self
        self.storage = board.storage
        self.storage.read_bytes = lambda name: der()
        self.config = {"update": {"key": "update.der", "ca": None, "trial_s": 5}}
        self.meters = [Meter({} if is_well else None)]
        self.acknowledged = 1
        self.connected = True
        self.failure = self.page = self.update = None
        self.replies = []
        self.states = []
        self.restarted = None
        self.now = 0

    def image(self):
        return self.chip_board.image()

    def slots(self):
        return self.chip_board.place

    def ms(self):
        return self.now

    async def sleep_ms(self, ms):
        self.now += ms
        if self.replies and self.update is not None:
            asked = json.loads(self.replies.pop(0)[1])
            part = self.file[asked["at"] : asked["at"] + asked["size"]]
            name = bytes([int(asked["release"][at : at + 2], 16) for at in range(0, 16, 2)])
            self.update.take(name + asked["at"].to_bytes(4, "big") + part)

    def gateway(self, leaf):
        return leaf.encode()

    def waits(self, topic):
        return False

    def keep(self, topic, text):
        self.states.append(json.loads(text)["state"])

    def random_below(self, limit):
        return 0

    def log(self, line):
        pass

    def restart(self, text):
        self.restarted = text


def release_of(image):
    """(the release file, what a gateway is told)."""
    manifest = form.manifest(TOLD, {"image": image})
    file = of_manifest(manifest, {"image": image})
    release = "".join(["%02x" % byte for byte in hashlib.sha256(manifest).digest()])
    return file, {"from": "broker", "release": release, "size": len(file), "state": "fetching"}


def start(board, file, is_well=True):
    app = App(board, file, is_well)
    done(Update(app, lambda: None).run())
    return app


def test_from_the_command_to_healthy_over_a_restart():
    board = Board()
    file, order = release_of(NEW)
    board.storage.texts["update.json"] = json.dumps(order)
    app = start(board, file)
    assert app.states[0] == "fetching" and app.states[-2:] == ["checking", "trial"]
    assert app.restarted == "MicroPython 9.0.0 is tried, start 1 of 3" and board.chip.running == "ota_0"
    board.chip.start()
    app = start(board, file)
    assert app.states == ["trial", "healthy"] and app.restarted is None
    assert board.chip.start() == "ota_1" and content(board.chip, "ota_1", len(NEW)) == NEW
    assert board.storage.texts == {} and list(board.place.files) == []


def test_a_trial_that_reads_no_meter_ends_with_the_old_one():
    board = Board()
    file, order = release_of(NEW)
    board.storage.texts["update.json"] = json.dumps(order)
    start(board, file)
    board.chip.start()
    app = start(board, file, is_well=False)
    assert app.states == ["trial"] and app.restarted == "the update has failed: no meter was read within 5 s"
    board.chip.start()
    app = start(board, file)
    assert app.states == ["rolled_back"] and board.chip.running == "ota_0"
    assert content(board.chip, "ota_0", len(OLD)) == OLD and board.storage.texts == {}


def test_a_board_with_one_partition_refuses_it():
    board = Board(names=("factory",))
    file, order = release_of(NEW)
    board.storage.texts["update.json"] = json.dumps(order)
    app = start(board, file)
    assert app.states[-1] == "refused" and app.restarted is None and board.storage.texts == {}
