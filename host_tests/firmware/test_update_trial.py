# not in WebAssembly: it has no asyncio
"""An update's end over the whole application: healthy, or given up, and what of the configuration is kept."""

import asyncio
import json

from appport import CONFIG, FakePort, RealTime, app_on

from uplink.start import _plan as plan
from uplink.update_config import carry, settle

RELEASE = "0123456789abcdef" * 4
TOPIC = b"lumbus/v1/020000000001/update"
ORDER = {
    "from": "broker",
    "release": RELEASE,
    "size": 1000,
    "state": "trial",
    "version": "0.2.0",
    "slot": "b",
}


def stage(slot, **more):
    port = FakePort(dict(CONFIG, update={"key": "update.der", "trial_s": 20}), RealTime())
    port.storage.texts["slot.json"] = json.dumps(slot)
    port.storage.texts["update.json"] = json.dumps(dict(ORDER, **more))
    return port


def told(port):
    """What was published of the update."""
    return [json.loads(payload) for topic, payload, _ in port.network.published if topic == TOPIC]


def play(port, until_ms):
    app = app_on(port)
    port.is_over = lambda: port.clock.now > until_ms
    asyncio.run(app.run())
    return app


def trial(**more):
    return dict({"run": "b", "good": "a", "trial": "b", "tries": 1, "wants": "health"}, **more)


def test_a_trial_is_healthy_once_a_meter_was_read_and_the_broker_has_acknowledged_it():
    port = stage(trial())
    port.storage.texts["trial"] = "the start before failed"
    app = play(port, 10000)
    assert [each["state"] for each in told(port)] == ["trial", "healthy"]
    last = told(port)[-1]
    assert (last["release"], last["version"], last["total"]) == ("0123456789abcdef", "0.2.0", 1000)
    assert json.loads(port.storage.texts["slot.json"]) == {"run": "b", "good": "b", "trial": None, "tries": 0}
    assert "update.json" not in port.storage.texts and "trial" not in port.storage.texts
    assert app.update is None and app.restart_ms is None


def test_without_a_broker_the_time_ends_and_the_start_counts():
    port = stage(trial())
    port.network._script = [("refuse",)]
    app = play(port, 60000)
    assert 20000 <= app.restart_ms < 25000
    assert port.storage.texts["trial"].startswith("the broker acknowledged no reading within 20 s (cannot connect")
    plan(port, app)
    assert json.loads(port.storage.texts["slot.json"]) == trial()
    # Nor is it good because it lasts.
    app._note_lasted()
    assert json.loads(port.storage.texts["slot.json"]) == trial()


def test_without_a_meter_as_well():
    port = stage(trial())
    port.serial = lambda baud, parity="even": Deaf(baud, parity)
    play(port, 60000)
    assert port.storage.texts["trial"] == "no meter was read within 20 s"
    assert "healthy" not in [each["state"] for each in told(port)]


class Deaf:
    """A line on which nobody is."""

    def __init__(self, baud, parity):
        self.baud = baud
        self.parity = parity

    def set_baud(self, baud, parity=None):
        pass

    def write(self, data):
        pass

    def readinto(self, view):
        return 0

    def discard(self):
        pass


def test_the_old_one_tells_that_it_was_given_up_and_why():
    given_up = {"run": "a", "good": "a", "trial": None, "tries": 0}
    for why in ("ImportError: no module named 'lost'", None):
        port = stage(given_up)
        if why is not None:
            port.storage.texts["trial"] = why
        play(port, 5000)
        last = told(port)[-1]
        assert last["state"] == "rolled_back" and last["version"] == "0.2.0"
        assert last["text"] == (why or "it did not last in three starts: it hung, or the power failed")
        assert "update.json" not in port.storage.texts and "trial" not in port.storage.texts


def test_a_power_cut_right_after_it_was_found_healthy_changes_nothing():
    port = stage({"run": "b", "good": "b", "trial": None, "tries": 0})
    play(port, 5000)
    assert [each["state"] for each in told(port)] == ["healthy"]


def test_a_power_cut_right_before_the_trial_was_noted_changes_nothing():
    port = stage(trial(), state="fetching", version=None)
    play(port, 10000)
    assert [each["state"] for each in told(port)] == ["trial", "healthy"]
    assert json.loads(port.storage.texts["slot.json"])["good"] == "b"


def test_what_is_no_order_starts_nothing():
    for text in ("", "{", "[]", '{"state": "fetching"}', '{"state": "trial", "release": 5, "from": "broker"}'):
        port = stage(trial())
        port.storage.texts["update.json"] = text
        app = play(port, 3000)
        assert told(port) == [] and app.update is None
        assert any("update.json: cannot be read" in line for line in port.lines), text


