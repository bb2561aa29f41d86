# not in WebAssembly: it has no asyncio
"""An update over the whole application: fetched from the broker, interrupted, abandoned, replaced, refused."""

import asyncio
import hashlib
import json

from appport import CONFIG, FakePort, RealTime, app_on
from memslots import MemSlots
from signing import der, release

ROOT = b"lumbus/v1/020000000001/"
FILES = {
    "root/main.py": b"main" * 9,
    "slot/port.mpy": b"port" * 300,
    "slot/uplink/linked.mpy": bytes(range(256)) * 60,
    "slot/uplink/start.mpy": b"start",
}


def id_of(data):
    digest = hashlib.sha256(data[: int(data[17:25])]).digest()
    return "".join(["%02x" % byte for byte in digest])


class Stage:
    """The application, and somebody at the broker who offers `data` while `is_there`."""

    def __init__(self, data=None):
        self.data = data or release(FILES)
        self.port = FakePort(dict(CONFIG, update={"key": "update.der"}), RealTime())
        self.port.storage.texts["update.der"] = der()
        self.place = MemSlots()
        self.port.slots = lambda: self.place
        self.port.is_over = self._look
        self.app = app_on(self.port)
        self.is_there = True
        self.steps = []
        self.wanted = []
        self._seen = 0

    def tell(self, value=None):
        value = value or {"from": "broker", "release": id_of(self.data), "size": len(self.data)}
        self.app.remote.hear(ROOT + b"cmd/update", json.dumps({"value": value}).encode(), False)
        answer = json.loads(self.app.publisher.replies.pop()[1])
        assert answer["ok"], answer
        return answer["text"]

    def at(self, ms, step):
        """Do it then."""
        self.steps.append((ms, step))
        return self

    def play(self, seconds):
        self.until = 1000 * seconds
        asyncio.run(self.app.run())
        return self

    def states(self):
        """What was told of the update: states, and the last text."""
        found = [json.loads(payload) for topic, payload, _ in self.port.network.published if topic == ROOT + b"update"]
        names = [each["state"] for each in found]
        return [name for at, name in enumerate(names) if names[at - 1] != name or not at], found[-1] if found else None

    def _look(self):
        now = self.port.clock.now
        for step in [step for step in self.steps if step[0] <= now]:
            self.steps.remove(step)
            step[1]()
        published = self.port.network.published
        while self._seen < len(published):
            topic, payload, _ = published[self._seen]
            self._seen += 1
            if topic == ROOT + b"want" and self.is_there:
                self._answer(json.loads(payload))
        return now > self.until

    def _answer(self, want):
        self.wanted.append(want["at"])
        head = bytes([int(want["release"][at : at + 2], 16) for at in range(0, 16, 2)]) + want["at"].to_bytes(4, "big")
        topic = ROOT + b"cmd/chunk"
        body = len(topic).to_bytes(2, "big") + topic + head + self.data[want["at"] : want["at"] + want["size"]]
        size = len(body)
        self.port.network.last.push(b"\x30" + bytes((size & 127 | 128, size >> 7)) + body)


def test_it_is_fetched_and_tried_while_metering_goes_on():
    stage = Stage()
    before = []
    stage.at(3000, stage.tell).at(3000, lambda: before.append(stage.app.outbox.accepted)).play(60)
    states, last = stage.states()
    assert states == ["fetching", "checking", "trial"], states
    assert (last["version"], last["running"], last["done"]) == ("0.2.0", "0.1.0", len(stage.data))
    assert stage.app.restart_ms is not None and "0.2.0 is tried" in stage.app.restart_why
    assert json.loads(stage.place.files["/slot.json"])["wants"] == "health"
    assert stage.place.files["/a/uplink/linked.mpy"] == FILES["slot/uplink/linked.mpy"]
    order = json.loads(stage.port.storage.texts["update.json"])
    assert (order["state"], order["slot"], order["version"]) == ("trial", "a", "0.2.0")
    # A reading in 4 s at the least.
    assert stage.app.outbox.accepted - before[0] >= (stage.app.restart_ms - 3000) // 4000 >= 2
    assert stage.app.outbox.dropped == 0
    assert json.loads(stage.app.status("online"))["task_failures"] == {}


def test_nobody_offers_it_for_a_while():
    stage = Stage()
    stage.is_there = False
    stage.at(3000, stage.tell).at(75000, lambda: setattr(stage, "is_there", True)).play(140)
    texts = [line for line in stage.port.lines if "interrupted" in line]
    assert len(texts) >= 2 and "nobody sends it" in texts[0]
    # Longer each time.
    waits = [int(line.rsplit(" in ", 1)[1].split(" ")[0]) for line in texts]
    assert waits[1] > waits[0]
    assert stage.states()[0][-1] == "trial"


def test_who_offers_it_is_waited_for_no_longer_than_until_it_is_told_again():
    stage = Stage()
    stage.is_there = False
    told = []

    def again():
        stage.is_there = True
        told.append(stage.tell())

    # By then it waits more than a minute.
    stage.at(3000, stage.tell).at(110000, again).play(130)
    assert told == ["it goes on already"]
    assert stage.states()[0][-1] == "trial"


def test_it_is_abandoned():
    stage = Stage()
    stage.at(3000, stage.tell).at(5000, lambda: stage.tell("off")).play(20)
    states, last = stage.states()
    assert states == ["fetching", "off"] and last["text"] == "abandoned"
    assert "update.json" not in stage.port.storage.texts and stage.app.update is None
    assert "/slot.json" not in stage.place.files


def test_another_takes_its_place():
    stage = Stage()
    other = release(FILES, version="0.3.0")

    def another():
        stage.data = other
        stage.tell()

    stage.at(3000, stage.tell).at(5000, another).play(60)
    states, last = stage.states()
    assert states[-1] == "trial" and last["version"] == "0.3.0"


def test_what_is_not_signed_is_refused_and_nothing_is_changed():
    data = release(FILES)
    stage = Stage(data.replace(b"version 0.2.0", b"version 0.2.1"))
    stage.at(3000, stage.tell).play(20)
    states, last = stage.states()
    assert states == ["fetching", "refused"] and "signature" in last["text"]
    assert stage.place.files == {} and "update.json" not in stage.port.storage.texts


def test_without_the_key_on_the_board_it_is_refused():
    stage = Stage()
    del stage.port.storage.texts["update.der"]
    stage.at(3000, stage.tell).play(10)
    assert stage.states()[1]["text"] == "update.key: there is no file update.der on the board"


def test_a_fault_of_the_updater_is_told_and_not_tried_for_ever():
    stage = Stage()
    stage.place.room = lambda: 1 // 0
    stage.at(3000, stage.tell).play(20)
    states, last = stage.states()
    assert states[-1] == "failed" and last["text"].startswith("ZeroDivisionError")


def test_it_goes_on_after_a_restart():
    before = Stage()
    before.at(3000, before.tell).play(5)
    assert before.wanted and "update.json" in before.port.storage.texts
    stage = Stage(before.data)
    stage.port.storage.texts["update.json"] = before.port.storage.texts["update.json"]
    stage.app = app_on(stage.port)
    stage.play(60)
    assert stage.states()[0][-1] == "trial"


def test_it_waits_while_somebody_looks_at_the_page():
    stage = Stage()

    class Page:
        closed = None

        def is_busy(self):
            return stage.port.clock.now < 30000

    stage.app.page = Page()
    stage.at(3000, stage.tell).play(90)
    texts = [line for line in stage.port.lines if "looks at the local page" in line]
    assert len(texts) == 1 and stage.states()[0][-1] == "trial"