def test_the_order_is_checked_whole():
    port = FakePort(dict(CONFIG, update={"key": "update.der"}), RealTime())
    port.slots = lambda: None
    app = app_on(port)
    began = []
    app.begin_update = lambda: began.append(1)
    good = {"from": "broker", "release": RELEASE, "size": 1000}
    for value, words in (
        ("on", "value must be"),
        (dict(good, more=1), "and nothing else"),
        ({"from": "broker"}, "value must have from, release and size"),
        (dict(good, release="0" * 63), "64 hex digits"),
        (dict(good, release="G" * 64), "64 hex digits"),
        (dict(good, size=0), "size must be"),
        (dict(good, size=True), "size must be"),
        (dict(good, **{"from": "http://host/file"}), "nothing is fetched unverified"),
        (dict(good, **{"from": "https://host/file"}), "names no CA"),
        ("off", "no update goes on"),
    ):
        answer = ask(app, value)
        assert not answer["ok"] and words in answer["text"], answer
    assert not began and "update.json" not in port.storage.texts
    app.config["update"]["ca"] = "web.der"
    for address in ("https:///x", "https://host", "https://me@host/x", "https://host:0/x", "https://host:a/x"):
        assert "is no address such as" in ask(app, dict(good, **{"from": address}))["text"], address
    answer = ask(app, dict(good, **{"from": "https://host:8443/lumbus-0.2.0.lum"}))
    assert answer["ok"] and began == [1], answer
    assert json.loads(port.storage.texts["update.json"])["state"] == "fetching"
    write, port.storage.write = port.storage.write, full
    assert "the flash takes nothing" in ask(app, good)["text"]
    port.storage.write = write
    app.config["update"] = None
    assert "names no key (update.key)" in ask(app, good)["text"]


def full(name, text):
    raise OSError(28)


def ask(app, value):
    app.remote.hear(b"lumbus/v1/020000000001/cmd/update", json.dumps({"value": value}).encode(), False)
    return json.loads(app.publisher.replies.pop()[1])


class Flash:
    """A storage of which the power is cut at a step, and that counts them."""

    def __init__(self, texts, cut_at):
        self.texts = dict(texts)
        self.left = cut_at
        self.steps = 0

    def read(self, name):
        return self.texts.get(name)

    def write(self, name, text):
        self._step()
        self.texts[name] = text

    def remove(self, name):
        if name in self.texts:
            self._step()
            del self.texts[name]

    def _step(self):
        self.steps += 1
        if self.steps > self.left:
            raise OSError(5)


OLD = {"version": 1, "mqtt": {"host": "broker", "password": "hunter2"}, "meters": []}
FILES = {"config.json": json.dumps(OLD), "secrets.json": json.dumps({"version": 1, "web_password": "swordfish"})}


def test_a_configuration_is_rewritten_and_the_one_before_kept_whenever_the_power_fails():
    cuts = 0
    while True:
        flash = Flash(FILES, cuts)
        try:
            carry(flash, quiet, True)
        except OSError:
            pass
        is_whole = flash.steps <= cuts
        flash.left = 99
        # The next start, and what attends to the update again.
        settle(flash, quiet, 2)
        carry(flash, quiet, False)
        config = json.loads(flash.texts["config.json"])
        secrets = json.loads(flash.texts["secrets.json"])
        assert config["version"] == 2 and "password" not in config["mqtt"], cuts
        assert secrets["mqtt_password"] == "hunter2" and secrets["web_password"] == "swordfish"
        assert json.loads(flash.texts["config.json.back"]) == OLD
        assert json.loads(flash.texts["secrets.json.back"]) == json.loads(FILES["secrets.json"])
        assert "config.next" not in flash.texts
        if is_whole:
            break
        cuts += 1
    assert cuts >= 6


def test_an_older_firmware_takes_what_was_kept_whenever_the_power_fails():
    whole = Flash(FILES, 99)
    carry(whole, quiet, True)
    cuts = 0
    while True:
        flash = Flash(whole.texts, cuts)
        lines = []
        try:
            assert settle(flash, lines.append, 1)
        except OSError:
            flash.left = 99
            settle(flash, lines.append, 1)
        assert json.loads(flash.texts["config.json"]) == OLD, cuts
        assert json.loads(flash.texts["secrets.json"]) == json.loads(FILES["secrets.json"])
        if flash.steps <= cuts:
            break
        cuts += 1
    assert cuts >= 4 and "newer" in lines[0]
    # There it stays, and the newer one takes it forward again.
    flash.left = 99
    assert not settle(flash, quiet, 1)
    carry(flash, quiet, True)
    assert json.loads(flash.texts["config.json"])["version"] == 2


def test_what_nobody_can_read_stays_as_it_is():
    for back in (None, json.dumps({"version": 5}), json.dumps([])):
        texts = {"config.json": json.dumps({"version": 5})}
        if back is not None:
            texts["config.json.back"] = back
        flash = Flash(texts, 99)
        settled = settle(flash, quiet, 2)
        assert settled is (back == "[]") or not settled
        if not settled:
            assert flash.steps == 0


def test_what_was_kept_goes_with_the_next_update_that_changes_no_form():
    flash = Flash({"config.json": '{"version": 2}', "config.json.back": "{}", "secrets.json.back": "{}"}, 99)
    carry(flash, quiet, False)
    assert flash.steps == 0
    carry(flash, quiet, True)
    assert list(flash.texts) == ["config.json"]


def quiet(line):
    pass


def test_the_start_takes_the_kept_configuration_and_starts_again_with_it():
    port = FakePort(CONFIG)
    port.storage.texts["config.json.back"] = port.storage.texts["config.json"]
    port.storage.texts["secrets.json.back"] = port.storage.texts["secrets.json"]
    port.storage.texts["config.json"] = '{"version": 3, "what": "only a newer one knows"}'
    resets = []
    port.reset = lambda: resets.append(1)
    from uplink.preparing import made

    assert made(port) == 0
    assert resets == [1] and json.loads(port.storage.texts["config.json"]) == CONFIG
    app_on(port)
